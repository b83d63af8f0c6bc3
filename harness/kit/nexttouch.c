// SPDX-License-Identifier: GPL-2.0-or-later
/* nexttouch - opening, arming and verifying next touch, whatever the way; mprotect, the way without userfaultfd */
#include <errno.h>
#include <numaif.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "kit/nexttouch_way.h"

static struct nexttouch *all; /* that are open in this process */

/* ---- what handlers do: only calls that are safe in a signal handler ---- */

static void add(size_t *counter, size_t value)
{
	__atomic_fetch_add(counter, value, __ATOMIC_RELAXED);
}

const char *nexttouch_move(struct nexttouch *n, size_t offset, size_t size)
{
	size_t first = offset / n->region->kind.folio_size, count = size / n->region->kind.folio_size;
	int flags = n->region->kind.mappers > 1 ? MPOL_MF_MOVE_ALL : MPOL_MF_MOVE;
	long left = move_pages(0, count, n->list.page + first, n->list.node + first, n->list.status + first, flags);

	add(&n->calls, 1);
	if (left > 0)
		add(&n->unmoved, left);
	return left < 0 ? "move_pages" : NULL;
}

static void note_failure(struct nexttouch *n, const char *call)
{
	const char *none = NULL;

	if (__atomic_compare_exchange_n(&n->failed, &none, call, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		n->error = errno;
}

void nexttouch_fault(struct nexttouch *n, const char *address)
{
	size_t offset = (size_t)(address - n->region->base) / n->block * n->block;
	const char *failed;

	add(&n->faults, 1); /* before the toucher goes on, which may be the one to read it */
	failed = n->way->serve(n, offset, min(n->block, n->region->size - offset));
	if (!failed)
		return;
	note_failure(n, failed);
	if (n->way->disarm(n))
		abort(); /* else the same access would fault for ever */
}

static void on_signal(int signal_number, siginfo_t *info, void *context)
{
	const char *address = info->si_addr;
	int saved = errno;
	struct nexttouch *n = all;

	(void)context;
	while (n && (address < n->region->base || address >= n->region->base + n->region->size))
		n = n->next;
	if (n)
		nexttouch_fault(n, address);
	else
		signal(signal_number, SIG_DFL); /* no fault of ours: it comes again and ends the process */
	errno = saved;
}

/* ---- mprotect ---- */

static const char *mprotect_arm(struct nexttouch *n)
{
	return mprotect(n->region->base, n->region->size, PROT_NONE) ? "mprotect" : NULL;
}

/* Access first: before 6.12 move_pages does not see pages without access. */
static const char *mprotect_serve(struct nexttouch *n, size_t offset, size_t size)
{
	add(&n->calls, 1);
	if (mprotect(n->region->base + offset, size, PROT_READ | PROT_WRITE))
		return "mprotect";
	return nexttouch_move(n, offset, size);
}

static const char *mprotect_disarm(struct nexttouch *n)
{
	return mprotect(n->region->base, n->region->size, PROT_READ | PROT_WRITE) ? "mprotect" : NULL;
}

static enum outcome mprotect_open(struct trial *t, struct nexttouch *n)
{
	(void)t;
	(void)n;
	return OK;
}

static const struct nexttouch_way nexttouch_mprotect = {
	.signal = SIGSEGV,
	.open = mprotect_open,
	.arm = mprotect_arm,
	.serve = mprotect_serve,
	.disarm = mprotect_disarm,
};

/* ---- all ways ---- */

static const struct nexttouch_way *const ways[] = {
	[NEXTTOUCH_MPROTECT] = &nexttouch_mprotect, [NEXTTOUCH_WP] = &nexttouch_wp,
	[NEXTTOUCH_COPY] = &nexttouch_copy,	    [NEXTTOUCH_SIGBUS] = &nexttouch_sigbus,
	[NEXTTOUCH_MINOR] = &nexttouch_minor,
};

/* No SA_NODEFER: a handler that faults itself ends the process instead of recursing. */
static enum outcome install_handler(struct trial *t, int signal_number)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	return signal_number && sigaction(signal_number, &action, NULL)
		       ? broken(t, "sigaction", "cannot install a handler for signal %d: %m", signal_number)
		       : OK;
}

enum outcome nexttouch_open(struct trial *t, struct nexttouch *n, enum nexttouch_how how, struct region *region,
			    size_t around, struct pair pair)
{
	size_t folio = region->kind.folio_size, bytes = around * region->page_size;
	enum outcome o;

	*n = (struct nexttouch){ .region = region, .pair = pair, .way = ways[how], .uffd = -1 };
	n->block = (bytes + folio - 1) / folio * folio;
	if (around > region->pages)
		n->block = region->size;
	o = move_list_fill(t, &n->list, region, pair.to);
	if (o == OK)
		o = install_handler(t, n->way->signal);
	if (o == OK)
		o = n->way->open(t, n);
	n->next = all;
	all = n;
	return o;
}

void nexttouch_reset(struct nexttouch *n)
{
	/* the region may have been mapped anew elsewhere */
	for (size_t i = 0; i < n->list.len; i++)
		n->list.page[i] = n->region->base + i * n->region->kind.folio_size;
	move_list_reset(&n->list);
	n->faults = n->calls = n->unmoved = 0;
	n->failed = NULL;
}

static enum outcome refused(struct trial *t, const char *call)
{
	return blocked(t, "nexttouch-refused", "%s: %m", call);
}

enum outcome nexttouch_arm(struct trial *t, struct nexttouch *n)
{
	const char *failed = n->way->arm(n);

	return failed ? refused(t, failed) : OK;
}

/* ---- verifying ---- */

/* Pages that wait aside are found there. */
static void look(const struct nexttouch *n, int *where)
{
	struct region aside = *n->region;
	size_t pages = n->region->pages;

	region_where(n->region, 0, pages, where);
	if (!n->aside)
		return;
	aside.base = n->aside;
	for (size_t i = 0; i < pages; i++)
		if (where[i] < 0)
			region_where(&aside, i, 1, &where[i]);
}

/* Did the kernel say that this page stayed? Then it is counted as left. */
static bool was_left(struct trial *t, struct nexttouch *n, size_t page)
{
	int status = n->list.status[page * n->region->page_size / n->region->kind.folio_size];

	if (status == STATUS_UNTOUCHED && !n->unmoved)
		return false;
	if (status >= 0)
		return false;
	trial_left(t, status == STATUS_UNTOUCHED ? STATUS_UNKNOWN : status, 1);
	return true;
}

static enum outcome check_places(struct trial *t, struct nexttouch *n, const bool *needed, const int *where)
{
	for (size_t i = 0; i < n->region->pages; i++) {
		int expected = needed[i] ? n->pair.to : n->pair.from;

		t->m.pages_asked += needed[i];
		t->m.pages_moved += needed[i] && where[i] == n->pair.to && !region_was_on(n->region, i, n->pair.to);
		if (where[i] != expected && !(needed[i] && was_left(t, n, i)))
			return wrong(t, "left-behind", "page %zu of %zu, %s, is on node %d instead of %d", i,
				     n->region->pages, needed[i] ? "touched" : "not touched", where[i], expected);
	}
	return OK;
}

/* Looks before it completes: completing brings pages over too. */
static enum outcome end(struct trial *t, struct nexttouch *n, int *where)
{
	const char *failed;

	if (n->failed) {
		errno = n->error;
		return refused(t, n->failed);
	}
	failed = n->way->complete ? NULL : n->way->disarm(n);
	if (!failed) {
		look(n, where);
		failed = n->way->complete ? n->way->complete(n) : NULL;
	}
	return failed ? refused(t, failed) : OK;
}

enum outcome nexttouch_verify(struct trial *t, struct nexttouch *n, const struct touches *touches)
{
	int *where = calloc(n->region->pages, sizeof(*where));
	bool *needed = calloc(n->region->pages, sizeof(*needed));
	enum outcome o;

	t->m.calls += n->calls;
	o = where && needed ? end(t, n, where) : broken(t, "no-memory", "no memory for verifying");
	if (o == OK) {
		touches_mark(touches, n->block, needed);
		o = check_places(t, n, needed, where);
	}
	t->m.folios = t->m.pages_moved / (n->region->kind.folio_size / n->region->page_size);
	free(where);
	free(needed);
	if (o == OK)
		o = region_check_data(t, n->region);
	return o == OK ? region_check_folios(t, n->region) : o;
}
