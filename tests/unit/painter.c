/* SPDX-License-Identifier: MIT */
/*
 * From cells to pixels: the table of letters, where every pixel goes at every
 * size and make of screen, what is painted again, and what a reader of codes
 * sees.
 */
#include "tui/painter.h"

#include <stdlib.h>

#include "appliance/decode/picture.h"
#include "ceremony/base/utf8.h"
#include "ceremony/text/text.h"
#include "media/picture.h"
#include "tests/unit/test.h"
#include "tui/layout.h"
#include "tui/width.h"

#define UNIFONT "/usr/share/unifont/unifont_jp.hex"
#define EDGE    64   /* bytes before and behind a screen's memory */
#define GUARD   0xa5 /* what nobody may touch */

static struct buf table = BUF_INIT;
static struct font font;

static void
tables(void)
{
	static const char good[] = "0041:000000001818242442427E4242424200\n"
				   "0042:000000007C4242427C424242427C0000\n";
	static const char *const bad[] = { "", "41:00\n",
		"0041:000000001818242442427E42424242\n",
		"0041:00000000181824244242XE4242424200\n",
		("0042:000000007C4242427C424242427C0000\n"
		 "0041:000000001818242442427E4242424200\n"),
		"0001:000000001818242442427E4242424200\n" };
	struct buf hex = BUF_INIT, small = BUF_INIT;
	FILE *f = fopen(UNIFONT, "rb");
	uint8_t part[65536];
	struct font x;
	struct err e;
	size_t n, opened = 0;

	while (f != NULL && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&hex, part, n);
	if (f != NULL)
		fclose(f);
	CHECK("Unifont becomes a table",
	    font_build(buf_cstr(&hex), hex.len, &table, &e) == 0 &&
		font_open(&font, table.data, table.len, &e) == 0);
	printf("# a table of %zu bytes, %zu runs\n", table.len, font.n);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_set(&e, ERR_NONE, "", NULL);
		CHECK("what is no font is refused",
		    font_build(bad[i], strlen(bad[i]), &small, &e) == -1 &&
			small.len == 0 && strcmp(e.id, "tui.font") == 0);
	}
	CHECK("a small font",
	    font_build(good, strlen(good), &small, &e) == 0 &&
		font_open(&x, small.data, small.len, &e) == 0 && x.n == 1);
	for (size_t i = 0; i < small.len; i++)
		opened += font_open(&x, small.data, i, &e) == 0;
	CHECK("no part of a table is a table", opened == 0);
	for (size_t i = 0; i < 28; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			size_t cells;

			small.data[i] ^= (uint8_t)(1u << bit);
			if (font_open(&x, small.data, small.len, &e) == 0)
				for (uint32_t cp = 0; cp < 0x110000;
				     cp += 0x411)
					(void)font_glyph(&x, cp, &cells);
			small.data[i] ^= (uint8_t)(1u << bit);
		}
	buf_free(&hex);
	buf_free(&small);
}

/* Characters of a text that the font lacks, or has at another width. */
static size_t
lacking(const char *s)
{
	size_t n, bad = 0, cells;
	uint32_t cp;

	for (size_t len = s != NULL ? strlen(s) : 0; len > 0; len -= n) {
		n = utf8_decode(s, len, &cp);
		s += n;
		if (cp == '\n')
			continue;
		if (font_glyph(&font, cp, &cells) == NULL ||
		    cells != (size_t)width_char(cp)) {
			printf("# U+%04X\n", (unsigned)cp);
			bad++;
		}
	}
	return bad;
}

