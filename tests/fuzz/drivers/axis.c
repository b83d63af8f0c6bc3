// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of a command line that name benchmarks and axes. Each planned point's key, pasted back, is that point. */
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "plan/axis.h"
#include "plan/plan.h"
#include "plan/registry.h"

#define WORDS_MAX  16
#define VALUES_MAX 100 /* of an axis that is planned: what matters is the grammar, not the product */
#define POINTS_ALL 1000

/* Three nodes with memory and a gap in their numbers, two tiers, folios and hugetlb of two sizes. */
static const struct machine machine = {
	.timekeeper = TIME_HARDWARE, .nodes = 3, .cpus = 4, .page_size = 4096, .thp_size = 2 << 20,
	.folio_size = { 65536, 1 << 20 }, .folio_sizes = 2, .hugetlb_size = { 2 << 20, 1 << 30 }, .hugetlb_sizes = 2,
	.node = {
		{ .id = 0, .has_memory = true, .has_cpu = true, .allowed = true, .cpus = 2, .memory_bytes = 1ull << 33 },
		{ .id = 1, .has_memory = true, .has_cpu = true, .allowed = true, .cpu = 2, .cpus = 2, .memory = 1,
		  .memory_bytes = 1ull << 33 },
		{ .id = 5, .has_memory = true, .allowed = true, .cpu = -1, .memory = 5, .tier = 1,
		  .memory_bytes = 1ull << 33 },
	},
	.distance = { { 10, 21, 17 }, { 21, 10, 28 }, { 17, 28, 10 } },
};

static size_t split(char *text, char **word, size_t room)
{
	size_t n = 0;
	char *one;

	while (n < room && (one = strsep(&text, " \n")))
		if (*one)
			word[n++] = one;
	return n;
}

static void paste_back(const struct point *p)
{
	char *key = strdup(p->key), *word[WORDS_MAX];
	struct plan_request r = { .profile = PROFILE_QUICK };
	struct plan plan;

	fuzz_hold(!plan_select(&r, word, split(key, word, WORDS_MAX), 0));
	fuzz_hold(!plan_make(&r, &machine, &plan));
	if (r.selection[0].sets) {
		fuzz_hold(plan.points == 1);
		fuzz_hold(!strcmp(plan.point[0].key, p->key));
		fuzz_hold(plan.point[0].outcome == p->outcome);
	}
	plan_free(&plan);
	plan_unselect(&r);
	free(key);
}

/* How many values the word has for the axis of the benchmark; 0 when it is refused. */
static size_t values_of(const struct benchmark *b, const char *word)
{
	const char *text = strchr(word, '=');
	struct axis_values values;

	for (const struct axis *a = b->axes; text && a && a->name; a++) {
		if (strncmp(word, a->name, text - word) || a->name[text - word] ||
		    axis_parse(a, &machine, text + 1, &values))
			continue;
		free(values.value);
		return values.count;
	}
	return 0;
}

/* Few enough to plan in a moment? */
static int is_small(const struct plan_request *r)
{
	size_t all = 0;

	for (size_t i = 0; i < r->selections; i++) {
		size_t points = 1;

		for (size_t j = 0; j < r->selection[i].sets; j++) {
			size_t n = values_of(r->selection[i].benchmark, r->selection[i].set[j]);

			if (n > VALUES_MAX)
				return 0;
			points *= n ?: 1;
			if (points > POINTS_ALL)
				return 0;
		}
		all += points;
	}
	return all <= POINTS_ALL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *word[WORDS_MAX];
	struct plan_request r = { .profile = PROFILE_QUICK };
	size_t words = split(text, word, WORDS_MAX);
	struct plan plan = {};

	if (words && !plan_select(&r, word, words, 0) && is_small(&r) && !plan_make(&r, &machine, &plan))
		for (size_t i = 0; i < plan.points; i++)
			paste_back(&plan.point[i]);
	plan_free(&plan);
	plan_unselect(&r);
	free(text);
	return 0;
}
