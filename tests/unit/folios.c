// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * folios: page frames and their marks as the kernel shows them, and what that proves. The Makefile has open, pread and
 * fopen come here: pagemap, kpageflags and smaps are this test's.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "bench.h"
#include "machine/facts.h"
#include "memory/folios.h"
#include "memory/trial_private.h"

#define PAGE	4096ul
#define FRAMES	4096
#define PRESENT (1ull << 63)
#define HEAD	(1ull << 15)
#define TAIL	(1ull << 16)
#define BASE	((char *)(16 * PAGE)) /* page 16 of the address space */

enum { PAGEMAP = 1000, KPAGEFLAGS };

static uint64_t entry[32], flags[FRAMES]; /* of the pages from BASE on; of each frame */
static const char *smaps;

int __wrap_open(const char *path, int how, ...);
int __wrap_open(const char *path, int how, ...)
{
	(void)how;
	if (!strcmp(path, "/proc/self/pagemap"))
		return PAGEMAP;
	assert_string_equal(path, "/proc/kpageflags");
	return KPAGEFLAGS;
}

int __wrap_close(int fd);
int __wrap_close(int fd)
{
	(void)fd;
	return 0;
}

ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset)
{
	const char *from = (const char *)flags + offset;

	if (fd == PAGEMAP)
		from = (const char *)entry + offset - (uintptr_t)BASE / PAGE * sizeof(*entry);
	else if ((size_t)offset + size > sizeof(flags))
		return 0; /* behind the end of memory */
	memcpy(buffer, from, size);
	return size;
}

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
	return strcmp(path, "/proc/self/smaps") ? __real_fopen(path, mode)
						: fmemopen((void *)smaps, strlen(smaps), "r");
}

/* The pages from `page` on lie in frames from `frame` on, as one folio: its first page first. */
static void put_folio(size_t page, size_t frame, size_t pages)
{
	for (size_t i = 0; i < pages; i++) {
		entry[page + i] = PRESENT | (frame + i);
		flags[frame + i] = pages == 1 ? 0 : i ? TAIL : HEAD;
	}
}

static enum folio_proof proven(size_t pages, size_t span)
{
	return folios_prove(0, BASE, pages * PAGE, PAGE, span * PAGE);
}

static int clear(void **state)
{
	(void)state;
	memset(entry, 0, sizeof(entry));
	memset(flags, 0, sizeof(flags));
	return 0;
}

static void folios_of_the_size_asked_for(void **state)
{
	(void)state;
	put_folio(0, 64, 16);
	put_folio(16, 2048, 16);
	assert_int_equal(proven(32, 16), FOLIOS_PROVEN);
	put_folio(16, FRAMES - 16, 16); /* the last of all memory */
	assert_int_equal(proven(32, 16), FOLIOS_PROVEN);
}

static void smaller_folios_are_not_of_that_size(void **state)
{
	(void)state;
	put_folio(0, 64, 16);
	put_folio(16, 128, 8);
	put_folio(24, 136, 8);
	assert_int_equal(proven(32, 16), FOLIOS_DIFFER);
	assert_non_null(strstr(fault_text(), "page 24 is not part of a folio of 16 pages"));
}

/* Whether it goes on behind the last page, or began before the first. */
static void larger_folios_are_not_of_that_size(void **state)
{
	(void)state;
	put_folio(0, 64, 16);
	flags[80] = TAIL;
	assert_int_equal(proven(16, 16), FOLIOS_DIFFER);
	assert_non_null(strstr(fault_text(), "a folio of more than 16 pages"));
	flags[80] = 0;
	assert_int_equal(proven(16, 16), FOLIOS_PROVEN);
	flags[64] = TAIL;
	assert_int_equal(proven(16, 16), FOLIOS_DIFFER);
}

static void frames_of_a_folio_follow_each_other(void **state)
{
	(void)state;
	put_folio(0, 64, 16);
	entry[9] = PRESENT | 200;
	flags[200] = TAIL;
	assert_int_equal(proven(16, 16), FOLIOS_DIFFER);
	assert_non_null(strstr(fault_text(), "page 9 "));
}

