// SPDX-License-Identifier: GPL-2.0-or-later
/* stacks - which functions are active on each kernel stack, recognised by where return addresses lie */
#include <stddef.h>
#include <string.h>
#include "guest.h"
#include "names.h"
#include "stacks.h"
#include "tree.h"

#define STACKS	    1024
#define DEPTH	    512
#define STACK_SHIFT 14 /* 16 KiB, aligned */
#define NOWHERE	    0  /* place of a return address that no return loads */
#define BASE	    1  /* the same, of a function that was active before it was seen */

/* A call whose callee has not begun. */
struct pending {
	uint64_t sp, back;
};

struct frame {
	uint32_t node, name;
	uint64_t sp, back;
	bool boundary;
	struct pending pending; /* of a boundary: what it interrupted */
};

struct stack {
	uint64_t id, task;
	uint32_t root;
	unsigned depth;
	struct frame frame[DEPTH];
};

static struct stack stacks[STACKS], *now = stacks, *caller;
static unsigned used = 1, recycled;
static struct pending pending;
static uint32_t root_caller, root_task, root_interrupt, switch_to, user_name;

/*
 * Linux 6.12 has the refill of a list of free pages inlined, and whether one falls into a window is chance: it is recognised
 * by the lock that is taken for it.
 */
static struct {
	uint32_t in, from, until;
} refill;

void stacks_init(void)
{
	root_caller = tree_child(0, NAME_CALLER);
	root_task = tree_child(0, NAME_TASK);
	root_interrupt = tree_child(0, NAME_INTERRUPT);
	switch_to = names_kernel("__switch_to_asm");
	refill.in = names_kernel("__rmqueue_pcplist");
	refill.from = names_kernel("_raw_spin_lock_irqsave");
	refill.until = names_kernel("_raw_spin_unlock_irqrestore");
	stacks[0].root = tree_top = root_task;
}

/* ---- frames ---- */

static void set_top(void)
{
	tree_top = now->depth ? now->frame[now->depth - 1].node : now->root;
	user_name = NAME_NONE;
}

static void push(uint32_t name, struct pending at, bool boundary, uint32_t parent)
{
	user_name = NAME_NONE;
	if (now->depth == DEPTH) {
		tree_dropped++;
		return;
	}
	tree_top = tree_child(parent, name);
	now->frame[now->depth++] = (struct frame){ tree_top, name, at.sp, at.back, boundary, {} };
	if (at.sp != BASE)
		tree_call(tree_top);
}

static struct frame *top_frame(void)
{
	return now->depth ? &now->frame[now->depth - 1] : NULL;
}

/* Down to the nearest boundary: the frame for which `is` holds, or NULL. */
static struct frame *find(bool (*is)(const struct frame *f, uint64_t value), uint64_t value)
{
	for (unsigned k = now->depth; k && !now->frame[k - 1].boundary; k--)
		if (is(&now->frame[k - 1], value))
			return &now->frame[k - 1];
	return NULL;
}

static bool is_at(const struct frame *f, uint64_t sp)
{
	return f->sp == sp;
}

static bool returns_to(const struct frame *f, uint64_t back)
{
	return f->back == back && f->sp != BASE;
}

static void look_for_refill(uint32_t returned)
{
	const struct frame *f = top_frame();

	if (!f)
		return;
	if (f->name == refill.in && returned == refill.from)
		push(NAME_REFILL, (struct pending){ NOWHERE, 0 }, false, tree_top);
	else if (f->name == NAME_REFILL && returned == refill.until) {
		now->depth--;
		set_top();
	}
}

/* With it goes what it reached without a call: those have its return address. */
static void pop_through(const struct frame *f)
{
	uint32_t name = f->name;
	uint64_t sp = f->sp;
	unsigned k = f - now->frame + 1;

	while (k && now->frame[k - 1].sp == sp && !now->frame[k - 1].boundary)
		k--;
	now->depth = k;
	set_top();
	look_for_refill(name);
}

/* ---- calls and returns ---- */

void stacks_call(uint64_t sp, uint64_t back)
{
	pending = (struct pending){ sp, back };
	if (!now->id && sp >> STACK_SHIFT)
		now->id = sp >> STACK_SHIFT;
}

