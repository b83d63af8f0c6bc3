// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop explain - where the kernel spends the time of a point
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "campaign/announce.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "campaign/measure.h"
#include "cli/command.h"
#include "cli/explain_source.h"
#include "cli/request_options.h"
#include "engine/page_lists.h"
#include "plan/settings.h"
#include "engine/trial.h"
#include "engine/watch.h"
#include "instruments/sampler.h"
#include "settings/knobs.h"

#define ROWS 16

static const char doc[] =
	"Repeats one point while looking into the kernel: a table of its functions with their share of the time, and a "
	"sentence "
	"on what dominates.\v"
	"Looks by the best means there is: samples where the CPU has a cycle counter, else the function_graph tracer, "
	"else samples "
	"by a timer, else tracepoints, else counters alone. Tracing needs root; what it changes is put back, after "
	"kill -9 by the "
	"next start.\n\n"
	"Examples:\n"
	"  nodehop explain move_pages size=1m batch=1\n"
	"  nodehop explain mbind size=4m --source graph\n"
	"  nodehop lab 2s --mode fast -- explain move_pages size=1m batch=1\n\n"
	"Exit codes: 0 fine, 1 the point is wrong or broken, 2 usage or no such source, 4 it cannot be measured here" EXIT_INTERRUPTED
	".";

enum { KEY_SOURCE = 0x500 };

static const struct argp_option option_table[] = {
	{ "source", KEY_SOURCE, "NAME", 0, "samples, graph, tracepoints or counters, instead of the best one", 1 },
	{},
};

struct options {
	struct request request;
	const char *source;
};

static error_t parse_explain(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->request;
		return 0;
	case KEY_SOURCE:
		o->source = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* ---- the source ---- */

static const struct explain_source *const sources[] = { &explain_samples, &explain_graph, &explain_events,
							&explain_counters };

#define SOURCES (sizeof(sources) / sizeof(*sources))

static const struct explain_source *named_source(const char *name)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (!strcmp(sources[i]->name, name))
			return sources[i]->usable() ? NULL : sources[i];
	fault("--source %s: there are samples, graph, tracepoints and counters", name);
	return NULL;
}

/* A timer's samples are worse than a trace, a cycle counter's are better. */
static const struct explain_source *best_source(void)
{
	if (sampler_has_cycles() && !explain_samples.usable())
		return &explain_samples;
	if (!explain_graph.usable())
		return &explain_graph;
	for (size_t i = 0; i < SOURCES - 1; i++)
		if (!sources[i]->usable())
			return sources[i];
	return &explain_counters;
}

/* ---- the trial, watched ---- */

struct view {
	const struct explain_source *source;
	struct explained seen;
};

static int open_source(void *context)
{
	struct view *v = context;

	return v->source->open(&v->seen);
}

static int begin(void *context)
{
	struct view *v = context;

	v->seen.wall_ns -= clock_wall_ns();
	v->seen.cpu_ns -= clock_thread_cpu_ns();
	v->source->begin();
	return 0;
}

static int end(void *context)
{
	struct view *v = context;
	int result = v->source->end();

	v->seen.cpu_ns += clock_thread_cpu_ns();
	v->seen.wall_ns += clock_wall_ns();
	return result;
}

static void keep(void *context, const struct measured *m, unsigned train)
{
	struct view *v = context;
	struct explained *seen = &v->seen;

	(void)train;
	seen->repetitions++;
	seen->m.calls += m->calls;
	seen->m.folios += m->folios;
	seen->m.pages_asked += m->pages_asked;
	seen->m.pages_moved += m->pages_moved;
}

/* ---- what is printed ---- */

static void print_rows(const struct breakdown *p)
{
	double rest = 0;

	printf("%7s  %-32s %s\n", "share", "kernel function", "work");
	for (size_t i = 0; i < p->rows; i++)
		if (i < ROWS)
			printf("%6.1f%%  %-32s %s\n", 100 * p->row[i].weight / p->total, p->row[i].name,
			       work_name(p->row[i].work));
		else
			rest += p->row[i].weight;
	if (p->rows > ROWS)
		printf("%6.1f%%  (%zu more)\n", 100 * rest / p->total, p->rows - ROWS);
}

/* Heaviest first. */
static void print_work(const struct breakdown *p)
{
	bool printed[WORKS] = {};

	printf("\n%7s  work\n", "share");
	for (int i = 0; i < WORKS; i++) {
		int best = -1;

		for (int w = 0; w < WORKS; w++)
			if (!printed[w] && p->work[w] > 0 && (best < 0 || p->work[w] > p->work[best]))
				best = w;
		if (best < 0)
			return;
		printed[best] = true;
		printf("%6.1f%%  %s\n", 100 * p->work[best] / p->total, work_name(best));
	}
}

static void print_breakdown(struct breakdown *p)
{
	char *sentence = breakdown_sentence(p);

	breakdown_sort(p);
	if (p->total > 0) {
		print_rows(p);
		print_work(p);
	}
	printf("\n%s\n", sentence ?: "");
	free(sentence);
}

