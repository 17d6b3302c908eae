/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct policy;
struct policy_override;
struct policy_rule;

/* what a format can express */
enum {
	CAPS_ERRNO = 1,         /* any errno as default action */
	CAPS_EPERM = 2,         /* EPERM as default action */
	CAPS_LOG = 4,           /* log as default action */
	CAPS_FOREIGN_ABIS = 8,
	CAPS_NUMBERS = 0x10,    /* calls without a name */
	CAPS_RULES = 0x20,      /* argument rules */
	CAPS_OVERRIDES = 0x40,  /* an action for one call: errno, kill; log */
	CAPS_OVERRIDES_RULES = 0x80,    /* also for one that has rules */
	CAPS_UNKNOWN_NAMES = 0x100,     /* names that this build does not know;
					 * the consumer skips those it lacks */

	/* and its consumer's traps */
	CAPS_NAME_FOR_ALL_ABIS = 0x200, /* a name means the calls of all ABIs */
	CAPS_NO_X32 = 0x400,    /* no ABI with the native audit architecture */
	CAPS_NAMED_ERRNO = 0x800,       /* errnos by name, no log for a call */
	CAPS_ERRNO_KILLS = 0x1000,      /* takes an errno, but write a kill */
	CAPS_ONE_TEST_AN_ARG = 0x2000,  /* of two tests of an argument one is
					 * enough */
	CAPS_SIGNED_VALUES = 0x4000,    /* values have 63 bits */
	CAPS_LOW_WORD = 0x8000,         /* compares the low 32 bits only */
	CAPS_LITTLE_ENDIAN = 0x10000,   /* compares the wrong word on big-endian
					 * machines */
	CAPS_FEW_RULES = 0x20000,       /* 512 labels, or 200 rules of a call */
	CAPS_MUSL_NAMES = 0x40000,      /* built with musl's names of calls */
	CAPS_RUNC_CALLS = 0x80000,      /* needs caps_runc_calls[], too */
	CAPS_ARCH_MAP = 0x100000,       /* archMap, not architectures */
	CAPS_ALL_MACHINES = 0x200000,   /* one file serves all machines */
	CAPS_IS_READ = 0x400000,        /* utrace reads the format */
};

/* by format */
enum {
	WHITELIST_CAPS = CAPS_ERRNO | CAPS_NUMBERS | CAPS_UNKNOWN_NAMES |
	    CAPS_MUSL_NAMES | CAPS_IS_READ,
	PROCD_CAPS = CAPS_LOG | CAPS_RULES | CAPS_OVERRIDES |
	    CAPS_OVERRIDES_RULES | CAPS_ERRNO_KILLS | CAPS_LOW_WORD |
	    CAPS_LITTLE_ENDIAN | CAPS_MUSL_NAMES | CAPS_UNKNOWN_NAMES |
	    CAPS_ALL_MACHINES | CAPS_IS_READ,
	OCI_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_FOREIGN_ABIS | CAPS_RULES |
	    CAPS_OVERRIDES | CAPS_UNKNOWN_NAMES | CAPS_NAME_FOR_ALL_ABIS |
	    CAPS_ONE_TEST_AN_ARG | CAPS_RUNC_CALLS | CAPS_IS_READ,
	DOCKER_CAPS = OCI_CAPS | CAPS_ARCH_MAP,
	SPO_CAPS = (OCI_CAPS & ~CAPS_ERRNO) | CAPS_EPERM | CAPS_SIGNED_VALUES,
	LXC_CAPS = CAPS_ERRNO | CAPS_FOREIGN_ABIS | CAPS_RULES |
	    CAPS_OVERRIDES | CAPS_NAME_FOR_ALL_ABIS | CAPS_ONE_TEST_AN_ARG |
	    CAPS_RUNC_CALLS | CAPS_IS_READ,
	SYSTEMD_CAPS = CAPS_ERRNO | CAPS_FOREIGN_ABIS | CAPS_OVERRIDES |
	    CAPS_NAME_FOR_ALL_ABIS | CAPS_IS_READ,
	MINIJAIL_CAPS = CAPS_RULES | CAPS_OVERRIDES | CAPS_OVERRIDES_RULES |
	    CAPS_LITTLE_ENDIAN | CAPS_FEW_RULES | CAPS_IS_READ,
	FIREJAIL_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_FOREIGN_ABIS |
	    CAPS_NUMBERS | CAPS_OVERRIDES | CAPS_NO_X32 | CAPS_NAMED_ERRNO |
	    CAPS_IS_READ,
	KAFEL_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_NUMBERS | CAPS_RULES |
	    CAPS_OVERRIDES | CAPS_OVERRIDES_RULES | CAPS_LITTLE_ENDIAN |
	    CAPS_FEW_RULES | CAPS_IS_READ,
	/* These accept any action: list and table have none. */
	LIST_CAPS = CAPS_ERRNO | CAPS_LOG | CAPS_FOREIGN_ABIS | CAPS_NUMBERS |
	    CAPS_RULES | CAPS_UNKNOWN_NAMES | CAPS_IS_READ | CAPS_OVERRIDES |
	    CAPS_OVERRIDES_RULES,
	TABLE_CAPS = LIST_CAPS & ~(CAPS_UNKNOWN_NAMES | CAPS_IS_READ),
	BPF_CAPS = TABLE_CAPS | CAPS_IS_READ,
};

/* Can the format express calls of this ABI at all? */
bool caps_has_abi(unsigned caps, int abi);
/* Can it express this call? */
bool caps_has_call(unsigned caps, int abi, uint32_t nr);
/* The default action to write in place of this one, which may be the same. */
int caps_action(unsigned caps, int action);
/* Fill list[POLICY_RULES_MAX] with the argument rules to write for a call; one
 * that holds is enough.  Returns how many; 0 to allow the call
 * unconditionally, because it has no rules or the format can't express them. */
int caps_rules(const struct policy *, unsigned caps, int abi, uint32_t nr,
    const struct policy_rule **list);
/* The action to write for a call that gets one of its own.  The default action
 * (caps_action) if none is to be written, -1 if the format can't express it. */
int caps_override(const struct policy *, unsigned caps,
    const struct policy_override *);

/* The names of the calls that runc and crun make between loading the filter and
 * executing the program; an empty name ends them. */
extern const char caps_runc_calls[];
/* Is the call, which the policy does not allow, one of them? */
bool caps_runc_needs(const struct policy *, int abi, uint32_t nr);
/* Has this machine a call of this name, and does the policy not allow it in any
 * ABI, not even with argument rules? */
bool caps_lacks_call(const struct policy *, const char *name);
