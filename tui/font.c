/* SPDX-License-Identifier: MIT */
/*
 * The table of a font:
 *
 *   "TFONT 1\n"  be32 runs
 *   runs times:  be32 first, be32 last, be32 cells (1 or 2), be32 at
 *   the rows of all glyphs, a run's from `at` on, 16 * cells bytes each
 *
 * Invariant: runs are in order and apart, and each lies within the rows:
 * font_open() has looked, so that a glyph is found without a look more.
 */
#include "tui/font.h"

#include <string.h>

#define MAGIC     "TFONT 1\n"
#define HEAD_LEN  12
#define RUN_LEN   16
#define LAST_CP   0x10ffff
#define BOX_DIGIT 5 /* rows of a digit in the box */

/* The scripts that people's names and our own sentences are written in. */
static const struct {
	uint32_t first, last;
} SCRIPTS[] = {
	{ 0x0020, 0x007e },   /* ASCII */
	{ 0x00a0, 0x052f },   /* Latin, marks, Greek, Cyrillic */
	{ 0x1e00, 0x1fff },   /* more Latin and Greek */
	{ 0x2000, 0x27bf },   /* punctuation, signs, boxes, blocks */
	{ 0x2e80, 0x30ff },   /* radicals, punctuation, kana */
	{ 0x31f0, 0x4dbf },   /* small kana, signs, rare kanji */
	{ 0x4e00, 0x9fff },   /* kanji */
	{ 0xf900, 0xfaff },   /* kanji of names */
	{ 0xfe30, 0xfe4f },   /* upright forms */
	{ 0xff01, 0xffee },   /* broad Latin, narrow kana */
	{ 0xfffd, 0xfffd },   /* what could not be read */
	{ 0x20000, 0x2ffff }, /* kanji rarer still */
};

static bool
wanted(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(SCRIPTS) / sizeof(SCRIPTS[0]); i++)
		if (cp >= SCRIPTS[i].first && cp <= SCRIPTS[i].last)
			return true;
	return false;
}

static int
bad(struct err *e)
{
	return err_set(e, ERR_FORM, "tui.font", NULL);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct run {
	uint32_t first, last, cells, at;
};

static void
put_run(struct buf *runs, const struct run *r)
{
	buf_be32(runs, r->first);
	buf_be32(runs, r->last);
	buf_be32(runs, r->cells);
	buf_be32(runs, r->at);
}

/* "HEX:ROWS" without its '\n': number and rows; the number of cells or 0. */
static uint32_t
parse_line(const char *s, size_t len, uint32_t *cp, uint8_t rows[static 32])
{
	size_t i, n;

	*cp = 0;
	for (i = 0; i < len && s[i] != ':'; i++) {
		if (digit(s[i]) == -1 || i == 6)
			return 0;
		*cp = *cp << 4 | (uint32_t)digit(s[i]);
	}
	if (i < 4 || i == len || *cp > LAST_CP)
		return 0;
	s += i + 1;
	n = len - i - 1;
	if (n != 32 && n != 64)
		return 0;
	for (i = 0; i < n; i += 2) {
		if (digit(s[i]) == -1 || digit(s[i + 1]) == -1)
			return 0;
		rows[i / 2] = (uint8_t)(digit(s[i]) << 4 | digit(s[i + 1]));
	}
	return (uint32_t)n / 32;
}

int
font_build(const char *hex, size_t len, struct buf *table, struct err *e)
{
	struct buf runs = BUF_INIT, bits = BUF_INIT;
	struct run r = { 0 };
	bool any = false;
	uint32_t last = 0;
	int ret = -1;

	for (size_t at = 0; at < len;) {
		const char *nl = memchr(hex + at, '\n', len - at);
		size_t n = nl != NULL ? (size_t)(nl - hex) - at : len - at;
		uint8_t rows[32];
		uint32_t cp, cells = parse_line(hex + at, n, &cp, rows);

		if (cells == 0 || (at > 0 && cp <= last)) {
			bad(e);
			goto out;
		}
		at += n + 1;
		last = cp;
		if (!wanted(cp))
			continue;
		if (any && cp == r.last + 1 && cells == r.cells) {
			r.last = cp;
		} else {
			if (any)
				put_run(&runs, &r);
			r = (struct run){ cp, cp, cells, (uint32_t)bits.len };
			any = true;
		}
		buf_add(&bits, rows, FONT_ROWS * (size_t)cells);
	}
	if (!any) {
		bad(e);
		goto out;
	}
	put_run(&runs, &r);
	buf_add(table, MAGIC, sizeof(MAGIC) - 1);
	buf_be32(table, (uint32_t)(runs.len / RUN_LEN));
	buf_add(table, runs.data, runs.len);
	buf_add(table, bits.data, bits.len);
	ret = 0;
out:
	buf_free(&runs);
	buf_free(&bits);
	return ret;
}

static uint32_t
get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static struct run
get_run(const struct font *f, size_t i)
{
	const uint8_t *p = f->runs + i * RUN_LEN;

	return (struct run){ get_be32(p), get_be32(p + 4), get_be32(p + 8),
		get_be32(p + 12) };
}

int
font_open(struct font *f, const uint8_t *table, size_t len, struct err *e)
{
	struct font found;
	size_t room;
	uint32_t next = 0;

	if (len < HEAD_LEN || memcmp(table, MAGIC, sizeof(MAGIC) - 1) != 0)
		return bad(e);
	found.n = get_be32(table + 8);
	if (found.n == 0 || found.n > (len - HEAD_LEN) / RUN_LEN)
		return bad(e);
	found.runs = table + HEAD_LEN;
	found.bits = found.runs + found.n * RUN_LEN;
	room = len - HEAD_LEN - found.n * RUN_LEN;
	for (size_t i = 0; i < found.n; i++) {
		struct run r = get_run(&found, i);

		if (r.first < next || r.last < r.first || r.last > LAST_CP ||
		    (r.cells != 1 && r.cells != 2) || r.at > room ||
		    (size_t)(r.last - r.first + 1) * r.cells * FONT_ROWS >
			room - r.at)
			return bad(e);
		next = r.last + 1;
	}
	*f = found;
	return 0;
}

const uint8_t *
font_glyph(const struct font *f, uint32_t cp, size_t *cells)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct run r = get_run(f, mid);

		if (cp < r.first) {
			high = mid;
		} else if (cp > r.last) {
			low = mid + 1;
		} else {
			*cells = r.cells;
			return f->bits + r.at +
			    (size_t)(cp - r.first) * r.cells * FONT_ROWS;
		}
	}
	return NULL;
}

