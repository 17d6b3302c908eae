/* SPDX-License-Identifier: MIT
 *
 * A run under the tracer: choose a tap, start PROGRAM or attach to processes,
 * hand their calls to the mode, and let the result be written.
 */
#include "mode/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/call_name.h"
#include "format/format.h"
#include "lib/errors.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "mode/options.h"
#include "mode/output.h"
#include "mode/per_exe.h"
#include "mode/pid_file.h"
#include "mode/preselect.h"
#include "mode/progress.h"
#include "mode/status.h"
#include "policy/policy.h"
#include "policy/widen.h"
#include "trace/child.h"
#include "trace/proc.h"
#include "trace/proxy.h"
#include "trace/regs.h"
#include "trace/tap.h"
#include "trace/trace.h"

/* No signal, the timer's neither, may interrupt the calls that write. */
static void
take_snapshot(void *arg)
{
	struct session *s = arg;
	sigset_t all, old;
	bool final = s->output.final;

	/* the result may go to the same terminal */
	if (!IS_SMALL)
		log_erase_line();
	/* nothing is recorded yet: don't write a policy that looks complete */
	if (!IS_SMALL && s->trace.scope_image && !s->trace.scope_entered)
		return;
	if (s->trace.incomplete && !s->policy.incomplete) {
		s->policy.incomplete = true;
		s->output.calls_written = 0;
	}
	s->output.final |= s->trace.ends;
	memset(&all, 0xff, sizeof all);
	sigprocmask(SIG_BLOCK, &all, &old);
	output_save(&s->output, &s->policy, &s->written, s->calls);
	s->output.final = final;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* -v: print each call that widening added */
static void
print_widened(const struct policy *p)
{
	struct policy_list list;
	struct policy_call c;
	struct out *o;
	int i;

	policy_list_make(&list, p, BY_NAME);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		if ((c.reasons & REASON_SEEN) || !widen_reason(c.reasons))
			continue;
		o = log_begin();
		out_fmt(o, "added for %s: ", widen_reason(c.reasons));
		call_name_write(o, &c);
		call_name_write_origin(o, p, &c);
		log_end(o);
	}
}

static void
finish(struct session *s)
{
	const struct options *o = s->options;

	s->output.final = true;
	take_snapshot(s);
	if (!s->output.failed && (s->output.wanted || o->output.folder))
		format_warn_losses(s->output.format, &s->written,
		    s->options->verbose);
	if (!IS_SMALL && o->verbose)
		print_widened(&s->written);
	if (!o->quiet && (o->verbose || sys_terminal_width(log_fd)))
		s->summarize(s);
	else if (!IS_SMALL && !o->quiet && s->output.default_path &&
	    s->output.wanted && !s->output.failed && !s->tap)
		log_warn("the result is in %s", s->output.path);
}

/* Close what the tracer inherited: the reader of a pipe must see its end once
 * PROGRAM has closed it.  For the same reason -D without -v gives up a standard
 * error that is a pipe. */
