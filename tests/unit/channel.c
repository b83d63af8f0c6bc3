// SPDX-License-Identifier: GPL-2.0-or-later
/* channel: what a guest prints and records comes home whole and in order, whatever it prints and however it ends. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "lab/channel.h"
#include "lab/channel_host.h"

#define TEXT_MAX 4096

static const char *const argv[] = { "/bin/nodehop", "check", "two words", NULL };
static const char *const env[] = { "HOME=/root", NULL };
static char path[64];
static struct channel channel;

/* What came home: the text of both streams, and the names of the other records. */
struct home {
	char out[2][TEXT_MAX], kinds[TEXT_MAX];
	int records;
};

static int make_channel(void **state)
{
	json_t *lab = json_pack("{s:s, s:i}", "mode", "counted", "seed", 7);
	struct channel_job job = { argv, env, lab, 1000 };
	int failed;

	(void)state;
	failed = channel_create(&channel, &job);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", channel.fd);
	json_decref(lab);
	return failed;
}

static int drop_channel(void **state)
{
	(void)state;
	channel_close(&channel);
	return channel.area != NULL;
}

static int take(const json_t *record, void *context)
{
	const char *kind = json_string_value(json_object_get(record, "kind"));
	struct home *home = context;
	char *to = home->kinds;

	home->records++;
	if (!strcmp(kind, "out")) {
		to = home->out[json_integer_value(json_object_get(record, "stream")) - 1];
		kind = json_string_value(json_object_get(record, "text"));
	}
	strncat(to, kind, TEXT_MAX - strlen(to) - 1);
	return 0;
}

/* Runs `guest` in a process that attaches as a lab guest does; its wait status. */
static int as_guest(void (*guest)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		setenv("NODEHOP_CHANNEL", path, 1);
		if (channel_attach() != 1)
			_exit(99);
		guest();
		exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void prints(void)
{
	printf("first %d\n", 1);
	fprintf(stderr, "trouble\n");
	reclog_append(channel_log(), json_pack("{s:s}", "kind", "begin"));
	printf("no newline");
}

static void output_and_records_come_home(void **state)
{
	struct home home = {};

	(void)state;
	assert_int_equal(as_guest(prints), 0);
	assert_int_equal(channel_poll(&channel, take, &home), 0);
	assert_string_equal(home.out[0], "first 1\nno newline");
	assert_string_equal(home.out[1], "trouble\n");
	assert_string_equal(home.kinds, "begin");
	assert_int_equal(channel_poll(&channel, take, &home), 0);
	assert_int_equal(home.records, 4);
}

static void knows_its_lab(void)
{
	const json_t *lab = channel_lab();

	_exit(json_integer_value(json_object_get(lab, "seed")) == 7 ? 0 : 1);
}

static void job_reaches_the_guest(void **state)
{
	const char *text = channel.area + channel_header(&channel)->strings_offset;

	(void)state;
	assert_int_equal(as_guest(knows_its_lab), 0);
	assert_int_equal(channel_header(&channel)->argc, 3);
	assert_string_equal(text, "/bin/nodehop");
	assert_string_equal(text + strlen("/bin/nodehop") + 1 + strlen("check") + 1, "two words");
}

static void prints_garbage(void)
{
	fwrite("a\0b\n", 1, 4, stdout);
	fwrite("\xff\xfe\n", 1, 3, stdout);
	fwrite("caf\xc3\xa9\n", 1, 6, stdout);
}

static void garbage_does_not_tear_the_log(void **state)
{
	struct home home = {};

	(void)state;
	assert_int_equal(as_guest(prints_garbage), 0);
	assert_int_equal(channel_poll(&channel, take, &home), 0);
	assert_string_equal(home.out[0], "a?b\n?\?\ncaf\xc3\xa9\n");
}

static void child_prints(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		close(STDERR_FILENO);
		printf("child 1\nchild 2\n");
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status) /* the area is not the child's to touch */
		_exit(1);
	printf("parent.\n"); /* as long as the child's line: a second record of the child's would follow it */
}

