/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pages - the kinds of page by name, and whether a machine offers them
 */
#ifndef NODEHOP_PAGES_H
#define NODEHOP_PAGES_H

#include "bench.h"
#include "machine/facts.h"

/* Reads "base", "thp", "64k", "hugetlb-2m", "shared", "shmem", "mlocked", "mapped-4". 0, or -1 with a fault. */
int page_kind_parse(const struct machine *m, const char *text, struct page_kind *kind);

/* The canonical name; returns buffer. */
char *page_kind_print(const struct machine *m, const struct page_kind *kind, char *buffer, size_t size);

/*
 * Does the machine offer the kind? OK, or SKIPPED with code and sentence in
 * `code` and the fault. Whether a given folio was got is region_place's to prove.
 */
enum outcome page_kind_offered(const struct machine *m, const struct page_kind *kind, const char **code);

/* An mTHP or PMD THP: anonymous memory in folios larger than the base page. */
bool page_kind_is_large_anon(const struct machine *m, const struct page_kind *kind);

#endif
