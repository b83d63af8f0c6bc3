// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * topology_form - what Linux makes of a topology in each mode
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "lab/topology.h"

/* ---- the form a mode gives it ------------------------------------------------ */

uint64_t topology_memory_bytes(const struct topology *t)
{
	uint64_t bytes = 0;

	for (int i = 0; i < t->nodes; i++)
		bytes += t->node[i].memory_bytes;
	return bytes;
}

int topology_cpus(const struct topology *t)
{
	int cpus = 0;

	for (int i = 0; i < t->nodes; i++)
		cpus += t->node[i].cpus;
	return cpus;
}

/* CPUs that a node of the file has in this mode. */
static int form_cpus(const struct topology *t, enum timekeeper mode, int id)
{
	if (mode == TIME_COUNTED)
		return id == t->counted_cpu;
	return t->node[id].cpus;
}

/* old[new id] = id in the file, in the order in which Linux numbers them. Returns how many. */
static int form_order(const struct topology *t, enum timekeeper mode, int *old)
{
	int n = 0;

	for (int i = 0; i < t->nodes; i++)
		if (form_cpus(t, mode, i))
			old[n++] = i;
	for (int i = 0; i < t->nodes; i++)
		if (!form_cpus(t, mode, i) && t->node[i].memory_bytes)
			old[n++] = i;
	return n;
}

static int form_initiator(const struct topology *t, enum timekeeper mode, const int *old, int id)
{
	if (!t->has_hmat || form_cpus(t, mode, old[id]))
		return -1;
	for (int i = 0; mode != TIME_COUNTED && i < id; i++)
		if (old[i] == t->node[old[id]].initiator)
			return i;
	return 0;
}

struct topology *topology_form(const struct topology *t, enum timekeeper mode)
{
	struct topology *form = xmalloc(sizeof(*form));
	int old[TOPOLOGY_NODES_MAX];

	*form = *t;
	form->nodes = form_order(t, mode, old);
	if (mode == TIME_COUNTED) {
		form->sockets = 1;
		form->swap_bytes = 0;
	} else {
		form->possible_cpus = topology_cpus(t);
	}
	form->counted_cpu = 0;
	for (int i = 0; i < form->nodes; i++) {
		form->node[i] = t->node[old[i]];
		form->node[i].cpus = form_cpus(t, mode, old[i]);
		form->node[i].initiator = form_initiator(t, mode, old, i);
		for (int j = 0; j < form->nodes; j++) {
			form->distance[i][j] = t->distance[old[i]][old[j]];
			form->latency_ns[i][j] = t->latency_ns[old[i]][old[j]];
			form->bandwidth_bytes[i][j] = t->bandwidth_bytes[old[i]][old[j]];
		}
	}
	return form;
}

/* ---- the facts a guest will report --------------------------------------------- */

/*
 * Linux 6.12 ranks memory by an abstract distance: DRAM beside CPUs is 576,
 * other memory 576 x latency x 1/bandwidth relative to it, in steps of 128
 * (include/linux/memory-tiers.h, mt_perf_to_adistance). Divided in its order:
 * the roundings decide at the edges.
 */
#define ADISTANCE_DRAM 576
#define ADISTANCE_STEP 128

static uint64_t tier_id(const struct topology *form, int id)
{
	int from = form->node[id].initiator;

	if (!form->has_hmat || form->node[id].cpus)
		return ADISTANCE_DRAM / ADISTANCE_STEP;
	return ADISTANCE_DRAM * (2 * form->latency_ns[from][id]) / (2 * form->latency_ns[0][0]) *
	       (2 * form->bandwidth_bytes[0][0]) / (2 * form->bandwidth_bytes[from][id]) / ADISTANCE_STEP;
}

/* How many faster tiers there are: each counted once, at its first node. */
static int tier_rank(const struct topology *form, int id)
{
	uint64_t mine = tier_id(form, id);
	int rank = 0;

	for (int i = 0; i < form->nodes; i++) {
		bool first = form->node[i].memory_bytes && tier_id(form, i) < mine;

		for (int j = 0; first && j < i; j++)
			first = !form->node[j].memory_bytes || tier_id(form, j) != tier_id(form, i);
		rank += first;
	}
	return form->node[id].memory_bytes ? rank : -1;
}

/*
 * Taken by struct page (64 of 4096) everywhere; kernel, image and firmware on
 * top, on nodes that differ by version. The most that was seen in a guest is
 * 92 MiB: what the plan says fits, fits.
 */
#define RESERVE_BYTES (96ull << 20)

static uint64_t usable_bytes(uint64_t memory_bytes)
{
	uint64_t bytes = memory_bytes - memory_bytes / 64;

	return bytes > 2 * RESERVE_BYTES ? bytes - RESERVE_BYTES : bytes / 2;
}

static void fill_node(const struct topology *form, int id, int first_cpu, struct node *node)
{
	const struct topology_node *from = &form->node[id];

	*node = (struct node){
		.id = id,
		.memory = id,
		.has_memory = from->memory_bytes > 0,
		.has_cpu = from->cpus > 0,
		.allowed = true,
		.memory_bytes = from->memory_bytes,
		.free_bytes = usable_bytes(from->memory_bytes),
		.cpu = from->cpus ? first_cpu : -1,
		.cpus = from->cpus,
		.tier = tier_rank(form, id),
	};
}

/* What Debian's 6.12 offers on x86-64; a kernel that lacks a size is found out in the guest. */
static void fill_pages(struct machine *m)
{
	m->page_size = 4096;
	m->thp_size = 2 << 20;
	for (size_t size = 16 << 10; size < m->thp_size; size *= 2)
		m->folio_size[m->folio_sizes++] = size;
	m->hugetlb_size[m->hugetlb_sizes++] = 2 << 20;
	m->hugetlb_size[m->hugetlb_sizes++] = 1 << 30;
}

int topology_machine(const struct topology *t, enum timekeeper mode, struct machine *m)
{
	struct topology *form = topology_form(t, mode);

	if (!form)
		return -1;
	memset(m, 0, sizeof(*m));
	m->timekeeper = mode;
	m->nodes = form->nodes;
	m->possible_cpus = form->possible_cpus;
	snprintf(m->name, sizeof(m->name), "%s", form->name);
	for (int i = 0; i < form->nodes; i++) {
		fill_node(form, i, m->cpus, &m->node[i]);
		m->cpus += form->node[i].cpus;
		for (int j = 0; j < form->nodes; j++)
			m->distance[i][j] = form->distance[i][j];
	}
	fill_pages(m);
	free(form);
	return 0;
}