static void
letters(void)
{
	static const uint16_t A[FONT_ROWS] = { 0, 0, 0, 0, 0x1800, 0x2400,
		0x2400, 0x4200, 0x4200, 0x7e00, 0x4200, 0x4200, 0x4200, 0x4200,
		0, 0 };
	static const struct {
		uint32_t first, last;
	} NAMES[] = { { 0x3041, 0x3096 }, { 0x30a1, 0x30fe },
		{ 0x4e00, 0x9fa5 }, { 0xff66, 0xff9d }, { 0x410, 0x44f },
		{ 0x391, 0x3a1 }, { 0xc0, 0x17e } };
	struct cell c = { .cp = 'A', .width = 1 };
	uint16_t rows[FONT_ROWS], other[FONT_ROWS];
	size_t lack = 0, cells, sentences = 0;
	const struct text *t;

	font_draw(&font, &c, rows);
	CHECK("the letter A", memcmp(rows, A, sizeof(A)) == 0);
	c.attr = ATTR_BOLD;
	font_draw(&font, &c, rows);
	CHECK("is broader where it is bold",
	    rows[4] == 0x1c00 && rows[7] == 0x6300 && rows[9] == 0x7f00);
	for (; (t = text_at(sentences)) != NULL; sentences++)
		lack += lacking(t->en) + lacking(t->ja);
	CHECK("every character of every sentence is there, as broad as it "
	      "is thought to be",
	    sentences > 500 && lack == 0);
	CHECK("and what screens are drawn of",
	    lacking("▀▄█─│┌┐└┘├┤┬┴┼#*…—“”’・①髙﨑") <= 1);
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		for (uint32_t cp = NAMES[i].first; cp <= NAMES[i].last; cp++)
			lack += cp != 0x3a2 &&
			    font_glyph(&font, cp, &cells) == NULL;
	CHECK("and what names are written in", lack == 0);
	c = (struct cell){ .cp = 0x0915, .width = 1 };
	font_draw(&font, &c, rows);
	CHECK("a letter that is not there is its number in a box",
	    rows[0] == 0xff00 && rows[2] == 0x1100 && rows[6] == 0x1100 &&
		rows[15] == 0xff00);
	c.cp = 0x0916;
	font_draw(&font, &c, other);
	CHECK("another has another box", memcmp(rows, other, 32) != 0);
	c = (struct cell){ .cp = 0x2a6d0, .width = 2 };
	font_draw(&font, &c, rows);
	CHECK("a rare kanji that is not there, too",
	    rows[0] == 0xffff && rows[2] != 0xffff);
	c = (struct cell){ .cp = 'e', .mark = { 0x301 }, .width = 1 };
	font_draw(&font, &c, rows);
	c.mark[0] = 0;
	font_draw(&font, &c, other);
	CHECK("a mark stands upon its letter",
	    memcmp(rows, other, 32) != 0 && rows[10] == other[10]);
}

struct screen {
	struct pixels px;
	uint8_t *all;
	size_t len;
};

static void
screen_init(
    struct screen *s, size_t width, size_t height, size_t bytes, size_t pad)
{
	static const struct channel MAKES[5][3] = {
		[2] = { { 11, 5 }, { 5, 6 }, { 0, 5 } },
		[3] = { { 16, 8 }, { 8, 8 }, { 0, 8 } },
		[4] = { { 16, 8 }, { 8, 8 }, { 0, 8 } },
	};

	s->px = (struct pixels){ .width = width,
		.height = height,
		.line = width * bytes + pad,
		.bytes = bytes,
		.red = MAKES[bytes][0],
		.green = MAKES[bytes][1],
		.blue = MAKES[bytes][2] };
	s->len = s->px.line * height + 2 * EDGE;
	s->all = xmalloc(s->len);
	memset(s->all, GUARD, s->len);
	s->px.at = s->all + EDGE;
}

/* A pixel's brightness, 0 to 255, by its green. */
static uint8_t
grey(const struct screen *s, size_t x, size_t y)
{
	const uint8_t *p = s->px.at + y * s->px.line + x * s->px.bytes;
	uint32_t v = 0;

	for (size_t i = 0; i < s->px.bytes; i++)
		v |= (uint32_t)p[i] << 8 * i;
	v = v >> s->px.green.shift & ((1u << s->px.green.bits) - 1);
	return (uint8_t)(v << (8 - s->px.green.bits));
}

