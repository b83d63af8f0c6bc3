// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load - CPU time by /proc/stat and schedstat, around timed regions and around the whole trial
 */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/sysfile.h"
#include "instruments/instruments.h"
#include "instruments/load.h"

/* ---- helpers ---- */

static bool begins_with_one_of(const char *name, const char *const *prefix)
{
	for (; *prefix; prefix++)
		if (!strncmp(name, *prefix, strlen(*prefix)))
			return true;
	return false;
}

/* All kernel threads are children of process 2; in a container it is none of theirs, or not there. */
static void find_helpers(struct load *l, const char *const *prefix)
{
	static char children[1 << 17];
	char *rest = children, *word, name[64];

	l->helpers = 0;
	if (!prefix || sysfile_read(name, sizeof(name), "%s/proc/2/comm", l->root) < 0 || strcmp(name, "kthreadd") ||
	    sysfile_read(children, sizeof(children), "%s/proc/2/task/2/children", l->root) < 0)
		return;
	while ((word = strsep(&rest, " ")) && l->helpers < LOAD_HELPERS_MAX)
		if (*word && sysfile_read(name, sizeof(name), "%s/proc/%s/comm", l->root, word) >= 0 &&
		    begins_with_one_of(name, prefix))
			l->helper[l->helpers++] = atoi(word);
}

/* One that has ended meanwhile has run no more. */
static uint64_t helpers_ns(const struct load *l)
{
	uint64_t sum_ns = 0, ns;
	char text[96];

	for (size_t i = 0; i < l->helpers; i++)
		if (sysfile_read(text, sizeof(text), "%s/proc/%d/schedstat", l->root, l->helper[i]) > 0 &&
		    sscanf(text, "%" SCNu64, &ns) == 1)
			sum_ns += ns;
	return sum_ns;
}

/* ---- marks ---- */

static unsigned count_cpus(const char *root)
{
	FILE *file = sysfile_open(root, "/proc/stat");
	char *line = NULL;
	size_t size = 0;
	unsigned n = 0;

	while (file && getline(&line, &size, file) > 0 && !strncmp(line, "cpu", 3))
		n += line[3] != ' ';
	free(line);
	if (file)
		fclose(file);
	return n;
}

static int open_file(const char *root, const char *path)
{
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	return open(whole, O_RDONLY | O_CLOEXEC);
}

void load_open(struct load *l, const char *root, const char *const *prefix)
{
	snprintf(l->root, sizeof(l->root), "%s", root);
	l->stat_fd = open_file(root, "/proc/stat");
	l->queue_fd = open_file(root, "/proc/thread-self/schedstat");
	l->cpus = count_cpus(root);
	find_helpers(l, prefix);
	l->is_open = true;
}

