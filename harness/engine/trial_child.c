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
#include "plan/rules.h"
#include "engine/trial_child.h"
#include "instruments/window.h"
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

static enum outcome run_all(struct child *c)
{
	return c->train == 1 ? c->point->benchmark->run(&c->trial) : for_each_run(c, 0, c->point->benchmark->run);
}

/*
 * The timed region, as its clock and who looks on from outside the guest know it. Nothing stands between the wall clock's
 * two readings but the runs. Never inlined: the compiler would
 * add what its callers keep in registers, an instruction here or there.
 */
static __attribute__((noinline)) enum outcome read_clocks(struct child *c, struct repetition *r)
{
	uint64_t start, end, cpu_start;
	enum outcome o;

	cpu_start = clock_thread_cpu_ns();
	window_open();
	start = clock_wall_ns();
	o = run_all(c);
	end = clock_wall_ns();
	window_close();
	r->cpu = clock_thread_cpu_ns() - cpu_start;
	r->wall = end - start;
	return o;
}

static enum outcome instrument_failed(struct child *c, const struct instrument *instrument)
{
	return broken(&c->trial, instrument->reason ?: instrument->name, "%s", fault_text());
}

static enum repetition_kind kind_of(const struct child *c, const struct repetition *r)
{
	return r->warmup ? REPETITION_TIMED : c->request->kind;
}

/* Inside all instruments that look at repetitions of this kind. */
static enum outcome run_watched(struct child *c, struct repetition *r)
{
	enum repetition_kind kind = kind_of(c, r);
	const struct instrument *failed = instruments_begin(c->request->instruments, kind);
	enum outcome o;

	if (failed)
		return instrument_failed(c, failed);
	o = kind == REPETITION_TIMED ? read_clocks(c, r) : run_all(c);
	failed = instruments_end(c->request->instruments, kind);
	return failed && o == OK ? instrument_failed(c, failed) : o;
}

/*
 * Pages are not where they belong: is that the fault of who moved them, or did the kernel move some by itself
 * meanwhile? Then the repetition proves nothing. Its sample is marked; a rule has no other.
 */
static enum outcome blame(struct child *c, struct repetition *r)
{
	static const char *const of_place[] = { "left-behind", "moved-alone", "misplaced", "promise-broken" };
	double pages = instruments_moved_between_nodes(c->request->instruments);
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

static enum outcome leave(struct child *c, struct repetition *r)
{
	struct trial *t = &c->trial;

	if (t->series_points > SERIES_POINTS_MAX)
		return broken(t, "series-full", "%zu points in the series of one repetition; at most %d are kept",
			      t->series_points, SERIES_POINTS_MAX);
	memcpy(r->own, t->value, sizeof(r->own));
	memcpy(r->series, t->series, t->series_points * sizeof(*r->series));
	r->series_points = t->series_points;
	memcpy(r->left, t->left, sizeof(r->left));
	metrics_fill(r, c->own.machine, &t->m, c->train);
	instruments_record(c->request->instruments, kind_of(c, r), &t->m, r);
	return OK;
}

static enum outcome repeat(struct child *c, struct repetition *r)
{
	const struct benchmark *b = c->point->benchmark;
	enum outcome o = for_each_run(c, 0, b->prepare);

	if (o == OK && b->kind != SEMANTICS)
		o = regions_look(&c->trial);
	reset_measured(&c->trial);
	use_state(c, 0);
	if (o == OK)
		o = run_watched(c, r);
	if (o == OK)
		o = for_each_run(c, 0, b->verify);
	if (o == WRONG)
		o = blame(c, r);
	return o == OK ? leave(c, r) : o;
}

/* A first run far shorter than the clock can resolve becomes the first of a train. */
static enum outcome lengthen_train(struct child *c, double wall)
{
	const struct benchmark *b = c->point->benchmark;
	double floor = c->request->floor;
	double wanted = floor * TRAIN_FLOORS / (wall > floor ? wall - floor : 1);

	if (b->is_floor || b->no_train || b->kind == SEMANTICS || wanted <= 1 || !floor)
		return OK;
	c->train = wanted < TRAIN_MAX ? (unsigned)ceil(wanted) : TRAIN_MAX;
	return for_each_run(c, 1, b->setup);
}

static enum outcome repeat_all(struct child *c)
{
	struct trial_result *result = c->result;
	enum outcome o = OK;

	while (o == OK && result->done < c->warmups + c->repetitions) {
		struct repetition *r = &result->repetition[result->done];

		r->warmup = result->done < c->warmups;
		o = repeat(c, r);
		if (o == OK && !result->done++)
			o = lengthen_train(c, r->standard[M_WALL]);
	}
	return o;
}

static void tear_down(struct child *c)
{
	for (unsigned i = 0; c->point->benchmark->teardown && i < c->train; i++) {
		use_state(c, i);
		c->point->benchmark->teardown(&c->trial);
	}
}

static enum outcome measure(struct child *c)
{
	const struct trial_request *request = c->request;
	const struct subject subject = { c->point->benchmark, c->point->key, &c->result->window };
	const struct instrument *failed = instruments_open(request->instruments, request->kind, &subject);
	enum outcome o = failed ? instrument_failed(c, failed) : for_each_run(c, 0, c->point->benchmark->setup);

	if (o == OK)
		o = repeat_all(c);
	tear_down(c);
	failed = o == OK ? instruments_close(request->instruments, request->kind, &subject) : NULL;
	return failed ? instrument_failed(c, failed) : o;
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

/* Where no memory is the end of this point alone. */
static void leave_without_memory(void *context)
{
	struct trial_result *r = ((struct child *)context)->result;

	r->outcome = BROKEN;
	strcpy(r->reason, "no-memory");
	snprintf(r->detail, sizeof(r->detail), "no memory for the harness's own records, after %u repetitions",
		 r->done);
	_exit(0);
}

void trial_child(struct child *c, pid_t parent)
{
	const struct benchmark *b = c->point->benchmark;
	enum outcome o;

	c->trial.own = &c->own;
	c->own.work = b->work;
	child_leave_group(parent);
	alloc_on_failure(leave_without_memory, c);
	give_way_to_workers(&c->trial);
	c->train = 1;
	c->states = xcalloc(TRAIN_MAX, b->state_size ?: 1);
	c->trial.params = c->point->params;
	c->trial.rule = rules_of_point(c->point);
	c->trial.nodes = rules_nodes(c->own.machine);
	use_state(c, 0);
	o = pin(c);
	if (o == OK)
		o = measure(c);
	if (b->kind != SEMANTICS)
		o = holders_blame(&c->trial, o);
	c->result->outcome = o;
	memcpy(c->result->reason, c->own.reason, sizeof(c->own.reason));
	memcpy(c->result->detail, c->own.detail, sizeof(c->own.detail));
	_exit(0);
}
