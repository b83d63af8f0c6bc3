// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * file: what is written is on the disk before it takes its name, be it a file, a run's folder or the journal of
 * settings. The Makefile has the calls that decide come here, where they are noted in their order, and may fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "record/run.h"
#include "record/tables.h"
#include "settings/journal.h"
#include "settings/knob_file.h"

static char folder[] = "/tmp/nodehop-file-XXXXXX";
static char calls[4096]; /* "fsync file, rename name, ..." */
static bool full;	 /* the disk, when something is flushed to it */

static void note(const char *call, const char *what)
{
	size_t length = strlen(calls);

	snprintf(calls + length, sizeof(calls) - length, "%s%s %s", length ? ", " : "", call, what);
}

static const char *last_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int flush(const char *call, int fd, int (*real)(int fd))
{
	char link[64], path[512] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	path[readlink(link, path, sizeof(path) - 1)] = '\0';
	note(call, last_of(path));
	errno = ENOSPC;
	return full ? -1 : real(fd);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	return flush("flush", fd, __real_fsync);
}

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	return flush("flush", fd, __real_fdatasync);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	note("name", last_of(to));
	return __real_rename(from, to);
}

int __real_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	note("name", last_of(to));
	return __real_renameat(from_dir, from, to_dir, to);
}

int __real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned how);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned how);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned how)
{
	note("name", last_of(to));
	return __real_renameat2(from_dir, from, to_dir, to, how);
}

/* Of this test's folder, until the next call. */
static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int begin(void **state)
{
	(void)state;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	calls[0] = '\0';
	full = false;
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	full = false;
	return file_remove_folder(folder);
}

static void holds(const char *name, const char *text)
{
	struct file_map map;

	assert_int_equal(file_map(&map, in_folder(name)), 0);
	assert_int_equal(map.size, strlen(text));
	assert_memory_equal(map.bytes, text, map.size);
	file_unmap(&map);
}

/* ---- a file ---- */

static void a_file_is_flushed_and_then_named(void **state)
{
	(void)state;
	assert_int_equal(file_write_text(in_folder("text"), "old\n"), 0);
	assert_string_equal(calls, "flush text.draft, name text");
	holds("text", "old\n");
}

static void a_file_that_cannot_be_flushed_leaves_the_old_one(void **state)
{
	(void)state;
	assert_int_equal(file_write_text(in_folder("text"), "old\n"), 0);
	full = true;
	assert_int_equal(file_write_text(in_folder("text"), "new\n"), -1);
	assert_non_null(strstr(fault_text(), "cannot write: No space left"));
	holds("text", "old\n");
	assert_int_equal(access(in_folder("text.draft"), F_OK), -1);
}

/* ---- a folder ---- */

/* Until the process that has it ends. */
static void a_folder_is_claimed_by_one(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(file_claim_folder(in_folder("a/b")), 0);
	pid = fork();
	if (!pid)
		_exit(file_claim_folder(in_folder("a/b")) == -1 &&
				      strstr(fault_text(), "another nodehop is writing into it")
			      ? 0
			      : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pid = fork();
	if (!pid)
		_exit(file_claim_folder(in_folder("a/c")) ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(file_claim_folder(in_folder("a/c")), 0);
}

/* ---- a run ---- */

static struct run *write_run(const char *dir, const char *part)
{
	struct run *run = run_new(part);
	json_t *env = json_pack("{s:i, s:b, s:{}, s:{}, s:[]}", "schema", 1, "complete", 1, "hard", "soft", "sessions");
	struct csv_writer *samples;

	assert_int_equal(run_part_create(dir), 0);
	samples = tables_create_samples(run);
	assert_non_null(samples);
	assert_true(csv_close(samples) >= 0);
	assert_int_equal(tables_write_points(run), 0);
	assert_int_equal(tables_write_metrics(run), 0);
	assert_int_equal(tables_write_json(part, "env.json", env), 0);
	json_decref(env);
	return run;
}

/* Each file is on the disk before it is named, all names are before the folder has its own, and that is last. */
static void a_run_is_flushed_and_then_named(void **state)
{
	char *dir = strdup(in_folder("run")), *part = strdup(in_folder("run.part"));
	struct run *run = write_run(dir, part);
	char wanted[256];

	(void)state;
	calls[0] = '\0';
	assert_int_equal(run_seal(dir), 0);
	snprintf(wanted, sizeof(wanted),
		 "flush manifest.json.draft, name manifest.json, flush run.part, name run, flush %s", last_of(folder));
	assert_string_equal(calls, wanted);
	run_free(run);
	free(dir);
	free(part);
}

/* ---- the journal of settings ---- */

static void write_journal(const char *found)
{
	struct changes list = {};

	changes_add(&list, "/proc/sys/x", (struct bytes){ strdup(found), strlen(found) }, "1", 1);
	calls[0] = '\0';
	knob_file_root(folder);
	assert_int_equal(journal_write(&list), full ? -1 : 0);
	changes_free(&list);
}

static void the_journal_is_flushed_and_then_named(void **state)
{
	struct changes list = {};
	size_t earlier;

	(void)state;
	write_journal("0\n");
	assert_string_equal(calls, "flush knobs.journal.draft, name knobs.journal");
	full = true;
	write_journal("2\n");
	assert_string_equal(calls, "flush knobs.journal.draft");
	full = false;
	assert_int_equal(journal_read(&list, &earlier), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.change[0].found.data, "0\n");
	changes_free(&list);
	knob_file_root("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_flushed_and_then_named, begin, end),
		cmocka_unit_test_setup_teardown(a_file_that_cannot_be_flushed_leaves_the_old_one, begin, end),
		cmocka_unit_test_setup_teardown(a_folder_is_claimed_by_one, begin, end),
		cmocka_unit_test_setup_teardown(a_run_is_flushed_and_then_named, begin, end),
		cmocka_unit_test_setup_teardown(the_journal_is_flushed_and_then_named, begin, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
