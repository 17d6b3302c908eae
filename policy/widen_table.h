/* SPDX-License-Identifier: MIT
 *
 * The table of widen.c, its only includer: which calls bring which others.
 */
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "policy/policy.h"
#include "syscalls/ids.h"

/* Conditions on calls that are added.  If a call is added under several, one
 * that holds allows it. */
#define NOT_READ_ONLY (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
#define CREAT_FLAGS (O_CREAT | O_WRONLY | O_TRUNC)
enum {
	ALL_SET = OP_MASKED_EQ + 1,     /* beside the operators of rules */
	MADV_GUARD_INSTALL_ = 102,
};
enum {
	UNIX_ONLY,              /* socket; IMPORTS_IF_UNIX */
	NO_NAMESPACE,           /* clone: IMPORTS_IF_FORK, no namespace */
	/* argument N is 0: no flags, no address, or the caller itself */
	ZERO_0, ZERO_1, ZERO_2, ZERO_3, ZERO_4,
	NO_EXEC, NO_EXEC_PRIVATE,       /* mmap: private, not executable */
	NO_WRITE, NO_WRITE_PRIVATE,     /* mmap: private, not writable */
	NO_EXEC_PROTECT,        /* mprotect: not executable */
	KEEPS_FILES, FREE, GUARD,       /* madvise: what malloc and stacks do */
	READ_ONLY,              /* open */
	READ_ONLY_AT,           /* openat */
	CREATES, CREATES_ONLY,  /* open: as creat */
	CREATES_AT, CREATES_ONLY_AT,    /* openat: as creat */
	KEEPS_FOLDERS,          /* unlinkat: as unlink */
	REMOVES_FOLDER,         /* unlinkat: as rmdir */
	NO_FOLLOW,              /* fchownat: as lchown */
	OWN_PRIORITY, OWN_PRIORITY_ID,  /* setpriority: the caller's own */
	FD_FLAGS,               /* fcntl: F_DUPFD to F_GETFL */
	TTY_MODE, TTY_SIZE,     /* ioctl: the requests of the libcs' isatty */
	NO_STDIO,               /* read: a descriptor above 2 */
	ON_STDERR,              /* write, writev */
	ABORT_THREAD, ABORT,    /* tkill, tgkill: SIGABRT */
	NEVER,                  /* it fails with ENOSYS, unless it is allowed */
};
static const struct {
	uint8_t arg, op;
	bool and_next;          /* the next condition must hold, too */
	uint32_t value;         /* OP_MASKED_EQ: the bits that must be 0,
				 * ALL_SET: those that must be 1 */
} conditions[] = {
	[UNIX_ONLY] = { 0, OP_EQ, false, AF_UNIX },
	[ZERO_0] = { 0, OP_EQ, false, 0 },
	[ZERO_1] = { 1, OP_EQ, false, 0 },
	[ZERO_2] = { 2, OP_EQ, false, 0 },
	[ZERO_3] = { 3, OP_EQ, false, 0 },
	[ZERO_4] = { 4, OP_EQ, false, 0 },
	[NO_EXEC] = { 2, OP_MASKED_EQ, true, PROT_EXEC },
	[NO_EXEC_PRIVATE] = { 3, OP_MASKED_EQ, false, MAP_SHARED },
	[NO_WRITE] = { 2, OP_MASKED_EQ, true, PROT_WRITE },
	[NO_WRITE_PRIVATE] = { 3, OP_MASKED_EQ, false, MAP_SHARED },
	[NO_EXEC_PROTECT] = { 2, OP_MASKED_EQ, false, PROT_EXEC },
	[KEEPS_FILES] = { 2, OP_MASKED_EQ, false, ~7u },
	[FREE] = { 2, OP_EQ, false, MADV_FREE },
	[GUARD] = { 2, OP_EQ, false, MADV_GUARD_INSTALL_ },
	[READ_ONLY] = { 1, OP_MASKED_EQ, false, NOT_READ_ONLY },
	[READ_ONLY_AT] = { 2, OP_MASKED_EQ, false, NOT_READ_ONLY },
	[CREATES] = { 1, ALL_SET, true, CREAT_FLAGS },
	[CREATES_ONLY] = { 1, OP_MASKED_EQ, false, O_RDWR | O_PATH },
	[CREATES_AT] = { 2, ALL_SET, true, CREAT_FLAGS },
	[CREATES_ONLY_AT] = { 2, OP_MASKED_EQ, false, O_RDWR | O_PATH },
	[KEEPS_FOLDERS] = { 2, OP_MASKED_EQ, false, AT_REMOVEDIR },
	[REMOVES_FOLDER] = { 2, ALL_SET, false, AT_REMOVEDIR },
	[NO_FOLLOW] = { 4, OP_EQ, false, AT_SYMLINK_NOFOLLOW },
	[NO_NAMESPACE] = { 0, OP_MASKED_EQ, false, CLONE_NEWNS |
	    CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
	    CLONE_NEWPID | CLONE_NEWNET },
	[OWN_PRIORITY] = { 0, OP_EQ, true, PRIO_PROCESS },
	[OWN_PRIORITY_ID] = { 1, OP_EQ, false, 0 },
	[FD_FLAGS] = { 1, OP_MASKED_EQ, false, ~(uint32_t)F_GETFL },
	[TTY_MODE] = { 1, OP_EQ, false, TCGETS },
	[TTY_SIZE] = { 1, OP_EQ, false, TIOCGWINSZ },
	[NO_STDIO] = { 0, OP_GT, false, 2 },
	[ON_STDERR] = { 0, OP_EQ, false, 2 },
	[ABORT_THREAD] = { 1, OP_EQ, false, SIGABRT },
	[ABORT] = { 2, OP_EQ, false, SIGABRT },
};

