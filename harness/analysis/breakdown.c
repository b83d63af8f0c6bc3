// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * breakdown - sorts time by kernel function and by work, and says what dominates; where the time comes from is its caller's
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/text.h"
#include "analysis/breakdown.h"

/* ---- which function is for what ---- */

/* The first that matches counts. Names are those of Linux 5.10 to 6.18. */
static const char *const known[WORKS] = {
	[WORK_RCU] = "synchronize_rcu* synchronize_srcu*",
	/* __lru_add_drain_all is inline and so invisible to the tracer, its callers are not */
	[WORK_DRAIN] = "*lru_add_drain_all lru_cache_disable",
	[WORK_WAIT] = "schedule schedule_timeout* schedule_preempt_disabled io_schedule* wait_for_completion* "
		      "*flush_work folio_wait_* wait_on_page_* migration_entry_wait* rwsem_down_*_slowpath "
		      "__mutex_lock_slowpath *queued_spin_lock_slowpath queued_*_lock_slowpath",
	[WORK_COPY] = "folio_copy folio_mc_copy *copy_highpage* copy_page* copy_mc_* copy_huge_page copy_user_*page* "
		      "migrate_page_copy folio_migrate_copy __memcpy* memcpy*",
	[WORK_ZERO] = "clear_page* clear_highpage* clear_huge_page clear_subpage folio_zero_* kernel_init_pages "
		      "post_alloc_hook",
	[WORK_UNMAP] = "try_to_migrate* try_to_unmap* remove_migration_p* rmap_walk* flush_tlb_* *_flush_tlb_* "
		       "ptep_clear_flush* arch_tlbbatch_* tlb_* smp_call_function_many* on_each_cpu* "
		       "set_pmd_migration_entry __mmu_notifier_* change_protection* mprotect_fixup unmap_* "
		       "move_page_tables",
	[WORK_ALLOC] = "alloc_migration_target* alloc_misplaced_dst_* new_page* alloc_pages* __alloc_pages* "
		       "__alloc_frozen_pages* *folio_alloc* get_page_from_freelist *rmqueue* prep_new_page "
		       "*free_unref_* __folio_put* free_huge_* __free_pages* free_frozen_page* release_pages",
	[WORK_INTERRUPT] = "irq_enter_rcu irq_exit_rcu *do_softirq* handle_softirqs sysvec_* asm_sysvec_* "
			   "asm_common_interrupt common_interrupt",
};

static bool matches(const char *patterns, const char *function)
{
	char one[64];

	while (patterns && *patterns) {
		size_t length = strcspn(patterns, " ");

		snprintf(one, sizeof(one), "%.*s", (int)length, patterns);
		if (!fnmatch(one, function, 0))
			return true;
		patterns += length + strspn(patterns + length, " ");
	}
	return false;
}

static enum work work_of(const char *function)
{
	for (int work = 0; work < WORKS; work++)
		if (matches(known[work], function))
			return work;
	return WORK_REST;
}

const char *work_name(enum work work)
{
	static const char *const names[WORKS] = {
		[WORK_RCU] = "waiting for an expedited RCU grace period",
		[WORK_DRAIN] = "waiting for the per-CPU drain",
		[WORK_WAIT] = "waiting for something else",
		[WORK_COPY] = "copying",
		[WORK_ZERO] = "zeroing",
		[WORK_UNMAP] = "unmapping and TLB flushing",
		[WORK_ALLOC] = "allocating",
		[WORK_RETRY] = "retrying",
		[WORK_INTERRUPT] = "interrupts",
		[WORK_REST] = "walking, locking and accounting",
		[WORK_UNSPLIT] = "work on the CPU",
	};

	return names[work];
}

bool work_is_waiting(enum work work)
{
	return work == WORK_RCU || work == WORK_DRAIN || work == WORK_WAIT;
}

static size_t hash(const char *text)
{
	size_t h = 5381;

	while (*text)
		h = h * 33 + (unsigned char)*text++;
	return h % BREAKDOWN_CACHE;
}

