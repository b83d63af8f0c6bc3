// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rule_expect - what must hold, and what was seen
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "machine/facts.h"
#include "memory/trial_private.h"
#include "rule.h"

static const char *answer_text(long value, char *buffer, size_t size)
{
	const char *name = value < 0 ? strerrorname_np(-value) : NULL;

	if (value == STATUS_UNTOUCHED)
		snprintf(buffer, size, "unwritten");
	else if (name)
		snprintf(buffer, size, "-%s", name);
	else
		snprintf(buffer, size, "%ld", value);
	return buffer;
}

static void append(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct trial *t, const char *format, ...)
{
	size_t length = strlen(t->own->detail);
	va_list args;

	va_start(args, format);
	vsnprintf(t->own->detail + length, sizeof(t->own->detail) - length, format, args);
	va_end(args);
}

/* All that rules see passes here; the tests have another one, which lies. */
__attribute__((weak)) long rule_sees(long got)
{
	return got;
}

static void record_first(struct trial *t, long value)
{
	if (t->value[0] != t->value[0]) /* NAN: nothing seen yet */
		t->value[0] = value;
}

long must(struct trial *t, const char *what, long got)
{
	char text[32];

	if (got < 0)
		rule_end(t, broken(t, "step", "%s: %s", what, answer_text(got, text, sizeof(text))));
	return got;
}

void expect(struct trial *t, const char *what, long got, long wanted)
{
	char is[32], promised[32];

	got = rule_sees(got);
	record_first(t, got);
	if (got != wanted)
		rule_end(t, wrong(t, "promise-broken", "%s is %s, expected %s", what, answer_text(got, is, sizeof(is)),
				  answer_text(wanted, promised, sizeof(promised))));
}

void expect_at_least(struct trial *t, const char *what, long got, long least)
{
	got = rule_sees(got);
	if (got < least)
		rule_end(t, wrong(t, "promise-broken", "%s is %ld, expected %ld or more", what, got, least));
}

void seen(struct trial *t, const char *what, long value)
{
	char text[32];

	t->value[0] = value;
	append(t, "%s%s %s", *t->own->detail ? ", " : "", what, answer_text(value, text, sizeof(text)));
}

static _Noreturn void none_of(struct trial *t, const char *what, long got, const struct answer *answers)
{
	char text[32];

	t->own->detail[0] = '\0';
	append(t, "%s is %s, expected", what, answer_text(got, text, sizeof(text)));
	for (const struct answer *a = answers; a->when; a++)
		append(t, "%s %s (%s)", a == answers ? "" : " or", answer_text(a->value, text, sizeof(text)), a->when);
	snprintf(t->own->reason, sizeof(t->own->reason), "promise-broken");
	rule_end(t, WRONG);
}

size_t expect_one_of(struct trial *t, const char *what, long got, const struct answer *answers)
{
	got = rule_sees(got);
	for (size_t i = 0; answers[i].when; i++) {
		if (answers[i].value != got)
			continue;
		seen(t, what, got);
		append(t, " (%s)", answers[i].when);
		return i;
	}
	none_of(t, what, got, answers);
}
