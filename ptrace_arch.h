/* SPDX-License-Identifier: MIT
 *
 * Everything about a stopped thread that differs between architectures: the
 * only file that may test __mips__ and friends.  Each block opens with the
 * facts that cost others their bugs and defines, in this order,
 *   ARCH_ABIS(X)       the ABIs a program can use here, the native one first
 *   ARCH_REGS          rows of struct arch_regs, one a size of register set
 *   arch_set_nr()      change the number at a syscall-entry stop; -1 skips
 *   arch_audit()       correct a row's audit arch from the code at pc
 *   ARCH_BPF(at)       rows of the ebpf tap's sys_enter that turn r7, the
 *                      number, and r8, 0, into the place in an ABI's table and
 *                      the ABI's index; may jump to L_ABI, behind them.  At
 *                      fp + at is the byte of thread_info that tells 32-bit
 *                      calls by the 2 in it, or 0.  r6, the kernel's struct
 *                      pt_regs, moves by as many registers as the arguments do
 *   ARCH_ARGS_AT, _N   its bytes that hold arguments 0 to 2
 *   ARCH_BPF_ARGS(at)  rows that load the low 32 bits of these to r1, r2, r3
 *                      from a copy of the bytes, at fp + at; r8 as above.  Of
 *                      big-endian machines all have 32 bits, so whole registers
 *   arch_compat_call() a call without arguments of the 32-bit ABI, whose fork
 *                      and getppid are ARCH_COMPAT_FORK, _GETPPID; needed where
 *                      only a byte of thread_info tells the two apart, else -1
 * Register numbers are word indices into the NT_PRSTATUS set (asm/ptrace.h,
 * asm/elf.h of each architecture).
 */
#pragma once

#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "lib/uapi.h"

struct arch_regs {
	uint32_t audit_arch;
	uint16_t size;          /* bytes of the register set: tell the row */
	uint8_t word;           /* bytes of a register and of a stack word */
	uint8_t n_args;         /* in registers; the rest at stack_args(sp) */
	uint8_t nr, ret, arg[6], pc, sp;
	uint8_t error;          /* tells an error, which ret has then; 0: no */
	uint8_t call_nr;        /* where code puts the number, if not in nr */
	uint8_t ign_at;         /* offset of sa_handler in struct sigaction */
	uint8_t stack_args;     /* offset of argument n_args from sp */
	uint8_t arg0_is_ret;    /* argument 0 is gone once the call returned */
	uint8_t trap_skip;      /* how far behind a breakpoint pc stops */
	uint8_t trap_len, trap[4];
	uint8_t call_len, call[4];      /* the system call instruction */
	uint8_t thumb_len, thumb[2];    /* the trap if bit 0 of pc is set */
	uint8_t thumb_call[2];          /* all 0: there is none */
};

#if defined(__x86_64__)
/*
 * x86-64:
 *  - rax holds -ENOSYS at entry, the number is in orig_rax
 *  - x32 is bit 30 of the number, not an audit arch of its own
 *  - the size of the register set tells 32-bit code; but 64-bit code can
 *    call int $0x80 too, so before Linux 5.3 only the instruction tells
 */
#define ARCH_ABIS(X) X(x86_64) X(i386) X(x32)
#define ARCH_REGS \
	{ .audit_arch = AUDIT_64BIT | AUDIT_LE | EM_X86_64_, \
	  .size = 216, .word = 8, .n_args = 6, .nr = 15, .ret = 10, \
	  .arg = { 14, 13, 12, 7, 9, 8 }, .pc = 16, .sp = 19, \
	  .call_nr = 10, .trap_skip = 1, .trap_len = 1, .trap = { 0xcc }, \
	  .call_len = 2, .call = { 0x0f, 0x05 } }, \
	{ .audit_arch = AUDIT_LE | EM_386_, \
	  .size = 68, .word = 4, .n_args = 6, .nr = 11, .ret = 6, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 12, .sp = 15, \
	  .call_nr = 6, .trap_skip = 1, .trap_len = 1, .trap = { 0xcc }, \
	  .call_len = 2, .call = { 0xcd, 0x80 } }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	return (int)ptrace(PTRACE_POKEUSER, tid, (void *)(15L * 8), (void *)nr);
}

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	long insn;

	if (r->word == 4)
		return r->audit_arch;
	insn = ptrace(PTRACE_PEEKTEXT, tid, (void *)(pc - 2), (void *)0);
	return (insn & 0xffff) == 0x80cd ? AUDIT_LE | EM_386_ : r->audit_arch;
}

