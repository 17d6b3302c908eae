/* SPDX-License-Identifier: MIT
 *
 * Record every call in a policy.
 */
#include "mode/record.h"

#include <string.h>

#include "format/call_name.h"
#include "format/caps.h"
#include "format/format.h"
#include "format/writers.h"
#include "image/image.h"
#include "image/reach.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/small.h"
#include "lib/sys.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/progress.h"
#include "mode/session.h"
#include "mode/status.h"
#include "mode/target.h"
#include "policy/args.h"
#include "policy/policy.h"
#include "policy/review.h"
#include "syscalls/abi.h"
#include "trace/exec.h"
#include "trace/regs.h"
#include "trace/trace.h"

static struct images images;
static struct reach reach;

static void
print_rule(pid_t tid, int abi, const struct syscall_stop *stop)
{
	struct policy_rule r = { .nr = stop->nr, .abi = (uint8_t)abi };
	struct out *o = log_begin();

	r.n = (uint8_t)args_tests(abi, stop->nr, stop->args, r.test);
	if (tid)
		out_fmt(o, "%d: ", (int)tid);
	call_name_write_rule(o, &r);
	log_end(o);
}

/* Allow a call that was made n times.  Returns -1 if there is no room. */
static int
add_calls(struct session *s, pid_t tid, int abi,
    const struct syscall_stop *stop, uint64_t n)
{
	struct policy *p = &s->policy;
	int added;

	if (!IS_SMALL && s->options->args) {
		added = args_add(p, abi, stop->nr, stop->args, n);
		if (added > 0 && s->options->verbose)
			print_rule(tid, abi, stop);
		return added;
	}
	/* a known call keeps its rules while they match */
	if (policy_add_seen(p, abi, stop->nr, stop->args, n))
		return 0;
	return policy_add(p, abi, stop->nr, REASON_SEEN, n);
}

/* The same for calls whose arguments are unknown.  If the tap should have kept
 * the arguments, there were too many. */
static int
add_calls_with_any_args(struct session *s, int abi, uint32_t nr, uint64_t n)
{
	struct policy *p = &s->policy;
	uint32_t mask[3];

	return args_masks(p, s->options->args, abi, nr, mask) ?
	    args_add_any(p, abi, nr, n) :
	    policy_add(p, abi, nr, REASON_SEEN, n);
}

static void
drop_call(struct session *s, int abi, uint32_t audit_arch)
{
	static uint32_t warned_arch;

	if (abi >= 0 && !s->policy.incomplete)
		log_warn("more than %d system call numbers without a name: the "
		    "others are not recorded", POLICY_UNNAMED_MAX);
	else if (abi < 0 && warned_arch != audit_arch)
		log_warn("unknown ABI, audit architecture %x: its calls are "
		    "not recorded", audit_arch);
	warned_arch = audit_arch;
	s->policy.incomplete = true;
}

/* a call that stopped at its entry */
static int
record_call(void *arg, const struct caller *caller,
    const struct syscall_stop *stop)
{
	struct session *s = arg;
	int abi = abi_find(stop->audit_arch, stop->nr);

	s->calls++;
	if (!IS_SMALL)
		progress_on_call(s, abi, stop);
	if (abi < 0 || add_calls(s, caller->tid, abi, stop, 1) < 0)
		drop_call(s, abi, stop->audit_arch);
	if (!IS_SMALL && s->policy.images && abi >= 0)
		image_add_call(&images, caller->image, abi, stop->nr,
		    policy_rule_for(&s->policy, abi, stop->nr, stop->args));
	return CALL_PROCEEDS;
}

/* n calls that a tap counted in the kernel */
static void
record_counted(void *arg, const struct syscall_stop *stop, uint64_t n)
{
	struct session *s = arg;
	int abi = abi_find(stop->audit_arch, stop->nr), r = -1;
	const struct policy_rule *rule = NULL;

	progress_on_call(s, abi, stop);
	if (abi >= 0 && stop->kind == STOP_ENTRY) {
		/* don't record known calls, as if a filter had passed them */
		if (s->known)
			rule = policy_rule_for(s->known, abi, stop->nr,
			    stop->args);
		if (rule && (rule->reasons & REASON_KNOWN))
			return;
		r = add_calls(s, 0, abi, stop, n);
	} else if (abi >= 0) {
		r = add_calls_with_any_args(s, abi, stop->nr, n);
	}
	s->calls += n;
	if (r < 0)
		drop_call(s, abi, stop->audit_arch);
}

