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

/* A text being read.  An error ends it: the first one is printed, and from then
 * on nothing follows, so a reader only looks at `failed` at its end. */
struct scan {
	struct reader *reader;
	const char *at;         /* what is next */
	const char *token;      /* the last word or token, for errors */
	const char *end;        /* of the text, where a NUL is */
	bool failed;
	bool in_line;           /* not before the first line */
	/* systemd's: with groups, but without commas, numbers and comments
	 * behind a value */
	bool is_unit;
	bool is_profile;        /* firejail's, which has groups, too */
	bool is_minijail;
	/* what groups last said: the classes that they allow, and deny, whose
	 * calls are added when something else is said of them, or at the end */
	uint64_t allowed, denied;
	int deny_action;
	bool free_form;         /* lines don't matter; comments are as in C */
	const char *comma;      /* what is next if a comma precedes it */
	int n_constants;        /* kafel's so far */
	const char *args;       /* the names of the arguments, up to a ) */
	char word[SCAN_WORD_MAX];
	char call[SCAN_WORD_MAX];       /* by scan_call() */
	const char *call_token;
};

/* errors of several readers */
extern const char scan_cant[], scan_no_name[];

/* Begin with the len bytes of the reader's text. */
void scan_init(struct scan *, struct reader *, size_t len);
/* Print an error at the last token. */
void scan_error(struct scan *, const char *what);
/* The same with a word of the text behind it, quoted, unless it is empty. */
void scan_error_word(struct scan *, const char *what, const char *word);
/* Go to the next line that has more than a comment, which # or ; begins.  It is
 * an error if there is more in the last line.  false: the text ends. */
bool scan_line(struct scan *);
/* The end of the comment of kafel's that begins here; NULL: none does, or it
 * has no end.  Kafel reads a * with what follows it, so "**" and "/" are no
 * end. */
const char *scan_comment_end(const char *);
/* Ignore the rest of the line. */
void scan_skip_line(struct scan *);
/* Ignore the rest of a unit's value, and the lines in which it goes on. */
void scan_skip_value(struct scan *);
/* Skip blanks, and commas too, and this token if it is next.  Returns whether
 * it was. */
bool scan_token(struct scan *, const char *token);
/* This token must be next. */
void scan_expect(struct scan *, const char *token);
/* Skip blanks, and read the next word to s->word, where it is no name if it is
 * too long.  false: no word is next, and it is empty. */
bool scan_word(struct scan *);
/* Is this a character of a word? */
bool scan_is_word(char);
/* Read a number as C has them: decimal, hexadecimal after 0x, octal after 0;
 * kafel's may be binary, after 0b.  A ~ or minus may precede. */
uint64_t scan_number(struct scan *);
/* The same, only digits of this base. */
uint64_t scan_digits(struct scan *, unsigned base);
/* Read the name and the number of a constant of kafel's. */
void scan_define(struct scan *);
/* Is s->word such a constant? */
bool scan_constant(const struct scan *, uint64_t *value);
/* The operator that is next, an OP_*; -1 if there is none. */
int scan_operator(struct scan *);
/* Read "arg0 == 2 && (arg1 & 15) == 1" into the rule being read. */
void scan_tests(struct scan *);
/* The action that s->word and what follows name: "kill", "EPERM", "errno 38",
 * "ERRNO(38)".  An errno or ACTION_*. */
int scan_action(struct scan *);
/* The bit of the ABI that s->word names, as reader_abi_bit(). */
unsigned scan_abi(struct scan *);
/* s->word names a call: begin a rule for it. */
void scan_call(struct scan *);
/* The same for a call by number. */
void scan_call_number(struct scan *, uint64_t nr);
/* Give the call an action, under the rule's tests. */
void scan_add(struct scan *, int action);
/* Add the calls of these classes as groups last said. */
void scan_add_groups(struct scan *, uint64_t classes);
/* Read calls and add each, "read,write:EPERM", up to something else. */
void scan_calls(struct scan *, int action);
