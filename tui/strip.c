/* SPDX-License-Identifier: MIT */
/*
 * Strips.  Invariant: text is wrapped, never cut; every row past the first
 * of a wrapped text stays with the row before it.
 */
#include "tui/strip.h"

#include <stdlib.h>
#include <string.h>

#include "tui/width.h"

void
strip_init(
    struct strip *s, enum lang lang, size_t cols, size_t edge, size_t text)
{
	memset(s, 0, sizeof(*s));
	s->g = grid_new(0, cols);
	s->lang = lang;
	s->cols = cols;
	s->edge = edge;
	s->text = text;
	s->room = SIZE_MAX;
}

void
strip_fini(struct strip *s)
{
	grid_free(s->g);
	free(s->flag);
}

size_t
strip_row(struct strip *s)
{
	if (s->n == s->g->rows) {
		grid_grow(s->g, s->n * 2 + 16);
		s->flag = xreallocarray(s->flag, s->g->rows, 1);
	}
	s->flag[s->n] = 0;
	return s->n++;
}

void
strip_need(struct strip *s, size_t row)
{
	while (s->n <= row) {
		size_t made = strip_row(s);

		s->flag[made] = ROW_GLUE;
	}
}

void
strip_soft(struct strip *s)
{
	size_t row;

	if (s->n > 0 && (s->flag[s->n - 1] & ROW_SOFT) != 0)
		return;
	row = strip_row(s);
	s->flag[row] = ROW_SOFT;
}

size_t
strip_put(struct strip *s, size_t row, size_t col, unsigned attr,
    enum tone role, const char *text)
{
	if (text == NULL)
		return 0;
	return grid_put(
	    s->g, row, col, SIZE_MAX, attr, role, text, strlen(text));
}

size_t
strip_wrap(struct strip *s, size_t row, size_t col, size_t cells, unsigned attr,
    enum tone role, const char *text)
{
	size_t len, at = 0, next, rows = 0;

	if (text == NULL)
		text = "";
	if (col + cells > s->cols)
		cells = s->cols > col ? s->cols - col : 0;
	if (cells < 2 && width_str(text) > cells) { /* no column is left */
		col = s->edge;
		cells = s->cols - s->edge;
	}
	len = strlen(text);
	do {
		size_t n = width_wrap(text + at, len - at, cells, &next);

		strip_need(s, row + rows);
		grid_put(
		    s->g, row + rows, col, cells, attr, role, text + at, n);
		at += next;
		rows++;
	} while (at < len);
	return rows;
}

size_t
strip_aside(const struct strip *s)
{
	return s->text > s->edge + 6 ? s->text : s->edge + 6;
}

size_t
width_of(const char *s)
{
	return s != NULL ? width_str(s) : 0;
}

const char *
mark_text(enum mark m)
{
	static const char *const marks[] = {
		[MARK_NONE] = "",
		[MARK_OPEN] = "[ ]",
		[MARK_DONE] = "[x]",
		[MARK_NOW] = "[>]",
		[MARK_PROBLEM] = "[!]",
		[MARK_SKIPPED] = "[-]",
	};

	return marks[m];
}

void
strip_label(struct strip *s, size_t width, const char *label, const char *text)
{
	size_t row = strip_row(s), w = width_of(label) + 1;

	if (width == 0)
		width = s->text - s->edge;
	if (width < w)
		width = w;
	strip_put(s, row, s->edge, ATTR_BOLD, TONE_PLAIN, label);
	strip_wrap(s, row, s->edge + width, s->cols, 0, TONE_PLAIN, text);
}

struct three {
	const char *name[3], *value[3];
};

static const char *
three_value(const void *arg, const char *name)
{
	const struct three *t = arg;

	for (size_t i = 0; i < 3; i++)
		if (t->name[i] != NULL && strcmp(t->name[i], name) == 0)
			return t->value[i];
	return NULL;
}

void
strip_fill(struct buf *out, enum lang lang, const char *id, const char *name1,
    const char *value1, const char *name2, const char *value2,
    const char *name3, const char *value3)
{
	struct three t = { { name1, name2, name3 },
		{ value1, value2, value3 } };

	text_fill(text_get(lang, id), three_value, &t, out);
}
