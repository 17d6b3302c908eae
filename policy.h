/* SPDX-License-Identifier: MIT
 * Needs abi.h. */
enum { POLICY_UNNAMED_MAX = 256 };

/* why a call is in a policy: bits, 0 for not at all */
enum {
	WHY_SEEN = 1,           /* recorded */
	WHY_KNOWN = 2,          /* stood in the policy that we started from */
	WHY_ALWAYS = 4,         /* what every process needs to return and exit */
};

/* what a call outside the policy gets; an errno is 1..4095 */
enum { ACTION_KILL = 0, ACTION_LOG = 4096 };

struct policy_call {
	uint32_t nr;
	uint8_t abi;            /* index into abis[] */
	uint8_t why;
	uint64_t count;
};

/* a set of system calls with counts: fixed size, made to be static */
struct policy {
	uint64_t count[ABI_MAX][ABI_POS_MAX];
	uint8_t why[ABI_MAX][ABI_POS_MAX];
	/* numbers outside the tables, in order of (abi, number) */
	struct policy_call unnamed[POLICY_UNNAMED_MAX];
	int n_unnamed;
	int action;             /* an errno, ACTION_KILL or ACTION_LOG */
	bool action_chosen;     /* asked for, not our default */
	bool incomplete;        /* the recording lost something */
};

/* n calls of this number; -1: no room, or nothing known of the ABI's index */
int policy_add(struct policy *, int abi, uint32_t nr, int why, uint64_t n);
/* by name; 0, or -1 if the ABI has no such call */
int policy_add_name(struct policy *, int abi, const char *name, int why);
/* the calls that every process needs, for each ABI in use and the native one */
void policy_add_always(struct policy *);
/* does the policy hold a call of this ABI that is more than WHY_ALWAYS? */
bool policy_uses(const struct policy *, int abi);

enum policy_order { BY_NR, BY_NAME, BY_COUNT };
/* fill calls[] with all calls, native ABI first (BY_COUNT mixes them); BY_NAME
 * puts numbers without a name last; how many there are, never more than
 * POLICY_CALLS_MAX */
enum { POLICY_CALLS_MAX = ABI_MAX * ABI_POS_MAX + POLICY_UNNAMED_MAX };
int policy_list(const struct policy *, enum policy_order, struct policy_call *);
