// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * folios - the sizes of folios by pagemap, kpageflags and smaps
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "bench.h"
#include "memory/folios.h"

/* Bits of /proc/kpageflags and /proc/PID/pagemap: Documentation/admin-guide/mm/pagemap.rst */
#define KPF_COMPOUND_HEAD (1ull << 15)
#define KPF_COMPOUND_TAIL (1ull << 16)
#define PAGEMAP_PRESENT	  (1ull << 63)
#define PAGEMAP_PFN	  ((1ull << 55) - 1)

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? fault("%s: cannot open: %s", path, strerror(errno)) : fd;
}

static int read_at(int fd, const char *path, void *buffer, size_t size, uint64_t offset)
{
	ssize_t got = pread(fd, buffer, size, offset);

	if (got == (ssize_t)size)
		return 0;
	return fault("%s: cannot read: %s", path, got < 0 ? strerror(errno) : "truncated, or masked (a container?)");
}

#define KPAGEFLAGS "/proc/kpageflags"
#define WINDOW	   512 /* frames read in one go, */
#define GAP	   8   /* those between ours included: so many cost less than another call */

/* How many of the pages, from the first on, lie in one window of memory; that is *low to *high. */
static size_t window_pages(const uint64_t *pfn, size_t count, uint64_t *low, uint64_t *high)
{
	size_t i;

	*low = *high = pfn[0];
	for (i = 1; i < count; i++) {
		if (pfn[i] + GAP < *low || pfn[i] > *high + GAP)
			break;
		if (max(*high, pfn[i]) - min(*low, pfn[i]) >= WINDOW)
			break;
		*low = min(*low, pfn[i]);
		*high = max(*high, pfn[i]);
	}
	return i;
}

static int read_flags(int fd, const uint64_t *pfn, uint64_t *flags, size_t count)
{
	uint64_t window[WINDOW], low, high;

	for (size_t i = 0, pages; i < count; i += pages) {
		pages = window_pages(pfn + i, count - i, &low, &high);
		if (read_at(fd, KPAGEFLAGS, window, (high - low + 1) * sizeof(*window), low * sizeof(*window)))
			return -1;
		for (size_t j = i; j < i + pages; j++)
			flags[j] = window[pfn[j] - low];
	}
	return 0;
}

static enum folio_proof prove_one(const uint64_t *pfn, const uint64_t *flags, size_t span, size_t first)
{
	uint64_t mark = KPF_COMPOUND_HEAD | KPF_COMPOUND_TAIL;

	for (size_t i = 0; i < span; i++) {
		uint64_t wanted = span == 1 ? 0 : i ? KPF_COMPOUND_TAIL : KPF_COMPOUND_HEAD;

		if (pfn[i] == pfn[0] + i && (flags[i] & mark) == wanted)
			continue;
		fault("page %zu is not part of a folio of %zu pages", first + i, span);
		return FOLIOS_DIFFER;
	}
	return FOLIOS_PROVEN;
}

/* A larger folio would go on behind our last page. */
static enum folio_proof prove_end(int fd, uint64_t last_pfn, size_t span)
{
	uint64_t flags;

	if (span == 1 || read_at(fd, KPAGEFLAGS, &flags, sizeof(flags), (last_pfn + 1) * sizeof(flags)))
		return FOLIOS_PROVEN; /* a base page has no mark, and behind the end of memory is nothing */
	if (!(flags & KPF_COMPOUND_TAIL))
		return FOLIOS_PROVEN;
	fault("the last page lies in a folio of more than %zu pages", span);
	return FOLIOS_DIFFER;
}

/* Turns pagemap's entries into page frame numbers. */
static enum folio_proof take_frames(uint64_t *pfn, size_t pages)
{
	for (size_t i = 0; i < pages; i++) {
		if (!(pfn[i] & PAGEMAP_PRESENT)) {
			fault("page %zu is not present", i);
			return FOLIOS_DIFFER;
		}
		pfn[i] &= PAGEMAP_PFN;
		if (!pfn[i]) {
			fault("/proc/PID/pagemap hides page frames without CAP_SYS_ADMIN");
			return FOLIOS_UNREADABLE;
		}
	}
	return FOLIOS_PROVEN;
}

static enum folio_proof prove(int fd, uint64_t *pfn, uint64_t *flags, size_t pages, size_t span)
{
	enum folio_proof proof = take_frames(pfn, pages);

	if (proof != FOLIOS_PROVEN)
		return proof;
	if (read_flags(fd, pfn, flags, pages))
		return FOLIOS_UNREADABLE;
	for (size_t i = 0; i + span <= pages; i += span)
		if (prove_one(pfn + i, flags + i, span, i) != FOLIOS_PROVEN)
			return FOLIOS_DIFFER;
	return prove_end(fd, pfn[pages - 1], span);
}

static char *proc_path(char *path, size_t size, pid_t pid, const char *name)
{
	if (pid)
		snprintf(path, size, "/proc/%d/%s", pid, name);
	else
		snprintf(path, size, "/proc/self/%s", name);
	return path;
}

static int read_pagemap(pid_t pid, uint64_t *entries, size_t count, size_t first)
{
	char path[64];
	int fd = open_file(proc_path(path, sizeof(path), pid, "pagemap"));
	int result = fd < 0 ? -1 : read_at(fd, path, entries, count * sizeof(*entries), first * sizeof(*entries));

	if (fd >= 0)
		close(fd);
	return result;
}

enum folio_proof folios_prove(pid_t pid, const char *base, size_t size, size_t page_size, size_t folio_size)
{
	size_t pages = size / page_size;
	uint64_t *pfn = malloc(pages * sizeof(*pfn)), *flags = malloc(pages * sizeof(*flags));
	enum folio_proof proof = FOLIOS_UNREADABLE;
	int fd = open_file(KPAGEFLAGS);

	if (!pfn || !flags)
		fault("no memory to inspect %zu pages", pages);
	else if (fd >= 0 && !read_pagemap(pid, pfn, pages, (uintptr_t)base / page_size))
		proof = prove(fd, pfn, flags, pages, folio_size / page_size);
	if (fd >= 0)
		close(fd);
	free(pfn);
	free(flags);
	return proof;
}

long long folios_pmd_mapped_bytes(pid_t pid, const char *base, size_t size)
{
	char path[64], line[512];
	FILE *smaps = fopen(proc_path(path, sizeof(path), pid, "smaps"), "re");
	long long bytes = 0, kib;
	bool inside = false;

	if (!smaps)
		return fault("%s: cannot open: %m", path);
	while (fgets(line, sizeof(line), smaps)) {
		uintptr_t from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from >= (uintptr_t)base && to <= (uintptr_t)base + size;
		else if (inside && sscanf(line, "AnonHugePages: %lld kB", &kib) == 1)
			bytes += kib * 1024;
	}
	fclose(smaps);
	return bytes;
}
