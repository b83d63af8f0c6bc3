// SPDX-License-Identifier: GPL-2.0-or-later
/* cases - turns a run or a comparison into test cases; the formats are the exporters' */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "analysis/summary.h"
#include "base/fault.h"
#include "compare/compare_words.h"
#include "output/cases.h"

static struct cases *cases_new(size_t room)
{
	struct cases *cases = xcalloc(1, sizeof(*cases));

	if (cases && (cases->item = xcalloc(room + 1, sizeof(*cases->item))))
		return cases;
	free(cases);
	fault("out of memory");
	return NULL;
}

static int add_case(struct cases *cases, const char *suite, const char *name, enum case_status status, const char *word,
		    char *message, double size)
{
	struct test_case *t = &cases->item[cases->n++];

	*t = (struct test_case){ xstrdup(suite), xstrdup(name), status, xstrdup(word), message, size };
	return t->suite && t->name && t->word && t->message ? 0 : fault("out of memory");
}

static struct cases *done(struct cases *cases, int r)
{
	if (r == 0 && cases->title && cases->machine && cases->when)
		return cases;
	cases_free(cases);
	fault("out of memory");
	return NULL;
}

/* ---- of a comparison -------------------------------------------------------------- */

/* Advisory points never fail; what is undecided is skipped, not passed. */
static enum case_status status_of(const struct compare_row *row)
{
	switch (row->verdict) {
	case VERDICT_REGRESSED:
		return row->gating ? CASE_FAIL : CASE_PASS;
	case VERDICT_ERROR:
		return row->gating ? CASE_ERROR : CASE_SKIP;
	case VERDICT_IMPROVED:
	case VERDICT_PASS:
	case VERDICT_SMALL:
	case VERDICT_SEMANTICS:
		return CASE_PASS;
	default:
		return CASE_SKIP;
	}
}

static char *message_of(const struct compare_row *row)
{
	char a[WORDS_MAX], b[WORDS_MAX], share[WORDS_MAX], interval[WORDS_MAX], catches[WORDS_MAX], *message = NULL;
	struct change change = compare_change(row);
	const char *advisory = row->primary && !row->gating ? " (advisory)" : "";

	if (*row->why && !row->tested)
		return asprintf(&message, "%s%s: %s", verdict_name(row->verdict), advisory, row->why) < 0 ? NULL
													  : message;
	if (!strcmp(row->class, "exact"))
		return asprintf(&message, "%s: %s %g, as before", verdict_name(row->verdict), row->metric, row->b) < 0
			       ? NULL
			       : message;
	if (asprintf(&message, "%s%s: %s %s -> %s %s, %s %s, would have caught %s%s%s", verdict_name(row->verdict),
		     advisory, row->metric, words_value(a, row->a), words_value(b, row->b), row->unit,
		     words_share(share, change.change), words_interval(interval, &change),
		     words_size(catches, row->catches), *row->why ? ": " : "", row->why) < 0)
		return NULL;
	return message;
}

static int add_row(struct cases *cases, const struct compare_row *row, bool strict)
{
	double size = isnan(row->judged.j.estimate) ? 0 : row->judged.j.estimate;
	char *name = NULL;
	int r;

	if (row->primary)
		return add_case(cases, row->benchmark, row->point, status_of(row), verdict_name(row->verdict),
				message_of(row), size);
	if (row->verdict != VERDICT_SEMANTICS)
		return 0;
	if (asprintf(&name, "%s: %s", row->point, row->metric) < 0)
		return -1;
	r = add_case(cases, row->benchmark, name, strict ? CASE_FAIL : CASE_PASS, verdict_name(row->verdict),
		     message_of(row), 0);
	free(name);
	return r;
}

struct cases *cases_of_comparison(const struct comparison *c)
{
	struct cases *cases = cases_new(c->rows + 1);
	int r = 0;

	if (!cases)
		return NULL;
	if (asprintf(&cases->title, "nodehop %s: %s against %s", c->gate ? "gate" : "compare", c->b.dir, c->a.dir) < 0)
		cases->title = NULL;
	cases->machine = xstrdup(c->b.machine);
	cases->when = xstrdup("");
	for (size_t i = 0; i < c->rows && r == 0; i++)
		r = add_row(cases, &c->row[i], c->strict);
	if (r == 0 && *c->undecided)
		r = add_case(cases, "gate", "the gate as a whole", CASE_SKIP, verdict_name(VERDICT_INCONCLUSIVE),
			     xstrdup(c->undecided), 0);
	return done(cases, r);
}

/* ---- of a run --------------------------------------------------------------------- */

static enum case_status status_of_outcome(const char *outcome)
{
	if (!strcmp(outcome, "ok"))
		return CASE_PASS;
	if (!strcmp(outcome, "wrong"))
		return CASE_FAIL;
	return strcmp(outcome, "broken") ? CASE_SKIP : CASE_ERROR;
}

static char *message_of_point(const struct run *run, const struct values *v, size_t point)
{
	const struct run_point *p = &run->point[point];
	long metric = run_primary_metric(run, point);
	char value[WORDS_MAX], *message = NULL;
	struct summary s;
	int n;

	if (strcmp(p->outcome, "ok"))
		n = asprintf(&message, "%s: %s: %s", p->outcome, p->reason, p->detail);
	else if (metric < 0 || !summary_of(v, point, (size_t)metric, &s))
		n = asprintf(&message, "ok");
	else
		n = asprintf(&message, "ok: %s %s %s, median of %zu samples", run->metric[metric].name,
			     words_value(value, s.median), run->metric[metric].unit, s.n);
	return n < 0 ? NULL : message;
}

static struct cases *of_values(const struct run *run, const struct values *v)
{
	struct cases *cases = cases_new(run->points);
	const char *when = json_string_value(json_object_get(run->manifest, "created_utc"));
	int r = 0;

	if (!cases)
		return NULL;
	if (asprintf(&cases->title, "nodehop run: %s", run->dir) < 0)
		cases->title = NULL;
	cases->machine = xstrdup(env_machine(run->env));
	cases->when = xstrdup(when ? when : "");
	for (size_t i = 0; i < run->points && r == 0; i++) {
		const struct run_point *p = &run->point[i];

		r = add_case(cases, p->benchmark, p->key, status_of_outcome(p->outcome), p->outcome,
			     message_of_point(run, v, i), 0);
	}
	return done(cases, r);
}

struct cases *cases_of_run(const struct run *run)
{
	struct values *v = values_load(run);
	struct cases *cases = v ? of_values(run, v) : NULL;

	values_free(v);
	return cases;
}

size_t cases_count(const struct cases *cases, enum case_status status)
{
	size_t n = 0;

	for (size_t i = 0; i < cases->n; i++)
		n += cases->item[i].status == status;
	return n;
}

void cases_free(struct cases *cases)
{
	if (!cases)
		return;
	for (size_t i = 0; i < cases->n; i++) {
		free(cases->item[i].suite);
		free(cases->item[i].name);
		free(cases->item[i].word);
		free(cases->item[i].message);
	}
	free(cases->item);
	free(cases->title);
	free(cases->machine);
	free(cases->when);
	free(cases);
}
