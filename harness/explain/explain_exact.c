// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_exact - the explanation of a counted point, by every instruction of its median repetition */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/explanation.h"
#include "base/alloc.h"
#include "base/text.h"
#include "explain/exact_annotation.h"
#include "explain/exact_tree.h"
#include "explain/explain_exact.h"

#define DEPTH_MAX 512

static const char *const kind_words[KINDS] = {
	[KIND_PATH] = "the calling thread's own path",
	[KIND_COPY] = "copying",
	[KIND_ZERO] = "zeroing",
	[KIND_WAIT] = "other tasks that it waits for",
	[KIND_SPIN] = "spinning",
	[KIND_AMORTISED] = "refills and bulk frees of lists",
	[KIND_DEFERRED] = "deferred work",
	[KIND_INTERRUPT] = "interrupts",
	[KIND_USER] = "user mode",
	[KIND_REST] = "work of no known kind",
};

/* What the repetition was made of, in all. */
struct sums {
	double kind[KINDS];
	double total, units;
	struct breakdown path; /* of the calling thread, by what it is for */
	const char *unit;
};

/* "page" of "page_insns"; what is asked of the kernel need not be moved. */
static const char *unit_name(const char *primary)
{
	static const struct {
		const char *primary, *unit;
	} known[] = {
		{ "page_insns", "page" },
		{ "asked_insns", "page asked" },
		{ "call_insns", "call" },
		{ "fault_insns", "fault" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(primary, known[i].primary))
			return known[i].unit;
	return "run";
}

/* ---- summing up ---- */

/* Outermost first, without the root. */
static size_t stack_of(const struct calltree *tree, uint32_t node, const char *stack[DEPTH_MAX])
{
	size_t depth = 0;

	for (uint32_t n = node; calltree_parent(tree, n) && depth < DEPTH_MAX; n = calltree_parent(tree, n))
		depth++;
	for (size_t i = depth; i-- > 0; node = calltree_parent(tree, node))
		stack[i] = calltree_name(tree, node);
	return depth;
}

static void add_entry(struct sums *s, const struct calltree *tree, struct kinds *kinds, const struct calltree_entry *e)
{
	enum kind kind = kinds_of(kinds, tree, e->node);
	const char *stack[DEPTH_MAX];
	size_t depth;

	s->total += e->insns;
	s->kind[kind] += e->insns;
	if (kind != KIND_PATH)
		return;
	depth = stack_of(tree, e->node, stack);
	if (depth)
		breakdown_add(&s->path, stack, depth, e->insns, 0, 0);
}

static void sum_up(struct sums *s, const struct calltree *tree, struct kinds *kinds, const struct calltree_window *w)
{
	for (size_t i = 0; i < w->entries; i++)
		add_entry(s, tree, kinds, &w->entry[i]);
}

/* ---- the record ---- */

static json_t *function_json(const json_t *row, double total)
{
	double insns = json_number_value(json_array_get(row, 3)), calls = json_number_value(json_array_get(row, 4));
	json_t *f = json_pack("{s:O, s:O, s:O, s:f, s:f, s:f}", "name", json_array_get(row, 1), "executor",
			      json_array_get(row, 0), "work", json_array_get(row, 2), "share", insns / total, "value",
			      insns, "calls", calls);

	if (calls > 0)
		json_object_set_new(f, "insns_per_call", json_real(insns / calls));
	return f;
}

static int by_value(const void *a, const void *b)
{
	double x = json_number_value(json_array_get(*(json_t *const *)a, 3));
	double y = json_number_value(json_array_get(*(json_t *const *)b, 3));

	return (x < y) - (x > y);
}

/* The largest first, and what no row tells by name last. */
static json_t *functions_json(const json_t *rows, double total)
{
	size_t n = json_array_size(rows);
	json_t **row = xcalloc(n + 1, sizeof(*row)), *list = json_array();
	double named = 0;

	for (size_t i = 0; i < n; i++)
		row[i] = json_array_get(rows, i);
	qsort(row, n, sizeof(*row), by_value);
	for (size_t i = 0; i < n; i++) {
		named += json_number_value(json_array_get(row[i], 3));
		json_array_append_new(list, function_json(row[i], total));
	}
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:f, s:f}", "name", "(rest)", "executor", "all", "work",
					      "rest", "share", (total - named) / total, "value", total - named));
	free(row);
	return list;
}

static enum kind heaviest(const struct sums *s, const bool listed[KINDS])
{
	enum kind best = KINDS;

	for (enum kind k = 0; k < KINDS; k++)
		if (!listed[k] && s->kind[k] > 0 && (best == KINDS || s->kind[k] > s->kind[best]))
			best = k;
	return best;
}

