// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The judging code of the counted gate and of compare, run on simulated machines:
 * how often it cries wolf when nothing changed, and how often it sees a change.
 * Figures are printed as TAP comments. The gate on hardware has stages of its own: noisy_gate.c.
 * The argument is how many machines: a hundred unless said otherwise.
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "analysis/margin.h"
#include "analysis/stats.h"
#include "compare/gate_plan.h"
#include "judging/aa.h"
#include "sides/order.h"
#include "judging/judge.h"

#define POINTS_MAX 300
#define PAIRS_MAX  16
#define REPS	   9 /* of the gate profile */
#define ALPHA	   0.05

/* Standard deviations and sizes are of log values. */
struct noise {
	double sample_least, sample_most; /* sd of samples; each point draws its own */
	double tail;			  /* share of samples that are late, by an exponential of ten sd */
	double session;			  /* sd of a point's shift for a whole session */
	double drift;			  /* sd of a step of the whole machine's random walk between sessions */
	double slot;			  /* what the second slot of each pair costs more */
	double jumps, jump; /* share of sessions in which a point costs so much more; seen in counted mode */
	bool is_counted;
};

struct point {
	double sample_sd;
	double change; /* what side B really costs more */
	struct judged judged;
	double ratio[PAIRS_MAX];
	struct aa_point record; /* the least and most of what it has seen */
	bool seen;
};

struct simulation {
	gsl_rng *rng;
	struct noise noise;
	struct point point[POINTS_MAX];
	struct judged *judged[POINTS_MAX];
	size_t points;
	double walk;
	size_t screen, confirm; /* pairs */
	size_t gates;
	bool is_stored;
	bool needed_more; /* the last gate: than its first sessions */
};

static struct simulation sim;

/* Latency is late, never early: skewed (a gamma of shape two), with a tail. */
static double sample(double sd)
{
	double skewed = -log(gsl_rng_uniform_pos(sim.rng) * gsl_rng_uniform_pos(sim.rng)) * sd / M_SQRT2;

	if (gsl_rng_uniform(sim.rng) >= sim.noise.tail)
		return skewed;
	return skewed - 10 * sd * log(gsl_rng_uniform_pos(sim.rng));
}

static double session_value(const struct point *p, bool is_b, bool second)
{
	double value[REPS], shift = gsl_ran_gaussian(sim.rng, sim.noise.session) + sim.walk;

	if (gsl_rng_uniform(sim.rng) < sim.noise.jumps)
		shift += sim.noise.jump;

	for (size_t i = 0; i < REPS; i++)
		value[i] = sample(p->sample_sd);
	return exp(stats_median(value, REPS) + shift + (is_b ? p->change : 0) + (second ? sim.noise.slot : 0));
}

/* Takes the points through so many pairs of sessions. */
static void measure(struct point *const *points, size_t n, size_t pairs, double a[][PAIRS_MAX], double b[][PAIRS_MAX])
{
	bool b_first[PAIRS_MAX];

	order_pairs(b_first, pairs, gsl_rng_get(sim.rng));
	for (size_t i = 0; i < pairs; i++)
		for (int slot = 0; slot < 2; slot++) {
			bool is_b = b_first[i] != (slot == 1);

			sim.walk += gsl_ran_gaussian(sim.rng, sim.noise.drift);
			for (size_t p = 0; p < n; p++)
				(is_b ? b : a)[p][i] = session_value(points[p], is_b, slot == 1);
		}
}

static double a_side[POINTS_MAX][PAIRS_MAX], b_side[POINTS_MAX][PAIRS_MAX];

/* A side A that was measured once, for all gates to come, a stage each. */
static double stored[2][POINTS_MAX][PAIRS_MAX];

static void store(void)
{
	struct point *all[POINTS_MAX];

	for (size_t i = 0; i < sim.points; i++)
		all[i] = &sim.point[i];
	measure(all, sim.points, sim.screen, stored[0], b_side);
	measure(all, sim.points, sim.confirm, stored[1], b_side);
}

