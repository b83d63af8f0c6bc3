// SPDX-License-Identifier: GPL-2.0-or-later
/* topology - reads a .topo file, and finds the shipped ones; what a whole machine must hold is topology_check's */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/places.h"
#include "base/text.h"
#include "base/units.h"
#include "lab/topology_parse.h"

#define SUFFIX	       ".topo"
#define DISTANCE_MAX   254	    /* 255 is "unreachable" in the SLIT */
#define MEMORY_MAX     (1ull << 44) /* of a node; what all nodes have together does not wrap */
#define LATENCY_NS_MAX 1000000000
#define BANDWIDTH_MAX  (1ull << 44)

/* ---- reading ------------------------------------------------------------- */

static int parse_cpus(const char *text, int *cpus)
{
	uint64_t value;

	if (units_parse_count(text, 0, CPUS_MAX, &value) < 0)
		return -1;
	*cpus = value;
	return 0;
}

int topology_set_possible_cpus(struct topology *t, const char *text)
{
	uint64_t value;

	if (units_parse_count(text, 1, TOPOLOGY_POSSIBLE_CPUS_MAX, &value) < 0)
		return fault(
			"possible CPUs \"%s\": must be a number from 1 to %d, what QEMU's emulated APIC can address",
			text, TOPOLOGY_POSSIBLE_CPUS_MAX);
	t->possible_cpus = value;
	return 0;
}

static int parse_node_id(const char *text, int *id)
{
	uint64_t value;

	if (units_parse_count(text, 0, TOPOLOGY_NODES_MAX - 1, &value) < 0)
		return fault_at("node \"%s\"", text);
	if (text[0] == '0' && text[1])
		return fault("node \"%s\": write it without a leading 0", text);
	*id = value;
	return 0;
}

static int parse_memory(const char *key, const char *text, uint64_t *bytes)
{
	if (units_parse_bytes(text, 0, MEMORY_MAX, bytes) < 0)
		return -1;
	if (*bytes % (1 << 20))
		return fault("%s = %s: must be whole mebibytes, like 512m or 1g", key, text);
	return 0;
}

static int take_machine(struct topology_parse *p, const struct inifile_line *line)
{
	if (!strcmp(line->key, "about"))
		return snprintf(p->t->about, sizeof(p->t->about), "%s", line->value) < 0;
	if (!strcmp(line->key, "sockets"))
		return parse_cpus(line->value, &p->t->sockets);
	if (!strcmp(line->key, "counted_cpu"))
		return parse_node_id(line->value, &p->t->counted_cpu);
	if (!strcmp(line->key, "swap"))
		return parse_memory("swap", line->value, &p->t->swap_bytes);
	if (!strcmp(line->key, "possible_cpus"))
		return topology_set_possible_cpus(p->t, line->value);
	return fault("\"%s\" is not a key of [machine]; it has about, sockets, counted_cpu, possible_cpus, swap",
		     line->key);
}

static int take_node(struct topology_parse *p, const struct inifile_line *line)
{
	int id = 0;

	if (parse_node_id(line->section + strlen("node "), &id) < 0)
		return -1;
	p->seen[id] = true;
	if (id >= p->t->nodes)
		p->t->nodes = id + 1;
	if (!strcmp(line->key, "memory"))
		return parse_memory("memory", line->value, &p->t->node[id].memory_bytes);
	if (!strcmp(line->key, "cpus"))
		return parse_cpus(line->value, &p->t->node[id].cpus);
	if (!strcmp(line->key, "initiator"))
		return parse_node_id(line->value, &p->t->node[id].initiator);
	return fault("\"%s\" is not a key of [%s]; it has memory, cpus, initiator", line->key, line->section);
}

/* A node is DISTANCE_LOCAL from itself. */
static int parse_distance(const char *text, uint64_t *value)
{
	return units_parse_count(text, DISTANCE_LOCAL, DISTANCE_MAX, value);
}

static int parse_latency(const char *text, uint64_t *value)
{
	return units_parse_ns(text, 1, LATENCY_NS_MAX, value);
}

/* QEMU keeps bandwidth in mebibytes. */
static int parse_bandwidth(const char *text, uint64_t *value)
{
	if (units_parse_bytes(text, 1 << 20, BANDWIDTH_MAX, value) < 0)
		return -1;
	return *value % (1 << 20) ? fault("%s: must be whole mebibytes a second, like 67g", text) : 0;
}

