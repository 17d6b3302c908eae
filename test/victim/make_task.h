/* SPDX-License-Identifier: MIT */
/*
 * make_task(): fork, vfork, clone or clone3 with all flags, without the C
 * library, which allows few of them.  The child never returns: it calls
 * child_entry(task), below its parent's frame if it has no stack of its own.
 * It shares its creator's thread pointer, so it must not depend on errno.
 *
 * arg: the call's arguments; that of the thread pointer is not used, because
 * i386 has no other register for `task`.
 */
#if defined(__mips__) || defined(__aarch64__) || defined(__arm__) || \
    defined(__riscv) || defined(__i386__)
enum { CLONE_TLS = 3, CLONE_CTID = 4 };
#else
enum { CLONE_TLS = 4, CLONE_CTID = 3 };
#endif

struct task;

static _Noreturn void child_entry(struct task *) __attribute__((used));

#if defined(__x86_64__)

static inline long
make_task(long nr, const long *arg, struct task *task)
{
	register long r10 __asm__("r10") = arg[3];
	register long r8 __asm__("r8") = arg[4];
	long ret;

	__asm__ volatile("syscall\n\t"
	                 "test %%rax, %%rax\n\t"
	                 "jnz 1f\n\t"
	                 "sub $256, %%rsp\n\t"
	                 "and $-16, %%rsp\n\t"
	                 "mov %%rbx, %%rdi\n\t"
	                 "call child_entry\n"
	                 "1:"
	                 : "=a"(ret)
	                 : "0"(nr), "D"(arg[0]), "S"(arg[1]), "d"(arg[2]),
	                   "r"(r10), "r"(r8), "b"(task)
	                 : "rcx", "r11", "memory");
	return ret;
}

#elif defined(__i386__)

static inline long
make_task(long nr, const long *arg, struct task *task)
{
	long ret;

	__asm__ volatile("int $0x80\n\t"
	                 "test %%eax, %%eax\n\t"
	                 "jnz 1f\n\t"
	                 "and $-16, %%esp\n\t"
	                 "sub $12, %%esp\n\t"
	                 "push %%esi\n\t"
	                 "call child_entry\n"
	                 "1:"
	                 : "=a"(ret)
	                 : "0"(nr), "b"(arg[0]), "c"(arg[1]), "d"(arg[2]),
	                   "S"(task), "D"(arg[4])
	                 : "memory");
	return ret;
}

#elif defined(__aarch64__)

static inline long
make_task(long nr, const long *arg, struct task *task)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = arg[0];
	register long x1 __asm__("x1") = arg[1];
	register long x2 __asm__("x2") = arg[2];
	register long x3 __asm__("x3") = arg[3];
	register long x4 __asm__("x4") = arg[4];
	register struct task *x5 __asm__("x5") = task;

	__asm__ volatile("svc 0\n\t"
	                 "cbnz x0, 1f\n\t"
	                 "mov x0, x5\n\t"
	                 "bl child_entry\n"
	                 "1:"
	                 : "+r"(x0)
	                 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
	                 : "x30", "memory", "cc");
	return x0;
}

#elif defined(__arm__)

static inline long
make_task(long nr, const long *arg, struct task *task)
{
	register long r7 __asm__("r7") = nr;
	register long r0 __asm__("r0") = arg[0];
	register long r1 __asm__("r1") = arg[1];
	register long r2 __asm__("r2") = arg[2];
	register long r3 __asm__("r3") = arg[3];
	register long r4 __asm__("r4") = arg[4];
	register struct task *r5 __asm__("r5") = task;

	__asm__ volatile("svc 0\n\t"
	                 "cmp r0, #0\n\t"
	                 "bne 1f\n\t"
	                 "mov r0, r5\n\t"
	                 "bl child_entry\n"
	                 "1:"
	                 : "+r"(r0)
	                 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
	                 : "lr", "memory", "cc");
	return r0;
}

#elif defined(__riscv)

static inline long
make_task(long nr, const long *arg, struct task *task)
{
	register long a7 __asm__("a7") = nr;
	register long a0 __asm__("a0") = arg[0];
	register long a1 __asm__("a1") = arg[1];
	register long a2 __asm__("a2") = arg[2];
	register long a3 __asm__("a3") = arg[3];
	register long a4 __asm__("a4") = arg[4];
	register struct task *a5 __asm__("a5") = task;

	__asm__ volatile("ecall\n\t"
	                 "bnez a0, 1f\n\t"
	                 "mv a0, a5\n\t"
	                 "call child_entry\n"
	                 "1:"
	                 : "+r"(a0)
	                 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
	                 : "ra", "memory");
	return a0;
}

#elif defined(__mips__)

/* argument 4 is on the stack; register 7 tells an error */
static inline long
make_task(long nr, const long *arg, struct task *task)
{
	register long v0 __asm__("$2") = nr;
	register long a0 __asm__("$4") = arg[0];
	register long a1 __asm__("$5") = arg[1];
	register long a2 __asm__("$6") = arg[2];
	register long a3 __asm__("$7") = arg[3];
	register long s0 __asm__("$16") = arg[4];
	register struct task *s1 __asm__("$17") = task;

	__asm__ volatile("subu $29, $29, 32\n\t"
	                 "sw $16, 16($29)\n\t"
	                 "syscall\n\t"
	                 "bnez $7, 1f\n\t"
	                 "bnez $2, 1f\n\t"
	                 "move $4, $17\n\t"
	                 "la $25, child_entry\n\t"
	                 "jalr $25\n"
	                 "1:\n\t"
	                 "addu $29, $29, 32"
	                 : "+r"(v0), "+r"(a3)
	                 : "r"(a0), "r"(a1), "r"(a2), "r"(s0), "r"(s1)
	                 : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13",
	                   "$14", "$15", "$24", "$25", "$31", "hi", "lo",
	                   "memory");
	return a3 ? -v0 : v0;
}

#endif
