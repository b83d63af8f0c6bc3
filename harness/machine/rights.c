// SPDX-License-Identifier: GPL-2.0-or-later
/* rights - what this process may do, tried by the calls that need it, and by its capabilities where no call shows it */
#include <errno.h>
#include <linux/capability.h>
#include <numaif.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/fault.h"
#include "machine/rights.h"
#include "machine/syscalls.h"
#include "rule.h"

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

/* The kernel asks for the right before it looks at the pages, of which there are none. */
static bool may_move_all(void)
{
	const char *code;

	if (syscalls_check(CALL_MOVE_PAGES, &code) != OK)
		return rights_have(CAP_SYS_NICE);
	return move_pages(0, 0, NULL, NULL, NULL, MPOL_MF_MOVE_ALL) == 0 || errno != EPERM;
}

/* Others are shown 0 for every page. */
static bool may_see_frames(void)
{
	return pfn_of(__builtin_frame_address(0)) > 0;
}

static bool is_missing(const char *name, const char **code)
{
	bool inside = rights_in_user_namespace();

	*code = inside ? "user-namespace" : "no-capability";
	fault("needs %s%s", name, inside ? " in the initial user namespace; this process only has it in its own" : "");
	return false;
}

bool rights_check(unsigned privileges, const char **code)
{
	*code = "no-root";
	if (privileges & NEEDS_ROOT && geteuid()) {
		fault("needs root");
		return false;
	}
	if (privileges & NEEDS_ROOT && rights_in_user_namespace())
		return is_missing("root", code);
	if (privileges & NEEDS_SYS_NICE && !may_move_all())
		return is_missing("CAP_SYS_NICE", code);
	if (privileges & NEEDS_SYS_ADMIN && !may_see_frames())
		return is_missing("CAP_SYS_ADMIN", code);
	if (privileges & NEEDS_SYS_PTRACE && !rights_have(CAP_SYS_PTRACE))
		return is_missing("CAP_SYS_PTRACE", code);
	return true;
}
