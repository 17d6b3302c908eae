/* SPDX-License-Identifier: MIT
 *
 * The registers and memory of a stopped thread, the same on every
 * architecture: ptrace_arch.h has the differences as data.  Knows nothing of
 * what the calls mean.
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

enum { REGS_MAX = 512 };        /* bytes, more than any register set */

bool regs_has_syscall_info = true;

static const struct arch_regs arch[] = { ARCH_REGS };

/* all registers of a thread; NULL and errno */
static const struct arch_regs *
get_regs(pid_t tid, unsigned char *regs)
{
	struct iovec iov = { regs, REGS_MAX };
	size_t i;

	if (ptrace(PTRACE_GETREGSET, tid, (void *)UAPI_NT_PRSTATUS, &iov) < 0)
		return NULL;
	for (i = 0; i < sizeof arch / sizeof *arch; i++)
		if (arch[i].size == iov.iov_len)
			return &arch[i];
	errno = ENOEXEC;        /* a program of an ABI that we do not know */
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
reg(const struct arch_regs *a, const unsigned char *regs, int index)
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

enum which { PC, ARG0 };

static int
set_reg(pid_t tid, enum which which, uint64_t value)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	put_reg(a, regs, which == PC ? a->pc : a->arg[0], value);
	return set_regs(tid, a, regs);
}

static int
from_registers(pid_t tid, struct syscall_stop *s)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);
	int i, shift;

	if (!a)
		return -1;
	s->kind = STOP_UNKNOWN;
	s->audit_arch = arch_audit(tid, a, reg(a, regs, a->pc));
	s->nr = (uint32_t)reg(a, regs, a->nr);
	/* mips: syscall(nr, ...), itself 4000, has the call in argument 0 */
	shift = a->stack_args && s->nr == 4000;
	if (shift)
		s->nr = (uint32_t)reg(a, regs, a->arg[0]);
	for (i = 0; i < 6; i++) {
		if (i + shift < a->n_args)
			s->args[i] = reg(a, regs, a->arg[i + shift]);
		else if (regs_peek(tid, reg(a, regs, a->sp) + a->stack_args +
		    (uint64_t)(i + shift - a->n_args) * a->word, a->word,
		    &s->args[i]) < 0)
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
		regs_has_syscall_info = false; /* before Linux 5.3, or refused */
	}
	return from_registers(tid, s);
}

int
regs_set_arg0(pid_t tid, uint64_t value)
{
	return set_reg(tid, ARG0, value);
}

static void
put_error(const struct arch_regs *a, unsigned char *regs, int error)
{
	if (a->error)
		put_reg(a, regs, a->error, 1);
	put_reg(a, regs, a->ret, (uint64_t)(a->error ? error : -error));
}

int
regs_set_error(pid_t tid, int error)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	put_error(a, regs, error);
	return set_regs(tid, a, regs);
}

int
regs_skip_call(pid_t tid, int error)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	put_error(a, regs, error);
	if (set_regs(tid, a, regs) < 0)
		return -1;
	return arch_set_nr(tid, a, -1);
}

bool
regs_keep_arg0(pid_t tid)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);

	return a && !a->arg0_is_ret;
}

int
regs_where(pid_t tid, struct regs_where *w)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);

	if (!a)
		return -1;
	w->pc = reg(a, regs, a->pc);
	w->sp = reg(a, regs, a->sp);
	w->word = a->word;
	w->ign_at = a->handler_offset;
	w->audit_arch = a->audit_arch;
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

static uint64_t
aligned(uint64_t addr)
{
	return addr & ~(uint64_t)(sizeof(long) - 1);
}

/* put an instruction at an even address */
static int
patch(pid_t tid, const uint8_t *code, size_t len, struct trap *t)
{
	if (peek_long(tid, aligned(t->addr), &t->before) < 0)
		return -1;
	t->after = t->before;
	memcpy((char *)&t->after + (t->addr - aligned(t->addr)), code, len);
	return poke_long(tid, aligned(t->addr), t->after);
}

