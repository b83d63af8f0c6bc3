// SPDX-License-Identifier: GPL-2.0-or-later
/* facts_json - the facts of a machine as JSON; which of them decide a comparison is the fingerprint's to say */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/sysfile.h"
#include "base/text.h"
#include "machine/facts_json.h"

#define CPU_DIR		"/sys/devices/system/cpu"
#define VULNERABILITIES CPU_DIR "/vulnerabilities"

/* ---- entering one fact ---- */

void fact_set(json_t *facts, const char *key, const char *value)
{
	char *text = xstrdup(value);

	for (char *c = text; *c; c++)
		if (*c != '\n' && *c != '\t' && (*c < ' ' || *c > '~'))
			*c = '?';
	if (*text)
		json_object_set_new(facts, key, json_string(text));
	free(text);
}

void fact_set_file(json_t *facts, const char *key, const char *path)
{
	char *text = sysfile_text("%s", path);

	if (text)
		fact_set(facts, key, text);
	free(text);
}

/* The value behind "NAME : value" when the line is that; NULL when it is not. */
static const char *value_of_line(char *line, const char *name)
{
	char *colon = strchr(line, ':');
	size_t length = strlen(name);

	if (!colon || strncmp(line, name, length) || line[length + strspn(line + length, " \t")] != ':')
		return NULL;
	colon[strcspn(colon, "\n")] = '\0';
	return colon + 1 + strspn(colon + 1, " \t");
}

/* The value of the first such line in the file; free() it. NULL: there is none. */
static char *field_of_file(const char *path, const char *name)
{
	FILE *file = sysfile_open("", path);
	const char *value = NULL;
	char *line = NULL, *field;
	size_t size = 0;

	while (file && !value && getline(&line, &size, file) > 0)
		value = value_of_line(line, name);
	field = value ? xstrdup(value) : NULL;
	if (file)
		fclose(file);
	free(line);
	return field;
}

void fact_set_field(json_t *facts, const char *key, const char *path, const char *name)
{
	char *value = field_of_file(path, name);

	if (value)
		fact_set(facts, key, value);
	free(value);
}

/* ---- CPUs and kernel ---- */

/* On arm64 there is no model name, but an implementer and a part. */
static void set_cpu_model(json_t *facts)
{
	char *part, *implementer, *model = NULL;

	fact_set_field(facts, "cpu.model", "/proc/cpuinfo", "model name");
	if (json_object_get(facts, "cpu.model"))
		return;
	part = field_of_file("/proc/cpuinfo", "CPU part");
	implementer = field_of_file("/proc/cpuinfo", "CPU implementer");
	if (part && implementer)
		model = text_append(NULL, "implementer %s part %s", implementer, part);
	if (model)
		fact_set(facts, "cpu.model", model);
	free(model);
	free(implementer);
	free(part);
}

/* Is it one of the words between spaces? */
static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; at && *at; at += strspn(at, " ")) {
		size_t this = strcspn(at, " ");

		if (this == length && !strncmp(at, word, length))
			return true;
		at += this;
	}
	return false;
}

/* The governors in use, each once, in order of CPUs. */
static void set_governors(json_t *facts)
{
	char *all = NULL, *one;

	for (long cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		one = sysfile_text(CPU_DIR "/cpu%ld/cpufreq/scaling_governor", cpu);
		if (one && !has_word(all, one))
			all = text_append(all, "%s%s", all ? " " : "", one);
		free(one);
	}
	if (all)
		fact_set(facts, "cpu.governor", all);
	free(all);
}

/*
 * Of the CPU's features those that choose the kernel's way through a move:
 * what flushes the TLB, what copies and clears. x86 only.
 */
static void set_features(json_t *facts)
{
	static const char *const chosen[] = { "pcid", "invpcid", "erms", "fsrm", "la57" };
	char *flags = field_of_file("/proc/cpuinfo", "flags"), *text = NULL;

	for (size_t i = 0; flags && i < sizeof(chosen) / sizeof(chosen[0]); i++)
		if (has_word(flags, chosen[i]))
			text = text_append(text, "%s%s", text ? " " : "", chosen[i]);
	if (flags)
		fact_set(facts, "cpu.features", text ? text : "none");
	free(text);
	free(flags);
}

/* The kernel hides la57 from /proc/cpuinfo where it does not use it (no5lvl). */
static void set_paging_levels(json_t *facts)
{
	char *flags = field_of_file("/proc/cpuinfo", "flags");

	if (flags && has_word(flags, "lm"))
		json_object_set_new(facts, "cpu.paging_levels", json_integer(has_word(flags, "la57") ? 5 : 4));
	free(flags);
}

void facts_enter_cpu(json_t *facts)
{
	set_cpu_model(facts);
	set_features(facts);
	set_paging_levels(facts);
	fact_set_field(facts, "cpu.stepping", "/proc/cpuinfo", "stepping");
	fact_set_field(facts, "cpu.microcode", "/proc/cpuinfo", "microcode");
	set_governors(facts);
	fact_set_file(facts, "cpu.smt", CPU_DIR "/smt/control");
	fact_set_file(facts, "cpu.boost", CPU_DIR "/cpufreq/boost");
	fact_set_file(facts, "cpu.no_turbo", CPU_DIR "/intel_pstate/no_turbo");
}

