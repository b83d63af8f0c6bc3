// SPDX-License-Identifier: GPL-2.0-or-later
/* axis_pairs - the pairs of nodes that the words of a sweep ("classes", "promotions", "0:1") stand for on a machine */
#include <inttypes.h>
#include <string.h>
#include "base/fault.h"
#include "base/units.h"
#include "plan/axis_parse.h"

#define NODE_MAX (NODESET_BITS - 1) /* the largest node number */

static bool usable(const struct node *n)
{
	return n->has_memory && n->allowed;
}

/* A class: the distance, and the tiers of both ends. */
static bool same_class(const struct machine *m, struct pair a, struct pair b)
{
	return machine_distance(m, a.from, a.to) == machine_distance(m, b.from, b.to) &&
	       machine_node(m, a.from)->tier == machine_node(m, b.from)->tier &&
	       machine_node(m, a.to)->tier == machine_node(m, b.to)->tier;
}

static bool class_is_new(const struct machine *m, const struct axis_values *values, struct pair pair)
{
	for (size_t i = 0; i < values->count; i++)
		if (same_class(m, values->value[i].pair, pair))
			return false;
	return true;
}

/* Which pairs a word stands for. */
static const struct pair_word {
	const char *word;
	bool first;		   /* one alone */
	bool each;		   /* not only one for each class */
	bool both;		   /* and its way back */
	bool from_below, to_below; /* from (to) a slower tier */
	bool pulled;		   /* the target has a CPU, to touch from */
} pair_words[] = {
	{ "classes" },
	{ "both", .both = true },
	{ "first", .first = true },
	{ "each", .each = true },
	{ "pulled", .pulled = true },
	{ "promotions", .from_below = true, .pulled = true },
	{ "demotions", .to_below = true },
	{},
};

static bool is_meant(const struct pair_word *w, const struct node *from, const struct node *to)
{
	return usable(from) && usable(to) && from != to && (!w->pulled || to->cpu >= 0) &&
	       (!w->from_below || from->tier > to->tier) && (!w->to_below || from->tier < to->tier);
}

static void add_pairs(const struct machine *m, const struct pair_word *w, struct axis_values *values)
{
	size_t before = values->count;

	for (int i = 0; i < m->nodes; i++) {
		for (int j = 0; j < m->nodes; j++) {
			struct pair pair = { m->node[i].id, m->node[j].id };

			if (!is_meant(w, &m->node[i], &m->node[j]) || (w->first && values->count > before))
				continue;
			if (!w->first && !w->each && !class_is_new(m, values, pair))
				continue;
			axis_add(values, (union axis_value){ .pair = pair });
			if (w->both)
				axis_add(values, (union axis_value){ .pair = { pair.to, pair.from } });
		}
	}
	if (!values->count)
		axis_add(values, (union axis_value){ .pair = { 0, 1 } });
}

/* "0:1"; the text is cut up */
static int parse_two_nodes(const struct axis *axis, char *text, struct axis_values *values)
{
	char *colon = strchr(text, ':');
	uint64_t from, to;

	if (!colon)
		return fault(
			"\"%s\" is not a pair of nodes; write classes, both, first, each, pulled, promotions, demotions or 0:1",
			text);
	*colon = '\0';
	if (units_parse_count(text, 0, NODE_MAX, &from) || units_parse_count(colon + 1, 0, NODE_MAX, &to))
		return fault_at("a pair of nodes is written 0:1");
	if (from == to && !axis->one_node)
		return fault("both are node %" PRIu64 ", so nothing could move; give two, like 0:1", from);
	axis_add(values, (union axis_value){ .pair = { from, to } });
	return 0;
}

int axis_parse_pair(const struct axis *axis, const struct machine *m, char *text, struct axis_values *values)
{
	for (const struct pair_word *w = pair_words; w->word; w++) {
		if (strcmp(text, w->word))
			continue;
		add_pairs(m, w, values);
		return 0;
	}
	return parse_two_nodes(axis, text, values);
}
