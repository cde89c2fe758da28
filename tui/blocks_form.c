/* SPDX-License-Identifier: MIT */
/*
 * Fields, drawn to a strip.  Invariant: brackets never move while somebody
 * types; what is longer than its cells scrolls in itself, and a bracket that
 * hides text shows '<' or '>'.
 */
#include <string.h>

#include "tui/strip.h"
#include "tui/width.h"

#define NOTE_LEAST 12 /* narrower notes go to a row of their own */
#define CHOICE_GAP 6

struct place {
	size_t row, field, note;
};

static size_t
indent_of(
    const struct strip *s, const struct block *b, const struct view_item *it)
{
	if (it->indent != VIEW_LEAST)
		return (size_t)it->indent;
	return b->indent == VIEW_LEAST ? s->text : (size_t)b->indent;
}

/* Items of one indent form a column of labels and one of notes. */
static size_t
label_width(
    const struct strip *s, const struct block *b, const struct view_item *it)
{
	size_t indent = indent_of(s, b, it), max = 0;

	if (it->label_w > 0)
		return it->label_w;
	if (b->width > 0)
		return b->width;
	for (size_t i = 0; i < b->n; i++) {
		size_t w = width_of(b->item[i].s[0]);

		if (indent_of(s, b, &b->item[i]) == indent && w > max)
			max = w;
	}
	return max > 0 ? max + 3 : 0;
}

static size_t
field_cells(const struct strip *s, const struct view_item *it, size_t at)
{
	size_t w = it->width > 0 ? it->width : 1;

	switch (it->kind) {
	case FIELD_PLAIN:
		return width_of(it->s[1]);
	case FIELD_CHOICE:
		return s->cols - at;
	default:
		if (at + w + 2 > s->cols)
			w = s->cols > at + 3 ? s->cols - at - 2 : 1;
		return w + 2;
	}
}

static size_t
note_column(const struct strip *s, const struct block *b,
    const struct view_item *it, size_t own_end)
{
	size_t indent = indent_of(s, b, it), max = 0;

	if (b->note_col > 0)
		return b->note_col >= own_end + 2 ? b->note_col : own_end + 3;
	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *o = &b->item[i];
		size_t at = indent + label_width(s, b, o), end;

		if (indent_of(s, b, o) != indent || o->s[2] == NULL)
			continue;
		end = at + field_cells(s, o, at);
		if (end > max)
			max = end;
	}
	return max + 3;
}

static void
set_cursor(struct strip *s, size_t row, size_t col)
{
	s->g->cursor = true;
	s->g->cursor_row = row;
	s->g->cursor_col = col < s->cols ? col : s->cols - 1;
}

/* One row between brackets; `open` and `close` say what is hidden. */
static void
draw_cells(struct strip *s, size_t row, size_t col, size_t width, char fill,
    const char *text, size_t len)
{
	grid_fill(s->g, row, col, width, fill);
	grid_put(s->g, row, col, width, 0, TONE_PLAIN, text, len);
}

static void
draw_text(struct strip *s, const struct view_item *it, const struct place *p,
    size_t width)
{
	const char *text = it->s[1] != NULL ? it->s[1] : "";
	size_t len = strlen(text), from = 0, shown;
	char fill = it->cursor || len == 0 ? '_' : ' ';

	/* the cursor may stand on the bracket, but not behind it */
	while (it->cursor && from < it->at &&
	    width_strn(text + from, it->at - from) > width)
		from += width_fit(text + from, len - from, 1) > 0
		    ? width_fit(text + from, len - from, 1)
		    : width_fit(text + from, len - from, 2);
	shown = width_fit(text + from, len - from, width);
	strip_put(s, p->row, p->field, 0, TONE_PLAIN, from > 0 ? "<" : "[");
	draw_cells(s, p->row, p->field + 1, width, fill, text + from, shown);
	strip_put(s, p->row, p->field + 1 + width, 0, TONE_PLAIN,
	    from + shown < len ? ">" : "]");
	if (it->cursor)
		set_cursor(s, p->row,
		    p->field + 1 + width_strn(text + from, it->at - from));
}

