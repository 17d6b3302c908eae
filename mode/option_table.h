/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mode/options.h"

struct out;

/* stand for the letter of an option that has none; from --at-least on in the
 * order of enum policy_set */
enum { OPTION_DENY = 1, OPTION_SYSLOG, OPTION_WAIT, OPTION_HOOK, OPTION_CAPS,
	OPTION_AT_LEAST, OPTION_INTERSECT, OPTION_SUBTRACT };
enum { OPTION_LETTERS = 128 };

struct option {
	char letter;            /* or OPTION_* */
	uint8_t sets_mode;      /* enum mode; 0: none */
	uint8_t modes;          /* with an effect in these: bits */
	uint16_t field;         /* offset in struct options of a string, or of a
				 * bool if it takes no argument; 0: see
				 * options.c */
	const char *name;
	const char *arg;        /* NULL: takes none */
	const char *help;       /* NULL: lists the formats */
};

/* NULL: there is no such option */
const struct option *option_by_letter(char letter);
const struct option *option_by_name(const char *name, size_t len);
/* The first name that begins so; NULL: none. */
const char *option_of_prefix(const char *, size_t len);
/* Write an option as it is given: "-f", "--deny". */
void option_write(struct out *, char letter);
/* Print that -F has no such format, and those that there are.  Returns -1. */
int option_reject_format(const char *name);
/* Has each given option an effect in this mode, with -a in place of PROGRAM if
 * that was given, and with the other options?  False after a message. */
bool option_check_effects(const bool given[OPTION_LETTERS], enum mode);
