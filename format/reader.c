/* SPDX-License-Identifier: MIT
 *
 * What the readers of policies share: the position of an error, the names of
 * calls, and what is added to the policy.
 */
#include "format/reader.h"

#include <stddef.h>
#include <string.h>

#include "lib/log.h"
#include "lib/util.h"
#include "policy/policy.h"
#include "policy/sets.h"
#include "syscalls/abi.h"

const char reader_no_room[] = "too many calls, rules or tests";

int
reader_error_word(const struct reader *r, const char *at, const char *what,
    const char *word)
{
	const char *s, *line = r->text;
	unsigned n = 1;

	for (s = line; s < at; s++)
		if (*s == '\n') {
			n++;
			line = s + 1;
		}
	log_warn("%s:%u:%u: %s%s%s%s", r->path, n, (unsigned)(at - line) + 1,
	    what, word ? " \"" : "", word ? word : "", word ? "\"" : "");
	return -1;
}

int
reader_error(const struct reader *r, const char *at, const char *what)
{
	return reader_error_word(r, at, what, NULL);
}

void
reader_wrong_name(struct reader *r, const char *name, const char *near)
{
	const char *at;

	if (r->wrong_names++ >= READER_WRONG_SHOWN)
		return;
	at = strstr(r->text, name);
	reader_error_word(r, at ? at : r->text, "no such call; did you mean",
	    near);
}

int
reader_reject_unknown(struct reader *r, const char *name)
{
	const char *near;

	if (abi_id(name) || util_word_index(abi_musl_names, name) >= 0)
		return 0;
	/* each takes a while */
	if (r->unknown_names++ == READER_UNKNOWN_MAX)
		return -1;
	near = abi_near_name(name);
	if (near)
		reader_wrong_name(r, name, near);
	else if (r->policy->action == ACTION_ALLOW)
		r->ignored[IGNORED_NAME]++;
	return 0;
}

int
reader_abi_bit(const char *scmp)
{
	/* libseccomp's architectures without SCMP_ARCH_ */
	static const char architectures[] = "X86\0X86_64\0X32\0ARM\0AARCH64\0"
	    "LOONGARCH64\0M68K\0MIPS\0MIPS64\0MIPS64N32\0MIPSEL\0MIPSEL64\0"
	    "MIPSEL64N32\0PPC\0PPC64\0PPC64LE\0S390\0S390X\0PARISC\0PARISC64\0"
	    "RISCV64\0SHEB\0SH\0";
	enum { PREFIX = sizeof "SCMP_ARCH_" - 1 };
	int i;

	if (strncmp(scmp, abis[0].scmp, PREFIX) != 0)
		return 0;
	if (!strcmp(scmp + PREFIX, "NATIVE"))
		return 1;
	for (i = 0; i < abi_count; i++)
		if (!strcmp(abis[i].scmp, scmp))
			return 1 << i;
	return util_word_index(architectures, scmp + PREFIX) < 0 ? 0 :
	    READER_FOREIGN;
}

int
reader_operator(const char *s)
{
	/* in the order of OP_* */
	return util_word_index("NE\0LT\0LE\0EQ\0GE\0GT\0MASKED_EQ\0", s);
}

void
reader_close_abis(struct reader *r, unsigned open, int action)
{
	r->policy->closed_abis =
	    (uint8_t)(~(open | 1) & ((1u << abi_count) - 1));
	r->policy->closed_action = (int16_t)action;
}

unsigned
reader_native_arch(void)
{
	unsigned bits = 0;
	int i;

	for (i = 0; i < abi_count; i++)
		if (abis[i].audit_arch == abis[0].audit_arch)
			bits |= 1u << i;
	return bits;
}

int
reader_not_native(const struct reader *r)
{
	log_warn("%s: it is for other architectures; this machine's is %s",
	    r->path, abis[0].scmp);
	return -1;
}

bool
reader_is_name(const char *name)
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

int64_t
reader_call_nr(int abi, const char *name)
{
	bool minus = *name == '-';
	unsigned long n;

	if (util_parse_number(name + minus, UINT32_MAX, &n) < 0)
		return abi_nr(abi, name);
	return (uint32_t)(minus ? -n : n);
}

int
reader_add_test(struct reader *r, const struct policy_test *t)
{
	if (r->n_tests == READER_TESTS_MAX)
		return -1;
	r->test[r->n_tests++] = *t;
	return 0;
}

/* Adapt a test to an ABI.  A negative int is often written with 64 bits.
 * Returns false if the ABI's registers can't hold the value: the test never
 * holds. */
static bool
fit_test(int abi, struct policy_test *t)
{
	if (abis[abi].bits == 64)
		return true;
	t->mask = (uint32_t)t->mask;
	if (t->value >= (uint64_t)INT32_MIN)
		t->value = (uint32_t)t->value;
	return t->value <= UINT32_MAX;
}

/* Add the rule that was read, or several if each of its tests is one: those that
 * allow, or those of a deny list. */
static int
add_rules(struct reader *r, int abi, uint32_t nr, bool denies)
{
	struct policy_test test[READER_TESTS_MAX];
	int n = r->alternatives ? 1 : r->n_tests, i, k, failed = 0;

	memcpy(test, r->test, sizeof test);
	for (i = 0; i < r->n_tests; i += n) {
		for (k = 0; k < n && fit_test(abi, &test[i + k]); k++)
			;
		if (k == n)
			failed |= denies ? sets_subtract(r->policy, abi, nr,
			    &test[i], n) : policy_add_rule(r->policy, abi, nr,
			    r->reasons, &test[i], n);
	}
	return failed;
}

