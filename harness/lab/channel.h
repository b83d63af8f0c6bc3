/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel - how a lab guest and its host speak: one shared file
 *
 * The host writes a job into it before the boot; the guest maps it as the
 * memory of an ivshmem device and appends records (reclog.h), which outlive a
 * panic and a kill -9 of QEMU. One file both ways keeps image and kernel
 * command line the same for all sessions.
 */
#ifndef NODEHOP_CHANNEL_H
#define NODEHOP_CHANNEL_H

#include <jansson.h>
#include "record/reclog.h"

/*
 * Guest: attaches to the channel that init named in NODEHOP_CHANNEL, and sends stdout and
 * stderr home as "out" records. 1 when this is a lab guest, 0 when it is not,
 * -1 with a fault.
 */
int channel_attach(void);

/*
 * Guest: the lab's facts from the job, or NULL when this is no lab guest: objects
 * "mode" (counted|fast), "seed", "session", "topology" (name), and "hard" and
 * "soft" facts to merge into the environment.
 */
const json_t *channel_lab(void);

/* Guest: the log that records go to, or NULL. */
struct reclog *channel_log(void);

#endif
