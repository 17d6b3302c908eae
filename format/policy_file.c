/* SPDX-License-Identifier: MIT
 *
 * Read a policy from a file: tell which kind of file it is, let that kind's
 * reader read it, merge the result.  Nothing of a wrong file is merged.
 */
#include "format/policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "format/call_name.h"
#include "format/json_policy.h"
#include "format/list.h"
#include "format/reader.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "policy/policy.h"

static void
warn_ignored(const struct reader *r)
{
	/* in the order of enum reader_ignored, from IGNORED_CAPS on */
	static const char rules[] = "for processes with capabilities\0"
	    "for other machines\0for other kernels\0for unknown calls\0"
	    "on arguments of unknown calls\0";
	int i;

	for (i = IGNORED_CAPS; i < IGNORED_N; i++)
		if (r->ignored[i])
			log_warn("%s: ignoring %u rule%s %s", r->path,
			    r->ignored[i], r->ignored[i] > 1 ? "s" : "",
			    util_word(rules, i - IGNORED_CAPS));
}

/* libseccomp would not load a file of which one rule allows a call and another
 * rejects it; for procd the first one counts. */
static void
warn_contradictions(const struct reader *r)
{
	const struct policy *p = r->policy;
	const struct policy_override *f = p->overrides;
	struct out *o;
	int reasons;

	for (; f < p->overrides + p->n_overrides; f++) {
		reasons = policy_reasons(p, f->abi, f->nr);
		if (!reasons || reasons & REASON_CONDITIONAL)
			continue;
		o = log_begin();
		out_fmt(o, "%s: ", r->path);
		call_name_write(o, &(struct policy_call){ .nr = f->nr,
		    .abi = f->abi });
		out_str(o, " is both allowed and rejected; allowing it");
		log_end(o);
	}
}

/* the word null alone, which is JSON, not the name of a call */
static bool
is_null(const char *s)
{
	return !strncmp(s, "null", 4) && !s[4 + strspn(s + 4, " \t\r\n")];
}

/* Read the text: len bytes, and a NUL behind them.  optional: it may be
 * empty. */
static int
read_text(struct reader *r, size_t len, bool optional)
{
	const char *s;

	if (len > POLICY_FILE_MAX)
		return reader_error(r, r->text + POLICY_FILE_MAX,
		    "the file is larger than 1 MiB");
	s = r->text + strspn(r->text, " \t\r\n");
	if ((*s == '{' || *s == '[' || is_null(s) ? json_policy_read :
	    list_read)(r, len) < 0)
		return -1;
	if (!r->native && !r->foreign && !optional)
		return reader_error(r, r->text,
		    "not a policy: it names no system call");
	/* a run must not start from a policy for another machine */
	if (!r->native && r->foreign && r->reasons == REASON_KNOWN)
		return reader_not_native(r);
	warn_ignored(r);
	warn_contradictions(r);
	return 0;
}

int
policy_file_read(struct policy *p, const char *path, int reasons, bool optional)
{
	static char text[POLICY_FILE_MAX + 2];
	static struct policy read_;
	struct reader r = {
		.policy = &read_, .path = path, .text = text,
		.reasons = reasons,
	};
	int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY), result;
	size_t len = 0;
	ssize_t n = fd;

	if (fd < 0 && optional && errno == ENOENT)
		return 0;
	if (fd >= 0) {
		while ((n = read(fd, text + len, sizeof text - 1 - len)) > 0)
			len += (size_t)n;
		close(fd);
	}
	if (n < 0) {
		log_warn("%s:", path);
		return -1;
	}
	text[len] = '\0';
	memset(&read_, 0, sizeof read_);
	read_.action = ACTION_NONE;
	result = read_text(&r, len, optional);
	if (result == 0 && read_.action == ACTION_ALLOW) {
		if (!p->may_deny || p->action_chosen)
			return reader_error(&r, text,
			    "a deny list: -c, -e and -d read it, without -p, "
			    "-f and -k");
		*p = read_;
	} else if (result == 0 && (result = policy_merge(p, &read_)) < 0)
		log_warn("%s: %s", path, reader_no_room);
	return result;
}

void
policy_file_warn_unknown(const struct policy *p, const char *path)
{
	struct out *o;

	/* those of other machines are no mistake: a file can serve several */
	if (!call_name_next_strange(p, NULL))
		return;
	o = log_begin();
	out_fmt(o, "%s: ignoring names that this build does not know: ", path);
	call_name_write_strange(o, p);
	log_end(o);
}