/* TS_COMPAT, for int $0x80 from 64-bit code has its code segment */
#define ARCH_BPF(at) \
	LDB(r1, fp, at), AND_K(r1, 2), JEQ_K(r1, 0, L_ARCH), \
	MOV_K(r8, 1), JA(L_ABI), \
	LABEL(L_ARCH), MOV(r1, r7), RSH_K(r1, 30), JNE_K(r1, 1, L_ABI), \
	LSH_K(r7, 34), RSH_K(r7, 34), MOV_K(r8, 2),
/* from rbx on; of i386 ebx, ecx and edx, else rdi, rsi and rdx */
#define ARCH_ARGS_AT (5 * 8)
#define ARCH_ARGS_N (10 * 8)
#define ARCH_BPF_ARGS(at) \
	LDW(r3, fp, (at) + 7 * 8), LDW(r1, fp, at), LDW(r2, fp, (at) + 6 * 8), \
	JEQ_K(r8, 1, L_ARGS), \
	LDW(r1, fp, (at) + 9 * 8), LDW(r2, fp, (at) + 8 * 8), LABEL(L_ARGS),
#define ARCH_COMPAT_FORK 2
#define ARCH_COMPAT_GETPPID 64

static inline long
arch_compat_call(uint32_t nr)
{
	long r = (long)nr;

	__asm__ volatile ("int $0x80" : "+a"(r) : :
	    "memory", "r8", "r9", "r10", "r11");
	return r;
}

#elif defined(__i386__)
/*
 * i386: as x86-64's second row; orig_eax holds the number.
 */
#define ARCH_ABIS(X) X(i386)
#define ARCH_REGS \
	{ .audit_arch = AUDIT_LE | EM_386_, \
	  .size = 68, .word = 4, .n_args = 6, .nr = 11, .ret = 6, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 12, .sp = 15, \
	  .call_nr = 6, .trap_skip = 1, .trap_len = 1, .trap = { 0xcc }, \
	  .call_len = 2, .call = { 0xcd, 0x80 } }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	return (int)ptrace(PTRACE_POKEUSER, tid, (void *)(11L * 4), (void *)nr);
}

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	(void)tid, (void)pc;
	return r->audit_arch;
}

#define ARCH_BPF(at)
#define ARCH_ARGS_AT 0
#define ARCH_ARGS_N (3 * 4)
#define ARCH_BPF_ARGS(at) \
	LDW(r1, fp, at), LDW(r2, fp, (at) + 4), LDW(r3, fp, (at) + 2 * 4),
#define ARCH_COMPAT_FORK 0
#define ARCH_COMPAT_GETPPID 0

static inline long
arch_compat_call(uint32_t nr)
{
	(void)nr;
	return -1;
}

#elif defined(__aarch64__)
/*
 * aarch64:
 *  - no PEEKUSER; the number can only be changed by its own register set
 *  - a 32-bit arm program has a register set of 18 words
 *  - x0 is argument 0 and the return value
 */
#define ARCH_ABIS(X) X(aarch64) X(arm)
#define ARCH_REGS \
	{ .audit_arch = AUDIT_64BIT | AUDIT_LE | EM_AARCH64_, \
	  .size = 272, .word = 8, .n_args = 6, .nr = 8, .ret = 0, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 32, .sp = 31, .arg0_is_ret = 1, \
	  .trap_len = 4, .trap = { 0x00, 0x00, 0x20, 0xd4 }, \
	  .call_len = 4, .call = { 0x01, 0x00, 0x00, 0xd4 } }, \
	{ .audit_arch = AUDIT_LE | EM_ARM_, \
	  .size = 72, .word = 4, .n_args = 6, .nr = 7, .ret = 0, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 15, .sp = 13, .arg0_is_ret = 1, \
	  .trap_len = 4, .trap = { 0xf0, 0x01, 0xf0, 0xe7 }, \
	  .call_len = 4, .call = { 0x00, 0x00, 0x00, 0xef }, \
	  .thumb_len = 2, .thumb = { 0x01, 0xde }, \
	  .thumb_call = { 0x00, 0xdf } }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	int value = (int)nr;
	struct iovec iov = { &value, sizeof value };

	(void)r;
	return (int)ptrace(PTRACE_SETREGSET, tid,
	    (void *)UAPI_NT_ARM_SYSTEM_CALL, &iov);
}

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	(void)tid, (void)pc;
	return r->audit_arch;
}

