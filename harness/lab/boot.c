// SPDX-License-Identifier: GPL-2.0-or-later
/* boot - runs guests, as many side by side as fit, from power-on to their end */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/child.h"
#include "base/fault.h"
#include "base/interrupt.h"
#include "base/places.h"
#include "lab/boot_internal.h"
#include "lab/qemu.h"

#define PARALLEL_MAX 2
#define UP_KVM_S     30 /* as BOOT_UP_S: it takes two there, and a /dev/kvm that does not work may just hang */
#define POLL_MS	     20
#define FIRST_LINE   "nodehop-init: up"

const char *boot_end_code(enum boot_end end)
{
	static const char *const codes[] = {
		[BOOT_PENDING] = "not-started", [BOOT_DONE] = "ended",	  [BOOT_NO_START] = "no-start",
		[BOOT_DIED] = "guest-died",	[BOOT_LATE] = "deadline", [BOOT_STOPPED] = "interrupted",
		[BOOT_TROUBLE] = "lab-trouble",
	};

	return codes[end];
}

/* ---- watching ------------------------------------------------------------------------- */

static void kill_qemu(struct running *r)
{
	child_kill(r->pid);
}

static bool console_has(int fd, const char *text)
{
	char *console = boot_console(fd);
	bool has = strstr(console, text);

	free(console);
	return has;
}

static void look_whether_up(struct running *r)
{
	if (!r->up)
		r->up = channel_header(&r->channel)->stage != GUEST_ABSENT || console_has(r->console, FIRST_LINE);
}

static bool is_late(const struct shared *shared, const struct running *r)
{
	double limit_s = boot_deadline_s(shared->lab);

	if (!r->up && !shared->lab->deadline_s)
		limit_s = shared->kvm ? UP_KVM_S : BOOT_UP_S;
	if (clock_now_s() - r->start_s > limit_s)
		return true;
	/* QEMU stops there and waits for a debugger. */
	return !r->up && shared->kvm && console_has(r->console, "KVM internal error");
}

static bool prints_without_end(const struct running *r)
{
	struct stat st;

	return !fstat(r->console, &st) && st.st_size > BOOT_CONSOLE_MAX;
}

/* Records first: what came before an end belongs to the boot. */
static void watch(struct shared *shared, struct running *r)
{
	pid_t ended = waitpid(r->pid, NULL, WNOHANG);

	look_whether_up(r);
	if (channel_poll(&r->channel, r->boot->record, r->boot->context) < 0) {
		if (!ended)
			kill_qemu(r);
		boot_finish(r, BOOT_TROUBLE, fault_text());
	} else if (ended) {
		boot_judge_end(shared, r);
	} else if (is_late(shared, r)) {
		kill_qemu(r);
		boot_judge_late(shared, r);
	} else if (prints_without_end(r)) {
		kill_qemu(r);
		boot_finish_died(r, BOOT_LATE, "the guest printed more than 8 MiB on its console");
	} else if (*interrupt_flag()) {
		kill_qemu(r);
		boot_finish(r, BOOT_STOPPED, "ended by a signal");
	}
}

int boot_parallel(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus < PARALLEL_MAX ? cpus : PARALLEL_MAX;
}

static void start_next(struct shared *shared, struct running *slot, struct boot *boot)
{
	if (boot_start(shared, slot, boot) < 0)
		boot_finish(slot, BOOT_TROUBLE, fault_text());
}

static void supervise(struct shared *shared, struct boot *boot, int count)
{
	const struct timespec pause = { 0, POLL_MS * 1000000 };
	struct running slot[PARALLEL_MAX] = {};
	int next = 0, busy;

	do {
		busy = 0;
		for (int i = 0; i < boot_parallel(); i++) {
			if (!slot[i].boot && next < count && !*interrupt_flag())
				start_next(shared, &slot[i], &boot[next++]);
			if (slot[i].boot)
				watch(shared, &slot[i]);
			busy += slot[i].boot != NULL;
		}
		if (busy)
			nanosleep(&pause, NULL);
	} while (busy || (next < count && !*interrupt_flag()));
	for (; next < count; next++) {
		boot[next].end = BOOT_STOPPED;
		snprintf(boot[next].detail, sizeof(boot[next].detail), "not started: ended by a signal before");
	}
}

/* ---- what boots share -------------------------------------------------------------------- */

static void shared_free(struct shared *shared)
{
	free(shared->form);
	free(shared->image);
	free(shared->append);
	functions_free(&shared->functions);
}

/* Without them all else goes on: they are reported, and decide nothing. */
static void find_functions(struct shared *shared)
{
	const struct lab *lab = shared->lab;

	if (lab->no_functions || lab->mode != TIME_COUNTED)
		return;
	if (functions_find(&shared->functions, lab->kernel->path, shared->image) < 0) {
		fprintf(stderr, "nodehop: functions are not reported: %s\n", fault_text());
		functions_free(&shared->functions);
	}
}

static int shared_init(struct shared *shared, const struct lab *lab)
{
	*shared = (struct shared){ .lab = lab, .kvm = lab->mode != TIME_COUNTED && qemu_has_kvm() };
	shared->form = topology_form(lab->topology, lab->mode);
	shared->image = place_find("lab/image.cpio", "../lib/nodehop/image.cpio");
	shared->append = qemu_append(lab->mode, lab->append);
	if (shared->form && shared->image && shared->append)
		return 0;
	shared_free(shared);
	return -1;
}

int boot_check(const struct lab *lab)
{
	struct shared shared;
	char **command;
	int failed;

	if (shared_init(&shared, lab) < 0)
		return -1;
	command = boot_command(&shared, 0, &(struct boot_files){ "", "", "", "", "" });
	failed = !command || !qemu_version();
	qemu_free(command);
	shared_free(&shared);
	return failed ? -1 : 0;
}

int boot_check_functions(const struct lab *lab)
{
	struct shared shared;
	int failed;

	if (shared_init(&shared, lab) < 0)
		return -1;
	failed = functions_find(&shared.functions, lab->kernel->path, shared.image);
	if (!failed && lab->annotate)
		failed = functions_check_name(&shared.functions, lab->annotate);
	shared_free(&shared);
	return failed;
}

int boot_all(const struct lab *lab, struct boot *boot, int count)
{
	struct shared shared;

	if (shared_init(&shared, lab) < 0)
		return -1;
	find_functions(&shared);
	supervise(&shared, boot, count);
	shared_free(&shared);
	return 0;
}

void boot_free(struct boot *boot)
{
	free(boot->console);
	calltree_free(boot->calls);
	json_decref(boot->facts);
}

int boot_print(FILE *to, const struct lab *lab, uint64_t seed)
{
	struct shared shared;
	char **command;

	if (shared_init(&shared, lab) < 0)
		return -1;
	find_functions(&shared);
	command =
		boot_command(&shared, seed, &(struct boot_files){ shared.image, "CHANNEL", "SWAP", "MADT", "PROFILE" });
	if (command)
		qemu_print(to, command);
	qemu_free(command);
	shared_free(&shared);
	return command ? 0 : -1;
}
