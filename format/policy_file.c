/* SPDX-License-Identifier: MIT
 *
 * Read a policy: tokens to a set of calls.  Tells the formats apart.  A table
 * caps what may stand in JSON; the text is read twice, first to check it and to
 * learn its ABIs and default, then for the calls.
 */
#include "format/policy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "format/text_out.h"
#include "json_in.h"
#include "lib/log.h"
#include "lib/out.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "syscalls/abi.h"

/* objects: the outermost; of archMap, syscalls, args; includes and excludes */
enum { ROOT = 'o', MAP = 'm', RULE = 'r', ARG = 'a', WHEN = 'w' };

/* What may stand in JSON: the object, the type, the key.  Types are s a string,
 * n a number, b a bool, w an object, S a list of strings, m, r and a a list of
 * such objects. */
static const char keys[] =
	"oS" "whitelist\0"
	"on" "policy\0"
	"os" "defaultAction\0"
	"on" "defaultErrnoRet\0"
	"ob" "complete\0"
	"oS" "architectures\0"
	"om" "archMap\0"
	"or" "syscalls\0"
	"ms" "architecture\0"
	"mS" "subArchitectures\0"
	"rs" "name\0"
	"rS" "names\0"
	"rs" "action\0"
	"rn" "errnoRet\0"
	"ra" "args\0"
	"rw" "includes\0"
	"rw" "excludes\0"
	"an" "index\0"
	"an" "value\0"
	"an" "valueTwo\0"
	"as" "op\0"
	"wS" "arches\0"
	"wS" "caps\0"
	"ws" "minKernel\0";
/* in the same order */
enum {
	WHITELIST, POLICY, DEFAULT_ACTION, DEFAULT_ERRNO, COMPLETE,
	ARCHITECTURES, ARCH_MAP, SYSCALLS,
	ARCHITECTURE, SUB_ARCHITECTURES,
	NAME, NAMES, ACTION, ERRNO, ARGS, INCLUDES, EXCLUDES,
	INDEX, VALUE, VALUE_TWO, OP,
	ARCHES, CAPS, MIN_KERNEL,
	N_KEYS
};

/* lists of words, each with its 0; libseccomp's are without SCMP_ACT_ and
 * SCMP_CMP_, operators in the order of OP_* */
static const char operators[] = "NE\0LT\0LE\0EQ\0GE\0GT\0MASKED_EQ\0";
static const char actions[] = "ALLOW\0LOG\0ERRNO\0ERROR\0TRACE\0NOTIFY\0"
    "KILL\0KILL_PROCESS\0KILL_THREAD\0TRAP\0";
enum { A_NONE, A_ALLOW, A_LOG, A_ERRNO, A_ERROR, A_TRACE, A_NOTIFY, A_KILL };
/* REASON_KNOWN and so on, a bit each */
static const char reasons[] = "known\0always\0siblings\0vdso\0death\0restart\0";
/* Docker's name, ours; where they differ */
static const char arches[][8] = {
	"amd64", "x86_64", "x86", "i386", "arm64", "aarch64",
};

static const char no_room[] = "more than there is room for";

/* what a rule is left out for */
enum { FOR_CAPS = 1, FOR_MACHINE, FOR_KERNEL, FOR_NAME, N_FOR };
static const char left_out_for[] = "\0for capabilities\0for other machines\0"
    "for other kernels\0of calls not known here\0";

enum { RULE_TESTS_MAX = 64 };

/* one of "syscalls" */
struct rule {
	struct json_in names;   /* before the value of "name" or "names" */
	int names_key;          /* which of them, 0: neither */
	int left_out;           /* FOR_*, 0: it applies */
	struct policy_test test[RULE_TESTS_MAX];
	int n_tests;
	bool index_twice;       /* two tests are of the same argument */
};

/* an object being read */
struct frame {
	char kind;
	char type;              /* what its last key wants */
	bool in_list;           /* the brackets of that are open */
	int key;
	unsigned seen;          /* bit n: key n stood in it */
};
enum { FRAMES = 4 };            /* outside, and as deep as the table goes */

/* a policy being read */
struct reader {
	struct policy *policy;
	const char *path, *text;
	int reasons;
	struct json_in json;
	struct frame frames[FRAMES], *frame;
	bool adding;            /* the text was checked already */
	bool replay;            /* a rule was read, now its names again */
	unsigned abis;          /* bit i: it is for abis[i] */
	/* by key, what the innermost object of its kind caps; 0: nothing */
	int n[N_KEYS];
	uint64_t value, value_two;
	struct rule rule;
	unsigned left_out[N_FOR];
};

