/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * translate - what a block of guest code is, when QEMU translates it
 */
#ifndef NODEHOP_PLUGIN_TRANSLATE_H
#define NODEHOP_PLUGIN_TRANSLATE_H

#include <stdint.h>
#include "qemu_plugin.h"

/* Finds the functions that it has to know. After names_load. */
void translate_init(void);

/* For qemu_plugin_register_vcpu_tb_trans_cb. */
void translate_block(uint64_t plugin, struct qemu_plugin_tb *tb);

#endif