/* No byte before, behind or between the rows was touched. */
static bool
edge_kept(const struct screen *s)
{
	const uint8_t *p = s->all, *end = s->all + s->len;
	size_t row = s->px.width * s->px.bytes;

	for (size_t i = 0; i < EDGE; i++)
		if (p[i] != GUARD || end[-1 - (ptrdiff_t)i] != GUARD)
			return false;
	for (size_t y = 0; y < s->px.height; y++)
		for (size_t i = row; i < s->px.line; i++)
			if (s->px.at[y * s->px.line + i] != GUARD)
				return false;
	return true;
}

/* A cell's dots are there, each `scale` pixels broad and high. */
static bool
shows_cell(const struct screen *s, const struct cell *cell, size_t x0,
    size_t y0, size_t scale)
{
	bool turned = (cell->attr & (ATTR_CODE | ATTR_REVERSE)) != 0;
	uint16_t dots[FONT_ROWS];

	font_draw(&font, cell, dots);
	for (size_t y = 0; y < FONT_ROWS * scale; y++)
		for (size_t x = 0; x < cell->width * FONT_COLS * scale; x++) {
			bool ink = dots[y / scale] & 0x8000 >> x / scale;

			if ((grey(s, x0 + x, y0 + y) >= 64) != (ink != turned))
				return false;
		}
	return true;
}

/* Every cell is where it belongs, and around them all it is dark. */
static bool
shows(const struct screen *s, const struct painter *p, const struct grid *g)
{
	size_t rows, cols, scale, x0, y0, x1, y1;

	painter_size(p, &rows, &cols, &scale);
	painter_corner(p, &x0, &y0);
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			if (!shows_cell(s, &g->cell[r * cols + c],
				x0 + c * FONT_COLS * scale,
				y0 + r * FONT_ROWS * scale, scale))
				return false;
	x1 = x0 + cols * FONT_COLS * scale;
	y1 = y0 + rows * FONT_ROWS * scale;
	for (size_t y = 0; y < s->px.height; y++)
		for (size_t x = 0; x < s->px.width; x++) {
			if (x == x0 && y >= y0 && y < y1)
				x = x1;
			if (x < s->px.width && grey(s, x, y) != 0)
				return false;
		}
	return true;
}

static struct grid *
some_cells(size_t rows, size_t cols)
{
	static const char *const texts[] = { "Root key", "立会い", "e\xcc\x81",
		"▀▄█", "ｶﾅ", "Жук", "क", " " };
	struct grid *g = grid_new(rows, cols);
	uint32_t seed = 7;

	for (size_t i = 0; i < rows * cols / 4; i++) {
		const char *t;

		seed = seed * 1664525u + 1013904223u;
		t = texts[seed >> 8 & 7];
		grid_put(g, (seed >> 12) % rows, (seed >> 20) % cols, SIZE_MAX,
		    seed >> 11 & (ATTR_BOLD | ATTR_REVERSE | ATTR_CODE),
		    (enum tone)((seed >> 16) % TONE_COUNT), t, strlen(t));
	}
	/* reversed black on white is white on black: told apart elsewhere */
	for (size_t i = 0; i < rows * cols; i++) {
		if (g->cell[i].role == TONE_TRUSTED)
			g->cell[i].attr |= ATTR_CODE;
		if ((g->cell[i].attr & ATTR_CODE) != 0)
			g->cell[i].attr &= (uint8_t)~ATTR_REVERSE;
	}
	return g;
}