static int
bad(const struct reader *r, const char *at, const char *what)
{
	const char *s, *line = r->text;
	unsigned n = 1;

	for (s = line; s < at; s++)
		if (*s == '\n') {
			n++;
			line = s + 1;
		}
	log_warn("%s:%u:%u: %s", r->path, n, (unsigned)(at - line) + 1, what);
	return -1;
}

/* at the last token; its own error comes first */
static int
bad_json(const struct reader *r, const char *what)
{
	return bad(r, r->json.token, r->json.error ? r->json.error : what);
}

/* place of a word in a list of them, from 1; 0: none */
static int
word(const char *list, const char *s)
{
	int i;

	for (i = 1; *list; i++, list += strlen(list) + 1)
		if (!strcmp(list, s))
			return i;
	return 0;
}

/* place n, from 0 */
static const char *
nth_word(const char *list, int n)
{
	while (n-- > 0)
		list += strlen(list) + 1;
	return list;
}

/* a name, or a number that a call can have */
static bool
is_name(const char *name)
{
	const char *s = name;
	unsigned long n;

	for (; *s; s++)
		if (*s != '_' && (unsigned)*s - '0' > 9 &&
		    ((unsigned)*s | 0x20) - 'a' > 25 &&
		    (*s != '-' || s != name))
			return false;
	if (*name == '-')
		return util_parse_number(name + 1, 1ul << 31, &n) == 0;
	if ((unsigned)*name - '0' <= 9)
		return util_parse_number(name, UINT32_MAX, &n) == 0;
	return s > name && s - name <= ABI_NAME_MAX;
}

/* by number or name; -1: the ABI has none such */
static int64_t
call_nr(int abi, const char *name)
{
	bool minus = *name == '-';
	unsigned long n;

	if (util_parse_number(name + minus, UINT32_MAX, &n) < 0)
		return abi_nr(abi, name);
	return (uint32_t)(minus ? -n : n);
}

/* the test for an ABI: an int is often written as 64 bits with its sign; what
 * 32-bit registers can't hold is false */
static bool
test_fits(int abi, struct policy_test *t)
{
	if (abis[abi].bits == 64)
		return true;
	t->mask = (uint32_t)t->mask;
	if (t->value >= (uint64_t)INT32_MIN)
		t->value = (uint32_t)t->value;
	return t->value <= UINT32_MAX;
}

/* As runc does: where two tests are of the same argument each is a rule. */
static int
add_tests(struct reader *r, int abi, uint32_t nr)
{
	struct policy_test test[RULE_TESTS_MAX];
	int n = r->rule.n_tests, i, fits = 0, failed = 0;

	memcpy(test, r->rule.test, sizeof test);
	for (i = 0; i < n; i++)
		if (test_fits(abi, &test[i]))
			test[fits++] = test[i];
	if (r->rule.index_twice)
		for (i = 0; i < fits; i++)
			failed |= policy_add_rule(r->policy, abi, nr, r->reasons,
			    &test[i], 1);
	else if (fits == n)
		failed = policy_add_rule(r->policy, abi, nr, r->reasons, test, n);
	return failed;
}

/* to what a policy calls it */
static int
refusal(int action, int error)
{
	if (action == A_LOG)
		return ACTION_LOG;
	if (action >= A_KILL)
		return ACTION_KILL;
	if (action >= A_TRACE)  /* the kernel's answer without a supervisor */
		return ENOSYS;
	return error ? error : EPERM;
}

/* with the rule's conditions; -1 as number: none has it, the name is kept */
static int
allow(struct reader *r, int abi, int64_t nr, const char *name)
{
	if (nr < 0 && r->rule.n_tests) {
		r->left_out[FOR_NAME]++;
		return 0;
	}
	if (nr < 0)
		return policy_add_unknown(r->policy, name);
	return r->rule.n_tests ? add_tests(r, abi, (uint32_t)nr) :
	    policy_add(r->policy, abi, (uint32_t)nr, r->reasons, 0);
}

/* a call gets this where it is refused; of rules the first counts */
static int
refuse(struct reader *r, int abi, uint32_t nr, int action)
{
	int why = policy_reasons(r->policy, abi, nr);

	if (action == r->policy->action || (why && !(why & REASON_CONDITIONAL)))
		return 0;
	return policy_set_action(r->policy, abi, nr, action);
}