/* Digits of 3 x 5 dots, a row in three bits, the first row highest. */
static const uint16_t DIGITS[16] = { 075557, 026227, 071747, 071717, 055711,
	074717, 074757, 071244, 075757, 075717, 075755, 065656, 074447, 065556,
	074747, 074744 };

/*
 * A light box with the number in dark digits: two rows of them where that
 * fits, three where it is long and the box is narrow.
 */
static void
draw_box(uint32_t cp, size_t cells, uint16_t rows[static FONT_ROWS])
{
	size_t n = cp > 0xffff ? 6 : 4;
	size_t across = cells == 2 ? n / 2 : 2, down = n / across;
	size_t top = down == 3 ? 0 : 2, step = down == 3 ? 5 : 7;
	size_t left = cells == 2 ? (16 - across * 4 + 1) / 2 : 0;
	uint16_t all = cells == 2 ? 0xffff : 0xff00;

	for (size_t i = 0; i < FONT_ROWS; i++)
		rows[i] = all;
	for (size_t i = 0; i < n; i++) {
		uint16_t d = DIGITS[cp >> (4 * (n - 1 - i)) & 15];
		size_t y = top + i / across * step;
		size_t x = left + i % across * 4;

		for (size_t k = 0; k < BOX_DIGIT; k++) {
			uint32_t row = d >> 3 * (BOX_DIGIT - 1 - k) & 7;

			rows[y + k] &= (uint16_t) ~(row << (13 - x));
		}
	}
}

/* Sixteen columns into eight: a dot where either of two was. */
static uint16_t
squeeze(uint16_t row)
{
	uint16_t out = 0;

	for (int i = 0; i < 8; i++)
		if ((row >> (14 - 2 * i) & 3) != 0)
			out |= (uint16_t)(0x8000 >> i);
	return out;
}

static bool
draw_char(const struct font *f, uint32_t cp, size_t cells,
    uint16_t rows[static FONT_ROWS])
{
	size_t has = 0;
	const uint8_t *g = font_glyph(f, cp, &has);

	if (g == NULL)
		return false;
	for (size_t i = 0; i < FONT_ROWS; i++) {
		uint16_t row = has == 2
		    ? (uint16_t)(g[2 * i] << 8 | g[2 * i + 1])
		    : (uint16_t)(g[i] << 8);

		if (has == 2 && cells == 1)
			row = squeeze(row);
		else if (has == 1 && cells == 2)
			row >>= FONT_COLS / 2;
		rows[i] |= row;
	}
	return true;
}

void
font_draw(
    const struct font *f, const struct cell *c, uint16_t rows[static FONT_ROWS])
{
	size_t cells = c->width == 2 ? 2 : 1;

	memset(rows, 0, FONT_ROWS * sizeof(rows[0]));
	if (!draw_char(f, c->cp, cells, rows))
		draw_box(c->cp, cells, rows);
	for (size_t i = 0; i < CELL_MARKS; i++)
		if (c->mark[i] != 0)
			(void)draw_char(f, c->mark[i], cells, rows);
	if ((c->attr & ATTR_BOLD) != 0 && cells == 1)
		for (size_t i = 0; i < FONT_ROWS; i++)
			rows[i] |= rows[i] >> 1 & 0xff00;
}
