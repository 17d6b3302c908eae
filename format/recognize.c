/* SPDX-License-Identifier: MIT
 *
 * Tell which format a file has: what reads it, and, from its beginning,
 * whether utrace wrote it, so that no other file is replaced.  A container's
 * config.json is read, but never replaced.
 */
#include "format/format.h"

#include <stdint.h>
#include <string.h>

#include "format/json_policy.h"
#include "format/list.h"
#include "format/readers.h"
#include "format/scan.h"
#include "json_in.h"
#include "lib/util.h"
#include "syscalls/abi.h"

/* --- what reads a file */

/* The formats of texts.  Of a policy the first line with a mark decides. */
static const struct { const char *marks; reader_fn *read; const char *name; }
kinds[] = {
	{ "allowlist\0whitelist\0denylist\0blacklist\0", lxc_read, "lxc" },
	{ "[Service]\0[Unit]\0[Install]\0SystemCallFilter=\0"
	  "SystemCallFilter \0", systemd_read, "systemd" },
	{ "seccomp.\0seccomp-\0caps.\0include \0ignore \0?\0",
	  firejail_read, "firejail" },
	{ "POLICY \0USE \0DEFAULT \0#define \0ALLOW {\0ALLOW{\0ALLOW\n\0"
	  "KILL {\0DENY {\0ERRNO(\0LOG {\0", kafel_read, "kafel" },
	{ "@\0", minijail_read, "minijail" },
	{ "apiVersion:\0kind:\0", spo_read, "spo" },
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* JSON, but not a log whose lines begin with the time or a number: "[  1.0]" */
static bool
is_json(const char *s)
{
	static const char blanks[] = " \t\r\n";

	if (*s == '[')
		return strchr("[]{\"", s[1 + strspn(s + 1, blanks)]);
	/* the word alone is not the name of a call */
	return *s == '{' ||
	    (!strncmp(s, "null", 4) && !s[4 + strspn(s + 4, blanks)]);
}

/* The reader that a line decides for; NULL: none. */
static reader_fn *
reader_of_line(const char *line, bool kind_of_lxc)
{
	int i;

	for (i = !kind_of_lxc; i < N_KINDS; i++)
		if (util_prefix_index(kinds[i].marks, line) >= 0)
			return kinds[i].read;
	return audit_is(line) ? audit_read :
	    strace_is(line) ? strace_read : NULL;
}

/* The reader that a line of a policy without marks shows; NULL: a list's, too,
 * can have it. */
static reader_fn *
reader_of_rule(const char *line)
{
	size_t len = strcspn(line, ":=#( \t\n");

	/* with a list, but not a call in a list with a comment */
	if (!strncmp(line, "seccomp ", 8) && line[8] > ' ' && line[8] != '#')
		return firejail_read;
	/* not "x32:1", a number of another ABI: their names have digits */
	return line[len] == ':' && *line > '9' && (line[len + 1] == ' ' ||
	    (line[len + 1] == '1' && (line[len + 2] <= ' ' ||
	    line[len + 2] == '#') && strcspn(line, "0123456789") > len)) ?
	    minijail_read : NULL;
}

/* The first line that is neither empty nor in a comment of kafel's. */
static const char *
skip_empty_lines(const char *s)
{
	const char *end = s;

	for (; end; end = scan_comment_end(s))
		s = end + strspn(end, " \t\r\n");
	return strncmp(s, "/*", 2) ? s : "";
}

/* The first line that decides does.  Lines that a list can have, too, count if
 * there is none. */
reader_fn *
recognize_reader(const char *text, size_t len)
{
	/* what firejail has in lines like those of a list */
	static const char words[] = "noroot\0nonewprivs\0net \0";
	const char *first = skip_empty_lines(text), *s;
	bool kind_of_lxc = false, own_list = false, profile = false;
	bool audit = false;
	reader_fn *read;

	if (bpf_is(text, len))
		return bpf_read;
	if (is_json(first))
		return json_policy_read;
	for (s = first; *s; s = skip_empty_lines(s + strcspn(s, "\n"))) {
		read = reader_of_line(s, kind_of_lxc);
		if (read)
			return read;
		/* firejail has lines like LXC's second one */
		if (*s != '#')
			kind_of_lxc = (*s == '1' || *s == '2') && s[1] <= ' ';
	}
	for (s = first; *s; s = skip_empty_lines(s + strcspn(s, "\n"))) {
		read = reader_of_rule(s);
		if (read)
			return read;
		own_list |= !strncmp(s, "seccomp", 7) && s[7] <= ' ';
		profile |= util_prefix_index(words, s) >= 0;
		audit |= audit_is_other(s);
	}
	return own_list && profile ? firejail_read : audit ? audit_read :
	    list_read;
}

/* --- its name */

static const char *
skip_comments(const char *s)
{
	for (;; s += strcspn(s, "\n")) {
		s += strspn(s, " \t\r\n\xef\xbb\xbf");
		if ((*s != '#' || s[1] == '!') && strncmp(s, "//", 2) != 0)
			return s;
	}
}

/* By the keys of the outermost object.  Other programs have files with such
 * keys, too, so what utrace wrote has no others, and a value of a policy. */
static const char *
json_format(const char *text, size_t len, bool written)
{
	/* of those that decide the first one does */
	static const char keys[] = "whitelist\0archMap\0architectures\0"
	    "defaultErrnoRet\0defaultErrno\0defaultAction\0policy\0complete\0"
	    "syscalls\0";
	static const char names[] =
	    "whitelist\0docker\0oci\0oci\0oci\0procd\0";
	struct json_in j;
	bool known = false;
	int first = 8, key;

	json_in_init(&j, text, len);
	json_next(&j);
	while (json_next(&j) == JSON_KEY) {
		key = util_word_index(keys, j.string);
		if (key < 0 && written)
			return NULL;
		if (key >= 0 && key < first)
			first = key;
		if (key < 0)
			json_skip(&j);
		else if (key == 0 && json_next(&j) == JSON_ARRAY)
			while (json_next(&j) == JSON_STRING)
				known |= abi_id(j.string) != 0;
		else
			known |= json_skip(&j) == JSON_NUMBER ||
			    !strncmp(j.string, "SCMP_ACT_", 9);
		/* procd would ignore it */
		if (key == first && !strcmp(j.string, "SCMP_ACT_ERRNO"))
			first = 4;
	}
	if (!written)
		return first < 6 ? util_word(names, first) : "oci";
	return known && first < 6 ? util_word(names, first) : NULL;
}

/* A list, or minijail's: a line for each call.  Some names of users, packages
 * or plain words are those of calls, too: most must be. */
static const char *
lines_format(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	char name[ABI_NAME_MAX];
	int lists = 0, minijails = 0, surplus = 0;
	size_t len;

	for (; *s; s = skip_comments(s + strcspn(s, "\n"))) {
		s += *s == '!';         /* a rejected call */
		len = strspn(s, letters);
		if (s[len] == ':' && s[len + 1] != ' ') {
			s += len + 1;
			len = strspn(s, letters);
		}
		if (s[len] == ':' && s[len + 1] == ' ' &&
		    s[len + 2] && strchr("1ar", s[len + 2]))
			minijails++;
		else if (strchr("\t\r\n(", s[len]))
			lists++;
		else
			return NULL;
		if (!len || len >= sizeof name)
			return NULL;
		memcpy(name, s, len);
		name[len] = '\0';
		if (abi_id(name))
			surplus++;
		else if (*s > '9')
			surplus--;
	}
	if (surplus <= 0 || (lists && minijails))
		return NULL;
	return lists ? "list" : "minijail";
}

/* A list whose first lines are those of another format is not a list. */
static const char *
text_format(const char *text, size_t len, bool written)
{
	reader_fn *read = recognize_reader(text, len);
	const char *name = !written || read == list_read ? "list" : "";
	const char *s = skip_comments(text), *lines;
	int i;

	for (i = 0; i < N_KINDS; i++)
		if (kinds[i].read == read)
			name = kinds[i].name;
	if (!written)
		return *s ? name : NULL;
	lines = lines_format(s);
	return lines && !strcmp(lines, name) ? lines : NULL;
}

const char *
format_recognize(const char *text, size_t len, bool written)
{
	static const char heads[] = "[Service]\nSystemCallFilter=\n\0"
	    "2\nallowlist \0seccomp.\0POLICY \0"
	    "apiVersion: security-profiles-operator\0count  share call\0"
	    "by\tprogram\ttimes\t\0";
	static const char names[] =
	    "systemd\0lxc\0firejail\0kafel\0spo\0table\0exec.tsv\0";
	const char *s = skip_comments(text);
	int i = util_prefix_index(heads, s);

	if (bpf_is(text, len))
		return "bpf";
	if (i >= 0)
		return util_word(names, i);
	return *s == '{' ? json_format(s, len - (size_t)(s - text), written) :
	    text_format(text, len, written);
}
