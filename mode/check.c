/* SPDX-License-Identifier: MIT
 *
 * -c: report each call that a policy does not allow, once for each program.
 * Where the kernel has filters, the calls that it allows don't stop.
 */
#include "mode/check.h"

#include <errno.h>
#include <string.h>

#include "format/call_name.h"
#include "image/image.h"
#include "image/reach.h"
#include "lib/log.h"
#include "lib/out.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/session.h"
#include "mode/status.h"
#include "mode/target.h"
#include "mode/violations.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "trace/regs.h"
#include "trace/trace.h"
#include "trace/tracees.h"

enum { MISSES_MAX = 512 };

/* a call that a program made and the policy does not allow */
struct miss {
	struct policy_rule call;        /* n is 0 if no argument matters */
	int image;
	uint64_t count;
};

static struct session session;
static struct policy policy;
static struct miss misses[MISSES_MAX];
static int n_misses;
static struct images images;
static struct reach reach;

/* A rule that matches this call: it tests the arguments that the policy's rules
 * test, and of them the bits that the kernel reads. */
static struct policy_rule
make_rule(int abi, const struct syscall_stop *stop)
{
	struct policy_rule call = { .nr = stop->nr, .abi = (uint8_t)abi };
	uint64_t width = abis[abi].bits == 32 ? UINT32_MAX : UINT64_MAX;
	struct policy_test test[ARGS_TESTS_MAX];
	const struct policy_rule *r;
	bool tested[POLICY_TESTS_MAX] = { false };
	int n, i;

	for (n = policy_rules(&policy, abi, stop->nr, &r); n > 0; n--, r++)
		for (i = 0; i < r->n; i++)
			tested[r->test[i].arg] = true;
	for (i = 0; i < POLICY_TESTS_MAX; i++)
		if (tested[i])
			call.test[call.n++] = (struct policy_test){
				.arg = (uint8_t)i, .op = OP_EQ,
				.value = stop->args[i] & width,
			};
	for (n = args_tests(abi, stop->nr, stop->args, test); n-- > 0; )
		for (i = 0; i < call.n; i++)
			if (call.test[i].arg == test[n].arg)
				call.test[i].value &= UINT32_MAX;
	return call;
}

static void
report_miss(const struct miss *m, pid_t tid)
{
	const char *program = image_base_name(&images, m->image);
	pid_t pid = tracee_process(tid);
	bool foreseeable = false;
	struct out *o;

	if (m->image <= IMAGE_OTHERS) {
		reach.images = &images;
		reach_add_image(&reach, m->image, tid,
		    image_path(&images, m->image));
		foreseeable = reach_leads_to(&reach, m->image, m->call.abi,
		    m->call.nr);
	}
	o = log_begin();

	out_fmt(o, "%s[%d]: ", program, (int)(pid ? pid : tid));
	call_name_write_rule(o, &m->call);
	out_fmt(o, " is not in %s", session.options->policy);
	if (foreseeable)
		out_fmt(o, ", which imports of %s lead to", program);
	log_end(o);
}

/* The entry for this call and program, a new one if needed; NULL: no room. */
static struct miss *
find_miss(const struct policy_rule *call, int image)
{
	struct miss *m;

	for (m = misses; m < misses + n_misses; m++)
		if (m->image == image && m->call.abi == call->abi &&
		    m->call.nr == call->nr &&
		    policy_compare_tests(&m->call, call) == 0)
			return m;
	if (n_misses == MISSES_MAX)
		return NULL;
	n_misses++;
	m->call = *call;
	m->image = image;
	return m;
}

/* Add a missed call to the result of -f.  Returns -1 if there is no room. */
static int
add_to_result(struct policy *p, int abi, const struct syscall_stop *stop,
    const struct policy_rule *call)
{
	struct policy_test test[ARGS_TESTS_MAX];

	if (call->n > 0 && args_tests(abi, stop->nr, stop->args, test))
		return args_add(p, abi, stop->nr, stop->args, 1);
	if (call->n > 0 && policy_add_rule(p, abi, stop->nr, REASON_SEEN,
	    call->test, call->n) == 0)
		return 0;
	return policy_add(p, abi, stop->nr, REASON_SEEN, 1);
}

static void
drop_miss(struct session *s)
{
	static bool warned;

	if (!warned)
		log_warn("too many different misses (over %d); the others are "
		    "not reported", MISSES_MAX);
	warned = s->policy.incomplete = true;
}

