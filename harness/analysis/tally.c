// SPDX-License-Identifier: GPL-2.0-or-later
/* tally - counts the disturbed and undisturbed repetitions of a point, a session at a time */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "analysis/tally.h"

bool tally_is_counters(const char *status)
{
	return !strncmp(status, "counters", strlen("counters"));
}

static struct tally_session *find(const struct tally *t, int session)
{
	for (size_t i = t->sessions; i-- > 0;)
		if (t->session[i].session == session)
			return &t->session[i];
	return NULL;
}

static struct tally_session *add_session(struct tally *t, int session)
{
	t->session = xgrow(t->session, t->sessions, sizeof(*t->session));
	t->session[t->sessions] = (struct tally_session){ .session = session, .last_rep = -1 };
	return &t->session[t->sessions++];
}

void tally_add(struct tally *t, const struct run_sample *sample)
{
	struct tally_session *s;

	if (sample->warmup || tally_is_counters(sample->status))
		return;
	s = find(t, sample->session) ?: add_session(t, sample->session);
	if (s->last_rep == sample->rep)
		return;
	s->last_rep = sample->rep;
	s->taken++;
	s->undisturbed += !strcmp(sample->status, "ok");
	s->contaminated += !strncmp(sample->status, "contaminated", strlen("contaminated"));
}

bool tally_is_fit(const struct tally_session *s)
{
	size_t half = (s->taken + 1) / 2, least = half > TALLY_LEAST ? half : TALLY_LEAST;

	return s->undisturbed >= (s->taken < least ? s->taken : least);
}

bool tally_has_fit(const struct tally *t, int session)
{
	const struct tally_session *s = find(t, session);

	return s && tally_is_fit(s);
}

size_t tally_fit_sessions(const struct tally *t)
{
	size_t fit = 0;

	for (size_t i = 0; i < t->sessions; i++)
		fit += tally_is_fit(&t->session[i]);
	return fit;
}

bool tally_is_enough(const struct tally *t)
{
	return 2 * tally_fit_sessions(t) >= t->sessions;
}

struct tally_session tally_sum(const struct tally *t)
{
	struct tally_session sum = {};

	for (size_t i = 0; i < t->sessions; i++) {
		sum.taken += t->session[i].taken;
		sum.undisturbed += t->session[i].undisturbed;
		sum.contaminated += t->session[i].contaminated;
	}
	return sum;
}

size_t tally_most(const struct tally *t)
{
	size_t most = 0;

	for (size_t i = 0; i < t->sessions; i++)
		most = t->session[i].taken > most ? t->session[i].taken : most;
	return most;
}

void tally_free(struct tally *t)
{
	free(t->session);
}