/* pstate, behind 31 registers, sp and pc, has bit 4 set in 32-bit code */
#define ARCH_BPF(at) \
	MOV(r3, r6), ADD_K(r3, 33 * 8), MOV(r1, fp), ADD_K(r1, -8), \
	MOV_K(r2, 8), CALL(PROBE_READ_KERNEL), LDD(r1, fp, -8), \
	AND_K(r1, 0x10), JEQ_K(r1, 0, L_ABI), MOV_K(r8, 1),
/* registers of 32-bit code are the low halves */
#define ARCH_ARGS_AT 0
#define ARCH_ARGS_N (3 * 8)
#define ARCH_BPF_ARGS(at) \
	LDW(r1, fp, at), LDW(r2, fp, (at) + 8), LDW(r3, fp, (at) + 2 * 8),
#define ARCH_COMPAT_FORK 0
#define ARCH_COMPAT_GETPPID 0

static inline long
arch_compat_call(uint32_t nr)
{
	(void)nr;
	return -1;
}

#elif defined(__arm__)
/*
 * arm EABI:
 *  - the number is in r7; changing r7 does not change the call
 *  - r0 is argument 0 and the return value
 *  - bit 0 of an entry point means Thumb code
 */
#define ARCH_ABIS(X) X(arm)
#define ARCH_REGS \
	{ .audit_arch = AUDIT_LE | EM_ARM_, \
	  .size = 72, .word = 4, .n_args = 6, .nr = 7, .ret = 0, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 15, .sp = 13, .arg0_is_ret = 1, \
	  .trap_len = 4, .trap = { 0xf0, 0x01, 0xf0, 0xe7 }, \
	  .call_len = 4, .call = { 0x00, 0x00, 0x00, 0xef }, \
	  .thumb_len = 2, .thumb = { 0x01, 0xde }, \
	  .thumb_call = { 0x00, 0xdf } }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	return (int)ptrace(23 /* PTRACE_SET_SYSCALL */, tid, (void *)0,
	    (void *)nr);
}

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	(void)tid, (void)pc;
	return r->audit_arch;
}

#define ARCH_BPF(at)
#define ARCH_ARGS_AT 0
#define ARCH_ARGS_N (3 * 4)
#define ARCH_BPF_ARGS(at) \
	LDW(r1, fp, at), LDW(r2, fp, (at) + 4), LDW(r3, fp, (at) + 2 * 4),
#define ARCH_COMPAT_FORK 0
#define ARCH_COMPAT_GETPPID 0

static inline long
arch_compat_call(uint32_t nr)
{
	(void)nr;
	return -1;
}

#elif defined(__mips__) && _MIPS_SIM == _ABIO32
/*
 * mips o32:
 *  - the register set is 45 words of 4 bytes, $0 at word 6
 *  - number in v0 ($2), arguments in a0..a3 ($4..$7), the rest on the stack
 *  - syscall(2) is itself a call, 4000; the real number is then in a0
 *  - v0 returns the value, a3 whether it is an error
 *  - bit 0 of an entry point means MIPS16 or microMIPS code
 */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ARCH_ABIS(X) X(mips)
