// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * touch - the order of pages, and the threads that touch them
 */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "kit/touch.h"
#include "machine/facts.h"
#include "memory/trial_private.h"

struct toucher {
	struct touches *touches;
	size_t first, count;
	const struct machine *machine;
	int node;
	pthread_t thread;
};

static void touch_part(const struct touches *touches, size_t first, size_t count)
{
	const struct region *r = touches->region;

	for (size_t i = first; i < first + count; i++) {
		volatile uint64_t *word = (volatile uint64_t *)(r->base + touches->page[i] * r->page_size);

		if (touches->only_read)
			(void)*word;
		else
			*word = *word;
	}
}

static void *toucher_main(void *argument)
{
	struct toucher *self = argument;

	machine_run_on(self->machine, self->node);
	for (;;) {
		pthread_barrier_wait(&self->touches->start);
		touch_part(self->touches, self->first, self->count);
		pthread_barrier_wait(&self->touches->end);
	}
	return NULL;
}

static enum outcome start_threads(struct trial *t, struct touches *touches, int node)
{
	size_t part = touches->count / touches->threads;

	touches->toucher = xcalloc(touches->threads, sizeof(*touches->toucher));
	pthread_barrier_init(&touches->start, NULL, touches->threads);
	pthread_barrier_init(&touches->end, NULL, touches->threads);
	for (size_t i = 1; i < touches->threads; i++) {
		struct toucher *one = &touches->toucher[i];

		*one = (struct toucher){ touches, i * part, part, t->own->machine, node, 0 };
		if (i == touches->threads - 1)
			one->count = touches->count - one->first;
		if (pthread_create(&one->thread, NULL, toucher_main, one))
			return broken(t, "thread", "touching thread %zu of %zu cannot be started", i, touches->threads);
	}
	return OK;
}

static size_t common_divisor(size_t a, size_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

/* From one touch to the next when they are far apart: about 0.38 of the pages, and every page is visited once. */
static size_t stride(size_t pages)
{
	size_t found = pages * 382 / 1000 + 1;

	while (common_divisor(found, pages) != 1)
		found++;
	return found;
}

enum outcome touches_make(struct trial *t, struct touches *touches, const struct region *region, unsigned percent,
			  enum touch_order order, size_t threads, int node)
{
	size_t count = region->pages * percent / 100, step = order == TOUCH_FORWARD ? 1 : stride(region->pages);

	*touches = (struct touches){ .region = region, .count = count ?: 1, .threads = threads };
	touches->page = malloc(touches->count * sizeof(*touches->page));
	if (!touches->page)
		return broken(t, "no-memory", "no memory for a list of %zu pages", touches->count);
	for (size_t i = 0; i < touches->count; i++)
		touches->page[i] = i * step % region->pages;
	return start_threads(t, touches, node);
}

void touches_do(struct touches *touches)
{
	if (touches->threads == 1) {
		touch_part(touches, 0, touches->count);
		return;
	}
	pthread_barrier_wait(&touches->start);
	touch_part(touches, 0, touches->count / touches->threads);
	pthread_barrier_wait(&touches->end);
}

void touches_mark(const struct touches *touches, size_t block_bytes, bool *needed)
{
	const struct region *r = touches->region;
	size_t block = block_bytes / r->page_size;

	memset(needed, 0, r->pages * sizeof(*needed));
	for (size_t i = 0; i < touches->count; i++) {
		size_t first = touches->page[i] / block * block;

		for (size_t page = first; page < min(first + block, r->pages); page++)
			needed[page] = true;
	}
}
