/* SPDX-License-Identifier: MIT */
/*
 * victim_state [FILE]: write down what a process can see of how it was started,
 * a fact a line, to compare a run under utrace with one without.
 * Without FILE to standard output; FILE is opened last, where every descriptor
 * has been looked at.
 * Built static, and with glibc as victim_state.dyn.
 */
#include "victim.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

extern char **environ;

static char facts[1 << 16];

static void
fact(const char *name, long index, long value)
{
	char num[24], *end = num + sizeof num - 1;

	strcat(facts, name);
	strcat(facts, " ");
	strcat(facts, digits(end, index));
	strcat(facts, " ");
	strcat(facts, digits(end, value));
	strcat(facts, "\n");
}

static void
fact_text(const char *name, const char *text)
{
	strcat(facts, name);
	strcat(facts, " ");
	strcat(facts, text);
	strcat(facts, "\n");
}

static void
descriptors(void)
{
	struct stat st;
	int fd;

	for (fd = 0; fd < 256; fd++) {
		if (fstat(fd, &st) < 0)
			continue;
		fact("fd-flags", fd, fcntl(fd, F_GETFD));
		fact("fd-status", fd, fcntl(fd, F_GETFL));
		fact("fd-mode", fd, (long)st.st_mode);
		fact("fd-inode", fd, (long)st.st_ino);
	}
}

static void
signals(void)
{
	unsigned char mask[16] = { 0 }, pending[16] = { 0 };
	struct sigaction sa;
	int i;

	/* not sigprocmask: libc hides the signals it uses itself */
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, mask, _NSIG / 8);
	syscall(SYS_rt_sigpending, pending, _NSIG / 8);
	for (i = 0; i < _NSIG / 8; i++) {
		fact("blocked", i, mask[i]);
		fact("pending", i, pending[i]);
	}
	for (i = 1; i < _NSIG; i++) {
		if (sigaction(i, NULL, &sa) == 0 && sa.sa_handler != SIG_DFL)
			fact("disposition", i, sa.sa_handler == SIG_IGN);
	}
}

static void
limits(void)
{
	struct itimerval alarm_clock;
	struct rlimit rl;
	cpu_set_t cpus;
	int i;

	for (i = 0; i < 16; i++) {
		if (getrlimit(i, &rl) < 0)
			continue;
		fact("limit", i, (long)rl.rlim_cur);
		fact("limit-max", i, (long)rl.rlim_max);
	}
	CPU_ZERO(&cpus);
	sched_getaffinity(0, sizeof cpus, &cpus);
	for (i = 0; i < 64; i++) {
		if (CPU_ISSET((size_t)i, &cpus))
			fact("cpu", i, 1);
	}
	fact("nice", 0, getpriority(PRIO_PROCESS, 0));
	fact("scheduler", 0, syscall(SYS_sched_getscheduler, 0));
	getitimer(ITIMER_REAL, &alarm_clock);
	fact("alarm", 0, alarm_clock.it_value.tv_sec > 0);
}

static void
process(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC), sig = -1;
	int ids[] = { PR_GET_DUMPABLE, PR_GET_KEEPCAPS, PR_GET_SECUREBITS,
	              PR_GET_TIMERSLACK, PR_GET_TIMING, PR_GET_NO_NEW_PRIVS };
	size_t i;
	mode_t mask;

	fact("pgrp", 0, getpgrp());
	fact("session", 0, getsid(0));
	fact("tty", fd >= 0, fd >= 0 ? tcgetpgrp(fd) : 0);
	if (fd >= 0)
		close(fd);
	fact("uid", getuid(), geteuid());
	fact("gid", getgid(), getegid());
	mask = umask(0);
	fact("umask", 0, (long)mask);
	umask(mask);
	fact("personality", 0, personality(0xffffffff));
	for (i = 0; i < sizeof ids / sizeof *ids; i++)
		fact("prctl", ids[i], prctl(ids[i], 0, 0, 0, 0));
	prctl(PR_GET_PDEATHSIG, &sig, 0, 0, 0);
	fact("pdeathsig", 0, sig);
	sig = -1;
	prctl(PR_GET_CHILD_SUBREAPER, &sig, 0, 0, 0);
	fact("subreaper", 0, sig);
	errno = 0;
	fact("children", waitpid(-1, NULL, WNOHANG), errno);
}

int
main(int argc, char **argv)
{
	char cwd[4096] = "";
	int i, fd = 1;

	descriptors();
	signals();
	limits();
	process();
	(void)!getcwd(cwd, sizeof cwd);
	fact_text("cwd", cwd);
	for (i = 0; i < argc; i++)
		fact_text("argument", argv[i]);
	for (i = 0; environ[i]; i++)
		fact_text("environment", environ[i]);
	if (argc > 1)
		fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	return write(fd, facts, strlen(facts)) < 0;
}
