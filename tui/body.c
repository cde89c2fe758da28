/* SPDX-License-Identifier: MIT */
/*
 * The body of a screen: what stands on every page, what is cut into pages.
 * Invariant: every row of every block is on exactly one page; only blank
 * rows between blocks are ever dropped, the last ones first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/parts.h"
#include "tui/width.h"

#define LEAST_ROOM 4 /* rows for blocks, or the frame gives way */

static bool
some(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static void
page_text(struct buf *out, const struct view *v, const char *text, size_t pages)
{
	char i[24], n[24];
	size_t now = v->page < pages ? v->page : pages - 1;

	snprintf(i, sizeof(i), "%zu", now + 1);
	snprintf(n, sizeof(n), "%zu", pages);
	if (pages <= 1)
		buf_str(out, text != NULL ? text : "");
	else if (some(text))
		strip_fill(out, v->lang, "screen.page-of", "text", text, "i", i,
		    "n", n);
	else
		strip_fill(
		    out, v->lang, "screen.page", "i", i, "n", n, NULL, NULL);
}

/* Act at the left, what is done at the right; two rows when they collide. */
static void
draw_title(struct strip *s, const struct view *v, const char *act,
    const char *text, size_t pages)
{
	struct buf head = BUF_INIT;
	size_t a = width_of(act), h, row;

	page_text(&head, v, text, pages);
	h = width_of(buf_cstr(&head));
	if (a + h == 0) {
		buf_free(&head);
		return;
	}
	row = strip_row(s);
	if (a > 0)
		strip_wrap(
		    s, row, s->edge, s->cols, ATTR_BOLD, TONE_PLAIN, act);
	if (h > 0 && s->edge + a + 2 + h + 1 > s->cols) {
		if (a > 0)
			row = strip_row(s);
		if (h + s->edge + 1 > s->cols) {
			strip_wrap(s, row, s->edge, s->cols, ATTR_BOLD,
			    TONE_PLAIN, buf_cstr(&head));
			h = 0;
		}
	}
	if (h > 0)
		strip_put(s, row, s->cols - 1 - h, ATTR_BOLD, TONE_PLAIN,
		    buf_cstr(&head));
	buf_free(&head);
}

void
strip_refusal(struct strip *s, const struct view *v)
{
	size_t row, used, len, at = 0, next = 0, n, w, cells,
			       col = strip_aside(s);
	const char *text = v->refusal;

	if (!some(text))
		return;
	row = strip_row(s);
	strip_put(s, row, s->edge, ATTR_BOLD, TONE_STOP, "!!");
	cells = s->cols - col;
	used = strip_wrap(s, row, col, cells, ATTR_BOLD, TONE_STOP, text);
	if (!some(v->refusal_id))
		return;
	len = strlen(text);
	do { /* how wide is the last row? */
		n = width_wrap(text + at, len - at, cells, &next);
		w = col + width_strn(text + at, n);
		at += next;
	} while (at < len);
	row += used - 1;
	n = width_of(v->refusal_id);
	if (w + 2 + n + 1 > s->cols) {
		row = strip_row(s);
		s->flag[row] = ROW_GLUE;
	}
	strip_put(s, row, s->cols - 1 - (n + 1 < s->cols ? n : 0), 0,
	    TONE_QUIET, v->refusal_id);
}

static void
draw_who(struct strip *s, const struct view *v)
{
	if (some(v->who))
		strip_label(s, 0, text_get(v->lang, "screen.who"), v->who);
	if (some(v->act_now))
		strip_label(s, 0, text_get(v->lang, "screen.do"), v->act_now);
}

static void
draw_then(struct strip *s, const struct view *v)
{
	if (some(v->then))
		strip_label(s, 0, text_get(v->lang, "screen.then"), v->then);
}

/* " WHO   Manager 1 decides.   THEN  root-token goes inactive." */
static bool
draw_joined(struct strip *s, const struct view *v)
{
	const char *who = text_get(v->lang, "screen.who");
	const char *then = text_get(v->lang, "screen.then");
	size_t col = s->text + width_of(v->who) + 3, row;

	if (!some(v->who) || !some(v->then) || some(v->act_now) ||
	    col + width_of(then) + 2 + width_of(v->then) > s->cols)
		return false;
	row = strip_row(s);
	strip_put(s, row, s->edge, ATTR_BOLD, TONE_PLAIN, who);
	strip_put(s, row, s->text, 0, TONE_PLAIN, v->who);
	strip_put(s, row, col, ATTR_BOLD, TONE_PLAIN, then);
	strip_put(s, row, col + width_of(then) + 2, 0, TONE_PLAIN, v->then);
	return true;
}

/* Refusal, and the prompt's own first paragraph. */
static void
draw_refusal(struct strip *s, const struct view *v, const struct body_frame *f)
{
	strip_refusal(s, v);
	if (f->trusted && some(v->act))
		strip_wrap(s, strip_row(s), 0, s->cols, ATTR_BOLD, TONE_TRUSTED,
		    v->act);
}

static void
draw_top(struct strip *s, const struct view *v, const struct body_frame *f,
    const struct give *g, size_t pages)
{
	if (g->top_mid) {
		if (!f->trusted)
			draw_title(s, v, NULL, NULL, pages);
		return;
	}
	if (!f->trusted)
		draw_title(s, v, v->act, v->head, pages);
	draw_refusal(s, v, f);
	if (!f->trusted && !v->who_last && !g->who_mid)
		draw_who(s, v);
}

static void
draw_bottom(struct strip *s, const struct view *v, const struct give *g)
{
	if (g->join && v->who_last && draw_joined(s, v))
		return;
	if (v->who_last && !g->who_mid) {
		draw_who(s, v);
		if (some(v->then) && !g->then_mid && !g->join)
			strip_soft(s);
	}
	if (!g->then_mid)
		draw_then(s, v);
}

static void
draw_mid(struct strip *s, const struct view *v, const struct body_frame *f,
    const struct give *g, bool gap_first, bool gap_last)
{
	bool page = false;

	if (g->top_mid) {
		if (!f->trusted)
			draw_title(s, v, v->act, v->head, 1);
		draw_refusal(s, v, f);
	}
	if (g->who_mid && !f->trusted)
		draw_who(s, v);
	gap_first = gap_first || g->who_mid;
	for (size_t i = 0; i < v->n_blocks; i++) {
		const struct block *b = &v->block[i];
		size_t at;

		if (b->kind == BLOCK_BREAK) {
			page = s->n > 0;
			continue;
		}
		if (!b->tight && !page && (i > 0 || gap_first))
			strip_soft(s);
		at = s->n;
		strip_block(s, b);
		if (page && s->n > at)
			s->flag[at] |= ROW_PAGE;
		page = false;
	}
	if (g->then_mid && some(v->then) && !f->trusted) {
		strip_soft(s);
		draw_then(s, v);
	} else if (gap_last) {
		strip_soft(s);
	}
}

/* Drop blanks of rows [from, to) until `room` is enough, the last first. */
static void
squeeze(struct body *b, size_t from, size_t to, size_t room)
{
	size_t over = to - from > room ? to - from - room : 0;

	for (size_t i = to; i > from && over > 0; i--) {
		if ((b->mid.flag[i - 1] & ROW_SOFT) != 0) {
			b->page[i - 1] = SIZE_MAX;
			b->squeezed = true;
			over--;
		}
	}
}

/* The heading to repeat above row k when it begins a page; its first row. */
static size_t
heading_rows(const struct body *b, size_t k, size_t room, size_t *first)
{
	size_t end = k, n = 0;

	if ((b->mid.flag[k] & ROW_UNDER) == 0)
		return 0;
	while (end > 0 && (b->mid.flag[end] & ROW_HEAD) == 0)
		end--;
	while (n <= end && (b->mid.flag[end - n] & ROW_HEAD) != 0)
		n++;
	*first = end + 1 - n;
	return n * 2 < room ? n : 0;
}

/* Rows [from, to) on as many pages as they need. */
static void
split(struct body *b, size_t from, size_t to, size_t room)
{
	size_t used = 0, first;

	for (size_t i = from, unit; i < to; i += unit) {
		for (unit = 1;
		     i + unit < to && (b->mid.flag[i + unit] & ROW_GLUE) != 0;
		     unit++)
			;
		if ((b->mid.flag[i] & ROW_SOFT) != 0) {
			bool edge = used == 0 || used == room;

			b->page[i] = edge ? SIZE_MAX : b->pages;
			used += edge ? 0 : 1;
			continue;
		}
		for (size_t k = i; k < i + unit; k++) {
			if (used == room ||
			    (k == i && used > 0 && used + unit > room)) {
				b->pages++;
				used = 0;
			}
			if (used == 0)
				used = heading_rows(b, k, room, &first);
			b->page[k] = b->pages;
			used++;
		}
	}
}

static void
cut(struct body *b, size_t room)
{
	size_t n = b->mid.n, from = 0;

	b->page = xreallocarray(b->page, n + 1, sizeof(*b->page));
	b->pages = 0;
	while (from < n) {
		size_t to = from + 1, soft = 0;

		while (to < n && (b->mid.flag[to] & ROW_PAGE) == 0)
			to++;
		for (size_t i = from; i < to; i++) {
			b->page[i] = b->pages;
			soft += (b->mid.flag[i] & ROW_SOFT) != 0;
		}
		if (to - from - soft <= room)
			squeeze(b, from, to, room);
		else
			split(b, from, to, room);
		b->pages++;
		from = to;
	}
	if (b->pages == 0)
		b->pages = 1;
}

static void
clear(struct body *b)
{
	strip_fini(&b->top);
	strip_fini(&b->mid);
	strip_fini(&b->bottom);
	free(b->page);
	memset(b, 0, sizeof(*b));
}

/* One try; false when the frame leaves too little room. */
static bool
build(struct body *b, const struct view *v, const struct body_frame *f,
    const struct give *g, size_t pages)
{
	size_t room, frame, title;

	strip_init(&b->top, v->lang, f->cols, f->edge, f->text);
	strip_init(&b->mid, v->lang, f->cols, f->edge, f->text);
	strip_init(&b->bottom, v->lang, f->cols, f->edge, f->text);
	draw_top(&b->top, v, f, g, pages);
	if (!f->trusted)
		draw_bottom(&b->bottom, v, g);
	frame = b->top.n + b->bottom.n;
	if (frame + LEAST_ROOM > f->rows && !g->top_mid)
		return false;
	room = frame < f->rows ? f->rows - frame : 1;
	b->mid.room = room;
	title = !f->trusted && (some(v->act) || some(v->head)) ? 1 : 0;
	draw_mid(
	    &b->mid, v, f, g, f->trusted || b->top.n > title, b->bottom.n > 0);
	b->room = room;
	b->give = *g;
	cut(b, room);
	return true;
}

/* The top again, with the number of pages; false if it takes other rows. */
static bool
numbered(struct body *b, const struct view *v, const struct body_frame *f,
    const struct give *g)
{
	struct strip top;
	bool same;

	strip_init(&top, v->lang, f->cols, f->edge, f->text);
	draw_top(&top, v, f, g, b->pages);
	same = top.n == b->top.n;
	if (same) {
		strip_fini(&b->top);
		b->top = top;
	} else {
		strip_fini(&top);
	}
	return same;
}

void
body_init(struct body *b, const struct view *v, const struct body_frame *f)
{
	static const struct give gives[] = {
		{ false, false, false, false },
		{ false, true, false, false },
		{ false, true, true, false },
		{ false, true, true, true },
	};
	struct give g = { 0 };
	struct body joined = { 0 };
	size_t pages = 1;

	memset(b, 0, sizeof(*b));
	for (size_t pass = 0; pass < 4; pass++) {
		for (size_t i = 0; i < 4; i++) {
			clear(b);
			g = gives[i];
			if (build(b, v, f, &g, pages))
				break;
		}
		if (v->who_last && (b->pages > 1 || b->squeezed)) {
			g = (struct give){ .join = true };
			if (build(&joined, v, f, &g, pages) &&
			    joined.pages <= b->pages) {
				clear(b);
				*b = joined;
				memset(&joined, 0, sizeof(joined));
			}
			clear(&joined);
		}
		if (b->pages == 1 || b->pages == pages || numbered(b, v, f, &g))
			break;
		pages = b->pages;
	}
}

void
body_turn(struct body *b, const struct view *v, const struct body_frame *f)
{
	if (b->pages == 1 || numbered(b, v, f, &b->give))
		return;
	body_fini(b);
	body_init(b, v, f);
}

void
body_fini(struct body *b)
{
	clear(b);
}

size_t
body_now(const struct body *b)
{
	for (size_t i = 0; i < b->mid.n; i++)
		if ((b->mid.flag[i] & ROW_NOW) != 0 && b->page[i] != SIZE_MAX)
			return b->page[i];
	return SIZE_MAX;
}

size_t
body_difference(const struct body *b, size_t after)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < b->mid.n; i++) {
		if ((b->mid.flag[i] & ROW_DIFFERS) == 0 ||
		    b->page[i] == SIZE_MAX)
			continue;
		if (b->page[i] > after)
			return b->page[i];
		if (found == SIZE_MAX)
			found = b->page[i];
	}
	return found;
}

void
body_put(const struct body *b, const struct body_frame *f, size_t page,
    struct grid *g, size_t row, size_t col)
{
	size_t at = row, end = row + f->rows - b->bottom.n, n = 0, first = 0;
	bool fresh = true;

	if (page >= b->pages)
		page = b->pages - 1;
	for (size_t i = 0; i < b->top.n && at < end; i++)
		grid_copy_row(g, at++, col, b->top.g, i, f->cols);
	for (size_t i = 0; i < b->mid.n && at < end; i++) {
		if (b->page[i] != page)
			continue;
		if (fresh)
			n = heading_rows(b, i, b->room, &first);
		for (size_t k = 0; fresh && k < n; k++)
			grid_copy_row(
			    g, at++, col, b->mid.g, first + k, f->cols);
		fresh = false;
		grid_copy_row(g, at++, col, b->mid.g, i, f->cols);
	}
	at = end;
	for (size_t i = 0; i < b->bottom.n; i++)
		grid_copy_row(g, at++, col, b->bottom.g, i, f->cols);
}
