/* SPDX-License-Identifier: MIT */
/*
 * Lists, drawn to a strip: people, tables, checks, deeds, ways.
 * Invariant: a value that is too long wraps inside its own column.
 */
#include <string.h>

#include "tui/strip.h"
#include "tui/width.h"

#define CELLS_LEAST 4  /* a column that has text */
#define PLACE_COL   68 /* people: where a port stands */

static size_t
widest(const struct block *b, size_t i)
{
	size_t max = 0;

	for (size_t k = 0; k < b->n; k++)
		if (width_of(b->item[k].s[i]) > max)
			max = width_of(b->item[k].s[i]);
	return max;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
strip_people(struct strip *s, const struct block *b)
{
	size_t code = b->indent == VIEW_LEAST ? s->text : (size_t)b->indent;
	size_t name = code + widest(b, 0) + 2;
	size_t mark =
	    name + (b->width > 0 ? b->width : least(widest(b, 1), 24) + 3);
	size_t places = widest(b, 3);
	size_t place = least(PLACE_COL, s->cols - 1 - least(places, 20));
	size_t note = mark + 4;

	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *it = &b->item[i];
		size_t row = strip_row(s);

		strip_put(s, row, code, ATTR_BOLD, TONE_PLAIN, it->s[0]);
		strip_wrap(
		    s, row, name, mark - name - 1, 0, TONE_PLAIN, it->s[1]);
		strip_put(s, row, mark, 0, TONE_PLAIN, mark_text(it->mark));
		if (it->mark == MARK_NOW)
			s->flag[row] |= ROW_NOW;
		strip_wrap(s, row, note,
		    it->s[3] != NULL ? place - note - 1 : s->cols - note, 0,
		    TONE_PLAIN, it->s[2]);
		if (it->s[3] != NULL)
			strip_wrap(
			    s, row, place, s->cols, 0, TONE_PLAIN, it->s[3]);
	}
}

/* Columns that together are wider than the line give way from the widest. */
static void
table_widths(const struct strip *s, const struct block *b, size_t left,
    size_t width[static VIEW_COLS])
{
	size_t sum = left, room = s->cols;

	for (size_t c = 0; c < b->cols; c++) {
		size_t need = widest(b, c);

		width[c] = b->col[c].width;
		if (width[c] < CELLS_LEAST && c + 1 < b->cols)
			width[c] = need < CELLS_LEAST
			    ? (need > width[c] ? need : width[c])
			    : CELLS_LEAST;
		sum += width[c] + (c > 0 ? 1 : 0);
	}
	if (b->cols == 0)
		return;
	if (width[b->cols - 1] == 0) {
		width[b->cols - 1] =
		    sum + CELLS_LEAST < room ? room - sum : CELLS_LEAST;
		sum += width[b->cols - 1];
	}
	while (sum > room) {
		size_t big = 0;

		for (size_t c = 1; c < b->cols; c++)
			if (width[c] > width[big])
				big = c;
		if (width[big] <= CELLS_LEAST)
			break;
		width[big]--;
		sum--;
	}
}

static bool
is_last(const struct block *b, const struct view_item *it, size_t c)
{
	while (++c < b->cols)
		if (it->s[c] != NULL)
			return false;
	return true;
}

static void
table_row(struct strip *s, const struct block *b, size_t left,
    const size_t width[static VIEW_COLS], const struct view_item *it,
    unsigned attr, enum tone role)
{
	size_t row = strip_row(s), col = left;

	if (it->differs && left > 0)
		strip_put(s, row, left - (left > 1 ? 2 : 1), ATTR_BOLD,
		    TONE_STOP, "!");
	for (size_t c = 0; c < b->cols; c++) {
		const char *text = it->s[c];
		size_t w = width_of(text), at = col, cells = width[c];

		if (b->col[c].right && w < width[c])
			at += width[c] - w;
		if (is_last(b, it, c)) /* nothing stands at its right */
			cells = s->cols - col;
		if (text != NULL)
			strip_wrap(
			    s, row, at, col + cells - at, attr, role, text);
		col += width[c] + 1;
	}
}

void
strip_table(struct strip *s, const struct block *b)
{
	size_t left = b->indent == VIEW_LEAST ? s->edge : (size_t)b->indent;
	size_t width[VIEW_COLS] = { 0 }, col = left, head, top = s->n, under;
	struct view_item it = { 0 };
	bool any = false;

	table_widths(s, b, left, width);
	for (size_t c = 0; c < b->cols; c++) {
		it.s[c] = b->col[c].head;
		any = any || width_of(it.s[c]) > 0;
	}
	if (any)
		table_row(s, b, left, width, &it, ATTR_BOLD, TONE_PLAIN);
	if (b->rule) {
		head = strip_row(s);
		s->flag[head] = ROW_GLUE;
		for (size_t c = 0; c < b->cols; c++) {
			grid_fill(s->g, head, col, width[c], '-');
			col += width[c] + 1;
		}
	}
	under = s->n;
	for (size_t i = top; i < under; i++)
		s->flag[i] |= ROW_HEAD;
	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *row = &b->item[i];
		size_t at = s->n;

		table_row(s, b, left, width, row,
		    row->strong || row->differs ? ATTR_BOLD : 0,
		    row->differs ? TONE_STOP : TONE_PLAIN);
		if (i == 0 && any) /* a header is never alone */
			s->flag[at] |= ROW_GLUE;
		if (row->differs)
			s->flag[at] |= ROW_DIFFERS;
	}
	for (size_t i = under; any && i < s->n; i++)
		s->flag[i] |= ROW_UNDER;
}

