// SPDX-License-Identifier: GPL-2.0-or-later
/* model_observe - which points of a run a cost model may use, and what each of them did and took */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/text.h"
#include "analysis/model_internal.h"
#include "analysis/stats.h"
#include "record/path.h"

struct metrics {
	long wall, path, calls, folios, asked, moved;
};

static bool find_metrics(const struct run *run, struct metrics *m)
{
	m->wall = run_find_metric(run, "wall_insns");
	if (m->wall < 0)
		m->wall = run_find_metric(run, "wall_ns");
	m->path = run_find_metric(run, PATH_INSNS);
	m->calls = run_find_metric(run, "calls");
	m->folios = run_find_metric(run, "folios");
	m->asked = run_find_metric(run, "pages_asked");
	m->moved = run_find_metric(run, "pages_moved");
	return m->wall >= 0 && m->calls >= 0 && m->folios >= 0 && m->asked >= 0 && m->moved >= 0;
}

/* The median over sessions; NAN when there is none. */
static double median_over_sessions(const struct values *v, size_t point, long metric)
{
	size_t n = values_of(v, point, metric)->n;
	double *median = xmalloc((n + 1) * sizeof(*median)), value;

	value = stats_median(median, values_medians(v, point, metric, median, NULL));
	free(median);
	return value;
}

static const char *param_text(const struct run_point *p, const char *name)
{
	return json_string_value(json_object_get(p->params, name)) ?: "";
}

/* Where pages are kept that are not plain anonymous memory, the cost of each differs. */
static char *mapping_of(const struct run_point *p)
{
	const char *page = param_text(p, "page");
	bool hugetlb = !strncmp(page, "hugetlb", 7),
	     plain = !*page || !strcmp(page, "base") || strspn(page, "0123456789");

	if (!strcmp(page, "thp"))
		return xstrdup("pmd");
	if (plain)
		return xstrdup("pte");
	return text_append(NULL, "%s %s", hugetlb ? "pmd" : "pte", page);
}

/* The model explains these itself. */
static bool is_explained(const char *axis)
{
	static const char *const explained[] = { "size", "batch", "page", "from", "to" };

	for (size_t i = 0; i < sizeof(explained) / sizeof(*explained); i++)
		if (!strcmp(axis, explained[i]))
			return true;
	return false;
}

struct candidates {
	const struct run *run;
	const struct candidate *c;
	size_t n;
};

static bool varies(const struct candidates *all, const struct run_point *p, const char *axis)
{
	json_t *value = json_object_get(p->params, axis);

	for (size_t i = 0; i < all->n; i++) {
		const struct run_point *other = &all->run->point[all->c[i].point];

		if (!strcmp(other->benchmark, p->benchmark) && !json_equal(json_object_get(other->params, axis), value))
			return true;
	}
	return false;
}

/* "move_pages threads=2": the benchmark, and the values of the axes that its points differ in otherwise. */
static char *label_of(const struct candidates *all, const struct run_point *p)
{
	char *label = xstrdup(p->benchmark);
	json_t *value;
	const char *axis;

	json_object_foreach (p->params, axis, value) {
		char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);

		if (!is_explained(axis) && varies(all, p, axis))
			label = text_append(label, " %s=%s", axis, text ?: json_string_value(value));
		free(text);
	}
	return label;
}

static void pair_of(const struct run_point *p, char *pair, size_t size)
{
	json_t *from = json_object_get(p->params, "from"), *to = json_object_get(p->params, "to");

	snprintf(pair, size, "%s", "");
	if (from && to)
		snprintf(pair, size, "%d:%d", (int)json_integer_value(from), (int)json_integer_value(to));
}

/* Only a repetition that moved all it was asked to tells what moving costs. */
static bool observe(const struct values *v, const struct metrics *m, size_t point, double page_bytes,
		    struct candidate *c)
{
	const struct run_point *p = &v->run->point[point];
	double moved = median_over_sessions(v, point, m->moved);

	*c = (struct candidate){ .point = point, .path = m->path >= 0 && path_is_primary(p) };
	c->o.calls = median_over_sessions(v, point, m->calls);
	c->o.folios = median_over_sessions(v, point, m->folios);
	c->o.time = c->path ? c->o.folios * median_over_sessions(v, point, m->path)
			    : median_over_sessions(v, point, m->wall);
	c->o.bytes = moved * page_bytes;
	if (strcmp(p->outcome, "ok") || !(c->o.time > 0) || !(c->o.calls > 0) || !(c->o.folios > 0) || !(moved > 0) ||
	    moved != median_over_sessions(v, point, m->asked))
		return false;
	c->folio_bytes = c->o.bytes / c->o.folios;
	c->mapping = mapping_of(p);
	pair_of(p, c->pair, sizeof(c->pair));
	return true;
}

static double page_bytes_of(const struct run *run)
{
	json_t *page = json_object_get(json_object_get(run->env, "hard"), "page.base_bytes");

	return page ? json_number_value(page) : 4096;
}

/* ---- the sessions, for resampling them ---- */

struct sessions {
	int *number;
	size_t n;
};

static void add_session(struct sessions *s, int number)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->number[i] == number)
			return;
	s->number[s->n++] = number;
}

/* All that any point has a time of. */
static struct sessions sessions_of(const struct values *v, long metric)
{
	struct sessions s = { xcalloc(v->run->sessions + 1, sizeof(int)), 0 };

	for (size_t p = 0; s.number && p < v->run->points; p++) {
		const struct series *series = values_of(v, p, metric);

		for (size_t i = 0; i < series->n; i++)
			if (!i || series->session[i] != series->session[i - 1])
				add_session(&s, series->session[i]);
	}
	return s;
}

static void split_sessions(const struct values *v, const struct metrics *m, const struct sessions *s,
			   struct candidate *c)
{
	long metric = c->path ? m->path : m->wall;
	double factor = c->path ? c->o.folios : 1;
	size_t room = values_of(v, c->point, metric)->n;
	double *median = xmalloc((room + 1) * sizeof(*median));
	int *session = xmalloc((room + 1) * sizeof(*session));
	size_t n = values_medians(v, c->point, metric, median, session);

	c->session_time = xmalloc((s->n + 1) * sizeof(*c->session_time));
	for (size_t i = 0; i < s->n; i++) {
		c->session_time[i] = NAN;
		for (size_t j = 0; j < n; j++)
			if (session[j] == s->number[i])
				c->session_time[i] = factor * median[j];
	}
	free(session);
	free(median);
}

size_t observe_points(const struct values *v, struct candidate *c, size_t *sessions)
{
	struct metrics m;
	struct sessions s;
	size_t n = 0;

	*sessions = 0;
	if (!find_metrics(v->run, &m))
		return 0;
	s = sessions_of(v, m.wall);
	for (size_t p = 0; s.number && p < v->run->points; p++)
		n += observe(v, &m, p, page_bytes_of(v->run), &c[n]);
	for (size_t i = 0; i < n; i++) {
		c[i].benchmark = label_of(&(struct candidates){ v->run, c, n }, &v->run->point[c[i].point]);
		split_sessions(v, &m, &s, &c[i]);
	}
	*sessions = s.n;
	free(s.number);
	return n;
}

void observe_free(struct candidate *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(c[i].benchmark);
		free(c[i].mapping);
		free(c[i].session_time);
	}
	free(c);
}
