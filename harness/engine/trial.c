// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "engine/axis.h"
#include "engine/disturbance.h"
#include "engine/needs.h"
#include "engine/rules.h"
#include "engine/trial.h"
#include "engine/watch.h"
#include "instruments/contamination.h"
#include "instruments/idle.h"
#include "machine/syscalls.h"
#include "memory/holders.h"
#include "memory/region_look.h"
#include "settings/knobs.h"

#define DEADLINE_S	 60
#define DEADLINE_BYTES_S (32ull << 20) /* more, so that all repetitions of a large point fit in */
#define REAP_S		 10  /* for killed processes to end; one that hangs in the kernel must not hold up the rest */
#define TRAIN_FLOORS	 200 /* a timed region is at least so many clock readings long, that they weigh at most 0.5 % */
#define TRAIN_MAX	 64

/* ---- what benchmarks call ---- */

/* clang-format off */
#define DEFINE_OUTCOME(name, value)							\
	enum outcome name(struct trial *t, const char *code, const char *format, ...)	\
	{										\
		va_list args;								\
											\
		va_start(args, format);							\
		vsnprintf(t->detail, sizeof(t->detail), format, args);			\
		va_end(args);								\
		snprintf(t->reason, sizeof(t->reason), "%s", code);			\
		return value;								\
	}
/* clang-format on */
DEFINE_OUTCOME(skipped, SKIPPED)
DEFINE_OUTCOME(blocked, BLOCKED)
DEFINE_OUTCOME(wrong, WRONG)
DEFINE_OUTCOME(broken, BROKEN)

void trial_left(struct trial *t, int status, size_t pages)
{
	int i = 0;

	while (i < STATUS_KINDS - 1 && t->left[i].pages && t->left[i].status != status)
		i++;
	t->left[i].status = status;
	t->left[i].pages += pages;
}

void trial_series(struct trial *t, unsigned series, double x, double y)
{
	if (t->series_points < SERIES_POINTS_MAX)
		t->series[t->series_points] = (struct series_point){ series, x, y };
	t->series_points++;
}

static enum outcome pin_to_cpu(struct trial *t, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? broken(t, "pin", "cannot run on CPU %d: %m", cpu) : OK;
}

enum outcome trial_pin(struct trial *t, int node)
{
	const struct node *n = machine_node(t->machine, node);

	if (!n || n->cpu < 0)
		return skipped(t, "no-cpu", "node %d has no CPU to run on", node);
	return pin_to_cpu(t, n->cpu);
}

int trial_tier(const struct trial *t, int node)
{
	const struct node *n = machine_node(t->machine, node);

	return n ? n->tier : -1;
}

int trial_knob(const char *knob, char *value, size_t size)
{
	char *now = knob_read(knob);
	size_t length = now ? strlen(now) : 0;
	int result = now ? 0 : -1;

	if (now && length < size)
		memcpy(value, now, length + 1);
	else if (now)
		result = fault("%s: its value of %zu bytes is longer than asked for", knob, length);
	free(now);
	return result;
}

enum outcome trial_may_call(struct trial *t, unsigned calls)
{
	const char *code;
	enum outcome o = syscalls_check(calls, &code);

	if (o == OK)
		return OK;
	return o == SKIPPED ? skipped(t, code, "%s", fault_text()) : blocked(t, code, "%s", fault_text());
}

enum outcome call_failed(struct trial *t, const char *call, int error)
{
	switch (error) {
	case EPERM:
		return blocked(t, "no-capability", "%s: %s (CAP_SYS_NICE)", call, strerror(error));
	case EACCES:
		return blocked(t, "cpuset", "%s: %s (a cpuset forbids the target)", call, strerror(error));
	case ENOMEM:
		return skipped(t, "node-memory", "%s: %s on the target", call, strerror(error));
	case ESRCH:
		return broken(t, "process-gone", "%s: %s: the process ended while it was moved", call, strerror(error));
	default:
		return broken(t, "syscall", "%s: %s", call, strerror(error));
	}
}

/* ---- the child ---- */

struct child {
	const struct point *point;
	struct trial trial;
	struct trial_result *result; /* shared with the parent */
	char *states;		     /* one a run of the train */
	unsigned train;
	double floor;
	unsigned warmups;
	struct contamination others;
	const struct watch *watch; /* NULL: repetitions are timed */
};

static int wanted_node(const struct child *c)
{
	const struct axis *pair = benchmark_axis(c->point->benchmark, AXIS_TYPE_PAIR);
	const struct axis *caller = benchmark_axis(c->point->benchmark, AXIS_TYPE_CALLER);
	struct pair nodes;
	int node = -1;

	if (!pair)
		return -1;
	nodes = axis_pair(pair, c->point->params);
	if (caller)
		node = caller_node(c->trial.machine, axis_number(caller, c->point->params), nodes);
	return node >= 0 ? node : nodes.from;
}

