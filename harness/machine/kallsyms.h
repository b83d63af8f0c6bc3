/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kallsyms - the kernel's functions by address */
#ifndef NODEHOP_KALLSYMS_H
#define NODEHOP_KALLSYMS_H

#include <stdint.h>

struct kallsyms;

/* Reads /proc/kallsyms below root ("": this system). NULL with a fault: hidden from this user. */
struct kallsyms *kallsyms_load(const char *root);

/* The function that holds the address; "?" when none does. Valid until kallsyms_free. */
const char *kallsyms_name(const struct kallsyms *k, uint64_t address);

void kallsyms_free(struct kallsyms *k);

#endif
