/* SPDX-License-Identifier: MIT
 *
 * widen.c on the ABIs of one build: what each unit_widen*.c tests.  Needs
 * unit.h, abi.h, policy.h, widen.h.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static struct policy policy, before;

static void
empty(void)
{
	memset(&policy, 0, sizeof policy);
}

/* bytes, padding too: policies are copied as a whole */
static bool
same_policy(const void *a, const void *b)
{
	return !memcmp(a, b, sizeof policy);
}

static int
add_name(int abi, const char *name)
{
	return policy_add_name(&policy, abi, name, REASON_SEEN);
}

static int
name_why(int abi, const char *name)
{
	int64_t nr = abi_nr(abi, name);

	return nr < 0 ? 0 : policy_reasons(&policy, abi, (uint32_t)nr);
}

/* is it allowed with any arguments? */
static bool
has(int abi, const char *name)
{
	int why = name_why(abi, name);

	return why && !(why & REASON_CONDITIONAL);
}

static bool
allows(int abi, const char *name, uint64_t arg0, uint64_t arg1, uint64_t arg2)
{
	const uint64_t args[6] = { arg0, arg1, arg2 };
	int64_t nr = abi_nr(abi, name);

	return nr >= 0 && policy_allows(&policy, abi, (uint32_t)nr, args);
}

static void
add_rule(int abi, const char *name, int arg, int op, uint64_t value)
{
	struct policy_test t = { .arg = (uint8_t)arg, .op = (uint8_t)op,
	    .value = value, .mask = value };
	int64_t nr = abi_nr(abi, name);

	if (nr >= 0)
		policy_add_rule(&policy, abi, (uint32_t)nr, REASON_SEEN, &t, 1);
}

/* one name alone, as recorded, and what siblings add */
static void
only(int abi, const char *name)
{
	empty();
	add_name(abi, name);
	widen(&policy, REASON_SIBLING);
}

/* --- pairs: where an ABI has both, the first brings the second, and the other
 * way round unless it is said */

