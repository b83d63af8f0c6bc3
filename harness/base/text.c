// SPDX-License-Identifier: GPL-2.0-or-later
/* text that grows as it is written */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/text.h"

char *text_append(char *text, const char *format, ...)
{
	size_t length = text ? strlen(text) : 0;
	char *more;
	int added;
	va_list args;

	va_start(args, format);
	added = vasprintf(&more, format, args);
	va_end(args);
	if (added < 0)
		alloc_failed();
	text = xrealloc(text, length + added + 1);
	memcpy(text + length, more, added + 1);
	free(more);
	return text;
}

char *text_list(char *list, const char *word)
{
	return text_append(list, "%s%s", list ? ", " : "", word);
}
