/* SPDX-License-Identifier: MIT
 *
 * Calls that a recording can't show: those that another libc, kernel or build
 * uses for the same purpose, those that the vDSO usually answers, those of a
 * dying program, and those that the kernel makes.  Pure: policy to policy.
 *
 * Widening never adds a call that can do more than the calls it stands for.  If
 * it could, only the equivalent part is added, under a condition, or nothing
 * (execve does not bring execveat, which can run files without a name).
 */
#include "policy/widen.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/util.h"
#include "policy/policy.h"
#include "policy/widen_table.h"
#include "syscalls/abi.h"
#include "syscalls/ids.h"
#include "syscalls/imports.h"

/* a policy being widened for one ABI */
struct widening {
	struct policy *policy;
	int abi;
	bool grown, full;
	bool no_errno, allowed;         /* what should fail with an errno */
};

static int
id_reasons(const struct widening *w, unsigned id)
{
	int64_t nr = abi_id_nr(w->abi, id);

	return nr < 0 ? 0 : policy_reasons(w->policy, w->abi, (uint32_t)nr);
}

/* The same, but 0 for a call that is allowed because of imports alone: their
 * table has what each libc calls, so it brings no siblings. */
static int
seen_reasons(const struct widening *w, unsigned id)
{
	int reasons = id_reasons(w, id);

	return (reasons & ~(REASON_IMPORT | REASON_CONDITIONAL)) ? reasons : 0;
}

static bool
unconditional(int reasons)
{
	return reasons && !(reasons & REASON_CONDITIONAL);
}

static bool
asked_for(int reasons)
{
	return reasons & ~(REASON_WIDENED | REASON_CONDITIONAL);
}

/* Allow the call unconditionally, unless it has rules that are not from
 * widening: those stay. */
static void
add_id(struct widening *w, unsigned id, int reason)
{
	int64_t nr = abi_id_nr(w->abi, id);
	int reasons = id_reasons(w, id);

	if (nr < 0 || unconditional(reasons) || asked_for(reasons))
		return;
	policy_add(w->policy, w->abi, (uint32_t)nr, reason, 0);
	w->grown = true;
}

/* Allow the call if the tests hold.  A call that was allowed before keeps its
 * reasons, and so do its rules: only the new one has none yet. */
static void
add_id_rule(struct widening *w, unsigned id, int reason,
    const struct policy_test *tests, int n)
{
	struct policy *p = w->policy;
	int64_t nr = abi_id_nr(w->abi, id);
	int reasons = id_reasons(w, id), n_rules = p->n_rules, i;

	if (nr < 0 || unconditional(reasons))
		return;
	if (policy_add_rule(p, w->abi, (uint32_t)nr, reasons ? 0 : reason,
	    tests, n) < 0)
		w->full = true;
	for (i = 0; i < p->n_rules; i++)
		if (!p->rules[i].reasons)
			p->rules[i].reasons = (uint16_t)reason;
	w->grown |= p->n_rules != n_rules;
}

static void
add_id_if(struct widening *w, unsigned id, int reason, int condition)
{
	struct policy_test tests[2] = { { .arg = 0 } }, *t = tests;
	int64_t nr = abi_id_nr(w->abi, id);

	if (condition == NEVER) {
		if (nr < 0 || id_reasons(w, id) || w->policy->action == ENOSYS)
			return;
		if (w->no_errno) {
			w->allowed = true;
			add_id(w, id, reason);
		} else if (policy_set_action(w->policy, w->abi, (uint32_t)nr,
		    ENOSYS) < 0) {
			w->full = true;
		}
		return;
	}
	do {
		t->arg = conditions[condition].arg;
		t->op = conditions[condition].op;
		t->value = conditions[condition].value;
		if (t->op >= OP_MASKED_EQ) {
			t->mask = t->value;
			if (t->op == OP_MASKED_EQ)
				t->value = 0;
			t->op = OP_MASKED_EQ;
		}
		t++;
	} while (conditions[condition++].and_next);
	/* On an ABI that has mmap2, mmap may pass its arguments in memory.
	 * Rules on clone that were asked for say more than a fork does. */
	if ((id == ID_mmap && abi_id_nr(w->abi, ID_mmap2) >= 0) ||
	    (id == ID_clone && asked_for(id_reasons(w, id))))
		return;
	add_id_rule(w, id, reason, tests, (int)(t - tests));
}

/* give the rules of each name to the others, up to the next mark */
static void
share_rules(struct widening *w, const uint16_t *names)
{
	const struct policy_rule *first;
	const uint16_t *from, *to;
	struct policy_rule rule;
	int64_t nr;
	int i;

	for (from = names; *from < MARK; from++) {
		nr = abi_id_nr(w->abi, *from);
		for (i = 0; nr >= 0 && i < policy_rules(w->policy, w->abi,
		    (uint32_t)nr, &first); i++)
			for (to = names, rule = first[i]; *to < MARK; to++)
				add_id_rule(w, *to, REASON_SIBLING, rule.test,
				    rule.n);
	}
}