/* What an emulator's clock is worth. */
static const char *stamp(const struct machine *m)
{
	if (m->timekeeper == TIME_COUNTED)
		return "one emulated CPU, no waiting for others: shares of instructions\n";
	if (m->timekeeper == TIME_UNTIMED)
		return "an emulated machine: what is done and waited for is the kernel's, how long it takes the "
		       "emulator's\n";
	return "";
}

static int print_outcome(enum outcome o, const char *reason, const char *detail)
{
	printf("%s: %s: %s\n", outcome_name(o), reason, detail);
	return o == WRONG || o == BROKEN ? EXIT_REGRESSED : EXIT_NOTHING;
}

static int show(struct view *v)
{
	struct breakdown *p = xcalloc(1, sizeof(*p));
	int failed = p ? 0 : fault("no memory for a breakdown");

	if (!failed)
		printf("calls %zu, folios %zu, pages moved %zu; the thread on its CPU %.0f %% of the time\n",
		       v->seen.m.calls, v->seen.m.folios, v->seen.m.pages_moved,
		       v->seen.wall_ns ? 100.0 * v->seen.cpu_ns / v->seen.wall_ns : 0);
	if (!failed && v->seen.m.pages_moved < v->seen.m.pages_asked)
		printf("%zu of %zu pages did not move: what is seen is not what it costs to move them\n",
		       v->seen.m.pages_asked - v->seen.m.pages_moved, v->seen.m.pages_asked);
	if (!failed)
		failed = v->source->collect(&v->seen, p);
	if (!failed)
		print_breakdown(p);
	if (p)
		breakdown_free(p);
	free(p);
	return failed ? exit_trouble() : EXIT_FINE;
}

/* With the settings of the point and of the source in force. */
static int watch_point(const struct point *p, const struct machine *m, struct view *v)
{
	const struct watch watch = { open_source, begin, end, keep, v };
	const char *reason = "";
	enum outcome o = settings_apply(p, m, true, &reason);
	struct trial_result *r;
	int code;

	if (o != OK)
		return print_outcome(o, reason, fault_text());
	if (v->source->prepare())
		return exit_trouble();
	r = trial_watch(p, m, v->source->repetitions, 0, &watch, interrupt_flag());
	if (!r)
		return exit_trouble();
	code = r->outcome == OK ? show(v) : print_outcome(r->outcome, r->reason, r->detail);
	trial_result_free(r);
	return code;
}

static int explain_point(const struct point *p, const struct machine *m, const struct explain_source *source)
{
	struct view *v = mmap(NULL, sizeof(*v), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long mark = knobs_mark();
	int code;

	if (v == MAP_FAILED) {
		fault("no shared memory to explain in: %m");
		return exit_trouble();
	}
	v->source = source;
	printf("%s\n%s", p->key, stamp(m));
	code = watch_point(p, m, v);
	if (knobs_restore(mark))
		code = exit_trouble();
	munmap(v, sizeof(*v));
	return code;
}

/* ---- the command ---- */

/* The first point that can be measured; what cannot says why. */
static int explain_first(const struct plan *plan, const struct machine *m, const struct explain_source *source)
{
	size_t i = 0;

	while (i < plan->points - 1 && plan->point[i].outcome != OK)
		i++;
	if (plan->points > 1)
		printf("the first of %zu points:\n", plan->points);
	if (plan->point[i].outcome == OK)
		return explain_point(&plan->point[i], m, source);
	printf("%s\n", plan->point[i].key);
	return print_outcome(plan->point[i].outcome, plan->point[i].reason, plan->point[i].detail);
}

static int explain_on(const struct machine *m, struct options *o)
{
	const struct explain_source *source;
	struct plan plan;
	int code;

	if (!o->request.word_count) {
		fault("explain what? Give a point, like: nodehop explain move_pages size=1m batch=1");
		return exit_trouble();
	}
	if (request_select(&o->request, 1 << MICRO | 1 << MACRO) || plan_make(&o->request.plan, m, &plan) ||
	    measure_prepare())
		return exit_trouble();
	settings_quiet(tell_unquiet);
	page_lists_lengthen(m);
	source = o->source ? named_source(o->source) : best_source();
	code = source ? explain_first(&plan, m, source) : exit_trouble();
	if (knobs_restore(0))
		code = exit_trouble();
	plan_free(&plan);
	return code;
}

static int explain(int argc, char **argv)
{
	static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { option_table, parse_explain, "BENCHMARK [AXIS=VALUE...]", doc, children,
					  NULL,		NULL };
	struct machine m = {};
	struct options o = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (environment_machine(&m))
		return exit_trouble();
	code = explain_on(&m, &o);
	machine_free(&m);
	return code;
}

COMMAND(explain) = { "explain", "where the kernel spends the time of a point", explain };
