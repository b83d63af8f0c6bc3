// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop run - measures on this very system, into a run folder
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/environment.h"
#include "cli/finish.h"
#include "cli/measure.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "engine/settings.h"
#include "lab/channel.h"
#include "machine/knobs.h"
#include "record/run.h"

enum { KEY_NO_TUNE = 0x200, KEY_RESUME };

static const char doc[] =
	"Measures points on this system and writes a run folder.\v"
	"A point is a benchmark with one value of every axis; its key, as printed in every table, can be pasted back.\n\n"
	"Examples:\n"
	"  nodehop run                              every benchmark, quick profile\n"
	"  nodehop run --profile standard --sessions 6\n"
	"  nodehop run move_pages size=16m batch=512 pair=0:1 page=base\n"
	"  nodehop run move_pages --set batch=1..4096:x8 null\n"
	"  nodehop run --resume results/runs/20260101-120000-server\n\n"
	"Settings that would disturb (NUMA balancing, KSM, ...) are changed for the time of the run and put back;\n"
	"--no-tune measures as found. Exit codes: 0 fine, 1 a point is wrong or broken, 2 usage or files, 4 nothing\n"
	"could be measured.";

struct options {
	struct request request;
	const char *out, *resume;
	uint64_t sessions;
	bool no_tune;
};

static const struct argp_option option_table[] = {
	{ "sessions", 'n', "N", 0, "how many sessions, each a fresh process tree with the next seed (default 1)", 1 },
	{ "out", 'o', "DIR", 0, "the run folder (default results/runs/TIME-MACHINE)", 1 },
	{ "no-tune", KEY_NO_TUNE, NULL, 0, "leave the machine's settings as found", 1 },
	{ "resume", KEY_RESUME, "DIR", 0, "measure what an incomplete run still lacks; its own arguments are used again", 1 },
	{}
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->request;
		return 0;
	case 'n':
		if (units_parse_count(arg, &o->sessions) || !o->sessions || o->sessions > 999)
			argp_error(state, "--sessions %s: a number from 1 to 999 is needed", arg);
		return 0;
	case 'o':
		o->out = arg;
		return 0;
	case KEY_RESUME:
		o->resume = arg;
		return 0;
	case KEY_NO_TUNE:
		o->no_tune = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static char *join(int argc, char **argv)
{
	size_t length = 1;
	char *text;

	for (int i = 0; i < argc; i++)
		length += strlen(argv[i]) + 1;
	text = calloc(1, length);
	for (int i = 0; i < argc; i++)
		sprintf(text + strlen(text), "%s%s", i ? " " : "", argv[i]);
	return text;
}

static void announce(const struct plan *plan, const struct machine *m, const struct options *o)
{
	size_t to_run = 0;

	for (size_t i = 0; i < plan->points; i++)
		to_run += plan->point[i].outcome == OK;
	printf("%zu point%s, %zu to measure, %s profile, %d + %u repetitions, %lu session%s: about %.0f s\n",
	       plan->points, plan->points == 1 ? "" : "s", to_run, profile_name(o->request.plan.profile), WARMUPS, profile_repetitions(o->request.plan.profile),
	       o->sessions, o->sessions == 1 ? "" : "s",
	       1 + o->sessions * plan_expected_s(plan, m, o->request.plan.profile));
	fflush(stdout);
}

/* The settings are changed in the sessions' processes; what they will do is said here, once. */
static void announce_settings(void)
{
	size_t mark = knobs_mark();

	settings_quiet();
	for (size_t i = mark; i < knobs_mark(); i++) {
		const char *path, *from, *to;

		knob_change(i, &path, &from, &to);
		printf("for the time of the run: %s %s -> %s\n", path, from, to);
	}
	knobs_restore(mark);
	fflush(stdout);
}

static int measure_into(struct session *s, const struct options *o, const char *dir, const struct resume *resume)
{
	struct measured_sessions how;

	announce(s->plan, s->machine, o);
	if (s->tune)
		announce_settings();
	if (measure_sessions(s, dir, o->sessions, resume, &how))
		return command_trouble();
	return finish_run(dir, how.complete, how.cause, how.detail);
}

static int run_on_host(struct session *s, const struct options *o, const struct resume *resume)
{
	char *dir = resume ? strdup(resume->dir) : o->out ? strdup(o->out) : finish_default_dir(s->machine->name);
	int code;

	if (!resume && run_part_create(dir))
		code = command_trouble();
	else
		code = measure_into(s, o, dir, resume);
	free(dir);
	return code;
}

/* In a lab guest the host collects what goes over the channel. */
static int run_in_guest(struct session *s)
{
	s->log = channel_log();
	s->number = json_integer_value(json_object_get(channel_lab(), "session"));
	s->seed = json_integer_value(json_object_get(channel_lab(), "seed"));
	s->progress = NULL;
	if (session_run(s))
		return command_trouble();
	return EXIT_FINE;
}

static int measure_plan(const struct options *o, const struct machine *m, const struct plan *plan,
			const struct resume *resume, const char *command)
{
	json_t *env = environment_facts(m);
	struct session s = {
		.plan = plan, .machine = m, .seed = o->request.seed, .profile = o->request.plan.profile,
		.tune = !o->no_tune, .env = env, .command = command, .progress = progress_show,
	};
	int code = env ? channel_lab() ? run_in_guest(&s) : run_on_host(&s, o, resume) : command_trouble();

	json_decref(env);
	return code;
}

static int run_request(struct options *o, const struct resume *resume, const char *command)
{
	static struct machine m;
	struct plan plan;
	int code;

	if (environment_machine(&m) || request_select(&o->request, 1 << MICRO | 1 << MACRO) ||
	    plan_make(&o->request.plan, &m, &plan))
		return command_trouble();
	code = measure_plan(o, &m, &plan, resume, command);
	plan_free(&plan);
	machine_free(&m);
	return code;
}

static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, {} };
static const struct argp argp = { option_table, parse, "[BENCHMARK [AXIS=VALUES...]]...", doc, children, NULL, NULL };

/* The arguments of the first session, word by word: no character of a point's key needs quoting. */
static int run_resumed(const char *dir)
{
	struct options o = { .sessions = 1, .request.seed = 1 };
	struct resume resume;
	char *words, *argv[256], *rest;
	int argc = 0, code;

	if (resume_open(&resume, dir))
		return command_trouble();
	words = rest = strdup(resume.command);
	while (argc < 255 && (argv[argc] = strsep(&rest, " ")))
		argc++;
	argv[argc] = NULL;
	argp_parse(&argp, argc - 1, argv + 1, 0, NULL, &o);	/* behind "nodehop" */
	code = run_request(&o, &resume, resume.command);
	free(words);
	resume_close(&resume);
	return code;
}

static int run(int argc, char **argv)
{
	struct options o = { .sessions = 1, .request.seed = 1 };
	char *command = join(argc, argv);
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (measure_prepare())
		code = command_trouble();
	else
		code = o.resume ? run_resumed(o.resume) : run_request(&o, NULL, command);
	free(command);
	return code;
}

COMMAND(run) = { "run", "measure on this system, into a run folder", run };
