/* SPDX-License-Identifier: MIT
 *
 * All that differs between architectures, as far as stopped threads and the
 * ebpf tap's programs are concerned.  No other file may test __mips__ and its
 * like.  A new architecture is one block, which opens with the facts of its ABI
 * that cost others their bugs.
 *
 * A block must define
 *   ARCH_ABIS(X)     the ABIs that a program can use here, the native one first
 *   ARCH_REGS        rows of struct arch_regs, one for each size that the
 *                    register set NT_PRSTATUS can have
 *
 * and what differs from the generic versions at the end of this file:
 *   arch_set_nr()    change the number of the call at an entry stop; -1 makes
 *                    the kernel skip the call
 *   ARCH_ARG0_IS_HIDDEN  1: the kernel takes argument 0 from a copy that is in no
 *                    register set
 *   arch_audit()     a call's audit architecture, where the size of the
 *                    register set alone doesn't tell it; pc follows the
 *                    instruction that made the call
 *   arch_compat_call()  make a call without arguments of the 32-bit ABI, where
 *                    only a byte of thread_info tells the kernel's BPF programs
 *                    that a call is of that ABI.  ARCH_COMPAT_FORK and
 *                    ARCH_COMPAT_GETPPID are its numbers
 *   ARCH_BPF_FIND_ABI(at)  BPF instructions for the start of a call.  r7 is the
 *                    number: make it the index in the table of its ABI.  r8 is
 *                    0: make it the index of the ABI in ARCH_ABIS.  May jump to
 *                    L_ABI, the instruction behind these.  r6 is the kernel's
 *                    struct pt_regs: add to it where the arguments begin later.
 *                    The byte at fp + at has bit 1 set in a 32-bit call, where
 *                    arch_compat_call() is defined
 *   ARCH_BPF_ARGS_OFFSET, ARCH_BPF_ARGS_SIZE  the bytes of struct pt_regs that
 *                    hold arguments 0 to 2
 *   ARCH_BPF_LOAD_ARGS(at)  BPF instructions that load the low 32 bits of these
 *                    arguments into r1, r2 and r3, from a copy of the bytes at
 *                    fp + at; r8 is the index of the ABI.  (No big-endian ABI
 *                    here has 64 bits, so the low 32 bits are the first bytes.)
 *   ARCH_CODE        rows of struct instruction (syscalls/code.c): the
 *                    instructions that put a constant into a register, copy
 *                    one, call a function and make a system call, and at the
 *                    end what any other instruction changes
 *   ARCH_CODE_NR, ARCH_CODE_ARGUMENTS, ARCH_CODE_KEPT  the register of a call's
 *                    number; a bit for each that may be a function's first
 *                    argument, in C or in Go; for each that a function restores
 *   ARCH_CODE_STACK_ARGUMENT, ARCH_CODE_RETURN  where Go's functions have their
 *                    first argument if it is on the stack; the bytes that a
 *                    call pushes
 *   ARCH_CODE_PUSHES  1: ARCH_CODE has rows that push
 *   ARCH_CODE_BYTES  the type of an instruction with its numbers
 *   ARCH_CODE_REGS, ARCH_CODE_ZERO  how many registers; the one that is always 0
 *   ARCH_CODE_UNIT, ARCH_CODE_AHEAD  the unit of a jump's distance, in bytes; from
 *                    where it counts, in bytes behind the instruction's start
 *   ARCH_CODE_DELAY  1: the instruction behind a jump is executed first
 *   ARCH_CODE_IS_REGION(value)  is it part of the address, not a distance?
 *   ARCH_CODE_NUMBER(at, left, effect, number)  the number that is meant: of
 *                    the code at an instruction so many bytes are left
 * A block that defines a function defines a macro of its name, too.
 *
 * Register numbers are indices of words in the register set (asm/ptrace.h and
 * asm/elf.h of the architecture).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "lib/uapi.h"

struct arch_regs {
	uint32_t audit_arch;
	uint16_t size;          /* bytes of the register set: selects the row */
	uint8_t word;           /* bytes of a register and of a stack word */
	uint8_t n_args;         /* arguments in registers */
	uint8_t stack_args;     /* the others begin at sp + stack_args */
	uint8_t nr, ret, arg[6], pc, sp;
	uint8_t call_nr;        /* where code puts the number; 0: in nr */
	uint8_t error;          /* is 1 if ret is an errno; 0: ret is -errno */
	uint8_t arg0_is_ret;    /* a call's return value replaces argument 0 */
	uint8_t handler_offset; /* offset of sa_handler in struct sigaction */
	uint8_t trap_len, trap[4];      /* the breakpoint instruction */
	uint8_t trap_skip;      /* bytes from there to pc when it has stopped */
	uint8_t call_len, call[4];      /* the system call instruction */
	/* the same where bit 0 of pc tells 16-bit code; call16: all 0 if that
	 * has no such instruction */
	uint8_t trap16_len, trap16[2], call16[2];
};