/* The policy has rules that allow, so what a deny list denies is subtracted. */
static int
deny(struct reader *r, int abi, uint32_t nr, int action)
{
	bool denied = policy_action(r->policy, abi, nr) != ACTION_ALLOW;
	int failed = 0;

	if (!r->n_tests)
		policy_remove(r->policy, abi, nr);
	else if (!policy_reasons(r->policy, abi, nr)) {
		if (denied)
			return 0;       /* with any arguments */
		/* the default allows it */
		failed = policy_add(r->policy, abi, nr, r->reasons, 0);
	}
	failed |= add_rules(r, abi, nr, true);
	return failed | policy_set_action(r->policy, abi, nr, action);
}

/* A rule that rejects a call whatever its arguments are is ignored, as another
 * one allows it under conditions.  It counts once for all ABIs. */
static void
ignore_reject(struct reader *r)
{
	r->ignored[IGNORED_REJECT] += !r->reject_ignored;
	r->reject_ignored = true;
}

/* A rule allows the call under conditions: ignore the one that rejected it.
 * Numbers without a name are not kept. */
static void
ignore_earlier_reject(struct reader *r, int abi, uint32_t nr)
{
	int index = abi_table_index(abi, nr);

	if (index < 0 || !util_has_bit(r->rejected[abi], index))
		return;
	util_clear_bit(r->rejected[abi], index);
	ignore_reject(r);
}

/* In a deny list for a consumer for which the first rule counts: this is it, if
 * it is for any arguments. */
static int
note_first(struct reader *r, int abi, uint32_t nr)
{
	int index = r->first_counts && !r->n_tests ?
	    abi_table_index(abi, nr) : -1;

	if (index >= 0)
		util_set_bit(r->rejected[abi], index);
	return 0;
}

int
reader_allow(struct reader *r, int abi, int64_t nr, const char *name)
{
	/* it does so by default */
	if (r->policy->action == ACTION_ALLOW) {
		note_first(r, abi, (uint32_t)nr);
		return 0;
	}
	/* Conditions are kept for calls of this build only.  In a file for all
	 * machines, allow another one's call too often rather than reject it. */
	if (nr < 0 && r->n_tests) {
		bool keep = r->policy->main_scope && abi_id(name);

		r->ignored[keep ? IGNORED_TESTS : IGNORED_NAME]++;
		if (!keep)
			return 0;
	}
	if (nr < 0)
		return policy_add_unknown(r->policy, name);
	if (r->n_tests)
		ignore_earlier_reject(r, abi, (uint32_t)nr);
	return r->n_tests ? add_rules(r, abi, (uint32_t)nr, false) :
	    policy_add(r->policy, abi, (uint32_t)nr, r->reasons, 0);
}

/* For procd the first rule that applies counts, so a call that was allowed
 * unconditionally stays so. */
int
reader_override(struct reader *r, int abi, uint32_t nr, int action)
{
	int reasons = policy_reasons(r->policy, abi, nr);
	int index = abi_table_index(abi, nr);

	if (r->policy->action == ACTION_ALLOW)
		return r->first_counts && index >= 0 &&
		    util_has_bit(r->rejected[abi], index) ? 0 :
		    deny(r, abi, nr, action) | note_first(r, abi, nr);
	/* libseccomp does not get rules with the default action */
	if ((r->first_counts || (r->reject_counts &&
	    action != r->policy->action)) && !r->n_tests && index >= 0) {
		if (r->reject_counts && reasons & REASON_CONDITIONAL)
			ignore_reject(r);
		else
			util_set_bit(r->rejected[abi], index);
	}
	if ((action == r->policy->action && !r->policy->keeps_default) ||
	    (reasons && !(reasons & REASON_CONDITIONAL)))
		return 0;
	return policy_set_action(r->policy, abi, nr, action);
}

int
reader_add_nr(struct reader *r, int abi, uint32_t nr, int action)
{
	r->native |= abi == 0;
	r->foreign |= abi != 0;
	if (r->last_counts) {
		policy_remove(r->policy, abi, nr);
		policy_remove_action(r->policy, abi, nr);
	}
	return action == ACTION_ALLOW ? reader_allow(r, abi, nr, "") :
	    reader_override(r, abi, nr, action);
}

/* Keep a name that its ABIs lack.  One for foreign ABIs only keeps theirs: by
 * itself it would be the native ABI's, which may have it. */
static int
add_unknown(struct reader *r, const char *name)
{
	char text[2 * ABI_NAME_MAX] = "";
	int abi = 1;

	if (!(r->abis & 1)) {
		while (abi < abi_count - 1 && !(r->abis >> abi & 1))
			abi++;
		strcpy(text, abis[abi].name);
		strcat(text, ":");
	}
	return reader_allow(r, 0, -1, strcat(text, name));
}

int
reader_add(struct reader *r, const char *name, int action)
{
	bool known = false;
	int abi, failed = 0;
	int64_t nr;

	r->reject_ignored = false;
	for (abi = 0; abi < abi_count; abi++) {
		nr = r->abis >> abi & 1 ? reader_call_nr(abi, name) : -1;
		if (nr < 0)
			continue;
		known = true;
		failed |= reader_add_nr(r, abi, (uint32_t)nr, action);
	}
	if (known || r->abis == READER_FOREIGN)
		return failed;
	if (action == ACTION_ALLOW)
		return add_unknown(r, name);
	return reader_reject_unknown(r, name);
}
