// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop report - draw a run folder as one HTML page, figures and Markdown
 *
 * The drawing is Python's (reports/); this finds a Python that can, and the
 * package: beside the build folder, or where `make install` put it.
 */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/places.h"
#include "base/subprocess.h"
#include "campaign/exit_code.h"
#include "cli/command.h"

#define PROBE_LIMIT_S 30

static const char *const wanted[] = { "matplotlib", "numpy", "jinja2", "Python 3.10" };

/* Its exit code: one bit for each module that this Python does not find, one more when it is too old. */
#define PROBE                                                                                                          \
	"import importlib.util as u, sys; m = 'matplotlib', 'numpy', 'jinja2'; "                                       \
	"sys.exit(sum(1 << i for i in range(3) if not u.find_spec(m[i])) + 8 * (sys.version_info < (3, 10)))"

enum { KEY_VARIANT = 0x300, KEY_COMPARISON, KEY_AA, KEY_EXPLANATION };

/* Options are handed on to Python as they are. */
static const struct argp_option options[] = {
	{ "out", 'o', "DIR|FILE.html", 0,
	  "where to write (default: into RUN); into a file: the page alone, without figures/", 1 },
	{ "variant", KEY_VARIANT, "WHAT", 0,
	  "what may differ between BASE and RUN: kernel, append, possible_cpus, build, knob:NAME or set:AXIS", 1 },
	{ "comparison", KEY_COMPARISON, "FILE", 0, "a comparison judged before: the JSON of compare or gate", 1 },
	{ "aa", KEY_AA, "FILE", 0, "the machine's A/A record, to show its noise floor", 1 },
	{ "explanation", KEY_EXPLANATION, "FILE", 0, "what `explain --json` printed of a point of this run", 1 },
	{},
};

struct arguments {
	char *run, *base, *out, *variant, *comparison, *aa, *explanation;
};

static error_t parse_report(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'o':
		a->out = arg;
		return 0;
	case KEY_VARIANT:
		a->variant = arg;
		return 0;
	case KEY_COMPARISON:
		a->comparison = arg;
		return 0;
	case KEY_AA:
		a->aa = arg;
		return 0;
	case KEY_EXPLANATION:
		a->explanation = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			argp_error(state, "too many folders; give RUN, or RUN and BASE");
		*(state->arg_num ? &a->base : &a->run) = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which run, like results/runs/latest");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_report,
	.args_doc = "RUN [BASE]",
	.doc = "Draw a run folder: report.html (one self-contained page), report.md and figures/.\v"
	       "Examples:\n"
	       "  nodehop report results/runs/latest\n"
	       "  nodehop report new-run old-run --variant kernel --out page.html\n"
	       "  nodehop report new-run --comparison gate.json --aa results/baselines/MACHINE/aa/NAME.json\n",
};

/* 0 when this Python finds all modules, else the bits of PROBE; -1 when there is no such program. */
static int python_lacks(const char *python)
{
	const char *const argv[] = { python, "-I", "-c", PROBE, NULL };
	int lacks = subprocess_run(argv, NULL, PROBE_LIMIT_S, NULL);

	return lacks < 16 ? lacks : -1;
}

/* "/usr/bin/python3 lacks numpy jinja2" behind what `tried` holds already. */
static void note_lack(char *tried, size_t size, const char *python, int lacks)
{
	size_t used = strlen(tried);

	used += snprintf(tried + used, size - used, "%s%s %s", used ? "; " : "", python,
			 lacks < 0 ? "does not run" : "lacks");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted) && used < size; i++)
		if (lacks > 0 && lacks & 1 << i)
			used += snprintf(tried + used, size - used, " %s", wanted[i]);
}

/* The first Python that finds the modules, or NULL with a fault that says what each lacks. */
static const char *python_find(void)
{
	const char *const candidates[] = { getenv("PYTHON"), "/usr/bin/python3", "python3" };
	char tried[512] = "";

	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++) {
		int lacks;

		if (!candidates[i] || !*candidates[i])
			continue;
		lacks = python_lacks(candidates[i]);
		if (!lacks)
			return candidates[i];
		note_lack(tried, sizeof(tried), candidates[i], lacks);
	}
	fault("no Python that can draw (%s); install python3-matplotlib, python3-numpy and python3-jinja2, or name one in $PYTHON",
	      tried);
	return NULL;
}

/* The folder that holds the package `reports`; free() it. NULL with a fault when it is nowhere. */
static char *package_parent(void)
{
	char *package = place_find("../reports/__main__.py", "../share/nodehop/reports/__main__.py");

	if (package)
		package[strlen(package) - strlen("/reports/__main__.py")] = '\0';
	return package;
}

/*
 * Isolated (-I), Python takes modules from where it is installed and from that
 * folder: never from the current one, where anybody may have put a json.py,
 * nor from PYTHONPATH.
 */
#define RUN_PACKAGE                                                                                                    \
	"import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; runpy.run_module('reports', None, '__main__', True)"

/* Tells the package which program to ask for comparisons. */
static int program_announce(void)
{
	char program[PATH_MAX] = "";

	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return fault("/proc/self/exe: %m");
	return setenv("NODEHOP", program, 1);
}

static void add_option(char **argv, int *n, char *name, char *value)
{
	if (!value)
		return;
	argv[(*n)++] = name;
	argv[(*n)++] = value;
}

/* Becomes Python. Returns only with a fault. */
static int report_exec(const struct arguments *a)
{
	const char *python = python_find();
	char *parent = package_parent(), *argv[24] = { (char *)python, "-I", "-B", "-c", RUN_PACKAGE, parent };
	int n = 6;

	if (!python || !parent || program_announce() < 0)
		return -1;
	add_option(argv, &n, "--out", a->out);
	add_option(argv, &n, "--variant", a->variant);
	add_option(argv, &n, "--comparison", a->comparison);
	add_option(argv, &n, "--aa", a->aa);
	add_option(argv, &n, "--explanation", a->explanation);
	argv[n++] = "--";
	argv[n++] = a->run;
	argv[n++] = a->base;
	execvp(python, argv);
	return fault("%s: %m", python);
}

static int run(int argc, char **argv)
{
	struct arguments a = {};

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	report_exec(&a);
	return exit_trouble();
}

COMMAND(report) = { .name = "report", .about = "draw a run folder: HTML page, figures, Markdown", .run = run };