/* Where what is measured runs: where the axis of callers says, else on the source's node, else on any. */
static enum outcome pin(struct child *c)
{
	const struct machine *m = c->trial.machine;
	const struct node *n = machine_node(m, wanted_node(c));

	for (int i = 0; i < m->nodes && (!n || n->cpu < 0); i++)
		n = &m->node[i];
	return n && n->cpu >= 0 ? pin_to_cpu(&c->trial, n->cpu) : OK;
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
	t->left_verified = 0;
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
	o = ways[c->trial.machine->timekeeper](c, r, wall, cpu);
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
	char detail[sizeof(t->detail)];
	bool place = false;

	for (size_t i = 0; i < sizeof(of_place) / sizeof(*of_place); i++)
		place |= !strcmp(t->reason, of_place[i]);
	if (!place || !pages)
		return WRONG;
	memcpy(detail, t->detail, sizeof(detail));
	if (c->point->benchmark->kind == SEMANTICS)
		return blocked(t, "contaminated", "%s; meanwhile the kernel moved %.0f pages between nodes by itself",
			       detail, pages);
	r->misplaced_pages = pages;
	t->reason[0] = t->detail[0] = '\0';
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
	metrics_fill(r, c->trial.machine, &c->trial.m, wall, cpu, c->train);
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

static void leave_parent_behind(pid_t parent)
{
	child_of(parent, SIGKILL);
	setpgid(0, 0);
	interrupt_forget();
}

/*
 * On one CPU the kernel's workers that a migration waits for run whenever they
 * may preempt us, and whether they may depends on all that ran before. Of the
 * lowest weight we always give way: batches of two pages then agree over seeds
 * within 0.01 %, not 0.19 % (Linux 6.12).
 */
static void give_way_to_workers(const struct trial *t)
{
	if (t->machine->timekeeper == TIME_COUNTED)
		setpriority(PRIO_PROCESS, 0, PRIO_MAX - 1);
}

/* What a rule costs, and what is counted instead of timed, is nobody's time. */
static bool is_judged_by_load(const struct child *c)
{
	return c->trial.machine->timekeeper == TIME_HARDWARE && c->point->benchmark->kind != SEMANTICS && !c->watch;
}

static void child_main(struct child *c, unsigned runs, pid_t parent)
{
	const struct benchmark *b = c->point->benchmark;
	enum outcome o;

	leave_parent_behind(parent);
	give_way_to_workers(&c->trial);
	c->train = 1;
	c->states = calloc(TRAIN_MAX, b->state_size ?: 1);
	c->trial.params = c->point->params;
	c->trial.rule = rules_of_point(c->point);
	c->trial.nodes = rules_nodes(c->trial.machine);
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
	memcpy(c->result->reason, c->trial.reason, sizeof(c->trial.reason));
	memcpy(c->result->detail, c->trial.detail, sizeof(c->trial.detail));
	_exit(0);
}

/* ---- the parent ---- */

static enum outcome end_with(struct trial_result *r, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum outcome end_with(struct trial_result *r, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->detail, sizeof(r->detail), format, args);
	va_end(args);
	snprintf(r->reason, sizeof(r->reason), "%s", code);
	return r->outcome = BROKEN;
}

/*
 * Ends the child and the processes that it left behind, and waits until they
 * have given back their memory: the next point needs it. The last of them
 * become ours when the child is gone.
 */
static void end_group(pid_t pid, int *status)
{
	uint64_t end_ns = clock_read_ns(CLOCK_MONOTONIC) + REAP_S * 1000000000ull;
	pid_t reaped;

	kill(-pid, SIGKILL);
	kill(pid, SIGKILL); /* should it not have reached setpgid yet */
	*status = child_wait(pid);
	while ((reaped = waitpid(-pid, NULL, WNOHANG)) >= 0 && clock_read_ns(CLOCK_MONOTONIC) < end_ns)
		if (!reaped)
			usleep(1000);
}

/* Waits until the child has ended, the deadline is over, or stop is set. True when it ended by itself. */
static bool wait_for(pid_t pid, unsigned deadline_s, const volatile sig_atomic_t *stop)
{
	struct pollfd fd = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	uint64_t end_ns = clock_read_ns(CLOCK_MONOTONIC) + deadline_s * 1000000000ull;
	sigset_t before;
	bool ended = false;

	interrupt_hold(&before);
	while (!ended && !*stop) {
		int64_t left_ns = end_ns - clock_read_ns(CLOCK_MONOTONIC);
		struct timespec left = { left_ns / 1000000000, left_ns % 1000000000 };

		if (left_ns <= 0)
			break;
		ended = ppoll(&fd, 1, &left, &before) == 1; /* a signal that sets stop ends it */
	}
	interrupt_release(&before);
	close(fd.fd);
	return ended;
}

static void judge_end(struct trial_result *r, bool ended, int status, unsigned deadline_s, bool stopped)
{
	unsigned done = r->done;

	if (stopped)
		end_with(r, "interrupted", "ended by a signal after %u repetitions", done);
	else if (!ended)
		end_with(r, "deadline", "not done after %u s, with %u repetitions", deadline_s, done);
	else if (WIFSIGNALED(status))
		end_with(r, "signal", "killed by SIG%s after %u repetitions%s", sigabbrev_np(WTERMSIG(status)) ?: "?",
			 done, WTERMSIG(status) == SIGKILL ? " (out of memory?)" : "");
	else if (WEXITSTATUS(status) || r->outcome == UNSTABLE)
		end_with(r, "exit", "the child left with code %d after %u repetitions", WEXITSTATUS(status), done);
}

/*
 * The last one is kept for the next trial: a child inherits the tree of our mappings, whose shape is part of what its
 * faults and calls cost, and comings and goings would make it differ from point to point.
 */
static struct trial_result *spare;

static struct trial_result *new_result(void)
{
	struct trial_result *r = spare;

