/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alloc - memory for what the program itself keeps; it is there, or the program leaves
 *
 * The one policy: who asks here never gets NULL. When there is no memory,
 * one line says so and the process exits with 2; what is on disk stays, and the
 * next start puts settings back. A process that has to leave its outcome first
 * (the child of a trial) says how with alloc_on_failure. Not for sizes that the
 * user chose (regions and their page maps): there, no memory is an outcome.
 */
#ifndef NODEHOP_ALLOC_H
#define NODEHOP_ALLOC_H

#include <stddef.h>

/* As the functions of libc without the x, but for NULL; free() what they return. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *memory, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *text, size_t length) __attribute__((malloc, returns_nonnull));

/*
 * Room for one more item behind the `count` items of `size` bytes: `array`,
 * or where it went. Only for an array that always grew this way, from NULL.
 */
void *xgrow(void *array, size_t count, size_t size) __attribute__((returns_nonnull));

/* Says that there is no memory, and leaves. For those who asked elsewhere (a stream into memory). */
void alloc_failed(void) __attribute__((noreturn));

/* From here on this process calls leave(context) in place of that; it does not return. */
void alloc_on_failure(void (*leave)(void *context), void *context);

/* For main: JSON values, too, are made by these functions. */
void alloc_init(void);

#endif
