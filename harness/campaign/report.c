// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report - finds a Python that can draw, and the package: beside the build folder, or where `make install` put it
 *
 * The drawing is the package's (reports/).
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/places.h"
#include "base/subprocess.h"
#include "campaign/report.h"

#define PROBE_LIMIT_S 30

static const char *const wanted[] = { "matplotlib", "numpy", "jinja2", "Python 3.10" };

/* Its exit code: one bit for each module that this Python does not find, one more when it is too old. */
#define PROBE                                                                                                          \
	"import importlib.util as u, sys; m = 'matplotlib', 'numpy', 'jinja2'; "                                       \
	"sys.exit(sum(1 << i for i in range(3) if not u.find_spec(m[i])) + 8 * (sys.version_info < (3, 10)))"

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

int report_exec(const struct report_request *r)
{
	const char *python = python_find();
	char *parent = package_parent(), *argv[24] = { (char *)python, "-I", "-B", "-c", RUN_PACKAGE, parent };
	int n = 6;

	if (!python || !parent || program_announce() < 0)
		return -1;
	add_option(argv, &n, "--out", r->out);
	add_option(argv, &n, "--variant", r->variant);
	add_option(argv, &n, "--comparison", r->comparison);
	add_option(argv, &n, "--aa", r->aa);
	add_option(argv, &n, "--explanation", r->explanation);
	argv[n++] = "--";
	argv[n++] = r->run;
	argv[n++] = r->base;
	execvp(python, argv);
	return fault("%s: %m", python);
}
