/* SPDX-License-Identifier: MIT
 *
 * json_in.c: texts as tokens, or where and why they are none.
 */
#include "unit.h"

#include "json_in.c"

/* "{ k:a [ 1 -2 t f n ] } ." or "{ ! 1: expected a key", from 0 */
static const char *
tokens(const char *text, size_t len)
{
	static const char names[] = "!.{}[]";
	static char result[1 << 14];
	char *p = result;
	struct json_in j;
	enum json_token t;

	json_in_init(&j, text, len);
	do {
		t = json_next(&j);
		if (p > result)
			*p++ = ' ';
		switch (t) {
		case JSON_KEY:
			p += sprintf(p, "k:%s", j.string);
			break;
		case JSON_STRING:
			p += sprintf(p, "%s%s", j.string, j.too_long ? "..." : "");
			break;
		case JSON_NUMBER:
			p += sprintf(p, "%s%" PRIu64, j.negative ? "-" : "",
			    j.number);
			break;
		case JSON_BOOL:
			*p++ = j.number ? 't' : 'f';
			break;
		case JSON_NULL:
			*p++ = 'n';
			break;
		default:
			*p++ = names[t];
		}
	} while (t != JSON_END && t != JSON_ERROR);
	*p = '\0';
	if (t == JSON_ERROR)
		sprintf(p, " %d: %s", (int)(j.token - text), j.error);
	/* both stay */
	if (json_next(&j) != t)
		return "a token after the end";
	return result;
}

