/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file - files that are there whole or not at all
 *
 * A draft is written beside its final name and takes that name, by rename,
 * only when all of it is on disk.
 */
#ifndef NODEHOP_FILE_H
#define NODEHOP_FILE_H

#include <stddef.h>
#include <stdio.h>

struct file_draft {
	FILE *file;
	char *path, *temporary;
};

/* 0, or -1 with a fault. After 0, end with one of the two below. */
int file_draft_open(struct file_draft *draft, const char *path);

/* Flushes to disk and renames. 0, or -1 with a fault (disk full) and no file. */
int file_draft_close(struct file_draft *draft);
void file_draft_abandon(struct file_draft *draft);

/* The text as a whole file. 0, or -1 with a fault. */
int file_write_text(const char *path, const char *text);

/* A whole copy under another name. 0, or -1 with a fault. */
int file_copy(const char *from, const char *to);

/* A file's bytes, mapped for reading; "" and 0 for an empty one. */
struct file_map {
	const char *bytes;
	size_t size;
};

/* 0, or -1 with a fault (missing, no file). */
int file_map(struct file_map *map, const char *path);
void file_unmap(struct file_map *map);

#define FILE_SHA256_TEXT 65 /* hex digits and NUL */

/* 0 and the sum as hex digits, or -1 with a fault. */
int file_sha256(const char *path, char hex[FILE_SHA256_TEXT]);

/* Brings a folder's entries (creations, renames) to disk. 0, or -1 with a fault. */
int file_sync_folder(const char *path);

/* Makes the folders that this path lies in. 0, or -1 with a fault. */
int file_make_parents(const char *path);

/* Makes this folder, too; one that is there is fine. 0, or -1 with a fault. */
int file_make_folders(const char *path);

/* The same, and keeps it for this process until that ends: -1 with a fault when another one has it. */
int file_claim_folder(const char *path);

/* Removes the folder and all that is in it; one that is not there is a fault. 0, or -1 with it. */
int file_remove_folder(const char *path);

/* Removes the files in the folder whose names match (fnmatch); folders in it stay. Keeps the fault of whoever calls. */
void file_remove_matching(const char *folder, const char *pattern);

/* "FOLDER/NAME"; free() it. Never NULL. */
char *file_path(const char *folder, const char *name);

#endif