/* No call: the same function again is a loop, another one is jumped to and returns for its caller. */
static void enter_by_jump(uint32_t name)
{
	const struct frame *f = top_frame();
	struct pending at = { f ? f->sp : NOWHERE, f ? f->back : 0 };

	if (!f || f->name != name)
		push(name, at, !f, tree_top);
}

static void enter_boundary(uint32_t name, enum entry how)
{
	struct pending interrupted = pending;

	pending = (struct pending){};
	push(name, (struct pending){ NOWHERE, 0 }, true, how == ENTRY_INTERRUPT ? root_interrupt : tree_top);
	if (top_frame())
		top_frame()->pending = interrupted;
}

void stacks_enter(uint32_t name, enum entry how)
{
	if (how == ENTRY_FAULT)
		tree_uncount();
	tree_account(0);
	if (how == ENTRY_SYSCALL) {
		now->depth = 0;
		pending = (struct pending){};
		set_top();
	}
	if (how != ENTRY_CALL) {
		enter_boundary(name, how);
	} else if (pending.sp) {
		push(name, pending, false, tree_top);
		pending = (struct pending){};
	} else {
		enter_by_jump(name);
	}
}

void stacks_enter_if_called(uint32_t name)
{
	if (pending.sp)
		stacks_enter(name, ENTRY_CALL);
}

/* Of a frame from before the first look: the one returned to takes its place. */
static void learn_base(uint64_t back)
{
	while (now->depth && now->frame[now->depth - 1].sp == BASE)
		now->depth--;
	set_top();
	push(names_at(back), (struct pending){ BASE, 0 }, false, tree_top);
}

void stacks_return(uint64_t sp)
{
	const struct frame *f;
	uint64_t back;

	tree_account(0);
	if (pending.sp == sp) { /* a call over a few instructions and back: a jump through a return */
		pending = (struct pending){};
		return;
	}
	f = find(is_at, sp);
	if (!f) { /* error_entry moves its return address */
		back = guest_word(sp);
		f = back ? find(returns_to, back) : NULL;
	}
	if (f)
		pop_through(f);
	else
		learn_base(back);
}

/* ---- boundaries ---- */

void stacks_leave_boundary(void)
{
	unsigned k = now->depth;

	tree_account(1);
	while (k && !now->frame[k - 1].boundary)
		k--;
	if (k)
		pending = now->frame[k - 1].pending;
	now->depth = k ? k - 1 : 0;
	set_top();
}

void stacks_leave_kernel(void)
{
	tree_account(1);
	now->depth = 0;
	set_top();
}

void stacks_user(uint32_t name, bool is_start)
{
	if (name != user_name) {
		tree_account(0);
		tree_top = tree_child(now->root, name);
		user_name = name;
	}
	if (is_start)
		tree_call(tree_top);
}

/* ---- tasks ---- */

/* The same functions below another root. */
static void set_root(struct stack *s, uint32_t root)
{
	uint32_t parent = s->root = root;

	for (unsigned k = 0; k < s->depth; k++) {
		if (!s->frame[k].boundary || s->frame[k].node != tree_child(root_interrupt, s->frame[k].name))
			s->frame[k].node = tree_child(parent, s->frame[k].name);
		parent = s->frame[k].node;
	}
}

/* When all are in use, one that was long ago: its frames are learned anew. */
static struct stack *stack_with(uint64_t id)
{
	struct stack *s = stacks;

	while (s < stacks + used && s->id != id)
		s++;
	if (s < stacks + used)
		return s;
	if (used < STACKS)
		used++;
	else
		do
			s = &stacks[recycled++ % STACKS];
		while (s == now || s == caller);
	s->id = id;
	s->task = s->depth = 0;
	s->root = root_task;
	return s;
}

void stacks_switch(uint64_t task, uint64_t sp)
{
	tree_account(0);
	pending = (struct pending){}; /* __switch_to_asm fills the return buffer by calls */
	now = stack_with(sp >> STACK_SHIFT);
	if (now->task && now->task != task) {
		now->depth = 0;
		if (now == caller)
			caller = NULL;
		now->root = root_task;
	}
	now->task = task;
	set_top();
	if (!now->depth)
		push(switch_to, (struct pending){ BASE, 0 }, false, tree_top);
}

void stacks_set_caller(void)
{
	uint32_t name = user_name;

	if (caller && caller != now)
		set_root(caller, root_task);
	caller = now;
	set_root(now, root_caller);
	set_top();
	if (name)
		stacks_user(name, false);
}
