// SPDX-License-Identifier: GPL-2.0-or-later
/* facts: a machine from hwloc XML, and this one as XML */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/child.h"
#include "base/fault.h"
#include "machine/facts.h"
#include "machine/facts_tree.h"

#define HEAD_BYTES    4096 /* in which the first element stands, behind its declarations */
#define TAIL_BYTES    256
#define BASE_PAGE     4096 /* where the file does not say */
#define BASE_PAGE_MAX (1 << 20)
#define READ_CPU_S    20 /* what libhwloc may take for one file, and by how much it may grow */
#define READ_MIB      256

/* ---- what kind of file it is ---- */

/* libhwloc reads what there is of a file that was cut off. */
static bool ends_well(FILE *file)
{
	char tail[TAIL_BYTES] = "";

	if (fseek(file, -(long)(sizeof(tail) - 1), SEEK_END))
		rewind(file); /* shorter than that */
	tail[fread(tail, 1, sizeof(tail) - 1, file)] = '\0';
	return strstr(tail, "</topology>");
}

/* The version in <topology version="2.0">; 1.x has none. 0, or -1 when there is no such element. */
static int format_of(const char *path, char version[16])
{
	char head[HEAD_BYTES] = "", *element, *end;
	FILE *file = fopen(path, "re");
	bool cut;

	if (!file)
		return fault("%s: cannot open: %m", path);
	head[fread(head, 1, sizeof(head) - 1, file)] = '\0';
	cut = !ends_well(file);
	fclose(file);
	element = strstr(head, "<topology");
	end = element ? strchr(element, '>') : NULL;
	if (!end)
		return fault("%s: not an hwloc XML topology (make one with lstopo --of xml)", path);
	if (cut)
		return fault("%s: truncated: it does not end in </topology>", path);
	*end = '\0';
	element = strstr(element, "version=\"");
	snprintf(version, 16, "%s", "1.x");
	if (element)
		snprintf(version, 16, "%.*s", (int)strcspn(element + 9, "\""), element + 9);
	return 0;
}

enum trial_load {
	LOAD_FAILS = 1,
	LOAD_TOO_LARGE,
};

static int refuse(const char *path, const char *version, int status)
{
	unsigned library = hwloc_get_api_version();

	if (WIFEXITED(status) && WEXITSTATUS(status) == LOAD_TOO_LARGE)
		return fault("%s: takes libhwloc more than %d MiB; an index in it is far too large", path, READ_MIB);
	if (version[0] > (char)('0' + (library >> 16)))
		return fault("%s: hwloc XML of format %s; the libhwloc here reads up to %u.x (export it with lstopo "
			     "--export-xml-flags v2)",
			     path, version, library >> 16);
	return fault("%s: libhwloc cannot read it as a topology; it is damaged, or was edited", path);
}

/* ---- reading it ---- */

/* A file that hwloc refuses must not become this machine: hwloc would load that instead. */
static int load(struct machine *m, const char *path)
{
	if (hwloc_topology_init(&m->topology))
		return -1;
	return hwloc_topology_set_xml(m->topology, path) || hwloc_topology_load(m->topology) ||
	       hwloc_topology_is_thissystem(m->topology);
}

static long resident_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static int try_load(const char *path)
{
	const struct rlimit time = { READ_CPU_S, READ_CPU_S };
	struct machine *m = xcalloc(1, sizeof(*m));
	long before = resident_kib();

	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CPU, &time);
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	if (load(m, path))
		return LOAD_FAILS;
	return resident_kib() - before > READ_MIB * 1024L ? LOAD_TOO_LARGE : 0;
}

/*
 * libhwloc trusts its input: malformed XML makes it abort, crash or loop, and an index of 2^32 takes half a GiB of bits.
 * So a child tries first, and is quiet. 0, or its status.
 */
static int load_in_child(const char *path)
{
	pid_t pid, parent = getpid();

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid < 0 ? -1 : child_wait(pid);
	child_of(parent, SIGKILL);
	_exit(try_load(path));
}

static size_t info_size(const struct machine *m, const char *name, size_t otherwise)
{
	const char *text = hwloc_obj_get_info_by_name(hwloc_get_root_obj(m->topology), name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static bool is_power_of_two(size_t size)
{
	return size && !(size & (size - 1));
}

static int load_page_sizes(struct machine *m)
{
	hwloc_obj_t obj = hwloc_get_next_obj_by_type(m->topology, HWLOC_OBJ_NUMANODE, NULL);

	m->page_size = obj->attr->numanode.page_types_len ? obj->attr->numanode.page_types[0].size : BASE_PAGE;
	m->page_size = info_size(m, "PageSize", m->page_size ?: BASE_PAGE);
	if (!is_power_of_two(m->page_size) || m->page_size < BASE_PAGE || m->page_size > BASE_PAGE_MAX)
		return fault("a base page of %zu bytes", m->page_size);
	m->thp_size = info_size(m, "THPSize", 512 * m->page_size);
	if (m->thp_size && (!is_power_of_two(m->thp_size) || m->thp_size <= m->page_size))
		return fault("a huge page of %zu bytes", m->thp_size);
	return 0;
}

int machine_load_xml(struct machine *m, const char *path)
{
	char version[16];
	int status;

	memset(m, 0, sizeof(*m));
	if (format_of(path, version))
		return -1;
	status = load_in_child(path);
	if (status)
		return refuse(path, version, status);
	if (load(m, path) || facts_load_tree(m) || load_page_sizes(m)) {
		machine_free(m);
		return fault_at("%s", path);
	}
	snprintf(m->name, sizeof(m->name), "%s", path);
	return 0;
}

/* ---- writing it ---- */

char *machine_to_xml(const struct machine *m)
{
	hwloc_topology_t copy;
	hwloc_obj_t obj = NULL;
	char text[32], *buffer, *xml = NULL;
	int length;

	if (hwloc_topology_dup(&copy, m->topology)) {
		fault("hwloc cannot copy the topology");
		return NULL;
	}
	while ((obj = hwloc_get_next_obj_by_type(copy, HWLOC_OBJ_NUMANODE, obj))) {
		const struct node *n = machine_node(m, obj->os_index);

		hwloc_obj_add_info(obj, "HasCPU", n->has_cpu ? "1" : "0");
		hwloc_obj_add_info(obj, "HasMemory", n->has_memory ? "1" : "0");
		snprintf(text, sizeof(text), "%d", n->tier);
		if (n->tier >= 0)
			hwloc_obj_add_info(obj, "Tier", text);
	}
	snprintf(text, sizeof(text), "%zu", m->page_size);
	hwloc_obj_add_info(hwloc_get_root_obj(copy), "PageSize", text);
	snprintf(text, sizeof(text), "%zu", m->thp_size);
	hwloc_obj_add_info(hwloc_get_root_obj(copy), "THPSize", text);
	if (hwloc_topology_export_xmlbuffer(copy, &buffer, &length, 0)) {
		fault("hwloc cannot export the topology");
	} else {
		xml = xstrndup(buffer, length);
		hwloc_free_xmlbuffer(copy, buffer);
	}
	hwloc_topology_destroy(copy);
	return xml;
}