/* a name that the rule is about */
static int
add_name(struct reader *r, const char *name)
{
	int action = refusal(r->n[ACTION], r->n[ERRNO]), abi, failed = 0;
	bool allows = r->n[ACTION] <= A_LOG, known = false;
	int64_t nr;

	for (abi = 0; abi < abi_count; abi++) {
		if (!(r->abis >> abi & 1) || (nr = call_nr(abi, name)) < 0)
			continue;
		known = true;
		failed |= allows ? allow(r, abi, nr, name) :
		    refuse(r, abi, (uint32_t)nr, action);
	}
	return known || !allows ? failed : allow(r, 0, -1, name);
}

static int
take_name(struct reader *r, int key)
{
	const char *name = r->json.string;
	int failed = 0;

	if (!is_name(name))
		return bad_json(r, "not a system call's name");
	if (key == WHITELIST ? r->adding : r->replay)
		failed = add_name(r, name);
	return failed ? bad_json(r, no_room) : 0;
}

/* abis[] that it names, as a bit */
static int
scmp_abi(const char *name)
{
	int i;

	for (i = 0; i < abi_count; i++)
		if (!strcmp(abis[i].scmp, name))
			return 1 << i;
	return 0;
}

static bool
is_our_arch(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof arches / sizeof *arches; i += 2)
		if (!strcmp(arches[i], name))
			name = arches[i + 1];
	return !strcmp(name, abis[0].name);
}

/* "4.8", "5.10.0-13-amd64"; 0: that is none */
static unsigned
kernel_version(const char *s)
{
	unsigned major = 0, n = 0;

	for (; *s; s++) {
		if ((unsigned)*s - '0' <= 9)
			n = n * 10 + (unsigned)*s - '0';
		else if (*s == '.' && n && !major) {
			major = n;
			n = 0;
		} else {
			break;
		}
	}
	return major << 16 | (major ? n : 0);
}

static int
take_string(struct reader *r, int key)
{
	const char *s = r->json.string;
	bool scmp = !strncmp(s, "SCMP_", 5);
	int i;

	switch (key) {
	case DEFAULT_ACTION:
	case ACTION:
		i = scmp && !strncmp(s + 5, "ACT_", 4) ?
		    word(actions, s + 9) : 0;
		if (!i)
			return bad_json(r, "unknown action");
		if (key == DEFAULT_ACTION && i == A_ALLOW)
			return bad_json(r, "a policy that allows by default");
		r->n[key] = i;
		break;
	case OP:
		i = scmp && !strncmp(s + 5, "CMP_", 4) ?
		    word(operators, s + 9) : 0;
		if (!i)
			return bad_json(r, "unknown operator");
		r->n[key] = i;
		break;
	case ARCHITECTURES:
	case ARCHITECTURE:
	case SUB_ARCHITECTURES:
		r->n[key] |= scmp_abi(s);
		break;
	case ARCHES:
		r->n[key] |= 1 + is_our_arch(s);
		break;
	case CAPS:
		r->n[key] = 1;
		break;
	case MIN_KERNEL:
		r->n[key] = (int)kernel_version(s);
		if (!r->n[key])
			return bad_json(r, "not a kernel's version");
		break;
	default:
		return take_name(r, key);
	}
	return 0;
}

/* errnos from 1 on, but 0 in a whitelist kills; values may also be written as
 * 64 bits with a sign */
static int
take_number(struct reader *r, int key)
{
	const struct json_in *j = &r->json;
	bool minus = j->negative && j->number;
	uint64_t v = minus ? -j->number : j->number;

	if (key == VALUE || key == VALUE_TWO) {
		*(key == VALUE ? &r->value : &r->value_two) = v;
		if (!minus || v >> 63)
			return 0;
	} else if (!minus && v < (key == INDEX ? 6 : ACTION_LOG) &&
	    (v || key == INDEX || key == POLICY)) {
		r->n[key] = (int)v;
		return 0;
	}
	return bad_json(r, "number out of range");
}

static int
add_test(struct reader *r, const struct policy_test *t)
{
	struct rule *rule = &r->rule;
	int i;

	if (rule->n_tests == RULE_TESTS_MAX)
		return bad_json(r, no_room);
	for (i = 0; i < rule->n_tests; i++)
		if (rule->test[i].arg == t->arg)
			rule->index_twice = true;
	rule->test[rule->n_tests++] = *t;
	return 0;
}

