/* SPDX-License-Identifier: MIT
 *
 * Recording: a tap's calls into a policy, the policy to where it goes.
 */
#include "util.h"
#include "abi.h"
#include "policy.h"
#include "policy_in.h"
#include "format.h"
#include "result.h"
#include "options.h"
#include "record.h"
#include "tap.h"
#include "child.h"
#include "front.h"
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAILED = 125 << 8 };     /* wait status of exit 125 */

struct recording {
	const struct options *options;
	struct result result;
	struct policy policy;
	struct trace trace;
	uint64_t calls;
	uint32_t lost_arch;     /* the last ABI that was said to be unknown */
	bool failed;            /* the last write */
};

static void
count_call(void *arg, uint32_t audit_arch, uint32_t nr, const uint64_t args[6])
{
	struct recording *r = arg;
	int abi = abi_find(audit_arch, nr);

	(void)args;
	r->calls++;
	if (abi >= 0 && policy_add(&r->policy, abi, nr, WHY_SEEN, 1) == 0)
		return;
	if (abi >= 0 && !r->policy.incomplete)
		warn("more than %d numbers without a name: the rest is lost",
		    POLICY_UNNAMED_MAX);
	else if (abi < 0 && r->lost_arch != audit_arch)
		warn("calls of an unknown ABI, audit arch %x, are lost",
		    audit_arch);
	r->lost_arch = audit_arch;
	r->policy.incomplete = true;
}

/* what stands at SECCOMP_FILE stays; -1: it can't be read */
static int
merge_old(struct recording *r)
{
	return !r->options->merge || policy_in_file(&r->policy, r->result.path,
	    WHY_KNOWN) == 0 || errno == ENOENT ? 0 : -1;
}

static void
write_result(void *arg)
{
	struct recording *r = arg;

	if (r->trace.incomplete)
		r->policy.incomplete = true;
	policy_add_always(&r->policy);
	/* again, in case another service's recording has written meanwhile */
	r->failed = merge_old(r) < 0 ||
	    result_write(&r->result, &r->policy) < 0;
}

static void
summarize(const struct recording *r)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	const struct options *o = r->options;

	if (o->quiet || (!o->verbose && !terminal_width(msg_fd)))
		return;
	warn("%llu calls of %d kinds by %u processes%s%s%s",
	    (unsigned long long)r->calls, policy_list(&r->policy, BY_NR, calls),
	    r->trace.processes, r->policy.incomplete ? ", incomplete" : "",
	    r->result.fd < 0 ? ": " : "", r->result.path);
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
	warn("%s:", path);
	return -1;
}

/* who reads a pipe that we inherited waits for PROGRAM to close it, not us */
static void
drop_descriptors(const struct options *o, const struct result *r)
{
	struct stat st;

	if (o->keep_pid && !o->verbose && fstat(msg_fd, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		msg_fd = -1;
	close_except(msg_fd, r->fd);
}

static int
run_tracer(struct recording *r, struct launch *l, struct shared *sh)
{
	const struct options *o = r->options;
	struct sigaction sa;

	r->trace = (struct trace){
		.shared = sh, .tap = l->tap, .exec_scope = o->exec_scope,
		.privileged = tap_privileged(), .verbose = o->verbose,
		.interval = o->interval, .sink = count_call,
		.snapshot = write_result, .arg = r,
	};
	r->trace.trap_ignored = sigaction(SIGTRAP, NULL, &sa) == 0 &&
	    sa.sa_handler == SIG_IGN;
	if (r->result.fd < 0 && !r->result.path[0])
		result_default_path(&r->result, o->argv[0], sh->program);
	if (trace_seize(&r->trace) < 0 ||
	    (o->pid_file && write_pid(o->pid_file) < 0)) {
		launch_go(l, false);
		return FAILED;
	}
	launch_go(l, true);
	drop_descriptors(o, &r->result);
	if (trace_run(&r->trace) < 0)
		return 0;       /* it was not executed: said by the child */
	write_result(r);
	if (r->failed)
		result_rescue(&r->result, &r->policy);
	else
		format_losses(r->result.format, &r->policy);
	summarize(r);
	return r->failed ? FAILED : 0;
}

int
record(const struct options *o)
{
	static struct recording r;
	bool init = getpid() == 1;
	struct launch l = {
		.argv = o->argv,
		.keep_pid = o->keep_pid || init,
		.close_fd = o->result.fd > 2 ? o->result.fd : -1,
		.tap = tap_pick(o->tap, init, o->verbose),
	};
	struct shared *sh;

	if (!l.tap)
		return FAILED;
	r.options = o;
	r.result = o->result;
	r.policy.action = o->action;
	r.policy.action_chosen = o->action_chosen;
	if (merge_old(&r) < 0)
		return FAILED;
	sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sh == MAP_FAILED) {
		warn("shared memory:");
		return FAILED;
	}
	switch (launch(&l, sh)) {
	case ROLE_FRONT:
		return front_run(sh);
	case ROLE_TRACER:
		return run_tracer(&r, &l, sh);
	default:
		return FAILED;
	}
}
