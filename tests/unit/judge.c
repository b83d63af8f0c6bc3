// SPDX-License-Identifier: GPL-2.0-or-later
/* judge: each verdict from pairs that ask for it, the screen's choice, and what fresh sessions do to it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "sides/order.h"
#include "judging/judge.h"

#define MARGIN 0.02
#define BOUND  0.05
#define PAIRS  12

struct point {
	double ratio[PAIRS];
	struct judged judged;
};

/* Pairs that all lie at `centre`, give or take `spread`. */
static void fill(struct point *p, size_t pairs, double centre, double spread)
{
	*p = (struct point){ .judged = { .pairs = pairs, .limits = { MARGIN, BOUND } } };
	for (size_t i = 0; i < pairs; i++)
		p->ratio[i] = centre + spread * ((double)(i % 5) - 2) / 2;
	p->judged.ratio = p->ratio;
}

static void expect(size_t pairs, double centre, double spread, enum verdict wanted)
{
	struct point p;
	struct judged *one = &p.judged;

	fill(&p, pairs, centre, spread);
	assert_int_equal(judge_all(&one, 1, 0.05), 0);
	if (p.judged.j.verdict != wanted)
		fail_msg("%zu pairs at %g +- %g: %s, expected %s", pairs, centre, spread,
			 verdict_name(p.judged.j.verdict), verdict_name(wanted));
}

static void each_verdict_has_its_numbers(void **state)
{
	(void)state;
	expect(12, 0.04, 0.01, VERDICT_REGRESSED);
	expect(12, -0.04, 0.01, VERDICT_IMPROVED);
	expect(12, 0.0, 0.005, VERDICT_PASS);
	expect(12, 0.02, 0.3, VERDICT_INCONCLUSIVE);
	expect(12, 0.015, 0.004, VERDICT_SMALL);
	expect(12, -0.015, 0.004, VERDICT_SMALL);
	expect(12, 0.009, 0.002, VERDICT_PASS);	       /* less than half the margin */
	expect(12, 0.03, 0.05, VERDICT_INCONCLUSIVE);  /* too many pairs inside the margin, too high to pass */
	expect(12, 0.03, 0.03, VERDICT_INCONCLUSIVE);  /* below the bound, beyond the margin, not shown to be */
	expect(12, -0.03, 0.03, VERDICT_INCONCLUSIVE); /* nor does the better pass for that */
	expect(12, 0.03, 0.028, VERDICT_INCONCLUSIVE); /* all are worse, half of them by less than the margin */
	expect(12, -0.03, 0.028, VERDICT_INCONCLUSIVE);
	expect(6, 0.04, 0.01, VERDICT_REGRESSED);
	expect(5, 0.04, 0.01, VERDICT_INCONCLUSIVE); /* five coins cannot */
	expect(5, 0.0, 0.0, VERDICT_INCONCLUSIVE);   /* and there is no interval to pass by */
	expect(0, 0, 0, VERDICT_INCONCLUSIVE);
	expect(12, MARGIN, 0, VERDICT_SMALL); /* at the margin is not beyond it */
	expect(12, 0, 0, VERDICT_PASS);	      /* no scatter at all */
}

static void holm_is_over_all_that_was_judged_together(void **state)
{
	struct point p[2];
	struct judged *both[] = { &p[0].judged, &p[1].judged };

	(void)state;
	fill(&p[0], 6, 0.04, 0.01);
	fill(&p[1], 6, 0, 0.01);
	assert_int_equal(judge_all(both, 2, 0.05), 0);
	assert_int_equal(p[0].judged.j.verdict, VERDICT_INCONCLUSIVE); /* 2 * 0.031 */
	assert_float_equal(p[0].judged.j.p_adjusted, 0.0625, 1e-12);
	fill(&p[0], 6, -0.7, 0);
	fill(&p[1], 6, 0.045, 0);
	assert_int_equal(judge_all(both, 2, 0.05), 0);
	assert_int_equal(p[0].judged.j.verdict,
			 VERDICT_INCONCLUSIVE); /* twice as fast: beyond the margin never passes */
	assert_int_equal(p[1].judged.j.verdict, VERDICT_INCONCLUSIVE); /* though below the bound */
}

static void a_small_change_is_below_the_bound(void **state)
{
	struct point p;
	struct judged *one = &p.judged;

	(void)state;
	fill(&p, 12, 0.015, 0.004);
	p.judged.limits.bound = 0.01;
	assert_int_equal(judge_all(&one, 1, 0.05), 0);
	assert_int_equal(p.judged.j.verdict, VERDICT_INCONCLUSIVE);
}

