/* SPDX-License-Identifier: GPL-2.0-or-later */
/* env - env.json: the facts of a run, and its sessions */
#ifndef NODEHOP_ENV_H
#define NODEHOP_ENV_H

#include <jansson.h>
#include <stdbool.h>

#define ENV_VARIANT "NODEHOP_VARIANT" /* a variable: what varies between the sides that this run is one of */

/*
 * Builds the object of env.json. `sessions` is an array of objects, each with
 * all the "soft" facts of its session: those that all share become the run's,
 * the others stay. Takes over the reference to sessions, not that to hard
 * (NULL: none known). The variant is $NODEHOP_VARIANT: a variable and no option, so that a side that is an older build
 * can be measured as well.
 */
json_t *env_of_sessions(bool complete, json_t *hard, json_t *sessions);

/* Soft facts that are true or not there. */
#define ENV_LOAD_ALLOWED "load.allowed" /* no sample was marked for the load of the machine */
#define ENV_FUNCTIONS	 "functions"	/* counted points say in which functions their instructions are */

/* Is that fact true of any session? */
bool env_has(const json_t *env, const char *fact);

/* All soft facts of the i-th session of an env.json, the run's included. A new reference. */
json_t *env_session_facts(const json_t *env, size_t i);

#endif
