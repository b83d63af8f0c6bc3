// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rule - expectations, system calls, memory and processes of the rules
 */
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/facts.h"
#include "rule.h"

#define NOBODY 65534
#define PROCESSES_MAX 32	/* of one rule, at the same time */

/* A rule ends from any depth: by a jump in its own process, by a report home in one that it started. */
static jmp_buf rule_over;
static pid_t rule_pid;
static enum outcome rule_outcome;
static int report_home = -1;

/* Processes that have to be gone, with their memory, before the next rule's settings are made. */
static pid_t started[PROCESSES_MAX];
static size_t starts;

static enum outcome try_rule(struct trial *t)
{
	if (setjmp(rule_over))
		return rule_outcome;
	t->rule->check(t);
	return OK;
}

enum outcome rule_run(struct trial *t)
{
	enum outcome o;

	rule_pid = getpid();
	t->detail[0] = '\0';
	o = try_rule(t);
	while (starts)
		process_end(started[starts - 1]);
	return o;
}

/* ---- expectations ---- */

static const char *answer_text(long value, char *buffer, size_t size)
{
	const char *name = value < 0 ? strerrorname_np(-value) : NULL;

	if (value == STATUS_UNTOUCHED)
		snprintf(buffer, size, "unwritten");
	else if (name)
		snprintf(buffer, size, "-%s", name);
	else
		snprintf(buffer, size, "%ld", value);
	return buffer;
}

static void append(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct trial *t, const char *format, ...)
{
	size_t length = strlen(t->detail);
	va_list args;

	va_start(args, format);
	vsnprintf(t->detail + length, sizeof(t->detail) - length, format, args);
	va_end(args);
}

/* All that rules see passes here; the tests have another one, which lies. */
__attribute__((weak)) long rule_sees(long got)
{
	return got;
}

static void record_first(struct trial *t, long value)
{
	if (t->value[0] != t->value[0])	/* NAN: nothing seen yet */
		t->value[0] = value;
}

long must(struct trial *t, const char *what, long got)
{
	char text[32];

	if (got < 0)
		rule_end(t, broken(t, "step", "%s: %s", what, answer_text(got, text, sizeof(text))));
	return got;
}

void expect(struct trial *t, const char *what, long got, long wanted)
{
	char is[32], promised[32];

	got = rule_sees(got);
	record_first(t, got);
	if (got != wanted)
		rule_end(t, wrong(t, "promise-broken", "%s is %s, promised is %s", what,
				  answer_text(got, is, sizeof(is)), answer_text(wanted, promised, sizeof(promised))));
}

void expect_at_least(struct trial *t, const char *what, long got, long least)
{
	got = rule_sees(got);
	if (got < least)
		rule_end(t, wrong(t, "promise-broken", "%s is %ld, promised are %ld or more", what, got, least));
}

void seen(struct trial *t, const char *what, long value)
{
	char text[32];

	t->value[0] = value;
	append(t, "%s%s %s", *t->detail ? ", " : "", what, answer_text(value, text, sizeof(text)));
}

static _Noreturn void none_of(struct trial *t, const char *what, long got, const struct answer *answers)
{
	char text[32];

	t->detail[0] = '\0';
	append(t, "%s is %s, promised is", what, answer_text(got, text, sizeof(text)));
	for (const struct answer *a = answers; a->when; a++)
		append(t, "%s %s (%s)", a == answers ? "" : " or", answer_text(a->value, text, sizeof(text)), a->when);
	snprintf(t->reason, sizeof(t->reason), "promise-broken");
	rule_end(t, WRONG);
}

size_t expect_one_of(struct trial *t, const char *what, long got, const struct answer *answers)
{
	got = rule_sees(got);
	for (size_t i = 0; answers[i].when; i++) {
		if (answers[i].value != got)
			continue;
		seen(t, what, got);
		append(t, " (%s)", answers[i].when);
		return i;
	}
	none_of(t, what, got, answers);
}

/* ---- system calls ---- */

long call(long result)
{
	return result < 0 ? -errno : result;
}

struct nodeset nodes_none(void)
{
	return (struct nodeset){};
}

struct nodeset nodes_two(int a, int b)
{
	struct nodeset set = {};

	set.word[a / NODESET_WORD_BITS] |= 1ul << a % NODESET_WORD_BITS;
	set.word[b / NODESET_WORD_BITS] |= 1ul << b % NODESET_WORD_BITS;
	return set;
}

struct nodeset nodes_one(int node)
{
	return nodes_two(node, node);
}

bool nodes_have(const struct nodeset *set, int node)
{
	return set->word[node / NODESET_WORD_BITS] & 1ul << node % NODESET_WORD_BITS;
}

long call_move_pages(pid_t pid, size_t count, void **pages, const int *nodes, int *status, int flags)
{
	return call(move_pages(pid, count, pages, nodes, status, flags));
}

/* The kernel takes one bit less than it is told. */
long call_mbind(const void *start, size_t bytes, int mode, struct nodeset nodes, unsigned flags)
{
	return call(mbind((void *)start, bytes, mode, nodes.word, NODESET_MAX, flags));
}

