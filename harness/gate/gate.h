/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gate - has it become slower? Asked of a gate file: what is asked for, what is found, and the steps of gate_run */
#ifndef NODEHOP_GATE_H
#define NODEHOP_GATE_H

#include "compare/gate_plan.h"
#include "judging/aa.h"
#include "judging/gate_file.h"
#include "lab/kernels.h"
#include "output/compare_format.h"
#include "record/run.h"
#include "sides/sides.h"

#define GATE_SEEDS_APART 500 /* between sides, and between stages */

struct gate {
	/* asked for */
	const char *file, *out, *root, *builder;
	struct gate_file *gate_file;
	struct side a, b;
	struct experiment experiment;
	bool a_given, plan_only, strict, strict_functions;
	char *variant;
	double detect, alpha; /* shares; 0: not given */
	uint64_t screen, confirm, seed;
	int undecided; /* exit code for it */
	const struct compare_format *format;
	/* found */
	char *machine, *name; /* of the baseline */
	struct run *baseline; /* NULL: there is none */
	struct run *pinned;
	struct kernel kernel;
	bool stored; /* side A is the baseline, not measured */
	struct aa *aa;
	struct gate_plan plan;
	struct gate_here *here; /* of this machine; NULL: of the lab */
	char *dir, *log;
};

/* Reads the gate file, and takes from it what the command line leaves open. 0, or -1 with a fault. */
int gate_load_file(struct gate *g);

/*
 * Baselines, A/A records, whether side A must be measured, and the
 * plan, which is printed. 0, or -1 with a fault.
 */
int gate_prepare(struct gate *g);

/*
 * Sets `stored`, having reported what has changed in the lab since the
 * baseline was measured. 0, or -1 with a fault.
 */
int gate_decide_stored(struct gate *g);

/*
 * Reports the benchmarks whose revision, or whose primary metric, differs between the baseline and this build. True: the
 * gate is incomparable.
 */
bool gate_report_meanings(const struct gate *g);

/* What side A and B are in the end; makes side A's build when it must be measured. 0, or -1 with a fault. */
int gate_prepare_sides(struct gate *g);

struct gate_stage {
	const char *name;
	size_t skip, sessions; /* of a stored side A: which */
	uint64_t seed;
};

/* Takes the sessions of a stage and compares them, unjudged. NULL with a fault. */
struct comparison *gate_measure_stage(const struct gate *g, const struct gate_stage *stage);

/* Both stages. NULL with a fault. An incomparable pair comes back unjudged. */
struct comparison *gate_judge(const struct gate *g);

/*
 * What moved since the pinned baseline, printed. Many small steps pass one by
 * one; this does not decide, it shows. 0, or -1 with a fault.
 */
int gate_print_creep(const struct gate *g);

#endif
