/* SPDX-License-Identifier: MIT */
/*
 * A calendar's lines: escapes, folds that a reader undoes, and no line of
 * more than 75 bytes nor a character cut in two, at any length of text.
 */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "media/ics.h"

/* What a reader sees: folds and escapes undone, the name left out. */
static bool
reads(const struct buf *b, const char *name, const char *want)
{
	struct buf got = BUF_INIT;
	size_t width = 0;
	bool ok = true;

	for (size_t i = 0; i < b->len && ok; i++) {
		const char *p = (const char *)b->data + i;

		if (b->len - i >= 2 && memcmp(p, "\r\n", 2) == 0) {
			ok = width <= 75 &&
			    (i + 2 == b->len ||
				(b->len - i > 3 && p[2] == ' ' &&
				    ((unsigned char)p[3] & 0xc0) != 0x80));
			i += i + 2 == b->len ? 1 : 2;
			width = i + 1 == b->len ? 0 : 1;
			continue;
		}
		width++;
		buf_byte(&got, (uint8_t)*p);
	}
	ok = ok && width == 0 && got.len > strlen(name) &&
	    strncmp(buf_cstr(&got), name, strlen(name)) == 0 &&
	    strcmp(buf_cstr(&got) + strlen(name) + 1, want) == 0;
	buf_free(&got);
	return ok;
}

static bool
says(const char *name, const char *text, const char *want)
{
	struct buf b = BUF_INIT;
	bool ok;

	ics_text(&b, name, text);
	ok = reads(&b, name, want);
	buf_free(&b);
	return ok;
}

static void
test_escapes(void)
{
	CHECK("plain", says("SUMMARY", "a list", "a list"));
	CHECK("empty", says("SUMMARY", "", ""));
	CHECK("escapes",
	    says("SUMMARY", "a,b;c\\d\ne:f", "a\\,b\\;c\\\\d\\ne:f"));
	CHECK("the reader can say no", !says("SUMMARY", "a list", "a lost"));
}

static void
test_folds(void)
{
	static const char *const PIECE[] = { "x", "é", "鍵", "𠮷" };
	bool ok = true;

	for (size_t k = 0; k < 4; k++)
		for (size_t lead = 0; lead < 5; lead++) {
			struct buf t = BUF_INIT;

			for (size_t i = 0; i < lead; i++)
				buf_byte(&t, 'a');
			for (size_t i = 0; i < 120; i++) {
				buf_str(&t, PIECE[k]);
				ok &= says(
				    "DESCRIPTION", buf_cstr(&t), buf_cstr(&t));
			}
			buf_free(&t);
		}
	CHECK("folds at every length", ok);
}

static void
each(void *arg, const struct due_date *d)
{
	struct buf *all = arg;

	ics_one(&(const struct ceremony){ .origin = "a.example/ca" }, d, all);
}

/* Alone, each date is the calendar that has no other. */
static void
test_one(void)
{
	struct item key = { .id = "k-root", .kind = ITEM_KEY,
		.state = ITEM_DONE, .made = 1700000000 };
	const struct ceremony c = { .origin = "a.example/ca", .item = &key,
		.items = 1, .signed_unclosed = 1 };
	struct buf all = BUF_INIT, one = BUF_INIT;
	const char *begin = "BEGIN:VEVENT", *at;
	size_t n = 0, same = 0;

	ics_make(&c, &all);
	ceremony_dates(&c, each, &one);
	for (at = buf_cstr(&all); (at = strstr(at, begin)) != NULL; at++) {
		const char *end = strstr(at, "END:VEVENT");
		char *event = xstrndup(at, (size_t)(end - at));

		same += strstr(buf_cstr(&one), event) != NULL;
		free(event);
		n++;
	}
	CHECK("four dates, and the same ones alone", n == 4 && same == 4);
	n = 0;
	for (at = buf_cstr(&one); (at = strstr(at, "END:VCALENDAR")) != NULL;
	     at++)
		n++;
	CHECK("each in a calendar of its own", n == 4);
	buf_free(&all);
	buf_free(&one);
}

int
main(void)
{
	test_one();
	test_escapes();
	test_folds();
	return test_end();
}
