/* SPDX-License-Identifier: MIT
 *
 * START=1: what musl's own start-up code does before main(), without memory for
 * threads and their variables, 0.9 KiB on flash.  utrace has one thread, no
 * constructors, and of the C library uses nothing that needs more than errno and
 * environ.  The definitions here keep the linker from taking musl's.
 */
#include "lib/start.h"

#include <sys/auxv.h>
#include <unistd.h>

int __libc_start_main(int (*)(int, char **, char **), int, char **);
int *___errno_location(void);

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