static void
heading(struct strip *s, const struct block *b)
{
	size_t row, col = s->edge;

	if (width_of(b->head) == 0)
		return;
	row = strip_row(s);
	col += strip_put(s, row, col, ATTR_BOLD, TONE_PLAIN, b->head);
	if (width_of(b->text) > 0)
		strip_wrap(s, row, col + 2, s->cols, 0, TONE_PLAIN, b->text);
}

void
strip_checks(struct strip *s, const struct block *b)
{
	size_t left = b->indent == VIEW_LEAST ? s->edge + 1 : (size_t)b->indent;
	size_t w = b->width > 0 ? b->width : least(widest(b, 0) + 3, 40);
	bool rights = widest(b, 1) > 0;

	heading(s, b);
	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *it = &b->item[i];
		size_t row = strip_row(s);
		bool bad = it->mark == MARK_PROBLEM;

		if (i == 0 && width_of(b->head) > 0)
			s->flag[row] = ROW_GLUE;
		if (it->mark == MARK_NOW)
			s->flag[row] |= ROW_NOW;
		strip_put(s, row, left, bad ? ATTR_BOLD : 0,
		    bad ? TONE_STOP : TONE_PLAIN, mark_text(it->mark));
		strip_wrap(s, row, left + 4, rights ? w - 1 : s->cols, 0,
		    TONE_PLAIN, it->s[0]);
		if (it->s[1] != NULL)
			strip_wrap(s, row, left + 4 + w, s->cols, 0, TONE_PLAIN,
			    it->s[1]);
	}
}

void
strip_ways(struct strip *s, const struct block *b)
{
	heading(s, b);
	for (size_t i = 0; i < b->n; i++) {
		size_t row = strip_row(s);

		if (i == 0 && width_of(b->head) > 0)
			s->flag[row] = ROW_GLUE;
		strip_put(
		    s, row, s->text, ATTR_BOLD, TONE_PLAIN, b->item[i].s[0]);
		strip_wrap(s, row, s->text + 3, s->cols, 0, TONE_PLAIN,
		    b->item[i].s[1]);
	}
}

/* Where a deed's own line, its checks and words stand. */
#define DEED_N      5
#define DEED_TEXT   8
#define DEED_LETTER 33
#define DEED_CHECK2 41
#define DEED_MARK2  67

static void
deed_line(struct strip *s, const struct view_item *it, size_t left)
{
	size_t row = strip_row(s);

	strip_put(s, row, left + 1, ATTR_BOLD, TONE_PLAIN, mark_text(it->mark));
	strip_put(s, row, left + DEED_N, 0, TONE_PLAIN, it->s[0]);
	strip_wrap(s, row, left + DEED_TEXT, DEED_LETTER - DEED_TEXT - 1,
	    it->mark == MARK_NOW ? ATTR_BOLD : 0, TONE_PLAIN, it->s[1]);
	strip_put(s, row, left + DEED_LETTER, ATTR_BOLD, TONE_PLAIN, it->s[2]);
	if (it->s[3] != NULL)
		strip_wrap(s, row, left + DEED_LETTER + 3, s->cols, 0,
		    TONE_PLAIN, it->s[3]);
}

void
strip_deeds(struct strip *s, const struct block *b)
{
	size_t left = s->edge, row = 0;
	bool second = false;

	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *it = &b->item[i];

		if (it->s[0] != NULL) {
			deed_line(s, it, left);
			second = false;
			continue;
		}
		if (it->mark == MARK_NONE) {
			row = strip_row(s);
			s->flag[row] = ROW_GLUE;
			strip_wrap(s, row, left + DEED_TEXT, s->cols, ATTR_BOLD,
			    TONE_PLAIN, it->s[1]);
			second = false;
			continue;
		}
		if (!second) {
			row = strip_row(s);
			s->flag[row] = ROW_GLUE;
		}
		strip_wrap(s, row, left + (second ? DEED_CHECK2 : DEED_TEXT),
		    DEED_LETTER - DEED_TEXT - 1, 0, TONE_PLAIN, it->s[1]);
		strip_put(s, row, left + (second ? DEED_MARK2 : DEED_LETTER), 0,
		    TONE_PLAIN, mark_text(it->mark));
		second = !second;
	}
}
