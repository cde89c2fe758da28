/* SPDX-License-Identifier: MIT */
/*
 * A grid as bytes for a terminal that understands UTF-8 and ECMA-48: a full
 * repaint from nothing, with no memory of what stood there.  For the one
 * program that paints without curses, the trusted prompt.
 */
#ifndef TACHIAI_ANSI_H
#define TACHIAI_ANSI_H

#include <stdbool.h>

#include "tui/grid.h"

/*
 * Append a repaint of the whole screen.  `plain` keeps to bold and reverse
 * (no colour).  The cursor is placed and shown where the grid has one, and
 * hidden otherwise.
 */
void ansi_paint(const struct grid *g, bool plain, struct buf *out);

/* Append: everything off, screen empty, cursor shown at the top left. */
void ansi_clear(struct buf *out);

/* Append: move to (row, col), counted from 0. */
void ansi_goto(size_t row, size_t col, struct buf *out);

#endif
