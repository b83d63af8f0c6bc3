// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * knobs: on a tree of plain files in the place of /proc/sys and /sys, every value comes back to the byte, whoever puts
 * it back; what cannot be put back stays in the journal; no journal, no change; and nothing outside is written.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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
#include "settings/journal.h"
#include "settings/knob_file.h"
#include "settings/knob_restore.h"
#include "settings/knobs.h"

#define BOOT	  "11111111-2222-3333-4444-555555555555"
#define BALANCING "/proc/sys/kernel/numa_balancing"
#define PORTS	  "/proc/sys/net/ipv4/ip_local_port_range"
#define THP	  "/sys/kernel/mm/transparent_hugepage/enabled"
#define LINES	  "/sys/lines"
#define JOURNAL	  "/var/lib/nodehop/knobs.journal"

static char root[] = "/tmp/nodehop-knobs-XXXXXX";

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...)
{
	char command[600];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

/* ---- the tree ---- */

static void put(const char *path, const char *bytes, size_t size)
{
	char *whole = knob_file_below_root(path);
	int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	free(whole);
}

static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

static size_t get(const char *path, char bytes[256])
{
	char *whole = knob_file_below_root(path);
	int fd = open(whole, O_RDONLY);
	ssize_t size = fd < 0 ? -1 : read(fd, bytes, 255);

	free(whole);
	close(fd);
	bytes[size < 0 ? 0 : size] = '\0';
	return size < 0 ? 0 : size;
}

static void reads(const char *path, const char *text)
{
	char bytes[256];

	get(path, bytes);
	assert_string_equal(bytes, text);
}

static bool journal_there(void)
{
	char *path = knob_file_below_root(JOURNAL);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static int make_tree(void **state)
{
	(void)state;
	if (!mkdtemp(root))
		return -1;
	knob_file_root(root);
	return 0;
}

/* What a file keeps when less is written over it would not be a setting's: each test writes values of the same length. */
static int fill_tree(void **state)
{
	(void)state;
	shell("rm -rf %s/*; cd %s && mkdir -p proc/sys/kernel/random proc/sys/net/ipv4 proc/sys/vm "
	      "sys/kernel/mm/transparent_hugepage etc var/lib",
	      root, root);
	put_text("/proc/sys/kernel/random/boot_id", BOOT "\n");
	put_text(BALANCING, "1\n");
	put_text(PORTS, "32768\t60999\n");
	put_text(THP, "always [madvise] never\n");
	put_text(LINES, "first line\nsecond\tline\n\n");
	put_text("/etc/passwd", "root\n");
	return 0;
}

static int remove_tree(void **state)
{
	(void)state;
	return shell("chmod -R u+w %s; rm -rf %s", root, root);
}

/* ---- who was told what ---- */

static char told[2000];

static void note(const struct knob_report *k)
{
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s %s -> %s%s\n", k->path, k->now, k->found,
		 k->why ? " NOT" : "");
}

static int start(void)
{
	*told = '\0';
	return knobs_open(note);
}

/* In a child that ends at once, as if killed: only the journal knows. */
static void change_and_die(const char *knob, const char *value)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(knobs_open(NULL) || knob_set(knob, value));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* ---- to the byte ---- */

static void comes_back(const char *path, const char *was, size_t size, const char *other)
{
	char bytes[256];

	put(path, was, size);
	change_and_die(path, other);
	get(path, bytes);
	assert_true(memcmp(bytes, other, strlen(other)) == 0);
	assert_int_equal(start(), 0);
	assert_int_equal(get(path, bytes), size);
	assert_memory_equal(bytes, was, size);
	assert_false(journal_there());
}

/* A plain file does not take a value as the kernel does: it keeps the rest of what was longer, and no newline is added. */
static void test_values(void **state)
{
	(void)state;
	comes_back(PORTS, "32768\t60999", 11, "10000\t20000");
	comes_back(LINES, "first\nsecond\tline\n\nx", 20, "ffffffffffffffffffff");
	comes_back(LINES, "\0\xff\x01\t\n[a]\0\x80", 10, "0123456789");
	comes_back(BALANCING, "1", 1, "0");
	comes_back(PORTS, "17 60999 3\n\n19\\n", 16, "1111111111111111");
}

/* Of a choice the word is written. */
static void test_choice(void **state)
{
	(void)state;
	assert_int_equal(start(), 0);
	assert_true(knob_is("thp", "madvise"));
	assert_int_equal(knob_set("thp", "madvise"), 0);
	assert_false(journal_there());
	change_and_die("/sys/lines", "first line second line"); /* the same words: nothing to do */
	assert_false(journal_there());
}

/* [x] is a choice only below /sys, alone on its line, once. */
static void test_no_choice(void **state)
{
	static const char *const plain[] = { "a [b] [c]", "a[b] c", "x [b c] d", "a [b]\nc [d]", "[]" };
	char *now;

	(void)state;
	assert_int_equal(start(), 0);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		put_text("/sys/lines", plain[i]);
		now = knob_read("/sys/lines");
		assert_string_equal(now, plain[i]);
		free(now);
	}
	put_text(PORTS, "a [b] c\n");
	now = knob_read(PORTS);
	assert_string_equal(now, "a [b] c");
	free(now);
	put_text("/sys/lines", "[none]\n");
	now = knob_read("/sys/lines");
	assert_string_equal(now, "none");
	free(now);
}

