// SPDX-License-Identifier: GPL-2.0-or-later
/* functions - a trial's profile becomes metrics of its samples; the rows of its table are function_rows' */
#include <fnmatch.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "functions/function_rows.h"
#include "functions/functions.h"
#include "base/fault.h"
#include "instruments/window.h"

#define CLOCK_PPM     3e-6 /* by so much the guest may have its clock's frequency wrong */
#define CLOCK_READING 400  /* instructions around the clock's own readings, at most */

/* ---- what a repetition did ---- */

enum counted {
	C_PATH,
	C_WAIT,
	C_AMORTISED,
	C_SPIN,
	C_DEFERRED,
	C_INTERRUPT,
	C_USER,
	C_REST,
	C_COPIED,
	C_ZEROED,
	C_UNMAPS,
	C_SWITCHES,
	C_FAULTS,
	C_EXCEPTIONS,
	C_LOCKED,
	C_TLB_PAGE_FLUSHES,
	C_CR3_WRITES,
	C_MSR_WRITES,
	COUNTED,
};

enum per { PER_FOLIO, PER_PAGE };

static const struct {
	const char *name, *unit;
	enum per per;
	const char *meaning;
} counted[COUNTED] = {
	[C_PATH] = { "path_insns", "instructions", PER_FOLIO,
		     "the calling thread's own way through the kernel, for each folio moved" },
	[C_WAIT] = { "wait_insns", "instructions", PER_FOLIO, "of other tasks meanwhile, for each folio moved" },
	[C_AMORTISED] = { "amortised_insns", "instructions", PER_FOLIO,
			  "refills and bulk frees of lists, for each folio moved" },
	[C_SPIN] = { "spin_insns", "instructions", PER_FOLIO, "spinning for a lock or a CPU, for each folio moved" },
	[C_DEFERRED] = { "deferred_insns", "instructions", PER_FOLIO, "softirqs and task work, for each folio moved" },
	[C_INTERRUPT] = { "interrupt_insns", "instructions", PER_FOLIO, "interrupts, for each folio moved" },
	[C_USER] = { "user_insns", "instructions", PER_FOLIO,
		     "of the calling thread in user mode, for each folio moved" },
	[C_REST] = { "rest_insns", "instructions", PER_FOLIO, "of no known kind, for each folio moved" },
	[C_COPIED] = { "copied_bytes", "bytes", PER_PAGE, "copied by the kernel, for each base page moved" },
	[C_ZEROED] = { "zeroed_bytes", "bytes", PER_PAGE, "cleared by the kernel, for each base page moved" },
	[C_UNMAPS] = { "unmap_tries", "count", PER_FOLIO, "attempts to unmap a folio, for each folio moved" },
	[C_SWITCHES] = { "task_switches", "count", PER_FOLIO, "switches from task to task, for each folio moved" },
	[C_FAULTS] = { "page_faults", "count", PER_FOLIO, "page faults of all tasks, for each folio moved" },
	[C_EXCEPTIONS] = { "exceptions", "count", PER_FOLIO,
			   "exceptions of all tasks, page faults among them, for each folio moved" },
	[C_LOCKED] = { "locked_insns", "instructions", PER_FOLIO,
		       "the kernel's instructions with a lock prefix and exchanges with memory, for each folio moved" },
	[C_TLB_PAGE_FLUSHES] = { "tlb_page_flushes", "count", PER_FOLIO,
				 "translations flushed one by one (invlpg, invpcid), for each folio moved" },
	[C_CR3_WRITES] = { "cr3_writes", "count", PER_FOLIO,
			   "writes of CR3, which flush all translations, for each folio moved" },
	[C_MSR_WRITES] = { "msr_writes", "count", PER_FOLIO,
			   "writes of model-specific registers, for each folio moved" },
};

static const enum counted of_kind[KINDS] = {
	[KIND_PATH] = C_PATH,		[KIND_WAIT] = C_WAIT,	      [KIND_SPIN] = C_SPIN,
	[KIND_AMORTISED] = C_AMORTISED, [KIND_DEFERRED] = C_DEFERRED, [KIND_INTERRUPT] = C_INTERRUPT,
	[KIND_USER] = C_USER,		[KIND_REST] = C_REST,
};

