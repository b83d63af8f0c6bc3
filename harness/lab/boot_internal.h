/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot_internal - what starting, watching and ending a boot share (boot*.c only)
 */
#ifndef NODEHOP_BOOT_INTERNAL_H
#define NODEHOP_BOOT_INTERNAL_H

#include <stdbool.h>
#include <sys/types.h>
#include "lab/boot.h"
#include "lab/channel_host.h"
#include "lab/functions.h"

#define BOOT_ATTEMPTS	 2	   /* one boot in some hundred hangs or ends early for no known cause */
#define BOOT_CONSOLE_MAX (8 << 20) /* bytes; beyond it a guest prints without end */

/* What all boots of one call share and its caller need not know. */
struct shared {
	const struct lab *lab;
	struct topology *form;
	char *image, *append;
	struct functions functions; /* no plugin: none are known */
	bool kvm;		    /* until a boot shows that it does not work */
};

/* A boot under way. */
struct running {
	struct boot *boot;
	pid_t pid;
	struct channel channel;
	int image, console; /* files in memory: nothing is left behind, whatever ends us */
	int swap, madt;	    /* the same; -1: the form has none */
	int attempt;	    /* from 1 */
	double start_s;	    /* of this attempt */
	double first_s;	    /* of the first one */
	bool up;	    /* init's first line came */
};

/* ---- boot_start.c ---- */

/* Starts a guest for this boot. 0, or -1 with a fault; either way it must be finished. */
int boot_start(const struct shared *shared, struct running *r, struct boot *boot);

/* The same guest once more. 0, or -1 with a fault. */
int boot_start_again(const struct shared *shared, struct running *r);

/* Paths that QEMU is given. */
struct boot_files {
	const char *image, *channel, *swap, *madt, *profile;
};

/* QEMU's command with these files. qemu_free() it; NULL with a fault. */
char **boot_command(const struct shared *shared, uint64_t seed, const struct boot_files *files);

/* ---- boot_end.c ---- */

unsigned boot_deadline_s(const struct lab *lab);

/* The guest's console as a text: NULs become spaces. free() it. */
char *boot_console(int fd);

/* Puts the end into the boot and lets go of the guest's files. */
void boot_finish(struct running *r, enum boot_end end, const char *detail);

/* The same, with the console's last lines in the detail. */
void boot_finish_died(struct running *r, enum boot_end end, const char *how);

/* QEMU ended on its own: what that means. May start the guest again. */
void boot_judge_end(struct shared *shared, struct running *r);

/* The guest is over its time, and QEMU killed: what that means. May start the guest again. */
void boot_judge_late(struct shared *shared, struct running *r);

#endif
