/* SPDX-License-Identifier: MIT
 *
 * Find system calls in machine code.  The code is read once from its beginning
 * to its end; of each register and of some words of the stack the scan knows
 * whether it holds a constant.  Where a function is called with a constant as its
 * first argument, the scan follows it for some instructions, because the constant
 * may be the number, and it does so, too, for the functions that this one calls.
 * Branches that depend on a condition are not followed.
 */
#include "syscalls/code.h"

#include <stdlib.h>
#include <string.h>

#include "ptrace_arch.h"

enum {
	UNKNOWN = 0xffff,
	STEPS_MAX = 200 / ARCH_CODE_UNIT + 20,  /* in functions that are called */
	DEPTH_MAX = 5,
	STACK_WORDS = 32,
	STEPS_MIN = 10000,      /* steps that any code may take */
};

/* what an instruction does */
enum effect {
	SETS,           /* register `to' = a number of so many bits at `from' */
	LOADS,          /* register `to' = the word at this distance */
	COPIES,         /* register `to' = register `from' */
	TAKES,          /* register `to' = the word this far up the stack */
	CHANGES,        /* register `to' */
	PUTS,           /* the word this far up the stack = register `to' */
	GROWS,          /* the stack, by this distance or its opposite */
	PUSHES,         /* register `to' */
	FILLS,          /* grows by `to' bytes; the lowest word = a number */
	NOTHING,
	CALLS, JUMPS,   /* a distance of so many bits at `from'; 0: unknown */
	RETURNS,
	MAKES_CALL,
};

/* the first row that fits counts */
static const struct instruction {
	uint32_t mask, value;
	uint8_t effect, to, from, bits, len;
} instructions[] = { ARCH_CODE };

enum { LAST_ROW = sizeof instructions / sizeof *instructions - 1 };

/* the first row that may fit, by the first byte, where most bytes fit none */
static uint8_t first_row[256];

struct scan {
	const unsigned char *code;
	size_t size;
	ARCH_CODE_BYTES bytes;          /* of an instruction, and behind it */
	/* where a function that is followed returns to, in its caller's state */
	size_t back;
	int left;               /* steps in the function; 0: none is followed */
	uint16_t sp;
	uint16_t reg[33];
	struct { uint16_t at, value; } stack[STACK_WORDS];
};

/* Forget the values of the registers but for these. */
static void
forget(struct scan *s, unsigned long kept)
{
	int i;

	for (i = 0; i < ARCH_CODE_REGS; i++)
		if (!(kept >> i & 1))
			s->reg[i] = UNKNOWN;
}

/* the word so many bytes up the stack */
static uint16_t *
stack_word(struct scan *s, unsigned long distance)
{
	uint16_t at = (uint16_t)(s->sp + distance);
	unsigned i = at / sizeof(long) % STACK_WORDS;

	if (s->stack[i].at != at) {
		s->stack[i].at = at;
		s->stack[i].value = UNKNOWN;
	}
	return &s->stack[i].value;
}

/* a field of an instruction */
static unsigned long
field(const struct scan *s, const struct instruction *i)
{
	return (unsigned long)(s->bytes >> i->from) & ((1ul << i->bits) - 1);
}

/* the same with its sign */
static unsigned long
signed_field(const struct scan *s, const struct instruction *i)
{
	unsigned long v = field(s, i);

	return (v >> (i->bits - 1)) != 0 ? v - (1ul << i->bits) : v;
}

/* The row of the instruction at an offset, after what it does to registers and
 * the stack. */
