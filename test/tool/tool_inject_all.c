/* SPDX-License-Identifier: MIT */
/*
 * tool_inject_all: run $UTRACE in each mode and tap, find out which system
 * calls it makes itself, and let each of them fail with each errno that its man
 * page names: its first, its second and every one (see tool_inject.c).  What
 * may come of that:
 *
 *   - the right result and exit status,
 *   - a message, and the exit status 125 (126, 127 if PROGRAM can't be
 *     executed), with nothing of PROGRAM left,
 *   - a message, and PROGRAM's exit status with a result that is marked
 *     incomplete, or none.
 *
 * Never a crash, a process that hangs or stays, a loss without a message, or a
 * call that the policy forbids under -e and --deny.
 *
 *   UTRACE, VICTIMS, SLOW        as for run.sh
 *   MODES, TAPS, CALLS, ERRNOS   patterns that choose (*)
 *   WHEN                         0, 1 or 2 alone
 *   JOBS                         runs at the same time (2)
 *   V=1                          print what utrace says in a run that fails
 *
 * The last line is "N passed, N failed"; each failure is a line that ends with
 * the command that repeats it.  Exit status: 0, 1 if one failed, 77 if this
 * kernel can't.
 */
#include "test/victim/victim.h"

#include <ctype.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	TIME_LIMIT_MS = 10000,
	TEXT_MAX = 65536,
	KINDS_MAX = 128,
};

enum trait {
	FORBIDS = 1 << 0,       /* PROGRAM can't create a folder */
	IS_PROGRAM = 1 << 1,    /* the exit status is PROGRAM's */
	ATTACHES = 1 << 2,
	REPORTS = 1 << 3,       /* a message says that the folder is created */
};

static const struct mode {
	const char *name, *taps;
	unsigned traits;
	const char *result;     /* a pattern of files; %d is the worker */
	const char *command;    /* before PROGRAM; %s is the tap */
} modes[] = {
	{ "record", "stop seccomp ebpf", 0, "result",
	  "../utrace -q -t %s -f result" },
	{ "known", "stop seccomp ebpf", 0, "result",
	  "../utrace -q -t %s -k ../part -f result" },
	{ "keep-pid", "stop seccomp ebpf", IS_PROGRAM, "result",
	  "../utrace -q -t %s -D -f result" },
	{ "args", "stop", 0, "result",
	  "../utrace -q -t %s -A -F oci -f result" },
	{ "merge", "none", 0, "result", "../utrace -m -f result ../all ../part" },
	{ "compare", "none", 0, "out", "../utrace -d ../all ../part" },
	{ "check", "stop seccomp", REPORTS, NULL,
	  "../utrace -q -t %s -c ../part" },
	{ "deny", "stop seccomp", FORBIDS | REPORTS, NULL,
	  "../utrace -q -t %s -c ../part --deny" },
	{ "seccomp-trace", "auto stop",
	  FORBIDS | IS_PROGRAM | REPORTS,
	  "/tmp/inject-%d.*", "../seccomp-trace -q -t %s -f ../part" },
	{ "enforce-exec", "none", FORBIDS | IS_PROGRAM, NULL,
	  "../utrace -e ../part -s exec" },
	{ "enforce-main", "none", FORBIDS | IS_PROGRAM, NULL,
	  "../utrace -e ../part -s main" },
	{ "attach", "stop ebpf", ATTACHES, "result",
	  "../utrace -v -t %s -f result -a" },
	{ "per-exe", "stop seccomp", 0, "folder/*.json",
	  "../utrace -q -t %s -x folder" },
};

/* What the man pages name, but for what only a mistake of the caller's own
 * brings (a bad address or flag), where utrace can't mean anything by it.
 * "-": no error that a kernel returns; the C library's start needs some. */
