/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layout - what lies where in the file a lab guest and its host share
 *
 *   0        struct channel_header
 *   4 KiB    the job: a NUL-terminated JSON text for the harness, and after
 *            it the strings for init (argv, then the environment)
 *   64 KiB   the guest's records (record/reclog.h) up to the end
 *
 * init is static and links nothing, so it gets plain strings, and answers in
 * plain fields. Little endian throughout, as both sides are x86-64.
 */
#ifndef NODEHOP_LAYOUT_H
#define NODEHOP_LAYOUT_H

#include <stdint.h>

#define CHANNEL_MAGIC	       "nodehop1"
#define CHANNEL_BYTES	       (16u << 20) /* a power of two: it becomes a PCI memory window */
#define CHANNEL_JOB_OFFSET     4096
#define CHANNEL_RECORDS_OFFSET 65536
#define CHANNEL_STRINGS_MAX    256 /* of argv, and of the environment */

/* How far the guest came, in this order. */
enum guest_stage {
	GUEST_ABSENT,  /* init never found the channel */
	GUEST_UP,      /* init runs */
	GUEST_STARTED, /* the harness was started */
	GUEST_ENDED,   /* the harness ended; see exit_code and exit_signal */
};

struct channel_header {
	char magic[8];
	/* written by the host before the boot */
	uint32_t strings_offset; /* bytes from the start of the file */
	uint32_t strings_bytes;
	uint32_t argc, envc;
	uint32_t nodes;	    /* that the kernel must show, or it has no NUMA */
	uint32_t settle_ms; /* guest's time between boot and the harness */
	/* written by init */
	uint32_t stage;	     /* enum guest_stage */
	int32_t exit_code;   /* of the harness, or -1 */
	int32_t exit_signal; /* that ended the harness, or 0 */
};

#endif
