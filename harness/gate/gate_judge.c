// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_judge - the two stages of a gate: screen all points, confirm the flagged ones on fresh sessions */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "campaign/finish.h"
#include "compare/compare_words.h"
#include "gate/gate.h"
#include "record/fingerprint.h"
#include "record/merge.h"

/* Their sessions and seeds are the plan's. */
static const struct gate_stage first_stage = { .name = "first" }, more_stage = { .name = "more" },
			       screen_stage = { .name = "screen" };

/* ---- measuring ------------------------------------------------------------------------------- */

static struct run *load_measured(char *dir)
{
	struct run *run = run_load(dir);

	free(dir);
	return run;
}

static char *stage_dir(const struct gate *g, const struct gate_stage *s, const char *side)
{
	char name[32];

	snprintf(name, sizeof(name), "%s-%s", s->name, side);
	return file_path(g->dir, name);
}

static int take_stage(const struct gate *g, const struct gate_stage *s)
{
	char *a = stage_dir(g, s, "a"), *b = stage_dir(g, s, "b");
	int r;

	printf("%s: %zu sessions%s\n", s->name, s->sessions, g->stored ? "" : " a side");
	fflush(stdout);
	if (g->stored)
		r = side_take(&g->b, &g->experiment, b, s->seed, s->sessions);
	else
		r = sides_take(&g->a, &g->b, &g->experiment, a, b, s->seed + 2 * GATE_SEEDS_APART, s->seed,
			       s->sessions);
	free(a);
	free(b);
	return r;
}

static struct comparison *compare_stage(const struct gate *g, const struct gate_stage *s)
{
	struct compare_options options = {
		.variant = g->variant,
		.aa = g->aa,
		.gate_file = g->gate_file,
		.alpha = g->alpha,
		.strict = g->strict,
		.strict_functions = g->strict_functions,
		.a_skip = g->stored ? s->skip : 0,
		.a_take = g->stored ? s->sessions : 0,
	};
	struct run *a = g->stored ? g->baseline : load_measured(stage_dir(g, s, "a"));
	struct run *b = a ? load_measured(stage_dir(g, s, "b")) : NULL;
	struct comparison *c = b ? compare_runs(a, b, &options) : NULL;

	if (a != g->baseline)
		run_free(a);
	run_free(b);
	return c;
}

struct comparison *gate_measure_stage(const struct gate *g, const struct gate_stage *s)
{
	return take_stage(g, s) < 0 ? NULL : compare_stage(g, s);
}

/* ---- judging ---------------------------------------------------------------------------------- */

static int confirm(const struct gate *g, struct comparison *c, const size_t *picked, size_t n)
{
	struct gate_stage stage = { "confirm", g->plan.screen, g->plan.confirm, g->seed + GATE_SEEDS_APART };
	struct comparison *fresh;
	int r;

	printf("%zu point%s flagged\n", n, n == 1 ? " is" : "s are");
	fresh = gate_measure_stage(g, &stage);
	r = fresh ? compare_confirm(c, fresh, picked, n) : -1;
	compare_free(fresh);
	return r;
}

/* Fresh sessions are taken for what decides; an advisory point alone stays flagged. */
static bool any_gating(const struct comparison *c, const size_t *picked, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c->row[picked[i]].gating)
			return true;
	return false;
}

/* ---- the screen: first two sessions, and more where they leave what the A/A record has seen -------- */

static void print_open(const struct gate *g, const struct comparison *c, size_t open)
{
	printf("%zu point%s outside what the A/A record has seen, so %zu more sessions are taken:\n", open,
	       open == 1 ? " is" : "s are", g->plan.screen - GATE_FIRST);
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].gating && c->row[i].tested && !c->row[i].within_record)
			printf("  %s\n", c->row[i].point);
	fflush(stdout);
}

