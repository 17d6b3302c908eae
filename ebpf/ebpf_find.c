/* SPDX-License-Identifier: MIT
 *
 * Find the offsets in this kernel's task_struct that the programs need, because
 * not every kernel has BTF to look them up in: of the pid, since the fork
 * tracepoint passes only the child's task_struct; and on x86-64 of the byte
 * with TS_COMPAT, since 64-bit code can make 32-bit calls by int 0x80, so that
 * its code segment does not tell.  A child forks while the program on fork
 * copies its task_struct; comparing the copies gives the offsets.  A second
 * child verifies that the programs count its calls.
 *
 * Knows nothing of PROGRAM and of what is recorded.
 */
#include "ebpf/ebpf_find.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ebpf/ebpf.h"
#include "ebpf/ebpf_prog.h"
#include "lib/errors.h"
#include "lib/sys.h"
#include "ptrace_arch.h"
#include "syscalls/abi.h"

enum {
	THREAD_INFO_BYTES = 64, /* at the start of task_struct */
	TS_COMPAT = 2,          /* set during a 32-bit call */
	FIND_TRIES = 20,        /* more than one byte may differ by chance */
};

static void
end_quietly(int sig)
{
	(void)sig;
	_exit(0);
}

/* Run a function in a child, which has a copy of this memory.  0 when the child
 * has ended in any way, -1 and errno if there is none.  Its end sends no
 * SIGCHLD, which would be taken for PROGRAM's. */
static int
run_child(void (*function)(const struct ebpf *), const struct ebpf *e)
{
	pid_t pid = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	const struct sigaction end = { .sa_handler = end_quietly };
	int status;

	if (pid == 0) {
		/* A kernel without 32-bit calls sends it SIGSEGV, and logs its
		 * death if nothing handles that. */
		sigaction(SIGSEGV, &end, NULL);
		sys_mask_signal(SIG_UNBLOCK, SIGSEGV);
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

/* The offset of task_struct.pid, which tgid follows: both words are pid in the
 * parent, and another number in the child.  0: no or several offsets match. */
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
	/* these arrays are not used yet and large enough for the copies */
	void *native = e->counts, *compat = e->reported, *child = e->shard;
	struct ebpf_totals t = { 0 };
	int at, tries = 0;
	uint32_t i;

	/* another flag may differ between the two calls, but not each time */
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

/* calls at this index that were counted since mark_reported() */
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
	    /* a 32-bit call must not count as the native one of its number */
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