/* of 32-bit programs, also on the 64-bit architectures */
#define ARCH_I386_ROW \
	{ .audit_arch = AUDIT_LE | EM_386_, \
	  .size = 68, .word = 4, .n_args = 6, .nr = 11, .ret = 6, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 12, .sp = 15, \
	  .call_nr = 6, .trap_skip = 1, .trap_len = 1, .trap = { 0xcc }, \
	  .call_len = 2, .call = { 0xcd, 0x80 } }
#define ARCH_ARM_ROW \
	{ .audit_arch = AUDIT_LE | EM_ARM_, \
	  .size = 72, .word = 4, .n_args = 6, .nr = 7, .ret = 0, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 15, .sp = 13, .arg0_is_ret = 1, \
	  .trap_len = 4, .trap = { 0xf0, 0x01, 0xf0, 0xe7 }, \
	  .call_len = 4, .call = { 0x00, 0x00, 0x00, 0xef }, \
	  .trap16_len = 2, .trap16 = { 0x01, 0xde }, \
	  .call16 = { 0x00, 0xdf } }

/* Most instructions are read byte by byte, because to decode their length takes
 * more code than this is worth: inside of them, what looks like a small constant
 * is rare.  Instructions for registers from r8 on are skipped.  Short code pushes
 * a number and pops it.  distance: bits of one, with its sign fewer than a long
 * has. */
#define ARCH_X86_CODE(distance) \
	{ 0xffffff, 0x2404c7, FILLS, 0, 24, 16, 7 }, \
	{ 0xff, 0xe8, CALLS, 0, 8, distance, 5 }, \
	{ 0xff, 0xe9, JUMPS, 0, 8, distance, 5 }, \
	{ 0xff, 0xeb, JUMPS, 0, 8, 8, 2 }, \
	{ 0xff, 0xc3, RETURNS, 0, 0, 0, 1 }, \
	{ 0xc0ff, 0xc089, COPIES, 8, 11, 3, 2 }, \
	{ 0xffc7ff, 0x244489, PUTS, 11, 24, 8, 4 }, \
	{ 0xffc7ff, 0x240489, PUTS, 11, 24, 0, 3 }, \
	{ 0xff, 0x89, NOTHING, 0, 0, 0, 2 }, \
	{ 0xffc7ff, 0x24448b, TAKES, 11, 24, 8, 4 }, \
	{ 0xf9, 0x89, CHANGES, 11, 0, 0, 2 }, \
	{ 0xffff, 0xec83, GROWS, 0, 16, 8, 3 }, \
	{ 0xf8f0, 0xb880, NOTHING, 0, 0, 0, 2 }, \
	{ 0xfe0000f8, 0xb8, SETS, 0, 8, 16, 5 }, \
	{ 0xf8ff, 0xc0c7, SETS, 8, 16, 16, 6 }, \
	{ 0xffff, 0xc031, SETS, 8, 0, 0, 2 }, \
	{ 0xffff, 0xff31, SETS, 8, 0, 0, 2 }, \
	{ 0xf8ff00ff, 0x5800006a, SETS, 16, 8, 8, 3 }, \
	{ 0xffff, 0x050f, MAKES_CALL, 0, 0, 0, 2 }, \
	{ 0xf0ff, 0x800f, NOTHING, 0, 0, 0, 6 }, \
	{ 0xf6ff, 0xb60f, CHANGES, 19, 0, 0, 3 }

#if defined(__x86_64__)
/*
 * x86-64:
 *  - rax holds -ENOSYS at entry, the number is in orig_rax
 *  - x32 is bit 30 of the number, not an audit arch of its own
 *  - 32-bit code has a smaller register set; but 64-bit code can make 32-bit
 *    calls by int $0x80, which before Linux 5.3 only the instruction shows
 */
