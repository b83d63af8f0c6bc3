// SPDX-License-Identifier: GPL-2.0-or-later
/* diagnose, bzimage: a guest that does not start is explained by its console, or by its kernel's configuration. */
#include <asm/bootparam.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "lab/bzimage.h"
#include "lab/diagnose.h"

#define HEADER_OFFSET 0x1f1
#define SETUP_BYTES   (5 * 512)

static char folder[] = "/tmp/nodehop-diagnose-XXXXXX";
static char image[200];

static void tail_is(const char *console, const char *wanted)
{
	char text[300];

	diagnose_tail(console, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void the_last_lines_in_one(void **state)
{
	(void)state;
	tail_is("", "nothing");
	tail_is("\r\n \n", "nothing");
	tail_is("one\ntwo\nthree\nfour\n", "two | three | four");
	tail_is("one\n\n\ntwo", "one | two");
	tail_is("\033[2J\033[1;31mred\033[0m\r\n\x01\x02 tab\tbed\n", "red | tabbed");
}

static void a_telling_line_beats_the_last(void **state)
{
	(void)state;
	tail_is("a\n[ 1.0] Kernel panic - not syncing: x\nOffset: disabled\n---[ end\n",
		"[ 1.0] Kernel panic - not syncing: x");
	tail_is("[ 2.0] Out of memory: Killed process 1\nnodehop-init: done\n",
		"[ 2.0] Out of memory: Killed process 1");
}

static void long_lines_are_cut(void **state)
{
	char line[5000], text[200];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	diagnose_tail(line, text, sizeof(text));
	assert_true(strlen(text) < sizeof(text));
}

/* A bzImage whose payload is `payload`, as the boot protocol lays it out. */
static void write_image(const char *payload, size_t size)
{
	char head[SETUP_BYTES] = { 0 };
	struct setup_header header = {
		.setup_sects = 4,
		.boot_flag = 0xaa55,
		.header = 0x53726448,
		.version = 0x20f,
		.xloadflags = XLF_KERNEL_64,
		.payload_offset = 0,
		.payload_length = size,
	};
	FILE *file = fopen(image, "w");

	memcpy(head + HEADER_OFFSET, &header, sizeof(header));
	assert_non_null(file);
	assert_int_equal(fwrite(head, 1, sizeof(head), file), sizeof(head));
	assert_int_equal(fwrite(payload, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* A kernel with this configuration inside: gzip in its image, as CONFIG_IKCONFIG puts it, packed by `packer`. */
static void write_kernel(const char *config, const char *packer)
{
	static char payload[1 << 16];
	char command[1000];
	size_t size;
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "{ head -c 9000 /dev/zero; printf IKCFG_ST; printf '%s' | gzip -n; printf IKCFG_ED; head -c 99 "
		 "/dev/zero; } | %s",
		 config, packer);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	size = fread(payload, 1, sizeof(payload), pipe);
	assert_int_equal(pclose(pipe), 0);
	write_image(payload, size);
}

#define COMPLETE                                                                                                       \
	"CONFIG_BLK_DEV_INITRD=y\\nCONFIG_BINFMT_ELF=y\\nCONFIG_PROC_FS=y\\nCONFIG_SYSFS=y\\nCONFIG_TMPFS=y\\n"        \
	"CONFIG_NUMA=y\\nCONFIG_ACPI_NUMA=y\\nCONFIG_MIGRATION=y\\nCONFIG_PCI=y\\n"

static void the_embedded_configuration_is_read(void **state)
{
	static const char *const packers[] = { "gzip -n", "xz --check=crc32", "zstd -q", "bzip2" };
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		char probe[64];

		snprintf(probe, sizeof(probe), "%.5s --version >/dev/null 2>&1 </dev/null", packers[i]);
		if (system(probe))
			continue;
		write_kernel(COMPLETE "CONFIG_SERIAL_8250_CONSOLE=y\\nCONFIG_DEVTMPFS=y\\n", packers[i]);
		assert_int_equal(bzimage_check(image), 0);
		assert_int_equal(bzimage_lacks(image, text, sizeof(text)), 0);
		write_kernel(COMPLETE "CONFIG_SERIAL_8250_CONSOLE=m\\n# CONFIG_DEVTMPFS is not set\\n", packers[i]);
		assert_int_equal(bzimage_lacks(image, text, sizeof(text)), 2);
		assert_string_equal(text,
				    "it lacks CONFIG_SERIAL_8250_CONSOLE=y (the console), CONFIG_DEVTMPFS=y (/dev)");
	}
}

static void the_build_tree_knows_too(void **state)
{
	char config[200], text[1000];
	FILE *file;

	(void)state;
	snprintf(config, sizeof(config), "%s/.config", folder);
	write_image("nothing known", 13);
	file = fopen(config, "w");
	assert_non_null(file);
	fputs("# a build tree\nCONFIG_PCI=y\nCONFIG_PCI_NUMA=y\n", file);
	fclose(file);
	assert_int_equal(bzimage_lacks(image, text, sizeof(text)), 10);
	assert_null(strstr(text, "CONFIG_PCI=y"));
	assert_non_null(strstr(text, "CONFIG_NUMA=y (nodes)"));
	unlink(config);
	assert_int_equal(bzimage_lacks(image, text, sizeof(text)), -1);
}

static void says_why(const char *console, const char *wanted)
{
	char text[1000];

	diagnose_no_start(console, image, text, sizeof(text));
	if (!strstr(text, wanted))
		fail_msg("\"%s\" does not say \"%s\"", text, wanted);
}

static void no_start_is_explained(void **state)
{
	(void)state;
	write_image("nothing known", 13);
	says_why("VFS: Unable to mount root fs on unknown-block(0,0)\n", "the kernel lacks CONFIG_BLK_DEV_INITRD=y");
	says_why("nodehop-init: up\nnodehop-init: no PCI bus (/sys): No such file\n", "the kernel lacks CONFIG_PCI=y");
	says_why("nodehop-init: no NUMA: the kernel shows 0 of 2 nodes\n", "the kernel lacks CONFIG_NUMA=y (nodes)");
	says_why("nodehop-init: nodes are missing: the kernel shows 1 of 2 nodes\n",
		 "a kernel argument hides nodes (numa=off, mem=, memmap=)");
	says_why("", "its console is silent: it lacks CONFIG_SERIAL_8250_CONSOLE=y");
	says_why("something else\n", "its console: something else");
	write_kernel(COMPLETE "CONFIG_DEVTMPFS=y\\n", "gzip -n");
	says_why("", "it lacks CONFIG_SERIAL_8250_CONSOLE=y (the console); its console: nothing");
}

static void no_kernel_is_told(void **state)
{
	(void)state;
	write_image("", 0);
	assert_int_equal(truncate(image, 600), 0);
	assert_int_equal(bzimage_check(image), -1);
	assert_non_null(strstr(fault_text(), "is not an x86 kernel image; give a bzImage"));
	assert_int_equal(bzimage_check("/proc/self/exe"), -1);
	assert_non_null(strstr(fault_text(), "is not an x86 kernel image"));
	assert_int_equal(bzimage_check("/tmp"), -1);
	assert_int_equal(bzimage_check("/nonexistent"), -1);
}

/* As a build tree has it: FOLDER/arch/x86/boot/bzImage. */
static int make_folders(void **state)
{
	static const char *const parts[] = { "arch", "arch/x86", "arch/x86/boot" };
	char path[200];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, parts[i]);
		if (mkdir(path, 0700))
			return -1;
	}
	snprintf(image, sizeof(image), "%s/arch/x86/boot/bzImage", folder);
	return 0;
}

static int remove_folders(void **state)
{
	static const char *const parts[] = { "arch/x86/boot", "arch/x86", "arch", "" };
	char path[200];

	(void)state;
	unlink(image);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, parts[i]);
		rmdir(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_lines_in_one),    cmocka_unit_test(a_telling_line_beats_the_last),
		cmocka_unit_test(long_lines_are_cut),	    cmocka_unit_test(the_embedded_configuration_is_read),
		cmocka_unit_test(the_build_tree_knows_too), cmocka_unit_test(no_start_is_explained),
		cmocka_unit_test(no_kernel_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