static bool read_text(int fd, char *text, size_t size)
{
	ssize_t got = pread(fd, text, size - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

static uint64_t children_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000ull +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000ull;
}

struct load_mark load_mark(const struct load *l)
{
	uint64_t busy, idle, iowait, stolen, tick_ns = 1000000000u / sysconf(_SC_CLK_TCK);
	struct load_mark m = { .cpus = l->cpus, .at_ns = clock_wall_ns() };
	char text[256];

	/* cpu user nice system idle iowait irq softirq steal */
	m.seen = l->is_open && l->cpus && read_text(l->stat_fd, text, sizeof(text)) &&
		 sscanf(text, "cpu %" SCNu64 " %*u %*u %" SCNu64 " %" SCNu64 " %*u %*u %" SCNu64, &busy, &idle, &iowait,
			&stolen) == 4 &&
		 idle + busy > 0;
	if (!m.seen)
		return m;
	m.idle_ns = (idle + iowait) * tick_ns;
	m.stolen_ns = stolen * tick_ns;
	m.own_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns() + helpers_ns(l);
	return m;
}

/* A counter may fall back: iowait does, and a helper that has ended takes its time along. */
static double rise(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

double load_others(const struct load_mark *from, const struct load_mark *to)
{
	double wall_ns = rise(from->at_ns, to->at_ns);

	if (!from->seen || !to->seen || wall_ns == 0)
		return NAN;
	return fmax(0, to->cpus - (rise(from->idle_ns, to->idle_ns) + rise(from->own_ns, to->own_ns)) / wall_ns);
}

double load_stolen(const struct load_mark *from, const struct load_mark *to)
{
	double wall_ns = rise(from->at_ns, to->at_ns);

	return from->seen && to->seen && wall_ns > 0 ? rise(from->stolen_ns, to->stolen_ns) / wall_ns : NAN;
}

double load_queued_ns(const struct load *l)
{
	uint64_t ran_ns, queued_ns;
	char text[96];

	/* all zeros where the kernel keeps no such books: a thread that reads has run */
	if (!l->is_open || !read_text(l->queue_fd, text, sizeof(text)) ||
	    sscanf(text, "%" SCNu64 " %" SCNu64, &ran_ns, &queued_ns) != 2 || !ran_ns)
		return NAN;
	return queued_ns;
}

/* ---- the instrument ---- */

struct marks {
	struct load load;
	struct load_mark before, after;
	double queued_before_ns, queued_ns;
};

/* What a rule costs is nobody's time. */
static bool is_judged(const struct subject *subject)
{
	return subject->benchmark->kind != SEMANTICS;
}

static int open_window(void *state, const struct subject *subject)
{
	struct marks *m = state;

	if (!is_judged(subject))
		return 0;
	load_open(&m->load, "", subject->benchmark->helpers);
	subject->window->begin = load_mark(&m->load);
	return 0;
}

/* May sleep, until there has been enough time to judge by. */
static int close_window(void *state, const struct subject *subject)
{
	struct marks *m = state;
	struct load_window *w = subject->window;
	double left_ns;

	if (!is_judged(subject))
		return 0;
	w->end = load_mark(&m->load);
	left_ns = LOAD_WINDOW_NS - (w->end.at_ns - w->begin.at_ns);
	if (!w->end.seen || left_ns <= 0)
		return 0;
	usleep(left_ns / 1000);
	w->end = load_mark(&m->load);
	return 0;
}

static int mark_before(void *state)
{
	struct marks *m = state;

	m->before = load_mark(&m->load);
	m->queued_before_ns = load_queued_ns(&m->load);
	return 0;
}

static int mark_after(void *state)
{
	struct marks *m = state;

	m->queued_ns = load_queued_ns(&m->load) - m->queued_before_ns;
	m->after = load_mark(&m->load);
	return 0;
}

/* Its metrics need the repetitions around: complete_load() adds them up in the parent. */
static void record_marks(void *state, const struct measured *measured, struct repetition *r, double *seen)
{
	const struct marks *m = state;

	(void)measured;
	(void)seen;
	r->before = m->before;
	r->after = m->after;
	r->queued_ns = m->queued_ns;
}

/* ---- in the parent: what it was, and whether that is too much ---- */

/*
 * Busy here: of the timed region, so much was taken from the calling thread by
 * another task, an interrupt or a hypervisor. 2 % is the least margin that
 * times are compared with.
 */
#define TAKEN_SHARE_MAX 0.02

/*
 * A benchmark that waits for others (bench.h) has its thread off the CPU for
 * that; taken is then only what it queued for a CPU, less one turn of the
 * helper's for each time that it slept. A turn is that of a worker, or of a CPU
 * that is waked from deep idle: 10 to 200 us. Another task's is 1 to 4 ms.
 */
#define TURN_NS 200000

/*
 * Busy elsewhere: CPUs that others kept busy, on average. They take memory
 * bandwidth, shared caches, the sibling's half of a core and turbo; where all
 * CPUs are threads of an emulator, the time itself. An idle server has 0.01 to
 * 0.1, and 0.1 % of each CPU more on large ones; one busy loop is 1.0. Idle
 * time is read to 10 ms: so a window of 0.2 s resolves 0.05 to 0.1 CPUs.
 */
#define OTHERS_CPUS_MAX	       0.25
#define OTHERS_OF_EACH_CPU_MAX 0.002

/* The least time around the repetition that is long enough: its own, with its neighbours, at last the whole trial. */
static double around(const struct load_window *window, const struct repetition *rep, unsigned n, unsigned i,
		     double (*cpus)(const struct load_mark *from, const struct load_mark *to))
{
	const struct load_mark *from = &rep[i].before, *to = &rep[i].after;

	for (unsigned k = 1; to->at_ns - from->at_ns < LOAD_WINDOW_NS && k <= n; k++) {
		from = i >= k ? &rep[i - k].before : &window->begin;
		to = i + k < n ? &rep[i + k].after : &window->end;
	}
	return cpus(from, to);
}

/* NAN where the kernel does not say for how long a thread queued. */
static double taken_ns(const struct repetition *r, const struct benchmark *b)
{
	double taken = b->waits || b->helpers ? r->queued_ns - r->sleeps * TURN_NS : repetition_off_cpu_ns(r);

	return taken < 0 ? 0 : taken;
}

static void complete_load(const struct subject *subject, struct repetition *rep, unsigned n, size_t at)
{
	const struct load_window *w = subject->window;

	for (unsigned i = 0; i < n; i++) {
		double *load = &rep[i].seen[at], wall_ns = repetition_wall_ns(&rep[i]);

		load[LOAD_TAKEN] = wall_ns > 0 ? taken_ns(&rep[i], subject->benchmark) / wall_ns : NAN;
		load[LOAD_OTHERS_CPUS] = around(w, rep, n, i, load_others);
		load[LOAD_STOLEN_CPUS] = around(w, rep, n, i, load_stolen);
	}
}

/* What is not known is no disturbance: comparisons with NAN are false. */
static const char *mark_load(const struct subject *subject, const struct repetition *r, const double *load)
{
	double taken = load[LOAD_TAKEN], others_max = OTHERS_CPUS_MAX + OTHERS_OF_EACH_CPU_MAX * r->after.cpus;
	bool here = taken > TAKEN_SHARE_MAX && taken * repetition_wall_ns(r) > READINGS_NS;

	return !subject->allow_load && (here || load[LOAD_OTHERS_CPUS] > others_max) ? "disturbed" : NULL;
}

static const struct instrument_metric metrics[] = {
	[LOAD_TAKEN] = { "taken_share", METRIC_KIND_SHARE, "share", "lower",
			 "share of the timed region that other tasks, interrupts or a hypervisor took from the calling thread" },
	[LOAD_OTHERS_CPUS] = { "others_cpus", METRIC_KIND_COUNT, "CPUs", "lower",
			       "CPUs that other tasks kept busy at the same time, on average over 0.2 s or more" },
	[LOAD_STOLEN_CPUS] = { "stolen_cpus", METRIC_KIND_COUNT, "CPUs", "lower",
			       "the part of others_cpus that a hypervisor took" },
};

const struct instrument load_instrument = {
	.name = "load",
	.repetitions = REPETITION_TIMED,
	.modes = MODE_HARDWARE,
	.state_size = sizeof(struct marks),
	.metrics = metrics,
	.metric_count = 3,
	.open = open_window,
	.close = close_window,
	.begin = mark_before,
	.end = mark_after,
	.record = record_marks,
	.complete = complete_load,
	.mark = mark_load,
};
