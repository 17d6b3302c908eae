/* SPDX-License-Identifier: MIT */
/*
 * tool_with WHAT[=N]... COMMAND...: become COMMAND after a change to what a
 * process hands on through exec; what POSIX sh can't do, or not on all shells.
 */
#include "test/victim/victim.h"
#include "test/victim/seccomp_bpf.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void
sig_block(long sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, (int)sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
sig_ignore(long sig)
{
	signal((int)sig, SIG_IGN);
}

static void
sig_default(long sig)
{
	signal((int)sig, SIG_DFL);
}

static void
on_cpu(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set) < 0)
		die("sched_setaffinity");
}

static void
as_user(long uid)
{
	if (setgroups(0, NULL) < 0 || setgid((gid_t)uid) < 0 ||
	    setuid((uid_t)uid) < 0)
		die("setuid");
}

static void
new_group(long unused)
{
	(void)unused;
	setpgid(0, 0);
}

static void
limit_files(long n)
{
	struct rlimit rl = { (rlim_t)n, (rlim_t)n };

	if (setrlimit(RLIMIT_NOFILE, &rl) < 0)
		die("setrlimit");
}

static void
hold_fd(long fd)
{
	if (dup2(open("/dev/null", O_RDWR), (int)fd) < 0)
		die("dup2");
}

static void
die_with_parent(long sig)
{
	prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0);
}

/* not even root has it in what is executed from here on */
static void
drop_capability(long cap)
{
	if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
		die("capability");
}

static void
no_new_privileges(long unused)
{
	(void)unused;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		die("no_new_privs");
}

static void
set_alarm(long seconds)
{
	alarm((unsigned)seconds);
}

static void
set_nice(long n)
{
	setpriority(PRIO_PROCESS, 0, (int)n);
}

/* These filters stand for a kernel or a place: a program that asks whether there
 * is a filter gets the answer 0, so that utrace takes it for one without. */
#define SC_HIDDEN \
	SC_LOAD_NR, SC_UNLESS(SYS_prctl, 3), SC_LOAD_ARG(0), \
	SC_UNLESS(PR_GET_SECCOMP, 1), SC_RETURN(SC_ERRNO)

/* as on Linux before 5.3: PTRACE_GET_SYSCALL_INFO is EIO for all below */
static void
no_syscall_info(long unused)
{
	struct sock_filter prog[] = {
		SC_HIDDEN,
		SC_LOAD_NR,
		SC_UNLESS(SYS_ptrace, 3),
		SC_LOAD_ARG(0),
		SC_UNLESS(0x420e, 1),
		SC_RETURN(SC_ERRNO | EIO),
		SC_RETURN(SC_ALLOW),
	};

	(void)unused;
	sc_install(prog, sizeof prog / sizeof *prog);
}

/* as to the first process of a namespace: what it sends itself does nothing */
static void
no_suicide(long unused)
{
	struct sock_filter prog[] = {
		SC_HIDDEN,
		SC_LOAD_NR,
		SC_UNLESS(SYS_kill, 3),
		SC_LOAD_ARG(0),
		SC_UNLESS((uint32_t)getpid(), 1),
		SC_RETURN(SC_ERRNO),
		SC_RETURN(SC_ALLOW),
	};

	(void)unused;
	sc_install(prog, sizeof prog / sizeof *prog);
}

/* No filters for all below: with this error, or 0 as where they are not
 * configured. */
static void
no_seccomp(long error)
{
	struct sock_filter prog[] = {
		SC_HIDDEN,
		SC_LOAD_NR,
		SC_UNLESS(SYS_seccomp, 1),
		SC_RETURN(SC_ERRNO | (uint32_t)(error ? error : ENOSYS)),
		SC_UNLESS(SYS_prctl, 3),
		SC_LOAD_ARG(0),
		SC_UNLESS(PR_SET_SECCOMP, 1),
		SC_RETURN(SC_ERRNO | (uint32_t)(error ? error : EINVAL)),
		SC_RETURN(SC_ALLOW),
	};

	sc_install(prog, sizeof prog / sizeof *prog);
}

/* as on a kernel without bpf(2) */
static void
no_bpf(long unused)
{
	struct sock_filter prog[] = {
		SC_HIDDEN,
		SC_LOAD_NR,
		SC_UNLESS(SYS_bpf, 1),
		SC_RETURN(SC_ERRNO | ENOSYS),
		SC_RETURN(SC_ALLOW),
	};

	(void)unused;
	sc_install(prog, sizeof prog / sizeof *prog);
}

/* all below must keep the mitigations: SPEC_ALLOW, bit 2 of the flags, kills */
static void
must_mitigate(long unused)
{
	struct sock_filter prog[] = {
		SC_LOAD_NR,
		SC_UNLESS(SYS_seccomp, 3),
		SC_LOAD_ARG(1),
		SC_UNLESS_ANY(4, 1),
		SC_RETURN(SC_KILL),
		SC_RETURN(SC_ALLOW),
	};

	(void)unused;
	sc_install(prog, sizeof prog / sizeof *prog);
}

/* as a container or a service manager: a filter that rejects the distinctive call
 * by this action and, as a strange one, the question whether there is one */
static void
reject_mark(uint32_t action, int hidden_by)
{
	struct sock_filter prog[] = {
		SC_LOAD_NR,
		SC_UNLESS(SYS_sched_get_priority_max, 1),
		SC_RETURN(action),
		SC_UNLESS(hidden_by ? SYS_prctl : UINT32_MAX, 3),
		SC_LOAD_ARG(0),
		SC_UNLESS(PR_GET_SECCOMP, 1),
		SC_RETURN(SC_ERRNO | (uint32_t)hidden_by),
		SC_RETURN(SC_ALLOW),
	};

	sc_install(prog, sizeof prog / sizeof *prog);
}

static void
reject_with(long error)
{
	reject_mark(SC_ERRNO | (uint32_t)error, 0);
}

static void
reject_question(long error)
{
	reject_mark(SC_ERRNO | EDOM, (int)error);
}

static void
kill_mark(long unused)
{
	(void)unused;
	reject_mark(SC_KILL, 0);
}

static const struct {
	const char *name;
	void (*apply)(long);
} change[] = {
	{ "block", sig_block },
	{ "ignore", sig_ignore },
	{ "default", sig_default },
	{ "cpu", on_cpu },
	{ "uid", as_user },
	{ "pgrp", new_group },
	{ "nofile", limit_files },
	{ "fd", hold_fd },
	{ "pdeathsig", die_with_parent },
	{ "nice", set_nice },
	{ "alarm", set_alarm },
	{ "nocap", drop_capability },
	{ "nonewprivs", no_new_privileges },
	{ "nosuicide", no_suicide },
	{ "noinfo", no_syscall_info },
	{ "noseccomp", no_seccomp },
	{ "nobpf", no_bpf },
	{ "mitigate", must_mitigate },
	{ "reject", reject_with },
	{ "asks", reject_question },
	{ "kill", kill_mark },
};

static bool
apply(const char *arg)
{
	size_t i, len = strcspn(arg, "=");

	for (i = 0; i < sizeof change / sizeof *change; i++) {
		if (strlen(change[i].name) != len ||
		    strncmp(arg, change[i].name, len) != 0)
			continue;
		change[i].apply(arg[len] ? number(arg + len + 1) : 0);
		return true;
	}
	return false;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		die("usage: tool_with WHAT[=N]... COMMAND...");
	while (*++argv && apply(*argv))
		;
	if (*argv)
		execvp(*argv, argv);
	die("tool_with: cannot execute");
}
