// SPDX-License-Identifier: GPL-2.0-or-later
/* printable - bytes that someone else wrote, as text that a terminal shows and does not obey */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
		abort();	/* no memory for a line of text */
	return text;
}
