// SPDX-License-Identifier: GPL-2.0-or-later
/* The head of a kernel image: sector 0 and 1, so that an input is small; the payload that it names lies in the file. */
#include "../fuzz.h"
#include "lab/bzimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_write("bzImage", data, size);
	struct bzimage_payload payload;

	bzimage_check(path);
	if (!bzimage_payload(path, &payload))
		fuzz_hold(payload.length <= size && payload.offset <= size - payload.length);
	return 0;
}