static const struct {
	const char *call, *errnos;
} man[] = {
	{ "arch_prctl", "-" }, { "set_tid_address", "-" },
	{ "exit", "-" }, { "exit_group", "-" }, { "rt_sigreturn", "-" },
	{ "getpid", "-" }, { "getppid", "-" }, { "gettid", "-" },
	{ "geteuid", "-" }, { "getuid", "-" }, { "umask", "-" },
	{ "brk", "ENOMEM" },
	{ "bpf", "E2BIG EACCES EAGAIN EBADF EBUSY EEXIST EFAULT EINVAL ENOENT "
	  "ENOMEM ENOSPC ENOSYS EPERM" },
	{ "capget", "EFAULT EINVAL EPERM ESRCH" },
	{ "chdir", "EACCES EIO ENOENT ENOMEM" },
	{ "chroot", "EACCES EIO ENOENT ENOMEM EPERM" },
	{ "clone", "EAGAIN ENOMEM EPERM" }, { "fork", "EAGAIN ENOMEM" },
	{ "close", "EBADF EINTR EIO ENOSPC EDQUOT" },
	{ "close_range", "EINVAL EMFILE ENOMEM ENOSYS" },
	{ "dup3", "EBADF EBUSY EINTR EMFILE" },
	{ "execve", "E2BIG EACCES EAGAIN EFAULT EINVAL EIO ELIBBAD ELOOP EMFILE "
	  "ENAMETOOLONG ENFILE ENOENT ENOEXEC ENOMEM ENOTDIR EPERM ETXTBSY" },
	{ "fchmod", "EIO EPERM EROFS" }, { "fchownat", "EIO EPERM EROFS" },
	{ "fcntl:0x1", "-" },   /* F_GETFD, where EBADF is an answer */
	{ "fcntl", "EBADF EINVAL EMFILE" },
	{ "flock", "EBADF EINTR EINVAL ENOLCK EWOULDBLOCK" },
	{ "fsync", "EBADF EINTR EIO ENOSPC EROFS EINVAL EDQUOT" },
	{ "ftruncate", "EINTR EFBIG EINVAL EIO EPERM EROFS" },
	{ "getdents64", "EBADF EINVAL ENOENT" },
	{ "getpgid", "EPERM ESRCH" }, { "getsid", "EPERM ESRCH" },
	{ "getrandom", "EAGAIN EINTR ENOSYS" },
	{ "getrusage", "EFAULT EINVAL" },
	{ "getxattr", "E2BIG ENODATA ENOTSUP ERANGE" },
	{ "ioctl", "EBADF EINVAL ENOTTY" },
	{ "kill", "EINVAL EPERM ESRCH" }, { "tgkill", "EAGAIN EPERM ESRCH" },
	{ "lseek", "EBADF EINVAL EOVERFLOW ESPIPE" },
	{ "mkdir", "EACCES EDQUOT EEXIST ELOOP EMLINK ENOENT ENOMEM ENOSPC "
	  "ENOTDIR EPERM EROFS" },
	{ "mmap", "EACCES EAGAIN EINVAL ENFILE ENOMEM EPERM" },
	{ "mprotect", "EACCES ENOMEM" }, { "munmap", "EINVAL" },
	{ "nanosleep", "EFAULT EINTR EINVAL" },
	{ "newfstatat", "EACCES EBADF EFAULT ELOOP ENAMETOOLONG ENOENT ENOMEM "
	  "ENOTDIR EOVERFLOW" },
	{ "open", "EACCES EDQUOT EEXIST EINTR EISDIR ELOOP EMFILE ENFILE ENOENT "
	  "ENOMEM ENOSPC ENOTDIR ENXIO EPERM EROFS ETXTBSY" },
	{ "openat", "EACCES EDQUOT EEXIST EINTR EISDIR ELOOP EMFILE ENFILE ENOENT "
	  "ENOMEM ENOSPC ENOTDIR ENXIO EPERM EROFS ETXTBSY" },
	{ "pipe2", "EMFILE ENFILE EINVAL" },
	{ "poll", "EFAULT EINTR EINVAL ENOMEM" },
	{ "ppoll", "EFAULT EINTR EINVAL ENOMEM" },
	{ "prctl", "EACCES EBUSY EFAULT EINVAL EPERM" },
	{ "prlimit64", "EFAULT EINVAL EPERM ESRCH" },
	{ "ptrace", "EBUSY EFAULT EINVAL EIO ENOSYS EPERM ESRCH" },
	{ "read", "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR" },
	{ "readlink", "EACCES EINVAL EIO ELOOP ENAMETOOLONG ENOENT ENOMEM "
	  "ENOTDIR" },
	{ "rename", "EACCES EBUSY EDQUOT EISDIR ELOOP EMLINK ENAMETOOLONG ENOENT "
	  "ENOMEM ENOSPC ENOTDIR EPERM EROFS EXDEV" },
	{ "rt_sigaction", "EFAULT EINVAL" }, { "rt_sigpending", "EFAULT" },
	{ "rt_sigprocmask", "EFAULT EINVAL" },
	{ "rt_sigqueueinfo", "EAGAIN EINVAL EPERM ESRCH" },
	{ "rt_sigtimedwait", "EAGAIN EINTR EINVAL" },
	{ "sched_getaffinity", "EFAULT EINVAL EPERM ESRCH" },
	{ "seccomp", "EACCES EBUSY ECANCELED EFAULT EINVAL ENOMEM ENOSYS "
	  "EOPNOTSUPP EPERM ESRCH" },
	{ "setitimer", "EFAULT EINVAL" },
	{ "setpgid", "EACCES EINVAL EPERM ESRCH" }, { "setsid", "EPERM" },
	{ "times", "EFAULT" }, { "uname", "EFAULT" },
	{ "unlink", "EACCES EBUSY EIO EISDIR ENOENT EPERM EROFS" },
	{ "wait4", "ECHILD EINTR EINVAL" }, { "waitid", "ECHILD EINTR EINVAL" },
	{ "write", "EAGAIN EBADF EDQUOT EFAULT EFBIG EINTR EINVAL EIO ENOSPC "
	  "EPERM EPIPE" },
	{ "writev", "EAGAIN EBADF EDQUOT EFAULT EFBIG EINTR EINVAL EIO ENOSPC "
	  "EPERM EPIPE" },
};