static int
end_arg(struct reader *r, unsigned seen)
{
	struct policy_test t = {
		.arg = (uint8_t)r->n[INDEX], .op = (uint8_t)(r->n[OP] - 1),
		.value = r->value,
	};

	if (~seen & (1u << INDEX | 1u << VALUE | 1u << OP))
		return bad_json(r, "a condition without index, value or op");
	if (t.op == OP_MASKED_EQ) {
		t.mask = t.value;
		t.value &= seen >> VALUE_TWO & 1 ? r->value_two : 0;
	}
	return add_test(r, &t);
}

static int
end_rule(struct reader *r)
{
	struct json_in *j = &r->json, behind = *j;
	struct rule *rule = &r->rule;
	bool list = rule->names_key == NAMES;
	int failed = 0;

	if (!rule->names_key || !r->n[ACTION])
		return bad_json(r, "a rule without names or action");
	if (r->adding && rule->left_out) {
		r->left_out[rule->left_out]++;
	} else if (r->adding) {
		*j = rule->names;
		if (list)
			json_next(j);
		r->replay = true;
		while (!failed && json_next(j) == JSON_STRING) {
			failed = take_name(r, NAMES);
			if (!list)
				break;
		}
		r->replay = false;
		*j = behind;
	}
	r->n[ACTION] = rule->n_tests = 0;
	return failed;
}

/* what a capability is needed for is left out: without knowledge the program
 * has none */
static void
end_when(struct reader *r, bool excludes)
{
	int *left_out = &r->rule.left_out, *n = r->n;
	struct utsname u;

	if (n[ARCHES] && (n[ARCHES] > 1) == excludes)
		*left_out = FOR_MACHINE;
	if (n[CAPS] && !excludes)
		*left_out = FOR_CAPS;
	if (!n[MIN_KERNEL])
		return;
	uname(&u);
	if (((int)kernel_version(u.release) >= n[MIN_KERNEL]) == excludes)
		*left_out = FOR_KERNEL;
}

static int
end_root(struct reader *r, unsigned seen)
{
	if (seen & 1u << DEFAULT_ACTION)
		r->policy->action = refusal(r->n[DEFAULT_ACTION],
		    r->n[DEFAULT_ERRNO]);
	else if (!(seen & 1u << WHITELIST))
		return bad(r, r->text, "not a policy");
	else if (seen & 1u << POLICY)
		r->policy->action = r->n[POLICY];
	r->abis |= (unsigned)r->n[ARCHITECTURES];
	/* procd loads what names no ABI, and a whitelist */
	r->policy->main_scope =
	    !(seen & (1u << ARCHITECTURES | 1u << ARCH_MAP));
	return 0;
}

static int
begin_object(struct reader *r, char kind)
{
	const char *row = keys;
	int k;

	for (k = 0; k < N_KEYS; k++, row += strlen(row) + 1)
		if (*row == kind)
			r->n[k] = 0;
	if (kind == RULE)
		memset(&r->rule, 0, sizeof r->rule);
	r->frame++;
	*r->frame = (struct frame){ .kind = kind };
	return 0;
}

static int
end_object(struct reader *r)
{
	const struct frame *f = r->frame--;

	switch (f->kind) {
	case ROOT:
		return end_root(r, f->seen);
	case RULE:
		return end_rule(r);
	case ARG:
		return end_arg(r, f->seen);
	case WHEN:
		end_when(r, f[-1].key == EXCLUDES);
		return 0;
	}
	if (r->n[ARCHITECTURE] & 1)
		r->abis |= (unsigned)r->n[SUB_ARCHITECTURES];
	return 0;
}

static int
take_key(struct reader *r)
{
	struct json_in *j = &r->json;
	struct frame *f = r->frame;
	const char *row = keys;
	int k;

	for (k = 0; k < N_KEYS; k++, row += strlen(row) + 1)
		if (*row == f->kind && !strcmp(row + 2, j->string))
			break;
	if (k == N_KEYS)
		return json_skip(j) == JSON_ERROR ? bad_json(r, NULL) : 0;
	if (f->seen >> k & 1)
		return bad_json(r, "the same key again");
	f->seen |= 1u << k;
	f->key = k;
	f->type = row[1];
	if (k == NAME || k == NAMES) {
		if (r->rule.names_key)
			return bad_json(r, "both name and names");
		r->rule.names = *j;
		r->rule.names_key = k;
	}
	return 0;
}

