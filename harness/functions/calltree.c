// SPDX-License-Identifier: GPL-2.0-or-later
/* calltree - reads what the lab's plugin writes of a boot; what it means is for functions.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "functions/calltree.h"
#include "base/alloc.h"
#include "base/fault.h"
#include "base/text.h"

#define NODES_MAX (1u << 18)   /* the plugin makes no more */
#define COUNT_MAX (1ull << 52) /* of instructions: all sums of them are exact as doubles */

struct node {
	uint32_t parent;
	char *name;
};

struct calltree {
	int fd;
	size_t seen; /* bytes read */
	struct node *node;
	size_t nodes;
	struct calltree_trial *trial; /* not taken yet, but for the first when `taken` */
	size_t trials;
	struct annotation annotation;
	bool taken, in_window, has_events; /* the window has its line V */
};

struct calltree *calltree_new(void)
{
	struct calltree *p = xcalloc(1, sizeof(*p));

	p->node = xcalloc(NODES_MAX, sizeof(*p->node));
	p->nodes = 1;
	p->fd = memfd_create("nodehop-profile", MFD_CLOEXEC);
	if (p->fd >= 0)
		return p;
	calltree_free(p);
	fault("no file in memory for a profile: %m");
	return NULL;
}

int calltree_fd(const struct calltree *p)
{
	return p->fd;
}

static void window_free(struct calltree_window *w)
{
	free(w->entry);
	free(w->executed);
}

static void trial_free(struct calltree_trial *t)
{
	for (size_t i = 0; i < t->windows; i++)
		window_free(&t->window[i]);
	free(t->window);
}

/* Forgets the first `count` trials. */
static void forget(struct calltree *p, size_t count)
{
	for (size_t i = 0; i < count; i++)
		trial_free(&p->trial[i]);
	p->trials -= count;
	if (p->trials) /* memmove must not get NULL, even to move nothing */
		memmove(p->trial, p->trial + count, p->trials * sizeof(*p->trial));
}