static const struct instruction *
step(struct scan *s, size_t at)
{
	const struct instruction *i = instructions +
	    (ARCH_CODE_UNIT == 1 ? first_row[s->code[at]] : 0);
	unsigned long number, constant;
	uint16_t v = UNKNOWN, *to;

	memcpy(&s->bytes, s->code + at, sizeof s->bytes);
	while ((s->bytes & i->mask) != i->value)
		i++;
	number = field(s, i);
	to = &s->reg[s->bytes >> i->to & (ARCH_CODE_REGS - 1)];
	if (i->effect == COPIES) {
		v = s->reg[number];
	} else if (i->effect == TAKES) {
		v = *stack_word(s, number);
	} else if (i->effect == PUTS) {
		*stack_word(s, number) = *to;
	} else if (i->effect == GROWS) {
		s->sp = (uint16_t)(s->sp - labs((long)signed_field(s, i)));
	} else if (ARCH_CODE_PUSHES && i->effect == PUSHES) {
		s->sp = (uint16_t)(s->sp - sizeof(long));
		*stack_word(s, 0) = *to;
	} else if (ARCH_CODE_PUSHES && i->effect == FILLS) {
		s->sp = (uint16_t)(s->sp - i->to);
		*stack_word(s, 0) = (uint16_t)number;
	} else if (i->effect <= LOADS) {
		constant = ARCH_CODE_NUMBER(s->code + at, s->size - at,
		    i->effect, number);
		if (constant < UNKNOWN)
			v = (uint16_t)constant;
	}
	if (i->effect <= CHANGES)
		*to = v;
	s->reg[ARCH_CODE_ZERO] = 0;
	return i;
}

static void
index_rows(void)
{
	unsigned byte, i;

	for (byte = 0; byte < 256; byte++) {
		for (i = 0; (byte ^ instructions[i].value) &
		    instructions[i].mask & 255; i++)
			;
		first_row[byte] = (uint8_t)i;
	}
}

/* where a call or jump at an offset leads to */
static size_t
find_target(const struct scan *s, const struct instruction *i, size_t at,
    unsigned long address)
{
	unsigned long d;

	if (!i->bits)
		return s->size;
	d = signed_field(s, i) * ARCH_CODE_UNIT;
	return ARCH_CODE_IS_REGION(i->value) ? (d - address) & 0xfffffff :
	    at + ARCH_CODE_AHEAD + d;
}

/* Does the function that is called get a constant where the number may be? */
static bool
has_argument(struct scan *s)
{
	int i;

	for (i = 0; i < ARCH_CODE_REGS; i++)
		if ((ARCH_CODE_ARGUMENTS >> i & 1) && s->reg[i] != UNKNOWN)
			return true;
	return *stack_word(s, ARCH_CODE_STACK_ARGUMENT) != UNKNOWN;
}

int
code_scan(const unsigned char *code, size_t size, unsigned long address,
    void (*add)(void *, uint32_t), void *arg)
{
	struct scan scans[DEPTH_MAX], *s = scans;
	const struct instruction *i;
	size_t at, next, to, steps = size + STEPS_MIN;

	if (ARCH_CODE_UNIT == 1)
		index_rows();
	*s = (struct scan){ .code = code, .size = size };
	forget(s, 0);
	for (at = 0; at < size; at = next) {
		i = step(s, at);
		next = at + i->len;
		/* not far, so that a step's time is bounded */
		while (ARCH_CODE_UNIT == 1 && next < size && next < at + 16 &&
		    first_row[code[next]] == LAST_ROW)
			next++;
		if (i->effect == MAKES_CALL) {
			if (s->reg[ARCH_CODE_NR] != UNKNOWN)
				add(arg, s->reg[ARCH_CODE_NR]);
			forget(s, ARCH_CODE_KEPT);
		} else if (i->effect >= CALLS) {
			to = find_target(s, i, at, address);
			if (ARCH_CODE_DELAY)
				step(s, next);
			if (to < size && s->left && i->effect == JUMPS) {
				next = to;
			} else if (to < size && steps &&
			    s < scans + DEPTH_MAX - 1 && has_argument(s)) {
				s->back = next;
				s[1] = s[0];
				s++;
				s->left = STEPS_MAX;
				if (i->effect == CALLS) {
					forget(s, ARCH_CODE_ARGUMENTS);
					s->sp = (uint16_t)(s->sp -
					    ARCH_CODE_RETURN);
				}
				next = to;
			} else {
				forget(s, i->effect == CALLS ?
				    ARCH_CODE_KEPT : 0);
				if (i->effect != CALLS) {
					memset(s->stack, 0, sizeof s->stack);
					if (s->left)
						s->left = 1;
				}
			}
		}
		/* without steps, all functions return */
		while (s->left && (--s->left == 0 || next >= size ||
		    !steps || --steps == 0)) {
			s--;
			next = s->back;
			forget(s, ARCH_CODE_KEPT);
		}
	}
	return steps ? 0 : -1;
}