/* null is an empty list or object */
static int
take(struct reader *r, enum json_token t)
{
	struct frame *f = r->frame;
	bool list = strchr("Smra", f->type);

	if (t == JSON_ERROR)
		return bad_json(r, NULL);
	if (t == JSON_KEY)
		return take_key(r);
	if (t == JSON_OBJECT_END)
		return end_object(r);
	if (t == JSON_ARRAY_END) {
		f->in_list = false;
	} else if (list && !f->in_list) {
		f->in_list = t == JSON_ARRAY;
		if (t != JSON_ARRAY && t != JSON_NULL)
			return bad_json(r, "expected a list");
	} else if (t == JSON_OBJECT && strchr("omraw", f->type)) {
		return begin_object(r, f->type);
	} else if (t == JSON_STRING && (f->type | 0x20) == 's') {
		return take_string(r, f->key);
	} else if (t == JSON_NUMBER && f->type == 'n') {
		return take_number(r, f->key);
	} else if (t == JSON_BOOL && f->type == 'b') {
		r->policy->incomplete |= !r->json.number;
	} else if (t != JSON_NULL || f->type != WHEN) {
		return bad_json(r, "of the wrong type");
	}
	return 0;
}

static int
read_json(struct reader *r, size_t len)
{
	enum json_token t;

	r->abis = 1;
	do {
		json_in_init(&r->json, r->text, len);
		r->frame = r->frames;
		r->frame->type = ROOT;
		while ((t = json_next(&r->json)) != JSON_END)
			if (take(r, t) < 0)
				return -1;
		r->adding = !r->adding;
	} while (r->adding);
	return 0;
}

/* a name as if it were JSON's; where it ends */
static const char *
take_word(struct json_in *j, const char *s, const char *end)
{
	size_t len = 0;

	j->token = s;
	for (; s < end && *s != ':' && *s != '\t' && *s != '('; s++)
		if (len < sizeof j->string - 1)
			j->string[len++] = (char)(*s ? *s : 0xff);
	j->string[len] = '\0';
	return s;
}

/* is that next, behind spaces and brackets?  Then behind it. */
static bool
eat(struct json_in *j, const char *word)
{
	size_t len = strlen(word);

	while (*j->at == ' ' || *j->at == '(' || *j->at == ')')
		j->at++;
	j->token = j->at;
	if (strncmp(j->at, word, len) != 0)
		return false;
	j->at += len;
	return true;
}

/* decimal, or from 0x on */
static bool
eat_number(struct json_in *j, uint64_t *v)
{
	bool hex = eat(j, "0x");
	const char *first = j->at;
	unsigned d;

	for (*v = 0; ; j->at++) {
		d = (unsigned char)*j->at - '0';
		if (d > 9 && hex)
			d = ((unsigned char)*j->at | 0x20) - 'a' + 10;
		if (d > (hex ? 15 : 9))
			return j->at > first;
		if (*v > (hex ? UINT64_MAX / 16 : UINT64_MAX / 10))
			return false;
		*v *= hex ? 16 : 10;
		if (*v > UINT64_MAX - d)
			return false;
		*v += d;
	}
}

/* "(arg0 == 2 && (arg1 & 15) == 1)" */
static int
take_tests(struct reader *r)
{
	static const char ops[] = "!=\0<=\0>=\0==\0<\0>\0";
	static const uint8_t is[] = {
		OP_NE, OP_LE, OP_GE, OP_EQ, OP_LT, OP_GT,
	};
	struct json_in *j = &r->json;
	struct policy_test t;
	bool good;
	size_t i;

	do {
		t = (struct policy_test){ .arg = 0 };
		good = eat(j, "arg") && (unsigned)*j->at - '0' < 6;
		if (good)
			t.arg = (uint8_t)(*j->at++ - '0');
		if (good && eat(j, "&")) {
			t.op = OP_MASKED_EQ;
			good = eat_number(j, &t.mask);
		}
		for (i = 0; good && !eat(j, nth_word(ops, (int)i)); )
			good = ++i < sizeof is;
		if (!good || (t.op && is[i] != OP_EQ) ||
		    !eat_number(j, &t.value))
			return bad_json(r, "not a condition");
		t.op = t.op ? t.op : is[i];
		/* never true; libseccomp would compare the masked bits alone */
		if (t.op == OP_MASKED_EQ && t.value & ~t.mask)
			return bad_json(r, "bits outside of the mask");
		if (add_test(r, &t) < 0)
			return -1;
	} while (eat(j, "&&"));
	r->rule.index_twice = false;
	return 0;
}