static void base_pages_belong_to_no_folio(void **state)
{
	(void)state;
	for (size_t i = 0; i < 16; i++)
		put_folio(i, 3000 - 100 * i, 1);
	assert_int_equal(proven(16, 1), FOLIOS_PROVEN);
	flags[3000 - 100 * 11] = TAIL;
	assert_int_equal(proven(16, 1), FOLIOS_DIFFER);
	assert_non_null(strstr(fault_text(), "page 11 "));
}

static void a_page_that_is_absent_or_hidden(void **state)
{
	(void)state;
	put_folio(0, 64, 16);
	entry[5] &= ~PRESENT; /* swapped out: what is left tells where to */
	assert_int_equal(proven(16, 16), FOLIOS_DIFFER);
	assert_string_equal(fault_text(), "page 5 is not present");
	entry[5] = PRESENT;
	assert_int_equal(proven(16, 16), FOLIOS_UNREADABLE);
	assert_non_null(strstr(fault_text(), "CAP_SYS_ADMIN"));
}

/* ---- mapped by PMDs ---- */

static void huge_mappings_of_the_range_alone_count(void **state)
{
	(void)state;
	smaps = "00000000-00200000 rw-p 00000000 00:00 0\n"
		"AnonHugePages:      2048 kB\n"
		"00200000-00600000 rw-p 00000000 00:00 0\n"
		"Size:               4096 kB\n"
		"AnonHugePages:      2048 kB\n"
		"ShmemPmdMapped:     4096 kB\n"
		"00600000-00800000 rw-p 00000000 00:00 0\n"
		"AnonHugePages:      2048 kB\n"
		"00800000-00a00000 rw-p 00000000 00:00 0\n"
		"AnonHugePages:      2048 kB\n";
	assert_int_equal(folios_pmd_mapped_bytes(0, (char *)0x200000, 4 << 20), 2 << 20);
	assert_int_equal(folios_pmd_mapped_bytes(0, (char *)0x200000, 6 << 20), 4 << 20);
	assert_int_equal(folios_pmd_mapped_bytes(0, (char *)0x900000, 1 << 20), 0);
}

/* Sixteen pages are this machine's PMD size. */
static enum outcome checked(struct trial *t, size_t mapped_kb)
{
	static const struct machine machine = { .page_size = PAGE, .thp_size = 16 * PAGE };
	const struct region r = {
		.base = BASE, .size = 16 * PAGE, .pages = 16, .page_size = PAGE, .kind = { BACKING_ANON, 16 * PAGE, 1 }
	};
	static struct trial_private own;
	char text[128];

	snprintf(text, sizeof(text), "00010000-00020000 rw-p 00000000 00:00 0\nAnonHugePages: %zu kB\n", mapped_kb);
	smaps = text;
	own = (struct trial_private){ .machine = &machine };
	*t = (struct trial){ .own = &own };
	return region_check_folios(t, &r);
}

static void a_huge_page_is_mapped_as_one(void **state)
{
	struct trial t;

	(void)state;
	put_folio(0, 64, 16);
	assert_int_equal(checked(&t, 64), OK);
	assert_int_equal(checked(&t, 0), WRONG);
	assert_string_equal(t.own->reason, "pmd-split");
	assert_non_null(strstr(t.own->detail, "only 0 of 65536 bytes are mapped by PMDs"));
	put_folio(0, 64, 8);
	put_folio(8, 72, 8);
	assert_int_equal(checked(&t, 64), WRONG);
	assert_string_equal(t.own->reason, "folio-split");
	entry[3] = PRESENT;
	assert_int_equal(checked(&t, 64), BLOCKED);
	assert_string_equal(t.own->reason, "folio-unproven");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(folios_of_the_size_asked_for, clear),
		cmocka_unit_test_setup(smaller_folios_are_not_of_that_size, clear),
		cmocka_unit_test_setup(larger_folios_are_not_of_that_size, clear),
		cmocka_unit_test_setup(frames_of_a_folio_follow_each_other, clear),
		cmocka_unit_test_setup(base_pages_belong_to_no_folio, clear),
		cmocka_unit_test_setup(a_page_that_is_absent_or_hidden, clear),
		cmocka_unit_test(huge_mappings_of_the_range_alone_count),
		cmocka_unit_test_setup(a_huge_page_is_mapped_as_one, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