/* A trace has some hundred names in some hundred thousand stacks. */
static enum work cached_work(struct breakdown *p, const char *function)
{
	size_t at = hash(function);

	if (!p->work_cache[at].name || strcmp(p->work_cache[at].name, function)) {
		free(p->work_cache[at].name);
		p->work_cache[at].name = xstrdup(function);
		p->work_cache[at].work = work_of(function);
	}
	return p->work_cache[at].work;
}

/* The function that a weight is shown under. */
static size_t find_owner(struct breakdown *p, const char *const *stack, size_t depth, enum work *work)
{
	for (size_t i = depth; i-- > 0;) {
		*work = cached_work(p, stack[i]);
		if (*work == WORK_RCU || *work == WORK_DRAIN)
			return i;
	}
	for (size_t i = depth; i-- > 0;) {
		*work = cached_work(p, stack[i]);
		if (*work != WORK_REST)
			return *work == WORK_WAIT || *work == WORK_INTERRUPT ? i : depth - 1;
	}
	return depth - 1;
}

/* ---- rows ---- */

static bool is_row(const struct breakdown *p, size_t i, const char *name, enum work work)
{
	return i < p->rows && p->row[i].work == work && !strcmp(p->row[i].name, name);
}

static bool grow(struct breakdown *p)
{
	size_t room = p->room ? 2 * p->room : 128;
	struct breakdown_row *grown = p->rows == p->room ? xrealloc(p->row, room * sizeof(*grown)) : p->row;

	if (!grown)
		return false;
	p->room = p->rows == p->room ? room : p->room;
	p->row = grown;
	return true;
}

static struct breakdown_row *find_row(struct breakdown *p, const char *name, enum work work)
{
	size_t at = hash(name), i = p->row_cache[at];

	if (is_row(p, i, name, work))
		return &p->row[i];
	for (i = 0; i < p->rows && !is_row(p, i, name, work); i++)
		;
	p->row_cache[at] = i;
	if (i < p->rows)
		return &p->row[i];
	if (!grow(p))
		return NULL;
	p->row[i] = (struct breakdown_row){ .name = xstrdup(name), .work = work };
	return p->row[i].name ? &p->row[p->rows++] : NULL;
}

void breakdown_add(struct breakdown *p, const char *const *stack, size_t depth, double weight, unsigned calls,
		   unsigned inside)
{
	enum work work = WORK_REST;
	size_t owner = find_owner(p, stack, depth, &work);
	struct breakdown_row *row = find_row(p, stack[owner], work);

	p->total += weight;
	p->work[work] += weight;
	if (!row)
		return;
	row->weight += weight;
	row->calls += owner == depth - 1 ? calls : 0;
	row->entries += calls;
	row->inside += inside;
	if (calls && !inside && weight > 0 && (!p->least || weight < p->least))
		p->least = weight;
}

/* Never more than there is. */
static void take_off(struct breakdown *p, struct breakdown_row *row, double excess)
{
	if (excess > row->weight)
		excess = row->weight;
	row->weight -= excess;
	p->work[row->work] -= excess;
	p->total -= excess;
}

double breakdown_correct(struct breakdown *p, double each)
{
	double within = p->least < each ? p->least : each, total = p->total;

	for (size_t i = 0; i < p->rows; i++)
		take_off(p, &p->row[i], p->row[i].entries * within + p->row[i].inside * (each - within));
	return total - p->total;
}

void breakdown_add_work(struct breakdown *p, const char *name, enum work work, double weight)
{
	struct breakdown_row *row = find_row(p, name, work);

	p->total += weight;
	p->work[work] += weight;
	if (row)
		row->weight += weight;
}

uint64_t breakdown_calls(const struct breakdown *p, const char *name)
{
	uint64_t calls = 0;

	for (size_t i = 0; i < p->rows; i++)
		calls += strcmp(p->row[i].name, name) ? 0 : p->row[i].calls;
	return calls;
}

