// SPDX-License-Identifier: GPL-2.0-or-later
/* run_here - a run on this very system: in a folder of its own, or as the session of a lab guest */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/outcome.h"
#include "base/text.h"
#include "campaign/announce.h"
#include "campaign/around.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/measure.h"
#include "campaign/progress.h"
#include "campaign/run_here.h"
#include "engine/page_lists.h"
#include "plan/settings.h"
#include "lab/channel.h"
#include "machine/cpus.h"
#include "machine/facts_json.h"
#include "record/env.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "settings/knobs.h"

static void show_progress(const struct session *s, size_t done, const struct point *point, enum outcome outcome,
			  const char *reason)
{
	progress_point(&(struct progress_point){ .session = s->number,
						 .done = (s->number - 1) * s->plan->points + done,
						 .point = point->key,
						 .outcome = outcome_name(outcome),
						 .reason = reason });
}

#define SESSIONS_WITHIN 6 /* from this many on there are intervals */

/* The plan's guess; what the first sessions take corrects it downwards. */
static void settle_sessions(struct run_request *o, double session_s)
{
	uint64_t fit = o->within_ns / 1e9 / (1 + session_s);

	if (o->within_ns)
		o->sessions = fit < 1 ? 1 : fit > SESSIONS_WITHIN ? SESSIONS_WITHIN : fit;
}

static int measure_into(struct session *s, const struct run_request *o, const char *dir, const struct resume *resume)
{
	struct measured_sessions how;
	int code;

	run_request_announce(o, s->plan, "session", o->sessions,
			     1 + o->sessions * plan_expected_s(s->plan, s->machine, s->profile));
	if (progress_is_plain())
		announce_settings(s->plan, s->machine, s->tune);
	if (measure_sessions(s, dir, o->sessions, resume ? 0 : o->within_ns, resume, &how))
		return exit_trouble();
	code = finish_run(dir, how.complete, how.cause, how.detail);
	finish_report_interrupted(dir, "nodehop run --resume");
	return code;
}

static int run_on_host(struct session *s, const struct run_request *o, struct resume *resume)
{
	char *dir = resume ? xstrdup(resume->dir) : o->out ? run_dir_new(o->out) : finish_default_dir(s->machine->name);
	int code;

	if (!dir || (resume ? resume_begin(resume) : run_part_create(dir)))
		code = exit_trouble();
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
		return exit_trouble();
	return EXIT_FINE;
}

/* "NAME=VALUE" as two texts; free(*name). */
static const char *split_knob(const char *text, char **name)
{
	const char *value = strchr(text, '=') + 1;

	*name = xstrndup(text, (size_t)(value - 1 - text));
	return value;
}

/* What the user wants held holds before the machine is described, and a quiet machine leaves it alone. */
static int hold_knobs(const struct run_request *o)
{
	for (size_t i = 0; i < o->knobs; i++) {
		char *name;
		const char *value = split_knob(o->knob[i], &name);
		int failed = knob_hold(name, value);

		free(name);
		if (failed)
			return fault_at("--knob %s", o->knob[i]);
	}
	return 0;
}

/* A held knob decides whether runs compare, whichever setting it is: recorded as the kernel shows it. */
static void record_knobs(const struct run_request *o, json_t *env)
{
	for (size_t i = 0; i < o->knobs; i++) {
		char *name, *key, *now;

		split_knob(o->knob[i], &name);
		now = knob_read(name);
		key = text_append(NULL, "knob.%s", knob_name(name));
		fact_set(json_object_get(env, "hard"), key, now ?: "unreadable");
		free(key);
		free(now);
		free(name);
	}
}

static void record_load(const struct run_request *o, json_t *env)
{
	if (o->allow_load)
		json_object_set_new(json_object_get(env, "soft"), ENV_LOAD_ALLOWED, json_true());
}

static int measure_plan(struct run_request *o, const struct machine *m, const struct surroundings *around,
			const struct plan *plan, struct resume *resume, json_t *argv)
{
	struct session s = {
		.plan = plan,
		.machine = m,
		.seed = o->seed,
		.profile = o->request.plan.profile,
		.tune = !o->no_tune,
		.allow_load = o->allow_load,
		.argv = argv,
		.progress = show_progress,
		.events = o->events.n ? &o->events : NULL,
	};
	json_t *env;
	int code;

	if (s.tune) {
		settings_quiet(report_unquiet);
		page_lists_lengthen(m);
	}
	s.env = env = environment_facts(m); /* as they are while measuring */
	if (env) {
		record_knobs(o, env);
		record_load(o, env);
		around_record(around, json_object_get(env, "soft"));
	}
	code = env ? channel_lab() ? run_in_guest(&s) : run_on_host(&s, o, resume) : exit_trouble();

	json_decref(env);
	return code;
}

static int measure_here(struct run_request *o, struct machine *m, const struct plan *plan, struct resume *resume,
			json_t *argv)
{
	struct surroundings around;

	settle_sessions(o, plan_expected_s(plan, m, o->request.plan.profile));
	around_look(&around, m);
	if (progress_is_plain())
		around_print(stdout, &around, false);
	return measure_plan(o, m, &around, plan, resume, argv);
}

int run_here(struct run_request *o, struct resume *resume, json_t *argv)
{
	struct machine m = {};
	struct plan plan = {};
	int code;

	if (cpus_use(o->cpus) || hold_knobs(o) || environment_machine(&m) || run_request_plan(o, &m, &plan))
		code = exit_trouble();
	else
		code = measure_here(o, &m, &plan, resume, argv);
	if (knobs_restore(0))
		code = exit_trouble();
	plan_free(&plan);
	machine_free(&m);
	return code;
}
