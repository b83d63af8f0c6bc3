// SPDX-License-Identifier: GPL-2.0-or-later
/* content - a pattern of its own for each page, written and checked, here or in another process */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "memory/content.h"

/*
 * Each page starts from its number, well mixed, and goes on by the golden
 * ratio: the least there can be to do a word, for every repetition reads all.
 */
#define STEP 0x9e3779b97f4a7c15u

static uint64_t first_word(size_t page)
{
	uint64_t word = (page + 1) * STEP;

	return (word ^ word >> 32) * STEP;
}

void content_write(char *page, size_t page_size, size_t number)
{
	uint64_t word = first_word(number), *at = (uint64_t *)page;

	for (size_t i = 0; i < page_size / sizeof(word); i++, word += STEP)
		at[i] = word;
}

static bool page_is_intact(const char *page, size_t page_size, size_t number)
{
	uint64_t word = first_word(number);
	const uint64_t *at = (const uint64_t *)page;
	uint64_t differences = 0;

#pragma GCC unroll 8
	for (size_t i = 0; i < page_size / sizeof(word); i++, word += STEP)
		differences |= at[i] ^ word;
	return !differences;
}

static ssize_t first_bad_here(const char *base, size_t page_size, size_t pages)
{
	size_t i = 0;

	while (i < pages && page_is_intact(base + i * page_size, page_size, i))
		i++;
	return i;
}

/*
 * By /proc/PID/mem, not process_vm_readv(2): that pins pages, and makes the
 * kernel copy those of a large folio that were shared by a fork before.
 */
static ssize_t first_bad_there(pid_t pid, const char *base, size_t page_size, size_t pages)
{
	char path[32], *copy = aligned_alloc(page_size, page_size);
	ssize_t i = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	for (; copy && i < (ssize_t)pages; i++) {
		if (pread(fd, copy, page_size, (uintptr_t)base + i * page_size) != (ssize_t)page_size) {
			i = fault("%s: cannot read: %s", path, strerror(errno));
			break;
		}
		if (!page_is_intact(copy, page_size, i))
			break;
	}
	if (fd >= 0)
		close(fd);
	free(copy);
	return copy ? i : fault("no memory to read the memory of process %d", pid);
}

ssize_t content_first_bad(pid_t pid, const char *base, size_t page_size, size_t pages)
{
	return pid ? first_bad_there(pid, base, page_size, pages) : first_bad_here(base, page_size, pages);
}