/* ---- what fails ---- */

static void test_kept_until_back(void **state)
{
	char *path = knob_file_below_root(BALANCING), *away = knob_file_below_root("/proc/sys/kernel/away");

	(void)state;
	change_and_die("numa_balancing", "0\n");
	assert_int_equal(rename(path, away), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(start(), 0);
		assert_non_null(strstr(told, BALANCING " unreadable -> 1 NOT"));
		assert_true(journal_there());
		assert_int_equal(knobs_left(NULL), 1);
	}
	/* others come and go meanwhile */
	assert_int_equal(knob_set(PORTS, "10000\t20000\n"), 0);
	assert_int_equal(knobs_restore(1), 0);
	assert_int_equal(knobs_left(NULL), 1);
	assert_int_equal(rename(away, path), 0);
	assert_int_equal(start(), 0);
	assert_string_equal(told, BALANCING " 0 -> 1\n");
	assert_false(journal_there());
	reads(BALANCING, "1\n");
	free(path);
	free(away);
}

static void test_restore_says_so(void **state)
{
	char *path = knob_file_below_root(BALANCING), *away = knob_file_below_root("/proc/sys/kernel/away");
	unsigned long mark;

	(void)state;
	assert_int_equal(start(), 0);
	mark = knobs_mark();
	assert_int_equal(knob_set("numa_balancing", "0\n"), 0);
	assert_int_equal(knob_set(PORTS, "10000\t20000\n"), 0);
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(knobs_restore(mark), -1);
	assert_non_null(strstr(told, " NOT"));
	reads(PORTS, "32768\t60999\n");
	assert_int_equal(knobs_left(NULL), 1);
	assert_int_equal(rename(away, path), 0);
	assert_int_equal(knobs_restore(0), 0);
	assert_int_equal(knobs_left(NULL), 0);
	reads(BALANCING, "1\n");
	free(path);
	free(away);
}

/* A value that does not come back when it is written (here: a file that keeps what is longer) is not called back. */
static void test_read_back(void **state)
{
	(void)state;
	assert_int_equal(start(), 0);
	assert_int_equal(knob_set("numa_balancing", "10\n"), 0);
	assert_int_equal(knobs_restore(1), -1);
	assert_string_equal(told, BALANCING " 10 -> 1 NOT\n");
	assert_non_null(strstr(fault_text(), "reads 10 after it was written"));
	assert_int_equal(knobs_left(NULL), 1);
	put_text(BALANCING, "1\n");
	assert_int_equal(start(), 0);
	assert_false(journal_there());
}

