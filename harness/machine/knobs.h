/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * knobs - kernel settings that are changed while we measure, and put back
 *
 * Before a knob is written its old value goes into a journal on disk, so that
 * it comes back when the run ends, when a child dies, when the harness gets a
 * signal, and, after kill -9, at the next start. Settings do not outlive a
 * reboot: a journal of an earlier boot is dropped.
 */
#ifndef NODEHOP_KNOBS_H
#define NODEHOP_KNOBS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The file behind a name ("numa_balancing", "thp", "ksm", ...; see knobs.c and
 * cgroup.c) or behind a path given as it is. NULL with a fault and errno:
 * ENOENT where this kernel has none, EACCES where it is hidden from this user.
 */
const char *knob_path(const char *knob);

/* Its present value (the word in brackets for a choice). 0, or -1 with a fault. */
int knob_read(const char *knob, char *value, size_t size);

/*
 * Opens the journal, and first puts back what a run that was killed left
 * changed. `told` is called for each knob put back. Call with the lock held
 * (lock.h). 0, or -1 with a fault; without the right to write, knob_set fails.
 */
int knobs_open(void (*told)(const char *path, const char *from, const char *to));

/* How many changes are in force; the mark for knobs_restore. */
size_t knobs_mark(void);

/* Changes a knob; nothing happens when it has the value already. 0, or -1 with a fault (no such knob, no right). */
int knob_set(const char *knob, const char *value);

/*
 * Changes a knob that the user wants held, also when it has the value already:
 * knob_is_held() says so to whoever would make the machine quiet. As knob_set.
 */
int knob_hold(const char *knob, const char *value);
bool knob_is_held(const char *knob);

/* Puts back the changes made after the mark, latest first. Faults are kept but do not stop it: -1 if one could not. */
int knobs_restore(size_t mark);

/* The i-th change in force: path, old and new value. */
void knob_change(size_t i, const char **path, const char **from, const char **to);

#endif