/* Of the first sessions, as the gate asks: has the record seen both sides like that? */
static void look_at_first(struct point *p, const double *a, const double *b)
{
	p->seen = aa_has_seen(&p->record, a, GATE_FIRST) && aa_has_seen(&p->record, b, GATE_FIRST);
}

static void measure_ratios(struct point *const *points, size_t n, size_t pairs)
{
	measure(points, n, pairs, a_side, b_side);
	for (size_t i = 0; i < n && sim.is_stored; i++)
		memcpy(a_side[i], stored[pairs == sim.confirm][points[i] - sim.point], sizeof(a_side[i]));
	for (size_t i = 0; i < n; i++) {
		look_at_first(points[i], a_side[i], b_side[i]);
		points[i]->judged.ratio = points[i]->ratio;
		points[i]->judged.pairs = margin_ratios(a_side[i], b_side[i], pairs, false, points[i]->ratio);
	}
}

/* Draws a machine, and takes its A/A record to set the margins. */
static void set_up(size_t points, struct noise noise)
{
	struct point *all[POINTS_MAX] = { NULL };

	sim.noise = noise;
	sim.points = points;
	sim.walk = 0;
	for (size_t i = 0; i < points; i++) {
		all[i] = &sim.point[i];
		sim.judged[i] = &sim.point[i].judged;
		sim.point[i].change = 0;
		sim.point[i].sample_sd = exp(gsl_ran_flat(sim.rng, log(noise.sample_least), log(noise.sample_most)));
	}
	measure(all, points, sim.confirm, a_side, b_side);
	for (size_t i = 0; i < points; i++) {
		double floor = margin_floor(noise.is_counted, a_side[i], sim.confirm, b_side[i], sim.confirm);

		sim.point[i].record = (struct aa_point){ .is_counted = noise.is_counted, .least = INFINITY };
		for (size_t k = 0; k < sim.confirm; k++) {
			sim.point[i].record.least = fmin(sim.point[i].record.least, fmin(a_side[i][k], b_side[i][k]));
			sim.point[i].record.most = fmax(sim.point[i].record.most, fmax(a_side[i][k], b_side[i][k]));
		}
		sim.point[i].judged.limits.margin = margin_from_floor(noise.is_counted, floor);
		sim.point[i].judged.limits.bound = margin_default_bound(noise.is_counted);
	}
}

/* Points that the first sessions let pass; the others come to the front of both lists. Their count. */
static size_t leave_out_seen(struct point **all)
{
	size_t open = 0;

	for (size_t i = 0; i < sim.points; i++) {
		if (all[i]->seen)
			all[i]->judged.j.verdict = VERDICT_PASS;
		else
			all[open++] = all[i];
	}
	for (size_t i = 0; i < open; i++)
		sim.judged[i] = &all[i]->judged;
	return open;
}

/* One gate. Returns how many points went to the second stage. */
static size_t run_gate(void)
{
	struct point *all[POINTS_MAX], *again[CONFIRM_MAX];
	struct judged *judged[CONFIRM_MAX];
	size_t picked[CONFIRM_MAX], open, n;

	for (size_t i = 0; i < sim.points; i++)
		all[i] = &sim.point[i];
	measure_ratios(all, sim.points, sim.screen);
	open = leave_out_seen(all);
	sim.needed_more = open;
	n = judge_screen(sim.judged, open, picked);
	for (size_t i = 0; i < n; i++) {
		again[i] = all[picked[i]];
		judged[i] = &again[i]->judged;
	}
	measure_ratios(again, n, sim.confirm);
	assert_int_equal(judge_confirm(judged, n, ALPHA), 0);
	return n;
}

static size_t count(enum verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < sim.points; i++)
		n += sim.point[i].judged.j.verdict == v;
	return n;
}

