// SPDX-License-Identifier: GPL-2.0-or-later
/* The statistics of a trace buffer; a label is not one that another ends with. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../fuzz.h"
#include "instruments/tracing_stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	tracing_stats_number(text, "entries");
	if (!strstr(text, "\noverrun:") && strncmp(text, "overrun:", 8))
		fuzz_hold(isnan(tracing_stats_number(text, "overrun")));
	free(text);
	return 0;
}
