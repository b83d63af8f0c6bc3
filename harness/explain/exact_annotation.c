// SPDX-License-Identifier: GPL-2.0-or-later
/* exact_annotation - puts the executed instructions of a function in order */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "explain/exact_annotation.h"

/* A number of an instruction, beside the instruction, so that it can be sorted by. */
struct executed {
	const struct annotated *insn;
	double count;
};

static int by_address(const void *a, const void *b)
{
	const struct executed *x = a, *y = b;

	return strcmp(x->insn->name, y->insn->name)
		       ?: (x->insn->offset > y->insn->offset) - (x->insn->offset < y->insn->offset);
}

static json_t *insn_json(const struct executed *e)
{
	char at[300];

	snprintf(at, sizeof(at), "%s+0x%x", e->insn->name, e->insn->offset);
	return json_pack("{s:s, s:f, s:s}", "at", at, "count", e->count, "text", e->insn->text);
}

json_t *exact_annotation_json(const struct calltree *calls, const struct calltree_window *w, double units)
{
	struct executed *executed = xcalloc(w->executions + 1, sizeof(*executed));
	const struct annotation *all = calltree_annotation(calls);
	json_t *list = json_array();

	for (size_t i = 0; i < w->executions; i++)
		executed[i] = (struct executed){ &all->insn[w->executed[i].insn], w->executed[i].count / units };
	qsort(executed, w->executions, sizeof(*executed), by_address);
	for (size_t i = 0; i < w->executions; i++)
		json_array_append_new(list, insn_json(&executed[i]));
	free(executed);
	return list;
}