static const struct noise hardware = {
	.sample_least = 0.005,
	.sample_most = 0.05,
	.tail = 0.05,
	.session = 0.01,
	.drift = 0.005,
	.slot = 0.03,
};

struct world {
	const char *name;
	struct noise noise;
};

static const struct world worlds[] = {
	{ "counted: perturbations shift a session by up to 0.3 %",
	  { .sample_least = 1e-5, .sample_most = 1e-4, .session = 0.001, .is_counted = true } },
	{ "counted: one session in eight costs 0.4 % more",
	  { .sample_least = 1e-6,
	    .sample_most = 1e-5,
	    .session = 1e-5,
	    .jumps = 0.125,
	    .jump = 0.004,
	    .is_counted = true } },
	{ "counted: as still as most points are, 0.01 %",
	  { .sample_least = 1e-6, .sample_most = 1e-5, .session = 1e-4, .is_counted = true } },
};

static void test_false_alarms(void **state)
{
	const struct world *w = *state;
	size_t alarms = 0, confirmed = 0, undecided = 0, more = 0;

	for (size_t g = 0; g < sim.gates; g++) {
		set_up(40 + gsl_rng_uniform_int(sim.rng, POINTS_MAX - 39), w->noise);
		confirmed += run_gate();
		more += sim.needed_more;
		alarms += count(VERDICT_REGRESSED) + count(VERDICT_IMPROVED) > 0;
		undecided += count(VERDICT_FLAGGED) > 0;
	}
	print_message("# %s: %zu of %zu gates with a false alarm, %.1f points confirmed, %.1f %% of gates with a point "
		      "left flagged, %.0f %% took more than the first sessions\n",
		      w->name, alarms, sim.gates, (double)confirmed / (double)sim.gates,
		      100.0 * (double)undecided / (double)sim.gates, 100.0 * (double)more / (double)sim.gates);
	assert_true(alarms + undecided <= ALPHA * (double)sim.gates);
}

/*
 * A stored side A is the same draw in every gate that is held against it, so
 * its bad luck would come back each time: what guards it is the margin alone,
 * which holds for counted points only.
 */
static void test_false_alarms_against_a_stored_side(void **state)
{
	struct noise noise = { .sample_least = 1e-5, .sample_most = 1e-4, .session = 0.001, .is_counted = true };
	size_t alarms = 0, baselines = sim.gates / 10;

	(void)state;
	sim.is_stored = true;
	for (size_t baseline = 0; baseline < baselines; baseline++) {
		set_up(40 + gsl_rng_uniform_int(sim.rng, POINTS_MAX - 39), noise);
		store();
		for (size_t g = 0; g < 10; g++) {
			run_gate();
			alarms += count(VERDICT_REGRESSED) + count(VERDICT_IMPROVED) > 0;
		}
	}
	sim.is_stored = false;
	print_message("# counted, ten gates against each of %zu stored baselines: %zu of %zu\n", baselines, alarms,
		      10 * baselines);
	assert_true((double)alarms <= ALPHA * 10 * (double)baselines);
}

/* One stage, as compare does: Holm over all points. */
static void test_false_alarms_of_compare(void **state)
{
	struct point *all[POINTS_MAX];
	size_t alarms = 0;

	(void)state;
	for (size_t g = 0; g < sim.gates; g++) {
		set_up(40 + gsl_rng_uniform_int(sim.rng, POINTS_MAX - 39), hardware);
		for (size_t i = 0; i < sim.points; i++)
			all[i] = &sim.point[i];
		measure_ratios(all, sim.points, 14);
		assert_int_equal(judge_all(sim.judged, sim.points, ALPHA), 0);
		alarms += count(VERDICT_REGRESSED) + count(VERDICT_IMPROVED) > 0;
	}
	print_message("# one stage, 14 sessions: %zu of %zu\n", alarms, sim.gates);
	assert_true(alarms <= ALPHA * (double)sim.gates);
}

