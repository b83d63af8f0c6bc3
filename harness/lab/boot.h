/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot - guests from power-on to their end
 *
 * One boot is one session: one seed, one guest, one channel. At most two at a
 * time, and no more than there are CPUs. Whatever a guest does (hang, panic,
 * fill its channel, print without end), its boot ends by the deadline, with a
 * sentence that says how.
 */
#ifndef NODEHOP_BOOT_H
#define NODEHOP_BOOT_H

#include <jansson.h>
#include <stdint.h>
#include "lab/kernels.h"
#include "lab/topology.h"

#define BOOT_DEADLINE_S 600

/* What all boots of a run share. */
struct lab {
	const struct topology *topology; /* as in its file */
	enum timekeeper mode;		 /* TIME_COUNTED or TIME_UNTIMED */
	const struct kernel *kernel;
	const char *append;		   /* the user's kernel arguments, "" for none */
	const char *const *argv;	   /* of nodehop in the guest, "nodehop" first, NULL-terminated */
	unsigned deadline_s;		   /* for each boot, wall time; 0: BOOT_DEADLINE_S */
};

enum boot_end {
	BOOT_PENDING,  /* not started */
	BOOT_DONE,     /* the harness ended; see exit_code */
	BOOT_NO_START, /* init never ran it */
	BOOT_DIED,     /* the guest ended before the harness did, or a signal ended the harness */
	BOOT_LATE,     /* beyond the deadline */
	BOOT_STOPPED,  /* by the user */
	BOOT_TROUBLE,  /* of the host: disk full, QEMU not started */
};

struct boot {
	int session;
	uint64_t seed;
	/* Called with every record as it comes; -1 with a fault makes it BOOT_TROUBLE. */
	int (*record)(const json_t *record, void *context);
	void *context;
	/* the outcome */
	enum boot_end end;
	int exit_code; /* of the harness */
	double wall_s;
	char detail[900]; /* how it ended, when not with exit code 0 */
	char *console;	  /* all that came over it; NULL when it was not started */
	json_t *facts;	  /* of the lab, as the guest got them (channel.h); NULL when it was not started */
};

/* 0 when boots can be tried, or -1 with a fault: no QEMU, no image, a topology with too much memory. */
int boot_check(const struct lab *lab);

/* Boots them all, after boot_check. 0 once each has an end, or -1 with a fault when none could be tried. */
int boot_all(const struct lab *lab, struct boot *boot, int count);

/* How many boots run at the same time here. */
int boot_parallel(void);

/* Frees what boot_all left in it. */
void boot_free(struct boot *boot);

/* Prints the QEMU command of one boot. 0, or -1 with a fault. */
int boot_print(FILE *to, const struct lab *lab, uint64_t seed);

/* "no-start", "guest-died", "deadline", ...: the reason code of an end. */
const char *boot_end_code(enum boot_end end);

#endif
