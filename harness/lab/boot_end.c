// SPDX-License-Identifier: GPL-2.0-or-later
/* boot_end - how a guest ended, and what that means */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "base/minmax.h"
#include "base/units.h"
#include "lab/boot_internal.h"
#include "lab/diagnose.h"

#define DEADLINE_LEAST_NS 1000000000ull
#define DEADLINE_MOST_NS  (86400 * DEADLINE_LEAST_NS)

unsigned boot_deadline_s(const struct lab *lab)
{
	/* a busy host takes a few times what was expected; a hung guest need not be waited for as long as that */
	return lab->deadline_s ?: fmax(BOOT_DEADLINE_S, 20 * lab->expected_s);
}

int boot_parse_deadline(const char *text, unsigned *deadline_s)
{
	uint64_t ns;

	if (units_parse_ns(text, DEADLINE_LEAST_NS, DEADLINE_MOST_NS, &ns))
		return -1;
	*deadline_s = ns / 1000000000;
	return 0;
}

char *boot_console(int fd)
{
	struct stat st = {};
	ssize_t n;
	char *text;

	fstat(fd, &st);
	text = xcalloc(1, min(st.st_size, (off_t)BOOT_CONSOLE_MAX) + 1);
	n = pread(fd, text, min(st.st_size, (off_t)BOOT_CONSOLE_MAX), 0);
	for (ssize_t i = 0; i < n; i++)
		text[i] = text[i] ?: ' ';
	return text;
}

void boot_finish(struct running *r, enum boot_end end, const char *detail)
{
	const volatile struct channel_header *header = r->channel.area ? channel_header(&r->channel) : NULL;

	r->boot->end = end;
	if (header)
		r->boot->exit_code = header->exit_code;
	r->boot->wall_s = clock_now_s() - r->first_s;
	snprintf(r->boot->detail, sizeof(r->boot->detail), "%s", detail);
	r->boot->console = boot_console(r->console);
	close(r->image);
	close(r->console);
	if (r->madt >= 0)
		close(r->madt);
	if (r->swap >= 0)
		close(r->swap);
	channel_close(&r->channel);
	r->boot = NULL;
}

static void describe_death(const struct running *r, const char *how, char *detail, size_t size)
{
	char tail[600], *console = boot_console(r->console);

	diagnose_tail(console, tail, sizeof(tail));
	snprintf(detail, size, "%s; its console ends: %s", how, tail);
	free(console);
}

void boot_finish_died(struct running *r, enum boot_end end, const char *how)
{
	char detail[900];

	describe_death(r, how, detail, sizeof(detail));
	boot_finish(r, end, detail);
}

static void finish_done(struct running *r)
{
	int code = channel_header(&r->channel)->exit_code;
	char how[80];

	snprintf(how, sizeof(how), "nodehop in the guest ended with code %d", code);
	if (code)
		boot_finish_died(r, BOOT_DONE, how);
	else
		boot_finish(r, BOOT_DONE, "");
}

/* One more try, without KVM if it did not come up with it. False when it had its tries. */
static bool try_again(struct shared *shared, struct running *r, const char *how)
{
	struct boot *b = r->boot;

	if (r->attempt >= BOOT_ATTEMPTS || (r->up && !b->again))
		return false;
	snprintf(b->died, sizeof(b->died), "%s", how);
	if (!r->up)
		shared->kvm = false;
	if ((b->again && b->again(how, b->context) < 0) || boot_start_again(shared, r) < 0)
		boot_finish(r, BOOT_TROUBLE, fault_text());
	return true;
}

/* No first line, or init could not go on. */
static void finish_no_start(struct shared *shared, struct running *r, const char *how)
{
	char why[700], detail[900], *console = boot_console(r->console);

	diagnose_no_start(console, shared->lab->kernel->path, why, sizeof(why));
	snprintf(detail, sizeof(detail), "%s; %s", how, why);
	free(console);
	if (!try_again(shared, r, detail))
		boot_finish(r, BOOT_NO_START, detail);
}

/* It came up, and hung or died. */
static void finish_died(struct shared *shared, struct running *r, enum boot_end end, const char *how)
{
	char detail[900];

	describe_death(r, how, detail, sizeof(detail));
	if (!try_again(shared, r, detail))
		boot_finish(r, end, detail);
}

void boot_judge_end(struct shared *shared, struct running *r)
{
	int number = channel_header(&r->channel)->exit_signal;
	char how[120];

	switch (channel_header(&r->channel)->stage) {
	case GUEST_ENDED:
		snprintf(how, sizeof(how), "nodehop in the guest was ended by signal %d (%s)", number,
			 strsignal(number));
		if (number)
			finish_died(shared, r, BOOT_DIED, how);
		else
			finish_done(r);
		break;
	case GUEST_STARTED:
		finish_died(shared, r, BOOT_DIED, "the guest ended before nodehop in it did");
		break;
	default:
		finish_no_start(shared, r, "the guest ended before nodehop in it was started");
	}
}

void boot_judge_late(struct shared *shared, struct running *r)
{
	char how[120];

	if (r->up) {
		snprintf(how, sizeof(how), "the guest did not end within %u s (--deadline)",
			 boot_deadline_s(shared->lab));
		finish_died(shared, r, BOOT_LATE, how);
	} else {
		snprintf(how, sizeof(how),
			 "no sign of life from the guest's init within %.0f s (--deadline TIME changes that)",
			 clock_now_s() - r->start_s);
		finish_no_start(shared, r, how);
	}
}
