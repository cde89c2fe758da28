/* SPDX-License-Identifier: MIT */
/*
 * The trusted prompt: a frame of '#', black on white, no bars, no foot; the
 * program that asks stands in its second line.  The body is made of a
 * view's blocks.  A passphrase is never part of it: stars are counted, and
 * words that are shown once have slots here, which tachiai-key fills on the
 * terminal itself, so that no grid ever holds them.
 */
#ifndef TACHIAI_TRUSTED_H
#define TACHIAI_TRUSTED_H

#include "tui/grid.h"
#include "tui/layout.h"
#include "tui/view.h"

/*
 * Of the view serve: lang, mode, clock ("13:23 JST"), title (the CA
 * system's origin), act (a paragraph on top of every page), blocks, page,
 * refusal, keys (with labels of their own: view_key()).  A larger terminal
 * has a larger frame with all text in its place.
 */
struct grid *trusted_new(
    const struct view *v, const char *program, size_t rows, size_t cols);

size_t trusted_pages(const struct view *v);

/* As layout_open() and layout_grid(): one cut, many pages. */
struct layout *trusted_open(const struct view *v);
struct grid *trusted_grid(
    struct layout *l, const char *program, size_t rows, size_t cols);

/* Where slot i of the shown page's BLOCK_SLOTS stands; 0, or -1: no slot. */
int trusted_slot(const struct view *v, size_t rows, size_t cols, size_t i,
    size_t *row, size_t *col);

#endif
