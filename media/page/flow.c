/* SPDX-License-Identifier: MIT */
/* How things follow each other down the pages. */
#include "media/page/flow.h"

#include <stdlib.h>
#include <string.h>

#define PAD_X     MM(1.2)
#define PAD_Y     MM(1.1)
#define TITLE_GAP MM(1.5)

void
flow_begin(
    struct flow *f, struct doc *doc, int left, int width, int top, int bottom)
{
	f->doc = doc;
	f->left = left;
	f->width = width;
	f->top = top;
	f->bottom = bottom;
	flow_page(f);
}

void
flow_page(struct flow *f)
{
	f->page = doc_add(f->doc);
	f->y = f->top;
}

bool
flow_need(struct flow *f, int h)
{
	if (f->y + h <= f->bottom || f->y == f->top)
		return false;
	flow_page(f);
	return true;
}

void
flow_gap(struct flow *f, int h)
{
	if (f->y != f->top)
		f->y += h;
}

int
flow_leading(struct style st)
{
	return (int)((int64_t)st.size * 145 / 100);
}

int
flow_height(const struct doc *d, struct style st, const char *text, int width)
{
	int h = 0;
	size_t skip;

	while (*text != '\0') {
		text_line(d, st, text, width, &skip);
		text += skip;
		h += flow_leading(st);
	}
	return h;
}

static void
put_line(const struct flow *f, int x, int y, struct style st, const char *text,
    size_t len)
{
	int up = (flow_leading(st) - st.size) / 2;

	doc_text(f->doc, f->page, x,
	    y + up + (int)((int64_t)st.size * 82 / 100), st, text, len);
}

int
flow_put(const struct flow *f, int x, int y, int width, struct style st,
    const char *text)
{
	int h = 0;
	size_t skip, n;

	while (*text != '\0') {
		n = text_line(f->doc, st, text, width, &skip);
		put_line(f, x, y + h, st, text, n);
		text += skip;
		h += flow_leading(st);
	}
	return h;
}

void
flow_text(struct flow *f, struct style st, const char *text)
{
	size_t skip, n;

	while (*text != '\0') {
		flow_need(f, flow_leading(st));
		n = text_line(f->doc, st, text, f->width, &skip);
		put_line(f, f->left, f->y, st, text, n);
		text += skip;
		f->y += flow_leading(st);
	}
}

static void
clear(struct cell *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->item[i].text);
	memset(c, 0, sizeof(*c));
}

static void
add_text(struct cell *c, struct style st, const char *text)
{
	if (c->n == CELL_ITEMS)
		return;
	c->item[c->n].style = st;
	c->item[c->n++].text = xstrdup(text);
}

void
table_begin(struct table *t, struct flow *f, const int *width)
{
	memset(t, 0, sizeof(*t));
	t->flow = f;
	t->pad = PAD_Y;
	while (t->columns < COLUMNS && width[t->columns] != 0) {
		t->width[t->columns] = width[t->columns];
		t->columns++;
	}
}

void
table_title(struct table *t, struct style st, const char *text)
{
	free(t->title);
	t->title = xstrdup(text);
	t->title_style = st;
	t->again = false;
}

void
table_again(struct table *t, struct style st, const char *text)
{
	table_title(t, st, text);
	t->again = true;
}

void
table_head(struct table *t, size_t column, struct style st, const char *text)
{
	add_text(&t->head[column], st, text);
}

void
table_text(struct table *t, size_t column, struct style st, const char *text)
{
	if (text != NULL && *text != '\0')
		add_text(&t->cell[column], st, text);
}

void
table_blank(struct table *t, size_t column, int height)
{
	struct cell *c = &t->cell[column];

	if (c->n < CELL_ITEMS)
		c->item[c->n++].height = height;
}

static int
cell_height(const struct table *t, const struct cell *c, size_t column)
{
	int h = 2 * t->pad;

	for (size_t i = 0; i < c->n; i++)
		h += c->item[i].text == NULL
		    ? c->item[i].height + PAD_Y / 2
		    : flow_height(t->flow->doc, c->item[i].style,
			  c->item[i].text, t->width[column] - 2 * PAD_X);
	return h;
}

static int
row_height(const struct table *t, const struct cell *row)
{
	int h = 0;

	for (size_t i = 0; i < t->columns; i++) {
		int one = cell_height(t, &row[i], i);

		if (one > h)
			h = one;
	}
	return h;
}

static void
draw_cell(const struct table *t, const struct cell *c, size_t column, int x)
{
	const struct flow *f = t->flow;
	int y = f->y + t->pad, w = t->width[column];

	for (size_t i = 0; i < c->n; i++) {
		if (c->item[i].text != NULL) {
			y += flow_put(f, x + PAD_X, y, w - 2 * PAD_X,
			    c->item[i].style, c->item[i].text);
			continue;
		}
		doc_blank(f->doc, f->page, x + PAD_X / 2, y, w - PAD_X,
		    c->item[i].height);
		y += c->item[i].height + PAD_Y / 2;
	}
}

static void
draw_row(struct table *t, const struct cell *row, int h)
{
	int x = t->flow->left;

	for (size_t i = 0; i < t->columns; i++) {
		draw_cell(t, &row[i], i, x);
		x += t->width[i];
	}
	t->flow->y += h;
}

static int
table_width(const struct table *t)
{
	int w = 0;

	for (size_t i = 0; i < t->columns; i++)
		w += t->width[i];
	return w;
}

static void
draw_head(struct table *t)
{
	struct flow *f = t->flow;
	int h = row_height(t, t->head);

	doc_rule(f->doc, f->page, f->left, f->y, table_width(t), 0, PT(0.8), 0);
	if (h <= 2 * t->pad)
		return;
	draw_row(t, t->head, h);
	doc_rule(f->doc, f->page, f->left, f->y, table_width(t), 0, PT(0.4), 0);
}

bool
table_fits(const struct table *t)
{
	return t->flow->y + row_height(t, t->cell) <= t->flow->bottom;
}

void
table_drop(struct table *t)
{
	for (size_t i = 0; i < COLUMNS; i++)
		clear(&t->cell[i]);
}

void
table_row(struct table *t)
{
	struct flow *f = t->flow;
	int h = row_height(t, t->cell);
	int head = t->started ? 0 : row_height(t, t->head);
	int title =
	    t->title != NULL ? flow_leading(t->title_style) + TITLE_GAP : 0;
	bool titled = t->title != NULL && !t->again;

	if (f->y + (titled ? title : 0) + h + head > f->bottom &&
	    f->y != f->top) {
		flow_page(f);
		t->started = false;
		titled = t->title != NULL;
	}
	if (titled) {
		flow_put(f, f->left, f->y, f->width, t->title_style, t->title);
		f->y += title;
	}
	if (titled && !t->again) {
		free(t->title);
		t->title = NULL;
	}
	if (!t->started)
		draw_head(t);
	else
		doc_rule(f->doc, f->page, f->left, f->y, table_width(t), 0,
		    PT(0.25), 65);
	t->started = true;
	draw_row(t, t->cell, h);
	table_drop(t);
}

void
table_end(struct table *t)
{
	struct flow *f = t->flow;

	if (t->started)
		doc_rule(f->doc, f->page, f->left, f->y, table_width(t), 0,
		    PT(0.8), 0);
	free(t->title);
	t->title = NULL;
	for (size_t i = 0; i < COLUMNS; i++) {
		clear(&t->cell[i]);
		clear(&t->head[i]);
	}
}
