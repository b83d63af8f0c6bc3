// SPDX-License-Identifier: GPL-2.0-or-later
/* sampler - perf events of the calling thread, and their ring buffers; what a stack means is for analysis/ */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "instruments/sampler.h"
#include "machine/kallsyms.h"
#include "machine/syscalls.h"

#define RING_BYTES   (512u << 10) /* a power of two; what an unprivileged user may lock */
#define KEPT_BYTES   (32u << 20)
#define FREQUENCY_HZ 10000
#define STACK_MAX    128

struct sampler {
	size_t stored;
	uint64_t lost;
	uint64_t switch_id; /* in the samples of the event that sees the process leave the CPU */
	int fd, switch_fd;  /* the child's */
	char *ring;	    /* the child's: a page of struct perf_event_mmap_page, then RING_BYTES */
	char records[KEPT_BYTES];
};

#define SAMPLE_FIELDS (PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN)

struct sample {
	struct perf_event_header header;
	uint64_t id, time_ns, depth;
	uint64_t ip[];
};

static long perf_open(struct perf_event_attr *attr)
{
	attr->size = sizeof(*attr);
	attr->exclude_hv = 1;
	return syscall(SYS_perf_event_open, attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

bool sampler_has_cycles(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE,
					.config = PERF_COUNT_HW_CPU_CYCLES,
					.sample_period = 1000000,
					.disabled = 1,
					.exclude_user = 1 };
	long fd = perf_open(&attr);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* The most the kernel grants, as it lowers that when looking takes it too long. */
static uint64_t frequency_hz(void)
{
	uint64_t most_hz;

	return sysfile_read_u64(&most_hz, "/proc/sys/kernel/perf_event_max_sample_rate") || most_hz > FREQUENCY_HZ
		       ? FREQUENCY_HZ
		       : most_hz;
}

static long open_looks(void)
{
	bool cycles = sampler_has_cycles();
	struct perf_event_attr attr = {
		.type = cycles ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE,
		.config = cycles ? PERF_COUNT_HW_CPU_CYCLES : PERF_COUNT_SW_CPU_CLOCK,
		.sample_type = SAMPLE_FIELDS,
		.freq = 1,
		.sample_freq = frequency_hz(),
		.sample_id_all = 1,
		.disabled = 1,
		.exclude_user = 1,
		.exclude_callchain_user = 1,
	};

	return perf_open(&attr);
}

/* Each leave from the CPU with its stack; leaves and returns also as records of their own, which have the time. */
static long open_switches(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CONTEXT_SWITCHES,
		.sample_period = 1,
		.sample_type = SAMPLE_FIELDS,
		.disabled = 1,
		.exclude_callchain_user = 1,
		.context_switch = 1,
		.sample_id_all = 1,
	};

	return perf_open(&attr);
}

struct sampler *sampler_new(void)
{
	struct sampler *s;
	const char *code;
	long fd;

	if (syscalls_check(CALL_PERF_EVENT_OPEN, &code) != OK)
		return NULL;
	fd = open_switches();
	if (fd < 0) {
		fault("perf events inside the kernel: %s (perf_event_paranoid, or a missing privilege)",
		      strerror(errno));
		return NULL;
	}
	close(fd);
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s != MAP_FAILED)
		return s;
	fault("no shared memory for samples: %m");
	return NULL;
}

void sampler_free(struct sampler *s)
{
	munmap(s, sizeof(*s));
}

uint64_t sampler_lost(const struct sampler *s)
{
	return s->lost;
}

/* ---- the child ---- */

