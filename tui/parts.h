/* SPDX-License-Identifier: MIT */
/*
 * Inside tui: the parts that layout.c puts together.
 */
#ifndef TACHIAI_PARTS_H
#define TACHIAI_PARTS_H

#include "tui/grid.h"
#include "tui/strip.h"
#include "tui/view.h"

/* How far the frame has given way. */
struct give {
	bool join;     /* WHO and THEN share a row */
	bool then_mid; /* THEN goes with the blocks */
	bool who_mid;  /* WHO and DO too */
	bool top_mid;  /* the title and a refusal too */
};

/* The body of a view, cut into pages. */
struct body {
	struct strip top, mid, bottom; /* top and bottom are on every page */
	size_t *page; /* of each row of mid; SIZE_MAX: a blank that went */
	size_t pages;
	bool squeezed; /* blanks went */
	size_t room;   /* rows of mid on a page */
	struct give give;
};

/* What stands above, below and at what width. */
struct body_frame {
	size_t rows, cols; /* of the whole body, act line included */
	size_t edge, text;
	bool trusted; /* `act` is a paragraph; no WHO, DO, THEN */
};

void body_init(
    struct body *b, const struct view *v, const struct body_frame *f);
void body_fini(struct body *b);
/* The view's page is another one: what says which, anew. */
void body_turn(
    struct body *b, const struct view *v, const struct body_frame *f);
/* Put a page at (row, col) of g; bottom rows stand at the end. */
void body_put(const struct body *b, const struct body_frame *f, size_t page,
    struct grid *g, size_t row, size_t col);

/* The first page over `after` with a difference, or the first of all. */
size_t body_difference(const struct body *b, size_t after);
/* The page of what is marked "[>]", or SIZE_MAX. */
size_t body_now(const struct body *b);

struct layout {
	const struct view *v;
	const struct body_frame *f;
	struct body b;
	size_t page; /* that the body's top says */
};

struct layout *layout_framed(const struct view *v, const struct body_frame *f);
/* The view's page onto g at (row, col). */
void layout_put(struct layout *l, struct grid *g, size_t row, size_t col);

/* The refusal of a view, at the end of a strip. */
void strip_refusal(struct strip *s, const struct view *v);

/* Row 24: keys and what they do, at most `cols` wide. */
void keys_line(struct grid *g, size_t row, size_t col, size_t cols,
    const struct view *v, bool pages);

/* The frame's role: bars of rehearsal or production. */
enum tone bar_role(const struct view *v);
const char *mode_text(const struct view *v); /* "" while closed */

/* Right of the 80 columns; the screen of a code. */
void wide_side(struct grid *g, const struct view *v, const struct view *other);
void wide_code(struct grid *g, const struct view *v);

#endif