static void
close_descriptors(const struct options *o, const struct output *output,
    const struct tap *tap)
{
	int keep[2 + TAP_FDS_MAX];
	size_t n = 2;
	struct stat st;

	if (o->keep_pid && !o->verbose && o->mode == MODE_RECORD &&
	    sys_stat(log_fd, "", AT_EMPTY_PATH, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		log_fd = -1;
	keep[0] = log_fd;
	keep[1] = output->fd;
	if (tap_counter(tap)) {
		memcpy(keep + n, tap_counter(tap)->fds,
		    tap_counter(tap)->n_fds * sizeof *keep);
		n += tap_counter(tap)->n_fds;
	}
	sys_close_except(keep, n);
}

static void
prepare_trace(struct session *s, const struct tap *tap, struct shared *sh)
{
	const struct options *o = s->options;
	struct sigaction sa;

	s->trace = (struct trace){
		.shared = sh, .tap = tap, .exec_scope = s->exec_scope,
		.scope_image = IS_SMALL ? NULL : o->scope_image,
		.privileged = tap_privileged(), .attached = !*o->argv,
		.strict = s->strict && *o->argv,
		.filtered = s->trace.filtered,
		.verbose = o->verbose, .interval = o->interval,
		.sink = s->sink, .counted = s->counted,
		.executed = s->executed,
		.snapshot = take_snapshot, .arg = s,
	};
	if (!IS_SMALL)
		progress_init(s, tap);
	if (!IS_SMALL && s->tap) {
		s->trace.enter = s->enter;
		s->trace.watches = true;
		s->trace.guarded = !s->enter;
	}
	s->trace.trap_ignored = sigaction(SIGTRAP, NULL, &sa) == 0 &&
	    sa.sa_handler == SIG_IGN;
	s->output.exec_scope = s->exec_scope;
	s->output.for_init = sh->program == 1;
	if (s->output.fd < 0 && !s->output.path[0] && !o->output.folder)
		output_default_path(&s->output,
		    !IS_SMALL && o->scope_image ? o->scope_image : *o->argv ?
		    *o->argv : o->attach.folder,
		    *o->argv ? sh->program : o->attach.n_pids ?
		    o->attach.pids[0] : getpid());
}

/* A check that missed calls may have missed a miss. */
static int
final_status(const struct session *s)
{
	if (s->output.failed || s->trace.failed ||
	    (!IS_SMALL && s->checks && !s->status && s->policy.incomplete))
		return STATUS_FAILED;
	return s->status;
}

static int
run_tracer(struct session *s, struct launch *l, struct shared *sh)
{
	const struct options *o = s->options;

	prepare_trace(s, l->tap, sh);
	if ((!IS_SMALL && output_try(&s->output) < 0) ||
	    attach_program(&s->trace) < 0 ||
	    (o->pid_file && pid_file_write(o->pid_file) < 0)) {
		child_release(l, false);
		return STATUS_FAILED;
	}
	child_release(l, true);
	close_descriptors(o, &s->output, s->trace.tap);
	if (trace_run(&s->trace) < 0)
		/* not executed; the child printed why */
		return s->trace.failed ? STATUS_FAILED : 0;
	if (!IS_SMALL && o->scope_image && !s->trace.scope_entered) {
		log_warn("-s %s: no process executed it, so nothing was "
		    "recorded", o->scope_image);
		/* PROGRAM's own failure may be the reason, so show that */
		return s->trace.program_status ? 0 : STATUS_FAILED;
	}
	finish(s);
	return final_status(s);
}

/* Has the container's program not started yet? */
static bool
is_before_container(const struct session *s)
{
	return !IS_SMALL && s->trace.container && !s->trace.scope_entered;
}

static void
warn_found_late(struct session *s, pid_t pid)
{
	if (!s->trace.incomplete)
		log_warn("process %d: it entered %s before it was found, so its "
		    "first calls are missing", (int)pid,
		    s->options->attach.folder);
	s->trace.incomplete = true;
}

static int
attach_found_thread(void *arg, pid_t tid, pid_t pid)
{
	struct session *s = arg;
	/* a container's process is a tracee until its program starts */
	const struct counter *counter = is_before_container(s) ? NULL :
	    tap_counter(s->trace.tap);
	int tries = 0, r, error;

	/* it is followed, or has still to execute the container's program */
	if (!IS_SMALL && s->kernel_follows && s->trace.container)
		return 0;
	/* Also a thread that is exiting gives EPERM; another one may get its
	 * tid by an exec, so try again. */
	do {
		r = counter ? counter->follow_thread(tid) :
		    attach_thread(&s->trace, tid, pid);
		error = errno;
		if (r >= 0) {
			if (!IS_SMALL && counter)
				s->trace.filtered |= proc_has_filter(tid);
			s->trace.started = true;
			if (s->trace.searching && r > 0 && tid == pid) {
				s->trace.processes++;
				if (s->finds_late)
					warn_found_late(s, pid);
			}
			return r;
		}
		if (error == ESRCH || !proc_is_alive(tid)) {
			errno = ESRCH;
			return -1;
		}
	} while (tries++ < 3);
	log_warn("can't attach to %d: %s", (int)tid, error == EPERM ?
	    proc_why_forbidden(tid) : error_text(error));
	errno = error;
	return -1;
}

/* a proc_found that looks for a filter */
static int
find_filter(void *arg, pid_t tid, pid_t pid)
{
	bool *found = arg;

	(void)pid;
	*found |= proc_has_filter(tid);
	return 0;
}

/* Does a filter reject calls of PROGRAM, or of the processes to attach to,
 * whatever they do?  -1 after a message. */
static int
find_filters(const struct options *o)
{
	bool found = false;

	if (*o->argv)
		return tap_is_filtered();
	/* a container gets its filter later */
	if (!IS_SMALL && o->hook)
		return false;
	/* the small build has no other tap than stop for these */
	if (!IS_SMALL && strcmp(o->tap, "stop") != 0 &&
	    proc_find_threads(&o->attach, find_filter, &found) < 0)
		return -1;
	return found;
}

static void
warn_no_process(const struct options *o)
{
	struct out *log = log_begin();
	int i;

	out_str(log, "-a ");
	for (i = 0; i < o->attach.n_pids; i++)
		out_fmt(log, i ? ", %d" : "%d", (int)o->attach.pids[i]);
	if (!IS_SMALL && o->attach.folder)
		out_fmt(log, i ? ", %s" : "%s", o->attach.folder);
	out_fmt(log, ": %s", error_text(ESRCH));
	log_end(log);
}

/* Let the kernel follow those that execute a program in -a's folder.  Not each
 * tap can, and with --wait there may be no such folder yet. */
static void
follow_folder(struct session *s)
{
	const struct counter *counter = tap_counter(s->trace.tap);
	int fd = sys_open(AT_FDCWD, s->options->attach.folder,
	    O_RDONLY | O_DIRECTORY);

	s->kernel_follows = fd >= 0 && counter && counter->follow_folder(fd);
	close(fd);
}

/* a find_more: the folder's processes */
static int
find_more(void *arg)
{
	static struct attach what;
	struct session *s = arg;
	const struct counter *counter = tap_counter(s->trace.tap);
	int n;

	if (is_before_container(s))
		return 0;
	s->finds_late = !s->kernel_follows;
	if (!s->trace.started || !what.folder)
		follow_folder(s);
	what.folder = s->options->attach.folder;
	n = proc_find_threads(&what, attach_found_thread, s);
	if (counter)
		counter->start_counting();
	return n;
}

/* Attach to what -a names, or to the process that will become the container.
 * Returns -1 after a message. */
static int
attach(struct session *s)
{
	const struct options *o = s->options;
	const struct counter *counter = tap_counter(s->trace.tap);
	struct attach what = o->attach;
	int n;

	if (!IS_SMALL && what.folder) {
		s->trace.find_more = find_more;
		s->trace.waits = o->wait;
	}
	if (!IS_SMALL && o->hook) {
		s->trace.container = what.pids[0];
		s->trace.any_tap = !strcmp(o->tap, "auto");
		/* not yet: its runtime, too, executes programs in it */
		what.folder = NULL;
	}
	if (!IS_SMALL && what.folder)
		follow_folder(s);
	n = proc_find_threads(&what, attach_found_thread, s);
	if (n >= 0 && !s->trace.started && !o->wait)
		warn_no_process(o);
	if (n < 0 || (!s->trace.started && !o->wait))
		return -1;
	s->trace.processes = (unsigned)n;
	if (counter)
		counter->start_counting();
	if (o->verbose)
		log_warn("attached to %d %s", n,
		    n == 1 ? "process" : "processes");
	if (!IS_SMALL && o->hook) {
		/* the runtime waits for the end of the hook's messages */
		sys_write_all(o->ready_fd, "", 1);
		log_fd = -1;
	}
	return 0;
}

static int
run_attached(struct session *s, const struct tap *tap, struct shared *sh)
{
	const struct options *o = s->options;
	/* a tracer that stopped would leave its tracees stopped; the last two
	 * are blocked by PROGRAM's tracer, which does not pass them on */
	static const uint8_t ignored[] = { SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE,
	    SIGXFSZ };
	const struct sigaction ign = { .sa_handler = SIG_IGN };
	int status;
	size_t i;
	pid_t writer;

	sys_forbid_tracing();
	prepare_trace(s, tap, sh);
	for (i = 0; i < sizeof ignored; i++)
		sigaction(ignored[i], &ign, NULL);
	requests_hold_signals();
	if ((!IS_SMALL && output_try(&s->output) < 0) ||
	    (o->pid_file && pid_file_write(o->pid_file) < 0))
		return STATUS_FAILED;
	if (attach(s) < 0)
		return STATUS_FAILED;
	close_descriptors(o, &s->output, tap);
	if (trace_run(&s->trace) < 0) {
		warn_no_process(o);
		return STATUS_FAILED;
	}
	if (is_before_container(s)) {
		log_warn("the container's process executed nothing, so nothing "
		    "was recorded");
		return STATUS_FAILED;
	}
	/* The reader of the result may be a tracee: let them all continue
	 * while a child writes. */
	writer = tap_counter(s->trace.tap) ? -1 : sys_fork();
	if (writer > 0)
		return attach_let_go(&s->trace, writer);
	finish(s);
	status = final_status(s);
	if (writer == 0)
		_exit(status >> 8);
	return status;
}

/* What lets PROGRAM's calls be seen.  NULL after a message. */
static const struct tap *
choose_tap(struct session *s, bool filtered)
{
	const struct options *o = s->options;
	const struct tap *tap;

	if (!IS_SMALL && s->tap)
		return s->tap;
	/* rules need a tap that sees the arguments which they test */
	tap = tap_pick(o->tap, (getpid() == 1 ? FOR_INIT : 0) |
	    (!IS_SMALL && s->counted && (!o->scope_image || o->hook) &&
	    preselect_sees_rules(&s->policy) ? 0 : FOR_STOPS) |
	    (!IS_SMALL && s->executed && !s->any_tap ? FOR_IMAGES : 0) |
	    (s->strict ? FOR_DENIAL : 0) | (*o->argv ? 0 : FOR_RUNNING) |
	    (filtered ? FOR_FILTERED : 0),
	    o->verbose);
	if (!IS_SMALL && tap && s->known && tap->install)
		s->filter = preselect_filter(s->known);
	if (!IS_SMALL && tap && tap_counter(tap))
		preselect_counts(tap_counter(tap), &s->policy, s->known,
		    o->args);
	return tap;
}

int
session_run(struct session *s)
{
	const struct options *o = s->options;
	bool init = getpid() == 1;
	struct launch l = {
		.argv = o->argv,
		.confines = o->deny,
		.keep_pid = o->keep_pid || init,
		.close_fd = o->output.fd > 2 ? o->output.fd : -1,
	};
	struct shared *sh;
	enum role role;
	/* the filter of seccomp-trace is as strict under another one */
	int filtered = !IS_SMALL && s->tap ? 0 : find_filters(o);
	int status;

	if (filtered < 0)
		return STATUS_FAILED;
	s->trace.filtered = filtered;
	s->policy.action_chosen = o->action_chosen;
	if (o->action_chosen)
		s->policy.action = o->action;
	/* process 1 may not have mounted yet what holds the folder */
	if (output_merge_old(&s->output, &s->policy) < 0 ||
	    (!IS_SMALL && o->output.folder && !init &&
	    per_exe_make_folder(o->output.folder) < 0))
		return STATUS_FAILED;
	l.tap = choose_tap(s, filtered);
	l.filter = s->filter;
	if (!l.tap)
		return STATUS_FAILED;
	sh = child_shared_new();
	if (!sh)
		return STATUS_FAILED;
	role = *o->argv ? child_launch(&l, sh) : ROLE_TRACER;
	if (role == ROLE_PROXY)
		return proxy_run(sh);
	if (role != ROLE_TRACER)
		return STATUS_FAILED;
	status = *o->argv ? run_tracer(s, &l, sh) : run_attached(s, l.tap, sh);
	if (!IS_SMALL && o->pid_file)
		pid_file_remove(o->pid_file);
	return status;
}
