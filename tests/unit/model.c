// SPDX-License-Identifier: GPL-2.0-or-later
/* The cost model: fits against scipy's (tests/data/model.csv, by make-model), and model.csv of a run folder. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "analysis/model.h"
#include "base/csv.h"
#include "base/fault.h"
#include "record/reclog.h"
#include "record/run.h"
#include "record/run_dir.h"

/* ---- fits against scipy's ---- */

static const char *const vector_columns[] = { "case", "terms", "role", "a", "b", "c", "d", NULL };

struct vectors {
	struct observation o[64];
	size_t n, cases;
};

static double number(const char *text)
{
	return *text ? strtod(text, NULL) : NAN;
}

static void check_fit(const struct csv_row *row, struct vectors *v)
{
	double value[MODEL_TERMS] = {}, residual = NAN;
	unsigned terms = strtoul(row->field[1], NULL, 10);
	bool apart = *row->field[3];

	if (model_fit(v->o, v->n, terms, value, &residual) != apart)
		fail_msg("%s: %s", row->field[0],
			 apart ? "not fitted" : "fitted, though the terms cannot be separated");
	for (unsigned i = 0; apart && i < terms; i++)
		if (fabs(value[i] - number(row->field[3 + i])) > 1e-7 * (fabs(value[i]) + 1))
			fail_msg("%s: term %u is %.12g, scipy has %s", row->field[0], i, value[i], row->field[3 + i]);
	if (apart && fabs(residual - number(row->field[6])) > 1e-9)
		fail_msg("%s: residual %.12g, scipy has %s", row->field[0], residual, row->field[6]);
	v->n = 0;
	v->cases++;
}

static int take_vector(const struct csv_row *row, void *context)
{
	struct vectors *v = context;

	if (!strcmp(row->field[2], "fit"))
		check_fit(row, v);
	else
		v->o[v->n++] = (struct observation){ number(row->field[3]), number(row->field[4]),
						     number(row->field[5]), number(row->field[6]) };
	return 0;
}

static void test_fits(void **state)
{
	struct vectors v = {};

	(void)state;
	assert_true(csv_read("tests/data/model.csv", vector_columns, take_vector, &v) > 0);
	assert_int_equal(v.cases, 8);
}

/* ---- a run folder ---- */

static char folder[] = "/tmp/nodehop-model-XXXXXX";
static char dir[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(dir, sizeof(dir), "%s/run", folder);
	return 0;
}

static int shell(const char *format, const char *argument)
{
	char command[200];

	snprintf(command, sizeof(command), format, argument);
	return system(command);
}

static int clear_folder(void **state)
{
	(void)state;
	return shell("rm -rf %s/*", folder);
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void append(struct reclog *log, json_t *record)
{
	assert_non_null(record);
	assert_int_equal(reclog_append(log, record), 0);
}

static void append_metric(struct reclog *log, const char *name, const char *class)
{
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", "metric", "name", name, "unit", "count",
			      "better", "lower", "class", class, "meaning", ""));
}

/* What is measured: calls cost CALL, a folio FOLIO, a byte BYTE, times the factor of the session. */
#define CALL  15000.0
#define FOLIO 6000.0
#define BYTE  0.5

struct spec {
	const char *page, *order;
	int pages, folio_pages, batch;
	int left; /* of the pages, not moved */
};

static void append_sample(struct reclog *log, const char *key, const struct spec *s, int rep, double factor,
			  const char *status)
{
	double folios = s->pages / s->folio_pages, calls = ceil(folios / s->batch), bytes = 4096.0 * s->pages;

	append(log, json_pack("{s:s, s:i, s:s, s:[s,s,s,s,s], s:[[i,b,s,[f,f,f,i,i]]]}", "kind", "samples", "order", 0,
			      "point", key, "metrics", "wall_insns", "calls", "folios", "pages_asked", "pages_moved",
			      "rows", rep, false, status, factor * (CALL * calls + FOLIO * folios + BYTE * bytes),
			      calls, folios, s->pages, s->pages - s->left));
}

