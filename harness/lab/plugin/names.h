/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names - functions by number: the kernel's, those of the measured program, and what has no name
 *
 * A number fits in 24 bits. Tables hold addresses as linked; both kernel and
 * program lie elsewhere (KASLR), by a slide that is learned while running.
 */
#ifndef NODEHOP_PLUGIN_NAMES_H
#define NODEHOP_PLUGIN_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#define USER_END     0x800000000000ull
#define MODULES	     0xffffffffc0000000ull
#define MODULES_END  0xffffffffff000000ull
#define KERNEL_ALIGN (2ull << 20) /* of the slide */

/* Roots of what is executed, and text without symbols. Numbers of functions follow. */
enum {
	NAME_NONE,
	NAME_CALLER,
	NAME_TASK,
	NAME_INTERRUPT,
	NAME_LIBRARY, /* user text that is not of the measured program */
	NAME_MODULE,
	NAME_UNKNOWN, /* kernel text below the first symbol */
	NAME_REFILL,  /* inlined: see stacks.c */
	NAMES_FIXED,
};

/* Tables of lines "ADDRESS NAME", ascending, in hexadecimal. 0, or -1 when one cannot be read. */
int names_load(const char *kernel, const char *program);

/* The number of the function that holds this address. */
uint32_t names_at(uint64_t address);

/* Is it that function's first one? */
bool names_is_start(uint32_t name, uint64_t address);

/* By its whole name; NAME_NONE when the table has none. */
uint32_t names_kernel(const char *name);
uint32_t names_program(const char *name);

/* Where the table has it, with the slide so far. */
uint64_t names_address(uint32_t name);
void names_slide_kernel(uint64_t by);
void names_slide_program(uint64_t by);

const char *names_text(uint32_t name);

/* Is it of the measured program's table? */
bool names_is_program(uint32_t name);

#endif
