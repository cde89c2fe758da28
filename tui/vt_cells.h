/* SPDX-License-Identifier: MIT */
/*
 * Inside the terminal of the painter: vt.c reads the bytes, vt_cells.c does
 * to the cells what they say.
 */
#ifndef TACHIAI_TUI_VT_CELLS_H
#define TACHIAI_TUI_VT_CELLS_H

#include <stdbool.h>

#include "tui/vt.h"

#define VT_ARGS 16

enum vt_state {
	VT_TEXT,
	VT_ESCAPE,
	VT_CHARSET,
	VT_CSI,
	VT_STRING,
	VT_STRING_ESC,
};

struct vt_pen {
	size_t row, col;
	unsigned attr;
	int fg, bg; /* 0 to 7, or -1 */
	bool wrap;  /* the last column was written: what follows goes below */
};

struct vt {
	struct grid *g;
	enum vt_state state;
	struct vt_pen pen, saved;
	size_t top, bottom; /* rows that scroll: top <= row < bottom */
	bool origin, autowrap, shown, lines;
	uint32_t last; /* character, for its repetition */
	char utf8[4];
	size_t have, want;
	char prefix;
	bool odd; /* a sequence with bytes that no sequence of ours has */
	unsigned arg[VT_ARGS];
	size_t args;
};

/* All is as at the start, and blank. */
void cells_reset(struct vt *v);
/* n cells from (row, col) on become blanks of the pen's background. */
void cells_erase(struct vt *v, size_t row, size_t col, size_t n);
/* n rows from `at` to the end of what scrolls: up, or down. */
void cells_scroll(struct vt *v, size_t at, size_t n, bool up);
void cells_line_feed(struct vt *v);
/* A character where the pen is, which goes on. */
void cells_put(struct vt *v, uint32_t cp);
/* ED, of the screen, or EL, of the row: 0 behind, 1 before, 2 all. */
void cells_clear(struct vt *v, unsigned how, bool screen);
/* ICH @, DCH P, ECH X, IL L, DL M: n of them. */
void cells_edit(struct vt *v, uint8_t f, size_t n);

#endif