static void append_point(struct reclog *log, const struct spec *s, double factor)
{
	char key[200];

	snprintf(key, sizeof(key), "move_pages size=%dk batch=%d page=%s order=%s", 4 * s->pages, s->batch, s->page,
		 s->order);
	append(log, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:{s:i, s:s, s:s, s:s, s:i, s:i}}", "kind", "point",
			      "point", key, "benchmark", "move_pages", "revision", 1, "primary", "wall", "figure", "",
			      "params", "size", 4096 * s->pages, "batch",
			      s->batch == 1   ? "1"
			      : s->batch == 8 ? "8"
					      : "64",
			      "page", s->page, "order", s->order, "from", 0, "to", 1));
	append_sample(log, key, s, 0, factor, "ok");
	append_sample(log, key, s, 1, factor * 40, "disturbed");
	append(log, json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", "outcome", "point", key, "outcome", "ok", "reason",
			      "", "detail", ""));
}

static void write_run(const struct spec *spec, size_t n, const double *factor, int sessions)
{
	assert_int_equal(run_part_create(dir), 0);
	for (int i = 1; i <= sessions; i++) {
		char *path = run_log_path(dir, i, 0);
		struct reclog *log = reclog_create(path);

		append(log, json_pack("{s:s, s:i, s:i, s:i, s:s, s:s}", "kind", "begin", "schema", RECORD_SCHEMA,
				      "session", i, "seed", i, "mode", "counted", "argv", "nodehop run"));
		append(log, json_pack("{s:s, s:{s:i}, s:{}}", "kind", "env", "hard", "page.base_bytes", 4096, "soft"));
		append_metric(log, "wall_insns", "counted");
		for (const char *const *name =
			     (const char *const[]){ "calls", "folios", "pages_asked", "pages_moved", NULL };
		     *name; name++)
			append_metric(log, *name, "exact");
		for (size_t j = 0; j < n; j++)
			append_point(log, &spec[j], factor[i - 1]);
		append(log, json_pack("{s:s, s:b}", "kind", "end", "complete", 1));
		assert_int_equal(reclog_close(log), 0);
		free(path);
	}
	if (run_collect(dir, true, NULL, NULL) < 0 || models_write(dir) < 0)
		fail_msg("%s", fault_text());
}

static const char *const columns[] = {
	"benchmark", "pair", "mapping", "term", "unit", "value", "lo", "hi", "residual", "note", NULL,
};

/* The row of model.csv that is looked for, and what it says. */
struct wanted {
	const char *benchmark, *mapping, *term;
	double value, lo, hi, residual;
	char note[200];
	size_t found, rows;
};

static int take_row(const struct csv_row *row, void *context)
{
	struct wanted *w = context;

	w->rows++;
	assert_string_equal(row->field[1], "0:1");
	assert_string_equal(row->field[4], "instructions");
	if (strcmp(row->field[0], w->benchmark) || strcmp(row->field[2], w->mapping) || strcmp(row->field[3], w->term))
		return 0;
	w->found++;
	w->value = number(row->field[5]);
	w->lo = number(row->field[6]);
	w->hi = number(row->field[7]);
	w->residual = number(row->field[8]);
	snprintf(w->note, sizeof(w->note), "%s", row->field[9]);
	return 0;
}

static struct wanted row_of(const char *benchmark, const char *mapping, const char *term)
{
	struct wanted w = { .benchmark = benchmark, .mapping = mapping, .term = term };
	char path[100];

	snprintf(path, sizeof(path), "%s.part/model.csv", dir);
	if (csv_read(path, columns, take_row, &w) < 0)
		fail_msg("%s", fault_text());
	if (w.found != 1)
		fail_msg("%zu rows of %s, %s, a %s", w.found, benchmark, mapping, term);
	return w;
}

static void assert_about(double value, double wanted, double tolerance)
{
	if (!(fabs(value / wanted - 1) <= tolerance))
		fail_msg("%.9g, wanted %.9g", value, wanted);
}

