/* SPDX-License-Identifier: MIT
 *
 * From the name of a C library's function to the system calls that it can lead
 * to.  The only includer of the table that imports.sh makes.
 */
#include "syscalls/imports.h"

#include <string.h>

#include "lib/util.h"
#include "syscalls/abi.h"
#include "syscalls/ids.h"

#define IF_UNIX IMPORTS_IF_UNIX
#define IF_FORK IMPORTS_IF_FORK

/* the functions of each row, with an empty name behind the last */
static const char functions[] =
#define ROW(names, ...) names "\0"
#include "syscalls/imports_table.h"
#undef ROW
;

/* the calls of each row, with ID_NONE behind the last */
static const uint16_t row_calls[] = {
#define ROW(names, ...) __VA_ARGS__, ID_NONE,
#include "syscalls/imports_table.h"
#undef ROW
};

static const uint16_t likely[] = {
	ID_clone3, ID_wait4, ID_getpid, ID_rt_sigprocmask, ID_getsockopt,
	ID_unlink, ID_ioctl, ID_getdents64, ID_uname, ID_clone, ID_connect,
	ID_inotify_add_watch, ID_inotify_init1, ID_pwritev, ID_setsockopt,
	ID_rename, ID_pselect6, ID_umask, ID_dup2, ID_setsid, ID_madvise,
	ID_chmod, ID_fsync, ID_utimensat, ID_pipe2, ID_shutdown, ID_geteuid,
	ID_sendfile, ID_fcntl, ID_lseek, ID_mlockall, ID_prctl, ID_socket,
	ID_fchmod, ID_mkdir, ID_sysinfo, ID_getrusage, ID_chdir, ID_ftruncate,
	ID_eventfd2, ID_fchown, ID_fchownat, ID_fdatasync, ID_fgetxattr,
	ID_flistxattr, ID_lgetxattr, ID_recvfrom, ID_sched_yield,
	ID_setpriority, ID_dup, ID_sync_file_range, ID_getcwd, ID_poll,
	ID_sendto, ID_bind, ID_chown, ID_fchdir, ID_pwrite64,
	ID_sched_setaffinity, ID_statfs, ID_kill, ID_writev, ID_dup3, ID_rmdir,
	ID_gettid, ID_readlink, ID_clock_nanosleep, ID_recvmsg, ID_alarm,
	ID_tgkill, ID_mremap,
};

enum { N_LIKELY = sizeof likely / sizeof *likely };
enum { FUNCTION_MAX = 32 };

/* Copy the name without what only tells its variants apart: "__open64_2" is
 * open.  False if it is too long to be in the table. */
static bool
copy_plain_name(const char *symbol, char name[FUNCTION_MAX])
{
	/* in the order in which they are behind one another */
	static const char endings[] = "_chk\0_2\0_r\0" "64\0_time\0";
	const char *ending;
	size_t len, n;
	int i;

	while (*symbol == '_')
		symbol++;
	len = strlen(symbol);
	if (len >= FUNCTION_MAX)
		return false;
	memcpy(name, symbol, len + 1);
	for (i = 0; *(ending = util_word(endings, i)); i++) {
		n = strlen(ending);
		if (len > n && !strcmp(name + len - n, ending)) {
			len -= n;
			name[len] = '\0';
		}
	}
	return true;
}

uint16_t
imports_find(const char *symbol, uint16_t calls[IMPORTS_CALLS_MAX])
{
	const char *s = functions;
	const uint16_t *row = row_calls;
	char name[FUNCTION_MAX];
	unsigned function = 0;

	*calls = 0;
	if (!copy_plain_name(symbol, name))
		return 0;
	if (util_word_index(OTHER_MEANING, name) < 0)
		function = abi_id(name);
	if (function)
		*calls++ = (uint16_t)function;
	*calls = 0;
	for (; *s; s++) {
		for (; *s; s += strlen(s) + 1)
			if (!strcmp(s, name))
				function = ABI_ID_MAX +
				    (unsigned)(s - functions);
		if (function >= ABI_ID_MAX) {
			while ((*calls++ = *row++))
				;
			break;
		}
		while (*row++)
			;
	}
	return (uint16_t)function;
}

const char *
imports_function(uint16_t function)
{
	return function < ABI_ID_MAX ? abi_id_name(function) :
	    functions + (function - ABI_ID_MAX);
}

unsigned
imports_likely(int k)
{
	return k < N_LIKELY ? likely[k] : abi_next_id((unsigned)(k - N_LIKELY));
}
