// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * move_list - addresses, targets and statuses as move_pages(2) takes them
 */
#include <stdlib.h>
#include "bench.h"

void move_list_free(struct move_list *list)
{
	free(list->page);
	free(list->from);
	free(list->node);
	free(list->status);
}

enum outcome move_list_fill(struct trial *t, struct move_list *list, const struct region *r, int node)
{
	list->len = r->size / r->kind.folio_size;
	list->page = malloc(list->len * sizeof(*list->page));
	list->from = malloc(list->len * sizeof(*list->from));
	list->node = malloc(list->len * sizeof(*list->node));
	list->status = malloc(list->len * sizeof(*list->status));
	if (!list->page || !list->from || !list->node || !list->status)
		return broken(t, "no-memory", "no memory for a list of %zu pages", list->len);
	for (size_t i = 0; i < list->len; i++) {
		list->page[i] = r->base + i * r->kind.folio_size;
		list->from[i] = list->node[i] = node;
	}
	move_list_reset(list);
	return OK;
}

void move_list_start(struct move_list *list, int node, unsigned local_percent)
{
	for (size_t i = 0; i < list->len; i++) {
		bool local = (i + 1) * local_percent / 100 > i * local_percent / 100;

		list->from[i] = local ? list->node[i] : node;
	}
}

static void swap(int *a, int *b)
{
	int first = *a;

	*a = *b;
	*b = first;
}

void move_list_alternate(struct move_list *list, struct pair pair)
{
	for (size_t i = 1; i < list->len; i += 2) {
		list->from[i] = list->from[i] == pair.from ? pair.to : pair.from;
		list->node[i] = pair.from;
	}
}

void move_list_shuffle(struct move_list *list)
{
	uint64_t random = 1;

	for (size_t i = list->len; i > 1; i--) {
		size_t j;
		void *page = list->page[i - 1];

		random = random * 6364136223846793005u + 1442695040888963407u;
		j = (random >> 33) % i;
		list->page[i - 1] = list->page[j];
		list->page[j] = page;
		swap(&list->from[i - 1], &list->from[j]);
		swap(&list->node[i - 1], &list->node[j]);
	}
}

void move_list_reset(struct move_list *list)
{
	list->unmoved = 0;
	for (size_t i = 0; i < list->len; i++)
		list->status[i] = STATUS_UNTOUCHED;
}
