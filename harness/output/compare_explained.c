// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_explained - which functions of a changed point are shown, and the sums below them; the layout is each format's */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "output/compare_explained.h"

#define SHOWN_SHARE 0.9 /* of the sum of absolute changes */

static const char *text_of(const json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key)) ?: "";
}

/* NAN where it is null or missing. */
static double number_of(const json_t *entry, const char *key)
{
	const json_t *number = json_object_get(entry, key);

	return json_is_number(number) ? json_number_value(number) : NAN;
}

static char *signed_words(char buffer[WORDS_MAX], double change)
{
	if (isnan(change))
		return strcpy(buffer, "-");
	snprintf(buffer, WORDS_MAX, fabs(change) < 0.0005 ? "0.000" : "%+.3f", change);
	return buffer;
}

/* ---- rows ---- */

static double size_of(const json_t *entry)
{
	return fabs(json_number_value(json_object_get(entry, "change")));
}

/* So many of them, largest first, come to that share of the sum of their absolute changes, or are as many as are shown. */
static size_t shown_of(const json_t *list)
{
	double all = 0, shown = 0;
	const json_t *entry;
	size_t i, n = 0;

	json_array_foreach ((json_t *)list, i, entry)
		all += size_of(entry);
	json_array_foreach ((json_t *)list, i, entry) {
		if (n == EXPLAINED_MOST || shown >= SHOWN_SHARE * all)
			break;
		shown += size_of(entry);
		n++;
	}
	return n;
}

static struct explained_row row_of(const json_t *entry)
{
	struct explained_row row = {
		.function = text_of(entry, "function"),
		.executor = text_of(entry, "executor"),
		.kind = text_of(entry, "kind"),
		.mark = json_is_true(json_object_get(entry, "within_noise")) ? ", within its noise" : "",
	};

	signed_words(row.change, number_of(entry, "change"));
	signed_words(row.by_calls, number_of(entry, "by_calls"));
	signed_words(row.by_length, number_of(entry, "by_length"));
	words_both(row.insns, number_of(entry, "a"), number_of(entry, "b"));
	words_both(row.calls, number_of(entry, "a_calls"), number_of(entry, "b_calls"));
	words_both(row.length, number_of(entry, "a_length"), number_of(entry, "b_length"));
	return row;
}

/* ---- sentences ---- */

/* Collects one, piece by piece. */
struct sentence {
	char *text;
	size_t length;
	FILE *to;
};

static void begin(struct sentence *s)
{
	s->to = open_memstream(&s->text, &s->length);
	if (!s->to)
		alloc_failed();
}

static void end(struct sentence *s, FILE *out, words_say *say)
{
	fclose(s->to);
	say(out, s->text);
	free(s->text);
}

static double sum_of(const json_t *list, size_t from)
{
	double sum = 0;

	for (size_t i = from; i < json_array_size(list); i++)
		sum += json_number_value(json_object_get(json_array_get(list, i), "change"));
	return sum;
}

/* Most are the calling thread's path, and only the others say what they are. */
static void name_one_sided(FILE *out, const char *separator, const json_t *entry)
{
	const char *executor = text_of(entry, "executor"), *kind = text_of(entry, "kind");
	char change[WORDS_MAX];

	fprintf(out, "%s %s", separator, text_of(entry, "function"));
	if (strcmp(executor, "caller") || strcmp(kind, "path"))
		fprintf(out, " (%s, %s)", executor, kind);
	fprintf(out, " %s", signed_words(change, number_of(entry, "change")));
}

/* "only in A: 14, -123.456: walk -100.000, look -23.000, 12 more -0.456" */
static void say_one_sided(FILE *out, words_say *say, const json_t *list, const char *where)
{
	size_t n = json_array_size(list), shown = shown_of(list);
	char change[WORDS_MAX];
	struct sentence s;

	if (!n)
		return;
	begin(&s);
	fprintf(s.to, "%s: %zu function%s, %s:", where, n, n == 1 ? "" : "s", signed_words(change, sum_of(list, 0)));
	for (size_t i = 0; i < shown; i++)
		name_one_sided(s.to, i ? "," : "", json_array_get(list, i));
	if (shown < n)
		fprintf(s.to, ", %zu more %s", n - shown, signed_words(change, sum_of(list, shown)));
	end(&s, out, say);
}