static const struct {
	const char *a, *b;
	bool one_way;
} pairs[] = {
	{ "ftruncate", "ftruncate64", false },
	{ "truncate", "truncate64", false },
	{ "preadv", "preadv2", false },
	{ "pwritev", "pwritev2", false },
	{ "pread64", "preadv", false },
	{ "pwrite64", "pwritev2", false },
	{ "clock_gettime", "clock_gettime64", false },
	{ "clone", "clone3", false },
	{ "clone", "fork", true },
	{ "clone", "vfork", true },
	{ "clone3", "fork", true },
	{ "clone", "set_robust_list", true },
	{ "clone", "membarrier", true },
	{ "clone3", "membarrier", true },
	{ "clone", "rseq", true },
	{ "clone", "madvise", true },
	{ "faccessat", "faccessat2", false },
	{ "access", "faccessat", false },
	{ "getdents", "getdents64", false },
	{ "dup2", "dup3", false },
	{ "pipe", "pipe2", false },
	{ "accept", "accept4", false },
	{ "getpgrp", "getpgid", false },
	{ "nanosleep", "clock_nanosleep", false },
	{ "nanosleep", "clock_nanosleep_time64", false },
	{ "stat", "newfstatat", false },
	{ "stat", "statx", false },
	{ "newfstatat", "statx", false },
	{ "fstatat64", "statx", false },
	{ "stat64", "fstatat64", false },
	{ "fstat", "newfstatat", false },
	{ "lstat", "newfstatat", false },
	{ "open", "openat", false },
	{ "open", "openat2", false },
	{ "openat", "openat2", false },
	{ "open", "creat", true },
	{ "openat2", "creat", true },
	{ "epoll_wait", "epoll_pwait", false },
	{ "epoll_pwait", "epoll_pwait2", false },
	{ "epoll_create", "epoll_create1", false },
	{ "eventfd", "eventfd2", false },
	{ "signalfd", "signalfd4", false },
	{ "inotify_init", "inotify_init1", false },
	{ "readv", "read", false },
	{ "writev", "write", false },
	{ "mmap", "madvise", true },
	{ "mmap2", "madvise", true },
	{ "mmap", "munmap", true },
	{ "mmap", "mprotect", true },
	{ "mmap2", "mprotect", true },
	{ "mmap", "mmap2", false },
	{ "mmap", "getrandom", true },
	{ "mmap2", "getrandom", true },
	{ "brk", "getrandom", true },
	{ "execve", "getrandom", true },
	{ "execve", "rseq", true },
	{ "execveat", "execve", true },
	{ "copy_file_range", "sendfile", false },
	{ "sendfile", "sendfile64", false },
	{ "rename", "renameat", false },
	{ "rename", "renameat2", false },
	{ "renameat", "renameat2", false },
	{ "unlink", "unlinkat", false },
	{ "rmdir", "unlinkat", false },
	{ "chmod", "fchmodat", false },
	{ "fchmodat", "fchmodat2", false },
	{ "chown", "fchownat", false },
	{ "lchown", "fchownat", false },
	{ "wait4", "waitid", false },
	{ "waitpid", "wait4", false },
	{ "utimensat", "utimes", false },
	{ "utimensat", "futimesat", false },
	{ "utime", "utimensat", false },
	{ "utime", "utimensat_time64", false },
	{ "getrlimit", "ugetrlimit", false },
	{ "prlimit64", "getrlimit", true },
	{ "prlimit64", "setrlimit", true },
	{ "send", "sendto", false },
	{ "sendmsg", "sendmmsg", false },
	{ "recv", "recvfrom", false },
	{ "recvfrom", "recvmsg", false },
	{ "lseek", "_llseek", false },
	{ "poll", "ppoll", false },
	{ "select", "pselect6", false },
	{ "_newselect", "pselect6_time64", false },
	{ "gettimeofday", "clock_gettime", false },
	{ "time", "clock_gettime64", false },
	{ "settimeofday", "clock_settime", false },
	{ "adjtimex", "clock_adjtime", false },
	{ "alarm", "setitimer", false },
	{ "pause", "ppoll", true },
	{ "tkill", "tgkill", false },
	{ "tkill", "gettid", true },
	{ "umount", "umount2", false },
	{ "statfs", "statfs64", false },
	{ "semop", "semtimedop", false },
	{ "readlink", "readlinkat", false },
	{ "mkdir", "mkdirat", false },
	{ "mknod", "mknodat", false },
	{ "link", "linkat", false },
	{ "symlink", "symlinkat", false },
	{ "fadvise64", "fadvise64_64", false },
	{ "nice", "setpriority", false },
	{ "sigprocmask", "rt_sigprocmask", false },
	{ "sigaction", "rt_sigaction", false },
	{ "mlock", "mlock2", false },
	{ "exit", "exit_group", false },
};

static void
test_pairs(void)
{
	int abi, wrong = 0, tried = 0;
	const char *a, *b;
	size_t i;

	for (abi = 0; abi < abi_count; abi++)
		for (i = 0; i < LENGTH(pairs); i++) {
			a = pairs[i].a;
			b = pairs[i].b;
			if (abi_nr(abi, a) < 0 || abi_nr(abi, b) < 0)
				continue;
			only(abi, a);
			wrong += !check(has(abi, b), "pair", "%s: %s lacks %s",
			    abis[abi].name, a, b);
			only(abi, b);
			if (!pairs[i].one_way)
				wrong += !check(has(abi, a), "pair",
				    "%s: %s lacks %s", abis[abi].name, b, a);
			tried++;
		}
	check(!wrong && tried > 100, "pairs", "%d of %d", wrong, tried);
}

