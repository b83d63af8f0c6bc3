// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cgroup - groups of cgroup v2 with their controllers, for the time of a point
 *
 * Processes go into one of two groups within ours. As ours passes on what it
 * was given, nobody can take a controller away meanwhile: systemd, which wants
 * those only that its units ask for, does when one of them starts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/fault.h"
#include "base/sysfile.h"
#include "bench.h"
#include "settings/knob_file.h"
#include "settings/knob_special.h"

#define ROOT	  "/sys/fs/cgroup"
#define GROUP	  ROOT "/nodehop"
#define WORK	  GROUP "/work"
#define NEXT	  GROUP "/next"
#define DEEP	  WORK "/deep"
#define DEEPER	  DEEP "/deeper" /* four levels below the root */
#define TRIES	  100		 /* to have a controller before somebody takes it away again */
#define REMOVE_MS 10000		 /* its last process has ended, but the kernel may still be at it */

/* Is the controller among the words of the file? */
static bool has_controller(const char *path, const char *controller)
{
	struct bytes text;
	char *rest, *word;
	bool has = false;

	if (knob_file_read(path, &text))
		return false;
	for (rest = text.data; (word = strsep(&rest, " \n"));)
		has |= !strcmp(word, controller);
	free(text.data);
	return has;
}

static int make(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ? fault("%s: cannot be made: %s", path, strerror(errno)) : 0;
}

static int remove_group(const char *path)
{
	int result = 0;

	for (int ms = 0; (result = rmdir(path)) && errno == EBUSY && ms < REMOVE_MS; ms++)
		usleep(1000);
	return result && errno != ENOENT ? fault("%s: cannot be removed: %s", path, strerror(errno)) : 0;
}

static int remove_groups(void)
{
	return remove_group(NEXT) || remove_group(DEEPER) || remove_group(DEEP) || remove_group(WORK) ||
			       remove_group(GROUP)
		       ? -1
		       : 0;
}

static int write_sign(const char *file, char sign, const char *controller)
{
	char text[32];

	snprintf(text, sizeof(text), "%c%s", sign, controller);
	return sysfile_write(file, text);
}

/* To ours, which passes it on at once: in between it may be taken away again. */
static int hold_controller(const char *controller)
{
	if (make(GROUP))
		return -1;
	for (int tries = 0; tries < TRIES; tries++) {
		if (write_sign(ROOT "/cgroup.subtree_control", '+', controller))
			return -1;
		if (!write_sign(GROUP "/cgroup.subtree_control", '+', controller))
			return 0;
	}
	return -1;
}

static int write_controller(const char *controller, const char *value)
{
	if (!strcmp(value, "on") && !hold_controller(controller))
		return 0;
	if (remove_groups())
		return -1;
	return strcmp(value, "on") ? write_sign(ROOT "/cgroup.subtree_control", '-', controller) : -1;
}

/* clang-format off */
#define DEFINE_CONTROLLER(name)									\
	static bool exists_##name(void)								\
	{											\
		return has_controller(ROOT "/cgroup.controllers", #name);			\
	}											\
	static char *read_##name(void)								\
	{											\
		return xstrdup(has_controller(ROOT "/cgroup.subtree_control", #name) ? "on" : "off"); \
	}											\
	static int write_##name(const char *value)						\
	{											\
		return write_controller(#name, value);						\
	}
/* clang-format on */
DEFINE_CONTROLLER(cpuset)
DEFINE_CONTROLLER(memory)

static bool exists_group(void)
{
	return !access(ROOT "/cgroup.controllers", F_OK);
}

static char *read_group(void)
{
	return xstrdup(access(WORK, F_OK) ? "absent" : access(DEEPER, F_OK) ? "present" : "deep");
}

/* Where the root passed it on already. */
static int pass_on(const char *controller)
{
	return has_controller(GROUP "/cgroup.controllers", controller)
		       ? write_sign(GROUP "/cgroup.subtree_control", '+', controller)
		       : 0;
}

/* Only their memory is the groups' of each level; processes are in the lowest. */
static int make_deep(void)
{
	return make(WORK) || write_sign(WORK "/cgroup.subtree_control", '+', "memory") || make(DEEP) ||
	       write_sign(DEEP "/cgroup.subtree_control", '+', "memory") || make(DEEPER);
}

static int write_group(const char *value)
{
	bool deep = !strcmp(value, "deep");

	if (strcmp(value, "present") && !deep)
		return remove_groups();
	if (!make(GROUP) && !pass_on("cpuset") && !pass_on("memory") && !make(WORK) && !make(NEXT) &&
	    (!deep || !make_deep()))
		return 0;
	remove_groups();
	return -1;
}

const struct special_knob cgroup_knobs[] = {
	/* of one file; what follows # tells them apart in the journal */
	{ "cpuset_controller", ROOT "/cgroup.subtree_control#cpuset", exists_cpuset, read_cpuset, write_cpuset },
	{ "memory_controller", ROOT "/cgroup.subtree_control#memory", exists_memory, read_memory, write_memory },
	{ "cgroup", GROUP, exists_group, read_group, write_group },
	{},
};

enum outcome cgroup_open(struct trial *t, const char *file, int *fd)
{
	char path[128];

	snprintf(path, sizeof(path), WORK "/%s", file);
	*fd = open(path, O_WRONLY | O_CLOEXEC);
	return *fd < 0 ? broken(t, "cgroup", "%s: cannot open: %m", path) : OK;
}

enum outcome cgroup_join(struct trial *t)
{
	char pid[16];
	int procs, length = snprintf(pid, sizeof(pid), "%d", getpid());
	enum outcome o = cgroup_open(t, "cgroup.procs", &procs);

	if (o != OK)
		return o;
	if (write(procs, pid, length) != length)
		o = call_failed(t, "cgroup.procs", errno);
	close(procs);
	return o;
}
