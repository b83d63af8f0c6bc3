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
#include "base/outcome.h"
#include "campaign/exit_code.h"
#include "explain/explain_exact.h"
#include "explain/lab_explain.h"
#include "output/explanation_text.h"

#define SOURCE "--source"
#define EXACT  "exact"
#define JSON   "--json"

/* ---- the command ---- */

/* The source that word i names, and how many words that takes; NULL when it is none. */
static const char *source_at(const struct lab_request *o, int i, int *words)
{
	size_t length = strlen(SOURCE);

	*words = 1;
	if (strncmp(o->argv[i], SOURCE, length))
		return NULL;
	if (o->argv[i][length] == '=')
		return o->argv[i] + length + 1;
	*words = 2;
	return !o->argv[i][length] && i + 1 < o->argc ? o->argv[i + 1] : NULL;
}

/* The last one counts; NULL when there is none. */
static const char *named_source(const struct lab_request *o)
{
	const char *source = NULL;

	for (int i = 2, words; i < o->argc; i += words)
		source = source_at(o, i, &words) ?: source;
	return source;
}

bool lab_explain_is_exact(const struct lab_request *o)
{
	const char *source = named_source(o);

	return source ? !strcmp(source, EXACT) : o->mode == TIME_COUNTED;
}

/* "nodehop explain POINT --json" into "nodehop run POINT". How many words, and whether there was --json. */
static int run_words(const struct lab_request *o, const char **argv, bool *json)
{
	int n = 0;

	argv[n++] = o->argv[0];
	argv[n++] = "run";
	for (int i = 2, words; i < o->argc; i += words) {
		bool is_json = !strcmp(o->argv[i], JSON);

		*json |= is_json;
		if (!source_at(o, i, &words) && !is_json)
			argv[n++] = o->argv[i];
	}
	argv[n] = NULL;
	return n;
}

/* ---- while the guest runs ---- */

struct look {
	struct boot *boot;
	struct kinds *kinds;
	json_t *primary;    /* by point, in the order of the plan */
	json_t *record;	    /* of the first point of the plan that was measured so far */
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

static int take_samples(struct look *l, const json_t *record)
{
	const char *primary = text_of(l->primary, text_of(record, "point"));
	json_t *samples = json_deep_copy(record), *functions = NULL;
	int failed = functions_take(l->boot->calls, l->kinds, samples, primary, false, &functions);

	if (!failed && functions && comes_first(l, text_of(record, "point"))) {
		json_decref(l->record);
		l->record = explain_exact(l->boot->calls, l->kinds, samples, functions, primary);
	}
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

static int print_record(const struct lab *lab, const struct look *l, bool as_json)
{
	json_t *record = l->record ?: l->unmeasured;

	json_object_set_new(record, "matched", json_integer(json_object_size(l->primary)));
	explanation_say(record, "machine", "%s", lab->topology->name);
	explanation_say(record, "time", "%s", timekeeper_name(lab->mode));
	explanation_say(record, "stamp", "%s, one emulated CPU: path length in instructions, no time",
			lab->kernel->identity);
	if (as_json) {
		json_dumpf(record, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
		putchar('\n');
	} else {
		explanation_print(stdout, record);
	}
	return code_of(text_of(record, "outcome"));
}

static int end_look(const struct lab *lab, struct look *l, bool as_json)
{
	if (l->boot->end != BOOT_DONE)
		fault("the guest: %s", l->boot->detail);
	else if (l->record || l->unmeasured)
		return print_record(lab, l, as_json);
	else if (!l->boot->exit_code)
		fault("nothing of it is counted: a rule, or counters, have no functions");
	else
		return l->boot->exit_code; /* the guest said why */
	return -1;
}

/* With what the guest's clock, its tracer and its tracepoints show, where it is not said that it must be all. */
static int explain_inside(const struct lab *lab, const struct lab_request *o, struct boot *boot)
{
	if (named_source(o))
		return exit_trouble();
	fprintf(stderr, "nodehop: not exact, but by what the guest itself can see: %s\n", fault_text());
	return lab_relay(lab, boot);
}

static int explain_outside(const struct lab *lab, const struct lab_request *o, struct boot *boot)
{
	struct look l = { .boot = boot, .kinds = kinds_load(NULL), .primary = json_object() };
	const char *argv[o->argc + 1];
	struct lab with = *lab;
	bool as_json = false;
	int code = -1;

	with.argv = argv;
	with.no_functions = false;
	boot->record = take_record;
	boot->context = &l;
	if (run_words(o, argv, &as_json) == 2)
		fault("explain what? Give a point, like: nodehop lab 2s -- explain move_pages size=1m batch=1");
	else if (l.kinds && boot_all(&with, boot, 1) == 0)
		code = end_look(lab, &l, as_json);
	kinds_free(l.kinds);
	json_decref(l.primary);
	json_decref(l.record);
	json_decref(l.unmeasured);
	return code < 0 ? exit_trouble() : code;
}

int lab_explain(const struct lab *lab, const struct lab_request *o, struct boot *boot)
{
	if (lab->mode != TIME_COUNTED) {
		fault("--source exact counts instructions; leave out --mode fast");
		return exit_trouble();
	}
	return boot_check_functions(lab) < 0 ? explain_inside(lab, o, boot) : explain_outside(lab, o, boot);
}
