// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * metrics - the standard metrics, and all that a sample has by its name and as a record
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/metrics.h"
#include "instruments/instruments.h"

static const struct {
	struct instrument_metric metric; /* a cost's unit goes with the mode */
	unsigned modes;
} standard[STANDARD_METRICS] = {
	[M_WALL] = { { "wall", METRIC_KIND_COST, NULL, "lower", "the timed region, of one run" }, MODE_ANY },
	[M_CPU] = { { "cpu", METRIC_KIND_COST, NULL, "lower",
		      "the part of it that the calling thread spent on the CPU" },
		    MODE_ANY },
	[M_PAGE] = { { "page", METRIC_KIND_COST, NULL, "lower", "wall per base page proven moved" }, MODE_ANY },
	[M_ASKED] = { { "asked", METRIC_KIND_COST, NULL, "lower",
			"wall per base page handed to the kernel, moved or not" },
		      MODE_ANY },
	[M_CALL] = { { "call", METRIC_KIND_COST, NULL, "lower", "wall per system call" }, MODE_ANY },
	[M_RATE] = { { "rate_bps", METRIC_KIND_COUNT, "B/s", "higher", "bytes proven moved per second" },
		     MODE_HARDWARE },
	[M_PAGES_ASKED] = { { "pages_asked", METRIC_KIND_EXACT, "pages", "neither", "base pages handed to the kernel" },
			    MODE_ANY },
	[M_PAGES_MOVED] = { { "pages_moved", METRIC_KIND_EXACT, "pages", "higher",
			      "base pages that were elsewhere before and are proven on the target" },
			    MODE_ANY },
	[M_PAGES_LEFT] = { { "pages_left", METRIC_KIND_EXACT, "pages", "lower",
			     "base pages the kernel reported unmoved" },
			   MODE_ANY },
	[M_CALLS] = { { "calls", METRIC_KIND_EXACT, "count", "neither",
			"system calls in the timed region, of one run" },
		      MODE_ANY },
	[M_FOLIOS] = { { "folios", METRIC_KIND_EXACT, "count", "neither", "folios handed to the kernel, of one run" },
		       MODE_ANY },
	[M_TRAIN] = { { "train", METRIC_KIND_COUNT, "count", "neither",
			"runs timed as one, because one alone is too short" },
		      MODE_ANY },
};

static const char *const cost_suffix[] = { [TIME_HARDWARE] = "_ns", [TIME_COUNTED] = "_insns", [TIME_UNTIMED] = "_ns" };
static const char *const cost_unit[] = {
	[TIME_HARDWARE] = "ns", [TIME_COUNTED] = "instructions", [TIME_UNTIMED] = "ns"
};
static const char *const cost_class[] = {
	[TIME_HARDWARE] = "noisy", [TIME_COUNTED] = "counted", [TIME_UNTIMED] = "untimed"
};

/* What a rule costs says nothing, so it has neither these nor what instruments saw. */
static bool has_costs(const struct benchmark *b)
{
	return b->kind != SEMANTICS;
}

static bool in_mode(const struct benchmark *b, const struct machine *m, size_t i)
{
	return has_costs(b) && (standard[i].modes & timekeeper_mode(m->timekeeper));
}

static int each_seen(const struct benchmark *b, const struct machine *m,
		     int (*each)(const struct instrument_metric *metric, size_t at, void *context), void *context)
{
	return has_costs(b) ? instruments_each(timekeeper_mode(m->timekeeper), REPETITION_TIMED, each, context) : 0;
}

static const char *full_name(const struct machine *m, const char *name, enum metric_kind kind, char *buffer,
			     size_t size)
{
	snprintf(buffer, size, "%s%s", name, kind == METRIC_KIND_COST ? cost_suffix[m->timekeeper] : "");
	return buffer;
}

static double per(double total, double count)
{
	return count > 0 ? total / count : NAN;
}

