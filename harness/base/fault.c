// SPDX-License-Identifier: GPL-2.0-or-later
/* fault - the one stored sentence that says what failed; printing it is the command's job */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "base/printable.h"

static __thread char text[1024] = "no fault";

int fault(const char *format, ...)
{
	char line[sizeof(text)]; /* the arguments may point into text */
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	printable_in_place(line); /* a file's name or text may be in it */
	memcpy(text, line, sizeof(text));
	return -1;
}

int fault_at(const char *format, ...)
{
	char where[256];
	va_list args;

	va_start(args, format);
	vsnprintf(where, sizeof(where), format, args);
	va_end(args);
	return fault("%s: %.700s", where, fault_text());
}

const char *fault_text(void)
{
	return text;
}
