// SPDX-License-Identifier: GPL-2.0-or-later
/* summary_table - writes summary.csv, behind the judgement of what may be quoted; its numbers are summary.c's */
#include <stdio.h>
#include <string.h>
#include "analysis/quotable.h"
#include "analysis/summary_table.h"

static const char *const columns[] = { "point", "metric", "n",	 "sessions", "median", "lo",	     "hi", "coverage",
				       "mad",	"p90",	  "p99", "between",  "n_all",  "median_all", NULL };

struct csv_writer *summary_create(const char *path)
{
	return csv_create(path, columns);
}

void summary_write_row(struct csv_writer *w, const struct run *run, size_t point, size_t metric,
		       const struct summary *s)
{
	csv_text(w, run->point[point].key);
	csv_text(w, run->metric[metric].name);
	csv_integer(w, (int64_t)s->n);
	csv_integer(w, (int64_t)s->sessions);
	csv_number(w, s->median);
	csv_number(w, s->interval.lo);
	csv_number(w, s->interval.hi);
	csv_number(w, s->interval.coverage);
	csv_number(w, s->mad);
	csv_number(w, s->p90);
	csv_number(w, s->p99);
	csv_number(w, s->between);
	csv_integer(w, (int64_t)s->n_all);
	csv_number(w, s->median_all);
	csv_row_end(w);
}

/* Numbers of a point that is wrong or broken are kept as samples, and quoted nowhere. */
static bool may_be_quoted(const struct run_point *p)
{
	return !strcmp(p->outcome, "ok") || !strcmp(p->outcome, "unstable");
}

static int write_all(const struct run *run, const struct values *v, const char *dir)
{
	struct csv_writer *w;
	struct summary s;
	char path[4096];

	snprintf(path, sizeof(path), "%s.part/summary.csv", dir);
	if (!(w = summary_create(path)))
		return -1;
	for (size_t p = 0; p < run->points; p++)
		for (size_t m = 0; m < run->metrics && may_be_quoted(&run->point[p]); m++)
			if (summary_of(v, p, m, &s) || s.n_all)
				summary_write_row(w, run, p, m, &s);
	return csv_close(w) < 0 ? -1 : 0;
}

int summary_write(const char *dir)
{
	struct run *run = run_load_part(dir);
	struct values *v = run ? values_load(run) : NULL;
	int r = -1;

	if (v && quotable_judge(run, v) == 0)
		r = write_all(run, v, dir);
	values_free(v);
	run_free(run);
	return r;
}