static void
sizes(void)
{
	static const struct {
		const char *name;
		size_t width, height, bytes, pad, rows, cols, scale;
	} SCREENS[] = {
		{ "640 x 480, 16 bits", 640, 480, 2, 0, 30, 80, 1 },
		{ "800 x 600, 24 bits, long lines", 800, 600, 3, 32, 37, 100,
		    1 },
		{ "1024 x 768", 1024, 768, 4, 0, 48, 128, 1 },
		{ "1280 x 800", 1280, 800, 4, 0, 50, 160, 1 },
		{ "1366 x 768, odd", 1366, 768, 3, 6, 48, 170, 1 },
		{ "1920 x 1080", 1920, 1080, 4, 0, 33, 120, 2 },
		{ "2560 x 1440", 2560, 1440, 4, 64, 30, 106, 3 },
	};
	struct err e;

	for (size_t i = 0; i < sizeof(SCREENS) / sizeof(SCREENS[0]); i++) {
		struct screen s;
		struct painter *p;
		struct grid *g;
		size_t rows = 0, cols = 0, scale = 0;

		screen_init(&s, SCREENS[i].width, SCREENS[i].height,
		    SCREENS[i].bytes, SCREENS[i].pad);
		p = painter_new(&font, &s.px, &e);
		painter_size(p, &rows, &cols, &scale);
		CHECK(SCREENS[i].name,
		    rows == SCREENS[i].rows && cols == SCREENS[i].cols &&
			scale == SCREENS[i].scale);
		g = some_cells(rows, cols);
		CHECK("a screen paints its cells",
		    painter_paint(p, g, true) > rows * cols / 2);
		CHECK(
		    "each where it belongs, as sharp squares", shows(&s, p, g));
		CHECK("and nothing else", edge_kept(&s));
		CHECK("what stands there is not painted again",
		    painter_paint(p, g, false) == 0);
		grid_free(g);
		/* A grid of another size than the screen's */
		g = grid_new(rows + 3, cols + 1);
		for (size_t r = 0; r < g->rows; r++)
			for (size_t c = 0; c + 1 < g->cols; c += 2)
				grid_str(g, r, c, "木");
		(void)painter_paint(p, g, false);
		CHECK("cells too many stay away", edge_kept(&s));
		grid_free(g);
		painter_free(p);
		free(s.all);
	}
}

static void
refused(void)
{
	struct screen s;
	struct err e;

	screen_init(&s, 640, 480, 4, 0);
	s.px.width = 632;
	CHECK("too small",
	    painter_new(&font, &s.px, &e) == NULL &&
		strcmp(e.id, "tui.pixels") == 0);
	s.px.width = 640;
	s.px.line = 2559;
	CHECK("lines shorter than they are said to be",
	    painter_new(&font, &s.px, &e) == NULL);
	s.px.line = 2560;
	s.px.bytes = 1;
	CHECK("a pixel of eight bits", painter_new(&font, &s.px, &e) == NULL);
	s.px.bytes = 3;
	s.px.red.shift = 17;
	CHECK(
	    "a colour beyond its pixel", painter_new(&font, &s.px, &e) == NULL);
	free(s.all);
}

static void
damage(void)
{
	struct screen s;
	struct painter *p;
	struct grid *g = grid_new(48, 128);
	struct err e;

	screen_init(&s, 1024, 768, 4, 0);
	p = painter_new(&font, &s.px, &e);
	CHECK("all of it at first",
	    painter_paint(p, g, true) == (size_t)48 * 128);
	grid_str(g, 3, 5, "x");
	CHECK("one cell", painter_paint(p, g, false) == 1);
	grid_str(g, 3, 6, "本番");
	CHECK("two characters", painter_paint(p, g, false) == 2);
	grid_str(g, 3, 7, "y");
	CHECK("over a right half: both", painter_paint(p, g, false) == 2);
	grid_paint(g, 3, 5, 1, ATTR_BOLD, TONE_STOP);
	CHECK("another colour", painter_paint(p, g, false) == 1);
	g->cursor = true;
	g->cursor_row = 3;
	g->cursor_col = 9;
	CHECK("a cursor in the middle of a wide character reverses it",
	    painter_paint(p, g, false) == 1);
	g->cursor_col = 20;
	CHECK("it goes on: there and here", painter_paint(p, g, false) == 2);
	CHECK("a blank under it is light", grey(&s, 20 * 8, 3 * 16) > 128);
	g->cursor = false;
	CHECK("and goes",
	    painter_paint(p, g, false) == 1 && grey(&s, 20 * 8, 3 * 16) == 0);
	CHECK("nothing is left to do", painter_paint(p, g, false) == 0);
	painter_free(p);
	grid_free(g);
	free(s.all);
}

