/* SPDX-License-Identifier: MIT
 *
 * Find the threads of running processes and of their descendants in /proc.
 * Knows nothing of ptrace.
 */
#include "trace/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "lib/util.h"

enum { PROCESSES_MAX = 1024, FOLDERS_MAX = 16 };

struct search {
	const struct attach *what;
	proc_found *found;
	void *arg;
	pid_t wanted[PROCESSES_MAX];    /* the processes found so far */
	int n_wanted;
	int proc;               /* the folder /proc */
	bool in_folder;         /* the process is one of the folder's */
	/* the process being looked at, and how many of its threads lived and
	 * had ended */
	pid_t pid;
	int n_alive, n_ended;
	pid_t tracer;           /* of utrace; 0: none */
	bool warned_tracer, warned_ancestor;
	/* in this pass: something new was found, or a thread may have been
	 * missed */
	bool grew, doubt;
	int error;              /* errno: why /proc can't be read, or 0 */
};

bool
proc_shares_pids(pid_t tid)
{
	char own[64], its[64];
	struct out path;

	return sys_read_link("/proc/self/ns/pid", own, sizeof own) > 0 &&
	    sys_read_link(sys_proc_path(&path, tid, "ns/pid"), its,
	    sizeof its) > 0 && !strcmp(own, its);
}

/* The number behind a key, "\nKey:\t", in a status file; 0 if it has none. */
static int
status_number(const char *path, const char *key)
{
	int fd = sys_open(AT_FDCWD, path, O_RDONLY), number = 0;
	const char *wanted = key;
	char text[512];
	ssize_t n, i;

	/* the groups before a line may be many */
	while (fd >= 0 && (n = read(fd, text, sizeof text)) > 0)
		for (i = 0; i < n; i++)
			if (*wanted)
				wanted = text[i] == *wanted ? wanted + 1 :
				    key + (text[i] == '\n');
			else if (text[i] != '\n')
				number = number * 10 + text[i] - '0';
			else
				wanted = key;
	if (fd >= 0)
		close(fd);
	return number;
}

/* the thread that traces another, or 0 */
static pid_t
tracer_of(const char *path)
{
	return status_number(path, "\nTracerPid:\t");
}

bool
proc_has_filter(pid_t tid)
{
	struct out path;

	return status_number(sys_proc_path(&path, tid, "status"),
	    "\nSeccomp:\t") == 2;
}

const char *
proc_why_forbidden(pid_t tid)
{
	struct out path;
	char scope[2];

	if (tracer_of(sys_proc_path(&path, tid, "status")))
		return "another process traces it";
	/* the kernel itself would say ESRCH */
	if (ptrace(PTRACE_INTERRUPT, getpid(), NULL, NULL) < 0 &&
	    errno == EPERM)
		return "a seccomp filter forbids it";
	sys_read_text(sys_open(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope",
	    O_RDONLY), scope, sizeof scope);
	return *scope > '0' ? "/proc/sys/kernel/yama/ptrace_scope forbids it" :
	    "that needs CAP_SYS_PTRACE";
}

/* Call visit() for each entry of a folder whose name is a number or, if level is
 * not 0, for each folder in it, with level instead of the number.  -1 if
 * visit() returned a negative number, or errno. */
static int
visit_entries(int dir, int level, int (*visit)(struct search *, int dir,
    const char *name, pid_t), struct search *s)
{
	/* the kernel wants the buffer aligned like the struct */
	union { struct dirent first; char bytes[2048]; } buf;
	const struct dirent *d;
	unsigned long number;
	int n, i;

	while ((n = (int)syscall(SYS_getdents64, dir, &buf, sizeof buf)) > 0) {
		for (i = 0; i < n; i += d->d_reclen) {
			d = (const void *)(buf.bytes + i);
			number = (unsigned long)level;
			if ((!IS_SMALL && level ?
			    d->d_type == DT_DIR && d->d_name[0] != '.' :
			    util_parse_number(d->d_name, INT32_MAX,
			    &number) == 0) &&
			    visit(s, dir, d->d_name, (pid_t)number) < 0)
				return -1;
		}
	}
	if (n < 0)
		s->error = errno;
	return n;
}

/* fields of a stat file in /proc */
struct task {
	unsigned long parent, flags;
};

/* false if it has ended */
static bool
read_task(int dir, const char *path, struct task *t)
{
	enum { PARENT = 1, FLAGS = 6, WORDS };
	char text[512], *word[WORDS], *p;
	int i;

	sys_read_text(sys_open(dir, path, O_RDONLY), text, sizeof text);
	/* skip the name, which may contain anything */
	p = strrchr(text, ')');
	for (i = 0; i < WORDS; i++) {
		p = p ? strchr(p, ' ') : NULL;
		if (!p)
			return false;
		*p++ = '\0';
		word[i] = p;
	}
	*strchrnul(p, ' ') = '\0';
	return util_parse_number(word[PARENT], INT32_MAX, &t->parent) == 0 &&
	    util_parse_number(word[FLAGS], UINT32_MAX, &t->flags) == 0;
}

