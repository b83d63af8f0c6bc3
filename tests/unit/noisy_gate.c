// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stages of the hardware gate, run on simulated machines: A/A record, screen, confirmation.
 * How often a gate is green, red or undecided when nothing changed, and what
 * it catches. Worlds are ours: skewed samples with late ones, sessions that
 * shift, drift, a slower second slot, builds whose layout shifts points. The table of
 * docs/gate.md is what is printed. The argument is how many gates a row: 200 unless said otherwise.
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
#include "analysis/stats.h"
#include "sides/order.h"
#include "judging/noisy_gate.h"

#define POINTS_MAX  300
#define PARTS	    3
#define PART_PAIRS  6
#define REPS	    9 /* of the gate profile */
#define POOL	    (1 << 16)
#define ALPHA	    0.05
#define CHANGES_MAX 10 /* per cent */

/* Standard deviations and sizes are of log values. */
struct world {
	const char *name;
	double sample_least, sample_most; /* sd of samples; each point draws its own */
	double session;			  /* sd of a point's shift for a whole session */
	double drift;			  /* sd of a step of the whole machine between sessions */
	double slot;			  /* what the second slot of each pair costs more */
	double tail;			  /* share of samples that are late, by an exponential of ten sd */
	double layout;			  /* sd of what a build shifts a point by */
	double lost;			  /* share of a point's sessions that do not count */
	double later;			  /* noise when gating over that of the record */
	bool wild;			  /* 5 % is not to be seen, 10 % is */
	bool hopeless;			  /* nothing can gate: exit 4 is the answer */
};

#define DOCUMENTED(about, shift)                                                                                       \
	{                                                                                                              \
		about, .sample_least = 0.005, .sample_most = 0.05, .session = 0.01, .drift = 0.005, .slot = 0.03,      \
		       .tail = 0.05, .layout = shift, .later = 1                                                       \
	}
#define QUIET(about, shift)                                                                                            \
	{                                                                                                              \
		about, .sample_least = 0.005, .sample_most = 0.01, .session = 0.005, .layout = shift, .later = 1       \
	}

static const struct world worlds[] = {
	DOCUMENTED("samples 0.5-5 %, sessions 1 %, drift, slower second slot", 0),
	{ "sessions 2 %, nothing else", 1e-6, 2e-6, .session = 0.02, .later = 1 },
	{ "drift of 5 % a session", 0.005, 0.05, .session = 0.005, .drift = 0.05, .tail = 0.05, .later = 1 },
	{ "samples 1-10 %, sessions 3 %", 0.01, 0.1, .session = 0.03, .drift = 0.01, .slot = 0.01, .tail = 0.05,
	  .later = 1, .wild = true },
	{ "samples 5-20 %, sessions 5 %", 0.05, 0.2, .session = 0.05, .drift = 0.01, .slot = 0.01, .tail = 0.1,
	  .later = 1, .hopeless = true },
	QUIET("quiet", 0),
	DOCUMENTED("the first, points of side B shifted by layout, sd 0.5 %", 0.005),
	QUIET("quiet, points of side B shifted by layout, sd 0.5 %", 0.005),
};

struct machine {
	const struct world *world;
	size_t points;
	double sd[POINTS_MAX];
};

static gsl_rng *rng;
static size_t gates = 200;
static double pool[POOL]; /* medians of samples of sd 1 */

/* Latency is late, never early: skewed (a gamma of shape two), with a tail. */
static void fill_pool(double tail)
{
	for (size_t i = 0; i < POOL; i++) {
		double value[REPS];

		for (size_t k = 0; k < REPS; k++) {
			value[k] = gsl_ran_gamma(rng, 2, M_SQRT1_2);
			if (gsl_rng_uniform(rng) < tail)
				value[k] += gsl_ran_exponential(rng, 10);
		}
		pool[i] = stats_median(value, REPS);
	}
}

static double gauss(double sd)
{
	return sd > 0 ? gsl_ran_gaussian_ziggurat(rng, sd) : 0;
}

static double session(const struct machine *m, size_t point)
{
	return m->sd[point] * pool[gsl_rng_uniform_int(rng, POOL)] + gauss(m->world->session);
}

