// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "analysis/order.h"
#include "analysis/summary.h"
#include "base/child.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "cli/command.h"
#include "cli/sides.h"
#include "lab/boot.h"
#include "record/env.h"
#include "record/file.h"
#include "record/merge.h"
#include "record/run.h"

#define ARGUMENTS_MAX 128

/* ---- what varies ------------------------------------------------------------------- */

int side_init(struct side *side)
{
	char program[PATH_MAX] = "";

	*side = (struct side) { 0 };
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0 || !(side->program = strdup(program)))
		return fault("/proc/self/exe: %m");
	return 0;
}

void side_free(struct side *side)
{
	free(side->program);
}

/* A build folder has a nodehop in it; the program itself does as well. */
static int set_build(struct side *side, const char *path)
{
	char *inside = file_path(path, "nodehop");
	const char *found = !access(inside, X_OK) ? inside : path;
	struct stat st;
	int r = 0;

	if (stat(found, &st) < 0 || !S_ISREG(st.st_mode) || access(found, X_OK) < 0) {
		r = fault("build=%s: is neither a nodehop program nor a build folder with one", path);
	} else {
		free(side->program);
		side->program = realpath(found, NULL);
		side->other_build = true;
		r = side->program ? 0 : fault("%s: %m", found);
	}
	free(inside);
	return r;
}

static int set_variant(char **variant, const char *name, size_t length)
{
	if (*variant && (strlen(*variant) != length || strncmp(*variant, name, length)))
		return fault("\"%.*s\" and \"%s\" both vary; one thing at a time, or a change cannot be told from the "
			     "other's",
			     (int)length, name, *variant);
	if (!*variant)
		*variant = strndup(name, length);
	return *variant ? 0 : fault("out of memory");
}

int side_parse(struct side *side, const char *text, char **variant)
{
	size_t key = strcspn(text, "=");
	const char *value = text + key + 1;

	if (!text[key] || !*value)
		return fault("\"%s\" is not KEY=VALUE, like kernel=6.1, append=ARGS, build=DIR or set:batch=512", text);
	if (set_variant(variant, text, key) < 0)
		return -1;
	if (!strncmp(text, "kernel=", 7))
		side->kernel = value;
	else if (!strncmp(text, "append=", 7))
		side->append = value;
	else if (!strncmp(text, "build=", 6))
		return set_build(side, value);
	else if (!strncmp(text, "set:", 4) && key > 4 && side->sets < SIDE_SETS_MAX)
		side->set[side->sets++] = text + 4;
	else if (!strncmp(text, "knob:", 5) && key > 5 && side->knobs < SIDE_SETS_MAX)
		side->knob[side->knobs++] = text + 5;
	else
		return fault("\"%s\": what varies is kernel, append, build, knob:NAME or set:AXIS", text);
	return 0;
}

int experiment_deadline(struct experiment *e, const char *text)
{
	unsigned seconds;

	e->deadline = text;
	return boot_parse_deadline(text, &seconds) < 0 ? fault_at("--deadline %s", text) : 0;
}

int sides_declare(const char *variant)
{
	return setenv(ENV_VARIANT, variant, 1) < 0 ? fault("out of memory") : 0;
}

/* `run` lets a value that stands behind a benchmark win over --set: both sides would be alike. */
static int check_sets(const struct side *side, const struct experiment *e)
{
	for (size_t i = 0; i < side->sets; i++)
		for (char *const *word = e->words; word && *word; word++)
			if (!strncmp(*word, side->set[i], strcspn(side->set[i], "=") + 1))
				return fault("set:%s cannot vary what \"%s\" fixes; leave that word out", side->set[i],
					     *word);
	return 0;
}

int side_check(const struct side *side, const struct experiment *e)
{
	if (e->deadline && !e->topology)
		return fault("--deadline is for boots; on this machine each point has its own");
	if (check_sets(side, e) < 0)
		return -1;
	if (e->topology || (!side->kernel && !side->append))
		return 0;
	return fault("this machine would have to reboot for another %s: `nodehop run` under each, then `nodehop "
		     "compare --variant %s`; "
		     "or name a topology, and the lab boots both",
		     side->kernel ? "kernel" : "kernel argument", side->kernel ? "kernel" : "append");
}

/* ---- one process ------------------------------------------------------------------- */

struct words {
	const char *word[ARGUMENTS_MAX];
	size_t n;
};

