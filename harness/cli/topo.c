// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nodehop topo - nodes, CPUs, memory, distances and page kinds as nodehop sees them
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/fault.h"
#include "campaign/exit_code.h"
#include "cli/command.h"
#include "cli/target.h"
#include "output/machine_text.h"

static const char doc[] = "Prints the memory nodes of this system, or of a machine in a file.\v"
			  "Examples:\n"
			  "  nodehop topo\n"
			  "  nodehop topo --topology cxl --mode fast\n"
			  "  nodehop topo --xml > machine.xml";

enum { KEY_XML = 0x300 };

struct options {
	struct target target;
	bool xml;
};

static const struct argp_option option_table[] = {
	{ "xml", KEY_XML, NULL, 0, "print hwloc XML, as `plan --topology` takes it", 1 },
	{},
};

static error_t parse_topo(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->target;
		return 0;
	case KEY_XML:
		o->xml = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int print_xml(const struct machine *m, const char *topology)
{
	char *xml = m->topology ? machine_to_xml(m) : NULL;

	if (!xml) {
		fault("a .topo file has no hwloc tree; boot it: nodehop lab %s -- topo --xml", topology);
		return exit_trouble();
	}
	printf("%s", xml);
	free(xml);
	return EXIT_FINE;
}

static int topo(int argc, char **argv)
{
	static const struct argp_child children[] = { { &target_argp, 0, NULL, 0 }, {} };
	static const struct argp argp = { option_table, parse_topo, NULL, doc, children, NULL, NULL };
	struct machine m = {};
	struct options o = {};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (target_load(&o.target, &m))
		return exit_trouble();
	code = o.xml ? print_xml(&m, o.target.topology) : EXIT_FINE;
	if (!o.xml)
		machine_print(&m);
	machine_free(&m);
	return code;
}

COMMAND(topo) = { "topo", "nodes, distances and page sizes, of this system or a file", topo };
