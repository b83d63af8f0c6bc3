// SPDX-License-Identifier: GPL-2.0-or-later
/* settings - sets what a session and its points need, and says what may not be set */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "plan/settings.h"
#include "settings/knobs.h"

/* ---- a quiet machine ---- */

static const struct quiet {
	const char *knob, *value, *effect;
} quiet[] = {
	{ "numa_balancing", "0", "the kernel may move the pages that are measured" },
	{ "demotion", "false", "the kernel may move cold pages to a slower node" },
	{ "ksm", "0", "the kernel may merge equal pages" },
	{ "khugepaged_defrag", "0", "small pages may become huge between two repetitions" },
	{ "compaction_proactiveness", "0", "the kernel may migrate pages within a node, which counts as migration" },
};

/* Held by the user, or not there: nothing to say. The fingerprint records what is in force. */
static void make_quiet(const struct quiet *q, void (*stays)(const struct unquiet *setting))
{
	char *now, *why;

	if (!knob_path(q->knob) || knob_is_held(q->knob) || !knob_set(q->knob, q->value) || !stays)
		return;
	why = xstrdup(fault_text());
	now = knob_read(q->knob);
	stays(&(struct unquiet){ q->knob, now ?: "unreadable", q->value, q->effect, why ?: "" });
	free(now);
	free(why);
}

void settings_quiet(void (*stays)(const struct unquiet *setting))
{
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		make_quiet(&quiet[i], stays);
}

/* ---- what a point needs ---- */

void settings_free(struct settings *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->setting[i].knob);
		free(list->setting[i].value);
		free(list->setting[i].name);
		free(list->setting[i].shown);
	}
	free(list->setting);
	*list = (struct settings){};
}

char *settings_print(const struct settings *list)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	for (size_t i = 0; out && i < list->n; i++)
		fprintf(out, "%s%s=%s", i ? ";" : "", list->setting[i].name, list->setting[i].shown);
	if (!out || fclose(out))
		alloc_failed();
	return text;
}

/* ---- setting it ---- */

/* Why what is not so may not be made so. OK where it may, or need not. */
static enum outcome check_allowed(const struct setting *s, bool tune, const char **code)
{
	bool held = s->value && knob_is_held(s->knob);
	char *now;

	if (!s->value || (tune && !held) || knob_is(s->knob, s->value) || !(now = knob_read(s->knob)))
		return OK;
	*code = held ? "knob-held" : "no-tune";
	fault("needs %s=%s; %s is %s, and %s", s->name, s->shown, knob_name(s->knob), now,
	      held ? "--knob holds it there" : "--no-tune leaves it");
	free(now);
	return BLOCKED;
}

static bool is_pool(const char *knob)
{
	size_t length = strlen(knob), tail = strlen("/nr_hugepages");

	return length > tail && !strcmp(knob + length - tail, "/nr_hugepages");
}

/* Of a pool the kernel gives as many pages as it has: then the machine lacks them. */
static enum outcome refused(const struct settings *list, bool given_less, const char **code)
{
	for (size_t i = 0; given_less && i < list->n; i++) {
		if (!is_pool(list->setting[i].knob))
			continue;
		*code = "no-hugetlb";
		return SKIPPED;
	}
	*code = "knob-locked";
	return BLOCKED;
}

static enum outcome set(const struct settings *list, const char **code)
{
	struct knob_setting *wanted = xcalloc(list->n + 1, sizeof(*wanted));
	enum outcome o = OK;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (list->setting[i].value)
			wanted[n++] = (struct knob_setting){ list->setting[i].knob, list->setting[i].value };
	if (knobs_set(wanted, n))
		o = refused(list, errno == ERANGE, code);
	free(wanted);
	return o;
}

enum outcome settings_apply(const struct point *p, const struct machine *m, bool tune, const char **code)
{
	struct settings list;
	enum outcome o = OK;

	*code = "knob-locked";
	if (settings_of(p, m, &list))
		return BLOCKED;
	for (size_t i = 0; o == OK && i < list.n; i++)
		o = check_allowed(&list.setting[i], tune, code);
	if (o == OK)
		o = set(&list, code);
	settings_free(&list);
	return o;
}
