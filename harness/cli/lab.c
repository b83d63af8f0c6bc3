// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop lab - boots a machine with many memory nodes and runs nodehop in it
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "base/units.h"
#include "campaign/exit_code.h"
#include "campaign/lab_run.h"
#include "cli/command.h"
#include "lab/channel.h"
#include "lab/qemu.h"

#define SESSIONS_MAX 999

enum { KEY_APPEND = 0x400, KEY_CONSOLE, KEY_DEADLINE, KEY_PRINT };

static const char doc[] =
	"Boots a real kernel on an emulated machine of TOPOLOGY (a name in topologies/, or a file)\n"
	"and runs a nodehop command in it. Needs no root and no /dev/kvm.\v"
	"What follows -- is the command for the guest: run (the default), check, explain, topo,\n"
	"doctor, plan or list. For run, each seed is one boot and one session of a single run folder.\n\n"
	"Modes: counted (the default) has one CPU whose clock counts instructions: the same seed\n"
	"gives the same digits, on a busy machine too. fast has all CPUs; there only outcomes and\n"
	"counters mean something, times do not.\n\n"
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
	{ "mode", 'm', "counted|fast", 0, "who keeps the time (default counted)", 1 },
	{ "seed", 'S', "N|N..M", 0, "a boot for each seed (default 1..2 for run, else 1)", 1 },
	{ "append", KEY_APPEND, "ARGS", 0, "add to the kernel command line", 1 },
	{ "out", 'o', "DIR", 0, "the run folder (default results/runs/TIME-TOPOLOGY-KERNEL)", 1 },
	{ "keep-console", KEY_CONSOLE, "FILE", 0, "write what came over the guests' consoles", 1 },
	{ "deadline", KEY_DEADLINE, "TIME", 0, DEADLINE_HELP, 1 },
	{ "print", KEY_PRINT, NULL, 0, "print the QEMU command and boot nothing", 1 },
	{},
};

struct options {
	const char *topology, *kernel, *append, *out, *keep_console;
	enum timekeeper mode;
	uint64_t first_seed, last_seed;
	bool seed_given, print;
	unsigned deadline_s;
	FILE *consoles; /* of keep_console */
};

/* ---- the command line ------------------------------------------------------------ */

static int parse_seeds(const char *text, struct options *o)
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

static int parse_mode(const char *text, struct options *o)
{
	if (strcmp(text, "counted") && strcmp(text, "fast"))
		return fault("there are counted and fast");
	o->mode = strcmp(text, "fast") ? TIME_COUNTED : TIME_UNTIMED;
	return 0;
}

static void take_topology(const char *arg, struct options *o, struct argp_state *state)
{
	if (o->topology)
		argp_error(state, "%s: put -- before the guest's command, like: nodehop lab %s -- %s", arg, o->topology,
			   arg);
	o->topology = arg;
}

