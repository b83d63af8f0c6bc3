// SPDX-License-Identifier: GPL-2.0-or-later
/* qemu - the command line that boots a topology */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "lab/layout.h"
#include "lab/qemu.h"

#define VERSION_LIMIT_S 20

/*
 * The guest's clock is the count of its instructions (shift=0: one is 1 ns)
 * and does not wait while it sleeps. QEMU counts every iteration of a string
 * instruction: without erms and fsrm the kernel moves eight bytes by one of
 * them, not one.
 */
static const char *const counted[] = {
	"-accel",	   "tcg", "-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm", "-cpu",
	"max,-erms,-fsrm", NULL,
};

/*
 * One host thread for all CPUs. With one each (QEMU 7.2) a kernel that turns
 * a static key on or off dies of "Oops: int3" sooner or later, with three busy
 * CPUs within 400 turns: most likely one CPU translates a page of code while
 * another patches it, and keeps the breakpoint.
 */
static const char *const fast_tcg[] = { "-accel", "tcg,thread=single", "-cpu", "max", NULL };
static const char *const fast_kvm[] = { "-accel", "kvm", "-cpu", "host", NULL };

/* Without -vga none and -display none the firmware's escape sequences come over the console. */
static const char *const always[] = {
	"-nodefaults", "-no-reboot", "-display", "none", "-vga", "none", "-serial", "stdio", NULL,
};

/*
 * Without cryptomgr.notests the crypto self-tests take half of the only CPU
 * for three seconds after the boot. random.trust_cpu lets the seed decide
 * every random number of the kernel.
 */
#define APPEND_ALWAYS                                                                                                  \
	"console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on no_timer_check cryptomgr.notests"
#define APPEND_COUNTED APPEND_ALWAYS " tsc=reliable noapictimer"
#define APPEND_FAST    APPEND_ALWAYS " i8042.noprobe apparmor=0 audit=0"

/*
 * Of many possible CPUs QEMU emulates one, and the kernel finds all of them
 * in the second MADT (madt.h): emulating 16 more idle ones takes 40 % more
 * time, 63 more do not boot within minutes. noreplace-smp keeps the lock
 * prefixes that a kernel with one CPU would drop.
 */
#define APPEND_OFFLINE " maxcpus=1 noreplace-smp acpi_apic_instance=2"

/* ---- a list of words that grows --------------------------------------------- */

struct words {
	char **word;
	size_t count;
};

static void add_word(struct words *words, char *word)
{
	words->word = xrealloc(words->word, (words->count + 2) * sizeof(*words->word));
	words->word[words->count++] = word;
	words->word[words->count] = NULL;
}

