/* SPDX-License-Identifier: MIT */
/* ceremony/base: codecs, JSON profile, civil time, text filter. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/json.h"
#include "ceremony/base/utf8.h"

static const struct {
	const char *name, *text;
	int good;
} JSON_ROWS[] = {
	{ "json empty object", "{}", 1 },
	{ "json nested", "{\"a\":[1,-2,{\"b\":\"x\"}],\"c\":0}", 1 },
	{ "json escapes", "\"a\\\"b\\\\c\"", 1 },
	{ "json biggest", "9007199254740991", 1 },
	{ "json too big", "9007199254740992", 0 },
	{ "json minus zero", "-0", 0 },
	{ "json leading zero", "01", 0 },
	{ "json float", "1.0", 0 },
	{ "json true", "true", 0 },
	{ "json null", "null", 0 },
	{ "json white space", "{ }", 0 },
	{ "json trailing", "{}x", 0 },
	{ "json keys descend", "{\"b\":1,\"a\":1}", 0 },
	{ "json key twice", "{\"a\":1,\"a\":1}", 0 },
	{ "json key upper", "{\"A\":1}", 0 },
	{ "json other escape", "\"\\n\"", 0 },
	{ "json control", "\"\x01\"", 0 },
	{ "json delete", "\"\x7f\"", 0 },
	{ "json c1", "\"\xc2\x85\"", 0 },
	{ "json overlong", "\"\xc0\x80\"", 0 },
	{ "json surrogate", "\"\xed\xa0\x80\"", 0 },
	{ "json kanji", "\"\xe9\x8d\xb5\"", 1 },
	{ "json depth six", "[[[[[[]]]]]]", 1 },
	{ "json depth seven", "[[[[[[[]]]]]]]", 0 },
	{ "json unfinished", "{\"a\":", 0 },
	{ "json comma", "[1,]", 0 },
};

static void
json(void)
{
	struct err e;

	for (size_t i = 0; i < sizeof(JSON_ROWS) / sizeof(*JSON_ROWS); i++) {
		struct json *j = NULL;
		struct buf b = BUF_INIT;
		int r = json_parse(JSON_ROWS[i].text,
		    strlen(JSON_ROWS[i].text), JSON_DEPTH, &j, &e);

		if (r == 0) {
			json_encode(j, &b);
			CHECK(JSON_ROWS[i].name, JSON_ROWS[i].good &&
			    strcmp(buf_cstr(&b), JSON_ROWS[i].text) == 0);
		} else {
			CHECK(JSON_ROWS[i].name, !JSON_ROWS[i].good);
		}
		json_free(j);
		buf_free(&b);
	}
}

static void
base64(void)
{
	struct buf b = BUF_INIT;

	for (size_t n = 0; n < 100; n++) {
		uint8_t raw[100];
		struct buf t = BUF_INIT, back = BUF_INIT;

		for (size_t i = 0; i < n; i++)
			raw[i] = (uint8_t)(i * 37 + n);
		base64_encode(&t, raw, n);
		CHECK("base64 round trip",
		    base64_decode(&back, buf_cstr(&t), t.len) == 0 &&
		    back.len == n && memcmp(buf_cstr(&back), raw, n) == 0);
		buf_free(&t);
		buf_free(&back);
	}
	CHECK("base64 stray bits", base64_decode(&b, "QR==", 4) == -1);
	CHECK("base64 length", base64_decode(&b, "QQ=", 3) == -1);
	CHECK("base64 nothing written", b.len == 0);
	buf_free(&b);
}

static void
civil(void)
{
	char s[CIVIL_LEN];
	int64_t t;

	CHECK("civil parse", civil_parse("2028-02-29T23:59:59Z", 20, &t) ==
	    0 && t == 1835481599);
	civil_format(t, s);
	CHECK_STR("civil format", s, "2028-02-29T23:59:59Z");
	CHECK("civil no such day",
	    civil_parse("2027-02-29T00:00:00Z", 20, &t) == -1);
	CHECK("civil parse plain", civil_parse_plain("2050-01-01 00:00:00",
	    19, &t) == 0 && t == 2524608000);
	CHECK("civil a year on from a leap day", civil_add_years(1835481599,
	    1) == 1867017599);
}

static void
printable(void)
{
	char out[8];

	utf8_printable(out, sizeof(out), "a\x1b[\xe2\x80\xae", 6);
	CHECK_STR("printable drops escapes and bidi", out, "a?[?");
	utf8_printable(out, 4, "\xe9\x8d\xb5\xe9\x8d\xb5", 6);
	CHECK_STR("printable cuts whole characters", out, "\xe9\x8d\xb5");
}

static void
characters(void)
{
	static const struct {
		uint32_t cp;
		const char *text; /* "" none */
		bool seen;
	} ROWS[] = { { 'A', "A", true }, { 0x7f, "\x7f", false },
		{ 0xad, "\xc2\xad", false }, { 0xe9, "\xc3\xa9", true },
		{ 0x200b, "\xe2\x80\x8b", false },
		{ 0x202e, "\xe2\x80\xae", false },
		{ 0x2066, "\xe2\x81\xa6", false },
		{ 0x9375, "\xe9\x8d\xb5", true },
		{ 0xd800, "", true }, { 0xdfff, "", true },
		{ 0xe000, "\xee\x80\x80", false },
		{ 0xfffd, "\xef\xbf\xbd", true },
		{ 0xfffe, "\xef\xbf\xbe", false },
		{ 0x1f600, "\xf0\x9f\x98\x80", true },
		{ 0x10ffff, "\xf4\x8f\xbf\xbf", false },
		{ 0x110000, "", false } };

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		char out[5] = "";
		size_t n = utf8_encode(ROWS[i].cp, out);
		uint32_t back = 0;

		CHECK("one encoding, and back", n == strlen(ROWS[i].text) &&
		    memcmp(out, ROWS[i].text, n) == 0 && (n == 0 ||
		    (utf8_decode(out, n, &back) == n && back == ROWS[i].cp)));
		CHECK("seen or not",
		    utf8_is_printable(ROWS[i].cp) == ROWS[i].seen);
	}
}

static void
described(void)
{
	struct err e;
	char out[16];

	err_set(&e, ERR_REFUSED, "seal.active", "token", "root-token", NULL);
	memset(out, 'x', sizeof(out));
	err_describe(&e, out, 0);
	CHECK("nothing is written into nothing", out[0] == 'x');
	err_describe(&e, out, sizeof(out));
	CHECK_STR("an error for machines, cut", out, "seal.active tok");
	err_describe(&e, out, 5);
	CHECK_STR("cut in its id", out, "seal");
	for (int i = 0; i < 2 * ERR_ARGS; i++)
		err_arg(&e, "more", "x");
	CHECK("an error keeps what it has room for", e.n <= ERR_ARGS);
}

int
main(void)
{
	characters();
	described();
	json();
	base64();
	civil();
	printable();
	return test_end();
}
