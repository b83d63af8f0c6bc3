// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * image_symbols - the functions of a kernel, as the unpacked image holds them for /proc/kallsyms
 *
 * The kernel's build lays down, in its read-only data: the names, each a
 * length and that many tokens; markers, where every 256th name begins; in
 * some versions the order by alphabet; the text of the 256 tokens, and an
 * index into that; and for each symbol a 32-bit offset from one base
 * (CONFIG_KALLSYMS_BASE_RELATIVE), before the names or behind the index. No header says where: the
 * index is recognised, and the rest found from it.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "lab/image_symbols.h"

#define TOKENS	    256
#define MARKED	    256 /* names from marker to marker */
#define SYMBOLS_MIN 256
#define SYMBOLS_MAX (4u << 20)
#define ALIGN	    8
#define NAME_MAX_   512
#define KERNEL_TEXT 0xffffffff80000000ull

struct table {
	const unsigned char *image;
	size_t size;
	size_t tokens, index, markers, names; /* where they begin */
	uint32_t marks, count;
	size_t offsets;
	uint64_t base;
};

static uint16_t word16(const struct table *t, size_t at)
{
	uint16_t value;

	memcpy(&value, t->image + at, sizeof(value));
	return value;
}

static uint32_t word32(const struct table *t, size_t at)
{
	uint32_t value;

	memcpy(&value, t->image + at, sizeof(value));
	return value;
}

static uint64_t word64(const struct table *t, size_t at)
{
	uint64_t value;

	memcpy(&value, t->image + at, sizeof(value));
	return value;
}