void metrics_fill(struct repetition *r, const struct machine *m, const struct measured *measured, unsigned train)
{
	double *v = r->standard, wall = r->wall;

	v[M_WALL] = wall / train;
	v[M_CPU] = r->cpu / train;
	v[M_PAGE] = per(wall, measured->pages_moved);
	v[M_ASKED] = per(wall, measured->pages_asked);
	v[M_CALL] = per(wall, measured->calls);
	v[M_RATE] = measured->pages_moved ? per(1e9 * measured->pages_moved * m->page_size, wall) : NAN;
	v[M_PAGES_ASKED] = (double)measured->pages_asked / train;
	v[M_PAGES_MOVED] = (double)measured->pages_moved / train;
	v[M_CALLS] = measured->calls ? (double)measured->calls / train : NAN;
	v[M_FOLIOS] = measured->folios ? (double)measured->folios / train : NAN;
	v[M_TRAIN] = train;
	v[M_PAGES_LEFT] = 0;
	for (int i = 0; i < STATUS_KINDS; i++)
		v[M_PAGES_LEFT] += (double)r->left[i].pages / train;
}

static bool is_left(const struct status_count *left, size_t i)
{
	return i < STATUS_KINDS && left[i].pages;
}

static double left_with(const struct repetition *r, int status)
{
	for (size_t i = 0; is_left(r->left, i); i++)
		if (r->left[i].status == status)
			return r->left[i].pages / r->standard[M_TRAIN];
	return NAN;
}

static void add_left(struct columns *c, int status)
{
	for (size_t i = 0; i < c->lefts; i++)
		if (c->left[i] == status)
			return;
	if (c->lefts < COLUMNS_LEFT_MAX)
		c->left[c->lefts++] = status;
}

struct columns metrics_columns_of(const struct benchmark *b, const struct machine *m, const struct repetition *r,
				  size_t count)
{
	struct columns c = { .benchmark = b, .machine = m };

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; is_left(r[i].left, k); k++)
			add_left(&c, r[i].left[k].status);
	return c;
}

static const char *left_name(int status, char *buffer, size_t size)
{
	snprintf(buffer, size, "left_%s", strerrorname_np(-status) ?: "unknown");
	return buffer;
}

struct name_list {
	json_t *names;
	const struct machine *machine;
};

static void append_name(const struct name_list *list, const char *name, enum metric_kind kind)
{
	char full[64];

	json_array_append_new(list->names, json_string(full_name(list->machine, name, kind, full, sizeof(full))));
}

static int append_seen_name(const struct instrument_metric *metric, size_t at, void *list)
{
	(void)at;
	append_name(list, metric->name, metric->kind);
	return 0;
}

json_t *metrics_names(const struct columns *c)
{
	struct name_list list = { json_array(), c->machine };
	const struct metric *own = c->benchmark->metrics;
	char name[64];

	for (size_t i = 0; i < STANDARD_METRICS; i++)
		if (in_mode(c->benchmark, c->machine, i))
			append_name(&list, standard[i].metric.name, standard[i].metric.kind);
	each_seen(c->benchmark, c->machine, append_seen_name, &list);
	for (; own && own->name; own++)
		append_name(&list, own->name, own->kind);
	for (size_t i = 0; i < c->lefts; i++)
		json_array_append_new(list.names, json_string(left_name(c->left[i], name, sizeof(name))));
	return list.names;
}

/* Whole numbers are far cheaper to print than reals: a third of what recording a sample costs in the lab. */
static void put(json_t *values, double value)
{
	json_array_append_new(values, isnan(value)			? json_null()
				      : value == (double)(int64_t)value ? json_integer((int64_t)value)
									: json_real(value));
}

struct value_list {
	json_t *values;
	const struct repetition *repetition;
};

static int append_seen_value(const struct instrument_metric *metric, size_t at, void *context)
{
	const struct value_list *list = context;

	(void)metric;
	put(list->values, list->repetition->seen[at]);
	return 0;
}

