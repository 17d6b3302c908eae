/* SPDX-License-Identifier: MIT
 *
 * The hand-rolled JSON writer and the JSON formats.  Knows nothing of taps.
 */
#include "util.h"
#include "abi.h"
#include "policy.h"
#include "json_out.h"

#include <string.h>

void
json_init(struct json *j, struct out *o)
{
	j->out = o;
	j->depth = 0;
	j->first = true;
}

/* bytes of the UTF-8 sequence at s, 0 if there is none */
static int
utf8_len(const unsigned char *s)
{
	int n, i;

	if (*s >= 0xc2 && *s <= 0xdf)
		n = 2;
	else if (*s >= 0xe0 && *s <= 0xef)
		n = 3;
	else if (*s >= 0xf0 && *s <= 0xf4)
		n = 4;
	else
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* too long a form, a surrogate, beyond U+10FFFF */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void
quote(struct out *o, const char *string)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s = (const unsigned char *)string;
	int n;

	out_char(o, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\') {
			out_char(o, '\\');
			out_char(o, (char)*s);
		} else if (*s >= 0x20 && *s < 0x7f) {
			out_char(o, (char)*s);
		} else if ((n = utf8_len(s)) > 0) {
			out_mem(o, (const char *)s, (size_t)n);
			s += n - 1;
		} else {        /* a stray byte as if it were Latin-1 */
			out_str(o, "\\u00");
			out_char(o, hex[*s >> 4]);
			out_char(o, hex[*s & 15]);
		}
	}
	out_char(o, '"');
}

/* what comes before any value: comma, new line, indentation, key */
static void
begin(struct json *j, const char *key)
{
	if (!j->first)
		out_char(j->out, ',');
	if (j->depth > 0) {
		out_char(j->out, '\n');
		out_pad(j->out, '\t', j->depth);
	}
	j->first = false;
	if (key) {
		quote(j->out, key);
		out_str(j->out, ": ");
	}
}

void
json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	out_char(j->out, bracket);
	j->depth++;
	j->first = true;
}

void
json_close(struct json *j, char bracket)
{
	j->depth--;
	if (!j->first) {
		out_char(j->out, '\n');
		out_pad(j->out, '\t', j->depth);
	}
	out_char(j->out, bracket);
	j->first = false;
	if (j->depth == 0)
		out_char(j->out, '\n');
}

void
json_string(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	quote(j->out, value);
}

void
json_number(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	out_num(j->out, value);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	out_str(j->out, value ? "true" : "false");
}

static void
complete(struct json *j, const struct policy *p)
{
	if (p->incomplete)
		json_bool(j, "complete", false);
}

/* procd's first format.  Its loader looks names up and skips what it does not
 * know, so a number can stand there too, as a string. */
void
json_whitelist(struct out *o, const struct policy *p)
{
	static struct policy_call calls[POLICY_CALLS_MAX];
	int n = policy_list(p, BY_NR, calls), i;
	const char *name;
	struct json j;

	json_init(&j, o);
	json_open(&j, NULL, '{');
	json_open(&j, "whitelist", '[');
	for (i = 0; i < n && calls[i].abi == 0; i++) {
		name = abi_name(0, calls[i].nr);
		if (name) {
			json_string(&j, NULL, name);
		} else {
			begin(&j, NULL);
			out_char(o, '"');
			out_num(o, (int32_t)calls[i].nr);
			out_char(o, '"');
		}
	}
	json_close(&j, ']');
	json_number(&j, "policy", p->action);
	complete(&j, p);
	json_close(&j, '}');
}

/* a set of names, a bit an id: several ABIs may share one */
struct name_set {
	unsigned char bit[ABI_ID_MAX / 8];
};

static void
names_add(struct name_set *s, unsigned id)
{
	s->bit[id / 8] = (unsigned char)(s->bit[id / 8] | 1u << id % 8);
}

/* those of the ABIs from 0 up to n */
static void
names_of(struct name_set *s, const struct policy *p, int n)
{
	int abi, pos;

	memset(s, 0, sizeof *s);
	for (abi = 0; abi < n; abi++)
		for (pos = 0; pos < abis[abi].n; pos++)
			if (p->why[abi][pos] && abis[abi].names[pos])
				names_add(s, abis[abi].names[pos]);
}

