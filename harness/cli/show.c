// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop show - the table of a stored run again, or every sample of one point
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/nearest.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "cli/command.h"
#include "output/samples.h"
#include "output/table.h"

static const char doc[] = "Prints the table of a stored run, as `run` printed it.\v"
			  "Examples:\n"
			  "  nodehop show results/runs/20260101-120000-host\n"
			  "  nodehop show RUN --point \"move_pages size=16m batch=512 pair=0:1 page=base\"\n"
			  "Exit codes: 0 fine, 2 no such point, no such run, or a damaged one (with the file that is).";

struct options {
	const char *dir, *point;
};

static const struct argp_option option_table[] = {
	{ "point", 'p', "KEY", 0, "every sample of this point (a key as the table has it)", 0 },
	{},
};

static error_t parse_show(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'p':
		o->point = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->dir)
			argp_error(state, "one run at a time; \"%s\" is a second (quote a key that has blanks)", arg);
		o->dir = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which run folder");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Of that benchmark; of any, when `benchmark` is NULL. NULL when there is none. */
static const char *nearest_key(const struct run *run, const char *key, const char *benchmark)
{
	size_t distance, least = (size_t)-1;
	const char *best = NULL;

	for (size_t i = 0; i < run->points; i++) {
		if (benchmark && strcmp(run->point[i].benchmark, benchmark))
			continue;
		distance = nearest_distance(key, run->point[i].key);
		if (distance < least) {
			least = distance;
			best = run->point[i].key;
		}
	}
	return best;
}

/* The nearest name is looked for among the points of the benchmark that was named. */
static int no_such_point(const struct run *run, const char *key)
{
	char *benchmark = xstrndup(key, strcspn(key, " "));
	const char *best = benchmark ? nearest_key(run, key, benchmark) : NULL;

	free(benchmark);
	if (!best)
		best = nearest_key(run, key, NULL);
	if (!best)
		return fault("%s: has no points at all", run->dir);
	return fault("%s: has no point \"%s\"; the nearest is \"%s\"", run->dir, key, best);
}

static int show_point(const struct run *run, const char *key)
{
	long point = run_find_point(run, key);
	const struct run_point *p;

	if (point < 0)
		return no_such_point(run, key);
	p = &run->point[point];
	printf("%s\n%s%s%s%s%s\n", p->key, p->outcome, *p->reason ? ": " : "", p->reason, *p->detail ? ": " : "",
	       p->detail);
	if (samples_print(run, point) < 0)
		return -1;
	table_print_stamps(run);
	return 0;
}

static int show(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_show, "RUN", doc, NULL, NULL, NULL };
	struct options o = {};
	struct run *run;
	int failed;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	run = run_load(o.dir);
	if (!run)
		return exit_trouble();
	failed = o.point ? show_point(run, o.point) : finish_print(run);
	run_free(run);
	return failed ? exit_trouble() : EXIT_FINE;
}

COMMAND(show) = { "show", "the table of a stored run, or every sample of a point", show };
