// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "engine/axis.h"
#include "machine/caches.h"
#include "memory/pages.h"

#define NODE_MAX  (NODESET_BITS - 1) /* the largest node number */
#define RANGE_MAX 1000000	     /* values in one range; more is a typing error */

static const char *const callers[] = { "source", "target", "third", "any", NULL };

const char *axis_grammar(const struct axis *axis)
{
	switch (axis->type) {
	case AXIS_TYPE_SIZE:
		return "sizes like 64k,4m or 64k..256m:x16, or beyond-caches";
	case AXIS_TYPE_BYTES:
		return "sizes like 64k,4m or 64k..256m:x16";
	case AXIS_TYPE_COUNT:
		return "counts like 1,64 or 1..4096:x8 or 1..9:+2, or whole";
	case AXIS_TYPE_THREADS:
		return "counts like 1,2,4 or 1..16:x2";
	case AXIS_TYPE_PERCENT:
		return "percentages like 0,50 or 0..100:+25";
	case AXIS_TYPE_PAIR:
		return "classes, both, first, each, pulled, promotions, demotions, or node pairs like 0:1,1:0";
	case AXIS_TYPE_PAGE:
		return "base, thp, a folio size like 64k, hugetlb-2m, shared, shmem, mlocked, mapped-4";
	case AXIS_TYPE_CALLER:
		return "source, target, third or any";
	case AXIS_TYPE_CHOICE:
		return "one of its words, or all";
	}
	return "";
}

static void add(struct axis_values *values, union axis_value value)
{
	if (!(values->count & (values->count - 1))) /* full at each power of two */
		values->value = xrealloc(values->value, (values->count ? 2 * values->count : 1) * sizeof(value));
	values->value[values->count++] = value;
}

/* ---- numbers and ranges ---- */

static bool is_bytes(const struct axis *axis)
{
	return axis->type == AXIS_TYPE_SIZE || axis->type == AXIS_TYPE_BYTES;
}

static int parse_number(const struct axis *axis, const char *text, uint64_t *number)
{
	if (axis->type == AXIS_TYPE_COUNT && !strcmp(text, "whole")) {
		*number = COUNT_WHOLE;
		return 0;
	}
	return (is_bytes(axis) ? units_parse_bytes : units_parse_count)(text, axis->least, axis->most, number);
}

static int add_range(struct axis_values *values, uint64_t from, uint64_t to, char kind, uint64_t step)
{
	size_t start = values->count;

	if (kind == 'x' && !from)
		return fault("a range with a factor starts above 0");
	if (from > to)
		return fault("the range starts at %" PRIu64 ", above its end %" PRIu64, from, to);
	for (uint64_t v = from, next; v <= to; v = next) {
		if (values->count - start == RANGE_MAX)
			return fault("the range has more than %d values", RANGE_MAX);
		add(values, (union axis_value){ .number = v });
		if (kind == 'x' ? __builtin_mul_overflow(v, step, &next) : __builtin_add_overflow(v, step, &next))
			break;
	}
	return 0;
}

/* FROM..TO:xN or FROM..TO:+N; the text is cut up */
static int parse_range(const struct axis *axis, char *text, char *dots, struct axis_values *values)
{
	char *colon = strchr(dots, ':');
	int (*parse_step)(const char *text, uint64_t least, uint64_t most, uint64_t *value);
	uint64_t from, to, step;

	if (!colon || (colon[1] != 'x' && colon[1] != '+'))
		return fault("the range has no step; write FROM..TO:x2 or FROM..TO:+1");
	*dots = *colon = '\0';
	if (parse_number(axis, text, &from) || parse_number(axis, dots + 2, &to))
		return -1;
	/* a factor is a plain number; an addend has the axis's unit */
	parse_step = colon[1] == '+' && is_bytes(axis) ? units_parse_bytes : units_parse_count;
	if (parse_step(colon + 2, colon[1] == 'x' ? 2 : 1, axis->most, &step))
		return fault_at("the step");
	return add_range(values, from, to, colon[1], step);
}

static int parse_number_item(const struct axis *axis, const struct machine *m, char *text, struct axis_values *values)
{
	char *dots = strstr(text, "..");
	union axis_value value;

	if (dots)
		return parse_range(axis, text, dots, values);
	if (axis->type == AXIS_TYPE_SIZE && !strcmp(text, "beyond-caches"))
		value.number = caches_beyond(m);
	else if (parse_number(axis, text, &value.number))
		return -1;
	add(values, value);
	return 0;
}

/* ---- pairs ---- */

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
			add(values, (union axis_value){ .pair = pair });
			if (w->both)
				add(values, (union axis_value){ .pair = { pair.to, pair.from } });
		}
	}
	if (!values->count)
		add(values, (union axis_value){ .pair = { 0, 1 } });
}

/* "0:1"; the text is cut up */
static int parse_two_nodes(const struct axis *axis, char *text, struct axis_values *values)
{
	char *colon = strchr(text, ':');
	uint64_t from, to;

	if (!colon)
		return fault(
			"\"%s\" is no pair of nodes; write classes, both, first, each, pulled, promotions, demotions or 0:1",
			text);
	*colon = '\0';
	if (units_parse_count(text, 0, NODE_MAX, &from) || units_parse_count(colon + 1, 0, NODE_MAX, &to))
		return fault_at("a pair of nodes is written 0:1");
	if (from == to && !axis->one_node)
		return fault("both are node %" PRIu64 ", so nothing could move; give two, like 0:1", from);
	add(values, (union axis_value){ .pair = { from, to } });
	return 0;
}

