/* SPDX-License-Identifier: MIT */
/* Cells of characters, cutting, and where Japanese lines may end. */
#include "tui/width.h"

#include <stdbool.h>

#include "tests/unit/test.h"

static void
characters(void)
{
	static const struct {
		const char *name;
		uint32_t cp;
		int width;
	} rows[] = {
		{ "a letter", 'A', 1 },
		{ "a half block", 0x2580, 1 },
		{ "hiragana", 0x3042, 2 },
		{ "kanji", 0x672c, 2 },
		{ "kanji of extension B", 0x20b9f, 2 },
		{ "an ideographic comma", 0x3001, 2 },
		{ "a full-width letter", 0xff21, 2 },
		{ "half-width katakana", 0xff71, 1 },
		{ "a combining acute", 0x301, 0 },
		{ "a combining voiced mark", 0x3099, 0 },
		{ "hangul", 0xac00, 2 },
		{ "cyrillic", 0x416, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK(rows[i].name, width_char(rows[i].cp) == rows[i].width);
	CHECK("a mixed string", width_str("CA管理者") == 8);
	CHECK("a byte that is not text is one cell",
	    width_strn("a\xff"
		       "b",
		3) == 3);
}

static void
cutting(void)
{
	CHECK("nothing in no cells", width_fit("abc", 3, 0) == 0);
	CHECK("no half of a wide one", width_fit("本番", 6, 3) == 3);
	CHECK("exactly", width_fit("本番", 6, 4) == 6);
	CHECK("marks go with their letter", width_fit("e\xcc\x81x", 4, 1) == 3);
}

/* The lines of a text, joined with '|'. */
static void
lines(const char *name, const char *s, size_t cells, const char *want)
{
	char got[512] = "";
	size_t len = strlen(s), at = 0, next;
	bool fits = true;

	do {
		size_t n = width_wrap(s + at, len - at, cells, &next);

		fits = fits && width_strn(s + at, n) <= cells;
		if (at > 0)
			strcat(got, "|");
		strncat(got, s + at, n);
		at += next;
	} while (at < len);
	CHECK_STR(name, got, want);
	CHECK(name, fits);
}

static void
wrapping(void)
{
	lines("words are kept whole", "one two three", 8, "one two|three");
	lines(
	    "a line of exactly its cells", "one two three", 7, "one two|three");
	lines("a long word is cut", "abcdefghij", 4, "abcd|efgh|ij");
	lines(
	    "a long word behind a short one", "ab cdefghij", 4, "ab|cdef|ghij");
	lines("a line end", "one\ntwo", 10, "one|two");
	lines("Japanese anywhere", "鍵の生成を行う", 6, "鍵の生|成を行|う");
	lines("no comma begins a line", "鍵の生、成", 6, "鍵の|生、成");
	lines("no closing bracket begins a line", "鍵（生成）を", 8,
	    "鍵（生|成）を");
	lines("no opening bracket ends a line", "鍵の（生成）", 6,
	    "鍵の|（生|成）");
	lines(
	    "no long vowel begins a line", "のセレモニー", 10, "のセレモ|ニー");
	lines(
	    "ASCII words in Japanese", "鍵root-tokenを", 8, "鍵|root-tok|enを");
	lines(
	    "ASCII words stay whole", "鍵は token です", 8, "鍵は|token で|す");
	CHECK("lines are counted", width_lines("one two three", 8) == 2);
	CHECK("no text is one line", width_lines("", 8) == 1);
}

int
main(void)
{
	characters();
	cutting();
	wrapping();
	return test_end();
}
