// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "machine/content.h"

/* Knuth's MMIX constants: full period, two instructions a word; the page's number is the seed. */
static inline uint64_t next_word(uint64_t word)
{
	return word * 6364136223846793005u + 1442695040888963407u;
}

static uint64_t first_word(size_t page)
{
	return next_word(next_word(page + 1));
}

void content_write(char *page, size_t page_size, size_t number)
{
	uint64_t word = first_word(number), *at = (uint64_t *)page;

	for (size_t i = 0; i < page_size / sizeof(word); i++, word = next_word(word))
		at[i] = word;
}

static bool page_is_intact(const char *page, size_t page_size, size_t number)
{
	uint64_t word = first_word(number);
	const uint64_t *at = (const uint64_t *)page;

	for (size_t i = 0; i < page_size / sizeof(word); i++, word = next_word(word))
		if (at[i] != word)
			return false;
	return true;
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
