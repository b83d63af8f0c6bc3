/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * places - where this program's own files are
 *
 * Found from the program itself, so that a build tree and an installed copy
 * both work wherever they lie: BUILD/nodehop or PREFIX/bin/nodehop.
 */
#ifndef NODEHOP_PLACES_H
#define NODEHOP_PLACES_H

/*
 * The first of two files that exists, both relative to the folder of the
 * program: as in the source tree ("../topologies") and as installed
 * ("../share/nodehop/topologies"). free() it. NULL with a fault naming both.
 */
char *place_find(const char *in_tree, const char *installed);

#endif
