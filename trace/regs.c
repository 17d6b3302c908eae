/* SPDX-License-Identifier: MIT
 *
 * The registers and memory of a stopped thread.  What differs between
 * architectures is data in ptrace_arch.h.  Knows nothing of what calls mean.
 */
#include "trace/regs.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "lib/uapi.h"
#include "ptrace_arch.h"

enum { REGS_SIZE = 512 };       /* bytes, more than any register set has */

bool regs_has_syscall_info = true;

static const struct arch_regs arch[] = { ARCH_REGS };

enum regs_result
regs_result_of(int error)
{
	switch (error) {
	case ESRCH:
		return REGS_GONE;
	case EIO:               /* the kernel has no such request */
	case EINVAL:
	case ENOSYS:            /* a seccomp filter rejects ptrace */
	case ENOEXEC:           /* see get_regs() */
		return REGS_UNSUPPORTED;
	default:
		return REGS_FAILED;
	}
}

/* The request succeeds in every stop.  But that may be another thread's, which
 * got the tid by an exec; then its stop is still to be waited for. */
bool
regs_is_gone(pid_t tid)
{
	siginfo_t si = { 0 };
	unsigned long unused;

	if (ptrace(PTRACE_GETEVENTMSG, tid, NULL, &unused) < 0 &&
	    errno == ESRCH)
		return true;
	return waitid(P_PID, (id_t)tid, &si, WEXITED | WSTOPPED | WNOHANG |
	    WNOWAIT | __WALL) == 0 && si.si_pid;
}

/* The row of a thread's register set.  NULL and errno; ENOEXEC: the program is
 * of an ABI that has no row. */
static const struct arch_regs *
get_regs(pid_t tid, unsigned char *regs)
{
	struct iovec iov = { regs, REGS_SIZE };
	size_t i;

	if (ptrace(PTRACE_GETREGSET, tid, (void *)UAPI_NT_PRSTATUS, &iov) < 0)
		return NULL;
	for (i = 0; i < sizeof arch / sizeof *arch; i++)
		if (arch[i].size == iov.iov_len)
			return &arch[i];
	errno = ENOEXEC;
	return NULL;
}

static int
set_regs(pid_t tid, const struct arch_regs *a, unsigned char *regs)
{
	struct iovec iov = { regs, a->size };

	return ptrace(PTRACE_SETREGSET, tid, (void *)UAPI_NT_PRSTATUS, &iov) < 0
	    ? -1 : 0;
}

static uint64_t
get_reg(const struct arch_regs *a, const unsigned char *regs, int index)
{
	uint64_t v8;
	uint32_t v4;

	if (a->word == 8) {
		memcpy(&v8, regs + index * 8, 8);
		return v8;
	}
	memcpy(&v4, regs + index * 4, 4);
	return v4;
}

static void
put_reg(const struct arch_regs *a, unsigned char *regs, int index, uint64_t v)
{
	uint32_t v4 = (uint32_t)v;

	if (a->word == 8)
		memcpy(regs + index * 8, &v, 8);
	else
		memcpy(regs + index * 4, &v4, 4);
}

enum special_reg { PC, ARG0 };

static int
set_reg(pid_t tid, enum special_reg which, uint64_t value)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	put_reg(a, regs, which == PC ? a->pc : a->arg[0], value);
	return set_regs(tid, a, regs);
}

/* the address of an argument that is not in a register */
static uint64_t
stack_arg(const struct arch_regs *a, uint64_t sp, int index)
{
	return sp + a->stack_args + (uint64_t)(index - a->n_args) * a->word;
}

int
regs_last_call(pid_t tid, struct syscall_stop *s)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);
	int i, shift;

	if (!a)
		return -1;
	s->kind = STOP_UNKNOWN;
	s->audit_arch = arch_audit(tid, a, get_reg(a, regs, a->pc));
	s->nr = (uint32_t)get_reg(a, regs, a->nr);
	/* mips: call 4000 is syscall(nr, ...) */
	shift = a->stack_args && s->nr == 4000;
	if (shift)
		s->nr = (uint32_t)get_reg(a, regs, a->arg[0]);
	for (i = 0; i < 6; i++) {
		if (i + shift < a->n_args)
			s->args[i] = get_reg(a, regs, a->arg[i + shift]);
		else if (regs_peek(tid, stack_arg(a, get_reg(a, regs, a->sp),
		    i + shift), a->word, &s->args[i]) < 0)
			s->args[i] = 0;
	}
	return 0;
}