static void draw_machine(struct machine *m, const struct world *world, size_t points)
{
	*m = (struct machine){ world, points, {} };
	for (size_t p = 0; p < points; p++)
		m->sd[p] = exp(gsl_ran_flat(rng, log(world->sample_least), log(world->sample_most)));
}

static void draw_layout(const struct machine *m, double *layout)
{
	for (size_t p = 0; p < m->points; p++)
		layout[p] = gauss(m->world->layout);
}

/* Sessions of both sides in turns; free with pairs_free. */
static void measure(const struct machine *m, struct pairs *pairs, size_t n, const double *layout, double noise)
{
	pairs_make(pairs, m->points, n);
	order_pairs(pairs->b_first, n, gsl_rng_get(rng));
	for (size_t i = 0; i < n; i++) {
		double step = gauss(m->world->drift) + m->world->slot;

		for (size_t p = 0; p < m->points; p++) {
			double later = noise * (session(m, p) - session(m, p)) + step;

			pairs->ratio[p * n + i] = (pairs->b_first[i] ? -later : later) + layout[p];
			if (gsl_rng_uniform(rng) < 2 * m->world->lost)
				pairs->ratio[p * n + i] = NAN;
		}
	}
}

static void shift(struct pairs *pairs, size_t first, size_t end, double by)
{
	for (size_t i = first * pairs->n; i < end * pairs->n; i++)
		pairs->ratio[i] += by;
}

/* What the record of a machine promises; `relaid`: side B was another build in each part. */
static void make_promise(const struct machine *m, struct promise *promise, bool relaid)
{
	static const struct promise_terms terms = { NOISY_SCREEN, NOISY_CONFIRM, ALPHA };
	struct pairs part[PARTS];
	double layout[POINTS_MAX] = { 0 };

	for (size_t k = 0; k < PARTS; k++) {
		if (relaid)
			draw_layout(m, layout);
		measure(m, &part[k], PART_PAIRS, layout, 1);
	}
	promise_make(promise, part, PARTS, &terms);
	for (size_t k = 0; k < PARTS; k++)
		pairs_free(&part[k]);
}

struct gate {
	struct promise promise;
	bool gating[POINTS_MAX + 1];
	size_t can[POINTS_MAX], can_n; /* the gating points */
	struct pairs screen, confirm;
	struct judgement j[POINTS_MAX + 1];
	size_t flagged;
};

static void prepare(struct gate *g, const struct machine *m, bool relaid)
{
	double layout[POINTS_MAX];

	g->can_n = 0;
	make_promise(m, &g->promise, relaid);
	for (size_t p = 0; p < m->points; p++) {
		g->gating[p] = g->promise.catches[p] <= log1p(NOISY_DETECT);
		if (g->gating[p])
			g->can[g->can_n++] = p;
	}
	g->gating[m->points] = g->promise.common;
	draw_layout(m, layout);
	measure(m, &g->screen, NOISY_SCREEN, layout, m->world->later);
	measure(m, &g->confirm, NOISY_CONFIRM, layout, m->world->later);
}

static void finish(struct gate *g)
{
	promise_free(&g->promise);
	pairs_free(&g->screen);
	pairs_free(&g->confirm);
}

static size_t count(const struct gate *g, enum verdict verdict)
{
	size_t n = 0;

	for (size_t p = 0; p <= g->promise.points; p++)
		n += g->gating[p] && g->j[p].verdict == verdict;
	return n;
}

/* The exit code. */
static int judge(struct gate *g)
{
	size_t flagged[POINTS_MAX + 1];
	struct noise_check check;
	long n;

	if (g->can_n < NOISY_FEW && g->can_n < g->promise.points)
		return 4;
	n = noisy_screen(&g->promise, g->gating, &g->screen, g->j, flagged, &check);
	assert_true(n >= 0);
	g->flagged = (size_t)n;
	if (n)
		noisy_confirm(&g->promise, g->gating, &g->confirm, flagged, g->flagged, ALPHA, g->j);
	return count(g, VERDICT_REGRESSED) ? 1 : check.too_noisy || count(g, VERDICT_FLAGGED) ? 3 : 0;
}

/* Is a point regressed when it costs so much more? The change is taken back. */
static bool is_caught(struct gate *g, size_t point, double change)
{
	shift(&g->screen, point, point + 1, change);
	shift(&g->confirm, point, point + 1, change);
	judge(g);
	shift(&g->screen, point, point + 1, -change);
	shift(&g->confirm, point, point + 1, -change);
	return g->j[point].verdict == VERDICT_REGRESSED;
}

