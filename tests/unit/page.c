/* SPDX-License-Identifier: MIT */
/* Fonts, lines, boxes, PDF and symbols of printed pages. */
#include <stdlib.h>

#include "media/page/flow.h"
#include "media/qr.h"
#include "tests/unit/test.h"

static struct font *font[FACE_COUNT];
static uint8_t *bytes[FACE_COUNT];
static const struct style PLAIN = { FACE_TEXT, PT(10), 0 };

static void
load(void)
{
	static const char *const PATH[FACE_COUNT] = {
		"/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
		"/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
		"/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
		"/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
	};
	struct err e;

	for (int i = 0; i < FACE_COUNT; i++) {
		FILE *f = fopen(PATH[i], "rb");
		size_t n;

		bytes[i] = malloc(8 << 20);
		n = f != NULL ? fread(bytes[i], 1, 8 << 20, f) : 0;
		if (f != NULL)
			fclose(f);
		font[i] = font_new(bytes[i], n, &e);
		CHECK(PATH[i], font[i] != NULL);
		if (font[i] == NULL)
			exit(1);
		for (size_t cut = 0; cut < 300; cut++) {
			struct font *half = font_new(bytes[i], cut, &e);

			if (half != NULL)
				CHECK("half a font is refused", 0);
			font_free(half);
		}
	}
}

static void
lines(struct doc *d)
{
	size_t skip, n;
	const char *s = "鍵ペアを生成します。次に";

	CHECK("width of ten letters m",
	    text_width(d, PLAIN, "mmmmmmmmmm", 10) ==
		10 * text_width(d, PLAIN, "m", 1));
	CHECK("a kanji is a square", text_width(d, PLAIN, "鍵", 3) == PT(10));
	n = text_line(d, PLAIN, "one two three", PT(40), &skip);
	CHECK("broken at a blank", n == 7 && skip == 8);
	n = text_line(d, PLAIN, s, PT(95), &skip);
	CHECK("no line begins with a full stop", n == 24 && skip == 24);
	n = text_line(d, PLAIN, "0123456789abcdef", PT(30), &skip);
	CHECK("a long word is broken", n > 0 && n < 16 && n == skip);
	n = text_line(d, PLAIN, "W", 1, &skip);
	CHECK("one character at least", n == 1 && skip == 1);
	n = text_line(d, PLAIN, "a\nb", PT(100), &skip);
	CHECK("a line feed ends a line", n == 1 && skip == 2);
}

static void
boxes(void)
{
	struct doc *d = doc_new((const struct font *const *)font, "t");
	struct err e;
	size_t p = doc_add(d);

	doc_text(d, p, MM(20), MM(20), PLAIN, "first", 5);
	doc_text(d, p, MM(20), MM(26), PLAIN, "second", 6);
	CHECK("two lines stand apart", doc_check(d, &e) == 0);
	doc_text(d, p, MM(21), MM(27), PLAIN, "third", 5);
	CHECK("a third lies over one", doc_check(d, &e) == -1);
	CHECK_STR("and is named", e.id, "page.overlap");
	doc_free(d);
	d = doc_new((const struct font *const *)font, "t");
	p = doc_add(d);
	doc_text(d, p, MM(205), MM(20), PLAIN, "outside", 7);
	CHECK("outside the paper", doc_check(d, &e) == -1);
	CHECK_STR("is named", e.id, "page.outside");
	doc_free(d);
}

static struct doc *
sample(void)
{
	struct doc *d =
	    doc_new((const struct font *const *)font, "Sample 見本");
	static const int WIDTH[] = { MM(40), MM(80), MM(40), 0 };
	struct flow f;
	struct table t;
	struct qr q;
	struct err e;

	flow_begin(&f, d, MM(20), MM(170), MM(25), MM(260));
	flow_text(&f, (struct style){ FACE_BOLD, PT(16), 0 }, "Sample 見本");
	table_begin(&t, &f, WIDTH);
	table_head(&t, 0, PLAIN, "Step");
	for (int i = 0; i < 60; i++) {
		table_text(&t, 0, PLAIN, "1.1");
		table_text(&t, 1, PLAIN,
		    "We follow the script step by step; anybody may say stop at any time. "
		    "手順書に沿って1手順ずつ進めます。");
		table_blank(&t, 2, MM(6));
		table_row(&t);
	}
	table_end(&t);
	if (qr_make("TC1/1/1/1/1/ABC", 15, QR_ALPHANUMERIC, QR_LEVEL_M, 1, 25,
		&q, &e) == 0) {
		flow_need(&f, MM(40));
		doc_symbol(d, f.page, MM(20), f.y, MM(30), q.module, q.side);
		qr_fini(&q);
	}
	return d;
}