#define ARCH_ABIS(X) X(x86_64) X(i386) X(x32)
#define ARCH_CODE \
	{ 0xfff1, 0x8941, NOTHING, 0, 0, 0, 3 }, \
	{ 0xf9f1, 0x8941, CHANGES, 19, 0, 0, 3 }, \
	{ 0xf0f1, 0x8041, NOTHING, 0, 0, 0, 3 }, \
	{ 0xfff4, 0x8944, CHANGES, 16, 0, 0, 3 }, \
	{ 0xf0f4, 0x8044, NOTHING, 0, 0, 0, 3 }, \
	{ 0xf1, 0x41, NOTHING, 0, 0, 0, 2 }, \
	{ 0xf4, 0x44, NOTHING, 0, 0, 0, 2 }, \
	ARCH_X86_CODE(32), \
	{ 0, 0, NOTHING, 0, 0, 0, 1 }
#define ARCH_CODE_NR 0
#define ARCH_CODE_PUSHES 1
#define ARCH_CODE_ARGUMENTS 0x81
#define ARCH_CODE_STACK_ARGUMENT 0
#define ARCH_CODE_RETURN 8
#define ARCH_CODE_REGS 8
#define ARCH_CODE_KEPT 0x28
#define ARCH_CODE_UNIT 1
#define ARCH_REGS \
	{ .audit_arch = AUDIT_64BIT | AUDIT_LE | EM_X86_64_, \
	  .size = 216, .word = 8, .n_args = 6, .nr = 15, .ret = 10, \
	  .arg = { 14, 13, 12, 7, 9, 8 }, .pc = 16, .sp = 19, \
	  .call_nr = 10, .trap_skip = 1, .trap_len = 1, .trap = { 0xcc }, \
	  .call_len = 2, .call = { 0x0f, 0x05 } }, \
	ARCH_I386_ROW

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	return (int)ptrace(PTRACE_POKEUSER, tid, (void *)(15L * 8), (void *)nr);
}
#define arch_set_nr arch_set_nr

static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	long insn;

	if (r->word == 4)
		return r->audit_arch;
	insn = ptrace(PTRACE_PEEKTEXT, tid, (void *)(pc - 2), (void *)0);
	return (insn & 0xffff) == 0x80cd ? AUDIT_LE | EM_386_ : r->audit_arch;
}
#define arch_audit arch_audit

/* TS_COMPAT and not the code segment, because 64-bit code can use int $0x80;
 * x32 is bit 30 of the number */
#define ARCH_BPF_FIND_ABI(at) \
	LDB(r1, fp, at), AND_K(r1, 2), JEQ_K(r1, 0, L_ARCH), \
	MOV_K(r8, 1), JA(L_ABI), \
	LABEL(L_ARCH), MOV(r1, r7), RSH_K(r1, 30), JNE_K(r1, 1, L_ABI), \
	LSH_K(r7, 34), RSH_K(r7, 34), MOV_K(r8, 2),
/* from rbx on: ebx, ecx and edx in a call of i386, else rdi, rsi and rdx */
#define ARCH_BPF_ARGS_OFFSET (5 * 8)
#define ARCH_BPF_ARGS_SIZE (10 * 8)
#define ARCH_BPF_LOAD_ARGS(at) \
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
#define arch_compat_call arch_compat_call

/* musl's code behind a signal handler, which calls rt_sigreturn */
void arch_return_from_handler(void) __asm__("__restore_rt");
#define ARCH_SIGACTION_RESTORE(words) ((words)[1] = 0x04000000, \
	(words)[2] = (unsigned long)arch_return_from_handler)

#elif defined(__i386__)
/*
 * i386:
 *  - eax holds -ENOSYS at entry, the number is in orig_eax
 */
#define ARCH_ABIS(X) X(i386)
/* a function's arguments are on the stack */
#define ARCH_CODE \
	{ 0xffff, 0x80cd, MAKES_CALL, 0, 0, 0, 2 }, \
	{ 0xffffffff, 0x1015ff65, MAKES_CALL, 0, 0, 0, 7 }, \
	{ 0xf8, 0x50, PUSHES, 0, 0, 0, 1 }, \
	{ 0xff0000ff, 0x68, FILLS, 4, 8, 16, 5 }, \
	ARCH_X86_CODE(31), \
	{ 0xff, 0x6a, FILLS, 4, 8, 8, 2 }, \
	{ 0, 0, NOTHING, 0, 0, 0, 1 }
