/* SPDX-License-Identifier: MIT
 *
 * The line on the user's terminal that says how far a recording is.
 *
 * PROGRAM has the same terminal.  So the line is gone before a process reads or
 * writes one of the descriptors 0 to 2, and does not come back.  What can't be
 * seen, because the call does not stop, shows no line at all.
 */
#include "mode/progress.h"

#include <string.h>

#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "mode/options.h"
#include "mode/record.h"
#include "mode/session.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "trace/child.h"
#include "trace/regs.h"
#include "trace/tap.h"

/* The tracer has a group of its own; with -D it has no terminal. */
static bool
in_foreground(const struct session *s)
{
	return sys_in_foreground(log_fd, s->trace.shared->proxy);
}

/* a trace.progress */
static void
show_progress(void *arg)
{
	static uint64_t shown;
	struct session *s = arg;
	struct out *o;

	if (s->calls == shown || !in_foreground(s))
		return;
	shown = s->calls;
	o = log_begin();
	record_write_counts(o, s, s->kinds);
	out_str(o, ", newest ");
	abi_write_call(o, s->newest_abi, s->newest_nr);
	log_show_line(o);
}

void
progress_init(struct session *s, const struct tap *tap)
{
	const struct options *o = s->options;

	if (o->mode == MODE_RECORD && !o->quiet && !o->verbose &&
	    sys_has_escapes(log_fd) && in_foreground(s) &&
	    (!*o->argv || !(s->filter || o->scope_image || tap_counter(tap))))
		s->trace.progress = show_progress;
}

void
progress_on_call(struct session *s, int abi, const struct syscall_stop *stop)
{
	const char *name;

	if (!s->trace.progress || abi < 0)
		return;
	if (!(policy_reasons(&s->policy, abi, stop->nr) & REASON_SEEN)) {
		s->kinds++;
		s->newest_abi = abi;
		s->newest_nr = stop->nr;
	}
	if (s->trace.attached || stop->args[0] > 2 ||
	    !(name = abi_name(abi, stop->nr)) ||
	    !strstr("readv writev", name))
		return;
	s->trace.progress = NULL;
	log_erase_line();
}
