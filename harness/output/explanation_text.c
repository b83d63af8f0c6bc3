// SPDX-License-Identifier: GPL-2.0-or-later
/* explanation_text - prints the JSON record of an explanation as tables and sentences */
#include <stdbool.h>
#include <string.h>
#include "output/explanation_text.h"

#define FUNCTIONS	  16   /* more are summed up in a line */
#define COUNTED_FUNCTIONS 30   /* the same, where each is exact */
#define TREE_LEAST	  0.01 /* share of what is shown by caller */
#define TREE_TEXT	  59   /* columns for names in a tree: with the numbers it is 100 wide */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

static double number_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void print_head(FILE *out, const json_t *e)
{
	if (number_of(e, "matched") > 1)
		fprintf(out, "the first of %.0f points:\n", number_of(e, "matched"));
	fprintf(out, "%s\n", text_of(e, "point"));
	if (*text_of(e, "stamp"))
		fprintf(out, "%s\n", text_of(e, "stamp"));
}

static void print_measured(FILE *out, const json_t *m)
{
	double wall_ns = number_of(m, "wall_ns");

	fprintf(out, "calls %.0f, folios %.0f, pages moved %.0f; the thread on its CPU %.0f %% of the time\n",
		number_of(m, "calls"), number_of(m, "folios"), number_of(m, "pages_moved"),
		wall_ns > 0 ? 100 * number_of(m, "cpu_ns") / wall_ns : 0);
}

static void print_notes(FILE *out, const json_t *e)
{
	const json_t *note;
	size_t i;

	fprintf(out, "%s\n", text_of(e, "basis"));
	json_array_foreach (json_object_get(e, "notes"), i, note)
		fprintf(out, "%s\n", json_string_value(note));
}

static void print_counts(FILE *out, const json_t *counts)
{
	const json_t *entry;
	size_t i;

	json_array_foreach ((json_t *)counts, i, entry) {
		bool per_folio = json_object_get(entry, "per_folio");

		if (!i)
			fprintf(out, "\n%10s  %-24s%s\n", "count", text_of(entry, "kind"),
				per_folio ? " per folio" : "");
		fprintf(out, "%10.0f  ", number_of(entry, "count"));
		if (per_folio)
			fprintf(out, "%-24s %.2f\n", text_of(entry, "name"), number_of(entry, "per_folio"));
		else
			fprintf(out, "%s\n", text_of(entry, "name"));
	}
}

/* Exactly counted ones have calls and instructions for each unit, and who executed them. */
static void print_counted(FILE *out, const json_t *functions, const char *per)
{
	const json_t *f;
	double rest = 0;
	size_t i;

	fprintf(out, "\ninstructions and calls for each %s; each: instructions a call, without what it calls\n", per);
	fprintf(out, "%7s %10s %8s %9s  %-9s %-9s %s\n", "share", "insns", "calls", "each", "executor", "kind",
		"function");
	json_array_foreach ((json_t *)functions, i, f) {
		double calls = number_of(f, "calls");
		char each[24] = "-";

		if (calls > 0)
			snprintf(each, sizeof(each), "%.1f", number_of(f, "insns_per_call"));
		if (i < COUNTED_FUNCTIONS)
			fprintf(out, "%6.1f%% %10.2f %8.3f %9s  %-9s %-9s %s\n", 100 * number_of(f, "share"),
				number_of(f, "value"), calls, each, text_of(f, "executor"), text_of(f, "work"),
				text_of(f, "name"));
		else
			rest += number_of(f, "value");
	}
	if (i > COUNTED_FUNCTIONS)
		fprintf(out, "%7s %10.2f  (%zu more; all with --json)\n", "", rest, i - COUNTED_FUNCTIONS);
}

