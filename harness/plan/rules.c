// SPDX-License-Identifier: GPL-2.0-or-later
/* rules - makes axes, metrics and callbacks of a benchmark from its table of promises */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "plan/axis.h"
#include "plan/rules.h"
#include "rule.h"

struct params {
	unsigned rule;
};

static const struct metric metrics[] = {
	{ RULE_METRIC, METRIC_KIND_EXACT, "neither",
	  "what a rule saw: a status or errno when negative, else a node, a result or a count" },
	{},
};

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

static int check_table(const struct rule *rules)
{
	for (const struct rule *r = rules; r->name; r++) {
		if (!r->promise || !r->check || strpbrk(r->name, " ,="))
			return fault("its rule \"%s\" is not one word, or lacks its promise or its check", r->name);
		if (r->needs.probe)
			return fault("its rule \"%s\" has a probe; a rule finds out by itself", r->name);
		for (const struct rule *other = rules; other < r; other++)
			if (!strcmp(other->name, r->name))
				return fault("two rules are called \"%s\"", r->name);
	}
	return 0;
}

static const struct axis *make_axes(const struct rule *rules)
{
	struct axis *axes = xcalloc(2, sizeof(*axes));
	const char **words;
	size_t count = 0;

	while (rules[count].name)
		count++;
	words = xcalloc(count + 1, sizeof(*words));
	for (size_t i = 0; i < count; i++)
		words[i] = rules[i].name;
	axes[0] = (struct axis)AXIS_CHOICE(struct params, rule, "all", "the promise under test", words);
	return axes;
}

const struct benchmark *rules_complete(const struct benchmark *b)
{
	struct benchmark *copy;

	if (!b->rules)
		return b;
	if (check_table(b->rules))
		return NULL;
	if (b->kind != SEMANTICS || b->axes || b->metrics || b->setup || b->prepare || b->run || b->verify) {
		fault("it has rules, so it is of kind SEMANTICS, and axes, metrics and callbacks are made from them");
		return NULL;
	}
	copy = xmalloc(sizeof(*copy));
	*copy = *b;
	copy->axes = make_axes(b->rules);
	copy->metrics = metrics;
	copy->primary = RULE_METRIC;
	copy->params_size = sizeof(struct params);
	copy->setup = copy->verify = nothing;
	copy->run = rule_run;
	copy->repetitions = 1; /* a second try in the same process would start from other ground */
	copy->repetition_ms = 20;
	return copy;
}

const struct rule *rules_of_point(const struct point *point)
{
	const struct benchmark *b = point->benchmark;

	return b->rules ? &b->rules[((const struct params *)point->params)->rule] : NULL;
}

static bool usable(const struct node *n)
{
	return n->has_memory && n->allowed;
}

struct pair rules_nodes(const struct machine *m)
{
	struct pair pair = { -1, -1 };

	for (int i = 0; i < m->nodes && pair.from < 0; i++)
		if (usable(&m->node[i]) && m->node[i].cpu >= 0)
			pair.from = m->node[i].id;
	for (int i = 0; i < m->nodes; i++) {
		if (!usable(&m->node[i]))
			continue;
		if (pair.from < 0)
			pair.from = m->node[i].id; /* the only CPUs are on nodes without memory */
		else if (pair.to < 0 && m->node[i].id != pair.from)
			pair.to = m->node[i].id;
	}
	return pair.to < 0 ? (struct pair){ pair.from, pair.from } : pair;
}
