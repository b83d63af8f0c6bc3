/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sides - the two sides of an experiment, and taking their sessions
 *
 * A side is a nodehop program with what it is to vary: another kernel or
 * kernel arguments in the lab, another build, another value of an axis. Its
 * sessions are taken by that program, as a process of its own, into a run
 * folder. In counted mode time means nothing, so each side is one lab run of
 * parallel boots; on hardware sessions alternate in balanced random order.
 */
#ifndef NODEHOP_SIDES_H
#define NODEHOP_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIDE_SETS_MAX	  16
#define SIDE_SESSIONS_MAX 100 /* a side */

struct side {
	char *program;				     /* of its build */
	bool other_build;			     /* than the one that asks */
	const char *kernel, *append, *possible_cpus; /* in the lab; NULL: the default */
	const char *set[SIDE_SETS_MAX];		     /* "batch=512" */
	size_t sets;
	const char *knob[SIDE_SETS_MAX]; /* "numa_balancing=1" */
	size_t knobs;
};

/* What both sides have in common. */
struct experiment {
	const char *topology; /* NULL: this very machine */
	const char *mode;     /* counted or fast, in the lab */
	const char *deadline; /* of a boot in the lab; NULL: the lab's own */
	const char *profile;
	char *const *words; /* benchmarks and axes for `run`; NULL-terminated, or NULL */
	const char *log;    /* where the programs' tables go */
};

/* This program, nothing varied. 0, or -1 with a fault. */
int side_init(struct side *side);

/*
 * Reads KEY=VALUE: kernel=, append=, possible_cpus=, build= (a build folder or a nodehop
 * program), knob:NAME=, set:AXIS=. *variant becomes what varies ("kernel", "set:batch"); a second one must be the
 * same. 0, or -1 with a fault.
 */
int side_parse(struct side *side, const char *text, char **variant);

/* Takes the text of --deadline. 0, or -1 with a fault. */
int experiment_deadline(struct experiment *e, const char *text);

/* From here on the runs of both sides say in env.json what varies. */
void sides_declare(const char *variant);

/* Refuses what this machine cannot vary without a reboot, and an axis that the words fix. 0, or -1 with a fault that says what to do instead. */
int side_check(const struct side *side, const struct experiment *e);

/*
 * Takes sessions of one side into the run folder `dir`, with seeds from `seed`
 * up. One that dies is tried once more and then left out. 0, or -1 with a fault.
 */
int side_take(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed, size_t sessions);

/* Both sides, as the machine demands it: in balanced random order, or one after the other. 0, or -1 with a fault. */
int sides_take(const struct side *a, const struct side *b, const struct experiment *e, const char *dir_a,
	       const char *dir_b, uint64_t seed_a, uint64_t seed_b, size_t sessions);

/*
 * When a measurement was interrupted or failed: says why, unless a side's
 * program did, and how many whole sessions there are in the run folders of
 * these names (NULL-terminated) in `folder`. What is not whole is left out.
 */
void sides_report_stopped(const char *folder, const char *const *names);

/* Sessions that died twice and were left out, since the start: a comparison without them is no pass. */
size_t sides_lost(void);

void side_free(struct side *side);

#endif
