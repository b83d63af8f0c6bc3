/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole - the sessions of an incomplete run that ended by themselves become a run without the others */
#ifndef NODEHOP_WHOLE_H
#define NODEHOP_WHOLE_H

struct whole {
	int kept, left_out; /* sessions */
};

/*
 * Writes the tables of DIR.part/ anew from whole sessions alone (summary and
 * run_seal are still to come); the logs of the others stay as left-out-*. With
 * no whole session (kept is 0) all stays as it is. 0, or -1 with a fault: it is
 * complete, is no run, or is being measured.
 */
int run_keep_whole(const char *dir, struct whole *whole);

#endif