/* Functions, by pattern, whose calls are events. */
static const struct {
	const char *function;
	enum counted counted;
} called[] = {
	{ "try_to_migrate", C_UNMAPS },
	{ "__switch_to", C_SWITCHES },
	{ "asm_exc_page_fault", C_FAULTS },
	{ "asm_exc_*", C_EXCEPTIONS },
};

static const enum counted executed[CALLTREE_EVENTS] = {
	[CALLTREE_LOCKED] = C_LOCKED,
	[CALLTREE_TLB_PAGE_FLUSH] = C_TLB_PAGE_FLUSHES,
	[CALLTREE_CR3_WRITE] = C_CR3_WRITES,
	[CALLTREE_MSR_WRITE] = C_MSR_WRITES,
};

struct look {
	struct calltree *tree;
	struct kinds *kinds;
};

static void count_entry(const struct look *l, const struct calltree_entry *e, double sum[COUNTED])
{
	enum kind kind = kinds_of(l->kinds, l->tree, e->node);
	const char *name = calltree_name(l->tree, e->node);

	if (kind == KIND_COPY)
		sum[C_COPIED] += e->calls * kinds_bytes(l->kinds, l->tree, e->node);
	else if (kind == KIND_ZERO)
		sum[C_ZEROED] += e->calls * kinds_bytes(l->kinds, l->tree, e->node);
	else
		sum[of_kind[kind]] += e->insns;
	for (size_t i = 0; i < sizeof(called) / sizeof(*called); i++)
		if (!fnmatch(called[i].function, name, 0))
			sum[called[i].counted] += calltree_calls(l->tree, e);
}

/* ---- what a unit and a folio is ---- */

struct columns {
	bool by_folio;
	long wall, primary, train, folios, moved, left; /* in the record's metrics; -1: not there */
};

static long column(const json_t *metrics, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach ((json_t *)metrics, i, entry)
		if (!strcmp(json_string_value(entry) ?: "", name))
			return i;
	return -1;
}

static struct columns columns_of(const json_t *metrics, const char *primary, bool by_folio)
{
	size_t length = strlen(primary);
	bool is_cost = length > 6 && !strcmp(primary + length - 6, "_insns");

	return (struct columns){
		.by_folio = by_folio,
		.wall = column(metrics, "wall_insns"),
		.primary = is_cost ? column(metrics, primary) : -1,
		.train = column(metrics, "train"),
		.folios = column(metrics, "folios"),
		.moved = column(metrics, "pages_moved"),
		.left = column(metrics, "pages_left"),
	};
}

/* 0 where it is not there. */
static double value_at(const json_t *row, long column)
{
	return column < 0 ? 0 : json_number_value(json_array_get(json_array_get(row, 3), column));
}

struct divisors {
	double unit;  /* of functions.csv, in all of the timed region */
	double folio; /* moved; units where none move */
	double page;
};

static double train_of(const json_t *row, const struct columns *c)
{
	return value_at(row, c->train) ?: 1;
}

/* A benchmark that reads the clock by itself times a little less than all: the unit is a whole number all the same. */
static struct divisors divisors_of(const json_t *row, const struct columns *c)
{
	double train = train_of(row, c), wall = value_at(row, c->wall) * train, primary = value_at(row, c->primary);
	double moved = value_at(row, c->moved), left = value_at(row, c->left), folios = value_at(row, c->folios);
	struct divisors d = { .unit = primary > 0 ? fmax(1, round(wall / primary)) : train };

	d.page = moved > 0 ? moved * train : d.unit;
	d.folio = moved > 0 && folios > 0 ? folios * train * moved / (moved + left) : d.page;
	if (c->by_folio)
		d.unit = d.folio;
	return d;
}

static int check_total(const json_t *row, const struct columns *c, const struct calltree_window *w)
{
	double clock = value_at(row, c->wall) * train_of(row, c);

	if (w->total >= clock && w->total - clock <= CLOCK_READING + CLOCK_PPM * clock)
		return 0;
	return fault("%.0f instructions by the guest's clock, %.0f by the plugin", clock, (double)w->total);
}

