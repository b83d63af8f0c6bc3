// SPDX-License-Identifier: GPL-2.0-or-later
/* manifest - writes manifest.json last, and checks every file of a folder against it */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/json.h"
#include "record/manifest.h"
#include "record/reclog.h"
#include "record/run_dir.h"
#include "record/tables.h"

/* Without these a folder is no run; summary.csv and what other analysis adds are listed when they are there. */
static const char *const required[] = { "samples.csv", "points.csv", "metrics.csv", "env.json", NULL };

static bool is_csv(const char *name)
{
	return !fnmatch("*.csv", name, 0);
}

/* ---- writing ---------------------------------------------------------------- */

static int list_file(const char *folder, const char *name, json_t *files)
{
	char sha256[FILE_SHA256_TEXT], *path = file_path(folder, name);
	long rows = is_csv(name) ? csv_count(path) : 0;
	int failed = rows < 0 || file_sha256(path, sha256) < 0;
	json_t *entry = failed ? NULL : json_pack("{s:s}", "sha256", sha256);

	if (entry && is_csv(name))
		json_object_set_new(entry, "rows", json_integer(rows));
	if (entry)
		json_object_set_new(files, name, entry);
	free(path);
	return failed ? -1 : 0;
}

static bool is_data(const char *name)
{
	return is_csv(name) || (!fnmatch("*.json", name, 0) && strcmp(name, "manifest.json")) ||
	       !fnmatch("*.xml", name, 0);
}

/* Logs stay with an incomplete run, to resume it. */
static int list_files(const char *folder, bool complete, json_t *files)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int failed = 0;

	if (!dir)
		return fault("%s: cannot read: %s", folder, strerror(errno));
	while (!failed && (entry = readdir(dir)))
		if (is_data(entry->d_name) || (!complete && run_is_log(entry->d_name)))
			failed = list_file(folder, entry->d_name, files);
	closedir(dir);
	for (size_t i = 0; !failed && required[i]; i++)
		if (!json_object_get(files, required[i]))
			failed = fault("%s/%s: missing; a run cannot be closed without it", folder, required[i]);
	return failed;
}

int manifest_write(const char *folder, bool complete)
{
	json_t *files = json_object(), *manifest;
	char created[32];
	time_t now = time(NULL);
	struct tm utc;
	int failed;

	strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	manifest = json_pack("{s:i, s:b, s:s, s:s, s:o}", "schema", RECORD_SCHEMA, "complete", complete, "created_utc",
			     created, "nodehop", NODEHOP_VERSION, "files", files);
	failed = list_files(folder, complete, files) || tables_write_json(folder, "manifest.json", manifest);
	json_decref(manifest);
	return failed ? -1 : 0;
}

/* ---- checking --------------------------------------------------------------- */

/* Why a CSV file is not the one listed: a fault with its line where reading finds one, else by its rows. */
static int explain_csv(const char *path, const json_t *entry)
{
	long listed = json_integer_value(json_object_get(entry, "rows"));
	long rows = csv_count(path);

	if (rows < 0)
		return -1;
	if (rows < listed)
		return fault("%s: cut: %ld rows, the manifest says %ld", path, rows, listed);
	if (rows > listed)
		return fault("%s: rows added or doubled: %ld rows, the manifest says %ld", path, rows, listed);
	return fault("%s: edited: %ld rows as listed, but not the same bytes", path, rows);
}

static int check_file(const char *path, const json_t *entry)
{
	const char *listed = json_string_value(json_object_get(entry, "sha256"));
	char sha256[FILE_SHA256_TEXT];
	struct stat st;

	if (!listed)
		return fault("%s: the manifest lists it without sha256", path);
	if (stat(path, &st) < 0)
		return fault("%s: %s", path, errno == ENOENT ? "missing; the manifest lists it" : strerror(errno));
	if (file_sha256(path, sha256) < 0)
		return -1;
	if (!strcmp(sha256, listed))
		return 0;
	if (!st.st_size)
		return fault("%s: empty; the manifest says otherwise", path);
	return is_csv(path) ? explain_csv(path, entry)
			    : fault("%s: edited or cut: not the bytes that the manifest lists", path);
}

static int check_files(const char *folder, const json_t *files)
{
	const char *name;
	const json_t *entry;
	char *path;
	int failed = 0;

	for (size_t i = 0; required[i]; i++)
		if (!json_object_get(files, required[i]))
			return fault("%s/manifest.json: does not list %s; not a nodehop run", folder, required[i]);
	json_object_foreach ((json_t *)files, name, entry) {
		if (strchr(name, '/'))
			return fault("%s/manifest.json: lists \"%s\", which is not a file of this folder", folder,
				     name);
		path = file_path(folder, name);
		failed = check_file(path, entry);
		free(path);
		if (failed)
			return failed;
	}
	return 0;
}

/* Says what a folder without manifest is, and what to do. */
static void explain_no_manifest(const char *folder)
{
	char *part = run_part_path(folder), *advice;
	bool there = !access(folder, F_OK);

	if (there ? run_dir_is_part(folder) : !access(part, F_OK)) {
		advice = run_part_advice(there ? folder : part);
		fault("%s: not closed; %s", folder, advice);
		free(advice);
	} else if (!there) {
		fault("%s: %s", folder, strerror(ENOENT));
	} else {
		fault("%s: no manifest.json, so this is not a run folder", folder);
	}
	free(part);
}

static int check_head(const char *path, const json_t *manifest)
{
	const json_t *schema = json_object_get(manifest, "schema");

	if (!json_is_integer(schema) || !json_is_object(json_object_get(manifest, "files")) ||
	    !json_is_boolean(json_object_get(manifest, "complete")))
		return fault("%s: no manifest of a nodehop run (schema, complete and files are expected)", path);
	if (json_integer_value(schema) > RECORD_SCHEMA)
		return fault("%s: schema %lld is newer than this nodehop, which reads %d", path,
			     json_integer_value(schema), RECORD_SCHEMA);
	if (json_integer_value(schema) < 1)
		return fault("%s: schema %lld does not exist", path, json_integer_value(schema));
	return 0;
}

json_t *manifest_load(const char *folder)
{
	char *path = file_path(folder, "manifest.json");
	json_t *manifest = NULL;

	if (access(path, F_OK) < 0) {
		explain_no_manifest(folder);
	} else {
		manifest = json_file_read(path);
		if (manifest &&
		    (check_head(path, manifest) < 0 || check_files(folder, json_object_get(manifest, "files")) < 0)) {
			json_decref(manifest);
			manifest = NULL;
		}
	}
	free(path);
	return manifest;
}