	if (!r)
		r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r == MAP_FAILED) {
		fault("no shared memory for a trial: %m");
		return NULL;
	}
	spare = NULL;
	memset(r, 0, sizeof(*r));
	return r;
}

/* A guest that keeps no time is as fast as its host's other work leaves it. */
static unsigned point_deadline_s(const struct child *c)
{
	unsigned deadline_s = c->point->benchmark->deadline_s ?: DEADLINE_S;

	deadline_s += point_size_bytes(c->point) * RUNS_MAX / DEADLINE_BYTES_S;
	return c->trial.machine->timekeeper == TIME_UNTIMED ? 5 * deadline_s : deadline_s;
}

static struct trial_result *run_child(struct child *c, unsigned repetitions, const volatile sig_atomic_t *stop)
{
	unsigned deadline_s = point_deadline_s(c);
	struct trial_result *r = new_result();
	pid_t parent = getpid(), pid;
	bool ended;
	int status;

	if (!r)
		return NULL;
	c->result = r;
	r->outcome = UNSTABLE; /* what a child that ends without a word leaves */
	fflush(NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (c->watch || c->trial.machine->timekeeper == TIME_COUNTED)
		idle_open(); /* the child will say why not */
	pid = fork();
	if (pid < 0) {
		fault("cannot fork a trial: %m");
		trial_result_free(r);
		return NULL;
	}
	if (!pid)
		child_main(c, c->warmups + repetitions, parent);
	ended = wait_for(pid, deadline_s, stop);
	end_group(pid, &status);
	judge_end(r, ended, status, deadline_s, !ended && *stop);
	return r;
}

struct trial_result *trial_run(const struct point *point, const struct machine *m, unsigned repetitions, double floor,
			       const volatile sig_atomic_t *stop)
{
	struct child c = { .point = point, .trial.machine = m, .floor = floor, .warmups = point_warmups(point) };

	return run_child(&c, repetitions, stop);
}

struct trial_result *trial_watch(const struct point *point, const struct machine *m, unsigned repetitions, double floor,
				 const struct watch *watch, const volatile sig_atomic_t *stop)
{
	struct child c = { .point = point,
			   .trial.machine = m,
			   .floor = floor,
			   .warmups = min(1u, point_warmups(point)),
			   .watch = watch };
	unsigned most = point->benchmark->repetitions ?: repetitions;

	return run_child(&c, min(repetitions, most), stop);
}

void trial_result_free(struct trial_result *result)
{
	if (spare)
		munmap(result, sizeof(*result));
	else
		spare = result;
}

enum outcome trial_probe(const struct benchmark *b, const struct machine *m, struct trial *answer)
{
	struct {
		enum outcome outcome;
		struct trial trial;
	} *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t parent = getpid(), pid;
	enum outcome outcome;
	int status = -1;

	if (shared == MAP_FAILED)
		return broken(answer, "no-memory", "no shared memory for a probe: %m");
	fflush(NULL);
	pid = fork();
	if (!pid) {
		leave_parent_behind(parent);
		shared->trial.machine = m;
		shared->outcome = b->needs.probe(&shared->trial);
		_exit(0);
	}
	if (pid > 0)
		status = child_wait(pid);
	*answer = shared->trial;
	outcome = shared->outcome;
	munmap(shared, sizeof(*shared));
	return status ? broken(answer, "probe", "the probe of %s died", b->name) : outcome;
}

double trial_clock_floor(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 1000; i++) {
		uint64_t start = clock_wall_ns(), gap = clock_wall_ns() - start;

		if (gap && gap < least)
			least = gap;
	}
	return least == UINT64_MAX ? 0 : least;
}
