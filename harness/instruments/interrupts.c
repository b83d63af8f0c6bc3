// SPDX-License-Identifier: GPL-2.0-or-later
/* interrupts - sums rows of /proc/interrupts over all CPUs */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/sysfile.h"
#include "instruments/instruments.h"
#include "instruments/interrupts.h"

/* The labels before the colon differ between architectures ("TLB:", "IPI1:"), the words at the end do not. */
static const char *const words[INTERRUPTS] = {
	[INTERRUPT_TLB_SHOOTDOWN] = "TLB shootdowns",
	[INTERRUPT_FUNCTION_CALL] = "Function call interrupts",
};

/* "CAL:  178545  127354   Function call interrupts": a number a CPU. */
static double sum_row(const char *numbers)
{
	double sum = 0;
	char *end;

	for (;; numbers = end) {
		double one = strtoull(numbers, &end, 10);

		if (end == numbers)
			return sum;
		sum += one;
	}
}

int interrupts_read(double sum[INTERRUPTS], const char *root)
{
	FILE *file = sysfile_open(root, "/proc/interrupts");
	char *line = NULL, *colon;
	size_t size = 0;

	for (int i = 0; i < INTERRUPTS; i++)
		sum[i] = NAN;
	if (!file)
		return -1;
	while (getline(&line, &size, file) > 0)
		for (int i = 0; i < INTERRUPTS; i++)
			if ((colon = strchr(line, ':')) && strstr(colon, words[i]))
				sum[i] = sum_row(colon + 1);
	free(line);
	fclose(file);
	return 0;
}

/* ---- the instrument ---- */

struct interrupt_counts {
	double before[INTERRUPTS], after[INTERRUPTS];
};

static int begin_interrupts(void *state)
{
	struct interrupt_counts *i = state;

	return interrupts_read(i->before, "");
}

static int end_interrupts(void *state)
{
	struct interrupt_counts *i = state;

	return interrupts_read(i->after, "");
}

static void record_interrupts(void *state, const struct measured *m, struct repetition *r, double *seen)
{
	const struct interrupt_counts *i = state;

	(void)m;
	for (int k = 0; k < INTERRUPTS; k++)
		seen[k] = (i->after[k] - i->before[k]) / r->standard[M_TRAIN];
}

static const struct instrument_metric metrics[INTERRUPTS] = {
	[INTERRUPT_TLB_SHOOTDOWN] = { "tlb_shootdowns", METRIC_KIND_COUNT, "count", "lower",
				      "interrupts that made another CPU flush translations, whole machine" },
	[INTERRUPT_FUNCTION_CALL] = { "function_calls", METRIC_KIND_COUNT, "count", "lower",
				      "interrupts that made another CPU call a function, whole machine" },
};

const struct instrument interrupts_instrument = {
	.name = "interrupts",
	.repetitions = REPETITION_EVENTS,
	.modes = MODE_ANY,
	.state_size = sizeof(struct interrupt_counts),
	.metrics = metrics,
	.metric_count = INTERRUPTS,
	.reason = "watch",
	.begin = begin_interrupts,
	.end = end_interrupts,
	.record = record_interrupts,
};
