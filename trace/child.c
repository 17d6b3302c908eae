/* SPDX-License-Identifier: MIT
 *
 * Start PROGRAM.  Three processes: the front, which whoever started us knows
 * and which is PROGRAM's parent; PROGRAM; and the tracer, in a group of its
 * own so that no signal meant for the group reaches it.  The front is the real
 * parent that ptrace(2) wants where group-stops are to be seen as such: while
 * it is stopped, as job control expects, the tracer still serves PROGRAM's
 * children.  With -D there is no front: the calling process becomes PROGRAM
 * and the tracer is a detached grandchild.
 *
 * Handshake over two pipes: the tracer tells its pid (Yama wants to be told who
 * may attach), the program-to-be tells its own, is seized, told to go on, and
 * executes.  No raise(SIGSTOP): PTRACE_SEIZE would find a group-stop.
 */
#include "trace/child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/sys.h"
#include "trace/tap.h"

struct shared *
child_shared_new(void)
{
	void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		return p;
	log_warn("shared memory:");
	return NULL;
}

bool
term_is_third(struct term_times *p)
{
	p->ms[0] = p->ms[1];
	p->ms[1] = p->ms[2];
	p->ms[2] = sys_now_ms();
	return ++p->n >= 3 && p->ms[2] - p->ms[0] <= 5000;
}

/* both ends above stderr, so that a closed 0, 1 or 2 stays closed */
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
get(int fd, void *data, size_t len)
{
	ssize_t n;

	do
		n = read(fd, data, len);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

/* musl's own hides the signals that it uses itself, 32 to 34 */
static void
set_mask(const sigset_t *new, sigset_t *old)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, new, old, _NSIG / 8);
}

int
execute(char **argv)
{
	int error;

	sys_exec(argv);
	error = errno;
	log_warn("%s:", argv[0]);
	return error == ENOENT || error == ENOTDIR ? 127 : 126;
}

/* the program-to-be, from the fork on */
static void
become(struct launch *l, const int down[2], const int up[2])
{
	pid_t tracer, self = getpid();
	char go;

	close(down[1]);
	close(up[0]);
	if (!get(down[0], &tracer, sizeof tracer))
		_exit(125);
	/* fails where there is no Yama, and then is not needed */
	prctl(PR_SET_PTRACER, tracer, 0, 0, 0);
	if (sys_write_all(up[1], &self, sizeof self) < 0 ||
	    !get(down[0], &go, 1))
		_exit(125);     /* the tracer has said why */
	if (l->close_fd >= 0)
		close(l->close_fd);
	if (l->tap->install && l->tap->install(l->filter) < 0) {
		log_warn("tap %s:", l->tap->name);
		_exit(125);
	}
	set_mask(&l->mask, NULL);
	_exit(execute(l->argv));
}

/* the tracer, from the fork on: find out who the program is */
static enum role
track(struct launch *l, struct shared *sh, const int down[2], const int up[2])
{
	pid_t self = getpid();

	sh->tracer = self;
	/* out of PROGRAM's process group; a session of its own would also be a
	 * scheduling group of its own, which makes forks twice as slow */
	if (sh->proxy)
		setpgid(0, 0);
	else
		setsid();
	close(down[0]);
	close(up[1]);
	l->to_child = down[1];
	l->from_child = up[0];
	if (sys_write_all(down[1], &self, sizeof self) < 0 ||
	    !get(up[0], &sh->program, sizeof sh->program)) {
		log_warn("the program was killed before it could be started");
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
launch_front(struct launch *l, struct shared *sh, const int down[2],
    const int up[2])
{
	static const long none[4];
	long left[4];
	pid_t pid;

	sh->proxy = getpid();
	/* an alarm that was set before us is PROGRAM's, but a fork loses it */
	sys_set_timer(none, left);
	pid = sys_fork();
	if (pid == 0) {
		sys_set_timer(left, NULL);
		become(l, down, up);
	}
	if (pid < 0) {
		log_warn("fork:");
		return ROLE_FAILED;
	}
	sh->program = pid;
	pid = sys_fork();
	if (pid == 0)
		return track(l, sh, down, up);
	if (pid < 0)
		log_warn("fork:");  /* the program-to-be sees its pipe close */
	else
		sh->tracer = pid;
	return pid < 0 ? ROLE_FAILED : ROLE_PROXY;
}

/* -D: we become PROGRAM, the tracer is a grandchild.  That would come back to
 * process 1, as its child that a plain wait sees, so there it is a child of the
 * kind that only __WALL or __WCLONE see. */
static enum role
launch_detached(struct launch *l, struct shared *sh, const int down[2],
    const int up[2])
{
	pid_t middle, pid;
	bool init = getpid() == 1;

	/* a raw clone without an exit signal: PROGRAM is not to find a SIGCHLD
	 * of ours pending */
	middle = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (middle == 0) {
		pid = init ? 0 : sys_fork();
		if (pid == 0)
			return track(l, sh, down, up);
		if (pid < 0)
			log_warn("fork:");
		_exit(pid < 0);
	}
	if (middle < 0) {
		log_warn("fork:");
		return ROLE_FAILED;
	}
	while (!init && waitpid(middle, NULL, __WALL) < 0 && errno == EINTR)
		;
	become(l, down, up);
	return ROLE_FAILED;     /* not reached */
}

enum role
launch(struct launch *l, struct shared *sh)
{
	int down[2], up[2];
	enum role role;
	sigset_t all;

	if (open_pipe(down) < 0 || open_pipe(up) < 0) {
		log_warn("pipe:");
		return ROLE_FAILED;
	}
	memset(&all, 0xff, sizeof all);
	set_mask(&all, &l->mask);
	role = l->keep_pid ? launch_detached(l, sh, down, up) :
	    launch_front(l, sh, down, up);
	if (role != ROLE_TRACER) {
		close(down[0]), close(down[1]);
		close(up[0]), close(up[1]);
	}
	return role;
}
