/* SPDX-License-Identifier: MIT */
/*
 * From a view to cells.  80x24 first: bars in rows 1 and 2, a rule, act and
 * title, the body in rows 5 to 20, the foot in 21 to 23, the keys in the
 * last row.  Taller screens lengthen the foot; from 100 columns the script
 * stands at the right, from 120 the other language above it.  What does not
 * fit is paged, never cut.
 */
#ifndef TACHIAI_LAYOUT_H
#define TACHIAI_LAYOUT_H

#include "tui/grid.h"
#include "tui/view.h"

#define LAYOUT_ROWS 24
#define LAYOUT_COLS 80

/*
 * A new grid of rows x cols.  `other` is the same view in the other
 * language, for wide screens, or NULL.  Below 80x24 one sentence stands
 * there.  A page over the last is the last.
 */
struct grid *layout_new(
    const struct view *v, const struct view *other, size_t rows, size_t cols);

/* How many pages the body takes (at least 1). */
size_t layout_pages(const struct view *v);

/*
 * A view cut into pages once, to be turned over and over: what a page takes
 * does not grow with their number.  The view stays the caller's, and stays
 * as it is but for `page` and `clock`.
 */
struct layout;
struct layout *layout_open(const struct view *v);
size_t layout_count(const struct layout *l);
/* The page of the row of a list that is marked "[>]"; SIZE_MAX: none is. */
size_t layout_now(const struct layout *l);
struct grid *layout_grid(
    struct layout *l, const struct view *other, size_t rows, size_t cols);
void layout_close(struct layout *l);

/*
 * The page of the next difference (a table's row that `differs`) behind page
 * `after`, from the start again behind the last; SIZE_MAX: there is none.
 */
size_t layout_difference(const struct view *v, size_t after);

/* Whether the view's script is wanted at this width. */
bool layout_side(size_t cols);
/* Whether the other language has room beside, too. */
bool layout_both(size_t cols);

/*
 * Modules, without the quiet zone, of the widest symbol that fits such a
 * screen: in half blocks, or in whole cells, which are two and a row a module.
 */
size_t layout_code_room(size_t rows, size_t cols, bool whole);
/* The smallest screen that has room for so many modules. */
void layout_code_need(size_t modules, bool whole, size_t *rows, size_t *cols);

#endif
