/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct out;

/* Write all of it, also to a pipe that is full.  -1 and errno. */
int sys_write_all(int fd, const void *, size_t);

/* Read up to the end, or until the buffer is full.  Returns how many bytes, or -1
 * and errno. */
ssize_t sys_read_all(int fd, void *, size_t);

/* Read a file to its end, or until the buffer is full, as a string, and close
 * it.  Returns the string's length, or -1 and errno, also if fd is -1; the string
 * is empty then. */
ssize_t sys_read_text(int fd, char *, size_t);
/* Read a symbolic link as a string.  Returns its length; -1 and errno, also for
 * one that is cut because it does not fit.  What can't be read leaves the buffer
 * as it is. */
ssize_t sys_read_link(const char *path, char *, size_t);
/* Set the buffer to the string "/proc/PID/FILE".  Returns it. */
const char *sys_proc_path(struct out *, pid_t, const char *file);

/* Send to the system log's socket without waiting; errors are ignored. */
void sys_send_to_log(const void *, size_t);

/* fork(), without the C library's handlers for threads */
pid_t sys_fork(void);
/* a pipe, close-on-exec */
int sys_pipe(int fd[2]);
bool sys_is_open(int fd);
/* No process of the same user may read or change this one's memory: it has the
 * policy, the messages and the result.  Needs CAP_SYS_PTRACE from now on. */
void sys_forbid_tracing(void);
/* SIG_BLOCK or SIG_UNBLOCK one signal */
void sys_mask_signal(int how, int sig);
/* Take a pending signal, blocked ones too, and wait for one if asked to.  False
 * if a handler interrupted the wait, or no signal is pending. */
bool sys_next_signal(siginfo_t *, bool wait);
void sys_sleep_ms(unsigned ms);
/* Zeroed memory that a child shares.  NULL and errno. */
void *sys_share_memory(size_t);
/* ITIMER_REAL: the interval and the time left, each in seconds and
 * microseconds */
void sys_set_timer(const long timer[4], long old[4]);

/* A monotonic clock in milliseconds, in steps of 10.  It wraps, so use only
 * differences. */
uint32_t sys_now_ms(void);

/* The CPU time of this process in microseconds, and how often the kernel
 * preempted it.  Both wrap. */
void sys_usage(uint32_t *cpu_us, uint32_t *preemptions);

/* columns of a terminal, 80 if it doesn't know them; 0 if it is no terminal */
int sys_terminal_width(int fd);
/* Is it a terminal that understands escape sequences, by TERM, and does
 * NO_COLOR not forbid them? */
bool sys_has_escapes(int fd);
/* Is the group of this process, 0 for the caller, in the foreground of the
 * caller's controlling terminal, and is that fd? */
bool sys_in_foreground(int fd, pid_t);

/* Like openat() with O_CLOEXEC; the mode of a new file is 0666. */
int sys_open(int at, const char *path, int flags);
/* Open a file for reading, if it is a regular one: to open a device can do
 * something, to open a pipe lets its writer go on.  Sets its size in bytes.
 * Returns -1 if it can't. */
int sys_open_regular(const char *path, off_t *size);

struct stat;

/* Like fstatat().  Only the type, mode, owner, device, inode and size can be
 * relied on: the kernel's struct has other times than the C library's. */
int sys_stat(int at, const char *path, int flags, struct stat *);

struct statfs;

/* fstatfs(), for which musl links statvfs(), too */
int sys_statfs(int fd, struct statfs *);

/* Like execvp(); returns only if it failed, with errno.  found is NULL, or an
 * empty string with room for SYS_FOUND_MAX bytes: it gets the first file of that
 * name in a folder of PATH. */
enum { SYS_FOUND_MAX = 4096 + 256 };
void sys_exec(char **argv, char *found);

/* Close every descriptor but these; -1 stands for none. */
void sys_close_except(const int keep[], size_t n);