static size_t worst_of(const struct gate *g)
{
	size_t worst = g->can[0];

	for (size_t i = 1; i < g->can_n; i++)
		if (g->promise.catches[g->can[i]] > g->promise.catches[worst])
			worst = g->can[i];
	return worst;
}

/* ---- rows of the table ------------------------------------------------------------ */

struct row {
	size_t exits[5], able; /* gates in which something gates */
	double left, sessions, common;
	double *catches;			   /* the median of each gate */
	size_t caught[CHANGES_MAX + 1], worst, at; /* by per cent; +5 % at the least sensitive point; at its catch */
};

static double median_catch(struct gate *g)
{
	double value[POINTS_MAX];

	memcpy(value, g->promise.catches, g->promise.points * sizeof(*value));
	return stats_median(value, g->promise.points);
}

static void add_power(struct row *row, struct gate *g)
{
	size_t one = g->can[gsl_rng_uniform_int(rng, g->can_n)];

	row->able++;
	for (int percent = 2; percent <= CHANGES_MAX; percent++)
		row->caught[percent] += is_caught(g, one, log1p(percent / 100.0));
	row->at += is_caught(g, one, g->promise.catches[one]);
	row->worst += is_caught(g, worst_of(g), log1p(0.05));
}

static void add_gate(struct row *row, const struct machine *m, size_t i)
{
	struct gate g = { 0 };
	int code;

	prepare(&g, m, true);
	code = judge(&g);
	row->exits[code]++;
	row->left += (double)g.can_n / (double)gates;
	row->catches[i] = median_catch(&g);
	row->common += (double)g.promise.common / (double)gates;
	row->sessions += (code == 4 ? 0 : NOISY_SCREEN + (g.flagged ? NOISY_CONFIRM : 0)) / (double)gates;
	if (code != 4)
		add_power(row, &g);
	finish(&g);
}

/* "5 %": the least that is caught in 95 % of the gates that can tell; "-" for none. */
static const char *least_caught(const struct row *row, char text[16])
{
	for (int percent = 2; percent <= CHANGES_MAX; percent++)
		if (row->able && (double)row->caught[percent] >= 0.95 * (double)row->able) {
			snprintf(text, 16, "%d %%", percent);
			return text;
		}
	return "-";
}

static double percent(size_t n, size_t of)
{
	return of ? 100 * (double)n / (double)of : NAN;
}

static void print_row(const char *name, size_t points, struct row *row)
{
	char least[16];

	print_message(
		"# | %s | %zu | %.1f | %.1f | %.1f | %.1f | %.0f | %.1f %% | %.0f | %.0f | %.0f | %s | %.0f | %.0f | "
		"%.1f | %.0f |\n",
		name, points, percent(row->exits[0], gates), percent(row->exits[1], gates),
		percent(row->exits[3], gates), percent(row->exits[4], gates), row->left,
		100 * expm1(stats_median(row->catches, gates)), percent(row->caught[3], row->able),
		percent(row->caught[5], row->able), percent(row->caught[8], row->able), least_caught(row, least),
		percent(row->worst, row->able), percent(row->at, row->able), row->sessions, 100 * row->common);
}

/* Chance plays a part in a few gates: a count may fall short of its share by what it does in one of a thousand tests.
 */
static size_t at_least(double share, size_t n)
{
	double expected = share * (double)n;

	return (size_t)fmax(0, floor(expected - 3.1 * sqrt(expected * (1 - share))));
}

static void fill_row(struct row *row, const struct world *world, size_t points)
{
	struct machine m;

	row->catches = calloc(gates, sizeof(double));
	assert_non_null(row->catches);
	for (size_t i = 0; i < gates; i++) {
		draw_machine(&m, world, points);
		add_gate(row, &m, i);
	}
	print_row(world->name, points, row);
	free(row->catches);
}

