// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_words - numbers and sentences of a comparison that all text formats share; no layout */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/margin.h"
#include "base/minmax.h"
#include "base/text.h"
#include "compare/compare_words.h"
#include "record/fingerprint.h"

/* ---- numbers ------------------------------------------------------------- */

char *words_value(char buffer[WORDS_MAX], double value)
{
	static const char *const suffix[] = { "", "k", "M", "G", "T" };
	size_t power = 0;

	if (isnan(value))
		return strcpy(buffer, "-");
	while (fabs(value) >= (power ? 1000 : 100000) && power < 4) {
		value /= 1000;
		power++;
	}
	snprintf(buffer, WORDS_MAX, "%.5g%s", value, suffix[power]);
	return buffer;
}

char *words_both(char buffer[WORDS_BOTH], double a, double b)
{
	char of_a[WORDS_MAX], of_b[WORDS_MAX];

	words_value(of_a, a);
	words_value(of_b, b);
	if (strcmp(of_a, of_b))
		snprintf(buffer, WORDS_BOTH, "%s -> %s", of_a, of_b);
	else
		strcpy(buffer, of_a);
	return buffer;
}

/* In per cent, and no "-0.00". */
static double percent(double share)
{
	return fabs(share) < 0.00005 ? 0 : 100 * share;
}

/* Two digits behind the point are enough for what a margin of 0.1 % can tell apart. */
char *words_share(char buffer[WORDS_MAX], double share)
{
	if (isnan(share))
		return strcpy(buffer, "-");
	snprintf(buffer, WORDS_MAX, fabs(share) < 9.995 ? "%+.2f %%" : "%+.3g %%", percent(share));
	return buffer;
}

char *words_interval(char buffer[WORDS_MAX], const struct change *change)
{
	if (isnan(change->lo))
		return strcpy(buffer, "[-]");
	snprintf(buffer, WORDS_MAX, "[%+.2f, %+.2f]", percent(change->lo), percent(change->hi));
	return buffer;
}

char *words_size(char buffer[WORDS_MAX], double log_ratio)
{
	if (isnan(log_ratio))
		return strcpy(buffer, "-");
	if (isinf(log_ratio))
		return strcpy(buffer, "never");
	snprintf(buffer, WORDS_MAX, "%.2f %%", 100 * expm1(log_ratio));
	return buffer;
}

/* ---- sentences ------------------------------------------------------------- */

static void __attribute__((format(printf, 3, 4))) sayf(FILE *out, words_say *say, const char *format, ...)
{
	char *sentence;
	va_list args;

	va_start(args, format);
	sentence = text_of_args(format, args);
	va_end(args);
	say(out, sentence);
	free(sentence);
}

static void say_side(FILE *out, words_say *say, const char *name, const struct compare_side *s)
{
	sayf(out, say, "%s: %s (%s, %s mode, kernel %s, build %s, %zu session%s)", name, s->dir, s->machine, s->mode,
	     s->kernel, s->build, s->sessions, s->sessions == 1 ? "" : "s");
}

static void say_keys(FILE *out, words_say *say, const char *what, const json_t *keys)
{
	char *line = json_array_size(keys) ? fingerprint_describe(keys) : NULL;

	if (line)
		sayf(out, say, "%s: %s", what, line);
	free(line);
}

static void say_mode(FILE *out, words_say *say, const struct comparison *c)
{
	if (!strcmp(c->a.mode, "counted"))
		sayf(out, say,
		     "one emulated CPU: path length in instructions; no time, no caches, no bandwidth, no interrupts "
		     "between CPUs, no contention");
}

static size_t fewest_sessions(const struct comparison *c)
{
	return min(c->a.sessions, c->b.sessions);
}

/* What this many sessions can and cannot show, before a single verdict is read. */
static void say_sessions(FILE *out, words_say *say, const struct comparison *c)
{
	size_t has = fewest_sessions(c);

	if (c->gate || !c->tested)
		return;
	if (has < c->needs_sessions)
		sayf(out, say,
		     "%zu point%s judged together take %zu sessions a side (sign test, Holm, alpha %g), there are %zu: "
		     "nothing can be called regressed or improved, whatever the numbers",
		     c->tested, c->tested == 1 ? "" : "s", c->needs_sessions, c->alpha, has);
	else
		sayf(out, say,
		     "%zu point%s judged together take %zu sessions a side (sign test, Holm, alpha %g), there are %zu",
		     c->tested, c->tested == 1 ? "" : "s", c->needs_sessions, c->alpha, has);
}

