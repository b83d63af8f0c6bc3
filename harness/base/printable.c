// SPDX-License-Identifier: GPL-2.0-or-later
/* printable - bytes that someone else wrote, as text that a terminal shows and does not obey */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/printable.h"

static void print_byte(FILE *out, unsigned char byte)
{
	static const char from[] = "\n\t\\", to[] = "nt\\";
	const char *plain = byte ? strchr(from, byte) : NULL;

	if (plain)
		fprintf(out, "\\%c", to[plain - from]);
	else if (byte < ' ' || byte > '~')
		fprintf(out, "\\x%02x", byte);
	else
		putc(byte, out);
}

char *printable(const char *bytes, size_t size)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	for (size_t i = 0; out && i < size; i++)
		print_byte(out, bytes[i]);
	if (!out || fclose(out))
		alloc_failed();
	return text;
}

/* The code point of the `length` bytes at `at`, or 0 when they are not well-formed. */
static unsigned decode(const unsigned char *at, size_t length)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned code = length == 1 ? at[0] : at[0] & (0x7f >> length);

	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code >= least[length] ? code : 0;
}

static bool can_be_shown(unsigned code)
{
	bool control = code < 0x20 || (code >= 0x7f && code < 0xa0), surrogate = code >= 0xd800 && code < 0xe000;
	bool noncharacter = (code & 0xfffe) == 0xfffe,
	     direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

	return !control && !surrogate && !noncharacter && !direction && code <= 0x10ffff;
}

size_t printable_bytes(const char *at)
{
	unsigned char first = *at;
	size_t length = first < 0x80   ? 1
			: first < 0xc2 ? 0
			: first < 0xe0 ? 2
			: first < 0xf0 ? 3
			: first < 0xf5 ? 4
				       : 0;

	return length && can_be_shown(decode((const unsigned char *)at, length)) ? length : 0;
}

void printable_in_place(char *text)
{
	if (!strncmp(text, "::", 2))
		*text = '?';
	while (*text) {
		size_t length = printable_bytes(text);

		if (!length)
			*text = strchr("\n\t\r", *text) ? ' ' : '?';
		text += length ?: 1;
	}
}
