// SPDX-License-Identifier: GPL-2.0-or-later
/* knob_value - reading and writing one setting, be it a file or something special */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/printable.h"
#include "settings/knob_special.h"
#include "settings/knob_value.h"

#define SETTLE_MS 2000 /* the pages of a process that is ending go back into their pool when it has */

int knob_value_read(const char *path, struct bytes *content)
{
	const struct special_knob *special = special_knob(path);

	if (!special)
		return knob_file_read(path, content);
	content->data = special->read();
	content->size = content->data ? strlen(content->data) : 0;
	return content->data ? 0 : -1;
}

int knob_value_write(const char *path, const struct bytes *value)
{
	const struct special_knob *special = special_knob(path);

	return special ? special->write(value->data) : knob_file_write(path, value->data, value->size);
}

static bool same_bytes(const struct bytes *a, const struct bytes *b)
{
	return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

/* 1 the same, 0 not, -1 with a fault. */
static int compare(const char *path, const struct bytes *wanted)
{
	struct bytes content, now;
	int same;

	if (knob_value_read(path, &content))
		return -1;
	now = knob_file_value(path, &content);
	same = same_bytes(&now, wanted);
	free(now.data);
	free(content.data);
	return same;
}

bool knob_value_is_back(const char *path, const struct bytes *content)
{
	struct bytes wanted = knob_file_value(path, content);
	int same = compare(path, &wanted);
	char *shown;

	for (int ms = 0; !same && ms < SETTLE_MS; ms += 20) {
		usleep(20000);
		same = compare(path, &wanted);
	}
	if (!same) {
		shown = knob_value_shown(path);
		fault("%s: reads %s after it was written", path, shown);
		free(shown);
	}
	free(wanted.data);
	return same == 1;
}

bool knob_value_same_words(const struct bytes *a, const char *b)
{
	static const char blank[] = " \t\n";
	const char *from = a->data;

	if (memchr(a->data, 0, a->size))
		return false;
	for (;;) {
		size_t length;

		from += strspn(from, blank);
		b += strspn(b, blank);
		length = strcspn(from, blank);
		if (length != strcspn(b, blank) || memcmp(from, b, length))
			return false;
		if (!length)
			return true;
		from += length;
		b += length;
	}
}

char *knob_value_text(const char *path, const struct bytes *content)
{
	struct bytes value = knob_file_value(path, content);
	char *text = printable(value.data, value.size);

	free(value.data);
	return text;
}

char *knob_value_shown(const char *path)
{
	struct bytes content;
	char *text;

	if (knob_value_read(path, &content))
		return xstrdup("unreadable");
	text = knob_value_text(path, &content);
	free(content.data);
	return text;
}
