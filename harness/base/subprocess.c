// SPDX-License-Identifier: GPL-2.0-or-later
/* subprocess - runs a program, collects its output, and ends it after a time */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/subprocess.h"

#define STREAMS	    2 /* standard output, standard error */
#define KILLED_LATE (-2)

struct stream {
	int fd;	    /* -1 when closed */
	char *text; /* NUL-terminated */
	size_t length;
};

struct surroundings {
	const char *folder;
	int pipes[STREAMS][2];
};

static void arrange(void *context)
{
	struct surroundings *around = context;

	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(around->pipes[0][1], STDOUT_FILENO);
	dup2(around->pipes[1][1], STDERR_FILENO);
	setenv("LC_ALL", "C", 1);
	if (!around->folder || !chdir(around->folder))
		return;
	dprintf(STDERR_FILENO, "%s: %s\n", around->folder, strerror(errno));
	_exit(CHILD_NO_PROGRAM);
}

static pid_t start(const char *const *argv, const char *folder, struct stream *stream)
{
	struct surroundings around = { folder, { { -1, -1 }, { -1, -1 } } };
	pid_t pid;

	if (pipe2(around.pipes[0], O_CLOEXEC) || pipe2(around.pipes[1], O_CLOEXEC))
		pid = fault("cannot start %s: %s", argv[0], strerror(errno));
	else
		pid = child_start(argv, arrange, &around);
	for (int i = 0; i < STREAMS; i++) {
		close(around.pipes[i][1]);
		if (pid < 0)
			close(around.pipes[i][0]);
		stream[i].fd = pid < 0 ? -1 : around.pipes[i][0];
	}
	return pid;
}

/* Closes the stream at its end. */
static void take(struct stream *stream)
{
	char buffer[4096];
	ssize_t n = read(stream->fd, buffer, sizeof(buffer));

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close(stream->fd);
		stream->fd = -1;
		return;
	}
	stream->text = xrealloc(stream->text, stream->length + n + 1);
	memcpy(stream->text + stream->length, buffer, n);
	stream->length += n;
	stream->text[stream->length] = '\0';
}

/* Until both streams end. False when the time is over first. */
static bool read_all(struct stream *stream, double end_s)
{
	while (stream[0].fd >= 0 || stream[1].fd >= 0) {
		struct pollfd fds[STREAMS] = { { stream[0].fd, POLLIN, 0 }, { stream[1].fd, POLLIN, 0 } };
		double left_s = end_s - clock_now_s();

		if (left_s <= 0)
			return false;
		if (poll(fds, STREAMS, (int)(left_s * 1000) + 1) < 0 && errno != EINTR)
			return false;
		for (int i = 0; i < STREAMS; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				take(&stream[i]);
	}
	return true;
}

static int end_of(pid_t pid, bool in_time)
{
	int status;

	if (!in_time) {
		child_kill(pid);
		return KILLED_LATE;
	}
	status = child_wait(pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void fault_last_line(const char *program, int code, char *text)
{
	size_t length = text ? strlen(text) : 0;
	char *line;

	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	line = length ? strrchr(text, '\n') : NULL;
	if (length)
		fault("%s: %s", program, line ? line + 1 : text);
	else
		fault("%s ended with code %d", program, code);
}

int subprocess_run(const char *const *argv, const char *folder, unsigned limit_s, char **output)
{
	struct stream stream[STREAMS] = {};
	pid_t pid = start(argv, folder, stream);
	int code;

	if (output)
		*output = NULL;
	if (pid < 0)
		return -1;
	code = end_of(pid, read_all(stream, clock_now_s() + limit_s));
	if (code == KILLED_LATE)
		code = fault("%s did not end within %u s", argv[0], limit_s);
	else if (code < 0)
		fault("%s was killed by a signal", argv[0]);
	else if (code == CHILD_NO_PROGRAM && !stream[1].length)
		code = fault("%s is not installed", argv[0]);
	else if (code)
		fault_last_line(argv[0], code, stream[1].text);
	for (int i = 0; i < STREAMS; i++)
		if (stream[i].fd >= 0)
			close(stream[i].fd);
	free(stream[1].text);
	if (output && code == 0)
		*output = stream[0].text ? stream[0].text : xstrdup("");
	else
		free(stream[0].text);
	return code;
}
