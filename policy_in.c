/* SPDX-License-Identifier: MIT
 *
 * Read a policy: tokens to a set of calls.  Tells the formats apart.
 */
#include "abi.h"
#include "policy.h"
#include "policy_in.h"
#include "json_in.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* a policy being read */
struct reader {
	struct policy *policy;
	const char *path;
	int why;
	struct json_in json;
	bool is_policy;         /* something in it said so */
};

static int
bad(const struct reader *r, unsigned line, unsigned column, const char *what)
{
	warn("%s:%u:%u: %s", r->path, line, column, what);
	errno = EINVAL;
	return -1;
}

/* at the last token; its own error comes first */
static int
bad_json(const struct reader *r, const char *what)
{
	const struct json_in *j = &r->json;

	return bad(r, j->line, json_column(j), j->error ? j->error : what);
}

/* "openat", "i386:open" or a number, len bytes; 0, 1 if it is not known here,
 * -1 if it is nothing of that kind */
static int
add_call(const struct reader *r, int abi, const char *s, size_t len)
{
	char call[ABI_NAME_MAX + 1];
	unsigned long n;
	int i;

	if (len == 0 || len > ABI_NAME_MAX)
		return -1;
	memcpy(call, s, len);
	call[len] = '\0';
	for (i = 0; i < (int)len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789_-", call[i]))
			return -1;
	if (parse_num(call[0] == '-' ? call + 1 : call, UINT32_MAX, &n) == 0)
		return policy_add(r->policy, abi,
		    (uint32_t)(call[0] == '-' ? -n : n), r->why, 0) < 0;
	return policy_add_name(r->policy, abi, call, r->why) < 0;
}

/* in JSON a name stands for every ABI that the policy is for: the native one,
 * and those that it names */
static int
add_name(struct reader *r, const char *name)
{
	int known = add_call(r, 0, name, strlen(name));

	if (known < 0 || r->json.too_long)
		return bad_json(r, "not a system call's name");
	if (known > 0)
		warn("%s: %s: no such call here, passed over", r->path, name);
	return 0;
}

static int
expect(struct reader *r, enum json_token want, const char *what)
{
	return json_next(&r->json) == want ? 0 : bad_json(r, what);
}

/* an array of names, each to add() */
static int
read_names(struct reader *r, int (*add)(struct reader *, const char *))
{
	enum json_token t;

	if (expect(r, JSON_ARRAY, "expected an array of names") < 0)
		return -1;
	while ((t = json_next(&r->json)) == JSON_STRING)
		if (add(r, r->json.string) < 0)
			return -1;
	return t == JSON_ARRAY_END ? 0 : bad_json(r, "expected a name");
}

/* names are checked where they stand, but only added once the rule around them
 * is known to allow; so a rule is read twice */
static int
check_name(struct reader *r, const char *name)
{
	if (!*name || strlen(name) > ABI_NAME_MAX || r->json.too_long)
		return bad_json(r, "not a system call's name");
	return 0;
}

/* what a rule says beside its names */
struct rule {
	struct json_in names;   /* before their array; line 0: none */
	bool allows, has_args;
};

static int
read_rule_key(struct reader *r, struct rule *rule)
{
	struct json_in *j = &r->json;
	enum json_token t;

	if (!strcmp(j->string, "names")) {
		rule->names = *j;
		return read_names(r, check_name);
	}
	if (!strcmp(j->string, "action")) {
		if (expect(r, JSON_STRING, "expected an action") < 0)
			return -1;
		rule->allows = !strcmp(j->string, "SCMP_ACT_ALLOW") ||
		    !strcmp(j->string, "SCMP_ACT_LOG");
		return 0;
	}
	if (!strcmp(j->string, "args")) {
		t = json_next(j);
		if (t == JSON_NULL)
			return 0;
		if (t != JSON_ARRAY)
			return bad_json(r, "expected an array");
		t = json_next(j);
		if (t == JSON_ARRAY_END)
			return 0;
		rule->has_args = true;
		if (json_skip(j, t) == JSON_ERROR)
			return bad_json(r, "");
		return json_leave(j) == JSON_ERROR ? bad_json(r, "") : 0;
	}
	if (json_skip(j, json_next(j)) == JSON_ERROR)
		return bad_json(r, "");
	return 0;
}

/* one object of "syscalls", behind its brace */
static int
read_rule(struct reader *r)
{
	struct rule rule = { .allows = false };
	struct json_in behind;
	enum json_token t;

	while ((t = json_next(&r->json)) == JSON_KEY)
		if (read_rule_key(r, &rule) < 0)
			return -1;
	if (t != JSON_OBJECT_END)
		return bad_json(r, "expected a key");
	if (!rule.names.line)
		return bad_json(r, "a rule without names");
	if (!rule.allows)
		return 0;
	if (rule.has_args)
		warn("%s:%u: conditions on arguments are not kept", r->path,
		    rule.names.line);
	behind = r->json;
	r->json = rule.names;
	if (read_names(r, add_name) < 0)
		return -1;
	r->json = behind;
	return 0;
}

static int
read_rules(struct reader *r)
{
	enum json_token t;

	if (expect(r, JSON_ARRAY, "expected an array of rules") < 0)
		return -1;
	while ((t = json_next(&r->json)) == JSON_OBJECT)
		if (read_rule(r) < 0)
			return -1;
	return t == JSON_ARRAY_END ? 0 : bad_json(r, "expected a rule");
}

static int
set_action(struct reader *r, int action)
{
	if (!r->policy->action_chosen)
		r->policy->action = action;
	return 0;
}

/* whitelist's "policy", where 0 kills, and OCI's "defaultErrnoRet" */
static int
read_policy_number(struct reader *r)
{
	if (expect(r, JSON_NUMBER, "expected an errno") < 0)
		return -1;
	if (r->json.number < 0 || r->json.number >= ACTION_LOG)
		return bad_json(r, "not an errno");
	return set_action(r, (int)r->json.number);
}

static int
read_default_action(struct reader *r)
{
	static const struct { const char *name; int action; } actions[] = {
		{ "SCMP_ACT_ERRNO", EPERM }, { "SCMP_ACT_LOG", ACTION_LOG },
		{ "SCMP_ACT_KILL", ACTION_KILL },
		{ "SCMP_ACT_KILL_THREAD", ACTION_KILL },
		{ "SCMP_ACT_KILL_PROCESS", ACTION_KILL },
	};
	size_t i;

	if (expect(r, JSON_STRING, "expected an action") < 0)
		return -1;
	r->is_policy = true;
	for (i = 0; i < sizeof actions / sizeof *actions; i++)
		if (!strcmp(actions[i].name, r->json.string))
			return set_action(r, actions[i].action);
	return bad_json(r, "an action that does not refuse");
}

static int
read_whitelist(struct reader *r)
{
	r->is_policy = true;
	return read_names(r, add_name);
}

static int
read_complete(struct reader *r)
{
	if (expect(r, JSON_BOOL, "expected true or false") < 0)
		return -1;
	if (!r->json.number)
		r->policy->incomplete = true;
	return 0;
}

static int
read_json(struct reader *r)
{
	static const struct {
		const char *key;
		int (*read)(struct reader *);
	} keys[] = {
		{ "whitelist", read_whitelist },
		{ "policy", read_policy_number },
		{ "defaultAction", read_default_action },
		{ "defaultErrnoRet", read_policy_number },
		{ "syscalls", read_rules },
		{ "complete", read_complete },
	};
	enum { N = sizeof keys / sizeof *keys };
	enum json_token t;
	int i;

	if (expect(r, JSON_OBJECT, "expected an object") < 0)
		return -1;
	while ((t = json_next(&r->json)) == JSON_KEY) {
		for (i = 0; i < N && strcmp(keys[i].key, r->json.string) != 0; i++)
			;
		if (i < N) {
			if (keys[i].read(r) < 0)
				return -1;
		} else if (json_skip(&r->json, json_next(&r->json)) ==
		    JSON_ERROR) {
			return bad_json(r, "");
		}
	}
	if (t != JSON_OBJECT_END)
		return bad_json(r, "expected a key");
	if (json_next(&r->json) != JSON_END)
		return bad_json(r, "");
	return r->is_policy ? 0 : bad(r, 1, 1, "not a policy");
}

/* utrace's list: "name", "i386:name" or a number, maybe a tab and a reason */
static int
read_list(struct reader *r, const char *s, const char *end)
{
	const char *eol, *tab, *colon;
	unsigned line = 1;
	int abi, known;

	for (; s < end; s = eol + 1, line++) {
		eol = memchr(s, '\n', (size_t)(end - s));
		if (!eol)
			eol = end;
		if (eol == s)
			continue;
		if (*s == '#') {
			if (!strncmp(s, "# incomplete\n", 13))
				r->policy->incomplete = true;
			continue;
		}
		tab = memchr(s, '\t', (size_t)(eol - s));
		if (!tab)
			tab = eol;
		abi = 0;
		colon = memchr(s, ':', (size_t)(tab - s));
		if (colon) {
			abi = abi_by_name(s, (size_t)(colon - s));
			if (abi < 0) {
				warn("%s:%u: an ABI not known here, passed over",
				    r->path, line);
				continue;
			}
			s = colon + 1;
		}
		known = add_call(r, abi, s, (size_t)(tab - s));
		if (known < 0)
			return bad(r, line, 1, "not a system call's name");
		if (known > 0)
			warn("%s:%u: no such call here, passed over", r->path,
			    line);
	}
	return 0;
}

/* the file in memory; NULL and errno */
static char *
load(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), error;
	char *text;
	ssize_t n = 1;

	if (fd < 0)
		return NULL;
	text = mmap(NULL, POLICY_FILE_MAX + 1, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (*len = 0; text != MAP_FAILED && n > 0 && *len <= POLICY_FILE_MAX; )
		if ((n = read(fd, text + *len, POLICY_FILE_MAX + 1 - *len)) > 0)
			*len += (size_t)n;
	error = n < 0 || text == MAP_FAILED ? errno : 0;
	close(fd);
	if (!error && *len > POLICY_FILE_MAX)
		error = EFBIG;
	if (!error)
		return text;
	if (text != MAP_FAILED)
		munmap(text, POLICY_FILE_MAX + 1);
	errno = error;
	return NULL;
}

int
policy_in_file(struct policy *p, const char *path, int why)
{
	struct reader r = { .policy = p, .path = path, .why = why };
	size_t len, i;
	char *text;
	int result;

	text = load(path, &len);
	if (!text) {
		if (errno != ENOENT)
			warn("%s:", path);
		return -1;
	}
	for (i = 0; i < len && strchr(" \t\r\n", text[i]) && text[i]; i++)
		;
	if (i < len && (text[i] == '{' || text[i] == '[')) {
		json_in_init(&r.json, text, len);
		result = read_json(&r);
	} else {
		result = read_list(&r, text, text + len);
	}
	munmap(text, POLICY_FILE_MAX + 1);
	return result;
}
