// SPDX-License-Identifier: GPL-2.0-or-later
/* around - looks at the machine before measuring, and tells and records what it found */
#include "campaign/around.h"
#include "campaign/environment.h"
#include "machine/cpus.h"

void around_look(struct surroundings *s, struct machine *m)
{
	char isolated[1024];
	struct activity activity;

	s->findings = 0;
	if (m->timekeeper != TIME_HARDWARE)
		return;
	activity_watch(&activity);
	cpus_choose(m, &activity, cpus_isolated(isolated, sizeof(isolated)));
	surroundings_look(s, m, &activity, "");
}

void around_print(FILE *out, const struct surroundings *s, bool all)
{
	for (const struct finding *f = s->finding; f < s->finding + s->findings; f++) {
		if (all)
			fprintf(out, "%-18s %s%s%s\n", f->what, f->text, *f->remedy ? ": " : "", f->remedy);
		else if (f->disturbs)
			fprintf(out, "not quiet: %s: %s: %s\n", f->what, f->text, f->remedy);
	}
	fflush(out);
}

int around_report(void)
{
	static struct machine m;
	struct surroundings s;

	if (environment_machine(&m))
		return -1;
	around_look(&s, &m);
	around_print(stderr, &s, false);
	machine_free(&m);
	return 0;
}

void around_record(const struct surroundings *s, json_t *facts)
{
	for (const struct finding *f = s->finding; f < s->finding + s->findings; f++) {
		char key[32];

		snprintf(key, sizeof(key), "around.%s", f->what);
		json_object_set_new(facts, key, json_string(f->text));
	}
}