long call_set_mempolicy(int mode, struct nodeset nodes)
{
	return call(set_mempolicy(mode, nodes.word, NODESET_MAX));
}

long call_get_mempolicy(int *mode, unsigned long *mask, unsigned long maxnode, const void *address, unsigned flags)
{
	return call(get_mempolicy(mode, mask, maxnode, (void *)address, flags));
}

long call_migrate_pages(pid_t pid, struct nodeset from, struct nodeset to)
{
	return call(migrate_pages(pid, NODESET_MAX, from.word, to.word));
}

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

long call_home_node(const void *start, size_t bytes, unsigned long node, unsigned long flags)
{
	return call(syscall(SYS_set_mempolicy_home_node, start, bytes, node, flags));
}

int node_absent(const struct trial *t)
{
	int id = 0;

	while (machine_node(t->machine, id))
		id++;
	return id;
}

int node_without_memory(struct trial *t)
{
	const struct machine *m = t->machine;

	for (int n = 0; n < m->nodes; n++)
		if (!m->node[n].has_memory)
			return m->node[n].id;
	rule_end(t, skipped(t, "no-node", "every node has memory"));
}

int node_number(struct trial *t, int i)
{
	const struct machine *m = t->machine;

	for (int n = 0, left = i; n < m->nodes; n++)
		if (m->node[n].has_memory && m->node[n].allowed && !left--)
			return m->node[n].id;
	rule_end(t, skipped(t, "no-node", "needs %d nodes with memory, has %d", i + 1, machine_memory_nodes(m)));
}

/* ---- memory ---- */

struct page_kind kind_of_size(size_t folio_size)
{
	return (struct page_kind){ BACKING_ANON, folio_size, 1 };
}

struct page_kind kind_thp(const struct trial *t)
{
	return kind_of_size(t->machine->thp_size);
}

struct page_kind kind_hugetlb(const struct trial *t)
{
	return (struct page_kind){ BACKING_HUGETLB, t->machine->thp_size, 1 };
}

struct page_kind kind_backed(const struct trial *t, enum page_backing backing)
{
	return (struct page_kind){ backing, t->machine->page_size, 1 };
}

struct region memory_untouched(struct trial *t, struct page_kind kind, size_t folios)
{
	struct region r;
	enum outcome o;

	if (!kind.folio_size)
		rule_end(t, skipped(t, "no-thp", "the kernel has no transparent huge pages"));
	o = region_map(t, &r, folios * kind.folio_size, kind);
	if (o != OK)
		rule_end(t, o);
	return r;
}

struct region memory_on(struct trial *t, struct page_kind kind, size_t folios, int node)
{
	struct region r = memory_untouched(t, kind, folios);
	enum outcome o = region_place(t, &r, node);

	if (o != OK)
		rule_end(t, o);
	return r;
}

struct region pages_on(struct trial *t, size_t pages, int node)
{
	return memory_on(t, kind_base(t), pages, node);
}

void *page_at(const struct region *r, size_t i)
{
	return r->base + i * r->page_size;
}

void expect_moved(struct trial *t, const struct region *r, int node)
{
	enum outcome o;

	expect(t, "number of pages on the target", region_pages_on(r, node), r->pages);
	o = region_check_data(t, r);
	if (o != OK)
		rule_end(t, o);
}

long node_of(const void *address)
{
	void *page = (void *)address;
	int status = STATUS_UNTOUCHED;
	long result = call_move_pages(0, 1, &page, NULL, &status, 0);

	return result < 0 ? result : status;
}

/* Does the line open the mapping ("ADDRESS-ADDRESS ...") that holds the address? -1: it opens none. */
static int opens_mapping(const char *line, const void *address)
{
	uintptr_t start, end;

	if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) != 2)
		return -1;
	return (uintptr_t)address >= start && (uintptr_t)address < end;
}

long smaps_bytes(struct trial *t, const void *address, const char *field)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	long kilobytes, found = -1;
	bool inside = false;
	char line[512];

	while (file && found < 0 && fgets(line, sizeof(line), file)) {
		int opens = opens_mapping(line, address);

		if (opens >= 0)
			inside = opens;
		else if (inside && !strncmp(line, field, strlen(field)) &&
			 sscanf(line + strlen(field), ": %ld kB", &kilobytes) == 1)
			found = kilobytes * 1024;
	}
	if (file)
		fclose(file);
	if (found < 0)
		rule_end(t, skipped(t, "no-smaps", "/proc/self/smaps has no %s for this memory", field));
	return found;
}

long hugetlb_count(struct trial *t, int node, const char *which)
{
	uint64_t pages;

	if (sysfile_read_u64(&pages, "/sys/devices/system/node/node%d/hugepages/hugepages-%zukB/%s_hugepages", node,
			     t->machine->thp_size / 1024, which))
		rule_end(t, skipped(t, "no-hugetlb", "%s", fault_text()));
	return pages;
}