int
regs_syscall(pid_t tid, struct syscall_stop *s)
{
	struct uapi_syscall_info info;

	if (regs_has_syscall_info) {
		if (ptrace(UAPI_GET_SYSCALL_INFO, tid, (void *)sizeof info,
		    &info) > 0) {
			s->kind = info.op == SYSCALL_INFO_ENTRY ? STOP_ENTRY :
			    info.op == SYSCALL_INFO_EXIT ? STOP_EXIT :
			    info.op == SYSCALL_INFO_SECCOMP ? STOP_SECCOMP :
			    STOP_UNKNOWN;
			s->audit_arch = info.arch;
			s->nr = (uint32_t)info.nr;
			s->cookie = info.ret_data;
			memcpy(s->args, info.args, sizeof s->args);
			return 0;
		}
		if (errno == ESRCH)
			return -1;
		/* before Linux 5.3, or a seccomp filter rejects it */
		regs_has_syscall_info = false;
	}
	return regs_last_call(tid, s);
}

int
regs_set_arg0(pid_t tid, uint64_t value)
{
	struct uapi_syscall_info info = { 0 };

	if (!ARCH_ARG0_IS_HIDDEN)
		return set_reg(tid, ARG0, value);
	ptrace(UAPI_GET_SYSCALL_INFO, tid, (void *)sizeof info, &info);
	info.args[0] = value;
	return (int)ptrace(UAPI_SET_SYSCALL_INFO, tid, (void *)sizeof info,
	    &info);
}

/* what a call returned, errors as -errno */
static int64_t
return_value(const struct arch_regs *a, const unsigned char *regs)
{
	uint64_t v = get_reg(a, regs, a->ret);
	int64_t value = a->word == 4 ? (int32_t)v : (int64_t)v;

	return a->error && get_reg(a, regs, a->error) ? -value : value;
}

int
regs_return_value(pid_t tid, int64_t *value)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	*value = return_value(a, regs);
	return 0;
}

/* the row of a thread whose call now returns an error; NULL and errno */
static const struct arch_regs *
return_error(pid_t tid, int error)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return NULL;
	if (a->error)
		put_reg(a, regs, a->error, 1);
	put_reg(a, regs, a->ret, (uint64_t)(a->error ? error : -error));
	return set_regs(tid, a, regs) < 0 ? NULL : a;
}

int
regs_set_error(pid_t tid, int error)
{
	return return_error(tid, error) ? 0 : -1;
}

int
regs_skip_call(pid_t tid, int error)
{
	const struct arch_regs *a = return_error(tid, error);

	return a ? arch_set_nr(tid, a, -1) : -1;
}

bool
regs_arg0_survives(pid_t tid)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	return a && !a->arg0_is_ret;
}

int
regs_get_context(pid_t tid, struct regs_context *c)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	c->pc = get_reg(a, regs, a->pc);
	c->sp = get_reg(a, regs, a->sp);
	c->word = a->word;
	c->handler_offset = a->handler_offset;
	c->audit_arch = a->audit_arch;
	return 0;
}

int
regs_set_pc(pid_t tid, uint64_t pc)
{
	return set_reg(tid, PC, pc);
}

static int
peek_long(pid_t tid, uint64_t addr, long *value)
{
	errno = 0;
	*value = ptrace(PTRACE_PEEKTEXT, tid, (void *)(uintptr_t)addr, NULL);
	return errno ? -1 : 0;
}

static int
poke_long(pid_t tid, uint64_t addr, long value)
{
	return ptrace(PTRACE_POKETEXT, tid, (void *)(uintptr_t)addr,
	    (void *)value) < 0 ? -1 : 0;
}

int
regs_peek(pid_t tid, uint64_t addr, int word, uint64_t *value)
{
	uint32_t v4;
	long v;

	if (peek_long(tid, addr, &v) < 0)
		return -1;
	memcpy(&v4, &v, 4);
	*value = word == 4 ? v4 : (unsigned long)v;
	return 0;
}

int
regs_poke(pid_t tid, uint64_t addr, int word, uint64_t value)
{
	uint32_t v4 = (uint32_t)value;
	long v = (long)value;

	if (word < (int)sizeof v && peek_long(tid, addr, &v) < 0)
		return -1;
	if (word == 4)
		memcpy(&v, &v4, 4);
	return poke_long(tid, addr, v);
}

int
regs_poke_bytes(pid_t tid, uint64_t addr, const void *data, size_t len)
{
	const char *from = data;
	size_t n;
	long v;

	for (; len > 0; len -= n, from += n, addr += n) {
		n = len < sizeof v ? len : sizeof v;
		if (n < sizeof v && peek_long(tid, addr, &v) < 0)
			return -1;
		memcpy(&v, from, n);
		if (poke_long(tid, addr, v) < 0)
			return -1;
	}
	return 0;
}

/* The address of a long that holds len bytes of code: an aligned one, which
 * lies in one page; or where the code crosses its end, the one at addr.  The
 * code is in the next page then, too. */
static uint64_t
long_of(uint64_t addr, size_t len)
{
	uint64_t offset = addr & (sizeof(long) - 1);

	return offset + len <= sizeof(long) ? addr - offset : addr;
}

/* Put an instruction at an address. */
static int
patch(pid_t tid, uint64_t addr, const uint8_t *code, size_t len,
    struct breakpoint *b)
{
	b->at = long_of(addr, len);
	if (peek_long(tid, b->at, &b->original) < 0)
		return -1;
	b->patched = b->original;
	memcpy((char *)&b->patched + (addr - b->at), code, len);
	return poke_long(tid, b->at, b->patched);
}

