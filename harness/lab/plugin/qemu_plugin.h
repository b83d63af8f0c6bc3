/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_plugin - the few functions of QEMU's plugin API (version 1) that are used here
 *
 * Debian packages no header for it. The last two are no part of the API, and
 * QEMU 7.2 exports them: there a block that ends in a return leaves the
 * callbacks of its memory accesses set, so that what the emulator itself
 * reads next is taken for the return's; and a plugin has no other way to read
 * a word of the guest's memory.
 */
#ifndef NODEHOP_QEMU_PLUGIN_H
#define NODEHOP_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_API 1

struct qemu_plugin_tb;
struct qemu_plugin_insn;

/* clang-format off */
struct qemu_info {
	const char *target_name;
	struct { int min, cur; } version;
};
/* clang-format on */

enum { QEMU_PLUGIN_NO_REGS = 0, QEMU_PLUGIN_MEM_RW = 3, QEMU_PLUGIN_ADD_U64 = 0 };

void qemu_plugin_reset(uint64_t id, void (*done)(uint64_t id));
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*translated)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, void (*run)(unsigned cpu, void *data), int regs,
					  void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, void (*run)(unsigned cpu, void *data),
					    int regs, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op, void *counter, uint64_t by);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      void (*accessed)(unsigned cpu, uint32_t info, uint64_t address, void *data),
				      int regs, int rw, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn); /* free() it */
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(uint32_t info);

void *qemu_get_cpu(int index);
void qemu_plugin_disable_mem_helpers(void *cpu) __attribute__((weak));
int cpu_memory_rw_debug(void *cpu, uint64_t address, void *buffer, size_t size, bool write) __attribute__((weak));

/* Whoever loads the plugin looks for these two. */
#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))
extern int qemu_plugin_version;
int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv);

#endif
