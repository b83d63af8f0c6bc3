// SPDX-License-Identifier: GPL-2.0-or-later
/* machine_text - tables of a machine's nodes and distances; what its file or the kernel says was found before */
#include <stdio.h>
#include "base/units.h"
#include "output/machine_text.h"

static const char *tier_text(int tier, char *buffer, size_t size)
{
	snprintf(buffer, size, tier < 0 ? "-" : "%d", tier);
	return buffer;
}

static void print_nodes(const struct machine *m)
{
	char bytes[24], free_bytes[24], tier[12];

	printf("node  cpus  memory    free      tier  use\n");
	for (int i = 0; i < m->nodes; i++) {
		const struct node *n = &m->node[i];

		printf("%4d  %4d  %-8s  %-8s  %-4s  %s\n", n->id, n->cpus,
		       units_print_bytes(bytes, sizeof(bytes), n->memory_bytes >> 20 << 20),
		       units_print_bytes(free_bytes, sizeof(free_bytes), n->free_bytes >> 20 << 20),
		       tier_text(n->tier, tier, sizeof(tier)),
		       !n->has_memory ? "CPUs only"
		       : !n->allowed  ? "not in this cpuset"
		       : n->has_cpu   ? "CPUs and memory"
				      : "memory only");
	}
}

/* A file need not say how far its nodes lie apart. */
static const char *distance_text(int distance, char *buffer, size_t size)
{
	snprintf(buffer, size, distance ? "%d" : "-", distance);
	return buffer;
}

static void print_distances(const struct machine *m)
{
	char text[12];

	printf("distance");
	for (int j = 0; j < m->nodes; j++)
		printf("%5d", m->node[j].id);
	for (int i = 0; i < m->nodes; i++) {
		printf("\n%8d", m->node[i].id);
		for (int j = 0; j < m->nodes; j++)
			printf("%5s", distance_text(m->distance[i][j], text, sizeof(text)));
	}
	printf("\n");
}

static void print_sizes(const char *name, const size_t *sizes, int count)
{
	char bytes[24];

	printf("%s", name);
	for (int i = 0; i < count; i++)
		printf(" %s", units_print_bytes(bytes, sizeof(bytes), sizes[i]));
	printf("%s\n", count ? "" : " none");
}

/* "2s (counted), 1 CPU, 64 possible": as many as there are needs no word. */
static void print_name(const struct machine *m)
{
	printf("%s (%s), %d CPU%s", m->name, timekeeper_name(m->timekeeper), m->cpus, m->cpus == 1 ? "" : "s");
	if (m->possible_cpus > m->cpus)
		printf(", %d possible", m->possible_cpus);
	printf("\n");
}

void machine_print(const struct machine *m)
{
	print_name(m);
	print_nodes(m);
	print_distances(m);
	print_sizes("base page", &m->page_size, 1);
	print_sizes("THP", &m->thp_size, m->thp_size ? 1 : 0);
	print_sizes("mTHP", m->folio_size, m->folio_sizes);
	print_sizes("hugetlb", m->hugetlb_size, m->hugetlb_sizes);
}
