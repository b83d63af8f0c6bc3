/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * folios - what size the folios behind an address range really are
 *
 * PFNs come from /proc/PID/pagemap (readable only with CAP_SYS_ADMIN), the
 * head and tail marks from /proc/kpageflags, the PMD mapping from smaps.
 */
#ifndef NODEHOP_FOLIOS_H
#define NODEHOP_FOLIOS_H

#include <stddef.h>
#include <sys/types.h>

enum folio_proof {
	FOLIOS_PROVEN,	   /* every folio has that size */
	FOLIOS_DIFFER,	   /* one has not, or a page is absent; the fault says which */
	FOLIOS_UNREADABLE, /* the kernel does not let us look; the fault says what */
};

/* Are all folios of [base, base+size) in the memory of process pid (0: this one) folio_size bytes large? */
enum folio_proof folios_prove(pid_t pid, const char *base, size_t size, size_t page_size, size_t folio_size);

/*
 * Bytes of the mappings within [base, base+size) that PMDs map
 * (AnonHugePages), in the memory of process pid (0: this one), or -1 with a fault.
 */
long long folios_pmd_mapped_bytes(pid_t pid, const char *base, size_t size);

#endif
