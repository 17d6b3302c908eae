/* SPDX-License-Identifier: MIT
 *
 * Read a policy from a file: let the reader of its format read it, merge the
 * result.  Nothing of a wrong file is merged.
 */
#include "format/policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "format/call_name.h"
#include "format/json_policy.h"
#include "format/reader.h"
#include "format/readers.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/sys.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

const char *policy_file_caps, *policy_file_kept = "";

static void
warn_ignored(const struct reader *r)
{
	/* in the order of enum reader_ignored, from IGNORED_CAPS on */
	static const char rules[] = "for other capabilities, see --caps\0"
	    "for other machines\0for other kernels\0for unknown calls\0"
	    "on arguments of unknown calls\0"
	    "rejecting calls that others allow\0";
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

/* Names that are nearly those of calls are mistakes, and no calls that are newer
 * than this build.  Returns -1 if there are any, also in rules that reject. */
static int
reject_near_names(struct reader *r)
{
	const char *name = NULL, *near;

	while ((name = call_name_next_strange(r->policy, name))) {
		near = abi_near_name(name);
		if (near)
			reader_wrong_name(r, name, near);
	}
	if (r->wrong_names > READER_WRONG_SHOWN)
		log_warn("%s: and %d more", r->path,
		    r->wrong_names - READER_WRONG_SHOWN);
	return r->wrong_names ? -1 : 0;
}

/* The file that is read and, behind it, one that it includes, and so on, each
 * with a NUL at its end. */
static char texts[POLICY_FILE_MAX + 2];

/* Read a file to a place in texts.  Returns its length; -1 and errno. */
static ssize_t
read_to(const char *path, char *to)
{
	/* a copy of standard input, so that it stays open */
	return sys_read_text(path[0] == '-' && !path[1] ? dup(0) :
	    sys_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY), to,
	    (size_t)(texts + sizeof texts - to));
}

/* a message, and -1, if the text is longer than its room */
static int
check_length(const struct reader *r, size_t len, size_t room)
{
	return len <= room ? 0 : reader_error(r, r->text + room,
	    "the file is larger than 1 MiB");
}

static int
check_nul(const struct reader *r, size_t len)
{
	const char *end = r->text + strlen(r->text);

	return end == r->text + len ? 0 :
	    reader_error(r, end, "unexpected character");
}

int
policy_file_include(struct reader *r, const char *at, const char *name,
    reader_fn *read_as)
{
	enum { INCLUDED_MAX = 64 };
	const char *outer_path = r->path, *outer_text = r->text;
	char *text = strchr(outer_text, '\0') + 1, path[512] = "";
	ssize_t len;
	int result;

	if (*name != '/' && util_append(path, sizeof path, r->path) == 0)
		path[util_base_name(r->path) - r->path] = '\0';
	if (util_append(path, sizeof path, name) < 0 ||
	    r->included++ == INCLUDED_MAX)
		return reader_error(r, at, "nested too deeply");
	len = read_to(path, text);
	if (len < 0)
		return reader_error_word(r, at, "can't read", path);
	r->path = path;
	r->text = text;
	result = check_length(r, (size_t)len,
	    (size_t)(texts + POLICY_FILE_MAX - text)) | check_nul(r, (size_t)len);
	if (result == 0)
		result = read_as(r, (size_t)len);
	r->path = outer_path;
	r->text = outer_text;
	return result;
}

int
policy_file_keep(const char *rule, size_t len)
{
	static char *end = texts;

	/* behind the file */
	if (!*policy_file_kept)
		policy_file_kept = end = strchr(texts, '\0') + 1;
	if (len + 1 > (size_t)(texts + POLICY_FILE_MAX - end))
		return -1;
	*end = ',';
	memcpy(end + 1, rule, len);
	end += len + 1;
	return 0;
}

/* Read the text: len bytes, and a NUL behind them.  optional: it may be
 * empty. */
static int
read_text(struct reader *r, size_t len, bool optional)
{
	reader_fn *read_as;
	const char *s = r->text;

	if (check_length(r, len, POLICY_FILE_MAX) < 0)
		return -1;
	if (!strncmp(s, "\xef\xbb\xbf", 3)) {
		r->text += 3;
		len -= 3;
	}
	if (!strncmp(s, "\xff\xfe", 2) || !strncmp(s, "\xfe\xff", 2))
		return reader_error(r, s, "UTF-16; policies are in UTF-8");
	s = r->text + strspn(r->text, " \t\r\n");
	if (s == r->text + len && !optional)
		return reader_error(r, s, "not a policy: it is empty");
	if (!strncmp(s, "count  ", 7))
		return reader_error(r, s, "a table can't be read; "
		    "use -F list");
	read_as = recognize_reader(r->text, len);
	if ((read_as != json_policy_read && read_as != bpf_read &&
	    check_nul(r, len) < 0) || read_as(r, len) < 0)
		return -1;
	if (reject_near_names(r) < 0)
		return -1;
	if (r->policy->action != ACTION_ALLOW)
		r->policy->closed_abis = 0;
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
	static struct policy read_;
	struct reader r = {
		.policy = &read_, .path = path, .text = texts,
		.reasons = reasons,
	};
	ssize_t len = read_to(path, texts);
	int result;

	if (len < 0) {
		if (optional && errno == ENOENT)
			return 0;
		log_warn("%s:", path);
		return -1;
	}
	memset(&read_, 0, sizeof read_);
	read_.action = ACTION_NONE;
	read_.keeps_default = p->keeps_default;
	result = read_text(&r, (size_t)len, optional);
	if (result == 0 && read_.action == ACTION_ALLOW && p->may_expand) {
		log_warn("%s: a deny list: taking all other calls that this "
		    "build knows", path);
		result = policy_expand(&read_);
		read_.action = ACTION_NONE;
	}
	if (result == 0 && read_.action == ACTION_ALLOW) {
		if (!p->may_deny || p->action_chosen)
			return reader_error(&r, texts,
			    "a deny list: -c, -e and -d read it, without -p, "
			    "-f and -k; -m does alone or with --intersect");
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
