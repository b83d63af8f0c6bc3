// SPDX-License-Identifier: GPL-2.0-or-later
/* finish - closes a run folder, prints its table, picks the exit code */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "analysis/model.h"
#include "analysis/summary_table.h"
#include "base/fault.h"
#include "base/folder_name.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/progress.h"
#include "output/cost.h"
#include "output/counted.h"
#include "output/table.h"
#include "record/run.h"
#include "record/run_dir.h"

#define RUNS   "results/runs/"
#define LATEST RUNS "latest"

/* By another run of this second. */
static bool is_taken(const char *dir)
{
	char *part = run_part_path(dir);
	bool taken = !access(dir, F_OK) || !access(part, F_OK);

	free(part);
	return taken;
}

char *finish_default_dir(const char *name)
{
	char stamp[32], most[61], *plain, *dir;
	time_t now = time(NULL);
	size_t length;

	snprintf(most, sizeof(most), "%s", name); /* some firmware writes whole sentences */
	plain = folder_name(most);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime(&now));
	dir = text_append(NULL, RUNS "%s-%s", stamp, *plain ? plain : "run");
	free(plain);
	length = strlen(dir);
	for (int n = 2; is_taken(dir); n++) {
		dir[length] = '\0';
		dir = text_append(dir, "-%d", n);
	}
	return dir;
}

static int exit_code(const struct run *run)
{
	size_t measured = 0;

	for (size_t i = 0; i < run->points; i++) {
		const char *outcome = run->point[i].outcome;

		if (!strcmp(outcome, "wrong") || !strcmp(outcome, "broken"))
			return EXIT_REGRESSED;
		measured += !strcmp(outcome, "ok") || !strcmp(outcome, "unstable");
	}
	return measured ? EXIT_FINE : EXIT_NOTHING;
}

void finish_report_interrupted(const char *dir, const char *go_on)
{
	if (!*interrupt_flag())
		return;
	fprintf(stderr, "nodehop: interrupted by %s; what was measured is kept in %s", interrupt_name(), dir);
	if (go_on)
		fprintf(stderr, "; `%s %s` goes on", go_on, dir);
	fputc('\n', stderr);
}

int finish_seal(const char *dir)
{
	return summary_write(dir) || models_write(dir) || run_seal(dir) ? -1 : 0;
}

int finish_print(const struct run *run)
{
	return table_print(run) || cost_print(run) || counted_print(run) ? -1 : 0;
}

/* So that the run just made need not be spelt out. A link that cannot be made is no reason to fail. */
static void link_latest(const char *dir)
{
	if (strncmp(dir, RUNS, strlen(RUNS)) || strchr(dir + strlen(RUNS), '/'))
		return;
	unlink(LATEST);
	if (symlink(dir + strlen(RUNS), LATEST))
		fprintf(stderr, "nodehop: " LATEST ": cannot link to %s: %m\n", dir);
}

/* What the records of a run held that they must not; none in a run that was measured by one version, on a sound disk. */
static void report_left_out(const struct run *run)
{
	const json_t *why;
	size_t i;

	json_array_foreach (json_object_get(run->env, "left_out"), i, why)
		fprintf(stderr, "nodehop: %s\n", json_string_value(why));
}

int finish_run(const char *dir, bool complete, const char *cause, const char *detail)
{
	struct run *run;
	int code;

	if (run_collect(dir, complete, cause, detail)) {
		if (complete || cause)
			fault_at("kept in %s.part, `nodehop recover %s.part` closes it", dir, dir);
		return exit_trouble();
	}
	if (finish_seal(dir))
		return exit_trouble();
	link_latest(dir);
	run = run_load(dir);
	if (!run)
		return exit_trouble();
	report_left_out(run);
	if (progress_is_plain() && finish_print(run)) {
		run_free(run);
		return exit_trouble();
	}
	code = interrupt_exit_code(exit_code(run));
	progress_end(dir, run->complete, code);
	run_free(run);
	return code;
}
