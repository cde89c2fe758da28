/* SPDX-License-Identifier: MIT */
/*
 * A terminal, as a grid of cells: the bytes that a console, a trusted prompt
 * or a page of the launcher writes, in the language of the terminal "linux"
 * (ECMA-48, UTF-8), become cells for a painter.  It answers nothing, and has
 * no memory of what scrolled away.  What it does not know it passes over.
 */
#ifndef TACHIAI_TUI_VT_H
#define TACHIAI_TUI_VT_H

#include <stddef.h>
#include <stdint.h>

#include "tui/grid.h"

struct vt;

struct vt *vt_new(size_t rows, size_t cols); /* each at least 1 */
void vt_free(struct vt *v);

void vt_put(struct vt *v, const uint8_t *bytes, size_t len);

/* What stands there now, its cursor where that is shown; v's own. */
const struct grid *vt_grid(const struct vt *v);

#endif
