// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * disturbance - which samples are marked, and by what limits; what they are judged by is read in instruments/
 */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>
#include "engine/disturbance.h"

/*
 * Busy here: of the timed region, so much was taken from the calling thread by
 * another task, an interrupt or a hypervisor. 2 % is the least margin that
 * times are compared with. READINGS_NS is what the readings around the region
 * differ by themselves, some microseconds on a loaded machine.
 */
#define TAKEN_SHARE_MAX 0.02
#define READINGS_NS	2000

/*
 * A benchmark that waits for others (bench.h) has its thread off the CPU for
 * that; taken is then only what it queued for a CPU, less one turn of the
 * helper's for each time that it slept. A turn is that of a worker, or of a CPU
 * that is waked from deep idle: 10 to 200 us. Another task's is 1 to 4 ms.
 */
#define TURN_NS 200000

/*
 * Busy elsewhere: CPUs that others kept busy, on average. They take memory
 * bandwidth, shared caches, the sibling's half of a core and turbo; where all
 * CPUs are threads of an emulator, the time itself. An idle server has 0.01 to
 * 0.1, and 0.1 % of each CPU more on large ones; one busy loop is 1.0. Idle
 * time is read to 10 ms: so a window of 0.2 s resolves 0.05 to 0.1 CPUs.
 */
#define OTHERS_CPUS_MAX	       0.25
#define OTHERS_OF_EACH_CPU_MAX 0.002

/*
 * Counted mode has one CPU and nobody else in the guest: what is not the
 * calling thread is the kernel's own helper, and a departure from its usual
 * share is a tick or a worker that came by. That usual share cannot itself be
 * disturbed.
 */
#define DEPARTURE_SHARE_MAX 0.002

#define CONTAMINATED_SHARE 0.01 /* of its own pages, that others migrated meanwhile */

/* ---- what was seen ---- */

/* The least time around the repetition that is long enough: its own, with its neighbours, at last the whole trial. */
static double around(const struct trial_result *r, unsigned i,
		     double (*cpus)(const struct load_mark *from, const struct load_mark *to))
{
	const struct load_mark *from = &r->repetition[i].before, *to = &r->repetition[i].after;

	for (unsigned k = 1; to->at_ns - from->at_ns < LOAD_WINDOW_NS && k <= r->done; k++) {
		from = i >= k ? &r->repetition[i - k].before : &r->window.begin;
		to = i + k < r->done ? &r->repetition[i + k].after : &r->window.end;
	}
	return cpus(from, to);
}

/* Of all runs of the train. */
static double wall_ns(const struct repetition *r)
{
	return r->standard[M_WALL] * r->standard[M_TRAIN];
}

static double off_cpu_ns(const struct repetition *r)
{
	return wall_ns(r) - r->standard[M_CPU] * r->standard[M_TRAIN];
}

/* NAN where the kernel does not say for how long a thread queued. */
static double taken_ns(const struct repetition *r, const struct benchmark *b)
{
	double taken = b->waits || b->helpers ? r->queued_ns - r->sleeps * TURN_NS : off_cpu_ns(r);

	return taken < 0 ? 0 : taken;
}

static void measure(struct trial_result *r, const struct benchmark *b)
{
	for (unsigned i = 0; i < r->done; i++) {
		struct repetition *rep = &r->repetition[i];
		double *load = &rep->seen[instruments_at(&load_instrument)];

		load[LOAD_TAKEN] = wall_ns(rep) > 0 ? taken_ns(rep, b) / wall_ns(rep) : NAN;
		load[LOAD_OTHERS_CPUS] = around(r, i, load_others);
		load[LOAD_STOLEN_CPUS] = around(r, i, load_stolen);
	}
}

/* ---- marks ---- */

/* What is not known is no disturbance: comparisons with NAN are false. */
static bool is_disturbed(const struct repetition *r)
{
	const double *load = &r->seen[instruments_at(&load_instrument)];
	double taken = load[LOAD_TAKEN], others_max = OTHERS_CPUS_MAX + OTHERS_OF_EACH_CPU_MAX * r->after.cpus;

	return (taken > TAKEN_SHARE_MAX && taken * wall_ns(r) > READINGS_NS) || load[LOAD_OTHERS_CPUS] > others_max;
}

static double usual_off_cpu_ns(const struct trial_result *r)
{
	double values[RUNS_MAX];
	size_t n = 0;

	for (unsigned i = 0; i < r->done; i++)
		if (!r->repetition[i].warmup)
			values[n++] = off_cpu_ns(&r->repetition[i]);
	gsl_sort(values, 1, n);
	return n ? values[n / 2] : 0;
}

static bool departs(const struct repetition *r, double usual_ns)
{
	double departure_ns = fabs(off_cpu_ns(r) - usual_ns);

	return departure_ns > READINGS_NS && departure_ns > DEPARTURE_SHARE_MAX * wall_ns(r);
}

static bool is_contaminated(const struct repetition *r)
{
	double own = fmax(r->standard[M_PAGES_ASKED], r->standard[M_PAGES_MOVED]);

	return r->misplaced_pages > 0 ||
	       (own > 0 && r->seen[instruments_at(&contamination_instrument)] > CONTAMINATED_SHARE * own);
}

static const char *contaminated_by(const char *cause)
{
	static const char *const causes[] = { "compaction", "numa_misplaced", "demotion" };
	static const char *const words[] = { "contaminated:compaction", "contaminated:numa_misplaced",
					     "contaminated:demotion" };

	for (size_t i = 0; cause && i < sizeof(causes) / sizeof(*causes); i++)
		if (!strcmp(cause, causes[i]))
			return words[i];
	return "contaminated";
}

void disturbance_judge(struct trial_result *r, const struct machine *m, const struct benchmark *b, bool allow_load)
{
	double usual_ns = usual_off_cpu_ns(r);

	if (m->timekeeper == TIME_HARDWARE)
		measure(r, b);
	for (unsigned i = 0; i < r->done; i++) {
		struct repetition *rep = &r->repetition[i];
		bool disturbed = m->timekeeper == TIME_COUNTED
					 ? departs(rep, usual_ns)
					 : m->timekeeper == TIME_HARDWARE && !allow_load && is_disturbed(rep);

		rep->status = is_contaminated(rep) ? contaminated_by(rep->contamination_cause)
			      : disturbed	   ? "disturbed"
						   : "ok";
	}
}
