// SPDX-License-Identifier: GPL-2.0-or-later
/* run_options - the command line of `nodehop run`, on this system and for a lab guest */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/units.h"
#include "campaign/progress.h"
#include "cli/request_options.h"

enum {
	KEY_NO_TUNE = 0x200,
	KEY_RESUME,
	KEY_EVENTS,
	KEY_COUNTERS,
	KEY_KNOB,
	KEY_JSON,
	KEY_CPUS,
	KEY_WITHIN,
	KEY_ALLOW_LOAD
};

static const char doc[] =
	"Measures points on this system and writes a run folder.\v"
	"A point is a benchmark with one value of every axis; its key, as printed in every table, can be pasted "
	"back.\n\n"
	"Examples:\n"
	"  nodehop run                              every benchmark, quick profile\n"
	"  nodehop run --profile standard --sessions 6\n"
	"  nodehop run move_pages size=16m batch=512 pair=0:1 page=base\n"
	"  nodehop run move_pages --set batch=1..4096:x8 null\n"
	"  nodehop run --events PAPI_TOT_INS,PAPI_TLB_DM,PAGE-FAULTS move_pages\n"
	"  nodehop run --resume results/runs/20260101-120000-server\n\n"
	"Settings that would disturb (NUMA balancing, KSM, ...) are changed for the time of the run and put back;\n"
	"--no-tune changes none, and leaves out the points that need one changed; --knob NAME=VALUE holds one, named\n"
	"as in `nodehop doctor` or by its path below /proc/sys or /sys, and a point that needs another value of it is\n"
	"blocked. Exit codes: 0 fine, 1 a point is wrong or broken, 2 usage or files, 4 nothing could be measured,\n"
	"128 + the signal when interrupted (SIGINT: 130).";

static const struct argp_option option_table[] = {
	{ "sessions", 'n', "N", 0, "how many sessions, each a fresh process tree with the next seed (default 1)", 1 },
	{ "within", KEY_WITHIN, "TIME", 0,
	  "as many sessions as fit into this time, like 240s: at least one, at most six", 1 },
	{ "seed", 'S', "N", 0, "of the first session: decides the order of its points (default 1)", 1 },
	{ "out", 'o', "DIR", 0, "the run folder (default results/runs/TIME-MACHINE)", 1 },
	{ "no-tune", KEY_NO_TUNE, NULL, 0, "leave the machine's settings as found", 1 },
	{ "cpus", KEY_CPUS, "LIST", 0,
	  "use these CPUs and no others, like 2 or 0-3,8 (default: those that this user may use; of "
	  "a node's CPUs an isolated one measures, else not CPU 0, and none that is busy or serves interrupts)",
	  1 },
	{ "allow-load", KEY_ALLOW_LOAD, NULL, 0,
	  "mark no sample as disturbed by other load on this machine; the run and its report say so", 1 },
	{ "knob", KEY_KNOB, "NAME=VALUE", 0, "hold this kernel setting for the time of the run; can be given again",
	  1 },
	{ "counters", KEY_COUNTERS, NULL, 0,
	  "after the timed repetitions, a few more that count: " COUNTERS_SOFTWARE
	  ", /proc/vmstat, interrupts between CPUs, load of the machine",
	  1 },
	{ "events", KEY_EVENTS, "A,B,...", 0,
	  "the same with these events, as PAPI knows them: presets, native events, "
	  "tracepoints",
	  1 },
	{ "quiet", 'q', NULL, 0, "print the run folder's name alone", 1 },
	{ "json", KEY_JSON, NULL, 0, "print one JSON object per line: the plan, each point as it is done, the end", 1 },
	{ "resume", KEY_RESUME, "DIR", 0, "measure what an incomplete run still lacks, with its own arguments", 1 },
	{},
};

static void add_knob(struct argp_state *state, struct run_request *o, const char *arg)
{
	const char *value = strchr(arg, '=');

	if (!value || value == arg || !value[1])
		argp_error(state, "--knob %s: it is NAME=VALUE, like numa_balancing=1", arg);
	o->knob = xgrow(o->knob, o->knobs, sizeof(*o->knob));
	o->knob[o->knobs++] = arg;
}

static error_t parse_run(int key, char *arg, struct argp_state *state)
{
	struct run_request *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->request;
		return 0;
	case ARGP_KEY_END:
		if (o->seed + o->sessions - 1 > INT32_MAX)
			argp_error(state, "--seed: the last of %" PRIu64 " sessions would have a seed above %d",
				   o->sessions, INT32_MAX);
		return 0;
	case 'n':
		if (units_parse_count(arg, 1, 999, &o->sessions))
			argp_error(state, "--sessions: %s", fault_text());
		o->within_ns = 0; /* the later one counts */
		return 0;
	case KEY_WITHIN:
		if (units_parse_ns(arg, 1000000000, 1000000000ull * 86400, &o->within_ns))
			argp_error(state, "--within: %s", fault_text());
		return 0;
	case 'S':
		if (units_parse_count(arg, 0, INT32_MAX, &o->seed))
			argp_error(state, "--seed: %s", fault_text());
		return 0;
	case 'o':
		o->out = arg;
		return 0;
	case KEY_RESUME:
		o->resume = arg;
		return 0;
	case KEY_COUNTERS:
		arg = COUNTERS_SOFTWARE;
		/* fall through */
	case KEY_EVENTS:
		if (counters_parse(&o->events, arg))
			argp_error(state, "--events: %s", fault_text());
		return 0;
	case KEY_KNOB:
		add_knob(state, o, arg);
		return 0;
	case KEY_CPUS:
		o->cpus = arg;
		return 0;
	case KEY_NO_TUNE:
		o->no_tune = true;
		return 0;
	case KEY_ALLOW_LOAD:
		o->allow_load = true;
		return 0;
	case 'q':
		progress_set(VOICE_QUIET);
		return 0;
	case KEY_JSON:
		progress_set(VOICE_JSON);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

void run_options_parse(int argc, char **argv, struct run_request *r)
{
	static const struct argp_child children[] = { { &request_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { option_table, parse_run, "[BENCHMARK [AXIS=VALUES...]]...", doc, children,
					  NULL,		NULL };

	*r = (struct run_request){ .sessions = 1, .seed = 1 };
	argp_parse(&argp, argc, argv, 0, NULL, r);
}
