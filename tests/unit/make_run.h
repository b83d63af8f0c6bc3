/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make_run - a run of a few points for unit tests that compare, print or export: told in a table, nothing is measured */
#ifndef NODEHOP_TEST_MAKE_RUN_H
#define NODEHOP_TEST_MAKE_RUN_H

#include <string.h>
#include <sys/stat.h>
#include "base/csv.h"
#include "record/run.h"
#include "record/tables.h"

/* A point and one of its metrics. A point's first one is its primary metric; all sessions have three samples. */
struct told {
	const char *key, *outcome, *reason; /* "ok" and "" where they are NULL */
	int revision;
	const char *metric, *class, *better, *unit; /* better: "lower" where it is NULL */
	double value[8];			    /* a session, from the first one on; 0: no samples */
	double scatter;				    /* share by which samples of a session differ */
	int disturbed;				    /* so many of a session's samples are marked */
};

/* What else a run says of itself. */
struct said {
	const char *name, *mode; /* of its folder; "counted" where mode is NULL */
	int sessions;
	const char *kernel_release;
	bool functions; /* its instructions are known by function */
};

static inline json_t *made_env(const struct said *said)
{
	const char *mode = said->mode ?: "counted";
	json_t *sessions = json_array();

	for (int i = 1; i <= said->sessions; i++)
		json_array_append_new(sessions, json_pack("{s:i, s:s}", "session", i, "mode", mode));
	return json_pack("{s:i, s:b, s:{s:s*, s:s*, s:s, s:s}, s:{s:b}, s:o}", "schema", 1, "complete", 1, "hard",
			 "mode", strcmp(mode, "hardware") ? mode : NULL, "kernel.release", said->kernel_release,
			 "kernel", "linux-image-6.12", "topology.name", "2s", "soft", "functions", said->functions,
			 "sessions", sessions);
}

/* The last of four repetitions is a warm-up, nine times as slow. */
static inline void made_sample(struct csv_writer *w, const struct run *run, const struct told *t, int session, int rep)
{
	static const double place[] = { 0, -1, 1, 0 };
	struct run_sample s = {
		.session = session,
		.rep = rep,
		.warmup = rep == 3,
		.point = run_find_point(run, t->key),
		.metric = run_find_metric(run, t->metric),
		.value = t->value[session - 1] * (1 + place[rep] * t->scatter),
		.status = rep < t->disturbed ? "disturbed" : "ok",
	};

	if (s.warmup && strcmp(t->class, "exact"))
		s.value *= 9;
	if (t->value[session - 1] != 0)
		tables_write_sample(w, run, &s);
}

/* In a folder of its own below `folder`; run_free it. `told` ends with {}. */
static inline struct run *make_run(const char *folder, const struct said *said, const struct told *told)
{
	struct csv_writer *samples;
	struct run *run;
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/%s", folder, said->name);
	mkdir(dir, 0755);
	run = run_new(dir);
	for (const struct told *t = told; t->key; t++) {
		char benchmark[32];
		struct run_point p = {
			.key = (char *)t->key,
			.benchmark = benchmark,
			.primary = (char *)t->metric,
			.revision = t->revision ?: 1,
			.outcome = (char *)(t->outcome ?: "ok"),
			.reason = (char *)(t->reason ?: ""),
			.detail = (char *)(t->reason ? "as it was told" : ""),
			.params = json_object(),
		};
		struct run_metric m = {
			.name = (char *)t->metric,
			.class = (char *)t->class,
			.better = (char *)(t->better ?: "lower"),
			.unit = (char *)(t->unit ?: ""),
		};

		snprintf(benchmark, sizeof(benchmark), "%.*s", (int)strcspn(t->key, " "), t->key);
		if (run_find_point(run, t->key) < 0)
			run_add_point(run, &p);
		if (run_find_metric(run, t->metric) < 0)
			run_add_metric(run, &m);
		json_decref(p.params);
	}
	samples = tables_create_samples(run);
	for (int session = 1; session <= said->sessions; session++)
		for (int rep = 0; rep < 4; rep++)
			for (const struct told *t = told; t->key; t++)
				made_sample(samples, run, t, session, rep);
	csv_close(samples);
	run->env = made_env(said);
	run->manifest = json_pack("{s:s}", "created_utc", "2026-01-02T03:04:05Z");
	run->sessions = said->sessions;
	run->complete = true;
	return run;
}

#endif
