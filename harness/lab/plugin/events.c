// SPDX-License-Identifier: GPL-2.0-or-later
/* events - recognises and counts instructions that cost a CPU more than one; whose they are is no matter here */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include "events.h"

#define LOCK 0xf0

static uint64_t executed[CALLTREE_EVENTS], opened[CALLTREE_EVENTS];

/* An instruction of the 64-bit mode, behind its prefixes. */
struct opcode {
	const unsigned char *byte;
	size_t size;
	bool has_lock;
};

static bool is_prefix(unsigned char byte)
{
	static const unsigned char prefixes[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, LOCK, 0xf2, 0xf3 };

	return memchr(prefixes, byte, sizeof(prefixes));
}

static bool is_rex(unsigned char byte)
{
	return (byte & 0xf0) == 0x40;
}

static struct opcode opcode_of(const unsigned char *code, size_t size)
{
	struct opcode op = { code, size, false };

	for (; op.size && is_prefix(*op.byte); op.byte++, op.size--)
		op.has_lock |= *op.byte == LOCK;
	if (op.size && is_rex(*op.byte))
		op.byte++, op.size--;
	return op;
}

/* Does it begin so, with an operand behind that has this register field (any, below 0), in memory? */
static bool is_of_memory(const struct opcode *op, const char *begin, int field)
{
	size_t length = strlen(begin);
	unsigned char operand;

	if (op->size <= length || memcmp(op->byte, begin, length))
		return false;
	operand = op->byte[length];
	return operand >> 6 != 3 && (field < 0 || (operand >> 3 & 7) == field);
}

/* With memory an exchange is locked, prefix or not. */
static bool is_locked(const struct opcode *op)
{
	return op->has_lock || is_of_memory(op, "\x86", -1) || is_of_memory(op, "\x87", -1);
}

/* Both of them: INVLPG, and INVPCID, which the kernel uses where the CPU has it. */
static bool is_tlb_page_flush(const struct opcode *op)
{
	return is_of_memory(op, "\x0f\x01", 7) || is_of_memory(op, "\x0f\x38\x82", -1);
}

static bool is_cr3_write(const struct opcode *op)
{
	return op->size >= 3 && op->byte[0] == 0x0f && op->byte[1] == 0x22 && (op->byte[2] >> 3 & 7) == 3;
}

static bool is_msr_write(const struct opcode *op)
{
	return op->size >= 2 && op->byte[0] == 0x0f && op->byte[1] == 0x30;
}

enum calltree_event event_of(const unsigned char *code, size_t size)
{
	struct opcode op = opcode_of(code, size);

	if (is_locked(&op))
		return CALLTREE_LOCKED;
	if (is_tlb_page_flush(&op))
		return CALLTREE_TLB_PAGE_FLUSH;
	if (is_cr3_write(&op))
		return CALLTREE_CR3_WRITE;
	return is_msr_write(&op) ? CALLTREE_MSR_WRITE : CALLTREE_EVENTS;
}

void events_watch(struct qemu_plugin_insn *insn, const unsigned char *code, size_t size)
{
	enum calltree_event event = event_of(code, size);

	if (event < CALLTREE_EVENTS)
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_ADD_U64, &executed[event], 1);
}

void events_open(void)
{
	memcpy(opened, executed, sizeof(opened));
}

void events_close(FILE *to)
{
	fputc('V', to);
	for (enum calltree_event e = 0; e < CALLTREE_EVENTS; e++)
		fprintf(to, " %" PRIu64, executed[e] - opened[e]);
	fputc('\n', to);
}