/* ---- functions ---- */

#define NOISY_FUNCTIONS 120  /* of the gate's points; over three seeds 61 were seen */
#define RECORD_SESSIONS 8    /* a side */
#define NOISE_LEAST	0.05 /* instructions: what a table of functions tells apart */

/* A session in instructions: most functions scatter a little, some run in one session of eight only. */
static double function_session(bool rare)
{
	if (rare)
		return 65 + (gsl_rng_uniform(sim.rng) < 0.125);
	return 65 + gsl_ran_gaussian(sim.rng, 0.3);
}

static void function_range(bool rare, size_t sessions, double range[2])
{
	range[0] = INFINITY;
	range[1] = -INFINITY;
	for (size_t i = 0; i < sessions; i++) {
		double value = function_session(rare);

		range[0] = fmin(range[0], value);
		range[1] = fmax(range[1], value);
	}
}

/* Against a baseline of 16 sessions, with the record of its machine; as often as one of these moves by nothing. */
static size_t functions_moved(size_t sessions_b)
{
	size_t moved = 0;

	for (size_t i = 0; i < NOISY_FUNCTIONS; i++) {
		double record[2], a[2], b[2];
		bool rare = i % 4 == 0;

		function_range(rare, 2 * RECORD_SESSIONS, record);
		function_range(rare, 16, a);
		function_range(rare, sessions_b, b);
		moved += aa_function_moved(a, b, fmax(NOISE_LEAST, record[1] - record[0]));
	}
	return moved;
}

static void test_functions_that_did_not_move(void **state)
{
	static const size_t sessions[] = { GATE_FIRST, 6 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t alarms = 0;

		for (size_t g = 0; g < sim.gates; g++)
			alarms += functions_moved(sessions[i]) > 0;
		print_message("# %d noisy functions, %zu sessions: %zu of %zu gates name one that did not move\n",
			      NOISY_FUNCTIONS, sessions[i], alarms, sim.gates);
		assert_true((double)alarms <= ALPHA * (double)sim.gates);
	}
}

static double power(double change, struct noise noise)
{
	size_t caught = 0;

	for (size_t g = 0; g < sim.gates; g++) {
		set_up(300, noise);
		sim.point[7].sample_sd = fmin(sim.point[7].sample_sd, 0.01);
		sim.point[7].change = log(1 + change);
		run_gate();
		caught += sim.point[7].judged.j.verdict == VERDICT_REGRESSED;
	}
	print_message("# +%g %% among 300 points: caught in %zu of %zu gates\n", 100 * change, caught, sim.gates);
	return (double)caught / (double)sim.gates;
}

static void test_power_when_counted(void **state)
{
	struct noise noise = { .sample_least = 1e-5, .sample_most = 1e-4, .session = 0.0004, .is_counted = true };

	(void)state;
	assert_true(power(0.01, noise) >= 0.999);
	assert_true(power(0.005, noise) >= 0.97);
}

static int make_rng(void **state)
{
	(void)state;
	sim.rng = gsl_rng_alloc(gsl_rng_taus2);
	gsl_rng_set(sim.rng, 20260101);
	sim.screen = 6;
	sim.confirm = 10;
	return 0;
}

static int free_rng(void **state)
{
	(void)state;
	gsl_rng_free(sim.rng);
	return 0;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[sizeof(worlds) / sizeof(*worlds) + 4];
	size_t n = 0;

	for (; n < sizeof(worlds) / sizeof(*worlds); n++)
		tests[n] = (struct CMUnitTest){ worlds[n].name, test_false_alarms, NULL, NULL, (void *)&worlds[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_false_alarms_against_a_stored_side);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_false_alarms_of_compare);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_functions_that_did_not_move);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_power_when_counted);
	sim.gates = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("gate_simulation", tests, n, make_rng, free_rng);
}