/* Several rows: wrapped, the row of the cursor always among them. */
static void
draw_lines(struct strip *s, const struct view_item *it, const struct place *p,
    size_t width)
{
	const char *text = it->s[1] != NULL ? it->s[1] : "";
	size_t len = strlen(text), at = 0, next, line = 0;
	size_t lines = width_lines(text, width);
	size_t rows = it->rows > 0 ? it->rows : 1, first = 0, now = 0;
	char fill = it->cursor || len == 0 ? '_' : ' ';

	for (size_t i = 0, pos = 0; i < lines && it->cursor; i++) {
		if (pos <= it->at)
			now = i;
		width_wrap(text + pos, len - pos, width, &next);
		pos += next;
	}
	if (rows > lines)
		rows = lines;
	if (now >= rows)
		first = now - rows + 1;
	strip_put(s, p->row, p->field, 0, TONE_PLAIN, first > 0 ? "<" : "[");
	for (line = 0; line < first + rows; line++) {
		size_t n = width_wrap(text + at, len - at, width, &next);
		size_t row = p->row + line - first;

		if (line >= first) {
			strip_need(s, row);
			draw_cells(
			    s, row, p->field + 1, width, fill, text + at, n);
			if (it->cursor && line == now)
				set_cursor(s, row,
				    p->field + 1 +
					width_strn(text + at, it->at - at));
		}
		at += next;
	}
	strip_put(s, p->row + rows - 1, p->field + 1 + width, 0, TONE_PLAIN,
	    first + rows < lines ? ">" : "]");
}

static void
draw_choice(struct strip *s, const struct view_item *it, const struct place *p)
{
	size_t row = p->row, col = p->field;

	for (size_t i = 3; i < VIEW_COLS && it->s[i] != NULL; i++) {
		bool chosen = it->choice == (int)i - 3;
		size_t w = 4 + width_of(it->s[i]);

		if (col > p->field && col + w > s->cols) {
			row++;
			col = p->field;
		}
		strip_need(s, row);
		strip_put(s, row, col, chosen ? ATTR_BOLD : 0, TONE_PLAIN,
		    chosen ? "(x)" : "( )");
		strip_wrap(s, row, col + 4, s->cols, chosen ? ATTR_BOLD : 0,
		    TONE_PLAIN, it->s[i]);
		if (it->cursor && (chosen || (it->choice < 0 && i == 3)))
			set_cursor(s, row, col + 1);
		col += w + CHOICE_GAP;
	}
}

static void
draw_note(struct strip *s, const struct view_item *it, const struct place *p)
{
	if (width_of(it->s[2]) == 0)
		return;
	if (p->note + NOTE_LEAST > s->cols &&
	    p->note + width_of(it->s[2]) > s->cols) {
		size_t row = strip_row(s);

		s->flag[row] = ROW_GLUE;
		strip_wrap(s, row, p->field, s->cols, 0, TONE_PLAIN, it->s[2]);
		return;
	}
	strip_wrap(s, p->row, p->note, s->cols, 0, TONE_PLAIN, it->s[2]);
}

void
strip_fields(struct strip *s, const struct block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *it = &b->item[i];
		size_t left = indent_of(s, b, it), w = label_width(s, b, it);
		struct place p = { .row = strip_row(s), .field = left + w };
		size_t cells = field_cells(s, it, p.field);

		p.note = note_column(s, b, it, p.field + cells);
		if (w > 0)
			strip_wrap(s, p.row, left, w - 1,
			    it->cursor ? ATTR_BOLD : 0, TONE_PLAIN, it->s[0]);
		switch (it->kind) {
		case FIELD_TEXT:
		case FIELD_YESNO:
			draw_text(s, it, &p, cells - 2);
			break;
		case FIELD_LINES:
			draw_lines(s, it, &p, cells - 2);
			break;
		case FIELD_CHOICE:
			draw_choice(s, it, &p);
			break;
		case FIELD_PLAIN:
			strip_wrap(s, p.row, p.field,
			    width_of(it->s[2]) > 0 && p.note < s->cols
				? p.note - p.field - 1
				: s->cols,
			    0, TONE_PLAIN, it->s[1]);
			break;
		case FIELD_BLANK:
			break;
		}
		draw_note(s, it, &p);
	}
}
