// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The logs of an interrupted run: a line is a record (as JSON, or as bytes that are no frame), a line "====" begins the
 * next session's log. What recovering accepts, reading must.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../fuzz.h"
#include "base/file.h"
#include "record/reclog.h"
#include "record/run.h"

#define LOGS_MAX 4

static int nothing(const struct run_sample *sample, void *context)
{
	(void)sample;
	(void)context;
	return 0;
}

/* One that is no JSON object is torn, and ends the log. */
static void write_log(const char *path, char *lines)
{
	struct reclog *log = reclog_create(path);
	char *line;

	fuzz_hold(log != NULL);
	while ((line = strsep(&lines, "\n"))) {
		json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

		if (!record && !*line)
			continue;
		if (!record)
			break;
		reclog_append(log, record);
	}
	reclog_close(log);
}

static void recover(const char *dir)
{
	struct run *run;

	if (run_collect(dir, true, NULL, NULL) < 0)
		return;
	run = run_load_part(dir);
	fuzz_hold(run != NULL);
	fuzz_hold(!run_samples(run, nothing, NULL));
	run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char dir[300], part[310];
	char *lines;
	size_t length;

	snprintf(dir, sizeof(dir), "%s/run", fuzz_folder());
	snprintf(part, sizeof(part), "%s.part", dir);
	mkdir(part, 0755);
	for (int i = 0; i < LOGS_MAX && (lines = fuzz_part(&data, &size, &length)); i++) {
		char path[340];

		snprintf(path, sizeof(path), "%s/session-%03d.log", part, i);
		write_log(path, lines);
		free(lines);
	}
	recover(dir);
	file_remove_folder(part);
	return 0;
}
