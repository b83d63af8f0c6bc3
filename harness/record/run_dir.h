/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run_dir - what a run folder may be called, and what it is called meanwhile
 */
#ifndef NODEHOP_RUN_DIR_H
#define NODEHOP_RUN_DIR_H

/*
 * The name of a run folder that shall be made, without slashes at its end;
 * free() it. NULL with a fault when it cannot be one: empty, not UTF-8 (it
 * stands in JSON), or with the ending of a run in progress.
 */
char *run_dir_new(const char *name);

/* The name of a run that is there, given as DIR or as DIR.part, with slashes or without; free() it. */
char *run_dir_of(const char *name);

/* "DIR.part": what DIR is called until it is closed; free() it. */
char *run_part_path(const char *dir);

#endif
