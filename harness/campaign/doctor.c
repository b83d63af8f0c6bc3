// SPDX-License-Identifier: GPL-2.0-or-later
/* doctor - the clock, proofs, knobs, counters and the lab of this machine, tried; confinement is doctor_confinement's */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "bench.h"
#include "campaign/around.h"
#include "campaign/doctor.h"
#include "campaign/doctor_confinement.h"
#include "engine/trial_run.h"
#include "instruments/counters.h"
#include "instruments/idle.h"
#include "instruments/interrupts.h"
#include "machine/vmstat.h"
#include "memory/folios.h"
#include "settings/journal.h"
#include "settings/knob_file.h"
#include "settings/knobs.h"
#include "settings/lock.h"

static void print_clock(const struct machine *m)
{
	static const char *const unit[] = { [TIME_HARDWARE] = "ns",
					    [TIME_COUNTED] = "instructions",
					    [TIME_UNTIMED] = "ns (untimed: not to be quoted)" };

	printf("%-18s CLOCK_MONOTONIC_RAW, two readings %.0f %s apart\n", "clock", trial_clock_floor(),
	       unit[m->timekeeper]);
}

static void print_proof(const struct machine *m)
{
	static char page[1 << 16] __attribute__((aligned(1 << 16)));
	bool unreadable;

	memset(page, 1, sizeof(page));
	unreadable = folios_prove(0, page, m->page_size, m->page_size, m->page_size) == FOLIOS_UNREADABLE;
	printf("%-18s %s\n", "folio proof", unreadable ? fault_text() : "pagemap and kpageflags can be read");
}

static void print_knobs(void)
{
	static const char *const knobs[] = {
		"numa_balancing", "thp",	  "demotion",	      "ksm",
		"scan_delay_ms",  "scan_size_mb", "hot_threshold_ms", "promote_rate_limit"
	};

	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++) {
		char *value = knob_read(knobs[i]);
		const char *guard = value ? knob_file_guard(knob_path(knobs[i])) : NULL;

		if (!value)
			printf("%-18s %s\n", knobs[i], fault_text());
		else
			printf(guard ? "%-18s %s (%s)\n" : "%-18s %s\n", knobs[i], value, guard);
		free(value);
	}
}

static void print_left(const struct knob_report *k)
{
	printf("%-18s %s is %s, was %s\n", "left changed", k->path, k->now, k->found);
}

/* Can settings be put back, and are they? */
static void print_journal(void)
{
	bool taken = lock_is_taken();
	long left = knobs_left(taken ? NULL : print_left);

	if (left < 0 || (!taken && !left && journal_try()))
		printf("%-18s stay as they are: %s\n", "settings", fault_text());
	else if (taken)
		printf("%-18s %ld changed for the time of a run that is going on\n", "settings", left);
	else if (left)
		printf("%-18s %ld left changed by a run that was killed; nodehop recover, as root, puts them back\n",
		       "settings", left);
	else
		printf("%-18s none left changed; they are put back after each run\n", "settings");
}

static void print_event(const struct counter *e)
{
	printf("%-18s %s\n", strchr(e->name, ':') ? "tracepoints" : e->name,
	       e->counted ? "can be counted, in the kernel too" : e->why);
}

static const char *seen(bool there)
{
	return there ? "can be read" : "this kernel does not show them";
}

/* What --counters and --events can rest on. Only trying tells. */
static void print_counters(void)
{
	static struct vmstat vmstat;
	static struct counters events;
	double interrupts[INTERRUPTS];
	struct idle idle = {};
	struct idle_mark mark;

	counters_parse(&events, "PAPI_TOT_INS,PAPI_TOT_CYC,PAGE-FAULTS,CONTEXT-SWITCHES,migrate:mm_migrate_pages");
	counters_probe(&events);
	for (size_t i = 0; i < events.n; i++)
		print_event(&events.event[i]);
	printf("%-18s %s\n", "migrations",
	       seen(!vmstat_read(&vmstat) && !isnan(vmstat_rise(&vmstat, &vmstat, "pgmigrate_success"))));
	printf("%-18s %s\n", "TLB shootdowns",
	       seen(!interrupts_read(interrupts, "") && !isnan(interrupts[INTERRUPT_TLB_SHOOTDOWN])));
	printf("%-18s %s\n", "load of helpers", idle_nap(&idle, &mark) ? fault_text() : "/proc/schedstat can be read");
}

static void print_lab(void)
{
	static const char *const path = "/usr/bin/qemu-system-x86_64";

	printf("%-18s %s\n", "lab",
	       access(path, X_OK) ? "no qemu-system-x86_64: apt-get install qemu-system-x86" : path);
	printf("%-18s %s\n", "kvm", access("/dev/kvm", R_OK | W_OK) ? "not usable: fast mode emulates" : "/dev/kvm");
}

void doctor_print(struct machine *m)
{
	struct surroundings around;

	printf("%-18s %s (%s)\n", "machine", m->name, timekeeper_name(m->timekeeper));
	doctor_confinement(m);
	print_clock(m);
	print_proof(m);
	print_knobs();
	print_journal();
	around_look(&around, m);
	around_print(stdout, &around, true);
	print_counters();
	print_lab();
}
