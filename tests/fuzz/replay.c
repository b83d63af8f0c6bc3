// SPDX-License-Identifier: GPL-2.0-or-later
/* replay: a driver over the files that are named, without libFuzzer: DRIVER FILE... */
#include <stdio.h>
#include "base/fault.h"
#include "base/file.h"
#include "fuzz.h"

int main(int argc, char **argv)
{
	struct file_map map;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE...\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (file_map(&map, argv[i]) < 0) {
			fprintf(stderr, "%s\n", fault_text());
			return 2;
		}
		fprintf(stderr, "%s\n", argv[i]); /* the last one is the one that crashed */
		LLVMFuzzerTestOneInput((const uint8_t *)map.bytes, map.size);
		file_unmap(&map);
	}
	printf("%d read\n", argc - 1);
	return 0;
}
