// SPDX-License-Identifier: GPL-2.0-or-later
/* reclog: whatever is cut, flipped or torn, intact records before it are read and nothing after it is. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "record/reclog.h"

#define AREA_BYTES 4096

static char folder[] = "/tmp/nodehop-reclog-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/session-000.log", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static json_t *record(int n)
{
	return json_pack("{s:s, s:i, s:f}", "kind", "sample", "rep", n, "wall_ns", 1e9 / 3 + n);
}

/* Checks that record `rep` is the one expected next. */
static int in_order(const json_t *r, void *context)
{
	int *next = context;

	assert_int_equal(json_integer_value(json_object_get(r, "rep")), *next);
	assert_true(json_real_value(json_object_get(r, "wall_ns")) == 1e9 / 3 + *next);
	(*next)++;
	return 0;
}

static int stop_at_once(const json_t *r, void *context)
{
	(void)r;
	(void)context;
	return 1;
}

/* Records 0, 1, 2 in an area; ends[i] is where record i ends. */
static size_t three_records(char *area, size_t ends[3])
{
	struct reclog *log = reclog_over(area, AREA_BYTES);
	size_t end = 0;

	memset(area, 0, AREA_BYTES);
	assert_non_null(log);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(reclog_append(log, record(i)), 0);
		while (end < AREA_BYTES && memcmp(area + end, "\0\0\0\0\0\0\0\0", 8))
			end += 4;
		ends[i] = end;
	}
	assert_int_equal(reclog_close(log), 0);
	return end;
}

static void write_file(const void *bytes, size_t size)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

static void file_and_area_have_the_same_format(void **state)
{
	static uint32_t area[AREA_BYTES / 4];
	char bytes[AREA_BYTES];
	size_t ends[3], size = three_records((char *)area, ends);
	struct reclog *log = reclog_create(path);
	FILE *file;

	(void)state;
	assert_non_null(log);
	for (int i = 0; i < 3; i++)
		assert_int_equal(reclog_append(log, record(i)), 0);
	assert_int_equal(reclog_close(log), 0);
	file = fopen(path, "r");
	assert_int_equal(fread(bytes, 1, sizeof(bytes), file), size);
	fclose(file);
	assert_memory_equal(bytes, area, size);
}

static void known_frame_reads_back(void **state)
{
	/* printf '{"kind":"end"}' | sha256sum begins 8a4a0443; 14 bytes, padded to 16 */
	static const char frame[] = "NHR1"
				    "\x0e\0\0\0"
				    "\x8a\x4a\x04\x43"
				    "{\"kind\":\"end\"}\0\0";
	static uint32_t area[16];
	struct reclog *log = reclog_over(area, sizeof(area));

	(void)state;
	assert_int_equal(reclog_append(log, json_pack("{s:s}", "kind", "end")), 0);
	assert_int_equal(reclog_close(log), 0);
	assert_memory_equal(area, frame, 28);
	assert_int_equal(area[7], 0);
}

static void a_file_cut_at_any_byte_gives_the_whole_records_before(void **state)
{
	static uint32_t area[AREA_BYTES / 4];
	size_t ends[3], size = three_records((char *)area, ends);
	bool torn;

	(void)state;
	for (size_t cut = 0; cut <= size; cut++) {
		int whole = (cut >= ends[0]) + (cut >= ends[1]) + (cut >= ends[2]), next = 0;
		bool at_end = cut == 0 || cut == ends[0] || cut == ends[1] || cut == ends[2];

		write_file(area, cut);
		assert_int_equal(reclog_read(path, in_order, &next, &torn), whole);
		assert_int_equal(next, whole);
		assert_int_equal(torn, !at_end);
	}
}

static void a_flipped_bit_ends_the_records_there(void **state)
{
	static uint32_t area[AREA_BYTES / 4];
	size_t ends[3], size = three_records((char *)area, ends);
	char *byte = (char *)area;
	bool torn;

	(void)state;
	for (size_t at = 0; at < size * 8; at++) {
		int before = (at / 8 >= ends[0]) + (at / 8 >= ends[1]), next = 0;
		long found;

		byte[at / 8] ^= 1 << at % 8;
		found = reclog_scan(area, AREA_BYTES, in_order, &next, &torn);
		byte[at / 8] ^= 1 << at % 8;
		if (found == 3) /* only the padding is not under the checksum */
			assert_int_equal(byte[at / 8], 0);
		else
			assert_true(found == before && torn);
	}
}

