// SPDX-License-Identifier: GPL-2.0-or-later
/* kernels - finds the kernel that was asked for: one of Debian's or a file */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/file.h"
#include "base/places.h"
#include "lab/bzimage.h"
#include "lab/kernel_cache.h"
#include "lab/kernel_pins.h"
#include "lab/kernels.h"

static int read_pin(const char *alias, struct kernel_pin *pin)
{
	char *path = place_find("../harness/lab/kernels.ini", "../share/nodehop/kernels.ini");
	int failed = path ? kernel_pin_find(path, alias, pin) : -1;

	free(path);
	return failed;
}

/* ---- when the pinned version is not available ---------------------------------------- */

static void note_instead(const struct kernel_pin *pin, struct kernel *kernel)
{
	snprintf(
		kernel->note, sizeof(kernel->note),
		"kernel %s: its pinned %s %s is not available any more; using %s, to be compared only with runs of the "
		"same",
		pin->alias, pin->package.name, pin->package.version, kernel->identity);
}

static int from_meta(const char *cache, const struct kernel_pin *pin, struct kernel *kernel)
{
	struct debian_package package;

	if (debian_kernel_of(pin->meta, cache, &package) < 0)
		return -1;
	if (kernel_cache_get(cache, &package, kernel) < 0 && kernel_cache_fetch(cache, &package, kernel) < 0)
		return -1;
	kernel_cache_remember(cache, &pin->package, &package);
	return 0;
}

static int fetch(const char *cache, const struct kernel_pin *pin, struct kernel *kernel)
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
	struct kernel_pin pin;
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
