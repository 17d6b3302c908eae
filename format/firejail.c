/* SPDX-License-Identifier: MIT
 *
 * Write a profile for firejail, because an option on its command line may not
 * be as long.  The filter for the native ABI lets all other ABIs through;
 * seccomp.block-secondary rejects them.  Up to 2026 firejail builds another
 * filter for the native ABI from seccomp.32.keep, so that line has the native
 * names, too.
 */
#include "format/readers.h"
#include "format/writers.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format/calls_text.h"
#include "format/caps.h"
#include "format/reader.h"
#include "format/scan.h"
#include "lib/errors.h"
#include "lib/out.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

static void
write_firejail_action(struct out *o, int action)
{
	out_str(o, action == ACTION_KILL ? "kill" : action == ACTION_LOG ?
	    "log" : error_name(action));
}

/* firejail drops a name that it does not know, without a message.  Its tables
 * end with Linux 5.10, and only those of x86 are complete; x86-64's lacks uprobe
 * and uretprobe.  As a foreign ABI's names also become a filter for the native
 * one, only numbers that are the same in both replace them. */
static bool
firejail_knows(const struct policy_call *c)
{
	return c->nr <= 440 && (c->abi || (c->nr - 335 > 1 &&
	    strstr("x86_64 i386", abis[0].name)));
}

static void
write_firejail_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	const char *name = firejail_knows(c) ? abi_name(c->abi, c->nr) : NULL;

	(void)p;
	if (name)
		out_str(o, name);
	else
		out_fmt(o, "$%d", (int)c->nr);
}

/* In the list for foreign ABIs a native call stands for those of its name. */
static void
write_secondary_call(struct out *o, const struct policy *p,
    const struct policy_call *c)
{
	const char *name = abi_name(c->abi, c->nr);

	struct policy_call call = *c;
	int64_t nr = name ? abi_nr(1, name) : -1;

	if (nr >= 0) {
		call.abi = 1;
		call.nr = (uint32_t)nr;
	}
	write_firejail_call(o, p, &call);
}

static void
write_firejail_override(struct out *o, const struct policy_call *c, int action)
{
	out_char(o, ',');
	write_firejail_call(o, NULL, c);
	out_char(o, ':');
	write_firejail_action(o, action);
}

static void
write_secondary_override(struct out *o, const struct policy_call *c,
    int action)
{
	out_char(o, ',');
	write_secondary_call(o, NULL, c);
	out_char(o, ':');
	write_firejail_action(o, action);
}

void
firejail_write(struct out *o, const struct policy *p)
{
	static const struct calls_text text = {
		FIREJAIL_CAPS, ",", write_firejail_call,
		write_firejail_override, false,
	}, secondary_text = {
		FIREJAIL_CAPS, ",", write_secondary_call,
		write_secondary_override, false,
	};
	bool secondary = false;
	int i;

	calls_text_write_incomplete(o, p, "#");
	calls_text_write(o, &text, p, 0, "seccomp.keep ");
	for (i = 1; i < abi_count; i++)
		if (caps_has_abi(FIREJAIL_CAPS, i) && policy_uses(p, i)) {
			calls_text_write(o, &secondary_text, p, -1,
			    "\nseccomp.32.keep ");
			secondary = true;
		}
	if (!secondary)
		out_str(o, "\nseccomp.block-secondary");
	out_str(o, "\nseccomp-error-action ");
	write_firejail_action(o, caps_action(FIREJAIL_CAPS, p->action));
	out_char(o, '\n');
}

/* --- the reader */

/* Twice: the action may follow the calls that get it. */
int
firejail_read(struct reader *r, size_t len)
{
	static const char keys[] = "seccomp.keep\0seccomp.32.keep\0"
	    "seccomp.drop\0seccomp.32.drop\0seccomp-error-action\0"
	    "seccomp\0seccomp.32\0";
	enum { DROP = 2, ERROR_ACTION = 4, OWN_LIST };
	int error = EPERM, pass, key, action;
	struct scan s;

	for (pass = 0; pass < 2; pass++) {
		scan_init(&s, r, len);
		while (scan_line(&s)) {
			scan_word(&s);
			key = util_word_index(keys, s.word);
			if (key < 0 || (key < ERROR_ACTION && !pass)) {
				scan_skip_line(&s);
				continue;
			}
			if (key == ERROR_ACTION) {
				scan_word(&s);
				error = scan_action(&s);
				continue;
			}
			action = key < DROP ? error : ACTION_ALLOW;
			if (key >= OWN_LIST || r->policy->action + action ==
			    error + ACTION_ALLOW)
				scan_error(&s, scan_cant);
			r->policy->action = action;
			r->abis = key % 2 == 0 ? 1 : abi_count > 1 ? 2 :
			    READER_FOREIGN;
			scan_calls(&s, key < DROP ? ACTION_ALLOW : error);
		}
		if (s.failed)
			return -1;
	}
	return 0;
}
