// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include "base/fault.h"
#include "cli/command.h"

int command_trouble(void)
{
	fflush(stdout);
	fprintf(stderr, "nodehop: %s\n", fault_text());
	return EXIT_TROUBLE;
}

json_t *command_words(int argc, char **argv)
{
	json_t *words = json_array();

	for (int i = 0; i < argc; i++) {
		if (!json_array_append_new(words, json_string(argv[i])))
			continue;
		json_decref(words);
		fault("argument %d is not UTF-8", i);
		return NULL;
	}
	return words;
}
