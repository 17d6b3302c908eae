/* SPDX-License-Identifier: MIT
 *
 * System calls without what the C library adds: code for threads, for kernels
 * before 2.6.39 and for 64-bit times on 32-bit machines, 2 KiB on mips.
 */
#include "lib/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/out.h"
#include "lib/small.h"

enum { USER_HZ = 100 };         /* the same on all our architectures */

ssize_t
sys_read_all(int fd, void *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, (char *)buf + len, size - len)) > 0)
		len += (size_t)n;
	return n < 0 ? -1 : (ssize_t)len;
}

ssize_t
sys_read_text(int fd, char *text, size_t size)
{
	ssize_t len = fd < 0 ? -1 : sys_read_all(fd, text, size - 1);

	text[len < 0 ? 0 : len] = '\0';
	if (fd >= 0)
		close(fd);
	return len;
}

ssize_t
sys_read_link(const char *path, char *text, size_t size)
{
	ssize_t len = syscall(SYS_readlinkat, AT_FDCWD, path, text, size);

	if (len == (ssize_t)size) {
		text[size - 1] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	if (len >= 0)
		text[len] = '\0';
	return len;
}

const char *
sys_proc_path(struct out *path, pid_t pid, const char *file)
{
	out_init(path, -1);
	out_fmt(path, "/proc/%d/%s", (int)pid, file);
	out_char(path, '\0');
	return path->buf;
}

/* PROGRAM may share the descriptor, and have made it non-blocking. */
static bool
wait_until_writable(int fd)
{
	struct pollfd writable = { fd, POLLOUT, 0 };

	return syscall(SYS_ppoll, &writable, 1, NULL, NULL, 0) >= 0 ||
	    errno == EINTR;
}

int
sys_write_all(int fd, const void *data, size_t len)
{
	enum { WAITS_MAX = 1000 };      /* others may fill the pipe first */
	const char *p = data;
	int waits = 0;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && (errno == EINTR || (!IS_SMALL &&
		    errno == EAGAIN && waits++ < WAITS_MAX &&
		    wait_until_writable(fd))))
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
		waits = 0;
	}
	return 0;
}

void
sys_send_to_log(const void *data, size_t len)
{
	static const struct sockaddr_un daemon = { AF_UNIX, "/dev/log" };
	const int type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
#ifdef SYS_socketcall
	/* i386 has the calls themselves only since Linux 4.3 */
	enum { SOCKET = 1, SENDTO = 11 };       /* linux/net.h */
	int fd = (int)syscall(SYS_socketcall, SOCKET,
	    (const long[]){ AF_UNIX, type, 0 });
#else
	int fd = (int)syscall(SYS_socket, AF_UNIX, type, 0);
#endif

	if (fd < 0)
		return;
#ifdef SYS_socketcall
	syscall(SYS_socketcall, SENDTO, (const long[]){ fd, (long)data,
	    (long)len, MSG_DONTWAIT | MSG_NOSIGNAL, (long)&daemon,
	    sizeof daemon });
#else
	syscall(SYS_sendto, fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL,
	    &daemon, sizeof daemon);
#endif
	close(fd);
}

pid_t
sys_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

int
sys_pipe(int fd[2])
{
	return (int)syscall(SYS_pipe2, fd, O_CLOEXEC);
}

void
sys_forbid_tracing(void)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

bool
sys_is_open(int fd)
{
	return syscall(SYS_fcntl, fd, F_GETFD) >= 0 || errno != EBADF;
}

/* musl's takes care of its signals for threads, and calls pthread_sigmask(). */
int
sigprocmask(int how, const sigset_t *set, sigset_t *oset)
{
	return (int)syscall(SYS_rt_sigprocmask, how, set, oset, _NSIG / 8);
}

void
sys_mask_signal(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(how, &set, NULL);
}

bool
sys_next_signal(siginfo_t *si, bool wait)
{
	static const long at_once[2];
	sigset_t all;

	memset(&all, 0xff, sizeof all);
	return syscall(SYS_rt_sigtimedwait, &all, si, wait ? NULL : at_once,
	    _NSIG / 8) >= 0;
}

void
sys_sleep_ms(unsigned ms)
{
	const unsigned long t[2] = { ms / 1000, ms % 1000 * 1000000 };

	syscall(SYS_nanosleep, t, NULL);
}

