// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_run - a gate from its file to its exit code; the stages are gate_judge's and gate_here's, options are the command's */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "campaign/around.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "gate/gate_here.h"
#include "gate/gate_run.h"

/* ---- afterwards ----------------------------------------------------------------------------------- */

static int write_json(const struct gate *g, const struct comparison *c)
{
	char *path = file_path(g->dir, "gate.json"), *text = NULL;
	json_t *json = compare_to_json(c);
	int r = -1;

	if (json && (text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(15))))
		r = file_write_text(path, text);
	free(text);
	free(path);
	json_decref(json);
	return r;
}

static int report(const struct gate *g, const struct comparison *c)
{
	int code = compare_exit(c);

	if (code == EXIT_FINE && sides_lost())
		code = EXIT_UNDECIDED;
	if (write_json(g, c) < 0 || g->format->write(stdout, c, false) < 0)
		return exit_trouble();
	if (g->pinned && g->stored && gate_print_creep(g) < 0)
		return exit_trouble();
	printf("gate folder: %s\n", g->dir);
	return code == EXIT_UNDECIDED ? g->undecided : code;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static int make_folder(struct gate *g)
{
	g->dir = g->out ? xstrdup(g->out) : finish_default_dir("gate");
	if (!g->dir || file_claim_folder(g->dir) < 0)
		return -1;
	g->log = file_path(g->dir, "log");
	g->experiment.log = g->log;
	return 0;
}

static int stopped(const struct gate *g)
{
	static const char *const names[] = { "first-a",	 "first-b",   "more-a",	   "more-b", "screen-a",
					     "screen-b", "confirm-a", "confirm-b", NULL };

	sides_report_stopped(g->dir, names);
	return EXIT_TROUBLE;
}

int gate_run(struct gate *g)
{
	struct comparison *c;
	bool lab;
	int code;

	if (gate_load_file(g) < 0)
		return exit_trouble();
	lab = g->experiment.topology;
	code = lab ? gate_prepare(g) : gate_here_prepare(g);
	if (code)
		return code < 0 ? exit_trouble() : EXIT_NOTHING;
	if (gate_report_meanings(g))
		return EXIT_INCOMPARABLE;
	if (g->plan_only)
		return EXIT_FINE;
	if (gate_prepare_sides(g) < 0 || make_folder(g) < 0 || (!g->experiment.topology && around_report() < 0))
		return exit_trouble();
	interrupt_note();
	c = lab ? gate_judge(g) : gate_here_judge(g);
	if (c && !*interrupt_flag())
		code = report(g, c);
	else
		code = stopped(g);
	compare_free(c);
	return code;
}

void gate_free(struct gate *g)
{
	gate_file_free(g->gate_file);
	side_free(&g->a);
	side_free(&g->b);
	run_free(g->baseline);
	run_free(g->pinned);
	kernel_free(&g->kernel);
	aa_free(g->aa);
	gate_here_free(g->here);
	free(g->variant);
	free(g->machine);
	free(g->name);
	free(g->dir);
	free(g->log);
}