static int
record_exec(void *arg, pid_t tid, int image, const char *path)
{
	struct session *s = arg;
	char interpreter[1024];

	/* changes the result, even if no call was recorded */
	s->output.calls_written = 0;
	if (s->any_tap && images.n == IMAGES_MAX)
		return IMAGE_OTHERS;
	if (!exec_interpreter(tid, interpreter, sizeof interpreter))
		interpreter[0] = '\0';
	image = image_executed(&images, image, path, interpreter);
	if (s->policy.reach)
		reach_add_image(&reach, image, tid, path);
	return image;
}

/* what the programs can also call, with -v by which functions */
static void
print_hints(const struct session *s)
{
	struct out *o = log_begin();

	if (!s->policy.reach || !reach_write_hints(o, &s->written, &reach,
	    s->options->verbose, "also able to call ", ", "))
		return;
	if (reach.adds && !(s->options->widenings & REASON_FILES))
		out_fmt(o, "; -w imports%s adds them",
		    reach.has_code ? ",code" : "");
	log_end(o);
}

void
record_write_counts(struct out *o, const struct session *s, int kinds)
{
	out_fmt(o, "%llu %s by %u %s, %d %s", (unsigned long long)s->calls,
	    s->calls == 1 ? "call" : "calls", s->trace.processes,
	    s->trace.processes == 1 ? "process" : "processes", kinds,
	    kinds == 1 ? "kind" : "kinds");
}

/* Write words as a shell takes them: between quotes if need be.  One that has
 * such a quote itself ends them. */
static void
write_words(struct out *o, char *const *words)
{
	static const char special[] = " \t\n\"\\$&;|<>()*?[]#~!{}`";
	const char *quote;

	for (; *words; words++) {
		if (strchr(*words, '\'')) {
			out_str(o, " ...");
			break;
		}
		quote = !**words || strpbrk(*words, special) ? "'" : "";
		out_fmt(o, " %s%s%s", quote, *words, quote);
	}
}

/* the command that checks the result */
static void
print_next(const struct session *s)
{
	struct out *o = log_begin();

	out_str(o, "next, check it: utrace -c");
	write_words(o, (char *const[]){ (char *)s->output.path, NULL });
	if (*s->options->argv)
		write_words(o, s->options->argv);
	else
		out_str(o, " PROGRAM");
	log_end(o);
}

static void
print_summary(const struct session *s)
{
	struct policy_list list;
	struct policy_call c;
	bool in_file = s->output.fd < 0 && !s->output.failed;
	const char *why;
	struct out *o;
	int i;

	policy_list_make(&list, &s->written, BY_NAME);
	for (i = 0; !IS_SMALL && s->options->verbose &&
	    policy_list_call(&list, i, &c); i++) {
		if (!(why = review_reason(c.abi, c.nr)))
			continue;
		o = log_begin();
		out_str(o, "to review: ");
		call_name_write(o, &c);
		out_fmt(o, ": %s", why);
		log_end(o);
	}
	o = log_begin();
	record_write_counts(o, s, list.n);
	/* with those of -k and -w */
	out_fmt(o, " allowed%s%s%s", s->written.incomplete ? ", incomplete" : "",
	    in_file ? ": " : "", !in_file ? "" : s->output.wanted ? s->output.path : s->output.folder);
	log_end(o);
	if (IS_SMALL)
		return;
	print_hints(s);
	if (in_file && s->output.wanted &&
	    (s->output.format->caps & CAPS_IS_READ))
		print_next(s);
}

int
record_run(const struct options *o)
{
	static struct session s;

	s.options = o;
	s.exec_scope = o->exec_scope;
	s.sink = record_call;
	s.summarize = print_summary;
	s.output = o->output;
	s.output.widenings = o->widenings;
	s.output.keep_known = o->known;
	/* -x without -f writes no policy of all programs together */
	s.output.wanted = !o->output.folder || o->output.fd >= 0 ||
	    o->output.path[0];
	s.policy.action = o->action;
	if (IS_SMALL)
		return session_run(&s);
	if (o->output.folder || o->output.format->write == table_write) {
		s.policy.images = &images;
		s.executed = record_exec;
	}
	/* for a hint, it is enough to know PROGRAM */
	reach.images = &images;
	reach.explain = o->widenings & REASON_FILES;
	s.any_tap = !s.executed && !reach.explain;
	if (reach.explain || s.executed || (!o->quiet && (o->verbose ||
	    sys_terminal_width(log_fd)))) {
		s.policy.reach = &reach;
		s.executed = record_exec;
	}
	if (o->known) {
		/* what the base rejects stays rejected */
		s.policy.keeps_default = s.output.base != NULL;
		s.output.merge |= target_is(&s.output, o->known);
		if (input_read(&s.policy, o->known, 0) < 0)
			return STATUS_FAILED;
		s.known = &s.policy;
	}
	/* a count does not say which program made the calls */
	if (!o->output.folder)
		s.counted = record_counted;
	return session_run(&s);
}