void breakdown_split_retries(struct breakdown *p, double attempts, double folios)
{
	double in_vain = attempts > folios && folios > 0 ? p->work[WORK_UNMAP] * (1 - folios / attempts) : 0;

	p->work[WORK_UNMAP] -= in_vain;
	p->work[WORK_RETRY] += in_vain;
}

static int by_weight(const void *a, const void *b)
{
	const struct breakdown_row *x = a, *y = b;

	return (x->weight < y->weight) - (x->weight > y->weight);
}

void breakdown_sort(struct breakdown *p)
{
	if (p->rows)
		qsort(p->row, p->rows, sizeof(*p->row), by_weight);
}

void breakdown_free(struct breakdown *p)
{
	for (size_t i = 0; i < p->rows; i++)
		free(p->row[i].name);
	for (size_t i = 0; i < BREAKDOWN_CACHE; i++)
		free(p->work_cache[i].name);
	free(p->row);
	*p = (struct breakdown){};
}

/* ---- the sentence ---- */

static double percent(const struct breakdown *p, double weight)
{
	return 100 * weight / p->total;
}

static double waiting(const struct breakdown *p)
{
	return p->work[WORK_RCU] + p->work[WORK_DRAIN] + p->work[WORK_WAIT];
}

/* The heaviest work that is no wait, other than `but`. */
static enum work heaviest(const struct breakdown *p, int but)
{
	enum work best = but == WORK_REST ? WORK_COPY : WORK_REST;

	for (int w = WORK_COPY; w < WORKS; w++)
		if (w != but && p->work[w] > p->work[best])
			best = w;
	return best;
}

static char *say_waiting(const struct breakdown *p)
{
	return text_append(
		NULL,
		"Waiting dominates, with %.0f %% of the time: %.0f %% for an expedited RCU grace period, %.0f %% for "
		"the per-CPU drain, %.0f %% for something else; most of the rest is %s (%.0f %%).",
		percent(p, waiting(p)), percent(p, p->work[WORK_RCU]), percent(p, p->work[WORK_DRAIN]),
		percent(p, p->work[WORK_WAIT]), work_name(heaviest(p, -1)), percent(p, p->work[heaviest(p, -1)]));
}

static char *say_unsplit(const struct breakdown *p)
{
	return text_append(
		NULL,
		"Work on the CPU dominates, with %.0f %% of the time; what kind cannot be determined without functions. "
		"Waiting is "
		"%.0f %%.",
		percent(p, p->work[WORK_UNSPLIT]), percent(p, waiting(p)));
}

/* Without stacks a wait may have no name. */
static char *say_some_waiting(const struct breakdown *p)
{
	return text_append(NULL,
			   "Waiting dominates, with %.0f %% of the time; counters cannot show what for. Work on "
			   "the CPU is "
			   "%.0f %%.",
			   percent(p, waiting(p)), percent(p, p->work[WORK_UNSPLIT]));
}

static char *say_working(const struct breakdown *p)
{
	enum work first = heaviest(p, -1), second = heaviest(p, first);
	char name[64];

	snprintf(name, sizeof(name), "%s", work_name(first));
	*name += 'A' - 'a';
	return text_append(NULL, "%s dominates, with %.0f %% of the time, before %s (%.0f %%); waiting is %.0f %%.",
			   name, percent(p, p->work[first]), work_name(second), percent(p, p->work[second]),
			   percent(p, waiting(p)));
}

char *breakdown_sentence(const struct breakdown *p)
{
	bool waits;

	if (!(p->total > 0))
		return xstrdup("None of it was seen in the kernel.");
	waits = waiting(p) >= p->work[heaviest(p, -1)];
	if (waits && p->work[WORK_UNSPLIT] && p->work[WORK_WAIT] == waiting(p))
		return say_some_waiting(p);
	if (waits)
		return say_waiting(p);
	return p->work[WORK_UNSPLIT] ? say_unsplit(p) : say_working(p);
}
