// SPDX-License-Identifier: GPL-2.0-or-later
/* knobs - kernel settings that are changed while we measure, and put back */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "settings/journal.h"
#include "settings/knob_held.h"
#include "settings/knob_restore.h"
#include "settings/knob_special.h"
#include "settings/knob_value.h"
#include "settings/knobs.h"

/*
 * The one state of this file, and not a context that callers pass: settings
 * are the machine's, which has one journal and one lock, so a second set of
 * changes in a process could only contradict the first. Whoever leaves the
 * program (an interrupted session, a dead child's parent, a fault far from
 * where a knob was set) must be able to put everything back without having
 * been handed anything. What works on it takes its part as a parameter:
 * changes_*(), journal_*(), knob_held_*(), and is tested so.
 */
static struct {
	struct changes changes; /* in force, oldest first; the journal holds the same */
	struct held held;	/* whatever a benchmark asks for */
	unsigned long next_serial;
	bool journal_is_open;
	size_t of_earlier_boot;
	void (*report)(const struct knob_report *knob);
} knobs = { .next_serial = 1 };

/* ---- reading ---- */

char *knob_read(const char *knob)
{
	const char *path = knob_path(knob);
	struct bytes content, value;

	if (!path || knob_value_read(path, &content))
		return NULL;
	value = knob_file_value(path, &content);
	free(content.data);
	return value.data;
}

static bool content_is(const char *path, const struct bytes *content, const char *value)
{
	struct bytes now = knob_file_value(path, content);
	bool same = knob_value_same_words(&now, value);

	free(now.data);
	return same;
}

bool knob_is(const char *knob, const char *value)
{
	const char *path = knob_path(knob);
	struct bytes content;
	bool same;

	if (!path || knob_value_read(path, &content))
		return false;
	same = content_is(path, &content, value);
	free(content.data);
	return same;
}

/* ---- putting back ---- */

static int restore(unsigned long mark, bool say_success)
{
	return changes_put_back(&knobs.changes, mark, knobs.report, say_success);
}

int knobs_restore(unsigned long mark)
{
	return restore(mark, false);
}

unsigned long knobs_mark(void)
{
	return knobs.next_serial;
}

/* ---- the journal ---- */

int knobs_open(void (*report)(const struct knob_report *knob))
{
	struct changes found = {};

	knobs.report = report;
	knobs.journal_is_open = false;
	if (journal_read(&found, &knobs.of_earlier_boot) || journal_try()) {
		changes_report(&found, report, fault_text());
		changes_free(&found);
		return fault_at("settings stay as they are");
	}
	knobs.journal_is_open = true;
	changes_free(&knobs.changes);
	knobs.changes = found;
	restore(0, true);
	return knobs.of_earlier_boot ? journal_write(&knobs.changes) : 0;
}

long knobs_left(void (*report)(const struct knob_report *knob))
{
	struct changes found = {};
	long n;

	if (journal_read(&found, &knobs.of_earlier_boot))
		return -1;
	changes_report(&found, report, "");
	n = found.n;
	changes_free(&found);
	return n;
}

size_t knobs_of_earlier_boot(void)
{
	return knobs.of_earlier_boot;
}

int knobs_adopt(void)
{
	struct changes left = {};
	unsigned long mark = knobs.next_serial;
	size_t earlier;

	if (!knobs.journal_is_open)
		return 0;
	if (journal_read(&left, &earlier))
		return -1;
	for (size_t i = 0; i < left.n; i++) /* ours come first: the process began with them */
		left.change[i].serial = i < knobs.changes.n ? knobs.changes.change[i].serial : knobs.next_serial++;
	changes_free(&knobs.changes);
	knobs.changes = left;
	return restore(mark, true);
}

/* ---- changing ---- */

bool knob_may_be_set(const char *knob)
{
	const char *path = knob_path(knob);

	return path && knobs.journal_is_open && (special_knob(path) || !knob_file_guard(path));
}

