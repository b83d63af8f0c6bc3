// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * killer - stands in for nodehop in a lab guest: has the real one (/bin/nodehop-test) hold each setting of balancing and
 * tiers at another value, kills it and its children with SIGKILL, starts it again, and says whether the setting is as
 * before: "kept NAME", "lost NAME: BEFORE AFTER", or "none NAME" when it never changed
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BALANCING "/sys/kernel/debug/sched/numa_balancing/"

static const struct {
	const char *name, *path;
} settings[] = {
	{ "numa_balancing", "/proc/sys/kernel/numa_balancing" },
	{ "scan_delay_ms", BALANCING "scan_delay_ms" },
	{ "scan_period_min_ms", BALANCING "scan_period_min_ms" },
	{ "scan_period_max_ms", BALANCING "scan_period_max_ms" },
	{ "scan_size_mb", BALANCING "scan_size_mb" },
	{ "hot_threshold_ms", BALANCING "hot_threshold_ms" },
	{ "promote_rate_limit", "/proc/sys/kernel/numa_balancing_promote_rate_limit_MBps" },
	{ "demotion", "/sys/kernel/mm/numa/demotion_enabled" },
	{ "memory_controller", "/sys/fs/cgroup/cgroup.subtree_control" },
	{ "cgroup", "/sys/fs/cgroup/nodehop" },
	{ "thp", "/sys/kernel/mm/transparent_hugepage/enabled" },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static void look(const char *path, char *text, size_t size)
{
	struct stat st;
	int fd, length;

	snprintf(text, size, "absent");
	if (stat(path, &st))
		return;
	snprintf(text, size, "present");
	if (S_ISDIR(st.st_mode))
		return;
	fd = open(path, O_RDONLY);
	length = fd < 0 ? -1 : (int)read(fd, text, size - 1);
	text[length < 0 ? 0 : length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	close(fd);
}

/* Starts the real one in a process group of its own, quiet, and not as a guest's program. */
static pid_t start(const char *benchmark, const char *axis, const char *out)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setpgid(0, 0);
	unsetenv("NODEHOP_CHANNEL");
	dup2(open("/dev/null", O_RDWR), STDOUT_FILENO);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	execl("/bin/nodehop-test", "nodehop", "run", "--out", out, benchmark, axis, NULL);
	_exit(127);
}

/* Until the setting differs from `before`, the program has ended, or a minute is over. */
static void await_change(size_t i, const char *before, pid_t pid, char *now, size_t size)
{
	for (int ms = 0; ms < 60000; ms += 20) {
		look(settings[i].path, now, size);
		if (strcmp(now, before) || waitpid(pid, NULL, WNOHANG))
			return;
		usleep(20000);
	}
}

/* Until it is let: what was killed may hold the lock a moment longer. */
static void start_again(size_t i)
{
	char out[32];
	int status = 1;

	for (int tries = 0; status && tries < 50; tries++) {
		snprintf(out, sizeof(out), "/tmp/%zu-again-%d", i, tries);
		waitpid(start("null", NULL, out), &status, 0);
		usleep(100000);
	}
}

static void try(size_t i)
{
	char before[256], now[256], axis[64], out[32];
	pid_t pid;

	look(settings[i].path, before, sizeof(before));
	snprintf(axis, sizeof(axis), "knob=%s", settings[i].name);
	snprintf(out, sizeof(out), "/tmp/%zu", i);
	pid = start("test_knob_holder", axis, out);
	await_change(i, before, pid, now, sizeof(now));
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!strcmp(now, before)) {
		printf("none %s\n", settings[i].name);
		return;
	}
	start_again(i);
	look(settings[i].path, now, sizeof(now));
	if (strcmp(now, before))
		printf("lost %s: %s %s\n", settings[i].name, before, now);
	else
		printf("kept %s\n", settings[i].name);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; i < SETTINGS; i++)
		try(i);
	return 0;
}
