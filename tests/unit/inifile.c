// SPDX-License-Identifier: GPL-2.0-or-later
/* inifile: what is read is whole; a line or a name that inih would cut is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/inifile.h"
#include "base/text.h"

static char path[] = "/tmp/nodehop-inifile-XXXXXX";
static char *seen;

static int take(const struct inifile_line *line, void *context)
{
	(void)context;
	seen = text_append(seen, "%d [%s] %s=%s%s\n", line->number, line->section, line->key, line->value,
			   line->continues ? " +" : "");
	return 0;
}

static int read_text(const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
	free(seen);
	seen = NULL;
	return inifile_read(path, NULL, take, NULL, NULL);
}

static char *repeated(char c, int times)
{
	char *text = calloc(1, times + 1);

	memset(text, c, times);
	return text;
}

/* The text is FORMAT with `times` letters in it; each key is to be seen as EXPECTED with as many. */
static void read_whole(const char *format, int times, const char *expected)
{
	char *letters = repeated('x', times), *text, *all;

	assert_true(asprintf(&text, format, letters, letters) > 0);
	assert_true(asprintf(&all, expected, letters, letters) > 0);
	if (read_text(text))
		fail_msg("%s", fault_text());
	assert_string_equal(seen, all);
	free(letters);
	free(text);
	free(all);
}

static void refused(const char *format, int times, int line, const char *why)
{
	char *letters = repeated('x', times), *text, *all;

	assert_true(asprintf(&text, format, letters) > 0);
	assert_true(asprintf(&all, "%s:%d: %s", path, line, why) > 0);
	assert_int_equal(read_text(text), -1);
	assert_string_equal(fault_text(), all);
	free(letters);
	free(text);
	free(all);
}

static void section_names_are_whole_or_refused(void **state)
{
	static const char why[] = "the section's name, \"xxxxxxxxxxxxxxxxxxxx...\", is longer than 48 bytes";

	(void)state;
	read_whole("[%s]\na = 1\n", 48, "2 [%s] a=1\n");
	for (int length = 49; length < 53; length++)
		refused("[one]\nb = 2\n\n[%s]\n# the first key\na = 1\n", length, 4, why);
	refused("  [%s]\na = 1\n", 120, 1, why);
}

/* Where a key goes on, inih names it from a buffer of its own. */
static void keys_are_whole_or_refused(void **state)
{
	static const char why[] = "the key, \"xxxxxxxxxxxxxxxxxxxx...\", is longer than 48 bytes";

	(void)state;
	read_whole("[s]\n%s = 1\n  2\n", 48, "2 [s] %s=1\n3 [s] %s=2 +\n");
	for (int length = 49; length < 53; length++)
		refused("[s]\n%s = 1\n  2\n", length, 2, why);
}

static void lines_are_whole_or_refused(void **state)
{
	static const char why[] = "longer than 190 bytes; continue it on an indented line";

	(void)state;
	read_whole("[s]\na = %s\n", 186, "2 [s] a=%s\n");
	read_whole("[s]\na = %s", 186, "2 [s] a=%s\n");
	refused("[s]\na = %s\n", 187, 2, why);
	refused("[s]\na = %s", 187, 2, why);
}

static void an_indented_bracket_goes_on_with_the_key(void **state)
{
	(void)state;
	read_whole("[s]\na = 1\n  [%s]\n", 60, "2 [s] a=1\n3 [s] a=[%s] +\n");
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	free(seen);
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(section_names_are_whole_or_refused),
		cmocka_unit_test(keys_are_whole_or_refused),
		cmocka_unit_test(lines_are_whole_or_refused),
		cmocka_unit_test(an_indented_bracket_goes_on_with_the_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
