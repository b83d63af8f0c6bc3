/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder_name - a machine's or kernel's name as part of a folder's name */
#ifndef NODEHOP_FOLDER_NAME_H
#define NODEHOP_FOLDER_NAME_H

/*
 * Letters, digits, '.' and '_' stay; whatever else stands between them becomes one '-', at either end nothing. So no
 * shell needs quotes for it. free() it.
 */
char *folder_name(const char *name);

#endif
