// SPDX-License-Identifier: GPL-2.0-or-later
/* rights - the capabilities of this process, and whether its user namespace lets them count */
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine/rights.h"

#define INITIAL_USER_NAMESPACE 0xEFFFFFFDu /* its inode, the same in all kernels */

bool rights_in_user_namespace(void)
{
	struct stat st;

	return !stat("/proc/self/ns/user", &st) && st.st_ino != INITIAL_USER_NAMESPACE;
}

static bool is_effective(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	return !syscall(SYS_capget, &header, data) && data[capability / 32].effective & 1u << capability % 32;
}

bool rights_have(int capability)
{
	return is_effective(capability) && !rights_in_user_namespace();
}
