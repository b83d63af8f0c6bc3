// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/places.h"
#include "lab/boot.h"
#include "lab/channel_host.h"
#include "lab/diagnose.h"
#include "lab/qemu.h"
#include "lab/swap.h"

#define PARALLEL_MAX   2
#define ATTEMPTS       2	 /* one boot in some hundred ends early for no known cause */
#define UP_LIMIT_S     120	 /* from power-on to init's first line */
#define UP_LIMIT_KVM_S 30	 /* there it takes two; a /dev/kvm that does not work may just hang */
#define CONSOLE_MAX    (8 << 20) /* bytes; beyond it a guest prints without end */
#define POLL_MS	       20
#define PADDING_PAGES  256
#define PAGE_BYTES     4096
#define FIRST_LINE     "nodehop-init: up"
#define min(a, b)      ((a) < (b) ? (a) : (b))

/*
 * What the guest waits before nodehop in it starts. In counted mode it costs
 * nothing, the clock does not wait; 1.2 s after boot the kernel still corrects
 * the frequency of its clock, by 7 in a million.
 */
#define SETTLE_COUNTED_MS 3000
#define SETTLE_FAST_MS	  200

static const char *const guest_env[] = { "PATH=/bin", "HOME=/root", "TERM=dumb", NULL };

/* What all boots of one call share and its caller need not know. */
struct shared {
	const struct lab *lab;
	struct topology *form;
	char *image, *append;
	bool kvm; /* until a boot shows that it does not work */
};