long pfn_of(const void *address)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : pread(fd, &entry, sizeof(entry), (uintptr_t)address / getpagesize() * sizeof(entry));

	if (fd >= 0)
		close(fd);
	entry &= (1ull << 55) - 1;
	return got == sizeof(entry) && entry ? (long)entry : -1;
}

/* ---- moving ---- */

struct move_answer move_one(const void *address, int node, int flags)
{
	void *page = (void *)address;
	int status = STATUS_UNTOUCHED;
	long result = call_move_pages(0, 1, &page, &node, &status, flags);

	return (struct move_answer){ result, status };
}

void batch_add(struct batch *b, void *address, int node)
{
	b->page[b->count] = address;
	b->node[b->count++] = node;
}

long batch_move(struct batch *b, int flags)
{
	for (size_t i = 0; i < b->count; i++)
		b->status[i] = STATUS_UNTOUCHED;
	return call_move_pages(0, b->count, b->page, b->node, b->status, flags);
}

size_t batch_statuses(const struct batch *b, int status)
{
	size_t found = 0;

	for (size_t i = 0; i < b->count; i++)
		found += b->status[i] == status;
	return found;
}

/* ---- processes ---- */

struct report {
	enum outcome outcome;
	double value;
	char reason[48], detail[400];
};

static void send_report(const struct trial *t, enum outcome outcome)
{
	struct report report = { .outcome = outcome, .value = t->value[0] };

	memcpy(report.reason, t->reason, sizeof(report.reason));
	memcpy(report.detail, t->detail, sizeof(report.detail));
	if (write(report_home, &report, sizeof(report)) != sizeof(report))
		_exit(1);
}

_Noreturn void rule_end(struct trial *t, enum outcome outcome)
{
	if (getpid() != rule_pid) {
		send_report(t, outcome);
		_exit(0);
	}
	rule_outcome = outcome;
	longjmp(rule_over, 1);
}

static _Noreturn void process_main(struct trial *t, void (*body)(struct trial *t, void *with), void *with)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (body)
		body(t, with);
	send_report(t, OK);
	for (;;)
		pause();
}

static void take_report(struct trial *t, pid_t pid, int from)
{
	struct report report;

	if (read(from, &report, sizeof(report)) != sizeof(report))
		rule_end(t, broken(t, "process", "process %d of the rule died", pid));
	close(from);
	memcpy(t->reason, report.reason, sizeof(report.reason));
	memcpy(t->detail, report.detail, sizeof(report.detail));
	t->value[0] = report.value;
	if (report.outcome != OK)
		rule_end(t, report.outcome);
}

pid_t process_start(struct trial *t, void (*body)(struct trial *t, void *with), void *with)
{
	int ends[2];
	pid_t pid;

	if (starts == PROCESSES_MAX)
		rule_end(t, broken(t, "processes", "more than %d processes of one rule", PROCESSES_MAX));
	if (pipe2(ends, O_CLOEXEC))
		rule_end(t, broken(t, "pipe", "no pipe to a process: %m"));
	pid = fork();
	if (pid < 0)
		rule_end(t, broken(t, "fork", "fork of a process of the rule: %m"));
	if (!pid) {
		close(ends[0]);
		report_home = ends[1];
		process_main(t, body, with);
	}
	close(ends[1]);
	started[starts++] = pid;
	take_report(t, pid, ends[0]);
	return pid;
}

/* One that we may no longer kill, being nobody now, ends by itself when we do. */
void process_end(pid_t pid)
{
	if (!kill(pid, SIGKILL))
		waitpid(pid, NULL, 0);
	if (starts && started[starts - 1] == pid)
		starts--;
}

void process_run(struct trial *t, void (*body)(struct trial *t, void *with), void *with)
{
	process_end(process_start(t, body, with));
}

/* The parent of all kernel threads is process 2, but in a container's own numbering. */
pid_t process_of_kernel(struct trial *t)
{
	char name[32];

	if (sysfile_read(name, sizeof(name), "/proc/2/comm") < 0 || strcmp(name, "kthreadd"))
		rule_end(t, skipped(t, "no-kernel-thread", "process 2 is no kernel thread here (a container?)"));
	return 2;
}

/* Another user than root stays who he is, and only loses capabilities that he may have been given. */
void become_nobody(struct trial *t)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};

	if (!geteuid() &&
	    (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)))
		rule_end(t, blocked(t, "no-setuid", "cannot become uid %d: %m", NOBODY));
	must(t, "dropping capabilities", call(syscall(SYS_capset, &header, none)));
}

/* ---- tracepoints ---- */

long tracepoint_id(struct trial *t, const char *name)
{
	uint64_t id;

	if (sysfile_read_u64(&id, "/sys/kernel/debug/tracing/events/%s/id", name) &&
	    sysfile_read_u64(&id, "/sys/kernel/tracing/events/%s/id", name))
		rule_end(t, blocked(t, "no-tracefs", "%s", fault_text()));
	return id;
}
