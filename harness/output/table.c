// SPDX-License-Identifier: GPL-2.0-or-later
/* table - prints a run: a line per point, the outcomes, what stamps it carries */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "analysis/margin.h"
#include "analysis/summary.h"
#include "output/table.h"
#include "record/env.h"
#include "record/path.h"
#include "base/outcome.h"

#define KEY_WIDTH_MAX 72 /* a longer key moves its own line only */

const char *table_mode(const struct run *run)
{
	json_t *first = json_array_get(json_object_get(run->env, "sessions"), 0);
	const char *mode = json_string_value(json_object_get(first, "mode"));

	return mode ? mode : "hardware";
}

static void print_mode_stamp(const struct run *run)
{
	if (!strcmp(table_mode(run), "counted"))
		puts("one emulated CPU: path length in instructions; no time, no caches, no bandwidth, "
		     "no interrupts between CPUs, no contention");
	if (!strcmp(table_mode(run), "fast"))
		puts("emulated machine: behaviour, statuses, placement and counters; its times say nothing and are not "
		     "shown");
}

void table_print_stamps(const struct run *run)
{
	const char *one_memory = env_fact(run->env, "node.one_memory"), *vm = env_fact(run->env, "vm.name");

	print_mode_stamp(run);
	if (one_memory)
		printf("nodes of one memory (%s): no remote cost between them, only the software path and the copy\n",
		       one_memory);
	if (vm && !strcmp(table_mode(run), "hardware"))
		printf("virtual machine (%s): the times include what the hypervisor and its other guests do, and the "
		       "nodes need not match the host's\n",
		       vm);
	if (env_has(run->env, ENV_LOAD_ALLOWED))
		printf("load allowed (--allow-load): no sample was marked as disturbed, whatever else the machine did\n");
}

static bool keeps_time(const struct run *run)
{
	return strcmp(table_mode(run), "fast") != 0;
}

/* ---- one line per point ----------------------------------------------------------- */

/* Four digits, or as many as stand before the point. */
static void print_value(char *text, size_t size, double value)
{
	snprintf(text, size, fabs(value) < 9999.5 ? "%.4g" : "%.0f", value);
}

/* Long times and rates are read in larger units; counts of instructions keep their digits. */
static const char *scale(const char *unit, double *value)
{
	static const struct {
		const char *unit, *larger;
		double from, factor;
	} scales[] = { { "ns", "s", 1e9, 1e9 }, { "ns", "ms", 1e6, 1e6 }, { "B/s", "GB/s", 0, 1e9 } };

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		if (strcmp(unit, scales[i].unit) || *value < scales[i].from)
			continue;
		*value /= scales[i].factor;
		return scales[i].larger;
	}
	return unit;
}

/* "ns/page" for page_ns, "insns/call" for call_insns, "ns" for the rest; scales the value with it. */
static void print_unit(char *text, size_t size, const struct run_metric *metric, double *value)
{
	const char *tail = strrchr(metric->name, '_');
	const char *unit = tail && (!strcmp(tail, "_insns") || !strcmp(tail, "_ns")) ? tail + 1 : metric->unit;
	const char *per = !strcmp(metric->name, PATH_INSNS)    ? "/folio"
			  : !strncmp(metric->name, "page_", 5) ? "/page"
			  : !strncmp(metric->name, "call_", 5) ? "/call"
							       : "";

	snprintf(text, size, "%s%s", scale(unit, value), per);
}

#define BESIDE 3 /* columns, at most */

struct line {
	char cost[24], unit[24], beside[BESIDE][32], spread[16], n[16], outcome[120];
};

/* Where all of it was disturbed, what was measured all the same. */
static double quoted(const struct summary *s)
{
	return s->n ? s->median : s->median_all;
}

static void fill_cost(struct line *l, const struct run_metric *metric, const struct summary *s)
{
	double cost = quoted(s), spread = summary_spread(s);

	print_unit(l->unit, sizeof(l->unit), metric, &cost);
	print_value(l->cost, sizeof(l->cost), cost);
	snprintf(l->n, sizeof(l->n), s->n == s->n_all ? "%zu" : "%zu of %zu", s->n, s->n_all);
	if (!isnan(spread))
		snprintf(l->spread, sizeof(l->spread), "%.2f%%", 100 * spread);
}

