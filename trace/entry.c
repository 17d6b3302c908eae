/* SPDX-License-Identifier: MIT
 *
 * The entry point of PROGRAM.  A breakpoint there tells when the dynamic loader
 * is done; and a stopped tracee can be made to do system calls of ours.
 */
#include "trace/entry.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>

#include "syscalls/abi.h"
#include "trace/exec.h"
#include "trace/regs.h"

enum { MASK_BYTES = _NSIG / 8 };        /* the kernel's sigset_t */

/* a signal mask: longs, whose bit 0 is the lowest signal */
struct mask {
	unsigned long bits[16 / sizeof(long)];
};
static const unsigned long TRAP_BIT = 1ul << (SIGTRAP - 1);

static int
get_tracee_mask(pid_t tid, struct mask *m)
{
	return (int)ptrace(PTRACE_GETSIGMASK, tid, (void *)MASK_BYTES, m);
}

static int
set_tracee_mask(pid_t tid, const struct mask *m)
{
	return (int)ptrace(PTRACE_SETSIGMASK, tid, (void *)MASK_BYTES, m);
}

enum regs_result
entry_call(pid_t tid, uint64_t pc, const char *name, const uint64_t args[4],
    int64_t *value)
{
	struct mask all, before;
	struct regs_context c;
	enum regs_result r;
	int64_t nr;

	if (regs_get_context(tid, &c) < 0 || get_tracee_mask(tid, &before) < 0)
		return regs_result_of(errno);
	nr = abi_nr(abi_find(c.audit_arch, 0), name);
	if (nr < 0) {
		*value = -ENOSYS;
		return REGS_OK;
	}
	memset(&all, 0xff, sizeof all);
	if (set_tracee_mask(tid, &all) < 0)
		return regs_result_of(errno);
	r = regs_call(tid, pc, (uint32_t)nr, args, value);
	if (set_tracee_mask(tid, &before) < 0 && r == REGS_OK)
		return regs_result_of(errno);
	return r;
}

int
entry_try_requests(pid_t tid)
{
	struct regs_context c;
	struct mask mask;

	return regs_get_context(tid, &c) < 0 || regs_set_pc(tid, c.pc) < 0 ||
	    get_tracee_mask(tid, &mask) < 0 || set_tracee_mask(tid, &mask) < 0
	    ? -1 : 0;
}

/* Make the tracee ignore SIGTRAP, by a struct sigaction below its stack.  -1 and
 * errno. */
static int
ignore_trap(pid_t tid, uint64_t pc)
{
	struct regs_context c;
	uint64_t at, i;
	int64_t unused;

	if (regs_get_context(tid, &c) < 0)
		return -1;
	at = (c.sp - 512) & ~(uint64_t)15;
	for (i = 0; i < 40; i += 4)
		if (regs_poke(tid, at + i, 4, 0) < 0)
			return -1;
	if (regs_poke(tid, at + (unsigned)c.handler_offset, c.word,
	    (uintptr_t)SIG_IGN) < 0)
		return -1;
	if (entry_call(tid, pc, "rt_sigaction", (const uint64_t[4]){ SIGTRAP,
	    at, 0, MASK_BYTES }, &unused) == REGS_OK)
		return 0;
	errno = EIO;
	return -1;
}

/* A thread that blocks or ignores SIGTRAP gets a breakpoint's all the same: the
 * kernel unblocks it and resets its disposition.  Restore both; -1 and errno. */
static int
restore_trap(const struct entry *e, pid_t tid, uint64_t pc)
{
	struct mask mask;

	if (e->trap_ignored && ignore_trap(tid, pc) < 0)
		return -1;
	if (!e->trap_blocked)
		return 0;
	if (get_tracee_mask(tid, &mask) < 0)
		return -1;
	mask.bits[0] |= TRAP_BIT;
	return set_tracee_mask(tid, &mask);
}

int
entry_arm(struct entry *e, pid_t tid)
{
	struct mask mask;

	e->tid = tid;
	if (exec_auxv(tid, AT_ENTRY, &e->breakpoint.addr) < 0 ||
	    regs_set_breakpoint(tid, &e->breakpoint) < 0)
		return -1;
	e->trap_blocked = get_tracee_mask(tid, &mask) == 0 &&
	    (mask.bits[0] & TRAP_BIT);
	e->armed = true;
	return 0;
}

void
entry_clean(const struct entry *e, pid_t tid)
{
	if (e->breakpoint.addr && regs_has_breakpoint(tid, &e->breakpoint))
		regs_clear_breakpoint(tid, &e->breakpoint);
}

int
entry_disarm(struct entry *e, pid_t tid)
{
	bool armed = e->armed;

	e->armed = false;
	return armed ? regs_clear_breakpoint(tid, &e->breakpoint) : 0;
}

enum entry_hit
entry_hit(struct entry *e, pid_t tid)
{
	uint64_t pc;

	if (!e->armed)
		return ENTRY_NOT_HIT;
	pc = regs_breakpoint_pc(tid);
	if (!pc)
		return ENTRY_FAILED;
	/* bit 0 of addr may mean 16-bit code */
	if (pc >> 1 != e->breakpoint.addr >> 1)
		return ENTRY_NOT_HIT;
	if (entry_disarm(e, tid) < 0 || regs_set_pc(tid, pc) < 0 ||
	    restore_trap(e, tid, e->breakpoint.addr) < 0)
		return ENTRY_FAILED;
	return ENTRY_HIT;
}

void
entry_forked(const struct entry *e, pid_t parent, pid_t child)
{
	struct breakpoint again = e->breakpoint;
	bool had_it = e->armed && regs_has_breakpoint(parent, &again);

	entry_clean(e, child);
	/* after vfork they share their memory: the parent still needs it */
	if (had_it && !regs_has_breakpoint(parent, &again))
		regs_set_breakpoint(parent, &again);
}
