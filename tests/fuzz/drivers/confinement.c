// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel says of our limits. Parts of an input, in this order: /proc/self/cgroup, status, cpuset, then the files of
 * the cgroup that the first names: what it allows, and its memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "machine/confinement.h"

static const char *const files[] = {
	"proc/self/cgroup",
	"proc/self/status",
	"proc/self/cpuset",
	"sys/fs/cgroup/jobs/cpuset.cpus.effective",
	"sys/fs/cgroup/jobs/memory.max",
	"sys/fs/cgroup/jobs/memory.high",
	"sys/fs/cgroup/jobs/memory.current",
	"sys/fs/cgroup/jobs/memory.stat",
	"sys/fs/cgroup/memory/jobs/memory.limit_in_bytes",
	"sys/fs/cgroup/memory/jobs/memory.usage_in_bytes",
	"sys/fs/cgroup/memory/jobs/memory.stat",
	"sys/fs/cgroup/cpuset/jobs/cpuset.effective_cpus",
};

static void write_files(const uint8_t *data, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *part = fuzz_part(&data, &size, &length);

		fuzz_write(files[i], part ?: "", part ? length : 0);
		free(part);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *root = fuzz_folder(), *code;
	char text[4096];

	write_files(data, size);
	if (!confinement_nodes(root, text, sizeof(text)))
		fuzz_hold(!strchr(text, '\n'));
	fuzz_hold(!strncmp(confinement_cpuset(root, text, 600), "the cpuset", 10));
	code = confinement_of_cpus(root, "0-7", 4, text, 600);
	fuzz_hold((!strcmp(code, "cpuset") || !strcmp(code, "affinity")) && *text);
	if (confinement_memory_left(root, text, 512) < UINT64_MAX)
		fuzz_hold(*text == '/' || !*text);
	return 0;
}
