/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * functions - what a counted boot needs to tell which functions its instructions are in
 */
#ifndef NODEHOP_FUNCTIONS_H
#define NODEHOP_FUNCTIONS_H

/* Files of the plugin (lab/plugin): itself, and the symbols of kernel and program. */
struct functions {
	char *plugin, *kernel, *program;
};

/*
 * Finds them, and tries whether this QEMU loads the plugin. 0, or -1 with a
 * fault: another QEMU than the plugin was proven with, one without plugins, a
 * kernel without symbols. Then functions_free either way.
 */
int functions_find(struct functions *f, const char *bzimage, const char *image);

void functions_free(struct functions *f);

/* The argument of QEMU's -plugin; `out` is where it writes its profiles. free() it. */
char *functions_argument(const struct functions *f, const char *out);

#endif
