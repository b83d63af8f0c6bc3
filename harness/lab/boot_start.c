// SPDX-License-Identifier: GPL-2.0-or-later
/* boot_start - what a guest is given: its job, its image, its QEMU */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>
#include "base/child.h"
#include "base/clock.h"
#include "base/fault.h"
#include "lab/boot_internal.h"
#include "lab/madt.h"
#include "lab/qemu.h"
#include "lab/swap.h"
#include "record/fingerprint.h"

#define PADDING_PAGES 256
#define PAGE_BYTES    4096

/*
 * What the guest waits before nodehop in it starts. In counted mode it costs
 * nothing, the clock does not wait; 1.2 s after boot the kernel still corrects
 * the frequency of its clock, by 7 in a million.
 */
#define SETTLE_COUNTED_MS 3000
#define SETTLE_FAST_MS	  200

static const char *const guest_env[] = { "PATH=/bin", "HOME=/root", "TERM=dumb", NULL };

/* ---- the job ------------------------------------------------------------------- */

/* The seed's perturbation of the host's side: the image grows by some zero pages, and memory lies elsewhere. */
static unsigned padding_pages(uint64_t seed)
{
	seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
	seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
	return (seed ^ (seed >> 31)) % PADDING_PAGES;
}

static const char *mode_name(enum timekeeper mode)
{
	return mode == TIME_COUNTED ? "counted" : "fast";
}

/* As the mode has it: in fast mode all that there are are online. */
static int possible_cpus(const struct lab *lab)
{
	struct topology *form = topology_form(lab->topology, lab->mode);
	int cpus = form->possible_cpus;

	free(form);
	return cpus;
}

json_t *boot_facts(const struct lab *lab)
{
	char *append = qemu_append(lab->mode, lab->append);
	const char *version = qemu_version();
	json_t *facts = NULL;

	if (version)
		facts = json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:i}}", "hard", "topology.sha256",
				  lab->topology->sha256, "mode", mode_name(lab->mode), "kernel.image",
				  lab->kernel->identity, "append", append, "qemu.version", version, FACT_POSSIBLE_CPUS,
				  possible_cpus(lab));
	free(append);
	return facts || !version ? facts : (fault("the lab's facts are not JSON"), NULL);
}

/* The facts by which runs are compared, and those that are only recorded. */
static json_t *lab_facts(const struct shared *shared, const struct boot *boot)
{
	const struct lab *lab = shared->lab;
	json_t *facts = boot_facts(lab), *hard = json_incref(json_object_get(facts, "hard"));
	json_t *soft = json_pack("{s:s, s:s, s:i}", "topology.name", lab->topology->name, "accelerator",
				 shared->kvm ? "kvm" : "tcg", "padding_pages", (int)padding_pages(boot->seed));

	if (*boot->died)
		json_object_set_new(soft, "boot.died", json_string(boot->died));
	json_decref(facts);
	return json_pack("{s:s, s:I, s:i, s:s, s:o, s:o}", "mode", mode_name(lab->mode), "seed", (json_int_t)boot->seed,
			 "session", boot->session, "topology", lab->topology->name, "hard", hard, "soft", soft);
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
	return job.lab ? channel_create(&r->channel, &job) : fault("the lab's facts are not JSON");
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

static void hand_over(void *context)
{
	const struct running *r = context;

	inherit(r->image);
	inherit(r->channel.fd);
	inherit(r->swap);
	inherit(r->madt);
	if (r->boot->calls)
		inherit(calltree_fd(r->boot->calls));
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(r->console, STDOUT_FILENO);
	dup2(r->console, STDERR_FILENO);
}

char **boot_command(const struct shared *shared, uint64_t seed, const struct boot_files *files)
{
	char *plugin = shared->functions.plugin
			       ? functions_argument(&shared->functions, shared->lab->annotate, files->profile)
			       : NULL;
	struct qemu_machine machine = {
		.form = shared->form,
		.mode = shared->lab->mode,
		.kvm = shared->kvm,
		.seed = seed,
		.kernel = shared->lab->kernel->path,
		.image = files->image,
		.channel = files->channel,
		.swap = files->swap,
		.madt = files->madt,
		.append = shared->append,
		.plugin = plugin,
	};
	char **command = qemu_command(&machine);

	free(plugin);
	return command;
}

/* A guest that is started again begins another profile. */
static int make_calltree(const struct shared *shared, struct boot *boot)
{
	calltree_free(boot->calls);
	boot->calls = NULL;
	if (!shared->functions.plugin)
		return 0;
	boot->calls = calltree_new();
	return boot->calls ? 0 : -1;
}

int boot_start_again(const struct shared *shared, struct running *r)
{
	char image[32], channel[32], swap[32], madt[32], profile[32], **command;

	channel_close(&r->channel);
	if (make_channel(shared, r) < 0 || make_calltree(shared, r->boot) < 0)
		return -1;
	if (ftruncate(r->console, 0) < 0 || lseek(r->console, 0, SEEK_SET) < 0)
		return fault("the guest's console cannot be emptied: %s", strerror(errno));
	snprintf(image, sizeof(image), "/proc/self/fd/%d", r->image);
	snprintf(channel, sizeof(channel), "/proc/self/fd/%d", r->channel.fd);
	snprintf(swap, sizeof(swap), "/proc/self/fd/%d", r->swap);
	snprintf(madt, sizeof(madt), "/proc/self/fd/%d", r->madt);
	snprintf(profile, sizeof(profile), "/proc/self/fd/%d", r->boot->calls ? calltree_fd(r->boot->calls) : -1);
	command = boot_command(shared, r->boot->seed, &(struct boot_files){ image, channel, swap, madt, profile });
	if (!command)
		return -1;
	r->attempt++;
	r->up = false;
	r->start_s = clock_now_s();
	r->pid = child_start((const char *const *)command, hand_over, r);
	qemu_free(command);
	return r->pid < 0 ? -1 : 0;
}

int boot_start(const struct shared *shared, struct running *r, struct boot *boot)
{
	*r = (struct running){ .boot = boot, .first_s = clock_now_s(), .swap = -1, .madt = -1 };
	r->image = memfd_create("nodehop-image", MFD_CLOEXEC);
	r->console = memfd_create("nodehop-console", MFD_CLOEXEC);
	if (r->image < 0 || r->console < 0)
		return fault("no file in memory for a guest's image: %s", strerror(errno));
	if (shared->form->swap_bytes && (r->swap = swap_disk(shared->form->swap_bytes)) < 0)
		return -1;
	if (qemu_has_offline_cpus(shared->form) && (r->madt = madt_file(shared->form->possible_cpus)) < 0)
		return -1;
	return make_image(shared, r) < 0 ? -1 : boot_start_again(shared, r);
}
