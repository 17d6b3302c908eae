/* SPDX-License-Identifier: MIT
 *
 * imports.c: which calls a function of the C library leads to.
 */
#include "unit.h"

#include "syscalls/abi.h"
#include "syscalls/imports.h"

static char added[1024];
static const char *function_name;

/* append the name of the call, with a mark before a condition */
static void
append_call(void *arg, unsigned call, unsigned function)
{
	(void)arg;
	sprintf(added + strlen(added), "%s%s%s%s", *added ? " " : "",
	    call - (call & IMPORTS_ID) == IMPORTS_IF_UNIX ? "?" : "",
	    call - (call & IMPORTS_ID) == IMPORTS_IF_FORK ? "!" : "",
	    abi_id_name(call & IMPORTS_ID));
	function_name = imports_function(function);
}

/* the names of the calls, a blank between them */
static const char *
calls_of(const char *symbol)
{
	char name[128];

	*added = '\0';
	function_name = "";
	strcpy(name, symbol);
	imports_find(name, append_call, NULL);
	return added;
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
		{ "getpwnam_r", "connect prctl ?socket" },
		{ "fork", "fork !clone" },
		/* corrections */
		{ "fchmod", "fchmod" }, { "setuid", "setuid" },
		{ "pthread_create", "clone clone3" },
		{ "utimes", "utimes utimensat" },
		{ "perror", "dup" },
		{ "eaccess", "access faccessat faccessat2 getegid geteuid "
		    "getgid getuid" },
		{ "posix_spawnattr_setflags",
		    "getgid getuid setresgid setresuid" },
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
	calls_of("__open64_2");
	check_str("function", function_name, "open");
	calls_of("getpwnam_r");
	check_str("function", function_name, "getpwnam");
	calls_of("alarm");
	check_str("function", function_name, "alarm");
}

/* of the functions that are named after a call, those of one are not there */
static void
test_each_call(void)
{
	unsigned id = 0;
	char name[ABI_NAME_MAX];
	int none = 0;

	while ((id = abi_next_id(id))) {
		strcpy(name, abi_id_name(id));
		none += !*calls_of(name);
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
