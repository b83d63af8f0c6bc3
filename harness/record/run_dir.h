/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run_dir - what a run folder may be called, what it is called meanwhile, and what the logs in it are called
 */
#ifndef NODEHOP_RUN_DIR_H
#define NODEHOP_RUN_DIR_H

#include <stdbool.h>

/*
 * The name of a run folder that is to be made, without slashes at its end;
 * free() it. NULL with a fault when it cannot be one: empty, not UTF-8 (it
 * stands in JSON), or with the ending of a run in progress.
 */
char *run_dir_new(const char *name);

/* The name of a run that is there, given as DIR or as DIR.part, with slashes or without; free() it. */
char *run_dir_of(const char *name);

/* "DIR.part": what DIR is called until it is closed; free() it. */
char *run_part_path(const char *dir);

/* Does the name end as that of a run in progress? */
bool run_dir_is_part(const char *name);

/*
 * "DIR.part/session-NNN.log", or "DIR.part/session-NNN.resumed-N.log" when the
 * session has that many logs before this one; free() it.
 */
char *run_log_path(const char *dir, int session, int before);

/* Is a file of this name the log of a session? Does it belong to this one? */
bool run_is_log(const char *name);
bool run_is_log_of(const char *name, int session);

/*
 * The names of the session logs in a folder, NULL-terminated: sessions ascend,
 * and a resumed one's logs too. Their count, or -1 with a fault.
 */
long run_logs(const char *folder, char ***names);
void run_logs_free(char **names);

/* What a folder that is not closed may be, and what to do with it: only session logs can be recovered; free() it. */
char *run_part_advice(const char *part);

/* Removes them. */
void run_logs_remove(const char *folder);

#endif
