/* SPDX-License-Identifier: MIT
 *
 * -m: the union of policies, or another set, without a program.  The union of
 * one converts it to another format.
 */
#include "mode/merge.h"

#include <string.h>

#include "format/call_name.h"
#include "format/caps.h"
#include "format/format.h"
#include "format/policy_file.h"
#include "format/writers.h"
#include "image/image.h"
#include "lib/log.h"
#include "lib/out.h"
#include "mode/input.h"
#include "mode/options.h"
#include "mode/output.h"
#include "mode/status.h"
#include "mode/target.h"
#include "policy/policy.h"

/* Say what a policy has brought to the result. */
static void
print_added(const struct policy *before, const struct policy *p,
    const char *path)
{
	const char *separator = " adds ";
	struct out *o = log_begin();
	struct policy_list list;
	struct policy_call c;
	int i;

	out_str(o, path);
	policy_list_make(&list, p, BY_NAME);
	for (i = 0; policy_list_call(&list, i, &c); i++) {
		if (!policy_change(before, p, c.abi, c.nr))
			continue;
		out_str(o, separator);
		separator = ", ";
		call_name_write(o, &c);
	}
	if (*separator == ' ')
		out_str(o, " adds no call");
	log_end(o);
}

/* Does what the format can say of the result allow a call?  Most consumers read
 * a file without calls as no filter at all.  A profile of firejail's needs a call
 * of the native ABI. */
static bool
allows_a_call(const struct output *o, const struct policy *p)
{
	const struct format *f = o->format;
	struct policy_list list;
	struct policy_call c;
	int i;

	/* for people, but a file is read again */
	if (f->write == table_write || (f->write == list_write && !o->path[0]))
		return true;
	policy_list_make(&list, p, BY_NR);
	for (i = 0; policy_list_call(&list, i, &c); i++)
		if (caps_has_call(f->caps, c.abi, c.nr) &&
		    (!c.abi || f->write != firejail_write))
			return true;
	return *policy_file_kept;
}

/* Read the policies one by one, so that each wrong one is reported. */
static int
merge_files(struct policy *p, const struct options *o, enum policy_set set)
{
	static struct policy before;
	int failed = 0;
	char **path;

	p->action = ACTION_NONE;
	/* others than SET_COUNT begin with what the first policy allows */
	if (set == SET_COUNT)
		p->set = set;
	/* the union with an allow list would allow nearly all */
	p->may_expand = set != SET_UNION || !o->argv[1];
	for (path = o->argv; *path; path++) {
		if (o->verbose)
			policy_copy(&before, p);
		if (policy_file_read(p, *path, REASON_SEEN, false) < 0) {
			failed = -1;
			continue;
		}
		p->set = set;
		if (o->verbose && set == SET_UNION)
			print_added(&before, p, *path);
	}
	return failed;
}

int
merge_run(const struct options *o)
{
	static struct policy p;
	static struct output output;
	enum policy_set set = o->set;

	if (set == SET_UNION && o->output.format->write == table_write)
		set = SET_COUNT;
	/* it may be one of the policies; the kernel unlocks it at the end */
	if (o->output.path[0])
		target_lock(&o->output);
	if (merge_files(&p, o, set) < 0)
		return STATUS_FAILED;
	if (set == SET_COUNT)
		policy_at_least(&p, o->at_least);
	output = o->output;
	output.final = true;
	p.action_chosen = o->action_chosen;
	if (o->action_chosen || p.action == ACTION_NONE)
		p.action = o->action;
	input_widen(&p, o->widenings, IMAGE_NOBODY, output.format);
	if (!allows_a_call(&output, &p)) {
		log_warn("%s: the result would allow no call",
		    output.format->name);
		return STATUS_FAILED;
	}
	if (output_write(&output, &p) < 0) {
		output_rescue(&output, &p);
		return STATUS_FAILED;
	}
	format_warn_losses(o->output.format, &p, o->verbose);
	/* lists and tables are read by people first */
	if (p.main_scope && caps_lacks_call(&p, "execve") &&
	    o->output.format->exec_scope &&
	    o->output.format->write != list_write &&
	    o->output.format->write != table_write)
		log_warn("%s: its filter begins at execve, this policy at the "
		    "entry point; -s exec records the calls between",
		    o->output.format->name);
	return 0;
}
