// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_prepare - all that a gate settles before it measures */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/places.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "gate/gate.h"
#include "judging/baseline.h"
#include "lab/boot.h"
#include "lab/topology.h"

#define BUILDER_LIMIT_S 1200

/* ---- what there is ------------------------------------------------------------------------ */

/* Or a wrong name would only be noticed at the first boot. */
static int check_topology(const char *name)
{
	char *path = topology_find(name);
	struct topology *topology = path ? topology_load(path) : NULL;
	int failed = topology ? 0 : fault_at("topology = %s", name);

	free(topology);
	free(path);
	return failed;
}

int gate_load_file(struct gate *g)
{
	char *path = g->file ? xstrdup(g->file) : place_find("../ci/gate.ini", "../share/nodehop/gate.ini");

	g->gate_file = path ? gate_file_load(path) : NULL;
	free(path);
	if (!g->gate_file)
		return -1;
	if (g->gate_file->topology && check_topology(g->gate_file->topology) < 0)
		return -1;
	g->experiment.topology = g->gate_file->topology;
	g->experiment.mode = g->gate_file->mode ? g->gate_file->mode : "counted";
	g->experiment.words = g->gate_file->run;
	g->experiment.profile = g->gate_file->profile ? g->gate_file->profile : "gate";
	g->alpha = g->alpha > 0 ? g->alpha : g->gate_file->alpha > 0 ? g->gate_file->alpha : 0.05;
	g->detect = g->detect > 0 ? g->detect : g->gate_file->detect;
	return 0;
}

/* "2s-counted/6.12" in the file, or the topology's name and the kernel's. */
static int name_baseline(struct gate *g)
{
	const char *kernel = g->gate_file->kernel ? g->gate_file->kernel : KERNEL_DEFAULT,
		   *given = g->gate_file->baseline, *slash;

	if (!given) {
		g->machine = baseline_machine_name(g->experiment.topology, g->experiment.mode);
		g->name = xstrdup(kernel);
		return 0;
	}
	slash = strchr(given, '/');
	if (!slash || !slash[1])
		return fault("baseline = %s: it is MACHINE/NAME", given);
	g->machine = xstrndup(given, (size_t)(slash - given));
	g->name = xstrdup(slash + 1);
	return 0;
}

/* A damaged baseline is a fault; one that is not there is not. */
static int load_baseline(const struct gate *g, const char *suffix, struct run **run)
{
	char *dir = text_append(NULL, "%s/%s/%s%s", g->root, g->machine, g->name, suffix);
	int r = 0;

	if (!access(dir, F_OK) && !(*run = run_load(dir)))
		r = -1;
	else if (*run && !(*run)->complete)
		r = fault("%s: is incomplete", dir);
	free(dir);
	return r;
}

/* Records of the baseline's machine and kernel; of any kernel of that machine when there is no baseline. */
static int load_records(struct gate *g)
{
	char *folder = file_path(g->root, g->machine);
	int n;

	g->aa = aa_new();
	if (g->baseline)
		n = aa_add_fitting(g->aa, folder, g->baseline->env);
	else
		n = aa_add_named(g->aa, folder, g->name);
	free(folder);
	if (n < 0)
		return -1;
	if (n)
		return 0;
	return fault("%s/%s: no A/A record%s, so no margin is known; `nodehop ab %s --aa` makes one", g->root,
		     g->machine, g->baseline ? " that fits the baseline" : "", g->experiment.topology);
}

static size_t stored_sessions(const struct gate *g)
{
	return (size_t)g->baseline->sessions;
}
/* ---- side A measured again ---------------------------------------------------------------------------- */

/* The last line of what it printed. */
static char *last_line(char *text)
{
	char *end = text + strlen(text), *start;

	while (end > text && end[-1] == '\n')
		*--end = '\0';
	start = strrchr(text, '\n');
	return start ? start + 1 : text;
}

/* The build of the baseline's commit, when what varies is the build. */
static int build_side_a(struct gate *g)
{
	char *found =
		g->builder ? xstrdup(g->builder) : place_find("../ci/build-commit", "../share/nodehop/build-commit");
	const char *commit = g->baseline ? env_commit(g->baseline->env) : NULL;
	const char *argv[] = { found, commit, NULL };
	char *output = NULL, *text = NULL;
	int r = -1;

	if (!commit)
		fault("no baseline and no --a: there is nothing to compare this build with");
	else if (!found)
		fault("side A has to be measured with the build of commit %s: give --a build=DIR", commit);
	else if (subprocess_run(argv, NULL, BUILDER_LIMIT_S, &output) != 0)
		fault_at("side A has to be measured with the build of commit %s, which %s could not make (or give --a "
			 "build=DIR)",
			 commit, found);
	else
		r = side_parse(&g->a, text = text_append(NULL, "build=%s", last_line(output)), &g->variant);
	free(output);
	free(text);
	free(found);
	return r;
}

int gate_prepare_sides(struct gate *g)
{
	const char *kernel = g->gate_file->kernel;

	if (!g->variant)
		g->variant = xstrdup("build");
	sides_declare(g->variant);
	g->a.kernel = g->a.kernel ? g->a.kernel : kernel;
	g->b.kernel = g->b.kernel ? g->b.kernel : kernel;
	if (g->stored || g->a_given || strcmp(g->variant, "build"))
		return 0;
	return build_side_a(g);
}

/* ---- the plan ---------------------------------------------------------------------------------- */

static int make_plan(struct gate *g)
{
	struct gate_request request = {
		.aa = g->aa,
		.gate_file = g->gate_file,
		.screen = g->screen ? g->screen : g->gate_file->screen,
		.confirm = g->confirm ? g->confirm : g->gate_file->confirm,
		.screen_fixed = g->screen,
		.confirm_fixed = g->confirm,
		.detect = log1p(g->detect),
		.alpha = g->alpha,
		.sides = g->stored ? 1 : 2,
		.parallel = (size_t)boot_parallel(),
	};

	if (gate_plan(&request, &g->plan) < 0)
		return -1;
	if (g->stored && stored_sessions(g) < g->plan.screen + g->plan.confirm) {
		printf("the baseline has %zu sessions, the two stages take %zu: side A is measured again\n",
		       stored_sessions(g), g->plan.screen + g->plan.confirm);
		g->stored = false;
		request.sides = 2;
		if (gate_plan(&request, &g->plan) < 0)
			return -1;
	}
	gate_plan_print(stdout, &request, &g->plan);
	fflush(stdout);
	return 0;
}

int gate_prepare(struct gate *g)
{
	if (name_baseline(g) < 0)
		return -1;
	if (load_baseline(g, "", &g->baseline) < 0 || load_baseline(g, BASELINE_PINNED, &g->pinned) < 0)
		return -1;
	if (side_check(&g->a, &g->experiment) < 0 || side_check(&g->b, &g->experiment) < 0)
		return -1;
	return load_records(g) < 0 || gate_decide_stored(g) < 0 || make_plan(g) < 0 ? -1 : 0;
}
