// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sampler: what a child's ring of perf events is read as. The Makefile has syscall and ioctl come here: a perf event is
 * a file in memory, whose ring this test fills as the kernel would.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "instruments/sampler.h"

#define RING_BYTES (512u << 10)
#define LOOK_ID	   5
#define SWITCH_ID  77

/* ---- the kernel ---- */

static int ring_fd;
static struct perf_event_mmap_page *head;
static char *data;
static bool refuses, no_cycles, no_output;

long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	const struct perf_event_attr *attr;
	va_list args;

	va_start(args, number);
	attr = va_arg(args, const struct perf_event_attr *);
	va_end(args);
	errno = attr ? EACCES : EINVAL; /* NULL: only asks whether it may call */
	if (!attr || number != SYS_perf_event_open || refuses)
		return -1;
	errno = ENOENT;
	return no_cycles && attr->type == PERF_TYPE_HARDWARE ? -1 : dup(ring_fd);
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;

	(void)fd;
	va_start(args, request);
	if (request == PERF_EVENT_IOC_ID)
		*va_arg(args, uint64_t *) = SWITCH_ID;
	va_end(args);
	errno = EINVAL;
	return request == PERF_EVENT_IOC_SET_OUTPUT && no_output ? -1 : 0;
}

/* Where the ring ends, a record goes on at its beginning. */
static void put(const void *record, size_t size)
{
	for (size_t i = 0; i < size; i++)
		data[(head->data_head + i) % RING_BYTES] = ((const char *)record)[i];
	head->data_head += size;
}

static void put_sample(uint64_t id, const uint64_t *ip, uint64_t depth)
{
	uint64_t fields[3] = { id, 0, depth };
	struct perf_event_header h = { PERF_RECORD_SAMPLE, 0, sizeof(h) + sizeof(fields) + depth * sizeof(*ip) };

	put(&h, sizeof(h));
	put(fields, sizeof(fields));
	put(ip, depth * sizeof(*ip));
}

static void put_switch(bool out, uint64_t time_ns)
{
	uint64_t fields[2] = { time_ns, SWITCH_ID };
	struct perf_event_header h = { PERF_RECORD_SWITCH, out ? PERF_RECORD_MISC_SWITCH_OUT : 0,
				       sizeof(h) + sizeof(fields) };

	put(&h, sizeof(h));
	put(fields, sizeof(fields));
}

static void put_lost(uint64_t lost)
{
	uint64_t fields[2] = { LOOK_ID, lost };
	struct perf_event_header h = { PERF_RECORD_LOST, 0, sizeof(h) + sizeof(fields) };

	put(&h, sizeof(h));
	put(fields, sizeof(fields));
}

/* ---- what is read ---- */

static char root[] = "/tmp/nodehop-sampler-XXXXXX";
static struct sampler *sampler;
static char seen[4096];

static void note(const char *const *stack, size_t depth, uint64_t away_ns, void *context)
{
	assert_ptr_equal(context, &seen);
	for (size_t i = 0; i < depth; i++)
		sprintf(seen + strlen(seen), "%s%s", i ? ";" : "", stack[i]);
	sprintf(seen + strlen(seen), " %d\n", (int)away_ns);
}

static long read_all(void)
{
	*seen = '\0';
	return sampler_read(sampler, root, note, &seen);
}

/* With the ring as far as it is after so many bytes. */
static int start(void **state)
{
	(void)state;
	refuses = no_cycles = no_output = false;
	sampler = sampler_new();
	assert_non_null(sampler);
	assert_int_equal(sampler_open(sampler), 0);
	head->data_head = head->data_tail = 0;
	sampler_start(sampler);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	sampler_free(sampler);
	return 0;
}

static const uint64_t moving[] = { PERF_CONTEXT_KERNEL, 0xffffffff81000210, 0xffffffff81000105, 0x1000 };

static void a_stack_is_named_from_outside(void **state)
{
	(void)state;
	put_sample(LOOK_ID, moving, 3);
	put_sample(LOOK_ID, moving, 2);
	assert_int_equal(sampler_stop(sampler), 0);
	assert_int_equal(read_all(), 2);
	assert_string_equal(seen, "move_pages;migrate_folio 0\nmigrate_folio 0\n");
	assert_int_equal(sampler_read(sampler, "/nowhere", NULL, NULL), 2); /* who only counts needs no names */
}

/* One whose address lies before all symbols has none: it is "?", and its look counts. */
static void an_unknown_function_has_no_name(void **state)
{
	(void)state;
	put_sample(LOOK_ID, moving, 4);
	put_sample(LOOK_ID, moving, 1); /* markers only: nowhere in the kernel */
	assert_int_equal(sampler_stop(sampler), 0);
	assert_int_equal(read_all(), 2);
	assert_string_equal(seen, "?;move_pages;migrate_folio 0\n");
}

/* Wherever in the record the ring ends. */
static void a_record_that_straddles_the_end_is_whole(void **state)
{
	(void)state;
	for (unsigned before = 8; before < 56; before += 8) {
		head->data_head = head->data_tail = 3ull * RING_BYTES - before;
		put_sample(LOOK_ID, moving, 3);
		assert_int_equal(sampler_stop(sampler), 0);
		assert_int_equal(head->data_tail, head->data_head);
	}
	head->data_head = head->data_tail = RING_BYTES - 56; /* it ends where the ring does */
	put_sample(LOOK_ID, moving, 3);
	assert_int_equal(sampler_stop(sampler), 0);
	assert_int_equal(read_all(), 7);
	for (const char *line = seen; *line; line = strchr(line, '\n') + 1)
		assert_int_equal(strncmp(line, "move_pages;migrate_folio 0\n", 27), 0);
}

