// SPDX-License-Identifier: GPL-2.0-or-later
/* changes - a list of changed settings in memory, not what is on disk (journal.c) */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "settings/changes.h"

static char *copy_bytes(const char *data, size_t size)
{
	char *copy = xcalloc(1, size + 1);

	memcpy(copy, data, size);
	return copy;
}

struct change *changes_add(struct changes *list, const char *path, struct bytes found, const char *to, size_t to_size)
{
	struct change *c;

	list->change = xgrow(list->change, list->n, sizeof(*c));
	c = &list->change[list->n++];
	*c = (struct change){ copy_bytes(path, strlen(path)), found, { copy_bytes(to, to_size), to_size }, 0 };
	return c;
}

static void forget(struct change *c)
{
	free(c->path);
	free(c->found.data);
	free(c->to.data);
}

void changes_remove(struct changes *list, size_t i)
{
	forget(&list->change[i]);
	list->n--;
	memmove(&list->change[i], &list->change[i + 1], (list->n - i) * sizeof(*list->change));
}

void changes_free(struct changes *list)
{
	for (size_t i = 0; i < list->n; i++)
		forget(&list->change[i]);
	free(list->change);
	*list = (struct changes){};
}
