/* SPDX-License-Identifier: MIT */
/*
 * victim_tsync spin|read|vfork [twice]: install a filter in all threads at once,
 * by SECCOMP_FILTER_FLAG_TSYNC, while a thread runs or is blocked as the first
 * argument says.  The filter rejects the distinctive call, which that thread
 * then makes; it shows the error.  twice: the calling thread alone gets a filter
 * before.
 */
#include "victim.h"
#include "seccomp_bpf.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

static volatile int ready, go;
static int fds[2];

static int
read_byte(void *arg)
{
	char byte;

	(void)arg;
	return read(fds[0], &byte, 1) != 1;
}

static void
block(const char *how)
{
	static char stack[16384] __attribute__((aligned(16)));

	if (strcmp(how, "read") == 0) {
		(void)read_byte(NULL);
	} else if (strcmp(how, "vfork") == 0) {
		/* musl's vfork is fork on most architectures */
		(void)!clone(read_byte, stack + sizeof stack,
		    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	} else {
		while (!go)
			;
	}
}

static void *
call_late(void *how)
{
	ready = 1;
	block(how);
	errno = 0;
	mark();
	say("error", errno);
	return NULL;
}

static void
install(uint32_t nr, bool in_all)
{
	struct sock_filter prog[] = {
		SC_LOAD_NR,
		SC_UNLESS(nr, 1),
		SC_RETURN(SC_ERRNO | EDOM),
		SC_RETURN(SC_ALLOW),
	};
	struct sock_fprog fprog = { sizeof prog / sizeof *prog, prog };

	if (!in_all)
		sc_install(prog, sizeof prog / sizeof *prog);
	else if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, 1, 1, &fprog) != 0)
		die("seccomp");
}

int
main(int argc, char **argv)
{
	char *how = argc > 1 ? argv[1] : "spin";
	pthread_t thread;

	if (pipe(fds) < 0)
		die("pipe");
	pthread_create(&thread, NULL, call_late, how);
	while (!ready)
		;
	nap(20);
	if (argc > 2)
		install(UINT32_MAX, false);
	install(SYS_sched_get_priority_max, true);
	go = 1;
	(void)!write(fds[1], "", 1);
	pthread_join(thread, NULL);
	mark2();
	return 0;
}