/* a name's stem: "clock_gettime" of "clock_gettime64" and so on */
static bool
stem(const char *name, char *to)
{
	static const char *const ends[] = { "_time64", "64", "32" };
	size_t i, len = strlen(name), end;

	for (i = 0; i < LENGTH(ends); i++) {
		end = strlen(ends[i]);
		if (len > end && !strcmp(name + len - end, ends[i])) {
			memcpy(to, name, len - end);
			to[len - end] = '\0';
			return true;
		}
	}
	return false;
}

/* x and x_time64, x64, x32, whatever comes to the tables */
static void
test_widths(void)
{
	char short_name[ABI_NAME_MAX], name[ABI_NAME_MAX];
	int abi, tried = 0, time64 = 0, wrong = 0;
	unsigned id;

	for (abi = 0; abi < abi_count; abi++)
		for (id = 0; (id = abi_next_id(id)); ) {
			strcpy(name, abi_id_name(id));
			if (abi_nr(abi, name) < 0 || !stem(name, short_name) ||
			    abi_nr(abi, short_name) < 0)
				continue;
			tried++;
			time64 += strstr(name, "time64") != NULL;
			only(abi, name);
			wrong += !check(has(abi, short_name), "width",
			    "%s: %s lacks %s", abis[abi].name, name,
			    short_name);
			only(abi, short_name);
			wrong += !check(has(abi, name), "width",
			    "%s: %s lacks %s", abis[abi].name, short_name,
			    name);
		}
	check(!wrong && tried > 1, "widths", "%d of %d", wrong, tried);
	check(abis[0].bits == 32 || abi_nr(0, "clock_gettime64") < 0 ||
	    time64 > 10, "time64", "%d", time64);
}

/* a name among names with a space around each */
static bool
in_words(const char *words_, const char *name)
{
	char word[ABI_NAME_MAX + 2];

	snprintf(word, sizeof word, " %s ", name);
	return strstr(words_, word) != NULL;
}

/* --- what can do much is given by nothing but the names beside it, on its own
 * and without a condition */

static const struct {
	const char *names, *by;
} powers[] = {
	{ "open openat openat2", "" },
	{ "creat", "open openat openat2" },
	{ "setrlimit", "prlimit64" },
	{ "prlimit64", "" },
	{ "read readv pread64 preadv preadv2",
	  "open creat openat openat2 execve execveat clone clone3 fork vfork" },
	{ "write writev pwrite64 pwritev pwritev2", "" },
	{ "execve", "execveat" },
	{ "fork vfork", "clone clone3" },
	{ "clone clone3", "" },
	{ "mmap mmap2", "" },
	{ "mprotect", "mmap mmap2" },
	{ "ioctl", "" },
	{ "fcntl fcntl64", "" },
	{ "socket", "socketcall" },
	{ "socketpair", "socketcall" },
	{ "listen", "socketcall" },
	{ "accept accept4", "socketcall" },
	{ "setsockopt", "socketcall" },
	{ "connect", "bind sendto sendmsg send sendmmsg socketcall" },
	{ "bind", "socketcall" },
	{ "send sendto sendmsg sendmmsg", "socketcall" },
	{ "recv recvfrom recvmsg recvmmsg recvmmsg_time64", "socketcall" },
	{ "socketcall", "" },
	{ "ipc", "" },
	{ "shmget", "ipc" },
	{ "shmat", "ipc" },
	{ "unlink rmdir unlinkat", "" },
	{ "rename renameat renameat2", "" },
	{ "link linkat", "" },
	{ "symlink symlinkat", "" },
	{ "mkdir mkdirat", "" },
	{ "mknod mknodat", "" },
	{ "chmod fchmodat fchmodat2", "" },
	{ "chown lchown fchownat chown32 lchown32", "" },
	{ "fchown fchown32", "" },
	{ "truncate truncate64", "" },
	{ "ftruncate ftruncate64", "" },
	{ "utime utimes futimesat utimensat utimensat_time64", "" },
	{ "umount umount2", "" },
	{ "setuid setuid32", "" },
	{ "setgid setgid32", "" },
	{ "setreuid setreuid32", "" },
	{ "setregid setregid32", "" },
	{ "setresuid setresuid32", "" },
	{ "setresgid setresgid32", "" },
	{ "setgroups setgroups32", "" },
	{ "setfsuid setfsuid32", "" },
	{ "setfsgid setfsgid32", "" },
	{ "clock_settime clock_settime64 settimeofday stime", "" },
	{ "clock_adjtime clock_adjtime64 adjtimex", "" },
	{ "copy_file_range sendfile sendfile64", "" },
	{ "tkill tgkill", "" },
	{ "setpriority", "nice" },
	{ "execveat", "" },
	{ "kill", "" },
	{ "ptrace", "" },
	{ "unshare", "" },
	{ "setns", "" },
	{ "mount", "" },
	{ "bpf", "" },
	{ "personality", "" },
	{ "prctl", "" },
	{ "io_uring_setup", "" },
	{ "pidfd_getfd", "" },
	{ "process_vm_writev", "" },
	{ "chroot", "" },
};

