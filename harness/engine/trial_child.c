// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trial_child - the process in which a point is set up, repeated and verified; it leaves what it saw in shared memory
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "plan/axis.h"
#include "engine/disturbance.h"
#include "plan/rules.h"
#include "engine/trial_child.h"
#include "engine/watch.h"
#include "instruments/idle.h"
#include "memory/holders.h"
#include "memory/region_private.h"

#define TRAIN_FLOORS 200 /* a timed region is at least so many clock readings long, that they weigh at most 0.5 % */
#define TRAIN_MAX    64

static int wanted_node(const struct point *p, const struct machine *m)
{
	const struct axis *pair = benchmark_axis(p->benchmark, AXIS_TYPE_PAIR);
	int node = point_caller_node(p, m);

	return node >= 0 || !pair ? node : axis_pair(pair, p->params).from;
}

/* Where what is measured runs: where the axis of callers says, else on the source's node, else on any. */
static enum outcome pin(struct child *c)
{
	const struct machine *m = c->own.machine;
	const struct node *n = machine_node(m, wanted_node(c->point, m));

	for (int i = 0; i < m->nodes && (!n || n->cpu < 0); i++)
		n = &m->node[i];
	return n && n->cpu >= 0 ? trial_pin_cpu(&c->trial, n->cpu) : OK;
}

static void use_state(struct child *c, unsigned i)
{
	c->trial.state = c->states + i * c->point->benchmark->state_size;
}

static enum outcome for_each_run(struct child *c, unsigned from, enum outcome (*callback)(struct trial *t))
{
	enum outcome o = OK;

	for (unsigned i = from; callback && o == OK && i < c->train; i++) {
		use_state(c, i);
		o = callback(&c->trial);
	}
	return o;
}

static void reset_measured(struct trial *t)
{
	memset(&t->m, 0, sizeof(t->m));
	memset(t->left, 0, sizeof(t->left));
	t->series_points = 0;
	t->own->left_verified = 0;
	for (int i = 0; i < METRICS_MAX; i++)
		t->value[i] = NAN;
}

static void add_switches(struct repetition *r, const struct rusage *before, const struct rusage *after)
{
	r->sleeps = after->ru_nvcsw - before->ru_nvcsw;
	r->standard[M_SWITCHES] = r->sleeps + after->ru_nivcsw - before->ru_nivcsw;
}

static enum outcome run_all(struct child *c)
{
	return c->train == 1 ? c->point->benchmark->run(&c->trial) : for_each_run(c, 0, c->point->benchmark->run);
}

/* The timed region. Nothing stands between the wall clock's two readings but the runs. */
static enum outcome read_clocks(struct child *c, struct repetition *r, double *wall, double *cpu)
{
	struct rusage before, after;
	uint64_t start, end, cpu_start;
	enum outcome o;

	getrusage(RUSAGE_THREAD, &before);
	cpu_start = clock_thread_cpu_ns();
	start = clock_wall_ns();
	o = run_all(c);
	end = clock_wall_ns();
	*cpu = clock_thread_cpu_ns() - cpu_start;
	*wall = end - start;
	getrusage(RUSAGE_THREAD, &after);
	add_switches(r, &before, &after);
	return o;
}

/* With what shows who else was at work. */
static enum outcome time_on_hardware(struct child *c, struct repetition *r, double *wall, double *cpu)
{
	double queued_ns;
	enum outcome o;

	r->before = load_mark();
	queued_ns = load_queued_ns();
	o = read_clocks(c, r, wall, cpu);
	r->queued_ns = load_queued_ns() - queued_ns;
	r->after = load_mark();
	return o;
}

/* With what shows whether the CPU was idle, which jumps the clock. */
static enum outcome count_instructions(struct child *c, struct repetition *r, double *wall, double *cpu)
{
	struct idle_mark before, after;
	enum outcome o;