/* What happens to a call whose action this is: an errno or CALL_*. */
static int
decide(const struct options *o, int action)
{
	if (o->mode == MODE_VIOLATIONS)
		return violations_verdict(&session, action);
	if (!o->deny || action == ACTION_LOG)
		return CALL_PROCEEDS;
	return action == ACTION_KILL ? CALL_IS_FATAL : action;
}

/* seccomp-trace: at once, as the machine of a service is switched off some day */
static void
save_miss(struct session *s)
{
	bool first = !s->output.wanted;

	s->output.wanted = true;
	s->trace.snapshot(s);
	if (first && !s->output.failed)
		log_warn("the calls that %s lacks are saved in %s",
		    s->options->policy, s->output.path);
}

static int
check_call(void *arg, const struct caller *caller,
    const struct syscall_stop *stop)
{
	int abi = abi_find(stop->audit_arch, stop->nr);
	/* a filter gives every call of an unused ABI the default action */
	bool used = abi == 0 || (abi > 0 && (policy.action == ACTION_ALLOW ||
	    policy_uses(&policy, abi)));
	struct session *s = arg;
	static uint32_t warned_arch;
	struct policy_rule call;
	struct miss *m;
	bool is_new;

	s->calls++;
	if (used ? policy_allows(&policy, abi, stop->nr, stop->args) :
	    policy.action == ACTION_ALLOW)
		return CALL_PROCEEDS;
	s->status = STATUS_MISSES;
	if (abi < 0) {
		if (warned_arch != stop->audit_arch)
			log_warn("%s[%d]: call of an unknown ABI, audit "
			    "architecture %x",
			    image_base_name(&images, caller->image),
			    (int)caller->tid, stop->audit_arch);
		warned_arch = stop->audit_arch;
		s->policy.incomplete = true;
		return decide(s->options, policy.action);
	}
	call = make_rule(abi, stop);
	m = find_miss(&call, caller->image);
	is_new = m && m->count++ == 0;
	if (is_new)
		report_miss(m, caller->tid);
	if (add_to_result(&s->policy, abi, stop, &call) < 0 || !m)
		drop_miss(s);
	if (is_new && s->tap)
		save_miss(s);
	return decide(s->options, used ?
	    policy_action(&policy, abi, stop->nr) : policy.action);
}

static int
check_exec(void *arg, pid_t tid, int image, const char *path)
{
	(void)arg, (void)tid;
	return image_executed(&images, image, path, "");
}

static void
print_misses(const struct session *s)
{
	const struct miss *m;
	struct out *o;

	for (m = misses; m < misses + n_misses; m++) {
		o = log_begin();
		out_fmt(o, "%s: ", image_base_name(&images, m->image));
		call_name_write_rule(o, &m->call);
		out_fmt(o, ": %llu %s", (unsigned long long)m->count,
		    m->count == 1 ? "time" : "times");
		log_end(o);
	}
	log_warn("%d %s by %u %s%s%s", n_misses,
	    n_misses == 1 ? "miss" : "misses", s->trace.processes,
	    s->trace.processes == 1 ? "process" : "processes",
	    s->output.wanted ? ": " : "",
	    s->output.wanted ? s->output.path : "");
}

int
check_run(const struct options *o)
{
	policy.action = o->action;
	policy.action_chosen = o->action_chosen;
	/* a result would be neither a deny list nor the calls it allows */
	policy.may_deny = o->mode != MODE_VIOLATIONS && o->output.fd < 0 &&
	    !o->output.path[0];
	if (input_read(&policy, o->policy, o->widenings) < 0)
		return STATUS_FAILED;
	session.options = o;
	session.output = o->output;
	session.output.merge |= target_is(&session.output, o->policy);
	session.output.widenings = o->widenings;
	session.output.observed_only = o->mode == MODE_VIOLATIONS;
	session.exec_scope = o->scope_image ? false : o->scope_chosen ?
	    o->exec_scope : !policy.main_scope;
	session.strict = o->deny && o->mode != MODE_VIOLATIONS;
	session.checks = true;
	session.known = &policy;
	session.sink = check_call;
	session.executed = check_exec;
	session.summarize = print_misses;
	/* the result of seccomp-trace holds only the misses */
	if (o->mode != MODE_VIOLATIONS) {
		policy_merge(&session.policy, &policy);
		session.output.wanted = o->output.fd >= 0 || o->output.path[0];
	}
	session.policy.action = policy.action;
	if (o->mode == MODE_VIOLATIONS &&
	    violations_prepare(&session, &policy) < 0)
		return STATUS_FAILED;
	return session_run(&session);
}
