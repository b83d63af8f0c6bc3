// SPDX-License-Identifier: GPL-2.0-or-later
/* nexttouch_round - the callbacks of benchmarks whose repetition arms once and touches once */
#include "base/clock.h"
#include "kit/nexttouch.h"

enum outcome nexttouch_round_setup(struct trial *t, enum nexttouch_how how)
{
	const struct nexttouch_params *p = t->params;
	struct nexttouch_round *s = t->state;
	enum outcome o = trial_pin(t, p->pair.to);

	if (o == OK)
		o = region_map(t, &s->mem, p->size, p->page);
	if (o == OK)
		o = nexttouch_open(t, &s->next, how, &s->mem, p->around, p->pair);
	return o != OK ? o : touches_make(t, &s->touches, &s->mem, p->share, p->order, p->threads, p->pair.to);
}

enum outcome nexttouch_round_prepare(struct trial *t)
{
	const struct nexttouch_params *p = t->params;
	struct nexttouch_round *s = t->state;
	enum outcome o = region_place(t, &s->mem, p->pair.from);

	nexttouch_reset(&s->next);
	return o;
}

enum outcome nexttouch_round_run(struct trial *t)
{
	struct nexttouch_round *s = t->state;
	enum outcome o;

	s->start_ns = clock_wall_ns();
	o = nexttouch_arm(t, &s->next);
	s->armed_ns = clock_wall_ns();
	if (o == OK)
		touches_do(&s->touches);
	s->end_ns = clock_wall_ns();
	return o;
}

/* As NEXTTOUCH_METRICS has them. */
enum { ARM, TOUCH, FAULTS };

enum outcome nexttouch_round_verify(struct trial *t)
{
	struct nexttouch_round *s = t->state;
	size_t before = t->m.pages_moved;
	enum outcome o = nexttouch_verify(t, &s->next, &s->touches);

	t->value[ARM] = (double)(s->armed_ns - s->start_ns) / s->mem.pages;
	t->value[TOUCH] = (double)(s->end_ns - s->armed_ns) / (t->m.pages_moved - before);
	t->value[FAULTS] = s->next.faults;
	return o;
}
