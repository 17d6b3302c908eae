/* SPDX-License-Identifier: MIT
 *
 * imports.c: which calls a function of the C library leads to.
 */
#include "unit.h"

#include "syscalls/abi.h"
#include "syscalls/imports.h"

/* the names of the calls, a blank between them, a mark before a condition */
static const char *
calls_of(const char *symbol)
{
	static char text[1024];
	uint16_t calls[IMPORTS_CALLS_MAX];
	char *p = text;
	uint16_t function = imports_find(symbol, calls);
	int i;

	*p = '\0';
	for (i = 0; calls[i]; i++)
		p += sprintf(p, "%s%s%s%s", i ? " " : "",
		    (calls[i] & ~IMPORTS_ID) == IMPORTS_IF_UNIX ? "?" : "",
		    (calls[i] & ~IMPORTS_ID) == IMPORTS_IF_FORK ? "!" : "",
		    abi_id_name(calls[i] & IMPORTS_ID));
	check((function != 0) == (i > 0), "function", "%s: %d", symbol,
	    function);
	return text;
}

static void
test_names(void)
{
	static const struct { const char *symbol, *calls; } rows[] = {
		/* a call's own name */
		{ "rename", "rename" },
		{ "sleep", "clock_nanosleep nanosleep" },
		/* both: musl calls setitimer, glibc alarm */
		{ "alarm", "alarm setitimer" },
		/* variants of a name */
		{ "__open64_2", "open" }, { "sendfile64", "sendfile" },
		{ "__getcwd_chk", "getcwd" }, { "readdir64_r", "getdents64" },
		{ "__nanosleep_time64", "nanosleep clock_nanosleep" },
		{ "getdents64", "getdents getdents64" }, { "pread64", "pread64" },
		{ "__isoc99_sscanf", "" },
		/* not the system call of that name */
		{ "syslog", "connect sendto socket" },
		{ "__vsyslog_chk", "connect sendto socket" },
		/* conditions */
		{ "getpwnam_r", "connect ?socket" },
		{ "fork", "fork !clone" },
		/* corrections */
		{ "fchmod", "fchmod" }, { "setuid", "setuid" },
		{ "pthread_create", "clone clone3" },
		{ "utimes", "utimes utimensat" },
		{ "mkfifo", "mknod mknodat" }, { "mknod", "mknod mknodat" },
		/* no functions of the C library, or without calls */
		{ "", "" }, { "_", "" }, { "strlen", "" }, { "64", "" },
		{ "SSL_read", "" }, { "renamed", "" }, { "renam", "" },
		{ "sleep\tx", "" },
		{ "a_name_that_is_far_too_long_to_be_in_the_table_64", "" },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		check_str(rows[i].symbol, calls_of(rows[i].symbol),
		    rows[i].calls);
}

/* what messages call the function */
static void
test_functions(void)
{
	uint16_t calls[IMPORTS_CALLS_MAX];

	check_str("function", imports_function(imports_find("__open64_2",
	    calls)), "open");
	check_str("function", imports_function(imports_find("getpwnam_r",
	    calls)), "getpwnam");
}

/* of the functions that are named after a call, those of one are not there */
static void
test_each_call(void)
{
	unsigned id = 0;
	uint16_t calls[IMPORTS_CALLS_MAX + 1];
	char name[ABI_NAME_MAX];
	int n, none = 0;

	while ((id = abi_next_id(id))) {
		strcpy(name, abi_id_name(id));
		calls[IMPORTS_CALLS_MAX] = 0xbeef;
		imports_find(name, calls);
		for (n = 0; calls[n]; n++)
			;
		check(n < IMPORTS_CALLS_MAX &&
		    calls[IMPORTS_CALLS_MAX] == 0xbeef, "room", "%s", name);
		none += n == 0;
	}
	/* fstatat64, setuid32 and so on: no function has these names, and their
	 * plain ones may be no call's */
	check(none < 20, "each_call", "%d", none);
}

int
main(void)
{
	test_names();
	test_functions();
	test_each_call();
	return unit_end();
}