static void the_screen_claims_nothing(void **state)
{
	struct point p[3];
	struct judged *all[] = { &p[0].judged, &p[1].judged, &p[2].judged };
	size_t picked[CONFIRM_MAX];

	(void)state;
	fill(&p[0], 6, 0.04, 0.01);
	fill(&p[1], 6, 0, 0.01);
	fill(&p[2], 6, -0.05, 0.01);
	assert_int_equal(judge_screen(all, 3, picked), 2);
	assert_int_equal(picked[0], 2); /* the larger change first */
	assert_int_equal(picked[1], 0);
	assert_int_equal(p[0].judged.j.verdict, VERDICT_FLAGGED);
	assert_int_equal(p[1].judged.j.verdict, VERDICT_PASS);
	fill(&p[0], 10, 0.021, 0.05); /* beyond the margin, on whatever side of it single pairs are */
	assert_int_equal(judge_screen(all, 1, picked), 1);
	assert_int_equal(p[0].judged.j.verdict, VERDICT_FLAGGED);
	fill(&p[0], 10, 0.019, 0.2); /* within the margin: passes, however wide the interval */
	assert_int_equal(judge_screen(all, 1, picked), 0);
	assert_int_equal(p[0].judged.j.verdict, VERDICT_PASS);
}

/* Two pairs within the margin, four beyond: no six pairs can be significant here, and no point may pass for that. */
static void the_screen_flags_four_of_six(void **state)
{
	double ratio[6] = { 0, 0.001, 0.021, 0.021, 0.021, 0.021 };
	struct judged point = { .ratio = ratio, .pairs = 6, .limits = { MARGIN, BOUND } }, *one = &point;
	size_t picked[CONFIRM_MAX];

	(void)state;
	assert_int_equal(judge_screen(&one, 1, picked), 1);
	assert_int_equal(point.j.verdict, VERDICT_FLAGGED);
}

static void the_bound_holds_in_a_screen_too(void **state)
{
	struct point p;
	struct judged *one = &p.judged;
	size_t picked[CONFIRM_MAX];

	(void)state;
	fill(&p, 6, 0.015, 0);
	p.judged.limits.bound = 0.01;
	assert_int_equal(judge_screen(&one, 1, picked), 1);
}

static void the_screen_picks_the_twenty_furthest_beyond_their_margins(void **state)
{
	struct point p[30];
	struct judged *all[30];
	size_t picked[CONFIRM_MAX];

	(void)state;
	for (size_t i = 0; i < 30; i++) {
		double size = 0.03 + 0.001 * (double)((i * 7) % 30);

		fill(&p[i], 8, i % 2 ? size : -2 * size, 0);
		p[i].judged.limits = (struct limits){ i % 2 ? MARGIN : 2 * MARGIN, 1 };
		all[i] = &p[i].judged;
	}
	assert_int_equal(judge_screen(all, 30, picked), CONFIRM_MAX);
	for (size_t i = 0; i < CONFIRM_MAX; i++)
		assert_float_equal(fabs(p[picked[i]].judged.j.estimate) / p[picked[i]].judged.limits.margin,
				   (0.03 + 0.001 * (29 - (double)i)) / MARGIN, 1e-12);
}

static void fresh_sessions_decide(void **state)
{
	struct point p[4];
	struct judged *all[] = { &p[0].judged, &p[1].judged, &p[2].judged, &p[3].judged };

	(void)state;
	fill(&p[0], 10, 0.04, 0.01);
	fill(&p[1], 10, 0, 0.01);
	fill(&p[2], 10, 0.03, 0.06);
	fill(&p[3], 10, 0.01, 0.2); /* within the margin: no interval is asked for */
	assert_int_equal(judge_confirm(all, 4, 0.05), 0);
	assert_int_equal(p[3].judged.j.verdict, VERDICT_PASS);
	assert_int_equal(p[0].judged.j.verdict, VERDICT_REGRESSED);
	assert_int_equal(p[1].judged.j.verdict, VERDICT_PASS);
	assert_int_equal(p[2].judged.j.verdict, VERDICT_FLAGGED);
}

static void pairs_come_in_balanced_blocks(void **state)
{
	bool b_first[100];
	size_t abba = 0;

	(void)state;
	order_pairs(b_first, 100, 7);
	for (size_t i = 0; i < 100; i += 2) {
		assert_true(b_first[i] != b_first[i + 1]);
		abba += !b_first[i];
	}
	assert_in_range(abba, 10, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_has_its_numbers),
		cmocka_unit_test(holm_is_over_all_that_was_judged_together),
		cmocka_unit_test(a_small_change_is_below_the_bound),
		cmocka_unit_test(the_screen_claims_nothing),
		cmocka_unit_test(the_screen_flags_four_of_six),
		cmocka_unit_test(the_bound_holds_in_a_screen_too),
		cmocka_unit_test(the_screen_picks_the_twenty_furthest_beyond_their_margins),
		cmocka_unit_test(fresh_sessions_decide),
		cmocka_unit_test(pairs_come_in_balanced_blocks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
