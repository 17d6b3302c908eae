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
#include <sys/socket.h>

#include "format/call_name.h"
#include "lib/out.h"
#include "syscalls/imports.h"

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

/* --- pairs: where an ABI has both, the first brings the second.  The second
 * brings the first, too, or (ONE_WAY) not without a condition, or (BESIDE) as
 * whatever is recorded does. */

enum pair_kind { BOTH_WAYS, ONE_WAY, BESIDE };
static const struct {
	const char *a, *b;
	enum pair_kind kind;
} pairs[] = {
	{ "ftruncate", "ftruncate64", BOTH_WAYS },
	{ "truncate", "truncate64", BOTH_WAYS },
	{ "pread64", "preadv", BOTH_WAYS },
	{ "clock_gettime", "clock_gettime64", BOTH_WAYS },
	{ "clone", "clone3", BOTH_WAYS },
	{ "clone", "fork", ONE_WAY },
	{ "clone", "vfork", ONE_WAY },
	{ "clone3", "fork", ONE_WAY },
	{ "clone", "set_robust_list", ONE_WAY },
	{ "clone", "membarrier", ONE_WAY },
	{ "clone3", "membarrier", ONE_WAY },
	{ "clone", "rseq", ONE_WAY },
	{ "faccessat", "faccessat2", BOTH_WAYS },
	{ "access", "faccessat", BOTH_WAYS },
	{ "getdents", "getdents64", BOTH_WAYS },
	{ "dup2", "dup3", BOTH_WAYS },
	{ "pipe", "pipe2", BOTH_WAYS },
	{ "accept", "accept4", BOTH_WAYS },
	{ "getpgrp", "getpgid", BOTH_WAYS },
	{ "nanosleep", "clock_nanosleep", BOTH_WAYS },
	{ "nanosleep", "clock_nanosleep_time64", BOTH_WAYS },
	{ "stat", "newfstatat", BOTH_WAYS },
	{ "stat", "statx", BOTH_WAYS },
	{ "newfstatat", "statx", BOTH_WAYS },
	{ "fstatat64", "statx", BOTH_WAYS },
	{ "stat64", "fstatat64", BOTH_WAYS },
	{ "fstat", "newfstatat", BOTH_WAYS },
	{ "lstat", "newfstatat", BOTH_WAYS },
	{ "open", "openat", BOTH_WAYS },
	{ "open", "openat2", BOTH_WAYS },
	{ "openat", "openat2", BOTH_WAYS },
	{ "open", "creat", ONE_WAY },
	{ "openat2", "creat", ONE_WAY },
	{ "epoll_wait", "epoll_pwait", BOTH_WAYS },
	{ "epoll_pwait", "epoll_pwait2", BOTH_WAYS },
	{ "epoll_create", "epoll_create1", BOTH_WAYS },
	{ "eventfd", "eventfd2", BOTH_WAYS },
	{ "signalfd", "signalfd4", BOTH_WAYS },
	{ "inotify_init", "inotify_init1", BOTH_WAYS },
	{ "readv", "read", BOTH_WAYS },
	{ "writev", "write", BOTH_WAYS },
	{ "mmap", "munmap", ONE_WAY },
	{ "mmap", "mprotect", ONE_WAY },
	{ "mmap2", "mprotect", ONE_WAY },
	{ "mmap", "mmap2", BOTH_WAYS },
	{ "mmap", "getrandom", ONE_WAY },
	{ "mmap2", "getrandom", ONE_WAY },
	{ "brk", "getrandom", BESIDE },
	{ "execve", "getrandom", ONE_WAY },
	{ "execve", "rseq", ONE_WAY },
	{ "execveat", "execve", ONE_WAY },
	{ "sendfile", "sendfile64", BOTH_WAYS },
	{ "rename", "renameat", BOTH_WAYS },
	{ "chmod", "fchmodat", BOTH_WAYS },
	{ "wait4", "waitid", BOTH_WAYS },
	{ "waitpid", "wait4", BOTH_WAYS },
	{ "getrlimit", "ugetrlimit", BOTH_WAYS },
	{ "prlimit64", "getrlimit", ONE_WAY },
	{ "prlimit64", "setrlimit", ONE_WAY },
	{ "sendmsg", "sendmmsg", BOTH_WAYS },
	{ "lseek", "_llseek", BOTH_WAYS },
	{ "poll", "ppoll", BOTH_WAYS },
	{ "select", "pselect6", BOTH_WAYS },
	{ "_newselect", "pselect6_time64", BOTH_WAYS },
	{ "gettimeofday", "clock_gettime", BOTH_WAYS },
	{ "time", "clock_gettime64", BOTH_WAYS },
	{ "pause", "ppoll", ONE_WAY },
	{ "tkill", "tgkill", BOTH_WAYS },
	{ "tkill", "gettid", ONE_WAY },
	{ "statfs", "statfs64", BOTH_WAYS },
	{ "semop", "semtimedop", BOTH_WAYS },
	{ "readlink", "readlinkat", BOTH_WAYS },
	{ "mkdir", "mkdirat", BOTH_WAYS },
	{ "mknod", "mknodat", BOTH_WAYS },
	{ "symlink", "symlinkat", BOTH_WAYS },
	{ "fadvise64", "fadvise64_64", BOTH_WAYS },
	{ "sigprocmask", "rt_sigprocmask", BOTH_WAYS },
	{ "sigaction", "rt_sigaction", BOTH_WAYS },
	{ "mlock", "mlock2", BOTH_WAYS },
	{ "exit", "exit_group", BOTH_WAYS },
	{ "preadv2", "preadv", ONE_WAY },
	{ "preadv2", "read", ONE_WAY },
	{ "pwritev2", "pwritev", ONE_WAY },
	{ "pwritev2", "write", ONE_WAY },
	{ "pwrite64", "pwritev", BOTH_WAYS },
	{ "renameat2", "rename", ONE_WAY },
	{ "renameat2", "renameat", ONE_WAY },
	{ "unlinkat", "unlink", ONE_WAY },
	{ "unlinkat", "rmdir", ONE_WAY },
	{ "fchmodat2", "fchmodat", ONE_WAY },
	{ "fchownat", "chown", ONE_WAY },
	{ "fchownat", "lchown", ONE_WAY },
	{ "fchownat", "chown32", ONE_WAY },
	{ "utime", "utimes", BOTH_WAYS },
	{ "utimensat", "utimes", ONE_WAY },
	{ "utimensat", "futimesat", ONE_WAY },
	{ "utimensat_time64", "utime", ONE_WAY },
	{ "sendto", "send", ONE_WAY },
	{ "sendmsg", "sendto", ONE_WAY },
	{ "sendmmsg", "send", ONE_WAY },
	{ "recvfrom", "recv", ONE_WAY },
	{ "recvmsg", "recvfrom", ONE_WAY },
	{ "recvmsg", "recvmmsg", BOTH_WAYS },
	{ "recvmmsg_time64", "recvmsg", BOTH_WAYS },
	{ "clock_settime", "stime", ONE_WAY },
	{ "settimeofday", "stime", ONE_WAY },
	{ "clock_adjtime", "adjtimex", ONE_WAY },
	{ "setitimer", "alarm", ONE_WAY },
	{ "linkat", "link", ONE_WAY },
	{ "umount2", "umount", ONE_WAY },
	{ "setpriority", "nice", ONE_WAY },
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
			if (pairs[i].kind != BESIDE)
				wrong += !check(has(abi, a) ==
				    (pairs[i].kind == BOTH_WAYS), "pair",
				    "%s: %s and %s", abis[abi].name, b, a);
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
	{ "read readv",
	  "open openat openat2 execve execveat clone clone3 preadv2" },
	{ "pread64 preadv", "execve execveat preadv2" },
	{ "preadv2", "" },
	{ "write writev", "pwritev2" },
	{ "pwrite64 pwritev", "pwritev2" },
	{ "pwritev2", "" },
	{ "lseek _llseek", "read readv preadv2 open openat openat2 execve "
	  "execveat clone clone3" },
	{ "madvise", "" },
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
	{ "connect", "socketcall" },
	{ "bind", "socketcall" },
	{ "send", "sendto sendmsg sendmmsg socketcall" },
	{ "sendto", "sendmsg sendmmsg socketcall" },
	{ "sendmsg sendmmsg", "socketcall" },
	{ "recv", "recvfrom recvmsg recvmmsg recvmmsg_time64 socketcall" },
	{ "recvfrom", "recvmsg recvmmsg recvmmsg_time64 socketcall" },
	{ "recvmsg recvmmsg recvmmsg_time64", "socketcall" },
	{ "socketcall", "" },
	{ "ipc", "" },
	{ "shmget", "ipc" },
	{ "shmat", "ipc" },
	{ "unlink", "unlinkat" },
	{ "rmdir", "unlinkat" },
	{ "unlinkat", "" },
	{ "rename renameat", "renameat2" },
	{ "renameat2", "" },
	{ "link", "linkat" },
	{ "linkat", "" },
	{ "symlink symlinkat", "" },
	{ "mkdir mkdirat", "" },
	{ "mknod mknodat", "" },
	{ "chmod fchmodat", "fchmodat2" },
	{ "fchmodat2", "" },
	{ "chown chown32", "fchownat" },
	{ "lchown lchown32", "fchownat" },
	{ "fchownat", "" },
	{ "fchown fchown32", "" },
	{ "truncate truncate64", "" },
	{ "ftruncate ftruncate64", "" },
	{ "utime utimes futimesat", "utimensat utimensat_time64" },
	{ "utimensat utimensat_time64", "" },
	{ "umount", "umount2" },
	{ "umount2", "" },
	{ "setuid setuid32", "" },
	{ "setgid setgid32", "" },
	{ "setreuid setreuid32", "" },
	{ "setregid setregid32", "" },
	{ "setresuid setresuid32", "" },
	{ "setresgid setresgid32", "" },
	{ "setgroups setgroups32", "" },
	{ "setfsuid setfsuid32", "" },
	{ "setfsgid setfsgid32", "" },
	{ "clock_settime clock_settime64", "" },
	{ "settimeofday", "" },
	{ "stime", "clock_settime clock_settime64 settimeofday" },
	{ "clock_adjtime clock_adjtime64", "" },
	{ "adjtimex", "clock_adjtime clock_adjtime64" },
	{ "copy_file_range", "" },
	{ "sendfile sendfile64", "" },
	{ "tkill tgkill", "" },
	{ "setpriority", "" },
	{ "nice", "setpriority" },
	{ "setitimer", "" },
	{ "alarm", "setitimer" },
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

/* --- the reviewed list: golden/widened.ABI has what each name alone brings */

static char listed[1 << 17];
static size_t list_len, list_line;

/* in lines of 80 columns, if it fits */
static void
list_word(const char *word)
{
	size_t len = strlen(word);

	if (list_len - list_line + len + 1 > 80) {
		list_len += (size_t)sprintf(listed + list_len, "\n   ");
		list_line = list_len - 3;
	}
	list_len += (size_t)sprintf(listed + list_len, " %s", word);
}

static void
list_begin(const char *name)
{
	list_line = list_len;
	list_len += (size_t)sprintf(listed + list_len, "%s:", name);
}

/* a rule as the list format has it, names of values included */
static const char *
rule_text(const struct policy_rule *r)
{
	static int fd = -1;
	struct out o;

	if (fd < 0)
		fd = scratch();
	out_init(&o, fd);
	call_name_write_rule(&o, r);
	out_flush(&o);
	return scratch_text(fd);
}

static bool
has_rule(const struct policy *p, const struct policy_rule *rule)
{
	int i;

	for (i = 0; i < p->n_rules; i++)
		if (!policy_compare_rules(&p->rules[i], rule))
			return true;
	return false;
}

/* the rules of a call that `without` lacks; how many */
static int
list_rules(int abi, uint32_t nr, const struct policy *without)
{
	const struct policy_rule *r;
	int k = policy_rules(&policy, abi, nr, &r), n = 0;

	for (; k > 0; k--, r++)
		if (!has_rule(without, r)) {
			list_word(rule_text(r));
			n++;
		}
	return n;
}

/* what the policy allows of this ABI and `without` does not; how many */
static int
list_added(int abi, const struct policy *without, const char *but)
{
	unsigned id;
	int n = 0, why;
	uint32_t nr;

	for (id = 0; (id = abi_next_id(id)); ) {
		if (abi_id_nr(abi, id) < 0 || !strcmp(abi_id_name(id), but))
			continue;
		nr = (uint32_t)abi_id_nr(abi, id);
		why = policy_reasons(&policy, abi, nr);
		if (why & REASON_CONDITIONAL) {
			n += list_rules(abi, nr, without);
		} else if (why && policy_reasons(without, abi, nr) != why) {
			list_word(abi_id_name(id));
			n++;
		}
	}
	return n;
}

static void
list_widening(int abi, const char *name, unsigned widening)
{
	static const struct policy nothing;

	empty();
	/* the ABI is in use */
	add_name(abi, "rt_sigreturn");
	widen(&policy, widening);
	list_begin(name);
	list_added(abi, &nothing, "rt_sigreturn");
	list_len += (size_t)sprintf(listed + list_len, "\n");
}

static void
make_list(int abi)
{
	char name[ABI_NAME_MAX];
	size_t before_name;
	int64_t clone3 = abi_nr(abi, "clone3");
	unsigned id;
	int n;

	list_len = (size_t)sprintf(listed,
	    "What -w adds on %s.  First what it adds to every policy; then "
	    "what a\nname brings if it alone was recorded, beyond that.  Names "
	    "that bring nothing\nare left out.  Who changes this file says for "
	    "each change why the added call\ncan do no more than the recorded "
	    "one; see HACKING.\n\n", abis[abi].name);
	list_widening(abi, "-w vdso", REASON_VDSO);
	list_widening(abi, "-w death", REASON_DEATH);
	list_widening(abi, "-w restart", REASON_RESTART);
	list_widening(abi, "-w siblings", REASON_SIBLING);
	before = policy;
	list_len += (size_t)sprintf(listed + list_len, "\n");
	for (id = 0; (id = abi_next_id(id)); ) {
		strcpy(name, abi_id_name(id));
		if (abi_nr(abi, name) < 0)
			continue;
		only(abi, name);
		before_name = list_len;
		list_begin(name);
		n = list_added(abi, &before, name);
		if (policy_action(&policy, abi, (uint32_t)clone3) == ENOSYS) {
			list_word("clone3=ENOSYS");
			n++;
		}
		if (n)
			list_len += (size_t)sprintf(listed + list_len, "\n");
		else
			list_len = before_name;
		listed[list_len] = '\0';
	}
}

static void
test_list(int abi)
{
	static char want[sizeof listed];
	size_t at = 0, line = 0, n;
	char path[64];
	FILE *f;

	snprintf(path, sizeof path, "golden/widened.%s", abis[abi].name);
	make_list(abi);
	f = fopen(path, getenv("GOLDEN_UPDATE") ? "w" : "r");
	if (!f)
		die(path);
	if (getenv("GOLDEN_UPDATE")) {
		fputs(listed, f);
		fclose(f);
		return;
	}
	n = fread(want, 1, sizeof want - 1, f);
	want[n] = '\0';
	fclose(f);
	for (; listed[at] && listed[at] == want[at]; at++)
		if (want[at] == '\n')
			line = at + 1;
	check(listed[at] == want[at], path, "[%.*s], not [%.*s]",
	    (int)strcspn(listed + line, "\n"), listed + line,
	    (int)strcspn(want + line, "\n"), want + line);
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
	/* what is only imported, and a format without errnos */
	empty();
	add_name(abi, "getpid");
	policy_add(&policy, abi, (uint32_t)abi_nr(abi, "fork"), REASON_IMPORT,
	    0);
	check(widen(&policy, REASON_SIBLING | WIDEN_NO_ERRNO) == 1 &&
	    has(abi, "clone3") && !policy.n_overrides, "no_errno", "%s", name);
	check(widen(&policy, REASON_SIBLING | WIDEN_NO_ERRNO) == 0,
	    "no_errno_again", "%s", name);
	empty();
	policy.action = ENOSYS;
	policy_add(&policy, abi, (uint32_t)abi_nr(abi, "fork"), REASON_SEEN,
	    0);
	check(widen(&policy, REASON_SIBLING | WIDEN_NO_ERRNO) == 0 &&
	    !name_why(abi, "clone3"), "all_enosys", "%s", name);
	policy.action = EPERM;
}

/* the ids that do the same, a mark before those under a condition */
static const char *
equivalents(const char *name)
{
	static char text[512];
	uint16_t calls[WIDEN_EQUIVALENTS_MAX];
	int n = widen_equivalents(abi_id(name), calls), i;
	char *p = text;

	*p = '\0';
	for (i = 0; i < n; i++)
		p += sprintf(p, "%s%s%s", i ? " " : "",
		    calls[i] > IMPORTS_ID ? "?" : "",
		    abi_id_name(calls[i] & IMPORTS_ID));
	return text;
}

static void
test_equivalents(void)
{
	unsigned id = 0;
	uint16_t calls[WIDEN_EQUIVALENTS_MAX];

	check_str("equivalents", equivalents("unlink"), "?unlinkat");
	check_str("equivalents", equivalents("rename"),
	    "rename renameat ?renameat2");
	check_str("equivalents", equivalents("fcntl"), "fcntl fcntl64");
	/* what comes with it is no equivalent, nor what only it brings */
	check_str("equivalents", equivalents("execve"), "");
	check_str("equivalents", equivalents("creat"), "?open ?openat");
	check_str("equivalents", equivalents("getuid"), "getuid getuid32");
	while ((id = abi_next_id(id)))
		check(widen_equivalents(id, calls) < WIDEN_EQUIVALENTS_MAX,
		    "equivalents_fit", "%u", id);
}

/* what a program's file adds, under the conditions of syscalls/imports.h */
static void
test_add(int abi)
{
	const char *name = abis[abi].name;
	unsigned clone = abi_id("clone"), rename = abi_id("renameat2");
	const uint64_t ns = CLONE_NEWUSER;

	empty();
	widen_add(&policy, abi, clone, REASON_IMPORT, IMPORTS_IF_FORK /
	    IMPORTS_IF);
	widen_add(&policy, abi, rename, REASON_IMPORT, 0);
	check(allows(abi, "clone", SIGCHLD, 0, 0) &&
	    !allows(abi, "clone", SIGCHLD | ns, 0, 0), "add_fork", "%s", name);
	check(allows(abi, "renameat2", 0, 4, 1), "add", "%s", name);
	if (abi_nr(abi, "socket") >= 0) {
		widen_add(&policy, abi, abi_id("socket"), REASON_IMPORT,
		    IMPORTS_IF_UNIX / IMPORTS_IF);
		check(allows(abi, "socket", AF_UNIX, 0, 0) &&
		    !allows(abi, "socket", AF_INET, 0, 0), "add_unix", "%s",
		    name);
	}
	/* brings no siblings, but what its use entails */
	widen(&policy, REASON_SIBLING);
	check(!name_why(abi, "rename"), "add_no_siblings", "%s", name);
	check(name_why(abi, "set_robust_list"), "add_needs", "%s", name);
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
	check(allows(abi, "madvise", 0, 0, MADV_DONTNEED) &&
	    allows(abi, "madvise", 0, 0, MADV_FREE) && has(abi, "munmap") &&
	    !allows(abi, "madvise", 0, 0, MADV_REMOVE) &&
	    !allows(abi, "madvise", 0, 0, MADV_HWPOISON), "mmap_if_needs",
	    "%s", name);
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

/* Older and newer calls for the same thing: the newer one can do more, so it has
 * a condition.  Arguments that are allowed, and some that are not. */
static const struct {
	const char *seen, *added;
	uint64_t good[6], bad[6];
} parts[] = {
	{ "unlink", "unlinkat", { 3, 1, 0 }, { 3, 1, AT_REMOVEDIR } },
	{ "rmdir", "unlinkat", { 3, 1, AT_REMOVEDIR }, { 3, 1, 0 } },
	{ "rename", "renameat2", { 3, 1, 3, 1, 0 }, { 3, 1, 3, 1, 2 } },
	{ "renameat", "renameat2", { 3, 1, 3, 1, 0 }, { 3, 1, 3, 1, 4 } },
	{ "link", "linkat", { 3, 1, 3, 1, 0 }, { 3, 1, 3, 1, 0x1000 } },
	{ "chmod", "fchmodat2", { 3, 1, 7, 0 }, { 3, 1, 7, 0x1000 } },
	{ "fchmodat", "fchmodat2", { 3, 1, 7, 0 }, { 3, 1, 7, 0x100 } },
	{ "chown", "fchownat", { 3, 1, 7, 7, 0 }, { 3, 1, 7, 7, 0x1000 } },
	{ "chown32", "fchownat", { 3, 1, 7, 7, 0 }, { 3, 1, 7, 7, 0x100 } },
	{ "lchown", "fchownat", { 3, 1, 7, 7, 0x100 }, { 3, 1, 7, 7, 0 } },
	{ "utime", "utimensat", { 3, 1, 1, 0 }, { 3, 1, 1, 0x1000 } },
	{ "futimesat", "utimensat_time64", { 3, 1, 1, 0 }, { 3, 1, 1, 0x100 } },
	{ "umount", "umount2", { 1, 0 }, { 1, 2 } },
	{ "send", "sendto", { 3, 1, 1, 0, 0 }, { 3, 1, 1, 0, 1 } },
	{ "recv", "recvfrom", { 3, 1, 1, 0, 0 }, { 3, 1, 1, 0, 1 } },
	{ "nice", "setpriority", { 0, 0, 9 }, { 0, 1, 9 } },
	{ "nice", "setpriority", { 0, 0, 9 }, { 2, 0, 9 } },
	{ "alarm", "setitimer", { 0, 1 }, { 1, 1 } },
	{ "stime", "clock_settime", { 0, 1 }, { 11, 1 } },
	{ "settimeofday", "clock_settime64", { 0, 1 }, { 11, 1 } },
	{ "clock_settime", "settimeofday", { 1, 0 }, { 1, 1 } },
	{ "stime", "settimeofday", { 1, 0 }, { 0, 1 } },
	{ "adjtimex", "clock_adjtime", { 0, 1 }, { 11, 1 } },
	{ "creat", "open", { 1, O_CREAT | O_WRONLY | O_TRUNC },
	  { 1, O_CREAT | O_WRONLY } },
	{ "creat", "open", { 1, O_CREAT | O_WRONLY | O_TRUNC },
	  { 1, O_CREAT | O_RDWR | O_WRONLY | O_TRUNC } },
	{ "creat", "openat", { 3, 1, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC },
	  { 3, 1, O_CREAT | O_RDWR | O_TRUNC } },
	{ "creat", "openat", { 3, 1, O_CREAT | O_WRONLY | O_TRUNC },
	  { 3, 1, O_RDONLY } },
	{ "fork", "read", { 3 }, { 0 } },
	{ "brk", "mprotect", { 1, 1, PROT_WRITE }, { 1, 1, PROT_EXEC } },
	{ "openat", "fcntl", { 3, F_GETFL }, { 3, F_SETFL } },
};

static void
test_parts(int abi)
{
	int tried = 0, wrong = 0;
	int64_t nr;
	size_t i;

	for (i = 0; i < LENGTH(parts); i++) {
		nr = abi_nr(abi, parts[i].added);
		if (nr < 0 || abi_nr(abi, parts[i].seen) < 0)
			continue;
		only(abi, parts[i].seen);
		wrong += !check(policy_allows(&policy, abi, (uint32_t)nr,
		    parts[i].good) && !policy_allows(&policy, abi,
		    (uint32_t)nr, parts[i].bad), "part", "%s: %s and %s",
		    abis[abi].name, parts[i].seen, parts[i].added);
		tried++;
	}
	check(!wrong && tried > 3, "parts", "%s: %d of %d", abis[abi].name,
	    wrong, tried);
}

/* Only threads make glibc read files; a fork does not. */
static void
test_fork_opens_nothing(int abi)
{
	if (abi_nr(abi, "fork") < 0)
		return;
	only(abi, "fork");
	check(!name_why(abi, "openat") && !name_why(abi, "open"),
	    "fork_opens_nothing", "%s", abis[abi].name);
	only(abi, "clone");
	check(allows(abi, "openat", 0, 0, O_RDONLY) &&
	    !allows(abi, "openat", 0, 0, O_WRONLY), "threads_read_files", "%s",
	    abis[abi].name);
}

/* memory that the program shares could be a file */
static void
test_shared_memory(int abi)
{
	const char *map = abi_nr(abi, "mmap2") < 0 ? "mmap" : "mmap2";
	uint64_t args[6] = { 0, 1, PROT_WRITE, MAP_PRIVATE };
	uint32_t nr = (uint32_t)abi_nr(abi, map);

	only(abi, "brk");
	check(policy_allows(&policy, abi, nr, args), "brk_private", "%s",
	    abis[abi].name);
	args[3] = MAP_SHARED;
	check(!policy_allows(&policy, abi, nr, args), "brk_shared", "%s",
	    abis[abi].name);
	only(abi, "execve");
	check(!policy_allows(&policy, abi, nr, args), "loader_shared", "%s",
	    abis[abi].name);
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
	    "getpid", "gettid", "futex", "exit_group" };
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
	check(allows(n, "write", 2, 0, 0) && !allows(n, "write", 1, 0, 0) &&
	    allows(n, "writev", 2, 0, 0) && !allows(n, "writev", 3, 0, 0),
	    "death_writes_to_stderr", "no");
	check(allows(n, "tkill", 7, SIGABRT, 0) &&
	    !allows(n, "tkill", 7, SIGKILL, 0) &&
	    allows(n, "tgkill", 7, 7, SIGABRT) &&
	    !allows(n, "tgkill", 7, 7, SIGKILL), "death_aborts", "no");
	check_num("no_restart", name_why(n, "restart_syscall"), 0);
	widen(&policy, REASON_RESTART);
	check_num("restart", name_why(n, "restart_syscall"), REASON_RESTART);
	check(!name_why(n, "readv"), "no_siblings", "added");
	widen(&policy, REASON_WIDENED);
	check_num("siblings", name_why(n, "readv"), REASON_SIBLING);
	check_num("reason_stays", name_why(n, "gettid"), REASON_DEATH);
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
		const char *word;
		unsigned want;
	} rows[] = {
		{ "siblings", REASON_SIBLING }, { "vdso", REASON_VDSO },
		{ "death", REASON_DEATH }, { "restart", REASON_RESTART },
		{ "imports", REASON_IMPORT }, { "code", REASON_CODE },
		{ "all", REASON_WIDENED },
		{ "", 0 }, { ",", 0 }, { "vdso,", 0 }, { "vdso,death", 0 },
		{ "vds", 0 }, { "vdsoo", 0 }, { "al", 0 }, { "ALL", 0 },
		{ "vdso death", 0 }, { "none", 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		check_num("parse", (int)widen_parse_word(rows[i].word),
		    (int)rows[i].want);
	check(!widen_reason(REASON_SEEN | REASON_KNOWN | REASON_ALWAYS | REASON_CONDITIONAL),
	    "reason_none", "one");
	check_str("reason_sibling", widen_reason(REASON_SIBLING), "siblings");
	check_str("reason_vdso", widen_reason(REASON_VDSO | REASON_CONDITIONAL), "vdso");
	check_str("reason_death", widen_reason(REASON_DEATH | REASON_ALWAYS),
	    "death");
	check_str("reason_restart", widen_reason(REASON_RESTART), "restart");
}

/* n_listed: of so many ABIs there is a list */
static void
test_widen(int n_listed)
{
	int abi;

	for (abi = 0; abi < n_listed; abi++)
		test_list(abi);

	test_pairs();
	test_widths();
	test_powers();
	test_equivalents();
	for (abi = 0; abi < abi_count; abi++) {
		test_clone(abi);
		test_add(abi);
		test_memory(abi);
		test_same_args(abi);
		test_terminal(abi);
		test_reasons_of_rules(abi);
		test_parts(abi);
		test_fork_opens_nothing(abi);
		test_shared_memory(abi);
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
