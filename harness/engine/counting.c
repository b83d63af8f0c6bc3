// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "base/clock.h"
#include "base/fault.h"
#include "engine/counting.h"
#include "engine/session_log.h"
#include "plan/settings.h"
#include "engine/trial.h"
#include "instruments/idle.h"
#include "instruments/interrupts.h"
#include "machine/vmstat.h"
#include "settings/knobs.h"

/* ---- what is counted beside the events ---- */

/* Names come and go with the kernel: one that is not there has no metric. */
static const char *const vmstat_names[] = {
	"pgmigrate_success",
	"pgmigrate_fail",
	"thp_migration_success",
	"thp_migration_fail",
	"thp_migration_split",
	"thp_split_page",
	"thp_split_pmd",
	"pgfault",
	"pgmajfault",
	"numa_pte_updates",
	"numa_huge_pte_updates",
	"numa_hint_faults",
	"numa_hint_faults_local",
	"numa_pages_migrated",
	"pgpromote_success",
	"pgpromote_candidate",
	VMSTAT_DEMOTED,
	"compact_isolated",
	"pswpin",
	"pswpout",
	"nr_tlb_remote_flush",
	"nr_tlb_remote_flush_received",
	"nr_tlb_local_flush_all",
	"nr_tlb_local_flush_one",
};

#define VMSTAT_NAMES (sizeof(vmstat_names) / sizeof(*vmstat_names))

enum fixed {
	C_TLB_SHOOTDOWNS,
	C_FUNCTION_CALLS,
	C_MINOR_FAULTS,
	C_MAJOR_FAULTS,
	C_THREAD,
	C_THREAD_SYSTEM,
	C_OTHERS,
	FIXED,
};

static const struct {
	const char *name, *unit, *better, *meaning;
} fixed[FIXED] = {
	[C_TLB_SHOOTDOWNS] = { "tlb_shootdowns", "count", "lower",
			       "interrupts that made another CPU forget translations, whole machine" },
	[C_FUNCTION_CALLS] = { "function_calls", "count", "lower",
			       "interrupts that made another CPU call a function, whole machine" },
	[C_MINOR_FAULTS] = { "minor_faults", "count", "lower", "page faults of the calling thread without I/O" },
	[C_MAJOR_FAULTS] = { "major_faults", "count", "lower", "page faults of the calling thread with I/O" },
	[C_THREAD] = { "thread_share", "share", "neither",
		       "of wall, the calling thread on its CPU; the rest it waited" },
	[C_THREAD_SYSTEM] = { "thread_system_share", "share", "neither",
			      "of the calling thread's time on the CPU, inside the kernel; not below 50 ms" },
	[C_OTHERS] = { "others_share", "share", "neither",
		       "CPU time of all other tasks of the machine, helper threads too, for each of wall" },
};

#define SPLIT_LEAST_S 0.05

#define VALUES (COUNTERS_MAX + VMSTAT_NAMES + FIXED)

/* A value's place: the events first, then vmstat, then the fixed ones. */
#define AT_VMSTAT COUNTERS_MAX
#define AT_FIXED  (COUNTERS_MAX + VMSTAT_NAMES)

/* ---- in the child ---- */

struct reading {
	struct vmstat vmstat;
	double interrupts[INTERRUPTS];
	struct rusage usage;
	struct idle_mark idle;
	uint64_t cpu_ns; /* of the thread, when it left the CPU for the idle mark */
	bool idle_seen;
};

struct counting {
	const struct counters *events;
	unsigned done;
	double value[COUNTING_REPETITIONS][VALUES];
	/* the child's own */
	struct idle idle;
	struct reading before, after;
	uint64_t start_ns, wall_ns, run_cpu_ns;
	double event[COUNTERS_MAX];
};

static void open_idle(void *state)
{
	struct counting *c = state;

	idle_open(&c->idle, "/proc/schedstat"); /* what is not there is not seen */
}

static int open_events(void *state, const struct subject *subject)
{
	struct counting *c = state;

	(void)subject;
	if (counters_open(c->events))
		return -1;
	counters_start(); /* the first time takes page faults of PAPI's own */
	return counters_stop(c->events, c->event);
}

static int begin_counting(void *state)
{
	struct counting *c = state;

	if (vmstat_read(&c->before.vmstat) || interrupts_read(c->before.interrupts, ""))
		return -1;
	c->before.cpu_ns = clock_thread_cpu_ns();
	c->before.idle_seen = !idle_nap(&c->idle, &c->before.idle);
	getrusage(RUSAGE_THREAD, &c->before.usage);
	counters_start();
	c->start_ns = clock_wall_ns();
	c->run_cpu_ns = clock_thread_cpu_ns();
	return 0;
}

