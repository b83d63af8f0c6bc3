// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * follow - the threads of sets, and the looks at where their pages are
 */
#include <math.h>
#include <numa.h>
#include <numaif.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include "base/clock.h"
#include "base/fault.h"
#include "kit/follow.h"
#include "machine/facts.h"
#include "machine/vmstat.h"
#include "memory/numamaps.h"
#include "memory/trial_private.h"

#define FOLLOW_NODES_MAX 64 /* that pages are spread over */

static const double marks[FOLLOW_MARKS] = { [FOLLOW_50] = 0.5, [FOLLOW_90] = 0.9, [FOLLOW_99] = 0.99 };

struct runner {
	const struct follow_set *set;
	const struct machine *machine;
	int node;
	const bool *stop;
	size_t rounds;
	pthread_t thread;
};

/* ---- sets ---- */

struct nodes {
	int id[FOLLOW_NODES_MAX];
	size_t count;
};

static struct nodes memory_nodes(const struct machine *m)
{
	struct nodes nodes = {};

	for (int i = 0; i < m->nodes && nodes.count < FOLLOW_NODES_MAX; i++)
		if (m->node[i].has_memory && m->node[i].allowed)
			nodes.id[nodes.count++] = m->node[i].id;
	return nodes;
}

/* Page by page to each node in turn. */
static enum outcome spread(struct trial *t, const struct region *r, const struct nodes *nodes)
{
	for (size_t i = 0; i < r->pages; i += nodes->count) {
		size_t count = min(nodes->count, r->pages - i);
		void *page[FOLLOW_NODES_MAX];
		int status[FOLLOW_NODES_MAX];

		for (size_t k = 0; k < count; k++)
			page[k] = r->base + (i + k) * r->page_size;
		if (move_pages(0, count, page, nodes->id, status, MPOL_MF_MOVE) < 0)
			return broken(t, "syscall", "spreading pages: move_pages: %m");
	}
	return OK;
}

enum outcome follow_add(struct trial *t, struct follow *f, size_t size, struct page_kind page, int home)
{
	struct follow_set *s = &f->set[f->sets++];
	struct nodes nodes = memory_nodes(t->own->machine);
	enum outcome o = region_map(t, &s->mem, size, page);

	if (o != OK)
		return o;
	o = region_place(t, &s->mem, home == FOLLOW_EVERYWHERE ? nodes.id[0] : home);
	return o == OK && home == FOLLOW_EVERYWHERE ? spread(t, &s->mem, &nodes) : o;
}

static size_t touched(const struct follow_set *s)
{
	return s->touched ?: s->mem.pages;
}

double follow_share(const struct follow *f)
{
	char *text = numamaps_read();
	double sum = 0;

	for (const struct follow_set *s = f->set; text && s < f->set + f->sets; s++)
		for (size_t i = 0; i < s->threads; i++)
			sum += (double)numamaps_pages(text, &s->mem, s->node[i]) / touched(s) / s->threads / f->sets;
	free(text);
	return sum;
}

static enum outcome check(struct trial *t, const struct follow *f)
{
	enum outcome o = OK;

	for (const struct follow_set *s = f->set; o == OK && s < f->set + f->sets; s++)
		o = region_check_data(t, &s->mem);
	return o;
}

/* ---- threads ---- */

static void *runner_main(void *argument)
{
	struct runner *self = argument;
	const struct region *r = &self->set->mem;
	size_t pages = touched(self->set);

	machine_run_on(self->machine, self->node);
	while (!__atomic_load_n(self->stop, __ATOMIC_RELAXED)) {
		for (size_t i = 0; i < pages; i++)
			(void)*(volatile char *)(r->base + i * r->page_size);
		__atomic_fetch_add(&self->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static size_t start_runners(const struct machine *m, struct follow *f, struct runner *runner, const bool *stop)
{
	size_t started = 0;

	for (struct follow_set *s = f->set; s < f->set + f->sets; s++) {
		for (size_t i = 0; i < s->threads; i++, started++) {
			runner[started] = (struct runner){ s, m, s->node[i], stop, 0, 0 };
			if (pthread_create(&runner[started].thread, NULL, runner_main, &runner[started]))
				return started;
		}
	}
	return started;
}

static double slowest(const struct runner *runner, size_t count)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < count; i++)
		least = min(least, __atomic_load_n(&runner[i].rounds, __ATOMIC_RELAXED));
	return least;
}

/* ---- watching ---- */

static void look(struct trial *t, struct follow *f, double ns, double rounds)
{
	static struct vmstat now;

	f->share = follow_share(f);
	f->elapsed_ns = ns;
	f->rounds = rounds;
	f->looks++;
	trial_series(t, 0, ns / 1e6, f->share);
	trial_series(t, 1, rounds, f->share);
	for (int i = 0; i < FOLLOW_MARKS; i++) {
		if (!isnan(f->until_ns[i]) || f->share < marks[i])
			continue;
		f->until_ns[i] = ns;
		f->until_rounds[i] = rounds;
	}
	if (f->look && !vmstat_read_settled(&now))
		f->look(t, f, &now, ns / 1e6);
}

static bool is_over(const struct follow *f)
{
	return f->looks >= f->least_looks && (!isnan(f->until_ns[FOLLOW_99]) || f->elapsed_ns >= f->limit_ms * 1e6);
}

static void sleep_ms(unsigned ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000l };

	nanosleep(&time, NULL);
}

static void reset(struct follow *f)
{
	f->looks = 0;
	for (int i = 0; i < FOLLOW_MARKS; i++)
		f->until_ns[i] = f->until_rounds[i] = NAN;
}

static enum outcome run_all(struct trial *t, struct follow *f)
{
	struct runner runner[FOLLOW_SETS_MAX * FOLLOW_THREADS_MAX];
	uint64_t start_ns = clock_wall_ns();
	size_t wanted = 0, started;
	bool stop = false;

	reset(f);
	if (vmstat_read_settled(f->start))
		return broken(t, "vmstat", "%s", fault_text());
	look(t, f, 0, 0);
	for (size_t i = 0; i < f->sets; i++)
		wanted += f->set[i].threads;
	started = start_runners(t->own->machine, f, runner, &stop);
	while (started == wanted && !is_over(f)) {
		sleep_ms(f->every_ms);
		look(t, f, clock_wall_ns() - start_ns, slowest(runner, started));
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < started; i++)
		pthread_join(runner[i].thread, NULL);
	return started == wanted ? OK
				 : broken(t, "thread", "only %zu of %zu threads could be started", started, wanted);
}

enum outcome follow_run(struct trial *t, struct follow *f, follow_add_sets *add_sets, follow_report *report)
{
	struct vmstat begin, after;
	enum outcome o;

	f->start = vmstat_new();
	if (vmstat_read(&begin))
		return broken(t, "vmstat", "%s", fault_text());
	o = add_sets(t, f);
	if (o == OK)
		o = run_all(t, f);
	if (vmstat_read_settled(&after))
		return broken(t, "vmstat", "%s", fault_text());
	t->m.pages_beside = fmax(0, vmstat_rise(&begin, &after, "pgmigrate_success"));
	if (o != OK)
		return o;
	report(t, f, f->start, &after);
	return check(t, f);
}
