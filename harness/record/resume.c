// SPDX-License-Identifier: GPL-2.0-or-later
/* resume - which points of which sessions are missing, and further logs for them */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/file.h"
#include "record/reclog.h"
#include "record/resume.h"
#include "record/run.h"
#include "record/run_dir.h"

static json_t *session_entry(const struct resume *r, int session)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", session);
	if (!json_object_get(r->sessions, text))
		json_object_set_new(r->sessions, text, json_pack("{sb si s{}}", "ended", 0, "logs", 0, "done"));
	return json_object_get(r->sessions, text);
}

/* ---- reading the logs ---- */

struct reading {
	struct resume *resume;
	json_t *session;
	bool lab;
};

static void take_begin(struct reading *reading, const json_t *record)
{
	struct resume *r = reading->resume;
	json_t *logs;

	reading->lab |= strcmp(json_string_value(json_object_get(record, "mode")) ?: "", "hardware") != 0;
	reading->session = session_entry(r, json_integer_value(json_object_get(record, "session")));
	logs = json_object_get(reading->session, "logs");
	json_integer_set(logs, json_integer_value(logs) + 1);
	if (!r->argv)
		r->argv = json_incref(json_object_get(record, "argv"));
}

static int take(const json_t *record, void *context)
{
	struct reading *reading = context;
	const char *kind = json_string_value(json_object_get(record, "kind")) ?: "";
	const char *reason = json_string_value(json_object_get(record, "reason")) ?: "";

	if (!strcmp(kind, "begin"))
		take_begin(reading, record);
	else if (reading->session && !strcmp(kind, "outcome") && strcmp(reason, "interrupted"))
		json_object_set_new(json_object_get(reading->session, "done"),
				    json_string_value(json_object_get(record, "point")), json_true());
	else if (reading->session && !strcmp(kind, "end"))
		json_object_set(reading->session, "ended", json_object_get(record, "complete"));
	return 0;
}

static int read_logs(struct resume *r, const char *part)
{
	struct reading reading = { .resume = r };
	char **names;
	int result = run_logs(part, &names) < 0 ? -1 : 0;

	for (char **name = names; !result && *name; name++) {
		char *path = file_path(part, *name);
		bool torn;

		reading.session = NULL;
		result = reclog_read(path, take, &reading, &torn) < 0 ? -1 : 0;
		free(path);
	}
	run_logs_free(names);
	if (!result && !json_array_size(r->argv))
		return fault("%s: no session has an intact record of its arguments; there is nothing to resume",
			     r->dir);
	r->lab = reading.lab;
	return result;
}

/* ---- the folder ---- */

static int check_incomplete(const char *dir)
{
	struct run *run = run_load(dir);
	bool complete = run && run->complete;

	if (!run)
		return -1;
	run_free(run);
	return complete ? fault("%s: this run is complete; there is nothing to resume", dir) : 0;
}

static int rename_back(const char *dir, const char *part)
{
	if (!renameat2(AT_FDCWD, dir, AT_FDCWD, part, RENAME_NOREPLACE))
		return 0;
	return fault("%s: cannot become %s: %s", dir, part, strerror(errno));
}

int resume_open(struct resume *r, const char *dir)
{
	int result;

	*r = (struct resume){ .dir = run_dir_of(dir), .sessions = json_object() };
	r->part = run_part_path(r->dir);
	r->sealed = !access(r->dir, F_OK);
	if (r->sealed)
		result = check_incomplete(r->dir) || read_logs(r, r->dir) ? -1 : 0;
	else
		result = run_part_lock(r->dir) || read_logs(r, r->part) ? -1 : 0;
	if (result)
		resume_close(r);
	return result;
}

int resume_begin(struct resume *r)
{
	if (r->sealed && (rename_back(r->dir, r->part) || run_part_lock(r->dir)))
		return -1;
	run_remove_tables(r->part);
	return 0;
}

bool resume_has(const struct resume *r, int session, const char *key)
{
	return json_object_get(json_object_get(session_entry(r, session), "done"), key);
}

bool resume_ended(const struct resume *r, int session)
{
	return json_is_true(json_object_get(session_entry(r, session), "ended"));
}

char *resume_session_path(const struct resume *r, int session)
{
	return run_log_path(r->dir, session, json_integer_value(json_object_get(session_entry(r, session), "logs")));
}

void resume_close(struct resume *r)
{
	free(r->dir);
	free(r->part);
	json_decref(r->argv);
	json_decref(r->sessions);
	*r = (struct resume){};
}