static size_t aligned(size_t at)
{
	return (at + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

/* ---- finding the tables ---- */

static bool is_index(const struct table *t, size_t at)
{
	if (word16(t, at))
		return false;
	for (int i = 1; i < TOKENS; i++) {
		int step = word16(t, at + 2 * i) - word16(t, at + 2 * i - 2);

		if (step < 2 || step > 64)
			return false;
	}
	return true;
}

/* The tokens lie right before their index: each text ends in a NUL where the index says that the next begins. */
static bool tokens_fit(const struct table *t, size_t tokens)
{
	for (int i = 1; i < TOKENS; i++)
		if (t->image[tokens + word16(t, t->index + 2 * i) - 1])
			return false;
	return t->image[tokens] && t->image[tokens] != ' ';
}

static bool find_tokens(struct table *t)
{
	size_t last = word16(t, t->index + 2 * (TOKENS - 1));

	for (size_t length = 1; length < 64; length++) {
		size_t bytes = aligned(last + length + 1);

		if (bytes <= t->index && tokens_fit(t, t->index - bytes) &&
		    strnlen((const char *)t->image + t->index - bytes + last, 64) == length) {
			t->tokens = t->index - bytes;
			return true;
		}
	}
	return false;
}

/* How many markers begin there: the first is 0, and between two are MARKED names. */
static uint32_t marks_at(const struct table *t, size_t at)
{
	uint32_t marks = 1;

	if (word32(t, at))
		return 0;
	for (; at + 8 <= t->tokens; at += 4, marks++) {
		int64_t step = (int64_t)word32(t, at + 4) - word32(t, at);

		if (step < MARKED || step > MARKED * NAME_MAX_)
			break;
	}
	return marks;
}

/* The bytes of the name there, its length in front; a long one takes two bytes for that. */
static size_t name_bytes(const struct table *t, size_t at)
{
	size_t length = t->image[at];

	return length < 128 ? 1 + length : 2 + ((length & 127) | (size_t)t->image[at + 1] << 7);
}

/* Do that many names, begun there, pass every marker and end where the markers begin? */
static bool names_fit(const struct table *t, size_t names, uint32_t count)
{
	size_t at = names;

	for (uint32_t i = 0; i < count; i++) {
		if (i % MARKED == 0 && at != names + word32(t, t->markers + i / MARKED * 4))
			return false;
		at += name_bytes(t, at);
		if (at > t->markers)
			return false;
	}
	return aligned(at) == t->markers;
}

/* Their count stands right before the names. */
static bool find_names(struct table *t)
{
	size_t last = word32(t, t->markers + (t->marks - 1) * 4), most = last + MARKED * NAME_MAX_;

	for (size_t bytes = aligned(last); bytes < most && bytes + ALIGN <= t->markers; bytes += ALIGN) {
		size_t names = t->markers - bytes;
		uint32_t count = word32(t, names - ALIGN);

		if ((count + MARKED - 1) / MARKED == t->marks && names_fit(t, names, count)) {
			t->names = names;
			t->count = count;
			return count >= SYMBOLS_MIN && count <= SYMBOLS_MAX;
		}
	}
	return false;
}

/* Before the tokens, with nothing between, or the order of the names by alphabet: three bytes each. */
static bool find_markers(struct table *t)
{
	for (size_t at = t->tokens - 4; at > 4 && t->tokens - at < SYMBOLS_MAX; at -= 4) {
		t->markers = at;
		t->marks = marks_at(t, at);
		if (t->marks > 1 && find_names(t))
			return true;
	}
	return false;
}

static bool take_offsets(struct table *t, size_t offsets, size_t base)
{
	if (base + 8 > t->size || word64(t, base) < KERNEL_TEXT || word64(t, base) % 4096)
		return false;
	t->offsets = offsets;
	t->base = word64(t, base);
	return true;
}

static bool find_offsets(struct table *t)
{
	size_t bytes = aligned(t->count * 4ul), behind = t->index + TOKENS * 2, before = t->names - 2 * ALIGN;

	return take_offsets(t, behind, behind + bytes) || (before > bytes && take_offsets(t, before - bytes, before));
}

/* Other data may look like the index: then nothing fits it. */
static bool find_tables(struct table *t)
{
	for (t->index = ALIGN; t->index + TOKENS * 2 <= t->size; t->index += ALIGN)
		if (is_index(t, t->index) && find_tokens(t) && find_markers(t) && find_offsets(t))
			return true;
	return false;
}

/* ---- reading them ---- */

/* The type's letter and the name behind it. */
static size_t print_name(const struct table *t, size_t at, char name[NAME_MAX_])
{
	size_t end = at + name_bytes(t, at), length = 0;

	for (at += t->image[at] < 128 ? 1 : 2; at < end; at++) {
		const char *token = (const char *)t->image + t->tokens + word16(t, t->index + 2 * t->image[at]);

		while (*token && length < NAME_MAX_ - 1)
			name[length++] = *token++;
	}
	name[length] = '\0';
	return end;
}

/* Negative: below the base (symbols of each CPU are absolute then); else, in newer kernels, above it. */
static uint64_t address_of(const struct table *t, uint32_t i, bool negative)
{
	int32_t offset = word32(t, t->offsets + 4ul * i);

	if (negative)
		return offset < 0 ? t->base - 1 - (int64_t)offset : (uint64_t)offset;
	return t->base + (uint32_t)offset;
}

static bool any_negative(const struct table *t)
{
	for (uint32_t i = 0; i < t->count; i++)
		if ((int32_t)word32(t, t->offsets + 4ul * i) < 0)
			return true;
	return false;
}

static bool is_text(const char *name, uint64_t address)
{
	return strchr("tTwW", *name) && name[1] && address >= KERNEL_TEXT;
}

long image_symbols(const void *image, size_t size, void (*each)(uint64_t address, const char *name, void *context),
		   void *context)
{
	struct table t = { .image = image, .size = size };
	char name[NAME_MAX_];
	size_t at;
	bool negative;
	long found = 0;

	if (!find_tables(&t))
		return fault("no table of symbols is in it (CONFIG_KALLSYMS), or one of an unknown form");
	negative = any_negative(&t);
	at = t.names;
	for (uint32_t i = 0; i < t.count; i++) {
		uint64_t address = address_of(&t, i, negative);

		at = print_name(&t, at, name);
		if (!is_text(name, address))
			continue;
		each(address, name + 1, context);
		found++;
	}
	return found;
}
