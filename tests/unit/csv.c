// SPDX-License-Identifier: GPL-2.0-or-later
/* csv: what is written reads back exactly; every damage that libcsv lets pass is refused with its line. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/csv.h"
#include "base/fault.h"
#include "base/file.h"

static const char *const columns[] = { "name", "count", "value", NULL };

static char folder[] = "/tmp/nodehop-csv-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/a.csv", folder);
	return 0;
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static int remove_folder(void **state)
{
	remove_file(state);
	return rmdir(folder);
}

static void write_bytes(const char *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static int keep_last(const struct csv_row *row, void *context)
{
	char *last = context;

	snprintf(last, 200, "%zu|%s|%s|%s", row->line, row->field[0], row->field[1], row->field[2]);
	return 0;
}

static void expect_fault(const char *bytes, size_t size, const char *expected)
{
	char last[200], whole[300];

	write_bytes(bytes, size);
	assert_int_equal(csv_read(path, columns, keep_last, last), -1);
	snprintf(whole, sizeof(whole), "%s%s", path, expected);
	assert_string_equal(fault_text(), whole);
}

#define HEADER			      "name,count,value\n"
#define WRITE(bytes)		      write_bytes(bytes, sizeof(bytes) - 1)
#define EXPECT_FAULT(bytes, expected) expect_fault(bytes, sizeof(bytes) - 1, expected)

static const char *const texts[] = { "plain",
				     "",
				     "with \"quotes\" inside",
				     "a,b;c",
				     " blanks kept ",
				     "two\nlines",
				     "\xc3\xa9\xe2\x82\xac",
				     "#no comment",
				     "move_pages size=16m batch=512 pair=0:1 page=base",
				     "\r",
				     NULL };

static int compare_text(const struct csv_row *row, void *context)
{
	size_t *i = context;

	assert_string_equal(row->field[0], texts[*i]);
	(*i)++;
	return 0;
}

static void text_reads_back(void **state)
{
	struct csv_writer *w = csv_create(path, columns);
	size_t rows = 0;
	long written;

	(void)state;
	for (size_t i = 0; texts[i]; i++) {
		csv_text(w, texts[i]);
		csv_integer(w, i);
		csv_number(w, NAN);
		csv_row_end(w);
	}
	assert_int_equal(access(path, F_OK), -1); /* not before it is whole */
	written = csv_close(w);
	assert_int_equal(csv_read(path, columns, compare_text, &rows), written);
	assert_int_equal(rows, written);
}

static void the_written_form_is_this(void **state)
{
	static const char expected[] = HEADER "\"a \"\"b\"\"\",-7,0.1\n\"\",9223372036854775807,\n";
	struct csv_writer *w = csv_create(path, columns);
	struct file_map map;

	(void)state;
	csv_text(w, "a \"b\"");
	csv_integer(w, -7);
	csv_number(w, 0.1);
	csv_row_end(w);
	csv_text(w, "");
	csv_integer(w, INT64_MAX);
	csv_number(w, INFINITY);
	csv_row_end(w);
	assert_int_equal(csv_close(w), 2);
	assert_int_equal(file_map(&map, path), 0);
	assert_int_equal(map.size, sizeof(expected) - 1);
	assert_memory_equal(map.bytes, expected, map.size);
	file_unmap(&map);
}

static void numbers_read_back_exactly(void **state)
{
	static const double value[] = {
		0,	 1,	  -1,	  0.1,	     1e9 / 3,	    16490.25, 1e15, 123456789012345678.0,
		DBL_MAX, DBL_MIN, 5e-324, 0.1 + 0.2, 12649110640.3, -2.5e-7,
	};
	char text[32];
	double back;

	(void)state;
	for (size_t i = 0; i < sizeof(value) / sizeof(*value); i++) {
		assert_int_equal(csv_parse_number(csv_print_number(text, sizeof(text), value[i]), &back), 0);
		assert_true(back == value[i]);
	}
	assert_string_equal(csv_print_number(text, sizeof(text), 0.1), "0.1");
	assert_string_equal(csv_print_number(text, sizeof(text), 262144), "262144");
	assert_string_equal(csv_print_number(text, sizeof(text), 0.1 + 0.2), "0.30000000000000004");
}

/* A locale with a decimal comma, compiled here when the system has the source of one. */
static void a_decimal_comma_locale_changes_nothing(void **state)
{
	char command[200], text[32];
	double value;

	(void)state;
	snprintf(command, sizeof(command), "localedef --no-archive -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1",
		 folder, folder);
	if (system(command) > 255)
		print_message("# localedef complains; the locale may be missing\n");
	setenv("LOCPATH", folder, 1);
	if (setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
		snprintf(text, sizeof(text), "%.1f", 0.5);
		assert_string_equal(text, "0,5"); /* the locale does what this test needs */
	}
	assert_string_equal(csv_print_number(text, sizeof(text), 0.5), "0.5");
	assert_int_equal(csv_parse_number("0.5", &value), 0);
	assert_true(value == 0.5);
	setlocale(LC_NUMERIC, "C");
	unsetenv("LOCPATH");
	snprintf(command, sizeof(command), "rm -rf %s/de_DE.UTF-8 %s/log", folder, folder);
	assert_int_equal(system(command), 0);
}

static void no_number_is_a_fault(void **state)
{
	static const char *const bad[] = { "",	  "nan", "inf",	  "-inf", "0x10", " 1", "1 ",
					   "1,5", "1e",	 "1e999", "--1",  ".",	  NULL };
	double value;

	(void)state;
	for (size_t i = 0; bad[i]; i++)
		assert_int_equal(csv_parse_number(bad[i], &value), -1);
	assert_string_equal(fault_text(), "\".\" is not a finite number");
}