/* Sessions further apart than what counts as a change are named; scatter within them is the outcome's business. */
static void name_between(struct line *l, const struct run_metric *metric, const struct summary *s)
{
	double least = exp(margin_least(!strcmp(metric->class, "counted"))) - 1;
	size_t length = strlen(l->outcome);

	if (s->between > least && s->between >= summary_spread(s))
		snprintf(l->outcome + length, sizeof(l->outcome) - length, ", between sessions %.2g %%",
			 100 * s->between);
}

static void fill_primary(struct line *l, const struct values *v, size_t point)
{
	long metric = run_primary_metric(v->run, point);
	struct summary s;

	if (metric < 0)
		return;
	summary_of(v, point, metric, &s);
	if (!s.n_all)
		return;
	fill_cost(l, &v->run->metric[metric], &s);
	name_between(l, &v->run->metric[metric], &s);
}

static double quoted_of(const struct values *v, size_t point, const char *name)
{
	long metric = run_find_metric(v->run, name);
	struct summary s;

	if (metric < 0)
		return NAN;
	summary_of(v, point, metric, &s);
	return quoted(&s);
}

/* Where no time is kept, what was done is what there is to say. */
static void fill_moved(struct line *l, const struct values *v, size_t point)
{
	double moved = quoted_of(v, point, "pages_moved"), asked = quoted_of(v, point, "pages_asked");

	if (!(asked > 0))
		return;
	snprintf(l->cost, sizeof(l->cost), "%.0f", moved);
	snprintf(l->unit, sizeof(l->unit), "of %.0f pages", asked);
}

/* What no path shows: all that was executed, what other tasks did meanwhile, and bytes copied and cleared. */
static void fill_beside_path(struct line *l, const struct values *v, size_t point)
{
	double whole = quoted_of(v, point, PATH_WHOLE), wait = quoted_of(v, point, PATH_WAIT),
	       copied = quoted_of(v, point, PATH_COPIED), zeroed = quoted_of(v, point, PATH_ZEROED);

	if (!isnan(whole))
		print_value(l->beside[0], sizeof(*l->beside), whole);
	if (!isnan(wait))
		print_value(l->beside[1], sizeof(*l->beside), wait);
	if (!isnan(copied) && !isnan(zeroed))
		snprintf(l->beside[2], sizeof(*l->beside), "%.5g + %.5g", copied, zeroed);
}

/* Of a time, how fast bytes went. */
static void fill_beside(struct line *l, const struct values *v, size_t point)
{
	double rate = quoted_of(v, point, "rate_bps");

	if (path_is_primary(&v->run->point[point]))
		fill_beside_path(l, v, point);
	else if (!isnan(rate))
		snprintf(l->beside[0], sizeof(*l->beside), "%.2f", rate / 1e9);
}

static const char *heading_beside(const struct run *run, int column)
{
	static const char *const path[BESIDE] = { "whole/page", "wait/folio", "copied + zeroed/page" };

	return strcmp(table_mode(run), "counted") ? "GB/s" : path[column];
}

static void fill(struct line *l, const struct values *v, size_t point)
{
	const struct run_point *p = &v->run->point[point];
	*l = (struct line){ .cost = "-" };
	snprintf(l->outcome, sizeof(l->outcome), "%s%s%s", p->outcome, *p->reason ? ": " : "", p->reason);
	if (strcmp(p->outcome, "ok") && strcmp(p->outcome, "unstable"))
		return;
	if (run_point_within_cache(p))
		strncat(l->outcome, ", within cache", sizeof(l->outcome) - strlen(l->outcome) - 1);
	if (keeps_time(v->run))
		fill_primary(l, v, point);
	else
		fill_moved(l, v, point);
	fill_beside(l, v, point);
}

struct widths {
	int key, cost, unit, beside[BESIDE], spread, n;
};

static void widen(int *width, const char *text, int most)
{
	int length = strlen(text);

	if (length > *width && length <= most)
		*width = length;
}

static const char *heading_cost(const struct run *run)
{
	return keeps_time(run) ? "cost" : "moved";
}

static struct widths measure(const struct run *run, const struct line *line)
{
	struct widths w = { .key = strlen("point"), .cost = strlen(heading_cost(run)) };

