/* SPDX-License-Identifier: MIT
 *
 * The policies that a run starts from: read a file and widen what it allows.
 */
#include "mode/input.h"

#include "format/policy_file.h"
#include "lib/log.h"
#include "policy/policy.h"
#include "policy/widen.h"

/* The file's default action replaces the built-in one, but not the one that the
 * user chose. */
static int
read_policy(struct policy *p, const char *path, bool optional)
{
	int default_action = p->action, result;

	if (!p->action_chosen)
		p->action = ACTION_NONE;
	result = policy_file_read(p, path, REASON_KNOWN, optional);
	if (p->action == ACTION_NONE)
		p->action = default_action;
	return result;
}

int
input_read(struct policy *p, const char *path, unsigned widenings)
{
	if (read_policy(p, path, false) < 0)
		return -1;
	policy_file_warn_unknown(p, path);
	input_widen(p, widenings);
	return 0;
}

int
input_merge(struct policy *p, const char *path)
{
	return read_policy(p, path, true);
}

void
input_widen(struct policy *p, unsigned widenings)
{
	if (widen(p, widenings) < 0)
		log_warn("-w: no room for more than %d argument rules; some "
		    "calls were not added", POLICY_RULES_MAX);
}