int
regs_set_breakpoint(pid_t tid, struct breakpoint *b)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	if (!(b->addr & 1) || !a->trap16_len)
		return patch(tid, b->addr, a->trap, a->trap_len, b);
	return patch(tid, b->addr - 1, a->trap16, a->trap16_len, b);
}

int
regs_clear_breakpoint(pid_t tid, const struct breakpoint *b)
{
	return poke_long(tid, b->at, b->original);
}

bool
regs_has_breakpoint(pid_t tid, const struct breakpoint *b)
{
	long now;

	return peek_long(tid, b->at, &now) == 0 && now == b->patched;
}

uint64_t
regs_breakpoint_pc(pid_t tid)
{
	unsigned char regs[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);

	return a ? get_reg(a, regs, a->pc) - a->trap_skip : 0;
}

/* Wait for the thread's next stop.  An exit is left to be waited for. */
static enum regs_result
wait_for_stop(pid_t tid, int *status)
{
	siginfo_t si;

	while (waitid(P_PID, (id_t)tid, &si, WEXITED | WSTOPPED | WNOWAIT |
	    __WALL) < 0)
		if (errno != EINTR)
			return REGS_FAILED;
	if (si.si_code != CLD_TRAPPED && si.si_code != CLD_STOPPED)
		return REGS_GONE;
	return waitpid(tid, status, __WALL) == tid ? REGS_OK : REGS_FAILED;
}

/* Resume the thread up to the exit stop of the call that it is about to make.
 * All signals are blocked but SIGSTOP, which is sent again afterwards.  Another
 * one is of a fault, which the thread would make without end. */
static enum regs_result
run_call(pid_t tid)
{
	bool entered = false, stopped = false;
	enum regs_result r;
	int status;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, tid, NULL, NULL) < 0)
			return regs_result_of(errno);
		r = wait_for_stop(tid, &status);
		if (r != REGS_OK)
			return r;
		if (status >> 8 == (SIGTRAP | 0x80)) {
			if (entered)
				break;
			entered = true;
		} else if (status >> 8 == SIGSTOP)
			stopped = true;
		else if (status >> 16 == 0)
			return REGS_FAILED;
	}
	if (stopped)
		kill(tid, SIGSTOP);
	return REGS_OK;
}

/* Set the registers, and the stack below sp, for a call.  The pc is elsewhere
 * after a call that failed; its bit 0 tells 16-bit code on MIPS. */
static void
prepare_call(pid_t tid, const struct arch_regs *a, unsigned char *regs,
    uint64_t at, uint32_t nr, const uint64_t args[4])
{
	uint64_t sp = get_reg(a, regs, a->sp) - 32;
	int i;

	put_reg(a, regs, a->pc,
	    (at & ~UINT64_C(1)) | (get_reg(a, regs, a->pc) & 1));
	put_reg(a, regs, a->call_nr ? a->call_nr : a->nr, nr);
	/* prctl wants 0 in the fifth */
	for (i = 0; i < 6; i++) {
		if (i < a->n_args)
			put_reg(a, regs, a->arg[i], i < 4 ? args[i] : 0);
		else
			regs_poke(tid, stack_arg(a, sp, i), a->word, 0);
	}
	put_reg(a, regs, a->sp, sp);
}

/* Put the system call instruction at its address.  -1 and errno; ENOEXEC:
 * 16-bit code has none. */
static int
patch_call(pid_t tid, const struct arch_regs *a, struct breakpoint *code)
{
	if (!(code->addr & 1) || !a->trap16_len)
		return patch(tid, code->addr, a->call, a->call_len, code);
	if (!a->call16[1]) {
		errno = ENOEXEC;
		return -1;
	}
	return patch(tid, code->addr - 1, a->call16, sizeof a->call16, code);
}

enum regs_result
regs_call(pid_t tid, uint64_t at, uint32_t nr, const uint64_t args[4],
    int64_t *value)
{
	unsigned char regs[REGS_SIZE], changed[REGS_SIZE];
	const struct arch_regs *a = get_regs(tid, regs);
	struct breakpoint code = { .addr = at };
	enum regs_result r;

	if (!a)
		return regs_result_of(errno);
	memcpy(changed, regs, sizeof changed);
	prepare_call(tid, a, changed, at, nr, args);
	if (patch_call(tid, a, &code) < 0)
		return errno == EIO ? REGS_FAILED : regs_result_of(errno);
	if (set_regs(tid, a, changed) < 0)
		return regs_result_of(errno);
	r = run_call(tid);
	if (r != REGS_OK)
		return r;
	if (!get_regs(tid, changed) || set_regs(tid, a, regs) < 0 ||
	    regs_clear_breakpoint(tid, &code) < 0)
		return regs_result_of(errno);
	*value = return_value(a, changed);
	return REGS_OK;
}
