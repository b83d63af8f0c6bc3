// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rule_calls - system calls as rules make them, and sets of nodes
 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine/facts.h"
#include "memory/trial_private.h"
#include "rule.h"

long call(long result)
{
	return result < 0 ? -errno : result;
}

struct nodeset nodes_none(void)
{
	return (struct nodeset){};
}

struct nodeset nodes_two(int a, int b)
{
	struct nodeset set = {};

	set.word[a / NODESET_WORD_BITS] |= 1ul << a % NODESET_WORD_BITS;
	set.word[b / NODESET_WORD_BITS] |= 1ul << b % NODESET_WORD_BITS;
	return set;
}

struct nodeset nodes_one(int node)
{
	return nodes_two(node, node);
}

bool nodes_have(const struct nodeset *set, int node)
{
	return set->word[node / NODESET_WORD_BITS] & 1ul << node % NODESET_WORD_BITS;
}

long call_move_pages(pid_t pid, size_t count, void **pages, const int *nodes, int *status, int flags)
{
	may_call(CALL_MOVE_PAGES);
	return call(move_pages(pid, count, pages, nodes, status, flags));
}

/* The kernel takes one bit less than it is told. */
long call_mbind(const void *start, size_t bytes, int mode, struct nodeset nodes, unsigned flags)
{
	may_call(CALL_MBIND);
	return call(mbind((void *)start, bytes, mode, nodes.word, NODESET_MAX, flags));
}

long call_set_mempolicy(int mode, struct nodeset nodes)
{
	may_call(CALL_SET_MEMPOLICY);
	return call(set_mempolicy(mode, nodes.word, NODESET_MAX));
}

long call_get_mempolicy(int *mode, unsigned long *mask, unsigned long maxnode, const void *address, unsigned flags)
{
	may_call(CALL_GET_MEMPOLICY);
	return call(get_mempolicy(mode, mask, maxnode, (void *)address, flags));
}

long call_migrate_pages(pid_t pid, struct nodeset from, struct nodeset to)
{
	may_call(CALL_MIGRATE_PAGES);
	return call(migrate_pages(pid, NODESET_MAX, from.word, to.word));
}

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

long call_home_node(const void *start, size_t bytes, unsigned long node, unsigned long flags)
{
	may_call(CALL_HOME_NODE);
	return call(syscall(SYS_set_mempolicy_home_node, start, bytes, node, flags));
}

int node_absent(const struct trial *t)
{
	int id = 0;

	while (machine_node(t->own->machine, id))
		id++;
	return id;
}

int node_without_memory(struct trial *t)
{
	const struct machine *m = t->own->machine;

	for (int n = 0; n < m->nodes; n++)
		if (!m->node[n].has_memory)
			return m->node[n].id;
	rule_end(t, skipped(t, "no-node", "every node has memory"));
}

size_t node_bytes(const struct trial *t, int node)
{
	const struct node *n = machine_node(t->own->machine, node);

	return n ? n->memory_bytes : 0;
}

int node_number(struct trial *t, int i)
{
	const struct machine *m = t->own->machine;

	for (int n = 0, left = i; n < m->nodes; n++)
		if (m->node[n].has_memory && m->node[n].allowed && !left--)
			return m->node[n].id;
	rule_end(t, skipped(t, "no-node", "needs %d nodes with memory, has %d", i + 1, machine_memory_nodes(m)));
}

struct move_answer move_one(const void *address, int node, int flags)
{
	void *page = (void *)address;
	int status = STATUS_UNTOUCHED;
	long result = call_move_pages(0, 1, &page, &node, &status, flags);

	return (struct move_answer){ result, status };
}

void batch_add(struct batch *b, void *address, int node)
{
	b->page[b->count] = address;
	b->node[b->count++] = node;
}

long batch_move(struct batch *b, int flags)
{
	for (size_t i = 0; i < b->count; i++)
		b->status[i] = STATUS_UNTOUCHED;
	return call_move_pages(0, b->count, b->page, b->node, b->status, flags);
}

size_t batch_statuses(const struct batch *b, int status)
{
	size_t found = 0;

	for (size_t i = 0; i < b->count; i++)
		found += b->status[i] == status;
	return found;
}
