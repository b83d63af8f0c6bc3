/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * knobs - kernel settings that are changed while we measure, and put back
 *
 * Before a knob is written its old value goes into a journal on disk
 * (journal.h), so that it comes back when the run ends, when a child dies, when
 * the harness gets a signal, and, after kill -9, at the next start. What could
 * not be put back stays in the journal, and is said, until it is. Settings do
 * not outlive a reboot: a journal of an earlier boot is dropped, and said.
 */
#ifndef NODEHOP_KNOBS_H
#define NODEHOP_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include "settings/knob_report.h"

/*
 * The file behind a name ("numa_balancing", "thp", "ksm", ...; see knob_names.c
 * and cgroup.c) or behind a path given as it is, which must lie below /proc/sys
 * or /sys. NULL with a fault and errno: ENOENT where this kernel has none,
 * EACCES where it is hidden from this user, EINVAL where it is no setting.
 */
const char *knob_path(const char *knob);

/* The name of what a path stands for; the path where it has none. */
const char *knob_name(const char *knob);

/* Its present value (the word in brackets for a choice); free() it. NULL with a fault. */
char *knob_read(const char *knob);

/* Has it this value, in the same words? False with a fault where it cannot be read. */
bool knob_is(const char *knob, const char *value);

/*
 * Opens the journal, and first puts back what a run that was killed left
 * changed. `report` is called for each, and later for each that cannot be put
 * back. Call with the lock held (lock.h). 0; -1 with a fault that says why
 * settings stay as they are; then knob_set fails.
 */
int knobs_open(void (*report)(const struct knob_report *knob));

/* Calls `report` (NULL: none) for each change that the journal holds, and changes nothing. How many; -1 with a fault (damaged). */
long knobs_left(void (*report)(const struct knob_report *knob));

/* How many changes of an earlier boot the last knobs_open or knobs_left found in the journal; the reboot undid them. */
size_t knobs_of_earlier_boot(void);

/* A point in time: knobs_restore puts back what was changed after it. */
unsigned long knobs_mark(void);

/* Could this user change it, and have it put back? */
bool knob_may_be_set(const char *knob);

struct knob_setting {
	const char *knob, *value;
};

/*
 * Changes knobs, in this order, the journal written once before the first; those that have the value already are left.
 * 0, or -1 with a fault (no such knob, no right, held at another value; errno ERANGE: the kernel made another value
 * of it), and then none of them is changed.
 */
int knobs_set(const struct knob_setting *setting, size_t n);
int knob_set(const char *knob, const char *value);

/*
 * Changes a knob that the user wants held, also when it has the value already: from then on knob_set refuses another
 * value. As knob_set.
 */
int knob_hold(const char *knob, const char *value);
bool knob_is_held(const char *knob);

/*
 * Puts back the changes made after the mark, latest first, and reads each back; mark 0: all. -1 with a fault if one
 * could not be: that one has been reported, stays in the journal and is tried again by the next start.
 */
int knobs_restore(unsigned long mark);

/* For the parent of a process that changed knobs and has ended: puts back what it left in the journal. As knobs_restore. */
int knobs_adopt(void);

/* Calls `each` for each change made after the mark and in force, with printable values; `to` as the kernel shows it. */
void knobs_changed(unsigned long mark, void (*each)(const char *path, const char *found, const char *to));

#endif
