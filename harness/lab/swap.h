/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * swap - a guest's disk to swap to
 */
#ifndef NODEHOP_SWAP_H
#define NODEHOP_SWAP_H

#include <stdint.h>

/*
 * A file in memory (nothing is left behind, whatever ends us) of that size,
 * with the header that swapon(2) looks for. Its descriptor, close-on-exec; -1
 * with a fault.
 */
int swap_disk(uint64_t bytes);

#endif
