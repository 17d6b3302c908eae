/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What became of a request to a stopped thread. */
enum regs_result {
	REGS_OK,
	/* it was killed; its exit is still to be waited for */
	REGS_GONE,
	/* this kernel or the thread's ABI can't do it: no such ptrace request,
	 * an unknown register set, or no system call instruction */
	REGS_UNSUPPORTED,
	/* anything else: memory that can't be accessed, for one */
	REGS_FAILED,
};

/* The result of a ptrace request that failed with this errno.  ESRCH means that
 * the thread was killed, because a thread given to these functions is stopped.
 * */
enum regs_result regs_result_of(int error);
/* Is a thread that should be stopped gone: killed, or replaced by the thread of
 * its process that executed a program? */
bool regs_is_gone(pid_t);

/* what a thread is doing at a system call stop */
struct syscall_stop {
	enum { STOP_UNKNOWN, STOP_ENTRY, STOP_EXIT, STOP_SECCOMP } kind;
	uint32_t audit_arch;
	uint32_t nr;
	uint32_t cookie;        /* STOP_SECCOMP: the filter's data word */
	uint64_t args[6];
};

/* All functions below want a stopped thread.  Those that return int return 0,
 * or -1 and errno, of which regs_result_of() makes a result. */

/* The call of a thread at an entry or seccomp stop, by
 * PTRACE_GET_SYSCALL_INFO.  A kernel without that request gives the registers,
 * and kind is STOP_UNKNOWN: then the caller must know it. */
int regs_syscall(pid_t, struct syscall_stop *);
/* The same at any other stop of a thread that is in a call, or was killed at its
 * entry.  kind is STOP_UNKNOWN. */
int regs_last_call(pid_t, struct syscall_stop *);
/* False once a request has shown that the kernel lacks PTRACE_GET_SYSCALL_INFO:
 * then only the order of stops tells entry from exit. */
extern bool regs_has_syscall_info;

int regs_set_arg0(pid_t, uint64_t);
/* does a call leave its argument 0 in the register? */
bool regs_arg0_survives(pid_t);

/* At an exit stop: what the call returned, errors as -errno. */
int regs_return_value(pid_t, int64_t *);

/* At an entry stop: skip the call.  Some architectures show the program that
 * error only after regs_set_error() at the exit stop. */
int regs_skip_call(pid_t, int error);
int regs_set_error(pid_t, int error);

struct regs_context {
	uint64_t pc, sp;
	int word;               /* bytes of a pointer in its memory */
	int handler_offset;     /* offset of sa_handler in struct sigaction */
	uint32_t audit_arch;
};
int regs_get_context(pid_t, struct regs_context *);
int regs_set_pc(pid_t, uint64_t);

/* word bytes of the thread's memory, 4 or those of a pointer */
int regs_peek(pid_t, uint64_t addr, int word, uint64_t *);
int regs_poke(pid_t, uint64_t addr, int word, uint64_t);
int regs_poke_bytes(pid_t, uint64_t addr, const void *, size_t);

/* A breakpoint.  Bit 0 of its address may mean 16-bit code: Thumb, MIPS16. */
struct breakpoint {
	uint64_t addr;
	uint64_t at;            /* the address of the long that holds it */
	long original, patched;
};
int regs_set_breakpoint(pid_t, struct breakpoint *);
int regs_clear_breakpoint(pid_t, const struct breakpoint *);
bool regs_has_breakpoint(pid_t, const struct breakpoint *);
/* the address of the breakpoint that stopped a thread by SIGTRAP; 0 and errno
 * */
uint64_t regs_breakpoint_pc(pid_t);

/* Make the thread do a system call, by an instruction that replaces the one at
 * its pc for as long as the call takes; afterwards memory and registers are as
 * before.  at is the pc, whose bit 0 may mean 16-bit code.  All signals must be
 * blocked.  *value is what the call returned, errors as -errno; it is set for
 * REGS_OK only. */
enum regs_result regs_call(pid_t, uint64_t at, uint32_t nr,
    const uint64_t args[4], int64_t *value);
