// SPDX-License-Identifier: GPL-2.0-or-later
/* run - the tables of a run in memory, and looking points and metrics up in them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/printable.h"
#include "record/run.h"

struct run *run_new(const char *dir)
{
	struct run *run = xcalloc(1, sizeof(*run));

	run->dir = xstrdup(dir);
	run->point_index = json_object();
	run->metric_index = json_object();
	return run;
}

static void point_free(struct run_point *p)
{
	free(p->key);
	free(p->benchmark);
	free(p->primary);
	free(p->figure);
	free(p->outcome);
	free(p->reason);
	free(p->detail);
	free(p->settings);
	json_decref(p->params);
}

static void metric_free(struct run_metric *m)
{
	free(m->name);
	free(m->unit);
	free(m->better);
	free(m->class);
	free(m->meaning);
}

void run_free(struct run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->points; i++)
		point_free(&run->point[i]);
	for (size_t i = 0; i < run->metrics; i++)
		metric_free(&run->metric[i]);
	free(run->point);
	free(run->metric);
	free(run->dir);
	json_decref(run->env);
	json_decref(run->manifest);
	json_decref(run->point_index);
	json_decref(run->metric_index);
	free(run);
}

static long find(const json_t *index, const char *key)
{
	const json_t *at = json_object_get(index, key);

	return at ? json_integer_value(at) : -1;
}

long run_find_point(const struct run *run, const char *key)
{
	return find(run->point_index, key);
}

long run_find_metric(const struct run *run, const char *name)
{
	return find(run->metric_index, name);
}

long run_primary_metric(const struct run *run, size_t point)
{
	static const char *const units[] = { "", "_ns", "_insns" };
	char name[128];
	long metric = -1;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units) && metric < 0; i++) {
		snprintf(name, sizeof(name), "%s%s", run->point[point].primary, units[i]);
		metric = run_find_metric(run, name);
	}
	return metric;
}

/* Enters the key as the next element's index, and makes room for that. */
static int append(void **array, size_t count, size_t size, json_t *index, const char *key)
{
	*array = xgrow(*array, count, size);
	return json_object_set_new(index, key, json_integer(count)) < 0 ? fault("a name is not UTF-8") : 0;
}

static char *copy(const char *text)
{
	char *c = xstrdup(text ? text : "");

	printable_in_place(c); /* somebody else may have written it */
	return c;
}

long run_add_point(struct run *run, const struct run_point *p)
{
	if (run_find_point(run, p->key) >= 0)
		return fault("point \"%s\" appears twice", p->key);
	if (append((void **)&run->point, run->points, sizeof(*run->point), run->point_index, p->key))
		return -1;
	run->point[run->points] = (struct run_point){
		.key = copy(p->key),
		.benchmark = copy(p->benchmark),
		.primary = copy(p->primary),
		.figure = copy(p->figure),
		.revision = p->revision,
		.outcome = copy(p->outcome),
		.reason = copy(p->reason),
		.detail = copy(p->detail),
		.settings = copy(p->settings),
		.params = json_incref(p->params),
	};
	return run->points++;
}

long run_add_metric(struct run *run, const struct run_metric *m)
{
	if (run_find_metric(run, m->name) >= 0)
		return fault("metric \"%s\" appears twice", m->name);
	if (append((void **)&run->metric, run->metrics, sizeof(*run->metric), run->metric_index, m->name))
		return -1;
	run->metric[run->metrics] = (struct run_metric){
		.name = copy(m->name),
		.unit = copy(m->unit),
		.better = copy(m->better),
		.class = copy(m->class),
		.meaning = copy(m->meaning),
	};
	return run->metrics++;
}

static int same(const char *what, const char *key, const char *a, const char *b)
{
	return strcmp(a, b) ? fault("%s has %s \"%s\" here and \"%s\" there", key, what, a, b) : 0;
}

int run_same_point(const struct run_point *a, const struct run_point *b)
{
	if (a->revision != b->revision)
		return fault("%s has revision %d here and %d there", a->key, a->revision, b->revision);
	if (!json_equal(a->params, b->params))
		return fault("%s has other parameters here than there", a->key);
	return same("benchmark", a->key, a->benchmark, b->benchmark) || same("primary", a->key, a->primary, b->primary)
		       ? -1
		       : 0;
}

int run_same_metric(const struct run_metric *a, const struct run_metric *b)
{
	return same("unit", a->name, a->unit, b->unit) || same("better", a->name, a->better, b->better) ||
			       same("class", a->name, a->class, b->class)
		       ? -1
		       : 0;
}

void run_set_settings(struct run_point *p, const char *settings)
{
	free(p->settings);
	p->settings = copy(settings);
}

void run_set_outcome(struct run_point *p, const char *outcome, const char *reason, const char *detail)
{
	free(p->outcome);
	free(p->reason);
	free(p->detail);
	p->outcome = copy(outcome);
	p->reason = copy(reason);
	p->detail = copy(detail);
}

bool run_point_within_cache(const struct run_point *p)
{
	const json_t *caches = json_object_get(p->params, "caches"), *size = json_object_get(p->params, "size");

	return caches && size && json_integer_value(size) <= json_integer_value(caches);
}