static void counts_are_held_to_their_limit(void **state)
{
	static const char *const bad[] = { "",	 "-1", "+1", "1.0", "256", "2560", "99999999999999999999999",
					   " 1", "1 ", NULL };
	uint64_t value;

	(void)state;
	for (size_t i = 0; bad[i]; i++)
		assert_int_equal(csv_parse_count(bad[i], 255, &value), -1);
	assert_int_equal(csv_parse_count("255", 255, &value), 0);
	assert_int_equal(value, 255);
	assert_int_equal(csv_parse_count("18446744073709551615", UINT64_MAX, &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(csv_parse_count("18446744073709551616", UINT64_MAX, &value), -1);
}

static void damage_is_refused_with_its_line(void **state)
{
	(void)state;
	EXPECT_FAULT("", ": empty; not even a header");
	EXPECT_FAULT(HEADER "\"a\",1,12.7", ": cut off: the last line has no end");
	EXPECT_FAULT("name,count\n", ":1: 2 columns, expected 3");
	EXPECT_FAULT("\xef\xbb\xbfname,count,value\n", ":1: column 1 is \"\xef\xbb\xbfname\", expected \"name\"");
	EXPECT_FAULT("name,value,count\n", ":1: column 2 is \"value\", expected \"count\"");
	EXPECT_FAULT(HEADER "\"a\",1,2\n\"a\",1\n", ":3: 2 columns, expected 3");
	EXPECT_FAULT(HEADER "\"a\",1,2,3,4\n", ":2: 5 columns, expected 3");
	EXPECT_FAULT(HEADER "\n\"a\",1,2\n", ":2: 0 columns, expected 3");
	EXPECT_FAULT(HEADER "# a comment\n", ":2: 1 columns, expected 3");
	EXPECT_FAULT(HEADER "\"a\",1,2\r\n", ":2: the line ends in CR; lines end in LF only");
	EXPECT_FAULT(HEADER "\"a\",\"1\n2\",2\n\"a\"x,1,2\n",
		     ":4: text after a closing quote, or a quote inside a plain field");
	EXPECT_FAULT(HEADER "\"a\",1,2\n\"b,1,2\n", ":3: a quoted field is not closed");
	EXPECT_FAULT(HEADER "\"a\0b\",1,2\n", ":2: a NUL byte in column 1");
}

static int refuse_second(const struct csv_row *row, void *context)
{
	(void)context;
	return row->line == 3 ? fault("refused") : 0;
}

static int stop_at_first(const struct csv_row *row, void *context)
{
	(void)row;
	(void)context;
	return 1;
}

static void the_caller_may_refuse_or_stop(void **state)
{
	char expected[100];

	(void)state;
	WRITE(HEADER "a,1,2\nb,1,2\nc,1,2\n");
	assert_int_equal(csv_read(path, columns, refuse_second, NULL), -1);
	snprintf(expected, sizeof(expected), "%s:3: refused", path);
	assert_string_equal(fault_text(), expected);
	assert_int_equal(csv_read(path, columns, stop_at_first, NULL), 1);
}

static void rows_are_counted_below_any_header(void **state)
{
	char expected[100];

	(void)state;
	WRITE("a,b\n1,\"x\ny\"\n3,4\n");
	assert_int_equal(csv_count(path), 2);
	WRITE("a,b\n1,2\n3\n");
	assert_int_equal(csv_count(path), -1);
	snprintf(expected, sizeof(expected), "%s:3: 1 columns, expected 2", path);
	assert_string_equal(fault_text(), expected);
	WRITE("a,b\n");
	assert_int_equal(csv_count(path), 0);
	WRITE("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33\n");
	assert_int_equal(csv_count(path), -1);
	WRITE("a,b\n");
	assert_int_equal(csv_count(path), 0);
}

static void a_row_of_the_wrong_length_is_never_written(void **state)
{
	struct csv_writer *w = csv_create(path, columns);

	(void)state;
	csv_text(w, "a");
	csv_row_end(w);
	assert_int_equal(csv_close(w), -1);
	assert_int_equal(access(path, F_OK), -1);
}

static void a_full_disk_leaves_no_file(void **state)
{
	struct csv_writer *w = csv_create(path, columns);
	struct rlimit limit, small;
	char draft[100];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 1000; i++) {
		csv_text(w, "a");
		csv_integer(w, i);
		csv_number(w, i);
		csv_row_end(w);
	}
	setrlimit(RLIMIT_FSIZE, &limit); /* room again: what was lost before must still be a fault */
	assert_int_equal(csv_close(w), -1);
	assert_non_null(strstr(fault_text(), "a.csv: cannot write: "));
	snprintf(draft, sizeof(draft), "%s.draft", path);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(draft, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(text_reads_back, remove_file),
		cmocka_unit_test_teardown(the_written_form_is_this, remove_file),
		cmocka_unit_test(numbers_read_back_exactly),
		cmocka_unit_test(a_decimal_comma_locale_changes_nothing),
		cmocka_unit_test(no_number_is_a_fault),
		cmocka_unit_test(counts_are_held_to_their_limit),
		cmocka_unit_test(damage_is_refused_with_its_line),
		cmocka_unit_test_teardown(the_caller_may_refuse_or_stop, remove_file),
		cmocka_unit_test_teardown(rows_are_counted_below_any_header, remove_file),
		cmocka_unit_test(a_row_of_the_wrong_length_is_never_written),
		cmocka_unit_test(a_full_disk_leaves_no_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
