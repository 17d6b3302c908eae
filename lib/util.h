/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parse a decimal number of at most max, with nothing before or after it.
 * Returns 0, or -1 and leaves *value alone. */
int util_parse_number(const char *, unsigned long max, unsigned long *value);

/* the value of a digit, of any base up to 36; 36 for all else */
unsigned util_digit(char);
/* Parse the digits at *s, which then points behind them; there may be none.
 * Returns -1 if the number has more than 64 bits, with *s at the digit that is
 * too many. */
int util_parse_digits(const char **s, unsigned base, uint64_t *value);

/* the last component of a path; empty if the path ends with '/' */
const char *util_base_name(const char *path);

/* Append a string to a path of so many bytes.  Returns -1 and errno if there is
 * no room. */
int util_append(char *path, size_t size, const char *);
/* The same with a decimal number. */
int util_append_number(char *path, size_t size, unsigned);

/* A list of words: each ends with a NUL, and an empty word ends the list.  The
 * word at an index from 0, which must be in the list; the index of a word, -1
 * if the list has no such word. */
const char *util_word(const char *words, int index);
int util_word_index(const char *words, const char *wanted);
/* The index of the first word that a text begins with; -1 if there is none. */
int util_prefix_index(const char *words, const char *text);

/* Is what a person typed this word, but for its case and at most so many edits:
 * letters that are missing, wrong, too many or swapped with the next? */
bool util_is_near(const char *typed, const char *word, size_t edits);

/* bit i of an array */
void util_set_bit(uint8_t *bits, int i);
void util_clear_bit(uint8_t *bits, int i);
bool util_has_bit(const uint8_t *bits, int i);

/* Bytes of the UTF-8 sequence at s, at least 2; 0 if there is none. */
int util_utf8_len(const unsigned char *s);

/* The number in the name of an inherited descriptor ("-", "+3", "/dev/fd/3");
 * NULL if it is not such a name.  The tracer can't open it by its name, because
 * by then its own descriptors differ. */
const char *util_descriptor_number(const char *arg);
/* Remove a variable from the environment of what is executed.  Returns its
 * value, or NULL. */
const char *util_take_env(const char *name);
