// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel_cache - kernels that were fetched once
 *
 *   kernels/PACKAGE_VERSION/bzImage   with its sum beside it
 *   kernels/PACKAGE_VERSION.instead   link to what is used where that version is not available
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/text.h"
#include "lab/bzimage.h"
#include "lab/kernel_cache.h"

#define IMAGE "bzImage"
#define SUM   "sha256"

static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	if (mkdir(path, 0755) && errno != EEXIST)
		return fault("%s: cannot create: %s; set XDG_CACHE_HOME to a folder that can be written", path,
			     strerror(errno));
	return 0;
}

char *kernel_cache_folder(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *path;

	if (cache && *cache)
		path = text_append(NULL, "%s/nodehop/kernels", cache);
	else
		path = text_append(NULL, "%s/.cache/nodehop/kernels", home && *home ? home : "/root");
	if (!make_folders(path))
		return path;
	free(path);
	return NULL;
}

static char *package_path(const char *cache, const struct debian_package *package, const char *suffix)
{
	char name[sizeof(package->name) + sizeof(package->version) + 16];

	snprintf(name, sizeof(name), "%s_%s%s", package->name, package->version, suffix);
	return file_path(cache, name);
}

static char *package_folder(const char *cache, const struct debian_package *package)
{
	return package_path(cache, package, "");
}

/* Whether the folder holds an image that is what it was when it was put there. */
static bool folder_is_intact(const char *folder)
{
	char *image = file_path(folder, IMAGE), *sum = file_path(folder, SUM);
	char have[FILE_SHA256_TEXT];
	struct file_map map;
	bool intact = false;

	if (!access(image, R_OK) && !file_map(&map, sum)) {
		intact = map.size >= sizeof(have) - 1 && !file_sha256(image, have) &&
			 !memcmp(map.bytes, have, sizeof(have) - 1);
		file_unmap(&map);
	}
	free(image);
	free(sum);
	return intact;
}

static void kernel_from(const char *folder, const struct debian_package *package, struct kernel *kernel)
{
	kernel->path = file_path(folder, IMAGE);
	snprintf(kernel->identity, sizeof(kernel->identity), "%s %s", package->name, package->version);
}

int kernel_cache_get(const char *cache, const struct debian_package *package, struct kernel *kernel)
{
	char *folder = package_folder(cache, package);
	bool intact = folder_is_intact(folder);

	if (intact)
		kernel_from(folder, package, kernel);
	free(folder);
	return intact ? 0 : -1;
}

/* The sum in sha256sum's own format, so that it can be checked by hand. */
static int write_sum(const char *folder, const char *image)
{
	char sum[FILE_SHA256_TEXT], line[FILE_SHA256_TEXT + 16], *path;
	int failed = file_sha256(image, sum);

	if (failed)
		return -1;
	snprintf(line, sizeof(line), "%s  " IMAGE "\n", sum);
	path = file_path(folder, SUM);
	failed = file_write_text(path, line);
	free(path);
	return failed;
}

static int fill_folder(const char *cache, const struct debian_package *package, const char *folder)
{
	char *image = file_path(folder, IMAGE);
	int failed = debian_fetch_kernel(package, cache, image);

	if (!failed)
		failed = bzimage_check(image) < 0 ? -1 : write_sum(folder, image);
	free(image);
	return failed;
}

static void remove_folder(const char *folder)
{
	char *image = file_path(folder, IMAGE), *sum = file_path(folder, SUM);

	unlink(image);
	unlink(sum);
	rmdir(folder);
	free(image);
	free(sum);
}

/* Into a folder of another name first: another nodehop may fetch the same, and either may be killed. */
int kernel_cache_fetch(const char *cache, const struct debian_package *package, struct kernel *kernel)
{
	char *folder = package_folder(cache, package), *part = file_path(cache, "part-XXXXXX");
	int failed;

	fprintf(stderr, "nodehop: fetching kernel %s %s into %s\n", package->name, package->version, cache);
	failed = mkdtemp(part) ? fill_folder(cache, package, part) : fault("%s: %s", part, strerror(errno));
	if (!failed && !folder_is_intact(folder)) {
		remove_folder(folder);
		if (rename(part, folder) && !folder_is_intact(folder))
			failed = fault("%s: cannot rename: %s", folder, strerror(errno));
	}
	if (!failed)
		kernel_from(folder, package, kernel);
	remove_folder(part);
	free(part);
	free(folder);
	return failed;
}

void kernel_cache_remember(const char *cache, const struct debian_package *lost, const struct debian_package *instead)
{
	char *link = package_path(cache, lost, ".instead"), *folder = package_folder(cache, instead);

	unlink(link);
	if (symlink(strrchr(folder, '/') + 1, link))
		fprintf(stderr, "nodehop: %s: cannot remember the kernel: %s\n", link, strerror(errno));
	free(folder);
	free(link);
}

/* PACKAGE_VERSION: Debian's names have no underscore. */
static bool split(char *target, struct debian_package *package)
{
	char *version = strchr(target, '_');

	*package = (struct debian_package){};
	if (!version || version - target >= (long)sizeof(package->name) || strlen(version) > sizeof(package->version))
		return false;
	memcpy(package->name, target, version - target);
	strcpy(package->version, version + 1);
	return true;
}

int kernel_cache_remembered(const char *cache, const struct debian_package *lost, struct kernel *kernel)
{
	char *link = package_path(cache, lost, ".instead"), target[240] = "";
	struct debian_package package;
	int failed = -1;

	if (readlink(link, target, sizeof(target) - 1) > 0 && split(target, &package))
		failed = kernel_cache_get(cache, &package, kernel);
	free(link);
	return failed;
}
