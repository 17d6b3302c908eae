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
#include "syscalls/groups.h"

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

/* The keys of a profile.  The first six are of the native and the foreign ABI in
 * turn, and of those of an ABI the first one that the profile has counts. */
enum {
	KEEP = 0, DROP = 2, OWN_LIST = 4, LISTS = 6, ERROR_ACTION = LISTS,
	BLOCK_SECONDARY, ALLOW_DEBUGGERS, IGNORE,
};

static bool
is_at_end(struct scan *s)
{
	return scan_token(s, "#") || *s->at == '\n' || s->at == s->end;
}

/* firejail drops a call with an action that it does not know, without a
 * message. */
static int
read_profile_action(struct scan *s, bool may_log)
{
	char *c;
	int action;

	scan_word(s);
	if (!strcmp(s->word, "kill"))
		return ACTION_KILL;
	if (may_log && !strcmp(s->word, "log"))
		return ACTION_LOG;
	for (c = s->word; *c; c++)
		if ((unsigned)*c - 'a' < 26)
			*c &= ~0x20;
	action = error_number(s->word);
	if (action < 0)
		scan_error_word(s, "unknown action", s->word);
	return action;
}

/* Find where the value of each key begins: the last line with a key counts.
 * Returns the action of what the lists reject. */
static int
find_keys(struct scan *s, const char *values[IGNORE])
{
	static const char keys[] = "seccomp.keep\0seccomp.32.keep\0"
	    "seccomp.drop\0seccomp.32.drop\0seccomp\0seccomp.32\0"
	    "seccomp-error-action\0seccomp.block-secondary\0"
	    "allow-debuggers\0ignore\0";
	bool maybe;
	int error = EPERM, key;

	while (scan_line(s)) {
		maybe = scan_token(s, "?") && scan_word(s) && scan_token(s, ":");
		scan_word(s);
		key = util_word_index(keys, s->word);
		if (key == IGNORE && scan_word(s)) {
			maybe = true;
			key = util_word_index(keys, s->word);
		}
		if (maybe && key >= 0)
			scan_error(s, scan_cant);
		/* the key alone does not undo the list of an earlier line */
		if (key >= 0 && key < IGNORE &&
		    (!values[key] || !is_at_end(s)))
			values[key] = s->at;
		if (key == ERROR_ACTION)
			error = read_profile_action(s, true);
		scan_skip_line(s);
	}
	return error;
}

/* Read an item of a list, and add it if it is negated, or if it is not. */
static void
read_item(struct scan *s, int action, int negated_action, bool wants_negated)
{
	bool negated = scan_token(s, "!");
	int own = negated ? negated_action : action;

	/* a number without a $ is no name that firejail knows, and $010 is 8 */
	if (!scan_word(s) || (unsigned)*s->word - '0' <= 9 ||
	    (!strncmp(s->word, "$0", 2) && s->word[2]) ||
	    (negated && *s->word == '@'))
		scan_error(s, scan_no_name);
	scan_call(s);
	if (scan_token(s, ":"))
		own = read_profile_action(s, false);
	if (negated == wants_negated)
		scan_add(s, own);
}

/* Read a list: what is negated counts, wherever it is. */
static void
read_list(struct scan *s, const char *list, int action, int negated_action)
{
	int pass;

	for (pass = 0; pass < 2; pass++) {
		s->at = list;
		s->reader->last_counts = pass;
		while (!scan_token(s, "\n") && s->at < s->end && *s->at != '#')
			read_item(s, action, negated_action, pass);
		scan_add_groups(s, UINT64_MAX);
	}
}

static void
add_key(struct scan *s, const char *value, int key, int error,
    const char *own_group)
{
	struct policy *p = s->reader->policy;
	int action = key < DROP ? error : ACTION_ALLOW;

	s->token = value;
	/* the other ABI's list is of the other kind */
	if (p->action != ACTION_NONE && p->action != action)
		scan_error(s, scan_cant);
	p->action = action;
	s->reader->abis = key % 2 == 0 ? 1 : abi_count > 1 ? 2 : READER_FOREIGN;
	if (key >= OWN_LIST) {
		s->denied = groups_classes(own_group);
		s->deny_action = error;
	}
	if (key < DROP)
		read_list(s, value, ACTION_ALLOW, error);
	else
		read_list(s, value, error, ACTION_ALLOW);
}

/* What firejail's own list denies i386 on x86-64, from fseccomp's
 * seccomp_secondary.c of firejail 0.9.72. */
static void
add_secondary_list(struct reader *r, int error)
{
	static const uint16_t numbers[] = {
		21, 26, 51, 52, 61, 86, 87, 88, 101, 103, 110, 115, 123, 124,
		127, 128, 129, 130, 135, 149, 169, 217, 245, 246, 247, 248, 249,
		253, 257, 274, 276, 283, 286, 287, 288, 289, 294, 316, 317, 336,
		338, 341, 342, 343, 347, 348, 349, 350,
	};
	size_t i;

	if (abi_count > 1 && !strcmp(abis[1].name, "i386"))
		for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
			reader_add_nr(r, 1, numbers[i], error);
}

int
firejail_read(struct reader *r, size_t len)
{
	const char *values[IGNORE] = { NULL };
	int error, abi, key;
	struct scan s;

	scan_init(&s, r, len);
	s.is_profile = true;
	error = find_keys(&s, values);
	for (abi = 0; abi < 2; abi++) {
		for (key = abi; key < LISTS && !values[key]; key += 2)
			;
		if (key >= LISTS)
			continue;
		add_key(&s, values[key], key, error, values[ALLOW_DEBUGGERS] ?
		    "@default" : "@default-nodebuggers");
		if (key == OWN_LIST && !values[BLOCK_SECONDARY])
			add_secondary_list(r, error);
	}
	/* the filter of a list lets foreign ABIs through, but for x32 */
	reader_close_abis(r, values[BLOCK_SECONDARY] ? 1 : ~reader_native_arch(),
	    error);
	return -s.failed;
}
