// SPDX-License-Identifier: GPL-2.0-or-later
/* sides_take - takes the sessions of both sides: in the lab one side after the other, on this machine alternating */
#include <stdio.h>
#include <stdlib.h>
#include "analysis/summary_table.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "record/merge.h"
#include "record/run.h"
#include "sides/order.h"
#include "sides/sides_internal.h"

/* One run of the sessions that were taken one by one. */
static int merge_sessions(const char *dir, char **session, size_t n)
{
	if (run_merge(dir, session, n) != 0 || summary_write(dir) < 0 || run_seal(dir) < 0)
		return -1;
	return 0;
}

static char *session_dir(const char *dir, size_t i)
{
	return text_append(NULL, "%s.session-%03zu", dir, i + 1);
}

struct alternation {
	const struct side *side[2];
	const char *dir[2];
	uint64_t seed[2];
	char *session[2][SIDE_SESSIONS_MAX];
	char *whole[2][SIDE_SESSIONS_MAX]; /* of pairs that are, borrowed */
	size_t pairs;
};

static int take_pair(struct alternation *alt, const struct experiment *e, size_t i, bool b_first)
{
	for (int slot = 0; slot < 2; slot++) {
		int s = b_first ? 1 - slot : slot;

		alt->session[s][i] = session_dir(alt->dir[s], i);
		if (side_take(alt->side[s], e, alt->session[s][i], alt->seed[s] + i, 1) < 0)
			return -1;
	}
	return 0;
}

/* A pair that lacks a side is compared with nothing; its folders stay. */
static void keep_pair(struct alternation *alt, size_t i)
{
	bool whole = !side_is_incomplete(alt->session[0][i]) && !side_is_incomplete(alt->session[1][i]);

	if (!whole) {
		sides_count_lost(1);
		fprintf(stderr, "nodehop: %s, %s: a session of this pair died twice; the pair is left out\n",
			alt->session[0][i], alt->session[1][i]);
	}
	for (int s = 0; whole && s < 2; s++)
		alt->whole[s][alt->pairs] = alt->session[s][i];
	alt->pairs += whole;
}

static int alternate(struct alternation *alt, const struct experiment *e, size_t sessions)
{
	bool b_first[SIDE_SESSIONS_MAX];

	order_pairs(b_first, sessions, alt->seed[1]);
	for (size_t i = 0; i < sessions; i++) {
		if (take_pair(alt, e, i, b_first[i]) < 0)
			return -1;
		keep_pair(alt, i);
	}
	return alt->pairs ? 0 : fault("%s: no pair of sessions is complete", alt->dir[0]);
}

/* Of the whole pairs, also when there might have been more. */
static int merge_sides(struct alternation *alt)
{
	for (int s = 0; alt->pairs && s < 2; s++)
		if (merge_sessions(alt->dir[s], alt->whole[s], alt->pairs) < 0)
			return -1;
	return 0;
}

/* Once merged, the folders of single sessions are the same samples twice. */
static int remove_sessions(struct alternation *alt)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < alt->pairs; i++)
			if (file_remove_folder(alt->whole[s][i]) < 0)
				return -1;
	return 0;
}

int sides_take(const struct side *a, const struct side *b, const struct experiment *e, const char *dir_a,
	       const char *dir_b, uint64_t seed_a, uint64_t seed_b, size_t sessions)
{
	struct alternation alt = { .side = { a, b }, .dir = { dir_a, dir_b }, .seed = { seed_a, seed_b } };
	int r;

	if (e->topology)
		return side_take(a, e, dir_a, seed_a, sessions) < 0 ? -1 : side_take(b, e, dir_b, seed_b, sessions);
	if (sessions > SIDE_SESSIONS_MAX)
		return fault("%zu sessions a side are more than %d", sessions, SIDE_SESSIONS_MAX);
	r = alternate(&alt, e, sessions);
	if (merge_sides(&alt) < 0 || remove_sessions(&alt) < 0)
		r = -1;
	for (size_t i = 0; i < sessions; i++) {
		free(alt.session[0][i]);
		free(alt.session[1][i]);
	}
	return r;
}