/* returns the next row */
static const uint16_t *
widen_row(struct widening *w, const uint16_t *row)
{
	const uint16_t *names = row + 1, *p;
	int reason = *row & REASON_WIDENED, condition = -1;
	bool any_unconditional = false, any_allowed = false, applies;

	for (p = names; *p < MARK; p++) {
		any_allowed |= id_reasons(w, *p) != 0;
		any_unconditional |= unconditional(seen_reasons(w, *p));
	}
	applies = *p == NEEDS ? any_allowed || p == names : any_unconditional;
	if (*row == SAME_ARGS)
		share_rules(w, names);
	if (*p < IF)
		p++;
	else
		p = names;
	for (; *p < ROW; p++) {
		if (*p >= IF)
			condition = *p - IF;
		else if (applies && condition >= 0)
			add_id_if(w, *p, reason, condition);
		else if (applies)
			add_id(w, *p, reason);
	}
	return p;
}

/* socket() is also socketcall(1), and the other way round; returns the next
 * row */
static const uint16_t *
widen_multiplexer(struct widening *w, const uint16_t *row)
{
	unsigned multiplexer = row[1];
	struct policy_test test = { .op = OP_EQ, .value = row[2] };
	int64_t nr = abi_id_nr(w->abi, multiplexer);
	/* mips has socketcall, but no libc uses it: formats without argument
	 * rules would allow all sockets for nothing */
	bool all_direct = abi_id_nr(w->abi, ID_accept) >= 0;
	uint64_t args[6] = { 0 };

	for (row += 3; *row < MARK; row++, test.value++) {
		args[0] = test.value;
		if (nr < 0 || (multiplexer == ID_socketcall && all_direct))
			continue;
		if (policy_allows(w->policy, w->abi, (uint32_t)nr, args))
			add_id(w, *row, REASON_SIBLING);
		else if (unconditional(seen_reasons(w, *row)))
			add_id_rule(w, multiplexer, REASON_SIBLING, &test, 1);
	}
	return row;
}

/* If clone has rules: fork and vfork are clone with certain flags. */
static void
widen_clone_rules(struct widening *w)
{
	const uint64_t args[6] = { SIGCHLD };
	int64_t nr = abi_id_nr(w->abi, ID_clone);

	if (!(id_reasons(w, ID_clone) & REASON_CONDITIONAL))
		return;
	if (policy_allows(w->policy, w->abi, (uint32_t)nr, args)) {
		add_id(w, ID_fork, REASON_SIBLING);
		add_id(w, ID_vfork, REASON_SIBLING);
	}
}

/* until nothing is added: what a row adds may make another row apply */
static void
widen_abi(struct widening *w, unsigned widenings)
{
	const uint16_t *row;

	do {
		w->grown = false;
		for (row = table; *row != END; )
			if (*row & widenings) {
				row = widen_row(w, row);
			} else {
				while (*++row < ROW)
					;
			}
		if (!(widenings & REASON_SIBLING))
			break;
		for (row = multiplexers; *row != END; )
			row = widen_multiplexer(w, row);
		widen_clone_rules(w);
	} while (w->grown);
}

int
widen(struct policy *p, unsigned widenings)
{
	struct widening w = {
		.policy = p, .no_errno = widenings & WIDEN_NO_ERRNO,
	};

	for (w.abi = 0; widenings && w.abi < abi_count; w.abi++)
		if (w.abi == 0 || policy_uses(p, w.abi))
			widen_abi(&w, widenings);
	return w.full ? -1 : w.allowed;
}

int
widen_add(struct policy *p, int abi, unsigned id, int reason, int condition)
{
	struct widening w = { .policy = p, .abi = abi };

	if (condition == 0)
		add_id(&w, id, reason);
	else
		add_id_if(&w, id, reason, condition - 1);
	return w.full ? -1 : 0;
}

int
widen_equivalents(unsigned id, uint16_t calls[WIDEN_EQUIVALENTS_MAX])
{
	const uint16_t *row = table, *p;
	int n = 0, first, condition;
	bool found;

	for (; *row != END; row = p) {
		found = false;
		first = n;
		condition = 0;
		for (p = row + 1; *p < ROW && *p != NEEDS; p++)
			if (*p == GIVES) {
				/* only what is behind it, if at all */
				if (!found)
					break;
				n = first;
			} else if (*p >= IF) {
				condition = (*p - IF + 1) * IMPORTS_IF;
			} else {
				found |= *p == id;
				if (n < WIDEN_EQUIVALENTS_MAX)
					calls[n++] = (uint16_t)(*p | condition);
			}
		if (!found || *p < ROW)
			n = first;
		while (*p < ROW)
			p++;
	}
	return n;
}

/* in the order of their bits, from REASON_SIBLING on; then the word for all */
static const char words[] =
    "siblings\0vdso\0death\0restart\0imports\0code\0all\0";

unsigned
widen_parse_word(const char *word)
{
	int i = util_word_index(words, word);
	unsigned bit = i < 0 ? 0 : (unsigned)REASON_SIBLING << i;

	return bit > REASON_CODE ? (unsigned)REASON_WIDENED : bit;
}

const char *
widen_reason(unsigned reasons)
{
	int i;

	if (!(reasons & REASON_WIDENED))
		return NULL;
	for (i = 0; !(reasons & (unsigned)REASON_SIBLING << i); i++)
		;
	return util_word(words, i);
}