static int end_counting(void *state)
{
	struct counting *c = state;

	c->run_cpu_ns = clock_thread_cpu_ns() - c->run_cpu_ns;
	c->wall_ns = clock_wall_ns() - c->start_ns;
	if (counters_stop(c->events, c->event))
		return -1;
	getrusage(RUSAGE_THREAD, &c->after.usage);
	c->after.cpu_ns = clock_thread_cpu_ns();
	c->after.idle_seen = c->before.idle_seen && !idle_nap(&c->idle, &c->after.idle);
	return vmstat_read(&c->after.vmstat) || interrupts_read(c->after.interrupts, "") ? -1 : 0;
}

static double seconds(const struct timeval *t)
{
	return t->tv_sec + t->tv_usec / 1e6;
}

/* The kernel splits the thread's time by ticks, of which there must be some. */
static double system_share(const struct rusage *a, const struct rusage *b)
{
	double system_s = seconds(&b->ru_stime) - seconds(&a->ru_stime),
	       user_s = seconds(&b->ru_utime) - seconds(&a->ru_utime);

	return system_s + user_s >= SPLIT_LEAST_S ? system_s / (system_s + user_s) : NAN;
}

static double share_of_wall(const struct counting *c, double ns)
{
	return c->wall_ns ? ns / c->wall_ns : NAN;
}

/* /proc/schedstat adds up what tasks ran on the CPUs, each until it last left its own; so did we, at either mark. */
static double others_share(const struct counting *c)
{
	double busy_ns = c->after.idle.busy_ns - c->before.idle.busy_ns, own_ns = c->after.cpu_ns - c->before.cpu_ns;

	return c->after.idle_seen ? share_of_wall(c, fmax(0, busy_ns - own_ns)) : NAN;
}

static void fill_fixed(const struct counting *c, double *v, double train)
{
	const struct reading *a = &c->before, *b = &c->after;

	v[C_TLB_SHOOTDOWNS] = (b->interrupts[INTERRUPT_TLB_SHOOTDOWN] - a->interrupts[INTERRUPT_TLB_SHOOTDOWN]) / train;
	v[C_FUNCTION_CALLS] = (b->interrupts[INTERRUPT_FUNCTION_CALL] - a->interrupts[INTERRUPT_FUNCTION_CALL]) / train;
	v[C_MINOR_FAULTS] = (b->usage.ru_minflt - a->usage.ru_minflt) / train;
	v[C_MAJOR_FAULTS] = (b->usage.ru_majflt - a->usage.ru_majflt) / train;
	v[C_THREAD] = share_of_wall(c, c->run_cpu_ns);
	v[C_THREAD_SYSTEM] = system_share(&a->usage, &b->usage);
	v[C_OTHERS] = others_share(c);
}

static void record_counting(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	struct counting *c = state;
	double *v = c->value[c->done], train = r->standard[M_TRAIN];

	(void)m;
	(void)seen;
	for (size_t i = 0; i < c->events->n; i++)
		v[i] = c->event[i] / train;
	for (size_t i = 0; i < VMSTAT_NAMES; i++)
		v[AT_VMSTAT + i] = vmstat_rise(&c->before.vmstat, &c->after.vmstat, vmstat_names[i]) / train;
	fill_fixed(c, v + AT_FIXED, train);
	c->done++;
}

static const struct instrument counting_instrument = {
	.name = "counting",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.reason = "watch",
	.prepare = open_idle,
	.open = open_events,
	.begin = begin_counting,
	.end = end_counting,
	.record = record_counting,
};

/* ---- records ---- */

static int append_metric(const struct session *s, const char *name, const char *unit, const char *better,
			 const char *meaning)
{
	bool untimed = !strcmp(unit, "share") && s->machine->timekeeper == TIME_UNTIMED;

	return reclog_append(s->log,
			     json_pack("{ss ss ss ss ss ss}", "kind", "metric", "name", name, "unit", unit, "better",
				       better, "class", untimed ? "untimed" : "noisy", "meaning", meaning));
}

static int append_event(const struct session *s, const struct counter *e)
{
	char meaning[300];

	if (!e->counted)
		snprintf(meaning, sizeof(meaning), "not counted: %s", e->why);
	else
		snprintf(meaning, sizeof(meaning),
			 "event, in user mode and the kernel, of the calling thread and what it starts%s",
			 e->scaled ? "; estimated: counted part of the time and scaled" : "");
	return append_metric(s, e->name, "count", "neither", meaning);
}

static const char *vmstat_metric(size_t i, char *name, size_t size)
{
	snprintf(name, size, "vmstat_%s", vmstat_names[i]);
	return name;
}

static bool kernel_has(const struct vmstat *v, size_t i)
{
	return !isnan(vmstat_rise(v, v, vmstat_names[i]));
}

