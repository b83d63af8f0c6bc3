/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window - marks around what is measured, for who looks on from outside the guest
 *
 * A mark is a no-op of eight bytes whose last one says which: no CPU does
 * anything for it, and the lab's QEMU plugin knows it by its bytes. Marks
 * stand outside the clock's readings, so that no count changes by them.
 * A trial says who it is: a 32-bit label in eight digits.
 */
#ifndef NODEHOP_WINDOW_H
#define NODEHOP_WINDOW_H

#define WINDOW_MARKER_BYTES 0x0f, 0x1f, 0x84, 0x00, 0x4e, 0x55, 0x4e
#define WINDOW_OPEN	    0x01
#define WINDOW_CLOSE	    0x02
#define WINDOW_TRIAL	    0x03
#define WINDOW_LABELLED	    0x04
#define WINDOW_DIGIT	    0x10		/* and the digit */
#define WINDOW_SYMBOL	    "window_mark_trial" /* where the program has the mark of a trial */

#include <stdint.h>

#if defined(__x86_64__)
#define WINDOW_TEXT(value)  #value
#define WINDOW_VALUE(value) WINDOW_TEXT(value)
#define WINDOW_MARK(which)  __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00,0x4e,0x55,0x4e," WINDOW_VALUE(which)::: "memory")
#else
#define WINDOW_MARK(which) ((void)0)
#endif

static inline void window_open(void)
{
	WINDOW_MARK(WINDOW_OPEN);
}

static inline void window_close(void)
{
	WINDOW_MARK(WINDOW_CLOSE);
}

/* What a trial of the point with this key is labelled with: each window until the next label is a repetition of it. */
uint32_t window_label(const char *key);

#endif