/* Indented by its depth; a name that would not fit is cut. */
static void print_branch(FILE *out, const json_t *b, int depth)
{
	int indent = depth < TREE_TEXT / 2 ? depth : TREE_TEXT / 2;

	fprintf(out, "%6.1f%% %10.2f %10.2f %9.3f  %*s%.*s\n", 100 * number_of(b, "share"), number_of(b, "value"),
		number_of(b, "self"), number_of(b, "calls"), indent, "", TREE_TEXT - indent, text_of(b, "name"));
}

static void print_branches(FILE *out, const json_t *branches, int depth)
{
	const json_t *b;
	size_t i;

	json_array_foreach ((json_t *)branches, i, b) {
		if (number_of(b, "share") < TREE_LEAST)
			break;
		print_branch(out, b, depth);
		print_branches(out, json_object_get(b, "children"), depth + 1);
	}
}

static void print_tree(FILE *out, const json_t *tree, const char *per)
{
	fprintf(out, "\ninstructions and calls for each %s, by caller; all: with what it calls, self: without\n", per);
	fprintf(out, "%7s %10s %10s %9s  %s\n", "share", "all", "self", "calls", "function");
	print_branches(out, tree, 0);
	fprintf(out, "(functions below %.0f %% are left out; all with --json and --folded)\n", 100 * TREE_LEAST);
}

static void print_annotation(FILE *out, const json_t *e)
{
	const json_t *insn;
	size_t i;

	fprintf(out, "\ninstructions of %s that are executed, and how often for each %s\n", text_of(e, "annotate"),
		text_of(e, "per"));
	json_array_foreach (json_object_get(e, "annotation"), i, insn)
		fprintf(out, "%10.3f  %-32s %s\n", number_of(insn, "count"), text_of(insn, "at"),
			text_of(insn, "text"));
}

static void print_functions(FILE *out, const json_t *functions)
{
	size_t i, n = json_array_size(functions);
	const json_t *function;
	double rest = 0;

	fprintf(out, "\n%7s  %-32s %s\n", "share", "kernel function", "work");
	json_array_foreach ((json_t *)functions, i, function)
		if (i < FUNCTIONS)
			fprintf(out, "%6.1f%%  %-32s %s\n", 100 * number_of(function, "share"),
				text_of(function, "name"), text_of(function, "work"));
		else
			rest += number_of(function, "share");
	if (n > FUNCTIONS)
		fprintf(out, "%6.1f%%  (%zu more)\n", 100 * rest, n - FUNCTIONS);
}

static void print_works(FILE *out, const json_t *works)
{
	const json_t *work;
	size_t i;

	fprintf(out, "\n%7s  work\n", "share");
	json_array_foreach ((json_t *)works, i, work)
		fprintf(out, "%6.1f%%  %s\n", 100 * number_of(work, "share"), text_of(work, "work"));
}

static void print_where(FILE *out, const json_t *e)
{
	const json_t *functions = json_object_get(e, "functions");

	if (json_object_get(e, "tree"))
		print_tree(out, json_object_get(e, "tree"), text_of(e, "per"));
	else if (json_object_get(json_array_get(functions, 0), "executor"))
		print_counted(out, functions, text_of(e, "per"));
	else
		print_functions(out, functions);
	print_works(out, json_object_get(e, "works"));
}

void explanation_print(FILE *out, const json_t *e)
{
	print_head(out, e);
	if (strcmp(text_of(e, "outcome"), "ok")) {
		fprintf(out, "%s: %s: %s\n", text_of(e, "outcome"), text_of(e, "reason"), text_of(e, "detail"));
		return;
	}
	if (json_object_get(e, "measured"))
		print_measured(out, json_object_get(e, "measured"));
	print_notes(out, e);
	print_counts(out, json_object_get(e, "counts"));
	if (json_object_get(e, "annotation")) {
		print_annotation(out, e);
		return;
	}
	if (json_array_size(json_object_get(e, "functions")))
		print_where(out, e);
	fprintf(out, "\n%s\n", text_of(e, "sentence"));
}