static void set_mitigation(json_t *hard, json_t *soft, const char *name)
{
	char *text = sysfile_text(VULNERABILITIES "/%s", name), *key;
	size_t word;

	if (!text)
		return;
	key = text_append(NULL, "mitigation.%s", name);
	word = strcspn(text, ":;");
	if (text[word])
		fact_set(soft, key, text);
	text[word] = '\0';
	if (!json_object_get(hard, key)) /* hard may be soft, in the lab */
		fact_set(hard, key, text);
	free(key);
	free(text);
}

void facts_enter_mitigations(json_t *hard, json_t *soft)
{
	DIR *dir = opendir(VULNERABILITIES);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			set_mitigation(hard, soft, entry->d_name);
	if (dir)
		closedir(dir);
}

void facts_enter_kernel(json_t *facts)
{
	struct utsname name;

	if (uname(&name) < 0)
		return;
	fact_set(facts, "kernel.release", name.release);
	fact_set(facts, "kernel.version", name.version);
	fact_set(facts, "kernel.machine", name.machine);
}

/* "none (voluntary) full" has its choice in parentheses. free() it; NULL: not known. */
static char *preemption_chosen(void)
{
	char *text = sysfile_text("/sys/kernel/debug/sched/preempt"), *open = text ? strchr(text, '(') : NULL;
	char *choice = open ? xstrndup(open + 1, strcspn(open + 1, ")")) : NULL;

	free(text);
	return choice;
}

void facts_enter_preemption(json_t *facts)
{
	struct utsname name;
	char *chosen = preemption_chosen();

	if (chosen)
		fact_set(facts, "kernel.preemption", chosen);
	else if (!uname(&name) && strstr(name.version, " PREEMPT_RT "))
		fact_set(facts, "kernel.preemption", "rt");
	else if (!uname(&name) && strstr(name.version, " PREEMPT "))
		fact_set(facts, "kernel.preemption", "full");
	free(chosen);
}

/* ---- nodes and pages ---- */

static json_t *hugetlb_sizes(const struct machine *m)
{
	json_t *sizes = json_array();

	for (int i = 0; i < m->hugetlb_sizes; i++)
		json_array_append_new(sizes, json_integer(m->hugetlb_size[i]));
	return sizes;
}

void facts_enter_pages(json_t *facts, const struct machine *m)
{
	json_object_set_new(facts, "page.base_bytes", json_integer(m->page_size));
	json_object_set_new(facts, "page.thp_bytes", json_integer(m->thp_size));
	json_object_set_new(facts, "page.hugetlb_bytes", hugetlb_sizes(m));
}

static json_t *distances(const struct machine *m)
{
	json_t *rows = json_array(), *row;

	for (int i = 0; i < m->nodes; i++) {
		row = json_array();
		for (int j = 0; j < m->nodes; j++)
			json_array_append_new(row, json_integer(m->distance[i][j]));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* The list with this node and those behind it that are of its memory, when there are any. */
static char *append_shared(char *list, const struct machine *m, int i)
{
	const struct node *first = &m->node[i];
	bool alone = true;

	if (first->memory != first->id)
		return list;
	for (int j = i + 1; j < m->nodes; j++) {
		if (!machine_one_memory(m, first->id, m->node[j].id))
			continue;
		if (alone)
			list = text_append(list, "%s%d", list ? "; " : "", first->id);
		list = text_append(list, ",%d", m->node[j].id);
		alone = false;
	}
	return list;
}

/* Nodes that are of one memory, as "0,1; 2,3"; no fact where each has its own, as nearly everywhere. */
static void set_one_memory(json_t *facts, const struct machine *m)
{
	char *list = NULL;

	for (int i = 0; i < m->nodes; i++)
		list = append_shared(list, m, i);
	if (list)
		fact_set(facts, "node.one_memory", list);
	free(list);
}

static json_t *memory_bytes(const struct machine *m)
{
	json_t *memory = json_object();
	char id[16];

	for (const struct node *n = m->node; n < m->node + m->nodes; n++) {
		snprintf(id, sizeof(id), "%d", n->id);
		json_object_set_new(memory, id, json_integer(n->memory_bytes));
	}
	return memory;
}

/* "" for a node without CPUs. */
static json_t *cpu_lists(const struct machine *m)
{
	json_t *cpus = json_object();
	char id[16], *list;

	for (const struct node *n = m->node; n < m->node + m->nodes; n++) {
		snprintf(id, sizeof(id), "%d", n->id);
		list = sysfile_text("/sys/devices/system/node/node%d/cpulist", n->id);
		json_object_set_new(cpus, id, json_string(""));
		if (list)
			fact_set(cpus, id, list);
		free(list);
	}
	return cpus;
}

void facts_enter_nodes(json_t *facts, const struct machine *m)
{
	json_object_set_new(facts, "node.memory_bytes", memory_bytes(m));
	json_object_set_new(facts, "node.cpus", cpu_lists(m));
	json_object_set_new(facts, "node.distances", distances(m));
	set_one_memory(facts, m);
}

void facts_enter_callers(json_t *facts, const struct machine *m)
{
	json_t *callers = json_object();
	char id[16];
	int any = -1;

	for (int i = m->nodes; i--;)
		if (m->node[i].cpu >= 0)
			any = m->node[i].id;
	for (const struct node *n = m->node; n < m->node + m->nodes; n++) {
		snprintf(id, sizeof(id), "%d", n->id);
		json_object_set_new(callers, id, json_integer(n->cpu >= 0 ? n->id : any));
	}
	json_object_set_new(facts, "cpuset.runs_from", callers);
	fact_set_field(facts, "cpuset.mems", "/proc/self/status", "Mems_allowed_list");
}
