/* SPDX-License-Identifier: MIT */
/*
 * What stands at the right of wide screens, and the screen of a code.
 * Invariant: the first eighty columns are never touched by the one; a
 * module of the other is black on white with four light ones all around.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/words.h"
#include "tui/layout.h"
#include "tui/parts.h"
#include "tui/width.h"

#define SIDE_COL  82
#define QUIET     4  /* light modules around a symbol (ISO/IEC 18004) */
#define CODE_TEXT 35 /* columns that the text beside a code wants */

static void
side_label(struct strip *s, const char *id, const char *text)
{
	size_t row;

	if (width_of(text) == 0)
		return;
	row = strip_row(s);
	if (id != NULL) {
		strip_put(s, row, 0, ATTR_BOLD, TONE_PLAIN, id);
		strip_wrap(s, row, 7, s->cols, 0, TONE_PLAIN, text);
	} else {
		strip_wrap(s, row, 0, s->cols, ATTR_BOLD, TONE_PLAIN, text);
	}
}

/* The other language, in brief: what must be understood, not the data. */
static void
draw_other(struct strip *s, const struct view *o)
{
	side_label(s, NULL, o->act);
	side_label(s, NULL, o->head);
	side_label(s, "!!", o->refusal);
	side_label(s, text_get(o->lang, "screen.who"), o->who);
	side_label(s, text_get(o->lang, "screen.do"), o->act_now);
	for (size_t i = 0; i < o->n_blocks; i++)
		if (o->block[i].kind == BLOCK_SAY)
			side_label(s, ">>", o->block[i].text);
	side_label(s, text_get(o->lang, "screen.then"), o->then);
}

/* Rows of a strip from `at` on; dots where more stands above or below. */
static void
put_window(
    struct grid *g, size_t row, size_t rows, const struct strip *s, size_t at)
{
	for (size_t i = 0; i < rows && at + i < s->n; i++) {
		bool above = i == 0 && at > 0;
		bool below = i + 1 == rows && at + rows < s->n;

		if (above || below)
			grid_str(g, row + i, SIDE_COL, "...");
		else
			grid_copy_row(
			    g, row + i, SIDE_COL, s->g, at + i, s->cols);
	}
}

void
wide_side(struct grid *g, const struct view *v, const struct view *other)
{
	size_t cols = g->cols - SIDE_COL, row = 3, end = g->rows;
	struct grid keep = *g; /* the cursor stays where it is */
	struct strip s;

	if (!layout_both(g->cols))
		other = NULL;
	if (other == NULL && v->script == NULL)
		return; /* no rule beside nothing */
	for (size_t r = row; r < end; r++)
		grid_str(g, r, LAYOUT_COLS, "|");
	if (other != NULL) {
		strip_init(&s, other->lang, cols, 0, 7);
		draw_other(&s, other);
		put_window(g, row, end - row - 1, &s, 0);
		row += s.n < end - row - 1 ? s.n : end - row - 1;
		strip_fini(&s);
		if (row + 1 < end)
			grid_fill(g, row++, SIDE_COL, cols - 1, '-');
	}
	if (v->script != NULL && row < end) {
		size_t room = end - row, at = 0, now;

		strip_init(&s, v->lang, cols, 0, 7);
		strip_side_script(&s, v->script);
		now = s.g->cursor ? s.g->cursor_row : 0;
		s.g->cursor = false;
		if (s.n > room && now > room / 3)
			at = now - room / 3;
		if (at > 0 && at + room > s.n)
			at = s.n - room;
		put_window(g, row, room, &s, at);
		strip_fini(&s);
	}
	g->cursor = keep.cursor;
	g->cursor_row = keep.cursor_row;
	g->cursor_col = keep.cursor_col;
}

size_t
layout_code_room(size_t rows, size_t cols, bool whole)
{
	size_t high, broad;

	if (rows < LAYOUT_ROWS || cols < LAYOUT_COLS)
		return 0;
	high = whole ? rows - 1 : (rows - 1) * 2;
	broad = (cols - CODE_TEXT) / (whole ? 2 : 1);
	return (high < broad ? high : broad) - 2 * QUIET;
}