/* What lies between two functions is nobody's: a plugin that loses its place in the stacks would lose it there. */
static int check_sum(const struct calltree_window *w)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < w->entries; i++)
		sum += w->entry[i].insns;
	return sum == w->total ? 0
			       : fault("functions add up to %.0f of %.0f instructions", (double)sum, (double)w->total);
}

/* ---- metrics of samples ---- */

static json_t *number(double value)
{
	return value == (double)(json_int_t)value ? json_integer((json_int_t)value) : json_real(value);
}

static void add_values(const struct look *l, json_t *row, const struct columns *c, const struct calltree_window *w)
{
	struct divisors d = divisors_of(row, c);
	double sum[COUNTED] = {};

	for (size_t i = 0; i < w->entries; i++)
		count_entry(l, &w->entry[i], sum);
	for (enum calltree_event e = 0; e < CALLTREE_EVENTS; e++)
		sum[executed[e]] += w->event[e];
	for (size_t i = 0; i < COUNTED; i++)
		json_array_append_new(json_array_get(row, 3),
				      number(sum[i] / (counted[i].per == PER_PAGE ? d.page : d.folio)));
}

/* Bytes, attempts and spinning do not vary with a seed; where they change, the kernel does. */
static const char *class_of(enum counted i)
{
	bool exact = i == C_COPIED || i == C_ZEROED || i == C_UNMAPS || i == C_SPIN;

	return exact ? "exact" : "counted";
}

int functions_describe(int (*each)(json_t *record, void *context), void *context)
{
	for (size_t i = 0; i < COUNTED; i++)
		if (each(json_pack("{ss ss ss ss ss ss}", "kind", "metric", "name", counted[i].name, "unit",
				   counted[i].unit, "better", "lower", "class", class_of(i), "meaning",
				   counted[i].meaning),
			 context))
			return -1;
	return 0;
}

/* Warm-ups and marked samples are used for nothing. */
static bool is_used(const json_t *row)
{
	return !json_is_true(json_array_get(row, 1)) && !strcmp(json_string_value(json_array_get(row, 2)) ?: "", "ok");
}

/* ---- the whole ---- */

static int check_trial(const json_t *rows, const struct columns *c, const struct calltree_trial *trial)
{
	const json_t *row;
	size_t i;

	if (json_array_size(rows) > trial->windows)
		return fault("%zu repetitions, and the plugin saw %zu", json_array_size(rows), trial->windows);
	if (trial->dropped)
		return fault("%.0f chains of callers found no room", (double)trial->dropped);
	json_array_foreach ((json_t *)rows, i, row)
		if (check_total(row, c, &trial->window[i]) < 0 || check_sum(&trial->window[i]) < 0)
			return -1;
	return 0;
}

int functions_take(struct calltree *tree, struct kinds *kinds, json_t *samples, const char *primary, bool by_folio,
		   json_t **functions)
{
	const char *point = json_string_value(json_object_get(samples, "point")) ?: "";
	json_t *metrics = json_object_get(samples, "metrics"), *rows = json_object_get(samples, "rows"), *row;
	struct columns c = columns_of(metrics, primary, by_folio);
	const struct calltree_trial *trial;
	struct look l = { tree, kinds };
	struct function_rows *table;
	size_t i;

	if (c.wall < 0)
		return 0;
	trial = calltree_take(tree, window_label(point));
	if (!trial || check_trial(rows, &c, trial) < 0)
		return -1;
	table = function_rows_new(tree, kinds);
	json_array_foreach (rows, i, row) {
		if (is_used(row))
			function_rows_add(table, trial, i, divisors_of(row, &c).unit);
		add_values(&l, row, &c, &trial->window[i]);
	}
	for (i = 0; i < COUNTED; i++)
		json_array_append_new(metrics, json_string(counted[i].name));
	*functions = function_rows_record(table, point);
	function_rows_free(table);
	return 0;
}
