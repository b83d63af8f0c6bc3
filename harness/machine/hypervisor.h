/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hypervisor - is this a virtual machine, and whose */
#ifndef NODEHOP_HYPERVISOR_H
#define NODEHOP_HYPERVISOR_H

#include <stdbool.h>
#include <stddef.h>

/* Writes its name ("QEMU", "VMware"), "unknown" where it hides it, "" on bare metal. Is there one? `root`: "" for this system. */
bool hypervisor_name(char *name, size_t size, const char *root);

#endif
