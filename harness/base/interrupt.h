/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * interrupt - the signals that end a command: SIGINT, SIGTERM, SIGHUP, SIGQUIT
 *
 * At first they end it at once. A command that has something to close or to
 * put back has them noted instead, looks at the flag, and ends within a
 * second. Either way it exits with 128 + the signal's number.
 */
#ifndef NODEHOP_INTERRUPT_H
#define NODEHOP_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Is it one of these signals? */
bool interrupt_is_ending(int number);

/* For main: from here on they end the process with 128 + their number. */
void interrupt_init(void);

/* From here on they are noted. */
void interrupt_note(void);

/* The signal that came, or 0. Its address never changes. */
const volatile sig_atomic_t *interrupt_flag(void);

/*
 * A signal is handed on to this process, or, when negative, to that process
 * group; one that came before is handed on now. 0 for none.
 */
void interrupt_pass_to(pid_t pid);

/* For a process just forked: they act as in any program. */
void interrupt_forget(void);

/* Keeps them waiting, so that a look at the flag and a wait that they end (ppoll with *before) leave no gap. */
void interrupt_hold(sigset_t *before);
void interrupt_release(const sigset_t *before);

/* "SIGINT", for a message. */
const char *interrupt_name(void);

/* The exit code: 128 + the signal that came, or `code`. */
int interrupt_exit_code(int code);

#endif