static void set_kinds(json_t *record, const struct sums *s)
{
	json_t *works = json_array();
	bool listed[KINDS] = {};

	for (enum kind k = heaviest(s, listed); k < KINDS; k = heaviest(s, listed)) {
		listed[k] = true;
		json_array_append_new(works, json_pack("{s:s, s:f, s:f}", "work", kind_words[k], "share",
						       s->kind[k] / s->total, "value", s->kind[k] / s->units));
	}
	json_object_set_new(record, "works", works);
}

/* ---- the sentence ---- */

static char *say_part(char *text, const struct sums *s, double insns, const char *what)
{
	return text_append(text, "%.0f (%.0f %%) are %s", insns / s->units, 100 * insns / s->total, what);
}

/* What the path waits for by itself, where that is a tenth of it. */
static char *say_waits(char *text, const struct sums *s)
{
	double rcu = s->path.work[WORK_RCU], drain = s->path.work[WORK_DRAIN];

	if (rcu + drain < s->kind[KIND_PATH] / 10)
		return text;
	if (rcu > 0)
		text = text_append(text, ", with %.0f for an expedited RCU grace period", rcu / s->units);
	return drain > 0 ? text_append(text, "%s%.0f for the per-CPU drain", rcu > 0 ? " and " : ", with ",
				       drain / s->units)
			 : text;
}

static char *say_bytes(char *text, const struct sums *s)
{
	double insns = s->kind[KIND_COPY] + s->kind[KIND_ZERO];

	if (insns < s->total / 1000)
		return text;
	text = text_append(text, "; ");
	return say_part(text, s, insns,
			s->kind[KIND_ZERO] ? "loops that copy and clear bytes" : "loops that copy bytes");
}

/* "Of 16463 instructions a page, 11130 (68 %) are the calling thread's own path, with ...; 3193 (19 %) are ..." */
static char *sentence_of(const struct sums *s)
{
	char *text = text_append(NULL, "Of %.0f instructions a %s, ", s->total / s->units, s->unit);

	text = say_part(text, s, s->kind[KIND_PATH], kind_words[KIND_PATH]);
	text = say_waits(text, s);
	if (s->kind[KIND_WAIT] >= s->total / 1000) {
		text = text_append(text, "; ");
		text = say_part(text, s, s->kind[KIND_WAIT], kind_words[KIND_WAIT]);
	}
	text = say_bytes(text, s);
	return text_append(
		text, "; all else is %.0f.",
		(s->total - s->kind[KIND_PATH] - s->kind[KIND_WAIT] - s->kind[KIND_COPY] - s->kind[KIND_ZERO]) /
			s->units);
}

/* ---- what is asked for besides ---- */

static void set_tree(json_t *record, const struct calltree *calls, const struct calltree_window *w, double units)
{
	struct exact_tree *t = exact_tree_new(calls, w);

	json_object_set_new(record, "tree", exact_tree_json(t, units));
	exact_tree_free(t);
}

static void set_annotation(json_t *record, const struct calltree *calls, const struct calltree_window *w, double units,
			   const char *function)
{
	explanation_say(record, "annotate", "%s", function);
	json_object_set_new(record, "annotation", exact_annotation_json(calls, w, units));
}

const struct calltree_window *explain_exact_window(const struct calltree *tree, const json_t *functions)
{
	size_t rep = json_integer_value(json_object_get(functions, "median_repetition"));

	return &calltree_taken(tree)->window[rep];
}

json_t *explain_exact(const struct calltree *tree, struct kinds *kinds, const json_t *samples, const json_t *functions,
		      const char *primary, const struct exact_words *asked)
{
	const struct calltree_window *window = explain_exact_window(tree, functions);
	json_t *record = explanation_new(json_string_value(json_object_get(samples, "point")));
	struct sums s = { .units = json_number_value(json_object_get(functions, "units")), .unit = unit_name(primary) };
	char *sentence;

	sum_up(&s, tree, kinds, window);
	sentence = sentence_of(&s);
	explanation_say(record, "outcome", "ok");
	explanation_say(record, "source", "exact");
	explanation_say(record, "basis", "by each of the %.0f instructions of the median of %.0f repetitions", s.total,
			json_number_value(json_object_get(functions, "repetitions")));
	explanation_say(record, "unit", "instructions");
	explanation_say(record, "per", "%s", s.unit);
	json_object_set_new(record, "functions", functions_json(json_object_get(functions, "rows"), s.total / s.units));
	set_kinds(record, &s);
	explanation_say(record, "sentence", "%s", sentence);
	if (asked->tree)
		set_tree(record, tree, window, s.units);
	if (asked->annotate)
		set_annotation(record, tree, window, s.units, asked->annotate);
	free(sentence);
	breakdown_free(&s.path);
	return record;
}
