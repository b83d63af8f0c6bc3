/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu - from a topology to the command that boots it
 */
#ifndef NODEHOP_QEMU_H
#define NODEHOP_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "lab/topology.h"

#define QEMU "qemu-system-x86_64"

#define GUEST_MEMORY_MAX (3ull << 30) /* bytes */

struct qemu_machine {
	const struct topology *form;	      /* topology_form of the mode */
	enum timekeeper mode;		      /* TIME_COUNTED or TIME_UNTIMED */
	bool kvm;			      /* fast mode only */
	uint64_t seed;			      /* of the guest's random numbers: address layout, hash keys */
	const char *kernel, *image, *channel; /* paths */
	const char *swap;		      /* path of its disk, where the form has one */
	const char *madt;   /* path of a table of its CPUs (madt.h), where the form has offline ones */
	const char *append; /* the kernel command line, as qemu_append makes it */
	const char *plugin; /* argument of -plugin, or NULL */
};

/* Does the form have CPUs that are possible but not there? */
bool qemu_has_offline_cpus(const struct topology *form);

/* The command, NULL-terminated; qemu_free it. NULL with a fault: the topology wants more memory than a guest gets. */
char **qemu_command(const struct qemu_machine *machine);

void qemu_free(char **command);

/* Prints it as one shell command, arguments quoted where they must be. */
void qemu_print(FILE *to, char *const *command);

/* The kernel command line of a mode, with what the user adds ("" for nothing); free() it. */
char *qemu_append(enum timekeeper mode, const char *extra);

/* "7.2.22 (Debian 1:7.2+dfsg-7)", once a process. NULL with a fault when QEMU is not installed. */
const char *qemu_version(void);

/* Whether this user may open /dev/kvm. That it then works is seen at the first boot. */
bool qemu_has_kvm(void);

#endif
