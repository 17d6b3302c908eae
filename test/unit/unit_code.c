/* SPDX-License-Identifier: MIT
 *
 * code.c: the system calls in this program's own code, in code as Go makes it, in
 * code that is cut, and in random bytes.
 */
#include "unit.h"

#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "syscalls/code.h"

/* from the linker */
extern const unsigned char code_start[] __asm__("__executable_start");
extern const unsigned char etext[];

static bool found[8192];

static void
note_number(void *arg, uint32_t nr)
{
	if (arg == found && nr < LENGTH(found))
		found[nr] = true;
}

static int
scan(const unsigned char *code, size_t size)
{
	memset(found, 0, sizeof found);
	return code_scan(code, size, (unsigned long)code, note_number, found);
}

/* Never called: what they do need not be possible. */
extern volatile int unit_code_calls;
volatile int unit_code_calls;

static void
make_calls(void)
{
	sched_yield();
	fdatasync(0);
	syscall(SYS_personality, 0);
	syscall(SYS_timer_create, 0);
	read(0, found, 1);
}

/* As Go calls SYS_quotactl: a function gets the number where Go's functions have
 * their first argument, calls another function, and passes the number on to the
 * one that makes the call.  SYS_acct goes to a function that makes none. */
#if defined(__x86_64__)
__asm__(".text; mov $179, %eax; call 1f; mov $163, %eax; call 2f; ret;"
	"1: sub $0x68, %rsp; mov %rax, 0x40(%rsp); call 2f;"
	"mov 0x40(%rsp), %rax; mov %rax, (%rsp); call 3f; add $0x68, %rsp; ret;"
	"2: mov %rax, 0x8(%rsp); xor %eax, %eax; ret;"
	"3: sub $0x10, %rsp; mov 0x18(%rsp), %rax; syscall; ret");
#elif defined(__i386__)
__asm__(".text; movl $131, (%esp); call 1f; movl $51, (%esp); call 2f; ret;"
	"1: sub $0x34, %esp; call 2f; mov 0x38(%esp), %eax;"
	"mov %eax, (%esp); call 3f; add $0x34, %esp; ret;"
	"2: xor %eax, %eax; ret;"
	"3: mov 0x4(%esp), %eax; int $0x80; ret");
#elif defined(__aarch64__)
/* 60 and 56, which are made as masks */
__asm__(".text; orr x0, xzr, #0x3c; bl 1f; orr x0, xzr, #0x38; bl 2f; ret;"
	"1: str x30, [sp, #-80]!; str x0, [sp, #64]; bl 2f;"
	"ldr x0, [sp, #64]; bl 3f; ldr x30, [sp], #80; ret;"
	"2: mov x0, #0; ret;"
	"3: mov x8, x0; svc #0; ret");
#elif defined(__arm__) && !defined(__thumb__)
__asm__(".text; mov r0, #131; str r0, [sp, #4]; bl 1f;"
	"mov r0, #51; str r0, [sp, #4]; bl 2f; bx lr;"
	"1: str lr, [sp, #-44]!; bl 2f; ldr r0, [sp, #48];"
	"str r0, [sp, #4]; bl 3f; ldr pc, [sp], #44;"
	"2: mov r0, #0; bx lr;"
	"3: ldr r7, [sp, #4]; svc #0; bx lr");
#elif defined(__mips__) && !defined(__mips16)
__asm__(".text; .set push; .set noreorder;"
	"li $1, 4131; sw $1, 4($29); jal 1f; nop;"
	"li $1, 4051; sw $1, 4($29); jal 2f; nop; jr $31; nop;"
	"1: addiu $29, $29, -56; jal 2f; nop; lw $1, 60($29);"
	"sw $1, 4($29); jal 3f; nop; jr $31; nop;"
	"2: li $2, 0; jr $31; nop;"
	"3: addiu $29, $29, -24; lw $2, 28($29); syscall; jr $31; nop;"
	".set pop");
#endif

static size_t
own_code_size(void)
{
	return (uintptr_t)etext - (uintptr_t)code_start;
}

/* in a function of its own, through musl's for what a thread's cancellation
 * may interrupt, and through syscall() */
static void
test_own_code(void)
{
	static const struct { long nr; bool there; } rows[] = {
		{ SYS_sched_yield, true }, { SYS_fdatasync, true },
		{ SYS_read, true }, { SYS_personality, true },
		{ SYS_timer_create, true }, { SYS_reboot, false },
		{ SYS_quotactl, true },
		{ SYS_setns, false }, { SYS_delete_module, false },
		{ SYS_acct, false }, { SYS_swapon, false },
	};
	size_t i;

	if (unit_code_calls)
		make_calls();
#ifdef __GLIBC__
	skip("own_code", "the C library is in another file");
	return;
#endif
	check_num("scanned", scan(code_start, own_code_size()), 0);
	for (i = 0; i < LENGTH(rows); i++)
		check(found[rows[i].nr] == rows[i].there, "own_code",
		    "%ld: %d", rows[i].nr, found[rows[i].nr]);
}

