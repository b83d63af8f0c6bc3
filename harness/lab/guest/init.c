// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init - the first process of a lab guest
 *
 * Mounts what the harness reads, finds the channel, lets the kernel settle,
 * runs the harness and powers off. Static and without libraries, because
 * libnuma looks at /sys when it is loaded: it has to be there by then.
 *
 * The host knows by the first and the last line on the console, and by the
 * stage in the channel, how far a guest came.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../layout.h"

#define PCI_DEVICES "/sys/bus/pci/devices"
#define SWAP_DISK   "/dev/nvme0n1"

struct mount_point {
	const char *type, *path;
};

/* In this order. A kernel without one of them only lacks what needs it. */
static const struct mount_point mounts[] = {
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "devtmpfs", "/dev" },
	{ "debugfs", "/sys/kernel/debug" },
	{ "tracefs", "/sys/kernel/tracing" },
	{ "cgroup2", "/sys/fs/cgroup" },
	{ "tmpfs", "/dev/shm" },
	{ "tmpfs", "/tmp" },
	{ "tmpfs", "/run" },
};

static char channel_path[300];

static void say(const char *format, ...)
{
	char line[400];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	dprintf(STDOUT_FILENO, "nodehop-init: %.*s\n", length, line);
}

static _Noreturn void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	reboot(RB_AUTOBOOT); /* no ACPI: QEMU ends at a reset as well */
	for (;;)
		pause();
}

static _Noreturn void give_up(const char *what)
{
	say("%s: %s", what, strerror(errno));
	power_off();
}

static void mount_all(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].path, 0755);
		if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0, NULL) && errno != EBUSY)
			say("cannot mount %s: %s", mounts[i].path, strerror(errno));
	}
}

/* The kernel opens a console for us unless its built-in image has no /dev/console. */
static void open_console(void)
{
	int fd;

	if (fcntl(STDERR_FILENO, F_GETFD) >= 0)
		return;
	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	fd = open("/dev/console", O_RDWR);
	for (int i = STDIN_FILENO; fd >= 0 && i <= STDERR_FILENO; i++)
		dup2(fd, i);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		say("cannot write %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static int file_is(const char *device, const char *name, const char *text)
{
	char path[300], have[16] = "";
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", device, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	if (read(fd, have, sizeof(have) - 1) < 0)
		have[0] = '\0';
	close(fd);
	return !strncmp(have, text, strlen(text));
}

/* The shared memory of QEMU's ivshmem device, found by its PCI id; it needs no driver. */
static void find_channel(void)
{
	DIR *dir = opendir(PCI_DEVICES);
	struct dirent *entry;

	if (!dir)
		give_up("no PCI bus (" PCI_DEVICES ")");
	while ((entry = readdir(dir)) && !channel_path[0])
		if (file_is(entry->d_name, "vendor", "0x1af4") && file_is(entry->d_name, "device", "0x1110"))
			snprintf(channel_path, sizeof(channel_path), PCI_DEVICES "/%s/resource2", entry->d_name);
	closedir(dir);
	errno = ENODEV;
	if (!channel_path[0])
		give_up("no channel among " PCI_DEVICES);
}

static volatile struct channel_header *map_channel(void)
{
	int fd = open(channel_path, O_RDWR);
	void *area;

	if (fd < 0)
		give_up(channel_path);
	area = mmap(NULL, CHANNEL_RECORDS_OFFSET, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (area == MAP_FAILED)
		give_up(channel_path);
	close(fd);
	errno = EINVAL;
	if (memcmp(area, CHANNEL_MAGIC, strlen(CHANNEL_MAGIC)))
		give_up("no job in the channel");
	return area;
}

/* A kernel without nodes would run, and every move be skipped for a reason that is not the true one. */
static void check_nodes(unsigned wanted)
{
	char path[64];
	unsigned seen = 0;

	for (unsigned id = 0; id < wanted; id++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u", id);
		seen += access(path, F_OK) == 0;
	}
	if (seen == wanted)
		return;
	say("%s: the kernel shows %u of %u nodes",
	    access("/sys/devices/system/node", F_OK) ? "no NUMA" : "nodes are missing", seen, wanted);
	power_off();
}

/* A copy in plain memory of the strings that the host wrote; the last pointer of each list is NULL. */
static void read_strings(volatile struct channel_header *header, char **argv, char **env)
{
	static char text[CHANNEL_RECORDS_OFFSET];
	static char channel[sizeof(channel_path) + 32];
	char *next = text;

	memcpy(text, (char *)header + header->strings_offset, header->strings_bytes);
	for (uint32_t i = 0; i < header->argc; i++, next += strlen(next) + 1)
		argv[i] = next;
	for (uint32_t i = 0; i < header->envc; i++, next += strlen(next) + 1)
		env[i] = next;
	snprintf(channel, sizeof(channel), "NODEHOP_CHANNEL=%s", channel_path);
	env[header->envc] = channel;
}

static pid_t start_harness(volatile struct channel_header *header)
{
	char *argv[CHANNEL_STRINGS_MAX + 1] = { NULL }, *env[CHANNEL_STRINGS_MAX + 2] = { NULL };
	pid_t pid;

	errno = E2BIG;
	if (header->argc > CHANNEL_STRINGS_MAX || header->envc > CHANNEL_STRINGS_MAX)
		give_up("the job");
	read_strings(header, argv, env);
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (pid == 0) {
		execve("/bin/nodehop", argv, env);
		say("/bin/nodehop: %s", strerror(errno));
		_exit(127);
	}
	return pid;
}

/* Waits for the harness, and reaps whatever else it leaves to us. */
static int wait_for(pid_t harness)
{
	int status = 0;
	pid_t pid;

	do
		pid = wait(&status);
	while (pid != harness && !(pid < 0 && errno == ECHILD));
	return status;
}

static int has_disk(void)
{
	DIR *dir = opendir(PCI_DEVICES);
	struct dirent *entry;
	int found = 0;

	while (dir && !found && (entry = readdir(dir)))
		found = file_is(entry->d_name, "class", "0x010802"); /* NVMe */
	if (dir)
		closedir(dir);
	return found;
}

/* The disk to swap to, where the topology has one: its driver may take a while to find it. */
static void start_swap(void)
{
	const struct timespec pause = { 0, 20000000 };

	if (!has_disk())
		return;
	for (int tries = 0; tries < 100 && access(SWAP_DISK, F_OK); tries++)
		nanosleep(&pause, NULL);
	if (swapon(SWAP_DISK, 0))
		say("cannot swap to " SWAP_DISK ": %s", strerror(errno));
}

static void settle(unsigned ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

int main(void)
{
	volatile struct channel_header *header;
	int status;

	open_console();
	say("up");
	mount_all();
	write_file("/proc/sys/kernel/perf_event_paranoid", "-1\n");
	find_channel();
	header = map_channel();
	check_nodes(header->nodes);
	header->stage = GUEST_UP;
	start_swap();
	settle(header->settle_ms);
	header->stage = GUEST_STARTED;
	status = wait_for(start_harness(header));
	header->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	header->exit_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	header->stage = GUEST_ENDED;
	say("done");
	power_off();
}
