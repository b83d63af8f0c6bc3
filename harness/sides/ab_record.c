// SPDX-License-Identifier: GPL-2.0-or-later
/* ab_record - writes what two equal sides measured into the machine's A/A record */
#include <stdio.h>
#include <stdlib.h>
#include "analysis/env_text.h"
#include "compare/aa_record.h"
#include "judging/aa_parts.h"
#include "sides/ab_record.h"
#include "sides/order.h"
#include "sides/sides.h"

/* How far the record of this machine has come. */
static int print_parts(const char *path)
{
	struct aa_parts *parts = aa_parts_load(path);
	char *has = parts ? aa_parts_describe(parts) : NULL, *doubt = parts ? aa_parts_doubt(parts) : NULL;

	if (has)
		printf("it has %s; a gate by it %s%s\n", has, doubt ? "stays advisory: " : "decides",
		       doubt ? doubt : "");
	free(has);
	free(doubt);
	aa_parts_free(parts);
	return has ? 0 : -1;
}

int ab_record_write(const struct ab_record *r, const struct run *a, const struct run *b)
{
	bool b_first[SIDE_SESSIONS_MAX];
	json_t *record;
	char *path;
	int result = -1;

	order_pairs(b_first, SIDE_SESSIONS_MAX, r->order_seed);
	record = aa_record(a, b, r->alpha, r->session_s, r->in_turns ? b_first : NULL);
	path = record ? aa_record_write(&record, a->env, r->root, r->name ? r->name : env_kernel(a->env)) : NULL;
	if (path) {
		aa_record_print(stdout, record);
		printf("A/A record: %s\n", path);
		result = r->in_turns ? print_parts(path) : 0;
	}
	json_decref(record);
	free(path);
	return result;
}
