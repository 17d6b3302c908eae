/* SPDX-License-Identifier: MIT
 *
 * From the name of a C library's function to the system calls that it can lead
 * to.  The only includer of the table that imports.sh makes.
 */
#include "syscalls/imports.h"

#include <string.h>

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

/* the calls of each row, with ID_NONE behind the last, and an empty row */
static const uint16_t row_calls[] = {
#define ROW(names, ...) __VA_ARGS__, ID_NONE,
#include "syscalls/imports_table.h"
#undef ROW
	ID_NONE,
};

static const uint16_t likely[] = {
	ID_unlinkat, ID_ioctl, ID_getsockopt, ID_renameat, ID_inotify_add_watch,
	ID_inotify_init1, ID_wait4, ID_fgetxattr, ID_mknodat, ID_clone3,
	ID_unlink, ID_fcntl, ID_lseek, ID_llistxattr, ID_flistxattr, ID_chown,
	ID_pwritev, ID_sendfile, ID_mkdirat, ID_symlinkat, ID_rt_sigprocmask,
	ID_setsockopt, ID_getdents64, ID_pwrite64, ID_utimensat, ID_connect,
	ID_pipe2, ID_socket, ID_setresuid, ID_geteuid, ID_fchmod, ID_fchown,
	ID_umask, ID_uname, ID_times, ID_dup2, ID_clone, ID_fchownat,
	ID_setpriority, ID_sched_yield, ID_chmod, ID_mkdir, ID_readlinkat,
	ID_fsync, ID_rename, ID_fdatasync, ID_readv, ID_setxattr,
	ID_removexattr, ID_setresgid, ID_pselect6, ID_link, ID_readlink,
	ID_setsid, ID_getxattr, ID_ftruncate, ID_lgetxattr, ID_fchdir,
	ID_getpid, ID_linkat, ID_getrusage, ID_symlink, ID_prctl, ID_lchown,
	ID_chdir, ID_shutdown, ID_sync_file_range, ID_dup, ID_bind, ID_statfs,
	ID_fsetxattr, ID_kill, ID_chroot, ID_madvise, ID_alarm,
	ID_sched_setaffinity, ID_setgroups, ID_setitimer, ID_sendto, ID_rmdir,
	ID_setgid, ID_setuid, ID_fchmodat, ID_listen, ID_writev, ID_getgid,
	ID_clock_nanosleep, ID_getcwd, ID_getegid, ID_faccessat2, ID_sysinfo,
	ID_recvfrom, ID_getuid, ID_gettid, ID_recvmsg, ID_getsockname,
	ID_accept, ID_getppid, ID_sched_getaffinity, ID_getpeername, ID_tgkill,
	ID_mremap,
};

enum { N_LIKELY = sizeof likely / sizeof *likely };

/* The calls of the row with this function, and the name there; the end of the
 * last row, and "", if it is in none. */
static const uint16_t *
find_row(const char *name, const char **found)
{
	const char *s = functions;
	const uint16_t *row = row_calls;

	for (; *s; s++, row++) {
		for (; *s; s += strlen(s) + 1)
			if (!strcmp(s, name)) {
				*found = s;
				return row;
			}
		while (*row)
			row++;
	}
	*found = s;
	return row;
}

void
imports_find(char *name, imports_add *add, void *arg)
{
	/* in the order in which they are behind one another */
	static const char endings[][6] = { "_chk", "_2", "_r", "64", "_time" };
	const char *found;
	const uint16_t *row;
	unsigned id, function;
	size_t len, n, i;

	while (*name == '_')
		name++;
	for (i = 0; i < sizeof endings / sizeof *endings; i++) {
		len = strlen(name);
		n = strlen(endings[i]);
		if (len > n && !strcmp(name + len - n, endings[i]))
			name[len - n] = '\0';
	}
	id = abi_id(name);
	row = find_row(name, &found);
	function = *found ? ABI_ID_MAX + (unsigned)(found - functions) : id;
	/* functions of another meaning than the system call of that name */
	if (id && id != ID_syslog && id != ID_readdir)
		add(arg, id, function);
	for (; *row; row++)
		add(arg, *row, function);
}

const char *
imports_function(unsigned function)
{
	if (function == IMPORTS_CODE)
		return "instructions";
	return function < ABI_ID_MAX ? abi_id_name(function) :
	    functions + (function - ABI_ID_MAX);
}

unsigned
imports_likely(int k)
{
	return k < N_LIKELY ? likely[k] : abi_next_id((unsigned)(k - N_LIKELY));
}
