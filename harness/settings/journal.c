// SPDX-License-Identifier: GPL-2.0-or-later
/* journal - the changed settings on disk, written whole by rename */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "settings/journal.h"
#include "settings/journal_text.h"

#define FOLDER "/var/lib/nodehop"
#define NAME   "knobs.journal"
#define DRAFT  NAME ".draft"
#define WHOLE  FOLDER "/" NAME

/* ---- the file ---- */

/* Nobody else may have made the folder: who owns it could put any setting into the journal. */
static int check_folder(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return fault(FOLDER ": %s", strerror(errno));
	if ((st.st_uid != geteuid() && st.st_uid) || st.st_mode & (S_IWGRP | S_IWOTH))
		return fault(FOLDER ": other users may write there; only root may (chown root, chmod 755)");
	return 0;
}

static void make_folders(void)
{
	static const char *const folders[] = { "/var", "/var/lib", FOLDER };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = knob_file_below_root(folders[i]);

		mkdir(path, 0755); /* there, most often; if it cannot be made, opening it says so */
		free(path);
	}
}

/* -1 with a fault and errno. */
static int open_folder(void)
{
	char *path = knob_file_below_root(FOLDER);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), error = errno;

	free(path);
	if (fd < 0)
		fault(FOLDER ": cannot open: %s", strerror(error));
	else if (check_folder(fd)) {
		close(fd);
		fd = -1;
		error = EPERM;
	}
	errno = error;
	return fd;
}

/* The journal opened; -1 with a fault and errno. */
static int open_journal(void)
{
	int folder = open_folder(), fd, error;
	struct stat st;

	if (folder < 0)
		return -1;
	fd = openat(folder, NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	error = errno;
	close(folder);
	if (fd < 0)
		fault(WHOLE ": cannot open: %s", strerror(error));
	else if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		fd = fault(WHOLE ": is not a regular file; remove it");
		error = EPERM;
	}
	errno = error;
	return fd;
}

int journal_read(struct changes *list, size_t *earlier)
{
	int fd = open_journal(), result, error;
	struct bytes text;

	*earlier = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	text.data = sysfile_bytes(fd, &text.size);
	error = errno;
	close(fd);
	if (!text.data)
		return fault(WHOLE ": cannot read: %s", strerror(error));
	result = journal_parse(&text, list, earlier);
	free(text.data);
	return result ? fault_at(WHOLE) : 0;
}

/* ---- writing ---- */

static int write_text(int fd, const struct bytes *text)
{
	for (size_t done = 0; done < text->size;) {
		ssize_t put = write(fd, text->data + done, text->size - done);

		if (put < 0)
			return -1;
		done += put;
	}
	return fchmod(fd, 0644) || fdatasync(fd) ? -1 : 0; /* everyone may see what has been changed */
}

/* The draft as a whole, on disk. */
static int write_draft(int folder, const struct changes *list)
{
	struct bytes text = journal_print(list);
	int fd, failed;

	unlinkat(folder, DRAFT, 0);
	fd = openat(folder, DRAFT, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	failed = fd < 0 || write_text(fd, &text);
	if (failed)
		fault(WHOLE ": cannot be written: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	free(text.data);
	return failed ? -1 : 0;
}

static int remove_journal(int folder)
{
	return unlinkat(folder, NAME, 0) && errno != ENOENT ? fault(WHOLE ": cannot be removed: %s", strerror(errno))
							    : 0;
}

static int replace_journal(int folder, const struct changes *list)
{
	if (write_draft(folder, list))
		return -1;
	return renameat(folder, DRAFT, folder, NAME) ? fault(WHOLE ": cannot be replaced: %s", strerror(errno)) : 0;
}

int journal_write(const struct changes *list)
{
	int folder, result;

	make_folders();
	folder = open_folder();
	if (folder < 0)
		return -1;
	result = list->n ? replace_journal(folder, list) : remove_journal(folder);
	close(folder);
	return result;
}

int journal_try(void)
{
	const struct changes none = {};
	int folder, result;

	make_folders();
	folder = open_folder();
	if (folder < 0)
		return -1;
	result = write_draft(folder, &none);
	unlinkat(folder, DRAFT, 0);
	close(folder);
	return result;
}
