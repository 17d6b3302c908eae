/* SPDX-License-Identifier: MIT
 *
 * A run under the tracer: start PROGRAM, let a tap's calls come to a sink,
 * write the policy to where it goes.
 */
#include "mode/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/format.h"
#include "format/policy_file.h"
#include "format/text_out.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/uapi.h"
#include "mode/options.h"
#include "mode/output.h"
#include "policy/args.h"
#include "policy/filter.h"
#include "policy/policy.h"
#include "policy/widen.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/proc.h"
#include "trace/proxy.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"

static void
add(struct policy *p, unsigned what)
{
	if (widen(p, what) < 0)
		log_warn("-w: more than %d conditions on arguments: not all is "
		    "added", POLICY_RULES_MAX);
}

static int
read_policy(struct policy *p, const char *path, bool optional)
{
	int by_default = p->action, result;

	p->action = p->action_chosen ? p->action : ACTION_NONE;
	result = policy_file_read(p, path, REASON_KNOWN, optional);
	if (p->action == ACTION_NONE)
		p->action = by_default;
	return result;
}

int
session_read(struct policy *p, const char *path, unsigned what)
{
	if (read_policy(p, path, false) < 0)
		return -1;
	policy_file_warn_unknown(p, path);
	add(p, what);
	return 0;
}

/* what stands at SECCOMP_FILE stays, but in a device or pipe nothing does; -1:
 * it can't be read */
