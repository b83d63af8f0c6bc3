// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop doctor - what this machine can measure, and why not the rest
 */
#include <argp.h>
#include <stdio.h>
#include "campaign/doctor.h"
#include "campaign/doctor_confinement.h"
#include "campaign/environment.h"
#include "campaign/exit_code.h"
#include "cli/command.h"

static const char doc[] = "Reports what can be measured here, and what is missing for the rest, with the remedy.\v"
			  "Example:\n  nodehop doctor\n  nodehop lab cxl --mode fast -- doctor";

enum { KEY_CAN_MIGRATE = 0x200 };

static const struct argp_option option_table[] = {
	{ "can-migrate", KEY_CAN_MIGRATE, NULL, 0,
	  "say only whether pages can be migrated here: exit 0, or 4 with the reason", 0 },
	{},
};

static error_t parse_doctor(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != KEY_CAN_MIGRATE)
		return ARGP_ERR_UNKNOWN;
	*(bool *)state->input = true;
	return 0;
}

static int can_migrate(const struct machine *m)
{
	char text[400];
	bool can = doctor_can_migrate(m, text, sizeof(text));

	puts(text);
	return can ? EXIT_FINE : EXIT_NOTHING;
}

static int doctor(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse_doctor, NULL, doc, NULL, NULL, NULL };
	struct machine m = {};
	bool ask_only = false;
	int code = EXIT_FINE;

	argp_parse(&argp, argc, argv, 0, NULL, &ask_only);
	if (environment_machine(&m))
		return exit_trouble();
	if (ask_only)
		code = can_migrate(&m);
	else
		doctor_print(&m);
	machine_free(&m);
	return code;
}

COMMAND(doctor) = { "doctor", "what this machine can measure, and why not the rest", doctor };
