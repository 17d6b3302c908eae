/* SPDX-License-Identifier: MIT
 *
 * Tell from the beginning of a file which format it has, so that utrace
 * replaces no other file.  Knows what the writers write, not all that the
 * readers accept: a container's config.json is read, but never replaced.
 */
#include "format/format.h"

#include <stdint.h>
#include <string.h>

#include "format/readers.h"
#include "json_in.h"
#include "lib/util.h"
#include "syscalls/abi.h"

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
 * keys, too, so it may have no others, and one value must be of a policy. */
static const char *
json_format(const char *text, size_t len)
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
		if (key < first)
			first = key;
		if (key < 0)
			return NULL;
		if (key == 0 && json_next(&j) == JSON_ARRAY)
			while (json_next(&j) == JSON_STRING)
				known |= abi_id(j.string) != 0;
		else if (key > 0)
			known |= json_skip(&j) == JSON_NUMBER ||
			    !strncmp(j.string, "SCMP_ACT_", 9);
		/* procd would ignore it */
		if (key == first && !strcmp(j.string, "SCMP_ACT_ERRNO"))
			first = 4;
	}
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

const char *
format_recognize(const char *text, size_t len)
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
	return *s == '{' ? json_format(s, len - (size_t)(s - text)) :
	    lines_format(s);
}