/* what a run has left behind */
struct run {
	int status;
	bool in_time, crashed, folder, orphan, survived;
	char result[TEXT_MAX], err[TEXT_MAX];
};

/* a kind of call that utrace makes in a mode with a tap */
struct kind {
	char call[64];
	int count;
};

struct injection {
	const struct mode *mode;
	const char *tap, *call, *error;
	int when;
};

static const char *utrace, *victims;
static char tool[PATH_MAX], victim[PATH_MAX], link_name[PATH_MAX];
static volatile struct {
	int next, passed, failed;
} *common;

static bool
chosen(const char *variable, const char *value)
{
	const char *s = getenv(variable);
	char pattern[128];
	size_t n;

	if (!s || !*s)
		return true;
	for (; *s; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		snprintf(pattern, sizeof pattern, "%.*s", (int)n, s);
		if (fnmatch(pattern, value, 0) == 0)
			return true;
	}
	return false;
}

static void
append_file(char *text, const char *path)
{
	size_t len = strlen(text);
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text + len, TEXT_MAX - 1 - len);

	text[len + (n > 0 ? (size_t)n : 0)] = '\0';
	if (fd >= 0)
		close(fd);
}

/* append the files of a pattern to text, or remove them */
static void
for_result(const struct mode *m, char *text)
{
	char pattern[64];
	glob_t found;
	size_t i;

	if (!m->result)
		return;
	snprintf(pattern, sizeof pattern, m->result, (int)getpid());
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (i = 0; i < found.gl_pathc; i++)
		if (text)
			append_file(text, found.gl_pathv[i]);
		else
			unlink(found.gl_pathv[i]);
	globfree(&found);
}