/* Another build of the same source differs, too, and no session of these builds shows by how much. */
static void say_builds(FILE *out, words_say *say, const struct comparison *c, size_t unmeasured)
{
	bool kernels = !strcmp(c->variant, "kernel"), counted = !strcmp(c->a.mode, "counted");

	if (c->tested && (unmeasured || kernels))
		sayf(out, say,
		     "each verdict%s rests on the %s of one build of each %s alone: by how much two builds of the same "
		     "source differ is not in its margin",
		     unmeasured == c->tested || kernels ? "" : " without a record", counted ? "seeds" : "sessions",
		     kernels ? "kernel" : "side");
}

static void say_margins(FILE *out, words_say *say, const struct comparison *c)
{
	size_t unmeasured = 0;
	char least[WORDS_MAX];

	for (size_t i = 0; i < c->rows; i++)
		unmeasured += c->row[i].tested && !c->row[i].margin_measured;
	if (*c->margin_from)
		sayf(out, say, "margins from %s", c->margin_from);
	words_size(least, margin_least(!strcmp(c->a.mode, "counted")));
	if (unmeasured)
		sayf(out, say,
		     "no A/A record for %zu point%s: the least margin, %s, is taken and was not measured "
		     "(`nodehop ab --aa` measures it)",
		     unmeasured, unmeasured == 1 ? "" : "s", least);
	say_builds(out, say, c, unmeasured);
}

static void say_notes(FILE *out, words_say *say, const struct comparison *c)
{
	const json_t *note;
	size_t i;

	json_array_foreach (c->notes, i, note)
		say(out, json_string_value(note) ?: "");
}

void words_head(FILE *out, const struct comparison *c, words_say *say)
{
	say_side(out, say, "A", &c->a);
	say_side(out, say, "B", &c->b);
	if (json_array_size(c->differing)) {
		say_keys(out, say, "incomparable, these keys differ", c->differing);
		return;
	}
	sayf(out, say, "may differ: %s", *c->variant ? c->variant : "nothing");
	say_keys(out, say, "ignored by hand", c->ignored);
	say_mode(out, say, c);
	say_sessions(out, say, c);
	say_margins(out, say, c);
	say_notes(out, say, c);
}

static void say_counts(FILE *out, words_say *say, const struct comparison *c)
{
	char line[512] = "";
	size_t used = 0;

	for (enum verdict v = 0; v < VERDICT_SHOWN; v++) {
		size_t n = v == VERDICT_SEMANTICS ? compare_semantics(c) : compare_count(c, v, false);

		if (n && used < sizeof(line))
			used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%zu %s", used ? ", " : "", n,
						 verdict_name(v));
	}
	sayf(out, say, "%s", used ? line : "no point");
}

/* Where more sessions could decide, how to get them. */
static void say_next(FILE *out, words_say *say, const struct comparison *c)
{
	size_t open = compare_count(c, VERDICT_INCONCLUSIVE, true), n = c->needs_sessions;

	if (!open || c->gate || fewest_sessions(c) >= n)
		return;
	if (!strcmp(c->a.mode, "hardware"))
		sayf(out, say,
		     "next: %zu sessions of each side, in turns by `nodehop ab --sessions %zu`, or one side after the "
		     "other by `nodehop run --sessions %zu`",
		     n, n, n);
	else
		sayf(out, say,
		     "next: %zu sessions of each side, by `nodehop ab %s --sessions %zu`, or one after the other by "
		     "`nodehop "
		     "lab %s --seed 1..%zu`",
		     n, c->a.machine, n, c->a.machine, n);
}

void words_tail(FILE *out, const struct comparison *c, words_say *say)
{
	static const char *const meaning[] = {
		[0] = "fine",
		[1] = "regressed, or measured wrongly",
		[3] = "a gating point is undecided",
		[4] = "nothing could be measured",
		[5] = "incomparable",
	};
	int code = compare_exit(c);

	if (!json_array_size(c->differing))
		say_counts(out, say, c);
	say_next(out, say, c);
	if (*c->undecided)
		say(out, c->undecided);
	if (code == 1 && !compare_count(c, VERDICT_REGRESSED, true) && !compare_count(c, VERDICT_ERROR, true))
		sayf(out, say, "exit 1: %s",
		     c->strict && compare_semantics(c) ? "semantics differ, and --strict was asked for"
						       : "functions grew, and --strict-functions was asked for");
	else
		sayf(out, say, "exit %d: %s", code, meaning[code]);
}
