/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model - what a move costs for each call, each folio and each byte
 *
 *   t = a * calls + b * folios + c * bytes
 *
 * with the path for t where functions are known (record/path.h); fitted to
 * the medians of a benchmark's points by least squares weighted
 * with 1/t^2 (so that what is small counts as much as what is large), apart
 * for each pair of nodes, for memory mapped by page table entries and by page
 * middle directories, and for each kind of page that is not plain anonymous
 * memory. What the points cannot tell apart stays together.
 */
#ifndef NODEHOP_MODEL_H
#define NODEHOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include "analysis/values.h"

enum model_term { TERM_CALL, TERM_FOLIO, TERM_BYTE, MODEL_TERMS };

#define MODEL_FOLIO_SIZES 3 /* as many are needed before a folio and its bytes can be told apart */

/* What one repetition of a point took, and did. */
struct observation {
	double time, calls, folios, bytes;
};

/*
 * Fits the first `terms` terms to n observations. False (and nothing stored)
 * when there are not more observations than terms, or when they do not tell
 * the terms apart. `residual`: the largest |fitted / time - 1|.
 */
bool model_fit(const struct observation *o, size_t n, unsigned terms, double *coefficient, double *residual);

struct model {
	char *benchmark;  /* with the axes that tell it from its neighbours: "move_pages threads=2" */
	char pair[24];	  /* "0:1" */
	char *mapping;	  /* "pte", "pmd", "pte shared", ... */
	const char *unit; /* of the time: ns, instructions (all that was executed), path instructions */
	bool counted;	  /* in instructions; a byte's share of all of them is an artefact */
	bool path;	  /* of the path, where functions are known */
	size_t points;	  /* that were fitted */
	int sessions;
	unsigned folio_sizes; /* different ones among the points */
	double folio_bytes;   /* the size, when it is one */
	unsigned terms;	      /* fitted: 2 (a folio holds the cost of its bytes), 3, or 0 when that cannot be */
	double value[MODEL_TERMS];
	double lo[MODEL_TERMS], hi[MODEL_TERMS]; /* NAN below six sessions */
	double residual;
	char note[200]; /* what the points do not say, and why */
};

struct models {
	struct model *model;
	size_t n;
};

/*
 * One model a benchmark, pair and mapping that moved folios in time that may
 * be quoted; none is no fault. `values` must outlive the result.
 */
struct models *models_fit(const struct values *values);

void models_free(struct models *models);

/* Between run_collect and run_seal: writes model.csv into DIR.part/ when there is a model. 0, or -1 with a fault. */
int models_write(const char *dir);

#endif
