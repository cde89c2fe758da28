/* SPDX-License-Identifier: MIT */
/*
 * The frame of the trusted prompt.  Invariant: every cell of the outer
 * border is '#', at every size, and nothing of the console's look (bars,
 * foot) is ever in it.
 */
#include "tui/trusted.h"

#include <stdio.h>
#include <string.h>

#include "tui/layout.h"
#include "tui/parts.h"
#include "tui/width.h"

#define HEAD_ROWS 3
#define TEXT_COL  2
#define TEXT_COLS (LAYOUT_COLS - 2 * TEXT_COL)
#define LABEL     17
#define CALLED    36
#define BODY_ROW  (1 + HEAD_ROWS)
#define BODY_ROWS (LAYOUT_ROWS - BODY_ROW - 2)
#define KEY_ROW   (LAYOUT_ROWS - 2)

static const struct body_frame frame = { BODY_ROWS, TEXT_COLS, 0, 0, true };

static void
border(struct grid *g)
{
	for (size_t r = 0; r < g->rows; r++) {
		if (r == 0 || r + 1 == g->rows)
			grid_fill(g, r, 0, g->cols, '#');
		grid_fill(g, r, 0, 1, '#');
		grid_fill(g, r, g->cols - 1, 1, '#');
	}
}

static void
right_text(struct grid *g, size_t row, const char *text)
{
	size_t w = width_str(text);

	if (w <= TEXT_COLS)
		grid_str(g, row, LAYOUT_COLS - TEXT_COL - w, text);
}

static void
line(struct grid *g, size_t row, size_t col, const char *text)
{
	if (text != NULL && col + 1 < LAYOUT_COLS)
		grid_put(g, row, col, LAYOUT_COLS - TEXT_COL - col, 0,
		    TONE_PLAIN, text, strlen(text));
}

static void
head(struct grid *g, const struct view *v, const char *program)
{
	struct buf right = BUF_INIT;
	const char *label;
	size_t col;

	line(g, 1, TEXT_COL, text_get(v->lang, "trusted.title"));
	grid_paint(g, 1, TEXT_COL,
	    width_str(text_get(v->lang, "trusted.title")), ATTR_BOLD,
	    TONE_PLAIN);
	buf_fmt(
	    &right, "%s   %s", mode_text(v), v->clock != NULL ? v->clock : "");
	right_text(g, 1, buf_cstr(&right));
	buf_free(&right);
	label = text_get(v->lang, "trusted.program");
	line(g, 2, TEXT_COL, label);
	col = width_str(label) + 2 > LABEL ? width_str(label) + 2 : LABEL;
	line(g, 2, TEXT_COL + col, program);
	col += width_str(program) + 3;
	if (TEXT_COL + col < CALLED)
		col = CALLED - TEXT_COL;
	line(g, 2, TEXT_COL + col, text_get(v->lang, "trusted.called"));
	label = text_get(v->lang, "trusted.system");
	line(g, 3, TEXT_COL, label);
	col = width_str(label) + 2 > LABEL ? width_str(label) + 2 : LABEL;
	line(g, 3, TEXT_COL + col, v->title);
}

struct layout *
trusted_open(const struct view *v)
{
	return layout_framed(v, &frame);
}

size_t
trusted_pages(const struct view *v)
{
	struct layout *l = trusted_open(v);
	size_t pages = layout_count(l);

	layout_close(l);
	return pages;
}

/* "page 3 of 3", at the right of the second line. */
static void
page_of(struct grid *g, const struct view *v, size_t pages)
{
	struct buf text = BUF_INIT;
	char i[24], n[24];
	size_t now = v->page < pages ? v->page : pages - 1;

	snprintf(i, sizeof(i), "%zu", now + 1);
	snprintf(n, sizeof(n), "%zu", pages);
	strip_fill(&text, v->lang, "screen.page", "i", i, "n", n, NULL, NULL);
	right_text(g, 2, buf_cstr(&text));
	buf_free(&text);
}

struct grid *
trusted_grid(struct layout *l, const char *program, size_t rows, size_t cols)
{
	const struct view *v = l->v;
	struct grid *g;

	if (rows < LAYOUT_ROWS || cols < LAYOUT_COLS)
		return layout_new(v, NULL, rows, cols);
	g = grid_new(rows, cols);
	border(g);
	head(g, v, program);
	layout_put(l, g, BODY_ROW, TEXT_COL);
	if (l->b.pages > 1)
		page_of(g, v, l->b.pages);
	keys_line(g, KEY_ROW, TEXT_COL, TEXT_COLS, v, false);
	for (size_t i = 0; i < rows * cols; i++)
		g->cell[i].role = TONE_TRUSTED;
	return g;
}

struct grid *
trusted_new(const struct view *v, const char *program, size_t rows, size_t cols)
{
	struct layout *l = trusted_open(v);
	struct grid *g = trusted_grid(l, program, rows, cols);

	layout_close(l);
	return g;
}

int
trusted_slot(const struct view *v, size_t rows, size_t cols, size_t i,
    size_t *row, size_t *col)
{
	struct body b;
	size_t page, at = 0;
	int rc = -1;

	if (rows < LAYOUT_ROWS || cols < LAYOUT_COLS)
		return -1;
	body_init(&b, v, &frame);
	page = v->page < b.pages ? v->page : b.pages - 1;
	if (i < b.mid.n_slots && b.page[b.mid.slot_row[i]] == page) {
		for (size_t r = 0; r < b.mid.slot_row[i]; r++)
			at += b.page[r] == page;
		*row = BODY_ROW + b.top.n + at;
		*col = TEXT_COL + b.mid.slot_col[i];
		rc = 0;
	}
	body_fini(&b);
	return rc;
}