static const double one[] = { 1 };

static void test_three_folio_sizes(void **state)
{
	static const struct spec spec[] = {
		{ "base", "up", 512, 1, 1 },  { "base", "up", 512, 1, 64 }, { "64k", "up", 512, 16, 1 },
		{ "256k", "up", 512, 64, 1 }, { "256k", "up", 512, 64, 8 },
	};
	struct wanted w;

	(void)state;
	write_run(spec, 5, one, 1);
	w = row_of("move_pages", "pte", "call");
	assert_about(w.value, CALL, 1e-9);
	assert_true(isnan(w.lo) && isnan(w.hi));
	assert_true(w.residual < 1e-9);
	assert_int_equal(w.rows, 3);
	assert_about(row_of("move_pages", "pte", "folio").value, FOLIO, 1e-9);
	assert_about(row_of("move_pages", "pte", "byte").value, BYTE, 1e-9);
	assert_non_null(strstr(row_of("move_pages", "pte", "byte").note, "artefact"));
}

/* What it cost to move half of the pages says nothing of a page. */
static void test_left_behind(void **state)
{
	static const struct spec spec[] = {
		{ "base", "up", 512, 1, 1 },	  { "base", "up", 512, 1, 64 }, { "64k", "up", 512, 16, 1 },
		{ "256k", "up", 512, 64, 1 },	  { "256k", "up", 512, 64, 8 }, { "base", "up", 512, 1, 8, 256 },
		{ "64k", "up", 512, 16, 8, 511 },
	};
	struct wanted w;

	(void)state;
	write_run(spec, 7, one, 1);
	w = row_of("move_pages", "pte", "call");
	assert_about(w.value, CALL, 1e-9);
	assert_true(w.residual < 1e-9);
	assert_about(row_of("move_pages", "pte", "byte").value, BYTE, 1e-9);
}

/* Two sizes: each its own model, in which a folio holds its bytes. */
static void test_two_folio_sizes(void **state)
{
	static const struct spec spec[] = {
		{ "base", "up", 512, 1, 1 }, { "base", "up", 512, 1, 8 }, { "base", "up", 512, 1, 64 },
		{ "64k", "up", 512, 16, 1 }, { "64k", "up", 512, 16, 8 }, { "64k", "up", 512, 16, 64 },
	};
	struct wanted w;

	(void)state;
	write_run(spec, 6, one, 1);
	w = row_of("move_pages", "pte 4k", "folio");
	assert_about(w.value, FOLIO + 4096 * BYTE, 1e-9);
	assert_non_null(strstr(w.note, "fewer than 3 folio sizes"));
	assert_about(row_of("move_pages", "pte 64k", "folio").value, FOLIO + 65536 * BYTE, 1e-9);
	assert_true(isnan(row_of("move_pages", "pte 64k", "byte").value));
}

static void test_mappings_are_apart(void **state)
{
	static const struct spec spec[] = {
		{ "base", "up", 512, 1, 1 },   { "base", "up", 512, 1, 8 },   { "base", "up", 512, 1, 64 },
		{ "thp", "up", 2048, 512, 1 }, { "thp", "up", 4096, 512, 8 }, { "thp", "up", 8192, 512, 8 },
		{ "shmem", "up", 512, 1, 1 },  { "shmem", "up", 512, 1, 8 },  { "shmem", "up", 512, 1, 64 },
	};

	(void)state;
	write_run(spec, 9, one, 1);
	assert_about(row_of("move_pages", "pmd", "folio").value, FOLIO + (2 << 20) * BYTE, 1e-9);
	assert_about(row_of("move_pages", "pte", "folio").value, FOLIO + 4096 * BYTE, 1e-9);
	assert_about(row_of("move_pages", "pte shmem", "folio").value, FOLIO + 4096 * BYTE, 1e-9);
}

