/* SPDX-License-Identifier: MIT */
/*
 * The script with its ticks, drawn to a strip: the whole page, where acts
 * far from the present fold to one line when room is short, and the narrow
 * column at the right of wide screens.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/strip.h"
#include "tui/width.h"

#define ACTS_MAX  64
#define COL_NO    5 /* all from the edge */
#define COL_CODES 10
#define COL_TEXT  18
#define COL_DONE  58
#define COL_PLAN  70 /* right edges */
#define COL_TOOK  78
#define FOLD_HALF 44

struct act {
	size_t from, to; /* items: its own line, behind its last step */
	bool folded;
};

static size_t
find_acts(const struct block *b, struct act acts[static ACTS_MAX], size_t *now)
{
	size_t n = 0;

	*now = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->item[i].strong) {
			if (n == ACTS_MAX)
				break;
			acts[n++] = (struct act){ i, i + 1, false };
		} else if (n > 0) {
			acts[n - 1].to = i + 1;
		}
		if (i == b->now && n > 0)
			*now = n - 1;
	}
	return n;
}

/* Cells of a step's text: more where nothing stands under "done". */
static size_t
text_room(const struct view_item *it)
{
	if (it->s[0] == NULL)
		return 79 - COL_TEXT;
	return (width_of(it->s[3]) > 0 ? COL_DONE : COL_PLAN - 4) - COL_TEXT -
	    1;
}

static size_t
step_rows(const struct view_item *it)
{
	size_t room = text_room(it), rows, codes;

	rows = width_lines(it->s[2] != NULL ? it->s[2] : "", room);
	codes = width_lines(
	    it->s[1] != NULL ? it->s[1] : "", COL_TEXT - COL_CODES - 1);
	return rows > codes ? rows : codes;
}

static size_t
rows_needed(const struct block *b, const struct act *acts, size_t n)
{
	size_t rows = 0, folded = 0;

	for (size_t a = 0; a < n; a++) {
		if (acts[a].folded) {
			folded++;
			continue;
		}
		rows += (folded + 1) / 2 + 1;
		folded = 0;
		for (size_t i = acts[a].from + 1; i < acts[a].to; i++)
			rows += step_rows(&b->item[i]);
	}
	return rows + (folded + 1) / 2;
}

/* Fold from the far end until it fits; the present act stays open. */
static void
fold(const struct block *b, struct act *acts, size_t n, size_t now, size_t room)
{
	while (rows_needed(b, acts, n) > room) {
		size_t far = now;

		for (size_t a = 0; a < n; a++) {
			size_t d = a > now ? a - now : now - a;
			size_t best = far > now ? far - now : now - far;

			if (a != now && !acts[a].folded && d >= best)
				far = a;
		}
		if (far == now)
			return;
		acts[far].folded = true;
	}
}

static void
act_label(struct buf *out, const struct strip *s, const struct view_item *it)
{
	strip_fill(out, s->lang, "screen.act", "n", it->s[0], "title", it->s[1],
	    NULL, NULL);
}

static void
right(struct strip *s, size_t row, size_t end, const char *text)
{
	size_t w = width_of(text);

	strip_put(
	    s, row, s->edge + end - (w < end ? w : end), 0, TONE_PLAIN, text);
}

static void
draw_folded(struct strip *s, const struct view_item *it, bool second)
{
	struct buf label = BUF_INIT, rest = BUF_INIT;
	size_t row, col, room, used;
	char n[24];

	row = second ? s->n - 1 : strip_row(s);
	col = s->edge + (second ? FOLD_HALF : 0);
	act_label(&label, s, it);
	snprintf(n, sizeof(n), "%zu", it->width);
	strip_fill(
	    &rest, s->lang, "screen.steps", "n", n, NULL, NULL, NULL, NULL);
	buf_str(&rest, "  ");
	snprintf(n, sizeof(n), "%zu", it->rows);
	strip_fill(
	    &rest, s->lang, "screen.minutes", "n", n, NULL, NULL, NULL, NULL);
	room = (second ? s->cols - FOLD_HALF : FOLD_HALF) -
	    width_of(buf_cstr(&rest)) - 5;
	used = width_of(buf_cstr(&label));
	strip_wrap(s, row, col, room, 0, TONE_PLAIN, buf_cstr(&label));
	strip_put(s, row, col + (used < room ? used : room) + 3, 0, TONE_PLAIN,
	    buf_cstr(&rest));
	buf_free(&label);
	buf_free(&rest);
}

