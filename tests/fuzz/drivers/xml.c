// SPDX-License-Identifier: GPL-2.0-or-later
/* hwloc XML. libhwloc crashes on some; then it is a child's crash, and a fault here. */
#include <pthread.h>
#include <signal.h>
#include "../fuzz.h"
#include "machine/facts.h"

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

/* The child's crashes are no findings: libFuzzer must not hear of them. */
static void in_child(void)
{
	static const int crash[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE };

	for (size_t i = 0; i < sizeof(crash) / sizeof(crash[0]); i++)
		signal(crash[i], SIG_DFL);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct machine m;
	static int prepared;

	if (!prepared++)
		pthread_atfork(NULL, NULL, in_child);
	if (machine_load_xml(&m, fuzz_write("machine.xml", data, size)))
		return 0;
	fuzz_hold(!m.is_this_system && m.nodes > 0 && m.nodes <= NODES_MAX && m.page_size);
	for (int i = 0; i < m.nodes; i++)
		fuzz_hold(m.node[i].id >= 0 && machine_node(&m, m.node[i].id) == &m.node[i]);
	machine_free(&m);
	return 0;
}