static int check_may_change(const char *path, const struct bytes *content, const char *value)
{
	char *now = knob_value_text(path, content);
	const char *guard = special_knob(path) ? NULL : knob_file_guard(path);
	const char *held = knob_held_value(&knobs.held, path);
	int result = 0;

	if (held)
		result = fault("%s: is held at %s, wanted %s", path, held, value);
	else if (guard)
		result = fault("%s: %s (is %s, wanted %s)", path, guard, now, value);
	else if (!knobs.journal_is_open)
		result = fault("%s: not changed, since there is no journal to put it back from", path);
	free(now);
	return result;
}

/* Enters the change, if it is one, without making it. */
static int plan_change(const struct knob_setting *s)
{
	const char *path = knob_path(s->knob);
	struct bytes content;
	int result = 0;

	if (!path || knob_value_read(path, &content))
		return -1;
	if (!content_is(path, &content, s->value)) {
		result = check_may_change(path, &content, s->value);
		if (!result) {
			changes_add(&knobs.changes, path, content, s->value, strlen(s->value))->serial =
				knobs.next_serial++;
			return 0;
		}
	}
	free(content.data);
	return result;
}

/* What the kernel makes of a value may be another one. */
static int make_change(const struct change *c)
{
	char *now;

	if (knob_value_write(c->path, &c->to))
		return -1;
	if (special_knob(c->path) || knob_is(c->path, c->to.data))
		return 0;
	now = knob_value_shown(c->path);
	fault("%s: asked for %s, the kernel made it %s", c->path, c->to.data, now);
	free(now);
	errno = ERANGE;
	return -1;
}

static void drop_planned(size_t from)
{
	while (knobs.changes.n > from)
		changes_remove(&knobs.changes, knobs.changes.n - 1);
}

static int undo(unsigned long mark)
{
	char *why = xstrdup(fault_text());
	int error = errno;

	restore(mark, false);
	fault("%s", why);
	free(why);
	errno = error;
	return -1;
}

/* Enters all of them, in the journal too, or none. */
static int plan_changes(const struct knob_setting *setting, size_t n)
{
	size_t before = knobs.changes.n;
	int failed = 0;

	for (size_t i = 0; !failed && i < n; i++)
		failed = plan_change(&setting[i]);
	if (!failed && knobs.changes.n > before)
		failed = journal_write(&knobs.changes);
	if (failed)
		drop_planned(before);
	return failed;
}

int knobs_set(const struct knob_setting *setting, size_t n)
{
	unsigned long mark = knobs.next_serial;
	size_t before = knobs.changes.n;

	errno = 0;
	if (plan_changes(setting, n)) {
		errno = 0;
		return -1;
	}
	errno = 0;
	for (size_t i = before; i < knobs.changes.n; i++)
		if (make_change(&knobs.changes.change[i]))
			return undo(mark);
	return 0;
}

int knob_set(const char *knob, const char *value)
{
	return knobs_set(&(struct knob_setting){ knob, value }, 1);
}

/* ---- holding ---- */

bool knob_is_held(const char *knob)
{
	const char *path = knob_path(knob);

	return path && knob_held_value(&knobs.held, path);
}

int knob_hold(const char *knob, const char *value)
{
	const char *path = knob_path(knob);

	if (!path || knob_set(knob, value))
		return -1;
	knob_held_add(&knobs.held, path, value);
	return 0;
}

/* ---- saying ---- */

void knobs_changed(unsigned long mark, void (*each)(const char *path, const char *found, const char *to))
{
	for (size_t i = 0; i < knobs.changes.n; i++) {
		const struct change *c = &knobs.changes.change[i];
		char *found, *to;

		if (c->serial < mark)
			continue;
		found = knob_value_text(c->path, &c->found);
		to = knob_value_shown(c->path);
		each(c->path, found, to);
		free(found);
		free(to);
	}
}
