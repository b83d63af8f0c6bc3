/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz - what the drivers in tests/fuzz/drivers share
 *
 * A driver reads one input in any shape. libFuzzer calls it, or replay.c with
 * the files that are named on its command line.
 */
#ifndef NODEHOP_FUZZ_H
#define NODEHOP_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's name for a driver. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A folder below TMPDIR for this process alone, which goes with it. tests/fuzz/run gives it one in memory. */
const char *fuzz_folder(void);

/* FOLDER/NAME with these bytes in the place of what was there; valid until the next call. */
const char *fuzz_write(const char *name, const void *bytes, size_t size);

/* The next part of an input, up to a line "====" (or its end), as text; NULL behind the last. free() it. */
char *fuzz_part(const uint8_t **data, size_t *size, size_t *length);

/* The input as text, up to its first NUL; free() it. */
char *fuzz_text(const uint8_t *data, size_t size);

/* What was read must hold this; else says so and aborts. */
#define fuzz_hold(what) fuzz_held(what, #what, __FILE__, __LINE__)
void fuzz_held(int holds, const char *what, const char *file, int line);

#endif
