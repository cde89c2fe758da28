/* SPDX-License-Identifier: MIT */
/*
 * Cells.  Invariant (grid_whole): a cell of width 2 is followed by one of
 * width 0 in the same row, and a cell of width 0 follows one of width 2.
 */
#include "tui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"
#include "tui/width.h"

static const struct cell blank = { .cp = ' ', .width = 1 };

static void
blank_cells(struct cell *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		c[i] = blank;
}

struct grid *
grid_new(size_t rows, size_t cols)
{
	struct grid *g = xcalloc(1, sizeof(*g));

	g->cols = cols;
	grid_grow(g, rows);
	return g;
}

void
grid_grow(struct grid *g, size_t rows)
{
	size_t had = g->rows * g->cols;

	if (rows <= g->rows)
		return;
	g->cell = xreallocarray(g->cell, rows * g->cols + 1, sizeof(*g->cell));
	blank_cells(g->cell + had, rows * g->cols - had);
	g->rows = rows;
}

void
grid_free(struct grid *g)
{
	if (g == NULL)
		return;
	free(g->cell);
	free(g);
}

struct cell *
grid_at(struct grid *g, size_t row, size_t col)
{
	return row < g->rows && col < g->cols ? &g->cell[row * g->cols + col]
					      : NULL;
}

/* Before a cell is written: the other half of what stood there goes. */
static void
clear_halves(struct cell *c, size_t col)
{
	if (c->width == 0 && col > 0) {
		c[-1].cp = ' ';
		c[-1].width = 1;
	} else if (c->width == 2) {
		c[1].cp = ' ';
		c[1].width = 1;
	}
}

static void
set_cell(struct grid *g, size_t row, size_t col, uint32_t cp, int width,
    unsigned attr, enum tone role)
{
	struct cell *c = &g->cell[row * g->cols + col];

	clear_halves(c, col);
	*c = (struct cell){ .cp = cp,
		.width = (uint8_t)width,
		.attr = (uint8_t)attr,
		.role = (uint8_t)role };
}

static void
add_mark(struct cell *c, uint32_t cp)
{
	for (size_t i = 0; i < CELL_MARKS; i++) {
		if (c->mark[i] == 0) {
			c->mark[i] = cp;
			return;
		}
	}
}

size_t
grid_put(struct grid *g, size_t row, size_t col, size_t cells, unsigned attr,
    enum tone role, const char *s, size_t len)
{
	size_t used = 0, i = 0;
	struct cell *last = NULL;

	if (row >= g->rows || col >= g->cols)
		return 0;
	if (cells > g->cols - col)
		cells = g->cols - col;
	while (i < len) {
		uint32_t cp = '?';
		size_t n = utf8_decode(s + i, len - i, &cp), w;

		if (n == 0 || !utf8_is_printable(cp))
			cp = '?';
		i += n == 0 ? 1 : n;
		w = (size_t)width_char(cp);
		if (w == 0) {
			if (last != NULL)
				add_mark(last, cp);
			continue;
		}
		if (used + w > cells)
			break;
		set_cell(g, row, col + used, cp, (int)w, attr, role);
		last = &g->cell[row * g->cols + col + used];
		if (w == 2)
			set_cell(g, row, col + used + 1, 0, 0, attr, role);
		used += w;
	}
	return used;
}

size_t
grid_str(struct grid *g, size_t row, size_t col, const char *s)
{
	return grid_put(g, row, col, SIZE_MAX, 0, TONE_PLAIN, s, strlen(s));
}

void
grid_fill(struct grid *g, size_t row, size_t col, size_t n, char c)
{
	for (size_t i = 0; i < n && col + i < g->cols && row < g->rows; i++)
		set_cell(g, row, col + i, (uint32_t)(unsigned char)c, 1, 0,
		    TONE_PLAIN);
}

void
grid_paint(struct grid *g, size_t row, size_t col, size_t n, unsigned attr,
    enum tone role)
{
	for (size_t i = 0; i < n; i++) {
		struct cell *c = grid_at(g, row, col + i);

		if (c == NULL)
			return;
		c->attr = (uint8_t)attr;
		c->role = (uint8_t)role;
	}
}

void
grid_copy_row(struct grid *to, size_t to_row, size_t to_col,
    const struct grid *from, size_t row, size_t cols)
{
	if (to_row >= to->rows || to_col >= to->cols || row >= from->rows)
		return;
	if (cols > from->cols)
		cols = from->cols;
	if (cols > to->cols - to_col)
		cols = to->cols - to_col;
	memcpy(&to->cell[to_row * to->cols + to_col],
	    &from->cell[row * from->cols], cols * sizeof(struct cell));
	if (from->cursor && from->cursor_row == row) {
		to->cursor = true;
		to->cursor_row = to_row;
		to->cursor_col = to_col + from->cursor_col;
	}
}

void
grid_dump(const struct grid *g, struct buf *out)
{
	char bytes[4];

	for (size_t r = 0; r < g->rows; r++) {
		for (size_t c = 0; c < g->cols; c++) {
			const struct cell *x = &g->cell[r * g->cols + c];

			if (x->width == 0)
				continue;
			buf_add(out, bytes, utf8_encode(x->cp, bytes));
			for (size_t i = 0; i < CELL_MARKS; i++)
				if (x->mark[i] != 0)
					buf_add(out, bytes,
					    utf8_encode(x->mark[i], bytes));
		}
		buf_byte(out, '\n');
	}
}

bool
grid_whole(const struct grid *g)
{
	for (size_t r = 0; r < g->rows; r++) {
		const struct cell *row = &g->cell[r * g->cols];

		for (size_t c = 0; c < g->cols; c++) {
			if (row[c].width == 2 &&
			    (c + 1 == g->cols || row[c + 1].width != 0))
				return false;
			if (row[c].width == 0 &&
			    (c == 0 || row[c - 1].width != 2))
				return false;
		}
	}
	return true;
}
