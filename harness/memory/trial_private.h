/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial_private - the half of a trial that its benchmark does not see
 *
 * Engine, promises, kit and memory work on it; a benchmark has its pointer,
 * and calls skipped(), trial_left(), region_map() and their like.
 */
#ifndef NODEHOP_TRIAL_PRIVATE_H
#define NODEHOP_TRIAL_PRIVATE_H

#include "bench.h"

#define REGIONS_MAX 256 /* of all runs of a train together */

struct machine;

struct trial_private {
	const struct machine *machine;
	enum outcome (*work)(struct trial *t); /* of a benchmark that has it instead of run */
	struct region *region[REGIONS_MAX];    /* that were mapped */
	size_t regions;
	size_t left_verified; /* pages in `left` that a verify has counted */
	char reason[48], detail[400];
};

#endif
