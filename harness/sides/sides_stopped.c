// SPDX-License-Identifier: GPL-2.0-or-later
/* sides_stopped - says what there is when the sessions of sides could not all be taken */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "base/interrupt.h"
#include "campaign/exit_code.h"
#include "campaign/finish.h"
#include "record/run.h"
#include "record/run_dir.h"
#include "record/whole.h"
#include "sides/side_process.h"
#include "sides/sides_internal.h"

/* How many sessions of it are whole; a run that was stopped becomes one of these alone. */
static int whole_sessions(const char *dir)
{
	char *part = run_part_path(dir);
	struct whole whole = {};
	struct run *run = NULL;

	if ((!access(part, F_OK) || side_is_incomplete(dir)) && !run_keep_whole(dir, &whole)) {
		if (whole.kept && finish_seal(dir))
			whole.kept = 0;
	} else if (!access(dir, F_OK) && (run = run_load(dir))) {
		whole.kept = run->sessions;
	}
	run_free(run);
	free(part);
	return whole.kept;
}

/* "12 whole sessions of a, 3 whole sessions of b"; free() it. */
static char *list_whole(const char *folder, const char *const *names)
{
	char *text = NULL;
	size_t size;
	FILE *list = open_memstream(&text, &size);

	for (; list && *names; names++) {
		char *dir = file_path(folder, *names);
		int sessions = whole_sessions(dir);

		if (sessions)
			fprintf(list, "%s%d complete session%s of %s", ftell(list) ? ", " : "", sessions,
				sessions == 1 ? "" : "s", *names);
		free(dir);
	}
	if (list)
		fclose(list);
	return text;
}

void sides_report_stopped(const char *folder, const char *const *names)
{
	char cause[64] = "stopped", *whole;

	if (*interrupt_flag())
		snprintf(cause, sizeof(cause), "interrupted by %s", interrupt_name());
	else if (!side_has_reported())
		exit_trouble();
	whole = list_whole(folder, names);
	if (whole && *whole)
		fprintf(stderr, "nodehop: %s; kept in %s: %s, for `nodehop compare`\n", cause, folder, whole);
	else if (*interrupt_flag())
		fprintf(stderr, "nodehop: %s before a session was complete; what there is lies in %s\n", cause, folder);
	free(whole);
}