static bool
may_give(const char *by, size_t i)
{
	char list[256];

	snprintf(list, sizeof list, " %s %s ", powers[i].names, powers[i].by);
	return in_words(list, by);
}

/* the first name of the row that is allowed */
static const char *
has_one_of(int abi, const char *list)
{
	static char one[256];
	char *save, *s;

	strcpy(one, list);
	for (s = strtok_r(one, " ", &save); s; s = strtok_r(NULL, " ", &save))
		if (has(abi, s))
			return s;
	return NULL;
}

static void
test_powers(void)
{
	char name[ABI_NAME_MAX];
	const char *given;
	int abi, wrong = 0;
	unsigned id;
	size_t i;

	for (abi = 0; abi < abi_count; abi++)
		for (id = 0; (id = abi_next_id(id)); ) {
			strcpy(name, abi_id_name(id));
			only(abi, name);
			for (i = 0; i < LENGTH(powers); i++) {
				given = has_one_of(abi, powers[i].names);
				if (given && !may_give(name, i))
					wrong += !check(false, "power",
					    "%s: %s gives %s", abis[abi].name,
					    name, given);
			}
		}
	check_num("powers", wrong, 0);
}

/* --- conditions */

static void
test_clone(int abi)
{
	const char *name = abis[abi].name;
	int64_t clone3 = abi_nr(abi, "clone3");
	const uint64_t ns = CLONE_NEWUSER, thread = CLONE_THREAD | CLONE_VM;

	empty();
	add_rule(abi, "clone", 0, OP_EQ, SIGCHLD);
	widen(&policy, REASON_SIBLING);
	check(!name_why(abi, "clone3") && policy_action(&policy, abi,
	    (uint32_t)clone3) == ENOSYS, "clone_if_no_clone3", "%s", name);
	check(allows(abi, "clone", SIGCHLD, 0, 0) &&
	    !allows(abi, "clone", thread, 0, 0), "clone_if_stays", "%s", name);
	check(abi_nr(abi, "fork") < 0 || has(abi, "fork"), "clone_if_fork",
	    "%s", name);
	check(has(abi, "futex"), "clone_if_needs", "%s", name);
	empty();
	add_rule(abi, "clone", 0, OP_EQ, thread);
	widen(&policy, REASON_SIBLING);
	check(!name_why(abi, "fork") && !name_why(abi, "vfork"),
	    "clone_thread_no_fork", "%s", name);
	if (abi_nr(abi, "fork") < 0)
		return;
	only(abi, "fork");
	check(allows(abi, "clone", SIGCHLD, 0, 0) &&
	    allows(abi, "clone", thread, 0, 0) &&
	    !allows(abi, "clone", SIGCHLD | ns, 0, 0), "fork_clone", "%s",
	    name);
	check(!name_why(abi, "clone3") && policy_action(&policy, abi,
	    (uint32_t)clone3) == ENOSYS, "fork_no_clone3", "%s", name);
}

