// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop lab - boots a machine with many memory nodes and runs nodehop in it
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/units.h"
#include "campaign/exit_code.h"
#include "campaign/lab_command.h"
#include "campaign/lab_run.h"
#include "cli/command.h"
#include "explain/lab_explain.h"
#include "cli/request_options.h"
#include "lab/kernels.h"
#include "lab/channel.h"

#define SESSIONS_MAX 999

enum { KEY_APPEND = 0x400, KEY_CONSOLE, KEY_DEADLINE, KEY_NO_FUNCTIONS, KEY_POSSIBLE, KEY_PRINT };

static const char doc[] =
	"Boots a real kernel on an emulated machine of TOPOLOGY (a name in topologies/, or a file)\n"
	"and runs a nodehop command in it. Needs no root and no /dev/kvm.\v"
	"What follows -- is the command for the guest: run (the default), check, explain, topo,\n"
	"doctor, plan or list. For run, each seed is one boot and one session of a single run folder.\n\n"
	"Modes: counted (the default) has one CPU whose clock counts instructions: the same seed\n"
	"gives the same digits, on a busy machine too; its kernel is one for --possible-cpus. fast has all CPUs; there outcomes and counters\n"
	"mean something, times do not.\n\n"
	"Examples:\n"
	"  nodehop lab 2s\n"
	"  nodehop lab 4s --kernel 6.1 --seed 1..6 -- run move_pages batch=1,512\n"
	"  nodehop lab cxl --mode fast -- check\n"
	"  nodehop lab 2s --kernel ~/linux/arch/x86/boot/bzImage -- doctor\n"
	"  nodehop lab 8n --print\n\n"
	"Exit codes: those of the command in the guest; 2 when there was no guest to run it" EXIT_INTERRUPTED ".";

static const struct argp_option option_table[] = {
	{ "kernel", 'k', "6.1|6.12|PATH", 0, "Debian's kernel, or a bzImage of your own (default " KERNEL_DEFAULT ")",
	  1 },
	{ "mode", 'm', "counted|fast", 0, "what the clock shows: instructions or time (default counted)", 1 },
	{ "seed", 'S', "N|N..M", 0, "a boot for each seed (default 1..2 for run, else 1)", 1 },
	{ "append", KEY_APPEND, "ARGS", 0, "add to the kernel command line", 1 },
	{ "out", 'o', "DIR", 0, "the run folder (default results/runs/TIME-TOPOLOGY-KERNEL)", 1 },
	{ "keep-console", KEY_CONSOLE, "FILE", 0, "write the output of the guests' consoles", 1 },
	{ "deadline", KEY_DEADLINE, "TIME", 0, DEADLINE_HELP, 1 },
	{ "no-functions", KEY_NO_FUNCTIONS, NULL, 0,
	  "counted run: do not report which functions the instructions are in", 1 },
	{ "possible-cpus", KEY_POSSIBLE, "N", 0,
	  "counted: CPUs that the kernel makes room for, one of them online (default: the topology's, or 64)", 1 },
	{ "print", KEY_PRINT, NULL, 0, "print the QEMU command and boot nothing", 1 },
	{},
};

/* ---- the command line ------------------------------------------------------------ */

static int parse_seeds(const char *text, struct lab_request *o)
{
	const char *dots = strstr(text, "..");
	char first[32];

	snprintf(first, sizeof(first), "%.*s", dots ? (int)(dots - text) : 31, text);
	if (units_parse_count(first, 0, INT32_MAX, &o->first_seed) ||
	    units_parse_count(dots ? dots + 2 : first, 0, INT32_MAX, &o->last_seed))
		return -1;
	if (o->last_seed < o->first_seed || o->last_seed - o->first_seed >= SESSIONS_MAX)
		return fault("seeds go up, at most %d of them", SESSIONS_MAX);
	o->seed_given = true;
	return 0;
}

