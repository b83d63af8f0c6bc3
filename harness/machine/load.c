// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/sysfile.h"
#include "machine/load.h"

#define HELPERS_MAX 4096

static int stat_fd = -1, queue_fd = -1;
static unsigned cpus;
static int helper[HELPERS_MAX]; /* process ids */
static size_t helpers;

/* ---- helpers ---- */

static bool begins_with_one_of(const char *name, const char *const *prefix)
{
	for (; *prefix; prefix++)
		if (!strncmp(name, *prefix, strlen(*prefix)))
			return true;
	return false;
}

/* All kernel threads are children of process 2; in a container it is none of theirs, or not there. */
static void find_helpers(const char *const *prefix)
{
	static char children[1 << 17];
	char *rest = children, *word, name[64];

	helpers = 0;
	if (!prefix || sysfile_read(name, sizeof(name), "/proc/2/comm") < 0 || strcmp(name, "kthreadd") ||
	    sysfile_read(children, sizeof(children), "/proc/2/task/2/children") < 0)
		return;
	while ((word = strsep(&rest, " ")) && helpers < HELPERS_MAX)
		if (*word && sysfile_read(name, sizeof(name), "/proc/%s/comm", word) >= 0 &&
		    begins_with_one_of(name, prefix))
			helper[helpers++] = atoi(word);
}

/* One that has ended meanwhile has run no more. */
static uint64_t helpers_ns(void)
{
	uint64_t sum_ns = 0, ns;
	char text[96];

	for (size_t i = 0; i < helpers; i++)
		if (sysfile_read(text, sizeof(text), "/proc/%d/schedstat", helper[i]) > 0 &&
		    sscanf(text, "%" SCNu64, &ns) == 1)
			sum_ns += ns;
	return sum_ns;
}

/* ---- marks ---- */

static unsigned count_cpus(void)
{
	FILE *file = fopen("/proc/stat", "re");
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

void load_open(const char *const *prefix)
{
	stat_fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	queue_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	cpus = count_cpus();
	find_helpers(prefix);
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

struct load_mark load_mark(void)
{
	uint64_t busy, idle, iowait, stolen, tick_ns = 1000000000u / sysconf(_SC_CLK_TCK);
	struct load_mark m = { .cpus = cpus, .at_ns = clock_wall_ns() };
	char text[256];

	/* cpu user nice system idle iowait irq softirq steal */
	m.seen = read_text(stat_fd, text, sizeof(text)) &&
		 sscanf(text, "cpu %" SCNu64 " %*u %*u %" SCNu64 " %" SCNu64 " %*u %*u %" SCNu64, &busy, &idle, &iowait,
			&stolen) == 4 &&
		 idle + busy > 0;
	if (!m.seen)
		return m;
	m.idle_ns = (idle + iowait) * tick_ns;
	m.stolen_ns = stolen * tick_ns;
	m.own_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns() + helpers_ns();
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

double load_queued_ns(void)
{
	uint64_t ran_ns, queued_ns;
	char text[96];

	/* all zeros where the kernel keeps no such books: a thread that reads has run */
	if (!read_text(queue_fd, text, sizeof(text)) ||
	    sscanf(text, "%" SCNu64 " %" SCNu64, &ran_ns, &queued_ns) != 2 || !ran_ns)
		return NAN;
	return queued_ns;
}
