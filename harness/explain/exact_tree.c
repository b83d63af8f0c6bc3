// SPDX-License-Identifier: GPL-2.0-or-later
/* exact_tree - adds up, for each function by caller, what it executed with all that it called */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "explain/exact_tree.h"

struct branch {
	const char *name;
	uint64_t self, all, calls;
	size_t parent, child, next; /* 0: none */
};

/* The first branch holds the roots; each stands behind its parent. */
struct exact_tree {
	struct branch *branch;
	size_t branches;
};

static size_t add_branch(struct exact_tree *t, size_t parent, const char *name)
{
	struct branch *p = &t->branch[parent];

	t->branch[t->branches] = (struct branch){ .name = name, .parent = parent, .next = p->child };
	return p->child = t->branches++;
}

/* A function that goes on in a part of it is still the same one. */
static size_t branch_below(struct exact_tree *t, size_t parent, const char *name)
{
	size_t b = t->branch[parent].child;

	if (parent && !strcmp(t->branch[parent].name, name))
		return parent;
	while (b && strcmp(t->branch[b].name, name))
		b = t->branch[b].next;
	return b ?: add_branch(t, parent, name);
}

static void add_up(struct exact_tree *t)
{
	for (size_t b = t->branches - 1; b; b--) {
		t->branch[b].all += t->branch[b].self;
		t->branch[t->branch[b].parent].all += t->branch[b].all;
	}
}

struct exact_tree *exact_tree_new(const struct calltree *calls, const struct calltree_window *w)
{
	size_t nodes = calltree_nodes(calls), *of = xcalloc(nodes, sizeof(*of));
	struct exact_tree *t = xcalloc(1, sizeof(*t));

	t->branch = xcalloc(nodes, sizeof(*t->branch));
	t->branches = 1;
	for (size_t n = 1; n < nodes; n++)
		of[n] = branch_below(t, of[calltree_parent(calls, n)], calltree_name(calls, n));
	for (const struct calltree_entry *e = w->entry; e < w->entry + w->entries; e++) {
		t->branch[of[e->node]].self += e->insns;
		t->branch[of[e->node]].calls += calltree_calls(calls, e);
	}
	add_up(t);
	free(of);
	return t;
}

void exact_tree_free(struct exact_tree *t)
{
	free(t->branch);
	free(t);
}

/* ---- as JSON ---- */

static int by_weight(const void *a, const void *b)
{
	const struct branch *x = *(const struct branch *const *)a, *y = *(const struct branch *const *)b;

	return x->all == y->all ? strcmp(x->name, y->name) : (x->all < y->all) - (x->all > y->all);
}

static json_t *children_json(const struct exact_tree *t, const struct branch *of, double units);

static json_t *branch_json(const struct exact_tree *t, const struct branch *b, double units)
{
	return json_pack("{s:s, s:f, s:f, s:f, s:f, s:o}", "name", b->name, "share", (double)b->all / t->branch->all,
			 "value", b->all / units, "self", b->self / units, "calls", b->calls / units, "children",
			 children_json(t, b, units));
}

static json_t *children_json(const struct exact_tree *t, const struct branch *of, double units)
{
	const struct branch **child;
	json_t *list = json_array();
	size_t count = 0;

	for (size_t b = of->child; b; b = t->branch[b].next)
		count += t->branch[b].all > 0;
	child = xcalloc(count + 1, sizeof(*child));
	count = 0;
	for (size_t b = of->child; b; b = t->branch[b].next)
		if (t->branch[b].all)
			child[count++] = &t->branch[b];
	qsort(child, count, sizeof(*child), by_weight);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, branch_json(t, child[i], units));
	free(child);
	return list;
}

json_t *exact_tree_json(const struct exact_tree *t, double units)
{
	return children_json(t, t->branch, units);
}

/* ---- as folded stacks ---- */

static void print_stack(const struct exact_tree *t, size_t b, FILE *to)
{
	if (t->branch[b].parent) {
		print_stack(t, t->branch[b].parent, to);
		fputc(';', to);
	}
	fputs(t->branch[b].name, to);
}

void exact_tree_fold(const struct exact_tree *t, FILE *to)
{
	for (size_t b = 1; b < t->branches; b++) {
		if (!t->branch[b].self)
			continue;
		print_stack(t, b, to);
		fprintf(to, " %" PRIu64 "\n", t->branch[b].self);
	}
}
