// SPDX-License-Identifier: GPL-2.0-or-later
/* guest - what the API cannot say of the guest, by two functions that QEMU 7.2 exports beside it */
#include <stddef.h>
#include "guest.h"
#include "qemu_plugin.h"

static void *cpu;

bool guest_can_be_asked(void)
{
	return qemu_plugin_disable_mem_helpers && cpu_memory_rw_debug;
}

static void *only_cpu(void)
{
	if (!cpu)
		cpu = qemu_get_cpu(0);
	return cpu;
}

uint64_t guest_word(uint64_t address)
{
	uint64_t word = 0;

	return cpu_memory_rw_debug(only_cpu(), address, &word, sizeof(word), false) ? 0 : word;
}

void guest_end_accesses(void)
{
	qemu_plugin_disable_mem_helpers(only_cpu());
}
