/* SPDX-License-Identifier: MIT
 *
 * What an exec stop shows without /proc.  There the stack pointer points at
 * argc, argv, envp and the auxiliary vector, so the entry point, AT_ENTRY, can
 * be read and a breakpoint be put there: where it is hit, the dynamic loader
 * is done.  Knows nothing of calls and policies.
 */
#include "trace/exec.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/out.h"
#include "syscalls/abi.h"
#include "trace/regs.h"

/* the value of an auxiliary vector's entry; -1 and errno */
static int
auxv_find(pid_t tid, uint64_t type, uint64_t *value)
{
	struct regs_where w;
	uint64_t at, v;
	int nulls;

	if (regs_where(tid, &w) < 0 ||
	    regs_peek(tid, w.sp, w.word, &v) < 0)
		return -1;
	/* behind argc and its arguments, then behind the environment's NULL */
	at = w.sp + (v + 1) * (unsigned)w.word;
	for (nulls = 0; nulls < 2; nulls += v == 0, at += (unsigned)w.word)
		if (regs_peek(tid, at, w.word, &v) < 0)
			return -1;
	for (;; at += 2 * (unsigned)w.word) {
		if (regs_peek(tid, at, w.word, &v) < 0 ||
		    regs_peek(tid, at + (unsigned)w.word, w.word, value) < 0)
			return -1;
		if (v == type)
			return 0;
		if (v == AT_NULL)
			break;
	}
	errno = ENOENT;
	return -1;
}

enum { MASK_BYTES = _NSIG / 8 };        /* the kernel's sigset_t */

/* its signal mask, in longs whose bit 0 is the lowest signal */
struct mask {
	unsigned long bits[16 / sizeof(long)];
};
static const unsigned long TRAP_BIT = 1ul << (SIGTRAP - 1);

static int
get_mask(pid_t tid, struct mask *m)
{
	return (int)ptrace(PTRACE_GETSIGMASK, tid, (void *)MASK_BYTES, m);
}

static int
set_mask(pid_t tid, const struct mask *m)
{
	return (int)ptrace(PTRACE_SETSIGMASK, tid, (void *)MASK_BYTES, m);
}

int64_t
entry_call(pid_t tid, uint64_t pc, const char *name, const uint64_t args[4])
{
	struct mask all, before;
	struct regs_where w;
	int64_t r, nr;

	if (regs_where(tid, &w) < 0 || get_mask(tid, &before) < 0)
		return INT64_MIN;
	nr = abi_nr(abi_find(w.audit_arch, 0), name);
	if (nr < 0)
		return -ENOSYS;
	memset(&all, 0xff, sizeof all);
	set_mask(tid, &all);
	r = regs_call(tid, pc, (uint32_t)nr, args);
	set_mask(tid, &before);
	return r;
}

/* with a struct sigaction below its stack */
static void
ignore_trap(pid_t tid, uint64_t pc)
{
	struct regs_where w;
	uint64_t at, i;

	if (regs_where(tid, &w) < 0)
		return;
	at = (w.sp - 512) & ~(uint64_t)15;
	for (i = 0; i < 40; i += 4)
		regs_poke(tid, at + i, 4, 0);
	regs_poke(tid, at + (unsigned)w.ign_at, w.word, (uintptr_t)SIG_IGN);
	entry_call(tid, pc, "rt_sigaction",
	    (const uint64_t[4]){ SIGTRAP, at, 0, MASK_BYTES });
}

/* The kernel forces a breakpoint's SIGTRAP on a thread that blocks or ignores
 * it, by changing its mask and its disposition: both are put back. */
static void
mend_trap(const struct entry *e, pid_t tid, uint64_t pc)
{
	struct mask mask;

	if (e->trap_ignored)
		ignore_trap(tid, pc);
	if (e->trap_blocked && get_mask(tid, &mask) == 0) {
		mask.bits[0] |= TRAP_BIT;
		set_mask(tid, &mask);
	}
}

