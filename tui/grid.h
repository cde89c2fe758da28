/* SPDX-License-Identifier: MIT */
/*
 * The grid of cells: what a screen is, before anything paints it.  A wide
 * character owns two cells, and there is never half of one: putting text
 * over a half clears the other half, and text is cut before an edge.
 */
#ifndef TACHIAI_GRID_H
#define TACHIAI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"

enum {
	ATTR_BOLD = 1,
	ATTR_REVERSE = 2,
	ATTR_UNDERLINE = 4,
	ATTR_CODE = 8, /* black on white always: a symbol's modules */
	/* With ATTR_CODE, a blank: all of the cell is white, with
	 * ATTR_REVERSE black, and no letter is needed for it. */
	ATTR_WHOLE = 16,
};

/* What a cell means; painters choose the colour, words say it already. */
enum tone {
	TONE_PLAIN,
	TONE_REHEARSAL,  /* bars of a rehearsal */
	TONE_PRODUCTION, /* bars of production */
	TONE_STOP,       /* a stop, a refusal, a difference */
	TONE_GOOD,
	TONE_QUIET,   /* rules, notes */
	TONE_TRUSTED, /* the trusted prompt */
	TONE_COUNT,
};

#define CELL_MARKS 2 /* combining characters kept in one cell */

struct cell {
	uint32_t cp; /* ' ' where nothing stands; 0 in a right half */
	uint32_t mark[CELL_MARKS];
	uint8_t width; /* 1, 2, or 0 for the right half of a wide one */
	uint8_t attr;
	uint8_t role;
};

struct grid {
	size_t rows, cols;
	struct cell *cell; /* rows * cols */
	bool cursor;       /* shown, at: */
	size_t cursor_row, cursor_col;
};

struct grid *grid_new(size_t rows, size_t cols);
void grid_free(struct grid *g);

struct cell *grid_at(struct grid *g, size_t row, size_t col);

/*
 * Put s[0..len) at (row, col), no further than `cells` and the right edge.
 * What cannot be shown becomes '?'.  Returns the number of cells used;
 * outside the grid nothing happens.
 */
size_t grid_put(struct grid *g, size_t row, size_t col, size_t cells,
    unsigned attr, enum tone role, const char *s, size_t len);
/* The whole string, plain, to the edge. */
size_t grid_str(struct grid *g, size_t row, size_t col, const char *s);

/* n times the ASCII character c; set attributes of a stretch of cells. */
void grid_fill(struct grid *g, size_t row, size_t col, size_t n, char c);
void grid_paint(struct grid *g, size_t row, size_t col, size_t n, unsigned attr,
    enum tone role);

/* Copy a row's first `cols` cells to (to_row, to_col) of another grid. */
void grid_copy_row(struct grid *to, size_t to_row, size_t to_col,
    const struct grid *from, size_t row, size_t cols);

/* Every line with its trailing blanks and a '\n', UTF-8. */
void grid_dump(const struct grid *g, struct buf *out);

/* Make room for more rows (blank); only for a grid that is being built. */
void grid_grow(struct grid *g, size_t rows);

/* Every wide character has its two cells; true where all is well. */
bool grid_whole(const struct grid *g);

#endif
