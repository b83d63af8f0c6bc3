// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lab_functions - a lab guest's records on their way to the log, with what the host saw of them: functions, and the
 * path as what gates a point. What is made of a profile is functions.h's.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "functions/functions.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "base/outcome.h"
#include "campaign/lab_functions.h"
#include "campaign/progress.h"
#include "plan/registry.h"
#include "record/env.h"
#include "record/path.h"

struct lab_functions {
	const char *rules;   /* the file of kinds; NULL: the program's own */
	struct kinds *kinds; /* NULL: not loaded yet */
	json_t *primary;     /* by point: the guest's own */
	json_t *migrates;    /* by point: the kernel moves what it times */
	json_t *unknown;     /* by point whose path should be known: why it is not */
	bool reported;	     /* why some point has none */
};

struct lab_functions *lab_functions_new(const char *kinds)
{
	struct lab_functions *f = xcalloc(1, sizeof(*f));

	f->rules = kinds;
	f->primary = json_object();
	f->migrates = json_object();
	f->unknown = json_object();
	return f;
}

void lab_functions_free(struct lab_functions *f)
{
	if (!f)
		return;
	kinds_free(f->kinds);
	json_decref(f->primary);
	json_decref(f->migrates);
	json_decref(f->unknown);
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

	json_object_set_new(json_object_get(copy, "soft"), ENV_FUNCTIONS, json_boolean(calls != NULL));
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
	f->kinds = kinds_load(f->rules);
	return f->kinds && functions_describe(append_metric, log) == 0 ? 0 : -1;
}

/* A guest does not know of its profile: here the path becomes what gates its point. */
static int append_point(struct lab_functions *f, const json_t *record, struct reclog *log)
{
	const char *point = text_of(record, "point");
	json_t *copy = json_deep_copy(record);

	json_object_set(f->primary, point, json_object_get(record, "primary"));
	if (registry_migrates(text_of(record, "benchmark"))) {
		json_object_set_new(f->migrates, point, json_true());
		json_object_set_new(copy, "primary", json_string(PATH_INSNS));
	}
	return reclog_append(log, copy);
}

/* Where the path gates and is not known, nothing else takes its place. */
static int append_outcome(const struct lab_functions *f, const json_t *record, struct reclog *log)
{
	json_t *copy = json_deep_copy(record), *why = json_object_get(f->unknown, text_of(record, "point"));

	if (why && !strcmp(text_of(record, "outcome"), outcome_name(OK))) {
		json_object_set_new(copy, "outcome", json_string(outcome_name(UNSTABLE)));
		json_object_set_new(copy, "reason", json_string(PATH_UNKNOWN));
		json_object_set(copy, "detail", why);
	}
	return reclog_append(log, copy);
}

static void say_why(struct lab_functions *f, const char *point)
{
	if (json_object_get(f->migrates, point))
		json_object_set_new(f->unknown, point, json_string(fault_text()));
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
		failed = functions_take(calls, f->kinds, copy, text_of(f->primary, point),
					json_object_get(f->migrates, point), &functions);
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
	if (calls && !strcmp(kind, "point"))
		return append_point(f, record, log);
	if (calls && !strcmp(kind, "samples"))
		return append_samples(f, calls, record, log);
	if (calls && !strcmp(kind, "outcome"))
		return append_outcome(f, record, log);
	return reclog_append(log, json_incref((json_t *)record));
}
