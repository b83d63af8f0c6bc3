// SPDX-License-Identifier: GPL-2.0-or-later
/* quotable - whether a point's samples are enough, undisturbed and steady, and the reason where they are not */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/env_text.h"
#include "analysis/margin.h"
#include "analysis/quotable.h"
#include "analysis/summary.h"
#include "base/fault.h"
#include "record/run.h"

/* A point under judgement; the judges below return true when they have settled it. */
struct judged {
	struct run *run;
	const struct values *v;
	size_t point;
	const struct run_metric *metric; /* the primary one, when it is a cost; else NULL */
	const char *reason;
	char detail[400];
};

/* Largest mad/median that may be called ok. */
static double noise_limit(const char *class)
{
	return !strcmp(class, "counted") ? 0.002 : 0.05;
}

static bool __attribute__((format(printf, 3, 4))) settle(struct judged *j, const char *reason, const char *format, ...)
{
	va_list args;

	j->reason = reason;
	va_start(args, format);
	vsnprintf(j->detail, sizeof(j->detail), format, args);
	va_end(args);
	return true;
}

static double median_of_all(const struct judged *j, const char *name)
{
	long metric = run_find_metric(j->run, name);

	return metric < 0 ? NAN : values_median_of_all(j->v, j->point, metric);
}

/* ---- disturbed -------------------------------------------------------------------- */

static void describe_share(const struct judged *j, char *text, size_t size)
{
	const struct tally *t = &j->v->tally[j->point];
	struct tally_session sum = tally_sum(t);
	int length = snprintf(text, size, "%zu of %zu repetitions undisturbed; half of them are needed, and %d",
			      sum.undisturbed, sum.taken, TALLY_LEAST);

	if (t->sessions > 1)
		snprintf(text + length, size - length, ", in half of the sessions: %zu of %zu have them",
			 tally_fit_sessions(t), t->sessions);
}

/* What is not known is not said, rather than said to be 0. */
static void describe_others(const struct judged *j, char *text, size_t size)
{
	double taken = median_of_all(j, "taken_share"), cpus = median_of_all(j, "others_cpus"),
	       stolen = median_of_all(j, "stolen_cpus");
	char share[40] = "", busy[40] = "", theft[64] = "";

	if (!isnan(taken))
		snprintf(share, sizeof(share), " took %.0f %% of its time", 100 * taken);
	if (!isnan(cpus))
		snprintf(busy, sizeof(busy), " kept %.1f CPUs busy", cpus);
	if (stolen > 0)
		snprintf(theft, sizeof(theft), " (%.1f of it stolen by the hypervisor)", stolen);
	*text = '\0';
	if (*share || *busy)
		snprintf(text, size, "; in the median repetition other tasks%s%s%s%s", share,
			 *share && *busy ? " and" : "", busy, theft);
}

static bool is_too_disturbed(struct judged *j)
{
	const struct tally *t = &j->v->tally[j->point];
	struct tally_session sum = tally_sum(t);
	char share[200], others[160];

	if (tally_is_enough(t))
		return false;
	describe_share(j, share, sizeof(share));
	if (2 * sum.contaminated > sum.taken - sum.undisturbed)
		return settle(j, "contaminated",
			      "%s; the median repetition saw %.0f pages migrated by other tasks, beside its own %.0f",
			      share, median_of_all(j, "others_migrated"), median_of_all(j, "pages_moved"));
	describe_others(j, others, sizeof(others));
	return settle(j, "disturbed", "%s%s", share, others);
}

/* Where disturbed repetitions are the slow ones, those that are left flatter. */
static bool is_flattered(struct judged *j, const struct summary *s)
{
	double most = exp(margin_least(!strcmp(j->metric->class, "counted"))) - 1,
	       apart = fabs(s->median_all / s->median - 1);

	if (!(apart > most))
		return false;
	return settle(
		j, "disturbed",
		"%.6g %s is the median of %zu undisturbed repetitions, %.6g that of all %zu: %.2g %% apart, at most "
		"%.2g %% can be quoted",
		s->median, j->metric->unit, s->n, s->median_all, s->n_all, 100 * apart, 100 * most);
}

/* ---- too few, too noisy ------------------------------------------------------------ */

static bool is_too_few(struct judged *j)
{
	size_t most = tally_most(&j->v->tally[j->point]);

	if (strcmp(env_mode(j->run->env), "hardware") || most >= TALLY_LEAST)
		return false;
	return settle(j, "too-few", "%zu repetition%s a session; %d are needed", most, most == 1 ? "" : "s",
		      TALLY_LEAST);
}

static bool is_noisy(struct judged *j, const struct summary *s)
{
	double limit = noise_limit(j->metric->class);

	if (!(s->mad > limit * fabs(s->median)))
		return false;
	return settle(j, "noisy",
		      "%s scatters by %.2g %% of its median %.6g %s (MAD of %zu samples); at most %g %% can be quoted",
		      j->metric->name, 100 * s->mad / s->median, s->median, j->metric->unit, s->n, 100 * limit);
}

/* ---- the judgement ----------------------------------------------------------------- */

static bool is_open_to_judgement(const struct run_point *p)
{
	static const char *const reasons[] = { "disturbed", "contaminated", "too-few", "noisy" };

	for (size_t i = 0; !strcmp(p->outcome, "unstable") && i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (!strcmp(p->reason, reasons[i]))
			return true;
	return !strcmp(p->outcome, "ok");
}

/* NULL where there is nothing that a cost could be judged by: a rule, a lab without time. */
static const struct run_metric *cost_of(const struct run *run, size_t point)
{
	long metric = run_primary_metric(run, point);
	const struct run_metric *m = metric < 0 ? NULL : &run->metric[metric];

	return m && (!strcmp(m->class, "noisy") || !strcmp(m->class, "counted")) ? m : NULL;
}

static bool is_unfit(struct judged *j)
{
	struct summary s;

	if (is_too_disturbed(j))
		return true;
	if (!j->metric || !summary_of(j->v, j->point, j->metric - j->run->metric, &s))
		return false;
	return is_too_few(j) || is_flattered(j, &s) || is_noisy(j, &s);
}

/* True when the outcome changed. */
static bool judge(struct run *run, const struct values *v, size_t point)
{
	struct run_point *p = &run->point[point];
	struct judged j = { .run = run, .v = v, .point = point, .metric = cost_of(run, point) };
	bool unfit;

	if (!is_open_to_judgement(p))
		return false;
	unfit = is_unfit(&j);
	if (!unfit && !strcmp(p->outcome, "ok"))
		return false;
	run_set_outcome(p, unfit ? "unstable" : "ok", unfit ? j.reason : "", unfit ? j.detail : "");
	return true;
}

int quotable_judge(struct run *run, const struct values *v)
{
	bool changed = false;

	for (size_t p = 0; p < run->points; p++)
		changed |= judge(run, v, p);
	return changed ? run_write_points(run) : 0;
}