#define ARCH_MIPS_AUDIT EM_MIPS_
#define ARCH_MIPS_TRAP { 0x00, 0x05, 0x00, 0x0d }
#define ARCH_MIPS_CALL { 0x00, 0x00, 0x00, 0x0c }
#define ARCH_MIPS_TRAP16 { 0xe8, 0xa5 }
#else
#define ARCH_ABIS(X) X(mipsel)
#define ARCH_MIPS_AUDIT (AUDIT_LE | EM_MIPS_)
#define ARCH_MIPS_TRAP { 0x0d, 0x00, 0x05, 0x00 }
#define ARCH_MIPS_CALL { 0x0c, 0x00, 0x00, 0x00 }
#define ARCH_MIPS_TRAP16 { 0xa5, 0xe8 }
#endif
#define ARCH_REGS \
	{ .audit_arch = ARCH_MIPS_AUDIT, \
	  .size = 180, .word = 4, .n_args = 4, .nr = 8, .ret = 8, \
	  .arg = { 10, 11, 12, 13 }, .pc = 40, .sp = 35, .stack_args = 16, \
	  .error = 13, \
	  .ign_at = 4, .trap_len = 4, .trap = ARCH_MIPS_TRAP, \
	  .call_len = 4, .call = ARCH_MIPS_CALL, \
	  .thumb_len = 2, .thumb = ARCH_MIPS_TRAP16 }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	/* PEEKUSER and POKEUSER take a register's number here, not an offset */
	return (int)ptrace(PTRACE_POKEUSER, tid, (void *)2, (void *)nr);
}

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	(void)tid, (void)pc;
	return r->audit_arch;
}

/* of syscall(2) a0, register 4 behind 8 words of argument space, tells, and the
 * arguments begin one register later */
#define ARCH_BPF(at) \
	JNE_K(r7, 4000, L_ARCH), \
	MOV(r3, r6), ADD_K(r3, (8 + 4) * 4), MOV(r1, fp), ADD_K(r1, -8), \
	MOV_K(r2, 4), CALL(PROBE_READ_KERNEL), LDW(r7, fp, -8), \
	ADD_K(r6, 4), \
	LABEL(L_ARCH), ADDW_K(r7, -4000),
#define ARCH_ARGS_AT ((8 + 4) * 4)
#define ARCH_ARGS_N (3 * 4)
#define ARCH_BPF_ARGS(at) \
	LDW(r1, fp, at), LDW(r2, fp, (at) + 4), LDW(r3, fp, (at) + 2 * 4),
#define ARCH_COMPAT_FORK 0
#define ARCH_COMPAT_GETPPID 0

static inline long
arch_compat_call(uint32_t nr)
{
	(void)nr;
	return -1;
}

#elif defined(__riscv) && __riscv_xlen == 64
/*
 * riscv64:
 *  - the kernel takes argument 0 from a copy that no register set shows
 *  - a0 is argument 0 and the return value
 */
#define ARCH_ABIS(X) X(riscv64)
#define ARCH_REGS \
	{ .audit_arch = AUDIT_64BIT | AUDIT_LE | EM_RISCV_, \
	  .size = 256, .word = 8, .n_args = 6, .nr = 17, .ret = 10, \
	  .arg = { 10, 11, 12, 13, 14, 15 }, .pc = 0, .sp = 2, \
	  .arg0_is_ret = 1, \
	  .trap_len = 2, .trap = { 0x02, 0x90 }, \
	  .call_len = 4, .call = { 0x73, 0x00, 0x00, 0x00 } }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	uint64_t regs[32];
	struct iovec iov = { regs, sizeof regs };

	if (ptrace(PTRACE_GETREGSET, tid, (void *)UAPI_NT_PRSTATUS, &iov) < 0)
		return -1;
	regs[r->nr] = (uint64_t)nr;
	return (int)ptrace(PTRACE_SETREGSET, tid, (void *)UAPI_NT_PRSTATUS,
	    &iov);
}

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	(void)tid, (void)pc;
	return r->audit_arch;
}

#define ARCH_BPF(at)
/* from a1 on to the copy of a0, which itself may hold -ENOSYS already */
#define ARCH_ARGS_AT (11 * 8)
#define ARCH_ARGS_N (25 * 8)
#define ARCH_BPF_ARGS(at) \
	LDW(r1, fp, (at) + 24 * 8), LDW(r2, fp, at), LDW(r3, fp, (at) + 8),
#define ARCH_COMPAT_FORK 0
#define ARCH_COMPAT_GETPPID 0

static inline long
arch_compat_call(uint32_t nr)
{
	(void)nr;
	return -1;
}

#else
#error ptrace_arch.h: unsupported architecture
#endif