static int
merge_old(const struct session *s, struct policy *p)
{
	const char *path = s->result.path;
	struct stat st;

	if (!s->options->merge || (sys_stat(AT_FDCWD, path, 0, &st) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0;
	return read_policy(p, path, true);
}

/* switch_root takes pid 1 along, not us: climb into what was mounted over the
 * root that we still have.  Needs no /proc. */
static void
follow_root(void)
{
	struct stat ours, top;

	if (sys_stat(AT_FDCWD, "/", 0, &ours) == 0 &&
	    sys_stat(AT_FDCWD, "/..", 0, &top) == 0 &&
	    (ours.st_dev != top.st_dev || ours.st_ino != top.st_ino) &&
	    chdir("/..") == 0 && chroot(".") < 0)
		log_warn("chroot:");
}

/* -1: said why */
static int
make_folder(const char *path)
{
	struct stat st;
	int r = mkdir(path, 0777);

	if (r < 0 && errno == EEXIST &&
	    sys_stat(AT_FDCWD, path, 0, &st) == 0) {
		errno = ENOTDIR;
		r = S_ISDIR(st.st_mode) ? access(path, W_OK | X_OK) : -1;
	}
	if (r < 0)
		log_warn("%s:", path);
	return r;
}

static int
write_in_folder(const struct session *s, const struct format *f,
    const char *name, const struct policy *p)
{
	static struct output r;

	r.fd = -1;
	r.plain = true;
	r.format = f;
	if (output_path_in(&r, s->options->per_exe, name) < 0)
		log_warn("%s/%s:", s->options->per_exe, name);
	else if (output_write(&r, p) == 0)
		return 0;
	if (s->last)
		output_rescue(&r, p);
	return -1;
}

/* what was not seen */
static void
complete(struct session *s)
{
	if (s->options->violations)
		return;
	policy_add_always(&s->written);
	add(&s->written, s->options->widen);
}

/* a policy for each program, and who executed whom */
static int
write_images(struct session *s)
{
	static const struct format tsv = {
		.extension = "tsv", .write = exec_tsv_write,
	};
	struct policy *one = &s->written;
	char name[IMAGE_NAME_MAX];
	int i = -1, failed = make_folder(s->options->per_exe);

	while ((i = image_next(s->policy.images, i)) >= 0) {
		*one = s->policy;
		image_restrict_policy(one, i, s->known);
		/* who starts it alone does that under its policy; of PROGRAM
		 * it was counted */
		if (s->exec_scope && i)
			policy_add_name(one, 0, "execve", REASON_SEEN);
		complete(s);
		failed |= write_in_folder(s, s->result.format,
		    image_unique_name(s->policy.images, i, name), one);
	}
	return failed | write_in_folder(s, &tsv, "exec", &s->policy);
}

static void
write_result(void *arg)
{
	struct session *s = arg;
	bool lost = s->trace.incomplete && !s->policy.incomplete;

	s->policy.incomplete |= lost;
	if (!s->has_result && !s->options->per_exe)
		return;
	/* who reads a pipe is not to get the same again */
	if (s->last && s->calls && s->calls == s->calls_written && !lost)
		return;
	if (s->trace.shared->program == 1)
		follow_root();
	s->failed = s->options->per_exe && write_images(s) < 0;
	s->written = s->policy;
	complete(s);
	/* again, in case another service's recording has written meanwhile; not
	 * widened again: formats without conditions would add up */
	if (s->has_result && (merge_old(s, &s->written) < 0 ||
	    output_write(&s->result, &s->written) < 0)) {
		s->failed = true;
		if (s->last)
			output_rescue(&s->result, &s->written);
	}
	s->calls_written = s->failed ? 0 : s->calls;
}

/* a line for each call that widening has added */
static void
say_added(const struct policy *p)
{
	struct policy_list list;
	struct policy_call c;
	struct out *o;
	int i;

	policy_list_make(&list, p, BY_NAME);
	for (i = 0; i < list.n; i++) {
		c = policy_list_call(&list, i);
		if ((c.reasons & REASON_SEEN) || !widen_reason(c.reasons))
			continue;
		o = log_begin();
		out_fmt(o, "added for %s: ", widen_reason(c.reasons));
		call_name_write(o, &c);
		log_end(o);
	}
}

static void
finish(struct session *s)
{
	const struct options *o = s->options;

	s->last = true;
	write_result(s);
	if (!s->failed && (s->has_result || o->per_exe))
		format_warn_losses(s->result.format, &s->written);
	if (o->verbose)
		say_added(&s->written);
	if (!o->quiet && (o->verbose || sys_terminal_width(log_fd)))
		s->summarize(s);
}

static int
write_pid(const char *path)
{
	struct out o;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0666);

	if (fd >= 0) {
		out_init(&o, fd);
		out_num(&o, getpid());
		out_char(&o, '\n');
		if (out_flush(&o) == 0 && close(fd) == 0)
			return 0;
	}
	log_warn("%s:", path);
	return -1;
}

/* who reads a pipe that we inherited waits for PROGRAM to close it, not us */
static void
drop_descriptors(const struct options *o, const struct output *r,
    const struct tap *tap)
{
	int keep[2 + TAP_FDS_MAX];
	size_t n = 2;
	struct stat st;

	if (o->keep_pid && !o->verbose &&
	    sys_stat(log_fd, "", AT_EMPTY_PATH, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		log_fd = -1;
	keep[0] = log_fd;
	keep[1] = r->fd;
	if (tap->counter) {
		memcpy(keep + n, tap->counter->fds,
		    tap->counter->n_fds * sizeof *keep);
		n += tap->counter->n_fds;
	}
	sys_close_except(keep, n);
}

static void
set_up(struct session *s, const struct tap *tap, struct shared *sh)
{
	const struct options *o = s->options;
	struct sigaction sa;

	s->trace = (struct trace){
		.shared = sh, .tap = tap, .exec_scope = s->exec_scope,
		.privileged = tap_privileged(), .attached = !*o->argv,
		.verbose = o->verbose, .interval = o->interval,
		.sink = s->sink, .counted = s->counted,
		.executed = s->executed,
		.snapshot = write_result, .arg = s,
	};
	s->trace.trap_ignored = sigaction(SIGTRAP, NULL, &sa) == 0 &&
	    sa.sa_handler == SIG_IGN;
	if (s->result.fd < 0 && !s->result.path[0] && !o->per_exe)
		output_default_path(&s->result, *o->argv,
		    *o->argv ? sh->program : o->pids[0]);
}

static int
run_tracer(struct session *s, struct launch *l, struct shared *sh)
{
	const struct options *o = s->options;

	set_up(s, l->tap, sh);
	if (attach_program(&s->trace) < 0 ||
	    (o->pid_file && write_pid(o->pid_file) < 0)) {
		child_release(l, false);
		return FAILED;
	}
	child_release(l, true);
	drop_descriptors(o, &s->result, s->trace.tap);
	if (trace_run(&s->trace) < 0)
		return 0;       /* it was not executed: said by the child */
	finish(s);
	return s->failed ? FAILED : s->status << 8;
}

static int
attach_found_thread(void *arg, pid_t tid, pid_t pid)
{
	struct session *s = arg;
	const struct counter *counter = s->trace.tap->counter;
	int tries = 0, r, error;

	/* EPERM is also what one gives that ends, and whose place another may
	 * have got by an exec */
	do {
		r = counter ? counter->follow_thread(tid) :
		    attach_thread(&s->trace, tid, pid);
		error = errno;
		if (r >= 0) {
			s->trace.started = true;
			return r;
		}
		if (error == ESRCH || !proc_is_alive(tid)) {
			errno = ESRCH;
			return -1;
		}
	} while (tries++ < 3);
	errno = error;
	log_warn("can't attach to %d:", (int)tid);
	errno = error;
	return -1;
}

static int
run_attached(struct session *s, const struct tap *tap, struct shared *sh)
{
	const struct options *o = s->options;
	int n, status;
	pid_t writer;

	set_up(s, tap, sh);
	/* whom we trace would stop with us */
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	requests_hold_signals();
	if (o->pid_file && write_pid(o->pid_file) < 0)
		return FAILED;
	n = proc_find_threads(o->pids, o->n_pids, attach_found_thread, s);
	if (n < 0)
		return FAILED;
	if (!s->trace.started) {
		errno = ESRCH;
		log_warn("-a %d:", (int)*o->pids);
		return FAILED;
	}
	s->trace.processes = (unsigned)n;
	if (tap->counter)
		tap->counter->start_counting();
	if (o->verbose)
		log_warn("attached to %d processes", n);
	drop_descriptors(o, &s->result, s->trace.tap);
	trace_run(&s->trace);
	/* who reads what we write may be who we trace */
	writer = tap->counter ? -1 : sys_fork();
	if (writer > 0)
		return attach_let_go(&s->trace, writer);
	finish(s);
	status = s->failed ? FAILED : s->status << 8;
	if (writer == 0)
		_exit(status >> 8);
	return status;
}

/* they matter to the tracer even where they are known; see trace_note_filter() */
static const char *const watched[] = {
	"prctl", "seccomp",
	/* with CLONE_UNTRACED a process would get away; clone3 has its flags in
	 * memory */
	"clone", "clone3",
};
enum { N_WATCHED = sizeof watched / sizeof *watched };

/* known calls pass in the kernel; NULL if there is nothing to be gained */
static const struct uapi_sock_fprog *
known_filter(struct policy *known)
{
	static struct uapi_sock_filter code[FILTER_MAX];
	static struct uapi_sock_fprog prog = { .filter = code };
	uint8_t *why[N_WATCHED * ABI_MAX], saved[N_WATCHED * ABI_MAX];
	int abi, i, n = 0;
	int64_t nr;

	for (abi = 0; abi < abi_count; abi++) {
		for (i = 0; i < N_WATCHED; i++) {
			nr = abi_nr(abi, watched[i]);
			if (nr < 0)
				continue;
			why[n] = &known->reasons[abi][abi_table_index(abi, (uint32_t)nr)];
			saved[n] = *why[n];
			*why[n++] = 0;
		}
	}
	i = filter_build(known, UAPI_SECCOMP_RET_TRACE | TAP_COOKIE, code,
	    FILTER_MAX);
	while (n-- > 0)
		*why[n] = saved[n];
	prog.len = (unsigned short)i;
	return i < 0 ? NULL : &prog;
}

/* could a tap that sees little of the arguments tell which conditions hold? */
static bool
sees_conditions(const struct policy *p)
{
	const struct policy_rule *r;
	uint32_t mask[3];

	for (r = p->rules; r < p->rules + p->n_rules; r++)
		if (args_masks(p, false, r->abi, r->nr, mask) < 0)
			return false;
	return true;
}

/* tell a tap that counts in the kernel what to look at, and what passes */
static void
set_rules(const struct session *s, const struct counter *counter)
{
	static const uint32_t first[3] = { UINT32_MAX };
	const struct policy *p = &s->policy;
	uint32_t mask[3], nr;
	int64_t prctl, seccomp;
	int abi, pos;

	for (abi = 0; abi < abi_count; abi++) {
		prctl = abi_nr(abi, "prctl");
		seccomp = abi_nr(abi, "seccomp");
		for (pos = 0; pos < abis[abi].n; pos++) {
			nr = abi_nr_at(abi, pos);
			if (args_masks(p, s->options->args, abi, nr, mask) > 0)
				counter->set_rule(abi, pos, mask);
			else if (nr == prctl || nr == seccomp)
				counter->set_rule(abi, pos, first);
			else if (s->known && s->known->reasons[abi][pos])
				counter->set_rule(abi, pos, NULL);
		}
	}
}

int
session_run(struct session *s)
{
	const struct options *o = s->options;
	bool init = getpid() == 1;
	struct launch l = {
		.argv = o->argv,
		.keep_pid = o->keep_pid || init,
		.close_fd = o->result.fd > 2 ? o->result.fd : -1,
	};
	struct shared *sh;

	s->result = o->result;
	s->policy.action_chosen = o->action_chosen;
	if (o->action_chosen)
		s->policy.action = o->action;
	/* an init's folder may be on what it is yet to mount */
	if (merge_old(s, &s->policy) < 0 ||
	    (o->per_exe && !init && make_folder(o->per_exe) < 0))
		return FAILED;
	/* a condition is only kept where arguments are seen */
	l.tap = tap_pick(o->tap, (init ? FOR_INIT : 0) |
	    (s->counted && sees_conditions(&s->policy) ? 0 : FOR_STOPS) |
	    (s->executed ? FOR_IMAGES : 0) |
	    (*o->argv ? 0 : FOR_RUNNING), o->verbose);
	if (!l.tap)
		return FAILED;
	if (s->known && l.tap->install)
		l.filter = known_filter(s->known);
	if (l.tap->counter)
		set_rules(s, l.tap->counter);
	sh = child_shared_new();
	if (!sh)
		return FAILED;
	if (!*o->argv)
		return run_attached(s, l.tap, sh);
	switch (child_launch(&l, sh)) {
	case ROLE_PROXY:
		return proxy_run(sh);
	case ROLE_TRACER:
		return run_tracer(s, &l, sh);
	default:
		return FAILED;
	}
}
