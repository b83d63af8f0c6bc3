// SPDX-License-Identifier: GPL-2.0-or-later
/* target - the option that names the machine in question, and loading that machine */
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "campaign/environment.h"
#include "cli/target.h"
#include "lab/topology.h"

static const struct argp_option options[] = {
	{ "topology", 't', "NAME|FILE", 0,
	  "a shipped topology (2s, 4s, ...), a .topo file or hwloc XML, instead of this "
	  "system",
	  2 },
	{ "mode", 'm', "MODE", 0, "the form a .topo file is booted in: counted (one CPU; the default) or fast", 2 },
	{},
};

static error_t parse_target(int key, char *arg, struct argp_state *state)
{
	struct target *t = state->input;

	switch (key) {
	case 't':
		t->topology = arg;
		return 0;
	case 'm':
		if (strcmp(arg, "counted") && strcmp(arg, "fast"))
			argp_error(state, "--mode %s: counted or fast is needed", arg);
		t->mode = strcmp(arg, "fast") ? TIME_COUNTED : TIME_UNTIMED;
		t->mode_given = true;
		return 0;
	case ARGP_KEY_END:
		if (t->mode_given && !t->topology)
			argp_error(state, "--mode says how --topology would be booted; give one");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp target_argp = { options, parse_target, NULL, NULL, NULL, NULL, NULL };

static int load_topo(const struct target *t, struct machine *m)
{
	char *path = topology_find(t->topology);
	struct topology *topology = path ? topology_load(path) : NULL;
	int result = -1;

	if (topology)
		result = topology_machine(topology, t->mode_given ? t->mode : TIME_COUNTED, m);
	free(topology);
	free(path);
	return result;
}

int target_load(const struct target *t, struct machine *m)
{
	size_t length = t->topology ? strlen(t->topology) : 0;

	if (!t->topology)
		return environment_machine(m);
	if (length > 4 && !strcmp(t->topology + length - 4, ".xml"))
		return machine_load_xml(m, t->topology);
	return load_topo(t, m);
}
