// SPDX-License-Identifier: GPL-2.0-or-later
/* places - finds topologies, the guest's image and the like, in the source tree or installed */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/places.h"

/* The folder of the running program, without a final slash. */
static int program_folder(char folder[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);

	if (length < 0)
		return fault("/proc/self/exe: %s; is /proc mounted?", strerror(errno));
	folder[length] = '\0';
	*strrchr(folder, '/') = '\0';
	return 0;
}

char *place_find(const char *in_tree, const char *installed)
{
	const char *places[] = { in_tree, installed };
	char folder[PATH_MAX], path[2 * PATH_MAX], *found;

	if (program_folder(folder) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, places[i]);
		found = realpath(path, NULL);
		if (found)
			return found;
	}
	fault("neither %s/%s nor %s/%s is there; build it (make) or install it (make install)", folder, in_tree, folder,
	      installed);
	return NULL;
}
