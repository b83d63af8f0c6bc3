/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * subprocess - run a program, with an end to the wait
 */
#ifndef NODEHOP_SUBPROCESS_H
#define NODEHOP_SUBPROCESS_H

/*
 * Runs argv (found on the PATH, C locale, nothing to read, in `folder` unless
 * that is NULL) and waits at most limit_s seconds for it to end; then it and
 * all it started are killed. *output gets its standard output (free() it);
 * NULL to drop it. Returns its exit code, or -1 with a fault: it is not
 * installed, took too long, died of a signal. After a code other than 0 the
 * fault is the last line it printed as an error.
 */
int subprocess_run(const char *const *argv, const char *folder, unsigned limit_s, char **output);

#endif
