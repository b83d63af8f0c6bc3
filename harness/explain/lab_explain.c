// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lab_explain - `explain` of a counted guest, seen from outside: the guest runs the point, and the host saw each
 * instruction of it; what the guest itself can see of it is explain's
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/explanation.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/outcome.h"
#include "campaign/exit_code.h"
#include "explain/exact_tree.h"
#include "explain/exact_words.h"
#include "explain/explain_exact.h"
#include "explain/lab_explain.h"
#include "functions/similar.h"
#include "output/explanation_text.h"

#define EXACT "exact"

bool lab_explain_is_exact(const struct lab_request *o)
{
	struct exact_words words;
	bool is_exact = exact_words_parse(&words, o->argc, o->argv) < 0 || exact_words_need_exact(&words) ||
			(words.source ? !strcmp(words.source, EXACT) : o->mode == TIME_COUNTED);

	exact_words_free(&words);
	return is_exact;
}

/* ---- while the guest runs ---- */

struct look {
	const struct exact_words *words;
	struct boot *boot;
	struct kinds *kinds;
	json_t *primary;    /* by point, in the order of the plan */
	json_t *record;	    /* of the first point of the plan that was measured so far */
	char *stacks;	    /* of the same point, when they are wanted */
	json_t *unmeasured; /* the first outcome that is none */
};

static const char *text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key)) ?: "";
}

/* Points are measured in random order. */
static bool comes_first(const struct look *l, const char *point)
{
	const char *key, *before = text_of(l->record, "point");
	const json_t *primary;

	json_object_foreach (l->primary, key, primary)
		if (!strcmp(key, point) || !strcmp(key, before))
			return !strcmp(key, point);
	return false;
}

static void fold_stacks(struct look *l, const json_t *functions)
{
	struct exact_tree *t = exact_tree_new(l->boot->calls, explain_exact_window(l->boot->calls, functions));
	size_t size;
	FILE *f;

	free(l->stacks);
	f = open_memstream(&l->stacks, &size);
	if (!f)
		alloc_failed();
	exact_tree_fold(t, f);
	fclose(f);
	exact_tree_free(t);
}

static void explain_point(struct look *l, const json_t *samples, const json_t *functions, const char *primary)
{
	json_decref(l->record);
	l->record = explain_exact(l->boot->calls, l->kinds, samples, functions, primary, l->words);
	if (l->words->folded)
		fold_stacks(l, functions);
}

static int take_samples(struct look *l, const json_t *record)
{
	const char *primary = text_of(l->primary, text_of(record, "point"));
	json_t *samples = json_deep_copy(record), *functions = NULL;
	int failed = functions_take(l->boot->calls, l->kinds, samples, primary, false, &functions);

	if (!failed && functions && comes_first(l, text_of(record, "point")))
		explain_point(l, samples, functions, primary);
	json_decref(functions);
	json_decref(samples);
	return failed;
}

static void take_outcome(struct look *l, const json_t *outcome)
{
	if (l->unmeasured || !strcmp(text_of(outcome, "outcome"), outcome_name(OK)))
		return;
	l->unmeasured = explanation_new(text_of(outcome, "point"));
	explanation_say(l->unmeasured, "outcome", "%s", text_of(outcome, "outcome"));
	explanation_say(l->unmeasured, "reason", "%s", text_of(outcome, "reason"));
	explanation_say(l->unmeasured, "detail", "%s", text_of(outcome, "detail"));
}

/* Its table is not asked for; what it says of trouble is. */
static int take_record(const json_t *record, void *context)
{
	const char *kind = text_of(record, "kind");
	struct look *l = context;

	if (!strcmp(kind, "out") && json_integer_value(json_object_get(record, "stream")) == 2)
		fputs(text_of(record, "text"), stderr);
	if (!strcmp(kind, "point"))
		json_object_set(l->primary, text_of(record, "point"), json_object_get(record, "primary"));
	if (!strcmp(kind, "outcome"))
		take_outcome(l, record);
	return strcmp(kind, "samples") ? 0 : take_samples(l, record);
}

/* ---- afterwards ---- */

static int code_of(const char *outcome)
{
	if (!strcmp(outcome, outcome_name(OK)))
		return EXIT_FINE;
	return !strcmp(outcome, outcome_name(WRONG)) || !strcmp(outcome, outcome_name(BROKEN)) ? EXIT_REGRESSED
											       : EXIT_NOTHING;
}