static void children_do_not_overwrite(void **state)
{
	struct home home = {};

	(void)state;
	assert_int_equal(as_guest(child_prints), 0);
	assert_int_equal(channel_poll(&channel, take, &home), 0);
	assert_string_equal(home.out[0], "parent.\n");
}

static void prints_and_dies(void)
{
	printf("last words\n");
	raise(SIGKILL);
}

static void a_killed_guest_is_still_heard(void **state)
{
	struct home home = {};

	(void)state;
	assert_true(WIFSIGNALED(as_guest(prints_and_dies)));
	assert_int_equal(channel_poll(&channel, take, &home), 0);
	assert_string_equal(home.out[0], "last words\n");
}

static void fills_it(void)
{
	char line[4000];
	int n = 0;

	memset(line, 'x', sizeof(line));
	while (n < 100000 && !reclog_append(channel_log(), json_pack("{s:s%}", "kind", line, sizeof(line))))
		n++;
	if (!strstr(fault_text(), "channel full"))
		_exit(1);
	dup2(memfd_create("console", 0), STDERR_FILENO);
	printf("%.60s\n", line);
	_exit(lseek(STDERR_FILENO, 0, SEEK_CUR) == 61 ? 0 : 2);
}

static int count(const json_t *record, void *context)
{
	(void)record;
	++*(int *)context;
	return 0;
}

/* ... and what is printed then goes to the console. */
static void a_full_channel_keeps_what_it_has(void **state)
{
	int n = 0;

	(void)state;
	assert_int_equal(as_guest(fills_it), 0);
	assert_int_equal(channel_poll(&channel, count, &n), 0);
	assert_true(n > 4000);
}

static void refuses_what_is_no_channel(void **state)
{
	(void)state;
	unsetenv("NODEHOP_CHANNEL");
	assert_int_equal(channel_attach(), 0);
	memset(channel.area, 0, 8);
	setenv("NODEHOP_CHANNEL", path, 1);
	assert_int_equal(channel_attach(), -1);
	assert_non_null(strstr(fault_text(), "holds no job"));
	unsetenv("NODEHOP_CHANNEL");
}

/* Up to the last byte before the records; and the lab's facts, "{\"lab\":{}}", stand before the words. */
static void a_job_too_long_is_refused(void **state)
{
	static char word[CHANNEL_RECORDS_OFFSET];
	const size_t room = CHANNEL_RECORDS_OFFSET - CHANNEL_JOB_OFFSET - sizeof("{\"lab\":{}}") - sizeof("nodehop");
	const char *const words[] = { "nodehop", word, NULL }, *const nothing[] = { NULL };
	json_t *lab = json_object();
	struct channel_job job = { words, nothing, lab, 0 };
	struct channel other = {};

	(void)state;
	memset(word, 'x', room);
	assert_int_equal(channel_create(&other, &job), -1);
	assert_non_null(strstr(fault_text(), "command line is too long"));
	word[room - 1] = '\0';
	assert_int_equal(channel_create(&other, &job), 0);
	channel_close(&other);
	json_decref(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(output_and_records_come_home, make_channel, drop_channel),
		cmocka_unit_test_setup_teardown(job_reaches_the_guest, make_channel, drop_channel),
		cmocka_unit_test_setup_teardown(garbage_does_not_tear_the_log, make_channel, drop_channel),
		cmocka_unit_test_setup_teardown(children_do_not_overwrite, make_channel, drop_channel),
		cmocka_unit_test_setup_teardown(a_killed_guest_is_still_heard, make_channel, drop_channel),
		cmocka_unit_test_setup_teardown(a_full_channel_keeps_what_it_has, make_channel, drop_channel),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_channel, make_channel, drop_channel),
		cmocka_unit_test(a_job_too_long_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