/* the syscalls array, at most max names an object */
static void
write_rules(struct json *j, const struct name_set *s, int max)
{
	unsigned id = 0;
	int n = 0;

	json_open(j, "syscalls", '[');
	while ((id = abi_next_id(id))) {
		if (!(s->bit[id / 8] >> id % 8 & 1))
			continue;
		if (n % max == 0) {
			if (n) {
				json_close(j, ']');
				json_string(j, "action", "SCMP_ACT_ALLOW");
				json_close(j, '}');
			}
			json_open(j, NULL, '{');
			json_open(j, "names", '[');
		}
		json_string(j, NULL, abi_id_name(id));
		n++;
	}
	if (n) {
		json_close(j, ']');
		json_string(j, "action", "SCMP_ACT_ALLOW");
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
default_action(struct json *j, int action)
{
	if (action == ACTION_KILL || action == ACTION_LOG) {
		json_string(j, "defaultAction", action == ACTION_KILL ?
		    "SCMP_ACT_KILL_PROCESS" : "SCMP_ACT_LOG");
	} else {
		json_string(j, "defaultAction", "SCMP_ACT_ERRNO");
		json_number(j, "defaultErrnoRet", action);
	}
}

/* procd's loader: an object's names become 8-bit jumps (256 names at most); a
 * default of ERRNO has no errno and returns success; every name must be one
 * that the target knows, or the object allows all; no architectures, since
 * only its own passes anyway. */
void
json_procd(struct out *o, const struct policy *p)
{
	struct name_set names;
	struct json j;

	names_of(&names, p, 1);
	json_init(&j, o);
	json_open(&j, NULL, '{');
	default_action(&j, p->action == ACTION_LOG ? ACTION_LOG : ACTION_KILL);
	write_rules(&j, &names, 256);
	complete(&j, p);
	json_close(&j, '}');
}

/* the ABIs in use, as a list or, for Docker, one object with the others under
 * the native one */
static void
write_abis(struct json *j, const struct policy *p, bool docker)
{
	int i;

	json_open(j, docker ? "archMap" : "architectures", '[');
	if (docker) {
		json_open(j, NULL, '{');
		json_string(j, "architecture", abis[0].scmp);
		json_open(j, "subArchitectures", '[');
	} else {
		json_string(j, NULL, abis[0].scmp);
	}
	for (i = 1; i < n_abis; i++)
		if (policy_uses(p, i))
			json_string(j, NULL, abis[i].scmp);
	if (docker) {
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
write_oci(struct out *o, const struct policy *p, const struct name_set *names,
    bool docker)
{
	struct json j;

	json_init(&j, o);
	json_open(&j, NULL, '{');
	default_action(&j, p->action);
	write_abis(&j, p, docker);
	write_rules(&j, names, ABI_ID_MAX);
	complete(&j, p);
	json_close(&j, '}');
}

void
json_oci(struct out *o, const struct policy *p)
{
	struct name_set names;

	names_of(&names, p, n_abis);
	write_oci(o, p, &names, false);
}

/* runc loads the filter and only then drops privileges, closes descriptors and
 * executes the program, so these must pass whatever the program calls. */
void
json_docker(struct out *o, const struct policy *p)
{
	static const char runtime[] =
	    "brk\0capget\0capset\0chdir\0close\0close_range\0dup3\0"
	    "epoll_ctl\0epoll_pwait\0execve\0faccessat2\0fcntl\0"
	    "fcntl64\0fstat\0fstat64\0fstatfs\0fstatfs64\0futex\0"
	    "getdents64\0getpid\0getppid\0gettid\0mmap\0mmap2\0"
	    "mprotect\0munmap\0nanosleep\0newfstatat\0fstatat64\0"
	    "openat\0openat2\0prctl\0read\0readlinkat\0rt_sigaction\0"
	    "rt_sigprocmask\0rt_sigreturn\0sched_yield\0seccomp\0"
	    "setgid\0setgid32\0setgroups\0setgroups32\0setuid\0"
	    "setuid32\0sigaltstack\0stat\0stat64\0statx\0tgkill\0"
	    "write\0";
	struct name_set names;
	const char *name;

	names_of(&names, p, n_abis);
	for (name = runtime; name < runtime + sizeof runtime - 1;
	    name += strlen(name) + 1)
		if (abi_nr(0, name) >= 0)
			names_add(&names, abi_id(name));
	write_oci(o, p, &names, true);
}
