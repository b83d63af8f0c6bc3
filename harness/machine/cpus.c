// SPDX-License-Identifier: GPL-2.0-or-later
/* cpus - applies --cpus, and picks a CPU of each node to measure on */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/cpus.h"
#include "machine/syscalls.h"

#define CPU_DIR	     "/sys/devices/system/cpu"
#define BUSY_SHARE   0.2 /* of a CPU's time: somebody else's CPU */
#define INTERRUPTS_S 20	 /* from devices, a second: a queue of theirs is served here */

char *cpus_isolated(char *text, size_t size)
{
	if (sysfile_read(text, size, CPU_DIR "/isolated") < 0)
		*text = '\0';
	return text;
}

/* ---- the user's list ---- */

static int parse_number(const char **text, long *number)
{
	char *end;

	*number = strtol(*text, &end, 10);
	if (end == *text || **text == '-' || **text == '+' || *number >= CPU_SETSIZE)
		return fault("\"%s\": CPUs are numbers from 0 to %d, like 2 or 0-3,8", *text, CPU_SETSIZE - 1);
	*text = end;
	return 0;
}

static int parse_list(const char *text, cpu_set_t *set)
{
	CPU_ZERO(set);
	for (;; text++) {
		long first, last;

		if (parse_number(&text, &first))
			return -1;
		last = first;
		if (*text == '-' && (text++, parse_number(&text, &last)))
			return -1;
		if (last < first)
			return fault("%ld-%ld runs backwards", first, last);
		for (; first <= last; first++)
			CPU_SET(first, set);
		if (!*text)
			return 0;
		if (*text != ',')
			return fault("\"%s\": a comma is expected, like 0-3,8", text);
	}
}

/* The kernel takes what a cpuset allows of a wish, and says nothing of the rest. */
static int check_taken(const cpu_set_t *wanted)
{
	char online[1024] = "?";
	cpu_set_t taken;

	sched_getaffinity(0, sizeof(taken), &taken);
	sysfile_read(online, sizeof(online), CPU_DIR "/online");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, wanted) || CPU_ISSET(cpu, &taken))
			continue;
		return sysfile_list_has(online, cpu) ? fault("CPU %d: the cpuset does not allow it", cpu)
						     : fault("CPU %d is not online; there are %s", cpu, online);
	}
	return 0;
}

static int use_list(const char *list)
{
	cpu_set_t before, wanted;

	sched_getaffinity(0, sizeof(before), &before);
	if (parse_list(list, &wanted))
		return -1;
	/* EINVAL: none of them is to be had; check_taken says why. */
	if (sched_setaffinity(0, sizeof(wanted), &wanted) && errno != EINVAL)
		return fault("the CPUs cannot be used: %s", strerror(errno));
	if (!check_taken(&wanted))
		return 0;
	sched_setaffinity(0, sizeof(before), &before);
	return -1;
}

/* ---- isolated CPUs ---- */

/* Does the mask hold each CPU that is online, but for the isolated ones? */
static bool is_the_common_mask(const cpu_set_t *mask, const char *online, const char *isolated)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (sysfile_list_has(online, cpu) && !!CPU_ISSET(cpu, mask) == sysfile_list_has(isolated, cpu))
			return false;
	return true;
}

static void add_isolated(void)
{
	char isolated[1024], online[1024];
	cpu_set_t mask;

	if (!*cpus_isolated(isolated, sizeof(isolated)) ||
	    sysfile_read(online, sizeof(online), CPU_DIR "/online") < 0 || sched_getaffinity(0, sizeof(mask), &mask) ||
	    !is_the_common_mask(&mask, online, isolated))
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (sysfile_list_has(isolated, cpu))
			CPU_SET(cpu, &mask);
	sched_setaffinity(0, sizeof(mask), &mask); /* what a cpuset forbids of them stays out */
}

int cpus_use(const char *list)
{
	const char *code;

	if (syscalls_check(CALL_SCHED_SETAFFINITY, &code) != OK)
		return list ? fault_at("--cpus %s", list) : 0;
	if (list)
		return use_list(list) ? fault_at("--cpus %s", list) : 0;
	add_isolated();
	return 0;
}

/* ---- the choice ---- */

enum { RANK_ZERO = 1, RANK_INTERRUPTS = 2, RANK_SHARED = 4, RANK_BUSY = 8 };

static unsigned char rank(int cpu, const struct activity *a, const char *isolated)
{
	return (cpu == 0 ? RANK_ZERO : 0) | (a->interrupts_s[cpu] > INTERRUPTS_S ? RANK_INTERRUPTS : 0) |
	       (sysfile_list_has(isolated, cpu) ? 0 : RANK_SHARED) | (a->busy[cpu] > BUSY_SHARE ? RANK_BUSY : 0);
}

void cpus_choose(struct machine *m, const struct activity *a, const char *isolated)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		m->cpu_rank[cpu] = rank(cpu, a, isolated);
	for (int i = 0; i < m->nodes; i++)
		m->node[i].cpu = machine_next_cpu(m, &m->node[i].cpu_set);
}