/* An axis the model knows nothing of tells models apart by name, and only where it varies. */
static void test_other_axes_are_apart(void **state)
{
	static const struct spec spec[] = {
		{ "base", "up", 512, 1, 1 },
		{ "base", "up", 512, 1, 8 },
		{ "base", "up", 512, 1, 64 },
		{ "base", "shuffled", 512, 1, 1 },
	};

	(void)state;
	write_run(spec, 4, one, 1);
	assert_about(row_of("move_pages order=up", "pte", "call").value, CALL, 1e-9);
	assert_non_null(strstr(row_of("move_pages order=shuffled", "pte", "call").note, "more than 2 are needed"));
}

static void test_one_batch(void **state)
{
	static const struct spec spec[] = { { "base", "up", 512, 1, 8 },
					    { "base", "up", 64, 1, 8 },
					    { "base", "up", 128, 1, 8 } };
	struct wanted w;

	(void)state;
	write_run(spec, 3, one, 1);
	w = row_of("move_pages", "pte", "call");
	assert_true(isnan(w.value));
	assert_non_null(strstr(w.note, "calls and folios cannot be separated"));
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The medians of all 6^6 draws of six sessions, sorted. */
static double *all_draws(const double *factor)
{
	double *median = malloc(46656 * sizeof(*median));

	for (int i = 0; i < 46656; i++) {
		double drawn[6];

		for (int j = 0, rest = i; j < 6; j++, rest /= 6)
			drawn[j] = factor[rest % 6];
		qsort(drawn, 6, sizeof(double), by_value);
		median[i] = (drawn[2] + drawn[3]) / 2;
	}
	qsort(median, 46656, sizeof(double), by_value);
	return median;
}

static void test_intervals(void **state)
{
	static const double factor[] = { 0.9, 0.95, 1, 1.02, 1.06, 1.1 };
	static const struct spec spec[] = { { "base", "up", 512, 1, 1 },
					    { "base", "up", 512, 1, 8 },
					    { "base", "up", 512, 1, 64 } };
	double *median = all_draws(factor);
	struct wanted w;

	(void)state;
	write_run(spec, 3, factor, 6);
	w = row_of("move_pages", "pte", "call");
	assert_about(w.value, 1.01 * CALL, 1e-9);
	assert_about(w.lo, median[(int)(0.025 * 46656)] * CALL, 0.01);
	assert_about(w.hi, median[(int)(0.975 * 46656)] * CALL, 0.01);
	free(median);
}

static void test_no_interval_below_six(void **state)
{
	static const double factor[] = { 0.9, 0.95, 1, 1.02, 1.06 };
	static const struct spec spec[] = { { "base", "up", 512, 1, 1 },
					    { "base", "up", 512, 1, 8 },
					    { "base", "up", 512, 1, 64 } };
	struct wanted w;

	(void)state;
	write_run(spec, 3, factor, 5);
	w = row_of("move_pages", "pte", "folio");
	assert_about(w.value, FOLIO + 4096 * BYTE, 1e-9);
	assert_true(isnan(w.lo) && isnan(w.hi));
}

static void test_nothing_to_fit(void **state)
{
	char path[100];

	(void)state;
	write_run(NULL, 0, one, 1);
	snprintf(path, sizeof(path), "%s.part/model.csv", dir);
	assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test_teardown(test_three_folio_sizes, clear_folder),
		cmocka_unit_test_teardown(test_left_behind, clear_folder),
		cmocka_unit_test_teardown(test_two_folio_sizes, clear_folder),
		cmocka_unit_test_teardown(test_mappings_are_apart, clear_folder),
		cmocka_unit_test_teardown(test_other_axes_are_apart, clear_folder),
		cmocka_unit_test_teardown(test_one_batch, clear_folder),
		cmocka_unit_test_teardown(test_intervals, clear_folder),
		cmocka_unit_test_teardown(test_no_interval_below_six, clear_folder),
		cmocka_unit_test_teardown(test_nothing_to_fit, clear_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("model", tests, make_folder, remove_folder);
}