static void test_world(const struct world *world, size_t points)
{
	struct row row = { 0 };

	fill_row(&row, world, points);
	if (world->hopeless) {
		assert_true(row.exits[4] >= at_least(0.95, gates));
		return;
	}
	assert_true(row.exits[0] >= at_least(0.95, gates));
	assert_true(row.caught[world->wild ? CHANGES_MAX : 5] >= at_least(0.95, row.able));
	assert_true(row.at >= at_least(0.9, row.able));
}

static void green_when_nothing_changed_and_red_at_5_percent(void **state)
{
	static const size_t points[] = { 40, 300 };

	(void)state;
	print_message(
		"# | world | points | exit 0 | 1 | 3 | 4 | gating | median catch | +3 | +5 | +8 | least at 95 %% | "
		"worst +5 | at its catch | sessions a side | common |\n");
	for (size_t w = 0; w < sizeof(worlds) / sizeof(*worlds); w++) {
		fill_pool(worlds[w].tail);
		for (size_t k = 0; k < 2; k++)
			test_world(&worlds[w], points[k]);
	}
}

/* A gate file of a few points: nothing can be taken out for the machine, and each point counts. */
static void a_few_points_gate_too(void **state)
{
	(void)state;
	fill_pool(worlds[0].tail);
	test_world(&worlds[0], 4);
	test_world(&worlds[7], 2);
}

/* The builds of both sides must differ in a record, or layout is in no margin: that is what `relaid` is for. */
static void a_record_of_one_binary_makes_red_gates(void **state)
{
	static const char *const about[] = { "one binary", "relaid builds" };
	struct world shifted = worlds[5];
	size_t red[2] = { 0 };
	struct machine m;

	(void)state;
	shifted.layout = 0.01;
	fill_pool(shifted.tail);
	for (int relaid = 0; relaid < 2; relaid++) {
		for (size_t i = 0; i < gates; i++) {
			struct gate g = { 0 };

			draw_machine(&m, &shifted, 300);
			prepare(&g, &m, relaid);
			red[relaid] += judge(&g) == 1;
			finish(&g);
		}
		print_message("# quiet, layout 1 %%, 300 points, a record of %s: red in %.0f %%\n", about[relaid],
			      percent(red[relaid], gates));
	}
	assert_true(red[0] >= gates / 2);
	assert_true(red[1] <= gates / 20);
}

static void sessions_of_a_point_may_be_lost(void **state)
{
	struct world disturbed = worlds[0];

	(void)state;
	disturbed.name = "the first, one session in 20 of a point disturbed";
	disturbed.lost = 0.05;
	fill_pool(disturbed.tail);
	test_world(&disturbed, 40);
	test_world(&disturbed, 300);
}

static void a_noisier_host_than_its_record_is_undecided(void **state)
{
	struct world noisier = worlds[0];
	struct row row = { 0 };

	(void)state;
	noisier.name = "the first, host 1.5 times as noisy as its record";
	noisier.later = 1.5;
	fill_pool(noisier.tail);
	fill_row(&row, &noisier, 40);
	assert_true(row.exits[3] >= at_least(0.9, gates));
	assert_true(row.exits[1] <= gates / 50);
}

/* Shifts points from 0 up to `end`, and judges. */
static int judge_shifted(struct gate *g, const struct machine *m, size_t end, double by)
{
	prepare(g, m, true);
	shift(&g->screen, 0, end, by);
	shift(&g->confirm, 0, end, by);
	return judge(g);
}

/* The same change on every point of a drifting machine is what taking out the machine could hide. */
static void a_change_of_all_points_is_the_machines(void **state)
{
	size_t red5 = 0, red10 = 0, machine = 0, calm = 0;
	struct machine m;

	(void)state;
	fill_pool(worlds[2].tail);
	for (size_t i = 0; i < gates; i++) {
		struct gate g = { 0 };

		draw_machine(&m, &worlds[2], 40);
		red5 += judge_shifted(&g, &m, 40, log1p(0.05)) == 1;
		finish(&g);
		red10 += judge_shifted(&g, &m, 40, log1p(0.10)) == 1;
		machine += g.j[40].verdict == VERDICT_REGRESSED;
		finish(&g);
		/* three points in four are faster: the others are slower only beside them */
		calm += judge_shifted(&g, &m, 30, -log1p(0.10)) != 1;
		finish(&g);
	}
	print_message("# while the machine drifts 5 %% a session: all points +5 %%: red in %.0f %%; +10 %%: %.0f %%; "
		      "three in "
		      "four 10 %% faster: not red in %.0f %%\n",
		      percent(red5, gates), percent(red10, gates), percent(calm, gates));
	assert_int_equal(red10, machine);
	assert_true(red10 >= at_least(0.7, gates));
	assert_true(calm >= at_least(0.9, gates));
}