static void
clean(const struct mode *m)
{
	static const char *const files[] = {
		"out", "err", "orphan", "result",
	};
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	for_result(m, NULL);
	rmdir("new");
	rmdir("folder");
}

/* Words of the command line: tool_inject, what fails, utrace, PROGRAM. */
static void
execute(const struct mode *m, const char *tap, char **prefix, pid_t program)
{
	char line[256], pid[16], *argv[32], *word, *rest = line;
	int n = 0;

	snprintf(line, sizeof line, m->command, tap);
	for (; *prefix; prefix++)
		argv[n++] = *prefix;
	while ((word = strtok_r(rest, " ", &rest)))
		argv[n++] = word;
	snprintf(pid, sizeof pid, "%d", (int)program);
	if (strcmp(m->name, "merge") != 0 && strcmp(m->name, "compare") != 0)
		argv[n++] = program ? pid : link_name;
	argv[n] = NULL;
	setpgid(0, 0);
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
	dup2(open("out", O_WRONLY | O_CREAT | O_CLOEXEC, 0644), 1);
	dup2(open("err", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), 2);
	execv(argv[0], argv);
	_exit(126);
}

/* Reap what has ended; false once there are no children left.  An exit by a
 * fault is a crash, whosever it is: PROGRAM has none of its own. */
static bool
reap(struct run *r, pid_t command, pid_t program)
{
	int status, sig;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		if (pid == command)
			r->status = sig ? 128 + sig : WEXITSTATUS(status);
		else if (pid == program)
			r->survived = !sig && WEXITSTATUS(status) == 7;
		r->crashed |= sig == SIGSEGV || sig == SIGBUS ||
		    sig == SIGILL || sig == SIGABRT || sig == SIGFPE ||
		    sig == SIGTRAP || sig == SIGSYS;
	}
	return pid == 0;
}

/* As subreaper this process is the parent of every orphan. */
static void
kill_children(struct run *r)
{
	char path[64], pids[4096];
	int fd;
	ssize_t n;
	char *word, *rest;

	snprintf(path, sizeof path, "/proc/self/task/%d/children",
	    (int)getpid());
	while (reap(r, -1, -1)) {
		fd = open(path, O_RDONLY);
		n = fd < 0 ? 0 : read(fd, pids, sizeof pids - 1);
		close(fd);
		pids[n > 0 ? n : 0] = '\0';
		for (rest = pids; (word = strtok_r(rest, " ", &rest)); )
			kill((pid_t)number(word), SIGKILL);
		nap(2);
	}
}

/* a process to attach to; it goes on when something is written to *go */
static pid_t
start_waiting(int *go)
{
	char *argv[] = { link_name, "wait", NULL }, *env[] = { NULL };
	int fd[2], ready[2];
	char byte;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid == 0) {
		dup2(fd[0], 0);
		dup2(ready[1], 1);
		execve(link_name, argv, env);
		_exit(126);
	}
	close(fd[0]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("PROGRAM does not start");
	close(ready[0]);
	*go = fd[1];
	return pid;
}

/* has utrace said that it has attached, or had the time to? */
static bool
has_attached(long since)
{
	static char text[TEXT_MAX];

	text[0] = '\0';
	append_file(text, "err");
	return strstr(text, "attached to") || now() - since > at_most(700);
}

static void
run(const struct mode *m, const char *tap, char **prefix, struct run *r)
{
	long start = now(), limit = at_most(TIME_LIMIT_MS);
	bool attaches = m->traits & ATTACHES, going = !attaches;
	pid_t program = 0, command;
	int go = -1;

	memset(r, 0, sizeof *r);
	r->status = -1;
	clean(m);
	if (attaches)
		program = start_waiting(&go);
	command = fork();
	if (command == 0)
		execute(m, tap, prefix, program);
	while (reap(r, command, program) && now() - start < limit) {
		if (!going && (r->status != -1 || has_attached(start))) {
			going = true;
			if (write(go, "12", 2) != 2)
				die("write");
		}
		nap(1);
	}
	r->in_time = now() - start < limit;
	close(go);
	kill_children(r);
	r->survived |= !attaches;
	r->folder = access("new", F_OK) == 0;
	r->orphan = access("orphan", F_OK) == 0;
	for_result(m, r->result);
	append_file(r->err, "err");
}

