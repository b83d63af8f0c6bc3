// SPDX-License-Identifier: GPL-2.0-or-later
/* request_options - the options that say what to measure */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "cli/request_options.h"

enum { KEY_YES = 0x100 };

static const struct argp_option options[] = {
	{ "profile", 'p', "NAME", 0, "quick (the default), gate or standard: which points, how many repetitions", 0 },
	{ "set", 's', "AXIS=VALUES", 0, "use these values of the axis in every selected benchmark that has it", 0 },
	{ "yes", KEY_YES, NULL, 0, "plan more than 100000 points", 0 },
	{},
};

static void append(char ***list, size_t *count, char *word)
{
	*list = xgrow(*list, *count, sizeof(**list));
	(*list)[(*count)++] = word;
}

static error_t parse_selection(int key, char *arg, struct argp_state *state)
{
	struct request *r = state->input;

	switch (key) {
	case 'p':
		if (profile_parse(arg, &r->plan.profile))
			argp_error(state, "--profile %s: %s", arg, fault_text());
		return 0;
	case 's':
		append((char ***)&r->plan.set, &r->plan.sets, arg);
		return 0;
	case KEY_YES:
		r->plan.any_size = true;
		return 0;
	case ARGP_KEY_ARG:
		append(&r->words, &r->word_count, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp request_argp = { options, parse_selection, NULL, NULL, NULL, NULL, NULL };
