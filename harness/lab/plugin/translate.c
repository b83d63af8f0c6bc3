// SPDX-License-Identifier: GPL-2.0-or-later
/* translate - which instructions of a block are events of the call stack, and the callbacks for them */
#include <string.h>
#include "../../instruments/window.h"
#include "annotate.h"
#include "events.h"
#include "guest.h"
#include "names.h"
#include "slide.h"
#include "stacks.h"
#include "translate.h"
#include "tree.h"
#include "window.h"

struct code {
	struct qemu_plugin_insn *insn;
	const unsigned char *byte; /* the whole instruction */
	size_t size;
	const unsigned char *op; /* behind its prefixes */
	uint64_t at;
	uint32_t name; /* of the function */
};

static uint32_t switch_to, irq_entries;

void translate_init(void)
{
	switch_to = names_kernel("__switch_to_asm");
	irq_entries = names_kernel("irq_entries_start");
}

/* ---- callbacks ---- */

static void on_call(unsigned cpu, uint32_t info, uint64_t sp, void *back)
{
	(void)cpu;
	if (!qemu_plugin_mem_is_store(info)) /* a call by a pointer in memory loads it first */
		return;
	guest_end_accesses();
	stacks_call(sp, (uint64_t)back);
}

static void on_return(unsigned cpu, uint32_t info, uint64_t sp, void *data)
{
	(void)cpu, (void)data;
	if (qemu_plugin_mem_is_store(info))
		return;
	guest_end_accesses();
	stacks_return(sp);
}

static void on_enter(unsigned cpu, void *data)
{
	(void)cpu;
	stacks_enter((uint64_t)data & 0xffffff, (uint64_t)data >> 24);
}

static void on_iret(unsigned cpu, void *data)
{
	(void)cpu, (void)data;
	stacks_leave_boundary();
}

static void on_sysret(unsigned cpu, void *data)
{
	(void)cpu, (void)data;
	stacks_leave_kernel();
}

static void on_user(unsigned cpu, void *data)
{
	(void)cpu;
	stacks_user((uint64_t)data & 0xffffff, (uint64_t)data >> 24);
}

/* The task that __switch_to_asm goes to, and then the first word loaded from its stack. */
static uint64_t next_task;

static void on_load_of_stack(unsigned cpu, uint32_t info, uint64_t address, void *offset)
{
	(void)cpu, (void)info;
	guest_end_accesses();
	next_task = address - (uint64_t)offset;
}

static void on_pop_in_switch(unsigned cpu, uint32_t info, uint64_t sp, void *data)
{
	(void)cpu, (void)data;
	if (!next_task || qemu_plugin_mem_is_store(info))
		return;
	guest_end_accesses();
	stacks_switch(next_task, sp);
	next_task = 0;
}

/* ---- recognising ---- */

static bool is_prefix(unsigned char byte)
{
	return (byte & 0xf0) == 0x40 || byte == 0x66 || byte == 0x2e || byte == 0x3e || byte == 0xf2 || byte == 0xf3;
}

static struct code decode(struct qemu_plugin_insn *insn)
{
	struct code c = {
		.insn = insn,
		.byte = qemu_plugin_insn_data(insn),
		.size = qemu_plugin_insn_size(insn),
		.at = qemu_plugin_insn_vaddr(insn),
	};

