/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* what a thread is doing at a system call stop */
struct syscall_stop {
	enum { STOP_UNKNOWN, STOP_ENTRY, STOP_EXIT, STOP_SECCOMP } kind;
	uint32_t audit_arch;
	uint32_t nr;
	uint32_t cookie;        /* STOP_SECCOMP: the filter's data word */
	uint64_t args[6];
};

/* the call a stopped thread is in, at entry or seccomp stops; from
 * PTRACE_GET_SYSCALL_INFO where the kernel has it, else from registers, where
 * kind is STOP_UNKNOWN: the caller must know.  -1 and errno. */
int regs_syscall(pid_t, struct syscall_stop *);
/* false once a request has shown that the kernel has no
 * PTRACE_GET_SYSCALL_INFO: then only stop order tells entry from exit */
extern bool regs_has_syscall_info;

/* the rest return -1 and errno; the thread must be stopped */
int regs_set_arg0(pid_t, uint64_t);
/* at an entry stop: do not make the call, return the error; for every
 * architecture to see that one, regs_set_error at its exit */
int regs_skip_call(pid_t, int error);
int regs_set_error(pid_t, int error);
/* is argument 0 of a call still in its register after it returned? */
bool regs_keep_arg0(pid_t);

struct regs_where {
	uint64_t pc, sp;
	int word;               /* bytes of a pointer there */
	int ign_at;             /* offset of sa_handler in struct sigaction */
	uint32_t audit_arch;
};
int regs_where(pid_t, struct regs_where *);
int regs_set_pc(pid_t, uint64_t);

/* a 32-bit word, or a pointer of word bytes, in the thread's memory */
int regs_peek(pid_t, uint64_t addr, int word, uint64_t *);
int regs_poke(pid_t, uint64_t addr, int word, uint64_t);

/* len bytes */
int regs_poke_bytes(pid_t, uint64_t addr, const void *, size_t);

/* a breakpoint at an address, whose bit 0 may mean Thumb or MIPS16 */
struct trap {
	uint64_t addr;
	long before, after;     /* the long that holds it, without and with */
};
int regs_set_trap(pid_t, struct trap *);
int regs_clear_trap(pid_t, const struct trap *);
bool regs_has_trap(pid_t, const struct trap *);
/* where a thread that stopped by SIGTRAP hit a breakpoint; 0 and errno */
uint64_t regs_trap_pc(pid_t);

/* make the thread do a system call, by an instruction put at the address where
 * it stands; everything is put back after it.  What it returned, errors as
 * -errno; INT64_MIN: it died (its exit is still to be waited for) or has no
 * such instruction. */
int64_t regs_call(pid_t, uint64_t at, uint32_t nr, const uint64_t args[4]);
