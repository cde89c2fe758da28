/* SPDX-License-Identifier: MIT */
/*
 * Inside tui: a strip is a column of rows being written from top to bottom,
 * as long as need be; layout.c cuts pages from it.
 */
#ifndef TACHIAI_STRIP_H
#define TACHIAI_STRIP_H

#include "tui/grid.h"
#include "tui/view.h"

enum {
	ROW_SOFT = 1,     /* a blank that goes first when room is short */
	ROW_GLUE = 2,     /* stays with the row before it */
	ROW_PAGE = 4,     /* begins a page */
	ROW_HEAD = 8,     /* heading of a table, repeated on its next page */
	ROW_UNDER = 16,   /* a row below such a heading */
	ROW_DIFFERS = 32, /* a difference is marked here */
	ROW_NOW = 64,     /* what is chosen, or whose turn it is */
};

struct strip {
	struct grid *g;
	uint8_t *flag; /* one a row */
	size_t n;      /* rows used */
	enum lang lang;
	size_t cols;
	size_t edge; /* where labels begin */
	size_t text; /* where text begins */
	size_t room; /* rows that a list may take: the script folds to fit */
	size_t slot_row[16], slot_col[16], n_slots;
};

void strip_init(
    struct strip *s, enum lang lang, size_t cols, size_t edge, size_t text);
void strip_fini(struct strip *s);

/* A new row; its index. */
size_t strip_row(struct strip *s);
/* Rows up to `row` exist; those made now stay with the one before. */
void strip_need(struct strip *s, size_t row);
void strip_soft(struct strip *s);

/* One line's text at (row, col): no wrapping, the caller knows it fits. */
size_t strip_put(struct strip *s, size_t row, size_t col, unsigned attr,
    enum tone role, const char *text);

/*
 * Text from (row, col) down, wrapped to `cells`; rows are made as needed.
 * Returns the number of rows used (1 for no text).
 */
size_t strip_wrap(struct strip *s, size_t row, size_t col, size_t cells,
    unsigned attr, enum tone role, const char *text);

/* A label at the edge and its text; the column of the text. */
void strip_label(
    struct strip *s, size_t width, const char *label, const char *text);

const char *mark_text(enum mark m); /* "[x]" */

/* Draw a block (blocks*.c). */
void strip_block(struct strip *s, const struct block *b);
void strip_people(struct strip *s, const struct block *b);
void strip_table(struct strip *s, const struct block *b);
void strip_checks(struct strip *s, const struct block *b);
void strip_deeds(struct strip *s, const struct block *b);
void strip_ways(struct strip *s, const struct block *b);
void strip_fields(struct strip *s, const struct block *b);
void strip_script(struct strip *s, const struct block *b);
void strip_side_script(struct strip *s, const struct block *b);
void strip_camera(struct strip *s, const struct block *b);
void strip_facts(struct strip *s, const struct block *b);

/* A sentence of the catalogue with up to three values, for labels. */
void strip_fill(struct buf *out, enum lang lang, const char *id,
    const char *name1, const char *value1, const char *name2,
    const char *value2, const char *name3, const char *value3);

/* Where the text beside ">>" and "!!" begins. */
size_t strip_aside(const struct strip *s);

size_t width_of(const char *s); /* 0 for NULL */

#endif
