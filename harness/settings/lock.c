// SPDX-License-Identifier: GPL-2.0-or-later
/* lock - one measuring instance a machine, be it root's or an ordinary user's */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "base/fault.h"
#include "settings/lock.h"

/* Some may not create one in the first place, others have a /tmp of their own: each takes all that it can have. */
static const char *const places[] = { "/run/lock/nodehop.lock", "/tmp/nodehop.lock" };

#define PLACES (sizeof(places) / sizeof(places[0]))

/* An existing file is not created again: fs.protected_regular forbids that to root too. */
static int open_or_create(const char *path)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, fd = -1;

	errno = ENOENT;
	for (int tries = 0; fd < 0 && (errno == ENOENT || errno == EEXIST) && tries < 3; tries++) {
		fd = open(path, flags);
		if (fd < 0 && errno == ENOENT)
			fd = open(path, flags | O_CREAT | O_EXCL, 0644);
	}
	return fd;
}

/* The place's lock file; -1 where there can be none, -2 with a fault where something else stands. */
static int open_place(const char *path)
{
	int fd = open_or_create(path);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return fault("%s: is a symbolic link, where the lock should be; remove it", path) - 1;
	if (fd < 0 && errno == ENXIO)
		return fault("%s: is not a regular file, where the lock should be; remove it", path) - 1;
	if (fd < 0)
		return fault("%s: cannot open the lock: %s", path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return fault("%s: is not a regular file, where the lock should be; remove it", path) - 1;
	}
	if (st.st_uid == geteuid() && (st.st_mode & 07777) != 0644)
		fchmod(fd, 0644); /* whatever the umask: others must be able to wait for us, and to do no more */
	return fd;
}

/* The process that the kernel's list of locks names for the file; 0 when it names none. */
static int holder_of(int fd)
{
	FILE *list = fopen("/proc/locks", "re");
	unsigned major, minor;
	unsigned long inode;
	char line[256];
	int pid, holder = 0;
	struct stat st;

	while (list && !fstat(fd, &st) && !holder && fgets(line, sizeof(line), list))
		if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%lu", &pid, &major, &minor, &inode) == 4 &&
		    inode == st.st_ino && makedev(major, minor) == st.st_dev)
			holder = pid;
	if (list)
		fclose(list);
	return holder;
}

static int name_holder(int fd)
{
	int pid = holder_of(fd);

	if (pid)
		return fault("another nodehop is measuring on this machine (pid %d); wait for it or end it", pid);
	return fault("another nodehop is measuring on this machine; wait for it or end it");
}

/* Takes one place: its descriptor, -1 where there is none, -2 with a fault. */
static int take(const char *path)
{
	int fd = open_place(path);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		name_holder(fd);
		close(fd);
		return -2;
	}
	return fd;
}

static void give_back(const int fd[PLACES])
{
	for (size_t i = 0; i < PLACES; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

static int take_all(int fd[PLACES])
{
	size_t taken = 0;

	for (size_t i = 0; i < PLACES; i++)
		fd[i] = -1;
	for (size_t i = 0; i < PLACES; i++) {
		fd[i] = take(places[i]);
		taken += fd[i] >= 0;
		if (fd[i] == -2)
			break;
	}
	if (taken && fd[0] != -2 && fd[PLACES - 1] != -2)
		return 0;
	give_back(fd);
	return -1;
}

int lock_machine(void)
{
	int fd[PLACES];

	return take_all(fd); /* they stay open: the lock goes with the last process that has them */
}

bool lock_is_taken(void)
{
	int fd[PLACES];

	if (take_all(fd))
		return true;
	give_back(fd);
	return false;
}
