// SPDX-License-Identifier: GPL-2.0-or-later
/* fingerprint - lists the facts of this system, hard and soft; comparing them is fingerprint_compare.c's */
#include <dirent.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/sysfile.h"
#include "commit.h"
#include "machine/hypervisor.h"
#include "record/fingerprint.h"
#include "record/reclog.h"
#include "settings/knobs.h"

#define CPU_DIR		"/sys/devices/system/cpu"
#define VULNERABILITIES CPU_DIR "/vulnerabilities"

/* A fact as text; bytes that are no ASCII become '?', so that it fits JSON. Nothing is entered for an empty one. */
static void set_text(json_t *facts, const char *key, char *text)
{
	for (char *c = text; *c; c++)
		if (*c != '\n' && *c != '\t' && (*c < ' ' || *c > '~'))
			*c = '?';
	if (*text)
		json_object_set_new(facts, key, json_string(text));
}

static void set_from_file(json_t *facts, const char *key, const char *path)
{
	char text[4096];

	if (sysfile_read(text, sizeof(text), "%s", path) >= 0)
		set_text(facts, key, text);
}

void fingerprint_set(json_t *facts, const char *key, const char *value)
{
	char *text = xstrdup(value);

	if (text)
		set_text(facts, key, text);
	free(text);
}

static void set_knob(json_t *facts, const char *knob)
{
	char key[64], *value = knob_read(knob);

	snprintf(key, sizeof(key), "knob.%s", knob);
	if (value)
		set_text(facts, key, value);
	free(value);
}

/* The value behind "NAME : value" in the first block of a file like /proc/cpuinfo. */
static bool field_of(const char *path, const char *name, char *value, size_t size)
{
	size_t length = strlen(name);
	FILE *file = fopen(path, "re");
	char line[4096], *colon;
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		colon = strchr(line, ':');
		found = colon && !strncmp(line, name, length) && line[length + strspn(line + length, " \t")] == ':';
		if (found) {
			colon += 1 + strspn(colon + 1, " \t");
			colon[strcspn(colon, "\n")] = 0;
			snprintf(value, size, "%s", colon);
		}
	}
	if (file)
		fclose(file);
	return found;
}

static void set_field(json_t *facts, const char *key, const char *path, const char *name)
{
	char value[1024];

	if (field_of(path, name, value, sizeof(value)))
		set_text(facts, key, value);
}

/* ---- hard: what the machine is ------------------------------------------------ */

/* On arm64 there is no model name, but an implementer and a part. */
static void set_cpu_model(json_t *facts)
{
	char part[64], implementer[64], model[160];

	set_field(facts, "cpu.model", "/proc/cpuinfo", "model name");
	if (json_object_get(facts, "cpu.model") || !field_of("/proc/cpuinfo", "CPU part", part, sizeof(part)) ||
	    !field_of("/proc/cpuinfo", "CPU implementer", implementer, sizeof(implementer)))
		return;
	snprintf(model, sizeof(model), "implementer %s part %s", implementer, part);
	set_text(facts, "cpu.model", model);
}

/* The governors in use, each once, in order of CPUs. */
static void set_governors(json_t *facts)
{
	char all[256] = "", one[32];

	for (long cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		if (sysfile_read(one, sizeof(one), CPU_DIR "/cpu%ld/cpufreq/scaling_governor", cpu) < 0 ||
		    strstr(all, one))
			continue;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", *all ? " " : "", one);
	}
	set_text(facts, "cpu.governor", all);
}

static void set_cpu(json_t *facts)
{
	set_cpu_model(facts);
	set_field(facts, "cpu.stepping", "/proc/cpuinfo", "stepping");
	set_field(facts, "cpu.microcode", "/proc/cpuinfo", "microcode");
	set_governors(facts);
	set_from_file(facts, "cpu.smt", CPU_DIR "/smt/control");
	set_from_file(facts, "cpu.boost", CPU_DIR "/cpufreq/boost");
	set_from_file(facts, "cpu.no_turbo", CPU_DIR "/intel_pstate/no_turbo");
}

/*
 * Hard is whether a vulnerability is mitigated: the rest of the sentence, which
 * each kernel words anew, is soft.
 */