#define ARCH_CODE_BYTES uint64_t
#define ARCH_CODE_PUSHES 1
#define ARCH_CODE_NR 0
#define ARCH_CODE_ARGUMENTS 0
#define ARCH_CODE_STACK_ARGUMENT 0
#define ARCH_CODE_RETURN 4
#define ARCH_CODE_REGS 8
#define ARCH_CODE_KEPT 0xe8
#define ARCH_CODE_UNIT 1
#define ARCH_REGS ARCH_I386_ROW

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	return (int)ptrace(PTRACE_POKEUSER, tid, (void *)(11L * 4), (void *)nr);
}
#define arch_set_nr arch_set_nr

/* musl's code behind a signal handler without SA_SIGINFO, which calls sigreturn */
void arch_return_from_handler(void) __asm__("__restore");
#define ARCH_SIGACTION_RESTORE(words) ((words)[1] = 0x04000000, \
	(words)[2] = (unsigned long)arch_return_from_handler)

#elif defined(__aarch64__)
/*
 * aarch64:
 *  - no PEEKUSER; only a register set of its own changes the number
 *  - a 32-bit arm program has a register set of 18 words
 *  - x0 is argument 0 and the return value
 */
#define ARCH_ABIS(X) X(aarch64) X(arm)
/* A number is 16 bits or a mask, as in "orr x0, xzr, #0x38".  Of a place on the
 * stack, the field begins in that of the register sp, which is all ones: so it is
 * in bytes, and 7 more. */
#define ARCH_CODE \
	{ 0x7fe00000, 0x52800000, SETS, 0, 5, 16, 4 }, \
	{ 0xffc003e0, 0xb24003e0, LOADS, 0, 10, 12, 4 }, \
	{ 0x7fe0ffe0, 0x2a0003e0, COPIES, 0, 16, 5, 4 }, \
	{ 0xffc003e0, 0xf90003e0, PUTS, 0, 7, 15, 4 }, \
	{ 0xffc003e0, 0xf94003e0, TAKES, 0, 7, 15, 4 }, \
	{ 0xffe00fff, 0xf8000ffe, GROWS, 0, 12, 9, 4 }, \
	{ 0xffc003ff, 0xd10003ff, GROWS, 0, 10, 12, 4 }, \
	{ 0xfc000000, 0x94000000, CALLS, 0, 0, 26, 4 }, \
	{ 0xfc000000, 0x14000000, JUMPS, 0, 0, 26, 4 }, \
	{ 0xfffffc1f, 0xd65f0000, RETURNS, 0, 0, 0, 4 }, \
	{ 0xffffffff, 0xd4000001, MAKES_CALL, 0, 0, 0, 4 }, \
	{ 0, 0, CHANGES, 0, 0, 0, 4 }
#define ARCH_CODE_NR 8
#define ARCH_CODE_NUMBER(at, left, effect, number) ((effect) == LOADS ? \
	((2ul << ((number) & 63)) - 1) << (-((number) >> 6) & 63) : (number))
#define ARCH_CODE_ARGUMENTS 1
#define ARCH_CODE_STACK_ARGUMENT 15
#define ARCH_CODE_ZERO 31
#define ARCH_CODE_REGS 32
#define ARCH_CODE_KEPT 0xbff80000
#define ARCH_CODE_AHEAD 0
#define ARCH_REGS \
	{ .audit_arch = AUDIT_64BIT | AUDIT_LE | EM_AARCH64_, \
	  .size = 272, .word = 8, .n_args = 6, .nr = 8, .ret = 0, \
	  .arg = { 0, 1, 2, 3, 4, 5 }, .pc = 32, .sp = 31, .arg0_is_ret = 1, \
	  .trap_len = 4, .trap = { 0x00, 0x00, 0x20, 0xd4 }, \
	  .call_len = 4, .call = { 0x01, 0x00, 0x00, 0xd4 } }, \
	ARCH_ARM_ROW

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	int value = (int)nr;
	struct iovec iov = { &value, sizeof value };

	(void)r;
	return (int)ptrace(PTRACE_SETREGSET, tid,
	    (void *)UAPI_NT_ARM_SYSTEM_CALL, &iov);
}
#define arch_set_nr arch_set_nr

