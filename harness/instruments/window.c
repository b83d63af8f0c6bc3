// SPDX-License-Identifier: GPL-2.0-or-later
/* window - the marks by which the lab's plugin knows what is measured, and of which point */
#include "instruments/instruments.h"
#include "instruments/window.h"

/* FNV-1a */
uint32_t window_label(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash;
}

#if defined(__x86_64__)

/* By symbols, because the plugin finds the program by this address; the digits lie 16 bytes apart. */
void window_mark_trial(void);
void window_mark_digits(void);

__asm__(".text\n"
	".p2align 4\n"
	".globl window_mark_trial\n"
	".type window_mark_trial, @function\n"
	"window_mark_trial:\n"
	".byte 0x0f,0x1f,0x84,0x00,0x4e,0x55,0x4e,0x03\n"
	"ret\n"
	".size window_mark_trial, .-window_mark_trial\n"
	".p2align 4\n"
	".globl window_mark_digits\n"
	".type window_mark_digits, @function\n"
	"window_mark_digits:\n"
	".set digit, 0x10\n"
	".rept 16\n"
	".p2align 4\n"
	".byte 0x0f,0x1f,0x84,0x00,0x4e,0x55,0x4e,digit\n"
	"ret\n"
	".set digit, digit + 1\n"
	".endr\n"
	".size window_mark_digits, .-window_mark_digits\n");

#define DIGIT_BYTES 16

static void mark_digit(unsigned digit)
{
	((void (*)(void))((char *)window_mark_digits + digit * DIGIT_BYTES))();
}

static void mark_trial(const char *key)
{
	uint32_t label = window_label(key);

	window_mark_trial();
	for (int shift = 28; shift >= 0; shift -= 4)
		mark_digit(label >> shift & 15);
	WINDOW_MARK(WINDOW_LABELLED);
}

#else

static void mark_trial(const char *key)
{
	(void)key;
}

#endif

/* The windows themselves are closer to the clock than an instrument can be: the trial opens and closes them. */
static int open_trial(void *state, const struct subject *subject)
{
	(void)state;
	mark_trial(subject->point);
	return 0;
}

const struct instrument window_instrument = {
	.name = "window",
	.repetitions = REPETITION_TIMED,
	.modes = MODE_COUNTED,
	.open = open_trial,
};
