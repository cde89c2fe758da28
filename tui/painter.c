/* SPDX-License-Identifier: MIT */
/*
 * Cells as pixels.  Invariant: a byte is written only within a row's width
 * and the screen's height, and a cell that is shown was painted whole.
 */
#include "tui/painter.h"

#include <stdlib.h>
#include <string.h>

/* Whoever can choose takes the first that leaves so many cells. */
static const struct {
	size_t rows, cols;
} LEAST[] = { { 30, 100 }, { 24, 80 } };

#define UNDERLINE 15 /* its row */

struct painter {
	const struct font *f;
	struct pixels px;
	size_t rows, cols, scale;
	size_t x, y;        /* of the first cell */
	struct cell *shown; /* what is under the cursor is reversed there */
	uint8_t *row;       /* of pixels, two cells long */
};

struct rgb {
	uint8_t r, g, b;
};

struct colours {
	struct rgb ink, paper;
};

static struct colours
colours_of(const struct cell *c)
{
	static const struct rgb INK[TONE_COUNT][2] = {
		[TONE_PLAIN] = { { 0xc8, 0xc8, 0xc8 }, { 0xff, 0xff, 0xff } },
		[TONE_REHEARSAL] = { { 0x30, 0xb8, 0xd0 },
		    { 0x60, 0xe0, 0xf8 } },
		[TONE_PRODUCTION] = { { 0xe0, 0xb0, 0x20 },
		    { 0xff, 0xd0, 0x50 } },
		[TONE_STOP] = { { 0xf0, 0x60, 0x58 }, { 0xff, 0x88, 0x80 } },
		[TONE_GOOD] = { { 0x58, 0xc8, 0x60 }, { 0x80, 0xf0, 0x88 } },
		[TONE_QUIET] = { { 0x98, 0x98, 0x98 }, { 0xc8, 0xc8, 0xc8 } },
	};
	static const struct rgb DARK = { 0, 0, 0 };
	static const struct rgb LIGHT = { 0xff, 0xff, 0xff };
	struct colours k = { DARK, LIGHT };

	if ((c->attr & ATTR_CODE) == 0 && c->role != TONE_TRUSTED &&
	    c->role < TONE_COUNT) {
		k.ink = INK[c->role][(c->attr & ATTR_BOLD) != 0];
		k.paper = DARK;
	}
	if ((c->attr & ATTR_REVERSE) != 0)
		k = (struct colours){ k.paper, k.ink };
	return k;
}

static bool
good(const struct channel *c, size_t bytes)
{
	return c->bits >= 4 && c->bits <= 8 &&
	    (size_t)c->shift + c->bits <= bytes * 8;
}

static size_t
largest(const struct pixels *px)
{
	size_t scale = 0;

	for (size_t i = 0; i < sizeof(LEAST) / sizeof(LEAST[0]); i++) {
		size_t across = px->width / (LEAST[i].cols * FONT_COLS);
		size_t down = px->height / (LEAST[i].rows * FONT_ROWS);

		scale = across < down ? across : down;
		if (scale > 0)
			break;
	}
	return scale;
}

struct painter *
painter_new(const struct font *f, const struct pixels *px, struct err *e)
{
	struct painter *p;
	size_t scale = largest(px);

	if (scale == 0 || px->bytes < 2 || px->bytes > 4 ||
	    px->line / px->bytes < px->width || !good(&px->red, px->bytes) ||
	    !good(&px->green, px->bytes) || !good(&px->blue, px->bytes)) {
		err_set(e, ERR_WORLD, "tui.pixels", NULL);
		return NULL;
	}
	p = xcalloc(1, sizeof(*p));
	p->f = f;
	p->px = *px;
	p->scale = scale;
	p->cols = px->width / (FONT_COLS * scale);
	p->rows = px->height / (FONT_ROWS * scale);
	p->x = (px->width - p->cols * FONT_COLS * scale) / 2;
	p->y = (px->height - p->rows * FONT_ROWS * scale) / 2;
	p->shown = xcalloc(p->rows * p->cols, sizeof(*p->shown));
	p->row = xcalloc(2 * FONT_COLS * scale, px->bytes);
	return p;
}

void
painter_free(struct painter *p)
{
	if (p == NULL)
		return;
	free(p->shown);
	free(p->row);
	free(p);
}

