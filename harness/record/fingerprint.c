// SPDX-License-Identifier: GPL-2.0-or-later
/* fingerprint - the env record's facts of this system: which are hard, which are soft; comparing them is not its job */
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "commit.h"
#include "machine/facts_json.h"
#include "machine/hypervisor.h"
#include "record/fingerprint.h"
#include "record/reclog.h"
#include "settings/knobs.h"

#define CPU_DIR "/sys/devices/system/cpu"

static void set_knob(json_t *facts, const char *knob)
{
	char key[64], *value = knob_read(knob);

	snprintf(key, sizeof(key), "knob.%s", knob);
	if (value)
		fact_set(facts, key, value);
	free(value);
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
			fact_set(sizes, key, value);
		free(value);
	}
	if (json_object_size(sizes))
		json_object_set(facts, "knob.mthp", sizes);
	json_decref(sizes);
}

/* ---- soft: what it was like --------------------------------------------------- */

static void set_host(json_t *facts)
{
	char name[256] = "";

	if (!gethostname(name, sizeof(name) - 1))
		fact_set(facts, "hostname", name);
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
	fact_set(facts, "vm.name", name);
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
	fact_set_file(facts, "buddyinfo", "/proc/buddyinfo");
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
	facts_enter_preemption(facts);
	fact_set_file(facts, "boot_id", "/proc/sys/kernel/random/boot_id");
	fact_set_file(facts, "uptime_s", "/proc/uptime");
	json_object_set_new(facts, "cpu.measuring", measuring_cpus(m));
	fact_set_file(facts, "cpu.isolated", CPU_DIR "/isolated");
	fact_set_file(facts, "load", "/proc/loadavg");
	fact_set_file(facts, "cmdline", "/proc/cmdline");
	fact_set_field(facts, "cpuset.cpus", "/proc/self/status", "Cpus_allowed_list");
	json_object_set_new(facts, "container", json_boolean(in_container()));
	set_vm(facts);
	set_knob(facts, "perf_event_paranoid");
	set_free_memory(facts, m);
	set_program(facts);
}

/* What is made quiet, or what the pages depend on: as it is while measuring. */
static const char *const base_knobs[] = { "thp",    "numa_balancing",	 "demotion",
					  "ksm",    "khugepaged_defrag", "compaction_proactiveness",
					  "lru_gen" };

/*
 * A lab guest is decided by its topology, kernel, arguments and emulator, which
 * its job names. What follows from those (the emulated CPU, the settings that
 * arguments made) is soft, or comparing two arguments would never be possible.
 */
json_t *fingerprint_facts(const struct machine *m)
{
	json_t *hard = json_object(), *soft = json_object();
	json_t *decided = m->timekeeper == TIME_HARDWARE ? hard : soft;

	json_object_set_new(hard, "schema", json_integer(RECORD_SCHEMA));
	facts_enter_kernel(hard);
	facts_enter_nodes(hard, m);
	facts_enter_pages(hard, m);
	if (m->possible_cpus)
		json_object_set_new(hard, FACT_POSSIBLE_CPUS, json_integer(m->possible_cpus));
	facts_enter_cpu(decided);
	facts_enter_mitigations(decided, soft);
	for (size_t i = 0; i < sizeof(base_knobs) / sizeof(base_knobs[0]); i++)
		set_knob(decided, base_knobs[i]);
	set_folio_knobs(decided, m);
	facts_enter_callers(decided, m);
	set_circumstances(soft, m);
	if (m->timekeeper == TIME_HARDWARE)
		set_host(soft);
	return json_pack("{s:o, s:o}", "hard", hard, "soft", soft);
}