	for (size_t i = 0; i < run->points; i++) {
		widen(&w.key, run->point[i].key, KEY_WIDTH_MAX);
		widen(&w.cost, line[i].cost, sizeof(line->cost));
		widen(&w.unit, line[i].unit, sizeof(line->unit));
		for (int k = 0; k < BESIDE; k++)
			widen(&w.beside[k], line[i].beside[k], sizeof(*line->beside));
		widen(&w.spread, line[i].spread, sizeof(line->spread));
		widen(&w.n, line[i].n, sizeof(line->n));
	}
	for (int k = 0; k < BESIDE; k++)
		if (w.beside[k]) /* on hardware one is there, and where functions are known all are */
			widen(&w.beside[k], heading_beside(run, k), sizeof(*line->beside));
	if (w.n) { /* and these where time is kept */
		widen(&w.spread, "spread", sizeof(line->spread));
		widen(&w.n, "n", sizeof(line->n));
	}
	return w;
}

static void print_line(const struct widths *w, const char *key, const struct line *l)
{
	printf("%-*s  %*s %-*s  ", w->key, key, w->cost, l->cost, w->unit, l->unit);
	for (int k = 0; k < BESIDE; k++)
		if (w->beside[k])
			printf("%*s  ", w->beside[k], l->beside[k]);
	if (w->spread)
		printf("%*s  ", w->spread, l->spread);
	if (w->n)
		printf("%*s  ", w->n, l->n);
	printf("%s\n", l->outcome);
}

static void print_lines(const struct values *v, struct line *line)
{
	struct line heading = { .spread = "spread", .n = "n", .outcome = "outcome" };
	struct widths w;

	snprintf(heading.cost, sizeof(heading.cost), "%s", heading_cost(v->run));
	for (int k = 0; k < BESIDE; k++)
		snprintf(heading.beside[k], sizeof(*heading.beside), "%s", heading_beside(v->run, k));
	for (size_t i = 0; i < v->run->points; i++)
		fill(&line[i], v, i);
	w = measure(v->run, line);
	print_line(&w, "point", &heading);
	for (size_t i = 0; i < v->run->points; i++)
		print_line(&w, v->run->point[i].key, &line[i]);
}

/* ---- what became of them --------------------------------------------------------- */

static bool same_cause(const struct run_point *a, const struct run_point *b)
{
	return !strcmp(a->outcome, b->outcome) && !strcmp(a->reason, b->reason);
}

/* A sentence for each cause; where points of one cause have their own, that of the first. */
static void print_causes(const struct run *run)
{
	for (size_t i = 0; i < run->points; i++) {
		const struct run_point *p = &run->point[i];
		size_t first = 0, count = 0;

		while (!same_cause(&run->point[first], p))
			first++;
		if (first != i || !*p->reason)
			continue;
		for (size_t j = i; j < run->points; j++)
			count += same_cause(p, &run->point[j]);
		printf("%s: %s (%zu point%s): %s\n", p->outcome, p->reason, count, count == 1 ? "" : "s", p->detail);
	}
}

/* One CPU has nobody to wait for. */
static void print_spinning(const struct values *v)
{
	for (size_t i = 0; i < v->run->points; i++) {
		double spin = quoted_of(v, i, PATH_SPIN);

		if (spin > 0)
			printf("spinning: %s: %.4g instructions a folio wait in a loop, though one CPU has nobody to wait for\n",
			       v->run->point[i].key, spin);
	}
}

static void print_counts(const struct run *run)
{
	printf("%zu point%s", run->points, run->points == 1 ? "" : "s");
	for (int o = OK; o < OUTCOMES; o++) {
		size_t count = 0;

		for (size_t i = 0; i < run->points; i++)
			count += !strcmp(run->point[i].outcome, outcome_name(o));
		if (count)
			printf(", %zu %s", count, outcome_name(o));
	}
	printf("; %s, %d session%s%s\n", table_mode(run), run->sessions, run->sessions == 1 ? "" : "s",
	       run->complete ? "" : ", incomplete");
}

int table_print(const struct run *run)
{
	struct values *v = values_load(run);
	struct line *line = xcalloc(run->points + 1, sizeof(*line));

	if (v)
		print_lines(v, line);
	free(line);
	if (!v)
		return -1;
	print_causes(run);
	print_spinning(v);
	values_free(v);
	print_counts(run);
	table_print_stamps(run);
	return 0;
}
