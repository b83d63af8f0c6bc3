// SPDX-License-Identifier: GPL-2.0-or-later
/* check - tries the kernel's promises one by one and prints KTAP; what a promise is and how it is tried is the engine's */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/interrupt.h"
#include "campaign/announce.h"
#include "campaign/check.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "campaign/measure.h"
#include "engine/trial_run.h"
#include "plan/rules.h"
#include "plan/settings.h"
#include "settings/knobs.h"

struct check_tally {
	size_t kept, failed, skipped;
};

/* After the "#" of a KTAP line any text may stand but a directive: no promise begins with one. */
static void print_kept(size_t number, const struct point *p, const char *saw)
{
	const struct rule *rule = rules_of_point(p);

	printf("ok %zu %s", number, p->key);
	if (rule)
		printf(" # %s", rule->promise);
	if (*saw)
		printf("; saw %s", saw);
	printf("\n");
}

static void print_failed(size_t number, const struct point *p, enum outcome o, const char *reason, const char *detail)
{
	const struct rule *rule = rules_of_point(p);

	printf("not ok %zu %s", number, p->key);
	if (rule)
		printf(" # %s", rule->promise);
	printf("\n# %s %s: %s\n", outcome_name(o), reason, detail);
}

static void print_line(size_t number, const struct point *p, enum outcome o, const char *reason, const char *detail,
		       struct check_tally *tally)
{
	if (o == OK) {
		print_kept(number, p, detail);
		tally->kept++;
	} else if (o == SKIPPED || o == BLOCKED) {
		printf("ok %zu %s # SKIP %s: %s\n", number, p->key, reason, detail);
		tally->skipped++;
	} else {
		print_failed(number, p, o, reason, detail);
		tally->failed++;
	}
	fflush(stdout);
}

static int check_point(size_t number, const struct point *p, const struct machine *m, struct instruments *instruments,
		       struct check_tally *tally)
{
	unsigned long mark = knobs_mark();
	const char *code = "";
	enum outcome o = p->outcome == OK ? settings_apply(p, m, true, &code) : p->outcome;
	const struct trial_request request = {
		.point = p,
		.machine = m,
		.instruments = instruments,
		.kind = REPETITION_TIMED,
		.repetitions = 1,
		.stop = interrupt_flag(),
	};
	struct trial_result *r;
	int left;

	if (p->outcome != OK) {
		print_line(number, p, o, p->reason, p->detail, tally);
		return 0;
	}
	if (o != OK) {
		print_line(number, p, o, code, fault_text(), tally);
		return 0;
	}
	r = trial_run(&request);
	left = knobs_restore(mark);
	if (!r)
		return -1;
	if (strcmp(r->reason, "interrupted"))
		print_line(number, p, r->outcome, r->reason, r->detail, tally);
	trial_result_free(r);
	return left ? fault_at("after %s", p->key) : 0;
}

static int check_plan(const struct plan *plan, const struct machine *m, struct check_tally *tally)
{
	struct instruments *instruments = instruments_new(timekeeper_mode(m->timekeeper));
	int failed = 0;

	printf("KTAP version 1\n1..%zu\n", plan->points);
	for (size_t i = 0; !failed && !*interrupt_flag() && i < plan->points; i++)
		failed = check_point(i + 1, &plan->point[i], m, instruments, tally);
	if (knobs_restore(0))
		failed = -1;
	instruments_free(instruments);
	printf("# %zu kept, %zu broken, %zu skipped\n", tally->kept, tally->failed, tally->skipped);
	return failed;
}

int check_promises(struct request *request)
{
	struct check_tally tally = {};
	struct machine m = {};
	struct plan plan = {};
	int failed = environment_machine(&m) || request_select(request, 1 << SEMANTICS) ||
		     plan_make(&request->plan, &m, &plan) || measure_prepare();

	if (!failed) {
		settings_quiet(report_unquiet);
		failed = check_plan(&plan, &m, &tally);
	}
	plan_free(&plan);
	machine_free(&m);
	if (failed)
		return exit_trouble();
	if (*interrupt_flag())
		fprintf(stderr, "nodehop: interrupted by %s; the rules above were tried\n", interrupt_name());
	return tally.failed ? EXIT_REGRESSED : tally.kept ? EXIT_FINE : EXIT_NOTHING;
}