/* cut anywhere: nothing behind the padding is read */
static void
test_cut(void)
{
	static unsigned char code[4096 + CODE_PADDING];
	size_t size, offset;
	int n = 0;

	for (offset = 0; offset + sizeof code < own_code_size();
	    offset += 40000)
		for (size = 0; size < 300; size++, n++) {
			unsigned char *end = code + sizeof code - CODE_PADDING;

			memcpy(end - size, code_start + offset, size);
			scan(end - size, size);
		}
	check(n > 0, "cut", "%d", n);
}

static void
test_random(void)
{
	static unsigned char code[65536 + CODE_PADDING];
	uint64_t r;
	size_t i;
	int round;

	for (round = 0; round < 200; round++) {
		for (i = 0; i + 8 <= sizeof code; i += 8) {
			r = random_64();
			/* few different bytes are more often instructions */
			if (round % 2)
				r &= 0x0f03ff00ff0000ff;
			memcpy(code + i, &r, 8);
		}
		scan(code, sizeof code - CODE_PADDING);
	}
	check(true, "random", "%s", "");
}

static void
test_damaged(void)
{
	static unsigned char code[4096 + CODE_PADDING];
	size_t from = own_code_size() - sizeof code, i;
	int n;

	for (n = 0; n < 10000; n++) {
		memcpy(code, code_start + random_64() % from, sizeof code);
		for (i = random_64() % 100; i > 0; i--)
			code[random_64() % sizeof code] =
			    (unsigned char)random_64();
		scan(code, sizeof code - CODE_PADDING);
	}
	check(true, "damaged", "%d", n);
}

static void
check_fast(const char *name, const unsigned char *code, size_t size)
{
	struct timespec t0, t1;
	long us;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
	scan(code, size);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
	us = (t1.tv_sec - t0.tv_sec) * 1000000 +
	    (t1.tv_nsec - t0.tv_nsec) / 1000;
	printf("# %s: %zu bytes in %ld us\n", name, size, us);
	check(us < 100000, name, "%ld us", us);
}

/* 1 MB in some milliseconds of the CPU */
static void
test_bounded(void)
{
	/* mov $1, %eax; call to before the zeros */
	static const unsigned char calls[10] = { 0xb8, 1, 0, 0, 0, 0xe8 };
	/* on x86, functions that call each other, and are in each other when
	 * the steps end */
	static const unsigned char nested[] = {
		0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xeb, 0xeb, 0xb6, 0x0c,
		0xdf, 0x43, 0xeb, 0xff, 0xeb, 0x01, 0xff, 0xeb, 0x00, 0x00, 0x00, 0xc7,
		0xc7, 0xc7, 0xc7, 0xc7, 0xc7, 0xc7, 0xc7, 0xc7, 0xc7, 0xc7, 0xff, 0xff,
		0xff, 0xff, 0xff, 0x01, 0xff, 0xe8, 0xe6, 0xff, 0xff, 0xff, 0x00, 0x00,
		0x00, 0xeb, 0xeb, 0xb6, 0x0c, 0xff, 0x43, 0xeb, 0xff, 0xeb, 0x01, 0xff,
		0xeb, 0x00, 0x00, 0x00, 0xc7, 0xc7, 0x25, 0x02,
	};
	static unsigned char code[1 << 20];
	const size_t zeros = 1 << 16;
	size_t size = own_code_size(), i;
	uint32_t distance;

	/* copies of this program's code up to 1 MB */
	for (i = 0; i + size + CODE_PADDING < sizeof code; i += size)
		memcpy(code + i, code_start, size);
	check_fast("fast", code, i);
	memset(code, 0, zeros);
	for (i = zeros; i < 2 * zeros; i += sizeof calls) {
		distance = -(uint32_t)(i + sizeof calls);
		memcpy(code + i, calls, sizeof calls);
		memcpy(code + i + 6, &distance, sizeof distance);
	}
	check_fast("repeated", code, i);
	memcpy(code, nested, sizeof nested);
	memset(code + sizeof nested, 0, CODE_PADDING);
	check_fast("nested", code, sizeof nested);
}

int
main(void)
{
	test_own_code();
	test_cut();
	test_random();
	test_damaged();
	test_bounded();
	return unit_end();
}
