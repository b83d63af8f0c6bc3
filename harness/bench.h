/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.h - the contract between nodehop and a benchmark, and nothing else
 *
 * A benchmark is one C file that ends in one `BENCHMARK(name) = { ... };`.
 * Parameters are axes (data), what the machine must have are needs (data),
 * and the callbacks do one job each:
 *
 *   setup    once a point: map memory, fill lists             (untimed)
 *   prepare  before each repetition: put pages on the source  (untimed)
 *   run      the thing measured, and nothing else             (timed)
 *   verify   ask the kernel where each page is, check data    (untimed)
 *   teardown only for what the child's exit does not free     (untimed)
 *
 * Everything happens in a forked child with a deadline, pinned to one CPU.
 * benchmarks/micro/move_pages.c is the neighbour to read.
 *
 * A file of benchmarks/semantics/ has a table of rules instead of callbacks;
 * rule.h is what a rule may call, statuses.c the neighbour to read.
 */
#ifndef NODEHOP_BENCH_H
#define NODEHOP_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/clock.h"	 /* clock_wall_ns(): what is read around run, for parts of it */
#include "base/fault.h"	 /* fault_text(): why a function that says "with a fault" failed */
#include "base/minmax.h" /* min, max */
#include "base/outcome.h"

/* ---- outcomes: enum outcome is in base/outcome.h ------------------------ */

struct trial;