void *
sys_share_memory(size_t size)
{
#ifdef SYS_mmap2
	long call = SYS_mmap2;
#else
	long call = SYS_mmap;
#endif
	/* all pages at once, because a fault for each takes longer */
	long p = syscall(call, NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == -1 ? NULL : (void *)p;
}

void
sys_set_timer(const long timer[4], long old[4])
{
	syscall(SYS_setitimer, ITIMER_REAL, timer, old);
}

/* Not by clock_gettime(), whose parser of the vDSO is 1 KiB. */
uint32_t
sys_now_ms(void)
{
	struct tms unused;

	return (uint32_t)times(&unused) * (1000 / USER_HZ);
}

void
sys_usage(uint32_t *cpu_us, uint32_t *preemptions)
{
	/* the kernel's struct rusage: two struct timeval, 14 members */
	long usage[4 + 14] = { 0 };

	syscall(SYS_getrusage, RUSAGE_SELF, usage);
	*cpu_us = (uint32_t)(usage[0] + usage[2]) * 1000000 +
	    (uint32_t)(usage[1] + usage[3]);
	*preemptions = (uint32_t)usage[17];
}

/* Not by ioctl(), which on 32-bit machines brings its tables of 64-bit times.
 * */
int
sys_terminal_width(int fd)
{
	struct winsize w;

	if (syscall(SYS_ioctl, fd, TIOCGWINSZ, &w) < 0)
		return 0;
	return w.ws_col ? w.ws_col : 80;
}

bool
sys_has_escapes(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return sys_terminal_width(fd) && !(no && *no) && term && *term &&
	    strcmp(term, "dumb") != 0;
}

bool
sys_in_foreground(int fd, pid_t pid)
{
	pid_t group;

	return syscall(SYS_ioctl, fd, TIOCGPGRP, &group) == 0 &&
	    group == getpgid(pid);
}

int
sys_open(int at, const char *path, int flags)
{
	return (int)syscall(SYS_openat, at, path,
	    flags | O_CLOEXEC | O_LARGEFILE, 0666);
}

/* Where a struct stat has 64-bit times they follow the kernel's old members, so
 * that the others are where the kernel puts them. */
int
sys_stat(int at, const char *path, int flags, struct stat *st)
{
	_Static_assert(sizeof st->st_size == 8, "not the kernel's struct");
#ifdef SYS_fstatat64
	return (int)syscall(SYS_fstatat64, at, path, st, flags);
#else
	return (int)syscall(SYS_newfstatat, at, path, st, flags);
#endif
}

int
sys_statfs(int fd, struct statfs *fs)
{
#ifdef SYS_fstatfs64
	return (int)syscall(SYS_fstatfs64, fd, sizeof *fs, fs);
#else
	return (int)syscall(SYS_fstatfs, fd, fs);
#endif
}

int
sys_open_regular(const char *path, off_t *size)
{
	struct stat st;

	if (sys_stat(AT_FDCWD, path, 0, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	*size = st.st_size;
	return sys_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/* Execute the file in a folder of PATH, len bytes long; an empty name is the
 * current folder. */
static void
exec_in(const char *folder, size_t len, char **argv, char *found)
{
	char path[SYS_FOUND_MAX];
	int error;

	memcpy(path, folder, len);
	if (len)
		path[len++] = '/';
	memcpy(path + len, *argv, strlen(*argv) + 1);
	execve(path, argv, environ);
	if (IS_SMALL || !found || *found)
		return;
	error = errno;
	if (syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0)
		strcpy(found, path);
	errno = error;
}

void
sys_exec(char **argv, char *found)
{
	const char *folder = getenv("PATH");
	bool denied = false;
	size_t len;

	if (strchr(*argv, '/')) {
		execve(*argv, argv, environ);
		return;
	}
	errno = strlen(*argv) > NAME_MAX ? ENAMETOOLONG : ENOENT;
	if (!**argv || errno == ENAMETOOLONG)
		return;
	if (!folder)
		folder = "/usr/local/bin:/bin:/usr/bin";
	for (;; folder += len + 1) {
		len = strcspn(folder, ":");
		if (len < PATH_MAX) {
			exec_in(folder, len, argv, found);
			if (errno == EACCES)
				denied = true;
			else if (errno != ENOENT && errno != ENOTDIR)
				return;
		}
		if (!folder[len])
			break;
	}
	if (denied)
		errno = EACCES;
}

static void
close_range_(unsigned first, unsigned last)
{
	uint64_t limit[2];      /* soft, hard: struct rlimit64 */

	if (first > last)
		return;
#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, last, 0) == 0)
		return;
#endif
	/* before Linux 5.9: one by one, up to the limit of open files */
	if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, limit) < 0 ||
	    limit[1] > 1 << 20)
		limit[1] = 1 << 20;
	for (; first <= last && first < limit[1]; first++)
		close((int)first);
}

void
sys_close_except(const int keep[], size_t n)
{
	unsigned from = 0, next;
	size_t i;

	for (;; from = next + 1) {
		next = ~0u;             /* -1 as an unsigned */
		for (i = 0; i < n; i++)
			if ((unsigned)keep[i] >= from &&
			    (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next != from)
			close_range_(from, next - (next != ~0u));
		if (next == ~0u)
			break;
	}
}
