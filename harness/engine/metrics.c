// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/metrics.h"

enum modes { ALL, HARDWARE_ONLY, COUNTED_ONLY };

static const struct {
	const char *name;
	enum metric_kind kind;
	enum modes modes;
	const char *unit, *better, *meaning; /* a cost's unit goes with the mode */
} standard[STANDARD_METRICS] = {
	[M_WALL] = { "wall", METRIC_KIND_COST, ALL, NULL, "lower", "the timed region, of one run" },
	[M_CPU] = { "cpu", METRIC_KIND_COST, ALL, NULL, "lower", "of it, on the CPU by the calling thread" },
	[M_PAGE] = { "page", METRIC_KIND_COST, ALL, NULL, "lower", "wall for each base page proven moved" },
	[M_ASKED] = { "asked", METRIC_KIND_COST, ALL, NULL, "lower",
		      "wall for each base page handed to the kernel, moved or not" },
	[M_CALL] = { "call", METRIC_KIND_COST, ALL, NULL, "lower", "wall for each system call" },
	[M_RATE] = { "rate_bps", METRIC_KIND_COUNT, HARDWARE_ONLY, "B/s", "higher", "bytes proven moved a second" },
	[M_PAGES_ASKED] = { "pages_asked", METRIC_KIND_EXACT, ALL, "pages", "neither",
			    "base pages handed to the kernel" },
	[M_PAGES_MOVED] = { "pages_moved", METRIC_KIND_EXACT, ALL, "pages", "higher",
			    "base pages that were elsewhere before and are proven on the target" },
	[M_PAGES_LEFT] = { "pages_left", METRIC_KIND_EXACT, ALL, "pages", "lower",
			   "base pages the kernel reported unmoved" },
	[M_CALLS] = { "calls", METRIC_KIND_EXACT, ALL, "count", "neither",
		      "system calls in the timed region, of one run" },
	[M_FOLIOS] = { "folios", METRIC_KIND_EXACT, ALL, "count", "neither",
		       "folios handed to the kernel, of one run" },
	[M_SWITCHES] = { "ctx_switches", METRIC_KIND_COUNT, ALL, "count", "lower",
			 "context switches of the calling thread in the timed region" },
	[M_TAKEN] = { "taken_share", METRIC_KIND_SHARE, HARDWARE_ONLY, "share", "lower",
		      "of the timed region, taken from the calling thread by other tasks, interrupts or a hypervisor" },
	[M_OTHERS_CPUS] = { "others_cpus", METRIC_KIND_COUNT, HARDWARE_ONLY, "CPUs", "lower",
			    "CPUs that others kept busy meanwhile, on average over 0.2 s or more" },
	[M_STOLEN_CPUS] = { "stolen_cpus", METRIC_KIND_COUNT, HARDWARE_ONLY, "CPUs", "lower",
			    "of others_cpus, what a hypervisor did not let run" },
	[M_IDLE] = { "idle_share", METRIC_KIND_SHARE, COUNTED_ONLY, "share", "lower",
		     "of the timed region, the CPU idle and the clock jumping" },
	[M_OTHERS] = { "others_migrated", METRIC_KIND_COUNT, ALL, "pages", "lower",
		       "base pages that someone else migrated around the timed region, of one run" },
	[M_TRAIN] = { "train", METRIC_KIND_COUNT, ALL, "count", "neither", "runs timed as one, being too short alone" },
};

static const char *const cost_suffix[] = { [TIME_HARDWARE] = "_ns", [TIME_COUNTED] = "_insns", [TIME_UNTIMED] = "_ns" };
static const char *const cost_unit[] = {
	[TIME_HARDWARE] = "ns", [TIME_COUNTED] = "instructions", [TIME_UNTIMED] = "ns"
};
static const char *const cost_class[] = {
	[TIME_HARDWARE] = "noisy", [TIME_COUNTED] = "counted", [TIME_UNTIMED] = "untimed"
};

/* What a rule costs says nothing, so it has none of them. */
static bool in_mode(const struct benchmark *b, const struct machine *m, size_t i)
{
	if (b->kind == SEMANTICS)
		return false;
	return standard[i].modes == ALL || standard[i].modes == (m->timekeeper == TIME_HARDWARE	 ? HARDWARE_ONLY
								 : m->timekeeper == TIME_COUNTED ? COUNTED_ONLY
												 : ALL);
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

void metrics_fill(struct repetition *r, const struct machine *m, const struct measured *measured, double wall,
		  double cpu, unsigned train)
{
	double *v = r->standard;

	v[M_WALL] = wall / train;
	v[M_CPU] = cpu / train;
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

json_t *metrics_names(const struct columns *c)
{
	const struct metric *own = c->benchmark->metrics;
	json_t *names = json_array();
	char name[64];

	for (size_t i = 0; i < STANDARD_METRICS; i++)
		if (in_mode(c->benchmark, c->machine, i))
			json_array_append_new(names, json_string(full_name(c->machine, standard[i].name,
									   standard[i].kind, name, sizeof(name))));
	for (; own && own->name; own++)
		json_array_append_new(names,
				      json_string(full_name(c->machine, own->name, own->kind, name, sizeof(name))));
	for (size_t i = 0; i < c->lefts; i++)
		json_array_append_new(names, json_string(left_name(c->left[i], name, sizeof(name))));
	return names;
}

/* Whole numbers are far cheaper to print than reals: a third of what recording a sample costs in the lab. */
static void put(json_t *values, double value)
{
	json_array_append_new(values, isnan(value)			? json_null()
				      : value == (double)(int64_t)value ? json_integer((int64_t)value)
									: json_real(value));
}

json_t *metrics_values(const struct columns *c, const struct repetition *r)
{
	json_t *values = json_array();

	for (size_t i = 0; i < STANDARD_METRICS; i++)
		if (in_mode(c->benchmark, c->machine, i))
			put(values, r->standard[i]);
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

static json_t *describe(const struct machine *m, const char *name, enum metric_kind kind, const char *unit,
			const char *better, const char *meaning)
{
	static const char *const classes[] = {
		[METRIC_KIND_EXACT] = "exact", [METRIC_KIND_COUNT] = "noisy", [METRIC_KIND_SHARE] = "noisy"
	};
	bool cost = kind == METRIC_KIND_COST;
	char full[64];

	return json_pack("{ss ss ss ss ss ss}", "kind", "metric", "name", full_name(m, name, kind, full, sizeof(full)),
			 "unit", cost ? cost_unit[m->timekeeper] : unit, "better", better, "class",
			 cost ? cost_class[m->timekeeper] : classes[kind], "meaning", meaning);
}

static const char *own_unit(enum metric_kind kind)
{
	return kind == METRIC_KIND_SHARE ? "share" : "count";
}

int metrics_describe(const struct benchmark *b, const struct machine *m, int (*each)(json_t *record, void *context),
		     void *context)
{
	for (size_t i = 0; i < STANDARD_METRICS; i++)
		if (in_mode(b, m, i) && each(describe(m, standard[i].name, standard[i].kind, standard[i].unit,
						      standard[i].better, standard[i].meaning),
					     context))
			return -1;
	for (const struct metric *own = b->metrics; own && own->name; own++)
		if (each(describe(m, own->name, own->kind, own_unit(own->kind), own->better, own->meaning), context))
			return -1;
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
