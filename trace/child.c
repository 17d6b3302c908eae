/* SPDX-License-Identifier: MIT
 *
 * Start PROGRAM and its tracer.  The calling process becomes the proxy, the
 * parent of both (proxy.c).  Stopping it, as job control does, doesn't stop the
 * tracer, which still serves PROGRAM's children; and the tracer has a process
 * group of its own, so that signals for the group don't reach it.  With -D
 * there is no proxy: the calling process becomes PROGRAM, and the tracer is a
 * detached grandchild.
 *
 * Handshake over two pipes: the tracer sends its PID, which PROGRAM needs to
 * permit tracing under Yama; PROGRAM sends its own, is seized, and gets a byte
 * that tells it to execute.  No raise(SIGSTOP): PTRACE_SEIZE would find a
 * group-stop.
 */
#include "trace/child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "trace/exec_error.h"
#include "trace/proxy.h"
#include "trace/tap.h"

struct shared *
child_shared_new(void)
{
	void *p = sys_share_memory(sizeof(struct shared));

	if (!p)
		log_warn("can't allocate shared memory:");
	return p;
}

bool
term_is_third(struct term_times *t)
{
	t->ms[0] = t->ms[1];
	t->ms[1] = t->ms[2];
	t->ms[2] = sys_now_ms();
	return ++t->n >= 3 && t->ms[2] - t->ms[0] <= 5000;
}

/* Both ends are above 2, because a closed standard descriptor must stay closed.
 * */
static int
open_pipe(int fd[2])
{
	int i, low;

	if (sys_pipe(fd) < 0)
		return -1;
	for (i = 0; i < 2; i++) {
		if (fd[i] > 2)
			continue;
		low = fd[i];
		fd[i] = (int)syscall(SYS_fcntl, low, F_DUPFD_CLOEXEC, 3);
		close(low);
		if (fd[i] < 0)
			return -1;
	}
	return 0;
}