/* pstate follows 31 registers, sp and pc; bit 4 is set in 32-bit code */
#define ARCH_BPF_FIND_ABI(at) \
	MOV(r3, r6), ADD_K(r3, 33 * 8), MOV(r1, fp), ADD_K(r1, -8), \
	MOV_K(r2, 8), CALL(PROBE_READ_KERNEL), LDD(r1, fp, -8), \
	AND_K(r1, 0x10), JEQ_K(r1, 0, L_ABI), MOV_K(r8, 1),

#elif defined(__arm__)
/*
 * arm EABI:
 *  - the number is in r7; changing r7 does not change the call
 *  - r0 is argument 0 and the return value
 *  - bit 0 of an entry point means Thumb code
 */
#define ARCH_ABIS(X) X(arm)
/* 32-bit instructions, not Thumb code.  A constant has 8 bits that are rotated,
 * or is a word near by. */
#define ARCH_CODE \
	{ 0xffff0000, 0xe3a00000, SETS, 12, 0, 12, 4 }, \
	{ 0xffff0000, 0xe59f0000, LOADS, 12, 0, 12, 4 }, \
	{ 0xffff0ff0, 0xe1a00000, COPIES, 12, 0, 4, 4 }, \
	{ 0xffff0000, 0xe58d0000, PUTS, 12, 0, 12, 4 }, \
	{ 0xffff0000, 0xe59d0000, TAKES, 12, 0, 12, 4 }, \
	{ 0xfffff000, 0xe52de000, GROWS, 0, 0, 12, 4 }, \
	{ 0xff000000, 0xeb000000, CALLS, 0, 0, 24, 4 }, \
	{ 0xff000000, 0xea000000, JUMPS, 0, 0, 24, 4 }, \
	{ 0xffffffff, 0xe12fff1e, RETURNS, 0, 0, 0, 4 }, \
	{ 0xffff8000, 0xe8bd8000, RETURNS, 0, 0, 0, 4 }, \
	{ 0xffffffff, 0xe49df004, RETURNS, 0, 0, 0, 4 }, \
	{ 0xffffffff, 0xef000000, MAKES_CALL, 0, 0, 0, 4 }, \
	{ 0, 0, CHANGES, 12, 0, 0, 4 }
#define ARCH_CODE_NR 7
#define ARCH_CODE_ARGUMENTS 1
#define ARCH_CODE_STACK_ARGUMENT 4
#define ARCH_CODE_REGS 16
#define ARCH_CODE_KEPT 0x2ff0
#define ARCH_CODE_AHEAD 8

static inline unsigned long
arch_code_number(const unsigned char *at, size_t left, bool loads,
    unsigned long number)
{
	uint32_t v = (uint32_t)number & 255;
	unsigned rotation = (unsigned)number >> 8 << 1;

	if (!loads)
		return v >> rotation | v << (-rotation & 31);
	if (8 + number + sizeof v > left)
		return (unsigned long)-1;
	memcpy(&v, at + 8 + number, sizeof v);
	return v;
}
#define ARCH_CODE_NUMBER(at, left, effect, number) \
	arch_code_number(at, left, (effect) == LOADS, number)
#define ARCH_REGS ARCH_ARM_ROW

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	return (int)ptrace(23 /* PTRACE_SET_SYSCALL */, tid, (void *)0,
	    (void *)nr);
}
#define arch_set_nr arch_set_nr

#elif defined(__mips__) && _MIPS_SIM == _ABIO32
/*
 * mips o32:
 *  - the register set is 45 words of 4 bytes, $0 at word 6
 *  - number in v0 ($2), arguments in a0..a3 ($4..$7), the rest on the stack
 *  - syscall(2) is itself a call, 4000; a0 is then the real call's number
 *  - v0 returns the value or the errno; a3 is 1 if it is an errno
 *  - bit 0 of an entry point means MIPS16 or microMIPS code; MIPS16 has no
 *    system call instruction
 */