static const struct {
	const char *name, *text, *tokens;
} texts[] = {
	{ "object", "{}", "{ } ." },
	{ "array", " [ ] ", "[ ] ." },
	{ "string", "\"a\"", "a ." },
	{ "number", "0", "0 ." },
	{ "words", "[true,false,null]", "[ t f n ] ." },
	{ "members", "{\"a\":1,\"b\":[2,{\"c\":-3}],\"d\":{}}\r\n\t",
	  "{ k:a 1 k:b [ 2 { k:c -3 } ] k:d { } } ." },
	{ "numbers", "[-0,18446744073709551615,-9223372036854775809]",
	  "[ -0 18446744073709551615 -9223372036854775809 ] ." },
	{ "escapes", "[\"\\\"\\\\\\/\",\"\\u0041\\u004a\\u007E\"]",
	  "[ \"\\/ AJ~ ] ." },
	{ "escaped_spaces", "\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t ." },
	{ "not_ascii", "[\"\xc3\xa4\",\"\\u00e4\",\"\\u0000\",\"\\ud83d\"]",
	  "[ \xff \xff \xff \xff ] ." },
	{ "longest", "\"123456789 123456789 123456789 123456789 123456789 "
	  "123456789 123456789 123456789\"", "123456789 123456789 123456789 "
	  "123456789 123456789 123456789 123456789 123456789 ." },
	{ "too_long", "\"123456789 123456789 123456789 123456789 123456789 "
	  "123456789 123456789 123456789 \"", "123456789 123456789 123456789 "
	  "123456789 123456789 123456789 123456789 123456789... ." },
	{ "deepest", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
	  "[ [ [ [ [ [ [ [ [ [ [ [ [ [ [ [ ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ." },

	{ "nothing", "", "! 0: unexpected end of file" },
	{ "spaces", " \n ", "! 3: unexpected end of file" },
	{ "two_values", "{} {}", "{ } ! 3: text after the end" },
	{ "closed_twice", "[]]", "[ ] ! 2: text after the end" },
	{ "open_object", "{", "{ ! 1: unexpected end of file" },
	{ "open_array", "[1", "[ 1 ! 2: unexpected end of file" },
	{ "comma_at_start", "[,1]", "[ ! 1: unexpected character" },
	{ "comma_at_end", "[1,]", "[ 1 ! 3: unexpected character" },
	{ "comma_at_objects_end", "{\"a\":1,}", "{ k:a 1 ! 7: expected a key" },
	{ "comma_alone", "[1,", "[ 1 ! 3: unexpected end of file" },
	{ "no_comma", "[1 2]", "[ 1 ! 3: expected a comma or bracket" },
	{ "no_key", "{1:2}", "{ ! 1: expected a key" },
	{ "no_colon", "{\"a\" 1}", "{ ! 5: expected a colon" },
	{ "no_value", "{\"a\":}", "{ k:a ! 5: unexpected character" },
	{ "key_alone", "{\"a\"", "{ ! 4: unexpected end of file" },
	{ "wrong_bracket", "[}", "[ ! 1: unexpected character" },
	{ "wrong_bracket_too", "{]", "{ ! 1: expected a key" },
	{ "wrong_bracket_later", "[1}", "[ 1 ! 2: expected a comma or bracket" },
	{ "word", "[nul]", "[ ! 1: unexpected character" },
	{ "word_cut", "tru", "! 0: unexpected character" },
	{ "words_end", "truex", "t ! 4: text after the end" },
	{ "single_quotes", "['a']", "[ ! 1: unexpected character" },
	{ "open_string", "[\"a", "[ ! 3: unexpected end of file" },
	{ "open_escape", "\"\\", "! 2: unexpected end of file" },
	{ "escape", "\"a\\x\"", "! 3: invalid escape in a string" },
	{ "escape_u", "\"\\u12g4\"", "! 5: invalid escape in a string" },
	{ "escape_u_short", "\"\\u12\"", "! 5: invalid escape in a string" },
	{ "escape_u_cut", "\"\\u12", "! 5: unexpected end of file" },
	{ "escape_upper", "\"\\U0041\"", "! 2: invalid escape in a string" },
	{ "tab", "\"a\tb\"", "! 2: control character in a string" },
	{ "newline", "\"a\n\"", "! 2: control character in a string" },
	{ "utf8_stray", "\"\x80\"", "! 1: invalid UTF-8" },
	{ "utf8_cut", "\"\xc3\"", "! 1: invalid UTF-8" },
	{ "utf8_at_end", "\"\xe2\x82", "! 1: invalid UTF-8" },
	{ "utf8_long_form", "\"a\xc0\x80\"", "! 2: invalid UTF-8" },
	{ "utf8_in_key", "{\"\xff\":1}", "{ ! 2: invalid UTF-8" },
	{ "utf8_outside", "\xc3\xa4", "! 0: unexpected character" },
	{ "byte_order_mark", "\xef\xbb\xbf{}", "! 0: unexpected character" },
	{ "fraction", "1.5", "! 1: not an integer" },
	{ "exponent", "[1e3]", "[ ! 2: not an integer" },
	{ "exponent_upper", "[1E3]", "[ ! 2: not an integer" },
	{ "leading_zero", "[01]", "[ ! 3: invalid number" },
	{ "minus", "[-]", "[ ! 2: invalid number" },
	{ "minus_twice", "[--1]", "[ ! 2: invalid number" },
	{ "plus", "[+1]", "[ ! 1: unexpected character" },
	{ "hexadecimal", "[0x1]", "[ 0 ! 2: expected a comma or bracket" },
	{ "too_large", "[18446744073709551616]", "[ ! 20: number too large" },
	{ "far_too_large", "[99999999999999999999]",
	  "[ ! 20: number too large" },
	{ "too_deep", "[[[[[[[[[[[[[[[[[",
	  "[ [ [ [ [ [ [ [ [ [ [ [ [ [ [ [ ! 16: nested too deeply" },
	{ "too_deep_object", "[[[[[[[[[[[[[[[[{",
	  "[ [ [ [ [ [ [ [ [ [ [ [ [ [ [ [ ! 16: nested too deeply" },
};

static void
test_nul(void)
{
	check_str("nul", tokens("[\0]", 3), "[ ! 1: unexpected character");
	check_str("nul_in_string", tokens("\"a\0\"", 4),
	    "! 2: control character in a string");
	check_str("nul_in_escape", tokens("\"\\\0\"", 4),
	    "! 2: invalid escape in a string");
	check_str("nul_at_end", tokens("[]\0", 3), "[ ] ! 2: text after the end");
}

static void
test_skip(void)
{
	struct json_in j;

	json_in_init(&j, "{\"a\":[1,{\"b\":[]},\"]\"],\"c\":4,\"d\":[}", 34);
	json_next(&j);
	check_num("skip_key", json_next(&j), JSON_KEY);
	check_num("skip_array", json_skip(&j), JSON_ARRAY_END);
	check_num("skip_next_key", json_next(&j), JSON_KEY);
	check_str("skip_key_string", j.string, "c");
	check_num("skip_number", json_skip(&j), JSON_NUMBER);
	check_num("skip_third_key", json_next(&j), JSON_KEY);
	check_num("skip_error", json_skip(&j), JSON_ERROR);
	check_num("skip_error_stays", json_skip(&j), JSON_ERROR);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(texts); i++)
		check_str(texts[i].name, tokens(texts[i].text,
		    strlen(texts[i].text)), texts[i].tokens);
	test_nul();
	test_skip();
	return unit_end();
}
