/* SPDX-License-Identifier: MIT
 *
 * Write a drop-in for a systemd unit.  Empty assignments undo what the unit
 * itself says.  The manager adds @default to any list, and warns about a name
 * that it does not know.
 */
#include "format/writers.h"

#include <string.h>

#include "format/calls_text.h"
#include "format/caps.h"
#include "lib/out.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

static void
write_systemd_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	(void)p;
	out_fmt(o, "SystemCallFilter=%s\n", abi_name(c->abi, c->nr));
}

static void
write_systemd_override(struct out *o, const struct policy_call *c, int action)
{
	out_fmt(o, action ? "SystemCallFilter=~%s:%d\n" :
	    "SystemCallFilter=~%s:kill\n", abi_name(c->abi, c->nr), action);
}

void
systemd_write(struct out *o, const struct policy *p)
{
	static const struct calls_text text = {
		SYSTEMD_CAPS, "", write_systemd_call,
		write_systemd_override, false,
	};
	int action = caps_action(SYSTEMD_CAPS, p->action), i;

	calls_text_write_incomplete(o, p, "#");
	out_str(o, "[Service]\nSystemCallFilter=\n");
	calls_text_write(o, &text, p, -1, "");
	out_str(o, "SystemCallErrorNumber=");
	if (action)
		out_num(o, action);
	out_str(o, "\nSystemCallArchitectures=\n"
	    "SystemCallArchitectures=native");
	for (i = 1; i < abi_count; i++)
		if (policy_uses(p, i))
			out_fmt(o, " %s", strcmp(abis[i].name, "i386") ?
			    abis[i].name : "x86");
	out_char(o, '\n');
}