/* A list of one's own: what fails stays in it and in its journal, and what is in force here stays in force. */
static void test_own_list(void **state)
{
	struct changes own = {}, left = {};
	size_t earlier;

	(void)state;
	assert_int_equal(start(), 0);
	put_text("/sys/gone", "old");
	changes_add(&own, "/sys/gone", (struct bytes){ strdup("old"), 3 }, "new", 3)->serial = 7;
	changes_add(&own, LINES, (struct bytes){ strdup("FIRST"), 5 }, "first", 5)->serial = 8;
	changes_add(&own, BALANCING, (struct bytes){ strdup("0\n"), 2 }, "1", 1)->serial = 9;
	shell("rm %s/sys/gone", root);
	assert_int_equal(changes_put_back(&own, 9, note, false), 0);
	reads(BALANCING, "0\n");
	assert_int_equal(own.n, 2);
	assert_int_equal(changes_put_back(&own, 8, note, false), -1); /* it keeps the rest of what is longer */
	assert_int_equal(changes_put_back(&own, 7, note, false), -1);
	assert_int_equal(own.n, 2);
	assert_int_equal(own.change[0].serial, 0);
	assert_non_null(strstr(told, "/sys/gone unreadable -> old NOT"));
	assert_int_equal(journal_read(&left, &earlier), 0);
	assert_int_equal(left.n, 2);
	assert_string_equal(left.change[0].path, "/sys/gone");
	changes_free(&left);
	changes_free(&own);
}

/* The parent puts back what a child left, and keeps its own. */
static void test_adopt(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(start(), 0);
	assert_int_equal(knob_set("numa_balancing", "0\n"), 0);
	pid = fork();
	if (!pid)
		_exit(knob_set(PORTS, "10000\t20000\n"));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(knobs_adopt(), 0);
	reads(PORTS, "32768\t60999\n");
	reads(BALANCING, "0\n");
	assert_int_equal(knobs_left(NULL), 1);
	assert_int_equal(knobs_restore(0), 0);
	reads(BALANCING, "1\n");
}

/* Sets and puts back for ever. */
static void change_for_ever(void)
{
	const struct knob_setting both[] = { { PORTS, "10000\t20000\n" }, { BALANCING, "0\n" } };

	knobs_open(NULL);
	for (;;) {
		unsigned long mark = knobs_mark();

		if (knob_set(LINES, "FIRST LINE\nSECOND\tLINE\n\n") || knobs_set(both, 2) || knobs_restore(mark))
			_exit(1);
	}
}

/* Wherever SIGKILL strikes, the next start finds the old journal or the new one, and either is enough. */
static void test_killed_at_any_moment(void **state)
{
	size_t caught = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 100; i++) {
		pid_t pid = fork();
		int status;

		if (!pid)
			change_for_ever();
		for (int ms = 0; i % 2 && !journal_there() && ms < 2000; ms++)
			usleep(1000); /* a disk in use takes its time until the first change */
		usleep(rand() % 3000);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status));
		caught += knobs_left(NULL) > 0;
		assert_int_equal(start(), 0);
		assert_false(journal_there());
		reads(LINES, "first line\nsecond\tline\n\n");
		reads(PORTS, "32768\t60999\n");
		reads(BALANCING, "1\n");
	}
	assert_true(caught > 10); /* or it has tried nothing */
}

/* All or none. */
static void test_set_many(void **state)
{
	const struct knob_setting both[] = { { "numa_balancing", "0\n" }, { "/proc/sys/kernel/nosuch", "1" } };
	const struct knob_setting refused[] = { { "numa_balancing", "0\n" }, { THP, "no" } };

	(void)state;
	assert_int_equal(start(), 0);
	assert_int_equal(knobs_set(both, 2), -1);
	reads(BALANCING, "1\n");
	assert_false(journal_there());
	/* "noways [madvise] never" reads as madvise: not what was asked for */
	assert_int_equal(knobs_set(refused, 2), -1);
	assert_int_equal(errno, ERANGE);
	assert_non_null(strstr(fault_text(), "asked for no, the kernel made it madvise"));
	reads(BALANCING, "1\n");
}

