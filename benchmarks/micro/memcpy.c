// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memcpy - the copy bound: how fast memory can get from node to node at all
 *
 * A plain copy from resident memory on pair.from to resident memory on
 * pair.to, by the calling thread: no page is mapped, unmapped or zeroed. No
 * migration by one thread can be faster. Cached stores first read the target's
 * lines into the cache; non-temporal stores do not.
 */
#include <string.h>
#include "bench.h"

enum stores { CACHED, NONTEMPORAL };
static const char *const words[] = { "cached", "nontemporal", NULL };

struct params {
	size_t size;
	struct pair pair;
	unsigned stores;
};

static const struct axis axes[] = {
	AXIS_SIZE(struct params, size, "16m", "memory copied per repetition"),
	AXIS_PAIR_OR_NODE(struct params, pair, "classes", "node read from, node written to"),
	AXIS_CHOICE(struct params, stores, "cached,nontemporal", "how the target is written", words),
	{},
};

static const char *const quick[] = { "", NULL };
static const char *const standard[] = { "pair=each", "size=64k,1m,64m pair=first", NULL };
static const char *const hardware_quick[] = { "size=beyond-caches pair=both", NULL };
static const char *const hardware_standard[] = { "size=beyond-caches pair=each", NULL };

struct state {
	struct region from, to;
};

typedef long long vector __attribute__((vector_size(16)));

#if defined(__x86_64__)
#include <emmintrin.h>
#define HAS_NONTEMPORAL true
static inline void store_nontemporal(vector *to, vector value)
{
	_mm_stream_si128((__m128i *)to, (__m128i)value);
}
#define store_fence() _mm_sfence()
#elif defined(__aarch64__)
#define HAS_NONTEMPORAL true
static inline void store_nontemporal(vector *to, vector value)
{
	asm volatile("stnp %d1, %d2, %0" : "=Q"(*to) : "w"(value[0]), "w"(value[1]));
}
#define store_fence()	asm volatile("dmb ishst" ::: "memory")
#else
#define HAS_NONTEMPORAL		     false
#define store_nontemporal(to, value) (*(to) = (value))
#define store_fence()		     ((void)0)
#endif

/* The C library's own would choose the kind of store by size. The barrier keeps the compiler from calling it. */
static void copy_cached(vector *to, const vector *from, size_t count)
{
	for (size_t i = 0; i < count; i += 4) {
		for (size_t k = 0; k < 4; k++)
			to[i + k] = from[i + k];
		asm volatile("" ::: "memory");
	}
}

static void copy_nontemporal(vector *to, const vector *from, size_t count)
{
	for (size_t i = 0; i < count; i += 4)
		for (size_t k = 0; k < 4; k++)
			store_nontemporal(&to[i + k], from[i + k]);
	store_fence();
}

static enum outcome setup(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o;

	if (p->stores == NONTEMPORAL && !HAS_NONTEMPORAL)
		return skipped(t, "no-nontemporal", "no non-temporal stores are known for this architecture");
	o = region_map(t, &s->from, p->size, kind_base(t));
	return o == OK ? region_map(t, &s->to, p->size, kind_base(t)) : o;
}

/* The target is resident, and empty: what verify finds there has been copied. */
static enum outcome prepare(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	enum outcome o = region_place(t, &s->from, p->pair.from);

	if (o == OK)
		o = region_place(t, &s->to, p->pair.to);
	if (o == OK)
		memset(s->to.base, 0, s->to.size);
	return o;
}

static enum outcome run(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	size_t count = s->to.size / sizeof(vector);

	(p->stores == CACHED ? copy_cached : copy_nontemporal)((vector *)s->to.base, (vector *)s->from.base, count);
	return OK;
}

/* No page moves, but its data do: to a region that was on the target, and empty. */
static enum outcome verify(struct trial *t)
{
	const struct params *p = t->params;
	struct state *s = t->state;
	size_t there = region_pages_on(&s->to, p->pair.to);

	t->m.pages_asked += s->to.pages;
	t->m.pages_moved += there;
	if (there != s->to.pages)
		return wrong(t, "left-behind", "%zu of %zu destination pages are on node %d", there, s->to.pages,
			     p->pair.to);
	return region_check_data(t, &s->to);
}

BENCHMARK(memcpy) = {
	.name = "memcpy",
	.about = "the copy bound: plain copies from node to node",
	.revision = 1,
	.axes = axes,
	.sweeps = { [PROFILE_QUICK] = quick, [PROFILE_GATE] = quick, [PROFILE_STANDARD] = standard },
	.hardware = { [PROFILE_QUICK] = hardware_quick, [PROFILE_STANDARD] = hardware_standard },
	.needs = { .memory_nodes = 2,
		   .not_in = MODE_COUNTED | MODE_FAST,
		   .not_in_code = "lab-has-no-latency",
		   .not_in_why = "it measures the bandwidth between nodes, which the lab does not emulate" },
	.params_size = sizeof(struct params),
	.state_size = sizeof(struct state),
	.setup = setup,
	.prepare = prepare,
	.run = run,
	.verify = verify,
};
