/* SPDX-License-Identifier: MIT
 *
 * Write a drop-in for a systemd unit.  Empty assignments undo what the unit
 * itself says.  The manager adds @default to any list, and warns about a name
 * that it does not know.
 */
#include "format/readers.h"
#include "format/writers.h"

#include <stdbool.h>
#include <string.h>

#include "format/calls_text.h"
#include "format/caps.h"
#include "format/reader.h"
#include "format/scan.h"
#include "lib/out.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"
#include "syscalls/groups.h"

static void
write_systemd_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	(void)p;
	out_fmt(o, "SystemCallFilter=%s\n", abi_name(c->abi, c->nr));
}

/* a call that @system-service lacks */
static void
write_lacked_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	(void)p;
	if (!(groups_class(abi_name_id(c->abi, c->nr)) &
	    groups_classes("system-service")))
		out_fmt(o, " %s", abi_name(c->abi, c->nr));
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
	static const struct calls_text lacked = {
		SYSTEMD_CAPS, "", write_lacked_call, NULL, false,
	};
	int action = caps_action(SYSTEMD_CAPS, p->action), i;

	calls_text_write_incomplete(o, p, "#");
	out_str(o, "# by group, which allows more: "
	    "SystemCallFilter=@system-service");
	calls_text_write(o, &lacked, p, -1, "");
	out_str(o, "\n[Service]\nSystemCallFilter=\n");
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

/* --- the reader */

/* The first assignment says whether the list allows or denies; the others add
 * and remove.  Neither the manager's @default nor what it warns about is
 * added. */
static void
read_filter(struct scan *s, int error)
{
	struct policy *p = s->reader->policy;
	bool inverted = scan_token(s, "~"), incomplete = p->incomplete;

	if (!inverted && *s->at == '\n') {
		s->allowed = s->denied = 0;
		memset(p, 0, sizeof *p);
		p->incomplete = incomplete;
		p->action = ACTION_NONE;
		s->reader->native = s->reader->foreign = false;
		return;
	}
	if (p->action == ACTION_NONE)
		p->action = inverted ? ACTION_ALLOW : error;
	scan_calls(s, inverted ? error : ACTION_ALLOW);
}

/* Twice: what holds for the calls may follow them. */
int
systemd_read(struct reader *r, size_t len)
{
	static const char keys[] = "SystemCallFilter\0SystemCallErrorNumber\0"
	    "SystemCallArchitectures\0";
	enum { FILTER, ERROR_NUMBER, ARCHITECTURES };
	/* those that run programs */
	static const char sections[] = "Service\0Socket\0Mount\0Swap\0";
	int error = ACTION_KILL, pass, key;
	unsigned abis_named = 0;
	bool other;
	struct scan s;

	r->last_counts = true;
	for (pass = 0; pass < 2; pass++) {
		scan_init(&s, r, len);
		s.is_unit = true;
		other = false;
		/* the manager adds the native one */
		r->abis = abis_named ? abis_named | 1 : READER_FOREIGN - 1;
		while (scan_line(&s)) {
			if (scan_token(&s, "[")) {
				scan_word(&s);
				other = util_word_index(sections, s.word) < 0;
			}
			scan_word(&s);
			key = !other && scan_token(&s, "=") ?
			    util_word_index(keys, s.word) : -1;
			if (key == FILTER && pass) {
				read_filter(&s, error);
			} else if (key == ERROR_NUMBER && !pass) {
				error = scan_word(&s) ? scan_action(&s) :
				    ACTION_KILL;
			} else if (key == ARCHITECTURES && !pass) {
				if (*s.at == '\n')
					abis_named = 0;
				while (scan_word(&s))
					abis_named |= scan_abi(&s);
			} else {
				scan_skip_value(&s);
			}
		}
		scan_add_groups(&s, UINT64_MAX);
		reader_close_abis(r, r->abis, ACTION_KILL);
		if (s.failed)
			return -1;
	}
	return 0;
}
