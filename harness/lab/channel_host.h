/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel_host - the host's side of a lab guest's channel
 */
#ifndef NODEHOP_CHANNEL_HOST_H
#define NODEHOP_CHANNEL_HOST_H

#include <jansson.h>
#include <stddef.h>
#include "lab/layout.h"

struct channel {
	int fd;	     /* of memory without a name; QEMU gets it as /proc/self/fd/N */
	char *area;  /* NULL before channel_create and after channel_close */
	size_t seen; /* bytes of records handed out so far */
};

struct channel_job {
	const char *const *argv; /* of the harness, NULL-terminated */
	const char *const *env;	 /* "NAME=value", NULL-terminated */
	json_t *lab;		 /* the lab's facts (channel.h), borrowed */
	unsigned nodes;		 /* that the guest must see */
	unsigned settle_ms;
};

/*
 * Makes the shared memory and writes the job into it. 0, or -1 with a fault:
 * no memory, or a job that does not fit.
 */
int channel_create(struct channel *channel, const struct channel_job *job);

/*
 * Hands every record that has become intact since the last call to `each`
 * (borrowed reference), which returns -1 with a fault to end it. Works while
 * the guest writes. 0, or -1 with that fault.
 */
int channel_poll(struct channel *channel, int (*each)(const json_t *record, void *context), void *context);

/* What init wrote. Valid until channel_close. */
const volatile struct channel_header *channel_header(const struct channel *channel);

/* Harmless on a zeroed or closed one. */
void channel_close(struct channel *channel);

#endif
