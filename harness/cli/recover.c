// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop recover - close the folder of a run that was killed, with what is intact
 */
#include <argp.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "cli/command.h"
#include "cli/finish.h"
#include "record/file.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"

static const char doc[] = "Closes DIR.part, left behind by a run that was killed, as the incomplete run DIR: every "
			  "intact record is kept,\n"
			  "what is torn is left out, points without an end become broken: unfinished.\v"
			  "Examples:\n"
			  "  nodehop recover results/runs/20260101-120000-host.part\n"
			  "Exit codes: 0 closed, 2 nothing is intact, or it is still being measured" EXIT_INTERRUPTED ".";

struct options {
	char *dir; /* without .part */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (o->dir)
			argp_error(state, "one folder at a time");
		o->dir = run_dir_of(arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which folder (it ends in .part)");
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

static int recover(int argc, char **argv)
{
	static const struct argp argp = { NULL, parse, "DIR.part", doc, NULL, NULL, NULL };
	struct options o = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (run_part_lock(o.dir) < 0 || tell_logs(o.dir) < 0)
		code = command_trouble();
	else
		code = finish_run(o.dir, false, NULL, NULL) == EXIT_TROUBLE ? EXIT_TROUBLE : EXIT_FINE;
	free(o.dir);
	return code;
}

COMMAND(recover) = { "recover", "close the folder of a run that was killed", recover };
