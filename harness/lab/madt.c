// SPDX-License-Identifier: GPL-2.0-or-later
/* madt - writes the table of a guest's CPUs (ACPI 6.4, 5.2.12); which machine has which CPUs is the topology's to say */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fault.h"
#include "lab/madt.h"

/* Little endian and unaligned, as the standard has them. */
#define TABLE __attribute__((packed))

struct TABLE madt_start {
	uint32_t local_apic, flags;
};

struct TABLE local_apic {
	uint8_t type, length, processor, id;
	uint32_t flags;
};

struct TABLE io_apic {
	uint8_t type, length, id, reserved;
	uint32_t address, first_interrupt;
};

struct TABLE override {
	uint8_t type, length, bus, irq;
	uint32_t interrupt;
	uint16_t flags;
};

struct TABLE local_nmi {
	uint8_t type, length, processor;
	uint16_t flags;
	uint8_t pin;
};

#define ENABLED	       1
#define PCAT_COMPAT    1
#define LEVEL_HIGH     0xd
#define ALL_PROCESSORS 0xff

#define OVERRIDE(irq, interrupt, flags)                                                                                \
	{                                                                                                              \
		2, sizeof(struct override), 0, irq, interrupt, flags                                                   \
	}

/* What the q35 machine has besides CPUs: the same as in the table that QEMU makes itself. */
static const struct TABLE {
	struct io_apic io;
	struct override override[5];
	struct local_nmi nmi;
} rest = {
	{ 1, sizeof(struct io_apic), 0, 0, 0xfec00000, 0 },
	{
		OVERRIDE(0, 2, 0),
		OVERRIDE(5, 5, LEVEL_HIGH),
		OVERRIDE(9, 9, LEVEL_HIGH),
		OVERRIDE(10, 10, LEVEL_HIGH),
		OVERRIDE(11, 11, LEVEL_HIGH),
	},
	{ 4, sizeof(struct local_nmi), ALL_PROCESSORS, 0, 1 },
};

static int put(int fd, const void *bytes, size_t size)
{
	return write(fd, bytes, size) == (ssize_t)size ? 0 : -1;
}

static int put_table(int fd, int cpus)
{
	const struct madt_start start = { 0xfee00000, PCAT_COMPAT };

	if (put(fd, &start, sizeof(start)))
		return -1;
	for (int i = 0; i < cpus; i++) {
		const struct local_apic cpu = { 0, sizeof(cpu), i, i, ENABLED };

		if (put(fd, &cpu, sizeof(cpu)))
			return -1;
	}
	return put(fd, &rest, sizeof(rest));
}

int madt_file(int cpus)
{
	int fd = memfd_create("nodehop-madt", MFD_CLOEXEC);

	if (fd >= 0 && !put_table(fd, cpus))
		return fd;
	fault("no memory for the table of a guest's CPUs: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}
