/* SPDX-License-Identifier: MIT
 *
 * The table of widen.c, its only includer: which calls bring which others.
 */
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "policy/policy.h"
#include "syscalls/ids.h"

/* Conditions on calls that are added, each on one argument.  If a call is added
 * under several, one that holds allows it. */
#define NOT_READ_ONLY (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
enum {
	NO_EXEC,                /* mmap, mprotect: nothing executable */
	NO_WRITE,               /* mmap: with NO_EXEC not both at once */
	READ_ONLY,              /* open */
	READ_ONLY_AT,           /* openat */
	NO_NAMESPACE,           /* clone: only a process or thread */
	GET_ONLY,               /* prlimit64 */
	OWN_LIMITS,             /* prlimit64: not another process's */
	FD_FLAGS,               /* fcntl: F_DUPFD to F_SETFL */
	TTY_MODE, TTY_SIZE,     /* ioctl: the requests of the libcs' isatty */
};
static const struct {
	uint8_t arg, op;
	uint32_t value;         /* OP_MASKED_EQ: the bits that must be 0 */
} conditions[] = {
	[NO_EXEC] = { 2, OP_MASKED_EQ, PROT_EXEC },
	[NO_WRITE] = { 2, OP_MASKED_EQ, PROT_WRITE },
	[READ_ONLY] = { 1, OP_MASKED_EQ, NOT_READ_ONLY },
	[READ_ONLY_AT] = { 2, OP_MASKED_EQ, NOT_READ_ONLY },
	[NO_NAMESPACE] = { 0, OP_MASKED_EQ, CLONE_NEWNS | CLONE_NEWCGROUP |
	    CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
	    CLONE_NEWNET },
	[GET_ONLY] = { 2, OP_EQ, 0 },
	[OWN_LIMITS] = { 0, OP_EQ, 0 },
	[FD_FLAGS] = { 1, OP_LE, F_SETFL },
	[TTY_MODE] = { 1, OP_EQ, TCGETS },
	[TTY_SIZE] = { 1, OP_EQ, TIOCGWINSZ },
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
	ROW = MARK + 0x100,     /* + REASON_* */
	SIBLING = ROW + REASON_SIBLING,
	VDSO = ROW + REASON_VDSO,
	DEATH = ROW + REASON_DEATH,
	RESTART = ROW + REASON_RESTART,
	SAME = SIBLING,
	SAME_ARGS = MARK + 0x200 + REASON_SIBLING,
	END = 0xffff,
};

