// SPDX-License-Identifier: GPL-2.0-or-later
/* debian - fetches a kernel from Debian's archive, verifies and unpacks it */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/subprocess.h"
#include "lab/debian.h"

#define QUERY_LIMIT_S	 30
#define UPDATE_LIMIT_S	 90
#define DOWNLOAD_LIMIT_S 300
#define UNPACK_LIMIT_S	 60
#define ARGS_MAX	 16

static bool own_lists; /* apt's were not enough; ours are there */
static bool offline;   /* ours could not be fetched */

/* Runs an apt tool on its own lists or on ours. */
static int apt(const char *cache, const char *const *words, const char *folder, unsigned limit_s, char **output)
{
	static const char *const patient[] = { "-oAcquire::Retries=1", "-oAcquire::http::Timeout=10",
					       "-oAcquire::https::Timeout=10", "-oAPT::Sandbox::User=root", NULL };
	const char *argv[ARGS_MAX + 8] = { words[0] };
	char lists[500], packages[500];
	int n = 1;

	for (int i = 0; patient[i]; i++)
		argv[n++] = patient[i];
	if (own_lists) {
		snprintf(lists, sizeof(lists), "-oDir::State::lists=%s/apt/lists", cache);
		snprintf(packages, sizeof(packages), "-oDir::Cache=%s/apt", cache);
		argv[n++] = lists;
		argv[n++] = packages;
	}
	for (int i = 1; words[i]; i++)
		argv[n++] = words[i];
	argv[n] = NULL;
	return subprocess_run(argv, folder, limit_s, output);
}

static int is_list(const struct dirent *entry)
{
	return strstr(entry->d_name, "_Packages") != NULL;
}

/* Without a network apt-get update only warns; what counts is whether it brought a list. */
static bool has_lists(const char *cache)
{
	char *folder = file_path(cache, "apt/lists");
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, is_list, NULL);

	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	free(folder);
	return n > 0;
}

/* Fetches our own copy of the package lists; once, whether it works or not. False when it is no help. */
static bool refresh_lists(const char *cache)
{
	const char *const update[] = { "apt-get", "-qq", "-oAcquire::Languages=none", "update", NULL };
	const char *const parts[] = { "apt", "apt/lists", "apt/lists/partial" };
	char *folder;

	if (own_lists || offline)
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		folder = file_path(cache, parts[i]);
		mkdir(folder, 0755);
		free(folder);
	}
	own_lists = true;
	apt(cache, update, NULL, UPDATE_LIMIT_S, NULL);
	own_lists = has_lists(cache);
	offline = !own_lists;
	return own_lists;
}

/* The value of "FIELD: " in apt-cache's answer, up to the end of its line. False when it is not there. */
static bool field(const char *text, const char *name, char *value, size_t size)
{
	size_t length = strlen(name), end;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) || strncmp(line + length, ": ", 2))
			continue;
		line += length + 2;
		end = strcspn(line, "\n");
		snprintf(value, size, "%.*s", (int)end, line);
		return end < size;
	}
	return false;
}

static int show(const char *what, const char *cache, char **text)
{
	const char *const words[] = { "apt-cache", "--no-all-versions", "show", what, NULL };

	return apt(cache, words, NULL, QUERY_LIMIT_S, text) ? -1 : 0;
}

/* "Depends: linux-image-6.12.117+deb12-cloud-amd64 (= 6.12.117-1), ..." */
static int query_meta(const char *meta, const char *cache, struct debian_package *package)
{
	char depends[400], *text;
	int failed;

	if (show(meta, cache, &text) < 0)
		return fault("apt knows no package %s", meta);
	failed = !field(text, "Depends", depends, sizeof(depends)) ||
		 !field(text, "Version", package->version, sizeof(package->version)) ||
		 strncmp(depends, "linux-image-", strlen("linux-image-"));
	free(text);
	if (failed)
		return fault("package %s names no kernel", meta);
	snprintf(package->name, sizeof(package->name), "%.*s", (int)strcspn(depends, " ,"), depends);
	return 0;
}

int debian_kernel_of(const char *meta, const char *cache, struct debian_package *package)
{
	char *text;
	int failed;

	*package = (struct debian_package){};
	if (query_meta(meta, cache, package) < 0 && (!refresh_lists(cache) || query_meta(meta, cache, package) < 0))
		return -1;
	if (show(package->name, cache, &text) < 0)
		return fault("apt knows no package %s", package->name);
	failed = !field(text, "Version", package->version, sizeof(package->version)) ||
		 !field(text, "SHA256", package->sha256, sizeof(package->sha256));
	free(text);
	return failed ? fault("apt gives no version and sum for %s", package->name) : 0;
}

static int is_package(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && !strcmp(entry->d_name + length - 4, ".deb");
}

/* The one .deb in the folder; free() it. NULL with a fault. */
static char *downloaded(const char *folder)
{
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, is_package, NULL);
	char *path = n == 1 ? file_path(folder, entry[0]->d_name) : NULL;

	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	if (!path)
		fault("apt-get download left no package in %s", folder);
	return path;
}

/* One try with the lists as they are. */
static int download(const struct debian_package *package, const char *cache, const char *folder)
{
	char exact[220], *text;
	const char *const words[] = { "apt-get", "-qq", "download", exact, NULL };

	if (offline)
		return fault("no network");
	snprintf(exact, sizeof(exact), "%s=%s", package->name, package->version);
	if (show(exact, cache, &text) < 0)
		return fault("apt knows no %s %s", package->name, package->version);
	free(text);
	return apt(cache, words, folder, DOWNLOAD_LIMIT_S, NULL) ? -1 : 0;
}

static int verify(const struct debian_package *package, const char *path)
{
	char have[FILE_SHA256_TEXT];

	if (file_sha256(path, have) < 0)
		return -1;
	if (!strcmp(have, package->sha256))
		return 0;
	fault("%s %s has sha256 %s instead of %s; it is not used", package->name, package->version, have,
	      package->sha256);
	return DEBIAN_ALTERED;
}

static int unpack(const char *package, const char *image)
{
	static const char script[] =
		"set -o pipefail; dpkg-deb --fsys-tarfile \"$1\" | tar -xO --wildcards './boot/vmlinuz*' >\"$2\"";
	const char *const words[] = { "bash", "-c", script, "unpack", package, image, NULL };

	if (subprocess_run(words, NULL, UNPACK_LIMIT_S, NULL))
		return fault_at("cannot unpack %s", package);
	return 0;
}

static int fetch_into(const struct debian_package *package, const char *cache, const char *folder, const char *image)
{
	char *path;
	int failed;

	/* A package that apt's lists name and the archive has dropped: newer lists may know a newer place. */
	if (download(package, cache, folder) < 0 && (!refresh_lists(cache) || download(package, cache, folder) < 0))
		return -1;
	path = downloaded(folder);
	if (!path)
		return -1;
	failed = verify(package, path);
	if (!failed)
		failed = unpack(path, image);
	unlink(path);
	free(path);
	return failed;
}

int debian_fetch_kernel(const struct debian_package *package, const char *cache, const char *image)
{
	char *folder = file_path(cache, "fetch-XXXXXX");
	int failed;

	if (mkdtemp(folder))
		failed = fetch_into(package, cache, folder, image);
	else
		failed = fault("%s: cannot create: %s", folder, strerror(errno));
	rmdir(folder);
	free(folder);
	return failed;
}
