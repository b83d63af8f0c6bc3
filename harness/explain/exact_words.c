// SPDX-License-Identifier: GPL-2.0-or-later
/* exact_words - parts the words of an `explain` into what the host does and what the guest runs */
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "explain/exact_words.h"

/* One of them: with a value, which may follow "=" or be the next word, or a flag. */
struct option {
	const char *name;
	const char **value;
	bool *flag;
};

/* How many words it takes: 0 when it is another word, -1 with a fault. */
static int take_option(const struct option *o, char **argv)
{
	size_t length = strlen(o->name);

	if (strncmp(*argv, o->name, length) || ((*argv)[length] && (*argv)[length] != '='))
		return 0;
	if (o->flag) {
		*o->flag = true;
		return (*argv)[length] ? fault("%s takes no value", o->name) : 1;
	}
	*o->value = (*argv)[length] ? *argv + length + 1 : argv[1];
	if (!*o->value || !**o->value)
		return fault("%s needs a value", o->name);
	return (*argv)[length] ? 1 : 2;
}

static int take_word(struct exact_words *w, char **argv)
{
	const struct option options[] = {
		{ "--source", &w->source, NULL },     { "--folded", &w->folded, NULL },
		{ "--annotate", &w->annotate, NULL }, { "--tree", NULL, &w->tree },
		{ "--json", NULL, &w->json },
	};
	int words = 0;

	for (size_t i = 0; !words && i < sizeof(options) / sizeof(*options); i++)
		words = take_option(&options[i], argv);
	if (!words)
		w->run[w->run_words++] = *argv;
	return words ?: 1;
}

int exact_words_parse(struct exact_words *w, int argc, char **argv)
{
	int words;

	*w = (struct exact_words){ .run = xcalloc(argc + 1, sizeof(*w->run)) };
	w->run[w->run_words++] = argv[0];
	w->run[w->run_words++] = "run";
	for (int i = 2; i < argc; i += words) {
		words = take_word(w, argv + i);
		if (words < 0)
			return -1;
	}
	return 0;
}

void exact_words_free(struct exact_words *w)
{
	free(w->run);
}

bool exact_words_need_exact(const struct exact_words *w)
{
	return w->tree || w->folded || w->annotate;
}
