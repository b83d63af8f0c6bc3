// SPDX-License-Identifier: GPL-2.0-or-later
/* check: what a session, a point, a metric, a sample and a function of a run may be */
#include <ctype.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/printable.h"
#include "base/units.h"
#include "machine/machine.h"
#include "record/check.h"
#include "base/outcome.h"

#define ERRNO_MAX 4095 /* the kernel's largest */
#define VALUE_MAX 1e18 /* 30 years in nanoseconds */

static bool is_one_of(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

/* ---- whole numbers ---- */

static const struct {
	const char *name;
	int most; /* the least is 0 */
} numbers[] = {
	[NUMBER_REVISION] = { "revision", INT_MAX },
	[NUMBER_SESSION] = { "session", INT_MAX - 1 }, /* one more still is a number */
	[NUMBER_SEED] = { "seed", INT_MAX },
	[NUMBER_ORDER] = { "order", INT_MAX - 1 },
	[NUMBER_REP] = { "rep", INT_MAX - 1 },
	[NUMBER_REPETITIONS] = { "repetitions", 1 << 20 }, /* of all sessions: sums of some runs still are numbers */
	[NUMBER_AGREE] = { "agree", 1 << 20 },
};

int check_number(enum check_number which, int64_t value, int *number)
{
	if (value < 0 || value > numbers[which].most)
		return fault("%s %" PRId64 "; it is 0 to %d", numbers[which].name, value, numbers[which].most);
	*number = value;
	return 0;
}

int check_number_text(enum check_number which, const char *text, int *number)
{
	uint64_t value;

	if (csv_parse_count(text, numbers[which].most, &value) < 0)
		return fault_at("%s", numbers[which].name);
	*number = value;
	return 0;
}

/* ---- sessions ---- */

static int check_mode(const json_t *mode)
{
	const char *word = json_string_value(mode);

	for (enum timekeeper k = TIME_HARDWARE; word && k <= TIME_UNTIMED; k++)
		if (!strcmp(word, timekeeper_name(k)))
			return 0;
	return fault("mode \"%s\"; it is hardware, counted or fast", word ?: "");
}

static int check_integer(enum check_number which, const json_t *value, int *number)
{
	if (!json_is_integer(value))
		return fault("%s is not a whole number", numbers[which].name);
	return check_number(which, json_integer_value(value), number);
}

int check_session(const json_t *entry, int *session)
{
	const json_t *seed = json_object_get(entry, "seed"), *mode = json_object_get(entry, "mode");
	int ignored;

	if (check_integer(NUMBER_SESSION, json_object_get(entry, "session"), session) < 0 ||
	    (seed && check_integer(NUMBER_SEED, seed, &ignored) < 0))
		return -1;
	return mode ? check_mode(mode) : 0;
}

/* ---- points ---- */

/* The value behind " axis=" in the key, as params hold it? Sizes are bytes there, and a pair is two numbers. */
static bool is_value_of(const json_t *params, const char *axis, const char *value)
{
	const json_t *param = json_object_get(params, axis);
	uint64_t number;
	char pair[48];

	if (!param && !strcmp(axis, "pair")) {
		snprintf(pair, sizeof(pair), "%" JSON_INTEGER_FORMAT ":%" JSON_INTEGER_FORMAT,
			 json_integer_value(json_object_get(params, "from")),
			 json_integer_value(json_object_get(params, "to")));
		return !strcmp(pair, value);
	}
	if (json_is_string(param))
		return !strcmp(json_string_value(param), value);
	return json_is_integer(param) && !units_parse_bytes(value, 0, INT64_MAX, &number) &&
	       number == (uint64_t)json_integer_value(param);
}

/* A key is the benchmark's name and " axis=value" for each axis that it shows. */
static int check_key(const struct run_point *p)
{
	char *copy = xstrdup(p->key), *rest = copy, *word = strsep(&rest, " ");
	int failed = 0;

	if (strcmp(word, p->benchmark))
		failed = fault("point \"%s\" is of benchmark \"%s\"", p->key, p->benchmark);
	while (!failed && (word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (!value || !is_value_of(p->params, word, value))
			failed = fault("point \"%s\" has other parameters than its key says: %s", p->key, word);
	}
	free(copy);
	return failed;
}

/* A word that stands in a column, a file's name, a line of its own. */
static int check_word(const char *what, const char *word)
{
	for (const char *at = word; *at; at += printable_bytes(at))
		if (!printable_bytes(at))
			return fault("%s \"%s\" has a character that cannot be shown", what, word);
	return 0;
}

static int check_words(const struct run_point *p)
{
	if (!isalpha((unsigned char)*p->key))
		return fault("point \"%s\" does not begin with a benchmark's name", p->key);
	return check_word("point", p->key) || check_word("primary", p->primary ?: "") ||
			       check_word("figure", p->figure ?: "") || check_word("reason", p->reason)
		       ? -1
		       : 0;
}

int check_point(const struct run_point *p)
{
	enum outcome outcome;

	if (check_words(p) < 0)
		return -1;
	if (outcome_parse(p->outcome, &outcome) < 0)
		return -1;
	if ((outcome == OK) != !*p->reason)
		return fault("outcome %s with reason \"%s\"; every outcome but ok has one", p->outcome, p->reason);
	return check_key(p);
}

/* ---- metrics ---- */

int check_metric(const struct run_metric *m)
{
	static const char *const classes[] = { "noisy", "counted", "exact", "untimed", NULL };
	static const char *const better[] = { "lower", "higher", "neither", NULL };

	if (!isalpha((unsigned char)*m->name))
		return fault("metric \"%s\" has no name that begins with a letter", m->name);
	if (check_word("metric", m->name) < 0 || check_word("unit", m->unit) < 0)
		return -1;
	if (!is_one_of(classes, m->class))
		return fault("metric %s is of class \"%s\"; there are noisy, counted, exact and untimed", m->name,
			     m->class);
	if (!is_one_of(better, m->better))
		return fault("metric %s is better \"%s\"; it is lower, higher or neither", m->name, m->better);
	return 0;
}

/* ---- samples ---- */

int check_sample(const struct run_sample *s, const struct run_metric *m)
{
	static const char *const marks[] = { "ok",	 "disturbed",	    "other-task",	"contaminated",
					     "counters", "counters-scaled", "counters-doubted", NULL };

	bool may_be_errno = !strcmp(m->class, "exact") && !strcmp(m->better, "neither");

	if (!is_one_of(marks, s->status) && fnmatch("contaminated:*", s->status, 0))
		return fault("a sample is marked \"%s\", which is not a known mark", s->status);
	if (!(s->value >= (may_be_errno ? -ERRNO_MAX : 0) && s->value <= VALUE_MAX))
		return fault("a value of %g: nothing that is measured is below 0 or above %g", s->value, VALUE_MAX);
	return 0;
}

/* ---- functions ---- */

static int check_function_words(const struct run_function *f)
{
	static const char *const executors[] = { "caller", "task", "interrupt", NULL };
	static const char *const kinds[] = { "path",	 "copy",      "zero", "wait", "spin", "amortised",
					     "deferred", "interrupt", "user", "rest", NULL };
	bool is_rest = !strcmp(f->function, FUNCTION_REST);

	if (check_word("function", f->function) < 0)
		return -1;
	if (!*f->function)
		return fault("a function without a name");
	if (is_rest != !strcmp(f->executor, FUNCTION_ALL))
		return fault("function %s executed by \"%s\"; only " FUNCTION_REST " is by " FUNCTION_ALL, f->function,
			     f->executor);
	if (!is_rest && !is_one_of(executors, f->executor))
		return fault("function %s executed by \"%s\"; there are caller, task and interrupt", f->function,
			     f->executor);
	return is_one_of(kinds, f->kind) ? 0 : fault("function %s of kind \"%s\", which is none", f->function, f->kind);
}

static bool is_counted(double value, double least)
{
	return value >= least && value <= VALUE_MAX;
}

int check_function(const struct run_function *f)
{
	bool is_rest = !strcmp(f->function, FUNCTION_REST);

	if (check_function_words(f) < 0)
		return -1;
	if (!is_counted(f->insns, is_rest ? -VALUE_MAX : 0))
		return fault("function %s with %g instructions", f->function, f->insns);
	if (!is_rest && !(f->least >= 0 && f->least <= f->insns && f->insns <= f->most && f->most <= VALUE_MAX))
		return fault("function %s with %g instructions, of %g to %g", f->function, f->insns, f->least, f->most);
	if (is_rest != isnan(f->calls) || (!is_rest && !is_counted(f->calls, 0)))
		return fault("function %s with %g calls", f->function, f->calls);
	if (!f->repetitions || f->agree > f->repetitions)
		return fault("function %s: %u of %u repetitions agree", f->function, f->agree, f->repetitions);
	return 0;
}

/* ---- the order of samples ---- */

struct check_order {
	const struct run *run;
	int session;   /* of the sample before */
	int *next_rep; /* the least that may come, by point, metric and warm-up; begins anew with each session */
};

static size_t counters(const struct run *run)
{
	return run->points * run->metrics * 2 + 1;
}

struct check_order *check_order_new(const struct run *run)
{
	struct check_order *o = xcalloc(1, sizeof(*o));

	*o = (struct check_order){ run, -1, xcalloc(counters(run), sizeof(*o->next_rep)) };
	return o;
}

static int *next_rep(const struct check_order *o, const struct run_sample *s)
{
	return &o->next_rep[(s->point * o->run->metrics + s->metric) * 2 + s->warmup];
}

int check_order_fits(const struct check_order *o, const struct run_sample *s)
{
	int next = s->session > o->session ? 0 : *next_rep(o, s);

	if (s->session < o->session)
		return fault("session %d after session %d; rows doubled or out of order", s->session, o->session);
	if (s->rep < next)
		return fault("repetition %d of %s after repetition %d; rows doubled or out of order", s->rep,
			     o->run->metric[s->metric].name, next - 1);
	return 0;
}

int check_order_take(struct check_order *o, const struct run_sample *s)
{
	if (check_order_fits(o, s) < 0)
		return -1;
	if (s->session > o->session)
		memset(o->next_rep, 0, counters(o->run) * sizeof(*o->next_rep));
	o->session = s->session;
	*next_rep(o, s) = s->rep + 1;
	return 0;
}

void check_order_free(struct check_order *o)
{
	if (o)
		free(o->next_rep);
	free(o);
}
