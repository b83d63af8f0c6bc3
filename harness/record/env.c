// SPDX-License-Identifier: GPL-2.0-or-later
/* env - env.json from the facts of all sessions: what they share, and what each has of its own */
#include <stdlib.h>
#include "record/env.h"
#include "record/reclog.h"

/* Leaves in `common` what `soft` has too. */
static void intersect(json_t *common, const json_t *soft)
{
	json_t *value;
	const char *key;
	void *next;

	json_object_foreach_safe(common, next, key, value) if (!json_equal(value, json_object_get(soft, key)))
		json_object_del(common, key);
}

/* A session that died before it recorded its facts does not count. */
static json_t *common_facts(const json_t *sessions)
{
	json_t *common = NULL, *soft;
	const json_t *entry;
	size_t i;

	json_array_foreach ((json_t *)sessions, i, entry) {
		soft = json_object_get(entry, "soft");
		if (soft && !common)
			common = json_copy(soft);
		else if (soft)
			intersect(common, soft);
	}
	return common ? common : json_object();
}

static void remove_facts(json_t *sessions, const json_t *common)
{
	const json_t *entry, *value;
	const char *key;
	size_t i;

	json_array_foreach (sessions, i, entry)
		json_object_foreach ((json_t *)common, key, value)
			json_object_del(json_object_get(entry, "soft"), key);
}

json_t *env_of_sessions(bool complete, json_t *hard, json_t *sessions)
{
	json_t *common = common_facts(sessions);

	remove_facts(sessions, common);
	return json_pack("{s:i, s:b, s:s?, s:o, s:o, s:o}", "schema", RECORD_SCHEMA, "complete", complete, "variant",
			 getenv(ENV_VARIANT), "hard", hard ? json_incref(hard) : json_object(), "soft", common,
			 "sessions", sessions);
}

static bool has(const json_t *object, const char *fact)
{
	return json_is_true(json_object_get(json_object_get(object, "soft"), fact));
}

bool env_has(const json_t *env, const char *fact)
{
	bool found = has(env, fact);
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(env, "sessions"), i, entry)
		found |= has(entry, fact);
	return found;
}

json_t *env_session_facts(const json_t *env, size_t i)
{
	json_t *facts = json_copy(json_object_get(env, "soft"));

	json_object_update(facts, json_object_get(json_array_get(json_object_get(env, "sessions"), i), "soft"));
	return facts;
}