/* --- is that right? */

/* the next line, its digits replaced; NULL: there is none */
static const char *
next_line(const char **text, char *line, size_t size)
{
	size_t n = strcspn(*text, "\n"), i;

	if (!n && !**text)
		return NULL;
	for (i = 0; i < n && i < size - 1; i++)
		line[i] = isdigit((unsigned char)(*text)[i]) ? '#' :
		    (*text)[i];
	line[i] = '\0';
	*text += n + ((*text)[n] == '\n');
	return line;
}

static bool
has_line(const char *text, const char *wanted)
{
	char line[512];

	while (next_line(&text, line, sizeof line))
		if (!strcmp(line, wanted))
			return true;
	return false;
}

/* a message that a run without failures does not print */
static bool
has_message(const struct run *r, const struct run *right)
{
	const char *text = r->err;
	char line[512];

	while (next_line(&text, line, sizeof line))
		if (!strncmp(line, "utrace: ", 8) && !has_line(right->err, line))
			return true;
	return false;
}

/* Does b have each word of a that is in quotes or a line?  The names of a
 * policy are. */
static bool
includes(const char *a, const char *b)
{
	char word[256];
	size_t n;

	for (; *a; a += n) {
		n = strcspn(a, "\"\n");
		snprintf(word, sizeof word, "%.*s", (int)n, a);
		if (n > 2 && !strchr(word, ':') && !strstr(b, word))
			return false;
		n += a[n] != '\0';
	}
	return true;
}

static bool
reports(const struct run *r)
{
	return strstr(r->err, "mkdirat is not in");
}

static bool
is_right(const struct mode *m, const struct run *r, const struct run *right)
{
	return r->status == right->status &&
	    !strcmp(r->result, right->result) &&
	    (!(m->traits & REPORTS) || reports(r)) &&
	    r->folder == right->folder;
}

/* Can the failure keep utrace from printing anything? */
static bool
takes_message(const char *call)
{
	return !strncmp(call, "write", 5);
}

/* NULL, or what is wrong */
static const char *
judge(const struct injection *i, const struct run *r, const struct run *right)
{
	unsigned traits = i->mode->traits;
	bool said = has_message(r, right) || takes_message(i->call);

	if (!r->in_time)
		return "a process does not end";
	if (r->crashed || strstr(r->err, "killed by SIGSEGV") ||
	    strstr(r->err, "killed by SIGBUS"))
		return "a crash";
	if ((traits & FORBIDS) && r->folder)
		return "a forbidden call is made";
	if (!r->survived)
		return "the process attached to is harmed";
	if (r->orphan)
		return "PROGRAM is left";
	if (is_right(i->mode, r, right))
		return NULL;
	if (!said)
		return "not right, and no message";
	if (r->status == (strcmp(i->mode->name, "compare") ? 125 : 2) || (!strcmp(i->call, "execve") &&
	    (r->status == 126 || r->status == 127)) ||
	    ((traits & (IS_PROGRAM | FORBIDS)) && r->status == 137))
		return NULL;
	if (r->status != right->status)
		return "the exit status is wrong";
	if (*r->result && !strstr(r->result, "\"complete\": false") &&
	    !includes(right->result, r->result))
		return "calls are lost, and the result is not marked";
	return NULL;
}

static void
report(const struct injection *i, const struct run *r, const char *fault)
{
	printf("not ok: %s (exit status %d): make check-inject MODES=%s "
	    "TAPS=%s CALLS=%s ERRNOS=%s WHEN=%d\n", fault, r->status,
	    i->mode->name, i->tap, i->call, i->error, i->when);
	if (chosen("V", "1") && getenv("V") && *getenv("V"))
		printf("%s%s\n", r->err, r->result);
	fflush(stdout);
}

