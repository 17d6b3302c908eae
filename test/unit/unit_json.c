/* SPDX-License-Identifier: MIT
 *
 * json_out.c: the writer.  What it is used for is unit_golden's.
 */
#include "unit.h"

#include "json_out.c"

static int file;

/* as a document of its own, without the newline */
static const char *
written(const char *string)
{
	struct json j;
	struct out o;

	out_init(&o, file);
	json_init(&j, &o);
	json_string(&j, NULL, string);
	out_flush(&o);
	return scratch_text(file);
}

static void
test_escapes(void)
{
	static const struct {
		const char *name, *in, *out;
	} cases[] = {
		{ "empty", "", "\"\"" },
		{ "plain", "az AZ 09 ~!#/'&<>", "\"az AZ 09 ~!#/'&<>\"" },
		{ "quote", "a\"b\"", "\"a\\\"b\\\"\"" },
		{ "backslash", "\\a\\\\", "\"\\\\a\\\\\\\\\"" },
		{ "newline", "a\nb\r", "\"a\\u000ab\\u000d\"" },
		{ "tab", "\tx", "\"\\u0009x\"" },
		{ "control", "\1\37", "\"\\u0001\\u001f\"" },
		{ "delete", "a\177", "\"a\\u007f\"" },
		/* UTF-8 as it is: the least and the greatest of each length */
		{ "umlaut", "\xc3\xa9t\xc3\xa9", "\"\xc3\xa9t\xc3\xa9\"" },
		{ "u0080", "\xc2\x80", "\"\xc2\x80\"" },
		{ "u07ff", "\xdf\xbf", "\"\xdf\xbf\"" },
		{ "u0800", "\xe0\xa0\x80", "\"\xe0\xa0\x80\"" },
		{ "ud7ff", "\xed\x9f\xbf", "\"\xed\x9f\xbf\"" },
		{ "ue000", "\xee\x80\x80", "\"\xee\x80\x80\"" },
		{ "uffff", "\xef\xbf\xbf", "\"\xef\xbf\xbf\"" },
		{ "u10000", "\xf0\x90\x80\x80", "\"\xf0\x90\x80\x80\"" },
		{ "u10ffff", "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
		/* all else byte by byte */
		{ "stray", "a\x80z", "\"a\\u0080z\"" },
		{ "cut_2", "\xc3", "\"\\u00c3\"" },
		{ "cut_3", "\xe2\x82", "\"\\u00e2\\u0082\"" },
		{ "cut_4", "\xf0\x9f\x98", "\"\\u00f0\\u009f\\u0098\"" },
		{ "cut_by_quote", "\xe2\x82\"", "\"\\u00e2\\u0082\\\"\"" },
		{ "cut_by_lead", "\xc3\xc3\xa9", "\"\\u00c3\xc3\xa9\"" },
		{ "overlong_2", "\xc0\x80", "\"\\u00c0\\u0080\"" },
		{ "overlong_2_max", "\xc1\xbf", "\"\\u00c1\\u00bf\"" },
		{ "overlong_3", "\xe0\x9f\xbf", "\"\\u00e0\\u009f\\u00bf\"" },
		{ "overlong_4", "\xf0\x8f\xbf\xbf",
		  "\"\\u00f0\\u008f\\u00bf\\u00bf\"" },
		{ "surrogate", "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
		{ "surrogate_max", "\xed\xbf\xbf",
		  "\"\\u00ed\\u00bf\\u00bf\"" },
		{ "beyond", "\xf4\x90\x80\x80",
		  "\"\\u00f4\\u0090\\u0080\\u0080\"" },
		{ "ff", "\xfe\xff", "\"\\u00fe\\u00ff\"" },
	};
	size_t i;

	for (i = 0; i < LENGTH(cases); i++)
		check_str(cases[i].name, written(cases[i].in), cases[i].out);
}

/* the length of a sequence by what it stands for, not by its first bytes */
static int
decoded_len(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int n = *s < 0xc0 || *s > 0xf7 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	uint32_t c = *s & (0xffu >> (n + 1));
	int i;

	for (i = 1; i < n; i++) {
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return n && c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff)
	    ? n : 0;
}

/* each pair of first bytes, with others at their borders */
static void
test_utf8(void)
{
	static const unsigned char border[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0 };
	unsigned char s[5] = "";
	size_t i, j;
	int a, b;

	for (a = 0x80; a < 0x100; a++)
		for (b = 0; b < 0x100; b++)
			for (i = 0; i < LENGTH(border); i++)
				for (j = 0; j < LENGTH(border); j++) {
					s[0] = (unsigned char)a;
					s[1] = (unsigned char)b;
					s[2] = border[i];
					s[3] = border[j];
					if (util_utf8_len(s) != decoded_len(s))
						goto out;
				}
out:
	check(a == 0x100, "util_utf8_len", "%02x %02x %02x %02x has %d, not %d",
	    s[0], s[1], s[2], s[3], util_utf8_len(s), decoded_len(s));
}

static void
test_nesting(void)
{
	struct json j;
	struct out o;

	out_init(&o, file);
	json_init(&j, &o);
	json_open(&j, NULL, '{');
	json_open(&j, "empty", '[');
	json_close(&j, ']');
	json_open(&j, "a", '[');
	json_number(&j, NULL, INT64_MIN);
	json_open(&j, NULL, '{');
	json_close(&j, '}');
	json_open(&j, NULL, '{');
	json_bool(&j, "yes", true);
	json_bool(&j, "\"no\"\n", false);
	json_close(&j, '}');
	json_open(&j, NULL, '[');
	json_open(&j, NULL, '[');
	json_string(&j, NULL, "x");
	json_close(&j, ']');
	json_close(&j, ']');
	json_string(&j, NULL, "y");
	json_close(&j, ']');
	json_number(&j, "n", 0);
	json_close(&j, '}');
	out_flush(&o);
	check_str("nesting", scratch_text(file),
	    "{\n"
	    "\t\"empty\": [],\n"
	    "\t\"a\": [\n"
	    "\t\t-9223372036854775808,\n"
	    "\t\t{},\n"
	    "\t\t{\n"
	    "\t\t\t\"yes\": true,\n"
	    "\t\t\t\"\\\"no\\\"\\u000a\": false\n"
	    "\t\t},\n"
	    "\t\t[\n"
	    "\t\t\t[\n"
	    "\t\t\t\t\"x\"\n"
	    "\t\t\t]\n"
	    "\t\t],\n"
	    "\t\t\"y\"\n"
	    "\t],\n"
	    "\t\"n\": 0\n"
	    "}\n");
}

static void
test_empty(void)
{
	struct json j;
	struct out o;

	out_init(&o, file);
	json_init(&j, &o);
	json_open(&j, NULL, '{');
	json_close(&j, '}');
	json_init(&j, &o);
	json_open(&j, NULL, '[');
	json_close(&j, ']');
	out_flush(&o);
	check_str("empty_documents", scratch_text(file), "{}\n[]\n");
}

int
main(void)
{
	file = scratch();
	test_escapes();
	test_utf8();
	test_nesting();
	test_empty();
	return unit_end();
}
