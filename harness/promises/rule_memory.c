// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rule_memory - memory as rules want it, and what the kernel says of it
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/facts.h"
#include "memory/trial_private.h"
#include "rule.h"

struct page_kind kind_of_size(size_t folio_size)
{
	return (struct page_kind){ BACKING_ANON, folio_size, 1 };
}

struct page_kind kind_hugetlb(const struct trial *t)
{
	return (struct page_kind){ BACKING_HUGETLB, t->own->machine->thp_size, 1 };
}

struct page_kind kind_backed(const struct trial *t, enum page_backing backing)
{
	return (struct page_kind){ backing, t->own->machine->page_size, 1 };
}

struct region memory_untouched(struct trial *t, struct page_kind kind, size_t folios)
{
	struct region r;
	enum outcome o;

	if (!kind.folio_size)
		rule_end(t, skipped(t, "no-thp", "the kernel has no transparent huge pages"));
	o = region_map(t, &r, folios * kind.folio_size, kind);
	if (o != OK)
		rule_end(t, o);
	return r;
}

struct region memory_on(struct trial *t, struct page_kind kind, size_t folios, int node)
{
	struct region r = memory_untouched(t, kind, folios);
	enum outcome o = region_place(t, &r, node);

	if (o != OK)
		rule_end(t, o);
	return r;
}

struct region pages_on(struct trial *t, size_t pages, int node)
{
	return memory_on(t, kind_base(t), pages, node);
}

void *page_at(const struct region *r, size_t i)
{
	return r->base + i * r->page_size;
}

void expect_moved(struct trial *t, const struct region *r, int node)
{
	enum outcome o;

	expect(t, "number of pages on the target", region_pages_on(r, node), r->pages);
	o = region_check_data(t, r);
	if (o != OK)
		rule_end(t, o);
}

long node_of(const void *address)
{
	void *page = (void *)address;
	int status = STATUS_UNTOUCHED;
	long result = call_move_pages(0, 1, &page, NULL, &status, 0);

	return result < 0 ? result : status;
}

/* Does the line open the mapping ("ADDRESS-ADDRESS ...") that holds the address? -1: it opens none. */
static int opens_mapping(const char *line, const void *address)
{
	uintptr_t start, end;

	if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) != 2)
		return -1;
	return (uintptr_t)address >= start && (uintptr_t)address < end;
}

long smaps_bytes(struct trial *t, const void *address, const char *field)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	long kilobytes, found = -1;
	bool inside = false;
	char line[512];

	while (file && found < 0 && fgets(line, sizeof(line), file)) {
		int opens = opens_mapping(line, address);

		if (opens >= 0)
			inside = opens;
		else if (inside && !strncmp(line, field, strlen(field)) &&
			 sscanf(line + strlen(field), ": %ld kB", &kilobytes) == 1)
			found = kilobytes * 1024;
	}
	if (file)
		fclose(file);
	if (found < 0)
		rule_end(t, skipped(t, "no-smaps", "/proc/self/smaps has no %s for this memory", field));
	return found;
}

long hugetlb_count(struct trial *t, int node, const char *which)
{
	uint64_t pages;

	if (sysfile_read_u64(&pages, "/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/%s_hugepages", node,
			     t->own->machine->thp_size / 1024, which))
		rule_end(t, skipped(t, "no-hugetlb", "%s", fault_text()));
	return pages;
}

long pfn_of(const void *address)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ssize_t got =
		fd < 0 ? -1 : pread(fd, &entry, sizeof(entry), (uintptr_t)address / getpagesize() * sizeof(entry));

	if (fd >= 0)
		close(fd);
	entry &= (1ull << 55) - 1;
	return got == sizeof(entry) && entry ? (long)entry : -1;
}
