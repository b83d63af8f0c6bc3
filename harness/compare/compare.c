// SPDX-License-Identifier: GPL-2.0-or-later
/* compare - two runs as one comparison, from refusing what does not compare to freeing it; rows are compare_rows' */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "base/fault.h"
#include "compare/compare_internal.h"
#include "judging/aa.h"

static void describe_side(struct compare_side *side, const struct run *run)
{
	side->dir = xstrdup(run->dir);
	side->kernel = xstrdup(env_kernel(run->env));
	side->build = xstrdup(env_build(run->env));
	side->machine = xstrdup(env_machine(run->env));
	side->mode = xstrdup(env_mode(run->env));
	side->sessions = (size_t)run->sessions;
}

static int describe(struct comparison *c, const struct run *a, const struct run *b, const struct compare_options *o)
{
	c->variant = xstrdup(o->variant ? o->variant : "");
	c->alpha = o->alpha;
	c->strict = o->strict;
	c->power = COMPARE_POWER;
	c->notes = json_array();
	c->undecided = xstrdup("");
	c->functions = json_array();
	c->strict_functions = o->strict_functions;
	if (o->aa && aa_records(o->aa))
		c->margin_from = xstrdup(aa_names(o->aa));
	else
		c->margin_from = xstrdup("");
	describe_side(&c->a, a);
	describe_side(&c->b, b);
	if (o->a_take && o->a_take < c->a.sessions)
		c->a.sessions = o->a_take;
	return compare_fingerprints(c, a, b, o);
}

static int check_complete(const struct run *run)
{
	return run->complete
		       ? 0
		       : fault("%s: is incomplete; `nodehop run --resume` completes it, and only complete runs compare",
			       run->dir);
}

static int add_all(struct comparison *c, const struct run *a, const struct run *b,
		   const struct compare_options *options)
{
	if (compare_add_rows(c, a, b, options) < 0 || compare_add_functions(c, a, b, options) < 0)
		return -1;
	return compare_add_explained(c, a, b, options);
}

struct comparison *compare_runs(const struct run *a, const struct run *b, const struct compare_options *options)
{
	struct comparison *c = xcalloc(1, sizeof(*c));
	int r = 0;

	if (check_complete(a) < 0 || check_complete(b) < 0 || describe(c, a, b, options) < 0)
		r = -1;
	else if (!json_array_size(c->differing))
		r = add_all(c, a, b, options);
	if (r == 0)
		return c;
	compare_free(c);
	return NULL;
}

static void side_free(struct compare_side *side)
{
	free(side->dir);
	free(side->kernel);
	free(side->build);
	free(side->machine);
	free(side->mode);
}

static void row_free(struct compare_row *row)
{
	free(row->point);
	free(row->metric);
	free(row->unit);
	free(row->better);
	free(row->class);
	free(row->benchmark);
	free(row->why);
	free(row->judged.ratio);
	free(row->place);
	free(row->null);
}

static void rows_free(struct comparison *c)
{
	for (size_t i = 0; i < c->rows; i++)
		row_free(&c->row[i]);
	free(c->row);
	c->row = NULL;
	c->rows = 0;
}

void compare_refuse(struct comparison *c, json_t *differing)
{
	json_array_extend(c->differing, differing);
	rows_free(c);
}

void compare_free(struct comparison *c)
{
	if (!c)
		return;
	rows_free(c);
	side_free(&c->a);
	side_free(&c->b);
	free(c->variant);
	free(c->margin_from);
	free(c->undecided);
	json_decref(c->notes);
	json_decref(c->functions);
	json_decref(c->explained);
	json_decref(c->ignored);
	json_decref(c->differing);
	free(c);
}
