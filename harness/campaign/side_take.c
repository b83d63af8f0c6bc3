// SPDX-License-Identifier: GPL-2.0-or-later
/* side_take - the sessions of a side are taken: by a process each, and one that dies is tried once more */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "analysis/summary.h"
#include "base/child.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/order.h"
#include "campaign/sides.h"
#include "record/merge.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "record/whole.h"

static size_t lost;
static bool told; /* by a side's program, of its trouble */

size_t sides_lost(void)
{
	return lost;
}

/* ---- one process ------------------------------------------------------------------- */

struct words {
	const char **word; /* NULL-terminated */
	size_t n;
};

static void add_word(struct words *w, const char *word)
{
	const char **grown = xrealloc(w->word, (w->n + 2) * sizeof(*grown));

	if (!grown)
		alloc_failed();
	w->word = grown;
	w->word[w->n++] = word;
	w->word[w->n] = NULL;
}

static void add_option(struct words *w, const char *name, const char *value)
{
	if (!value)
		return;
	add_word(w, name);
	add_word(w, value);
}

static void add_run(struct words *w, const struct side *side, const struct experiment *e)
{
	add_word(w, "run");
	add_option(w, "--profile", e->profile);
	for (size_t i = 0; i < side->sets; i++)
		add_option(w, "--set", side->set[i]);
	for (size_t i = 0; i < side->knobs; i++)
		add_option(w, "--knob", side->knob[i]);
	for (char *const *word = e->words; word && *word; word++)
		add_word(w, *word);
}

/* Its table goes to the log; what it says of trouble and progress is for whoever is watching. */
static void print_to_log(void *context)
{
	const char *log = context;
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (dup2(fd, STDOUT_FILENO) >= 0)
		return;
	dprintf(STDERR_FILENO, "nodehop: %s: cannot write: %s\n", log, strerror(errno));
	_exit(EXIT_TROUBLE);
}

/* Points that are wrong or not there are for the comparison to tell: all that counts here is a folder. */
static int judge_end(int status, const struct words *w, const char *log)
{
	if (*interrupt_flag())
		return fault("interrupted by %s", interrupt_name());
	if (WIFSIGNALED(status))
		return fault("%s %s died of SIG%s; see %s", w->word[0], w->word[1],
			     sigabbrev_np(WTERMSIG(status)) ?: "?", log);
	if (WEXITSTATUS(status) == EXIT_TROUBLE) {
		told = true;
		return fault("%s %s could not measure", w->word[0], w->word[1]);
	}
	if (WEXITSTATUS(status) >= CHILD_NO_PROGRAM)
		return fault("%s %s ended with code %d; see %s", w->word[0], w->word[1], WEXITSTATUS(status), log);
	return 0;
}

/* Runs them, and frees the list. */
static int run_words(const struct words *w, const char *log)
{
	pid_t pid = child_start(w->word, print_to_log, (void *)log);
	int failed = -1;

	if (pid >= 0) {
		interrupt_pass_to(-pid);
		failed = judge_end(child_wait(pid), w, log);
		interrupt_pass_to(0);
	}
	free(w->word);
	return failed;
}

/* ---- when a session dies ------------------------------------------------------------------ */

static bool is_incomplete(const char *dir)
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
		return fault("%s: no session of it is whole", dir);
	if (finish_seal(dir))
		return -1;
	lost += whole.left_out;
	fprintf(stderr, "nodehop: %s: %d session%s whole; %d that died twice %s left out (left-out-*.log there)\n", dir,
		whole.kept, whole.kept == 1 ? " is" : "s are", whole.left_out, whole.left_out == 1 ? "is" : "are");
	return 0;
}

/* How many sessions of it are whole; a run that was stopped becomes one of these alone. */
static int keep_whole(const char *dir)
{
	char *part = run_part_path(dir);
	struct whole whole = {};
	struct run *run = NULL;

	if ((!access(part, F_OK) || is_incomplete(dir)) && !run_keep_whole(dir, &whole)) {
		if (whole.kept && finish_seal(dir))
			whole.kept = 0;
	} else if (!access(dir, F_OK) && (run = run_load(dir))) {
		whole.kept = run->sessions;
	}
	run_free(run);
	free(part);
	return whole.kept;
}

