// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sampler: what is read of the kernel's ring, and what is made of it. The Makefile has the kernel's calls and symbols
 * come here: the ring is a file in memory that this test writes.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "instruments/sampler.h"
#include "machine/kallsyms.h"

#define RING_BYTES (512u << 10)
#define SWITCH_ID  77

static int ring_file;
static char *ring; /* its first page is the head */

long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	va_list args;
	bool asks_whether_it_may_call;

	va_start(args, number);
	asks_whether_it_may_call = !va_arg(args, void *);
	va_end(args);
	errno = EINVAL;
	return asks_whether_it_may_call ? -1 : dup(ring_file);
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
	return 0;
}

struct kallsyms *__wrap_kallsyms_load(const char *root);
struct kallsyms *__wrap_kallsyms_load(const char *root)
{
	return (struct kallsyms *)root;
}

const char *__wrap_kallsyms_name(const struct kallsyms *k, uint64_t address);
const char *__wrap_kallsyms_name(const struct kallsyms *k, uint64_t address)
{
	static const char *const names[] = { "do_nothing", "entry", "move_pages", "copy_page" };

	(void)k;
	return names[address];
}

void __wrap_kallsyms_free(struct kallsyms *k);
void __wrap_kallsyms_free(struct kallsyms *k)
{
	(void)k;
}

/* ---- the ring ---- */

static struct perf_event_mmap_page *head(void)
{
	return (struct perf_event_mmap_page *)ring;
}

static void put(const void *record, size_t size)
{
	for (size_t i = 0; i < size; i++)
		ring[sysconf(_SC_PAGESIZE) + (head()->data_head + i) % RING_BYTES] = ((const char *)record)[i];
	head()->data_head += size;
}

static void put_sample(uint64_t id)
{
	const struct {
		struct perf_event_header header;
		uint64_t id, time_ns, depth, ip[4];
	} sample = {
		{ .type = PERF_RECORD_SAMPLE, .size = sizeof(sample) }, id, 5, 4, { PERF_CONTEXT_KERNEL, 3, 2, 1 }
	};

	put(&sample, sizeof(sample));
}

static void put_switch(uint64_t time_ns, bool out)
{
	const struct {
		struct perf_event_header header;
		uint64_t time_ns;
	} change = {
		{ .type = PERF_RECORD_SWITCH, .misc = out ? PERF_RECORD_MISC_SWITCH_OUT : 0, .size = sizeof(change) },
		time_ns
	};

	put(&change, sizeof(change));
}

static void put_lost(uint64_t count)
{
	const struct {
		struct perf_event_header header;
		uint64_t id, lost;
	} loss = { { .type = PERF_RECORD_LOST, .size = sizeof(loss) }, 1, count };

	put(&loss, sizeof(loss));
}

/* ---- what comes out ---- */

static char seen[200];

static void look(const char *const *stack, size_t depth, uint64_t away_ns, void *context)
{
	(void)context;
	for (size_t i = 0; i < depth; i++)
		strcat(strcat(seen, i ? ";" : " "), stack[i]);
	sprintf(seen + strlen(seen), "=%d", (int)away_ns);
}

static struct sampler *open_at(uint64_t at)
{
	struct sampler *s = sampler_new();

	assert_non_null(s);
	memset(ring, 0, sysconf(_SC_PAGESIZE) + RING_BYTES);
	head()->data_head = head()->data_tail = at;
	assert_int_equal(sampler_open(s), 0);
	sampler_start(s);
	*seen = '\0';
	return s;
}

static void stacks_are_handed_out_outermost_first(void **state)
{
	struct sampler *s = open_at(0);

	(void)state;
	put_sample(1);
	put_sample(SWITCH_ID);
	put_switch(1000, true);
	put_switch(1300, false);
	assert_int_equal(sampler_stop(s), 0);
	assert_int_equal(sampler_read(s, look, NULL), 1);
	assert_string_equal(seen, " entry;move_pages;copy_page=0 entry;move_pages;copy_page=300");
	sampler_free(s);
}

/* Of the three the second lies across the end of the ring. */
static void what_wraps_is_whole(void **state)
{
	struct sampler *s = open_at(3 * RING_BYTES - 100);

	(void)state;
	for (int i = 0; i < 3; i++)
		put_sample(1);
	assert_int_equal(sampler_stop(s), 0);
	assert_int_equal(sampler_read(s, look, NULL), 3);
	assert_string_equal(seen, " entry;move_pages;copy_page=0 entry;move_pages;copy_page=0"
				  " entry;move_pages;copy_page=0");
	sampler_free(s);
}

/* What is kept of one repetition stays when the next is read. */
static void repetitions_and_losses_add_up(void **state)
{
	struct sampler *s = open_at(0);

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_sample(1);
		put_lost(3 + i);
		assert_int_equal(sampler_stop(s), 0);
	}
	assert_int_equal(sampler_read(s, NULL, NULL), 2);
	assert_int_equal(sampler_lost(s), 7);
	sampler_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_are_handed_out_outermost_first),
		cmocka_unit_test(what_wraps_is_whole),
		cmocka_unit_test(repetitions_and_losses_add_up),
	};
	size_t size = sysconf(_SC_PAGESIZE) + RING_BYTES;

	ring_file = memfd_create("ring", MFD_CLOEXEC);
	if (ring_file < 0 || ftruncate(ring_file, size))
		return 1;
	ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring_file, 0);
	if (ring == MAP_FAILED)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
