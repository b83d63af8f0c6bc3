/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - a run folder, drawn by the Python package */
#ifndef NODEHOP_REPORT_H
#define NODEHOP_REPORT_H

/* All but `run` may be NULL. They are handed on to Python as they are. */
struct report_request {
	char *run, *base, *out, *variant, *comparison, *aa, *explanation;
};

/* Becomes Python. Returns only with a fault: -1. */
int report_exec(const struct report_request *r);

#endif
