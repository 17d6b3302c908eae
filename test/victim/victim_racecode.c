/* SPDX-License-Identifier: MIT */
/*
 * victim_racecode N: on x86-64, make a 32-bit call by int $0x80 N times, while a
 * thread keeps replacing that instruction by the 64-bit one and back.  The number
 * is sched_get_priority_max for i386 and adjtimex for x86-64.  Prints how many of
 * the 32-bit calls were made.
 */
#include "victim.h"

#include <pthread.h>
#include <sys/mman.h>

static volatile uint16_t *insn;
static volatile int ended;

static void *
change_code(void *arg)
{
	while (!ended) {
		*insn = 0x050f;         /* syscall */
		nap(0);
		*insn = 0x80cd;         /* int $0x80 */
		nap(0);
	}
	return arg;
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? (int)number(argv[1]) : 2, made = 0, i;
	pthread_t thread;
	long r;

	insn = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*insn = 0x80cd;
	((volatile unsigned char *)insn)[2] = 0xc3;     /* ret */
	for (i = 0; i < n; i++) {
		/* the first call is surely the 32-bit one */
		if (i == 1)
			pthread_create(&thread, NULL, change_code, NULL);
		/* argument 0: SCHED_FIFO in ebx, NULL in rdi; ecx is not read */
		__asm__ volatile ("call *%3" : "=a"(r) :
		    "0"(159L), "b"(1L), "r"(insn), "D"(0L) :
		    "memory", "rcx", "r8", "r9", "r10", "r11");
		made += r == 99;
	}
	ended = 1;
	pthread_join(thread, NULL);
	say("made", made);
	return 0;
}
