// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pages - kinds of page by name, and whether a machine offers them
 */
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "base/units.h"
#include "memory/pages.h"
#include "memory/region_private.h"
#include "memory/trial_private.h"

static const struct {
	const char *name;
	enum page_backing backing;
} small_kinds[] = {
	{ "base", BACKING_ANON },
	{ "shared", BACKING_SHARED },
	{ "shmem", BACKING_SHMEM },
	{ "mlocked", BACKING_MLOCKED },
};

#define FOLIO_MAX   (1ull << 40)
#define SMALL_KINDS (sizeof(small_kinds) / sizeof(small_kinds[0]))

/* Of a kernel without THP the name must still print and parse: x86's and arm64's ratio for 4 KiB pages. */
static size_t thp_bytes(const struct machine *m)
{
	return m->thp_size ?: 512 * m->page_size;
}

static int parse_sized(const struct machine *m, const char *text, const char *name, struct page_kind *kind)
{
	uint64_t bytes;

	if (units_parse_bytes(text, m->page_size, FOLIO_MAX, &bytes) || bytes & (bytes - 1))
		return fault("\"%s\" is not a kind of page; use base, thp, a folio size like 64k, hugetlb-2m, shared, "
			     "shmem, mlocked or mapped-4",
			     name);
	kind->folio_size = bytes;
	return 0;
}

static int parse_mapped(const struct machine *m, const char *text, struct page_kind *kind)
{
	uint64_t mappers;

	if (units_parse_count(text, 1, HOLDERS_MAX, &mappers))
		return fault_at("mapped-%s", text);
	*kind = (struct page_kind){ BACKING_MAPPED, m->page_size, mappers };
	return 0;
}

int page_kind_parse(const struct machine *m, const char *text, struct page_kind *kind)
{
	*kind = (struct page_kind){ BACKING_ANON, m->page_size, 1 };
	for (size_t i = 0; i < SMALL_KINDS; i++) {
		if (!strcmp(text, small_kinds[i].name)) {
			kind->backing = small_kinds[i].backing;
			return 0;
		}
	}
	if (!strncmp(text, "mapped-", 7))
		return parse_mapped(m, text + 7, kind);
	if (!strcmp(text, "thp")) {
		kind->folio_size = thp_bytes(m);
		return 0;
	}
	if (!strncmp(text, "hugetlb-", 8)) {
		kind->backing = BACKING_HUGETLB;
		return parse_sized(m, text + 8, text, kind);
	}
	return parse_sized(m, text, text, kind);
}

char *page_kind_print(const struct machine *m, const struct page_kind *kind, char *buffer, size_t size)
{
	char bytes[24];

	units_print_bytes(bytes, sizeof(bytes), kind->folio_size);
	if (kind->backing == BACKING_HUGETLB)
		snprintf(buffer, size, "hugetlb-%s", bytes);
	else if (kind->backing == BACKING_MAPPED)
		snprintf(buffer, size, "mapped-%u", kind->mappers);
	else if (kind->backing == BACKING_ANON && kind->folio_size == thp_bytes(m))
		snprintf(buffer, size, "thp");
	else if (kind->backing == BACKING_ANON && kind->folio_size != m->page_size)
		snprintf(buffer, size, "%s", bytes);
	for (size_t i = 0; i < SMALL_KINDS; i++)
		if (kind->backing == small_kinds[i].backing && kind->folio_size == m->page_size)
			snprintf(buffer, size, "%s", small_kinds[i].name);
	return buffer;
}

static bool listed(const size_t *sizes, int count, size_t wanted)
{
	for (int i = 0; i < count; i++)
		if (sizes[i] == wanted)
			return true;
	return false;
}

struct page_kind kind_base(const struct trial *t)
{
	return (struct page_kind){ BACKING_ANON, t->own->machine->page_size, 1 };
}

struct page_kind kind_thp(const struct trial *t)
{
	return (struct page_kind){ BACKING_ANON, t->own->machine->thp_size, 1 };
}

bool page_kind_is_large_anon(const struct machine *m, const struct page_kind *kind)
{
	return kind->backing == BACKING_ANON && kind->folio_size != m->page_size;
}

enum outcome page_kind_offered(const struct machine *m, const struct page_kind *kind, const char **code)
{
	char bytes[24];

	units_print_bytes(bytes, sizeof(bytes), kind->folio_size);
	if (kind->backing == BACKING_HUGETLB) {
		*code = "no-hugetlb";
		if (listed(m->hugetlb_size, m->hugetlb_sizes, kind->folio_size))
			return OK;
		fault("the kernel offers no hugetlb pages of %s", bytes);
		return SKIPPED;
	}
	if (!page_kind_is_large_anon(m, kind))
		return OK;
	if (kind->folio_size == thp_bytes(m)) {
		*code = "no-thp";
		if (m->thp_size)
			return OK;
		fault("the kernel has no transparent huge pages");
		return SKIPPED;
	}
	*code = "no-mthp";
	if (listed(m->folio_size, m->folio_sizes, kind->folio_size))
		return OK;
	fault("the kernel offers no transparent folios of %s", bytes);
	return SKIPPED;
}