/* Each stores the reason and its sentence (printf style) in the trial and returns the outcome of its name. */
enum outcome skipped(struct trial *t, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));
enum outcome blocked(struct trial *t, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));
enum outcome wrong(struct trial *t, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));
enum outcome broken(struct trial *t, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- parameters -------------------------------------------------------- */

struct pair {
	int from, to; /* node ids: source and target */
};

enum page_backing {
	BACKING_ANON, /* private anonymous memory */
	BACKING_HUGETLB,
	BACKING_SHARED,	 /* MAP_SHARED anonymous, one mapper */
	BACKING_SHMEM,	 /* a memfd on tmpfs */
	BACKING_MLOCKED, /* private anonymous, mlocked */
	BACKING_MAPPED,	 /* MAP_SHARED anonymous, `mappers` processes */
};

/*
 * What lies underneath the addresses. As text: base, thp, 16k .. 1m (an mTHP
 * size), hugetlb-2m, shared, shmem, mlocked, mapped-N.
 */
struct page_kind {
	enum page_backing backing;
	size_t folio_size; /* bytes; the base page size for small pages */
	unsigned mappers;  /* processes that map it, for BACKING_MAPPED */
};

enum axis_type {
	AXIS_TYPE_SIZE, /* bytes of memory that is moved: counts against each node's free memory */
	AXIS_TYPE_BYTES,
	AXIS_TYPE_COUNT,   /* also the word "whole", stored as COUNT_WHOLE */
	AXIS_TYPE_THREADS, /* a count; above 1 is blocked where the lab has one CPU */
	AXIS_TYPE_PERCENT,
	AXIS_TYPE_PAIR,
	AXIS_TYPE_PAGE,
	AXIS_TYPE_CHOICE, /* one of `choices`, stored as its index */
	AXIS_TYPE_CALLER, /* where the calling thread runs: source, target or third */
};

#define COUNT_WHOLE SIZE_MAX

enum caller { CALLER_SOURCE, CALLER_TARGET, CALLER_THIRD, CALLER_ANY };

struct axis {
	const char *name;
	enum axis_type type;
	size_t offset;	    /* of its field in the parameters */
	const char *values; /* the default sweep, in the same grammar as --set */
	const char *about;
	const char *const *choices; /* NULL-terminated, for AXIS_TYPE_CHOICE */
	uint64_t least, most;	    /* what a number may be */
	bool one_node;		    /* of a pair: may both be the same node? */
};

#define AXIS_BYTES_MAX	 (1ull << 46) /* half of what an x86-64 process can address */
#define AXIS_COUNT_MAX	 UINT32_MAX   /* as large as the kernel settings that counts are written to */
#define AXIS_THREADS_MAX 8192	      /* the most CPUs that Linux is built for */

/* A field of the wrong type does not compile: the array size turns negative. */
/* clang-format off */
#define AXIS_FIELD(s, f, t) (offsetof(s, f) + 0 * sizeof(char[_Generic(((s *)0)->f, t: 1, default: -1)]))
#define AXIS_SIZE(s, f, v, a)	 { #f, AXIS_TYPE_SIZE,	  AXIS_FIELD(s, f, size_t), v, a, NULL, 1, AXIS_BYTES_MAX }
#define AXIS_BYTES(s, f, v, a)	 { #f, AXIS_TYPE_BYTES,	  AXIS_FIELD(s, f, size_t), v, a, NULL, 1, AXIS_BYTES_MAX }
#define AXIS_COUNT(s, f, v, a)	 { #f, AXIS_TYPE_COUNT,	  AXIS_FIELD(s, f, size_t), v, a, NULL, 1, AXIS_COUNT_MAX }
#define AXIS_THREADS(s, f, v, a) { #f, AXIS_TYPE_THREADS, AXIS_FIELD(s, f, size_t), v, a, NULL, 1, AXIS_THREADS_MAX }
#define AXIS_PERCENT(s, f, v, a) { #f, AXIS_TYPE_PERCENT, AXIS_FIELD(s, f, unsigned), v, a, NULL, 0, 100 }
#define AXIS_PAIR(s, f, v, a)	 { #f, AXIS_TYPE_PAIR,	  AXIS_FIELD(s, f, struct pair), v, a, NULL }
#define AXIS_PAIR_OR_NODE(s, f, v, a) { #f, AXIS_TYPE_PAIR, AXIS_FIELD(s, f, struct pair), v, a, NULL, .one_node = true }
#define AXIS_PAGE(s, f, v, a)	 { #f, AXIS_TYPE_PAGE,	  AXIS_FIELD(s, f, struct page_kind), v, a, NULL }
#define AXIS_CHOICE(s, f, v, a, c) { #f, AXIS_TYPE_CHOICE, AXIS_FIELD(s, f, unsigned), v, a, c }
#define AXIS_CALLER(s, f, v, a)	 { #f, AXIS_TYPE_CALLER,  AXIS_FIELD(s, f, enum caller), v, a, NULL }
/* clang-format on */

/* ---- metrics ----------------------------------------------------------- */

enum metric_class { METRIC_NOISY, METRIC_COUNTED, METRIC_EXACT, METRIC_UNTIMED };
enum metric_kind {
	METRIC_KIND_COST,  /* nanoseconds on hardware, instructions in counted mode: the harness names unit and class */
	METRIC_KIND_EXACT, /* a count or status that must not differ between sessions */
	METRIC_KIND_COUNT, /* a count that may scatter */
	METRIC_KIND_SHARE, /* 0..1 */
};

/* A metric of the benchmark's own, beside those that the harness records for all. */
struct metric {
	const char *name; /* cost metrics without unit: "fault" becomes fault_ns or fault_insns */
	enum metric_kind kind;
	const char *better; /* "lower", "higher" or "neither" */
	const char *meaning;
};

#define METRICS_MAX 24 /* own metrics of one benchmark */

/* ---- a trial: one point in its child ----------------------------------- */

struct measured {
	size_t pages_asked;  /* base pages handed to the kernel in run */
	size_t pages_moved;  /* base pages that were elsewhere before run and are proven on the target in verify */
	size_t calls;	     /* system calls in run */
	size_t folios;	     /* folios moved in run */
	size_t pages_beside; /* base pages that run has the kernel migrate beside those, like a process's own image */
};

#define STATUS_KINDS 16

struct status_count {
	int status; /* negative errno, as move_pages(2) writes it */
	size_t pages;
};

#define SERIES_POINTS_MAX 1024 /* of one repetition, all its series together */

/* One step of a curve that a repetition records. */
struct series_point {
	unsigned series; /* index into the benchmark's `series` */
	double x, y;
};

struct rule;
struct trial_private;

struct trial {
	const void *params;			       /* of the benchmark's own struct */
	void *state;				       /* zeroed before setup */
	struct measured m;			       /* zeroed before each run */
	double value[METRICS_MAX];		       /* own metrics, in the order of `metrics`; NAN before each run */
	struct status_count left[STATUS_KINDS];	       /* pages the kernel reported unmoved; see trial_left */
	struct series_point series[SERIES_POINTS_MAX]; /* see trial_series */
	size_t series_points;
	const struct rule *rule; /* the rule under test; NULL in a benchmark without rules */
	struct pair nodes;	 /* of a rule: where it runs, and another node; the same one where there is only one */

	struct trial_private *own; /* the harness's */
};

/* Adds pages that the kernel itself reported unmoved with this status. */
void trial_left(struct trial *t, int status, size_t pages);

/*
 * Adds a point to one of the benchmark's series, from run or verify. A
 * repetition with more than SERIES_POINTS_MAX of them is BROKEN "series-full".
 */
void trial_series(struct trial *t, unsigned series, double x, double y);

/* Pins the calling thread to a CPU of that node. SKIPPED "no-cpu" when it has none. An axis of callers needs no call. */
enum outcome trial_pin(struct trial *t, int node);

/*
 * For calls (of enum calls) that only some points make: OK, or BLOCKED or
 * SKIPPED, with the call and the remedy in the sentence.
 */
enum outcome trial_may_call(struct trial *t, unsigned calls);

/* The outcome of a system call that failed with that errno: BLOCKED where we may not, SKIPPED without memory, BROKEN else. */
enum outcome call_failed(struct trial *t, const char *call, int error);

/*
 * Runs work() in a process of its own, forked here, whose results (m, value,
 * left, series, reason) come back: for what a process must not have done
 * before, or must not survive. BROKEN "signal" or "exit" when it dies.
 */
enum outcome trial_fork(struct trial *t, enum outcome (*work)(struct trial *t));

/* The node's memory tier, 0 the fastest; -1 where this kernel has none, or no such node. */
int trial_tier(const struct trial *t, int node);

/* Reads a setting by its name in settings/knobs.h. 0, or -1 with a fault. */
int trial_knob(const char *knob, char *value, size_t size);

/* ---- the whole machine's event counters (/proc/vmstat) ------------------ */

struct vmstat; /* one reading of all of them */

/*
 * Memory for a reading, which ends with the child. Take it in setup: it is
 * large. NULL without memory; the functions below take that for a reading that failed.
 */
struct vmstat *vmstat_new(void);

/* 0, or -1 with a fault. */
int vmstat_read(struct vmstat *v);

/*
 * The same, after the kernel added up what each CPU still kept to itself. A
 * node's counters (pgpromote_*, and from 6.8 pgdemote_*) lag by up to 125 pages
 * a CPU without it; events (pgmigrate_*, numa_*) never do. Wakes every CPU, so
 * never in a timed region. Only root may ask for it: for others as vmstat_read.
 */
int vmstat_read_settled(struct vmstat *v);

/* What a counter ("numa_hint_faults") rose by between two readings. NAN where this kernel has none: absent is not 0. */
double vmstat_rise(const struct vmstat *before, const struct vmstat *after, const char *name);

/*
 * ---- regions: memory whose place, folio size and data are proven --------
 *
 * A region is followed at the addresses where it was mapped, and looked at
 * just before each run. The trial keeps its address: it lies in the state or
 * on the heap. What run maps or moves elsewhere is not seen. Anonymous memory
 * in small folios is mapped with MADV_NOHUGEPAGE, in large ones with
 * MADV_HUGEPAGE, anew whenever it has to be filled again. Folios of another
 * size after run are WRONG "folio-split", unless folio_size_after declares it
 * (benchmarks/micro/collapse.c).
 */

struct region_private;

struct region {
	char *base;
	size_t size;	  /* bytes */
	size_t pages;	  /* base pages */
	size_t page_size; /* bytes of a base page */
	struct page_kind kind;
	/* Set it after region_map: the memory is another process's, which only sleeps; this one cannot touch it. */
	bool elsewhere;
	/* Set it after region_map where run makes folios of another size: what verify is to find, in bytes; 0: as they were. */
	size_t folio_size_after;
	pid_t pid;		    /* whose memory it is, as move_pages(2) takes it: 0 for this process */
	struct region_private *own; /* the harness's */
};

/* Small private anonymous pages; transparent huge pages of PMD size (folio_size 0 where the kernel has none). */
struct page_kind kind_base(const struct trial *t);
struct page_kind kind_thp(const struct trial *t);

/*
 * Maps size bytes (rounded up to whole folios) of that kind, untouched.
 * SKIPPED where the kernel does not offer the kind or the node lacks memory.
 */
enum outcome region_map(struct trial *t, struct region *r, size_t size, struct page_kind kind);

/*
 * After region_map, for a benchmark that moves a whole process to `target`:
 * the region is another process's (elsewhere), and what the harness allocates
 * from now on is taken from the target. That process is a fork of this one,
 * and anew in each repetition where folios must be: what it has got on the
 * source since would move along. BROKEN when the kernel refuses the policy.
 */
enum outcome region_give_away(struct trial *t, struct region *r, int target);

/*
 * Puts every page on the node (first by writing incompressible per-page data
 * under a policy, later by moving back, with folio_size_after by writing to a
 * new mapping) and proves it: node of each page and size of each folio.
 * BLOCKED "folio-unproven" where large folios cannot be proven, SKIPPED
 * "folio-refused" where the kernel gave other folios.
 */
enum outcome region_place(struct trial *t, struct region *r, int node);

/* A second mapping, with these flags, of memory that is BACKING_SHMEM. MAP_FAILED with errno. */
void *region_map_twice(const struct region *r, int flags);

/*
 * Gives the memory back, and keeps its addresses reserved, for the benchmark
 * to map something there. The region cannot be placed again (BROKEN "region").
 */
enum outcome region_drop(struct trial *t, const struct region *r);

/* Asks the kernel where each page is; base pages found on that node. */
size_t region_pages_on(const struct region *r, int node);

/* Of those, the pages that were elsewhere just before run, when the harness looked. */
size_t region_pages_moved(const struct region *r, int node);

/* Whether a page was on that node then. */
bool region_was_on(const struct region *r, size_t page, int node);

/* Page by page: its node, or a negative errno, for count pages from `first` on. */
void region_where(const struct region *r, size_t first, size_t count, int *node);

/*
 * The same count by the process's numa_maps: also counts pages that wait for a
 * hint fault, which move_pages(2) before 6.12 takes for absent. 0 without numa_maps.
 */
size_t region_pages_mapped(const struct region *r, int node);

/* WRONG "data-differs" when a page does not hold what region_place wrote, naming the first one. */
enum outcome region_check_data(struct trial *t, const struct region *r);

/* WRONG "folio-split" when folios are no longer of the kind's size; OK without rights to look at base pages. */
enum outcome region_check_folios(struct trial *t, const struct region *r);

/*
 * The usual verify: counts what t->m holds of pages and folios, checks data
 * and folios, and compares with what the kernel said: pages that are neither
 * on the node nor reported with trial_left are WRONG "left-behind". Moved is
 * what was elsewhere before run; none at all is WRONG "nothing-moved".
 */
enum outcome region_verify(struct trial *t, const struct region *r, int node);

/* ---- move lists: one address a folio of a region, as move_pages(2) takes them ---- */

struct move_list {
	void **page;
	int *from;   /* where region_place_list puts the folio */
	int *node;   /* its target */
	int *status; /* STATUS_UNTOUCHED before each repetition */
	size_t len;
	long unmoved; /* sum of what the calls of a repetition returned: folios that they did not move */
};

#define STATUS_UNTOUCHED (-999) /* the kernel wrote no status */
#define STATUS_UNKNOWN	 (-998) /* for trial_left: the kernel does not say why, or not at all */

/* Allocates the list: all folios in order, from anywhere to that node. BROKEN without memory. */
enum outcome move_list_fill(struct trial *t, struct move_list *list, const struct region *r, int node);
void move_list_free(struct move_list *list);

/* All start on that node, but so many percent, evenly spread, are on their target already. */
void move_list_start(struct move_list *list, int node, unsigned local_percent);

/* Every second folio goes the other way, from pair.to to pair.from. */
void move_list_alternate(struct move_list *list, struct pair pair);

/* In an order that only looks random: the same each time. */
void move_list_shuffle(struct move_list *list);

/* Before a repetition: forgets what the kernel said. */
void move_list_reset(struct move_list *list);

/* As region_place, each folio where list->from says; resets the list. */
enum outcome region_place_list(struct trial *t, struct region *r, struct move_list *list);

/*
 * As region_verify, each folio against its target and the status that the
 * kernel wrote for it. Counts as moved what was elsewhere before run. WRONG
 * "left-behind" for a folio that is not where its status says, or that the
 * kernel left without a word.
 */
enum outcome region_verify_list(struct trial *t, const struct region *r, const struct move_list *list);

/* ---- sets of nodes, for mbind(2) and its like ---- */

#define NODESET_BITS	  1024
#define NODESET_WORD_BITS (8 * sizeof(unsigned long))
#define NODESET_MAX	  (NODESET_BITS + 1) /* the `maxnode` argument: the kernel takes one bit less than it is told */

struct nodeset {
	unsigned long word[NODESET_BITS / NODESET_WORD_BITS];
};

struct nodeset nodes_one(int node);

/* ---- a cgroup, in benchmarks whose knobs are { "cpuset_controller", "on" }, { "cgroup", "present" } ---- */

/* Opens a file of it ("cpuset.mems"; of another one beside it "../next/cpuset.mems") for writing. BROKEN "cgroup" when it cannot be. */
enum outcome cgroup_open(struct trial *t, const char *file, int *fd);

/* Puts this process into the group: what it maps from here on is the group's. */
enum outcome cgroup_join(struct trial *t);

/* ---- the benchmark ------------------------------------------------------ */

enum lab_modes { MODE_HARDWARE = 1, MODE_COUNTED = 2, MODE_FAST = 4 };
enum privileges { NEEDS_ROOT = 1, NEEDS_SYS_NICE = 2, NEEDS_SYS_ADMIN = 4, NEEDS_SYS_PTRACE = 8 };

/* System calls that a container or a service may be refused. Nobody names what every point or every region needs. */
enum calls {
	CALL_GET_MEMPOLICY = 1,
	CALL_SET_MEMPOLICY = 2,
	CALL_MOVE_PAGES = 4,
	CALL_MBIND = 8,
	CALL_HOME_NODE = 16,
	CALL_MIGRATE_PAGES = 32,
	CALL_USERFAULTFD = 64,
	CALL_PERF_EVENT_OPEN = 128,
	CALL_SCHED_SETAFFINITY = 256,
	CALL_PIDFD_OPEN = 512,

	CALLS_OF_A_POINT = CALL_SCHED_SETAFFINITY | CALL_PIDFD_OPEN,
	CALLS_OF_A_REGION = CALL_GET_MEMPOLICY | CALL_SET_MEMPOLICY | CALL_MOVE_PAGES,
};

enum benchmark_kind { MICRO, MACRO, SEMANTICS };

struct needs {
	int memory_nodes;     /* nodes with memory */
	int cpus;	      /* CPUs in use at the same time */
	int cpu_nodes;	      /* nodes that have memory and a CPU */
	unsigned privileges;  /* of enum privileges */
	unsigned calls;	      /* of enum calls, beside what every region needs; rules do without */
	bool fills_node;      /* leaves next to nothing free on a node: not on a machine that others may use */
	size_t hugetlb_pages; /* of a rule: free huge pages of PMD size on both its nodes */
	unsigned not_in;      /* of enum lab_modes: where it cannot be measured ... */
	const char *not_in_code, *not_in_why; /* ... and the reason for that */
	/* A try of what the kernel does, once a session in a child of its own: OK, skipped() or blocked(). */
	enum outcome (*probe)(struct trial *t);
};

/*
 * A promise of the kernel. `check` runs once, in a child of its own; it says
 * by rule.h what it saw, and has kept the promise when it returns.
 */
struct rule {
	const char *name;    /* one word, the value of the axis `rule` */
	const char *promise; /* in the terms of the field: "untouched page: status -ENOENT (-EFAULT before 6.12)" */
	void (*check)(struct trial *t);
	struct needs needs; /* beside those of the whole table, without a probe */
	long with;	    /* what tells it from the other rules of the same function */
};

/* A setting that must hold while a point runs; put back afterwards, whatever happens. Names: settings/knobs.h, or a path. */
struct knob_value {
	const char *knob, *value;
	const char *axis;	   /* instead of a fixed value: the point's value of this axis, in base units ... */
	const char *const *values; /* ... or, for an AXIS_CHOICE, one of these by its index; NULL leaves it alone */
};

/* clang-format off */
#define HELPERS(...) (const char *const[]) { __VA_ARGS__, NULL }
/* clang-format on */
/* Who drains lists of pages and ends grace periods before pages are moved, and makes CPUs forget translations. */
#define HELPERS_OF_MIGRATION HELPERS("kworker/", "rcu", "migration/", "ksoftirqd/")

enum profile { PROFILE_QUICK, PROFILE_GATE, PROFILE_STANDARD, PROFILES };

struct benchmark {
	const char *name, *about;
	enum benchmark_kind kind;
	int revision;		 /* raised when the meaning of its numbers changes; starts at 1 */
	const struct axis *axes; /* ends with {} */
	const struct rule
		*rules; /* ends with {}; of kind SEMANTICS, which has no axes, metrics, or callbacks but teardown */
	/*
	 * A line ("batch=1,512 page=base") is one product of values; axes it leaves out keep their default. NULL: the
	 * defaults. An empty list: no point, unless the benchmark is asked for by name.
	 */
	const char *const *sweeps[PROFILES]; /* NULL-terminated lists */
	/*
	 * Further lines for hardware, where caches and both directions count: "size=beyond-caches pair=both". The lab
	 * does not have these points.
	 */
	const char *const *hardware[PROFILES];
	const struct metric *metrics; /* ends with {}; NULL for none */
	/*
	 * Curves within a repetition, NULL-terminated names that say both units: "local_share_over_ms". They go to
	 * series.csv; an x in ms or s is a time, which the lab does not keep.
	 */
	const char *const *series;
	const char *primary; /* the metric that gates: "page" (the default), "call", "wall" or an own one */
	/*
	 * The kernel moves what is timed, and that is what it costs: where the lab counts functions, path_insns is the
	 * metric that gates. Not where the program moves its memory by itself, or the cost is that of something else.
	 */
	bool migrates;
	struct needs needs;
	const struct knob_value *knobs; /* ends with {} */
	/*
	 * What run sets off and waits for is part of what it costs, not a disturbance of it: kernel threads, NULL-terminated
	 * first letters of their names (HELPERS), whose CPU time is its own. `waits`: it sleeps for something else: a disk,
	 * threads or processes of its own. Where neither is said, all time off the CPU was taken from it.
	 */
	const char *const *helpers;
	bool waits;
	bool is_floor;	     /* measures the harness itself: never made a train */
	bool no_train;	     /* nor is this: its runs cannot stand beside each other */
	unsigned deadline_s; /* for the whole point; 0: the default */
	/* For repetitions that take seconds and each start anew (work): so many at most, and no warm-ups. */
	unsigned repetitions;
	unsigned
		repetition_ms; /* about how long one takes beyond its pages, by the machine's clock; for the plan's guess */
	const char *figure; /* a figure kind that fits better than the one its axes suggest */
	size_t params_size, state_size;
	enum outcome (*setup)(struct trial *t);
	enum outcome (*prepare)(struct trial *t);
	enum outcome (*run)(struct trial *t);
	enum outcome (*verify)(struct trial *t);
	/*
	 * Instead of prepare, run and verify: all of a repetition, in a process of its own that is forked for it
	 * (trial_fork), for what a process must not have done before. It maps, places, measures and verifies; setup,
	 * if there is one, runs in the parent.
	 */
	enum outcome (*work)(struct trial *t);
	void (*teardown)(struct trial *t);
};

/*
 * Registers a benchmark: a pointer goes into a linker section that the
 * registry walks. A pointer, because structs placed there break the stride.
 */
/* clang-format off */
#define BENCHMARK(id)								\
	static const struct benchmark benchmark_##id;				\
	__attribute__((section("nodehop_benchmarks"), used, retain))		\
	static const struct benchmark *const benchmark_ptr_##id = &benchmark_##id; \
	static const struct benchmark benchmark_##id
/* clang-format on */

#endif
