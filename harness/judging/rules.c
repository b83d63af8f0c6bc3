// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/csv.h"
#include "base/fault.h"
#include "base/inifile.h"
#include "base/units.h"
#include "judging/rules.h"

enum rule_kind { RULE_GATING, RULE_ADVISORY, RULE_BOUND };

struct rule {
	enum rule_kind kind;
	char *glob;
	double bound; /* log ratio */
};

int rules_parse_share(const char *text, double *share)
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
	*field = strdup(value);
	return *field ? 0 : fault("out of memory");
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
static int add_words(struct rules *r, const char *value)
{
	size_t n = 0;

	while (r->run && r->run[n])
		n++;
	for (value += strspn(value, " \t"); *value; value += strspn(value, " \t")) {
		size_t length = strcspn(value, " \t");
		char **grown = realloc(r->run, (n + 2) * sizeof(*grown));

		if (!grown)
			return fault("out of memory");
		r->run = grown;
		grown[n] = strndup(value, length);
		grown[n + 1] = NULL;
		if (!grown[n++])
			return fault("out of memory");
		value += length;
	}
	return 0;
}

static int set_gate(struct rules *r, const char *key, const char *value)
{
	char **text = !strcmp(key, "topology")	 ? &r->topology
		      : !strcmp(key, "mode")	 ? &r->mode
		      : !strcmp(key, "profile")	 ? &r->profile
		      : !strcmp(key, "kernel")	 ? &r->kernel
		      : !strcmp(key, "baseline") ? &r->baseline
						 : NULL;
	double *share = !strcmp(key, "alpha") ? &r->alpha : !strcmp(key, "detect") ? &r->detect : NULL;
	uint64_t *count = !strcmp(key, "screen") ? &r->screen : !strcmp(key, "confirm") ? &r->confirm : NULL;

	if (!strcmp(key, "mode") && strcmp(value, "counted") && strcmp(value, "fast"))
		return fault("mode = %s: it is counted or fast", value);
	if (text)
		return set_text(text, value);
	if (share)
		return rules_parse_share(value, share);
	if (count)
		return set_count(count, key, value);
	if (!strcmp(key, "run"))
		return add_words(r, value);
	return fault("unknown key \"%s\"; [gate] has topology, mode, profile, kernel, baseline, run, screen, confirm, "
		     "alpha, detect",
		     key);
}

static int add_rule(struct rules *r, enum rule_kind kind, const char *glob, double bound)
{
	struct rule *grown = realloc(r->rule, (r->rules_n + 1) * sizeof(*grown));

	if (!grown)
		return fault("out of memory");
	r->rule = grown;
	r->rule[r->rules_n] = (struct rule){ kind, strdup(glob), bound };
	return r->rule[r->rules_n++].glob ? 0 : fault("out of memory");
}

static int add_points(struct rules *r, enum rule_kind kind, const char *key, const char *glob)
{
	if (strcmp(key, "point"))
		return fault("unknown key \"%s\"; write point = GLOB, where GLOB is a point or a pattern of points",
			     key);
	return add_rule(r, kind, glob, 0);
}

static int add_bound(struct rules *r, const char *key, const char *glob)
{
	double share;

	return rules_parse_share(key, &share) < 0 ? -1 : add_rule(r, RULE_BOUND, glob, log1p(share));
}

static int each_line(const struct inifile_line *line, void *context)
{
	if (line->continues)
		return fault("a line must not start with a blank");
	if (!strcmp(line->section, "gate"))
		return set_gate(context, line->key, line->value);
	if (!strcmp(line->section, "gating"))
		return add_points(context, RULE_GATING, line->key, line->value);
	if (!strcmp(line->section, "advisory"))
		return add_points(context, RULE_ADVISORY, line->key, line->value);
	if (!strcmp(line->section, "bound"))
		return add_bound(context, line->key, line->value);
	return fault("unknown section [%s]; a gate file has [gate], [gating], [advisory] and [bound]", line->section);
}

struct rules *rules_load(const char *path)
{
	static const char *const repeats[] = { "run", "gating", "advisory", "bound", NULL };
	struct rules *r = calloc(1, sizeof(*r));

	if (!r) {
		fault("out of memory");
		return NULL;
	}
	if (inifile_read(path, repeats, each_line, r, NULL) == 0)
		return r;
	rules_free(r);
	return NULL;
}

static bool any_matches(const struct rules *r, enum rule_kind kind, const char *point, bool if_none)
{
	bool none = true;

	for (size_t i = 0; i < r->rules_n; i++) {
		if (r->rule[i].kind != kind)
			continue;
		none = false;
		if (!fnmatch(r->rule[i].glob, point, 0))
			return true;
	}
	return none && if_none;
}

/* The benchmark of that name, with or without axes. */
static bool is_null(const char *point)
{
	return !strncmp(point, "null", 4) && strchr(" ", point[4]);
}

bool rules_is_gating(const struct rules *r, const char *point)
{
	if (is_null(point) || !r)
		return !is_null(point);
	return any_matches(r, RULE_GATING, point, true) && !any_matches(r, RULE_ADVISORY, point, false);
}

bool rules_has_bounds(const struct rules *r)
{
	for (size_t i = 0; i < r->rules_n; i++)
		if (r->rule[i].kind == RULE_BOUND)
			return true;
	return false;
}

double rules_bound(const struct rules *r, const char *point)
{
	double bound = 0;

	for (size_t i = 0; i < r->rules_n; i++)
		if (r->rule[i].kind == RULE_BOUND && !fnmatch(r->rule[i].glob, point, 0))
			bound = r->rule[i].bound;
	return bound;
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->rules_n; i++)
		free(r->rule[i].glob);
	free(r->rule);
	free_words(r->run);
	free(r->topology);
	free(r->mode);
	free(r->profile);
	free(r->kernel);
	free(r->baseline);
	free(r);
}
