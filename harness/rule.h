/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rule.h - what the rules of benchmarks/semantics/ may call, beside bench.h
 *
 * A rule is a list of steps. expect() says what must hold; the first thing
 * that does not ends the rule as wrong, a thing that the machine lacks ends it
 * by rule_end(t, skipped(t, ...)). Memory and processes go with its child.
 *
 * Answers are of one type, long: a node, result or count as it is; an error as
 * -errno, be it a status or what a call returned; STATUS_UNTOUCHED where the
 * kernel wrote nothing.
 *
 * Where kernels differ a rule declares all answers that may be, each with its
 * kernels: expect_one_of(t, "status", got, ANSWERS({ -ENOENT, "since 6.12" },
 * { -EFAULT, "before 6.12" })). Which one was seen is printed and recorded.
 */
#ifndef NODEHOP_RULE_H
#define NODEHOP_RULE_H

#include <errno.h>
#include <numaif.h>
#include "bench.h"

#define RULE_METRIC "seen" /* what the first expectation of a rule saw, or the last that had a choice */

/* clang-format off */
#define TWO_NODES { .memory_nodes = 2 }
/* clang-format on */

/* Runs t->rule; its outcome. */
enum outcome rule_run(struct trial *t);

/* Ends the rule (or reports home, in a process of the rule) with this outcome. */
_Noreturn void rule_end(struct trial *t, enum outcome outcome);

/* ---- expectations --------------------------------------------------------- */

struct answer {
	long value;
	const char *when; /* the kernels that give it: "before 6.12" */
};

/* clang-format off */
#define ANSWERS(...) ((const struct answer[]){ __VA_ARGS__, {} })
/* clang-format on */

/* For steps on the way: ends the rule as broken when an answer is an error. Returns the answer. */
long must(struct trial *t, const char *what, long got);

/* Ends the rule as wrong unless got is wanted. */
void expect(struct trial *t, const char *what, long got, long wanted);

/* Ends the rule as wrong unless got is one of the answers; its index, and the line of the rule says which. */
size_t expect_one_of(struct trial *t, const char *what, long got, const struct answer *answers);

/* Ends the rule as wrong unless got >= least. */
void expect_at_least(struct trial *t, const char *what, long got, long least);

/* What a rule is to believe of what it sees: all of it, except in tests. */
long rule_sees(long got);

/* Something beside what is promised, for the line and the record. */
void seen(struct trial *t, const char *what, long value);

/* ---- system calls: the result, or -errno ---------------------------------- */

struct nodeset nodes_none(void);
struct nodeset nodes_two(int a, int b);
bool nodes_have(const struct nodeset *set, int node);

/* Newer than some distributions' headers. */
#define MODE_PREFERRED_MANY	 5	   /* since 5.15 */
#define MODE_WEIGHTED_INTERLEAVE 6	   /* since 6.9 */
#define MODE_NUMA_BALANCING	 (1 << 13) /* flag, since 5.12 */
#define MODE_STATIC_NODES	 (1 << 15) /* flag */
#define MODE_RELATIVE_NODES	 (1 << 14) /* flag */
#define FLAG_LAZY		 (1 << 3)  /* in the headers, in no kernel */

/* Ends the rule where a call of enum calls may not be made. Those below ask for themselves. */
void may_call(unsigned calls);

long call_move_pages(pid_t pid, size_t count, void **pages, const int *nodes, int *status, int flags);
long call_mbind(const void *start, size_t bytes, int mode, struct nodeset nodes, unsigned flags);
long call_set_mempolicy(int mode, struct nodeset nodes);
long call_get_mempolicy(int *mode, unsigned long *mask, unsigned long maxnode, const void *address, unsigned flags);
long call_migrate_pages(pid_t pid, struct nodeset from, struct nodeset to);
long call(long result); /* of a call that sets errno: the result, or -errno */
long call_home_node(const void *start, size_t bytes, unsigned long node, unsigned long flags);

/* A node id that this machine does not have; one that it has without memory (ends the rule when there is none). */
int node_absent(const struct trial *t);
int node_without_memory(struct trial *t);

/* The memory of a node, in bytes; 0 without such a node. */
size_t node_bytes(const struct trial *t, int node);

/* The i-th node with memory that may be used; ends the rule when there are fewer. */
int node_number(struct trial *t, int i);

/* ---- memory ------------------------------------------------------------------ */

struct page_kind kind_hugetlb(const struct trial *t); /* of PMD size */
struct page_kind kind_of_size(size_t folio_size);     /* bytes */
struct page_kind kind_backed(const struct trial *t, enum page_backing backing);

/* So many folios of that kind, mapped and never touched. Ends the rule where the kernel does not give them. */
struct region memory_untouched(struct trial *t, struct page_kind kind, size_t folios);

/* The same, written with data and proven to be on the node. */
struct region memory_on(struct trial *t, struct page_kind kind, size_t folios, int node);

/* `pages` small private anonymous pages on the node: what most rules need. */
struct region pages_on(struct trial *t, size_t pages, int node);

/* The address of the i-th base page. */
void *page_at(const struct region *r, size_t i);

/* Ends the rule as wrong unless all pages are on the node and hold what was written. */
void expect_moved(struct trial *t, const struct region *r, int node);

/* The node of a page of this process, or why the kernel does not tell (negative). */
long node_of(const void *address);

/* A figure of the mapping that holds the address, in bytes ("AnonHugePages", "Locked"). Ends the rule without smaps. */
long smaps_bytes(struct trial *t, const void *address, const char *field);

/* Huge pages of PMD size on the node: "free" ones, or all ("nr"). */
long hugetlb_count(struct trial *t, int node, const char *which);

/* The PFN or -1 where this may not be read. */
long pfn_of(const void *address);

/* ---- moving ------------------------------------------------------------------ */

struct move_answer {
	long result, status;
};

struct move_answer move_one(const void *address, int node, int flags);

#define BATCH_MAX 1024

struct batch {
	size_t count;
	void *page[BATCH_MAX];
	int node[BATCH_MAX], status[BATCH_MAX];
};

void batch_add(struct batch *b, void *address, int node);

/* One call for all, after filling the statuses with STATUS_UNTOUCHED. */
long batch_move(struct batch *b, int flags);

/* How many statuses have that value. */
size_t batch_statuses(const struct batch *b, int status);

/* ---- other processes, which end with the rule -------------------------------- */

/* Forks a process that runs body (NULL: nothing) and then waits. What body expects holds for the rule as well. */
pid_t process_start(struct trial *t, void (*body)(struct trial *t, void *with), void *with);
void process_end(pid_t pid);

/* Runs body in a process of its own, to its end. */
void process_run(struct trial *t, void (*body)(struct trial *t, void *with), void *with);

/* A kernel thread, which has no memory of its own; ends the rule where none can be seen. */
pid_t process_of_kernel(struct trial *t);

/* From here on this process has no capabilities, and is uid 65534 if it was root. Ends the rule where it cannot be. */
void become_nobody(struct trial *t);

/* ---- counters ---------------------------------------------------------------- */

/* What this counter of /proc/vmstat rose by between two readings; ends the rule where the kernel has no such counter. */
long counter_rise(struct trial *t, const struct vmstat *before, const struct vmstat *after, const char *name);

/* ---- tracepoints ------------------------------------------------------------- */

/* The number of "migrate/mm_migrate_pages" for perf_event_open(2); ends the rule without tracefs. */
long tracepoint_id(struct trial *t, const char *name);

#endif
