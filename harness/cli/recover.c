// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop recover - put back the settings of a run that was killed, and close its folder with what is intact
 */
#include <argp.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/file.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/measure.h"
#include "cli/command.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "settings/knobs.h"
#include "settings/lock.h"

static const char doc[] =
	"Puts back the settings that a run which was killed had left changed, and closes its DIR.part, "
	"if given, as the\n"
	"incomplete run DIR: every intact record is kept, what is torn is left out, points without an "
	"end become\n"
	"broken: unfinished.\v"
	"Settings are put back by root; every run does so too when it starts. What cannot be put back "
	"stays in the\n"
	"journal and is named at each start.\n\n"
	"Examples:\n"
	"  nodehop recover                          settings alone\n"
	"  nodehop recover results/runs/20260101-120000-host.part\n"
	"Exit codes: 0 closed and put back, 2 a setting is not back, nothing is intact, or it is still "
	"being measured" EXIT_INTERRUPTED ".";

struct options {
	char *dir; /* without .part */
};

static error_t parse_recover(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (o->dir)
			argp_error(state, "one folder at a time");
		o->dir = run_dir_of(arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int pass_over(const json_t *record, void *context)
{
	(void)record;
	(void)context;
	return 0;
}

static int tell_log(const char *part, const char *name)
{
	char *path = file_path(part, name);
	bool torn;
	long records = reclog_read(path, pass_over, NULL, &torn);

	free(path);
	if (records < 0)
		return -1;
	printf("%s: %ld record%s kept%s\n", name, records, records == 1 ? "" : "s",
	       torn ? "; the one after them is torn and left out" : "");
	return 0;
}

static int tell_logs(const char *dir)
{
	struct dirent **entry;
	int count, failed = 0;
	char *part = run_part_path(dir);

	count = scandir(part, &entry, run_is_log, versionsort);
	if (count < 0)
		failed = fault("%s: cannot read: %m", part);
	for (int i = 0; i < count; i++) {
		failed |= tell_log(part, entry[i]->d_name);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	free(part);
	return failed;
}

/* ---- settings ---- */

/* EXIT_TROUBLE when one is not back, told on stderr. With a folder to close, those that are another's to put back are no trouble. */
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

static int close_folder(const char *dir)
{
	if (run_part_lock(dir) < 0 || tell_logs(dir) < 0)
		return exit_trouble();
	return finish_run(dir, false, NULL, NULL) == EXIT_TROUBLE ? EXIT_TROUBLE : EXIT_FINE;
}

static int recover(int argc, char **argv)
{
	static const struct argp argp = { NULL, parse_recover, "[DIR.part]", doc, NULL, NULL, NULL };
	struct options o = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	code = put_settings_back(!o.dir);
	if (o.dir && close_folder(o.dir) != EXIT_FINE)
		code = EXIT_TROUBLE;
	free(o.dir);
	return code;
}

COMMAND(recover) = { "recover", "put settings back after a run that was killed, and close its folder", recover };