static void
test_memory(int abi)
{
	const char *name = abis[abi].name;
	const char *map = abi_nr(abi, "mmap2") < 0 ? "mmap" : "mmap2";
	const uint64_t rw = PROT_READ | PROT_WRITE, rx = PROT_READ | PROT_EXEC;
	const uint64_t rwx = rw | rx;

	only(abi, "brk");
	check(allows(abi, map, 0, 1, rw) && !allows(abi, map, 0, 1, rx),
	    "brk_mmap", "%s", name);
	check(allows(abi, "mprotect", 0, 1, rw) &&
	    !allows(abi, "mprotect", 0, 1, rx), "brk_mprotect", "%s", name);
	check(*map == 'm' && (map[4] == '\0' || !name_why(abi, "mmap")),
	    "brk_not_both", "%s", name);
	only(abi, "execve");
	check(allows(abi, map, 0, 1, rw) && allows(abi, map, 0, 1, rx) &&
	    !allows(abi, map, 0, 1, rwx), "loader_mmap", "%s", name);
	check(allows(abi, "mprotect", 0, 1, rw) &&
	    !allows(abi, "mprotect", 0, 1, rx), "loader_mprotect", "%s", name);
	empty();
	add_rule(abi, map, 2, OP_EQ, rw);
	widen(&policy, REASON_SIBLING);
	check(!allows(abi, map, 0, 1, rx) &&
	    !allows(abi, "mprotect", 0, 1, rx), "mmap_if_mprotect", "%s",
	    name);
	check(map[4] == '\0' || !name_why(abi, "mmap"), "mmap_if_not_both",
	    "%s", name);
	check(has(abi, "madvise") && has(abi, "munmap"), "mmap_if_needs", "%s",
	    name);
	add_name(abi, map);
	widen(&policy, REASON_SIBLING);
	check(has(abi, "mprotect"), "mmap_mprotect_later", "%s", name);
}

static void
test_same_args(int abi)
{
	const char *name = abis[abi].name;

	if (abi_nr(abi, "fcntl64") < 0)
		return;
	empty();
	add_rule(abi, "fcntl64", 1, OP_EQ, 1000);
	add_rule(abi, "fcntl", 1, OP_EQ, 2000);
	widen(&policy, REASON_SIBLING);
	check(allows(abi, "fcntl", 0, 1000, 0) &&
	    allows(abi, "fcntl64", 0, 2000, 0) &&
	    !allows(abi, "fcntl", 0, 1001, 0), "fcntl_if", "%s", name);
	empty();
	add_rule(abi, "futex", 1, OP_EQ, 1);
	widen(&policy, REASON_SIBLING);
	check(allows(abi, "futex_time64", 0, 1, 0) &&
	    !allows(abi, "futex_time64", 0, 2, 0), "futex_if", "%s", name);
}

static void
test_terminal(int abi)
{
	const char *name = abis[abi].name;

	empty();
	add_rule(abi, "ioctl", 1, OP_EQ, TCGETS);
	widen(&policy, REASON_SIBLING);
	check(allows(abi, "ioctl", 0, TIOCGWINSZ, 0) &&
	    !allows(abi, "ioctl", 0, TIOCSTI, 0), "isatty", "%s", name);
	only(abi, "writev");
	check(allows(abi, "ioctl", 0, TIOCGWINSZ, 0) && has(abi, "brk") &&
	    !allows(abi, "ioctl", 0, TIOCSTI, 0), "stdio", "%s", name);
	only(abi, "execve");
	check(allows(abi, "openat", 0, 0, O_RDONLY | O_CLOEXEC) &&
	    !allows(abi, "openat", 0, 0, O_RDWR) &&
	    !allows(abi, "openat", 0, 0, O_CREAT), "loader", "%s", name);
	only(abi, "openat");
	check(allows(abi, "fcntl", 0, F_SETFD, 0) &&
	    !allows(abi, "fcntl", 0, F_SETOWN, 0), "cloexec", "%s", name);
}