static int parse_mode(const char *text, struct lab_request *o)
{
	if (strcmp(text, "counted") && strcmp(text, "fast"))
		return fault("there are counted and fast");
	o->mode = strcmp(text, "fast") ? TIME_COUNTED : TIME_UNTIMED;
	return 0;
}

static void take_topology(const char *arg, struct lab_request *o, struct argp_state *state)
{
	if (o->topology)
		argp_error(state, "%s: put -- before the guest's command, like: nodehop lab %s -- %s", arg, o->topology,
			   arg);
	o->topology = arg;
}

static error_t parse_lab(int key, char *arg, struct argp_state *state)
{
	struct lab_request *o = state->input;

	switch (key) {
	case 'k':
		o->kernel = arg;
		return 0;
	case 'm':
		if (parse_mode(arg, o))
			argp_error(state, "--mode %s: %s", arg, fault_text());
		return 0;
	case 'S':
		if (parse_seeds(arg, o))
			argp_error(state, "--seed %s: %s", arg, fault_text());
		return 0;
	case KEY_APPEND:
		o->append = arg;
		return 0;
	case 'o':
		o->out = arg;
		return 0;
	case KEY_CONSOLE:
		o->keep_console = arg;
		return 0;
	case KEY_DEADLINE:
		if (boot_parse_deadline(arg, &o->deadline_s))
			argp_error(state, "--deadline %s: %s", arg, fault_text());
		return 0;
	case KEY_NO_FUNCTIONS:
		o->no_functions = true;
		return 0;
	case KEY_POSSIBLE:
		o->possible_cpus = arg;
		return 0;
	case KEY_PRINT:
		o->print = true;
		return 0;
	case ARGP_KEY_ARG:
		take_topology(arg, o, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "give a topology: a name (2s, 4s, ...) or a .topo file");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Cuts argv at "--"; what follows it is the guest's, and `run` when there is nothing. */
static char **guest_command(int *argc, char **argv)
{
	static char *run[] = { "nodehop", "run", NULL };

	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		if (!argv[i + 1])
			break;
		*argc = i;
		argv[i] = "nodehop";
		return argv + i;
	}
	return run;
}

static int check_guest_command(const char *name)
{
	static const char *const allowed[] = { "run", "check", "explain", "topo", "doctor", "plan", "list" };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!strcmp(name, allowed[i]))
			return 0;
	return fault("\"%s\" does not run in a guest; run, check, explain, topo, doctor, plan and list do", name);
}

/* Known before anything is booted: a misspelt option costs no boot. */
static void parse_guest_run(struct lab_request *o, struct run_request *run)
{
	char *words[o->argc + 1];

	memcpy(words, o->argv, (o->argc + 1) * sizeof(*words));
	words[1] = "nodehop run";
	run_options_parse(o->argc - 1, words + 1, run);
	o->run = run;
}

static int lab(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_lab, "TOPOLOGY [-- COMMAND [ARGUMENT...]]", doc, NULL,
					  NULL,		NULL };
	struct lab_request o = {
		.kernel = KERNEL_DEFAULT,
		.append = "",
		.mode = TIME_COUNTED,
		.first_seed = 1,
		.last_seed = 1,
	};
	char **guest_argv = guest_command(&argc, argv);
	struct run_request run = {};
	int guest_argc = 0, code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	while (guest_argv[guest_argc])
		guest_argc++;
	if (channel_lab()) {
		fault("this is a lab guest already");
		return exit_trouble();
	}
	if (check_guest_command(guest_argv[1]))
		return exit_trouble();
	o.argc = guest_argc;
	o.argv = guest_argv;
	if (!strcmp(guest_argv[1], "run") && !o.print)
		parse_guest_run(&o, &run);
	if (!strcmp(guest_argv[1], "explain") && lab_explain_is_exact(&o))
		o.instead = lab_explain;
	code = lab_command(&o);
	run_request_free(&run);
	return code;
}

COMMAND(lab) = { "lab", "boot a machine with many memory nodes, and run nodehop in it", lab };
