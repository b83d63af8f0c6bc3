// SPDX-License-Identifier: GPL-2.0-or-later
/* compare_side - the session medians of a side; what two sides make of each other is compare_rows' */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/env_text.h"
#include "analysis/summary.h"
#include "compare/compare_side.h"

/* Drops the sessions that this side is not to use; of an exact metric any session speaks for all. */
static size_t select_sessions(const struct measured_side *side, struct medians *m, const int *session, bool all)
{
	size_t selected = 0;

	for (size_t i = 0; i < m->n; i++) {
		size_t place = env_session_place(side->run->env, session[i]);

		if (!all && side->take && (place < side->skip || place >= side->skip + side->take))
			continue;
		m->value[selected] = m->value[i];
		m->place[selected++] = place - (place < side->skip ? 0 : side->skip);
	}
	return selected;
}

struct medians side_medians(const struct measured_side *side, long point, long metric)
{
	struct medians m = { NULL, NULL, 0 };
	size_t samples;
	int *session;

	if (point < 0 || metric < 0)
		return m;
	samples = values_of(side->values, (size_t)point, (size_t)metric)->n;
	m.value = xmalloc((samples + 1) * sizeof(double));
	m.place = xmalloc((samples + 1) * sizeof(*m.place));
	session = xmalloc((samples + 1) * sizeof(*session));
	m.n = values_medians(side->values, (size_t)point, (size_t)metric, m.value, session);
	m.n = select_sessions(side, &m, session, !strcmp(side->run->metric[metric].class, "exact"));
	free(session);
	return m;
}

void medians_free(struct medians *m)
{
	free(m->value);
	free(m->place);
}

double side_mad(const struct measured_side *side, long point, long metric)
{
	struct summary s = { .mad = NAN };

	if (point >= 0 && metric >= 0)
		summary_of(side->values, (size_t)point, (size_t)metric, &s);
	return s.mad;
}

bool side_has_samples(const struct measured_side *side, long point, long metric)
{
	return point >= 0 && metric >= 0 && values_of(side->values, (size_t)point, (size_t)metric)->n;
}