/* the reasons of the call's rule for this argument 1 */
static int
rule_reasons(int abi, const char *name, uint64_t arg1)
{
	const uint64_t args[6] = { 0, arg1 };
	const struct policy_rule *r = policy_rule_for(&policy, abi,
	    (uint32_t)abi_nr(abi, name), args);

	return r ? r->reasons : 0;
}

/* A call that was seen keeps its reason, and each rule has its own. */
static void
test_reasons_of_rules(int abi)
{
	const uint64_t args[6] = { 0, TCGETS };

	empty();
	add_rule(abi, "ioctl", 1, OP_EQ, 5);
	add_name(abi, "write");
	widen(&policy, REASON_SIBLING);
	check_num("reason_of_seen_call", name_why(abi, "ioctl"),
	    REASON_SEEN | REASON_CONDITIONAL);
	check_num("reason_of_seen_rule", rule_reasons(abi, "ioctl", 5),
	    REASON_SEEN);
	check_num("reason_of_widened_rule", rule_reasons(abi, "ioctl", TCGETS),
	    REASON_SIBLING);
	only(abi, "write");
	check(policy_add_seen(&policy, abi, (uint32_t)abi_nr(abi, "ioctl"),
	    args, 2), "seen_rule", "not allowed");
	check_num("reason_of_rule_seen_later", rule_reasons(abi, "ioctl",
	    TCGETS), REASON_SIBLING | REASON_SEEN);
	check_num("reason_of_rule_not_seen", rule_reasons(abi, "ioctl",
	    TIOCGWINSZ), REASON_SIBLING);
	check(!policy_add_seen(&policy, abi, (uint32_t)abi_nr(abi, "ioctl"),
	    (uint64_t[6]){ 0, 5 }, 1), "seen_without_rule", "allowed");
}

/* what was seen to read limits, or to set its own, gets no more power */
static void
test_limits(int abi)
{
	const char *name = abis[abi].name;
	const char *get = abi_nr(abi, "getrlimit") < 0 ? "ugetrlimit" :
	    "getrlimit";

	if (abi_nr(abi, get) < 0 || abi_nr(abi, "prlimit64") < 0)
		return;
	only(abi, get);
	check(allows(abi, "prlimit64", 7, 1, 0) &&
	    !allows(abi, "prlimit64", 0, 1, 1) && !name_why(abi, "setrlimit"),
	    "getrlimit", "%s", name);
	only(abi, "setrlimit");
	check(allows(abi, "prlimit64", 0, 1, 1) &&
	    !allows(abi, "prlimit64", 7, 1, 1), "setrlimit", "%s", name);
}

/* socket() in one call for all where there is no accept(), ipc() everywhere */
static void
test_multiplexers(int abi)
{
	const char *name = abis[abi].name;
	bool old = abi_nr(abi, "socketcall") >= 0 && abi_nr(abi, "accept") < 0;

	only(abi, "socket");
	check(allows(abi, "socketcall", 1, 0, 0) == old &&
	    !allows(abi, "socketcall", 2, 0, 0) && !name_why(abi, "bind"),
	    "socket_socketcall", "%s", name);
	only(abi, "socketcall");
	check(has(abi, "listen") == old && has(abi, "accept4") == old &&
	    has(abi, "sendmmsg") == old, "socketcall_socket", "%s", name);
	empty();
	add_rule(abi, "socketcall", 0, OP_EQ, 4);
	widen(&policy, REASON_SIBLING);
	check(has(abi, "listen") == old && !name_why(abi, "socket"),
	    "socketcall_if", "%s", name);
	empty();
	add_rule(abi, "socket", 0, OP_EQ, 1);
	widen(&policy, REASON_SIBLING);
	check(!name_why(abi, "socketcall"), "socket_if", "%s", name);
	old = abi_nr(abi, "ipc") >= 0;
	only(abi, "shmat");
	check(allows(abi, "ipc", 21, 0, 0) == old &&
	    !allows(abi, "ipc", 22, 0, 0), "shmat_ipc", "%s", name);
	only(abi, "ipc");
	check(!old || (has(abi, "semget") && has(abi, "shmctl") &&
	    has(abi, "semtimedop_time64")), "ipc_all", "%s", name);
}