static void add_format(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_format(struct words *words, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_word(words, text_of_args(format, args));
	va_end(args);
}

static void add_all(struct words *words, const char *const *list)
{
	for (; *list; list++)
		add_word(words, xstrdup(*list));
}

/* ---- the machine --------------------------------------------------------------- */

static void add_memory(struct words *words, const struct topology *form)
{
	add_format(words, "-m");
	add_format(words, "%" PRIu64 "M", topology_memory_bytes(form) >> 20);
	for (int i = 0; i < form->nodes; i++) {
		if (!form->node[i].memory_bytes)
			continue;
		add_format(words, "-object");
		add_format(words, "memory-backend-ram,id=m%d,size=%" PRIu64 "M", i, form->node[i].memory_bytes >> 20);
	}
}

bool qemu_has_offline_cpus(const struct topology *form)
{
	return form->possible_cpus > topology_cpus(form);
}

static void add_cpus(struct words *words, const struct topology *form)
{
	int all = form->possible_cpus;

	add_format(words, "-smp");
	add_format(words, "%d,maxcpus=%d,sockets=%d,cores=%d,threads=1", topology_cpus(form), all, form->sockets,
		   all / form->sockets);
}

/* "node,nodeid=1,memdev=m1,cpus=2-3,initiator=0", each part where there is such. Offline CPUs are of the first node. */
static void add_node(struct words *words, const struct topology *form, int id, int first_cpu)
{
	const struct topology_node *node = &form->node[id];
	int last_cpu = qemu_has_offline_cpus(form) ? form->possible_cpus - 1 : first_cpu + node->cpus - 1;
	char memory[24] = "", cpus[32] = "", initiator[24] = "";

	if (node->memory_bytes)
		snprintf(memory, sizeof(memory), ",memdev=m%d", id);
	if (node->cpus)
		snprintf(cpus, sizeof(cpus), ",cpus=%d-%d", first_cpu, last_cpu);
	if (node->initiator >= 0)
		snprintf(initiator, sizeof(initiator), ",initiator=%d", node->initiator);
	add_format(words, "-numa");
	add_format(words, "node,nodeid=%d%s%s%s", id, memory, cpus, initiator);
}

static void add_nodes(struct words *words, const struct topology *form)
{
	int first_cpu = 0;

	for (int i = 0; i < form->nodes; i++) {
		add_node(words, form, i, first_cpu);
		first_cpu += form->node[i].cpus;
	}
	for (int i = 0; i < form->nodes; i++)
		for (int j = 0; j < form->nodes; j++) {
			if (i == j)
				continue;
			add_format(words, "-numa");
			add_format(words, "dist,src=%d,dst=%d,val=%" PRIu64, i, j, form->distance[i][j]);
		}
}

static void add_pair(struct words *words, const struct topology *form, int from, int to)
{
	add_format(words, "-numa");
	add_format(words, "hmat-lb,initiator=%d,target=%d,hierarchy=memory,data-type=access-latency,latency=%" PRIu64,
		   from, to, form->latency_ns[from][to]);
	add_format(words, "-numa");
	add_format(words,
		   "hmat-lb,initiator=%d,target=%d,hierarchy=memory,data-type=access-bandwidth,bandwidth=%" PRIu64 "M",
		   from, to, form->bandwidth_bytes[from][to] >> 20);
}

static void add_hmat(struct words *words, const struct topology *form)
{
	for (int from = 0; form->has_hmat && from < form->nodes; from++)
		for (int to = 0; form->node[from].cpus && to < form->nodes; to++)
			if (form->node[to].memory_bytes)
				add_pair(words, form, from, to);
}

static void add_channel(struct words *words, const char *path, size_t bytes)
{
	add_format(words, "-object");
	add_format(words, "memory-backend-file,id=channel,size=%zu,share=on,mem-path=%s", bytes, path);
	add_format(words, "-device");
	add_format(words, "ivshmem-plain,memdev=channel");
}

static void add_swap(struct words *words, const char *path)
{
	add_format(words, "-drive");
	add_format(words, "id=swap,if=none,format=raw,cache=unsafe,file.locking=off,file=%s", path);
	add_format(words, "-device");
	add_format(words, "nvme,drive=swap,serial=swap");
}

static int check_memory(const struct topology *form)
{
	uint64_t mib = topology_memory_bytes(form) >> 20;

	if (mib > GUEST_MEMORY_MAX >> 20)
		return fault("topology %s has %" PRIu64 "m of memory; the lab gives a guest at most %llum", form->name,
			     mib, GUEST_MEMORY_MAX >> 20);
	return 0;
}

char **qemu_command(const struct qemu_machine *m)
{
	const char *const files[] = { "-kernel", m->kernel, "-initrd", m->image, NULL };
	struct words words = {};

	if (check_memory(m->form) < 0)
		return NULL;
	add_format(&words, QEMU);
	add_format(&words, "-M");
	add_format(&words, "q35%s", m->form->has_hmat ? ",hmat=on" : "");
	add_all(&words, m->mode == TIME_COUNTED ? counted : m->kvm ? fast_kvm : fast_tcg);
	add_memory(&words, m->form);
	add_cpus(&words, m->form);
	add_nodes(&words, m->form);
	add_hmat(&words, m->form);
	add_format(&words, "-seed");
	add_format(&words, "%" PRIu64, m->seed);
	add_channel(&words, m->channel, CHANNEL_BYTES);
	if (m->form->swap_bytes)
		add_swap(&words, m->swap);
	if (m->plugin) {
		add_format(&words, "-plugin");
		add_format(&words, "%s", m->plugin);
	}
	if (qemu_has_offline_cpus(m->form)) {
		add_format(&words, "-acpitable");
		add_format(&words, "sig=APIC,rev=1,data=%s", m->madt);
	}
	add_all(&words, always);
	add_all(&words, files);
	add_format(&words, "-append");
	add_format(&words, "%s%s", m->append, qemu_has_offline_cpus(m->form) ? APPEND_OFFLINE : "");
	return words.word;
}

void qemu_free(char **command)
{
	for (char **word = command; word && *word; word++)
		free(*word);
	free(command);
}

static void print_word(FILE *to, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=,.:/@%";

	if (*word && word[strspn(word, plain)] == '\0') {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word; word++)
		fputs(*word == '\'' ? "'\\''" : (char[]){ *word, '\0' }, to);
	fputc('\'', to);
}

void qemu_print(FILE *to, char *const *command)
{
	for (char *const *word = command; *word; word++) {
		print_word(to, *word);
		fputc(word[1] ? ' ' : '\n', to);
	}
}

char *qemu_append(enum timekeeper mode, const char *extra)
{
	const char *always_there = mode == TIME_COUNTED ? APPEND_COUNTED : APPEND_FAST;

	return text_append(NULL, "%s%s%s", always_there, *extra ? " " : "", extra);
}

const char *qemu_version(void)
{
	static const char *const words[] = { QEMU, "--version", NULL };
	static char version[120];
	char *text, *at;

	if (*version)
		return version;
	if (subprocess_run(words, NULL, VERSION_LIMIT_S, &text)) {
		fault_at("the lab needs QEMU (apt-get install qemu-system-x86)");
		return NULL;
	}
	at = strstr(text, "version ");
	at = at ? at + strlen("version ") : text;
	snprintf(version, sizeof(version), "%.*s", (int)strcspn(at, "\n"), at);
	free(text);
	return version;
}

bool qemu_has_kvm(void)
{
	return access("/dev/kvm", R_OK | W_OK) == 0;
}
