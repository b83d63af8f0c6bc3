// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_path - what must hold beside two paths before they are judged: no byte more, each folio unmapped once */
#include <math.h>
#include "compare/compare_internal.h"
#include "compare/compare_side.h"
#include "record/path.h"

struct range {
	double least, most; /* over session medians, to a thousandth, as in all tables */
	size_t n;
};

static struct range range_of(const struct measured_side *side, size_t point, const char *metric)
{
	struct medians m = side_medians(side, (long)point, run_find_metric(side->run, metric));
	struct range r = { INFINITY, -INFINITY, m.n };

	for (size_t i = 0; i < m.n; i++) {
		double value = round(m.value[i] * 1000) / 1000;

		r.least = fmin(r.least, value);
		r.most = fmax(r.most, value);
	}
	medians_free(&m);
	return r;
}

struct both {
	const struct measured_side *a, *b;
	size_t point_a, point_b;
};

/* Bytes take no statistics: a page that is copied twice in one session is so in the kernel. */
static void settle_bytes(struct compare_row *row, const struct both *s, const char *metric)
{
	struct range a = range_of(s->a, s->point_a, metric), b = range_of(s->b, s->point_b, metric);

	if (!a.n || !b.n || row->verdict == VERDICT_REGRESSED)
		return;
	if (b.most > a.most) {
		compare_set_verdict(row, VERDICT_REGRESSED, "%s became %g, from %g a base page", metric, b.most,
				    a.most);
		row->tested = false;
	} else if (b.least < a.least) {
		compare_set_verdict(row, row->verdict, "%s became %g, from %g a base page", metric, b.least, a.least);
		row->fewer_bytes = true;
	}
}

static bool is_all(const struct range *r, double value)
{
	return !r->n || (r->least == value && r->most == value);
}

/* A folio that was tried twice has a longer path; where nothing is unmapped for migration, there is nothing to try. */
static void settle_tries(struct compare_row *row, const struct both *s)
{
	struct range a = range_of(s->a, s->point_a, PATH_UNMAPS), b = range_of(s->b, s->point_b, PATH_UNMAPS);
	const char *side = is_all(&a, 1) || is_all(&a, 0) ? "B" : "A";
	const struct range *r = *side == 'A' ? &a : &b;

	if (!row->tested || (is_all(&a, 1) && is_all(&b, 1)) || (is_all(&a, 0) && is_all(&b, 0)))
		return;
	compare_set_verdict(row, VERDICT_INCONCLUSIVE,
			    PATH_UNMAPS " is %g in %s: paths compare only where each folio is unmapped once",
			    r->most > 1 ? r->most : r->least, side);
	row->tested = false;
}

static void note_spin(struct comparison *c, const struct compare_row *row, const struct measured_side *side,
		      size_t point, const char *name)
{
	struct range spin = range_of(side, point, PATH_SPIN);

	if (spin.n && spin.most > 0)
		json_array_append_new(c->notes,
				      json_sprintf("%s: " PATH_SPIN " is %g in %s, though one CPU has nobody to "
						   "wait for",
						   row->point, spin.most, name));
}

int compare_settle_path(struct comparison *c, struct compare_row *row, const struct measured_side *a, size_t point_a,
			const struct measured_side *b, size_t point_b)
{
	struct both s = { a, b, point_a, point_b };
	struct judged *one = &row->judged;

	settle_bytes(row, &s, PATH_COPIED);
	settle_bytes(row, &s, PATH_ZEROED);
	settle_tries(row, &s);
	note_spin(c, row, a, point_a, "A");
	note_spin(c, row, b, point_b, "B");
	return row->tested ? 0 : judge_all(&one, 1, 0);
}
