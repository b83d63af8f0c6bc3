// SPDX-License-Identifier: GPL-2.0-or-later
/* environment - the facts of this machine, with what the host says where it is a lab guest */
#include <stdio.h>
#include <string.h>
#include "campaign/environment.h"
#include "lab/channel.h"
#include "record/fingerprint.h"

int environment_machine(struct machine *m)
{
	const json_t *lab = channel_lab();
	const char *mode = lab ? json_string_value(json_object_get(lab, "mode")) : NULL;

	if (machine_load(m))
		return -1;
	if (!lab)
		return 0;
	m->timekeeper = mode && !strcmp(mode, "counted") ? TIME_COUNTED : TIME_UNTIMED;
	snprintf(m->name, sizeof(m->name), "%s", json_string_value(json_object_get(lab, "topology")) ?: "lab");
	return 0;
}

/* The lab says what the guest's kernel was given; what it made of it (CONFIG_NR_CPUS, nr_cpus=) is what was measured. */
static void keep_possible_cpus(json_t *hard, const struct machine *m, const json_t *given)
{
	int asked = json_integer_value(given);

	if (!given || !m->possible_cpus || m->possible_cpus == asked)
		return;
	json_object_set_new(hard, FACT_POSSIBLE_CPUS, json_integer(m->possible_cpus));
	fprintf(stderr, "this kernel makes room for %d CPUs, not for the %d of its machine\n", m->possible_cpus, asked);
}

json_t *environment_facts(const struct machine *m)
{
	json_t *facts = fingerprint_facts(m);
	const json_t *lab = channel_lab();

	if (lab) {
		json_t *hard = json_object_get(facts, "hard"), *given = json_object_get(lab, "hard");

		json_object_update(hard, given);
		keep_possible_cpus(hard, m, json_object_get(given, FACT_POSSIBLE_CPUS));
		json_object_update(json_object_get(facts, "soft"), json_object_get(lab, "soft"));
	}
	return facts;
}
