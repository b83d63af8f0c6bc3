// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel says of the load, twice. Parts of an input: /proc/stat, the thread's schedstat, the children of kthreadd,
 * a helper's schedstat; then the first two as they are later.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../fuzz.h"
#include "instruments/load.h"

static const char *const files[] = {
	"proc/stat",
	"proc/thread-self/schedstat",
	"proc/2/task/2/children",
	"proc/17/schedstat",
};

static void write_files(size_t count, const uint8_t **data, size_t *size)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		char *part = fuzz_part(data, size, &length);

		fuzz_write(files[i], part ?: "", part ? length : 0);
		free(part);
	}
}

static void hold(double cpus, const struct load_mark *end)
{
	fuzz_hold(isnan(cpus) || (end->seen && cpus >= 0 && isfinite(cpus)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const helpers[] = { "kcompactd", NULL };
	static struct load load;
	struct load_mark begin, end;
	double queued_ns;

	fuzz_write("proc/2/comm", "kthreadd\n", 9);
	fuzz_write("proc/17/comm", "kcompactd0\n", 11);
	write_files(4, &data, &size);
	load_open(&load, fuzz_folder(), helpers);
	fuzz_hold(load.helpers <= LOAD_HELPERS_MAX);
	begin = load_mark(&load);
	fuzz_hold(!begin.seen || begin.cpus);
	queued_ns = load_queued_ns(&load);
	fuzz_hold(isnan(queued_ns) || queued_ns >= 0);
	write_files(2, &data, &size);
	end = load_mark(&load);
	hold(load_others(&begin, &end), &end);
	hold(load_stolen(&begin, &end), &end);
	close(load.stat_fd);
	close(load.queue_fd);
	return 0;
}