/* ---- single stages ------------------------------------------------------------------ */

static void fill(struct pairs *pairs, size_t n, const double *centre, size_t points, double spread)
{
	pairs_make(pairs, points, n);
	for (size_t i = 0; i < n; i++) {
		pairs->b_first[i] = i % 4 == 1 || i % 4 == 2;
		for (size_t p = 0; p < points; p++)
			pairs->ratio[p * n + i] = centre[p] + spread * ((double)((i * 7 + p * 3) % 5) - 2);
	}
}

static void the_order_is_taken_out(void **state)
{
	const double centre[] = { 0.01 };
	struct pairs pairs;
	struct fit fit;

	(void)state;
	fill(&pairs, 8, centre, 1, 0);
	for (size_t i = 0; i < 8; i++)
		pairs.ratio[i] += pairs.b_first[i] ? -0.03 : 0.03;
	fit = pairs_fit(&pairs, 0);
	assert_float_equal(fit.mean, 0.01, 1e-12);
	assert_float_equal(fit.variance, 0, 1e-12);
	assert_float_equal(fit.n, 8, 1e-12);
	pairs.ratio[3] = NAN; /* half may be lost, even of one order */
	pairs.ratio[0] = NAN;
	fit = pairs_fit(&pairs, 0);
	assert_float_equal(fit.mean, 0.01, 1e-12);
	assert_float_equal(fit.df, 4, 1e-12);
	assert_float_equal(fit.n, (36.0 - 4) / 6, 1e-12);
	pairs.ratio[1] = pairs.ratio[2] = pairs.ratio[4] = NAN;
	assert_true(isnan(pairs_fit(&pairs, 0).mean));
	pairs_free(&pairs);
}

