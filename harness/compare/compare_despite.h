/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare_despite - a comparison that no difference between the machines stops */
#ifndef NODEHOP_COMPARE_DESPITE_H
#define NODEHOP_COMPARE_DESPITE_H

#include "compare/compare.h"

/*
 * Two runs, judged with every hard fact and revision that differs ignored and listed, and with the A/A records of a's
 * machine below root. Free with compare_free. NULL with a fault.
 */
struct comparison *compare_despite(const struct run *a, const struct run *b, const char *root);

#endif
