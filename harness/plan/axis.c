// SPDX-License-Identifier: GPL-2.0-or-later
/* axis - an axis's field in the parameters: stored, read, printed; axis_parse.c reads sweeps */
#include <inttypes.h>
#include <stdio.h>
#include "base/units.h"
#include "memory/pages.h"
#include "plan/axis.h"

const char *const axis_callers[] = { "source", "target", "third", "any", NULL };

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

static void *params_field(const struct axis *axis, const void *params)
{
	return (char *)params + axis->offset;
}

void axis_store(const struct axis *axis, void *params, const union axis_value *value)
{
	void *at = params_field(axis, params);

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
		return *(unsigned *)params_field(axis, params);
	case AXIS_TYPE_CALLER:
		return *(enum caller *)params_field(axis, params);
	default:
		return *(size_t *)params_field(axis, params);
	}
}

struct pair axis_pair(const struct axis *axis, const void *params)
{
	return *(struct pair *)params_field(axis, params);
}

struct page_kind axis_page(const struct axis *axis, const void *params)
{
	return *(struct page_kind *)params_field(axis, params);
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
		snprintf(buffer, size, "%s", axis_callers[axis_number(axis, params)]);
		return buffer;
	default:
		if (axis_number(axis, params) == COUNT_WHOLE)
			snprintf(buffer, size, "whole");
		else
			snprintf(buffer, size, "%" PRIu64, axis_number(axis, params));
		return buffer;
	}
}