/* "12 whole sessions of a, 3 whole sessions of b"; free() it. */
static char *list_whole(const char *folder, const char *const *names)
{
	char *text = NULL;
	size_t size;
	FILE *list = open_memstream(&text, &size);

	for (; list && *names; names++) {
		char *dir = file_path(folder, *names);
		int kept = keep_whole(dir);

		if (kept)
			fprintf(list, "%s%d whole session%s of %s", ftell(list) ? ", " : "", kept, kept == 1 ? "" : "s",
				*names);
		free(dir);
	}
	if (list)
		fclose(list);
	return text;
}

void sides_tell_stopped(const char *folder, const char *const *names)
{
	char cause[64] = "stopped", *whole;

	if (*interrupt_flag())
		snprintf(cause, sizeof(cause), "interrupted by %s", interrupt_name());
	else if (!told)
		exit_trouble();
	whole = list_whole(folder, names);
	if (whole && *whole)
		fprintf(stderr, "nodehop: %s; kept in %s: %s, for `nodehop compare`\n", cause, folder, whole);
	else if (*interrupt_flag())
		fprintf(stderr, "nodehop: %s before a session was whole; what there is lies in %s\n", cause, folder);
	free(whole);
}

/* What its session had not measured when it died. */
static int resume_once(const struct side *side, const struct experiment *e, const char *dir)
{
	struct words w = {};

	add_word(&w, side->program);
	add_word(&w, "run");
	add_option(&w, "--resume", dir);
	fprintf(stderr, "nodehop: %s: a session died; what it lacks is measured once more\n", dir);
	return run_words(&w, e->log);
}

/* ---- one side --------------------------------------------------------------------------- */

static int take_in_lab(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed,
		       size_t sessions)
{
	struct words w = {};
	char seeds[48];

	add_word(&w, side->program);
	add_word(&w, "lab");
	add_word(&w, e->topology);
	snprintf(seeds, sizeof(seeds), "%lu..%lu", (unsigned long)seed, (unsigned long)(seed + sessions - 1));
	add_option(&w, "--mode", e->mode);
	add_option(&w, "--kernel", side->kernel);
	add_option(&w, "--append", side->append);
	add_option(&w, "--seed", seeds);
	add_option(&w, "--deadline", e->deadline);
	add_option(&w, "--out", dir);
	add_word(&w, "--");
	add_run(&w, side, e);
	if (run_words(&w, e->log) < 0)
		return -1;
	return is_incomplete(dir) ? leave_out(dir) : 0;
}

static int take_here(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed,
		     size_t sessions)
{
	struct words w = {};
	char first[24], count[24];

	add_word(&w, side->program);
	snprintf(first, sizeof(first), "%lu", (unsigned long)seed);
	snprintf(count, sizeof(count), "%zu", sessions);
	add_run(&w, side, e);
	add_option(&w, "--seed", first);
	add_option(&w, "--sessions", count);
	add_option(&w, "--out", dir);
	if (run_words(&w, e->log) < 0)
		return -1;
	return is_incomplete(dir) ? resume_once(side, e, dir) : 0;
}

int side_take(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed, size_t sessions)
{
	return (e->topology ? take_in_lab : take_here)(side, e, dir, seed, sessions);
}

/* ---- both, alternating --------------------------------------------------------------- */

/* One run of the sessions that were taken one by one. */
static int merge(const char *dir, char **session, size_t n)
{
	if (run_merge(dir, session, n) != 0 || summary_write(dir) < 0 || run_seal(dir) < 0)
		return -1;
	return 0;
}

static char *session_dir(const char *dir, size_t i)
{
	char *path = NULL;

	return asprintf(&path, "%s.session-%03zu", dir, i + 1) < 0 ? NULL : path;
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
		if (!alt->session[s][i])
			return fault("out of memory");
		if (side_take(alt->side[s], e, alt->session[s][i], alt->seed[s] + i, 1) < 0)
			return -1;
	}
	return 0;
}

/* A pair that lacks a side is compared with nothing; its folders stay. */
static void keep_pair(struct alternation *alt, size_t i)
{
	bool whole = !is_incomplete(alt->session[0][i]) && !is_incomplete(alt->session[1][i]);

	if (!whole) {
		lost++;
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
	return alt->pairs ? 0 : fault("%s: no pair of sessions is whole", alt->dir[0]);
}

/* Of the whole pairs, also when there might have been more. */
static int merge_sides(struct alternation *alt)
{
	for (int s = 0; alt->pairs && s < 2; s++)
		if (merge(alt->dir[s], alt->whole[s], alt->pairs) < 0)
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