/* Is errno a lack of memory or descriptors, and not that a process has
 * ended? */
static bool
note_shortage(struct search *s)
{
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		s->error = errno;
	return s->error;
}

/* linux/sched.h */
enum { PF_EXITING = 4, PF_FORKNOEXEC = 0x40 };

/* PF_EXITING if it has ended */
static unsigned long
task_flags(pid_t tid)
{
	struct out path;
	struct task t;

	out_init(&path, -1);
	/* /proc/TID/stat would add up the times of all threads */
	out_fmt(&path, "/proc/%d/task/%d/stat", (int)tid, (int)tid);
	out_char(&path, '\0');
	return read_task(AT_FDCWD, path.buf, &t) ? t.flags : PF_EXITING;
}

bool
proc_is_alive(pid_t tid)
{
	/* cheaper than /proc */
	return !(syscall(SYS_tkill, tid, 0) < 0 && errno == ESRCH) &&
	    !(task_flags(tid) & PF_EXITING);
}

bool
proc_is_fork(pid_t tid)
{
	return task_flags(tid) & PF_FORKNOEXEC;
}

static bool
contains(const pid_t *set, int n, pid_t pid)
{
	while (n > 0 && set[n - 1] != pid)
		n--;
	return n > 0;
}

static int
visit_thread(struct search *s, int dir, const char *name, pid_t tid)
{
	int r = s->found(s->arg, tid, s->pid);

	(void)dir, (void)name;
	if (r > 0)
		s->grew = true;
	if (r < 0 && errno != ESRCH)
		return r;
	if (r < 0)
		s->n_ended++;
	else
		s->n_alive++;
	return 0;
}

static int
visit_threads(struct search *s, int process, pid_t pid)
{
	int task = sys_open(process, "task", O_RDONLY | O_DIRECTORY);
	int r = 0;

	s->pid = pid;
	s->n_alive = s->n_ended = 0;
	if (task >= 0) {
		r = visit_entries(task, 0, visit_thread, s);
		close(task);
		/* the process has ended */
		if (s->error == ENOENT || s->error == ESRCH)
			r = s->error = 0;
	} else if (note_shortage(s)) {
		return -1;
	}
	if (r < 0 || (s->n_alive && !s->n_ended))
		return r;
	/* a thread that is gone may have executed and be the leader now */
	s->n_alive = 0;
	if (proc_is_alive(pid))
		r = visit_thread(s, -1, NULL, pid);
	s->doubt |= !s->n_alive;
	return r;
}

/* Does a search for these processes find this one, as named or as a
 * descendant? */
static bool
is_sought(const struct search *s, pid_t pid, const struct task *t)
{
	return s->in_folder || contains(s->what->pids, s->what->n_pids, pid) ||
	    contains(s->wanted, s->n_wanted, (pid_t)t->parent);
}

/* Is this the process that traces utrace?  Prints a warning, but only once. */
static bool
traces_utrace(struct search *s, pid_t pid)
{
	if (IS_SMALL || !s->tracer || syscall(SYS_tgkill, pid, s->tracer, 0) < 0)
		return false;
	if (!s->warned_tracer)
		log_warn("-a: PID %d traces utrace, so utrace can't trace it",
		    (int)pid);
	s->warned_tracer = true;
	return true;
}

/* Add a process to those wanted.  1, 0 if it can't be traced, -1 after a
 * message if it is named, or there are too many. */
static int
want_process(struct search *s, pid_t pid, const struct task *t)
{
	enum { PF_KTHREAD = 0x200000 }; /* linux/sched.h */

	bool is_named = contains(s->what->pids, s->what->n_pids, pid);

	if (traces_utrace(s, pid))
		return is_named ? -1 : 0;
	if (!IS_SMALL && (t->flags & PF_KTHREAD)) {
		if (!is_named)
			return 0;
		log_warn("-a %d: a kernel thread, which makes no calls",
		    (int)pid);
		return -1;
	}
	if (s->n_wanted == PROCESSES_MAX) {
		log_warn("-a: more than %d processes", PROCESSES_MAX);
		return -1;
	}
	s->wanted[s->n_wanted++] = pid;
	s->grew = true;
	return 1;
}

/* If an ancestor of utrace waits for it, neither ever ends.  A shell on a
 * terminal waits for the foreground process group. */
