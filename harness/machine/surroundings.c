// SPDX-License-Identifier: GPL-2.0-or-later
/* surroundings - load, clock rate, siblings and interrupts; memory and swap are surroundings_memory.c's */
#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/sysfile.h"
#include "machine/hypervisor.h"
#include "machine/surroundings_parts.h"

#define CPU_DIR	     "%s/sys/devices/system/cpu"
#define BUSY_CPUS    0.25 /* the work of so many CPUs, all together */
#define BUSY_SIBLING 0.05 /* of its time: it takes from the core that measures */
#define STOLEN_SHARE 0.005
#define INTERRUPTS_S 20

void surroundings_found(struct surroundings *s, const char *what, bool disturbs, const char *remedy, const char *format,
			...)
{
	struct finding *f = &s->finding[s->findings];
	va_list args;

	if (s->findings == FINDINGS_MAX)
		return;
	s->findings++;
	*f = (struct finding){ .what = what, .disturbs = disturbs, .remedy = disturbs ? remedy : "" };
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
}

static void look_for_load(struct surroundings *s, const struct activity *a, const char *root)
{
	char load[128] = "?";

	if (!a->cpus)
		return;
	sysfile_read(load, sizeof(load), "%s/proc/loadavg", root);
	load[strcspn(load, " ")] = '\0';
	surroundings_found(s, "load", a->busy_cpus >= BUSY_CPUS, "stop them, or measure on other CPUs (--cpus)",
			   "other processes keep %.1f of %d CPUs busy, load %s", a->busy_cpus, a->cpus, load);
}

static void look_for_hypervisor(struct surroundings *s, const struct activity *a, const char *root)
{
	char name[64];

	if (hypervisor_name(name, sizeof(name), root))
		surroundings_found(s, "vm", true, "for hardware numbers, measure on the host", "a virtual machine (%s)",
				   name);
	if (a->cpus && (*name || a->stolen_share > 0))
		surroundings_found(
			s, "steal", a->stolen_share > STOLEN_SHARE,
			"other guests use the host's CPUs: pin the virtual CPUs, or measure when the other guests are idle",
			"%.1f %% of the CPU time went to other guests", 100 * a->stolen_share);
}

/* ---- the CPUs that measure ---- */

/* "0, 8": each once, in order of nodes. */
static void list_measuring(char *text, size_t size, const struct machine *m, bool (*wanted)(int cpu, const void *with),
			   const void *with)
{
	cpu_set_t seen;

	CPU_ZERO(&seen);
	*text = '\0';
	for (int i = 0; i < m->nodes; i++) {
		int cpu = m->node[i].cpu, length = strlen(text);

		if (cpu < 0 || CPU_ISSET(cpu, &seen) || !wanted(cpu, with))
			continue;
		CPU_SET(cpu, &seen);
		snprintf(text + length, size - length, "%s%d", length ? ", " : "", cpu);
	}
}

static bool is_slow(int cpu, const void *root)
{
	char governor[32];

	return sysfile_read(governor, sizeof(governor), CPU_DIR "/cpu%d/cpufreq/scaling_governor", (const char *)root,
			    cpu) > 0 &&
	       strcmp(governor, "performance");
}

static void look_for_governor(struct surroundings *s, const struct machine *m, const char *root)
{
	char cpus[128], governor[32];
	int first = machine_next_cpu(m, &m->cpu_set);

	if (sysfile_read(governor, sizeof(governor), CPU_DIR "/cpu%d/cpufreq/scaling_governor", root, first) <= 0)
		return;
	list_measuring(cpus, sizeof(cpus), m, is_slow, root);
	surroundings_found(s, "governor", *cpus, "cpupower frequency-set -g performance",
			   *cpus ? "%s: the clock rate of the CPUs that measure (%s) follows their load" : "%s",
			   *cpus ? "not performance" : "performance", cpus);
}

