// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rule_system - the rest of the system as rules use it
 */
#include <grp.h>
#include <linux/capability.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/sysfile.h"
#include "machine/facts.h"
#include "rule.h"

#define NOBODY 65534

/* The parent of all kernel threads is process 2, but in a container's own numbering. */
pid_t process_of_kernel(struct trial *t)
{
	char name[32];

	if (sysfile_read(name, sizeof(name), "/proc/2/comm") < 0 || strcmp(name, "kthreadd"))
		rule_end(t, skipped(t, "no-kernel-thread", "process 2 is not a kernel thread here (a container?)"));
	return 2;
}

/* Another user than root stays who he is, and only loses capabilities that he may have been given. */
void become_nobody(struct trial *t)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};

	if (!geteuid() &&
	    (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)))
		rule_end(t, blocked(t, "no-setuid", "cannot become uid %d: %m", NOBODY));
	must(t, "dropping capabilities", call(syscall(SYS_capset, &header, none)));
}

long counter_rise(struct trial *t, const struct vmstat *before, const struct vmstat *after, const char *name)
{
	double risen = vmstat_rise(before, after, name);

	if (isnan(risen))
		rule_end(t, skipped(t, "no-counter", "/proc/vmstat has no %s", name));
	return risen;
}

long tracepoint_id(struct trial *t, const char *name)
{
	uint64_t id;

	if (sysfile_read_u64(&id, "/sys/kernel/debug/tracing/events/%s/id", name) &&
	    sysfile_read_u64(&id, "/sys/kernel/tracing/events/%s/id", name))
		rule_end(t, blocked(t, "no-tracefs", "%s", fault_text()));
	return id;
}
