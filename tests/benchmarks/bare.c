// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bare - what a loop around move_pages(2) costs that knows nothing of regions, trains, marks and trials
 *
 * test_bare times a plain loop by itself, for tests/lab/bare to hold the
 * harness's figure against. test_bare_session does, without the harness, what
 * a whole session of points does: map, fill, and for each repetition place,
 * move, ask where each page is, and read the data; with proof=yes it also looks
 * at folios and at the system's counters as often. ci/overhead times both.
 */
#include <numaif.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "bench.h"

#define LOOPS 7

struct params {
	size_t size, batch, points;
	unsigned proof;
};

static const char *const proofs[] = { "no", "yes", NULL };

static const struct axis axes[] = {
	AXIS_BYTES(struct params, size, "4m", "memory moved by a loop"),
	AXIS_COUNT(struct params, batch, "1,512", "pages handed over a call"),
	{},
};

static const struct axis session_axes[] = {
	AXIS_BYTES(struct params, size, "1m", "memory moved by a loop"),
	AXIS_COUNT(struct params, points, "50", "how often all of it is done, with batches of 1, 2, 3, ..."),
	AXIS_CHOICE(struct params, proof, "no", "are folios and counters looked at as well", proofs),
	{},
};

static const struct metric metrics[] = {
	{ "bare", METRIC_KIND_COST, "lower", "median cost of a page in a plain loop" },
	{},
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct loop {
	size_t pages, page_size;
	uint64_t *base;
	void **page;
	int *node, *status;
};

static void open_loop(struct loop *l, size_t size)
{
	l->page_size = sysconf(_SC_PAGESIZE);
	l->pages = size / l->page_size;
	/* an address like a region's: what lies before it costs each page's lookup some instructions */
	l->base = mmap((void *)(1ul << 37), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(l->base, size, MADV_NOHUGEPAGE);
	l->page = calloc(l->pages, sizeof(*l->page));
	l->node = calloc(l->pages, sizeof(*l->node));
	l->status = calloc(l->pages, sizeof(*l->status));
	for (size_t i = 0; i < size / 8; i++)
		l->base[i] = i * 6364136223846793005u + 1;
	for (size_t i = 0; i < l->pages; i++)
		l->page[i] = (char *)l->base + i * l->page_size;
}

static void close_loop(struct loop *l)
{
	munmap(l->base, l->pages * l->page_size);
	free(l->page);
	free(l->node);
	free(l->status);
}

static void move(struct loop *l, int to, size_t batch)
{
	for (size_t i = 0; i < l->pages; i++)
		l->node[i] = to;
	for (size_t i = 0; i < l->pages; i += batch)
		move_pages(0, min(batch, l->pages - i), l->page + i, l->node + i, l->status + i, MPOL_MF_MOVE);
}

static double timed_move(struct loop *l, size_t batch)
{
	uint64_t start;

	for (size_t i = 0; i < l->pages; i++)
		l->node[i] = 1;
	start = now();
	for (size_t i = 0; i < l->pages; i += batch)
		move_pages(0, min(batch, l->pages - i), l->page + i, l->node + i, l->status + i, MPOL_MF_MOVE);
	return (double)(now() - start) / l->pages;
}

static enum outcome nothing(struct trial *t)
{
	(void)t;
	return OK;
}

static enum outcome run(struct trial *t)
{
	const struct params *p = t->params;
	double cost[LOOPS];
	struct loop l;

	open_loop(&l, p->size);
	move(&l, 0, l.pages);
	for (int i = 0; i < LOOPS; i++) {
		cost[i] = timed_move(&l, p->batch);
		move(&l, 0, l.pages);
	}
	close_loop(&l);
	qsort(cost, LOOPS, sizeof(*cost), ascending);
	t->value[0] = cost[LOOPS / 2];
	return OK;
}

BENCHMARK(bare) = {
	.name = "test_bare",
	.about = "a plain loop around move_pages",
	.revision = 1,
	.axes = axes,
	.metrics = metrics,
	.primary = "bare",
	.is_floor = true,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.setup = nothing,
	.run = run,
	.verify = nothing,
};

static void prove(struct trial *t, const struct loop *l, struct vmstat *v)
{
	const struct region r = {
		.base = (char *)l->base,
		.size = l->pages * l->page_size,
		.pages = l->pages,
		.page_size = l->page_size,
		.kind = kind_base(t),
	};

	region_check_folios(t, &r);
	vmstat_read(v);
}

/*
 * One move of a session's work; the sum is there so that the reading is. `v`
 * takes the counters where all is proven; NULL: nothing is.
 */
static uint64_t place_move_look(struct trial *t, struct loop *l, size_t batch, struct vmstat *v)
{
	uint64_t sum = 0;

	move(l, 0, l->pages);
	move_pages(0, l->pages, l->page, NULL, l->status, 0);
	if (v)
		prove(t, l, v);
	move(l, 1, batch);
	move_pages(0, l->pages, l->page, NULL, l->status, 0);
	if (v)
		prove(t, l, v);
	for (size_t i = 0; i < l->pages * l->page_size / 8; i++)
		sum += l->base[i] == i * 6364136223846793005u + 1;
	return sum;
}

static enum outcome run_session(struct trial *t)
{
	const struct params *p = t->params;
	struct vmstat *v = p->proof ? vmstat_new() : NULL;
	struct loop l;

	t->value[0] = 0;
	for (size_t i = 0; i < p->points; i++) {
		open_loop(&l, p->size);
		for (int j = 0; j < LOOPS; j++)
			t->value[0] += place_move_look(t, &l, i + 1, v);
		close_loop(&l);
	}
	return OK;
}

BENCHMARK(bare_session) = {
	.name = "test_bare_session",
	.about = "a session's work without the harness",
	.revision = 1,
	.axes = session_axes,
	.metrics = metrics,
	.primary = "bare",
	.repetitions = 1,
	.is_floor = true,
	.deadline_s = 3600,
	.needs = { .memory_nodes = 2 },
	.params_size = sizeof(struct params),
	.setup = nothing,
	.run = run_session,
	.verify = nothing,
};
