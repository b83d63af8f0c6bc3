/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * madt - the ACPI table that tells a guest of more CPUs than QEMU emulates
 */
#ifndef NODEHOP_MADT_H
#define NODEHOP_MADT_H

/*
 * A file in memory with what follows a MADT's header: `cpus` local APICs, all
 * enabled, and the interrupts of QEMU's q35. The kernel takes the CPUs for
 * present and starts none of them with maxcpus=1. Its descriptor, or -1 with a fault.
 */
int madt_file(int cpus);

#endif
