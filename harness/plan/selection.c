// SPDX-License-Identifier: GPL-2.0-or-later
/* selection - which benchmarks, narrowed on which axes, the user's words mean */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "plan/registry.h"
#include "plan/selection.h"

static void select_one(struct plan_request *r, const struct benchmark *b)
{
	r->selection = xgrow(r->selection, r->selections, sizeof(*r->selection));
	r->selection[r->selections++] = (struct selection){ .benchmark = b };
}

static bool has_axis(const struct benchmark *b, const char *setting)
{
	size_t length = strcspn(setting, "=");

	for (const struct axis *a = b->axes; a && a->name; a++)
		if (strlen(a->name) == length && !strncmp(a->name, setting, length))
			return true;
	return false;
}

static int fault_no_axis(const struct benchmark *b, const char *setting)
{
	char *names = NULL;

	for (const struct axis *a = b->axes; a && a->name; a++)
		names = text_list(names, a->name);
	fault("%s: %s has no axis \"%.*s\"; it has: %s", setting, b->name, (int)strcspn(setting, "="), setting,
	      names ?: "none");
	free(names);
	return -1;
}

/* Which of two would count is nobody's guess: one list has all the values. */
static int refuse_twice(const char *const *set, size_t sets, const char *setting)
{
	size_t length = strcspn(setting, "=") + 1;

	for (size_t i = 0; i < sets; i++)
		if (!strncmp(set[i], setting, length))
			return fault("%s and %s: the axis is given twice; write its values in one list", set[i],
				     setting);
	return 0;
}

static int narrow_selection(struct selection *s, const char *setting)
{
	if (!has_axis(s->benchmark, setting))
		return fault_no_axis(s->benchmark, setting);
	if (refuse_twice(s->set, s->sets, setting))
		return -1;
	s->set = xgrow(s->set, s->sets, sizeof(*s->set));
	s->set[s->sets++] = setting;
	return 0;
}

static void select_kinds(struct plan_request *r, unsigned kinds)
{
	for (const struct benchmark *const *b = registry_all(); *b; b++)
		if (kinds & 1u << (*b)->kind)
			select_one(r, *b);
}

/* A benchmark's name, or that of a kind for all of it. */
static int select_named(struct plan_request *r, const char *name)
{
	const struct benchmark *b;

	for (enum benchmark_kind kind = MICRO; kind <= SEMANTICS; kind++) {
		if (!strcmp(name, benchmark_kind_name(kind))) {
			select_kinds(r, 1u << kind);
			return 0;
		}
	}
	b = registry_find(name);
	if (!b)
		return -1;
	select_one(r, b);
	r->selection[r->selections - 1].named = true;
	return 0;
}

int plan_select(struct plan_request *r, char *const *words, size_t count, unsigned kinds)
{
	for (size_t i = 0; i < count; i++) {
		if (strchr(words[i], '=')) {
			if (!r->selections)
				return fault("%s: name a benchmark before its axes (or use --set %s)", words[i],
					     words[i]);
			if (narrow_selection(&r->selection[r->selections - 1], words[i]))
				return -1;
			continue;
		}
		if (select_named(r, words[i]))
			return -1;
	}
	if (!count)
		select_kinds(r, kinds);
	return 0;
}

void plan_unselect(struct plan_request *r)
{
	for (size_t i = 0; i < r->selections; i++)
		free(r->selection[i].set);
	free(r->selection);
	r->selection = NULL;
	r->selections = 0;
}

int selection_check_sets(const struct plan_request *r)
{
	for (size_t i = 0; i < r->sets; i++) {
		bool used = false;

		if (!strchr(r->set[i], '='))
			return fault("--set %s: write AXIS=VALUES, like --set batch=1,512", r->set[i]);
		if (refuse_twice(r->set, i, r->set[i]))
			return -1;
		for (size_t s = 0; s < r->selections; s++)
			used |= has_axis(r->selection[s].benchmark, r->set[i]);
		if (!used)
			return r->selections == 1 ? fault_no_axis(r->selection[0].benchmark, r->set[i])
						  : fault("--set %s: no selected benchmark has this axis", r->set[i]);
	}
	return 0;
}