int sampler_open(struct sampler *s)
{
	s->fd = open_looks();
	s->switch_fd = open_switches();
	if (s->fd < 0 || s->switch_fd < 0)
		return fault("perf events inside the kernel: %s", strerror(errno));
	s->ring = mmap(NULL, sysconf(_SC_PAGESIZE) + RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (s->ring == MAP_FAILED || ioctl(s->switch_fd, PERF_EVENT_IOC_SET_OUTPUT, s->fd) ||
	    ioctl(s->switch_fd, PERF_EVENT_IOC_ID, &s->switch_id))
		return fault("cannot map a ring buffer for perf events: %s", strerror(errno));
	return 0;
}

void sampler_start(struct sampler *s)
{
	ioctl(s->switch_fd, PERF_EVENT_IOC_ENABLE, 0);
	ioctl(s->fd, PERF_EVENT_IOC_ENABLE, 0);
}

int sampler_stop(struct sampler *s)
{
	struct perf_event_mmap_page *head = (void *)s->ring;
	const char *data = s->ring + sysconf(_SC_PAGESIZE);
	uint64_t from, to, bytes, till_end;

	ioctl(s->fd, PERF_EVENT_IOC_DISABLE, 0);
	ioctl(s->switch_fd, PERF_EVENT_IOC_DISABLE, 0);
	to = __atomic_load_n(&head->data_head, __ATOMIC_ACQUIRE);
	from = head->data_tail;
	bytes = to - from;
	till_end = RING_BYTES - from % RING_BYTES;
	if (bytes > KEPT_BYTES - s->stored)
		return fault("more samples than %u MiB; use a smaller size", KEPT_BYTES >> 20);
	memcpy(s->records + s->stored, data + from % RING_BYTES, bytes < till_end ? bytes : till_end);
	if (bytes > till_end)
		memcpy(s->records + s->stored + till_end, data, bytes - till_end);
	s->stored += bytes;
	__atomic_store_n(&head->data_tail, to, __ATOMIC_RELEASE);
	return 0;
}

/* ---- the parent ---- */

struct reader {
	struct kallsyms *symbols;
	uint64_t switch_id;
	void (*look)(const char *const *stack, size_t depth, uint64_t away_ns, void *context);
	void *context;
	const struct sample *left; /* the look when the process last left the CPU */
	uint64_t left_ns;
	long looks;
};

static void hand_out(const struct reader *r, const struct sample *sample, uint64_t away_ns)
{
	const char *stack[STACK_MAX];
	size_t depth = 0;

	/* innermost first, with markers of the context between */
	for (uint64_t i = sample->depth; i-- > 0;)
		if (sample->ip[i] < (uint64_t)PERF_CONTEXT_MAX && depth < STACK_MAX)
			stack[depth++] = kallsyms_name(r->symbols, sample->ip[i]);
	if (depth)
		r->look(stack, depth, away_ns, r->context);
}

static void take_sample(struct reader *r, const struct sample *sample)
{
	if (sample->id == r->switch_id) {
		r->left = sample;
		return;
	}
	if (r->look)
		hand_out(r, sample, 0);
	r->looks++;
}

/* The time comes right behind the header of a switch. */
static void take_switch(struct reader *r, const struct perf_event_header *h)
{
	uint64_t time_ns = *(const uint64_t *)(h + 1);

	if (h->misc & PERF_RECORD_MISC_SWITCH_OUT) {
		r->left_ns = time_ns;
	} else if (r->left && r->left_ns && r->look) {
		hand_out(r, r->left, time_ns > r->left_ns ? time_ns - r->left_ns : 1);
		r->left = NULL;
		r->left_ns = 0;
	}
}

static void read_all(struct reader *r, struct sampler *s)
{
	s->lost = 0;
	for (size_t at = 0; at + sizeof(struct perf_event_header) <= s->stored;) {
		const struct perf_event_header *h = (const void *)(s->records + at);

		if (!h->size)
			return;
		if (h->type == PERF_RECORD_SAMPLE)
			take_sample(r, (const void *)h);
		else if (h->type == PERF_RECORD_SWITCH)
			take_switch(r, h);
		else if (h->type == PERF_RECORD_LOST)
			s->lost += ((const uint64_t *)(h + 1))[1];
		at += h->size;
	}
}

long sampler_read(const struct sampler *s, const char *root,
		  void (*look)(const char *const *stack, size_t depth, uint64_t away_ns, void *context), void *context)
{
	struct reader r = {
		.symbols = look ? kallsyms_load(root) : NULL,
		.switch_id = s->switch_id,
		.look = look,
		.context = context,
	};

	if (look && !r.symbols)
		return -1;
	read_all(&r, (struct sampler *)s);
	if (look)
		kallsyms_free(r.symbols);
	return r.looks;
}
