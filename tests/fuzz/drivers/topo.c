// SPDX-License-Identifier: GPL-2.0-or-later
/* A machine's description: what was accepted takes a form in each mode, and can be planned for. */
#include <stdlib.h>
#include "../fuzz.h"
#include "lab/topology.h"

static void shape(const struct topology *t, enum timekeeper mode)
{
	static struct machine m;
	struct topology *form = topology_form(t, mode);

	fuzz_hold(form && form->nodes > 0 && form->nodes <= TOPOLOGY_NODES_MAX);
	for (int i = 0; i < form->nodes; i++)
		fuzz_hold(form->node[i].initiator < form->nodes);
	fuzz_hold(topology_memory_bytes(form) > 0 && topology_cpus(form) > 0);
	if (!topology_machine(t, mode, &m))
		fuzz_hold(m.nodes > 0 && m.nodes <= NODES_MAX);
	machine_free(&m);
	free(form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topology *t = topology_load(fuzz_write("machine.topo", data, size));

	if (!t)
		return 0;
	shape(t, TIME_COUNTED);
	shape(t, TIME_UNTIMED);
	free(t);
	return 0;
}