/* Of the function that was asked for nothing was executed: which with such a name were. */
static int say_not_executed(const json_t *record)
{
	struct similar similar = { .name = text_of(record, "annotate") };
	const json_t *f;
	size_t i;

	json_array_foreach (json_object_get(record, "functions"), i, f)
		similar_take(&similar, text_of(f, "name"));
	fprintf(stderr, "nodehop: %s: nothing of %s is executed", text_of(record, "point"), similar.name);
	for (i = 0; i < similar.count; i++)
		fprintf(stderr, "%s%s", i ? ", " : "; but of ", similar.best[i].name);
	fputc('\n', stderr);
	similar_free(&similar);
	return EXIT_NOTHING;
}

static int print_record(const struct lab *lab, const struct look *l)
{
	json_t *record = l->record ?: l->unmeasured;

	json_object_set_new(record, "matched", json_integer(json_object_size(l->primary)));
	explanation_say(record, "machine", "%s", lab->topology->name);
	explanation_say(record, "time", "%s", timekeeper_name(lab->mode));
	explanation_say(record, "stamp", "%s, one emulated CPU: path length in instructions, no time",
			lab->kernel->identity);
	if (json_object_get(record, "annotation") && !json_array_size(json_object_get(record, "annotation")))
		return say_not_executed(record);
	if (l->words->json) {
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
		putchar('\n');
	} else {
		explanation_print(stdout, record);
	}
	return code_of(text_of(record, "outcome"));
}

static int end_look(const struct lab *lab, struct look *l)
{
	if (l->boot->end != BOOT_DONE)
		fault("the guest: %s", l->boot->detail);
	else if (l->record || l->unmeasured)
		return print_record(lab, l);
	else if (!l->boot->exit_code)
		fault("nothing of it is counted: a rule, or counters, have no functions");
	else
		return l->boot->exit_code; /* the guest said why */
	return -1;
}

/* With what the guest's clock, its tracer and its tracepoints show, where it is not said that it must be all. */
static int explain_inside(const struct lab *lab, const struct exact_words *words, struct boot *boot)
{
	if (words->source || exact_words_need_exact(words))
		return exit_trouble();
	fprintf(stderr, "nodehop: not exact, but by what the guest itself can see: %s\n", fault_text());
	return lab_relay(lab, boot);
}

static int look_from_outside(const struct lab *lab, struct look *l)
{
	l->boot->record = take_record;
	l->boot->context = l;
	if (!l->kinds || boot_all(lab, l->boot, 1) < 0)
		return -1;
	return end_look(lab, l);
}

/* The file is opened before there is a guest: one that cannot be written costs no boot. */
static int look_and_fold(const struct lab *lab, struct look *l)
{
	struct file_draft draft;
	int code;

	if (!l->words->folded)
		return look_from_outside(lab, l);
	if (file_draft_open(&draft, l->words->folded) < 0)
		return -1;
	code = look_from_outside(lab, l);
	if (!l->stacks) {
		file_draft_abandon(&draft);
		return code;
	}
	fputs(l->stacks, draft.file);
	return file_draft_close(&draft) < 0 ? -1 : code;
}

static int explain_outside(const struct lab *lab, const struct exact_words *words, struct boot *boot)
{
	struct look l = { .words = words, .boot = boot, .kinds = kinds_load(NULL), .primary = json_object() };
	int code = look_and_fold(lab, &l);

	kinds_free(l.kinds);
	json_decref(l.primary);
	json_decref(l.record);
	json_decref(l.unmeasured);
	free(l.stacks);
	return code < 0 ? exit_trouble() : code;
}

static int check_words(const struct lab *lab, const struct exact_words *words)
{
	if (words->source && strcmp(words->source, EXACT))
		return fault("--tree, --folded and --annotate are of --source exact");
	if (lab->mode != TIME_COUNTED)
		return fault("the exact source counts instructions; leave out --mode fast");
	if (words->run_words == 2)
		return fault("explain what? Give a point, like: nodehop lab 2s -- explain move_pages size=1m batch=1");
	return 0;
}

static int explain(const struct lab *lab, const struct exact_words *words, struct boot *boot)
{
	struct lab with = *lab;

	if (check_words(lab, words) < 0)
		return exit_trouble();
	with.no_functions = false;
	with.annotate = words->annotate;
	if (boot_check_functions(&with) < 0)
		return explain_inside(lab, words, boot);
	with.argv = words->run;
	return explain_outside(&with, words, boot);
}

int lab_explain(const struct lab *lab, const struct lab_request *o, struct boot *boot)
{
	struct exact_words words;
	int code = exact_words_parse(&words, o->argc, o->argv) < 0 ? exit_trouble() : explain(lab, &words, boot);

	exact_words_free(&words);
	return code;
}
