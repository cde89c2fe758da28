/* SPDX-License-Identifier: MIT */
/*
 * The terminal of the pixel painter: whatever comes, the grid is whole, the
 * cursor is in it, and the cuts between reads change nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/vt.h"

#define ROWS 7
#define COLS 19

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct vt *v = vt_new(ROWS, COLS), *w = vt_new(ROWS, COLS);
	struct buf once = BUF_INIT, cut = BUF_INIT;
	const struct grid *g;

	vt_put(v, in, len);
	for (size_t i = 0; i < len; i++) {
		vt_put(w, in + i, 1);
		g = vt_grid(w);
		if (!grid_whole(g) || g->cursor_row >= ROWS ||
		    g->cursor_col >= COLS)
			abort();
	}
	grid_dump(vt_grid(v), &once);
	grid_dump(vt_grid(w), &cut);
	if (once.len != cut.len || memcmp(once.data, cut.data, cut.len) != 0)
		abort();
	buf_free(&once);
	buf_free(&cut);
	vt_free(v);
	vt_free(w);
	return 0;
}
