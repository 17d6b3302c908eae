/* SPDX-License-Identifier: MIT
 *
 * Find where this kernel's task_struct holds the pid and, on machines that need
 * it, the bit TS_COMPAT: not every kernel has BTF, which would tell.  A child
 * of the tracer makes calls of which the programs copy the task_struct, and the
 * offsets follow from comparing these copies.  A second child then verifies
 * that the programs count right.
 *
 * Knows nothing of PROGRAM and its recording.
 */
#include "ebpf/ebpf_find.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ebpf/ebpf.h"
#include "ebpf/ebpf_prog.h"
#include "lib/errors.h"
#include "ptrace_arch.h"
#include "syscalls/abi.h"

enum {
	THREAD_INFO_BYTES = 64, /* at the start of task_struct */
	TS_COMPAT = 2,          /* set during a 32-bit call */
	FIND_TRIES = 20,
};

/* Run a function in a child, which has a copy of this memory.  0 when the child
 * has ended in any way, -1 and errno if there is none.  No SIGCHLD tells of its
 * end: that would mean PROGRAM. */
static int
run_child(void (*function)(const struct ebpf *), const struct ebpf *e)
{
	pid_t pid = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	int status;

	if (pid == 0) {
		/* a kernel without 32-bit calls kills it: leave no core file */
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		function(e);
		_exit(0);
	}
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* --- the offsets */

/* Fork by a call of the native or the 32-bit ABI, under the marker name. */
static void
fork_to_copy(const struct ebpf *e, enum task_copy copy)
{
	long pid;

	ebpf_take_marker_name(e, (char)('@' + (int)copy));
	pid = copy == TASK_IN_COMPAT_CALL ?
	    arch_compat_call(ARCH_COMPAT_FORK) :
	    syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (pid == 0)
		_exit(0);
	while (waitpid(-1, NULL, __WALL) < 0 && errno == EINTR)
		;
}

static void
fork_by_either_abi(const struct ebpf *e)
{
	fork_to_copy(e, TASK_IN_NATIVE_CALL);
	fork_to_copy(e, TASK_IN_COMPAT_CALL);
}

/* The offset of pid in task_struct.  tgid is the word behind it, and both are
 * pid in the parent, the same other number in the child.  0: no offset is like
 * that, or more than one. */
static uint32_t
find_pid(const void *parent, const void *child, uint32_t pid)
{
	uint32_t i, found = 0, p[2], c[2];

	for (i = 4; i <= TASK_BYTES - sizeof p; i += 4) {
		memcpy(p, (const char *)parent + i, sizeof p);
		memcpy(c, (const char *)child + i, sizeof c);
		if (p[0] != pid || p[1] != pid || c[0] == pid || c[1] != c[0])
			continue;
		if (found)
			return 0;
		found = i;
	}
	return found;
}

/* The offset of the byte that has TS_COMPAT in a 32-bit call but not in a
 * native one.  0: there is none, since the kernel or the machine has no such
 * calls; -1: more than one byte is like that. */
static int
find_compat(const void *native, const void *compat)
{
	const uint8_t *n = native, *c = compat;
	int i, found = 0;

	for (i = 0; i < THREAD_INFO_BYTES; i++) {
		if ((n[i] & TS_COMPAT) || !(c[i] & TS_COMPAT))
			continue;
		if (found)
			return -1;
		found = i;
	}
	return found;
}

/* Have task_structs copied; returns find_compat() of them, or -2 and errno. */
static int
copy_tasks(struct ebpf *e, void *native, void *compat, void *child)
{
	if (run_child(fork_by_either_abi, e) < 0 ||
	    ebpf_read(e, M_COUNTS, TASK_IN_NATIVE_CALL, native) < 0 ||
	    ebpf_read(e, M_COUNTS, TASK_IN_COMPAT_CALL, compat) < 0 ||
	    ebpf_read(e, M_COUNTS, TASK_OF_CHILD, child) < 0)
		return -2;
	return find_compat(native, compat);
}

const char *
ebpf_find_offsets(struct ebpf *e)
{
	/* arrays of counts, not needed yet and large enough for the copies */
	void *native = e->counts, *compat = e->reported, *child = e->shard;
	struct ebpf_totals t = { 0 };
	int at, tries = 0;
	uint32_t i;

	/* another flag may change between the two calls, but not each time */
	do {
		at = copy_tasks(e, native, compat, child);
	} while (at == -1 && tries++ < FIND_TRIES);
	if (at == -2 || ebpf_read_totals(e, &t) < 0)
		return error_text(errno);
	if (!t.tid)
		return "the kernel does not run its programs";
	/* Pointers of a 32-bit kernel may be extended by their sign.  A 64-bit
	 * one has other register sets than the programs of this build
	 * expect. */
	if (sizeof(long) == 4 && (uint32_t)(t.task >> 32) + 1 > 1)
		return "a 32-bit utrace can't use it in a 64-bit kernel";
	e->config.pid_offset = find_pid(native, child, t.tid);
	e->config.compat_offset = (uint32_t)at;
	memset(e->counts, 0, sizeof e->counts);
	for (i = 0; i < N_TASK_COPIES; i++)
		if (ebpf_write(e, M_COUNTS, i, e->counts) < 0)
			return error_text(errno);
	return e->config.pid_offset && at >= 0 ? NULL :
	    "the layout of the kernel's task_struct is unknown";
}

/* --- the verification */

enum { NATIVE_CALLS = 3, COMPAT_CALLS = 1 };

static void
make_calls(const struct ebpf *e)
{
	int i;

	(void)e;
	for (i = 0; i < NATIVE_CALLS; i++)
		syscall(SYS_getppid);
	arch_compat_call(ARCH_COMPAT_GETPPID);
}

/* how often the call at this index was counted since the last report */
static uint64_t
n_new(const struct ebpf *e, int index)
{
	return e->counts[index] - e->reported[index];
}

static bool
child_was_counted(const struct ebpf *e, const struct ebpf_totals *t)
{
	return t->live_threads == 1 && t->new_processes == 1 && !t->lost &&
	    n_new(e, abi_table_index(0, SYS_getppid)) == NATIVE_CALLS &&
	    /* not as a native call of the same number */
	    n_new(e, ARCH_COMPAT_GETPPID) == 0 &&
	    (!e->config.compat_offset ||
	    n_new(e, COMPAT_TABLE + ARCH_COMPAT_GETPPID) == COMPAT_CALLS);
}

static int
mark_reported(struct ebpf *e)
{
	if (ebpf_read_counts(e) < 0)
		return -1;
	memcpy(e->reported, e->counts, sizeof e->reported);
	return 0;
}

const char *
ebpf_verify_counting(struct ebpf *e)
{
	struct ebpf_totals t = { 0 };

	if (ebpf_write_config(e) < 0 || mark_reported(e) < 0)
		return error_text(errno);
	ebpf_marker_call(e, MARKER_FOLLOW);
	if (run_child(make_calls, e) < 0 || ebpf_read_totals(e, &t) < 0 ||
	    ebpf_read_counts(e) < 0)
		return error_text(errno);
	if (!child_was_counted(e, &t))
		return "it does not count right in this kernel";
	e->same_tids = t.tid == (uint32_t)getpid();
	ebpf_marker_call(e, MARKER_UNFOLLOW);
	e->reported_processes = t.new_processes;
	return mark_reported(e) < 0 ? error_text(errno) : NULL;
}
