// SPDX-License-Identifier: GPL-2.0-or-later
/* text - text that grows as it is written */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/text.h"

char *text_of_args(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		alloc_failed();
	return text;
}

char *text_append(char *text, const char *format, ...)
{
	size_t length = text ? strlen(text) : 0, added;
	char *more;
	va_list args;

	va_start(args, format);
	more = text_of_args(format, args);
	va_end(args);
	added = strlen(more);
	text = xrealloc(text, length + added + 1);
	memcpy(text + length, more, added + 1);
	free(more);
	return text;
}

char *text_list(char *list, const char *word)
{
	return text_append(list, "%s%s", list ? ", " : "", word);
}