static void
try(const struct injection *i, const struct run *right)
{
	static struct run r;
	char when[2] = { (char)('0' + i->when), '\0' };
	char *prefix[] = {
		tool, (char *)i->call, (char *)i->error, when,
		(char *)utrace, NULL
	};
	const char *fault;

	run(i->mode, i->tap, prefix, &r);
	if (r.status == 99)
		return;
	fault = judge(i, &r, right);
	if (fault)
		report(i, &r, fault);
	__sync_fetch_and_add(fault ? &common->failed : &common->passed, 1);
}

/* --- all of them */

static int
add_kind(struct kind *kinds, int n, const char *call, int count)
{
	if (n < KINDS_MAX && chosen("CALLS", call)) {
		snprintf(kinds[n].call, sizeof kinds[n].call, "%s", call);
		kinds[n++].count = count;
	}
	return n;
}

/* the kinds of calls that utrace makes, in at most KINDS_MAX elements */
static int
list_calls(const struct mode *m, const char *tap, struct kind *kinds)
{
	static struct run r;
	char *prefix[] = { tool, "list", "list", "0", (char *)utrace, NULL };
	char call[64];
	int n = 0, count;
	FILE *f;

	run(m, tap, prefix, &r);
	f = fopen("list", "r");
	if (!f)
		die("no list");
	/* a number without a name is a marker of the tap ebpf */
	while (fscanf(f, "%63s %d", call, &count) == 2)
		if (!isdigit((unsigned char)*call))
			n = add_kind(kinds, n, call, count);
	fclose(f);
	/* the calls that utrace makes PROGRAM do at its entry point */
	if (!strcmp(m->name, "enforce-main")) {
		n = add_kind(kinds, n, "+seccomp", 2);
		n = add_kind(kinds, n, "+prctl", 2);
	}
	return n;
}

/* The errnos of a call, those of its argument first; NULL, and a failure: the table man[] lacks it */
static const char *
errnos_of(const char *call)
{
	size_t len, i;

	call += *call == '+';
	for (i = 0; i < sizeof man / sizeof *man; i++)
		if (!strcmp(man[i].call, call))
			return man[i].errnos;
	len = strcspn(call, ":");
	for (i = 0; i < sizeof man / sizeof *man; i++)
		if (strlen(man[i].call) == len &&
		    !strncmp(man[i].call, call, len))
			return man[i].errnos;
	return NULL;
}

/* Do those that no other worker does. */
static void
try_kind(struct injection *i, const struct kind *k, const struct run *right,
    int *index, int *mine)
{
	const char *errnos = errnos_of(k->call), *s;
	static char error[24];  /* i outlives this call */
	char when[2] = "0";
	size_t n;

	i->call = k->call;
	i->error = error;
	for (s = errnos; *s && *s != '-'; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		snprintf(error, sizeof error, "%.*s", (int)n, s);
		for (i->when = 0; i->when < 3; i->when++) {
			when[0] = (char)('0' + i->when);
			if ((k->count < 2 && i->when != 1) ||
			    !chosen("ERRNOS", error) || !chosen("WHEN", when) ||
			    (*index)++ != *mine)
				continue;
			try(i, right);
			*mine = __sync_fetch_and_add(&common->next, 1);
		}
	}
}

static void
enter_folder(void)
{
	char name[24];

	snprintf(name, sizeof name, "%d", (int)getpid());
	mkdir(name, 0755);
	if (chdir(name) < 0 || !getcwd(link_name, sizeof link_name - 32))
		die("can't enter a folder");
	sprintf(link_name + strlen(link_name), "/inject-%d", (int)getpid());
	if (symlink(victim, link_name) < 0)
		die("can't make a link");
}