/* A boot under way. */
struct running {
	struct boot *boot;
	pid_t pid;
	struct channel channel;
	int image, console, swap; /* files in memory: nothing is left behind, whatever ends us; swap may be -1 */
	int attempt;		  /* from 1 */
	double start_s;		  /* of this attempt */
	double first_s;		  /* of the first one */
	bool up;		  /* init's first line came */
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

const char *boot_end_code(enum boot_end end)
{
	static const char *const codes[] = {
		[BOOT_PENDING] = "not-started", [BOOT_DONE] = "ended",	  [BOOT_NO_START] = "no-start",
		[BOOT_DIED] = "guest-died",	[BOOT_LATE] = "deadline", [BOOT_STOPPED] = "interrupted",
		[BOOT_TROUBLE] = "lab-trouble",
	};

	return codes[end];
}

/* ---- the job ------------------------------------------------------------------- */

/* The seed's perturbation of the host's side: the image grows by so many zero pages, and memory lies elsewhere. */
static unsigned padding_pages(uint64_t seed)
{
	seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
	seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
	return (seed ^ (seed >> 31)) % PADDING_PAGES;
}

static unsigned deadline_s(const struct lab *lab)
{
	return lab->deadline_s ?: BOOT_DEADLINE_S;
}

static const char *mode_name(enum timekeeper mode)
{
	return mode == TIME_COUNTED ? "counted" : "fast";
}

/* The facts by which runs are compared, and those that are only told. */
static json_t *lab_facts(const struct shared *shared, const struct boot *boot)
{
	const struct lab *lab = shared->lab;
	const char *mode = mode_name(lab->mode);
	json_t *hard = json_pack("{s:s, s:s, s:s, s:s, s:s}", "topology.sha256", lab->topology->sha256, "mode", mode,
				 "kernel.image", lab->kernel->identity, "append", shared->append, "qemu.version",
				 qemu_version());
	json_t *soft = json_pack("{s:s, s:s, s:i}", "topology.name", lab->topology->name, "accelerator",
				 shared->kvm ? "kvm" : "tcg", "padding_pages", (int)padding_pages(boot->seed));

	return json_pack("{s:s, s:I, s:i, s:s, s:o, s:o}", "mode", mode, "seed", (json_int_t)boot->seed, "session",
			 boot->session, "topology", lab->topology->name, "hard", hard, "soft", soft);
}

static int make_channel(const struct shared *shared, struct running *r)
{
	struct channel_job job = {
		.argv = shared->lab->argv,
		.env = guest_env,
		.lab = lab_facts(shared, r->boot),
		.nodes = shared->form->nodes,
		.settle_ms = shared->lab->mode == TIME_COUNTED ? SETTLE_COUNTED_MS : SETTLE_FAST_MS,
	};

	json_decref(r->boot->facts);
	r->boot->facts = job.lab;
	return job.lab ? channel_create(&r->channel, &job) : fault("the lab's facts are no JSON text");
}

static int make_image(const struct shared *shared, struct running *r)
{
	int from = open(shared->image, O_RDONLY | O_CLOEXEC), failed = from < 0;
	ssize_t copied = 1;
	off_t size = 0;

	for (; !failed && copied > 0; size += copied)
		copied = sendfile(r->image, from, NULL, 1 << 30);
	failed = failed || copied < 0 || ftruncate(r->image, size + padding_pages(r->boot->seed) * (off_t)PAGE_BYTES);
	if (failed)
		fault("%s: cannot be copied: %s", shared->image, strerror(errno));
	if (from >= 0)
		close(from);
	return failed ? -1 : 0;
}

/* ---- QEMU ------------------------------------------------------------------------ */

static void inherit(int fd)
{
	fcntl(fd, F_SETFD, 0);
}

static _Noreturn void become_qemu(const struct running *r, char *const *command, pid_t parent)
{
	int in = open("/dev/null", O_RDONLY);
	sigset_t none;

	setpgid(0, 0); /* the terminal's ^C is for us alone: we end it */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	inherit(r->image);
	inherit(r->channel.fd);
	inherit(r->swap);
	dup2(in, STDIN_FILENO);
	dup2(r->console, STDOUT_FILENO);
	dup2(r->console, STDERR_FILENO);
	execvp(command[0], command);
	dprintf(STDERR_FILENO, "%s: cannot be started: %s\n", command[0], strerror(errno));
	_exit(127);
}

static char **command_of(const struct shared *shared, uint64_t seed, const char *image, const char *channel,
			 const char *swap)
{
	struct qemu_machine machine = {
		.form = shared->form,
		.mode = shared->lab->mode,
		.kvm = shared->kvm,
		.seed = seed,
		.kernel = shared->lab->kernel->path,
		.image = image,
		.channel = channel,
		.swap = swap,
		.append = shared->append,
	};

	return qemu_command(&machine);
}

static int start_attempt(const struct shared *shared, struct running *r)
{
	char image[32], channel[32], swap[32], **command;
	pid_t parent = getpid();

	channel_close(&r->channel);
	if (make_channel(shared, r) < 0)
		return -1;
	if (ftruncate(r->console, 0) < 0 || lseek(r->console, 0, SEEK_SET) < 0)
		return fault("the guest's console cannot be emptied: %s", strerror(errno));
	snprintf(image, sizeof(image), "/proc/self/fd/%d", r->image);
	snprintf(channel, sizeof(channel), "/proc/self/fd/%d", r->channel.fd);
	snprintf(swap, sizeof(swap), "/proc/self/fd/%d", r->swap);
	command = command_of(shared, r->boot->seed, image, channel, swap);
	if (!command)
		return -1;
	r->attempt++;
	r->up = false;
	r->start_s = now_s();
	r->pid = fork();
	if (r->pid == 0)
		become_qemu(r, command, parent);
	qemu_free(command);
	return r->pid < 0 ? fault("cannot fork: %s", strerror(errno)) : 0;
}

static int start(const struct shared *shared, struct running *r, struct boot *boot)
{
	*r = (struct running) { .boot = boot, .first_s = now_s(), .swap = -1 };
	r->image = memfd_create("nodehop-image", MFD_CLOEXEC);
	r->console = memfd_create("nodehop-console", MFD_CLOEXEC);
	if (r->image < 0 || r->console < 0)
		return fault("no memory for a guest's image: %s", strerror(errno));
	if (shared->form->swap_bytes) {
		r->swap = swap_disk(shared->form->swap_bytes);
		if (r->swap < 0)
			return -1;
	}
	return make_image(shared, r) < 0 ? -1 : start_attempt(shared, r);
}

static void kill_qemu(struct running *r)
{
	kill(r->pid, SIGKILL);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* ---- the end of a boot --------------------------------------------------------------- */

/* As a text: NULs become spaces. */
static char *read_console(int fd)
{
	struct stat st = {};
	ssize_t n;
	char *text;

	fstat(fd, &st);
	text = calloc(1, min(st.st_size, CONSOLE_MAX) + 1);
	n = text ? pread(fd, text, min(st.st_size, CONSOLE_MAX), 0) : 0;
	for (ssize_t i = 0; i < n; i++)
		text[i] = text[i] ?: ' ';
	return text;
}

static void finish(struct running *r, enum boot_end end, const char *detail)
{
	const volatile struct channel_header *header = r->channel.area ? channel_header(&r->channel) : NULL;

	r->boot->end = end;
	if (header)
		r->boot->exit_code = header->exit_code;
	r->boot->wall_s = now_s() - r->first_s;
	snprintf(r->boot->detail, sizeof(r->boot->detail), "%s", detail);
	r->boot->console = read_console(r->console);
	close(r->image);
	close(r->console);
	if (r->swap >= 0)
		close(r->swap);
	channel_close(&r->channel);
	r->boot = NULL;
}

static void finish_died(struct running *r, enum boot_end end, const char *how)
{
	char tail[600], detail[900], *console = read_console(r->console);

	diagnose_tail(console, tail, sizeof(tail));
	snprintf(detail, sizeof(detail), "%s; its console ends: %s", how, tail);
	free(console);
	finish(r, end, detail);
}

static void finish_done(struct running *r)
{
	int code = channel_header(&r->channel)->exit_code;
	char how[80];

	snprintf(how, sizeof(how), "nodehop in the guest ended with code %d", code);
	if (code)
		finish_died(r, BOOT_DONE, how);
	else
		finish(r, BOOT_DONE, "");
}

/* No first line, or init could not go on. One more try in the first case, without KVM if that was in use. */
static void finish_no_start(struct shared *shared, struct running *r, const char *how)
{
	char why[700], detail[900], *console;

	if (!r->up && r->attempt < ATTEMPTS) {
		shared->kvm = false;
		if (start_attempt(shared, r) < 0)
			finish(r, BOOT_TROUBLE, fault_text());
		return;
	}
	console = read_console(r->console);
	diagnose_no_start(console, shared->lab->kernel->path, why, sizeof(why));
	snprintf(detail, sizeof(detail), "%s; %s", how, why);
	free(console);
	finish(r, BOOT_NO_START, detail);
}

/* QEMU ended on its own. */
static void judge_end(struct shared *shared, struct running *r)
{
	int number = channel_header(&r->channel)->exit_signal;
	char how[120];

	switch (channel_header(&r->channel)->stage) {
	case GUEST_ENDED:
		snprintf(how, sizeof(how), "nodehop in the guest was ended by signal %d (%s)", number,
			 strsignal(number));
		if (number)
			finish_died(r, BOOT_DIED, how);
		else
			finish_done(r);
		break;
	case GUEST_STARTED:
		finish_died(r, BOOT_DIED, "the guest ended before nodehop in it did");
		break;
	default:
		finish_no_start(shared, r, "the guest ended before nodehop in it was started");
	}
}

static void judge_late(struct shared *shared, struct running *r)
{
	char how[120];

	kill_qemu(r);
	if (r->up) {
		snprintf(how, sizeof(how), "the guest did not end within %u s (--deadline)", deadline_s(shared->lab));
		finish_died(r, BOOT_LATE, how);
	} else {
		snprintf(how, sizeof(how), "no sign of life from the guest's init within %.0f s", now_s() - r->start_s);
		finish_no_start(shared, r, how);
	}
}

/* ---- watching ------------------------------------------------------------------------- */

static bool console_has(int fd, const char *text)
{
	char *console = read_console(fd);
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
	double limit_s = deadline_s(shared->lab), up_limit_s = shared->kvm ? UP_LIMIT_KVM_S : UP_LIMIT_S;

	if (!r->up && limit_s > up_limit_s)
		limit_s = up_limit_s;
	if (now_s() - r->start_s > limit_s)
		return true;
	/* QEMU stops there and waits for a debugger. */
	return !r->up && shared->kvm && console_has(r->console, "KVM internal error");
}

static bool prints_without_end(const struct running *r)
{
	struct stat st;

	return !fstat(r->console, &st) && st.st_size > CONSOLE_MAX;
}

/* Records first: what came before an end belongs to the boot. */
static void watch(struct shared *shared, struct running *r)
{
	pid_t ended = waitpid(r->pid, NULL, WNOHANG);

	look_whether_up(r);
	if (channel_poll(&r->channel, r->boot->record, r->boot->context) < 0) {
		if (!ended)
			kill_qemu(r);
		finish(r, BOOT_TROUBLE, fault_text());
	} else if (ended) {
		judge_end(shared, r);
	} else if (is_late(shared, r)) {
		judge_late(shared, r);
	} else if (prints_without_end(r)) {
		kill_qemu(r);
		finish_died(r, BOOT_LATE, "the guest printed more than 8 MiB on its console");
	} else if (*shared->lab->stop) {
		kill_qemu(r);
		finish(r, BOOT_STOPPED, "ended by a signal");
	}
}

int boot_parallel(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus < PARALLEL_MAX ? cpus : PARALLEL_MAX;
}

static void start_next(struct shared *shared, struct running *slot, struct boot *boot)
{
	if (start(shared, slot, boot) < 0)
		finish(slot, BOOT_TROUBLE, fault_text());
}

static void supervise(struct shared *shared, struct boot *boot, int count)
{
	const struct timespec pause = { 0, POLL_MS * 1000000 };
	struct running slot[PARALLEL_MAX] = {};
	int next = 0, busy;

	do {
		busy = 0;
		for (int i = 0; i < boot_parallel(); i++) {
			if (!slot[i].boot && next < count && !*shared->lab->stop)
				start_next(shared, &slot[i], &boot[next++]);
			if (slot[i].boot)
				watch(shared, &slot[i]);
			busy += slot[i].boot != NULL;
		}
		if (busy)
			nanosleep(&pause, NULL);
	} while (busy || (next < count && !*shared->lab->stop));
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
}

static int shared_init(struct shared *shared, const struct lab *lab)
{
	*shared = (struct shared) { .lab = lab, .kvm = lab->mode != TIME_COUNTED && qemu_has_kvm() };
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
	command = command_of(&shared, 0, "", "", "");
	failed = !command || !qemu_version();
	qemu_free(command);
	shared_free(&shared);
	return failed ? -1 : 0;
}

int boot_all(const struct lab *lab, struct boot *boot, int count)
{
	struct shared shared;

	if (shared_init(&shared, lab) < 0)
		return -1;
	supervise(&shared, boot, count);
	shared_free(&shared);
	return 0;
}

void boot_free(struct boot *boot)
{
	free(boot->console);
	json_decref(boot->facts);
}

int boot_print(FILE *to, const struct lab *lab, uint64_t seed)
{
	struct shared shared;
	char **command;

	if (shared_init(&shared, lab) < 0)
		return -1;
	command = command_of(&shared, seed, shared.image, "CHANNEL", "SWAP");
	if (command)
		qemu_print(to, command);
	qemu_free(command);
	shared_free(&shared);
	return command ? 0 : -1;
}
