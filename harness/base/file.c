// SPDX-License-Identifier: GPL-2.0-or-later
/* file - drafts, copies, folders and mapped files; no file's content */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"

char *file_path(const char *folder, const char *name)
{
	return text_append(NULL, "%s/%s", folder, name);
}

int file_draft_open(struct file_draft *draft, const char *path)
{
	draft->path = xstrdup(path);
	draft->temporary = text_append(NULL, "%s.draft", path);
	draft->file = fopen(draft->temporary, "we");
	if (draft->file)
		return 0;
	fault("%s: cannot create: %s", path, strerror(errno));
	free(draft->path);
	free(draft->temporary);
	return -1;
}

static void draft_free(struct file_draft *draft)
{
	free(draft->path);
	free(draft->temporary);
	*draft = (struct file_draft){};
}

int file_draft_close(struct file_draft *draft)
{
	/* flushed first: it tries again what could not be written before, and then knows why */
	bool failed = fflush(draft->file) || ferror(draft->file) || fsync(fileno(draft->file));
	int error = errno;

	if (fclose(draft->file) && !failed) {
		failed = true;
		error = errno;
	}
	if (!failed && rename(draft->temporary, draft->path) < 0) {
		failed = true;
		error = errno;
	}
	if (failed) {
		unlink(draft->temporary);
		fault("%s: cannot write: %s", draft->path, strerror(error));
	}
	draft_free(draft);
	return failed ? -1 : 0;
}

void file_draft_abandon(struct file_draft *draft)
{
	fclose(draft->file);
	unlink(draft->temporary);
	draft_free(draft);
}

int file_write_text(const char *path, const char *text)
{
	struct file_draft draft;

	if (file_draft_open(&draft, path) < 0)
		return -1;
	fputs(text, draft.file);
	return file_draft_close(&draft);
}

static int map_open(struct file_map *map, int fd, const char *path)
{
	struct stat st;
	void *bytes;

	*map = (struct file_map){ .bytes = "" };
	if (fstat(fd, &st) < 0)
		return fault("%s: cannot read: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault("%s: not a file", path);
	if (!st.st_size)
		return 0;
	bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return fault("%s: cannot read: %s", path, strerror(errno));
	madvise(bytes, st.st_size, MADV_SEQUENTIAL);
	*map = (struct file_map){ bytes, st.st_size };
	return 0;
}

int file_map(struct file_map *map, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		return fault("%s: cannot open: %s", path, strerror(errno));
	result = map_open(map, fd, path);
	close(fd);
	return result;
}

void file_unmap(struct file_map *map)
{
	if (map->size)
		munmap((void *)map->bytes, map->size);
	*map = (struct file_map){};
}

int file_copy(const char *from, const char *to)
{
	struct file_draft draft;
	struct file_map map;
	int failed;

	if (file_map(&map, from) < 0)
		return -1;
	failed = file_draft_open(&draft, to);
	if (!failed) {
		fwrite(map.bytes, 1, map.size, draft.file);
		failed = file_draft_close(&draft);
	}
	file_unmap(&map);
	return failed;
}

int file_sha256(const char *path, char hex[FILE_SHA256_TEXT])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;
	struct file_map map;

	if (file_map(&map, path) < 0)
		return -1;
	sha256_init(&context);
	sha256_update(&context, map.size, (const uint8_t *)map.bytes);
	sha256_digest(&context, sizeof(digest), digest);
	file_unmap(&map);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return 0;
}

static int make_folder(const char *path)
{
	return mkdir(path, 0777) < 0 && errno != EEXIST ? fault("%s: cannot create: %s", path, strerror(errno)) : 0;
}

int file_make_parents(const char *path)
{
	char *copy = xstrdup(path), *slash = copy;
	int failed = 0;

	while (!failed && (slash = strchr(slash + 1, '/'))) {
		*slash = 0;
		failed = make_folder(copy);
		*slash = '/';
	}
	free(copy);
	return failed;
}

int file_make_folders(const char *path)
{
	return file_make_parents(path) < 0 ? -1 : make_folder(path);
}

int file_claim_folder(const char *path)
{
	int fd, error;

	if (file_make_folders(path) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		return 0; /* stays open: the claim ends with us */
	error = errno;
	if (fd >= 0)
		close(fd);
	return error == EWOULDBLOCK
		       ? fault("%s: another nodehop is writing into it; give this one a folder of its own", path)
		       : fault("%s: cannot be claimed: %s", path, strerror(error));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

int file_remove_folder(const char *dir)
{
	if (nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0)
		return 0;
	return fault("%s: cannot remove: %s", dir, strerror(errno));
}

void file_remove_matching(const char *folder, const char *pattern)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!fnmatch(pattern, entry->d_name, 0))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

int file_sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd) < 0;
	int error = errno;

	if (fd >= 0)
		close(fd);
	return failed ? fault("%s: cannot flush to disk: %s", path, strerror(error)) : 0;
}