void
layout_code_need(size_t modules, bool whole, size_t *rows, size_t *cols)
{
	size_t side = modules + 2 * QUIET;

	*rows = (whole ? side : (side + 1) / 2) + 1;
	*cols = side * (whole ? 2 : 1) + CODE_TEXT;
	if (*rows < LAYOUT_ROWS)
		*rows = LAYOUT_ROWS;
	if (*cols < LAYOUT_COLS)
		*cols = LAYOUT_COLS;
}

/* Whether the module at (x, y), quiet zone included, is dark. */
static bool
dark(const struct view *v, size_t x, size_t y)
{
	if (x < QUIET || y < QUIET || x >= QUIET + v->code_side ||
	    y >= QUIET + v->code_side)
		return false;
	return v->code[(y - QUIET) * v->code_side + x - QUIET] != 0;
}

/* Half or whole cells that a module is high: as many as there is room for. */
static size_t
module_size(const struct grid *g, const struct view *v)
{
	size_t side = v->code_side + 2 * QUIET;
	size_t down = (g->rows - 1) * (v->code_whole ? 1 : 2) / side;
	size_t across = (g->cols - CODE_TEXT) / side / (v->code_whole ? 2 : 1);
	size_t most = down < across ? down : across;

	return most > 1 ? most : 1;
}

static void
draw_modules(struct grid *g, const struct view *v, size_t k)
{
	static const char *const block[] = { " ", "▀", "▄", "█" };
	size_t side = (v->code_side + 2 * QUIET) * k;

	for (size_t y = 0; y < side && y / 2 + 1 < g->rows; y += 2) {
		for (size_t x = 0; x < side; x++) {
			const char *b = block[(dark(v, x / k, y / k) ? 1 : 0) |
			    (dark(v, x / k, (y + 1) / k) ? 2 : 0)];

			grid_put(g, y / 2, x, 1, ATTR_CODE, TONE_PLAIN, b,
			    strlen(b));
		}
	}
}

/* White and black of whole cells: no letter that a font may lack. */
static void
draw_whole(struct grid *g, const struct view *v, size_t k)
{
	size_t side = (v->code_side + 2 * QUIET) * k;

	for (size_t y = 0; y < side && y + 1 < g->rows; y++)
		for (size_t x = 0; x < side; x++)
			grid_put(g, y, 2 * x, 2,
			    ATTR_CODE | ATTR_WHOLE |
				(dark(v, x / k, y / k) ? ATTR_REVERSE : 0),
			    TONE_PLAIN, "  ", 2);
}

void
wide_code(struct grid *g, const struct view *v)
{
	size_t k = module_size(g, v), w;
	size_t side = (v->code_side + 2 * QUIET) * k;
	size_t left = side * (v->code_whole ? 2 : 1) + 1;
	struct buf line = BUF_INIT;
	struct strip s;

	if (v->code_whole)
		draw_whole(g, v, k);
	else
		draw_modules(g, v, k);
	strip_init(&s, v->lang, g->cols - left, 0, 6);
	buf_fmt(
	    &line, "%s  %s", mode_text(v), v->clock != NULL ? v->clock : "");
	strip_wrap(
	    &s, strip_row(&s), 0, s.cols, 0, bar_role(v), buf_cstr(&line));
	buf_reset(&line);
	buf_fmt(&line, "%s %u/%u  %s", v->step != NULL ? v->step : "", v->at,
	    v->of, v->act != NULL ? v->act : "");
	strip_wrap(
	    &s, strip_row(&s), 0, s.cols, 0, bar_role(v), buf_cstr(&line));
	w = s.n;
	for (size_t i = 0; i < w; i++)
		grid_paint(s.g, i, 0, s.cols, ATTR_REVERSE, bar_role(v));
	strip_refusal(&s, v);
	if (width_of(v->head) > 0)
		strip_wrap(
		    &s, strip_row(&s), 0, s.cols, 0, TONE_PLAIN, v->head);
	if (width_of(v->who) > 0)
		strip_label(&s, 0, text_get(v->lang, "screen.who"), v->who);
	for (size_t i = 0; i < v->n_blocks; i++)
		strip_block(&s, &v->block[i]);
	for (size_t i = 0; i < s.n && i + 1 < g->rows; i++)
		grid_copy_row(g, i, left, s.g, i, s.cols);
	strip_fini(&s);
	buf_free(&line);
	keys_line(g, g->rows - 1, 1, g->cols - 1, v, false);
}
