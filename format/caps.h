/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct policy;
struct policy_override;
struct policy_rule;

/* what the consumer of a format can be told */
enum {
	CAPS_ERRNO = 1,         /* any errno for what is refused */
	CAPS_EPERM = 2,         /* that one alone */
	CAPS_LOG = 4,
	CAPS_FOREIGN_ABIS = 8,       /* calls of the other ABIs */
	CAPS_NUMBERS = 0x10,    /* without a name */
	CAPS_RULES = 0x20,      /* conditions on arguments */
	CAPS_OVERRIDES = 0x40,   /* an action for one call: errno, kill; log */
	CAPS_OVERRIDES_RULES = 0x80,    /* also of a call that has conditions */
	/* and its traps */
	CAPS_NAME_FOR_ALL_ABIS = 0x100,       /* a name stands for the calls of all ABIs */
	CAPS_NO_X32 = 0x200,         /* of foreign ABIs none that shares an arch */
	CAPS_NAMED_ERRNO = 0x400,    /* an errno by name; no log for one call */
	CAPS_ERRNO_KILLS = 0x800,          /* an errno is taken, but is a kill */
	CAPS_ONE_TEST_AN_ARG = 0x1000,     /* two tests of an argument: one is enough */
	CAPS_SIGNED_VALUES = 0x2000,   /* values are 63 bits wide */
	CAPS_LOW_WORD = 0x4000,      /* compares the low 32 bits */
	CAPS_LITTLE_ENDIAN = 0x8000,       /* and on big-endian machines the wrong ones */
	CAPS_FEW_RULES = 0x10000,    /* 512 labels, or 200 rules of a call */
	CAPS_MUSL_NAMES = 0x20000,   /* built with musl's table of names */
	CAPS_RUNC_CALLS = 0x40000,   /* caps_runc_calls[] too */
	CAPS_UNKNOWN_NAMES = 0x80000, /* names that this build lacks; the loader does
				 * without, too */
	CAPS_ARCH_MAP = 0x100000,    /* and not architectures */
};

/* by format */
enum {
	WHITELIST_CAPS = CAPS_ERRNO | CAPS_NUMBERS | CAPS_MUSL_NAMES | CAPS_UNKNOWN_NAMES,
	PROCD_CAPS = CAPS_LOG | CAPS_ERRNO_KILLS | CAPS_RULES | CAPS_LOW_WORD | CAPS_LITTLE_ENDIAN |
	    CAPS_OVERRIDES | CAPS_OVERRIDES_RULES | CAPS_MUSL_NAMES,
	OCI_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_FOREIGN_ABIS | CAPS_NAME_FOR_ALL_ABIS | CAPS_RULES |
	    CAPS_ONE_TEST_AN_ARG | CAPS_OVERRIDES | CAPS_UNKNOWN_NAMES | CAPS_RUNC_CALLS,
	DOCKER_CAPS = OCI_CAPS | CAPS_ARCH_MAP,
	SPO_CAPS = (OCI_CAPS & ~CAPS_ERRNO) | CAPS_EPERM | CAPS_SIGNED_VALUES,
	SYSTEMD_CAPS = CAPS_ERRNO | CAPS_FOREIGN_ABIS | CAPS_NAME_FOR_ALL_ABIS | CAPS_OVERRIDES,
	MINIJAIL_CAPS = CAPS_RULES | CAPS_LITTLE_ENDIAN | CAPS_FEW_RULES | CAPS_OVERRIDES |
	    CAPS_OVERRIDES_RULES,
	FIREJAIL_CAPS = CAPS_ERRNO | CAPS_NAMED_ERRNO | CAPS_LOG | CAPS_FOREIGN_ABIS |
	    CAPS_NO_X32 | CAPS_NUMBERS | CAPS_OVERRIDES,
	KAFEL_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_NUMBERS | CAPS_RULES |
	    CAPS_LITTLE_ENDIAN | CAPS_FEW_RULES | CAPS_OVERRIDES | CAPS_OVERRIDES_RULES,
	/* list and table name no action, so they take any */
	LIST_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_FOREIGN_ABIS | CAPS_NUMBERS |
	    CAPS_RULES | CAPS_UNKNOWN_NAMES,
	TABLE_CAPS = (LIST_CAPS & ~CAPS_UNKNOWN_NAMES) | CAPS_OVERRIDES | CAPS_OVERRIDES_RULES,
	BPF_CAPS = TABLE_CAPS,
};

/* is there a place for calls of this ABI? */
bool caps_has_abi(unsigned caps, int abi);
/* can this call be written? */
bool caps_has_call(unsigned caps, int abi, uint32_t nr);
/* the action that is written in place of this one */
int caps_action(unsigned caps, int action);
/* fill list[POLICY_RULES_MAX] with the rules of which one has to hold for the
 * call; 0: the format can't say that, or there are none: allow it anyway */
int caps_rules(const struct policy *, unsigned caps, int abi, uint32_t nr,
    const struct policy_rule **list);
/* a call's own action where it is refused, as the format can say it; -1: it
 * can't; the policy's own: there is none to be said */
int caps_override(const struct policy *, unsigned caps,
    const struct policy_override *);

/* one name after the other, the last is empty */
extern const char caps_runc_calls[];
