// SPDX-License-Identifier: GPL-2.0-or-later
/* model - the cost models of a run: which points share one, what each can tell; the fit is model_fit's */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/model_internal.h"
#include "base/text.h"
#include "base/units.h"

#define SESSIONS_MIN 6 /* for an interval, as everywhere */

/* ---- groups: what one model is fitted to ---- */

static int by_group(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->benchmark, y->benchmark) ?: strcmp(x->pair, y->pair) ?: strcmp(x->mapping, y->mapping);

	return order ?: (x->folio_bytes > y->folio_bytes) - (x->folio_bytes < y->folio_bytes);
}

static bool same_group(const struct candidate *a, const struct candidate *b)
{
	return !strcmp(a->benchmark, b->benchmark) && !strcmp(a->pair, b->pair) && !strcmp(a->mapping, b->mapping);
}

static unsigned count_folio_sizes(const struct candidate *c, size_t n)
{
	unsigned sizes = 1;

	for (size_t i = 1; i < n; i++)
		sizes += c[i].folio_bytes != c[i - 1].folio_bytes;
	return sizes;
}

/* ---- one model ---- */

static void say_what_is_missing(struct model *m, unsigned wanted)
{
	char size[24];

	units_print_bytes(size, sizeof(size), m->folio_bytes);
	if (!m->terms && m->points <= 2)
		snprintf(m->note, sizeof(m->note), "%zu point%s: more than 2 are needed", m->points,
			 m->points == 1 ? "" : "s");
	else if (!m->terms)
		snprintf(m->note, sizeof(m->note),
			 "calls and folios cannot be separated: every point has the same number of folios per call");
	else if (m->terms < MODEL_TERMS && wanted == MODEL_TERMS)
		snprintf(m->note, sizeof(m->note), "a folio and its bytes cannot be separated by these points");
	else if (m->terms < MODEL_TERMS)
		snprintf(m->note, sizeof(m->note),
			 "a folio here is %s and includes %s: fewer than %d folio sizes cannot separate the two", size,
			 m->path ? "what the path does for each of its pages" : "its bytes", MODEL_FOLIO_SIZES);
	else if (m->counted && !m->path)
		snprintf(m->note, sizeof(m->note),
			 "instructions per byte are an artefact: string instructions are counted by iteration");
}

static void fit_model(const struct candidate *c, size_t n, size_t sessions, struct model *m)
{
	unsigned wanted = m->folio_sizes >= MODEL_FOLIO_SIZES ? MODEL_TERMS : MODEL_TERMS - 1;
	double *time = xcalloc(n, sizeof(*time));

	for (size_t i = 0; i < n; i++)
		time[i] = c[i].o.time;
	for (unsigned terms = wanted; !m->terms && terms >= 2; terms--)
		if (model_fit_times(c, n, time, terms, m->value, &m->residual))
			m->terms = terms;
	free(time);
	for (unsigned j = 0; j < MODEL_TERMS; j++)
		m->lo[j] = m->hi[j] = NAN;
	if (m->terms && sessions >= SESSIONS_MIN)
		model_bound(c, n, sessions, m);
	say_what_is_missing(m, wanted);
}

/* Apart from a neighbour of other folios, when there are too few sizes for one model of both. */
static char *mapping_with_size(const struct candidate *c)
{
	char size[24];

	units_print_bytes(size, sizeof(size), c->folio_bytes);
	return text_append(NULL, "%s %s", c->mapping, size);
}

static void add_model(struct models *all, const struct run *run, const struct candidate *c, size_t n, size_t sessions,
		      bool name_size)
{
	struct model *m = &all->model[all->n];

	*m = (struct model){ .benchmark = xstrdup(c->benchmark),
			     .points = n,
			     .sessions = sessions,
			     .folio_sizes = count_folio_sizes(c, n),
			     .folio_bytes = c->folio_bytes };
	m->mapping = name_size ? mapping_with_size(c) : xstrdup(c->mapping);
	m->counted = run_find_metric(run, "wall_insns") >= 0;
	m->path = c->path;
	m->unit = m->path ? "path instructions" : m->counted ? "instructions" : "ns";
	memcpy(m->pair, c->pair, sizeof(m->pair));
	all->n++;
	fit_model(c, n, sessions, m);
}

static void add_group(struct models *all, const struct run *run, const struct candidate *c, size_t n, size_t sessions)
{
	unsigned sizes = count_folio_sizes(c, n);

	if (sizes == 1 || sizes >= MODEL_FOLIO_SIZES) {
		add_model(all, run, c, n, sessions, false);
		return;
	}
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && c[j].folio_bytes == c[i].folio_bytes; j++)
			;
		add_model(all, run, c + i, j - i, sessions, true);
	}
}

static void add_groups(struct models *all, const struct run *run, struct candidate *c, size_t n, size_t sessions)
{
	qsort(c, n, sizeof(*c), by_group);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && same_group(&c[i], &c[j]); j++)
			;
		add_group(all, run, c + i, j - i, sessions);
	}
}

struct models *models_fit(const struct values *values)
{
	struct models *all = xcalloc(1, sizeof(*all));
	size_t points = values->run->points, sessions, n;
	struct candidate *c = xcalloc(points + 1, sizeof(*c));

	all->model = xcalloc(points + 1, sizeof(*all->model));
	n = observe_points(values, c, &sessions);
	add_groups(all, values->run, c, n, sessions);
	observe_free(c, n);
	return all;
}

void models_free(struct models *models)
{
	for (size_t i = 0; models && i < models->n; i++) {
		free(models->model[i].benchmark);
		free(models->model[i].mapping);
	}
	if (models)
		free(models->model);
	free(models);
}