	if (idle_settle(&before))
		return broken(&c->trial, "schedstat", "%s", fault_text());
	o = read_clocks(c, r, wall, cpu);
	if (idle_yield(&after))
		return broken(&c->trial, "schedstat", "%s", fault_text());
	if (*wall > 0)
		r->standard[M_IDLE] = idle_share(&before, &after, *wall);
	return o;
}

static enum outcome time_runs(struct child *c, struct repetition *r, double *wall, double *cpu)
{
	static enum outcome (*const ways[])(struct child * c, struct repetition * r, double *wall, double *cpu) = {
		[TIME_HARDWARE] = time_on_hardware,
		[TIME_COUNTED] = count_instructions,
		[TIME_UNTIMED] = read_clocks,
	};
	enum outcome o;

	r->standard[M_IDLE] = NAN;
	contamination_begin(&c->others);
	o = ways[c->own.machine->timekeeper](c, r, wall, cpu);
	contamination_end(&c->others);
	return o;
}

static enum outcome watch_runs(struct child *c)
{
	enum outcome o;

	if (c->watch->begin(c->watch->context))
		return broken(&c->trial, "watch", "%s", fault_text());
	o = run_all(c);
	if (c->watch->end(c->watch->context) && o == OK)
		return broken(&c->trial, "watch", "%s", fault_text());
	return o;
}

/*
 * Pages are not where they belong: is that the fault of who moved them, or did the kernel move some by itself
 * meanwhile? Then the repetition proves nothing. Its sample is marked; a rule has no other.
 */
static enum outcome blame(struct child *c, struct repetition *r)
{
	static const char *const of_place[] = { "left-behind", "moved-alone", "misplaced", "promise-broken" };
	double pages = contamination_between_nodes(&c->others);
	struct trial *t = &c->trial;
	char detail[sizeof(t->own->detail)];
	bool place = false;

	for (size_t i = 0; i < sizeof(of_place) / sizeof(*of_place); i++)
		place |= !strcmp(t->own->reason, of_place[i]);
	if (!place || !pages)
		return WRONG;
	memcpy(detail, t->own->detail, sizeof(detail));
	if (c->point->benchmark->kind == SEMANTICS)
		return blocked(t, "contaminated", "%s; meanwhile the kernel moved %.0f pages between nodes by itself",
			       detail, pages);
	r->misplaced_pages = pages;
	t->own->reason[0] = t->own->detail[0] = '\0';
	return OK;
}

static enum outcome repeat(struct child *c, struct repetition *r)
{
	bool watched = c->watch && !r->warmup;
	const struct benchmark *b = c->point->benchmark;
	enum outcome o = for_each_run(c, 0, b->prepare);
	double wall = 0, cpu = 0;

	if (o == OK && b->kind != SEMANTICS)
		o = regions_look(&c->trial);
	reset_measured(&c->trial);
	use_state(c, 0);
	if (o == OK)
		o = watched ? watch_runs(c) : time_runs(c, r, &wall, &cpu);
	if (o == OK)
		o = for_each_run(c, 0, b->verify);
	if (o == WRONG)
		o = blame(c, r);
	if (o != OK)
		return o;
	if (c->trial.series_points > SERIES_POINTS_MAX)
		return broken(&c->trial, "series-full",
			      "%zu points in the series of one repetition; at most %d are kept", c->trial.series_points,
			      SERIES_POINTS_MAX);
	memcpy(r->own, c->trial.value, sizeof(r->own));
	memcpy(r->series, c->trial.series, c->trial.series_points * sizeof(*r->series));
	r->series_points = c->trial.series_points;
	memcpy(r->left, c->trial.left, sizeof(r->left));
	metrics_fill(r, c->own.machine, &c->trial.m, wall, cpu, c->train);
	r->standard[M_OTHERS] = fmax(contamination_pages(&c->others, &c->trial.m), r->misplaced_pages) / c->train;
	r->others_cause = r->standard[M_OTHERS] > 0 ? contamination_cause(&c->others) : "";
	if (watched)
		c->watch->keep(c->watch->context, &c->trial.m, c->train);
	return OK;
}

