// SPDX-License-Identifier: GPL-2.0-or-later
/* child: processes that end with us, whatever ends us, and how their end is told. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/child.h"

/* Its status within five seconds; else it is killed, and that is told. */
static int end_of(pid_t pid)
{
	int status;

	for (int i = 0; i < 500; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		usleep(10000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	fail_msg("process %d goes on", pid);
	return status;
}

/* A parent that starts a child of `signal_number`, and dies at once, or before the child says whose it is. */
static int orphaned(int signal_number, bool too_late)
{
	int ends[2];
	pid_t parent, child;

	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (!parent) {
		parent = getpid();
		child = fork();
		if (!child) {
			if (too_late)
				usleep(300000);
			child_of(parent, signal_number);
			child = getpid();
			if (write(ends[1], &child, sizeof(child)) != sizeof(child))
				_exit(1);
			for (;;)
				pause();
		}
		if (too_late && write(ends[1], &child, sizeof(child)) != sizeof(child))
			_exit(1);
		usleep(too_late ? 0 : 200000);
		_exit(0);
	}
	assert_int_equal(read(ends[0], &child, sizeof(child)), sizeof(child));
	assert_int_equal(child_wait(parent), 0);
	close(ends[0]);
	close(ends[1]);
	return end_of(child);
}

static void a_child_ends_with_its_parent(void **state)
{
	(void)state;
	assert_int_equal(WTERMSIG(orphaned(SIGKILL, false)), SIGKILL);
	assert_int_equal(WTERMSIG(orphaned(SIGTERM, false)), SIGTERM);
	assert_int_equal(WEXITSTATUS(orphaned(SIGTERM, true)), 128 + SIGTERM); /* the parent was dead already */
}

static int end_of_shell(const char *script)
{
	const char *const words[] = { "sh", "-c", script, NULL };

	return end_of(child_start(words, NULL, NULL));
}

static void a_programs_end_is_told(void **state)
{
	const char *const words[] = { "no-such-program-at-all", NULL };

	(void)state;
	assert_int_equal(WEXITSTATUS(end_of_shell("exit 3")), 3);
	assert_int_equal(WTERMSIG(end_of_shell("kill -HUP $$")), SIGHUP);
	assert_int_equal(WEXITSTATUS(end_of(child_start(words, NULL, NULL))), CHILD_NO_PROGRAM);
}

static void a_killed_group_is_gone_whole(void **state)
{
	const char *const words[] = { "sh", "-c", "sleep 60 & wait", NULL };
	pid_t pid = child_start(words, NULL, NULL);

	(void)state;
	usleep(200000);
	child_kill(pid);
	for (int i = 0; i < 500 && !kill(-pid, 0); i++) {
		waitpid(-pid, NULL, WNOHANG); /* what it leaves is ours to reap */
		usleep(10000);
	}
	assert_int_equal(kill(-pid, 0), -1);
}

static int adopt_orphans(void **state)
{
	(void)state;
	return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_ends_with_its_parent),
		cmocka_unit_test(a_programs_end_is_told),
		cmocka_unit_test(a_killed_group_is_gone_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, adopt_orphans, NULL);
}
