// SPDX-License-Identifier: GPL-2.0-or-later
/* bzimage: what a kernel image says of itself, whole or cut, and which options its build tree lacks. */
#include <asm/bootparam.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "base/file.h"
#include "lab/bzimage.h"

#define SECTOR 512
#define SECTS  3
#define UNITS  100 /* of 16 bytes, behind the setup */
#define WHOLE  ((SECTS + 1) * SECTOR + UNITS * 16)

static char root[] = "/tmp/nodehop-bzimage-XXXXXX";
static char image[128];
static struct setup_header header;

static void put_image(size_t size)
{
	static char bytes[2 * WHOLE];
	FILE *file = fopen(image, "w");

	memcpy(bytes + 0x1f1, &header, sizeof(header));
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void refused(const char *why)
{
	assert_int_equal(bzimage_check(image), -1);
	if (!strstr(fault_text(), why))
		fail_msg("\"%s\" does not say \"%s\"", fault_text(), why);
}

static int begin(void **state)
{
	(void)state;
	header = (struct setup_header){ .setup_sects = SECTS,
					.boot_flag = 0xaa55,
					.header = 0x53726448,
					.version = 0x20f,
					.xloadflags = XLF_KERNEL_64,
					.syssize = UNITS };
	return 0;
}

static void an_image_must_be_whole(void **state)
{
	(void)state;
	put_image(WHOLE);
	assert_int_equal(bzimage_check(image), 0);
	put_image(WHOLE + 1000); /* signed */
	assert_int_equal(bzimage_check(image), 0);
	put_image(WHOLE - 1);
	refused("is truncated: 3647 of 3648 bytes");
	put_image(300);
	refused("is not an x86 kernel image");
}

static void another_image_is_told(void **state)
{
	(void)state;
	header.xloadflags = 0;
	put_image(WHOLE);
	refused("is not a 64-bit x86 kernel");
	begin(NULL);
	header.version = 0x20b;
	put_image(WHOLE);
	refused("is not a 64-bit x86 kernel");
	begin(NULL);
	header.boot_flag = 0;
	put_image(WHOLE);
	refused("is not an x86 kernel image");
}

static const char all[] = "# CONFIG_PCI_X is not set\nCONFIG_BLK_DEV_INITRD=y\nCONFIG_BINFMT_ELF=y\n"
			  "CONFIG_SERIAL_8250_CONSOLE=y\nCONFIG_PROC_FS=y\nCONFIG_SYSFS=y\nCONFIG_DEVTMPFS=y\n"
			  "CONFIG_TMPFS=y\nCONFIG_PCI=y\nCONFIG_NUMA=y\nCONFIG_ACPI_NUMA=y\nCONFIG_MIGRATION=y\n";

/* How many options a .config lacks in which this line stands for that one. */
static int lacking(const char *line, const char *instead, char *text, size_t size)
{
	char path[96], *config = strdup(all), *at = strstr(config, line);

	snprintf(path, sizeof(path), "%s/.config", root);
	if (at) {
		memset(at, '\n', strlen(line));
		memcpy(at, instead, strlen(instead));
	}
	assert_int_equal(file_write_text(path, config), 0);
	free(config);
	return bzimage_lacks(image, text, size);
}

/* The lab's image has no modules: what it needs is built in, under its whole name. */
static void what_is_needed_is_built_in(void **state)
{
	char text[500];

	(void)state;
	put_image(WHOLE);
	assert_int_equal(lacking("", "", text, sizeof(text)), 0);
	assert_int_equal(lacking("CONFIG_TMPFS=y", "CONFIG_TMPFS=m", text, sizeof(text)), 1);
	assert_string_equal(text, "it lacks CONFIG_TMPFS=y (/tmp)");
	assert_int_equal(lacking("CONFIG_NUMA=y", "XONFIG_NUMA=y", text, sizeof(text)),
			 1); /* CONFIG_ACPI_NUMA is no such */
	assert_int_equal(lacking("CONFIG_PCI=y", "", text, sizeof(text)), 1);
	assert_string_equal(text, "it lacks CONFIG_PCI=y (the channel)");
}

static int make_tree(void **state)
{
	char path[96];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(path, sizeof(path), "%s/arch/x86/boot", root);
	snprintf(image, sizeof(image), "%s/bzImage", path);
	return file_make_folders(path);
}

static int remove_tree(void **state)
{
	(void)state;
	return file_remove_folder(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_image_must_be_whole, begin),
		cmocka_unit_test_setup(another_image_is_told, begin),
		cmocka_unit_test_setup(what_is_needed_is_built_in, begin),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
