// SPDX-License-Identifier: GPL-2.0-or-later
/* plan - the points of a run: every combination of the selected axes, each once */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "plan/axis.h"
#include "plan/needs.h"
#include "plan/plan.h"

/* The value text in "axis=text", when the setting is for this axis. */
static const char *setting_for(const struct axis *a, const char *setting)
{
	size_t length = strlen(a->name);

	return !strncmp(setting, a->name, length) && setting[length] == '=' ? setting + length + 1 : NULL;
}

/* What the sweep line (words between blanks) says of the axis; NULL when it says nothing. free() it. */
static char *text_in_line(const struct axis *a, const char *line)
{
	for (line += strspn(line, " "); *line; line += strspn(line, " ")) {
		size_t length = strcspn(line, " ");

		if (setting_for(a, line))
			return xstrndup(setting_for(a, line), length - strlen(a->name) - 1);
		line += length;
	}
	return NULL;
}

/* The user's word for this benchmark goes before the one for all, that before the sweep line, that before the default. */
static char *axis_text(const struct plan_request *r, const struct selection *s, const struct axis *a, const char *line)
{
	const char *found = NULL;

	for (size_t i = 0; !found && i < s->sets; i++)
		found = setting_for(a, s->set[i]);
	for (size_t i = 0; !found && i < r->sets; i++)
		found = setting_for(a, r->set[i]);
	return found ? xstrdup(found) : text_in_line(a, line) ?: xstrdup(a->values);
}

/*
 * Axes that few questions turn (threads, callers, percentages, choices) are
 * left out of the key where they have their one default, which is what they
 * get when the key is pasted back.
 */
static bool is_in_key(const struct axis *a, const char *value)
{
	bool turned_seldom = a->type == AXIS_TYPE_THREADS || a->type == AXIS_TYPE_CALLER ||
			     a->type == AXIS_TYPE_PERCENT || a->type == AXIS_TYPE_CHOICE;

	return !turned_seldom || strcmp(value, a->values);
}

static char *make_key(const struct benchmark *b, const struct machine *m, const void *params)
{
	char *key = text_append(NULL, "%s", b->name);

	for (const struct axis *a = b->axes; a && a->name; a++) {
		char value[64];

		axis_print(a, m, params, value, sizeof(value));
		if (is_in_key(a, value))
			key = text_append(key, " %s=%s", a->name, value);
	}
	return key;
}

struct builder {
	const struct plan_request *request;
	const struct machine *machine;
	struct plan *plan;
	void *seen; /* tree of keys; hsearch(3) hashes keys that begin alike into one place */
};

static int compare_keys(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Adds the point unless it is there already. */
static void add_point(struct builder *b, const struct benchmark *benchmark, void *params)
{
	char *key = make_key(benchmark, b->machine, params);
	struct plan *plan = b->plan;

	if (*(char **)tsearch(key, &b->seen, compare_keys) != key) {
		free(key);
		free(params);
		return;
	}
	plan->point = xgrow(plan->point, plan->points, sizeof(*plan->point));
	plan->point[plan->points++] = (struct point){ .benchmark = benchmark, .key = key, .params = params };
}

static void keep_key(void *key)
{
	(void)key; /* it is the point's */
}

#define AXES_MAX 24

/* Memory comes in whole folios: what would move the same is one point, with one key that says how much. */
static void round_size(const struct benchmark *b, const struct machine *m, void *params)
{
	const struct axis *size = benchmark_axis(b, AXIS_TYPE_SIZE), *page = benchmark_axis(b, AXIS_TYPE_PAGE);
	size_t folio = page ? axis_page(page, params).folio_size : m->page_size;
	union axis_value whole;

	if (!size)
		return;
	whole.number = (axis_number(size, params) + folio - 1) / folio * folio;
	axis_store(size, params, &whole);
}

/* The point whose number is `index`, the last axis running fastest. */
static void build_point(struct builder *b, const struct benchmark *benchmark, const struct axis_values *values,
			size_t axes, size_t index)
{
	char *params = xcalloc(1, benchmark->params_size ?: 1);

	for (size_t i = axes; i--; index /= values[i].count)
		axis_store(&benchmark->axes[i], params, &values[i].value[index % values[i].count]);
	round_size(benchmark, b->machine, params);
	add_point(b, benchmark, params);
}

static int add_line(struct builder *b, const struct selection *s, const char *line, size_t *total)
{
	struct axis_values values[AXES_MAX];
	size_t axes = 0, count = 1;
	int result = 0;

	for (const struct axis *a = s->benchmark->axes; !result && a && a->name && axes < AXES_MAX; a++) {
		char *text = axis_text(b->request, s, a, line);

		result = axis_parse(a, b->machine, text, &values[axes]);
		free(text);
		if (!result && __builtin_mul_overflow(count, values[axes++].count, &count))
			count = SIZE_MAX / 2;
	}
	*total += count;
	if (!result && *total > POINTS_MAX && !b->request->any_size)
		result = fault("%s: %zu points; narrow the sweep, or say --yes", s->benchmark->name, *total);
	for (size_t i = 0; !result && i < count; i++)
		build_point(b, s->benchmark, values, axes, i);
	while (axes--)
		free(values[axes].value);
	return result;
}

static int add_lines(struct builder *b, const struct selection *s, const char *const *line, size_t *total)
{
	int result = 0;

	for (; !result && line && *line; line++)
		result = add_line(b, s, *line, total);
	return result;
}

/* Whoever names axes means just these points: the others then have their defaults, not the profile's sweeps. */
static int add_selection(struct builder *b, const struct selection *s, size_t *total)
{
	static const char *const defaults[] = { "", NULL };
	const char *const *sweeps = s->benchmark->sweeps[b->request->profile];
	const char *const *more = s->benchmark->hardware[b->request->profile];

	if (b->machine->timekeeper != TIME_HARDWARE || s->sets)
		more = NULL;
	if (s->sets || !sweeps || (!*sweeps && s->named && !more))
		sweeps = defaults;
	return add_lines(b, s, sweeps, total) || add_lines(b, s, more, total) ? -1 : 0;
}

int plan_make(const struct plan_request *request, const struct machine *m, struct plan *plan)
{
	struct builder b = { .request = request, .machine = m, .plan = plan };
	int result = selection_check_sets(request);
	size_t total = 0;

	*plan = (struct plan){};
	for (size_t i = 0; !result && i < request->selections; i++)
		result = add_selection(&b, &request->selection[i], &total);
	tdestroy(b.seen, keep_key);
	for (size_t i = 0; !result && i < plan->points; i++)
		needs_check(&plan->point[i], m);
	if (!result && !plan->points)
		result = fault("nothing selected");
	return result;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->points; i++) {
		free(plan->point[i].key);
		free(plan->point[i].params);
		free(plan->point[i].reason);
		free(plan->point[i].detail);
	}
	free(plan->point);
	*plan = (struct plan){};
}
