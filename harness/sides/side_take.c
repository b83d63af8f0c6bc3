// SPDX-License-Identifier: GPL-2.0-or-later
/* side_take - takes the sessions of one side: by a process, and one that dies is tried once more */
#include <stdio.h>
#include <stdlib.h>
#include "base/fault.h"
#include "campaign/finish.h"
#include "record/run.h"
#include "record/whole.h"
#include "sides/side_process.h"
#include "sides/sides_internal.h"

static size_t lost;

size_t sides_lost(void)
{
	return lost;
}

void sides_count_lost(size_t sessions)
{
	lost += sessions;
}

bool side_is_incomplete(const char *dir)
{
	struct run *run = run_load(dir);
	bool incomplete = run && !run->complete;

	run_free(run);
	return incomplete;
}

/* The lab has tried a dead guest twice by now; the other sessions are a run without it. */
static int leave_out(const char *dir)
{
	struct whole whole;

	if (run_keep_whole(dir, &whole))
		return -1;
	if (!whole.kept)
		return fault("%s: no session of it is complete", dir);
	if (finish_seal(dir))
		return -1;
	sides_count_lost(whole.left_out);
	fprintf(stderr, "nodehop: %s: %d session%s complete; %d that died twice %s left out (left-out-*.log there)\n",
		dir, whole.kept, whole.kept == 1 ? " is" : "s are", whole.left_out, whole.left_out == 1 ? "is" : "are");
	return 0;
}

/* What its session had not measured when it died. */
static int resume_once(const struct side *side, const struct experiment *e, const char *dir)
{
	struct side_words w = {};

	side_words_add(&w, side->program);
	side_words_add(&w, "run");
	side_words_add_option(&w, "--resume", dir);
	fprintf(stderr, "nodehop: %s: a session died; what it lacks is measured once more\n", dir);
	return side_words_run(&w, e->log);
}

static void add_run(struct side_words *w, const struct side *side, const struct experiment *e)
{
	side_words_add(w, "run");
	side_words_add_option(w, "--profile", e->profile);
	for (size_t i = 0; i < side->sets; i++)
		side_words_add_option(w, "--set", side->set[i]);
	for (size_t i = 0; i < side->knobs; i++)
		side_words_add_option(w, "--knob", side->knob[i]);
	for (char *const *word = e->words; word && *word; word++)
		side_words_add(w, *word);
}

static int take_in_lab(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed,
		       size_t sessions)
{
	struct side_words w = {};
	char seeds[48];

	side_words_add(&w, side->program);
	side_words_add(&w, "lab");
	side_words_add(&w, e->topology);
	snprintf(seeds, sizeof(seeds), "%lu..%lu", (unsigned long)seed, (unsigned long)(seed + sessions - 1));
	side_words_add_option(&w, "--mode", e->mode);
	side_words_add_option(&w, "--kernel", side->kernel);
	side_words_add_option(&w, "--append", side->append);
	side_words_add_option(&w, "--possible-cpus", side->possible_cpus);
	side_words_add_option(&w, "--seed", seeds);
	side_words_add_option(&w, "--deadline", e->deadline);
	side_words_add_option(&w, "--out", dir);
	side_words_add(&w, "--");
	add_run(&w, side, e);
	if (side_words_run(&w, e->log) < 0)
		return -1;
	return side_is_incomplete(dir) ? leave_out(dir) : 0;
}

static int take_here(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed,
		     size_t sessions)
{
	struct side_words w = {};
	char first[24], count[24];

	side_words_add(&w, side->program);
	snprintf(first, sizeof(first), "%lu", (unsigned long)seed);
	snprintf(count, sizeof(count), "%zu", sessions);
	add_run(&w, side, e);
	side_words_add_option(&w, "--seed", first);
	side_words_add_option(&w, "--sessions", count);
	side_words_add_option(&w, "--out", dir);
	if (side_words_run(&w, e->log) < 0)
		return -1;
	return side_is_incomplete(dir) ? resume_once(side, e, dir) : 0;
}

int side_take(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed, size_t sessions)
{
	return (e->topology ? take_in_lab : take_here)(side, e, dir, seed, sessions);
}
