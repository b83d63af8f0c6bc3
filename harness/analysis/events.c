// SPDX-License-Identifier: GPL-2.0-or-later
/* events - reads the text of tracepoints into waits and counts */
#include <stdlib.h>
#include <string.h>
#include "analysis/events.h"
#include "base/fault.h"

const char *const events_wanted[] = { "migrate/mm_migrate_pages",
				      "migrate/set_migration_pte",
				      "migrate/remove_migration_pte",
				      "migrate/set_migration_pmd",
				      "migrate/remove_migration_pmd",
				      "tlb/tlb_flush",
				      "kmem/mm_page_alloc",
				      "kmem/mm_page_free",
				      "sched/sched_switch",
				      "sched/sched_waking",
				      "workqueue/workqueue_queue_work",
				      NULL };

struct reader {
	struct breakdown *breakdown;
	struct event_count *count;
	long pid; /* of the process that left the CPU last; 0: none did */
	double left_us;
	enum work reason; /* by whom it woke since it was last on the CPU */
};

/* "  nodehop-123   [000] d..2.    12.345678: sched_switch: prev_comm=..." */
struct line {
	long pid;
	double time_us;
	char name[64];
	const char *fields;
};

static bool split(char *text, struct line *l)
{
	char *cpu = strstr(text, " ["), *pid = cpu, *time, *colon;

	while (pid && pid > text && pid[-1] == ' ') /* the pid stands left of it, padded */
		pid--;
	while (pid && pid > text && pid[-1] != '-')
		pid--;
	colon = cpu ? strstr(cpu, ": ") : NULL;
	if (*text == '#' || !colon)
		return false;
	for (time = colon; time > cpu && time[-1] != ' '; time--)
		;
	l->pid = strtol(pid, NULL, 10);
	l->time_us = 1e6 * strtod(time, NULL);
	l->fields = colon + 2 + strcspn(colon + 2, ":");
	snprintf(l->name, sizeof(l->name), "%.*s", (int)(l->fields - colon - 2), colon + 2);
	return true;
}

static long number_of(const char *fields, const char *key)
{
	const char *at = strstr(fields, key);

	return at ? strtol(at + strlen(key), NULL, 10) : -1;
}

/* Comm is cut to 15 letters; the grace period is a worker's function up to 6.1, a thread of its own from 6.4 on. */
static void note_reason(struct reader *r, const struct line *l)
{
	if (strstr(l->fields, "comm=rcu_exp") || strstr(l->fields, "function=wait_rcu_exp_gp") ||
	    strstr(l->fields, "function=sync_rcu_exp"))
		r->reason = WORK_RCU;
	else if (strstr(l->fields, "function=lru_add_drain_per_cpu"))
		r->reason = WORK_DRAIN;
}

static const char *wait_row(enum work reason)
{
	return reason == WORK_RCU     ? "synchronize_rcu_expedited"
	       : reason == WORK_DRAIN ? "__lru_add_drain_all"
				      : "(off the CPU)";
}

/* Two lines make a wait: one where the process is the one that leaves, the next where it is the one that comes. */
static void note_switch(struct reader *r, const struct line *l)
{
	if (r->pid && number_of(l->fields, "next_pid=") == r->pid) {
		breakdown_add_work(r->breakdown, wait_row(r->reason), r->reason, l->time_us - r->left_us);
		r->pid = 0;
		r->reason = WORK_WAIT;
	} else if (!r->pid && number_of(l->fields, "prev_pid=") == l->pid) {
		r->pid = l->pid;
		r->left_us = l->time_us;
	}
}

static void take(struct reader *r, const struct line *l)
{
	for (size_t i = 0; events_wanted[i]; i++)
		if (!strcmp(r->count[i].name, l->name))
			r->count[i].count++;
	if (!strcmp(l->name, "sched_switch"))
		note_switch(r, l);
	else if (!strcmp(l->name, "sched_waking") || !strcmp(l->name, "workqueue_queue_work"))
		note_reason(r, l);
}

long events_read(FILE *file, struct breakdown *p, struct event_count counts[EVENTS_MAX])
{
	struct reader r = { .breakdown = p, .count = counts, .reason = WORK_WAIT };
	char *text = NULL;
	size_t size = 0;
	struct line l;
	long lines = 0;

	for (size_t i = 0; events_wanted[i]; i++)
		counts[i] = (struct event_count){ strchr(events_wanted[i], '/') + 1, 0 };
	for (; getline(&text, &size, file) > 0; lines++)
		if (split(text, &l))
			take(&r, &l);
	if (ferror(file))
		lines = fault("cannot read the trace: %m");
	free(text);
	return lines;
}
