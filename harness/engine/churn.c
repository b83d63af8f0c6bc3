// SPDX-License-Identifier: GPL-2.0-or-later
/* churn - leaves the kernel's free lists in a state that the seed decides */
#include <gsl/gsl_rng.h>
#include <numaif.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/child.h"
#include "base/fault.h"
#include "bench.h"
#include "engine/churn.h"

#define PIECES		24
#define PIECE_PAGES_MAX 128

/* What is mapped from here on comes from a random node: each node has its own lists. */
static void change_node(const struct machine *m, gsl_rng *rng)
{
	const struct node *n = &m->node[gsl_rng_uniform_int(rng, m->nodes)];
	struct nodeset nodes = nodes_one(n->id);

	if (n->has_memory)
		set_mempolicy(MPOL_PREFERRED, nodes.word, NODESET_MAX);
}

/* Maps pieces, frees some while others stand, and leaves the rest to the exit. */
static void churn(const struct machine *m, unsigned long seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, seed);
	for (int i = 0; i < PIECES; i++) {
		size_t size = (1 + gsl_rng_uniform_int(rng, PIECE_PAGES_MAX)) * m->page_size;
		char *piece;

		change_node(m, rng);
		piece = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (piece != MAP_FAILED && gsl_rng_uniform_int(rng, 2))
			munmap(piece, size);
	}
	gsl_rng_free(rng);
}

int churn_memory(const struct machine *m, unsigned long seed)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return fault("cannot fork the churning child: %m");
	if (!pid) {
		child_of(parent, SIGKILL);
		churn(m, seed);
		_exit(0);
	}
	child_wait(pid);
	return 0;
}
