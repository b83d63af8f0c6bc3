// SPDX-License-Identifier: GPL-2.0-or-later
/* names - functions by number, from two sorted tables; what they do is no matter here */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "names.h"

struct table {
	uint64_t *at;
	char **text;
	uint32_t count, room, first; /* `first`: number of its first entry */
};

static struct table kernel = { .first = NAMES_FIXED }, program;

static const char *const fixed[NAMES_FIXED] = {
	[NAME_NONE] = "",
	[NAME_CALLER] = "caller",
	[NAME_TASK] = "task",
	[NAME_INTERRUPT] = "interrupt",
	[NAME_LIBRARY] = "[library]",
	[NAME_MODULE] = "[module]",
	[NAME_UNKNOWN] = "[unknown]",
	[NAME_REFILL] = "rmqueue_bulk",
};

static int table_add(struct table *t, uint64_t at, const char *text)
{
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 1 << 12;
		t->at = realloc(t->at, t->room * sizeof(*t->at));
		t->text = realloc(t->text, t->room * sizeof(*t->text));
		if (!t->at || !t->text)
			return -1;
	}
	t->at[t->count] = at;
	t->text[t->count++] = strdup(text);
	return 0;
}

/* Of several names for one address the first is used. */
static int table_load(struct table *t, const char *path)
{
	FILE *file = fopen(path, "re");
	char text[256];
	uint64_t at;
	int failed = !file;

	while (!failed && fscanf(file, "%" SCNx64 " %255s", &at, text) == 2)
		if (!t->count || at > t->at[t->count - 1])
			failed = table_add(t, at, text);
	if (file)
		fclose(file);
	return failed ? -1 : 0;
}

int names_load(const char *kernel_path, const char *program_path)
{
	if (table_load(&kernel, kernel_path) || table_load(&program, program_path))
		return -1;
	program.first = kernel.first + kernel.count;
	return kernel.count ? 0 : -1;
}

/* Index of the last entry at or below; `count` when there is none. */
static uint32_t table_at(const struct table *t, uint64_t address)
{
	uint32_t low = 0, high = t->count;

	if (!t->count || address < t->at[0])
		return t->count;
	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;

		if (t->at[middle] <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint32_t names_at(uint64_t address)
{
	const struct table *t = address < USER_END ? &program : &kernel;
	uint32_t i = table_at(t, address);

	if (t == &program && (i >= t->count - 1 || !program.count)) /* the last one is the end of its text */
		return NAME_LIBRARY;
	if (address >= MODULES && address < MODULES_END)
		return NAME_MODULE;
	return i < t->count ? t->first + i : NAME_UNKNOWN;
}

static const struct table *table_of(uint32_t name)
{
	return name < NAMES_FIXED ? NULL : name < program.first ? &kernel : &program;
}

uint64_t names_address(uint32_t name)
{
	const struct table *t = table_of(name);

	return t ? t->at[name - t->first] : 0;
}

bool names_is_start(uint32_t name, uint64_t address)
{
	return name >= NAMES_FIXED && names_address(name) == address;
}

static uint32_t table_find(const struct table *t, const char *text)
{
	for (uint32_t i = 0; i < t->count; i++)
		if (!strcmp(t->text[i], text))
			return t->first + i;
	return NAME_NONE;
}

uint32_t names_kernel(const char *text)
{
	return table_find(&kernel, text);
}

uint32_t names_program(const char *text)
{
	return table_find(&program, text);
}

static void table_slide(struct table *t, uint64_t by)
{
	for (uint32_t i = 0; i < t->count; i++)
		t->at[i] += by;
}

void names_slide_kernel(uint64_t by)
{
	table_slide(&kernel, by);
}

void names_slide_program(uint64_t by)
{
	table_slide(&program, by);
}

const char *names_text(uint32_t name)
{
	const struct table *t = table_of(name);

	return t ? t->text[name - t->first] : fixed[name];
}

bool names_is_program(uint32_t name)
{
	return table_of(name) == &program;
}
