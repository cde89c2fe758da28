/* SPDX-License-Identifier: MIT */
/*
 * The painter of pixels: a grid of cells, as dots in memory.  It stands
 * beside curses, for a screen without a terminal.  Only cells that changed
 * since the last time are painted.
 */
#ifndef TACHIAI_TUI_PAINTER_H
#define TACHIAI_TUI_PAINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"
#include "tui/font.h"
#include "tui/grid.h"

/* A primary colour's place in a pixel, counted in bits. */
struct channel {
	uint8_t shift, bits;
};

/* How a screen's memory is made; pixels are numbers, lowest byte first. */
struct pixels {
	uint8_t *at;
	size_t width, height; /* of the screen */
	size_t line;          /* bytes from a row to the next */
	size_t bytes;         /* of a pixel: 2, 3 or 4 */
	struct channel red, green, blue;
};

struct painter;

/*
 * For a screen of this make.  Letters are as large as leaves 100 x 30 cells,
 * or else 80 x 24.  NULL for one that is smaller, or made otherwise
 * (tui.pixels).  Font and memory stay the caller's.
 */
struct painter *painter_new(
    const struct font *f, const struct pixels *px, struct err *e);
void painter_free(struct painter *p);

/* The grid that it is for, and the pixels of a dot. */
void painter_size(
    const struct painter *p, size_t *rows, size_t *cols, size_t *scale);
/* Where the first cell stands; what is around the cells is dark. */
void painter_corner(const struct painter *p, size_t *x, size_t *y);

/*
 * Paint: cells that changed, or with `all` every one and the edge.  Cells
 * that the grid lacks are blank, those that it has too many stay away.
 * Returns how many cells were painted.
 */
size_t painter_paint(struct painter *p, const struct grid *g, bool all);

#endif
