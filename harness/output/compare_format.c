// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_format - the formats of a comparison by name, and the two short ones: JSON and CSV */
#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "output/compare_format.h"

const struct compare_format compare_formats[] = { { "text", "a table for the terminal", compare_write_text },
						  { "markdown", "a table for a forge", compare_write_markdown },
						  { "csv", "one row per point and metric", compare_write_csv },
						  { "json", "the whole record", compare_write_json },
						  { "lkml", "plain text of 75 columns for a cover letter",
						    compare_write_lkml },
						  {} };

const struct compare_format *compare_format_find(const char *name)
{
	const struct compare_format *f = compare_formats;

	while (f->name && strcmp(f->name, name))
		f++;
	if (f->name)
		return f;
	fault("no format \"%s\"; there are text, markdown, csv, json and lkml", name);
	return NULL;
}

#define RECORD_STYLE (JSON_INDENT(1) | JSON_REAL_PRECISION(15))

int compare_write_json(FILE *out, const struct comparison *c, bool all)
{
	json_t *json = compare_to_json(c);
	int r;

	(void)all; /* the record is whole or it is not the record */
	if (!json)
		return -1;
	r = json_dumpf(json, out, RECORD_STYLE);
	putc('\n', out);
	json_decref(json);
	return r < 0 ? fault("cannot write the comparison as JSON") : 0;
}

int compare_save_json(const char *folder, const char *name, const struct comparison *c)
{
	char *path = file_path(folder, name);
	json_t *json = compare_to_json(c);
	int r = json ? json_file_write(path, json, RECORD_STYLE) : -1;

	json_decref(json);
	free(path);
	return r;
}

/* ---- CSV ------------------------------------------------------------------- */

static void text(FILE *out, const char *value)
{
	csv_fwrite(out, value, strlen(value));
	putc(',', out);
}

static void number(FILE *out, double value)
{
	char buffer[32];

	if (isfinite(value))
		fputs(csv_print_number(buffer, sizeof(buffer), value), out);
	putc(',', out);
}

static void write_row(FILE *out, const struct compare_row *row)
{
	const struct judgement *j = &row->judged.j;
	struct change change = compare_change(row);

	text(out, row->point);
	text(out, row->metric);
	text(out, row->unit);
	text(out, row->better);
	text(out, row->class);
	fprintf(out, "%d,%d,%zu,%zu,%zu,", row->primary, row->gating, row->a_sessions, row->b_sessions,
		row->judged.pairs);
	number(out, row->a);
	number(out, row->b);
	number(out, change.change);
	number(out, change.lo);
	number(out, change.hi);
	number(out, change.coverage);
	number(out, expm1(row->judged.limits.margin));
	fprintf(out, "%d,", row->margin_measured);
	number(out, expm1(row->judged.limits.bound));
	number(out, j->p);
	number(out, j->p_adjusted);
	number(out, expm1(row->catches));
	text(out, verdict_name(row->verdict));
	csv_fwrite(out, row->why, strlen(row->why));
	putc('\n', out);
}

int compare_write_csv(FILE *out, const struct comparison *c, bool all)
{
	(void)all; /* a reader can leave rows out by `primary` */
	fputs("point,metric,unit,better,class,primary,gating,a_sessions,b_sessions,pairs,a,b,change,lo,hi,coverage,"
	      "margin,"
	      "margin_measured,bound,p,p_holm,catches,verdict,why\n",
	      out);
	for (size_t i = 0; i < c->rows; i++)
		write_row(out, &c->row[i]);
	return 0;
}