json_t *metrics_values(const struct columns *c, const struct repetition *r)
{
	json_t *values = json_array();
	struct value_list seen = { values, r };

	for (size_t i = 0; i < STANDARD_METRICS; i++)
		if (in_mode(c->benchmark, c->machine, i))
			put(values, r->standard[i]);
	each_seen(c->benchmark, c->machine, append_seen_value, &seen);
	for (size_t i = 0; c->benchmark->metrics && c->benchmark->metrics[i].name; i++)
		put(values, r->own[i]);
	for (size_t i = 0; i < c->lefts; i++)
		put(values, left_with(r, c->left[i]));
	return values;
}

json_t *metrics_series(const struct repetition *r, unsigned series, json_t **y)
{
	json_t *x = NULL;

	for (size_t i = 0; i < r->series_points; i++) {
		const struct series_point *p = &r->series[i];

		if (p->series != series)
			continue;
		if (!x) {
			x = json_array();
			*y = json_array();
		}
		json_array_append_new(x, json_real(p->x));
		json_array_append_new(*y, json_real(p->y));
	}
	return x;
}

static json_t *describe(const struct machine *m, const struct instrument_metric *metric)
{
	static const char *const classes[] = {
		[METRIC_KIND_EXACT] = "exact", [METRIC_KIND_COUNT] = "noisy", [METRIC_KIND_SHARE] = "noisy"
	};
	bool cost = metric->kind == METRIC_KIND_COST;
	char full[64];

	return json_pack("{ss ss ss ss ss ss}", "kind", "metric", "name",
			 full_name(m, metric->name, metric->kind, full, sizeof(full)), "unit",
			 cost ? cost_unit[m->timekeeper] : metric->unit, "better", metric->better, "class",
			 cost ? cost_class[m->timekeeper] : classes[metric->kind], "meaning", metric->meaning);
}

static struct instrument_metric of_benchmark(const struct metric *own)
{
	return (struct instrument_metric){ own->name, own->kind, own->kind == METRIC_KIND_SHARE ? "share" : "count",
					   own->better, own->meaning };
}

struct description {
	const struct machine *machine;
	int (*each)(json_t *record, void *context);
	void *context;
};

static int describe_seen(const struct instrument_metric *metric, size_t at, void *context)
{
	const struct description *d = context;

	(void)at;
	return d->each(describe(d->machine, metric), d->context) ? -1 : 0;
}

int metrics_describe(const struct benchmark *b, const struct machine *m, int (*each)(json_t *record, void *context),
		     void *context)
{
	struct description seen = { m, each, context };

	for (size_t i = 0; i < STANDARD_METRICS; i++)
		if (in_mode(b, m, i) && each(describe(m, &standard[i].metric), context))
			return -1;
	if (each_seen(b, m, describe_seen, &seen))
		return -1;
	for (const struct metric *own = b->metrics; own && own->name; own++) {
		struct instrument_metric metric = of_benchmark(own);

		if (each(describe(m, &metric), context))
			return -1;
	}
	return 0;
}

int metrics_describe_left(const struct repetition *r, int (*each)(json_t *record, void *context), void *context)
{
	char name[64];

	for (size_t i = 0; is_left(r->left, i); i++)
		if (each(json_pack("{ss ss ss ss ss ss}", "kind", "metric", "name",
				   left_name(r->left[i].status, name, sizeof(name)), "unit", "pages", "better", "lower",
				   "class", "exact", "meaning",
				   "base pages the kernel reported unmoved with this status"),
			 context))
			return -1;
	return 0;
}

char *metrics_primary(const struct benchmark *b, const struct machine *m, char *buffer, size_t size)
{
	const char *name = b->primary ?: "page";
	enum metric_kind kind = METRIC_KIND_COST;

	for (const struct metric *own = b->metrics; own && own->name; own++)
		if (!strcmp(own->name, name))
			kind = own->kind;
	full_name(m, name, kind, buffer, size);
	return buffer;
}
