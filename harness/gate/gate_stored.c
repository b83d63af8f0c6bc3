// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_stored - may the stored baseline stand for side A, or has the lab changed so that both sides must be measured? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/env_text.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "gate/gate.h"
#include "lab/boot.h"
#include "plan/registry.h"
#include "record/env.h"
#include "record/fingerprint.h"
#include "record/path.h"

/* ---- the lab of the baseline, and the lab as it is now ------------------------------------ */

/* The facts that a boot would record now. NULL with a fault. */
static json_t *facts_now(const struct gate *g)
{
	char *path = topology_find(g->experiment.topology);
	struct topology *topology = path ? topology_load(path) : NULL;
	struct lab lab = {
		.topology = topology,
		.mode = strcmp(g->experiment.mode, "fast") ? TIME_COUNTED : TIME_UNTIMED,
		.kernel = &g->kernel,
		.append = "",
	};
	json_t *facts = topology ? boot_facts(&lab) : NULL;

	free(topology);
	free(path);
	return facts;
}

/* The baseline's values of the facts in `now`. */
static json_t *facts_stored(const struct gate *g, const json_t *now)
{
	json_t *hard = json_object(), *value;
	const char *key;

	json_object_foreach (json_object_get(now, "hard"), key, value)
		json_object_set(hard, key, json_object_get(json_object_get(g->baseline->env, "hard"), key));
	return json_pack("{s:o}", "hard", hard);
}

/* A fact in a sentence. free() it. */
static char *fact_text(const json_t *fact)
{
	if (json_is_string(fact))
		return xstrdup(json_string_value(fact));
	return fact ? json_dumps(fact, JSON_ENCODE_ANY) : xstrdup("not known");
}

static void report_differing(const json_t *differing)
{
	const json_t *entry;
	size_t i;

	json_array_foreach ((json_t *)differing, i, entry) {
		char *stored = fact_text(json_object_get(entry, "a")), *now = fact_text(json_object_get(entry, "b"));

		printf("the baseline's %s is \"%s\", now it is \"%s\"\n",
		       json_string_value(json_object_get(entry, "key")), stored, now);
		free(stored);
		free(now);
	}
	printf("side A is measured again, so that it is the same on both sides\n");
}

/* Would side A have the same facts if it were measured now? Reports which differ. -1 with a fault. */
static int has_same_lab(struct gate *g)
{
	json_t *now = facts_now(g), *stored = now ? facts_stored(g, now) : NULL, *differing = NULL;
	int differ = stored ? fingerprint_compare(stored, now, NULL, NULL, &differing) : -1;

	if (differ > 0)
		report_differing(differing);
	json_decref(now);
	json_decref(stored);
	json_decref(differing);
	return differ < 0 ? -1 : !differ;
}

int gate_decide_stored(struct gate *g)
{
	int same;

	if (g->a_given)
		return 0;
	if (!g->baseline) {
		printf("no baseline %s/%s: side A is measured\n", g->machine, g->name);
		return 0;
	}
	if (!env_fact(g->baseline->env, "kernel.image"))
		return fault("%s: does not say which kernel it was measured with", g->baseline->dir);
	if (kernel_find(g->gate_file->kernel ? g->gate_file->kernel : KERNEL_DEFAULT, &g->kernel) < 0)
		return -1;
	if (*g->kernel.note)
		fprintf(stderr, "nodehop: %s\n", g->kernel.note);
	same = has_same_lab(g);
	g->stored = same > 0;
	return same < 0 ? -1 : 0;
}

/* ---- what no measurement makes comparable ---------------------------------------------------- */

/* Does the gate file's list of benchmarks leave this one out? */
static bool is_left_out(const struct gate *g, const char *benchmark)
{
	bool any = false, named = false;

	for (char *const *word = g->experiment.words; word && *word; word++) {
		any |= !strchr(*word, '=');
		named |= !strcmp(*word, benchmark);
	}
	return any && !named;
}

static int revision_of(const char *benchmark)
{
	for (const struct benchmark *const *b = registry_all(); *b; b++)
		if (!strcmp((*b)->name, benchmark))
			return (*b)->revision;
	return 0;
}

/* A baseline with functions whose points gate by the whole count is of a nodehop before the path did. */
static bool report_primary(const struct gate *g)
{
	for (size_t i = 0; env_has(g->baseline->env, ENV_FUNCTIONS) && i < g->baseline->points; i++) {
		const struct run_point *p = &g->baseline->point[i];

		if (path_is_primary(p) || !registry_migrates(p->benchmark) || is_left_out(g, p->benchmark))
			continue;
		printf("incomparable: %s gates by %s in the baseline, by " PATH_INSNS
		       " in this build; promote a new baseline\n",
		       p->benchmark, p->primary);
		return true;
	}
	return false;
}

static bool report_revisions(const struct gate *g)
{
	const char *reported = "";

	for (size_t i = 0; i < g->baseline->points; i++) {
		const struct run_point *p = &g->baseline->point[i];
		int now = revision_of(p->benchmark);

		if (!now || now == p->revision || !strcmp(reported, p->benchmark) || is_left_out(g, p->benchmark))
			continue;
		reported = p->benchmark;
		printf("incomparable: revision.%s is %d in the baseline, %d in this build: its numbers mean something "
		       "else now; promote a new baseline\n",
		       reported, p->revision, now);
	}
	return *reported;
}

/* Nothing is known here of another build. */
bool gate_report_meanings(const struct gate *g)
{
	if (!g->baseline || g->a_given || g->b.other_build)
		return false;
	return report_revisions(g) || report_primary(g);
}