static void what_cannot_be_fitted_never_passes(void **state)
{
	const double centre[] = { 0, 0.2 };
	double margin[] = { 0.02, 0.02, NAN }, sd[] = { 0.01, 0.01, NAN }, catches[] = { 0.03, 0.03, NAN };
	struct promise promise = { 2, margin, sd, catches, 18, 0, false };
	bool gating[] = { true, true, false };
	struct judgement j[3];
	struct noise_check check;
	struct pairs pairs;
	size_t flagged[3];

	(void)state;
	fill(&pairs, 8, centre, 2, 0.001);
	pairs.ratio[0] = pairs.ratio[1] = pairs.ratio[2] = pairs.ratio[3] = pairs.ratio[4] = NAN;
	assert_int_equal(noisy_screen(&promise, gating, &pairs, j, flagged, &check), 1);
	assert_int_equal(j[0].verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(j[1].verdict, VERDICT_FLAGGED);
	for (size_t i = 8; i < 13; i++) /* lost in the confirmation */
		pairs.ratio[i] = NAN;
	noisy_confirm(&promise, gating, &pairs, flagged, 1, ALPHA, j);
	assert_int_equal(j[1].verdict, VERDICT_FLAGGED);
	pairs_free(&pairs);
}

static void twenty_are_confirmed_and_the_rest_stay_flagged(void **state)
{
	double centre[30], margin[31], sd[31], catches[31];
	struct promise promise = { 30, margin, sd, catches, 18, 0, false };
	struct judgement j[31];
	struct noise_check check;
	struct pairs pairs;
	bool gating[31];
	size_t flagged[31], regressed = 0, open = 0;

	(void)state;
	for (size_t p = 0; p < 31; p++) {
		margin[p] = 0.02;
		sd[p] = 0.01;
		catches[p] = 0.03;
		gating[p] = p < 30;
		if (p < 30)
			centre[p] = 0.05 + 0.001 * (double)p;
	}
	fill(&pairs, 14, centre, 30, 0.001);
	assert_int_equal(noisy_screen(&promise, gating, &pairs, j, flagged, &check), 30);
	assert_int_equal(flagged[0], 29);
	noisy_confirm(&promise, gating, &pairs, flagged, 30, ALPHA, j);
	for (size_t p = 0; p < 30; p++) {
		regressed += j[p].verdict == VERDICT_REGRESSED;
		open += j[p].verdict == VERDICT_FLAGGED;
	}
	assert_int_equal(regressed, CONFIRM_MAX);
	assert_int_equal(open, 10);
	pairs_free(&pairs);
}

/* 40 points all as noisy as their record, but for the first ones, which scatter so many times as much. */
static struct noise_check checked(size_t noisier, double times)
{
	double centre[40] = { 0 }, margin[41], sd[41], catches[41];
	struct promise promise = { 40, margin, sd, catches, 200, 0, false };
	struct judgement j[41];
	struct noise_check check;
	struct pairs pairs;
	bool gating[41];
	size_t flagged[41];

	fill(&pairs, 10, centre, 40, 0.01);
	for (size_t p = 0; p < 41; p++) {
		struct fit fit = p < 40 ? pairs_fit(&pairs, p) : (struct fit){ 0, 1, 0, 0 };

		sd[p] = sqrt(fit.variance) / (p < noisier ? times : 1);
		margin[p] = catches[p] = 1;
		gating[p] = p < 40;
	}
	assert_true(noisy_screen(&promise, gating, &pairs, j, flagged, &check) >= 0);
	pairs_free(&pairs);
	return check;
}

static void a_tenth_of_the_points_may_be_noisier_and_the_typical_one_by_a_third(void **state)
{
	(void)state;
	assert_false(checked(0, 1).too_noisy);
	assert_false(checked(4, 3).too_noisy);
	assert_true(checked(5, 3).too_noisy);
	assert_float_equal(checked(5, 3).noisier, 5.0 / 40, 1e-12);
	assert_false(checked(40, 1.15).too_noisy);
	assert_true(checked(40, 1.4).too_noisy);
}

/* 1.2 % slower, give or take 0.3 %: beyond a margin of 0.9 %, and beyond what another layout may do not for sure. */
static void what_layout_may_do_is_no_regression(void **state)
{
	const double slower[] = { 0.012 }, slow[] = { 0.03 };
	double margin[] = { 0.009, NAN }, sd[] = { 0.01, NAN }, catches[] = { 0.03, NAN };
	struct promise promise = { 1, margin, sd, catches, 18, 0, false };
	bool gating[] = { true, false };
	struct judgement j[2] = { { .verdict = VERDICT_FLAGGED } };
	size_t flagged[] = { 0 };
	struct pairs pairs;

	(void)state;
	fill(&pairs, 12, slower, 1, 0.003);
	noisy_confirm(&promise, gating, &pairs, flagged, 1, ALPHA, j);
	assert_int_equal(j[0].verdict, VERDICT_FLAGGED);
	pairs_free(&pairs);
	fill(&pairs, 12, slow, 1, 0.003);
	noisy_confirm(&promise, gating, &pairs, flagged, 1, ALPHA, j);
	assert_int_equal(j[0].verdict, VERDICT_REGRESSED);
	pairs_free(&pairs);
}

static int make_rng(void **state)
{
	(void)state;
	rng = gsl_rng_alloc(gsl_rng_taus2);
	gsl_rng_set(rng, 20260101);
	return rng ? 0 : -1;
}

static int free_rng(void **state)
{
	(void)state;
	gsl_rng_free(rng);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_is_taken_out),
		cmocka_unit_test(what_cannot_be_fitted_never_passes),
		cmocka_unit_test(twenty_are_confirmed_and_the_rest_stay_flagged),
		cmocka_unit_test(a_tenth_of_the_points_may_be_noisier_and_the_typical_one_by_a_third),
		cmocka_unit_test(what_layout_may_do_is_no_regression),
		cmocka_unit_test(green_when_nothing_changed_and_red_at_5_percent),
		cmocka_unit_test(a_few_points_gate_too),
		cmocka_unit_test(a_record_of_one_binary_makes_red_gates),
		cmocka_unit_test(sessions_of_a_point_may_be_lost),
		cmocka_unit_test(a_noisier_host_than_its_record_is_undecided),
		cmocka_unit_test(a_change_of_all_points_is_the_machines),
	};

	if (argc > 1)
		gates = strtoul(argv[1], NULL, 10);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_rng, free_rng);
}