static int parse_pair_item(const struct axis *axis, const struct machine *m, char *text, struct axis_values *values)
{
	for (const struct pair_word *w = pair_words; w->word; w++) {
		if (strcmp(text, w->word))
			continue;
		add_pairs(m, w, values);
		return 0;
	}
	return parse_two_nodes(axis, text, values);
}

/* ---- words ---- */

static int parse_word(const char *const *words, const char *text, struct axis_values *values)
{
	bool all = !strcmp(text, "all");
	char *list = NULL;

	/* "all" may be one of them: then it is that one */
	for (size_t i = 0; words[i]; i++) {
		if (!strcmp(text, words[i])) {
			add(values, (union axis_value){ .number = i });
			free(list);
			return 0;
		}
		list = text_list(list, words[i]);
	}
	for (size_t i = 0; all && words[i]; i++)
		add(values, (union axis_value){ .number = i });
	if (!all)
		fault("\"%s\" is none of: %s", text, list);
	free(list);
	return all ? 0 : -1;
}

static int parse_item(const struct axis *axis, const struct machine *m, char *text, struct axis_values *values)
{
	union axis_value value;

	switch (axis->type) {
	case AXIS_TYPE_PAIR:
		return parse_pair_item(axis, m, text, values);
	case AXIS_TYPE_CHOICE:
		return parse_word(axis->choices, text, values);
	case AXIS_TYPE_CALLER:
		return parse_word(callers, text, values);
	case AXIS_TYPE_PAGE:
		if (page_kind_parse(m, text, &value.page))
			return -1;
		add(values, value);
		return 0;
	default:
		return parse_number_item(axis, m, text, values);
	}
}

int axis_parse(const struct axis *axis, const struct machine *m, const char *text, struct axis_values *values)
{
	char *copy = xstrdup(text), *rest = copy, *item;
	int result = 0;

	*values = (struct axis_values){};
	if (!*text)
		result = fault("the sweep is empty; give %s", axis_grammar(axis));
	while (!result && *text && (item = strsep(&rest, ",")))
		result = parse_item(axis, m, item, values);
	free(copy);
	if (result) {
		free(values->value);
		return fault_at("%s=%s", axis->name, text);
	}
	return 0;
}

/* ---- the field in the parameters ---- */

static void *field(const struct axis *axis, const void *params)
{
	return (char *)params + axis->offset;
}

void axis_store(const struct axis *axis, void *params, const union axis_value *value)
{
	void *at = field(axis, params);

	switch (axis->type) {
	case AXIS_TYPE_PAIR:
		*(struct pair *)at = value->pair;
		break;
	case AXIS_TYPE_PAGE:
		*(struct page_kind *)at = value->page;
		break;
	case AXIS_TYPE_PERCENT:
	case AXIS_TYPE_CHOICE:
		*(unsigned *)at = value->number;
		break;
	case AXIS_TYPE_CALLER:
		*(enum caller *)at = value->number;
		break;
	default:
		*(size_t *)at = value->number;
	}
}

uint64_t axis_number(const struct axis *axis, const void *params)
{
	switch (axis->type) {
	case AXIS_TYPE_PERCENT:
	case AXIS_TYPE_CHOICE:
		return *(unsigned *)field(axis, params);
	case AXIS_TYPE_CALLER:
		return *(enum caller *)field(axis, params);
	default:
		return *(size_t *)field(axis, params);
	}
}

struct pair axis_pair(const struct axis *axis, const void *params)
{
	return *(struct pair *)field(axis, params);
}

struct page_kind axis_page(const struct axis *axis, const void *params)
{
	return *(struct page_kind *)field(axis, params);
}

char *axis_print(const struct axis *axis, const struct machine *m, const void *params, char *buffer, size_t size)
{
	struct page_kind page;
	struct pair pair;

	switch (axis->type) {
	case AXIS_TYPE_SIZE:
	case AXIS_TYPE_BYTES:
		return units_print_bytes(buffer, size, axis_number(axis, params));
	case AXIS_TYPE_PAIR:
		pair = axis_pair(axis, params);
		snprintf(buffer, size, "%d:%d", pair.from, pair.to);
		return buffer;
	case AXIS_TYPE_PAGE:
		page = axis_page(axis, params);
		return page_kind_print(m, &page, buffer, size);
	case AXIS_TYPE_CHOICE:
		snprintf(buffer, size, "%s", axis->choices[axis_number(axis, params)]);
		return buffer;
	case AXIS_TYPE_CALLER:
		snprintf(buffer, size, "%s", callers[axis_number(axis, params)]);
		return buffer;
	default:
		if (axis_number(axis, params) == COUNT_WHOLE)
			snprintf(buffer, size, "whole");
		else
			snprintf(buffer, size, "%" PRIu64, axis_number(axis, params));
		return buffer;
	}
}
