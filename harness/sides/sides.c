// SPDX-License-Identifier: GPL-2.0-or-later
/* sides - what a side is: its program and what it varies, parsed and checked; side_take.c measures it */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "lab/boot.h"
#include "record/env.h"
#include "record/fingerprint.h"
#include "sides/sides.h"

/* ---- what varies ------------------------------------------------------------------- */

int side_init(struct side *side)
{
	char program[PATH_MAX] = "";

	*side = (struct side){ 0 };
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0 || !(side->program = xstrdup(program)))
		return fault("/proc/self/exe: %m");
	return 0;
}

void side_free(struct side *side)
{
	free(side->program);
}

/* A build folder has a nodehop in it; the program itself does as well. */
static int set_build(struct side *side, const char *path)
{
	char *inside = file_path(path, "nodehop");
	const char *found = !access(inside, X_OK) ? inside : path;
	struct stat st;
	int r = 0;

	if (stat(found, &st) < 0 || !S_ISREG(st.st_mode) || access(found, X_OK) < 0) {
		r = fault("build=%s: is neither a nodehop program nor a build folder with one", path);
	} else {
		free(side->program);
		side->program = realpath(found, NULL);
		side->other_build = true;
		r = side->program ? 0 : fault("%s: %m", found);
	}
	free(inside);
	return r;
}

static int set_variant(char **variant, const char *name, size_t length)
{
	if (*variant && (strlen(*variant) != length || strncmp(*variant, name, length)))
		return fault("\"%.*s\" and \"%s\" both vary; one thing at a time, or a change cannot be told from the "
			     "other's",
			     (int)length, name, *variant);
	if (!*variant)
		*variant = xstrndup(name, length);
	return 0;
}

int side_parse(struct side *side, const char *text, char **variant)
{
	size_t key = strcspn(text, "=");
	const char *value = text + key + 1;

	if (!text[key] || !*value)
		return fault("\"%s\" is not KEY=VALUE, like kernel=6.1, append=ARGS, build=DIR or set:batch=512", text);
	if (set_variant(variant, text, key) < 0)
		return -1;
	if (!strncmp(text, "kernel=", 7))
		side->kernel = value;
	else if (!strncmp(text, "append=", 7))
		side->append = value;
	else if (!strncmp(text, FACT_POSSIBLE_CPUS "=", sizeof(FACT_POSSIBLE_CPUS)))
		side->possible_cpus = value;
	else if (!strncmp(text, "build=", 6))
		return set_build(side, value);
	else if (!strncmp(text, "set:", 4) && key > 4 && side->sets < SIDE_SETS_MAX)
		side->set[side->sets++] = text + 4;
	else if (!strncmp(text, "knob:", 5) && key > 5 && side->knobs < SIDE_SETS_MAX)
		side->knob[side->knobs++] = text + 5;
	else
		return fault("\"%s\": what varies is kernel, append, possible_cpus, build, knob:NAME or set:AXIS",
			     text);
	return 0;
}

int experiment_deadline(struct experiment *e, const char *text)
{
	unsigned seconds;

	e->deadline = text;
	return boot_parse_deadline(text, &seconds) < 0 ? fault_at("--deadline %s", text) : 0;
}

void sides_declare(const char *variant)
{
	if (setenv(ENV_VARIANT, variant, 1) < 0)
		alloc_failed();
}

/* `run` lets a value that stands behind a benchmark win over --set: both sides would be alike. */
static int check_sets(const struct side *side, const struct experiment *e)
{
	for (size_t i = 0; i < side->sets; i++)
		for (char *const *word = e->words; word && *word; word++)
			if (!strncmp(*word, side->set[i], strcspn(side->set[i], "=") + 1))
				return fault("set:%s cannot vary what \"%s\" fixes; leave that word out", side->set[i],
					     *word);
	return 0;
}

int side_check(const struct side *side, const struct experiment *e)
{
	if (e->deadline && !e->topology)
		return fault("--deadline is for boots; on this machine each point has its own");
	if (check_sets(side, e) < 0)
		return -1;
	if (e->topology || (!side->kernel && !side->append && !side->possible_cpus))
		return 0;
	return fault("this machine would have to reboot for another %s: `nodehop run` under each, then `nodehop "
		     "compare --variant %s`; "
		     "or name a topology, and the lab boots both",
		     side->kernel   ? "kernel"
		     : side->append ? "kernel argument"
				    : "number of possible CPUs",
		     side->kernel   ? "kernel"
		     : side->append ? "append"
				    : FACT_POSSIBLE_CPUS);
}
