// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop list - the benchmarks, their axes and metrics
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "plan/axis.h"
#include "plan/plan.h"
#include "plan/registry.h"

static const char doc[] =
	"Lists the benchmarks; with a name, its axes, defaults, own metrics and sweeps, or its rules.\v"
	"Examples:\n"
	"  nodehop list\n"
	"  nodehop list move_pages";

static error_t parse_list(int key, char *arg, struct argp_state *state)
{
	const char **name = state->input;

	if (key != ARGP_KEY_ARG || *name)
		return ARGP_ERR_UNKNOWN;
	*name = arg;
	return 0;
}

static void print_sweeps(const struct benchmark *b, enum profile profile)
{
	const char *const *more = b->hardware[profile];

	for (const char *const *line = b->sweeps[profile]; line && *line; line++)
		printf("  %-9s %s\n", line == b->sweeps[profile] ? profile_name(profile) : "", *line);
	for (; more && *more; more++)
		printf("  %-9s %s (on hardware)\n", "", *more);
}

static void print_one(const struct benchmark *b)
{
	printf("%s (%s, revision %d): %s\n", b->name, benchmark_kind_name(b->kind), b->revision, b->about);
	for (const struct rule *r = b->rules; r && r->name; r++)
		printf("  %-26s %s\n", r->name, r->promise);
	for (const struct axis *a = b->axes; !b->rules && a && a->name; a++)
		printf("  %-9s %s; default %s (%s)\n", a->name, a->about, a->values, axis_grammar(a));
	for (const struct metric *own = b->metrics; !b->rules && own && own->name; own++)
		printf("  %-9s metric: %s\n", own->name, own->meaning);
	for (int i = 0; i < PROFILES; i++)
		print_sweeps(b, i);
	if (!b->rules)
		printf("  primary   %s%s\n", b->primary ?: "page",
		       b->migrates ? "; where the lab counts functions, the path" : "");
}

static int list(int argc, char **argv)
{
	static const struct argp argp = { NULL, parse_list, "[BENCHMARK]", doc, NULL, NULL, NULL };
	const struct benchmark *b;
	const char *name = NULL;

	argp_parse(&argp, argc, argv, 0, NULL, &name);
	if (name) {
		b = registry_find(name);
		if (!b)
			return exit_trouble();
		print_one(b);
		return EXIT_FINE;
	}
	for (const struct benchmark *const *each = registry_all(); *each; each++)
		printf("%-20s %-9s %s\n", (*each)->name, benchmark_kind_name((*each)->kind), (*each)->about);
	return EXIT_FINE;
}

COMMAND(list) = { "list", "the benchmarks, their axes and metrics", list };
