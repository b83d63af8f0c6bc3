// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main - a QEMU plugin that counts the guest's instructions by chain of callers
 *
 * It gives a counted boot its profiles: which functions the instructions of
 * each measured region are in. The guest cannot see it: no instruction of it
 * is added, changed or counted twice. Loaded by
 *   -plugin functions.so,kernel=TABLE,program=TABLE,out=FILE
 * where annotate=FUNCTION counts each instruction of that one, too, and with probe=on it ends QEMU with code 0 where that could be done.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "annotate.h"
#include "guest.h"
#include "names.h"
#include "qemu_plugin.h"
#include "stacks.h"
#include "translate.h"
#include "window.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;

static void watch(uint64_t plugin)
{
	qemu_plugin_register_vcpu_tb_trans_cb(plugin, translate_block);
}

static const char *argument(const char *name, int argc, char **argv)
{
	size_t length = strlen(name);

	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], name, length) && argv[i][length] == '=')
			return argv[i] + length + 1;
	return NULL;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	const char *kernel = argument("kernel", argc, argv), *program = argument("program", argc, argv);
	const char *out = argument("out", argc, argv);

	(void)info;
	if (argument("probe", argc, argv) && guest_can_be_asked())
		_exit(0);
	if (!kernel || !program || !out || names_load(kernel, program) || window_init(id, out, watch)) {
		fprintf(stderr, "nodehop-functions: a table cannot be read, or a profile not be written\n");
		return -1;
	}
	stacks_init();
	translate_init();
	annotate_init(argument("annotate", argc, argv));
	watch(id);
	return 0;
}
