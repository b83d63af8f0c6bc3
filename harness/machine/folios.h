/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * folios - what size the folios behind an address range really are
 *
 * PFNs come from /proc/self/pagemap (readable only with CAP_SYS_ADMIN), the
 * head and tail marks from /proc/kpageflags, the PMD mapping from smaps.
 */
#ifndef NODEHOP_FOLIOS_H
#define NODEHOP_FOLIOS_H

#include <stddef.h>

enum folio_proof {
	FOLIOS_PROVEN,		/* every folio has that size */
	FOLIOS_DIFFER,		/* one has not, or a page is absent; the fault says which */
	FOLIOS_UNREADABLE,	/* the kernel does not let us look; the fault says what */
};

/* Are all folios of [base, base+size) folio_size bytes large? */
enum folio_proof folios_prove(const char *base, size_t size, size_t page_size, size_t folio_size);

/* Bytes of [base, base+size) that one PMD each maps (AnonHugePages), or -1 with a fault. */
long long folios_pmd_mapped_bytes(const char *base, size_t size);

#endif
