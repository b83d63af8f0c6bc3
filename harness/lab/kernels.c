// SPDX-License-Identifier: GPL-2.0-or-later
/* kernels - finds the kernel that was asked for: one of Debian's or a file */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/file.h"
#include "base/inifile.h"
#include "base/places.h"
#include "lab/bzimage.h"
#include "lab/kernel_cache.h"
#include "lab/kernels.h"

#define ALIASES_MAX 16

/* A section of kernels.ini. */
struct pin {
	char alias[32], meta[120];
	struct debian_package package;
};

struct pins {
	struct pin pin[ALIASES_MAX];
	int count;
};

/* ---- kernels.ini ------------------------------------------------------------ */

static struct pin *pin_of(struct pins *pins, const char *alias)
{
	for (int i = 0; i < pins->count; i++)
		if (!strcmp(pins->pin[i].alias, alias))
			return &pins->pin[i];
	return NULL;
}

static int take_line(const struct inifile_line *line, void *context)
{
	struct pins *pins = context;
	struct pin *pin = pin_of(pins, line->section);

	if (!pin && pins->count == ALIASES_MAX)
		return fault("more than %d kernels", ALIASES_MAX);
	if (!pin) {
		pin = &pins->pin[pins->count++];
		snprintf(pin->alias, sizeof(pin->alias), "%s", line->section);
	}
	if (!strcmp(line->key, "meta"))
		return snprintf(pin->meta, sizeof(pin->meta), "%s", line->value) < 0;
	if (!strcmp(line->key, "package"))
		return snprintf(pin->package.name, sizeof(pin->package.name), "%s", line->value) < 0;
	if (!strcmp(line->key, "version"))
		return snprintf(pin->package.version, sizeof(pin->package.version), "%s", line->value) < 0;
	if (!strcmp(line->key, "sha256"))
		return snprintf(pin->package.sha256, sizeof(pin->package.sha256), "%s", line->value) < 0;
	return fault("\"%s\" is not a key of a kernel; it has meta, package, version, sha256", line->key);
}

static int unknown_alias(const struct pins *pins, const char *alias)
{
	char names[200] = "";
	size_t used = 0;

	for (int i = 0; i < pins->count && used < sizeof(names); i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "", pins->pin[i].alias);
	return fault("no kernel \"%s\"; there are %s, or give the path of a bzImage, like ./bzImage", alias, names);
}

static int read_pin(const char *alias, struct pin *pin)
{
	char *path = place_find("../harness/lab/kernels.ini", "../share/nodehop/kernels.ini");
	struct pins pins = {};
	int failed;

	if (!path)
		return -1;
	failed = inifile_read(path, NULL, take_line, &pins, NULL);
	free(path);
	if (failed)
		return -1;
	if (!pin_of(&pins, alias))
		return unknown_alias(&pins, alias);
	*pin = *pin_of(&pins, alias);
	return 0;
}

/* ---- when the pinned version is not available ---------------------------------------- */

static void note_instead(const struct pin *pin, struct kernel *kernel)
{
	snprintf(
		kernel->note, sizeof(kernel->note),
		"kernel %s: its pinned %s %s is not available any more; using %s, to be compared only with runs of the "
		"same",
		pin->alias, pin->package.name, pin->package.version, kernel->identity);
}

static int from_meta(const char *cache, const struct pin *pin, struct kernel *kernel)
{
	struct debian_package package;

	if (debian_kernel_of(pin->meta, cache, &package) < 0)
		return -1;
	if (kernel_cache_get(cache, &package, kernel) < 0 && kernel_cache_fetch(cache, &package, kernel) < 0)
		return -1;
	kernel_cache_remember(cache, &pin->package, &package);
	return 0;
}

static int fetch(const char *cache, const struct pin *pin, struct kernel *kernel)
{
	int failed = kernel_cache_fetch(cache, &pin->package, kernel);
	char why[400];

	if (!failed || failed == DEBIAN_ALTERED)
		return failed;
	snprintf(why, sizeof(why), "%s", fault_text());
	if (from_meta(cache, pin, kernel) < 0)
		return fault(
			"kernel %s is neither in %s nor available (%s); run again with network access, or give a bzImage: "
			"--kernel PATH",
			pin->alias, cache, why);
	note_instead(pin, kernel);
	return 0;
}

static int find_alias(const char *alias, struct kernel *kernel)
{
	struct pin pin;
	char *cache;
	int failed = 0;

	if (read_pin(alias, &pin) < 0)
		return -1;
	cache = kernel_cache_folder();
	if (!cache)
		return -1;
	snprintf(kernel->label, sizeof(kernel->label), "%s", alias);
	if (kernel_cache_get(cache, &pin.package, kernel) < 0) {
		if (!kernel_cache_remembered(cache, &pin.package, kernel))
			note_instead(&pin, kernel);
		else
			failed = fetch(cache, &pin, kernel);
	}
	free(cache);
	return failed ? -1 : 0;
}

static int use_file(const char *path, struct kernel *kernel)
{
	char sum[FILE_SHA256_TEXT];
	const char *base = strrchr(path, '/');

	if (bzimage_check(path) < 0 || file_sha256(path, sum) < 0)
		return -1;
	kernel->path = realpath(path, NULL);
	snprintf(kernel->label, sizeof(kernel->label), "%s", base ? base + 1 : path);
	snprintf(kernel->identity, sizeof(kernel->identity), "sha256:%s", sum);
	return kernel->path ? 0 : fault("%s: %s", path, strerror(errno));
}

int kernel_find(const char *alias_or_path, struct kernel *kernel)
{
	*kernel = (struct kernel){};
	if (strchr(alias_or_path, '/'))
		return use_file(alias_or_path, kernel);
	return find_alias(alias_or_path, kernel);
}

void kernel_free(struct kernel *kernel)
{
	free(kernel->path);
	*kernel = (struct kernel){};
}