/* --- in all */

static int
random_nr(int abi)
{
	return (int)abi_nr_at(abi, (int)(random_64() % abis[abi].n));
}

static void
random_policy(void)
{
	struct policy_test t = { .op = OP_EQ };
	int n = (int)(random_64() % 40), abi, nr;

	empty();
	while (n-- > 0) {
		abi = (int)(random_64() % (unsigned)abi_count);
		nr = random_nr(abi);
		t.arg = (uint8_t)(random_64() % 3);
		t.value = random_64() % 8;
		if (random_64() % 3)
			policy_add(&policy, abi, (uint32_t)nr, REASON_SEEN, 1);
		else
			policy_add_rule(&policy, abi, (uint32_t)nr, REASON_KNOWN,
			    &t, 1);
	}
}

/* what was there keeps its reason and stays as conditional as it was, but a
 * condition may get more cases; what is new has a reason of widening */
static bool
grew_well(int abi, unsigned what)
{
	int pos, was, is;

	for (pos = 0; pos < abis[abi].n; pos++) {
		was = before.reasons[abi][pos];
		is = policy.reasons[abi][pos];
		if (was != is && (was || !(is & (int)what) ||
		    is & ~(REASON_WIDENED | REASON_CONDITIONAL)))
			return false;
	}
	return true;
}

static void
test_random(void)
{
	static struct policy once;
	int round, abi, grown = 0, again = 0, more = 0, rounds = 300;
	unsigned what;

	for (round = 0; round < rounds; round++) {
		random_policy();
		before = policy;
		what = (unsigned)(random_64() % 15 + 1) * REASON_SIBLING;
		widen(&policy, what);
		for (abi = 0; abi < abi_count; abi++)
			if (!grew_well(abi, what))
				break;
		grown += abi == abi_count;
		once = policy;
		widen(&policy, what);
		again += same_policy(&once, &policy);
		/* widened later is widened all the same */
		policy = before;
		widen(&policy, REASON_DEATH);
		widen(&policy, REASON_SIBLING | REASON_DEATH);
		once = policy;
		policy = before;
		widen(&policy, REASON_SIBLING | REASON_DEATH);
		more += same_policy(&once, &policy);
	}
	check_num("random_grown", grown, rounds);
	check_num("random_again", again, rounds);
	check_num("random_in_steps", more, rounds);
}

/* read back from a file all is known, and adds no more */
static void
test_read_back(void)
{
	int round, same = 0, rounds = 100, pos, abi;

	for (round = 0; round < rounds; round++) {
		random_policy();
		policy_add_always(&policy);
		widen(&policy, REASON_WIDENED);
		for (abi = 0; abi < abi_count; abi++)
			for (pos = 0; pos < abis[abi].n; pos++)
				if (policy.reasons[abi][pos])
					policy.reasons[abi][pos] =
					    (policy.reasons[abi][pos] & REASON_CONDITIONAL) |
					    REASON_KNOWN;
		before = policy;
		widen(&policy, REASON_WIDENED);
		same += same_policy(&before, &policy);
	}
	check_num("read_back", same, rounds);
}

static void
test_full(void)
{
	uint64_t i;

	empty();
	for (i = 0; i < POLICY_RULES_MAX; i++)
		add_rule(0, "ptrace", 0, OP_EQ, i);
	add_name(0, "writev");
	check_num("full", widen(&policy, REASON_WIDENED), -1);
	check(has(0, "write") && !name_why(0, "ioctl"), "full_adds_the_rest",
	    "%d", name_why(0, "ioctl"));
}

