// SPDX-License-Identifier: GPL-2.0-or-later
/* whole - keeps the sessions of an interrupted run that are complete, and sets the others' logs aside */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/text.h"
#include "record/resume.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "record/whole.h"

static struct whole count(const struct resume *r)
{
	struct whole whole = {};
	const char *number;
	json_t *session;

	json_object_foreach (r->sessions, number, session) {
		bool ended = resume_ended(r, atoi(number));

		whole.kept += ended;
		whole.left_out += !ended;
	}
	return whole;
}

/* All logs of the session; a resumed one has several. */
static int set_aside(const struct resume *r, int session)
{
	struct dirent *entry;
	DIR *dir = opendir(r->part);
	char *name;
	int failed = dir ? 0 : fault("%s: %s", r->part, strerror(errno));

	while (!failed && (entry = readdir(dir))) {
		if (!run_is_log_of(entry->d_name, session))
			continue;
		name = text_append(NULL, "left-out-%s", entry->d_name);
		if (renameat(dirfd(dir), entry->d_name, dirfd(dir), name))
			failed = fault("%s/%s: cannot be set aside: %s", r->part, entry->d_name, strerror(errno));
		free(name);
	}
	if (dir)
		closedir(dir);
	return failed;
}

static int set_all_aside(const struct resume *r)
{
	const char *number;
	json_t *session;

	json_object_foreach (r->sessions, number, session)
		if (!resume_ended(r, atoi(number)) && set_aside(r, atoi(number)))
			return -1;
	return 0;
}

int run_keep_whole(const char *dir, struct whole *whole)
{
	struct resume r;
	bool failed = false;

	if (resume_open(&r, dir))
		return -1;
	*whole = count(&r);
	if (whole->kept)
		failed = resume_begin(&r) || set_all_aside(&r) || run_collect(r.dir, true, NULL, NULL);
	resume_close(&r);
	return failed ? -1 : 0;
}