static void say_kinds(FILE *out, words_say *say, const json_t *point)
{
	double a = number_of(point, "whole_a"), b = number_of(point, "whole_b");
	const json_t *change;
	char words[WORDS_MAX];
	struct sentence s;
	const char *kind;

	begin(&s);
	fputs("all that was executed, by kind:", s.to);
	json_object_foreach (json_object_get(point, "kinds"), kind, change)
		fprintf(s.to, " %s %s,", kind, signed_words(words, json_number_value(change)));
	fprintf(s.to, " together %s, from %.3f to %.3f", signed_words(words, b - a), a, b);
	end(&s, out, say);
}

/* The parts of a sum, and what they add up to. */
static void say_sum(FILE *out, words_say *say, const json_t *point, size_t shown)
{
	const json_t *functions = json_object_get(point, "functions");
	size_t more = json_array_size(functions) - shown;
	json_int_t unchanged = json_integer_value(json_object_get(point, "unchanged"));
	char words[WORDS_MAX];
	struct sentence s;

	begin(&s);
	fprintf(s.to, "sum: functions %s %s", shown ? "above" : "of both sides",
		signed_words(words, sum_of(functions, 0) - sum_of(functions, shown)));
	if (more)
		fprintf(s.to, ", %zu more %s", more, signed_words(words, sum_of(functions, shown)));
	fprintf(s.to, ", %lld unchanged", (long long)unchanged);
	fprintf(s.to, ", only in A %s", signed_words(words, sum_of(json_object_get(point, "only_in_a"), 0)));
	fprintf(s.to, ", only in B %s", signed_words(words, sum_of(json_object_get(point, "only_in_b"), 0)));
	fprintf(s.to, ", residual %s", signed_words(words, number_of(point, "residual")));
	fprintf(s.to, " = %s %s", text_of(point, "metric"), signed_words(words, number_of(point, "change")));
	end(&s, out, say);
}

/* ---- points ---- */

static void write_head(FILE *out, const json_t *point, const struct explained_layout *layout)
{
	char *sentence = NULL, change[WORDS_MAX];

	if (asprintf(&sentence, "%s %.3f -> %.3f, %s%s", text_of(point, "metric"), number_of(point, "a"),
		     number_of(point, "b"), signed_words(change, number_of(point, "change")),
		     json_is_true(json_object_get(point, "noise_known"))
			     ? ""
			     : "; no A/A record has the noise of its functions") < 0)
		alloc_failed();
	layout->head(out, text_of(point, "point"), sentence, json_array_size(json_object_get(point, "functions")) > 0);
	free(sentence);
}

static void write_point(FILE *out, const json_t *point, const struct explained_layout *layout)
{
	const json_t *functions = json_object_get(point, "functions");
	size_t shown = shown_of(functions);

	write_head(out, point, layout);
	for (size_t i = 0; i < shown; i++) {
		struct explained_row row = row_of(json_array_get(functions, i));

		layout->row(out, &row);
	}
	say_one_sided(out, layout->say, json_object_get(point, "only_in_a"), "only in A");
	say_one_sided(out, layout->say, json_object_get(point, "only_in_b"), "only in B");
	say_kinds(out, layout->say, point);
	say_sum(out, layout->say, point, shown);
	layout->end(out);
}

void explained_write(FILE *out, const struct comparison *c, const struct explained_layout *layout)
{
	const json_t *point;
	size_t i;

	if (json_array_size(c->explained))
		layout->title(out);
	json_array_foreach (c->explained, i, point)
		write_point(out, point, layout);
}
