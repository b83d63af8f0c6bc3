// SPDX-License-Identifier: GPL-2.0-or-later
/* cost - prints the cost models of a run */
#include <math.h>
#include <stdio.h>
#include "analysis/model.h"
#include "base/units.h"
#include "output/cost.h"

/* Three digits: "15.0k", "812", "0.412". */
static void print_value(char *text, size_t size, double value)
{
	bool thousands = fabs(value) >= 9999.5;
	double shown = thousands ? value / 1000 : value;
	int before = shown ? (int)floor(log10(fabs(shown))) : 0;

	snprintf(text, size, "%.*f%s", before < 2 ? 2 - before : 0, shown, thousands ? "k" : "");
}

static void print_term(const struct model *m, unsigned term, const char *what, double factor)
{
	char value[32], lo[32], hi[32];

	print_value(value, sizeof(value), factor * m->value[term]);
	printf("%s per %s %s%s", term ? "," : "", what, value,
	       term	    ? ""
	       : m->path    ? " path insns"
	       : m->counted ? " insns"
			    : " ns");
	if (isnan(m->lo[term]))
		return;
	print_value(lo, sizeof(lo), factor * m->lo[term]);
	print_value(hi, sizeof(hi), factor * m->hi[term]);
	printf(" [%s, %s]", lo, hi);
}

/* Instructions a byte are in model.csv only: they are no cost of any machine. */
static void print_model(const struct model *m)
{
	char size[24], folio[40] = "folio";

	units_print_bytes(size, sizeof(size), m->folio_bytes);
	if (m->folio_sizes == 1)
		snprintf(folio, sizeof(folio), "%s folio", size);
	printf("%s %s %s:", m->benchmark, m->pair, m->mapping);
	print_term(m, TERM_CALL, "call", 1);
	print_term(m, TERM_FOLIO, folio, 1);
	if (m->terms == MODEL_TERMS && !m->counted)
		print_term(m, TERM_BYTE, "KiB", 1024);
	printf("; worst residual %.1f %% of %zu points\n", 100 * m->residual, m->points);
}

int cost_print(const struct run *run)
{
	struct values *v = values_load(run);
	struct models *models = v ? models_fit(v) : NULL;

	for (size_t i = 0; models && i < models->n; i++)
		if (models->model[i].terms)
			print_model(&models->model[i]);
	models_free(models);
	values_free(v);
	return models ? 0 : -1;
}
