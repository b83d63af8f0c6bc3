/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recover - what a run that was killed left behind: settings, and a folder that is not closed */
#ifndef NODEHOP_RECOVER_H
#define NODEHOP_RECOVER_H

/* Puts settings back, and closes DIR.part as the incomplete run DIR unless dir is NULL. Says what was found. The exit code. */
int recover_after_kill(const char *dir);

#endif
