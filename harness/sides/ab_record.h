/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ab_record - what `ab --aa` measured becomes the machine's A/A record, or a part of it */
#ifndef NODEHOP_AB_RECORD_H
#define NODEHOP_AB_RECORD_H

#include <stdint.h>
#include "record/run.h"

struct ab_record {
	const char *root, *name; /* name NULL: the kernel's, of side A */
	double alpha, session_s; /* what one session took */
	bool in_turns;		 /* on this machine: a part is added; in the lab the record is replaced */
	uint64_t order_seed;	 /* of the turns */
};

/* Writes and prints it. 0, or -1 with a fault. */
int ab_record_write(const struct ab_record *r, const struct run *a, const struct run *b);

#endif
