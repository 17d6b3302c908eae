/* SPDX-License-Identifier: MIT
 * Needs abi.h, policy.h. */

/* what the consumer of a format can be told */
enum {
	SAYS_ERRNO = 1,         /* any errno for what is refused */
	SAYS_EPERM = 2,         /* that one alone */
	SAYS_LOG = 4,
	SAYS_FOREIGN = 8,       /* calls of the other ABIs */
	SAYS_NUMBERS = 0x10,    /* without a name */
	SAYS_RULES = 0x20,      /* conditions on arguments */
	SAYS_REFUSALS = 0x40,   /* an action for one call: errno, kill; log */
	REFUSES_REST = 0x80,    /* also of a call that has conditions */
	/* and its traps */
	ONE_NAME = 0x100,       /* a name stands for the calls of all ABIs */
	NO_X32 = 0x200,         /* of foreign ABIs none that shares an arch */
	NAMED_ERRNO = 0x400,    /* an errno by name; no log for one call */
	KILLS = 0x800,          /* an errno is taken, but is a kill */
	TEST_ONCE = 0x1000,     /* two tests of an argument: one is enough */
	TEST_SIGNED = 0x2000,   /* values are 63 bits wide */
	TEST_LOW = 0x4000,      /* compares the low 32 bits */
	TEST_LE = 0x8000,       /* and on big-endian machines the wrong ones */
	FEW_RULES = 0x10000,    /* 512 labels, or 200 rules of a call */
	MUSL_NAMES = 0x20000,   /* built with musl's table of names */
	RUNC_NEEDS = 0x40000,   /* say_runc[] too */
	SAYS_UNKNOWN = 0x80000, /* names that this build lacks; the loader does
				 * without, too */
	ARCH_MAP = 0x100000,    /* and not architectures */
};

/* by format */
enum {
	FOR_WHITELIST = SAYS_ERRNO | SAYS_NUMBERS | MUSL_NAMES | SAYS_UNKNOWN,
	FOR_PROCD = SAYS_LOG | KILLS | SAYS_RULES | TEST_LOW | TEST_LE |
	    SAYS_REFUSALS | REFUSES_REST | MUSL_NAMES,
	FOR_OCI = SAYS_ERRNO | SAYS_LOG | SAYS_FOREIGN | ONE_NAME | SAYS_RULES |
	    TEST_ONCE | SAYS_REFUSALS | SAYS_UNKNOWN | RUNC_NEEDS,
	FOR_DOCKER = FOR_OCI | ARCH_MAP,
	FOR_SPO = (FOR_OCI & ~SAYS_ERRNO) | SAYS_EPERM | TEST_SIGNED,
	FOR_SYSTEMD = SAYS_ERRNO | SAYS_FOREIGN | ONE_NAME | SAYS_REFUSALS,
	FOR_MINIJAIL = SAYS_RULES | TEST_LE | FEW_RULES | SAYS_REFUSALS |
	    REFUSES_REST,
	FOR_FIREJAIL = SAYS_ERRNO | NAMED_ERRNO | SAYS_LOG | SAYS_FOREIGN |
	    NO_X32 | SAYS_NUMBERS | SAYS_REFUSALS,
	FOR_KAFEL = SAYS_ERRNO | SAYS_LOG | SAYS_NUMBERS | SAYS_RULES |
	    TEST_LE | FEW_RULES | SAYS_REFUSALS | REFUSES_REST,
	/* list and table name no action, so they take any */
	FOR_LIST = SAYS_ERRNO | SAYS_LOG | SAYS_FOREIGN | SAYS_NUMBERS |
	    SAYS_RULES | SAYS_UNKNOWN,
	FOR_TABLE = (FOR_LIST & ~SAYS_UNKNOWN) | SAYS_REFUSALS | REFUSES_REST,
	FOR_BPF = FOR_TABLE,
};

/* is there a place for calls of this ABI? */
bool say_abi(unsigned says, int abi);
/* can this call be written? */
bool say_call(unsigned says, int abi, uint32_t nr);
/* the action that is written in place of this one */
int say_action(unsigned says, int action);
/* fill list[POLICY_RULES_MAX] with the rules of which one has to hold for the
 * call; 0: the format can't say that, or there are none: allow it anyway */
int say_rules(const struct policy *, unsigned says, int abi, uint32_t nr,
    const struct policy_rule **list);
/* a call's own action where it is refused, as the format can say it; -1: it
 * can't; the policy's own: there is none to be said */
int say_refusal(const struct policy *, unsigned says,
    const struct policy_refusal *);

/* one name after the other, the last is empty */
extern const char say_runc[];
