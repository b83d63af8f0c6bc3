/* SPDX-License-Identifier: GPL-2.0-or-later */
/* aa_functions - how far apart sessions of one build put each function of a point */
#ifndef NODEHOP_AA_FUNCTIONS_H
#define NODEHOP_AA_FUNCTIONS_H

#include <jansson.h>
#include "record/run.h"

#define AA_NOISE_LEAST 0.05 /* instructions a unit: what functions.csv tells apart */

/* Adds "functions" to the points of an A/A record that both runs know the functions of. 0, or -1 with a fault. */
int aa_functions_add(json_t *points, const struct run *a, const struct run *b);

#endif