static void add(struct words *w, const char *word)
{
	if (w->n < ARGUMENTS_MAX - 1)
		w->word[w->n++] = word;
}

static void add_option(struct words *w, const char *name, const char *value)
{
	if (!value)
		return;
	add(w, name);
	add(w, value);
}

static void add_run(struct words *w, const struct side *side, const struct experiment *e)
{
	add(w, "run");
	add_option(w, "--profile", e->profile);
	for (size_t i = 0; i < side->sets; i++)
		add_option(w, "--set", side->set[i]);
	for (size_t i = 0; i < side->knobs; i++)
		add_option(w, "--knob", side->knob[i]);
	for (char *const *word = e->words; word && *word; word++)
		add(w, *word);
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
	if (WEXITSTATUS(status) == EXIT_TROUBLE)
		return fault("%s %s could not measure; what it said stands above and in %s", w->word[0], w->word[1],
			     log);
	if (WEXITSTATUS(status) >= CHILD_NO_PROGRAM)
		return fault("%s %s ended with code %d; see %s", w->word[0], w->word[1], WEXITSTATUS(status), log);
	return 0;
}

static int run_words(const struct words *w, const char *log)
{
	pid_t pid = child_start(w->word, print_to_log, (void *)log);
	int status;

	if (pid < 0)
		return -1;
	interrupt_pass_to(-pid);
	status = child_wait(pid);
	interrupt_pass_to(0);
	return judge_end(status, w, log);
}

static int take_in_lab(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed,
		       size_t sessions)
{
	struct words w = { { side->program, "lab", e->topology }, 3 };
	char seeds[48];

	snprintf(seeds, sizeof(seeds), "%lu..%lu", (unsigned long)seed, (unsigned long)(seed + sessions - 1));
	add_option(&w, "--mode", e->mode);
	add_option(&w, "--kernel", side->kernel);
	add_option(&w, "--append", side->append);
	add_option(&w, "--seed", seeds);
	add_option(&w, "--deadline", e->deadline);
	add_option(&w, "--out", dir);
	add(&w, "--");
	add_run(&w, side, e);
	return run_words(&w, e->log);
}

static int take_here(const struct side *side, const struct experiment *e, const char *dir, uint64_t seed,
		     size_t sessions)
{
	struct words w = { { side->program }, 1 };
	char first[24], count[24];

	snprintf(first, sizeof(first), "%lu", (unsigned long)seed);
	snprintf(count, sizeof(count), "%zu", sessions);
	add_run(&w, side, e);
	add_option(&w, "--seed", first);
	add_option(&w, "--sessions", count);
	add_option(&w, "--out", dir);
	return run_words(&w, e->log);
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

static int alternate(struct alternation *alt, const struct experiment *e, size_t sessions)
{
	bool b_first[SIDE_SESSIONS_MAX];

	order_pairs(b_first, sessions, alt->seed[1]);
	for (size_t i = 0; i < sessions; i++)
		if (take_pair(alt, e, i, b_first[i]) < 0)
			return -1;
	for (int s = 0; s < 2; s++)
		if (merge(alt->dir[s], alt->session[s], sessions) < 0)
			return -1;
	return 0;
}

/* Once merged, the folders of single sessions are the same samples twice. */
static int remove_sessions(struct alternation *alt, size_t sessions)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < sessions; i++)
			if (file_remove_folder(alt->session[s][i]) < 0)
				return -1;
	return 0;
}

int sides_take(const struct side *a, const struct side *b, const struct experiment *e, const char *dir_a,
	       const char *dir_b, uint64_t seed_a, uint64_t seed_b, size_t sessions)
{
	struct alternation alt = { { a, b }, { dir_a, dir_b }, { seed_a, seed_b }, {} };
	int r;

	if (e->topology)
		return side_take(a, e, dir_a, seed_a, sessions) < 0 ? -1 : side_take(b, e, dir_b, seed_b, sessions);
	if (sessions > SIDE_SESSIONS_MAX)
		return fault("%zu sessions a side are more than %d", sessions, SIDE_SESSIONS_MAX);
	r = alternate(&alt, e, sessions) < 0 ? -1 : remove_sessions(&alt, sessions);
	for (size_t i = 0; i < sessions; i++) {
		free(alt.session[0][i]);
		free(alt.session[1][i]);
	}
	return r;
}
