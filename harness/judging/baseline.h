/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * baseline - runs that a person promoted: ROOT/MACHINE/NAME/ and ROOT/MACHINE/NAME.pinned/
 *
 * A baseline is a run folder that reads like any other, but small enough to
 * commit: its samples are the session medians of what gates (primary metrics)
 * and of what must not change (exact ones); summary.csv keeps what the run
 * said of those, and env.json says where they come from. The rolling one
 * moves with each promotion, the pinned one only when asked, so that many
 * small steps are seen. A/A records lie beside them in ROOT/MACHINE/aa/.
 */
#ifndef NODEHOP_BASELINE_H
#define NODEHOP_BASELINE_H

#include <jansson.h>
#include <stdbool.h>
#include "record/run.h"

struct aa;

#define BASELINE_ROOT	   "results/baselines"
#define BASELINE_BYTES_MAX (1 << 20)
#define BASELINE_PINNED	   ".pinned"

/* "2s-counted", "amd-epyc-7763-hardware": a name for the machine of this environment; free() it. */
char *baseline_machine(const json_t *env);

/* Adds the A/A records of that machine whose hard facts fit. How many, or -1 with a fault. */
int baseline_add_aa(struct aa *aa, const char *root, const json_t *env);

/* The name that a run gets without one: its kernel's release. free() it. NULL with a fault. */
char *baseline_default_name(const char *run_dir);

/*
 * Makes the run ROOT/MACHINE/NAME; NAME.pinned too when `pin`, or when there is none yet. What was
 * there before goes only when all of the new one is on disk.
 * -1 with a fault: incomplete, a point wrong or broken, nothing measured, too
 * large, not writable, a name that is no file name. 1 with a fault: the run does not know its functions, and the
 * baseline there does, so that nothing could be compared with it.
 */
int baseline_promote(const char *run_dir, const char *root, const char *name, bool pin);

/* One baseline, as listed. */
struct baseline {
	char *dir;		    /* ROOT/MACHINE/NAME */
	const char *machine, *name; /* the last two parts of dir */
	bool pinned;
	long bytes;
};

/* All below root, sorted; free with baseline_list_free. -1 with a fault. */
long baseline_list(const char *root, struct baseline **list);
void baseline_list_free(struct baseline *list, long n);

/* Who promoted what: the "baseline" object of an environment; NULL when it is none. */
const json_t *baseline_provenance(const json_t *env);

/* The same name from its two parts. */
char *baseline_machine_name(const char *machine, const char *mode);

#endif
