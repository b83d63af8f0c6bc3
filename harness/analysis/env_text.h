/* SPDX-License-Identifier: GPL-2.0-or-later */
/* env_text - the few facts of an environment that titles name; never NULL, "unknown" where the run does not say */
#ifndef NODEHOP_ENV_TEXT_H
#define NODEHOP_ENV_TEXT_H

#include <jansson.h>

/* The fact of that dotted key, hard or soft, when it is a text; else NULL. */
const char *env_fact(const json_t *env, const char *key);

const char *env_kernel(const json_t *env);
const char *env_commit(const json_t *env);
const char *env_build(const json_t *env); /* commit, compiler and its flags */
const char *env_machine(const json_t *env);
const char *env_mode(const json_t *env); /* hardware, counted, fast */

/* The place of a session among those of the run, from 0; their count when there is none of that number. */
size_t env_session_place(const json_t *env, int session);

#endif
