// SPDX-License-Identifier: GPL-2.0-or-later
/* alloc - what happens when there is no memory, in one place */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"

static struct {
	void (*leave)(void *context);
	void *context;
} on_failure;

void alloc_on_failure(void (*leave)(void *context), void *context)
{
	on_failure.leave = leave;
	on_failure.context = context;
}

void alloc_failed(void)
{
	if (on_failure.leave)
		on_failure.leave(on_failure.context);
	fputs("nodehop: out of memory\n", stderr);
	exit(2);
}

static void *there(void *memory)
{
	if (!memory)
		alloc_failed();
	return memory;
}

void *xmalloc(size_t size)
{
	return there(malloc(size ?: 1));
}

void *xcalloc(size_t count, size_t size)
{
	return there(calloc(count ?: 1, size ?: 1));
}

void *xrealloc(void *memory, size_t size)
{
	return there(realloc(memory, size ?: 1));
}

char *xstrdup(const char *text)
{
	return there(strdup(text));
}

char *xstrndup(const char *text, size_t length)
{
	return there(strndup(text, length));
}

/* It doubles whenever it is full, which is at the powers of two. */
void *xgrow(void *array, size_t count, size_t size)
{
	size_t bytes = size;

	if (count & (count - 1))
		return array;
	if (count && __builtin_mul_overflow(count, 2 * size, &bytes))
		alloc_failed();
	return xrealloc(array, bytes);
}

void alloc_init(void)
{
	json_set_alloc_funcs(xmalloc, free);
}
