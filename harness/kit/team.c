// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * team - the threads of a team, and the CPUs that they get
 *
 * Members wait at a barrier, not by spinning: a spinning neighbour would slow
 * the caller where CPUs share a core, and in the lab altogether.
 */
#include <errno.h>
#include <numa.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "kit/team.h"
#include "machine/facts.h"
#include "memory/trial_private.h"

struct member {
	struct team *team;
	size_t index;
	int cpu, error;
	pthread_t thread;
};

struct team {
	size_t threads;
	int (*part)(void *state, size_t index);
	void *state;
	pthread_barrier_t start, end;
	struct member member[];
};

/* Gives members from i on a CPU of the set each, and takes those out of `left`. The first member without one. */
static size_t give_cpus(struct team *team, size_t i, const struct machine *m, const cpu_set_t *set, cpu_set_t *left)
{
	cpu_set_t both;

	for (; i < team->threads; i++) {
		CPU_AND(&both, set, left);
		team->member[i].cpu = machine_next_cpu(m, &both);
		if (team->member[i].cpu < 0)
			break;
		CPU_CLR(team->member[i].cpu, left);
	}
	return i;
}

/* CPUs for the members from 1 on: those of the caller's node, then the others. False when they are too few. */
static bool choose_cpus(struct team *team, const struct machine *m)
{
	const struct node *near = machine_node(m, numa_node_of_cpu(sched_getcpu()));
	cpu_set_t left = m->cpu_set;
	size_t i = 1;

	CPU_CLR(sched_getcpu(), &left);
	if (near)
		i = give_cpus(team, i, m, &near->cpu_set, &left);
	return give_cpus(team, i, m, &m->cpu_set, &left) == team->threads;
}

static void *work(void *arg)
{
	struct member *m = arg;

	for (;;) {
		pthread_barrier_wait(&m->team->start);
		m->error = m->team->part(m->team->state, m->index);
		pthread_barrier_wait(&m->team->end);
	}
	return NULL;
}

static int start_member(struct team *team, size_t i)
{
	struct member *m = &team->member[i];
	pthread_attr_t attr;
	cpu_set_t set;
	int error;

	m->team = team;
	m->index = i;
	CPU_ZERO(&set);
	CPU_SET(m->cpu, &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	error = pthread_create(&m->thread, &attr, work, m);
	pthread_attr_destroy(&attr);
	return error;
}

enum outcome team_start(struct trial *t, struct team **result, size_t threads, int (*part)(void *state, size_t index),
			void *state)
{
	struct team *team = xcalloc(1, sizeof(*team) + threads * sizeof(team->member[0]));

	*result = team;
	team->threads = threads;
	team->part = part;
	team->state = state;
	if (threads == 1)
		return OK;
	if (!choose_cpus(team, t->own->machine))
		return skipped(t, "no-cpu", "there are fewer than %zu CPUs for %zu threads", threads, threads);
	pthread_barrier_init(&team->start, NULL, threads);
	pthread_barrier_init(&team->end, NULL, threads);
	for (size_t i = 1; i < threads; i++) {
		errno = start_member(team, i);
		if (errno)
			return broken(t, "thread", "thread %zu of %zu cannot be started: %m", i + 1, threads);
	}
	return OK;
}

int team_run(struct team *team)
{
	int error;

	if (team->threads == 1)
		return team->part(team->state, 0);
	pthread_barrier_wait(&team->start);
	error = team->part(team->state, 0);
	pthread_barrier_wait(&team->end);
	for (size_t i = 1; !error && i < team->threads; i++)
		error = team->member[i].error;
	return error;
}
