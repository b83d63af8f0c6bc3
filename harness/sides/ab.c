// SPDX-License-Identifier: GPL-2.0-or-later
/* ab - measures two sides and compares them, or writes the A/A record of two that are alike; options are the command's */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/env_text.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "campaign/around.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "compare/compare.h"
#include "judging/aa.h"
#include "judging/baseline.h"
#include "lab/boot.h"
#include "lab/kernels.h"
#include "sides/ab.h"
#include "sides/ab_record.h"

#define SEEDS_APART 500 /* between the sides' seeds */

/* ---- measuring ------------------------------------------------------------------------- */

static int make_folder(struct ab *ab)
{
	ab->dir = ab->out ? xstrdup(ab->out) : finish_default_dir(ab->aa ? "aa" : "ab");
	if (!ab->dir || file_claim_folder(ab->dir) < 0)
		return -1;
	ab->dir_a = file_path(ab->dir, "a");
	ab->dir_b = file_path(ab->dir, "b");
	ab->log = file_path(ab->dir, "log");
	ab->experiment.log = ab->log;
	return 0;
}

/* Seconds that one session takes, when as many run side by side as here; 0 with a fault when it failed. */
static double measure(const struct ab *ab)
{
	uint64_t start_ns = clock_wall_ns();
	size_t side_by_side = ab->experiment.topology ? (size_t)boot_parallel() : 1;

	printf("%zu sessions a side, into %s\n", (size_t)ab->sessions, ab->dir);
	if (sides_take(&ab->a, &ab->b, &ab->experiment, ab->dir_a, ab->dir_b, ab->seed, ab->seed + SEEDS_APART,
		       ab->sessions) < 0)
		return 0;
	return (double)(clock_wall_ns() - start_ns) / 1e9 * (double)side_by_side / (double)(2 * ab->sessions);
}

/* ---- A/B -------------------------------------------------------------------------------- */

static struct comparison *compare_sides(const struct ab *ab, const struct run *a, const struct run *b, struct aa *aa)
{
	struct compare_options options = {
		.variant = ab->variant,
		.aa = aa,
		.alpha = ab->alpha,
		.strict = ab->strict,
		.strict_functions = ab->strict_functions,
		.explain = ab->explain,
	};
	struct comparison *c;

	if (baseline_add_aa(aa, ab->root, a->env) < 0 || baseline_add_aa(aa, ab->root, b->env) < 0)
		return NULL;
	c = compare_runs(a, b, &options);
	if (c && compare_judge(c) == 0)
		return c;
	compare_free(c);
	return NULL;
}

static int write_json(const struct ab *ab, const struct comparison *c)
{
	char *path = file_path(ab->dir, "ab.json");
	FILE *file = fopen(path, "we");
	int r = file ? compare_write_json(file, c, true) : fault("%s: cannot create: %s", path, strerror(errno));

	if (file && fclose(file))
		r = fault("%s: cannot write: %s", path, strerror(errno));
	free(path);
	return r;
}

static int report(const struct ab *ab, const struct run *a, const struct run *b)
{
	struct aa *aa = aa_new();
	struct comparison *c = aa ? compare_sides(ab, a, b, aa) : NULL;
	int code = EXIT_TROUBLE;

	if (c && ab->format->write(stdout, c, false) == 0 && write_json(ab, c) == 0)
		code = compare_exit(c);
	else
		exit_trouble();
	if (code == EXIT_FINE && sides_lost())
		code = EXIT_UNDECIDED;
	compare_free(c);
	aa_free(aa);
	return code;
}

/* ---- A/A -------------------------------------------------------------------------------- */

/* The lab's name of the kernel, or the kernel's own. */
static const char *default_name(const struct ab *ab, const struct run *run)
{
	const char *name = !ab->experiment.topology ? env_kernel(run->env)
			   : ab->a.kernel	    ? ab->a.kernel
						    : KERNEL_DEFAULT;
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int write_record(const struct ab *ab, const struct run *a, const struct run *b, double session_s)
{
	struct ab_record record = {
		.root = ab->root,
		.name = ab->name ? ab->name : default_name(ab, a),
		.alpha = ab->alpha,
		.session_s = session_s,
		.in_turns = !ab->experiment.topology,
		.order_seed = ab->seed + SEEDS_APART,
	};

	return ab_record_write(&record, a, b) < 0 ? exit_trouble() : EXIT_FINE;
}

/* ---- the whole --------------------------------------------------------------------------- */

static int finish(const struct ab *ab, double session_s)
{
	struct run *a = run_load(ab->dir_a), *b = a ? run_load(ab->dir_b) : NULL;
	int code;

	if (!b)
		code = exit_trouble();
	else
		code = ab->aa ? write_record(ab, a, b, session_s) : report(ab, a, b);
	run_free(a);
	run_free(b);
	return code;
}

int ab_run(struct ab *ab)
{
	static const char *const names[] = { "a", "b", NULL };
	double session_s;

	if (side_check(&ab->a, &ab->experiment) < 0 || side_check(&ab->b, &ab->experiment) < 0)
		return exit_trouble();
	if (!ab->aa)
		sides_declare(ab->variant);
	if (make_folder(ab) < 0 || (!ab->experiment.topology && around_report() < 0))
		return exit_trouble();
	interrupt_note();
	session_s = measure(ab);
	if (session_s > 0 && !*interrupt_flag())
		return finish(ab, session_s);
	sides_report_stopped(ab->dir, names);
	return EXIT_TROUBLE;
}

void ab_free(struct ab *ab)
{
	side_free(&ab->a);
	side_free(&ab->b);
	free(ab->variant);
	free(ab->dir);
	free(ab->dir_a);
	free(ab->dir_b);
	free(ab->log);
}
