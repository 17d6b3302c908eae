/* SPDX-License-Identifier: MIT
 *
 * START=1: what musl's own start-up code does before main(), without memory for
 * threads and their variables, and functions that are larger in musl because
 * programs with threads call them; 1.5 KiB on flash.  utrace has one thread, no
 * constructors, and of the C library uses nothing that needs more than errno and
 * environ.  The definitions here keep the linker from taking musl's.
 */
#include "lib/start.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ptrace_arch.h"

int __libc_start_main(int (*)(int, char **, char **), int, char **);
int *___errno_location(void);
long start_syscall(long, long, long, long, long, long, long) __asm__("syscall");
long start_ptrace(int, pid_t, void *, void *) __asm__("ptrace");
/* of musl, for its own use: with -errno as the result; and what sets errno */
long __syscall_cp(long, long, long, long, long, long, long);
long __syscall_ret(unsigned long);

int start_errno;
static const unsigned long *auxv;       /* what the kernel tells a program */

/* musl's functions set errno by either of these names. */
int *
__errno_location(void)
{
	return &start_errno;
}

int *
___errno_location(void)
{
	return &start_errno;
}

unsigned long
getauxval(unsigned long type)
{
	const unsigned long *entry = auxv;

	while (entry[0] && entry[0] != type)
		entry += 2;
	return entry[1];
}

/* the function that crt1.o calls */
int
__libc_start_main(int (*run)(int, char **, char **), int argc, char **argv)
{
	char **end = environ = argv + argc + 1;

	while (*end++)
		;
	auxv = (const unsigned long *)end;
	_exit(run(argc, argv, environ));
}

/* Not musl's, which copies its arguments as those of a variadic function: on our
 * architectures integers are passed alike to both. */
long
start_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	return __syscall_ret((unsigned long)__syscall_cp(nr, a, b, c, d, e, f));
}

/* the same */
long
start_ptrace(int request, pid_t tid, void *address, void *data)
{
	bool peeks = (unsigned)request - 1 < 3;
	long word, r = syscall(SYS_ptrace, request, tid, address,
	    peeks ? &word : data);

	return r < 0 || !peeks ? r : word;
}

char *
getenv(const char *name)
{
	size_t len = strlen(name);
	char **v;

	for (v = environ; *v; v++)
		if (!strncmp(*v, name, len) && (*v)[len] == '=')
			return *v + len + 1;
	return NULL;
}

/* No caller has a mask or flags, or asks for more than the handler. */
int
sigaction(int sig, const struct sigaction *restrict new,
    struct sigaction *restrict old)
{
	unsigned long set[8] = { 0 }, was[8];   /* the kernel's structures */

	if (new) {
		set[ARCH_SIGACTION_HANDLER] = (unsigned long)new->sa_handler;
		ARCH_SIGACTION_RESTORE(set);
	}
	if (syscall(SYS_rt_sigaction, sig, new ? set : NULL, was,
	    _NSIG / 8) < 0)
		return -1;
	if (old)
		old->sa_handler =
		    (void (*)(int))was[ARCH_SIGACTION_HANDLER];
	return 0;
}
