// SPDX-License-Identifier: GPL-2.0-or-later
/* The lab's plugin: which bytes are an instruction that costs a CPU more than one, and how often each was executed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "lab/plugin/events.h"

/* QEMU, which counts at once. */
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op, void *counter, uint64_t by)
{
	(void)insn;
	assert_int_equal(op, QEMU_PLUGIN_ADD_U64);
	*(uint64_t *)counter += by;
}

struct insn {
	const char *text; /* as an assembler has it */
	unsigned char byte[15];
	size_t size;
	enum calltree_event event;
};

#define INSN(event, text, ...)                                                                                         \
	{                                                                                                              \
		text, { __VA_ARGS__ }, sizeof((unsigned char[]){ __VA_ARGS__ }), event                                 \
	}
#define NONE CALLTREE_EVENTS

static const struct insn insns[] = {
	INSN(CALLTREE_LOCKED, "lock incl (%rdi)", 0xf0, 0xff, 0x07),
	INSN(CALLTREE_LOCKED, "lock cmpxchg %rsi,(%rdi)", 0xf0, 0x48, 0x0f, 0xb1, 0x37),
	INSN(CALLTREE_LOCKED, "lock cmpxchg16b %gs:(%rsi)", 0x65, 0xf0, 0x48, 0x0f, 0xc7, 0x0e),
	INSN(CALLTREE_LOCKED, "lock cmpxchg16b %gs:(%rsi), prefixes the other way round", 0xf0, 0x65, 0x48, 0x0f, 0xc7,
	     0x0e),
	INSN(CALLTREE_LOCKED, "lock orw $1,(%rax)", 0x66, 0xf0, 0x83, 0x08, 0x01),
	INSN(CALLTREE_LOCKED, "lock addl $0,-4(%rsp)", 0xf0, 0x83, 0x44, 0x24, 0xfc, 0x00),
	INSN(NONE, "the same on one CPU: the prefix is patched", 0x3e, 0x83, 0x44, 0x24, 0xfc, 0x00),
	INSN(CALLTREE_LOCKED, "xchg %rax,(%rdi)", 0x48, 0x87, 0x07),
	INSN(CALLTREE_LOCKED, "xchg %al,(%rdi)", 0x86, 0x07),
	INSN(CALLTREE_LOCKED, "xchg %r8d,8(%r9)", 0x45, 0x87, 0x41, 0x08),
	INSN(NONE, "xchg %rax,%rbx: registers", 0x48, 0x87, 0xd8),
	INSN(NONE, "xchg %ax,%ax: a no-op", 0x66, 0x90),
	INSN(NONE, "incl (%rdi)", 0xff, 0x07),
	INSN(NONE, "mov $0xf0,%al: no prefix", 0xb0, 0xf0),
	INSN(CALLTREE_TLB_PAGE_FLUSH, "invlpg (%rdi)", 0x0f, 0x01, 0x3f),
	INSN(CALLTREE_TLB_PAGE_FLUSH, "invlpg (%r12)", 0x41, 0x0f, 0x01, 0x3c, 0x24),
	INSN(CALLTREE_TLB_PAGE_FLUSH, "invpcid (%rax),%rcx", 0x66, 0x0f, 0x38, 0x82, 0x08),
	INSN(NONE, "swapgs", 0x0f, 0x01, 0xf8),
	INSN(NONE, "rdtscp", 0x0f, 0x01, 0xf9),
	INSN(NONE, "lidt (%rdi)", 0x0f, 0x01, 0x1f),
	INSN(CALLTREE_CR3_WRITE, "mov %rax,%cr3", 0x0f, 0x22, 0xd8),
	INSN(CALLTREE_CR3_WRITE, "mov %rdi,%cr3", 0x0f, 0x22, 0xdf),
	INSN(NONE, "mov %rax,%cr4", 0x0f, 0x22, 0xe0),
	INSN(NONE, "mov %cr3,%rax", 0x0f, 0x20, 0xd8),
	INSN(CALLTREE_MSR_WRITE, "wrmsr", 0x0f, 0x30),
	INSN(NONE, "rdmsr", 0x0f, 0x32),
	INSN(NONE, "nopl 0(%rax)", 0x0f, 0x1f, 0x40, 0x00),
	INSN(NONE, "no more than a prefix", 0x66),
	INSN(NONE, "no more than a REX prefix", 0x48),
	INSN(NONE, "cut off", 0x0f),
	INSN(NONE, "cut off in front of its operand", 0x0f, 0x01),
	INSN(NONE, "cut off in front of its operand", 0x87),
};

static void each_is_known_by_its_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(insns) / sizeof(*insns); i++)
		if (event_of(insns[i].byte, insns[i].size) != insns[i].event)
			fail_msg("%s: event %u in place of %u", insns[i].text, event_of(insns[i].byte, insns[i].size),
				 insns[i].event);
}

static void expect_line(const char *wanted)
{
	char line[64] = "";
	FILE *f = fmemopen(line, sizeof(line), "w");

	assert_non_null(f);
	events_close(f);
	fclose(f);
	assert_string_equal(line, wanted);
}

static void execute(const unsigned char *code, size_t size, int times)
{
	while (times--)
		events_watch(NULL, code, size);
}

#define EXECUTE(times, ...)                                                                                            \
	execute((const unsigned char[]){ __VA_ARGS__ }, sizeof((const unsigned char[]){ __VA_ARGS__ }), times)

static void what_is_executed_in_a_window_is_told(void **state)
{
	(void)state;
	EXECUTE(3, 0xf0, 0xff, 0x07);
	events_open();
	EXECUTE(5, 0xf0, 0xff, 0x07);
	EXECUTE(1, 0x48, 0x87, 0x07);
	EXECUTE(7, 0x0f, 0x01, 0x3f);
	EXECUTE(9, 0xff, 0x07);
	EXECUTE(2, 0x0f, 0x22, 0xd8);
	EXECUTE(4, 0x0f, 0x30);
	expect_line("V 6 7 2 4\n");
	EXECUTE(1, 0x0f, 0x30);
	events_open();
	expect_line("V 0 0 0 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_known_by_its_bytes),
		cmocka_unit_test(what_is_executed_in_a_window_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
