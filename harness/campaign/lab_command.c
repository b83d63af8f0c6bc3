// SPDX-License-Identifier: GPL-2.0-or-later
/* lab_command - a command in guests of the lab: one boot that prints, or for `run` a boot a session (lab_run) */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "campaign/exit_code.h"
#include "campaign/lab_command.h"
#include "campaign/lab_run.h"
#include "lab/qemu.h"

/* ---- the guests' consoles ---------------------------------------------------------- */

/* Before the boots: a file that cannot be written must not cost one. */
static int open_consoles(struct lab_request *o)
{
	o->consoles = o->keep_console ? fopen(o->keep_console, "we") : NULL;
	if (o->keep_console && !o->consoles)
		return fault("%s: cannot create: %s", o->keep_console, strerror(errno));
	return 0;
}

static int write_consoles(const struct lab_request *o, const struct boot *boot, int count)
{
	for (int i = 0; o->consoles && i < count; i++)
		fprintf(o->consoles, "%s== session %d, seed %lu\n%s", i ? "\n" : "", boot[i].session, boot[i].seed,
			boot[i].console ?: "not started\n");
	if (o->consoles && (ferror(o->consoles) | fclose(o->consoles)))
		return fault("%s: cannot write: %s", o->keep_console, strerror(errno));
	return 0;
}

/* ---- other commands than run: their output is relayed ------------------------------ */

static int relay_output(const json_t *record, void *context)
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

int lab_relay(const struct lab *lab, struct boot *boot)
{
	boot->record = relay_output;
	if (boot_all(lab, boot, 1))
		return exit_trouble();
	if (boot->end == BOOT_DONE)
		return boot->exit_code;
	fault("the guest: %s", boot->detail);
	return exit_trouble();
}

static int run_once(const struct lab *lab, const struct lab_request *o)
{
	struct boot boot = { .session = 1, .seed = o->first_seed };
	int code = o->instead ? o->instead(lab, o, &boot) : lab_relay(lab, &boot);

	if (write_consoles(o, &boot, 1))
		code = exit_trouble();
	boot_free(&boot);
	return code;
}

/* ---- run ----------------------------------------------------------------------------- */

static int run_sessions(const struct lab *lab, const struct lab_request *o)
{
	int count = o->last_seed - o->first_seed + 1;
	struct boot *boot = xcalloc(count, sizeof(*boot));
	int code;

	for (int i = 0; i < count; i++)
		boot[i] = (struct boot){ .session = i + 1, .seed = o->first_seed + i };
	code = lab_run(lab, boot, count, o);
	if (write_consoles(o, boot, count))
		code = exit_trouble();
	for (int i = 0; i < count; i++)
		boot_free(&boot[i]);
	free(boot);
	return code;
}

static int print_commands(const struct lab *lab, const struct lab_request *o)
{
	for (uint64_t seed = o->first_seed; seed <= o->last_seed; seed++)
		if (boot_print(stdout, lab, seed))
			return exit_trouble();
	return EXIT_FINE;
}

static int dispatch(const struct lab *lab, struct lab_request *o)
{
	bool is_run = !strcmp(o->argv[1], "run");

	if (!o->seed_given)
		o->last_seed = is_run ? 2 : 1;
	if (o->print)
		return print_commands(lab, o);
	if (!is_run && (o->last_seed != o->first_seed || o->out)) {
		fault("--out and several seeds are for run; %s boots once and prints", o->argv[1]);
		return exit_trouble();
	}
	if (boot_check(lab) || open_consoles(o))
		return exit_trouble();
	interrupt_note();
	return is_run ? run_sessions(lab, o) : run_once(lab, o);
}

static int set_possible_cpus(struct topology *topology, const struct lab_request *o)
{
	if (!o->possible_cpus)
		return 0;
	if (o->mode != TIME_COUNTED)
		return fault("--possible-cpus is for counted mode: in fast mode all CPUs of a topology are online");
	return topology_set_possible_cpus(topology, o->possible_cpus);
}

static struct topology *load_topology(const struct lab_request *o)
{
	char *path = topology_find(o->topology);
	struct topology *topology = path ? topology_load(path) : NULL;

	free(path);
	if (topology && set_possible_cpus(topology, o) < 0) {
		free(topology);
		return NULL;
	}
	return topology;
}

int lab_command(struct lab_request *o)
{
	struct topology *topology = load_topology(o);
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
			.no_functions = o->no_functions || !o->run,
			.argv = (const char *const *)o->argv,
			.deadline_s = o->deadline_s,
		};

		if (*kernel.note)
			fprintf(stderr, "nodehop: %s\n", kernel.note);
		code = dispatch(&lab, o);
	}
	kernel_free(&kernel);
	free(topology);
	return code;
}
