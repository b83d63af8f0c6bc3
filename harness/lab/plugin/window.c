// SPDX-License-Identifier: GPL-2.0-or-later
/* window - the measured regions: when they open and close, and whose they are */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "../../instruments/window.h"
#include "annotate.h"
#include "events.h"
#include "qemu_plugin.h"
#include "stacks.h"
#include "tree.h"
#include "window.h"

static FILE *out;
static uint64_t self;
static void (*when_armed)(uint64_t plugin);
static bool asked, is_armed, is_open;
static uint32_t label;
static uint64_t dropped;

int window_init(uint64_t plugin, const char *path, void (*armed)(uint64_t plugin))
{
	self = plugin;
	when_armed = armed;
	out = fopen(path, "we");
	return out ? 0 : -1;
}

bool window_is_armed(void)
{
	return is_armed;
}

int window_marker(const unsigned char *code, size_t size)
{
	static const unsigned char prefix[] = { WINDOW_MARKER_BYTES };

	if (size != sizeof(prefix) + 1 || memcmp(code, prefix, sizeof(prefix)))
		return -1;
	return code[sizeof(prefix)];
}

/* All was translated without counting: it is thrown away, once. */
static void arm(uint64_t plugin)
{
	is_armed = true;
	when_armed(plugin);
}

static void begin_trial(void)
{
	label = 0;
	if (is_open) /* the trial before died in it */
		tree_abandon();
	is_open = false;
	if (!asked)
		qemu_plugin_reset(self, arm);
	asked = true;
}

static void open_window(void)
{
	if (!is_armed || is_open)
		return;
	is_open = true;
	stacks_set_caller();
	tree_open();
	events_open();
	annotate_open();
}

static void close_window(void)
{
	if (!is_open)
		return;
	is_open = false;
	tree_close(out);
	events_close(out);
	annotate_close(out);
	fputs("E\n", out);
	if (tree_dropped != dropped)
		fprintf(out, "D %" PRIu64 "\n", tree_dropped - dropped);
	dropped = tree_dropped;
	fflush(out);
}

/* The label comes in digits, most significant first; the last one ends it. */
static void take_digit(unsigned digit)
{
	label = label << 4 | digit;
}

void window_on_marker(unsigned cpu, void *data)
{
	int marker = (intptr_t)data;

	(void)cpu;
	if (marker == WINDOW_TRIAL)
		begin_trial();
	else if (marker == WINDOW_OPEN)
		open_window();
	else if (marker == WINDOW_CLOSE)
		close_window();
	else if (marker == WINDOW_LABELLED)
		fprintf(out, "T %" PRIx32 "\n", label);
	else if (marker >= WINDOW_DIGIT && marker < WINDOW_DIGIT + 16)
		take_digit(marker - WINDOW_DIGIT);
}