void calltree_free(struct calltree *p)
{
	if (!p)
		return;
	forget(p, p->trials);
	for (size_t i = 0; i < p->nodes; i++)
		free(p->node[i].name);
	free(p->node);
	free(p->trial);
	annotation_free(&p->annotation);
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

/* ---- lines ---- */

/* Room for one more at the end of a list; doubled when its length is a power of two. */
static void *grown(void *list, size_t count, size_t size)
{
	return count & (count - 1) ? list : xrealloc(list, (count ? 2 * count : 1) * size);
}

/* The next number of a line, behind its blank; false when it is none, or more than `most`. */
static bool take_number(const char **text, int base, uint64_t most, uint64_t *number)
{
	const char *from = *text + (**text == ' ');
	char *end;

	errno = 0;
	*number = strtoull(from, &end, base);
	*text = end;
	return isxdigit((unsigned char)*from) && end > from && !errno && *number <= most;
}

static struct calltree_trial *last_trial(const struct calltree *p)
{
	return p->trials ? &p->trial[p->trials - 1] : NULL;
}

static int take_trial(struct calltree *p, const char *text)
{
	uint64_t label;

	if (p->in_window || !take_number(&text, 16, UINT32_MAX, &label) || *text)
		return fault("a trial without a label");
	p->trial = grown(p->trial, p->trials, sizeof(*p->trial));
	p->trial[p->trials++] = (struct calltree_trial){ .label = label };
	return 0;
}

/* Of what the compiler made of one function (.isra.0, .constprop.0, .part.0, .cold) the name is what counts. */
static char *folded(const char *name)
{
	const char *dot = strchr(name, '.'), *mark = strstr(name, " [");

	if (*name == '[' || !dot || dot == name || (mark && mark < dot))
		return xstrdup(name);
	return text_append(NULL, "%.*s%s", (int)(dot - name), name, mark ?: "");
}

static int take_node(struct calltree *p, const char *text)
{
	uint64_t number, parent;

	if (!take_number(&text, 10, NODES_MAX - 1, &number) || !take_number(&text, 10, number, &parent) ||
	    number != p->nodes || parent == number || *text != ' ' || !text[1])
		return fault("a node out of order");
	p->node[p->nodes++] = (struct node){ parent, folded(text + 1) };
	return 0;
}

static int take_window(struct calltree *p, const char *text)
{
	struct calltree_trial *t = last_trial(p);
	uint64_t total;

	if (!t || p->in_window)
		return fault("a window out of place");
	if (!take_number(&text, 10, COUNT_MAX, &total) || *text)
		return fault("a window without a count");
	t->window = grown(t->window, t->windows, sizeof(*t->window));
	t->window[t->windows++] = (struct calltree_window){ .total = total };
	p->in_window = true;
	p->has_events = false;
	return 0;
}

static int take_entry(struct calltree *p, const char *text)
{
	const struct calltree_trial *t = last_trial(p);
	struct calltree_window *w;
	struct calltree_entry e;
	uint64_t node;

	if (!p->in_window)
		return fault("an entry out of place");
	if (!take_number(&text, 10, p->nodes - 1, &node) || !take_number(&text, 10, COUNT_MAX, &e.insns) ||
	    !take_number(&text, 10, COUNT_MAX, &e.calls) || *text)
		return fault("an entry of no node");
	e.node = node;
	w = &t->window[t->windows - 1];
	w->entry = grown(w->entry, w->entries, sizeof(*w->entry));
	w->entry[w->entries++] = e;
	return 0;
}

static int take_events(struct calltree *p, const char *text)
{
	struct calltree_trial *t = last_trial(p);

	if (!p->in_window || p->has_events)
		return fault("events out of place");
	for (enum calltree_event e = 0; e < CALLTREE_EVENTS; e++)
		if (*text != ' ' || !take_number(&text, 10, COUNT_MAX, &t->window[t->windows - 1].event[e]))
			return fault("fewer than %d events", CALLTREE_EVENTS);
	p->has_events = true;
	return *text ? fault("more than %d events", CALLTREE_EVENTS) : 0;
}

static int take_count(struct calltree *p, const char *text)
{
	struct calltree_trial *t = last_trial(p);
	struct annotated_count count;
	struct calltree_window *w;

	if (!p->in_window)
		return fault("a count out of place");
	if (annotation_take_count(&p->annotation, text, &count) < 0)
		return -1;
	w = &t->window[t->windows - 1];
	w->executed = grown(w->executed, w->executions, sizeof(*w->executed));
	w->executed[w->executions++] = count;
	return 0;
}

static int take_end(struct calltree *p, const char *text)
{
	if (!p->in_window || *text)
		return fault("an end out of place");
	if (!p->has_events)
		return fault("a window without its events");
	p->in_window = false;
	return 0;
}

static int take_dropped(struct calltree *p, const char *text)
{
	struct calltree_trial *t = last_trial(p);
	uint64_t dropped;

	if (!t || !take_number(&text, 10, COUNT_MAX, &dropped) || *text)
		return fault("dropped chains out of place");
	t->dropped += dropped;
	return 0;
}

static int take_line(struct calltree *p, const char *line)
{
	switch (*line) {
	case 'T':
		return take_trial(p, line + 1);
	case 'N':
		return take_node(p, line + 1);
	case 'W':
		return take_window(p, line + 1);
	case 'V':
		return take_events(p, line + 1);
	case 'I':
		return annotation_take(&p->annotation, line + 1);
	case 'C':
		return take_count(p, line + 1);
	case 'E':
		return take_end(p, line + 1);
	case 'D':
		return take_dropped(p, line + 1);
	case '0' ... '9':
		return take_entry(p, line);
	default:
		return fault("a line \"%.20s\" of no known kind", line);
	}
}

/* Whole lines only: QEMU may be about to write the rest of the last one. */
static int take_text(struct calltree *p, char *text)
{
	int failed = 0;

	for (char *end; !failed && (end = strchr(text, '\n')); text = end + 1) {
		*end = '\0';
		failed = take_line(p, text);
		p->seen += end - text + 1;
	}
	return failed ? fault_at("the profile of the guest") : 0;
}

static int read_on(struct calltree *p)
{
	struct stat st;
	char *text;
	ssize_t got;
	int failed;

	if (fstat(p->fd, &st) || (size_t)st.st_size <= p->seen)
		return 0;
	text = xmalloc(st.st_size - p->seen + 1);
	got = pread(p->fd, text, st.st_size - p->seen, p->seen);
	if (got < 0) {
		free(text);
		return fault("the profile of the guest cannot be read: %m");
	}
	text[got] = '\0';
	failed = take_text(p, text);
	free(text);
	return failed;
}

/* ---- what was read ---- */

const struct calltree_trial *calltree_take(struct calltree *p, uint32_t label)
{
	if (read_on(p) < 0)
		return NULL;
	forget(p, p->taken);
	p->taken = false;
	for (size_t i = 0; i < p->trials; i++) {
		if (p->trial[i].label != label)
			continue;
		forget(p, i);
		p->taken = true;
		return p->trial;
	}
	fault("the guest's profile holds no trial of it");
	return NULL;
}

const struct calltree_trial *calltree_taken(const struct calltree *p)
{
	return p->trial;
}

const char *calltree_name(const struct calltree *p, uint32_t node)
{
	return p->node[node].name ?: "";
}

uint32_t calltree_parent(const struct calltree *p, uint32_t node)
{
	return p->node[node].parent;
}

const struct annotation *calltree_annotation(const struct calltree *p)
{
	return &p->annotation;
}

size_t calltree_nodes(const struct calltree *p)
{
	return p->nodes;
}

const char *calltree_executor(const struct calltree *p, uint32_t node)
{
	while (p->node[node].parent)
		node = p->node[node].parent;
	return calltree_name(p, node);
}

uint64_t calltree_calls(const struct calltree *p, const struct calltree_entry *e)
{
	return strcmp(calltree_name(p, e->node), calltree_name(p, calltree_parent(p, e->node))) ? e->calls : 0;
}
