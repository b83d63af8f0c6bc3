// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop run - measures on this very system, into a run folder
 */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/json.h"
#include "campaign/exit_code.h"
#include "campaign/measure.h"
#include "campaign/run_here.h"
#include "cli/command.h"
#include "cli/request_options.h"

/* With the arguments of the first session. */
static int run_resumed(const char *dir)
{
	struct run_request o;
	struct resume resume;
	char **argv;
	int argc, code;

	if (resume_open(&resume, dir))
		return exit_trouble();
	if (resume.lab) {
		fault("%s: a run of the lab cannot be resumed: a boot starts from the beginning; run it again",
		      resume.dir);
		resume_close(&resume);
		return exit_trouble();
	}
	argc = json_array_size(resume.argv);
	argv = xcalloc(argc + 1, sizeof(*argv));
	for (int i = 0; i < argc; i++)
		argv[i] = (char *)json_string_value(json_array_get(resume.argv, i)) ?: "";
	run_options_parse(argc, argv, &o);
	code = run_here(&o, &resume, resume.argv);
	run_request_free(&o);
	free(argv);
	resume_close(&resume);
	return code;
}

static int run(int argc, char **argv)
{
	json_t *words = json_words(argc, argv);
	struct run_request o;
	int code;

	run_options_parse(argc, argv, &o);
	if (!words || measure_prepare())
		code = exit_trouble();
	else
		code = o.resume ? run_resumed(o.resume) : run_here(&o, NULL, words);
	run_request_free(&o);
	json_decref(words);
	return code;
}

COMMAND(run) = { "run", "measure on this system, into a run folder", run };
