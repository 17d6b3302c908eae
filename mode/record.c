/* SPDX-License-Identifier: MIT
 *
 * Recording: every call into the policy.
 */
#include "mode/record.h"

#include "format/call_name.h"
#include "format/format.h"
#include "format/writers.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/out.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/session.h"
#include "mode/status.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "policy/review.h"
#include "syscalls/abi.h"
#include "trace/exec.h"
#include "trace/regs.h"
#include "trace/trace.h"

static struct images images;

static void
say_rule(pid_t tid, int abi, const struct syscall_stop *stop)
{
	struct policy_rule r = { .nr = stop->nr, .abi = (uint8_t)abi };
	struct out *o = log_begin();

	r.n = (uint8_t)args_tests(abi, stop->nr, stop->args, r.test);
	if (tid)
		out_fmt(o, "%d: ", (int)tid);
	call_name_write_rule(o, &r);
	log_end(o);
}

/* the policy allows the n calls from now on; -1: no room */
static int
allow(struct session *s, pid_t tid, int abi, const struct syscall_stop *stop,
    uint64_t n)
{
	struct policy *p = &s->policy;
	int added;

	if (s->options->args) {
		added = args_add(p, abi, stop->nr, stop->args, n);
		if (added > 0 && s->options->verbose)
			say_rule(tid, abi, stop);
		return added;
	}
	/* a condition of what was known stays while it holds */
	if (policy_allows(p, abi, stop->nr, stop->args))
		return policy_add_count(p, abi, stop->nr, REASON_SEEN, n);
	return policy_add(p, abi, stop->nr, REASON_SEEN, n);
}

/* of n calls the arguments are not known: was a tap to look at them? */
static int
allow_any(struct session *s, int abi, uint32_t nr, uint64_t n)
{
	struct policy *p = &s->policy;
	uint32_t mask[3];

	return args_masks(p, s->options->args, abi, nr, mask) ?
	    args_add_any(p, abi, nr, n) : policy_add(p, abi, nr, REASON_SEEN, n);
}

static void
lose(struct session *s, int abi, uint32_t audit_arch)
{
	static uint32_t lost_arch;      /* the last that was said to be */

	if (abi >= 0 && !s->policy.incomplete)
		log_warn("more than %d numbers without a name: the rest is lost",
		    POLICY_UNNAMED_MAX);
	else if (abi < 0 && lost_arch != audit_arch)
		log_warn("calls of an unknown ABI, audit arch %x, are lost",
		    audit_arch);
	lost_arch = audit_arch;
	s->policy.incomplete = true;
}

static int
count_call(void *arg, const struct caller *who, const struct syscall_stop *stop)
{
	struct session *s = arg;
	int abi = abi_find(stop->audit_arch, stop->nr);

	s->calls++;
	if (abi < 0 || allow(s, who->tid, abi, stop, 1) < 0)
		lose(s, abi, stop->audit_arch);
	if (s->policy.images && abi >= 0)
		image_add_call(&images, who->image, abi, stop->nr,
		    policy_rule_for(&s->policy, abi, stop->nr, stop->args));
	return CALL_PROCEEDS;
}

/* what a tap counted by itself */
static void
count_calls(void *arg, const struct syscall_stop *stop, uint64_t n)
{
	struct session *s = arg;
	int abi = abi_find(stop->audit_arch, stop->nr), r = -1;
	const struct policy_rule *rule = NULL;

	if (abi >= 0 && stop->kind == STOP_ENTRY) {
		/* what is known passes uncounted, as by a filter */
		if (s->known)
			rule = policy_rule_for(s->known, abi, stop->nr,
			    stop->args);
		if (rule && (rule->reasons & REASON_KNOWN))
			return;
		r = allow(s, 0, abi, stop, n);
	} else if (abi >= 0) {
		r = allow_any(s, abi, stop->nr, n);
	}
	s->calls += n;
	if (r < 0)
		lose(s, abi, stop->audit_arch);
}

static int
executed(void *arg, pid_t tid, int image, const char *path)
{
	struct session *s = arg;
	char interpreter[1024];

	/* news, though no call may have been counted for it */
	s->output.calls_written = 0;
	if (!exec_interpreter(tid, path, interpreter, sizeof interpreter))
		interpreter[0] = '\0';
	return image_executed(&images, image, path, interpreter);
}

static void
summarize(const struct session *s)
{
	struct policy_list list;
	struct policy_call c;
	const char *why;
	struct out *o;
	int i;

	policy_list_make(&list, &s->written, BY_NAME);
	for (i = 0; s->options->verbose && i < list.n; i++) {
		c = policy_list_call(&list, i);
		if (!(why = review_reason(c.abi, c.nr)))
			continue;
		o = log_begin();
		out_str(o, "to review: ");
		call_name_write(o, &c);
		out_fmt(o, ": %s", why);
		log_end(o);
	}
	log_warn("%llu calls of %d kinds by %u processes%s%s%s",
	    (unsigned long long)s->calls, list.n, s->trace.processes,
	    s->written.incomplete ? ", incomplete" : "",
	    s->output.fd < 0 ? ": " : "",
	    s->output.wanted ? s->output.path : s->output.folder);
}

int
record_run(const struct options *o)
{
	static struct session s;

	s.options = o;
	s.exec_scope = o->exec_scope;
	s.sink = count_call;
	s.summarize = summarize;
	/* -x alone is not for the union */
	s.output = o->output;
	s.output.widenings = o->widenings;
	s.output.keep_known = o->known;
	s.output.wanted = !o->output.folder || o->output.fd >= 0 ||
	    o->output.path[0];
	s.policy.action = o->action;
	if (o->output.folder || o->output.format->write == table_write) {
		s.policy.images = &images;
		s.executed = executed;
	}
	if (o->known) {
		if (input_read(&s.policy, o->known, 0) < 0)
			return STATUS_FAILED;
		s.known = &s.policy;
	}
	/* else who calls is to be known */
	if (!o->output.folder)
		s.counted = count_calls;
	return session_run(&s);
}
