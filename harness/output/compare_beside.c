// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_beside - the cells of what stands beside a path; the layout is each format's */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "output/compare_beside.h"
#include "record/path.h"

const char *const beside_heading[BESIDE_COLUMNS] = { "whole/page", "wait/folio", "copied/page", "zeroed/page" };
static const char *const metrics[BESIDE_COLUMNS] = { PATH_WHOLE, PATH_WAIT, PATH_COPIED, PATH_ZEROED };

/* The rows of a point follow its primary one. */
static const struct compare_row *row_of(const struct comparison *c, size_t primary, const char *metric)
{
	for (size_t i = primary + 1; i < c->rows && !strcmp(c->row[i].point, c->row[primary].point); i++)
		if (!strcmp(c->row[i].metric, metric))
			return &c->row[i];
	return NULL;
}

static void write_cell(char cell[BESIDE_CELL], const struct compare_row *row)
{
	words_both(cell, row ? row->a : NAN, row ? row->b : NAN);
}

bool beside_cells(const struct comparison *c, size_t i, char cell[BESIDE_COLUMNS][BESIDE_CELL])
{
	if (!c->row[i].primary || strcmp(c->row[i].metric, PATH_INSNS) || isnan(c->row[i].a + c->row[i].b))
		return false;
	for (int k = 0; k < BESIDE_COLUMNS; k++)
		write_cell(cell[k], row_of(c, i, metrics[k]));
	return true;
}
