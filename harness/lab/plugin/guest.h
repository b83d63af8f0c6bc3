/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest - what the API cannot say of the guest, by two functions that QEMU 7.2 exports beside it
 */
#ifndef NODEHOP_PLUGIN_GUEST_H
#define NODEHOP_PLUGIN_GUEST_H

#include <stdbool.h>
#include <stdint.h>

/* Does this QEMU export them? */
bool guest_can_be_asked(void);

/* Eight bytes at that address of the task that runs; 0 where there are none. */
uint64_t guest_word(uint64_t address);

/* No callback for accesses that the emulator makes beyond the instruction that runs: see qemu_plugin.h. */
void guest_end_accesses(void);

#endif
