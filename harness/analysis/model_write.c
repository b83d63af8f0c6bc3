// SPDX-License-Identifier: GPL-2.0-or-later
/* model_write - model.csv of a run that is being closed */
#include <math.h>
#include <stdio.h>
#include "analysis/model_internal.h"
#include "base/csv.h"
#include "record/run.h"

static const char *const columns[] = { "benchmark", "pair", "mapping",	"term", "unit", "value",
				       "lo",	    "hi",   "residual", "note", NULL };

static void write_term(struct csv_writer *w, const struct model *m, unsigned term)
{
	static const char *const names[] = { [TERM_CALL] = "call", [TERM_FOLIO] = "folio", [TERM_BYTE] = "byte" };
	bool fitted = term < m->terms;

	csv_text(w, m->benchmark);
	csv_text(w, m->pair);
	csv_text(w, m->mapping);
	csv_text(w, names[term]);
	csv_text(w, m->unit);
	csv_number(w, fitted ? m->value[term] : NAN);
	csv_number(w, fitted ? m->lo[term] : NAN);
	csv_number(w, fitted ? m->hi[term] : NAN);
	csv_number(w, fitted ? m->residual : NAN);
	csv_text(w, m->note);
	csv_row_end(w);
}

static int write_models(const struct models *models, const char *dir)
{
	struct csv_writer *w;
	char path[4096];

	if (!models->n)
		return 0;
	snprintf(path, sizeof(path), "%s.part/model.csv", dir);
	if (!(w = csv_create(path, columns)))
		return -1;
	for (size_t i = 0; i < models->n; i++)
		for (unsigned j = 0; j < MODEL_TERMS; j++)
			write_term(w, &models->model[i], j);
	return csv_close(w) < 0 ? -1 : 0;
}

int models_write(const char *dir)
{
	struct run *run = run_load_part(dir);
	struct values *v = run ? values_load(run) : NULL;
	struct models *models = v ? models_fit(v) : NULL;
	int failed = models ? write_models(models, dir) : -1;

	models_free(models);
	values_free(v);
	run_free(run);
	return failed;
}