static const uint16_t table[] = {
	VDSO, NEEDS, ID_clock_gettime, ID_clock_gettime64, ID_clock_getres,
	    ID_clock_getres_time64, ID_gettimeofday, ID_time, ID_getcpu,
	    ID_getrandom,
	/* raise() and abort() of musl and glibc, and glibc's message */
	DEATH, NEEDS, ID_rt_sigprocmask, ID_rt_sigaction, ID_getpid, ID_gettid,
	    ID_tkill, ID_tgkill, ID_futex, ID_futex_time64, ID_write,
	    ID_writev, ID_exit_group, IF + NO_EXEC, ID_mmap, ID_mmap2,
	RESTART, NEEDS, ID_restart_syscall,

	/* files by name: newer architectures have only the *at calls */
	SAME, ID_open, ID_openat, ID_openat2,
	/* creat only writes */
	SIBLING, ID_open, ID_openat, ID_openat2, GIVES, ID_creat,
	SAME, ID_access, ID_faccessat, ID_faccessat2,
	SAME, ID_stat, ID_lstat, ID_fstat, ID_stat64, ID_lstat64, ID_fstat64,
	    ID_newfstatat, ID_fstatat64, ID_statx,
	SAME, ID_statfs, ID_statfs64,
	SAME, ID_fstatfs, ID_fstatfs64,
	SAME, ID_readlink, ID_readlinkat,
	SAME, ID_link, ID_linkat,
	SAME, ID_symlink, ID_symlinkat,
	SAME, ID_unlink, ID_rmdir, ID_unlinkat,
	SAME, ID_rename, ID_renameat, ID_renameat2,
	SAME, ID_mkdir, ID_mkdirat,
	SAME, ID_mknod, ID_mknodat,
	SAME, ID_chmod, ID_fchmodat, ID_fchmodat2,
	SAME, ID_chown, ID_lchown, ID_fchownat, ID_chown32, ID_lchown32,
	SAME, ID_fchown, ID_fchown32,
	SAME, ID_utime, ID_utimes, ID_futimesat, ID_utimensat,
	    ID_utimensat_time64,
	SAME, ID_truncate, ID_truncate64,
	SAME, ID_umount, ID_umount2,
	/* fopen, opendir, and loaders */
	SIBLING, ID_open, ID_creat, ID_openat, ID_openat2, NEEDS, ID_access,
	    ID_fstat, ID_fstat64, ID_newfstatat, ID_statx, ID_close, ID_lseek,
	    ID__llseek, ID_read, ID_brk, IF + TTY_MODE, ID_ioctl,
	    IF + TTY_SIZE, ID_ioctl,
	/* glibc before Linux 5.8 */
	SIBLING, ID_faccessat2, NEEDS, ID_newfstatat, ID_fstatat64, ID_getuid,
	    ID_geteuid, ID_getgid, ID_getegid, ID_getgroups,

	/* descriptors */
	SAME, ID_read, ID_readv, ID_pread64, ID_preadv, ID_preadv2,
	SAME, ID_write, ID_writev, ID_pwrite64, ID_pwritev, ID_pwritev2,
	SAME, ID_copy_file_range, ID_sendfile, ID_sendfile64,
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
	SIBLING, ID_read, ID_write, NEEDS, ID_fstat, ID_fstat64, ID_newfstatat,
	    ID_lseek, ID__llseek, ID_brk, IF + TTY_MODE, ID_ioctl,
	    IF + TTY_SIZE, ID_ioctl,
	/* isatty and tcgetattr */
	SIBLING, ID_ioctl, NEEDS, IF + TTY_MODE, ID_ioctl,
	    IF + TTY_SIZE, ID_ioctl,

	/* sockets: to look up a name, glibc calls connect, sendmmsg and
	 * recvfrom, musl bind, sendto and recvmsg.  sendto with MSG_FASTOPEN
	 * connects, too. */
	SAME, ID_accept, ID_accept4,
	SAME, ID_send, ID_sendto, ID_sendmsg, ID_sendmmsg,
	SAME, ID_recv, ID_recvfrom, ID_recvmsg, ID_recvmmsg,
	    ID_recvmmsg_time64,
	SIBLING, ID_sendto, NEEDS, ID_connect, ID_poll, ID_ppoll,

	/* memory: malloc, with or without brk, and free */
	SAME, ID_mmap, ID_mmap2,
	SAME, ID_mlock, ID_mlock2,
	SIBLING, ID_mmap, ID_mmap2, GIVES, ID_mprotect,
	SIBLING, ID_brk, ID_mmap, ID_mmap2, NEEDS, ID_brk, ID_munmap,
	    ID_mremap, ID_madvise, ID_getrandom, IF + NO_EXEC, ID_mmap,
	    ID_mmap2, ID_mprotect,

	/* processes and threads; for rules on clone see widen_clone_rules */
	SIBLING, ID_clone, ID_clone3, GIVES, ID_fork, ID_vfork, ID_clone,
	    ID_clone3,
	SIBLING, ID_fork, ID_vfork, GIVES, ID_fork, ID_vfork,
	    IF + NO_NAMESPACE, ID_clone,
	SIBLING, ID_fork, ID_vfork, ID_clone, ID_clone3, NEEDS, ID_futex,
	    ID_futex_time64, ID_set_robust_list, ID_rseq, ID_membarrier,
	    ID_set_tid_address, ID_rt_sigaction, ID_rt_sigprocmask, ID_getpid,
	    ID_gettid, ID_pipe2, ID_brk, ID_exit,
	/* glibc's malloc reads the number of processors from a file */
	SIBLING, ID_clone, ID_clone3, NEEDS, ID_sched_getaffinity, ID_read,
	    ID_close, IF + READ_ONLY, ID_open, IF + READ_ONLY_AT, ID_openat,
	SIBLING, ID_execveat, GIVES, ID_execve,
	/* how a loader maps libraries */
	SIBLING, ID_execve, ID_execveat, NEEDS, ID_read, ID_close, ID_fstat,
	    ID_fstat64, ID_newfstatat, ID_access, IF + READ_ONLY, ID_open,
	    IF + READ_ONLY_AT, ID_openat, IF + NO_EXEC, ID_mmap, ID_mmap2,
	    ID_mprotect, IF + NO_WRITE, ID_mmap, ID_mmap2,
	/* the start of any program, if its loader did not do it */
	SIBLING, NEEDS, ID_brk, ID_arch_prctl, ID_set_thread_area, ID_set_tls,
	    ID_set_tid_address, ID_set_robust_list, ID_rseq, ID_readlink,
	    ID_readlinkat, ID_uname, ID_poll, ID_ppoll, ID_riscv_hwprobe,
	    IF + GET_ONLY, ID_prlimit64,
	SAME, ID_exit, ID_exit_group,
	SAME, ID_wait4, ID_waitid, ID_waitpid,
	SAME, ID_getpgrp, ID_getpgid,
	SAME, ID_getrlimit, ID_ugetrlimit,
	SIBLING, ID_getrlimit, ID_ugetrlimit, GIVES, IF + GET_ONLY,
	    ID_prlimit64,
	SIBLING, ID_setrlimit, GIVES, IF + OWN_LIMITS, ID_prlimit64,
	SIBLING, ID_prlimit64, GIVES, ID_getrlimit, ID_ugetrlimit,
	    ID_setrlimit,
	SIBLING, ID_nice, GIVES, ID_getpriority, ID_setpriority,
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
	SAME, ID_tkill, ID_tgkill,
	SIBLING, ID_tkill, NEEDS, ID_getpid, ID_gettid, ID_rt_sigprocmask,

	/* time */
	SAME, ID_clock_gettime, ID_clock_gettime64, ID_gettimeofday, ID_time,
	SAME, ID_clock_getres, ID_clock_getres_time64,
	SAME, ID_clock_settime, ID_clock_settime64, ID_settimeofday, ID_stime,
	SAME, ID_adjtimex, ID_clock_adjtime, ID_clock_adjtime64,
	SAME, ID_nanosleep, ID_clock_nanosleep, ID_clock_nanosleep_time64,
	SAME, ID_alarm, ID_setitimer,
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
