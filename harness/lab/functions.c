// SPDX-License-Identifier: GPL-2.0-or-later
/* functions - what a counted boot needs to tell which functions its instructions are in; what it tells is calltree.h's */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/places.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "functions/similar.h"
#include "lab/functions.h"
#include "lab/qemu.h"
#include "lab/symbols.h"

#define PROVEN_WITH    "7.2."
#define PROBE_LIMIT_S  10
#define PROGRAM_SUFFIX ".symbols"

/* The plugin leans on two functions beside QEMU's API; both mean what they mean in this version. */
static int check_version(void)
{
	const char *version = qemu_version();

	if (!version)
		return -1;
	if (!strncmp(version, PROVEN_WITH, strlen(PROVEN_WITH)))
		return 0;
	return fault("functions are counted with QEMU " PROVEN_WITH "x, and this is %s", version);
}

/* A comma in a value of QEMU's is written twice. */
static char *doubled(const char *path)
{
	char *text = xmalloc(2 * strlen(path) + 1), *to = text;

	for (; *path; path++) {
		if (*path == ',')
			*to++ = ',';
		*to++ = *path;
	}
	*to = '\0';
	return text;
}

static int try_plugin(const char *plugin)
{
	char *path = doubled(plugin), *argument = text_append(NULL, "%s,probe=on", path);
	int failed;

	failed = subprocess_run((const char *const[]){ QEMU, "-M", "none", "-nodefaults", "-display", "none", "-plugin",
						       argument, NULL },
				NULL, PROBE_LIMIT_S, NULL);
	free(argument);
	free(path);
	return failed ? -1 : 0;
}

int functions_find(struct functions *f, const char *bzimage, const char *image)
{
	*f = (struct functions){};
	if (check_version() < 0)
		return -1;
	f->plugin = place_find("lab/functions.so", "../lib/nodehop/functions.so");
	if (!f->plugin || try_plugin(f->plugin) < 0)
		return -1;
	f->kernel = symbols_of_kernel(bzimage);
	if (!f->kernel)
		return -1;
	f->program = text_append(NULL, "%s" PROGRAM_SUFFIX, image);
	return 0;
}

void functions_free(struct functions *f)
{
	free(f->plugin);
	free(f->kernel);
	free(f->program);
	*f = (struct functions){};
}

int functions_check_name(const struct functions *f, const char *name)
{
	struct similar similar = { .name = name };
	int failed = similar_look(&similar, f->kernel) || similar_look(&similar, f->program);

	if (!failed && !similar.found)
		failed = similar_fault(&similar);
	similar_free(&similar);
	return failed;
}

char *functions_argument(const struct functions *f, const char *annotate, const char *out)
{
	char *plugin = doubled(f->plugin), *kernel = doubled(f->kernel), *program = doubled(f->program);
	char *function = doubled(annotate ?: "");
	char *argument = text_append(NULL, "%s,kernel=%s,program=%s,out=%s%s%s", plugin, kernel, program, out,
				     annotate ? ",annotate=" : "", function);

	free(function);
	free(plugin);
	free(kernel);
	free(program);
	return argument;
}
