// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/lock.h"

static int open_lock(const char **path)
{
	static const char *const paths[] = { "/run/lock/nodehop.lock", "/tmp/nodehop.lock" };
	int fd = -1;

	mkdir("/run/lock", 01777);
	for (int i = 0; i < 2 && fd < 0; i++) {
		*path = paths[i];
		/* another user's file cannot be created again (fs.protected_regular), but opened */
		fd = open(paths[i], O_RDWR | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			fd = open(paths[i], O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		if (fd >= 0)
			fchmod(fd, 0666);
	}
	return fd;
}

int lock_machine(void)
{
	char holder[32] = "";
	const char *path;
	int fd = open_lock(&path);

	if (fd < 0)
		return fault("%s: cannot open the lock: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		if (sysfile_read(holder, sizeof(holder), "%s", path) <= 0)
			strcpy(holder, "unknown");
		close(fd);
		return fault("another nodehop is measuring on this machine (pid %s); wait for it or end it", holder);
	}
	if (!ftruncate(fd, 0))
		dprintf(fd, "%d\n", getpid());
	return 0;
}