static void test_held(void **state)
{
	(void)state;
	assert_int_equal(start(), 0);
	assert_int_equal(knob_hold("numa_balancing", "1"), 0);
	assert_true(knob_is_held(BALANCING));
	assert_int_equal(knob_set("numa_balancing", "0\n"), -1);
	assert_non_null(strstr(fault_text(), "held at 1"));
	assert_int_equal(knob_set("numa_balancing", "1"), 0);
	reads(BALANCING, "1\n");
}

/* More settings, and longer values, than any table of a fixed size had room for. */
static void test_many_and_long(void **state)
{
	char path[40], value[3000], now[256];

	(void)state;
	assert_int_equal(start(), 0);
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "/sys/many-%d", i);
		put_text(path, "old");
		assert_int_equal(knob_set(path, "new"), 0);
	}
	put_text("/sys/long", value);
	value[0] = 'w';
	assert_int_equal(knob_set("/sys/long", value), 0);
	assert_int_equal(knobs_restore(0), 0);
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "/sys/many-%d", i);
		reads(path, "old");
	}
	get("/sys/long", now);
	assert_int_equal(now[0], 'v');
}

/* ---- the journal's own faults ---- */

static void refused_without_journal(const char *why)
{
	assert_int_equal(start(), -1);
	assert_non_null(strstr(fault_text(), "settings stay as they are"));
	if (!strstr(fault_text(), why))
		fail_msg("no \"%s\" in: %s", why, fault_text());
	assert_int_equal(knob_set("numa_balancing", "0\n"), -1);
	reads(BALANCING, "1\n");
}

static void with_a_file_for_a_folder(void)
{
	put_text("/var/lib/nodehop", "");
	refused_without_journal("cannot open");
}

static void with_a_link_for_a_folder(void)
{
	shell("ln -s %s/etc %s/var/lib/nodehop", root, root);
	refused_without_journal("cannot open");
}

static void with_a_folder_of_all(void)
{
	shell("mkdir -m 777 %s/var/lib/nodehop", root);
	refused_without_journal("other users may write there");
	shell("chmod 775 %s/var/lib/nodehop", root); /* a group, too */
	refused_without_journal("other users may write there");
}

static void with_a_link(void)
{
	shell("mkdir %s/var/lib/nodehop; ln -s %s/etc/passwd %s" JOURNAL, root, root, root);
	refused_without_journal("cannot open");
	reads("/etc/passwd", "root\n");
}

static void with_a_pipe(void)
{
	alarm(10); /* opening it must not wait for a writer */
	shell("mkdir %s/var/lib/nodehop; mkfifo %s" JOURNAL, root, root);
	refused_without_journal("is not a regular file");
}

static void test_refused(void **state)
{
	static void (*const with[])(void) = { with_a_file_for_a_folder, with_a_link_for_a_folder, with_a_folder_of_all,
					      with_a_link, with_a_pipe };

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		fill_tree(state);
		with[i]();
	}
}

static void damaged(void)
{
	refused_without_journal("is damaged");
	assert_true(journal_there());
}

/* Each byte of it counts, and so does each that is missing. */
static void test_damaged(void **state)
{
	char text[256];
	size_t size;

	(void)state;
	change_and_die("numa_balancing", "0\n");
	size = get(JOURNAL, text);
	put_text(BALANCING, "1\n");
	for (size_t i = strlen("nodehop journal 2\nboot "); i < size; i++) {
		text[i] ^= 1;
		put(JOURNAL, text, size);
		damaged();
		text[i] ^= 1;
		put(JOURNAL, text, i);
		if (i > strlen("nodehop journal 2\nboot "))
			damaged();
	}
	put(JOURNAL, text, size);
	assert_int_equal(start(), 0);
	assert_false(journal_there());
}