static void
draw_act(struct strip *s, const struct view_item *it, bool first)
{
	struct buf label = BUF_INIT;
	size_t row = strip_row(s);

	act_label(&label, s, it);
	strip_wrap(s, row, s->edge, COL_DONE - 1, ATTR_BOLD, TONE_PLAIN,
	    buf_cstr(&label));
	if (first) {
		right(s, row, COL_DONE + 5, text_get(s->lang, "screen.done"));
		right(s, row, COL_PLAN, text_get(s->lang, "screen.plan"));
		right(s, row, COL_TOOK, text_get(s->lang, "screen.took"));
	}
	buf_free(&label);
}

static void
draw_step(struct strip *s, const struct view_item *it)
{
	size_t row = strip_row(s);
	unsigned attr = it->mark == MARK_NOW ? ATTR_BOLD : 0;

	if (it->s[0] == NULL) { /* a remark on the step before */
		s->flag[row] = ROW_GLUE;
		strip_wrap(s, row, s->edge + COL_TEXT, s->cols, 0, TONE_PLAIN,
		    it->s[2]);
		return;
	}
	strip_put(s, row, s->edge + 1, attr, TONE_PLAIN, mark_text(it->mark));
	strip_put(s, row, s->edge + COL_NO, attr, TONE_PLAIN, it->s[0]);
	strip_wrap(s, row, s->edge + COL_CODES, COL_TEXT - COL_CODES - 1, attr,
	    TONE_PLAIN, it->s[1]);
	strip_wrap(s, row, s->edge + COL_TEXT, text_room(it), attr, TONE_PLAIN,
	    it->s[2]);
	strip_put(s, row, s->edge + COL_DONE, attr, TONE_PLAIN, it->s[3]);
	right(s, row, COL_PLAN, it->s[4]);
	right(s, row, COL_TOOK, it->s[5]);
}

void
strip_script(struct strip *s, const struct block *b)
{
	struct act acts[ACTS_MAX];
	size_t now, n = find_acts(b, acts, &now);
	bool half = false, first = true;

	fold(b, acts, n, now, s->room);
	for (size_t a = 0; a < n; a++) {
		if (acts[a].folded) {
			draw_folded(s, &b->item[acts[a].from], half);
			half = !half;
			continue;
		}
		half = false;
		draw_act(s, &b->item[acts[a].from], first);
		first = false;
		for (size_t i = acts[a].from + 1; i < acts[a].to; i++)
			draw_step(s, &b->item[i]);
	}
}

/* The narrow one: mark, number, text wrapped; all of it, the caller cuts. */
void
strip_side_script(struct strip *s, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *it = &b->item[i];
		size_t row = strip_row(s);
		unsigned attr = it->mark == MARK_NOW ? ATTR_BOLD : 0;

		if (i == b->now) {
			s->g->cursor = true;
			s->g->cursor_row = row;
		}
		if (it->strong) {
			struct buf label = BUF_INIT;

			act_label(&label, s, it);
			strip_wrap(s, row, 0, s->cols, ATTR_BOLD, TONE_PLAIN,
			    buf_cstr(&label));
			buf_free(&label);
			continue;
		}
		if (it->s[0] != NULL) {
			strip_put(
			    s, row, 0, attr, TONE_PLAIN, mark_text(it->mark));
			strip_put(s, row, 4, attr, TONE_PLAIN, it->s[0]);
		}
		strip_wrap(s, row, 9, s->cols, attr, TONE_PLAIN, it->s[2]);
	}
}
