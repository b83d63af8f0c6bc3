// SPDX-License-Identifier: GPL-2.0-or-later
/* env_text - facts of an environment as text for titles, "unknown" where the run does not say */
#include "analysis/env_text.h"

const char *env_fact(const json_t *env, const char *key)
{
	const char *text = json_string_value(json_object_get(json_object_get(env, "hard"), key));

	return text ? text : json_string_value(json_object_get(json_object_get(env, "soft"), key));
}

static const char *first_of(const json_t *env, const char *const *keys)
{
	for (; *keys; keys++) {
		const char *text = env_fact(env, *keys);

		if (text && *text)
			return text;
	}
	return "unknown";
}

const char *env_kernel(const json_t *env)
{
	static const char *const keys[] = { "kernel.release", "kernel", NULL };

	return first_of(env, keys);
}

const char *env_commit(const json_t *env)
{
	static const char *const keys[] = { "build.commit", NULL };

	return first_of(env, keys);
}

const char *env_build(const json_t *env)
{
	static const char *const keys[] = { "build", "build.commit", NULL };

	return first_of(env, keys);
}

const char *env_machine(const json_t *env)
{
	static const char *const keys[] = { "topology.name", "machine", "cpu.model", NULL };

	return first_of(env, keys);
}

size_t env_session_place(const json_t *env, int session)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(env, "sessions"), i, entry)
		if (json_integer_value(json_object_get(entry, "session")) == session)
			break;
	return i;
}

const char *env_mode(const json_t *env)
{
	const char *mode = env_fact(env, "mode"); /* only a lab has one */

	return mode ? mode : "hardware";
}
