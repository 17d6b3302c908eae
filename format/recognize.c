/* SPDX-License-Identifier: MIT
 *
 * Tell from the beginning of a file which format it has, so that utrace
 * replaces no other file.  Knows what the writers write, not all that the
 * readers accept: a container's config.json is read, but never replaced.
 */
#include "format/format.h"

#include <stdint.h>
#include <string.h>

#include "lib/uapi.h"
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

/* by the first of these keys */
static const char *
json_format(const char *s)
{
	static const struct { const char *key, *format; } keys[] = {
		{ "\"ociVersion\"", NULL },
		{ "\"whitelist\"", "whitelist" },
		{ "\"archMap\"", "docker" },
		{ "\"architectures\"", "oci" },
		{ "\"defaultErrnoRet\"", "oci" },
		{ "\"defaultAction\"", "procd" },
		{ "\"syscalls\"", "procd" },
	};
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strstr(s, keys[i].key))
			return keys[i].format;
	return NULL;
}

/* A list, or minijail's: a line for each call.  A name may be unknown, but the
 * first that is known decides. */
static const char *
lines_format(const char *s)
{
	char name[ABI_NAME_MAX];
	bool minijail;
	size_t len;

	for (; *s; s = skip_comments(s + strcspn(s, "\n"))) {
		len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
		minijail = s[len] == ':' && s[len + 1] == ' ';
		if (!len || len >= sizeof name ||
		    !strchr("\t\r\n(:", s[len]))
			return NULL;
		memcpy(name, s, len);
		name[len] = '\0';
		if (s[len] == ':' && !minijail && abi_by_name(s, len) >= 0)
			return "list";
		if (abi_nr(0, name) >= 0)
			return minijail ? "minijail" : "list";
	}
	return NULL;
}

const char *
format_recognize(const char *text, size_t len)
{
	static const struct { const char *head, *format; } heads[] = {
		{ "[Service]\nSystemCallFilter=\n", "systemd" },
		{ "2\nallowlist ", "lxc" },
		{ "seccomp.", "firejail" },
		{ "POLICY ", "kafel" },
		{ "apiVersion: security-profiles-operator", "spo" },
		{ "count  share call", "table" },
		{ "by\tprogram\ttimes\t", "exec.tsv" },
	};
	/* load the audit architecture: how each filter begins */
	const struct uapi_sock_filter load = { 0x20, 0, 0, 4 };
	const char *s = skip_comments(text);
	size_t i;

	if (len >= sizeof load && !memcmp(text, &load, sizeof load))
		return "bpf";
	for (i = 0; i < sizeof heads / sizeof *heads; i++)
		if (!strncmp(s, heads[i].head, strlen(heads[i].head)))
			return heads[i].format;
	return *s == '{' ? json_format(s) : lines_format(s);
}