void
painter_size(const struct painter *p, size_t *rows, size_t *cols, size_t *scale)
{
	*rows = p->rows;
	*cols = p->cols;
	*scale = p->scale;
}

void
painter_corner(const struct painter *p, size_t *x, size_t *y)
{
	*x = p->x;
	*y = p->y;
}

/* A colour as a pixel's bytes. */
static void
pixel(const struct pixels *px, struct rgb c, uint8_t out[static 4])
{
	uint32_t v = (uint32_t)c.r >> (8 - px->red.bits) << px->red.shift |
	    (uint32_t)c.g >> (8 - px->green.bits) << px->green.shift |
	    (uint32_t)c.b >> (8 - px->blue.bits) << px->blue.shift;

	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> 8 * i);
}

/* One pixel; of a length that is known, this is one store. */
static void
put_pixel(uint8_t *at, const uint8_t c[static 4], size_t bytes)
{
	if (bytes == 4)
		memcpy(at, c, 4);
	else if (bytes == 3)
		memcpy(at, c, 3);
	else
		memcpy(at, c, 2);
}

static void
draw_cell(struct painter *p, size_t row, size_t col, const struct cell *c)
{
	const struct pixels *px = &p->px;
	struct colours k = colours_of(c);
	uint16_t dots[FONT_ROWS];
	uint8_t ink[4], paper[4];
	size_t n = FONT_COLS * (c->width == 2 ? 2 : 1);
	size_t len = n * p->scale * px->bytes;
	uint8_t *to = px->at + (p->y + row * FONT_ROWS * p->scale) * px->line +
	    (p->x + col * FONT_COLS * p->scale) * px->bytes;

	font_draw(p->f, c, dots);
	if ((c->attr & ATTR_UNDERLINE) != 0)
		dots[UNDERLINE] = 0xffff;
	pixel(px, k.ink, ink);
	pixel(px, k.paper, paper);
	for (size_t y = 0; y < FONT_ROWS; y++) {
		uint8_t *at = p->row;

		for (size_t x = 0; x < n; x++)
			for (size_t s = 0; s < p->scale; s++) {
				put_pixel(at,
				    (dots[y] & 0x8000 >> x) != 0 ? ink : paper,
				    px->bytes);
				at += px->bytes;
			}
		for (size_t s = 0; s < p->scale; s++) {
			memcpy(to, p->row, len);
			to += px->line;
		}
	}
}

static bool
same(const struct cell *a, const struct cell *b)
{
	return a->cp == b->cp && a->width == b->width && a->attr == b->attr &&
	    a->role == b->role &&
	    memcmp(a->mark, b->mark, sizeof(a->mark)) == 0;
}

/* What is to stand at a place of ours: never half of a wide one. */
static struct cell
wanted(const struct painter *p, const struct grid *g, size_t row, size_t col)
{
	static const struct cell BLANK = { .cp = ' ', .width = 1 };
	const struct cell *c;

	if (row >= g->rows || col >= g->cols)
		return BLANK;
	c = &g->cell[row * g->cols + col];
	if (c->width == 2 && col + 1 == p->cols)
		return BLANK;
	return *c;
}

/* Under the cursor, the whole of a wide character. */
static bool
under(const struct grid *g, size_t row, size_t col, const struct cell *c)
{
	return g->cursor && row == g->cursor_row &&
	    (col == g->cursor_col ||
		(c->width == 2 && col + 1 == g->cursor_col));
}

size_t
painter_paint(struct painter *p, const struct grid *g, bool all)
{
	size_t painted = 0;

	if (all)
		for (size_t y = 0; y < p->px.height; y++)
			memset(p->px.at + y * p->px.line, 0,
			    p->px.width * p->px.bytes);
	for (size_t r = 0; r < p->rows; r++) {
		for (size_t c = 0; c < p->cols; c++) {
			struct cell *is = &p->shown[r * p->cols + c];
			struct cell x = wanted(p, g, r, c);

			if (under(g, r, c, &x))
				x.attr ^= ATTR_REVERSE;
			if (!all && same(is, &x))
				continue;
			*is = x;
			if (x.width == 0)
				continue;
			draw_cell(p, r, c, &x);
			painted++;
		}
	}
	return painted;
}
