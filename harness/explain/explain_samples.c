// SPDX-License-Identifier: GPL-2.0-or-later
/* explain_samples - explains by samples of the stack, at a cycle counter's or a timer's pace */
#include <inttypes.h>
#include <stdio.h>
#include "explain/explain_source.h"
#include "instruments/sampler.h"

#define REPETITIONS 10

static struct sampler *sampler;

static int usable(void)
{
	struct sampler *s = sampler_new();

	if (s)
		sampler_free(s);
	return s ? 0 : -1;
}

static int prepare(void)
{
	sampler = sampler_new();
	return sampler ? 0 : -1;
}

static int open_sampler(struct explained *seen)
{
	(void)seen;
	return sampler_open(sampler);
}

static void begin(void)
{
	sampler_start(sampler);
}

static int end(void)
{
	return sampler_stop(sampler);
}

struct sum {
	struct breakdown *breakdown;
	double look_ns; /* that one look on the CPU stands for */
};

static void add_sample(const char *const *stack, size_t depth, uint64_t away_ns, void *context)
{
	struct sum *sum = context;

	if (away_ns)
		breakdown_add(sum->breakdown, stack, depth, away_ns, 0, 0);
	else
		breakdown_add(sum->breakdown, stack, depth, sum->look_ns, 0, 0);
}

/* All looks on the CPU together stand for the thread's time on it. */
static int collect(const struct explained *seen, struct breakdown *p, json_t *record)
{
	struct sum sum = { .breakdown = p };
	long looks = sampler_read(sampler, "", NULL, NULL);

	sum.look_ns = looks ? (double)seen->cpu_ns / looks : 0;
	if (sampler_read(sampler, "", add_sample, &sum) < 0)
		return -1;
	explanation_say(record, "basis", "by %ld samples of %s, and every time it left the CPU, in %u repetitions",
			looks,
			sampler_has_cycles() ? "the cycle counter" : "a timer, blind to what runs with interrupts off",
			seen->repetitions);
	if (sampler_lost(sampler))
		explanation_note(record, "%" PRIu64 " samples did not fit and are lost", sampler_lost(sampler));
	sampler_free(sampler);
	return 0;
}

const struct explain_source explain_samples = {
	.name = "samples",
	.repetitions = REPETITIONS,
	.usable = usable,
	.prepare = prepare,
	.open = open_sampler,
	.begin = begin,
	.end = end,
	.unit_ns = 1,
	.collect = collect,
};
