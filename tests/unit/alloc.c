// SPDX-License-Identifier: GPL-2.0-or-later
/* alloc: without memory a process says so and leaves, each in its own way */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"

static volatile size_t too_much = SIZE_MAX / 2;
static void *volatile made; /* or the compiler would not ask at all */

static void ask_malloc(void)
{
	made = xmalloc(too_much);
}

static void ask_calloc(void)
{
	made = xcalloc(too_much, 2);
}

static void ask_realloc(void)
{
	made = xrealloc(NULL, too_much);
}

static void ask_grow(void)
{
	made = xgrow(NULL, too_much + 1, 8);
}

static void ask_json(void)
{
	static char text[1 << 20];

	alloc_init();
	memset(text, 'x', sizeof(text) - 1);
	for (;;)
		json_string(text);
}

/* In a process of its own: how it leaves, and what it says. */
static int leave_code(void (*ask)(void), void (*before)(void), char said[64])
{
	int pipe_fd[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(pipe_fd), 0);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(pipe_fd[1], STDERR_FILENO);
		before();
		ask();
		_exit(0);
	}
	close(pipe_fd[1]);
	n = read(pipe_fd[0], said, 63);
	said[n > 0 ? n : 0] = '\0';
	close(pipe_fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void nothing(void)
{
}

static void limit_memory(void)
{
	const struct rlimit little = { 64 << 20, 64 << 20 };

	setrlimit(RLIMIT_AS, &little);
}

static void leaves_with_one_line(void **state)
{
	static void (*const asks[])(void) = { ask_malloc, ask_calloc, ask_realloc, ask_grow };
	char said[64];

	(void)state;
	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
		assert_int_equal(leave_code(asks[i], nothing, said), 2);
		assert_string_equal(said, "nodehop: out of memory\n");
	}
}

static void json_leaves_too(void **state)
{
	char said[64];

	(void)state;
	assert_int_equal(leave_code(ask_json, limit_memory, said), 2);
	assert_string_equal(said, "nodehop: out of memory\n");
}

static void leave_with_its_own(void *context)
{
	_exit(*(int *)context);
}

static void say_how(void)
{
	static int code = 7;

	alloc_on_failure(leave_with_its_own, &code);
}

static void leaves_as_it_was_told(void **state)
{
	char said[64];

	(void)state;
	assert_int_equal(leave_code(ask_malloc, say_how, said), 7);
	assert_string_equal(said, "");
}

static void grows_by_one(void **state)
{
	int *array = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		array = xgrow(array, i, sizeof(*array));
		array[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(array[i], i);
	free(array);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_with_one_line),
		cmocka_unit_test(json_leaves_too),
		cmocka_unit_test(leaves_as_it_was_told),
		cmocka_unit_test(grows_by_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
