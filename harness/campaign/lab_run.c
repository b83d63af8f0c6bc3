// SPDX-License-Identifier: GPL-2.0-or-later
/* lab_run - `run` in lab guests: boots them, collects their sessions into one folder */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/json.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "campaign/lab_functions.h"
#include "campaign/lab_run.h"
#include "campaign/progress.h"
#include "engine/session_log.h"
#include "record/run.h"
#include "record/run_dir.h"

struct collection;

/* The records of one boot, on their way to its session's log. */
struct intake {
	struct collection *all;
	struct boot *boot;
	struct reclog *log;
	struct lab_functions *functions;
	size_t records; /* that belong to the session */
	size_t outcomes;
};

struct collection {
	struct intake *intake;
	int count;
	const char *dir;
	const struct plan *plan;
	size_t done; /* outcomes that came, of all sessions */
};

/* ---- while the guests run ------------------------------------------------------- */

static const char *text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key)) ?: "";
}

static void show_progress(const struct intake *in, const json_t *outcome)
{
	progress_point(&(struct progress_point){ .session = in->boot->session,
						 .done = in->all->done,
						 .point = text_of(outcome, "point"),
						 .outcome = text_of(outcome, "outcome"),
						 .reason = text_of(outcome, "reason") });
}

static int take(const json_t *record, void *context)
{
	struct intake *in = context;
	const char *kind = text_of(record, "kind");

	if (!strcmp(kind, "out")) {
		progress_wipe();
		fprintf(stderr, "session %d: %s", in->boot->session, text_of(record, "text"));
		return 0;
	}
	if (!strcmp(kind, "outcome")) {
		in->all->done++;
		in->outcomes++;
		show_progress(in, record);
	}
	in->records++;
	return lab_functions_append(in->functions, in->boot->calls, record, in->log);
}

static int open_log(struct intake *in)
{
	char *path = run_log_path(in->all->dir, in->boot->session, 0);

	in->log = reclog_create(path);
	free(path);
	lab_functions_free(in->functions);
	in->functions = lab_functions_new(NULL);
	return in->log ? 0 : -1;
}

/* The next try is a whole session; what there is of the first one would be in it twice. */
static int start_over(const char *how, void *context)
{
	struct intake *in = context;
	char *path = run_log_path(in->all->dir, in->boot->session, 0);
	int failed = reclog_close(in->log) || unlink(path) ? fault("%s: %m", path) : 0;

	free(path);
	progress_wipe();
	fprintf(stderr, "nodehop: session %d (seed %lu): %s; it is booted once more\n", in->boot->session,
		in->boot->seed, how);
	in->all->done -= in->outcomes;
	in->outcomes = in->records = 0;
	in->log = NULL;
	return failed ? -1 : open_log(in);
}

/* ---- after they ended ------------------------------------------------------------- */

/*
 * A guest that never recorded anything still has a session in the folder: what
 * was planned for it, by the topology's file, so that its points are broken
 * for a reason and not absent.
 */
static int describe_unstarted(struct intake *in, const struct machine *m, json_t *argv)
{
	struct session s = {
		.plan = in->all->plan,
		.machine = m,
		.log = in->log,
		.number = in->boot->session,
		.seed = in->boot->seed,
		.env = in->boot->facts,
		.argv = argv,
		.has_functions = in->boot->calls,
	};

	return in->records || !in->boot->facts ? 0 : session_describe(&s);
}

static int close_logs(struct collection *all, const struct machine *m, json_t *argv)
{
	int failed = 0;

	for (int i = 0; i < all->count; i++) {
		struct intake *in = &all->intake[i];

		if (in->log && describe_unstarted(in, m, argv))
			failed = -1;
		if (in->log && reclog_close(in->log))
			failed = -1;
		lab_functions_free(in->functions);
	}
	return failed;
}

/* The first boot that did not end well decides the reason; each is reported. */
static const struct boot *report_failures(const struct collection *all)
{
	const struct boot *first = NULL;

	for (int i = 0; i < all->count; i++) {
		const struct boot *b = all->intake[i].boot;

		if (b->end == BOOT_DONE && b->exit_code == EXIT_FINE)
			continue;
		first = first ?: b;
		if (b->end == BOOT_STOPPED)
			continue;
		fprintf(stderr, "nodehop: session %d (seed %lu)%s: %s\n", b->session, b->seed,
			*b->died ? ", the second time" : "", b->detail);
	}
	return first;
}

static int finish(struct collection *all, const char *dir, const struct machine *m, json_t *argv)
{
	const struct boot *failed = report_failures(all);
	char detail[1000];

	if (close_logs(all, m, argv))
		return exit_trouble();
	if (!failed)
		return finish_run(dir, true, NULL, NULL);
	finish_report_interrupted(dir, NULL);
	snprintf(detail, sizeof(detail), "session %d: %s", failed->session, failed->detail);
	return finish_run(dir, false, failed->end == BOOT_DONE ? "session-died" : boot_end_code(failed->end), detail);
}

/* ---- the run ------------------------------------------------------------------------ */

static char *default_dir(const struct lab *lab)
{
	char name[160];

	snprintf(name, sizeof(name), "%s-%s", lab->topology->name, lab->kernel->label);
	return finish_default_dir(name);
}

/* What the guest will be asked for, as the topology's file says. */
static int plan_run(const struct lab *lab, struct run_request *run, struct machine *m, struct plan *plan)
{
	if (run->out || run->resume || run->sessions != 1)
		return fault("in a guest run has no --out, --sessions or --resume: before the --, give the lab --out "
			     "and --seed");
	if (topology_machine(lab->topology, lab->mode, m))
		return -1;
	return run_request_plan(run, m, plan);
}

#define BOOT_S 8 /* power-on to the first point, and the end */

static void announce(const struct lab *lab, const struct run_request *request, const struct plan *plan, double each_s,
		     int boots)
{
	int rounds = (boots + boot_parallel() - 1) / boot_parallel();

	if (progress_is_plain())
		printf("%s, %s mode, %s\n", lab->topology->name, timekeeper_name(lab->mode), lab->kernel->identity);
	run_request_announce(request, plan, "boot", boots, rounds * each_s);
}

static int boot_sessions(const struct lab *lab, struct collection *all, struct boot *boot)
{
	for (int i = 0; i < all->count; i++) {
		struct intake *in = &all->intake[i];

		*in = (struct intake){ .all = all, .boot = &boot[i] };
		boot[i].record = take;
		boot[i].again = start_over;
		boot[i].context = in;
		if (open_log(in))
			return -1;
	}
	return boot_all(lab, boot, all->count);
}

int lab_run(const struct lab *lab, struct boot *boot, int count, const struct lab_request *request)
{
	struct machine m = {};
	struct plan plan = {};
	struct collection all = { .count = count, .plan = &plan };
	char *folder = request->out ? run_dir_new(request->out) : default_dir(lab);
	json_t *words = json_words(request->argc, request->argv);
	int code;

	all.dir = folder;
	all.intake = xcalloc(count, sizeof(*all.intake));
	if (!folder || !words || plan_run(lab, request->run, &m, &plan) || run_part_create(folder)) {
		code = exit_trouble();
	} else {
		double each_s = BOOT_S + plan_expected_s(&plan, &m, request->run->request.plan.profile);
		struct lab with = *lab;

		with.expected_s = each_s;
		announce(lab, request->run, &plan, each_s, count);
		code = boot_sessions(&with, &all, boot) ? exit_trouble() : finish(&all, folder, &m, words);
	}
	free(all.intake);
	free(folder);
	json_decref(words);
	plan_free(&plan);
	return code;
}
