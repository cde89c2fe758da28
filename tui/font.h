/* SPDX-License-Identifier: MIT */
/*
 * Letters as dots: a table made once from a font in the .hex format of GNU
 * Unifont, sixteen rows high, eight or sixteen columns wide.  What the table
 * does not have is drawn as a box with the number of the character in it,
 * never as another character.
 */
#ifndef TACHIAI_TUI_FONT_H
#define TACHIAI_TUI_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "tui/grid.h"

#define FONT_ROWS 16
#define FONT_COLS 8 /* of one cell */

struct font {
	const uint8_t *runs, *bits; /* within the table */
	size_t n;                   /* of runs */
};

/*
 * Append the table of a font's text, lines "HEX:ROWS", in the order of their
 * numbers, of the scripts that may stand on a screen.  id tui.font.
 */
int font_build(const char *hex, size_t len, struct buf *table, struct err *e);

/* The table stays the caller's, and stays as it is.  id tui.font. */
int font_open(struct font *f, const uint8_t *table, size_t len, struct err *e);

/* The rows of a character, 1 or 2 bytes each; NULL: the font has none. */
const uint8_t *font_glyph(const struct font *f, uint32_t cp, size_t *cells);

/*
 * What a cell of width 1 or 2 shows, its marks upon it: a row's leftmost dot
 * is its highest bit.  Letters of one cell that are bold are struck twice.
 */
void font_draw(const struct font *f, const struct cell *c,
    uint16_t rows[static FONT_ROWS]);

#endif
