/* SPDX-License-Identifier: MIT */
/*
 * The terminal of the console.  The one module that knows curses; it keeps
 * the terminal raw, so that Ctrl-C, Ctrl-Z, Ctrl-S, Ctrl-Q and Ctrl-\ do
 * nothing.  Never for secrets: curses keeps keys in a queue.  The program
 * has called setlocale(LC_CTYPE, "").
 */
#ifndef TACHIAI_TUI_CURSES_H
#define TACHIAI_TUI_CURSES_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/err.h"
#include "tui/grid.h"
#include "tui/keys.h"

/* Take standard input and output.  ids: tui.terminal. */
int curses_open(struct err *e);
void curses_close(void); /* safe when not open */

/* The terminal's size now. */
void curses_size(size_t *rows, size_t *cols);

/* Whether more than ASCII can be shown; false: use English. */
bool curses_wide(void);

/* Whether a half block can be put: false outside UTF-8. */
bool curses_blocks(void);

/* Paint; `all` redraws every cell (Ctrl-L, after a trusted prompt). */
void curses_paint(const struct grid *g, bool all);

/* Put a sentence over the last row, until the next curses_paint(). */
void curses_say(const char *sentence);

/*
 * One key, waiting up to timeout_ms (-1: for ever, 0: not at all).
 * PRESS_NONE when none came.  To wait for more than keys poll standard
 * input, then call with 0 until PRESS_NONE comes.
 */
struct key curses_key(int timeout_ms);

/* Throw away what was typed ahead. */
void curses_flush(void);

#endif