static int describe(const struct session *s)
{
	static struct vmstat now;
	char name[64];
	int result = vmstat_read(&now);

	for (size_t i = 0; !result && i < s->events->n; i++)
		result = append_event(s, &s->events->event[i]);
	for (size_t i = 0; !result && i < VMSTAT_NAMES; i++)
		if (kernel_has(&now, i))
			result = append_metric(s, vmstat_metric(i, name, sizeof(name)), "count", "neither",
					       "what this counter of /proc/vmstat rose by, whole machine");
	for (size_t i = 0; !result && i < FIXED; i++)
		result = append_metric(s, fixed[i].name, fixed[i].unit, fixed[i].better, fixed[i].meaning);
	return result;
}

enum kind { PLAIN, SCALED, DOUBTED, KINDS };

static enum kind kind_of(const struct counter *e, double value)
{
	return counter_is_doubtful(e, value) ? DOUBTED : e->scaled ? SCALED : PLAIN;
}

struct named_values {
	json_t *names, *values;
};

static void put(struct named_values *v, const char *name, double value)
{
	if (isnan(value))
		return;
	json_array_append_new(v->names, json_string(name));
	json_array_append_new(v->values, json_real(value));
}

static struct named_values values_of_kind(const struct counters *events, const double *v, enum kind kind)
{
	struct named_values of_kind = { json_array(), json_array() };
	char name[64];

	for (size_t i = 0; i < events->n; i++)
		if (kind_of(&events->event[i], v[i]) == kind)
			put(&of_kind, events->event[i].name, v[i]);
	for (size_t i = 0; kind == PLAIN && i < VMSTAT_NAMES; i++)
		put(&of_kind, vmstat_metric(i, name, sizeof(name)), v[AT_VMSTAT + i]);
	for (size_t i = 0; kind == PLAIN && i < FIXED; i++)
		put(&of_kind, fixed[i].name, v[AT_FIXED + i]);
	return of_kind;
}

static int append_samples(const struct session *s, size_t order, const struct point *p, int rep, const double *v)
{
	static const char *const statuses[KINDS] = { "counters", "counters-scaled", "counters-doubted" };

	for (int k = PLAIN; k < KINDS; k++) {
		struct named_values values = values_of_kind(s->events, v, k);

		if (!json_array_size(values.names)) {
			json_decref(values.names);
			json_decref(values.values);
		} else if (reclog_append(s->log, json_pack("{ss si ss so s[[ibso]]}", "kind", "samples", "order",
							   (int)order, "point", p->key, "metrics", values.names, "rows",
							   rep, false, statuses[k], values.values)))
			return -1;
	}
	return 0;
}

/* ---- the points ---- */

/* Wrong and broken hold however the repetition was watched; a child that was stopped only lacks its counters. */
static int take_outcome(const struct session *s, const struct point *p, const struct trial_result *r)
{
	bool interrupted = !strcmp(r->reason, "interrupted");

	return (r->outcome == WRONG || r->outcome == BROKEN) && !interrupted
		       ? session_append_outcome(s, p, r->outcome, r->reason, r->detail)
		       : 0;
}

static int count_point(const struct session *s, size_t order, const struct point *p, double floor, struct counting *c,
		       const volatile sig_atomic_t *stop)
{
	const struct trial_request request = {
		.point = p,
		.machine = s->machine,
		.instruments = s->instruments,
		.kind = REPETITION_EVENTS,
		.repetitions = COUNTING_REPETITIONS,
		.floor = p->benchmark->is_floor ? 0 : floor,
		.stop = stop,
	};
	int first_rep = point_warmups(p) + point_repetitions(p, s->profile), result = 0;
	unsigned long mark = knobs_mark();
	const char *code = "";
	struct trial_result *r;
	int left;

	c->done = 0;
	/* what could be set before and now cannot leaves the point as it was, without counters */
	if (settings_apply(p, s->machine, s->tune, &code) != OK)
		return 0;
	r = trial_run(&request);
	left = knobs_restore(mark);
	if (!r)
		return -1;
	for (unsigned i = 0; !result && i < c->done; i++)
		result = append_samples(s, order, p, first_rep + i, c->value[i]);
	if (!result)
		result = take_outcome(s, p, r);
	trial_result_free(r);
	return result ?: left ? fault("a setting could not be put back after %s", p->key) : 0;
}

static int count_all(const struct session *s, const enum outcome *outcome, double floor, struct counting *c,
		     const volatile sig_atomic_t *stop)
{
	int result = 0;

	for (size_t i = 0; !result && !*stop && i < s->plan->points; i++)
		if (outcome[i] == OK || outcome[i] == UNSTABLE)
			result = count_point(s, s->plan->points + i, &s->plan->point[i], floor, c, stop);
	return result;
}

int counting_run(const struct session *s, const enum outcome *outcome, double floor, const volatile sig_atomic_t *stop)
{
	struct counting *c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result;

	if (c == MAP_FAILED)
		return fault("no shared memory for counters: %m");
	c->events = s->events;
	instruments_add(s->instruments, &counting_instrument, c);
	counters_probe(s->events);
	result = describe(s);
	if (!result)
		result = count_all(s, outcome, floor, c, stop);
	munmap(c, sizeof(*c));
	return result;
}
