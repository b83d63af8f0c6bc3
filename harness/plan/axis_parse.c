// SPDX-License-Identifier: GPL-2.0-or-later
/* axis_parse - a sweep's text to values: numbers, ranges and words; pairs of nodes are in axis_pairs.c */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "machine/caches.h"
#include "memory/pages.h"
#include "plan/axis_parse.h"

#define RANGE_MAX 1000000 /* values in one range; more is a typing error */

void axis_add(struct axis_values *values, union axis_value value)
{
	values->value = xgrow(values->value, values->count, sizeof(value));
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
		axis_add(values, (union axis_value){ .number = v });
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
	axis_add(values, value);
	return 0;
}

/* ---- words ---- */

static int parse_word(const char *const *words, const char *text, struct axis_values *values)
{
	bool all = !strcmp(text, "all");
	char *list = NULL;

	/* "all" may be one of them: then it is that one */
	for (size_t i = 0; words[i]; i++) {
		if (!strcmp(text, words[i])) {
			axis_add(values, (union axis_value){ .number = i });
			free(list);
			return 0;
		}
		list = text_list(list, words[i]);
	}
	for (size_t i = 0; all && words[i]; i++)
		axis_add(values, (union axis_value){ .number = i });
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
		return axis_parse_pair(axis, m, text, values);
	case AXIS_TYPE_CHOICE:
		return parse_word(axis->choices, text, values);
	case AXIS_TYPE_CALLER:
		return parse_word(axis_callers, text, values);
	case AXIS_TYPE_PAGE:
		if (page_kind_parse(m, text, &value.page))
			return -1;
		axis_add(values, value);
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
