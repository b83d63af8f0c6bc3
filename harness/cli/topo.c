// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop topo - nodes, CPUs, memory, distances and page kinds as nodehop sees them
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/units.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "cli/target.h"

static const char doc[] = "Prints the memory nodes of this system, or of a machine in a file.\v"
			  "Examples:\n"
			  "  nodehop topo\n"
			  "  nodehop topo --topology cxl --mode fast\n"
			  "  nodehop topo --xml > machine.xml";

enum { KEY_XML = 0x300 };

struct options {
	struct target target;
	bool xml;
};

static const struct argp_option option_table[] = {
	{ "xml", KEY_XML, NULL, 0, "print hwloc XML, as `plan --topology` takes it", 1 },
	{},
};

static error_t parse_topo(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->target;
		return 0;
	case KEY_XML:
		o->xml = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

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
static void print_machine(const struct machine *m)
{
	printf("%s (%s), %d CPU%s", m->name, timekeeper_name(m->timekeeper), m->cpus, m->cpus == 1 ? "" : "s");
	if (m->possible_cpus > m->cpus)
		printf(", %d possible", m->possible_cpus);
	printf("\n");
}

static int topo(int argc, char **argv)
{
	static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { option_table, parse_topo, NULL, doc, children, NULL, NULL };
	struct machine m = {};
	struct options o = {};
	char *xml;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (target_load(&o.target, &m))
		return exit_trouble();
	if (o.xml) {
		xml = m.topology ? machine_to_xml(&m) : NULL;
		if (!xml) {
			fprintf(stderr,
				"nodehop: a .topo file has no hwloc tree; boot it: nodehop lab %s -- topo --xml\n",
				o.target.topology);
			return EXIT_TROUBLE;
		}
		printf("%s", xml);
		free(xml);
	} else {
		print_machine(&m);
		print_nodes(&m);
		print_distances(&m);
		print_sizes("base page", &m.page_size, 1);
		print_sizes("THP", &m.thp_size, m.thp_size ? 1 : 0);
		print_sizes("mTHP", m.folio_size, m.folio_sizes);
		print_sizes("hugetlb", m.hugetlb_size, m.hugetlb_sizes);
	}
	machine_free(&m);
	return EXIT_FINE;
}

COMMAND(topo) = { "topo", "nodes, distances and page sizes, of this system or a file", topo };
