// SPDX-License-Identifier: GPL-2.0-or-later
/* activity - parses /proc/stat and /proc/interrupts, and the differences of two readings */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/sysfile.h"
#include "machine/activity.h"

#define WATCH_US 250000

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };

/* "cpu3 user nice system idle iowait irq softirq steal ..." in ticks; guest time is part of user's. */
static void take_cpu(struct activity_mark *m, const char *line)
{
	double tick[FIELDS] = {}, all = 0;
	unsigned cpu;

	if (strncmp(line, "cpu", 3) || !isdigit((unsigned char)line[3])) /* "cpu  ..." is the sum of all */
		return;
	if (sscanf(line, "cpu%u %lf %lf %lf %lf %lf %lf %lf %lf", &cpu, &tick[USER], &tick[NICE], &tick[SYSTEM],
		   &tick[IDLE], &tick[IOWAIT], &tick[IRQ], &tick[SOFTIRQ], &tick[STEAL]) < 5 ||
	    cpu >= CPU_SETSIZE)
		return;
	for (int i = 0; i < FIELDS; i++)
		all += tick[i];
	m->online[cpu] = true;
	m->all[cpu] = all;
	m->stolen[cpu] = tick[STEAL];
	m->busy[cpu] = all - tick[IDLE] - tick[IOWAIT] - tick[STEAL];
}

static void read_stat(struct activity_mark *m, const char *root)
{
	FILE *file = sysfile_open(root, "/proc/stat");
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		take_cpu(m, line);
	if (file)
		fclose(file);
}

/* The heading, "CPU0 CPU2 ...": which CPU each column is of; CPUs that are offline have none. */
static int read_columns(const char *heading, int *cpu)
{
	int columns = 0, used;

	for (; columns < CPU_SETSIZE && sscanf(heading, " CPU%d%n", &cpu[columns], &used) == 1; heading += used)
		columns++;
	return columns;
}

/* Devices have numbers for labels; on arm64 a CPU's own timer has one too. */
static bool is_device(const char *row)
{
	row += strspn(row, " ");
	return isdigit((unsigned char)*row) && strchr(row, ':') && !strstr(row, "timer");
}

static void take_row(struct activity_mark *m, const char *row, const int *cpu, int columns)
{
	char *numbers = strchr(row, ':') + 1, *end;

	for (int i = 0; i < columns; i++, numbers = end) {
		double count = strtoull(numbers, &end, 10);

		if (end == numbers)
			return;
		if (cpu[i] >= 0 && cpu[i] < CPU_SETSIZE)
			m->interrupts[cpu[i]] += count;
	}
}

static void read_interrupts(struct activity_mark *m, const char *root)
{
	FILE *file = sysfile_open(root, "/proc/interrupts");
	int cpu[CPU_SETSIZE];
	char *line = NULL;
	size_t size = 0;

	if (file && getline(&line, &size, file) > 0)
		m->columns = read_columns(line, cpu);
	while (file && getline(&line, &size, file) > 0)
		if (is_device(line))
			take_row(m, line, cpu, m->columns);
	free(line);
	if (file)
		fclose(file);
}

void activity_read(struct activity_mark *m, const char *root)
{
	memset(m, 0, sizeof(*m));
	read_stat(m, root);
	read_interrupts(m, root);
	m->at_s = clock_wall_ns() / 1e9;
}

void activity_between(const struct activity_mark *from, const struct activity_mark *to, struct activity *a)
{
	double stolen = 0, all = 0;

	memset(a, 0, sizeof(*a));
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		double ticks = to->all[cpu] - from->all[cpu];

		a->cpus += to->online[cpu];
		if (to->at_s > from->at_s)
			a->interrupts_s[cpu] = (to->interrupts[cpu] - from->interrupts[cpu]) / (to->at_s - from->at_s);
		if (ticks <= 0)
			continue;
		a->busy[cpu] = (to->busy[cpu] - from->busy[cpu]) / ticks;
		a->busy_cpus += a->busy[cpu];
		stolen += to->stolen[cpu] - from->stolen[cpu];
		all += ticks;
	}
	if (all <= 0) /* a sandbox whose counters stand still */
		a->cpus = 0;
	a->sees_interrupts = from->columns && to->columns;
	a->stolen_share = all > 0 ? stolen / all : 0;
}

void activity_watch(struct activity *a)
{
	static struct activity_mark before, after;

	activity_read(&before, "");
	usleep(WATCH_US);
	activity_read(&after, "");
	activity_between(&before, &after, a);
}