static void
leave_folder(void)
{
	char name[24];

	clean(&modes[0]);
	unlink("list");
	unlink(link_name);
	snprintf(name, sizeof name, "../%d", (int)getpid());
	rmdir(name);
	if (chdir("..") < 0)
		die("no folder");
}

/* one mode with one tap, by several workers */
static void
try_mode(const struct mode *m, const char *tap)
{
	static struct kind kinds[KINDS_MAX];
	static struct run right;
	struct injection i = { .mode = m, .tap = tap };
	char *none[] = { NULL };
	int n, k, job, index = 0, mine, passed = common->passed,
	    failed = common->failed;
	long start = now();

	enter_folder();
	run(m, tap, none, &right);
	n = list_calls(m, tap, kinds);
	leave_folder();
	if (!right.in_time || !right.survived || (m->result && !*right.result) ||
	    ((m->traits & FORBIDS) && right.folder) ||
	    ((m->traits & REPORTS) && !reports(&right))) {
		printf("not ok: %s %s without a failure: exit status %d\n%s",
		    m->name, tap, right.status, right.err);
		common->failed++;
		return;
	}
	for (k = 0; k < n; k++)
		if (!errnos_of(kinds[k].call)) {
			printf("not ok: %s: no row in the table man[]\n",
			    kinds[k].call);
			common->failed++;
			kinds[k--] = kinds[--n];
		}
	fflush(stdout);
	common->next = 0;
	for (job = getenv("JOBS") ? (int)number(getenv("JOBS")) : 2; job > 0;
	    job--) {
		if (fork() != 0)
			continue;
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		enter_folder();
		mine = __sync_fetch_and_add(&common->next, 1);
		for (k = 0; k < n; k++)
			try_kind(&i, &kinds[k], &right, &index, &mine);
		leave_folder();
		_exit(0);
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	printf("%s %s: %d passed, %d failed, %ld s\n", m->name, tap,
	    common->passed - passed, common->failed - failed,
	    (now() - start + 500) / 1000);
	fflush(stdout);
}

/* The policies: "all" that PROGRAM calls, and "part", without mkdirat. */
static void
make_policies(void)
{
	static char text[TEXT_MAX];
	static struct run r;
	static const struct mode record = {
		"record", "", 0, "result", "../utrace -q -t stop -s exec -f result",
	};
	char *none[] = { NULL }, *at;
	FILE *f;

	enter_folder();
	run(&record, "", none, &r);
	rename("result", "../all");
	leave_folder();
	strcpy(text, r.result);
	/* it has the highest number and is the last one */
	at = strstr(text, ",\n\t\t\"mkdirat\"");
	if (!at)
		die("mkdirat was not recorded");
	/* utrace itself needs write once it has installed the filter */
	memcpy(at, ",\n\t\t\"write\"  ", strlen(",\n\t\t\"mkdirat\""));
	f = fopen("part", "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		die("can't write the policy");
}

int
main(void)
{
	const struct mode *m;
	char taps[64], *tap, *rest;

	utrace = getenv("UTRACE");
	victims = getenv("VICTIMS");
	if (!utrace || !victims)
		die("UTRACE and VICTIMS are not set");
	snprintf(tool, sizeof tool, "%s/tool_inject", victims);
	snprintf(victim, sizeof victim, "%s/victim_inject", victims);
	unlink("utrace");
	unlink("seccomp-trace");
	if (symlink(utrace, "utrace") < 0 ||
	    symlink(utrace, "seccomp-trace") < 0)
		die("can't make a link");
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	make_policies();
	for (m = modes; m < modes + sizeof modes / sizeof *modes; m++) {
		snprintf(taps, sizeof taps, "%s", m->taps);
		for (rest = taps; (tap = strtok_r(rest, " ", &rest)); )
			if (chosen("MODES", m->name) &&
			    (!strcmp(tap, "none") || chosen("TAPS", tap)))
				try_mode(m, tap);
	}
	printf("%d passed, %d failed\n", common->passed, common->failed);
	return common->failed || !common->passed;
}
