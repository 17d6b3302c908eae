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

/* In this order hints are most often true for the programs of `make check-reach':
 * their long runs made the call, their short ones did not. */
static const uint16_t likely[] = {
	ID_lgetxattr, ID_dup2, ID_pselect6, ID_unlinkat, ID_fgetxattr,
	ID_inotify_add_watch, ID_inotify_init1, ID_mknodat, ID_pwritev,
	ID_sendfile, ID_fcntl, ID_flistxattr, ID_llistxattr, ID_renameat,
	ID_unlink, ID_clone3, ID_ioctl, ID_wait4, ID_eventfd2, ID_lseek,
	ID_mlockall, ID_sched_yield, ID_setpriority, ID_setsockopt,
	ID_getdents64, ID_connect, ID_mkdirat, ID_symlinkat, ID_rename,
	ID_uname, ID_utimensat, ID_socket, ID_fsync, ID_fdatasync, ID_getrusage,
	ID_readv, ID_clone, ID_fchownat, ID_getsockopt, ID_removexattr,
	ID_setxattr, ID_chmod, ID_fchmod, ID_geteuid, ID_mkdir, ID_pipe2,
	ID_fsetxattr, ID_linkat, ID_chown, ID_times, ID_dup, ID_ftruncate,
	ID_fchdir, ID_getxattr, ID_umask, ID_link, ID_fchown, ID_chdir,
	ID_pwrite64, ID_sched_setaffinity, ID_statfs, ID_sync_file_range,
	ID_madvise, ID_symlink, ID_setsid, ID_shutdown, ID_recvfrom, ID_sendto,
	ID_readlink, ID_setresuid, ID_rt_sigprocmask, ID_getpid, ID_sysinfo,
	ID_poll, ID_bind, ID_dup3, ID_kill, ID_rmdir, ID_lchown, ID_recvmsg,
	ID_alarm, ID_clock_nanosleep, ID_chroot, ID_gettid, ID_setitimer,
	ID_getcwd, ID_writev, ID_setgid, ID_setgroups, ID_setuid, ID_faccessat2,
	ID_fchmodat, ID_readlinkat, ID_getsockname, ID_getuid, ID_tgkill,
	ID_listen, ID_mremap, ID_prctl, ID_getpeername, ID_accept, ID_setresgid,
	ID_getgid, ID_getegid, ID_getppid, ID_sched_getaffinity,
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
