// SPDX-License-Identifier: GPL-2.0-or-later
/* lab_functions - a lab guest's records on their way to the log, with what the host saw of them */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "functions/functions.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "campaign/lab_functions.h"
#include "campaign/progress.h"

struct lab_functions {
	struct kinds *kinds; /* NULL: not loaded yet */
	json_t *primary;     /* by point */
	bool reported;	     /* why some point has none */
};

struct lab_functions *lab_functions_new(void)
{
	struct lab_functions *f = xcalloc(1, sizeof(*f));

	f->primary = json_object();
	return f;
}

void lab_functions_free(struct lab_functions *f)
{
	if (!f)
		return;
	kinds_free(f->kinds);
	json_decref(f->primary);
	free(f);
}

static const char *text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key)) ?: "";
}

/* What is added is a host's fact: the guest's own must be the same bytes with and without. */
static int append_env(const struct calltree *calls, const json_t *record, struct reclog *log)
{
	json_t *copy = json_deep_copy(record);

	json_object_set_new(json_object_get(copy, "soft"), "functions", json_boolean(calls != NULL));
	return reclog_append(log, copy);
}

static int append_metric(json_t *record, void *context)
{
	return reclog_append(context, record);
}

static int prepare(struct lab_functions *f, struct reclog *log)
{
	if (f->kinds)
		return 0;
	f->kinds = kinds_load(NULL);
	return f->kinds && functions_describe(append_metric, log) == 0 ? 0 : -1;
}

static void say_why(struct lab_functions *f, const char *point)
{
	if (f->reported)
		return;
	f->reported = true;
	progress_wipe();
	fprintf(stderr, "nodehop: %s: functions are not reported: %s\n", point, fault_text());
}

static int append_samples(struct lab_functions *f, struct calltree *calls, const json_t *record, struct reclog *log)
{
	const char *point = text_of(record, "point");
	json_t *copy = json_deep_copy(record), *functions = NULL;
	int failed;

	if (prepare(f, log) < 0)
		failed = -1;
	else
		failed = functions_take(calls, f->kinds, copy, text_of(f->primary, point), &functions);
	if (failed)
		say_why(f, point);
	failed = reclog_append(log, copy);
	return functions && !failed ? reclog_append(log, functions) : failed;
}

int lab_functions_append(struct lab_functions *f, struct calltree *calls, const json_t *record, struct reclog *log)
{
	const char *kind = text_of(record, "kind");

	if (!strcmp(kind, "env"))
		return append_env(calls, record, log);
	if (!strcmp(kind, "point"))
		json_object_set(f->primary, text_of(record, "point"), json_object_get(record, "primary"));
	if (calls && !strcmp(kind, "samples"))
		return append_samples(f, calls, record, log);
	return reclog_append(log, json_incref((json_t *)record));
}
