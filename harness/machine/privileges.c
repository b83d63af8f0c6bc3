// SPDX-License-Identifier: GPL-2.0-or-later
/* privileges - those that a benchmark asks for, tried by the calls that need them; the capabilities themselves are rights.c's */
#include <errno.h>
#include <linux/capability.h>
#include <numaif.h>
#include <unistd.h>
#include "base/fault.h"
#include "machine/privileges.h"
#include "machine/rights.h"
#include "machine/syscalls.h"
#include "rule.h"

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

bool privileges_check(unsigned privileges, const char **code)
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