/* Marks between the names in the table.
 *	SAME, names: allowing one of them allows all others.
 *	SAME_ARGS, names: the same, and one's rules are the others', too.
 *	REASON, names, GIVES, more names: if one of the names is allowed
 *		unconditionally, add the others: they do the same.
 *	REASON, names, NEEDS, more names: if one of the names is allowed at all,
 *		add the others: the former entail them.  No names: always.
 * IF + condition: the names after it are added under that condition. */
enum {
	MARK = 0x1000,
	GIVES = MARK,
	NEEDS,
	IF = MARK + 0x10,       /* + condition */
	ROW = 2 * MARK,         /* + REASON_* */
	SIBLING = ROW + REASON_SIBLING,
	VDSO = ROW + REASON_VDSO,
	DEATH = ROW + REASON_DEATH,
	RESTART = ROW + REASON_RESTART,
	SAME = SIBLING,
	SAME_ARGS = 3 * MARK + REASON_SIBLING,
	END = 0xffff,
};

static const uint16_t table[] = {
	VDSO, NEEDS, ID_clock_gettime, ID_clock_gettime64, ID_clock_getres,
	    ID_clock_getres_time64, ID_gettimeofday, ID_time, ID_getcpu,
	    ID_getrandom,
	/* raise() and abort() of musl and glibc, and glibc's message */
	DEATH, NEEDS, ID_rt_sigprocmask, ID_rt_sigaction, ID_getpid, ID_gettid,
	    ID_futex, ID_futex_time64, ID_exit_group, IF + ABORT_THREAD,
	    ID_tkill, IF + ABORT, ID_tgkill, IF + ON_STDERR, ID_write,
	    ID_writev, IF + NO_EXEC, ID_mmap, ID_mmap2,
	RESTART, NEEDS, ID_restart_syscall,

	/* files by name: newer architectures have only the *at calls */
	SAME, ID_open, ID_openat, ID_openat2,
	SIBLING, ID_open, ID_openat, ID_openat2, GIVES, ID_creat,
	SIBLING, ID_creat, GIVES, IF + CREATES, ID_open, IF + CREATES_AT,
	    ID_openat,
	SAME, ID_access, ID_faccessat, ID_faccessat2,
	SAME, ID_stat, ID_lstat, ID_fstat, ID_stat64, ID_lstat64, ID_fstat64,
	    ID_newfstatat, ID_fstatat64, ID_statx,
	SAME, ID_statfs, ID_statfs64,
	SAME, ID_fstatfs, ID_fstatfs64,
	SAME, ID_readlink, ID_readlinkat,
	SIBLING, ID_link, GIVES, IF + ZERO_4, ID_linkat,
	SIBLING, ID_linkat, GIVES, ID_link,
	SAME, ID_symlink, ID_symlinkat,
	SIBLING, ID_unlink, GIVES, IF + KEEPS_FOLDERS, ID_unlinkat,
	SIBLING, ID_rmdir, GIVES, IF + REMOVES_FOLDER, ID_unlinkat,
	SIBLING, ID_unlinkat, GIVES, ID_unlink, ID_rmdir,
	SAME, ID_rename, ID_renameat,
	SIBLING, ID_rename, ID_renameat, GIVES, IF + ZERO_4, ID_renameat2,
	SIBLING, ID_renameat2, GIVES, ID_rename, ID_renameat,
	SAME, ID_mkdir, ID_mkdirat,
	SAME, ID_mknod, ID_mknodat,
	SAME, ID_chmod, ID_fchmodat,
	SIBLING, ID_chmod, ID_fchmodat, GIVES, IF + ZERO_3, ID_fchmodat2,
	SIBLING, ID_fchmodat2, GIVES, ID_chmod, ID_fchmodat,
	SAME, ID_chown, ID_chown32,
	SAME, ID_lchown, ID_lchown32,
	SIBLING, ID_chown, ID_chown32, GIVES, IF + ZERO_4, ID_fchownat,
	SIBLING, ID_lchown, ID_lchown32, GIVES, IF + NO_FOLLOW, ID_fchownat,
	SIBLING, ID_fchownat, GIVES, ID_chown, ID_chown32, ID_lchown,
	    ID_lchown32,
	SAME, ID_fchown, ID_fchown32,
	SAME, ID_utime, ID_utimes, ID_futimesat,
	SAME, ID_utimensat, ID_utimensat_time64,
	SIBLING, ID_utime, ID_utimes, ID_futimesat, GIVES, IF + ZERO_3,
	    ID_utimensat, ID_utimensat_time64,
	SIBLING, ID_utimensat, ID_utimensat_time64, GIVES, ID_utime, ID_utimes,
	    ID_futimesat,
	SAME, ID_truncate, ID_truncate64,
	SIBLING, ID_umount, GIVES, IF + ZERO_1, ID_umount2,
	SIBLING, ID_umount2, GIVES, ID_umount,
	/* fopen, opendir, and loaders; creat opens for writing only */
	SIBLING, ID_open, ID_openat, ID_openat2, GIVES, ID_read, ID_lseek,
	    ID__llseek,
	SIBLING, ID_open, ID_creat, ID_openat, ID_openat2, NEEDS, ID_access,
	    ID_fstat, ID_fstat64, ID_newfstatat, ID_statx, ID_close, ID_brk,
	    IF + TTY_MODE, ID_ioctl, IF + TTY_SIZE, ID_ioctl,
	/* glibc before Linux 5.8 */
	SIBLING, ID_faccessat2, NEEDS, ID_newfstatat, ID_fstatat64, ID_getuid,
	    ID_geteuid, ID_getgid, ID_getegid, ID_getgroups,

	/* descriptors */
	/* pread reads no pipe, but anywhere; preadv2 does both */
	SAME, ID_read, ID_readv,
	SAME, ID_pread64, ID_preadv,
	SIBLING, ID_preadv2, GIVES, ID_read, ID_readv, ID_pread64, ID_preadv,
	SAME, ID_write, ID_writev,
	SAME, ID_pwrite64, ID_pwritev,
	SIBLING, ID_pwritev2, GIVES, ID_write, ID_writev, ID_pwrite64,
	    ID_pwritev,
	SAME, ID_sendfile, ID_sendfile64,
	SAME, ID_lseek, ID__llseek,
	SAME, ID_ftruncate, ID_ftruncate64,
	SAME, ID_fadvise64, ID_fadvise64_64,
	SAME, ID_getdents, ID_getdents64,
	SAME, ID_dup2, ID_dup3,
	SAME, ID_pipe, ID_pipe2,
	SAME_ARGS, ID_fcntl, ID_fcntl64,
	SAME, ID_poll, ID_ppoll, ID_ppoll_time64,
	SAME, ID_select, ID__newselect, ID_pselect6, ID_pselect6_time64,
	SAME, ID_epoll_create, ID_epoll_create1,
	SAME, ID_epoll_wait, ID_epoll_pwait, ID_epoll_pwait2,
	SAME, ID_eventfd, ID_eventfd2,
	SAME, ID_signalfd, ID_signalfd4,
	SAME, ID_inotify_init, ID_inotify_init1,
	SAME, ID_timerfd_settime, ID_timerfd_settime64,
	SAME, ID_timerfd_gettime, ID_timerfd_gettime64,
	SAME, ID_io_getevents, ID_io_pgetevents, ID_io_pgetevents_time64,
	/* libcs that set close-on-exec by fcntl, or again; dup2(1, 1) */
	SIBLING, ID_open, ID_openat, ID_dup2, ID_dup3, ID_pipe2, ID_accept4,
	    NEEDS, IF + FD_FLAGS, ID_fcntl, ID_fcntl64,
	/* stdio: glibc calls fstat first, musl TIOCGWINSZ */
	SIBLING, ID_read, GIVES, ID_lseek, ID__llseek,
	SIBLING, ID_read, ID_write, NEEDS, ID_fstat, ID_fstat64, ID_newfstatat,
	    ID_brk, IF + TTY_MODE, ID_ioctl, IF + TTY_SIZE, ID_ioctl,
	/* isatty and tcgetattr */
	SIBLING, ID_ioctl, NEEDS, IF + TTY_MODE, ID_ioctl,
	    IF + TTY_SIZE, ID_ioctl,

	/* sockets: a message has ancillary data, descriptors among it */
	SAME, ID_accept, ID_accept4,
	SIBLING, ID_send, GIVES, IF + ZERO_4, ID_sendto,
	SIBLING, ID_sendto, GIVES, ID_send,
	SAME, ID_sendmsg, ID_sendmmsg,
	SIBLING, ID_sendmsg, ID_sendmmsg, GIVES, ID_send, ID_sendto,
	SIBLING, ID_recv, GIVES, IF + ZERO_4, ID_recvfrom,
	SIBLING, ID_recvfrom, GIVES, ID_recv,
	SAME, ID_recvmsg, ID_recvmmsg, ID_recvmmsg_time64,
	SIBLING, ID_recvmsg, ID_recvmmsg, ID_recvmmsg_time64, GIVES, ID_recv,
	    ID_recvfrom,
	SIBLING, ID_sendto, NEEDS, ID_poll, ID_ppoll,

	/* memory: malloc, with or without brk, and free */
	SAME, ID_mmap, ID_mmap2,
	SAME, ID_mlock, ID_mlock2,
	SIBLING, ID_mmap, ID_mmap2, GIVES, ID_mprotect,
	SIBLING, ID_brk, ID_mmap, ID_mmap2, NEEDS, ID_brk, ID_munmap,
	    ID_mremap, ID_getrandom, IF + KEEPS_FILES, ID_madvise, IF + FREE,
	    ID_madvise, IF + GUARD, ID_madvise, IF + NO_EXEC, ID_mmap,
	    ID_mmap2, IF + NO_EXEC_PROTECT, ID_mprotect,

	/* processes and threads; for rules on clone see widen_clone_rules */
	SIBLING, ID_clone, ID_clone3, GIVES, ID_fork, ID_vfork, ID_clone,
	    ID_clone3,
	SIBLING, ID_fork, ID_vfork, GIVES, ID_fork, ID_vfork,
	    IF + NO_NAMESPACE, ID_clone,
	SIBLING, ID_fork, ID_vfork, ID_clone, ID_clone3, NEEDS, ID_futex,
	    ID_futex_time64, ID_set_robust_list, ID_rseq, ID_membarrier,
	    ID_set_tid_address, ID_rt_sigaction, ID_rt_sigprocmask, ID_getpid,
	    ID_gettid, ID_pipe2, ID_close, ID_brk, ID_exit, IF + NO_STDIO,
	    ID_read,
	/* Libcs try clone3 first, and only after ENOSYS fall back to clone.
	 * Its flags are in memory, where no filter sees them. */
	SIBLING, ID_fork, ID_vfork, ID_clone, NEEDS, IF + NEVER, ID_clone3,
	/* glibc's malloc for threads asks for the number of processors, and
	 * reads files in /proc */
	SIBLING, ID_clone, ID_clone3, NEEDS, ID_sched_getaffinity,
	SIBLING, ID_clone, ID_clone3, GIVES, ID_read, IF + READ_ONLY, ID_open,
	    IF + READ_ONLY_AT, ID_openat,
	SIBLING, ID_execveat, GIVES, ID_execve,
	/* how a loader maps libraries */
	SIBLING, ID_execve, ID_execveat, NEEDS, ID_read, ID_pread64, ID_close,
	    ID_fstat, ID_fstat64, ID_newfstatat, ID_access, IF + READ_ONLY,
	    ID_open, IF + READ_ONLY_AT, ID_openat, IF + NO_EXEC, ID_mmap,
	    ID_mmap2, IF + NO_WRITE, ID_mmap, ID_mmap2, IF + NO_EXEC_PROTECT,
	    ID_mprotect,
	/* the start of any program, if its loader did not do it */
	SIBLING, NEEDS, ID_brk, ID_arch_prctl, ID_set_thread_area, ID_set_tls,
	    ID_set_tid_address, ID_set_robust_list, ID_rseq, ID_readlink,
	    ID_readlinkat, ID_uname, ID_poll, ID_ppoll, ID_riscv_hwprobe,
	    IF + ZERO_2, ID_prlimit64,
	SAME, ID_exit, ID_exit_group,
	SAME, ID_wait4, ID_waitid, ID_waitpid,
	SAME, ID_getpgrp, ID_getpgid,
	SAME, ID_getrlimit, ID_ugetrlimit,
	SIBLING, ID_getrlimit, ID_ugetrlimit, GIVES, IF + ZERO_2,
	    ID_prlimit64,
	SIBLING, ID_setrlimit, GIVES, IF + ZERO_0, ID_prlimit64,
	SIBLING, ID_prlimit64, GIVES, ID_getrlimit, ID_ugetrlimit,
	    ID_setrlimit,
	SIBLING, ID_nice, GIVES, ID_getpriority, IF + OWN_PRIORITY,
	    ID_setpriority,
	SIBLING, ID_setpriority, GIVES, ID_nice,
	SAME_ARGS, ID_futex, ID_futex_time64,
	SAME, ID_sched_rr_get_interval, ID_sched_rr_get_interval_time64,

	/* users: 16 and 32 bits */
	SAME, ID_getuid, ID_getuid32,
	SAME, ID_getgid, ID_getgid32,
	SAME, ID_geteuid, ID_geteuid32,
	SAME, ID_getegid, ID_getegid32,
	SAME, ID_getresuid, ID_getresuid32,
	SAME, ID_getresgid, ID_getresgid32,
	SAME, ID_getgroups, ID_getgroups32,
	SAME, ID_setuid, ID_setuid32,
	SAME, ID_setgid, ID_setgid32,
	SAME, ID_setreuid, ID_setreuid32,
	SAME, ID_setregid, ID_setregid32,
	SAME, ID_setresuid, ID_setresuid32,
	SAME, ID_setresgid, ID_setresgid32,
	SAME, ID_setfsuid, ID_setfsuid32,
	SAME, ID_setfsgid, ID_setfsgid32,
	SAME, ID_setgroups, ID_setgroups32,

	/* signals */
	SAME, ID_rt_sigaction, ID_sigaction,
	SAME, ID_rt_sigprocmask, ID_sigprocmask,
	SAME, ID_rt_sigpending, ID_sigpending,
	SAME, ID_rt_sigsuspend, ID_sigsuspend,
	SAME, ID_rt_sigreturn, ID_sigreturn,
	SAME, ID_rt_sigtimedwait, ID_rt_sigtimedwait_time64,
	SIBLING, ID_pause, GIVES, ID_ppoll, ID_rt_sigsuspend,
	/* either reaches each thread of each process */
	SAME, ID_tkill, ID_tgkill,
	SIBLING, ID_tkill, NEEDS, ID_getpid, ID_gettid, ID_rt_sigprocmask,

	/* time */
	SAME, ID_clock_gettime, ID_clock_gettime64, ID_gettimeofday, ID_time,
	SAME, ID_clock_getres, ID_clock_getres_time64,
	/* CLOCK_REALTIME, and no time zone: what the others can set */
	SAME, ID_clock_settime, ID_clock_settime64,
	SIBLING, ID_clock_settime, ID_clock_settime64, ID_settimeofday, GIVES,
	    ID_stime,
	SIBLING, ID_clock_settime, ID_clock_settime64, ID_stime, GIVES,
	    IF + ZERO_1, ID_settimeofday,
	SIBLING, ID_settimeofday, ID_stime, GIVES, IF + ZERO_0,
	    ID_clock_settime, ID_clock_settime64,
	SAME, ID_clock_adjtime, ID_clock_adjtime64,
	SIBLING, ID_clock_adjtime, ID_clock_adjtime64, GIVES, ID_adjtimex,
	SIBLING, ID_adjtimex, GIVES, IF + ZERO_0, ID_clock_adjtime,
	    ID_clock_adjtime64,
	SAME, ID_nanosleep, ID_clock_nanosleep, ID_clock_nanosleep_time64,
	SIBLING, ID_alarm, GIVES, IF + ZERO_0, ID_setitimer,
	SIBLING, ID_setitimer, GIVES, ID_alarm,
	SAME, ID_timer_gettime, ID_timer_gettime64,
	SAME, ID_timer_settime, ID_timer_settime64,

	/* semaphores and queues */
	SAME, ID_semop, ID_semtimedop, ID_semtimedop_time64,
	SAME, ID_mq_timedsend, ID_mq_timedsend_time64,
	SAME, ID_mq_timedreceive, ID_mq_timedreceive_time64,
	END
};

/* Multiplexing calls: ROW, the call, a value of its first argument, and the
 * calls that it carries out for this value and those that follow.  Older libcs
 * of some 32-bit machines use only these. */
static const uint16_t multiplexers[] = {
	ROW, ID_socketcall, 1, ID_socket, ID_bind, ID_connect, ID_listen,
	    ID_accept, ID_getsockname, ID_getpeername, ID_socketpair, ID_send,
	    ID_recv, ID_sendto, ID_recvfrom, ID_shutdown, ID_setsockopt,
	    ID_getsockopt, ID_sendmsg, ID_recvmsg, ID_accept4, ID_recvmmsg,
	    ID_sendmmsg,
	ROW, ID_ipc, 1, ID_semop, ID_semget, ID_semctl, ID_semtimedop,
	ROW, ID_ipc, 1, ID_semtimedop_time64,
	ROW, ID_ipc, 4, ID_semtimedop_time64,
	ROW, ID_ipc, 11, ID_msgsnd, ID_msgrcv, ID_msgget, ID_msgctl,
	ROW, ID_ipc, 21, ID_shmat, ID_shmdt, ID_shmget, ID_shmctl,
	END
};