/* A row: the key is the node from which, the values one for each node to which. */
static int take_row(struct topology_table *table, const struct inifile_line *line)
{
	char text[INIFILE_LINE_MAX + 1], *next = text, *word;
	int from = 0;

	if (parse_node_id(line->key, &from) < 0)
		return -1;
	snprintf(text, sizeof(text), "%s", line->value);
	while ((word = strsep(&next, " \t,"))) {
		if (!*word)
			continue;
		if (table->filled[from] == TOPOLOGY_NODES_MAX)
			return fault("[%s] row %d has more than %d values", table->section, from, TOPOLOGY_NODES_MAX);
		if (table->parse(word, &table->cell[from][table->filled[from]++]) < 0)
			return fault_at("[%s] row %d", table->section, from);
	}
	return 0;
}

static int take_line(const struct inifile_line *line, void *context)
{
	struct topology_parse *p = context;

	if (!strcmp(line->section, "machine"))
		return take_machine(p, line);
	if (!strncmp(line->section, "node ", strlen("node ")))
		return take_node(p, line);
	for (int i = 0; i < TABLES; i++)
		if (!strcmp(line->section, p->table[i].section))
			return take_row(&p->table[i], line);
	return fault(
		"[%s] is not a section of a topology; there are [machine], [node N], [distance], [latency], [bandwidth]",
		line->section);
}

static void name_after(struct topology *t, const char *path)
{
	const char *base = strrchr(path, '/');
	char *suffix;

	snprintf(t->name, sizeof(t->name), "%s", base ? base + 1 : path);
	suffix = strstr(t->name, SUFFIX);
	if (suffix && !suffix[strlen(SUFFIX)])
		*suffix = '\0';
}

static void parse_init(struct topology_parse *p, struct topology *t)
{
	*p = (struct topology_parse){ .t = t };
	p->table[DISTANCE] = (struct topology_table){ "distance", parse_distance, t->distance, {} };
	p->table[LATENCY] = (struct topology_table){ "latency", parse_latency, t->latency_ns, {} };
	p->table[BANDWIDTH] = (struct topology_table){ "bandwidth", parse_bandwidth, t->bandwidth_bytes, {} };
	t->counted_cpu = -1;
	t->possible_cpus = TOPOLOGY_POSSIBLE_CPUS_NORMAL;
	for (int i = 0; i < TOPOLOGY_NODES_MAX; i++)
		t->node[i].initiator = -1;
}

struct topology *topology_load(const char *path)
{
	struct topology *t = xcalloc(1, sizeof(*t));
	struct topology_parse p;

	parse_init(&p, t);
	name_after(t, path);
	if (inifile_read(path, NULL, take_line, &p, t->sha256) < 0)
		goto failed;
	if (topology_check(&p) == 0)
		return t;
	fault_at("%s", path);
failed:
	free(t);
	return NULL;
}

/* ---- finding --------------------------------------------------------------- */

static int is_topology(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > strlen(SUFFIX) && !strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX);
}

/* "1n, 2s, cxl" */
static void list_names(const char *folder, char *text, size_t size)
{
	struct dirent **entry;
	int n = scandir(folder, &entry, is_topology, alphasort);
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < n; i++) {
		int length = strlen(entry[i]->d_name) - strlen(SUFFIX);

		if (used < size)
			used += snprintf(text + used, size - used, "%s%.*s", i ? ", " : "", length, entry[i]->d_name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

char *topology_find(const char *name_or_path)
{
	char names[400], *folder, *path;

	if (strchr(name_or_path, '/') || strstr(name_or_path, SUFFIX))
		return xstrdup(name_or_path);
	folder = place_find("../topologies", "../share/nodehop/topologies");
	if (!folder)
		return NULL;
	path = text_append(NULL, "%s/%s" SUFFIX, folder, name_or_path);
	if (access(path, F_OK)) {
		free(path);
		path = NULL;
		list_names(folder, names, sizeof(names));
		fault("no topology \"%s\"; there are %s, or give a file's path", name_or_path, names);
	}
	free(folder);
	return path;
}
