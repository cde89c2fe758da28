/* SPDX-License-Identifier: MIT */
/*
 * The camera's page, drawn to a strip: where the code lies in the picture,
 * what has come, and one hint at a time.
 */
#include <stdio.h>
#include <string.h>

#include "tui/strip.h"
#include "tui/width.h"

#define BOX_COL   2  /* of the frame */
#define BOX_CELLS 28 /* inside */
#define BOX_ROWS  7
#define FACT_COL  34
#define FACT_TEXT 12
#define BAR_CELLS 20
#define LEVELS    5

static void
draw_box(struct strip *s, const struct block *b, size_t top)
{
	for (size_t r = 0; r < BOX_ROWS + 2; r++) {
		bool edge = r == 0 || r == BOX_ROWS + 1;

		strip_put(s, top + r, BOX_COL, 0, TONE_PLAIN, edge ? "+" : "|");
		if (edge)
			grid_fill(s->g, top + r, BOX_COL + 1, BOX_CELLS, '-');
		strip_put(s, top + r, BOX_COL + 1 + BOX_CELLS, 0, TONE_PLAIN,
		    edge ? "+" : "|");
	}
	if (!b->camera.found)
		return;
	for (int r = 0; r < BOX_ROWS; r++) {
		int y = r * 1000 / BOX_ROWS + 500 / BOX_ROWS;

		if (y < b->camera.y || y >= b->camera.y + b->camera.h)
			continue;
		for (int c = 0; c < BOX_CELLS; c++) {
			int x = c * 1000 / BOX_CELLS + 500 / BOX_CELLS;

			if (x >= b->camera.x && x < b->camera.x + b->camera.w)
				grid_fill(s->g, top + 1 + (size_t)r,
				    BOX_COL + 1 + (size_t)c, 1, '#');
		}
	}
}

static void
level(char out[static LEVELS + 1], int n)
{
	for (int i = 0; i < LEVELS; i++)
		out[i] = i < n ? '#' : '-';
	out[LEVELS] = '\0';
}

/* "light  good  ####-    size  2.4  ##---": note is the size's number */
static void
draw_levels(struct strip *s, const struct block *b)
{
	static const char *const light[] = { "screen.light-dark",
		"screen.light-dark", "screen.light-dark", "screen.light-good",
		"screen.light-good", "screen.light-glare" };
	struct buf line = BUF_INIT;
	char bars[2][LEVELS + 1];
	int l = b->camera.light;

	if (l < 0 || l > LEVELS)
		l = 0;
	level(bars[0], l);
	level(bars[1], b->camera.size);
	buf_fmt(&line, "%s  %s  %s    %s  %s  %s",
	    text_get(s->lang, "screen.light"), text_get(s->lang, light[l]),
	    bars[0], text_get(s->lang, "screen.size"),
	    b->note != NULL ? b->note : "-", bars[1]);
	strip_put(s, strip_row(s), BOX_COL + 1, 0, TONE_PLAIN, buf_cstr(&line));
	buf_free(&line);
}

static size_t
draw_received(struct strip *s, const struct block *b, size_t row)
{
	struct buf parts = BUF_INIT;
	char k[24], n[24], bar[BAR_CELLS + 3];
	size_t full = b->total == 0 ? 0 : b->part * BAR_CELLS / b->total;

	snprintf(k, sizeof(k), "%zu", b->part);
	snprintf(n, sizeof(n), "%zu", b->total);
	strip_fill(&parts, s->lang, "screen.parts", "k", k, "n", n, NULL, NULL);
	strip_put(s, row, FACT_COL, 0, TONE_PLAIN,
	    text_get(s->lang, "screen.received"));
	strip_put(
	    s, row, FACT_COL + FACT_TEXT, 0, TONE_PLAIN, buf_cstr(&parts));
	buf_free(&parts);
	bar[0] = '[';
	memset(bar + 1, '.', BAR_CELLS);
	memset(bar + 1, '#', full < BAR_CELLS ? full : BAR_CELLS);
	memcpy(bar + 1 + BAR_CELLS, "]", 2);
	strip_put(s, row + 1, FACT_COL + FACT_TEXT, 0, TONE_PLAIN, bar);
	return row + 2;
}

void
strip_camera(struct strip *s, const struct block *b)
{
	size_t top = strip_row(s), row;

	strip_put(s, top, BOX_COL + 1, 0, TONE_PLAIN,
	    text_get(s->lang, "screen.camera-sees"));
	strip_need(s, top + BOX_ROWS + 2);
	draw_box(s, b, top + 1);
	row = draw_received(s, b, top);
	for (size_t i = 0; i < b->n; i++) {
		strip_put(s, row, FACT_COL, 0, TONE_PLAIN, b->item[i].s[0]);
		row += strip_wrap(s, row, FACT_COL + FACT_TEXT, s->cols, 0,
		    TONE_PLAIN, b->item[i].s[1]);
	}
	if (width_of(b->text) > 0) {
		const char *hint = text_get(s->lang, "screen.hint");

		row++;
		strip_need(s, row);
		strip_put(s, row, FACT_COL, ATTR_BOLD, TONE_STOP, hint);
		strip_wrap(s, row, FACT_COL + width_of(hint) + 3, s->cols,
		    ATTR_BOLD, TONE_PLAIN, b->text);
	}
	s->flag[top + BOX_ROWS + 2] |= ROW_GLUE;
	draw_levels(s, b);
	s->flag[s->n - 1] |= ROW_GLUE;
}
