// SPDX-License-Identifier: GPL-2.0-or-later
/* gate_file - reads a gate file, and answers which points gate and what they tolerate; the gate itself is the campaign's */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/inifile.h"
#include "base/units.h"
#include "judging/gate_file.h"

enum line_kind { LINE_GATING, LINE_ADVISORY, LINE_BOUND };

struct gate_line {
	enum line_kind kind;
	char *glob;
	double bound; /* log ratio */
};

int gate_file_parse_share(const char *text, double *share)
{
	size_t length = strcspn(text, " %");
	const char *unit = text + length + strspn(text + length, " ");
	char number[32];

	if (length < sizeof(number) && (!*unit || !strcmp(unit, "%"))) {
		memcpy(number, text, length);
		number[length] = '\0';
		if (csv_parse_number(number, share) == 0) {
			*share /= *unit ? 100 : 1;
			if (*share > 0 && *share < 1)
				return 0;
		}
	}
	return fault("\"%s\" is not a share above 0 and below 100 %%; write it like 1%% or 0.5%%", text);
}

static int set_text(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
	return 0;
}

static int set_count(uint64_t *field, const char *key, const char *value)
{
	return units_parse_count(value, 1, GATE_SESSIONS_MAX, field) < 0 ? fault_at("%s", key) : 0;
}

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

/* A line "run = move_pages batch=1" adds its words to those of the lines before. */
static int add_words(struct gate_file *f, const char *value)
{
	size_t n = 0;

	while (f->run && f->run[n])
		n++;
	for (value += strspn(value, " \t"); *value; value += strspn(value, " \t")) {
		size_t length = strcspn(value, " \t");

		f->run = xrealloc(f->run, (n + 2) * sizeof(*f->run));
		f->run[n++] = xstrndup(value, length);
		f->run[n] = NULL;
		value += length;
	}
	return 0;
}

static int set_gate(struct gate_file *f, const char *key, const char *value)
{
	char **text = !strcmp(key, "topology")	 ? &f->topology
		      : !strcmp(key, "mode")	 ? &f->mode
		      : !strcmp(key, "profile")	 ? &f->profile
		      : !strcmp(key, "kernel")	 ? &f->kernel
		      : !strcmp(key, "baseline") ? &f->baseline
						 : NULL;
	double *share = !strcmp(key, "alpha") ? &f->alpha : !strcmp(key, "detect") ? &f->detect : NULL;
	uint64_t *count = !strcmp(key, "screen") ? &f->screen : !strcmp(key, "confirm") ? &f->confirm : NULL;

	if (!strcmp(key, "mode") && strcmp(value, "counted") && strcmp(value, "fast"))
		return fault("mode = %s: it is counted or fast", value);
	if (text)
		return set_text(text, value);
	if (share)
		return gate_file_parse_share(value, share);
	if (count)
		return set_count(count, key, value);
	if (!strcmp(key, "run"))
		return add_words(f, value);
	return fault("unknown key \"%s\"; [gate] has topology, mode, profile, kernel, baseline, run, screen, confirm, "
		     "alpha, detect",
		     key);
}

static int add_line(struct gate_file *f, enum line_kind kind, const char *glob, double bound)
{
	f->line = xgrow(f->line, f->lines, sizeof(*f->line));
	f->line[f->lines++] = (struct gate_line){ kind, xstrdup(glob), bound };
	return 0;
}

static int add_points(struct gate_file *f, enum line_kind kind, const char *key, const char *glob)
{
	if (strcmp(key, "point"))
		return fault("unknown key \"%s\"; write point = GLOB, where GLOB is a point or a pattern of points",
			     key);
	return add_line(f, kind, glob, 0);
}

static int add_bound(struct gate_file *f, const char *key, const char *glob)
{
	double share;

	return gate_file_parse_share(key, &share) < 0 ? -1 : add_line(f, LINE_BOUND, glob, log1p(share));
}

static int each_line(const struct inifile_line *line, void *context)
{
	if (line->continues)
		return fault("a line must not start with a blank");
	if (!strcmp(line->section, "gate"))
		return set_gate(context, line->key, line->value);
	if (!strcmp(line->section, "gating"))
		return add_points(context, LINE_GATING, line->key, line->value);
	if (!strcmp(line->section, "advisory"))
		return add_points(context, LINE_ADVISORY, line->key, line->value);
	if (!strcmp(line->section, "bound"))
		return add_bound(context, line->key, line->value);
	return fault("unknown section [%s]; a gate file has [gate], [gating], [advisory] and [bound]", line->section);
}

struct gate_file *gate_file_load(const char *path)
{
	static const char *const repeats[] = { "run", "gating", "advisory", "bound", NULL };
	struct gate_file *f = xcalloc(1, sizeof(*f));

	if (inifile_read(path, repeats, each_line, f, NULL) == 0)
		return f;
	gate_file_free(f);
	return NULL;
}

static bool any_matches(const struct gate_file *f, enum line_kind kind, const char *point, bool if_none)
{
	bool none = true;

	for (size_t i = 0; i < f->lines; i++) {
		if (f->line[i].kind != kind)
			continue;
		none = false;
		if (!fnmatch(f->line[i].glob, point, 0))
			return true;
	}
	return none && if_none;
}

/* The benchmark of that name, with or without axes. */
static bool is_null(const char *point)
{
	return !strncmp(point, "null", 4) && strchr(" ", point[4]);
}

bool gate_file_is_gating(const struct gate_file *f, const char *point)
{
	if (is_null(point) || !f)
		return !is_null(point);
	return any_matches(f, LINE_GATING, point, true) && !any_matches(f, LINE_ADVISORY, point, false);
}

bool gate_file_has_bounds(const struct gate_file *f)
{
	for (size_t i = 0; i < f->lines; i++)
		if (f->line[i].kind == LINE_BOUND)
			return true;
	return false;
}

double gate_file_bound(const struct gate_file *f, const char *point)
{
	double bound = 0;

	for (size_t i = 0; i < f->lines; i++)
		if (f->line[i].kind == LINE_BOUND && !fnmatch(f->line[i].glob, point, 0))
			bound = f->line[i].bound;
	return bound;
}

void gate_file_free(struct gate_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->lines; i++)
		free(f->line[i].glob);
	free(f->line);
	free_words(f->run);
	free(f->topology);
	free(f->mode);
	free(f->profile);
	free(f->kernel);
	free(f->baseline);
	free(f);
}
