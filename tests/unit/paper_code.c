/* SPDX-License-Identifier: MIT */
/* Codes of printed pages: one spelling each, and what becomes of bad ones. */
#include <stdlib.h>

#include "media/paper/code.h"
#include "media/paper/pages.h"
#include "tests/unit/test.h"

static const char ORIGIN[] = "example.jp/demo/0123456789abcdef/rehearsal";

/* A payload of n lines that no two codes hold when n is large. */
static void
payload(struct buf *out, const struct head *from, int n)
{
	uint32_t x = 1;

	code_head(out, ORIGIN, from);
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < 60; k++) {
			x = x * 1103515245 + 12345;
			buf_byte(out, (uint8_t)('a' + (x >> 16) % 26));
		}
		buf_byte(out, '\n');
	}
}

static void
round_trip(int n, size_t parts)
{
	const struct head from = { .n = -1 };
	struct buf p = BUF_INIT, b = BUF_INIT, all = BUF_INIT, back = BUF_INIT;
	char origin[161];
	struct head h;
	size_t rest;
	struct err e;

	payload(&p, &from, n);
	code_pack(&p, &b);
	CHECK("parts", code_parts(&b) == parts);
	for (size_t i = 1; i <= code_parts(&b); i++) {
		struct buf text = BUF_INIT;
		struct code_part c;

		code_frame(&b, i, 3, 7, &text);
		CHECK("a frame is read",
		    code_parse((const char *)text.data, text.len, &c, &e) ==
			    0 &&
			c.page == 3 && c.pages == 7 && c.part == (int)i &&
			c.parts == (int)parts);
		buf_add(&all, c.base32, c.len);
		buf_free(&text);
	}
	CHECK("the payload again",
	    code_unpack(&all, &back, &e) == 0 && back.len == p.len &&
		memcmp(back.data, p.data, p.len) == 0);
	CHECK("its head",
	    code_read_head(&back, origin, &h, &rest, &e) == 0 &&
		strcmp(origin, ORIGIN) == 0 && h.n == -1);
	if (all.len > 0)
		all.data[all.len / 2] ^= 1;
	buf_reset(&back);
	CHECK("a changed character is found",
	    code_unpack(&all, &back, &e) == -1 && back.len == 0);
	buf_free(&p);
	buf_free(&b);
	buf_free(&all);
	buf_free(&back);
}

static void
refused(void)
{
	static const char *const BAD[] = { "", "TC1", "TC2/1/1/1/1/AA",
		"TC1/0/1/1/1/AA", "TC1/2/1/1/1/AA", "TC1/1/1/2/1/AA",
		"TC1/01/1/1/1/AA", "TC1/1/1/1/1/", "TC1/1/1/1/1/aa",
		"TC1/1/1/1/AA", "TC1/1/1/1/100/AA", "TC1/99999/1/1/1/AA",
		"TC1/1/1/1/1/A=" };
	struct code_part c;
	struct err e;

	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++)
		CHECK(BAD[i],
		    code_parse(BAD[i], strlen(BAD[i]), &c, &e) == -1 &&
			strcmp(e.id, "code.form") == 0);
}

/* Three pages of a document: comment, record, record. */
static void
document(void)
{
	static const char JSON[] = "{\"no\":\"entry\"}\n";
	const struct head from = { .n = -1 };
	struct buf p = BUF_INIT, b = BUF_INIT, t = BUF_INIT;
	struct pages *pages = pages_new();

	CHECK("another code is none of ours",
	    !pages_text(pages, "a", "CQ1:ABC", 7));
	code_head(&p, ORIGIN, &from);
	buf_str(&p, JSON);
	code_pack(&p, &b);
	code_frame(&b, 1, 2, 3, &t);
	CHECK("a code is taken",
	    pages_text(pages, "a", (const char *)t.data, t.len));
	CHECK("twice the same is once",
	    pages_text(pages, "b", (const char *)t.data, t.len));
	pages_judge(pages);
	CHECK("of three pages two are missing, and an entry is none",
	    pages_count(pages) == 3 && pages_findings(pages) == 3);
	CHECK_STR("first", pages_finding(pages, 0)->id, "pages.missing");
	CHECK_STR("then", pages_finding(pages, 1)->id, "pages.missing");
	CHECK_STR("and", pages_finding(pages, 2)->id, "pages.entry");
	CHECK("no line came of it",
	    pages_lines(pages)->len == 0 && pages_head(pages)->n == -1 &&
		pages_hash(pages, 0) == NULL);
	pages_free(pages);
	pages = pages_new();
	pages_judge(pages);
	CHECK("of nothing comes a finding", pages_findings(pages) == 1);
	CHECK_STR("namely", pages_finding(pages, 0)->id, "pages.none");
	pages_free(pages);
	buf_free(&p);
	buf_free(&b);
	buf_free(&t);
}

int
main(void)
{
	round_trip(1, 1);
	round_trip(60, 3);
	refused();
	document();
	return test_end();
}
