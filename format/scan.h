/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syscalls/abi.h"

struct reader;

/* What the readers of text formats share: words, numbers, conditions, actions,
 * and calls with an action. */

enum { SCAN_WORD_MAX = ABI_NAME_MAX + 16 };

/* a text being read */
struct scan {
	struct reader *reader;
	const char *at;         /* what is next */
	const char *token;      /* the last word or token, for errors */
	const char *end;        /* of the text, where a NUL is */
	bool in_line;           /* not before the first line */
	bool free_form;         /* lines don't matter; comments are as in C */
	const char *args;       /* the names of the arguments, up to a ) */
	char word[SCAN_WORD_MAX];
};

/* errors of several readers */
extern const char scan_cant[], scan_no_test[], scan_no_name[], scan_unexpected[];

/* Begin with the len bytes of the reader's text. */
void scan_init(struct scan *, struct reader *, size_t len);
/* Print an error at the last token.  Returns -1. */
int scan_error(const struct scan *, const char *what);
/* Go to the next line that has more than a comment, which # or ; begins.
 * Returns 1, 0 at the end of the text, and -1 after an error: there is more in
 * the last line. */
int scan_line(struct scan *);
/* Ignore the rest of the line. */
void scan_skip_line(struct scan *);
/* Skip blanks, and commas too, and this token if it is next.  Returns whether
 * it was. */
bool scan_token(struct scan *, const char *token);
/* The same with the next word, which is then in s->word, and no name if it is
 * too long.  false: no word is next. */
bool scan_word(struct scan *);
/* Parse a decimal number, or a hexadecimal one after 0x; a ~ or minus may
 * precede.  Not one with a leading 0, which is octal for some. */
bool scan_number(struct scan *, uint64_t *);
/* Read "arg0 == 2 && (arg1 & 15) == 1" into the rule being read.  Returns -1
 * after an error. */
int scan_tests(struct scan *);
/* The action that s->word and what follows name: "kill", "EPERM", "errno 38",
 * "ERRNO(38)".  Returns an errno or ACTION_*, less than 0 after an error. */
int scan_action(struct scan *);
/* The bit of the ABI that s->word names, as reader_abi_bit().  0 after an
 * error. */
int scan_abi(const struct scan *);
/* Give the call that s->word names an action, under the rule's tests.  Returns
 * -1 after an error. */
int scan_call(struct scan *, int action);
/* The same with all that follow, "read,write:EPERM", up to something else. */
int scan_calls(struct scan *, int action);