static void looks_that_were_lost_are_counted(void **state)
{
	(void)state;
	put_lost(30);
	put_sample(LOOK_ID, moving, 3);
	put_lost(12);
	assert_int_equal(sampler_stop(sampler), 0);
	assert_int_equal(read_all(), 1);
	assert_int_equal(sampler_lost(sampler), 42);
	assert_int_equal(read_all(), 1); /* once more: no more of them */
	assert_int_equal(sampler_lost(sampler), 42);
}

/* The stack comes first, then that it leaves, at last that it is back. */
static void time_off_the_cpu_has_the_stack_it_left_from(void **state)
{
	(void)state;
	put_sample(SWITCH_ID, moving, 3);
	put_switch(true, 1000);
	put_switch(false, 1250);
	put_switch(true, 2000); /* without a stack: nobody knows where from */
	put_switch(false, 3000);
	put_sample(SWITCH_ID, moving, 2);
	put_switch(true, 5000);
	put_switch(false, 4999); /* another CPU's clock */
	assert_int_equal(sampler_stop(sampler), 0);
	assert_int_equal(read_all(), 0);
	assert_string_equal(seen, "move_pages;migrate_folio 250\nmigrate_folio 1\n");
}

static void what_was_seen_before_is_kept(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		put_sample(LOOK_ID, moving, 2);
		assert_int_equal(sampler_stop(sampler), 0);
		sampler_start(sampler);
	}
	assert_int_equal(read_all(), 3);
}

static void a_cut_record_ends_what_can_be_read(void **state)
{
	static const struct perf_event_header cut = { PERF_RECORD_SAMPLE, 0, 0 };

	(void)state;
	put_sample(LOOK_ID, moving, 2);
	put(&cut, sizeof(cut));
	assert_int_equal(sampler_stop(sampler), 0);
	assert_int_equal(read_all(), 1);
}

static void no_more_room_is_a_fault(void **state)
{
	(void)state;
	for (unsigned i = 0; i < (32u << 20) / RING_BYTES; i++) {
		head->data_head += RING_BYTES;
		assert_int_equal(sampler_stop(sampler), 0);
	}
	put_sample(LOOK_ID, moving, 2);
	assert_int_equal(sampler_stop(sampler), -1);
	assert_non_null(strstr(fault_text(), "more samples than 32 MiB"));
}

/* ---- what is not there ---- */

static void hidden_symbols_are_a_fault(void **state)
{
	(void)state;
	assert_int_equal(sampler_read(sampler, "/nowhere", note, &seen), -1);
	assert_non_null(strstr(fault_text(), "/nowhere/proc/kallsyms"));
}

static void no_right_is_a_fault(void **state)
{
	struct sampler *s;

	(void)state;
	no_cycles = true;
	assert_false(sampler_has_cycles());
	s = sampler_new(); /* by a timer, then */
	assert_non_null(s);
	no_output = true;
	assert_int_equal(sampler_open(s), -1);
	assert_string_equal(fault_text(), "cannot map a ring buffer for perf events: Invalid argument");
	refuses = true;
	assert_int_equal(sampler_open(s), -1);
	assert_string_equal(fault_text(), "perf events inside the kernel: Permission denied");
	assert_null(sampler_new());
	assert_non_null(strstr(fault_text(), "perf_event_paranoid"));
	refuses = no_cycles = false;
	assert_true(sampler_has_cycles());
	sampler_free(s);
}

static int make_kernel(void **state)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char path[64];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(path, sizeof(path), "%s/proc/kallsyms", root);
	ring_fd = memfd_create("perf event", 0);
	if (ring_fd < 0 || ftruncate(ring_fd, page + RING_BYTES) || file_make_parents(path) ||
	    file_write_text(path, "ffffffff81000100 T move_pages\nffffffff81000200 t migrate_folio\n"))
		return -1;
	head = mmap(NULL, page + RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, 0);
	data = (char *)head + page;
	return head == MAP_FAILED ? -1 : 0;
}

static int remove_kernel(void **state)
{
	(void)state;
	return file_remove_folder(root);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stack_is_named_from_outside, start, stop),
		cmocka_unit_test_setup_teardown(an_unknown_function_has_no_name, start, stop),
		cmocka_unit_test_setup_teardown(a_record_that_straddles_the_end_is_whole, start, stop),
		cmocka_unit_test_setup_teardown(looks_that_were_lost_are_counted, start, stop),
		cmocka_unit_test_setup_teardown(time_off_the_cpu_has_the_stack_it_left_from, start, stop),
		cmocka_unit_test_setup_teardown(what_was_seen_before_is_kept, start, stop),
		cmocka_unit_test_setup_teardown(a_cut_record_ends_what_can_be_read, start, stop),
		cmocka_unit_test_setup_teardown(no_more_room_is_a_fault, start, stop),
		cmocka_unit_test_setup_teardown(hidden_symbols_are_a_fault, start, stop),
		cmocka_unit_test_setup_teardown(no_right_is_a_fault, start, stop),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_kernel, remove_kernel);
}