/* The edge of a code's first finder, seven modules, in pixels. */
static size_t
finder_edge(const struct screen *s)
{
	size_t n = 0;

	for (size_t y = 0; y < s->px.height && n == 0; y++)
		for (size_t x = 8; x < s->px.width / 4; x++)
			if (grey(s, 0, y) > 128 && grey(s, x, y) < 128)
				n++;
			else if (n > 0)
				break;
	return n;
}

/*
 * A code of a version (0: the largest that the screen has room for), read
 * from its pixels; its modules are as large as they can be.
 */
static void
code(const char *name, size_t width, size_t height, size_t bytes, int version)
{
	struct buf text = BUF_INIT, pixels = BUF_INIT, file = BUF_INIT;
	struct buf said = BUF_INIT, modules = BUF_INIT;
	struct json *form = json_new_obj();
	struct view *v = view_new(LANG_JA);
	size_t rows = 0, cols = 0, scale = 0, module = 0;
	struct painter *p;
	struct screen s;
	struct grid *g;
	struct qr qr;
	struct err e;

	screen_init(&s, width, height, bytes, 0);
	p = painter_new(&font, &s.px, &e);
	painter_size(p, &rows, &cols, &scale);
	if (version == 0)
		version = (int)(layout_code_room(rows, cols, false) - 17) / 4;
	for (int i = 0; text.len < 1500; i++)
		buf_fmt(&text, "%d ROOT R1 ", i);
	while (qr_make(text.data, text.len, QR_BYTES, QR_LEVEL_L, version,
		   version, &qr, &e) == -1)
		text.len--;
	v->head = "証明書";
	for (int y = QR_QUIET; y < qr.side - QR_QUIET; y++)
		buf_add(&modules, qr.module + y * qr.side + QR_QUIET,
		    (size_t)qr.side - 2 * QR_QUIET);
	view_code(v, modules.data, (size_t)qr.side - 2 * QR_QUIET);
	g = layout_new(v, NULL, rows, cols);
	(void)painter_paint(p, g, true);
	for (size_t y = 0; y < height; y++)
		for (size_t x = 0; x < width; x++)
			buf_byte(&pixels, grey(&s, x, y));
	picture_pgm(&file, pixels.data, width, height);
	module = finder_edge(&s) / 7;
	printf("# %s: version %d, %zu bytes, a module of %zu pixels\n", name,
	    version, text.len, module);
	CHECK("whole modules, and none larger would fit",
	    module % (8 * scale) == 0 && module > 0 &&
		((size_t)qr.side * (module + 8 * scale) >
			(rows - 1) * FONT_ROWS * scale ||
		    (size_t)qr.side * (module + 8 * scale) >
			(cols - 35) * FONT_COLS * scale));
	CHECK(name,
	    picture_read(PICTURE_EVERY, file.data, file.len, form, &said, &e) ==
		    0 &&
		said.len == text.len + 2 &&
		memcmp(said.data + 2, text.data, text.len) == 0);
	painter_free(p);
	grid_free(g);
	view_free(v);
	qr_fini(&qr);
	json_free(form);
	free(s.all);
	buf_free(&text);
	buf_free(&pixels);
	buf_free(&file);
	buf_free(&said);
	buf_free(&modules);
}

int
main(void)
{
	tables();
	letters();
	sizes();
	refused();
	damage();
	code("a code at 1024 x 768 is read", 1024, 768, 4, 0);
	code("a code at 1920 x 1080 is read", 1920, 1080, 4, 0);
	code("a code at 800 x 600 in 16 bits is read", 800, 600, 2, 0);
	code("a small one is as large", 1024, 768, 4, 2);
	code("at every size", 1680, 1050, 3, 1);
	buf_free(&table);
	return test_end();
}
