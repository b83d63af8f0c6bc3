// SPDX-License-Identifier: GPL-2.0-or-later
/* swap - makes a guest's swap disk */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fault.h"
#include "lab/swap.h"

#define PAGE_BYTES 4096 /* of the guest */

/* The first page of a swap area, as include/linux/swap.h in the kernel has it. Little endian, as both sides are x86-64.
 */
struct swap_header {
	char boot_bits[1024];
	uint32_t version, last_page, bad_pages;
	char unused[PAGE_BYTES - 1024 - 12 - 10];
	char magic[10];
} __attribute__((packed));

_Static_assert(sizeof(struct swap_header) == PAGE_BYTES, "a swap header is one page");

int swap_disk(uint64_t bytes)
{
	struct swap_header header = { .version = 1, .last_page = bytes / PAGE_BYTES - 1 };
	int fd = memfd_create("nodehop-swap", MFD_CLOEXEC);

	memcpy(header.magic, "SWAPSPACE2", sizeof(header.magic));
	if (fd >= 0 && !ftruncate(fd, bytes) && pwrite(fd, &header, sizeof(header), 0) == sizeof(header))
		return fd;
	fault("no memory for a guest's swap disk: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}