/* "name", "i386:name" or a number, maybe conditions, a tab and a reason */
static int
read_line(struct reader *r, const char *s, const char *end)
{
	struct json_in *j = &r->json;
	char full[2 * JSON_STRING_MAX];
	int abi = 0, why = r->reasons, failed;
	size_t len = 0;
	int64_t nr;

	s = take_word(j, s, end);
	if (*s == ':' && is_name(j->string)) {
		len = strlen(j->string);
		abi = abi_by_name(j->string, len);
		memcpy(full, j->string, len);
		full[len++] = ':';
		s = take_word(j, s + 1, end);
	}
	if (*s == ':' || !is_name(j->string))
		return bad_json(r, "not a system call's name");
	memcpy(full + len, j->string, strlen(j->string) + 1);
	r->rule.n_tests = 0;
	j->at = s;
	if (*s == '(') {
		if (take_tests(r) < 0)
			return -1;
		if (j->at[-1] != ')' || (j->at < end && *j->at != '\t'))
			return bad_json(r, "not a condition");
	}
	if (j->at < end && why == REASON_SEEN) {
		take_word(j, j->at + 1, end);
		if (word(reasons, j->string))
			r->reasons = REASON_SEEN << word(reasons, j->string);
	}
	nr = abi < 0 ? -1 : call_nr(abi, full + len);
	failed = allow(r, abi, nr, full);
	r->reasons = why;
	return failed ? bad_json(r, no_room) : 0;
}

static int
read_list(struct reader *r, const char *end)
{
	const char *s, *eol;

	for (s = r->text; s < end; s = eol + 1) {
		eol = memchr(s, '\n', (size_t)(end - s));
		if (!eol)
			eol = end;
		if (*s == '#' && !strncmp(s, "# incomplete\n", 13))
			r->policy->incomplete = true;
		if (*s != '#' && s != eol && read_line(r, s, eol) < 0)
			return -1;
	}
	return 0;
}

/* lines about what was left out, and about each call that one rule allows and
 * another refuses: libseccomp takes no such file, for procd the first counts */
static void
say_losses(const struct reader *r)
{
	const struct policy *p = r->policy;
	const struct policy_override *f = p->overrides;
	struct out *o;
	int i;

	for (i = FOR_CAPS; i < N_FOR; i++)
		if (r->left_out[i])
			log_warn("%s: left out: %u rules %s", r->path,
			    r->left_out[i], nth_word(left_out_for, i));
	for (; f < p->overrides + p->n_overrides; f++) {
		i = policy_reasons(p, f->abi, f->nr);
		if (!i || i & REASON_CONDITIONAL)
			continue;
		o = log_begin();
		out_fmt(o, "%s: ", r->path);
		call_name_write(o, &(struct policy_call){ .nr = f->nr,
		    .abi = f->abi });
		out_str(o, " is both refused and allowed: allowed");
		log_end(o);
	}
}

/* len bytes, with a 0 behind them */
static int
read_text(struct reader *r, size_t len)
{
	const char *end = r->text + len;
	size_t i;
	int result;

	if (len > POLICY_FILE_MAX)
		return bad(r, r->text + POLICY_FILE_MAX, "more than 1 MiB");
	for (i = 0; i < len && strchr(" \t\r\n", r->text[i]) && r->text[i]; i++)
		;
	result = r->text[i] == '{' || r->text[i] == '[' ?
	    read_json(r, len) : read_list(r, end);
	if (result == 0)
		say_losses(r);
	return result;
}

int
policy_file_read(struct policy *p, const char *path, int why, bool optional)
{
	static char text[POLICY_FILE_MAX + 2];
	static struct policy read_;
	struct reader r = {
		.policy = &read_, .path = path, .text = text, .reasons = why,
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), result;
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
	result = read_text(&r, len);
	if (result == 0 && (result = policy_merge(p, &read_)) < 0)
		log_warn("%s: %s", path, no_room);
	return result;
}

void
policy_file_warn_unknown(const struct policy *p, const char *path)
{
	const char *first = policy_next_unknown(p, NULL), *name = first;
	int n = 0;

	while (name) {
		n++;
		name = policy_next_unknown(p, name);
	}
	if (n)
		log_warn("%s: %d names are no calls here, passed over: %s%s", path,
		    n, first, n > 1 ? ", ..." : "");
}