static void
warn_of_ancestor(struct search *s)
{
	pid_t foreground;

	if (!s->warned_ancestor &&
	    syscall(SYS_ioctl, log_fd, TIOCGPGRP, &foreground) == 0 &&
	    foreground == getpgid(0))
		log_warn("-a: utrace is a descendant of a process that it "
		    "traces; if that one waits for utrace, send a signal to "
		    "utrace to end the recording");
	s->warned_ancestor = true;
}

static int
visit_process(struct search *s, int proc, const char *name, pid_t pid)
{
	int dir = sys_open(proc, name, O_RDONLY | O_DIRECTORY);
	bool wanted = contains(s->wanted, s->n_wanted, pid);
	struct task t;
	int r = wanted;

	if (dir < 0)            /* or it has ended */
		return note_shortage(s) ? -1 : 0;
	if (!wanted && !read_task(dir, "stat", &t)) {
		note_shortage(s);
	} else if (!wanted && is_sought(s, pid, &t)) {
		if (pid != getpid())
			r = want_process(s, pid, &t);
		else if (!IS_SMALL)
			warn_of_ancestor(s);
	}
	if (r > 0)
		r = visit_threads(s, dir, pid);
	close(dir);
	return r;
}

/* Visit the processes that a folder of the cgroup file system lists.  It may
 * have been removed meanwhile. */
static int
visit_members(struct search *s, int folder)
{
	/* one more than there may be */
	static char text[(PROCESSES_MAX + 1) * sizeof "4194304\n"];
	char *pid = text, *end;
	unsigned long number;
	int r = 0;

	if (sys_read_text(sys_open(folder, "cgroup.procs", O_RDONLY), text,
	    sizeof text) < 0)
		return note_shortage(s) ? -1 : 0;
	s->in_folder = true;
	for (; r >= 0 && *(end = strchrnul(pid, '\n')); pid = end + 1) {
		*end = '\0';
		/* 0 stands for those of other PID namespaces */
		if (util_parse_number(pid, INT32_MAX, &number) == 0)
			r = visit_process(s, s->proc, pid, (pid_t)number);
	}
	s->in_folder = false;
	return r < 0 ? -1 : 0;
}

/* the same and, down to some level, for the folders in it */
static int
visit_folder(struct search *s, int dir, const char *name, pid_t level)
{
	int folder = sys_open(dir, name, O_RDONLY | O_DIRECTORY), r;

	if (folder < 0)
		return note_shortage(s) ? -1 : 0;
	r = visit_members(s, folder);
	if (r == 0 && level < FOLDERS_MAX)
		r = visit_entries(folder, level + 1, visit_folder, s);
	close(folder);
	return r;
}

/* one pass over all that is named */
static int
visit_all(struct search *s)
{
	const struct attach *what = s->what;
	char name[16] = "";
	int r = 0, i;

	s->grew = s->doubt = false;
	lseek(s->proc, 0, SEEK_SET);
	if (!IS_SMALL && what->alone) {
		util_append_number(name, sizeof name, (unsigned)*what->pids);
		r = visit_process(s, s->proc, name, *what->pids);
	} else if (what->n_pids) {
		r = visit_entries(s->proc, 0, visit_process, s);
	}
	if (!IS_SMALL && r == 0 && what->folder)
		r = visit_folder(s, AT_FDCWD, what->folder, 0);
	for (i = 0; i < what->n_pids; i++)
		s->doubt |= !contains(s->wanted, s->n_wanted, what->pids[i]) &&
		    kill(what->pids[i], 0) == 0;
	return r;
}

int
proc_find_threads(const struct attach *what, proc_found *found, void *arg)
{
	static struct search s;
	int proc = sys_open(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY), r = 0, i;
	const pid_t *pids = what->pids;
	/* passes while some process shows no leader: it has ended, or it
	 * executes right now, and in the next pass it may execute again */
	int retries = 10;

	s = (struct search){
		.what = what, .found = found, .arg = arg, .proc = proc,
		.grew = true, .error = proc < 0 ? errno : 0,
	};
	if (!IS_SMALL)
		s.tracer = tracer_of("/proc/self/status");
	while (proc >= 0 && r == 0 && (s.grew || (s.doubt && retries-- > 0)))
		r = visit_all(&s);
	if (proc >= 0 && syscall(SYS_faccessat, proc, "self", F_OK) < 0) {
		log_warn("-a needs /proc");
		r = -1;
	}
	if (proc >= 0)
		close(proc);
	if (s.error) {
		errno = s.error;
		log_warn("-a: can't read /proc:");
		r = -1;
	}
	for (i = 0; r == 0 && i < what->n_pids; i++) {
		if (contains(s.wanted, s.n_wanted, pids[i]))
			continue;
		errno = ESRCH;
		log_warn("-a %d:", (int)pids[i]);
		r = -1;
	}
	return r < 0 ? -1 : s.n_wanted;
}
