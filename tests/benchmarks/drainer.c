// SPDX-License-Identifier: GPL-2.0-or-later
/* One call while another CPU has fresh pages in its batch: the call waits for that CPU to drain it (tests/lab/explain).
 */
#include <numaif.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bench.h"

#define FRESH 3 /* pages: fewer than a batch holds */

struct params {
	size_t size;
	struct pair pair;
};

static const struct axis axes[] = { AXIS_SIZE(struct params, size, "4k", "memory moved"),
				    AXIS_PAIR(struct params, pair, "0:1", "source and target node"),
				    {} };

struct state {
	struct region mem;
	struct move_list list;
};

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_map(t, &s->mem, p->size, (struct page_kind){ BACKING_ANON, 4096, 1 });

	return o != OK ? o : move_list_fill(t, &s->list, &s->mem, p->pair.to);
}

static sem_t touched;

/* Stays: a thread that ends gives its stack back, which drains its CPU's batch. */
static void *touch(void *cpu)
{
	char *fresh = mmap(NULL, FRESH * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(*(int *)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (int i = 0; i < FRESH && fresh != MAP_FAILED; i++)
		memset(fresh + i * 4096, 1, 1);
	sem_post(&touched);
	pause();
	return NULL;
}

static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->mem, p->pair.from);
	int cpu = sched_getcpu() ? 0 : 1;
	pthread_t thread;

	move_list_reset(&s->list);
	if (pthread_create(&thread, NULL, touch, &cpu))
		return broken(t, "thread", "no second thread");
	sem_wait(&touched);
	return o;
}

static enum outcome run(struct trial *t)
{
	struct move_list *l = &((struct state *)t->state)->list;

	t->m.calls = 1;
	move_pages(0, l->len, l->page, l->node, l->status, MPOL_MF_MOVE);
	return OK;
}

static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;

	return region_verify(t, &s->mem, p->pair.to);
}

BENCHMARK(drainer) = {
	.name = "test_drainer",
	.about = "a move that has to wait for another CPU's batch",
	.revision = 1,
	.axes = axes,
	.needs = { .memory_nodes = 2, .cpus = 2 },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
