// SPDX-License-Identifier: GPL-2.0-or-later
/* confinement: what limits of cgroups leave us. The Makefile has small files come from here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/confinement.h"

#define MIB (1ull << 20)

/* Paths and what they read, one after the other; NULL ends them. */
static const char *const *files;

static const char *text_of(const char *path)
{
	for (const char *const *f = files; *f; f += 2)
		if (!strcmp(*f, path))
			return f[1];
	return NULL;
}

int __wrap_sysfile_read(char *text, size_t size, const char *path_format, ...);
int __wrap_sysfile_read(char *text, size_t size, const char *path_format, ...)
{
	const char *found;
	char path[512];
	va_list args;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	found = text_of(path);
	return found ? snprintf(text, size, "%s", found) : fault("%s: is not there", path);
}

int __wrap_sysfile_read_u64(uint64_t *value, const char *path_format, ...);
int __wrap_sysfile_read_u64(uint64_t *value, const char *path_format, ...)
{
	char path[512], *end;
	const char *found;
	va_list args;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	found = text_of(path);
	*value = found ? strtoull(found, &end, 10) : 0;
	return found && end != found ? 0 : fault("%s: is no number", path);
}

static void left(const char *const *in, uint64_t bytes, const char *cgroup)
{
	char by[512];

	files = in;
	assert_int_equal(confinement_memory_left("", by, sizeof(by)), bytes);
	assert_string_equal(by, cgroup);
}

/* 100 MiB may be had, 60 are used, and 10 of those are cached files that go when somebody needs them. */
static void cached_files_are_not_in_the_way(void **state)
{
	static const char *const in[] = { "/proc/self/cgroup",
					  "0::/jobs/7",
					  "/sys/fs/cgroup/jobs/7/memory.max",
					  "104857600",
					  "/sys/fs/cgroup/jobs/7/memory.high",
					  "max",
					  "/sys/fs/cgroup/jobs/7/memory.current",
					  "62914560",
					  "/sys/fs/cgroup/jobs/7/memory.stat",
					  "anon 52428800\nfile 10485760\ninactive_file 8388608\nactive_file 2097152\n",
					  NULL };

	(void)state;
	left(in, 50 * MIB, "/jobs/7");
}

static void the_lower_of_high_and_max_counts(void **state)
{
	static const char *const in[] = { "/proc/self/cgroup",
					  "0::/jobs",
					  "/sys/fs/cgroup/jobs/memory.max",
					  "104857600",
					  "/sys/fs/cgroup/jobs/memory.high",
					  "73400320",
					  "/sys/fs/cgroup/jobs/memory.current",
					  "62914560",
					  NULL };

	(void)state;
	left(in, 10 * MIB, "/jobs");
}

/* Whichever of the groups that we are in leaves least; one that is used up leaves nothing. */
static void an_outer_group_limits_too(void **state)
{
	static const char *const in[] = { "/proc/self/cgroup",
					  "0::/jobs/7/step",
					  "/sys/fs/cgroup/jobs/7/step/memory.max",
					  "max",
					  "/sys/fs/cgroup/jobs/7/memory.max",
					  "104857600",
					  "/sys/fs/cgroup/jobs/7/memory.current",
					  "20971520",
					  "/sys/fs/cgroup/jobs/memory.max",
					  "104857600",
					  "/sys/fs/cgroup/jobs/memory.current",
					  "209715200",
					  NULL };

	(void)state;
	left(in, 0, "/jobs");
}

static void without_a_limit_all_is_left(void **state)
{
	static const char *const none[] = { NULL }, *const root[] = { "/proc/self/cgroup", "0::/", NULL },
				 *const max[] = { "/proc/self/cgroup",
						  "0::/a",
						  "/sys/fs/cgroup/a/memory.max",
						  "max",
						  "/sys/fs/cgroup/a/memory.current",
						  "5",
						  NULL };

	(void)state;
	left(none, UINT64_MAX, "");
	left(root, UINT64_MAX, "");
	left(max, UINT64_MAX, "");
}

/* Version 1 has a hierarchy for each controller, names of its own, and says "none" by a number. */
static void of_version_1(void **state)
{
	static const char *const in[] = { "/proc/self/cgroup",
					  "5:cpuset,cpu:/c\n4:memory:/m/x\n0::/",
					  "/sys/fs/cgroup/memory/m/x/memory.limit_in_bytes",
					  "9223372036854771712",
					  "/sys/fs/cgroup/memory/m/memory.limit_in_bytes",
					  "104857600",
					  "/sys/fs/cgroup/memory/m/memory.usage_in_bytes",
					  "62914560",
					  "/sys/fs/cgroup/memory/m/memory.stat",
					  "active_file 1\ntotal_inactive_file 1048576\ntotal_active_file 1048576\n",
					  NULL };

	(void)state;
	left(in, 42 * MIB, "/m");
}

/* ---- CPUs ---- */

static void who_keeps_us_from_cpus(void **state)
{
	static const char *const in[] = { "/proc/self/cgroup",
					  "0::/jobs",
					  "/proc/self/cpuset",
					  "/jobs",
					  "/sys/fs/cgroup/jobs/cpuset.cpus.effective",
					  "0-1,8",
					  NULL };
	char words[128];

	(void)state;
	files = in;
	assert_string_equal(confinement_of_cpus("", "0-3", 3, words, sizeof(words)), "cpuset");
	assert_string_equal(words, "the cpuset of cgroup /jobs");
	assert_string_equal(confinement_of_cpus("", "0-3", 2, words, sizeof(words)),
			    "affinity"); /* the cpuset leaves two */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cached_files_are_not_in_the_way),
		cmocka_unit_test(the_lower_of_high_and_max_counts),
		cmocka_unit_test(an_outer_group_limits_too),
		cmocka_unit_test(without_a_limit_all_is_left),
		cmocka_unit_test(of_version_1),
		cmocka_unit_test(who_keeps_us_from_cpus),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
