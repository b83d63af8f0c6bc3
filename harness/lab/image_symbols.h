/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image_symbols - the functions of a kernel, as the unpacked image holds them for /proc/kallsyms
 */
#ifndef NODEHOP_IMAGE_SYMBOLS_H
#define NODEHOP_IMAGE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Calls `each` for every symbol of kernel text, by ascending address as
 * linked. Their count, or -1 with a fault: no table (CONFIG_KALLSYMS), or
 * one of a form unknown here.
 */
long image_symbols(const void *image, size_t size, void (*each)(uint64_t address, const char *name, void *context),
		   void *context);

#endif