#define ARCH_CODE \
	{ 0xefe00000, 0x24000000, SETS, 16, 0, 16, 4 }, \
	{ 0xfc1f07fb, 0x00000021, COPIES, 11, 21, 5, 4 }, \
	{ 0xffe007fb, 0x00000021, COPIES, 11, 16, 5, 4 }, \
	{ 0xffe00000, 0xafa00000, PUTS, 16, 0, 16, 4 }, \
	{ 0xffe00000, 0x8fa00000, TAKES, 16, 0, 16, 4 }, \
	{ 0xffff0000, 0x27bd0000, GROWS, 0, 0, 16, 4 }, \
	{ 0xfc000000, 0x0c000000, CALLS, 0, 0, 26, 4 }, \
	{ 0xfc000000, 0x08000000, JUMPS, 0, 0, 26, 4 }, \
	{ 0xffff0000, 0x04110000, CALLS, 0, 0, 16, 4 }, \
	{ 0xffff0000, 0x10000000, JUMPS, 0, 0, 16, 4 }, \
	{ 0xfc1fffff, 0x00000008, RETURNS, 0, 0, 0, 4 }, \
	{ 0xfc00003f, 0x0000000c, MAKES_CALL, 0, 0, 0, 4 }, \
	{ 0xfc000000, 0x00000000, CHANGES, 11, 0, 0, 4 }, \
	{ 0, 0, CHANGES, 16, 0, 0, 4 }
#define ARCH_CODE_NR 2
#define ARCH_CODE_ARGUMENTS 0x10
#define ARCH_CODE_STACK_ARGUMENT 4
#define ARCH_CODE_ZERO 0
#define ARCH_CODE_REGS 32
#define ARCH_CODE_KEPT 0xf0ff0000
#define ARCH_CODE_DELAY 1
#define ARCH_SIGACTION_HANDLER 1
#define ARCH_CODE_IS_REGION(value) (((value) & 0xf8000000) == 0x08000000)
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
	  .handler_offset = 4, .trap_len = 4, .trap = ARCH_MIPS_TRAP, \
	  .call_len = 4, .call = ARCH_MIPS_CALL, \
	  .trap16_len = 2, .trap16 = ARCH_MIPS_TRAP16 }

static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	(void)r;
	/* the number of the register here, not its offset */
	return (int)ptrace(PTRACE_POKEUSER, tid, (void *)2, (void *)nr);
}
#define arch_set_nr arch_set_nr

/* For syscall(2) take the number from a0, register 4 behind 8 words of argument
 * space; the arguments begin one register later. */
#define ARCH_BPF_FIND_ABI(at) \
	JNE_K(r7, 4000, L_ARCH), \
	MOV(r3, r6), ADD_K(r3, (8 + 4) * 4), MOV(r1, fp), ADD_K(r1, -8), \
	MOV_K(r2, 4), CALL(PROBE_READ_KERNEL), LDW(r7, fp, -8), \
	ADD_K(r6, 4), \
	LABEL(L_ARCH), ADDW_K(r7, -4000),
#define ARCH_BPF_ARGS_OFFSET ((8 + 4) * 4)

#elif defined(__riscv) && __riscv_xlen == 64
/*
 * riscv64:
 *  - the kernel takes argument 0 from a copy that is in no register set, and
 *    that only PTRACE_SET_SYSCALL_INFO changes, since Linux 6.16
 *  - a0 is argument 0 and the return value
 */
#define ARCH_ABIS(X) X(riscv64)
/* jumps, whose distance is in pieces, are not followed */
#define ARCH_CODE \
	{ 0x000ff07f, 0x00000013, SETS, 7, 20, 12, 4 }, \
	{ 0xfff0707f, 0x00000013, COPIES, 7, 15, 5, 4 }, \
	{ 0xf003, 0x4001, SETS, 7, 2, 5, 2 }, \
	{ 0xf07f, 0x8002, RETURNS, 0, 0, 0, 2 }, \
	{ 0xf003, 0x8002, COPIES, 7, 2, 5, 2 }, \
	{ 0xffffffff, 0x00000073, MAKES_CALL, 0, 0, 0, 4 }, \
	{ 0x7f, 0x6f, CALLS, 0, 0, 0, 4 }, \
	{ 0xe003, 0xa001, RETURNS, 0, 0, 0, 2 }, \
	{ 3, 3, CHANGES, 7, 0, 0, 4 }, \
	{ 0, 0, CHANGES, 7, 0, 0, 2 }