static void set_mitigations(json_t *hard, json_t *soft)
{
	DIR *dir = opendir(VULNERABILITIES);
	char key[300], text[1024];
	struct dirent *entry;
	size_t word;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.' || sysfile_read(text, sizeof(text), VULNERABILITIES "/%s", entry->d_name) < 0)
			continue;
		snprintf(key, sizeof(key), "mitigation.%s", entry->d_name);
		word = strcspn(text, ":;");
		if (text[word])
			set_text(soft, key, text);
		text[word] = 0;
		if (!json_object_get(hard, key)) /* hard may be soft, in the lab */
			set_text(hard, key, text);
	}
	if (dir)
		closedir(dir);
}

/*
 * mTHP sizes and their settings, as one object: which there are depends on the kernel. One that --knob holds is a fact
 * of its own, which a comparison can let vary.
 */
static void set_folio_knobs(json_t *facts, const struct machine *m)
{
	json_t *sizes = json_object();
	char path[96], key[32], *value;

	for (int i = 0; i < m->folio_sizes; i++) {
		snprintf(path, sizeof(path), "/sys/kernel/mm/transparent_hugepage/hugepages-%zukB/enabled",
			 m->folio_size[i] / 1024);
		value = knob_is_held(path) ? NULL : knob_read(path);
		snprintf(key, sizeof(key), "%zu", m->folio_size[i]);
		if (value)
			set_text(sizes, key, value);
		free(value);
	}
	if (json_object_size(sizes))
		json_object_set(facts, "knob.mthp", sizes);
	json_decref(sizes);
}

static json_t *hugetlb_sizes(const struct machine *m)
{
	json_t *sizes = json_array();

	for (int i = 0; i < m->hugetlb_sizes; i++)
		json_array_append_new(sizes, json_integer(m->hugetlb_size[i]));
	return sizes;
}

static void set_pages(json_t *facts, const struct machine *m)
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

/* Nodes that are of one memory, as "0,1; 2,3"; no fact where each has its own, as nearly everywhere. */
static void set_one_memory(json_t *facts, const struct machine *m)
{
	char text[4096] = "";
	size_t used = 0;

	for (int i = 0; i < m->nodes; i++) {
		const struct node *first = &m->node[i];
		bool alone = true;

		for (int j = i + 1; first->memory == first->id && j < m->nodes; j++) {
			if (!machine_one_memory(m, first->id, m->node[j].id) || used >= sizeof(text) - 64)
				continue;
			if (alone)
				used += sprintf(text + used, "%s%d", used ? "; " : "", first->id);
			used += sprintf(text + used, ",%d", m->node[j].id);
			alone = false;
		}
	}
	set_text(facts, "node.one_memory", text);
}

static void set_nodes(json_t *facts, const struct machine *m)
{
	json_t *memory = json_object(), *cpus = json_object();
	char id[16], list[1024];

	for (const struct node *n = m->node; n < m->node + m->nodes; n++) {
		snprintf(id, sizeof(id), "%d", n->id);
		json_object_set_new(memory, id, json_integer(n->memory_bytes));
		json_object_set_new(cpus, id, json_string(""));
		if (sysfile_read(list, sizeof(list), "/sys/devices/system/node/node%d/cpulist", n->id) > 0)
			set_text(cpus, id, list);
	}
	json_object_set_new(facts, "node.memory_bytes", memory);
	json_object_set_new(facts, "node.cpus", cpus);
	json_object_set_new(facts, "node.distances", distances(m));
	set_one_memory(facts, m);
}

/*
 * The node that a pair is measured from, by the pair's own node: CPUs that this process may not use put it elsewhere. And
 * where its memory may lie.
 */
static void set_callers(json_t *facts, const struct machine *m)
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
	set_field(facts, "cpuset.mems", "/proc/self/status", "Mems_allowed_list");
}

static void set_kernel(json_t *facts)
{
	struct utsname name;

	if (uname(&name) < 0)
		return;
	set_text(facts, "kernel.release", name.release);
	set_text(facts, "kernel.version", name.version);
	set_text(facts, "kernel.machine", name.machine);
}

/* ---- soft: what it was like --------------------------------------------------- */

static void set_host(json_t *facts)
{
	char name[256] = "";

	if (!gethostname(name, sizeof(name) - 1))
		set_text(facts, "hostname", name);
}

