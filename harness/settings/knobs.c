// SPDX-License-Identifier: GPL-2.0-or-later
/* knobs - kernel settings that are changed while we measure, and put back */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "settings/journal.h"
#include "settings/knob_special.h"
#include "settings/knob_value.h"
#include "settings/knobs.h"

static struct changes changes; /* in force, oldest first; the journal holds the same */
static unsigned long next_serial = 1;
static bool journal_is_open;
static size_t of_earlier_boot;
static void (*tell)(const struct knob_told *knob);

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

static void tell_one(void (*told)(const struct knob_told *knob), const struct change *c, const char *now,
		     const char *why)
{
	char *found = knob_value_text(c->path, &c->found);

	if (told)
		told(&(struct knob_told){ c->path, now, found, why });
	free(found);
}

/* A file that is as it was is not written again; what is special may read the same and be something else. */
static int put_back(const struct change *c)
{
	struct bytes value, now;
	bool same = false;
	int failed;

	if (!special_knob(c->path) && !knob_file_read(c->path, &now)) {
		same = now.size == c->found.size && !memcmp(now.data, c->found.data, now.size);
		free(now.data);
	}
	if (same)
		return 0;
	value = knob_file_value(c->path, &c->found);
	failed = knob_value_write(c->path, &value) || !knob_value_is_back(c->path, &c->found);
	free(value.data);
	return failed ? -1 : 0;
}

static int put_back_and_tell(struct change *c, bool say_success)
{
	char *now = knob_value_shown(c->path);
	int failed = put_back(c);

	if (failed || say_success)
		tell_one(tell, c, now, failed ? fault_text() : NULL);
	c->serial = 0;
	free(now);
	return failed;
}

/* Latest first; what fails stays in the list. */
static int restore(unsigned long mark, bool say_success)
{
	size_t before = changes.n;
	int failed = 0;

	for (size_t i = changes.n; i--;) {
		if (changes.change[i].serial < mark)
			continue;
		if (put_back_and_tell(&changes.change[i], say_success))
			failed = -1;
		else
			changes_remove(&changes, i);
	}
	if (changes.n != before && journal_write(&changes))
		failed = -1;
	return failed;
}

int knobs_restore(unsigned long mark)
{
	return restore(mark, false);
}

unsigned long knobs_mark(void)
{
	return next_serial;
}

/* ---- the journal ---- */

/* Keeps the fault. */
static void tell_all(void (*told)(const struct knob_told *knob), const struct changes *list, const char *why)
{
	char *kept = xstrdup(why);

	for (size_t i = 0; i < list->n; i++) {
		char *now = knob_value_shown(list->change[i].path);

		tell_one(told, &list->change[i], now, kept);
		free(now);
	}
	fault("%s", kept ? kept : "no memory to say why");
	free(kept);
}

int knobs_open(void (*told)(const struct knob_told *knob))
{
	struct changes found = {};

	tell = told;
	journal_is_open = false;
	if (journal_read(&found, &of_earlier_boot) || journal_try()) {
		tell_all(told, &found, fault_text());
		changes_free(&found);
		return fault_at("settings stay as they are");
	}
	journal_is_open = true;
	changes_free(&changes);
	changes = found;
	restore(0, true);
	return of_earlier_boot ? journal_write(&changes) : 0;
}

long knobs_left(void (*told)(const struct knob_told *knob))
{
	struct changes found = {};
	long n;

	if (journal_read(&found, &of_earlier_boot))
		return -1;
	tell_all(told, &found, "");
	n = found.n;
	changes_free(&found);
	return n;
}

size_t knobs_of_earlier_boot(void)
{
	return of_earlier_boot;
}

int knobs_adopt(void)
{
	struct changes left = {};
	unsigned long mark = next_serial;
	size_t earlier;

	if (!journal_is_open)
		return 0;
	if (journal_read(&left, &earlier))
		return -1;
	for (size_t i = 0; i < left.n; i++) /* ours come first: the process began with them */
		left.change[i].serial = i < changes.n ? changes.change[i].serial : next_serial++;
	changes_free(&changes);
	changes = left;
	return restore(mark, true);
}

/* ---- changing ---- */

struct held {
	char *path, *value;
};

static struct held *held;
static size_t held_count;

static const struct held *held_at(const char *path)
{
	for (size_t i = 0; i < held_count; i++)
		if (!strcmp(held[i].path, path))
			return &held[i];
	return NULL;
}

bool knob_is_held(const char *knob)
{
	const char *path = knob_path(knob);

	return path && held_at(path);
}

bool knob_may_be_set(const char *knob)
{
	const char *path = knob_path(knob);

	return path && journal_is_open && (special_knob(path) || !knob_file_guard(path));
}

static int check_may_change(const char *path, const struct bytes *content, const char *value)
{
	char *now = knob_value_text(path, content);
	const char *guard = special_knob(path) ? NULL : knob_file_guard(path);
	const struct held *h = held_at(path);
	int result = 0;

	if (h)
		result = fault("%s: is held at %s, wanted %s", path, h->value, value);
	else if (guard)
		result = fault("%s: %s (is %s, wanted %s)", path, guard, now, value);
	else if (!journal_is_open)
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
			changes_add(&changes, path, content, s->value, strlen(s->value))->serial = next_serial++;
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
	while (changes.n > from)
		changes_remove(&changes, changes.n - 1);
}

static int undo(unsigned long mark)
{
	char *why = xstrdup(fault_text());
	int error = errno;

	restore(mark, false);
	fault("%s", why ? why : "no memory to say why");
	free(why);
	errno = error;
	return -1;
}

/* Enters all of them, in the journal too, or none. */
static int plan_changes(const struct knob_setting *setting, size_t n)
{
	size_t before = changes.n;
	int failed = 0;

	for (size_t i = 0; !failed && i < n; i++)
		failed = plan_change(&setting[i]);
	if (!failed && changes.n > before)
		failed = journal_write(&changes);
	if (failed)
		drop_planned(before);
	return failed;
}

int knobs_set(const struct knob_setting *setting, size_t n)
{
	unsigned long mark = next_serial;
	size_t before = changes.n;

	errno = 0;
	if (plan_changes(setting, n)) {
		errno = 0;
		return -1;
	}
	errno = 0;
	for (size_t i = before; i < changes.n; i++)
		if (make_change(&changes.change[i]))
			return undo(mark);
	return 0;
}

int knob_set(const char *knob, const char *value)
{
	return knobs_set(&(struct knob_setting){ knob, value }, 1);
}

int knob_hold(const char *knob, const char *value)
{
	const char *path = knob_path(knob);
	struct held *grown;

	if (!path || knob_set(knob, value))
		return -1;
	if (held_at(path))
		return 0;
	grown = xrealloc(held, (held_count + 1) * sizeof(*held));
	if (!grown)
		return fault("no memory to hold %s", knob);
	held = grown;
	held[held_count] = (struct held){ xstrdup(path), xstrdup(value) };
	return held[held_count].path && held[held_count++].value ? 0 : fault("no memory to hold %s", knob);
}

void knobs_changed(unsigned long mark, void (*each)(const char *path, const char *found, const char *to))
{
	for (size_t i = 0; i < changes.n; i++) {
		const struct change *c = &changes.change[i];
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
