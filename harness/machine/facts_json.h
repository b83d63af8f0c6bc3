/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_json - the facts of a machine as flat JSON objects with dotted keys ("cpu.model", "kernel.release")
 *
 * A fact that cannot be read, or reads empty, is not entered. Text has '?' for
 * bytes that are not ASCII, and is never cut.
 */
#ifndef NODEHOP_FACTS_JSON_H
#define NODEHOP_FACTS_JSON_H

#include <jansson.h>
#include "machine/facts.h"

/* Enters a text; a whole file; the value of the first "NAME : value" line in a file like /proc/cpuinfo. */
void fact_set(json_t *facts, const char *key, const char *value);
void fact_set_file(json_t *facts, const char *key, const char *path);
void fact_set_field(json_t *facts, const char *key, const char *path, const char *name);

/* kernel.release, kernel.version, kernel.machine. */
void facts_enter_kernel(json_t *facts);

/*
 * kernel.preemption: none, voluntary, full, lazy or rt. Of a kernel that chooses at boot only root can see it, in
 * debugfs; of one without preemption the kernel does not say which of the first two it is.
 */
void facts_enter_preemption(json_t *facts);

/* cpu.*: the model, features that the kernel's code depends on, levels of page tables, what decides the CPUs' clock. */
void facts_enter_cpu(json_t *facts);

/* mitigation.NAME: into `hard` whether it is mitigated, into `soft` the whole sentence, which each kernel words anew. */
void facts_enter_mitigations(json_t *hard, json_t *soft);

/* node.*: memory in bytes, CPUs and distances of each node, and nodes that are of one memory. */
void facts_enter_nodes(json_t *facts, const struct machine *m);

/* page.*: page sizes in bytes. */
void facts_enter_pages(json_t *facts, const struct machine *m);

/*
 * cpuset.*: the node that a pair is measured from, by the pair's own node (CPUs
 * that this process may not use put it elsewhere), and where its memory may lie.
 */
void facts_enter_callers(json_t *facts, const struct machine *m);

#endif
