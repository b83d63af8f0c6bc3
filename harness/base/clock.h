/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock - the readings that stand around a timed region
 *
 * CLOCK_MONOTONIC_RAW is not slewed by NTP. On hardware a reading is
 * nanoseconds; in counted mode one guest instruction is one nanosecond, so
 * the same reading is a count of instructions.
 */
#ifndef NODEHOP_CLOCK_H
#define NODEHOP_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

static inline uint64_t clock_wall_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC_RAW);
}

static inline uint64_t clock_thread_cpu_ns(void)
{
	return clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* Seconds that go on while anything else happens: for deadlines and for how long something took. */
static inline double clock_now_s(void)
{
	return clock_read_ns(CLOCK_MONOTONIC) * 1e-9;
}

#endif
