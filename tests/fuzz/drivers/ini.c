// SPDX-License-Identifier: GPL-2.0-or-later
/* A gate file, and any other INI file: every line that is handed on lies in the file. */
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "base/inifile.h"
#include "judging/gate_file.h"

static int take(const struct inifile_line *line, void *context)
{
	fuzz_hold(line->number > 0 && line->number <= *(int *)context);
	fuzz_hold(strlen(line->section) <= INIFILE_LINE_MAX && line->key && line->value);
	return 0;
}

static void ask(const struct gate_file *r)
{
	static const char *const points[] = { "null", "move_pages size=2m batch=512 pair=0:1 page=base", "" };

	for (size_t i = 0; i < 3; i++) {
		gate_file_is_gating(r, points[i]);
		fuzz_hold(gate_file_bound(r, points[i]) >= 0);
	}
	fuzz_hold(r->screen <= GATE_SESSIONS_MAX && r->confirm <= GATE_SESSIONS_MAX);
	fuzz_hold(r->alpha >= 0 && r->alpha < 1 && r->detect >= 0 && r->detect < 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_write("gate.ini", data, size);
	struct gate_file *r = gate_file_load(path);
	char sum[INIFILE_SHA256_TEXT];
	int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	inifile_read(path, NULL, take, &lines, sum);
	if (!r)
		return 0;
	ask(r);
	gate_file_free(r);
	return 0;
}
