/* SPDX-License-Identifier: MIT
 *
 * --oci-hook: record a container.  Its runtime (runc, crun) runs this hook when
 * the process that will execute the container's program waits in its namespaces
 * and in its cgroup.
 *
 * The hook runs as root, and the container may write into folders of the host.
 * So the folder of the result is entered here, by a path without links, and the
 * result gets its name in that folder, whatever the path leads to by then.
 */
#include "mode/hook.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/format.h"
#include "json_in.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "mode/hook_state.h"
#include "mode/option_table.h"
#include "mode/options.h"
#include "mode/record.h"
#include "mode/status.h"
#include "mode/target.h"

enum { STATE_MAX = 1 << 20 };

/* Enter the folder of an absolute path.  Returns -1 after a message. */
static int
enter_folder(char *path)
{
	/* struct open_how of linux/openat2.h; RESOLVE_NO_SYMLINKS */
	static const uint64_t how[3] = { O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 4 };
	int fd;

	*strrchr(path, '/') = '\0';
	fd = (int)syscall(SYS_openat2, AT_FDCWD, *path ? path : "/", how,
	    sizeof how);
	if (fd >= 0 && syscall(SYS_fchdir, fd) == 0)
		return 0;
	log_warn("%s:", path);
	return -1;
}

/* Take what the annotation asks for.  Returns -1 after a message. */
static int
take_annotation(struct options *o, struct hook_state *state)
{
	struct output *out = &o->output;

	if (hook_parse_annotation(state) < 0 || !*util_base_name(state->file) ||
	    util_append(out->path, sizeof out->path, state->file) < 0) {
		log_warn(HOOK_ANNOTATION ": not of:/FILE[;if:/FILE]"
		    "[;format:NAME]");
		return -1;
	}
	out->format = format_by_name(state->format);
	if (!out->format)
		return option_reject_format(state->format);
	out->format_chosen = true;
	out->default_path = true;       /* in a folder that others can change */
	out->in_folder = true;
	out->base = o->known = state->base;
	return enter_folder(state->file) < 0 ? -1 : target_try(out);
}

/* Read the cgroups of a process, each on a line. */
static void
read_cgroups(pid_t pid, char *text, size_t size)
{
	struct out path;

	sys_read_text(sys_open(AT_FDCWD, sys_proc_path(&path, pid, "cgroup"),
	    O_RDONLY), text, size);
}

/* Name the container's folder of cgroup version 2, to follow what enters it.
 * There is none if the container shares the hook's. */
static void
find_cgroup(struct attach *a)
{
	static char its[4096], own[4096], path[4096];
	char *name;

	read_cgroups(a->pids[0], its, sizeof its);
	read_cgroups(getpid(), own, sizeof own);
	name = strstr(its, "0::/");
	if (!name || !strcmp(its, own))
		return;
	name += 3;
	*strchrnul(name, '\n') = '\0';
	util_append(path, sizeof path, "/sys/fs/cgroup");
	/* beside the folders of version 1 */
	if (access("/sys/fs/cgroup/unified", F_OK) == 0)
		util_append(path, sizeof path, "/unified");
	if (util_append(path, sizeof path, name) == 0)
		a->folder = path;
}

int
hook_run(struct options *o)
{
	static char text[STATE_MAX + 1];
	struct hook_state state;
	ssize_t len = sys_read_text(dup(0), text, sizeof text);
	char ready;
	int fd[2];

	log_to_syslog = true;   /* not every runtime shows standard error */
	if (hook_parse_state(&state, text, len > 0 ? (size_t)len : 0) < 0) {
		log_warn("--oci-hook: standard input is no container's state");
		return STATUS_FAILED;
	}
	if (!state.annotation)
		return 0;
	if (take_annotation(o, &state) < 0)
		return STATUS_FAILED;
	o->attach.pids[0] = state.pid;
	o->attach.n_pids = 1;
	o->attach.alone = true; /* the start must not wait for all of /proc */
	find_cgroup(&o->attach);
	o->exec_scope = true;
	o->scope_image = "";
	o->quiet |= !o->verbose;
	if (sys_pipe(fd) < 0 || (state.pid = sys_fork()) < 0) {
		log_warn("can't fork:");
		return STATUS_FAILED;
	}
	close(fd[state.pid == 0 ? 0 : 1]);
	if (state.pid)
		return read(fd[0], &ready, 1) == 1 ? 0 : STATUS_FAILED;
	setsid();
	o->ready_fd = fd[1];
	return record_run(o);
}
