// SPDX-License-Identifier: GPL-2.0-or-later
/* registry - collects the linked benchmarks, and refuses one that is ill-formed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"
#include "memory/trial_private.h"
#include "plan/registry.h"
#include "plan/rules.h"

extern const struct benchmark *const __start_nodehop_benchmarks[] __attribute__((weak));
extern const struct benchmark *const __stop_nodehop_benchmarks[] __attribute__((weak));

const char *benchmark_kind_name(enum benchmark_kind kind)
{
	static const char *const names[] = { "micro", "macro", "semantics" };

	return names[kind];
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct benchmark *const *)a)->name, (*(const struct benchmark *const *)b)->name);
}

static void refuse(const struct benchmark *b, const char *why)
{
	fprintf(stderr, "nodehop: benchmark \"%s\" is ill-formed: %s\n", b->name ?: "?", why);
	exit(2);
}

static void check(const struct benchmark *b, const struct benchmark *before)
{
	size_t own = 0;

	if (before && !strcmp(before->name, b->name))
		refuse(b, "two have this name");
	if (!b->setup || !b->run || !b->verify)
		refuse(b, "setup, run and verify must be there, or work");
	if (b->revision < 1)
		refuse(b, "its revision must be 1 or more");
	while (b->metrics && b->metrics[own].name)
		own++;
	if (own > METRICS_MAX)
		refuse(b, "too many metrics");
}

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

static enum outcome run_work(struct trial *t)
{
	return trial_fork(t, t->own->work);
}

/* With callbacks that let `work` do everything. NULL with a fault where it has some already, or rules. */
static const struct benchmark *work_complete(const struct benchmark *b)
{
	struct benchmark *copy;

	if (b->prepare || b->run || b->verify || b->rules) {
		fault("it has work, which is instead of prepare, run and verify, or of rules");
		return NULL;
	}
	copy = xmalloc(sizeof(*copy));
	*copy = *b;
	copy->setup = b->setup ?: nothing;
	copy->run = run_work;
	copy->verify = nothing; /* done in the process, which is gone */
	return copy;
}

const struct benchmark *const *registry_all(void)
{
	static const struct benchmark **sorted;
	size_t count = __stop_nodehop_benchmarks - __start_nodehop_benchmarks;

	if (sorted)
		return sorted;
	sorted = xcalloc(count + 1, sizeof(*sorted));
	for (size_t i = 0; i < count; i++) {
		const struct benchmark *b = __start_nodehop_benchmarks[i];

		if (!b->name || !b->about) /* before they are sorted by it */
			refuse(b, "it has no name or no about");
		sorted[i] = b->work ? work_complete(b) : rules_complete(b);
		if (!sorted[i])
			refuse(b, fault_text());
	}
	qsort(sorted, count, sizeof(*sorted), by_name);
	for (size_t i = 0; i < count; i++)
		check(sorted[i], i ? sorted[i - 1] : NULL);
	return sorted;
}

static const struct benchmark *of_name(const char *name)
{
	for (const struct benchmark *const *b = registry_all(); *b; b++)
		if (!strcmp((*b)->name, name))
			return *b;
	return NULL;
}

bool registry_migrates(const char *name)
{
	const struct benchmark *b = of_name(name);

	return b && b->migrates;
}

const struct benchmark *registry_find(const char *name)
{
	const struct benchmark *b = of_name(name);
	char *names = NULL;

	if (b)
		return b;
	for (const struct benchmark *const *each = registry_all(); *each; each++)
		names = text_list(names, (*each)->name);
	fault("no benchmark \"%s\"; there are: %s", name, names ?: "none");
	free(names);
	return NULL;
}