/* A heading of every page but the first. */
static void
again(void)
{
	static const int WIDTH[] = { MM(80), 0 };
	struct doc *d =
	    doc_new((const struct font *const *)font, "Again");
	struct buf text = BUF_INIT;
	struct flow f;
	struct table t;
	bool good;

	flow_begin(&f, d, MM(20), MM(170), MM(25), MM(260));
	table_begin(&t, &f, WIDTH);
	table_again(&t, PLAIN, "more");
	for (int row = 0; row < 9; row++) {
		table_text(&t, 0, PLAIN, "row");
		table_blank(&t, 0, MM(60));
		table_row(&t);
	}
	table_end(&t);
	doc_lines(d, 0, &text);
	good = d->n == 3 && strstr(buf_cstr(&text), "more") == NULL;
	for (size_t p = 1; p < d->n; p++) {
		buf_reset(&text);
		doc_lines(d, p, &text);
		good = good && strncmp(buf_cstr(&text), "more\nrow", 8) == 0;
	}
	CHECK("a table says on further pages what it is of", good);
	buf_free(&text);
	doc_free(d);
}

/* Wherever a table begins, its title is on the page of its first row. */
static void
titles(void)
{
	static const int WIDTH[] = { MM(40), MM(80), 0 };
	size_t on[2] = { 0 };

	for (int y = MM(25); y < MM(260); y += MM(3)) {
		struct doc *d =
		    doc_new((const struct font *const *)font, "Titles");
		struct buf text = BUF_INIT;
		bool together = false;
		struct flow f;
		struct table t;

		flow_begin(&f, d, MM(20), MM(170), MM(25), MM(260));
		f.y = y;
		table_begin(&t, &f, WIDTH);
		table_title(&t, PLAIN, "Act 2");
		table_head(&t, 0, PLAIN, "Step");
		for (int row = 0; row < 2; row++) {
			table_text(&t, 0, PLAIN, row == 0 ? "2.1" : "2.2");
			table_blank(&t, 1, MM(60));
			table_row(&t);
		}
		table_end(&t);
		for (size_t p = 0; p < d->n; p++) {
			buf_reset(&text);
			doc_lines(d, p, &text);
			together |= strstr(buf_cstr(&text),
					"Act 2\nStep\n2.1") != NULL;
		}
		on[together]++;
		buf_free(&text);
		doc_free(d);
	}
	CHECK("a title goes where the first row goes",
	    on[0] == 0 && on[1] > 70);
}

static void
pdf(const char *to)
{
	struct doc *d = sample(), *again = sample();
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct err e;

	doc_pdf(d, &a);
	doc_pdf(again, &b);
	CHECK("several pages", d->n > 1);
	CHECK("nothing overlaps", doc_check(d, &e) == 0);
	CHECK("the same bytes twice",
	    a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	CHECK("subsets are small", a.len < 200000);
	buf_reset(&b);
	doc_lines(d, 0, &b);
	CHECK("the text of a page",
	    strncmp(buf_cstr(&b), "Sample 見本\nStep\n1.1 We", 25) == 0);
	if (to != NULL) {
		FILE *f = fopen(to, "wb");

		if (f != NULL) {
			fwrite(a.data, 1, a.len, f);
			fclose(f);
		}
	}
	doc_free(d);
	doc_free(again);
	buf_free(&a);
	buf_free(&b);
}

static void
symbols(void)
{
	char long_text[2000];
	struct qr q = { 0 };
	struct err e;

	memset(long_text, 'A', sizeof(long_text));
	CHECK("a small text takes version 1",
	    qr_make("TACHIAI", 7, QR_ALPHANUMERIC, QR_LEVEL_M, 1, 25, &q, &e) ==
		    0 &&
		q.version == 1 && q.side == 21 + 2 * QR_QUIET);
	qr_fini(&q);
	CHECK("a version can be asked for",
	    qr_make("x", 1, QR_BYTES, QR_LEVEL_L, 17, 17, &q, &e) == 0 &&
		q.version == 17);
	qr_fini(&q);
	CHECK("too much is refused",
	    qr_make(long_text, sizeof(long_text), QR_ALPHANUMERIC, QR_LEVEL_M,
		1, 25, &q, &e) == -1);
	CHECK_STR("by name", e.id, "qr.symbol");
	CHECK("letters that the mode has not are refused",
	    qr_make("a", 1, QR_ALPHANUMERIC, QR_LEVEL_M, 1, 25, &q, &e) == -1);
}

int
main(int argc, char **argv)
{
	struct doc *d;

	load();
	d = doc_new((const struct font *const *)font, "t");
	lines(d);
	doc_free(d);
	boxes();
	titles();
	again();
	pdf(argc > 1 ? argv[1] : NULL);
	symbols();
	for (int i = 0; i < FACE_COUNT; i++) {
		font_free(font[i]);
		free(bytes[i]);
	}
	return test_end();
}
