// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop export - a run or a comparison in a format that other tools read
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/fault.h"
#include "base/json.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "output/export.h"

static const char doc[] =
	"Writes a run folder, or a comparison (the JSON of `compare` or `gate`), in a format that other tools read.\v"
	"Formats:\n"
	"  gobench             Go benchmark lines, one per sample (needs a run)\n"
	"  junit               JUnit XML, a test case per point\n"
	"  ktap                KTAP version 1, a test per point\n"
	"  github-summary      Markdown for $GITHUB_STEP_SUMMARY, cut to its limit\n"
	"  github-annotations  ::error and ::warning lines, ten each\n\n"
	"Examples:\n"
	"  nodehop export results/runs/latest --format=gobench > new.txt\n"
	"  nodehop compare a b --format=json > ab.json; nodehop export ab.json --format=junit";

static const struct argp_option option_table[] = { { "format", 'f', "FORMAT", 0, "which", 1 }, {} };

struct options {
	const char *path;
	const struct export_format *format;
};

static error_t parse_export(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		if (!(o->format = export_format_find(arg)))
			argp_error(state, "%s", fault_text());
		return 0;
	case ARGP_KEY_ARG:
		if (o->path)
			argp_error(state, "too many arguments; one run folder or comparison is exported");
		o->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->path || !o->format)
			argp_error(state, "say what and how, like `nodehop export results/runs/latest --format=junit`");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int write_comparison(const struct options *o)
{
	json_t *json = json_file_read(o->path);
	struct comparison *c = json ? compare_from_json(json) : NULL;
	int r = -1;

	if (json && !c)
		fault_at("%s", o->path);
	if (c)
		r = o->format->write(stdout, &(struct export_source){ .comparison = c });
	compare_free(c);
	json_decref(json);
	return r;
}

static int write_run(const struct options *o)
{
	struct run *run = run_load(o->path);
	int r = run ? o->format->write(stdout, &(struct export_source){ .run = run }) : -1;

	run_free(run);
	return r;
}

static int export(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_export, "RUN|COMPARISON.json", doc, NULL, NULL, NULL };
	struct options o = {};
	struct stat st;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!stat(o.path, &st) && S_ISREG(st.st_mode))
		return write_comparison(&o) < 0 ? exit_trouble() : EXIT_FINE;
	return write_run(&o) < 0 ? exit_trouble() : EXIT_FINE;
}

COMMAND(export) = { "export", "a run or a comparison in a format that other tools read", export };