#define ARCH_CODE_NR 17
#define ARCH_CODE_ARGUMENTS 0x400
#define ARCH_CODE_STACK_ARGUMENT 8
#define ARCH_CODE_ZERO 0
#define ARCH_CODE_REGS 32
#define ARCH_CODE_KEPT 0x0ffc0300
#define ARCH_REGS \
	{ .audit_arch = AUDIT_64BIT | AUDIT_LE | EM_RISCV_, \
	  .size = 256, .word = 8, .n_args = 6, .nr = 17, .ret = 10, \
	  .arg = { 10, 11, 12, 13, 14, 15 }, .pc = 0, .sp = 2, \
	  .arg0_is_ret = 1, \
	  .trap_len = 2, .trap = { 0x02, 0x90 }, \
	  .call_len = 4, .call = { 0x73, 0x00, 0x00, 0x00 } }

#define ARCH_ARG0_IS_HIDDEN 1

/* from a1 up to the copy of a0, because a0 may hold -ENOSYS already */
#define ARCH_BPF_ARGS_OFFSET (11 * 8)
#define ARCH_BPF_ARGS_SIZE (25 * 8)
#define ARCH_BPF_LOAD_ARGS(at) \
	LDW(r1, fp, (at) + 24 * 8), LDW(r2, fp, at), LDW(r3, fp, (at) + 8),

#else
#error ptrace_arch.h: unsupported architecture
#endif

/* --- the generic versions */

#ifndef ARCH_CODE_BYTES
#define ARCH_CODE_BYTES unsigned long
#endif
#ifndef ARCH_CODE_PUSHES
#define ARCH_CODE_PUSHES 0
#endif
#ifndef ARCH_CODE_IS_REGION
#define ARCH_CODE_IS_REGION(value) 0
#endif
#ifndef ARCH_CODE_NUMBER
#define ARCH_CODE_NUMBER(at, left, effect, number) (number)
#endif
#ifndef ARCH_CODE_RETURN
#define ARCH_CODE_RETURN 0
#endif
#ifndef ARCH_CODE_DELAY
#define ARCH_CODE_DELAY 0
#endif
#ifndef ARCH_CODE_AHEAD
#define ARCH_CODE_AHEAD i->len
#endif
#ifndef ARCH_CODE_UNIT
#define ARCH_CODE_UNIT 4
#endif
#ifndef ARCH_CODE_ZERO
#define ARCH_CODE_ZERO 32       /* none */
#endif

/* the kernel's struct sigaction as words: the flags are the other of the first
 * two; x86 has no code of its own that makes a handler return */
#ifndef ARCH_SIGACTION_HANDLER
#define ARCH_SIGACTION_HANDLER 0
#endif
#ifndef ARCH_SIGACTION_RESTORE
#define ARCH_SIGACTION_RESTORE(words) ((void)(words))
#endif

#ifndef ARCH_ARG0_IS_HIDDEN
#define ARCH_ARG0_IS_HIDDEN 0
#endif

#ifndef arch_set_nr
/* The kernel takes the number from its register again after an entry stop. */
static inline int
arch_set_nr(pid_t tid, const struct arch_regs *r, long nr)
{
	long regs[64];
	struct iovec iov = { regs, sizeof regs };

	if (ptrace(PTRACE_GETREGSET, tid, (void *)UAPI_NT_PRSTATUS, &iov) < 0)
		return -1;
	regs[r->nr] = nr;
	return (int)ptrace(PTRACE_SETREGSET, tid, (void *)UAPI_NT_PRSTATUS,
	    &iov);
}
#endif

#ifndef arch_audit
static inline uint32_t
arch_audit(pid_t tid, const struct arch_regs *r, uint64_t pc)
{
	(void)tid, (void)pc;
	return r->audit_arch;
}
#endif

#ifndef arch_compat_call
#define ARCH_COMPAT_FORK 0
#define ARCH_COMPAT_GETPPID 0

static inline long
arch_compat_call(uint32_t nr)
{
	(void)nr;
	return -1;
}
#endif

#ifndef ARCH_BPF_FIND_ABI
#define ARCH_BPF_FIND_ABI(at)
#endif

#ifndef ARCH_BPF_ARGS_OFFSET
#define ARCH_BPF_ARGS_OFFSET 0
#endif

/* consecutive registers; those of 32-bit code are the low halves */
#ifndef ARCH_BPF_LOAD_ARGS
#define ARCH_WORD ((int)sizeof(long))
#define ARCH_BPF_ARGS_SIZE (3 * ARCH_WORD)
#define ARCH_BPF_LOAD_ARGS(at) \
	LDW(r1, fp, at), LDW(r2, fp, (at) + ARCH_WORD), \
	LDW(r3, fp, (at) + 2 * ARCH_WORD),
#endif