static void look_for_turbo(struct surroundings *s, const char *root)
{
	char intel[8] = "", other[8] = "";

	sysfile_read(intel, sizeof(intel), CPU_DIR "/intel_pstate/no_turbo", root);
	sysfile_read(other, sizeof(other), CPU_DIR "/cpufreq/boost", root);
	if (!*intel && !*other)
		return;
	if (*intel)
		surroundings_found(s, "turbo", *intel == '0', "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo",
				   *intel == '0' ? "on: the clock rate depends on heat and on the other CPUs" : "off");
	else
		surroundings_found(s, "turbo", *other == '1', "echo 0 > /sys/devices/system/cpu/cpufreq/boost",
				   *other == '1' ? "on: the clock rate depends on heat and on the other CPUs" : "off");
}

struct watched {
	const struct activity *activity;
	const char *root;
};

static bool has_busy_sibling(int cpu, const void *with)
{
	const struct watched *w = with;
	char siblings[256] = "";

	sysfile_read(siblings, sizeof(siblings), CPU_DIR "/cpu%d/topology/thread_siblings_list", w->root, cpu);
	for (int other = 0; other < CPU_SETSIZE; other++)
		if (other != cpu && w->activity->busy[other] > BUSY_SIBLING && sysfile_list_has(siblings, other))
			return true;
	return false;
}

static void look_for_siblings(struct surroundings *s, const struct machine *m, const struct watched *w)
{
	char active[8] = "", cpus[128];

	if (!w->activity->cpus || sysfile_read(active, sizeof(active), CPU_DIR "/smt/active", w->root) <= 0)
		return;
	list_measuring(cpus, sizeof(cpus), m, has_busy_sibling, w);
	surroundings_found(s, "smt", *cpus, "keep the siblings idle, or echo off > /sys/devices/system/cpu/smt/control",
			   *cpus ? "other tasks use the cores of the CPUs that measure (%s)" : "%s",
			   *cpus	    ? cpus
			   : *active == '1' ? "on, the siblings of the CPUs that measure are idle"
					    : "off");
}

static bool is_interrupted(int cpu, const void *with)
{
	return ((const struct watched *)with)->activity->interrupts_s[cpu] > INTERRUPTS_S;
}

/* ---- interrupts ---- */

static bool runs(const char *name, const char *root)
{
	char path[300], comm[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/proc", root);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = isdigit((unsigned char)*entry->d_name) &&
			sysfile_read(comm, sizeof(comm), "%s/proc/%s/comm", root, entry->d_name) > 0 &&
			!strcmp(comm, name);
	if (dir)
		closedir(dir);
	return found;
}

static void look_for_interrupts(struct surroundings *s, const struct machine *m, const struct watched *w)
{
	bool balanced = runs("irqbalance", w->root);
	char cpus[128], comm[64];

	if (balanced || sysfile_read(comm, sizeof(comm), "%s/proc/1/comm", w->root) > 0) /* else processes are hidden */
		surroundings_found(s, "irqbalance", balanced, "systemctl stop irqbalance",
				   balanced ? "running: it moves interrupts from CPU to CPU" : "not running");
	if (!w->activity->sees_interrupts)
		return;
	list_measuring(cpus, sizeof(cpus), m, is_interrupted, w);
	surroundings_found(s, "interrupts", *cpus,
			   "choose other CPUs (--cpus), or move the interrupts (/proc/irq/N/smp_affinity)",
			   *cpus ? "devices interrupt CPUs that measure (%s)" : "%s",
			   *cpus ? cpus : "none from devices on the CPUs that measure");
}

void surroundings_look(struct surroundings *s, const struct machine *m, const struct activity *activity,
		       const char *root)
{
	struct watched w = { activity, root };

	s->findings = 0;
	look_for_load(s, activity, root);
	look_for_hypervisor(s, activity, root);
	look_for_governor(s, m, root);
	look_for_turbo(s, root);
	look_for_siblings(s, m, &w);
	look_for_interrupts(s, m, &w);
	surroundings_memory(s, m, root);
	surroundings_swap(s, root);
}
