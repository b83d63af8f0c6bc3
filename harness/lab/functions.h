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

/* 0 when kernel or program have a function of that name, or -1 with a fault that names similar ones. */
int functions_check_name(const struct functions *f, const char *name);

/*
 * The argument of QEMU's -plugin; `out` is where it writes its profiles, and `annotate` a function whose instructions it
 * counts one by one, or NULL. free() it.
 */
char *functions_argument(const struct functions *f, const char *annotate, const char *out);

#endif
