// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * beside - stands in for nodehop in a lab guest: runs it (as /bin/nodehop-itself), and in the same boot, several
 * times, the program that the kernel command line names: beside=migspeed:-p:512:0:1
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES	  5
#define WORDS_MAX 16

/* The exit code, or -1. */
static int run(const char *path, char **argv, char **env)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execve(path, argv, env);
		perror(path);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* The words behind beside=, split at colons; they point into line. */
static int read_program(char *line, size_t size, char **word)
{
	FILE *file = fopen("/proc/cmdline", "r");
	char *next = file && fgets(line, size, file) ? strstr(line, "beside=") : NULL;
	int words = 0;

	if (file)
		fclose(file);
	if (!next)
		return -1;
	next += strlen("beside=");
	next[strcspn(next, " \n")] = '\0';
	while (words < WORDS_MAX - 1 && (word[words] = strsep(&next, ":")))
		words++;
	word[words] = NULL;
	return 0;
}

int main(int argc, char **argv, char **env)
{
	char line[4096], path[256], *word[WORDS_MAX];
	int code = run("/bin/nodehop-itself", argv, env);

	(void)argc;
	if (read_program(line, sizeof(line), word))
		return 2;
	snprintf(path, sizeof(path), "/bin/%s", word[0]);
	for (int i = 0; i < TIMES; i++)
		if (run(path, word, env))
			return 2;
	return code;
}