static void a_frame_without_its_magic_is_torn_not_read(void **state)
{
	static uint32_t area[AREA_BYTES / 4];
	size_t ends[3];
	bool torn;
	int next = 0;

	(void)state;
	three_records((char *)area, ends);
	area[ends[1] / 4] = 0;
	assert_int_equal(reclog_scan(area, AREA_BYTES, in_order, &next, &torn), 2);
	assert_true(torn);
}

static void a_length_beyond_the_area_is_not_believed(void **state)
{
	uint32_t area[4] = { 0, 0x7fffffff, 0, 0 };
	bool torn;
	int next = 0;

	(void)state;
	memcpy(area, "NHR1", 4);
	assert_int_equal(reclog_scan(area, sizeof(area), in_order, &next, &torn), 0);
	assert_true(torn);
	area[1] = 0xfffffffd;
	assert_int_equal(reclog_scan(area, sizeof(area), in_order, &next, &torn), 0);
}

static void a_full_channel_is_a_fault_and_keeps_what_it_has(void **state)
{
	static uint32_t area[AREA_BYTES / 4];
	struct reclog *log = reclog_over(area, 200);
	int appended = 0, next = 0;
	bool torn;

	(void)state;
	memset(area, 0, sizeof(area));
	while (!reclog_append(log, record(appended)))
		appended++;
	assert_non_null(strstr(fault_text(), "channel full"));
	assert_int_equal(reclog_close(log), 0);
	assert_true(appended > 0);
	assert_int_equal(reclog_scan(area, AREA_BYTES, in_order, &next, &torn), appended);
	assert_false(torn);
}

static void a_full_disk_is_a_fault_and_leaves_no_torn_record(void **state)
{
	struct rlimit limit, small;
	struct reclog *log = reclog_create(path);
	int appended = 0, next = 0;
	bool torn;

	(void)state;
	signal(SIGXFSZ, SIG_IGN); /* a size limit fails writes in part, as a full disk does */
	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 150;
	setrlimit(RLIMIT_FSIZE, &small);
	while (appended < 100 && !reclog_append(log, record(appended)))
		appended++;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_in_range(appended, 1, 99);
	assert_non_null(strstr(fault_text(), "cannot write: File too large"));
	assert_int_equal(reclog_close(log), 0);
	assert_int_equal(reclog_read(path, in_order, &next, &torn), appended);
	assert_false(torn);
}

static void an_existing_file_is_not_overwritten(void **state)
{
	(void)state;
	write_file("", 0);
	assert_null(reclog_create(path));
	assert_non_null(strstr(fault_text(), "session-000.log: cannot create: File exists"));
}

static void no_file_is_a_fault(void **state)
{
	bool torn;

	(void)state;
	assert_int_equal(reclog_read(path, in_order, NULL, &torn), -1);
	assert_non_null(strstr(fault_text(), "cannot open: No such file"));
	assert_int_equal(reclog_read(folder, in_order, NULL, &torn), -1);
	assert_non_null(strstr(fault_text(), "not a file"));
}

static void a_value_that_json_cannot_hold_is_a_fault(void **state)
{
	static uint32_t area[64];
	struct reclog *log = reclog_over(area, sizeof(area));

	(void)state;
	assert_int_equal(reclog_append(log, json_pack("{s:f}", "wall_ns", (double)NAN)), -1);
	assert_int_equal(area[0], 0);
	reclog_close(log);
}

static void reading_stops_when_asked(void **state)
{
	static uint32_t area[AREA_BYTES / 4];
	size_t ends[3];
	bool torn;

	(void)state;
	three_records((char *)area, ends);
	assert_int_equal(reclog_scan(area, AREA_BYTES, stop_at_once, NULL, &torn), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(file_and_area_have_the_same_format, remove_file),
		cmocka_unit_test(known_frame_reads_back),
		cmocka_unit_test_teardown(a_file_cut_at_any_byte_gives_the_whole_records_before, remove_file),
		cmocka_unit_test(a_flipped_bit_ends_the_records_there),
		cmocka_unit_test(a_frame_without_its_magic_is_torn_not_read),
		cmocka_unit_test(a_length_beyond_the_area_is_not_believed),
		cmocka_unit_test(a_full_channel_is_a_fault_and_keeps_what_it_has),
		cmocka_unit_test_teardown(a_full_disk_is_a_fault_and_leaves_no_torn_record, remove_file),
		cmocka_unit_test_teardown(an_existing_file_is_not_overwritten, remove_file),
		cmocka_unit_test(no_file_is_a_fault),
		cmocka_unit_test(a_value_that_json_cannot_hold_is_a_fault),
		cmocka_unit_test(reading_stops_when_asked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
