/* SPDX-License-Identifier: MIT */
/*
 * What a terminal does to its cells.  Invariant: the grid is whole after each
 * of these, and the pen is within it.
 */
#include "tui/vt_cells.h"

#include <string.h>

#include "ceremony/base/utf8.h"
#include "tui/width.h"

void
cells_reset(struct vt *v)
{
	v->pen = (struct vt_pen){ .fg = -1, .bg = -1 };
	v->saved = v->pen;
	v->top = 0;
	v->bottom = v->g->rows;
	v->origin = v->lines = false;
	v->autowrap = v->shown = true;
	for (size_t r = 0; r < v->g->rows; r++)
		grid_fill(v->g, r, 0, v->g->cols, ' ');
}

/* Colours are what cells mean (tui/curses.c, tui/ansi.c). */
static enum tone
tone(const struct vt_pen *p)
{
	static const enum tone FG[8] = { TONE_PLAIN, TONE_STOP, TONE_GOOD,
		TONE_PRODUCTION, TONE_PLAIN, TONE_PLAIN, TONE_REHEARSAL,
		TONE_PLAIN };

	if (p->bg == 7)
		return TONE_TRUSTED;
	return p->fg == -1 ? TONE_PLAIN : FG[p->fg];
}

void
cells_erase(struct vt *v, size_t row, size_t col, size_t n)
{
	if (row >= v->g->rows || col >= v->g->cols)
		return;
	if (n > v->g->cols - col)
		n = v->g->cols - col;
	grid_fill(v->g, row, col, n, ' ');
	grid_paint(
	    v->g, row, col, n, 0, v->pen.bg == 7 ? TONE_TRUSTED : TONE_PLAIN);
}

/* A row's cells from `from` on stand at `to` on; halves are mended. */
static void
move_cells(struct vt *v, size_t row, size_t to, size_t from)
{
	struct cell *c = &v->g->cell[row * v->g->cols];
	size_t cols = v->g->cols, most = to > from ? to : from;

	memmove(c + to, c + from, (cols - most) * sizeof(*c));
	for (size_t i = 0; i < cols; i++) {
		bool left =
		    c[i].width == 2 && (i + 1 == cols || c[i + 1].width != 0);
		bool right = c[i].width == 0 && (i == 0 || c[i - 1].width != 2);

		if (left || right) {
			c[i].cp = ' ';
			c[i].width = 1;
			memset(c[i].mark, 0, sizeof(c[i].mark));
		}
	}
}

void
cells_scroll(struct vt *v, size_t at, size_t n, bool up)
{
	size_t cols = v->g->cols, rows = v->bottom - at;
	struct cell *c = &v->g->cell[at * cols];

	if (n > rows)
		n = rows;
	memmove(up ? c : c + n * cols, up ? c + n * cols : c,
	    (rows - n) * cols * sizeof(*c));
	for (size_t i = 0; i < n; i++) {
		size_t row = up ? v->bottom - 1 - i : at + i;

		/* What is left of the copy is no half of anything. */
		for (size_t k = 0; k < cols; k++)
			v->g->cell[row * cols + k].width = 1;
		cells_erase(v, row, 0, cols);
	}
}

void
cells_line_feed(struct vt *v)
{
	if (v->pen.row + 1 == v->bottom)
		cells_scroll(v, v->top, 1, true);
	else if (v->pen.row + 1 < v->g->rows)
		v->pen.row++;
}

void
cells_put(struct vt *v, uint32_t cp)
{
	size_t w = (size_t)width_char(cp), cols = v->g->cols;
	struct vt_pen *p = &v->pen;
	char text[4];

	if (!utf8_is_printable(cp)) {
		cp = '?';
		w = 1;
	}
	if (w == 0) { /* it joins the character before */
		size_t at = p->row * cols + p->col - (p->wrap ? 0 : 1);
		struct cell *c;

		if (!p->wrap && p->col == 0)
			return;
		c = &v->g->cell[at];
		if (c->width == 0)
			c--;
		for (size_t i = 0; i < CELL_MARKS; i++)
			if (c->mark[i] == 0) {
				c->mark[i] = cp;
				break;
			}
		return;
	}
	if (w > cols)
		return;
	if (v->autowrap && (p->wrap || p->col + w > cols)) {
		p->col = 0;
		cells_line_feed(v);
	}
	if (p->col + w > cols)
		p->col = cols - w;
	p->wrap = false;
	grid_put(v->g, p->row, p->col, w, p->attr, tone(p), text,
	    utf8_encode(cp, text));
	v->last = cp;
	p->col += w;
	if (p->col == cols) {
		p->col--;
		p->wrap = true;
	}
}

void
cells_clear(struct vt *v, unsigned how, bool screen)
{
	size_t row = v->pen.row, col = v->pen.col, cols = v->g->cols;

	if (how > (screen ? 3u : 2u))
		return;
	if (how == 0)
		cells_erase(v, row, col, cols - col);
	else if (how == 1)
		cells_erase(v, row, 0, col + 1);
	else
		cells_erase(v, row, 0, cols);
	if (!screen)
		return;
	for (size_t r = 0; r < v->g->rows; r++)
		if ((how == 0 && r > row) || (how == 1 && r < row) || how > 1)
			cells_erase(v, r, 0, cols);
}

void
cells_edit(struct vt *v, uint8_t f, size_t n)
{
	size_t row = v->pen.row, col = v->pen.col;
	size_t left = v->g->cols - col, rows = n;

	if (n > left)
		n = left;
	switch (f) {
	case '@':
		move_cells(v, row, col + n, col);
		cells_erase(v, row, col, n);
		break;
	case 'P':
		move_cells(v, row, col, col + n);
		cells_erase(v, row, v->g->cols - n, n);
		break;
	case 'X':
		cells_erase(v, row, col, n);
		break;
	default:
		if (row >= v->top && row < v->bottom)
			cells_scroll(v, row, rows, f == 'M');
		break;
	}
	v->pen.wrap = false;
}
