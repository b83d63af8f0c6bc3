// SPDX-License-Identifier: GPL-2.0-or-later
/* kernels.ini, as an alias is looked up in it: a pin that was found is whole, and its words make one folder's name. */
#include <string.h>
#include "../fuzz.h"
#include "lab/kernel_pins.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_write("kernels.ini", data, size);
	struct kernel_pin pin;

	if (kernel_pin_find(path, "6.12", &pin))
		return 0;
	fuzz_hold(!strcmp(pin.alias, "6.12") && *pin.meta);
	fuzz_hold(*pin.package.name && !strchr(pin.package.name, '/'));
	fuzz_hold(*pin.package.version && !strchr(pin.package.version, '/'));
	fuzz_hold(strlen(pin.package.sha256) == FILE_SHA256_TEXT - 1);
	return 0;
}