static void
test_others(void)
{
	static const char *const vdso[] = { "clock_gettime", "clock_getres",
	    "gettimeofday", "time", "getcpu", "getrandom", "clock_gettime64",
	    "clock_getres_time64" };
	static const char *const death[] = { "rt_sigprocmask", "rt_sigaction",
	    "getpid", "gettid", "tkill", "tgkill", "write", "writev", "futex",
	    "exit_group" };
	int n = abi_count - 1;
	size_t i;

	empty();
	add_name(n, "read");
	check(widen(&policy, REASON_VDSO) == 0, "vdso", "full");
	for (i = 0; i < LENGTH(vdso); i++)
		check(name_why(0, vdso[i]) == (abi_nr(0, vdso[i]) < 0 ? 0 :
		    REASON_VDSO) && name_why(n, vdso[i]) ==
		    (abi_nr(n, vdso[i]) < 0 ? 0 : REASON_VDSO), "vdso", "%s",
		    vdso[i]);
	check(n < 2 || !name_why(1, "getcpu"), "unused_abi", "widened");
	check(!name_why(0, "read") && !name_why(0, "openat") &&
	    !name_why(n, "readv"), "vdso_alone", "more");
	widen(&policy, REASON_DEATH);
	for (i = 0; i < LENGTH(death); i++)
		check_num("death", name_why(n, death[i]), REASON_DEATH);
	check_num("no_restart", name_why(n, "restart_syscall"), 0);
	widen(&policy, REASON_RESTART);
	check_num("restart", name_why(n, "restart_syscall"), REASON_RESTART);
	check(!name_why(n, "readv"), "no_siblings", "added");
	widen(&policy, REASON_WIDENED);
	check_num("siblings", name_why(n, "readv"), REASON_SIBLING);
	check_num("reason_stays", name_why(n, "tkill"), REASON_DEATH);
}

static void
test_nothing(void)
{
	empty();
	add_name(0, "openat");
	before = policy;
	check_num("nothing", widen(&policy, 0), 0);
	check(same_policy(&before, &policy), "nothing_added", "more");
}

static void
test_parse(void)
{
	static const struct {
		const char *list;
		int want;               /* -1: an error */
	} rows[] = {
		{ "siblings", REASON_SIBLING }, { "vdso", REASON_VDSO },
		{ "death", REASON_DEATH }, { "restart", REASON_RESTART },
		{ "all", REASON_WIDENED }, { "vdso,death", REASON_VDSO | REASON_DEATH },
		{ "vdso,vdso", REASON_VDSO }, { "vdso,all", REASON_WIDENED },
		{ "", -1 }, { ",", -1 }, { "vdso,", -1 }, { ",vdso", -1 },
		{ "vds", -1 }, { "vdsoo", -1 }, { "al", -1 }, { "ALL", -1 },
		{ "vdso death", -1 }, { "vdso,,death", -1 }, { "none", -1 },
	};
	unsigned what;
	size_t i;
	int r;

	for (i = 0; i < LENGTH(rows); i++) {
		r = widen_parse_list(rows[i].list, &what);
		check_num("parse", r < 0 ? -1 : (int)what, rows[i].want);
	}
	check(!widen_reason(REASON_SEEN | REASON_KNOWN | REASON_ALWAYS | REASON_CONDITIONAL),
	    "reason_none", "one");
	check_str("reason_sibling", widen_reason(REASON_SIBLING), "siblings");
	check_str("reason_vdso", widen_reason(REASON_VDSO | REASON_CONDITIONAL), "vdso");
	check_str("reason_death", widen_reason(REASON_DEATH | REASON_ALWAYS),
	    "death");
	check_str("reason_restart", widen_reason(REASON_RESTART), "restart");
}

static void
test_widen(void)
{
	int abi;

	test_pairs();
	test_widths();
	test_powers();
	for (abi = 0; abi < abi_count; abi++) {
		test_clone(abi);
		test_memory(abi);
		test_same_args(abi);
		test_terminal(abi);
		test_reasons_of_rules(abi);
		test_limits(abi);
		test_multiplexers(abi);
	}
	test_random();
	test_read_back();
	test_full();
	test_others();
	test_nothing();
	test_parse();
}
