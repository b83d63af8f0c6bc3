// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * doctor_confinement - the lines of doctor about containers, services, cpusets and rights
 */
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "base/units.h"
#include "campaign/doctor_confinement.h"
#include "machine/confinement.h"
#include "machine/privileges.h"
#include "machine/rights.h"
#include "machine/syscalls.h"

static void line(const char *name, const char *text)
{
	printf("%-18s %s\n", name, text);
}

static void print_nodes(const struct machine *m)
{
	int all = 0, allowed = machine_memory_nodes(m);
	char guard[320], text[512];

	for (int i = 0; i < m->nodes; i++)
		all += m->node[i].has_memory;
	if (all == allowed)
		snprintf(text, sizeof(text), "%d with memory%s", all,
			 all < 2 ? ": nothing can migrate here; use the lab (nodehop lab 2s)" : "");
	else
		snprintf(text, sizeof(text),
			 "%d with memory, of which %s allows %d; widen it (cpuset.mems, "
			 "AllowedMemoryNodes=, --cpuset-mems)",
			 all, confinement_cpuset("", guard, sizeof(guard)), allowed);
	line("nodes", text);
	for (int i = 0; i < m->nodes; i++)
		if (m->node[i].memory != m->node[i].id)
			printf("%-18s node %d is of one memory with node %d: no remote cost between them\n", "",
			       m->node[i].id, m->node[i].memory);
}

static void print_cpus(const struct machine *m)
{
	int online = get_nprocs();
	char list[1024], guard[320], text[512];

	if (m->cpus >= online || sysfile_read(list, sizeof(list), "/sys/devices/system/cpu/online") < 0)
		return;
	confinement_of_cpus("", list, online, guard, sizeof(guard));
	snprintf(text, sizeof(text), "%d of %d; %s keeps us from the others", m->cpus, online, guard);
	line("CPUs", text);
}

static void print_memory_limit(const struct machine *m)
{
	char left[24], text[400];

	if (!*m->memory_cgroup)
		return;
	snprintf(text, sizeof(text),
		 "cgroup %s leaves %s: larger points are blocked (memory.max, MemoryMax=, --memory)", m->memory_cgroup,
		 units_print_bytes(left, sizeof(left), m->memory_left_bytes >> 20 << 20));
	line("memory limit", text);
}

static void print_rights(void)
{
	const char *code;

	if (rights_in_user_namespace())
		line("user namespace",
		     "not the initial one: capabilities count inside it only; run outside it for the rest");
	if (geteuid())
		line("user", "not root: settings stay as they are, and what needs a right is blocked");
	else if (!privileges_check(NEEDS_ROOT | NEEDS_SYS_NICE | NEEDS_SYS_ADMIN, &code))
		line("rights", fault_text());
}

/* Those with the same remedy share a line. */
static void print_calls(void)
{
	static const unsigned together[] = { CALL_GET_MEMPOLICY | CALL_SET_MEMPOLICY | CALL_MBIND,
					     CALL_HOME_NODE,
					     CALL_MOVE_PAGES | CALL_MIGRATE_PAGES,
					     CALL_USERFAULTFD,
					     CALL_PERF_EVENT_OPEN,
					     CALLS_OF_A_POINT };
	const char *code;
	char text[256] = "";

	for (size_t i = 0; syscalls_name(i); i++)
		if (syscalls_check(1u << i, &code) == OK)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", syscalls_name(i));
	printf("%-18s%s\n", "allowed calls", *text ? text : " none of those that are needed");
	for (size_t i = 0; i < sizeof(together) / sizeof(together[0]); i++)
		if (syscalls_check(together[i], &code) != OK)
			line("refused calls", fault_text());
}

void doctor_confinement(const struct machine *m)
{
	print_nodes(m);
	print_cpus(m);
	print_memory_limit(m);
	print_rights();
	print_calls();
}

bool doctor_can_migrate(const struct machine *m, char *text, size_t size)
{
	int all = 0, allowed = machine_memory_nodes(m);
	const char *code;
	char guard[320];

	for (int i = 0; i < m->nodes; i++)
		all += m->node[i].has_memory;
	if (all < 2)
		snprintf(text, size, "%d node with memory", all);
	else if (allowed < 2)
		snprintf(text, size, "%d nodes with memory, of which %s allows %d", all,
			 confinement_cpuset("", guard, sizeof(guard)), allowed);
	else if (syscalls_check(CALL_MOVE_PAGES | CALL_MBIND, &code) != OK)
		snprintf(text, size, "%s", fault_text());
	else
		snprintf(text, size, "%d nodes with memory", allowed);
	return allowed >= 2 && syscalls_check(CALL_MOVE_PAGES | CALL_MBIND, &code) == OK;
}
