/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols - the table of a kernel's functions, made once for each image
 */
#ifndef NODEHOP_SYMBOLS_H
#define NODEHOP_SYMBOLS_H

/*
 * The path of a file of lines "ADDRESS NAME" (hexadecimal, as linked, by
 * ascending address); free() it. It is kept among the fetched kernels,
 * by the sum of the image. NULL with a fault: the image cannot be unpacked, or
 * holds no symbols.
 */
char *symbols_of_kernel(const char *bzimage);

#endif
