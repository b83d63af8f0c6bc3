// SPDX-License-Identifier: GPL-2.0-or-later
/* interrupt - notes a signal that ends a command; each loop that can stop asks for it */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/interrupt.h"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define ENDING (sizeof(ending) / sizeof(*ending))

static volatile sig_atomic_t came, noted;
static volatile pid_t passed_to;

bool interrupt_is_ending(int number)
{
	for (size_t i = 0; i < ENDING; i++)
		if (ending[i] == number)
			return true;
	return false;
}

static void on_signal(int number)
{
	int error = errno;

	if (!noted)
		_exit(128 + number);
	came = number;
	if (passed_to)
		kill(passed_to, number); /* a signal to us alone must reach it too */
	errno = error;
}

/*
 * What is started in the background of a script finds SIGINT and SIGQUIT
 * ignored, and is still meant by whoever sends it one. SIGHUP is ignored where
 * nohup says so.
 */
static int is_wanted(int number)
{
	struct sigaction found;

	return number != SIGHUP || sigaction(number, NULL, &found) || found.sa_handler != SIG_IGN;
}

void interrupt_init(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < ENDING; i++)
		if (is_wanted(ending[i]))
			sigaction(ending[i], &action, NULL);
}

void interrupt_note(void)
{
	noted = 1;
}

const volatile sig_atomic_t *interrupt_flag(void)
{
	return &came;
}

void interrupt_pass_to(pid_t pid)
{
	passed_to = pid;
	if (pid && came)
		kill(pid, came);
}

void interrupt_forget(void)
{
	for (size_t i = 0; i < ENDING; i++)
		if (is_wanted(ending[i]))
			signal(ending[i], SIG_DFL);
}

void interrupt_hold(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ENDING; i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

void interrupt_release(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

const char *interrupt_name(void)
{
	static char name[16];

	snprintf(name, sizeof(name), "SIG%s", sigabbrev_np(came) ?: "?");
	return name;
}

int interrupt_exit_code(int code)
{
	return came ? 128 + came : code;
}
