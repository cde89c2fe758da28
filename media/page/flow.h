/* SPDX-License-Identifier: MIT */
/*
 * What flows down the pages of a document: paragraphs, headings, tables.
 * Rows are not broken between pages (unless one alone is longer than a page
 * allows: then doc_check() says so); a table's head stands again on each.
 */
#ifndef TACHIAI_FLOW_H
#define TACHIAI_FLOW_H

#include "media/page/page.h"

struct flow {
	struct doc *doc;
	int left, width, top, bottom;
	size_t page;
	int y; /* where the next thing begins */
};

/* Begins on a new page. */
void flow_begin(
    struct flow *f, struct doc *doc, int left, int width, int top, int bottom);
void flow_page(struct flow *f);        /* go on on a new page */
bool flow_need(struct flow *f, int h); /* the same if h does not fit */
void flow_gap(struct flow *f, int h);

/* Height of a text in a width; lines are `size * 1.45` apart. */
int flow_height(
    const struct doc *d, struct style st, const char *text, int width);
int flow_leading(struct style st);
/* A text at a place, without paging: its height. */
int flow_put(const struct flow *f, int x, int y, int width, struct style st,
    const char *text);
/* A text down the flow. */
void flow_text(struct flow *f, struct style st, const char *text);

#define CELL_ITEMS 16

/* What stands in a cell, one beneath the other. */
struct cell {
	struct {
		struct style style;
		char *text; /* owned by the row; NULL: a box to write in */
		int height; /* of the box */
	} item[CELL_ITEMS];
	size_t n;
};

#define COLUMNS 10

struct table {
	struct flow *flow;
	int width[COLUMNS];
	size_t columns;
	char *title; /* above the first head; or, `again`, above the others */
	bool again;
	struct style title_style;
	struct cell head[COLUMNS];
	struct cell cell[COLUMNS]; /* the row that is being filled */
	bool started;
	int pad; /* above and beneath what stands in a row */
};

/* Widths in thousandths of a point; they end with 0. */
void table_begin(struct table *t, struct flow *f, const int *width);
/* A heading of one line, on the page on which the first row is. */
void table_title(struct table *t, struct style st, const char *text);
/* Instead: a heading of one line on every page but the first. */
void table_again(struct table *t, struct style st, const char *text);
/* A column's title, one line a language. */
void table_head(
    struct table *t, size_t column, struct style st, const char *text);
/* One more text, or box to write in, beneath what the cell has. */
void table_text(
    struct table *t, size_t column, struct style st, const char *text);
void table_blank(struct table *t, size_t column, int height);
/* The row that is being filled would stand on this page. */
bool table_fits(const struct table *t);
void table_drop(struct table *t); /* forget what was filled in */
void table_row(struct table *t);
void table_end(struct table *t);

#endif
