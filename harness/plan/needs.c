// SPDX-License-Identifier: GPL-2.0-or-later
/* needs - checks a point's needs one by one, in a fixed order; the first that is not met is the reason */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "base/text.h"
#include "base/units.h"
#include "machine/confinement.h"
#include "machine/privileges.h"
#include "machine/syscalls.h"
#include "memory/pages.h"
#include "plan/axis.h"
#include "plan/needs.h"
#include "plan/probe.h"
#include "plan/rules.h"
#include "plan/settings.h"
#include "settings/knobs.h"

/* Room that a limit keeps beside the regions: page tables, the program's own. */
#define RESERVE_BYTES (32ull << 20)

static enum outcome refuse(struct point *p, enum outcome o, const char *code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static enum outcome refuse(struct point *p, enum outcome o, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	p->outcome = o;
	p->reason = xstrdup(code);
	p->detail = text_of_args(format, args);
	va_end(args);
	return o;
}

/* What the benchmark needs, and its rule beside that. */
static struct needs needs_of(const struct point *p)
{
	const struct rule *rule = rules_of_point(p);
	struct needs all = p->benchmark->needs;

	if (!rule)
		return all;
	all.memory_nodes = max(all.memory_nodes, rule->needs.memory_nodes);
	all.cpus = max(all.cpus, rule->needs.cpus);
	all.cpu_nodes = max(all.cpu_nodes, rule->needs.cpu_nodes);
	all.privileges |= rule->needs.privileges;
	if (rule->needs.not_in) {
		all.not_in = rule->needs.not_in;
		all.not_in_code = rule->needs.not_in_code;
		all.not_in_why = rule->needs.not_in_why;
	}
	return all;
}

static enum outcome check_mode(struct point *p, const struct machine *m)
{
	struct needs needs = needs_of(p);

	if (needs.not_in & timekeeper_mode(m->timekeeper))
		return refuse(p, BLOCKED, needs.not_in_code, "%s", needs.not_in_why);
	if (needs.fills_node && m->timekeeper == TIME_HARDWARE)
		return refuse(p, BLOCKED, "node-share",
			      "it fills a node, and on hardware at most half of a node's free memory "
			      "is used; use the lab (nodehop lab cxl --mode fast)");
	return OK;
}

/* ---- CPUs and nodes: lacking, or only kept from us ---- */

/* These CPUs are there, and too few of them are ours: by a cpuset, or by the affinity mask? */
static enum outcome refuse_cpus(struct point *p, const char *cpus, int wanted, const char *what)
{
	char guard[320];
	const char *code = confinement_of_cpus("", cpus, wanted, guard, sizeof(guard));

	return refuse(p, BLOCKED, code, "%s; %s excludes CPUs of %s", what, guard, cpus);
}

static enum outcome check_cpus(struct point *p, const struct machine *m)
{
	const struct axis *threads = benchmark_axis(p->benchmark, AXIS_TYPE_THREADS);
	char online[1024], what[64];
	int wanted = needs_of(p).cpus;

	if (threads && (int)axis_number(threads, p->params) > wanted)
		wanted = axis_number(threads, p->params);
	if (wanted <= 1 || m->cpus >= wanted)
		return OK;
	if (m->timekeeper == TIME_COUNTED)
		return refuse(p, BLOCKED, "counted-one-cpu", "needs %d CPUs; counted mode has one", wanted);
	snprintf(what, sizeof(what), "needs %d CPUs, has %d", wanted, m->cpus);
	if (m->is_this_system && get_nprocs() >= wanted &&
	    sysfile_read(online, sizeof(online), "/sys/devices/system/cpu/online") >= 0)
		return refuse_cpus(p, online, wanted, what);
	return refuse(p, SKIPPED, "no-cpu", "%s", what);
}

/* No CPU of the node can be used: it has none, or none for us. */
static enum outcome refuse_node_cpus(struct point *p, const struct machine *m, const struct node *n, const char *what)
{
	char cpus[1024];

	if (m->timekeeper == TIME_COUNTED)
		return refuse(p, BLOCKED, "counted-one-cpu", "%s; counted mode has one CPU", what);
	if (n && n->has_cpu && m->is_this_system &&
	    sysfile_read(cpus, sizeof(cpus), "/sys/devices/system/node/node%d/cpulist", n->id) >= 0)
		return refuse_cpus(p, cpus, 1, what);
	return refuse(p, SKIPPED, "no-cpu", "%s", what);
}

/* The first node that has CPUs, of which none is ours; NULL for none. Not one of the pair. */
static const struct node *node_kept_from_us(const struct machine *m, struct pair except)
{
	for (int i = 0; i < m->nodes; i++)
		if (m->node[i].has_cpu && m->node[i].cpu < 0 && m->node[i].id != except.from &&
		    m->node[i].id != except.to)
			return &m->node[i];
	return NULL;
}

static enum outcome check_cpu_nodes(struct point *p, const struct machine *m)
{
	int wanted = needs_of(p).cpu_nodes, have = 0;
	char what[64];

	for (int i = 0; i < m->nodes; i++)
		have += m->node[i].has_cpu && m->node[i].cpu >= 0;
	if (have >= wanted)
		return OK;
	snprintf(what, sizeof(what), "needs CPUs on %d nodes, has them on %d", wanted, have);
	return refuse_node_cpus(p, m, node_kept_from_us(m, (struct pair){ -1, -1 }), what);
}

static enum outcome check_nodes(struct point *p, const struct machine *m)
{
	int wanted = needs_of(p).memory_nodes, have = machine_memory_nodes(m), all = 0;
	char guard[320];

	for (int i = 0; i < m->nodes; i++)
		all += m->node[i].has_memory;
	if (have >= wanted)
		return check_cpu_nodes(p, m);
	if (all >= wanted)
		return refuse(p, BLOCKED, "cpuset", "needs %d nodes with memory, %s allows %d of %d", wanted,
			      confinement_cpuset("", guard, sizeof(guard)), have, all);
	return refuse(p, SKIPPED, "no-node", "needs %d nodes with memory, has %d", wanted, have);
}

/* Below its watermarks the kernel reclaims: page cache first, then it swaps, and kills in the end. */
static uint64_t above_watermarks(const struct node *n)
{
	return n->free_bytes > n->watermark_bytes ? n->free_bytes - n->watermark_bytes : 0;
}

/* At most half, so that the node has room for what others and the kernel itself allocate meanwhile. */
static uint64_t share_bytes(const struct node *n)
{
	return above_watermarks(n) / 2;
}

static enum outcome check_node(struct point *p, const struct machine *m, int id)
{
	const struct node *n = machine_node(m, id);
	size_t size_bytes = point_size_bytes(p);
	char wanted[24], has[24], share[24], guard[320];

	if (!n)
		return refuse(p, SKIPPED, "no-node", "there is no node %d", id);
	if (!n->has_memory)
		return refuse(p, SKIPPED, "no-node", "node %d has no memory", id);
	if (!n->allowed)
		return refuse(p, BLOCKED, "cpuset", "%s does not allow node %d",
			      confinement_cpuset("", guard, sizeof(guard)), id);
	if (size_bytes <= share_bytes(n))
		return OK;
	return refuse(p, SKIPPED, "node-memory",
		      "needs %s on node %d and may take %s: half of the %s that are free there "
		      "above the kernel's watermarks",
		      units_print_bytes(wanted, sizeof(wanted), size_bytes), id,
		      units_print_bytes(share, sizeof(share), share_bytes(n) >> 20 << 20),
		      units_print_bytes(has, sizeof(has), above_watermarks(n) >> 20 << 20));
}

/* A limit reached kills, or has pages swapped out under the measurement. */
static enum outcome check_memory_limit(struct point *p, const struct machine *m)
{
	size_t size_bytes = point_size_bytes(p);
	char wanted[24], has[24];

	if (!*m->memory_cgroup || m->memory_left_bytes >= size_bytes + RESERVE_BYTES)
		return OK;
	return refuse(p, BLOCKED, "memory-limit", "needs %s and 32m to spare, the memory limit of cgroup %s leaves %s",
		      units_print_bytes(wanted, sizeof(wanted), size_bytes), m->memory_cgroup,
		      units_print_bytes(has, sizeof(has), m->memory_left_bytes >> 20 << 20));
}

static enum outcome check_pair(struct point *p, const struct machine *m)
{
	const struct axis *axis = benchmark_axis(p->benchmark, AXIS_TYPE_PAIR);
	struct pair pair;

	if (!axis)
		return OK;
	pair = axis_pair(axis, p->params);
	if (check_node(p, m, pair.from) != OK)
		return p->outcome;
	return check_node(p, m, pair.to);
}

static enum outcome check_caller(struct point *p, const struct machine *m)
{
	int id = point_caller_node(p, m);
	char what[64];

	if (id == -1 || (id >= 0 && machine_node(m, id)->cpu >= 0))
		return OK;
	if (id == -2 && m->nodes < 3)
		return refuse(p, SKIPPED, "no-node", "the caller needs a third node, there are %d", m->nodes);
	if (id == -2)
		return refuse_node_cpus(
			p, m, node_kept_from_us(m, axis_pair(benchmark_axis(p->benchmark, AXIS_TYPE_PAIR), p->params)),
			"the caller needs a CPU of a third node");
	snprintf(what, sizeof(what), "the caller needs a CPU of node %d", id);
	return refuse_node_cpus(p, m, machine_node(m, id), what);
}

static enum outcome check_pages(struct point *p, const struct machine *m)
{
	const struct axis *axis = benchmark_axis(p->benchmark, AXIS_TYPE_PAGE);
	struct page_kind kind;
	const char *code;

	if (!axis || !m->is_this_system)
		return OK;
	kind = axis_page(axis, p->params);
	if (page_kind_offered(m, &kind, &code) == OK)
		return OK;
	return refuse(p, SKIPPED, code, "%s", fault_text());
}

static enum outcome check_calls(struct point *p, const struct machine *m)
{
	unsigned wanted = CALLS_OF_A_POINT | (p->benchmark->is_floor ? 0 : CALLS_OF_A_REGION) | needs_of(p).calls;
	const char *code;
	enum outcome o;

	if (!m->is_this_system)
		return OK;
	o = syscalls_check(wanted, &code);
	return o == OK ? OK : refuse(p, o, code, "%s", fault_text());
}

static enum outcome check_rights(struct point *p, const struct machine *m)
{
	const char *code;

	if (!m->is_this_system || privileges_check(needs_of(p).privileges, &code))
		return OK;
	return refuse(p, BLOCKED, code, "%s", fault_text());
}

static enum outcome check_knobs(struct point *p, const struct machine *m)
{
	for (const struct knob_value *k = p->benchmark->knobs; m->is_this_system && k && k->knob; k++) {
		char text[32];

		if (!settings_value(k, p, text, sizeof(text)) || knob_path(k->knob))
			continue;
		return errno == EACCES ? refuse(p, BLOCKED, "knob-hidden", "%s", fault_text())
				       : refuse(p, SKIPPED, "no-knob", "%s", fault_text());
	}
	return OK;
}

/* Asks the benchmark's probe once a program run, and remembers. */
static enum outcome check_probe(struct point *p, const struct machine *m)
{
	static const struct benchmark *asked;
	static struct trial_private answer;
	static enum outcome outcome;

	if (!p->benchmark->needs.probe || !m->is_this_system)
		return OK;
	if (asked != p->benchmark) {
		asked = p->benchmark;
		outcome = probe_run(p->benchmark, m, &answer);
	}
	return outcome == OK ? OK : refuse(p, outcome, answer.reason, "%s", answer.detail);
}

void needs_check(struct point *p, const struct machine *m)
{
	static enum outcome (*const checks[])(struct point *, const struct machine *) = {
		check_mode,  check_nodes, check_pair,	check_memory_limit, check_cpus,	 check_caller,
		check_calls, check_pages, check_rights, check_knobs,	    check_probe,
	};

	p->outcome = OK;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i](p, m) != OK)
			return;
}
