/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel - what a guest boots: filled by kernels and by its cache, freed by kernel_free (kernels.h) */
#ifndef NODEHOP_KERNEL_H
#define NODEHOP_KERNEL_H

struct kernel {
	char label[64];	    /* the alias, or the file's name: for folder names */
	char *path;	    /* of the bzImage */
	char identity[208]; /* "PACKAGE VERSION", or "sha256:SUM": a hard key of the run */
	char note[800];	    /* a line the user should see, or "" */
};

#endif
