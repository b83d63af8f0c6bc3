// SPDX-License-Identifier: GPL-2.0-or-later
/* cases - turns a run or a comparison into test cases; the formats are the exporters' */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "analysis/summary.h"
#include "base/text.h"
#include "compare/compare_words.h"
#include "output/cases.h"

static struct cases *cases_new(size_t room)
{
	struct cases *cases = xcalloc(1, sizeof(*cases));

	cases->item = xcalloc(room + 1, sizeof(*cases->item));
	return cases;
}

static void add_case(struct cases *cases, const char *suite, const char *name, enum case_status status,
		     const char *word, char *message, double size)
{
	struct test_case *t = &cases->item[cases->n++];

	*t = (struct test_case){ xstrdup(suite), xstrdup(name), status, xstrdup(word), message, size };
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
	char a[WORDS_MAX], b[WORDS_MAX], share[WORDS_MAX], interval[WORDS_MAX], catches[WORDS_MAX];
	struct change change = compare_change(row);
	const char *advisory = row->primary && !row->gating ? " (advisory)" : "";

	if (*row->why && !row->tested)
		return text_append(NULL, "%s%s: %s", verdict_name(row->verdict), advisory, row->why);
	if (!strcmp(row->class, "exact"))
		return text_append(NULL, "%s: %s %g, as before", verdict_name(row->verdict), row->metric, row->b);
	return text_append(NULL, "%s%s: %s %s -> %s %s, %s %s, would have caught %s%s%s", verdict_name(row->verdict),
			   advisory, row->metric, words_value(a, row->a), words_value(b, row->b), row->unit,
			   words_share(share, change.change), words_interval(interval, &change),
			   words_size(catches, row->catches), *row->why ? ": " : "", row->why);
}

static void add_row(struct cases *cases, const struct compare_row *row, bool strict)
{
	double size = isnan(row->judged.j.estimate) ? 0 : row->judged.j.estimate;
	char *name;

	if (row->primary) {
		add_case(cases, row->benchmark, row->point, status_of(row), verdict_name(row->verdict), message_of(row),
			 size);
	} else if (row->verdict == VERDICT_SEMANTICS) {
		name = text_append(NULL, "%s: %s", row->point, row->metric);
		add_case(cases, row->benchmark, name, strict ? CASE_FAIL : CASE_PASS, verdict_name(row->verdict),
			 message_of(row), 0);
		free(name);
	}
}

struct cases *cases_of_comparison(const struct comparison *c)
{
	struct cases *cases = cases_new(c->rows + 1);

	cases->title = text_append(NULL, "nodehop %s: %s against %s", c->gate ? "gate" : "compare", c->b.dir, c->a.dir);
	cases->machine = xstrdup(c->b.machine);
	cases->when = xstrdup("");
	for (size_t i = 0; i < c->rows; i++)
		add_row(cases, &c->row[i], c->strict);
	if (*c->undecided)
		add_case(cases, "gate", "the gate as a whole", CASE_SKIP, verdict_name(VERDICT_INCONCLUSIVE),
			 xstrdup(c->undecided), 0);
	return cases;
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
	char value[WORDS_MAX];
	struct summary s;

	if (strcmp(p->outcome, "ok"))
		return text_append(NULL, "%s: %s: %s", p->outcome, p->reason, p->detail);
	if (metric < 0 || !summary_of(v, point, (size_t)metric, &s))
		return xstrdup("ok");
	return text_append(NULL, "ok: %s %s %s, median of %zu samples", run->metric[metric].name,
			   words_value(value, s.median), run->metric[metric].unit, s.n);
}

static struct cases *of_values(const struct run *run, const struct values *v)
{
	struct cases *cases = cases_new(run->points);
	const char *when = json_string_value(json_object_get(run->manifest, "created_utc"));

	cases->title = text_append(NULL, "nodehop run: %s", run->dir);
	cases->machine = xstrdup(env_machine(run->env));
	cases->when = xstrdup(when ? when : "");
	for (size_t i = 0; i < run->points; i++) {
		const struct run_point *p = &run->point[i];

		add_case(cases, p->benchmark, p->key, status_of_outcome(p->outcome), p->outcome,
			 message_of_point(run, v, i), 0);
	}
	return cases;
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
