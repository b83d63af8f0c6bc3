// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counter_sets - events open in PAPI: a set for each of its components, and one more for those that take turns
 */
#include <math.h>
#include <papi.h>
#include "base/fault.h"
#include "instruments/counter_sets.h"

static int component_of(const char *name)
{
	int code;

	return PAPI_event_name_to_code((char *)name, &code) == PAPI_OK ? PAPI_get_event_component(code) : 0;
}

static int set_up(struct counter_set *s)
{
	PAPI_option_t option = {};
	int error = PAPI_create_eventset(&s->id);

	if (error == PAPI_OK)
		error = PAPI_assign_eventset_component(s->id, s->component);
	if (error == PAPI_OK && s->scaled)
		error = PAPI_multiplex_init();
	if (error == PAPI_OK && s->scaled)
		error = PAPI_set_multiplex(s->id);
	option.inherit.eventset = s->id;
	option.inherit.inherit = PAPI_INHERIT_ALL;
	if (error == PAPI_OK)
		PAPI_set_opt(PAPI_INHERIT, &option); /* without it threads are missed; not every component knows it */
	return error;
}

static struct counter_set *set_for(struct counter_sets *sets, const struct counter *event, int *error)
{
	int component = component_of(event->name);
	struct counter_set *s;

	for (s = sets->set; s < sets->set + sets->n; s++)
		if (s->component == component && s->scaled == event->scaled)
			return s;
	*s = (struct counter_set){ .id = PAPI_NULL, .component = component, .scaled = event->scaled };
	*error = set_up(s);
	sets->n += *error == PAPI_OK;
	return s;
}

int counter_sets_add(struct counter_sets *sets, const struct counters *c, size_t i)
{
	int error = PAPI_OK;
	struct counter_set *s = set_for(sets, &c->event[i], &error);

	if (error == PAPI_OK)
		error = PAPI_add_named_event(s->id, (char *)c->event[i].name);
	if (error == PAPI_OK)
		s->event[s->n++] = i;
	return error;
}

int counter_sets_start(struct counter_sets *sets)
{
	int error = PAPI_OK;

	for (size_t i = 0; error == PAPI_OK && i < sets->n; i++)
		error = PAPI_start(sets->set[i].id);
	return error;
}

void counter_sets_close(struct counter_sets *sets)
{
	long long ignored[COUNTERS_MAX];

	for (size_t i = 0; i < sets->n; i++) {
		PAPI_stop(sets->set[i].id, ignored);
		PAPI_cleanup_eventset(sets->set[i].id);
		PAPI_destroy_eventset(&sets->set[i].id);
	}
	sets->n = 0;
}

int counters_open(struct counter_sets *sets, const struct counters *c)
{
	counter_sets_close(sets);
	for (size_t i = 0; i < c->n; i++) {
		int error = c->event[i].counted ? counter_sets_add(sets, c, i) : PAPI_OK;

		if (error != PAPI_OK) {
			counter_sets_close(sets);
			return fault("event %s cannot be counted any more: %s", c->event[i].name, PAPI_strerror(error));
		}
	}
	return 0;
}

void counters_start(struct counter_sets *sets)
{
	counter_sets_start(sets); /* what does not start does not stop either */
}

int counters_stop(struct counter_sets *sets, const struct counters *c, double *value)
{
	long long count[COUNTERS_MAX];
	int error = PAPI_OK;

	for (size_t i = 0; i < c->n; i++)
		value[i] = NAN;
	for (size_t i = sets->n; i-- > 0 && error == PAPI_OK;) {
		error = PAPI_stop(sets->set[i].id, count);
		for (size_t j = 0; error == PAPI_OK && j < sets->set[i].n; j++)
			value[sets->set[i].event[j]] = count[j];
	}
	return error == PAPI_OK ? 0 : fault("PAPI stopped counting: %s", PAPI_strerror(error));
}
