/* SPDX-License-Identifier: MIT
 *
 * Checking: a line for each call that a policy would refuse, once a program.
 * What it allows passes in the kernel where there are filters.
 */
#include "mode/check.h"

#include <errno.h>
#include <string.h>

#include "format/call_name.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/out.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/session.h"
#include "mode/status.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "trace/regs.h"
#include "trace/trace.h"

enum { MISSES_MAX = 512 };

/* one call that one program missed */
struct miss {
	struct policy_rule what;        /* n is 0 if arguments don't matter */
	int image;
	uint64_t count;
};

static struct session session;
static struct policy policy;
static struct miss misses[MISSES_MAX];
static int n_misses;
static struct images images;

/* the call as a rule that allows just it: where the policy looks at arguments
 * they are part of it, by the bits that the kernel looks at */
static struct policy_rule
as_rule(int abi, const struct syscall_stop *stop)
{
	struct policy_rule what = { .nr = stop->nr, .abi = (uint8_t)abi };
	uint64_t width = abis[abi].bits == 32 ? UINT32_MAX : UINT64_MAX;
	struct policy_test test[ARGS_TESTS_MAX];
	const struct policy_rule *r;
	bool looked[POLICY_TESTS_MAX] = { false };
	int n, i;

	for (n = policy_rules(&policy, abi, stop->nr, &r); n > 0; n--, r++)
		for (i = 0; i < r->n; i++)
			looked[r->test[i].arg] = true;
	for (i = 0; i < POLICY_TESTS_MAX; i++)
		if (looked[i])
			what.test[what.n++] = (struct policy_test){
				.arg = (uint8_t)i, .op = OP_EQ,
				.value = stop->args[i] & width,
			};
	for (n = args_tests(abi, stop->nr, stop->args, test); n-- > 0; )
		for (i = 0; i < what.n; i++)
			if (what.test[i].arg == test[n].arg)
				what.test[i].value &= UINT32_MAX;
	return what;
}

static void
report(const struct miss *m, pid_t pid)
{
	struct out *o = log_begin();

	out_fmt(o, "%s[%d]: ", image_base_name(&images, m->image), (int)pid);
	call_name_write_rule(o, &m->what);
	out_fmt(o, " is not in %s", session.options->policy);
	log_end(o);
}

/* NULL: no room */
static struct miss *
miss_of(const struct policy_rule *what, int image)
{
	struct miss *m;

	for (m = misses; m < misses + n_misses; m++)
		if (m->image == image && m->what.abi == what->abi &&
		    m->what.nr == what->nr &&
		    policy_compare_tests(&m->what, what) == 0)
			return m;
	if (n_misses == MISSES_MAX)
		return NULL;
	n_misses++;
	m->what = *what;
	m->image = image;
	return m;
}

/* with -f it is part of the result; -1: no room */
static int
allow(struct policy *p, int abi, const struct syscall_stop *stop,
    const struct policy_rule *what)
{
	struct policy_test test[ARGS_TESTS_MAX];

	if (what->n > 0 && args_tests(abi, stop->nr, stop->args, test))
		return args_add(p, abi, stop->nr, stop->args, 1);
	if (what->n > 0 && policy_add_rule(p, abi, stop->nr, REASON_SEEN,
	    what->test, what->n) == 0)
		return 0;
	return policy_add(p, abi, stop->nr, REASON_SEEN, 1);
}

static void
lose(struct session *s)
{
	static bool said;

	if (!said)
		log_warn("more misses than there is room for: the rest is lost");
	said = s->policy.incomplete = true;
}

/* what -c and --deny make of a missed call */
static int
verdict(const struct options *o, int action)
{
	if (!o->deny || action == ACTION_LOG)
		return CALL_PROCEEDS;
	if (o->mode == MODE_VIOLATIONS)
		return ENOSYS;
	return action == ACTION_KILL ? CALL_IS_FATAL : action;
}

static int
check_call(void *arg, const struct caller *who, const struct syscall_stop *stop)
{
	int abi = abi_find(stop->audit_arch, stop->nr);
	/* as in a filter: else it gets the policy's action as a whole */
	bool used = abi == 0 || (abi > 0 && policy_uses(&policy, abi));
	struct session *s = arg;
	struct policy_rule what;
	struct miss *m;

	s->calls++;
	if (used && policy_allows(&policy, abi, stop->nr, stop->args))
		return CALL_PROCEEDS;
	s->status = STATUS_MISSES;
	if (abi < 0) {
		log_warn("%s[%d]: a call of an unknown ABI, audit arch %x",
		    image_base_name(&images, who->image), (int)who->tid,
		    stop->audit_arch);
		s->policy.incomplete = true;
		return verdict(s->options, policy.action);
	}
	what = as_rule(abi, stop);
	m = miss_of(&what, who->image);
	if (m && m->count++ == 0)
		report(m, who->tid);
	s->output.wanted |= s->options->mode == MODE_VIOLATIONS;
	if (allow(&s->policy, abi, stop, &what) < 0 || !m)
		lose(s);
	return verdict(s->options, used ?
	    policy_action(&policy, abi, stop->nr) : policy.action);
}

static int
executed(void *arg, pid_t tid, int image, const char *path)
{
	(void)arg, (void)tid;
	return image_executed(&images, image, path, "");
}

static void
summarize(const struct session *s)
{
	const struct miss *m;
	struct out *o;

	for (m = misses; m < misses + n_misses; m++) {
		o = log_begin();
		out_fmt(o, "%s: ", image_base_name(&images, m->image));
		call_name_write_rule(o, &m->what);
		out_fmt(o, ": %llu times", (unsigned long long)m->count);
		log_end(o);
	}
	log_warn("%d misses by %u processes%s%s", n_misses, s->trace.processes,
	    s->output.wanted ? ": " : "", s->output.wanted ? s->output.path : "");
}

int
check_run(const struct options *o)
{
	policy.action = o->action;
	policy.action_chosen = o->action_chosen;
	if (input_read(&policy, o->policy, o->widenings) < 0)
		return STATUS_FAILED;
	session.options = o;
	session.output = o->output;
	session.output.widenings = o->widenings;
	session.output.observed_only = o->mode == MODE_VIOLATIONS;
	session.exec_scope = o->scope_chosen ? o->exec_scope :
	    !policy.main_scope;
	session.known = &policy;
	session.sink = check_call;
	session.executed = executed;
	session.summarize = summarize;
	/* seccomp-trace wants the misses alone */
	if (o->mode != MODE_VIOLATIONS) {
		policy_merge(&session.policy, &policy);
		session.output.wanted = o->output.fd >= 0 || o->output.path[0];
	}
	session.policy.action = policy.action;
	return session_run(&session);
}
