// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_restore - putting changed settings back, and saying what became of each */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "settings/journal.h"
#include "settings/knob_restore.h"
#include "settings/knob_special.h"
#include "settings/knob_value.h"

static void report_one(void (*report)(const struct knob_report *knob), const struct change *c, const char *now,
		       const char *why)
{
	char *found = knob_value_text(c->path, &c->found);

	if (report)
		report(&(struct knob_report){ c->path, now, found, why });
	free(found);
}

/* A file that is as it was is not written again; what is special may read the same and be something else. */
static int put_back(const struct change *c)
{
	struct bytes value, now;
	bool same = false;
	int failed;

	if (!special_knob(c->path) && !knob_file_read(c->path, &now)) {
		same = now.size == c->found.size && !memcmp(now.data, c->found.data, now.size);
		free(now.data);
	}
	if (same)
		return 0;
	value = knob_file_value(c->path, &c->found);
	failed = knob_value_write(c->path, &value) || !knob_value_is_back(c->path, &c->found);
	free(value.data);
	return failed ? -1 : 0;
}

static int put_back_and_report(struct change *c, void (*report)(const struct knob_report *knob), bool say_success)
{
	char *now = knob_value_shown(c->path);
	int failed = put_back(c);

	if (failed || say_success)
		report_one(report, c, now, failed ? fault_text() : NULL);
	c->serial = 0;
	free(now);
	return failed;
}

int changes_put_back(struct changes *list, unsigned long mark, void (*report)(const struct knob_report *knob),
		     bool say_success)
{
	size_t before = list->n;
	int failed = 0;

	for (size_t i = list->n; i--;) {
		if (list->change[i].serial < mark)
			continue;
		if (put_back_and_report(&list->change[i], report, say_success))
			failed = -1;
		else
			changes_remove(list, i);
	}
	if (list->n != before && journal_write(list))
		failed = -1;
	return failed;
}

void changes_report(const struct changes *list, void (*report)(const struct knob_report *knob), const char *why)
{
	char *reason = xstrdup(why);

	for (size_t i = 0; i < list->n; i++) {
		char *now = knob_value_shown(list->change[i].path);

		report_one(report, &list->change[i], now, reason);
		free(now);
	}
	fault("%s", reason);
	free(reason);
}
