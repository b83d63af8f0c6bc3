// SPDX-License-Identifier: GPL-2.0-or-later
/* tree - instructions by chain of callers, while a window is open */
#include <inttypes.h>
#include "names.h"
#include "tree.h"

#define NODES (1u << 18)
#define SLOTS (1u << 20) /* of the hash; most stay empty */

struct node {
	uint32_t parent, name;
	uint64_t self, calls;
};

uint64_t tree_total, tree_dropped;
uint32_t tree_top;

static struct node node[NODES];
static uint32_t nodes = 1, written = 1, slot[SLOTS];
static uint64_t last, opened;
static bool is_open;

static uint32_t hash(uint32_t parent, uint32_t name)
{
	return (parent * 2654435761u ^ name * 2246822519u) >> 12;
}

uint32_t tree_child(uint32_t parent, uint32_t name)
{
	uint32_t h = hash(parent, name) & (SLOTS - 1);

	while (slot[h] && (node[slot[h]].parent != parent || node[slot[h]].name != name))
		h = (h + 1) & (SLOTS - 1);
	if (slot[h])
		return slot[h];
	if (nodes == NODES) {
		tree_dropped++;
		return parent;
	}
	node[nodes] = (struct node){ .parent = parent, .name = name };
	return slot[h] = nodes++;
}

void tree_account(unsigned extra)
{
	if (is_open)
		node[tree_top].self += tree_total + extra - last;
	last = tree_total + extra;
}

void tree_call(uint32_t n)
{
	node[n].calls += is_open;
}

void tree_uncount(void)
{
	tree_total--;
}

void tree_open(void)
{
	tree_account(0);
	opened = tree_total;
	is_open = true;
}

static void write_new_nodes(FILE *to)
{
	for (; written < nodes; written++)
		fprintf(to, "N %u %u %s%s\n", written, node[written].parent, names_text(node[written].name),
			names_is_program(node[written].name) ? " [program]" : "");
}

void tree_abandon(void)
{
	is_open = false;
	for (uint32_t i = 1; i < nodes; i++)
		node[i].self = node[i].calls = 0;
}

void tree_close(FILE *to)
{
	tree_account(0);
	is_open = false;
	write_new_nodes(to);
	fprintf(to, "W %" PRIu64 "\n", tree_total - opened);
	for (uint32_t i = 1; i < nodes; i++) {
		if (!node[i].self && !node[i].calls)
			continue;
		fprintf(to, "%u %" PRIu64 " %" PRIu64 "\n", i, node[i].self, node[i].calls);
		node[i].self = node[i].calls = 0;
	}
}
