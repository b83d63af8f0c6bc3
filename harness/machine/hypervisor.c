// SPDX-License-Identifier: GPL-2.0-or-later
/* hypervisor - whether this is a virtual machine, from the CPU flags and the firmware's names */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/sysfile.h"
#include "machine/hypervisor.h"

/* What firmware calls itself (DMI): the words of virtual machines, and of whom they are. Vendors of metal have others. */
static const struct {
	const char *word, *name;
} firmwares[] = {
	{ "QEMU", "QEMU" },
	{ "KVM", "KVM" },
	{ "VMware", "VMware" },
	{ "VirtualBox", "VirtualBox" },
	{ "innotek GmbH", "VirtualBox" },
	{ "Xen", "Xen" },
	{ "Virtual Machine", "Hyper-V" },
	{ "BHYVE", "bhyve" },
	{ "Parallels", "Parallels" },
	{ "OpenStack", "OpenStack" },
	{ "Google Compute Engine", "Google Compute Engine" },
	{ "Apple Virtualization", "Apple Virtualization" },
	{ "Firecracker", "Firecracker" },
};

/* x86 processors tell of a hypervisor themselves. */
static bool cpu_says_so(const char *root)
{
	char path[512], *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	file = fopen(path, "re");
	while (file && !found && getline(&line, &size, file) > 0)
		found = !strncmp(line, "flags", 5) && strstr(line, " hypervisor");
	free(line);
	if (file)
		fclose(file);
	return found;
}

static const char *firmware_says(const char *root)
{
	static const char *const files[] = { "product_name", "sys_vendor", "bios_vendor" };
	char text[256];

	for (size_t f = 0; f < sizeof(files) / sizeof(*files); f++) {
		if (sysfile_read(text, sizeof(text), "%s/sys/class/dmi/id/%s", root, files[f]) <= 0)
			continue;
		for (size_t i = 0; i < sizeof(firmwares) / sizeof(*firmwares); i++)
			if (strstr(text, firmwares[i].word))
				return firmwares[i].name;
	}
	return NULL;
}

bool hypervisor_name(char *name, size_t size, const char *root)
{
	char text[64];
	const char *firmware = firmware_says(root);

	if (firmware)
		snprintf(name, size, "%s", firmware);
	else if (sysfile_read(text, sizeof(text), "%s/sys/hypervisor/type", root) > 0 ||
		 sysfile_read(text, sizeof(text), "%s/proc/device-tree/hypervisor/compatible", root) > 0)
		snprintf(name, size, "%s", text);
	else
		snprintf(name, size, "%s", cpu_says_so(root) ? "unknown" : "");
	return *name;
}
