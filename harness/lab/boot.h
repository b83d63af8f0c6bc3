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
#include <stdbool.h>
#include <stdint.h>
#include "functions/calltree.h"
#include "lab/kernels.h"
#include "lab/topology.h"

#define BOOT_DEADLINE_S 600 /* at least, where none is given */
#define BOOT_UP_S	120 /* to the first sign of life, where no deadline is given */

/* What all boots of a run share. */
struct lab {
	const struct topology *topology; /* as in its file */
	enum timekeeper mode;		 /* TIME_COUNTED or TIME_UNTIMED */
	const struct kernel *kernel;
	const char *append;	 /* the user's kernel arguments, "" for none */
	const char *const *argv; /* of nodehop in the guest, "nodehop" first, NULL-terminated */
	bool no_functions;	 /* do not report which functions a counted boot's instructions are in */
	const char *annotate;	 /* a function whose instructions are counted one by one; NULL for none */
	unsigned deadline_s;	 /* each try of a boot ends by then, alive or not; 0: not given */
	double expected_s;	 /* what a boot should take on an idle host; 0: not known */
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
	/*
	 * Called when its guest hung or died and is booted once more, with how: what
	 * was recorded is void. -1 with a fault makes it BOOT_TROUBLE. NULL: it is
	 * booted again only where it recorded nothing.
	 */
	int (*again)(const char *how, void *context);
	void *context;
	/* the outcome */
	char died[900]; /* how its first try ended, when that was not its end */
	enum boot_end end;
	int exit_code; /* of the harness */
	double wall_s;
	char detail[900];	/* how it ended, when not with exit code 0 */
	char *console;		/* all that came over it; NULL when it was not started */
	struct calltree *calls; /* its functions, as far as it came; NULL where none are known */
	json_t *facts;		/* of the lab, as the guest got them (channel.h); NULL when it was not started */
};

/* "300s" into seconds, at most a day. 0, or -1 with a fault. */
int boot_parse_deadline(const char *text, unsigned *deadline_s);

/*
 * {"hard": {...}}: what every run of this lab says of the lab itself (topology,
 * mode, kernel, its arguments, QEMU). NULL with a fault.
 */
json_t *boot_facts(const struct lab *lab);

/* 0 when boots can be tried, or -1 with a fault: no QEMU, no image, a topology with too much memory. */
int boot_check(const struct lab *lab);

/*
 * 0 when it can be seen which functions a counted boot's instructions are in, or -1 with a fault that says why not: there
 * is no function to annotate of that name, too.
 */
int boot_check_functions(const struct lab *lab);

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
