/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fingerprint - the facts of a machine, and which of them decide whether two runs compare
 *
 * Facts are flat objects with dotted keys ("cpu.model", "kernel.release"). Hard
 * facts must agree for two runs to be compared, soft ones are there to be read.
 */
#ifndef NODEHOP_FINGERPRINT_H
#define NODEHOP_FINGERPRINT_H

#include <jansson.h>
#include "machine/facts.h"

/*
 * CPUs that the kernel has made room for, online or not: the cost of a call is
 * that of a kernel for so many. Hard everywhere; a counted run that does not
 * have it was measured with one.
 */
#define FACT_POSSIBLE_CPUS "possible_cpus"

/*
 * {"hard": {...}, "soft": {...}} of this system, for the env record. In the
 * lab only what the emulated machine decides is hard; the caller merges the
 * job's facts.
 */
json_t *fingerprint_facts(const struct machine *m);

/*
 * Compares the hard facts of two environments (objects with "hard"). The
 * variant, "kernel" or "knob:thp", excuses the facts of its name and below it
 * ("kernel.release", "knob.thp"); with variant kernel also those that one
 * kernel does not know at all. `ignore` excuses further keys (NULL-terminated;
 * NULL for none). Memory sizes may differ by 2 % or 64 MiB: kernels reserve different
 * amounts. *differing becomes an array of {key, a, b}, null where a side lacks
 * the key; drop it with json_decref. The count.
 */
int fingerprint_compare(const json_t *env_a, const json_t *env_b, const char *variant, const char *const *ignore,
			json_t **differing);

/* The array as one line "key (a / b), ..."; free() it. */
char *fingerprint_describe(const json_t *differing);

#endif
