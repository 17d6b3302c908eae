/* SPDX-License-Identifier: MIT */
/*
 * victim_bare: no libc and no start-up code, as a Go or assembler program:
 * exactly the three calls below, from the entry point on.
 * Built static with -nostdlib.  victim_oddbare starts at odd_start, the last byte
 * of a long.
 */
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NR_REG "rax"
#define ARG_REGS "rdi", "rsi", "rdx"
#define INSN "syscall"
#define CLOBBERS "rcx", "r11", "memory"
#elif defined(__arm__)
#define NR_REG "r7"
#define ARG_REGS "r0", "r1", "r2"
#define INSN "svc 0"
#define CLOBBERS "memory"
#elif defined(__aarch64__)
#define NR_REG "x8"
#define ARG_REGS "x0", "x1", "x2"
#define INSN "svc 0"
#define CLOBBERS "memory"
#elif defined(__riscv)
#define NR_REG "a7"
#define ARG_REGS "a0", "a1", "a2"
#define INSN "ecall"
#define CLOBBERS "memory"
#elif defined(__mips__)
#define NR_REG "$2"
#define ARG_REGS "$4", "$5", "$6"
#define INSN "syscall"
#define CLOBBERS "$1", "$3", "$7", "$8", "$9", "$10", "$11", "$12", "$13", \
                 "$14", "$15", "$24", "$25", "hi", "lo", "memory"
#endif

#define REG(...) REG_(__VA_ARGS__)
#define REG_(a, b, c) \
	register long r0 __asm__(a) = x; \
	register long r1 __asm__(b) = y; \
	register long r2 __asm__(c) = z

static inline void
call(long nr, long x, long y, long z)
{
	register long r __asm__(NR_REG) = nr;
	REG(ARG_REGS);

	__asm__ volatile(INSN
	                 : "+r"(r), "+r"(r0), "+r"(r1), "+r"(r2)
	                 :
	                 : CLOBBERS);
}

#ifdef __x86_64__
__asm__(".balign 16\n.skip 7, 0x90\n.globl odd_start\nodd_start: jmp _start");
#endif

void
_start(void)
{
	call(SYS_write, 1, (long)"bare\n", 5);
	call(SYS_sched_get_priority_max, 0, 0, 0);
	for (;;)
		call(SYS_exit_group, 0, 0, 0);
}
