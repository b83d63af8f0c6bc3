// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * outcome - the words for outcomes, and back
 */
#include <string.h>
#include "base/fault.h"
#include "base/outcome.h"

static const char *const names[OUTCOMES] = {
	[OK] = "ok",	       [UNSTABLE] = "unstable", [SKIPPED] = "skipped",
	[BLOCKED] = "blocked", [WRONG] = "wrong",	[BROKEN] = "broken",
};

const char *outcome_name(enum outcome outcome)
{
	return names[outcome];
}

int outcome_parse(const char *name, enum outcome *outcome)
{
	for (int i = 0; i < OUTCOMES; i++) {
		if (!strcmp(name, names[i])) {
			*outcome = i;
			return 0;
		}
	}
	return fault("\"%.40s\" is not an outcome; they are ok, unstable, skipped, blocked, wrong, broken", name);
}
