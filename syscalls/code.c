/* SPDX-License-Identifier: MIT
 *
 * Find system calls in machine code.  The code is read once from its beginning
 * to its end; of each register the scan knows whether it holds a constant.
 * Where a function is called with a constant as its first argument, the scan
 * follows it for some instructions, because the constant may be the number.
 * Branches that depend on a condition are not followed.
 */
#include "syscalls/code.h"

#include <string.h>

#include "ptrace_arch.h"

enum {
	UNKNOWN = 0xffff,
	STEPS_MAX = 200 / ARCH_CODE_UNIT + 20,  /* in functions that are called */
	LONG_BITS = 8 * sizeof(long),
	ARGUMENT = ARCH_CODE_ARGUMENT,
};

/* what an instruction does */
enum effect {
	SETS,           /* register `to' = a number of so many bits at `from' */
	LOADS,          /* register `to' = the word at this distance */
	COPIES,         /* register `to' = register `from' */
	CHANGES,        /* register `to' */
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

/* the first row that may fit, by the first byte, where most bytes fit none */
static uint8_t first_row[256];

struct scan {
	const unsigned char *code;
	size_t size;
	unsigned long bytes;            /* of an instruction, and behind it */
	uint16_t reg[33];
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

/* The row of the instruction at an offset, after what it does to registers. */
static const struct instruction *
step(struct scan *s, size_t at)
{
	const struct instruction *i = instructions +
	    (ARCH_CODE_UNIT == 1 ? first_row[s->code[at]] : 0);
	unsigned long number, constant;
	uint16_t v = UNKNOWN;

	if (ARCH_CODE_UNIT == 1 && !i->mask)
		return i;
	memcpy(&s->bytes, s->code + at, sizeof s->bytes);
	while ((s->bytes & i->mask) != i->value)
		i++;
	number = s->bytes >> i->from & ((1ul << i->bits) - 1);
	if (i->effect == COPIES) {
		v = s->reg[number];
	} else if (i->effect <= LOADS) {
		constant = ARCH_CODE_NUMBER(s->code + at, s->size - at,
		    i->effect, number);
		if (constant < UNKNOWN)
			v = (uint16_t)constant;
	}
	if (i->effect < NOTHING)
		s->reg[s->bytes >> i->to & (ARCH_CODE_REGS - 1)] = v;
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
	d = s->bytes << (LONG_BITS - i->from - i->bits);
	d = (unsigned long)((long)d >> (LONG_BITS - i->bits)) * ARCH_CODE_UNIT;
	return ARCH_CODE_IS_REGION(i->value) ? (d - address) & 0xfffffff :
	    at + ARCH_CODE_AHEAD + d;
}

int
code_scan(const unsigned char *code, size_t size, unsigned long address,
    void (*add)(void *, uint32_t), void *arg)
{
	struct scan s = { .code = code, .size = size }, saved;
	const struct instruction *i;
	size_t at, next, to, back = 0, steps = size;
	int left = 0;           /* steps in the function that is called */

	if (ARCH_CODE_UNIT == 1)
		index_rows();
	forget(&s, 0);
	saved = s;
	for (at = 0; at < size; at = next) {
		i = step(&s, at);
		next = at + i->len;
		if (i->effect == MAKES_CALL) {
			if (s.reg[ARCH_CODE_NR] != UNKNOWN)
				add(arg, s.reg[ARCH_CODE_NR]);
			forget(&s, ARCH_CODE_KEPT);
		} else if (i->effect >= CALLS) {
			to = find_target(&s, i, at, address);
			if (ARCH_CODE_DELAY)
				step(&s, next);
			if (to < size && steps &&
			    (s.reg[ARGUMENT] != UNKNOWN ||
			    (left && i->effect == JUMPS))) {
				if (!left) {
					saved = s;
					back = next;
					left = STEPS_MAX;
				}
				if (i->effect == CALLS)
					forget(&s, 1ul << ARGUMENT);
				next = to;
			} else {
				forget(&s, i->effect == CALLS ?
				    ARCH_CODE_KEPT : 0);
				if (i->effect != CALLS && left)
					left = 1;
			}
		}
		if (left && (--left == 0 || next >= size || --steps == 0)) {
			left = 0;
			s = saved;
			next = back;
			forget(&s, ARCH_CODE_KEPT);
		}
	}
	return steps ? 0 : -1;
}
