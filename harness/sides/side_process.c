// SPDX-License-Identifier: GPL-2.0-or-later
/* side_process - runs the program of a side to its end, its table into a log; which words it is given is side_take's */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/child.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "campaign/exit_code.h"
#include "sides/side_process.h"

static bool reported;

bool side_has_reported(void)
{
	return reported;
}

void side_words_add(struct side_words *w, const char *word)
{
	const char **grown = xrealloc(w->word, (w->n + 2) * sizeof(*grown));

	w->word = grown;
	w->word[w->n++] = word;
	w->word[w->n] = NULL;
}

void side_words_add_option(struct side_words *w, const char *name, const char *value)
{
	if (!value)
		return;
	side_words_add(w, name);
	side_words_add(w, value);
}

/* Its table goes to the log; what it says of trouble and progress is for whoever is watching. */
static void print_to_log(void *context)
{
	const char *log = context;
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (dup2(fd, STDOUT_FILENO) >= 0)
		return;
	dprintf(STDERR_FILENO, "nodehop: %s: cannot write: %s\n", log, strerror(errno));
	_exit(EXIT_TROUBLE);
}

/* Points that are wrong or not there are for the comparison to tell: all that counts here is a folder. */
static int judge_side_end(int status, const struct side_words *w, const char *log)
{
	if (*interrupt_flag())
		return fault("interrupted by %s", interrupt_name());
	if (WIFSIGNALED(status))
		return fault("%s %s died of SIG%s; see %s", w->word[0], w->word[1],
			     sigabbrev_np(WTERMSIG(status)) ?: "?", log);
	if (WEXITSTATUS(status) == EXIT_TROUBLE) {
		reported = true;
		return fault("%s %s could not measure", w->word[0], w->word[1]);
	}
	if (WEXITSTATUS(status) >= CHILD_NO_PROGRAM)
		return fault("%s %s ended with code %d; see %s", w->word[0], w->word[1], WEXITSTATUS(status), log);
	return 0;
}

int side_words_run(const struct side_words *w, const char *log)
{
	pid_t pid = child_start(w->word, print_to_log, (void *)log);
	int failed = -1;

	if (pid >= 0) {
		interrupt_pass_to(-pid);
		failed = judge_side_end(child_wait(pid), w, log);
		interrupt_pass_to(0);
	}
	free(w->word);
	return failed;
}
