// SPDX-License-Identifier: GPL-2.0-or-later
/* kinds - what kind of work the instructions of a function are, by the rules of kinds.csv */
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "functions/kinds.h"
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/places.h"

#define RULES_MAX  256
#define BYTES_MAX  (1u << 30)
#define UNDECIDED  KINDS
#define NODES_ROOM (1u << 18) /* as many as a tree can have */

struct rule {
	char *function, *caller, *executor;
	enum kind kind;
	uint64_t bytes;
};

struct kinds {
	struct rule rule[RULES_MAX];
	size_t rules;
	unsigned char *of_node; /* enum kind, or UNDECIDED */
};

static const char *const names[KINDS] = {
	[KIND_PATH] = "path",	      [KIND_COPY] = "copy",	      [KIND_ZERO] = "zero",
	[KIND_WAIT] = "wait",	      [KIND_SPIN] = "spin",	      [KIND_AMORTISED] = "amortised",
	[KIND_DEFERRED] = "deferred", [KIND_INTERRUPT] = "interrupt", [KIND_USER] = "user",
	[KIND_REST] = "rest",
};

const char *kind_name(enum kind kind)
{
	return names[kind];
}

int kind_parse(const char *name, enum kind *kind)
{
	for (int i = 0; i < KINDS; i++)
		if (!strcmp(name, names[i])) {
			*kind = i;
			return 0;
		}
	return -1;
}

/* ---- the file ---- */

static int take_rule(const struct csv_row *row, void *context)
{
	struct kinds *k = context;
	struct rule r;

	if (k->rules == RULES_MAX)
		return fault("more than %d rules", RULES_MAX);
	if (*row->field[2] && strcmp(row->field[2], "caller") && strcmp(row->field[2], "task"))
		return fault("\"%s\" executes nothing; caller and task do", row->field[2]);
	if (kind_parse(row->field[3], &r.kind))
		return fault("\"%s\" is no kind of work", row->field[3]);
	if (csv_parse_count(row->field[4], BYTES_MAX, &r.bytes) < 0)
		return fault_at("bytes");
	r.function = xstrdup(row->field[0]);
	r.caller = xstrdup(row->field[1]);
	r.executor = xstrdup(row->field[2]);
	k->rule[k->rules++] = r;
	return 0;
}

struct kinds *kinds_load(const char *path)
{
	static const char *const columns[] = { "function", "caller", "executor", "kind", "bytes", NULL };
	char *found = path ? xstrdup(path) : place_find("../harness/functions/kinds.csv", "../share/nodehop/kinds.csv");
	struct kinds *k = xcalloc(1, sizeof(*k));

	k->of_node = xmalloc(NODES_ROOM);
	memset(k->of_node, UNDECIDED, NODES_ROOM);
	if (!found || csv_read(found, columns, take_rule, k) < 0) {
		kinds_free(k);
		k = NULL;
	}
	free(found);
	return k;
}

void kinds_free(struct kinds *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->rules; i++) {
		free(k->rule[i].function);
		free(k->rule[i].caller);
		free(k->rule[i].executor);
	}
	free(k->of_node);
	free(k);
}

/* ---- nodes ---- */

static bool holds(const struct rule *r, const char *name, const char *caller, const char *executor)
{
	return !fnmatch(r->function, name, 0) && (!*r->caller || !strcmp(r->caller, caller)) &&
	       (!*r->executor || !strcmp(r->executor, executor));
}

static const struct rule *rule_of(const struct kinds *k, const struct calltree *tree, uint32_t node)
{
	const char *name = calltree_name(tree, node), *caller = calltree_name(tree, calltree_parent(tree, node));
	const char *executor = calltree_executor(tree, node);

	for (const struct rule *r = k->rule; r < k->rule + k->rules && strcmp(executor, "interrupt"); r++)
		if (holds(r, name, caller, executor))
			return r;
	return NULL;
}

static enum kind kind_of_root(const char *name)
{
	return !strcmp(name, "task") ? KIND_WAIT : !strcmp(name, "interrupt") ? KIND_INTERRUPT : KIND_REST;
}

static enum kind decide(struct kinds *k, const struct calltree *tree, uint32_t node)
{
	uint32_t parent = calltree_parent(tree, node);
	const struct rule *r;

	if (!parent)
		return kind_of_root(calltree_name(tree, node));
	r = rule_of(k, tree, node);
	return r ? r->kind : kinds_of(k, tree, parent);
}

enum kind kinds_of(struct kinds *k, const struct calltree *tree, uint32_t node)
{
	if (k->of_node[node] == UNDECIDED)
		k->of_node[node] = decide(k, tree, node);
	return k->of_node[node];
}

uint64_t kinds_bytes(const struct kinds *k, const struct calltree *tree, uint32_t node)
{
	const struct rule *r = calltree_parent(tree, node) ? rule_of(k, tree, node) : NULL;

	return r ? r->bytes : 0;
}