int
regs_set_trap(pid_t tid, struct trap *t)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);
	uint64_t addr = t->addr;
	int r;

	if (!a)
		return -1;
	if (!(addr & 1) || !a->trap16_len)
		return patch(tid, a->trap, a->trap_len, t);
	t->addr = addr - 1;
	r = patch(tid, a->trap16, a->trap16_len, t);
	t->addr = addr;
	return r;
}

int
regs_clear_trap(pid_t tid, const struct trap *t)
{
	return poke_long(tid, aligned(t->addr), t->before);
}

bool
regs_has_trap(pid_t tid, const struct trap *t)
{
	long now;

	return peek_long(tid, aligned(t->addr), &now) == 0 && now == t->after;
}

/* let it go on until the exit stop of the call it is about to make.  Signals
 * are blocked but for SIGSTOP, which comes later. */
static int
run_call(pid_t tid)
{
	int stops = 0, status, stopped = 0;
	siginfo_t si;

	while (stops < 2) {
		if (ptrace(PTRACE_SYSCALL, tid, NULL, NULL) < 0 ||
		    waitid(P_PID, (id_t)tid, &si, WEXITED | WSTOPPED | WNOWAIT |
		    __WALL) < 0 ||
		    (si.si_code != CLD_TRAPPED && si.si_code != CLD_STOPPED))
			return -1;
		if (waitpid(tid, &status, __WALL) != tid)
			return -1;
		if (status >> 8 == (SIGTRAP | 0x80))
			stops++;
		else if (status >> 8 == SIGSTOP)
			stopped = 1;
	}
	if (stopped)
		kill(tid, SIGSTOP);
	return 0;
}

/* what a call returned; errors as -errno */
static int64_t
result(const struct arch_regs *a, const unsigned char *regs)
{
	uint64_t v = reg(a, regs, a->ret);
	int64_t value = a->word == 4 ? (int32_t)v : (int64_t)v;

	return a->error && reg(a, regs, a->error) ? -value : value;
}

int64_t
regs_call(pid_t tid, uint64_t at, uint32_t nr, const uint64_t args[4])
{
	unsigned char regs[REGS_MAX], changed[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);
	struct trap code = { .addr = at };
	uint64_t sp;
	bool thumb;
	int i, r;

	if (!a)
		return INT64_MIN;
	sp = reg(a, regs, a->sp) - 32;
	memcpy(changed, regs, sizeof changed);
	put_reg(a, changed, a->call_nr ? a->call_nr : a->nr, nr);
	/* the fifth and sixth are 0: prctl looks at them */
	for (i = 0; i < 6; i++) {
		if (i < a->n_args)
			put_reg(a, changed, a->arg[i], i < 4 ? args[i] : 0);
		else
			regs_poke(tid, sp + a->stack_args +
			    (uint64_t)(i - a->n_args) * a->word, a->word, 0);
	}
	put_reg(a, changed, a->sp, sp);
	thumb = (at & 1) && a->trap16_len;
	if (thumb && !a->call16[1])
		return INT64_MIN;
	code.addr -= thumb;
	r = thumb ? patch(tid, a->call16, sizeof a->call16, &code) :
	    patch(tid, a->call, a->call_len, &code);
	if (r < 0 || set_regs(tid, a, changed) < 0 || run_call(tid) < 0 ||
	    !get_regs(tid, changed) || set_regs(tid, a, regs) < 0 ||
	    regs_clear_trap(tid, &code) < 0)
		return INT64_MIN;
	return result(a, changed);
}

uint64_t
regs_trap_pc(pid_t tid)
{
	unsigned char regs[REGS_MAX];
	const struct arch_regs *a = get_regs(tid, regs);

	return a ? reg(a, regs, a->pc) - a->trap_skip : 0;
}