static void test_earlier_boot(void **state)
{
	(void)state;
	change_and_die("numa_balancing", "0\n");
	put_text("/proc/sys/kernel/random/boot_id", "99999999-2222-3333-4444-555555555555\n");
	assert_int_equal(start(), 0);
	assert_string_equal(told, "");
	assert_int_equal(knobs_of_earlier_boot(), 1);
	assert_false(journal_there());
	reads(BALANCING, "0\n");
}

/* What a version before wrote, tabs in values too. */
static void test_old_format(void **state)
{
	(void)state;
	shell("mkdir %s/var/lib/nodehop", root);
	put_text(JOURNAL, BOOT "\n" BALANCING "\t1\t0\n" PORTS "\t32768\t60999\t10000\t20000\n");
	put_text(BALANCING, "0");
	put_text(PORTS, "10000\t20000");
	assert_int_equal(start(), 0);
	assert_string_equal(told, PORTS " 10000\\t20000 -> 32768\\t60999\n" BALANCING " 0 -> 1\n");
	reads(BALANCING, "1");
	reads(PORTS, "32768\t60999");
	put_text(JOURNAL, "99999999-2222-3333-4444-555555555555\n" BALANCING "\t0\t1\n");
	assert_int_equal(start(), 0);
	assert_int_equal(knobs_of_earlier_boot(), 1);
	reads(BALANCING, "1");
}

/* Nothing of it reaches a terminal unescaped. */
static void test_printable(void **state)
{
	(void)state;
	put_text(BALANCING, "\x1b[31m\n::x");
	change_and_die("numa_balancing", "000000000");
	assert_int_equal(start(), 0);
	assert_string_equal(told, BALANCING " 000000000 -> \\x1b[31m\\n::x\n");
}

/* ---- only settings ---- */

static void test_only_settings(void **state)
{
	static const char *const outside[] = { "/etc/passwd", "/proc/sys/../../etc/passwd", "/sys/link", "/proc/sysx",
					       "/sys" };

	(void)state;
	put_text("/proc/sysx", "1");
	shell("ln -s %s/etc/passwd %s/sys/link; ln -s %s" BALANCING " %s/sys/inside", root, root, root, root);
	assert_int_equal(start(), 0);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		errno = 0;
		assert_int_equal(knob_set(outside[i], "evil"), -1);
		assert_null(knob_path(outside[i]));
		assert_int_equal(errno, EINVAL);
	}
	reads("/etc/passwd", "root\n");
	assert_int_equal(knob_set("/sys/inside", "0\n"), 0);
	reads(BALANCING, "0\n");
	assert_int_equal(knobs_restore(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_values, fill_tree),
		cmocka_unit_test_setup(test_choice, fill_tree),
		cmocka_unit_test_setup(test_no_choice, fill_tree),
		cmocka_unit_test_setup(test_kept_until_back, fill_tree),
		cmocka_unit_test_setup(test_restore_says_so, fill_tree),
		cmocka_unit_test_setup(test_read_back, fill_tree),
		cmocka_unit_test_setup(test_own_list, fill_tree),
		cmocka_unit_test_setup(test_adopt, fill_tree),
		cmocka_unit_test_setup(test_killed_at_any_moment, fill_tree),
		cmocka_unit_test_setup(test_set_many, fill_tree),
		cmocka_unit_test_setup(test_many_and_long, fill_tree),
		cmocka_unit_test_setup(test_refused, fill_tree),
		cmocka_unit_test_setup(test_damaged, fill_tree),
		cmocka_unit_test_setup(test_earlier_boot, fill_tree),
		cmocka_unit_test_setup(test_old_format, fill_tree),
		cmocka_unit_test_setup(test_printable, fill_tree),
		cmocka_unit_test_setup(test_only_settings, fill_tree),
		cmocka_unit_test_setup(test_held, fill_tree),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