/* One run out of the two that a side took. */
static int join(const struct gate *g, const char *side)
{
	char *parts[] = { stage_dir(g, &first_stage, side), stage_dir(g, &more_stage, side) };
	char *whole = stage_dir(g, &screen_stage, side);
	int r = run_merge(whole, parts, 2) ? -1 : finish_seal(whole);

	free(parts[0]);
	free(parts[1]);
	free(whole);
	return r;
}

/* The whole screen, of which the first sessions are there. */
static struct comparison *measure_more(const struct gate *g)
{
	struct gate_stage more = more_stage, whole = screen_stage;

	more.skip = GATE_FIRST;
	more.sessions = g->plan.screen - GATE_FIRST;
	more.seed = g->seed + GATE_FIRST;
	whole.sessions = g->plan.screen;
	if (take_stage(g, &more) < 0 || join(g, "b") < 0 || (!g->stored && join(g, "a") < 0))
		return NULL;
	return compare_stage(g, &whole);
}

/* Where a function alone may fail the gate, two sessions are too few to say so. */
static bool is_settled(const struct gate *g, const struct comparison *c, size_t open)
{
	return !open && !(g->strict_functions && compare_functions_grew(c));
}

static struct comparison *screen(const struct gate *g)
{
	struct gate_stage first = first_stage;
	struct comparison *c, *whole;
	size_t open;

	first.sessions = GATE_FIRST;
	first.seed = g->seed;
	c = gate_measure_stage(g, &first);
	if (!c || json_array_size(c->differing))
		return c;
	open = compare_pass_seen(c);
	if (is_settled(g, c, open)) {
		printf("every gating point is within what the A/A record has seen: no more sessions are needed\n");
		return c;
	}
	print_open(g, c, open);
	whole = measure_more(g);
	if (whole)
		compare_keep_seen(whole, c);
	compare_free(c);
	return whole;
}

struct comparison *gate_judge(const struct gate *g)
{
	struct comparison *c = screen(g);
	size_t picked[CONFIRM_MAX];
	long n;

	if (!c || json_array_size(c->differing))
		return c;
	c->screen = g->plan.screen;
	n = compare_screen(c, g->plan.confirm, picked);
	if (n >= 0 && (!any_gating(c, picked, (size_t)n) || confirm(g, c, picked, (size_t)n) == 0))
		return c;
	compare_free(c);
	return NULL;
}

/* Of side B: the whole screen, or its first sessions where they were enough. free() it. */
static char *last_screen(const struct gate *g)
{
	char *whole = stage_dir(g, &screen_stage, "b");

	if (!access(whole, F_OK))
		return whole;
	free(whole);
	return stage_dir(g, &first_stage, "b");
}

static void print_incomparable(const struct gate *g, const struct comparison *c)
{
	char *keys = fingerprint_describe(c->differing);

	printf("since %s: incomparable: %s\n", g->pinned->dir, keys);
	free(keys);
}

int gate_print_creep(const struct gate *g)
{
	struct compare_options options = {
		.variant = g->variant, .aa = g->aa, .gate_file = g->gate_file, .alpha = g->alpha
	};
	struct run *b = load_measured(last_screen(g));
	struct comparison *c = b ? compare_runs(g->pinned, b, &options) : NULL;
	size_t picked[CONFIRM_MAX];
	long n = c && !json_array_size(c->differing) ? compare_screen(c, g->plan.confirm, picked) : 0;

	if (c && json_array_size(c->differing))
		print_incomparable(g, c);
	else if (c)
		printf("since %s: %zu point%s moved beyond the margin\n", g->pinned->dir,
		       compare_count(c, VERDICT_FLAGGED, false),
		       compare_count(c, VERDICT_FLAGGED, false) == 1 ? " has" : "s have");
	for (long i = 0; i < n; i++) {
		const struct compare_row *row = &c->row[picked[i]];
		char share[WORDS_MAX];

		printf("  %9s  %s\n", words_share(share, compare_change(row).change), row->point);
	}
	compare_free(c);
	run_free(b);
	return b ? 0 : -1;
}
