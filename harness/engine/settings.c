// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "engine/axis.h"
#include "engine/rules.h"
#include "engine/settings.h"
#include "machine/knobs.h"
#include "machine/pages.h"

#define THP_DIR "/sys/kernel/mm/transparent_hugepage"

void settings_quiet(void)
{
	static const struct knob_value quiet[] = {
		{ "numa_balancing", "0" },		/* would move our pages too */
		{ "demotion", "false" },
		{ "ksm", "0" },
		{ "khugepaged_defrag", "0" },		/* would collapse small pages between two samples */
		{ "compaction_proactiveness", "0" },	/* migrates within a node, and counts in pgmigrate_success */
	};

	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		if (!knob_path(quiet[i].knob) || knob_is_held(quiet[i].knob) || knob_set(quiet[i].knob, quiet[i].value))
			continue;	/* held by the user, not there or not ours to set: the fingerprint records what it is */
}

static enum outcome refused(const char **code)
{
	*code = "knob-locked";
	return BLOCKED;
}

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

static enum outcome set_all(const struct point *p, const char **code)
{
	for (const struct knob_value *knob = p->benchmark->knobs; knob && knob->knob; knob++) {
		char text[32];
		const char *value = settings_value(knob, p, text, sizeof(text));

		if (value && knob_set(knob->knob, value))
			return refused(code);
	}
	return OK;
}

/* One folio size on request, the others not: the kernel takes the largest that is enabled and fits. */
static enum outcome set_folio_size(const struct machine *m, size_t folio_size, const char **code)
{
	char path[128];

	if (knob_set("thp", "madvise"))
		return refused(code);
	for (int i = 0; i <= m->folio_sizes; i++) {
		size_t size = i < m->folio_sizes ? m->folio_size[i] : m->thp_size;

		snprintf(path, sizeof(path), THP_DIR "/hugepages-%zukB/enabled", size / 1024);
		if (access(path, F_OK))
			continue;	/* a kernel before 6.8 has the PMD size only, without a file of its own */
		if (knob_set(path, size == folio_size ? "madvise" : "never"))
			return refused(code);
	}
	return OK;
}

/* Free huge pages on the node for the whole region; moving needs them on the target too. */
static enum outcome set_hugetlb_pool(int node, size_t folio_size, size_t wanted, const char **code)
{
	char path[160], value[32];
	uint64_t total, free_pages;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/nr_hugepages", node,
		 folio_size / 1024);
	if (sysfile_read_u64(&total, "%s", path) ||
	    sysfile_read_u64(&free_pages, "/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/free_hugepages",
			     node, folio_size / 1024))
		return refused(code);
	if (free_pages >= wanted)
		return OK;
	snprintf(value, sizeof(value), "%" PRIu64, total + wanted - free_pages);
	if (knob_set(path, value))
		return refused(code);
	sysfile_read_u64(&total, "%s", path);
	if (total >= strtoull(value, NULL, 10))
		return OK;
	fault("node %d gave %" PRIu64 " of %s huge pages of %zu kB", node, total, value, folio_size / 1024);
	*code = "no-hugetlb";
	return SKIPPED;
}

static enum outcome set_page_kind(const struct point *p, const struct machine *m, const char **code)
{
	const struct axis *page = benchmark_axis(p->benchmark, AXIS_TYPE_PAGE);
	const struct axis *pair = benchmark_axis(p->benchmark, AXIS_TYPE_PAIR);
	struct pair nodes = pair ? axis_pair(pair, p->params) : rules_nodes(m);
	struct page_kind kind;
	enum outcome o;
	size_t wanted;

	if (!page)
		return OK;
	kind = axis_page(page, p->params);
	if (page_kind_is_large_anon(m, &kind))
		return set_folio_size(m, kind.folio_size, code);
	if (kind.backing != BACKING_HUGETLB)
		return OK;
	wanted = (point_size_bytes(p) + kind.folio_size - 1) / kind.folio_size;
	o = set_hugetlb_pool(nodes.from, kind.folio_size, wanted, code);
	return o == OK && pair ? set_hugetlb_pool(nodes.to, kind.folio_size, wanted, code) : o;
}

static enum outcome set_rule_pools(const struct rule *rule, const struct machine *m, const char **code)
{
	struct pair nodes = rules_nodes(m);
	enum outcome o;

	if (!rule || !rule->needs.hugetlb_pages)
		return OK;
	o = set_hugetlb_pool(nodes.from, m->thp_size, rule->needs.hugetlb_pages, code);
	return o == OK ? set_hugetlb_pool(nodes.to, m->thp_size, rule->needs.hugetlb_pages, code) : o;
}

enum outcome settings_apply(const struct point *p, const struct machine *m, const char **code)
{
	enum outcome o = set_all(p, code);

	if (o == OK)
		o = set_page_kind(p, m, code);
	return o == OK ? set_rule_pools(rules_of_point(p), m, code) : o;
}