static error_t parse_lab(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

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

/* ---- the guests' consoles ---------------------------------------------------------- */

/* Before the boots: a file that cannot be written must not cost one. */
static int open_consoles(struct options *o)
{
	o->consoles = o->keep_console ? fopen(o->keep_console, "we") : NULL;
	if (o->keep_console && !o->consoles)
		return fault("%s: cannot create: %s", o->keep_console, strerror(errno));
	return 0;
}

static int write_consoles(const struct options *o, const struct boot *boot, int count)
{
	for (int i = 0; o->consoles && i < count; i++)
		fprintf(o->consoles, "%s== session %d, seed %lu\n%s", i ? "\n" : "", boot[i].session, boot[i].seed,
			boot[i].console ?: "not started\n");
	if (o->consoles && (ferror(o->consoles) | fclose(o->consoles)))
		return fault("%s: cannot write: %s", o->keep_console, strerror(errno));
	return 0;
}

/* ---- other commands than run: their output is relayed ------------------------------ */

static int relay(const json_t *record, void *context)
{
	const char *kind = json_string_value(json_object_get(record, "kind")) ?: "";
	bool is_error = json_integer_value(json_object_get(record, "stream")) == 2;
	FILE *to = is_error ? stderr : stdout;

	(void)context;
	if (strcmp(kind, "out"))
		return 0;
	fputs(json_string_value(json_object_get(record, "text")) ?: "", to);
	fflush(to);
	return 0;
}

static int run_command(const struct lab *lab, const struct options *o)
{
	struct boot boot = { .session = 1, .seed = o->first_seed, .record = relay };
	int code;

	if (boot_all(lab, &boot, 1))
		return exit_trouble();
	code = boot.exit_code;
	if (boot.end != BOOT_DONE) {
		fault("the guest: %s", boot.detail);
		code = exit_trouble();
	}
	if (write_consoles(o, &boot, 1))
		code = exit_trouble();
	boot_free(&boot);
	return code;
}

/* ---- run ----------------------------------------------------------------------------- */

static int run_run(const struct lab *lab, const struct options *o, int argc, char **argv)
{
	int count = o->last_seed - o->first_seed + 1;
	struct boot *boot = xcalloc(count, sizeof(*boot));
	int code;

	for (int i = 0; i < count; i++)
		boot[i] = (struct boot){ .session = i + 1, .seed = o->first_seed + i };
	code = lab_run(lab, boot, count, o->out, argc, argv);
	if (write_consoles(o, boot, count))
		code = exit_trouble();
	for (int i = 0; i < count; i++)
		boot_free(&boot[i]);
	free(boot);
	return code;
}

static int print_commands(const struct lab *lab, const struct options *o)
{
	for (uint64_t seed = o->first_seed; seed <= o->last_seed; seed++)
		if (boot_print(stdout, lab, seed))
			return exit_trouble();
	return EXIT_FINE;
}

static int dispatch(const struct lab *lab, struct options *o, int guest_argc, char **guest_argv)
{
	bool is_run = !strcmp(guest_argv[1], "run");

	if (!o->seed_given)
		o->last_seed = is_run ? 2 : 1;
	if (o->print)
		return print_commands(lab, o);
	if (!is_run && (o->last_seed != o->first_seed || o->out)) {
		fault("--out and several seeds are for run; %s boots once and prints", guest_argv[1]);
		return exit_trouble();
	}
	if (boot_check(lab) || open_consoles(o))
		return exit_trouble();
	interrupt_note();
	return is_run ? run_run(lab, o, guest_argc, guest_argv) : run_command(lab, o);
}

static struct topology *load_topology(const char *name)
{
	char *path = topology_find(name);
	struct topology *topology = path ? topology_load(path) : NULL;

	free(path);
	return topology;
}

static int run_lab(struct options *o, int guest_argc, char **guest_argv)
{
	struct topology *topology = load_topology(o->topology);
	struct kernel kernel = {};
	int code;

	if (!topology || !qemu_version() || kernel_find(o->kernel, &kernel)) {
		code = exit_trouble();
	} else {
		struct lab lab = {
			.topology = topology,
			.mode = o->mode,
			.kernel = &kernel,
			.append = o->append,
			.argv = (const char *const *)guest_argv,
			.deadline_s = o->deadline_s,
		};

		if (*kernel.note)
			fprintf(stderr, "nodehop: %s\n", kernel.note);
		code = dispatch(&lab, o, guest_argc, guest_argv);
	}
	kernel_free(&kernel);
	free(topology);
	return code;
}

static int lab(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_lab, "TOPOLOGY [-- COMMAND [ARGUMENT...]]", doc, NULL,
					  NULL,		NULL };
	struct options o = {
		.kernel = KERNEL_DEFAULT,
		.append = "",
		.mode = TIME_COUNTED,
		.first_seed = 1,
		.last_seed = 1,
	};
	char **guest_argv = guest_command(&argc, argv);
	int guest_argc = 0;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	while (guest_argv[guest_argc])
		guest_argc++;
	if (channel_lab()) {
		fault("this is a lab guest already");
		return exit_trouble();
	}
	if (check_guest_command(guest_argv[1]))
		return exit_trouble();
	return run_lab(&o, guest_argc, guest_argv);
}

COMMAND(lab) = { "lab", "boot a machine with many memory nodes, and run nodehop in it", lab };
