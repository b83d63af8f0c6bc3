// SPDX-License-Identifier: GPL-2.0-or-later
/* recover - puts back settings and closes the folder that a killed run left; what is intact is the record's to say */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/file.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/measure.h"
#include "campaign/recover.h"
#include "record/manifest.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "settings/knobs.h"
#include "settings/lock.h"

static int ignore_record(const json_t *record, void *context)
{
	(void)record;
	(void)context;
	return 0;
}

static int report_log(const char *part, const char *name)
{
	char *path = file_path(part, name);
	bool torn;
	long records = reclog_read(path, ignore_record, NULL, &torn);

	free(path);
	if (records < 0)
		return -1;
	printf("%s: %ld record%s kept%s\n", name, records, records == 1 ? "" : "s",
	       torn ? "; the one after them is torn and left out" : "");
	return 0;
}

static int report_logs(const char *dir)
{
	char *part = run_part_path(dir), **names;
	int failed = run_logs(part, &names) < 0;

	for (char **name = names; name && *name; name++)
		failed |= report_log(part, *name);
	run_logs_free(names);
	free(part);
	return failed ? -1 : 0;
}

/* ---- settings ---- */

/* EXIT_TROUBLE when one is not back, with a line on stderr. With a folder to close, settings that another user must put back are no trouble. */
static int put_settings_back(bool alone)
{
	long left = knobs_left(NULL);

	if (left < 0)
		return exit_trouble();
	if (!left && !knobs_of_earlier_boot())
		return alone ? puts("no setting is left changed"), EXIT_FINE : EXIT_FINE;
	if (lock_machine()) {
		fault_at("settings stay as they are");
		return exit_trouble(), alone ? EXIT_TROUBLE : EXIT_FINE;
	}
	if (measure_open_settings()) {
		if (left)
			fprintf(stderr, "nodehop: run `nodehop recover` as root to put them back\n");
		return left && alone ? EXIT_TROUBLE : EXIT_FINE;
	}
	return knobs_left(NULL) ? EXIT_TROUBLE : EXIT_FINE;
}

/* Exit code for a folder that nobody measures into: one that is closed, and what is none. */
static int report_closed(const char *dir)
{
	json_t *manifest = manifest_load(dir);

	if (!manifest)
		return exit_trouble();
	printf("%s: closed already%s; there is nothing to recover\n", dir,
	       json_is_true(json_object_get(manifest, "complete")) ? "" : ", as incomplete");
	json_decref(manifest);
	return EXIT_FINE;
}

static bool is_being_written(const char *dir)
{
	char *part = run_part_path(dir);
	bool there = !access(part, F_OK);

	free(part);
	return there;
}

static int close_folder(const char *dir)
{
	if (!is_being_written(dir))
		return report_closed(dir);
	if (run_part_lock(dir) < 0 || report_logs(dir) < 0)
		return exit_trouble();
	return finish_run(dir, false, NULL, NULL) == EXIT_TROUBLE ? EXIT_TROUBLE : EXIT_FINE;
}

int recover_after_kill(const char *dir)
{
	int code = put_settings_back(!dir);

	if (dir && close_folder(dir) != EXIT_FINE)
		code = EXIT_TROUBLE;
	return code;
}