static bool in_container(void)
{
	return !access("/.dockerenv", F_OK) || !access("/run/.containerenv", F_OK) ||
	       !access("/run/systemd/container", F_OK) || getenv("KUBERNETES_SERVICE_HOST");
}

static void set_vm(json_t *facts)
{
	char name[128];

	json_object_set_new(facts, "vm", json_boolean(hypervisor_name(name, sizeof(name), "")));
	set_text(facts, "vm.name", name);
}

static void set_free_memory(json_t *facts, const struct machine *m)
{
	json_t *free_bytes = json_object();
	char id[16];

	for (const struct node *n = m->node; n < m->node + m->nodes; n++) {
		snprintf(id, sizeof(id), "%d", n->id);
		json_object_set_new(free_bytes, id, json_integer(n->free_bytes));
	}
	json_object_set_new(facts, "node.free_bytes", free_bytes);
	set_from_file(facts, "buddyinfo", "/proc/buddyinfo");
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void set_program(json_t *facts)
{
	char sum[FILE_SHA256_TEXT];

	json_object_set_new(facts, "build", json_string(NODEHOP_COMMIT ", " COMPILER ", " NODEHOP_CFLAGS));
	json_object_set_new(facts, "build.version", json_string(NODEHOP_VERSION));
	json_object_set_new(facts, "build.commit", json_string(NODEHOP_COMMIT));
	json_object_set_new(facts, "build.compiler", json_string(COMPILER));
	if (!file_sha256("/proc/self/exe", sum))
		json_object_set_new(facts, "build.sha256", json_string(sum));
	json_object_set_new(facts, "libc", json_string(gnu_get_libc_version()));
}

/* By node: the CPU that what is measured runs on. */
static json_t *measuring_cpus(const struct machine *m)
{
	json_t *cpus = json_object();
	char id[16];

	for (const struct node *n = m->node; n < m->node + m->nodes; n++) {
		snprintf(id, sizeof(id), "%d", n->id);
		if (n->cpu >= 0)
			json_object_set_new(cpus, id, json_integer(n->cpu));
	}
	return cpus;
}

static void set_circumstances(json_t *facts, const struct machine *m)
{
	set_from_file(facts, "boot_id", "/proc/sys/kernel/random/boot_id");
	set_from_file(facts, "uptime_s", "/proc/uptime");
	json_object_set_new(facts, "cpu.measuring", measuring_cpus(m));
	set_from_file(facts, "cpu.isolated", CPU_DIR "/isolated");
	set_from_file(facts, "load", "/proc/loadavg");
	set_from_file(facts, "cmdline", "/proc/cmdline");
	set_field(facts, "cpuset.cpus", "/proc/self/status", "Cpus_allowed_list");
	json_object_set_new(facts, "container", json_boolean(in_container()));
	set_vm(facts);
	set_knob(facts, "perf_event_paranoid");
	set_free_memory(facts, m);
	set_program(facts);
}

/* What is made quiet, or what the pages depend on: as it is while measuring. */
static const char *const base_knobs[] = { "thp", "numa_balancing",    "demotion",
					  "ksm", "khugepaged_defrag", "compaction_proactiveness" };

/*
 * A lab guest is decided by its topology, kernel, arguments and emulator, which
 * its job names. What follows from those (the emulated CPU, the settings that
 * arguments made) is soft, or comparing two arguments would never be possible.
 */
json_t *fingerprint_facts(const struct machine *m)
{
	json_t *hard = json_object(), *soft = json_object();
	json_t *decided = m->timekeeper == TIME_HARDWARE ? hard : soft;

	if (!hard || !soft) {
		fault("no memory for the machine's facts");
		return NULL;
	}
	json_object_set_new(hard, "schema", json_integer(RECORD_SCHEMA));
	set_kernel(hard);
	set_nodes(hard, m);
	set_pages(hard, m);
	set_cpu(decided);
	set_mitigations(decided, soft);
	for (size_t i = 0; i < sizeof(base_knobs) / sizeof(base_knobs[0]); i++)
		set_knob(decided, base_knobs[i]);
	set_folio_knobs(decided, m);
	set_callers(decided, m);
	set_circumstances(soft, m);
	if (m->timekeeper == TIME_HARDWARE)
		set_host(soft);
	return json_pack("{s:o, s:o}", "hard", hard, "soft", soft);
}