int
entry_arm(struct entry *e, pid_t tid)
{
	struct mask mask;

	e->tid = tid;
	if (auxv_find(tid, AT_ENTRY, &e->trap.addr) < 0 ||
	    regs_set_trap(tid, &e->trap) < 0)
		return -1;
	e->trap_blocked = get_mask(tid, &mask) == 0 &&
	    (mask.bits[0] & TRAP_BIT);
	e->armed = true;
	return 0;
}

void
entry_clean(const struct entry *e, pid_t tid)
{
	if (e->trap.addr && regs_has_trap(tid, &e->trap))
		regs_clear_trap(tid, &e->trap);
}

void
entry_disarm(struct entry *e, pid_t tid)
{
	if (e->armed)
		regs_clear_trap(tid, &e->trap);
	e->armed = false;
}

bool
entry_hit(struct entry *e, pid_t tid)
{
	uint64_t pc;

	if (!e->armed)
		return false;
	pc = regs_trap_pc(tid);
	if (pc >> 1 != e->trap.addr >> 1)    /* bit 0 of addr may mean Thumb */
		return false;
	entry_disarm(e, tid);
	regs_set_pc(tid, pc);
	mend_trap(e, tid, e->trap.addr);
	return true;
}

void
entry_forked(const struct entry *e, pid_t parent, pid_t child)
{
	struct trap again = e->trap;

	entry_clean(e, child);
	/* gone in the parent too: they share their memory, as after vfork */
	if (e->armed && !regs_has_trap(parent, &e->trap))
		regs_set_trap(parent, &again);
}

/* -1 and errno */
static int
peek_string(pid_t tid, uint64_t at, char *s, size_t size)
{
	uint64_t v;
	size_t i;

	for (i = 0; i < size; i++) {
		if (regs_peek(tid, at + i, 4, &v) < 0)
			return -1;
		memcpy(s + i, (uint32_t[]){ (uint32_t)v }, 1);
		if (!s[i])
			return 0;
	}
	errno = ENAMETOOLONG;
	return -1;
}

/* its i-th argument; -1 and errno */
static int
peek_argument(pid_t tid, int i, char *s, size_t size)
{
	struct regs_where w;
	uint64_t at;

	if (regs_where(tid, &w) < 0 || regs_peek(tid,
	    w.sp + (unsigned)((1 + i) * w.word), w.word, &at) < 0)
		return -1;
	return peek_string(tid, at, s, size);
}

int
exec_path(pid_t tid, char *path, size_t size)
{
	uint64_t at;

	if (auxv_find(tid, AT_EXECFN, &at) < 0 ||
	    peek_string(tid, at, path, size) < 0)
		return -1;
	return strcmp(path, "/proc/self/exe") != 0 ? 0 :
	    peek_argument(tid, 0, path, size);
}

int
exec_running(pid_t tid, char *path, size_t size)
{
	struct out link;
	ssize_t n;

	out_init(&link, -1);
	out_fmt(&link, "/proc/%d/exe", (int)tid);
	out_char(&link, '\0');
	n = readlink(link.buf, path, size - 1);
	if (n < 0)
		return -1;
	path[n] = '\0';
	return 0;
}

/* The kernel puts the interpreter, its one argument if there is one, and the
 * script's path in place of argument 0. */
bool
exec_interpreter(pid_t tid, const char *script, char *path, size_t size)
{
	char arg[1024];
	int i;

	if (peek_argument(tid, 0, path, size) < 0 || *path != '/' ||
	    !strcmp(path, script))
		return false;
	for (i = 1; i <= 2; i++)
		if (peek_argument(tid, i, arg, sizeof arg) == 0 &&
		    !strcmp(arg, script))
			return true;
	return false;
}

bool
exec_gains_privileges(pid_t tid)
{
	char path[1024];
	struct stat st;

	if (exec_path(tid, path, sizeof path) < 0 || stat(path, &st) < 0)
		return false;
	return (st.st_mode & S_ISUID) ||
	    (st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ||
	    syscall(SYS_getxattr, path, "security.capability", NULL, 0) > 0;
}