/* A first run far shorter than the clock can resolve becomes the first of a train. */
static enum outcome lengthen_train(struct child *c, double wall)
{
	const struct benchmark *b = c->point->benchmark;
	double wanted = c->floor * TRAIN_FLOORS / (wall > c->floor ? wall - c->floor : 1);

	if (b->is_floor || b->no_train || b->kind == SEMANTICS || wanted <= 1 || !c->floor)
		return OK;
	c->train = wanted < TRAIN_MAX ? (unsigned)ceil(wanted) : TRAIN_MAX;
	return for_each_run(c, 1, b->setup);
}

static enum outcome measure(struct child *c, unsigned runs)
{
	struct trial_result *result = c->result;
	enum outcome o =
		c->watch && c->watch->open(c->watch->context) ? broken(&c->trial, "watch", "%s", fault_text()) : OK;

	if (o == OK)
		o = for_each_run(c, 0, c->point->benchmark->setup);

	while (o == OK && result->done < runs) {
		struct repetition *r = &result->repetition[result->done];

		r->warmup = result->done < c->warmups;
		o = repeat(c, r);
		if (o != OK)
			break;
		if (!result->done++)
			o = lengthen_train(c, r->standard[M_WALL]);
	}
	if (c->point->benchmark->teardown)
		for (unsigned i = 0; i < c->train; i++) {
			use_state(c, i);
			c->point->benchmark->teardown(&c->trial);
		}
	return o;
}

/*
 * On one CPU the kernel's workers that a migration waits for run whenever they
 * may preempt us, and whether they may depends on all that ran before. Of the
 * lowest weight we always give way: batches of two pages then agree over seeds
 * within 0.01 %, not 0.19 % (Linux 6.12).
 */
static void give_way_to_workers(const struct trial *t)
{
	if (t->own->machine->timekeeper == TIME_COUNTED)
		setpriority(PRIO_PROCESS, 0, PRIO_MAX - 1);
}

/* What a rule costs, and what is counted instead of timed, is nobody's time. */
static bool is_judged_by_load(const struct child *c)
{
	return c->own.machine->timekeeper == TIME_HARDWARE && c->point->benchmark->kind != SEMANTICS && !c->watch;
}

/* Where no memory is the end of this point alone. */
static void leave_without_memory(void *context)
{
	struct trial_result *r = ((struct child *)context)->result;

	r->outcome = BROKEN;
	strcpy(r->reason, "no-memory");
	snprintf(r->detail, sizeof(r->detail), "no memory for what the harness itself keeps, after %u repetitions",
		 r->done);
	_exit(0);
}

void trial_child(struct child *c, unsigned runs, pid_t parent)
{
	const struct benchmark *b = c->point->benchmark;
	enum outcome o;

	c->trial.own = &c->own;
	child_leave_group(parent);
	alloc_on_failure(leave_without_memory, c);
	give_way_to_workers(&c->trial);
	c->train = 1;
	c->states = xcalloc(TRAIN_MAX, b->state_size ?: 1);
	c->trial.params = c->point->params;
	c->trial.rule = rules_of_point(c->point);
	c->trial.nodes = rules_nodes(c->own.machine);
	use_state(c, 0);
	if (is_judged_by_load(c))
		disturbance_begin(c->result, b);
	o = pin(c);
	if (o == OK)
		o = measure(c, runs);
	if (o == OK && is_judged_by_load(c))
		disturbance_end(c->result);
	if (b->kind != SEMANTICS)
		o = holders_blame(&c->trial, o);
	c->result->outcome = o;
	memcpy(c->result->reason, c->own.reason, sizeof(c->own.reason));
	memcpy(c->result->detail, c->own.detail, sizeof(c->own.detail));
	_exit(0);
}
