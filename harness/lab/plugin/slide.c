// SPDX-License-Identifier: GPL-2.0-or-later
/* slide - where kernel and program lie, found by code that can be recognised */
#include <stdbool.h>
#include <string.h>
#include "../../instruments/window.h"
#include "names.h"
#include "slide.h"

#define ENDBR_BYTES 4 /* or the no-op that the kernel makes of it */

static bool kernel_known, program_known;

static bool begins_with_swapgs(struct qemu_plugin_tb *tb, size_t insns)
{
	static const unsigned char swapgs[] = { 0x0f, 0x01, 0xf8 };
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, 0);

	if (qemu_plugin_insn_size(insn) == ENDBR_BYTES && insns > 1)
		insn = qemu_plugin_tb_get_insn(tb, 1);
	return qemu_plugin_insn_size(insn) == sizeof(swapgs) &&
	       !memcmp(qemu_plugin_insn_data(insn), swapgs, sizeof(swapgs));
}

void slide_look(struct qemu_plugin_tb *tb, size_t insns)
{
	uint64_t at = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0)), by;
	uint32_t entry;

	if (kernel_known || at < USER_END || !begins_with_swapgs(tb, insns))
		return;
	entry = names_kernel("entry_SYSCALL_64");
	by = at - names_address(entry);
	if (!entry || by % KERNEL_ALIGN)
		return;
	names_slide_kernel(by);
	kernel_known = true;
}

void slide_program(uint64_t marker)
{
	uint32_t at = names_program(WINDOW_SYMBOL);

	if (program_known || !at)
		return;
	names_slide_program(marker - names_address(at));
	program_known = true;
}