	c.op = c.byte;
	while (c.op < c.byte + c.size - 1 && is_prefix(*c.op))
		c.op++;
	return c;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static enum entry entry_of(uint32_t name)
{
	static const char *const faults[] = { "asm_exc_page_fault", "asm_exc_device_not_available",
					      "asm_exc_general_protection" };
	const char *text = names_text(name);

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (!strcmp(text, faults[i]))
			return ENTRY_FAULT;
	if (!strcmp(text, "entry_SYSCALL_64"))
		return ENTRY_SYSCALL;
	if (begins(text, "asm_exc_"))
		return ENTRY_EXCEPTION;
	if (begins(text, "asm_sysvec_") || !strcmp(text, "asm_spurious_interrupt") || name == irq_entries)
		return ENTRY_INTERRUPT;
	return ENTRY_CALL;
}

/* The vectors of irq_entries_start are 8 or 16 bytes apart, by kernel; none has a symbol of its own. */
static bool is_function_start(const struct code *c)
{
	return names_is_start(c->name, c->at) ||
	       (irq_entries && c->name == irq_entries && (c->at - names_address(irq_entries)) % 8 == 0);
}

static void mark_start(const struct code *c)
{
	uint64_t data = (uint64_t)entry_of(c->name) << 24 | c->name;

	qemu_plugin_register_vcpu_insn_exec_cb(c->insn, on_enter, QEMU_PLUGIN_NO_REGS, (void *)data);
}

static void on_memory(const struct code *c, void (*accessed)(unsigned cpu, uint32_t info, uint64_t address, void *data),
		      uint64_t data)
{
	qemu_plugin_register_vcpu_mem_cb(c->insn, accessed, QEMU_PLUGIN_NO_REGS, QEMU_PLUGIN_MEM_RW, (void *)data);
}

static bool is_call(const struct code *c)
{
	return *c->op == 0xe8 || (*c->op == 0xff && (c->op[1] >> 3 & 7) == 2);
}

static void mark_control(const struct code *c)
{
	if (is_call(c))
		on_memory(c, on_call, c->at + c->size);
	else if (*c->op == 0xc3 || *c->op == 0xc2)
		on_memory(c, on_return, 0);
	else if (*c->op == 0xcf)
		qemu_plugin_register_vcpu_insn_exec_cb(c->insn, on_iret, QEMU_PLUGIN_NO_REGS, NULL);
	else if (*c->op == 0x0f && c->op[1] == 0x07)
		qemu_plugin_register_vcpu_insn_exec_cb(c->insn, on_sysret, QEMU_PLUGIN_NO_REGS, NULL);
}

/* mov DISPLACEMENT(%rsi),%rsp, where rsi is the task; then the pops. */
static void mark_switch(const struct code *c)
{
	static const unsigned char load[] = { 0x48, 0x8b, 0xa6 };
	uint32_t offset;

	if (c->size == 7 && !memcmp(c->byte, load, sizeof(load))) {
		memcpy(&offset, c->byte + sizeof(load), sizeof(offset));
		on_memory(c, on_load_of_stack, offset);
	} else if ((*c->op & 0xf8) == 0x58) {
		on_memory(c, on_pop_in_switch, 0);
	}
}

/* ---- blocks ---- */

static void mark_kernel(const struct code *c)
{
	if (is_function_start(c))
		mark_start(c);
	mark_control(c);
	if (c->name == switch_to)
		mark_switch(c);
	events_watch(c->insn, c->byte, c->size);
}

/* What is no kernel text of the table begins a function where it is called. */
static void on_called_block(unsigned cpu, void *data)
{
	(void)cpu;
	stacks_enter_if_called((uint64_t)data);
}

static void mark_block(struct qemu_plugin_tb *tb, const struct code *first)
{
	uint64_t start = names_is_start(first->name, first->at);

	if (first->at < USER_END)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_user, QEMU_PLUGIN_NO_REGS,
						     (void *)(start << 24 | first->name));
	else if (first->name < NAMES_FIXED)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_called_block, QEMU_PLUGIN_NO_REGS,
						     (void *)(uint64_t)first->name);
}

static void watch(struct code *c, struct qemu_plugin_tb *tb, bool is_first)
{
	bool is_kernel = c->at >= USER_END;

	if (is_kernel || is_first || annotate_is_on())
		c->name = names_at(c->at);
	if (is_first)
		mark_block(tb, c);
	if (is_kernel)
		mark_kernel(c);
	if (annotate_is_on())
		annotate_watch(c->insn, c->name, c->at);
	qemu_plugin_register_vcpu_insn_exec_inline(c->insn, QEMU_PLUGIN_ADD_U64, &tree_total, 1);
}

void translate_block(uint64_t plugin, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)plugin;
	slide_look(tb, n);
	for (size_t i = 0; i < n; i++) {
		struct code c = decode(qemu_plugin_tb_get_insn(tb, i));
		int marker = window_marker(c.byte, c.size);

		if (marker == WINDOW_TRIAL)
			slide_program(c.at);
		if (marker >= 0)
			qemu_plugin_register_vcpu_insn_exec_cb(c.insn, window_on_marker, QEMU_PLUGIN_NO_REGS,
							       (void *)(intptr_t)marker);
		if (window_is_armed())
			watch(&c, tb, !i);
	}
}