static bool
receive(int fd, void *data, size_t len)
{
	ssize_t n;

	do
		n = read(fd, data, len);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

static int
set_own_mask(const sigset_t *new, sigset_t *old)
{
	if (sigprocmask(SIG_SETMASK, new, old) == 0)
		return 0;
	log_warn("can't set the signal mask:");
	return -1;
}

int
child_execute(char **argv, bool explains)
{
	static char found[SYS_FOUND_MAX];
	struct out *log;
	int error;

	sys_exec(argv, !IS_SMALL && explains ? found : NULL);
	error = errno;
	if (IS_SMALL || !explains) {
		log_warn("%s:", argv[0]);
	} else {
		log = log_begin();
		out_safe(log, argv[0], OUT_TEXT_MAX);
		exec_explain(log, *found ? found : argv[0], error);
		log_end(log);
	}
	return error == ENOENT || error == ENOTDIR ? 127 : 126;
}

/* PROGRAM's side of the handshake, up to its exec */
static void
become_program(struct launch *l, const int down[2], const int up[2])
{
	pid_t tracer, self = getpid();
	char go;

	close(down[1]);
	close(up[0]);
	if (!receive(down[0], &tracer, sizeof tracer))
		_exit(125);
	/* fails on a kernel without Yama, which doesn't need it */
	prctl(PR_SET_PTRACER, tracer, 0, 0, 0);
	if (sys_write_all(up[1], &self, sizeof self) < 0 ||
	    !receive(down[0], &go, 1))
		_exit(125);     /* the tracer has printed why */
	if (l->close_fd >= 0)
		close(l->close_fd);
	/* a policy's filter may not allow that */
	if (set_own_mask(&l->mask, NULL) < 0)
		_exit(125);
	if (l->tap->install && l->tap->install(l->filter, l->confines) < 0) {
		log_warn("tap %s:", l->tap->name);
		_exit(125);
	}
	_exit(child_execute(l->argv, !l->confines));
}

/* the tracer's side of the handshake, up to PROGRAM's PID */
static enum role
become_tracer(struct launch *l, struct shared *sh, const int down[2],
    const int up[2])
{
	pid_t self = getpid();

	sys_forbid_tracing();
	sh->tracer = self;
	/* Leave PROGRAM's process group.  Not by a session of its own: that is
	 * also a scheduling group of its own, which makes forks twice as slow.
	 * */
	if (sh->proxy)
		setpgid(0, 0);
	else
		setsid();
	close(down[0]);
	close(up[1]);
	l->to_child = down[1];
	l->from_child = up[0];
	if (sys_write_all(down[1], &self, sizeof self) < 0 ||
	    !receive(up[0], &sh->program, sizeof sh->program)) {
		log_warn("PROGRAM was killed before it could be started");
		_exit(125);
	}
	return ROLE_TRACER;
}

void
child_release(struct launch *l, bool go)
{
	if (go)
		sys_write_all(l->to_child, "", 1);
	close(l->to_child);
	close(l->from_child);
}

static enum role
launch_with_proxy(struct launch *l, struct shared *sh, const int down[2],
    const int up[2])
{
	static const long none[4];
	long left[4];
	pid_t pid;

	sh->proxy = getpid();
	/* An alarm that was set before utrace started is meant for PROGRAM, but
	 * a fork loses it. */
	sys_set_timer(none, left);
	pid = sys_fork();
	if (pid == 0) {
		sys_set_timer(left, NULL);
		become_program(l, down, up);
	}
	if (pid < 0) {
		log_warn("can't fork:");
		return ROLE_FAILED;
	}
	sh->program = pid;
	sys_forbid_tracing();       /* before PROGRAM runs */
	/* Not after the tracer, which lets PROGRAM run; and not before PROGRAM:
	 * the kernel signals the youngest process of a group first. */
	proxy_start_group_probe(sh);
	pid = sys_fork();
	if (pid == 0)
		return become_tracer(l, sh, down, up);
	if (pid < 0)
		log_warn("can't fork:");      /* PROGRAM sees its pipe close */
	else
		sh->tracer = pid;
	return pid < 0 ? ROLE_FAILED : ROLE_PROXY;
}

/* -D: the calling process becomes PROGRAM.  The tracer is a grandchild, so that
 * PROGRAM has no child that it doesn't know.  Process 1 would inherit a
 * grandchild; there the tracer is a child without an exit signal, which PROGRAM
 * sees only with __WALL or __WCLONE. */
static enum role
launch_detached(struct launch *l, struct shared *sh, const int down[2],
    const int up[2])
{
	pid_t middle, pid;
	bool init = getpid() == 1;

	/* no exit signal: PROGRAM must not find a pending SIGCHLD that isn't
	 * its own */
	middle = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (middle == 0) {
		pid = init ? 0 : sys_fork();
		if (pid == 0)
			return become_tracer(l, sh, down, up);
		if (pid < 0)
			log_warn("can't fork:");
		_exit(pid < 0);
	}
	if (middle < 0) {
		log_warn("can't fork:");
		return ROLE_FAILED;
	}
	while (!init && waitpid(middle, NULL, __WALL) < 0 && errno == EINTR)
		;
	become_program(l, down, up);
	return ROLE_FAILED;     /* not reached */
}

enum role
child_launch(struct launch *l, struct shared *sh)
{
	int down[2], up[2];
	enum role role;
	sigset_t all;

	if (open_pipe(down) < 0 || open_pipe(up) < 0) {
		log_warn("can't create a pipe:");
		return ROLE_FAILED;
	}
	memset(&all, 0xff, sizeof all);
	if (set_own_mask(&all, &l->mask) < 0)
		return ROLE_FAILED;
	role = l->keep_pid ? launch_detached(l, sh, down, up) :
	    launch_with_proxy(l, sh, down, up);
	if (role != ROLE_TRACER) {
		close(down[0]), close(down[1]);
		close(up[0]), close(up[1]);
	}
	return role;
}
