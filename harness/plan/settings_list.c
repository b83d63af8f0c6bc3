// SPDX-License-Identifier: GPL-2.0-or-later
/* settings_list - what a point needs, listed in the order in which it is set */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/sysfile.h"
#include "base/text.h"
#include "plan/axis.h"
#include "plan/rules.h"
#include "plan/settings.h"
#include "memory/pages.h"
#include "settings/knobs.h"

#define THP_DIR "/sys/kernel/mm/transparent_hugepage/"

/* Takes over the four texts; value may be NULL. */
static void add(struct settings *list, char *knob, char *value, char *name, char *shown)
{
	list->setting = xgrow(list->setting, list->n, sizeof(*list->setting));
	list->setting[list->n++] = (struct setting){ knob, value, name, shown };
}

/* In the record a path below the THP folder goes without that. */
static void add_plain(struct settings *list, const char *knob, const char *value)
{
	const char *name = knob_name(knob);

	if (!strncmp(name, THP_DIR, strlen(THP_DIR)))
		name += strlen(THP_DIR);
	add(list, xstrdup(knob), xstrdup(value), xstrdup(name), xstrdup(value));
}

/* ---- the benchmark's own ---- */

static const struct axis *axis_named(const struct benchmark *b, const char *name)
{
	for (const struct axis *a = b->axes; a && a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

const char *settings_value(const struct knob_value *knob, const struct point *p, char *text, size_t size)
{
	const struct axis *axis = knob->axis ? axis_named(p->benchmark, knob->axis) : NULL;

	if (!axis)
		return knob->value;
	if (knob->values)
		return knob->values[axis_number(axis, p->params)];
	snprintf(text, size, "%" PRIu64, axis_number(axis, p->params));
	return text;
}

static void list_own(const struct point *p, struct settings *list)
{
	for (const struct knob_value *knob = p->benchmark->knobs; knob && knob->knob; knob++) {
		char text[32];
		const char *value = settings_value(knob, p, text, sizeof(text));

		if (value)
			add_plain(list, knob->knob, value);
	}
}

/* ---- what its pages ask for ---- */

/* One folio size on request, the others not: the kernel takes the largest that is enabled and fits. */
static void list_folio_size(const struct machine *m, size_t folio_size, struct settings *list)
{
	char path[128];

	add_plain(list, "thp", "madvise");
	for (int i = 0; i <= m->folio_sizes; i++) {
		size_t size = i < m->folio_sizes ? m->folio_size[i] : m->thp_size;

		snprintf(path, sizeof(path), THP_DIR "hugepages-%zukB/enabled", size / 1024);
		if (!access(path, F_OK)) /* a kernel before 6.8 has the PMD size only, without a file of its own */
			add_plain(list, path, size == folio_size ? "madvise" : "never");
	}
}

/* Free huge pages on the node for the whole region; moving needs them on the target too. */
static int list_pool(int node, size_t folio_size, size_t wanted, struct settings *list)
{
	char dir[120], *knob, *value = NULL, *name;
	uint64_t total, free_pages;

	snprintf(dir, sizeof(dir), "/sys/devices/system/node/node%d/hugepages/hugepages-%zukB", node,
		 folio_size / 1024);
	if (sysfile_read_u64(&total, "%s/nr_hugepages", dir) || sysfile_read_u64(&free_pages, "%s/free_hugepages", dir))
		return -1;
	knob = text_append(NULL, "%s/nr_hugepages", dir);
	name = text_append(NULL, "node%d/hugepages-%zukB/free", node, folio_size / 1024);
	if (free_pages < wanted)
		value = text_append(NULL, "%" PRIu64, total + wanted - free_pages);
	add(list, knob, value, name, text_append(NULL, "%zu", wanted));
	return 0;
}

static int list_page_kind(const struct point *p, const struct machine *m, struct settings *list)
{
	const struct axis *page = benchmark_axis(p->benchmark, AXIS_TYPE_PAGE);
	const struct axis *pair = benchmark_axis(p->benchmark, AXIS_TYPE_PAIR);
	struct pair nodes = pair ? axis_pair(pair, p->params) : rules_nodes(m);
	struct page_kind kind;
	size_t wanted;

	if (!page)
		return 0;
	kind = axis_page(page, p->params);
	if (page_kind_is_large_anon(m, &kind)) {
		list_folio_size(m, kind.folio_size, list);
		return 0;
	}
	if (kind.backing != BACKING_HUGETLB)
		return 0;
	wanted = (point_size_bytes(p) + kind.folio_size - 1) / kind.folio_size;
	if (list_pool(nodes.from, kind.folio_size, wanted, list))
		return -1;
	return pair && nodes.to != nodes.from ? list_pool(nodes.to, kind.folio_size, wanted, list) : 0;
}

static int list_rule_pools(const struct rule *rule, const struct machine *m, struct settings *list)
{
	struct pair nodes = rules_nodes(m);

	if (!rule || !rule->needs.hugetlb_pages)
		return 0;
	if (list_pool(nodes.from, m->thp_size, rule->needs.hugetlb_pages, list))
		return -1;
	return nodes.to >= 0 ? list_pool(nodes.to, m->thp_size, rule->needs.hugetlb_pages, list) : 0;
}

int settings_of(const struct point *p, const struct machine *m, struct settings *list)
{
	*list = (struct settings){};
	list_own(p, list);
	if (!list_page_kind(p, m, list) && !list_rule_pools(rules_of_point(p), m, list))
		return 0;
	settings_free(list);
	return -1;
}
