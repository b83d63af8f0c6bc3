// SPDX-License-Identifier: GPL-2.0-or-later
/* bzimage - checks and unpacks an x86 kernel image, and tells what the lab needs and it lacks */
#include <asm/bootparam.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "lab/bzimage.h"

#define HEADER_OFFSET	   0x1f1
#define BOOT_FLAG	   0xaa55
#define HEADER_MAGIC	   0x53726448 /* "HdrS" */
#define PROTOCOL_MIN	   0x20c      /* 2.12: xloadflags */
#define SECTOR_BYTES	   512
#define DECOMPRESS_LIMIT_S 60

/* What the lab cannot do without, and what for. All must be built in: the image has no modules. */
static const struct need {
	const char *option, *what_for;
} needs[] = {
	{ "CONFIG_BLK_DEV_INITRD", "the guest's image" },
	{ "CONFIG_BINFMT_ELF", "its programs" },
	{ "CONFIG_SERIAL_8250_CONSOLE", "the console" },
	{ "CONFIG_PROC_FS", "/proc" },
	{ "CONFIG_SYSFS", "/sys" },
	{ "CONFIG_DEVTMPFS", "/dev" },
	{ "CONFIG_TMPFS", "/tmp" },
	{ "CONFIG_PCI", "the channel" },
	{ "CONFIG_NUMA", "nodes" },
	{ "CONFIG_ACPI_NUMA", "nodes as the firmware describes them" },
	{ "CONFIG_MIGRATION", "moving pages" },
};

/* How a kernel's payload begins, and what unpacks it. */
static const struct packer {
	const char *magic;
	size_t length;
	const char *command;
} packers[] = {
	{ "\x1f\x8b", 2, "gzip -dc" },
	{ "\xfd"
	  "7zXZ",
	  5, "xz -dc" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd -dc" },
	{ "\x02\x21\x4c\x18", 4, "lz4 -dc" },
	{ "\x5d\x00\x00", 3, "xz --format=lzma -dc" },
	{ "BZh", 3, "bzip2 -dc" },
};

static int read_header(const struct file_map *map, struct setup_header *header)
{
	if (map->size < HEADER_OFFSET + sizeof(*header))
		return -1;
	memcpy(header, map->bytes + HEADER_OFFSET, sizeof(*header));
	return header->boot_flag == BOOT_FLAG && header->header == HEADER_MAGIC ? 0 : -1;
}

/* Setup sectors, then the kernel in units of 16 bytes: QEMU boots what there is of it, and it dies unseen. */
static size_t whole_size(const struct setup_header *header)
{
	return ((header->setup_sects ?: 4) + 1) * SECTOR_BYTES + (size_t)header->syssize * 16;
}

int bzimage_check(const char *path)
{
	struct setup_header header;
	struct file_map map;
	int failed = 0;

	if (file_map(&map, path) < 0)
		return -1;
	if (read_header(&map, &header) < 0)
		failed = fault(
			"%s is not an x86 kernel image; give a bzImage, like arch/x86/boot/bzImage or /boot/vmlinuz-*",
			path);
	else if (header.version < PROTOCOL_MIN || !(header.xloadflags & XLF_KERNEL_64))
		failed = fault("%s is not a 64-bit x86 kernel", path);
	else if (map.size < whole_size(&header))
		failed = fault("%s is truncated: %zu of %zu bytes", path, map.size, whole_size(&header));
	file_unmap(&map);
	return failed;
}

/* ---- its configuration ----------------------------------------------------- */

/* .config of the tree in whose arch/x86/boot the image lies. NULL when it does not. */
static char *build_tree_config(const char *path)
{
	char *real = realpath(path, NULL), *text = NULL;
	char *config = real ? text_append(NULL, "%s/../../../.config", dirname(real)) : NULL;
	struct file_map map;

	if (config && !file_map(&map, config)) {
		text = xstrndup(map.bytes, map.size);
		file_unmap(&map);
	}
	free(config);
	free(real);
	return text;
}

static const char *packer_of(const char *payload)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (!memcmp(payload, packers[i].magic, packers[i].length))
			return packers[i].command;
	return NULL;
}

/*
 * CONFIG_IKCONFIG puts the configuration, gzipped, behind a mark in the
 * unpacked kernel. Twice through the unpacker: its size is not worth keeping.
 */
static char *unpack_config(const char *path, size_t offset, size_t length, const char *command)
{
	static const char script[] = "unpacked() { tail -c +$(($2 + 1)) \"$1\" | head -c $3 | $4 2>/dev/null; }\n"
				     "at=$(unpacked \"$@\" | grep -abo -m 1 IKCFG_ST | head -n 1 | cut -d: -f1)\n"
				     "[ -n \"$at\" ] || { echo 'no configuration in the image' >&2; exit 1; }\n"
				     "unpacked \"$@\" | tail -c +$((at + 9)) | gzip -dc 2>/dev/null || :";
	char from[32], count[32], *text;
	const char *const words[] = { "bash", "-c", script, "unpack", path, from, count, command, NULL };

	snprintf(from, sizeof(from), "%zu", offset);
	snprintf(count, sizeof(count), "%zu", length);
	return subprocess_run(words, NULL, DECOMPRESS_LIMIT_S, &text) ? NULL : text;
}

int bzimage_payload(const char *path, struct bzimage_payload *payload)
{
	struct setup_header header;
	struct file_map map;

	*payload = (struct bzimage_payload){};
	if (file_map(&map, path) < 0)
		return -1;
	if (!read_header(&map, &header)) {
		payload->offset = ((header.setup_sects ?: 4) + 1) * SECTOR_BYTES + (size_t)header.payload_offset;
		payload->length = header.payload_length;
		if (payload->length > 8 && payload->length <= map.size && payload->offset <= map.size - payload->length)
			payload->unpacker = packer_of(map.bytes + payload->offset);
	}
	file_unmap(&map);
	return payload->unpacker ? 0 : fault("%s: its payload is compressed in an unknown way", path);
}

static char *embedded_config(const char *path)
{
	struct bzimage_payload payload;

	if (bzimage_payload(path, &payload) < 0)
		return NULL;
	return unpack_config(path, payload.offset, payload.length, payload.unpacker);
}

static bool built_in(const char *config, const char *option)
{
	size_t length = strlen(option);

	for (const char *at = config; (at = strstr(at, option)); at += length)
		if ((at == config || at[-1] == '\n') && !strncmp(at + length, "=y", 2))
			return true;
	return false;
}

int bzimage_lacks(const char *path, char *text, size_t size)
{
	char *config = build_tree_config(path) ?: embedded_config(path);
	size_t used = 0;
	int lacking = 0;

	if (!config)
		return -1;
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (built_in(config, needs[i].option))
			continue;
		if (used < size)
			used += snprintf(text + used, size - used, "%s%s=y (%s)", lacking ? ", " : "it lacks ",
					 needs[i].option, needs[i].what_for);
		lacking++;
	}
	free(config);
	return lacking;
}
