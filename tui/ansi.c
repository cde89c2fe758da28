/* SPDX-License-Identifier: MIT */
/*
 * A full repaint.  Invariant: nothing of what the terminal showed or was set
 * to before is left, and no byte below 0x20 is written but ESC: text was
 * filtered when it was put into the grid.
 */
#include "tui/ansi.h"

#include "ceremony/base/utf8.h"

/* SGR colours (ECMA-48 8.3.117) of a role; bars repeat what they say. */
static const char *
colour(enum tone role)
{
	switch (role) {
	case TONE_REHEARSAL:
		return ";36";
	case TONE_PRODUCTION:
		return ";33";
	case TONE_STOP:
		return ";31";
	case TONE_GOOD:
		return ";32";
	case TONE_TRUSTED:
		return ";30;107";
	default:
		return "";
	}
}

static void
set_attr(struct buf *out, const struct cell *c, bool plain)
{
	buf_str(out, "\033[0");
	if ((c->attr & ATTR_BOLD) != 0)
		buf_str(out, ";1");
	if ((c->attr & ATTR_UNDERLINE) != 0)
		buf_str(out, ";4");
	if ((c->attr & ATTR_REVERSE) != 0 || (plain && c->role == TONE_TRUSTED))
		buf_str(out, ";7");
	if ((c->attr & ATTR_CODE) != 0)
		buf_str(out, ";30;107");
	else if (!plain)
		buf_str(out, colour((enum tone)c->role));
	buf_str(out, "m");
}

static void
put_char(struct buf *out, uint32_t cp)
{
	char bytes[4];

	buf_add(out, bytes, utf8_encode(cp, bytes));
}

void
ansi_goto(size_t row, size_t col, struct buf *out)
{
	buf_fmt(out, "\033[%zu;%zuH", row + 1, col + 1);
}

void
ansi_clear(struct buf *out)
{
	buf_str(out, "\033[0m\033[H\033[2J\033[3J\033[?25h");
}

void
ansi_paint(const struct grid *g, bool plain, struct buf *out)
{
	const struct cell *last = NULL;

	/* hidden cursor, no wrapping at the right edge while painting */
	buf_str(out, "\033[?25l\033[?7l\033[0m\033[2J");
	for (size_t r = 0; r < g->rows; r++) {
		ansi_goto(r, 0, out);
		for (size_t c = 0; c < g->cols; c++) {
			const struct cell *x = &g->cell[r * g->cols + c];

			if (x->width == 0)
				continue;
			if (last == NULL || last->attr != x->attr ||
			    last->role != x->role)
				set_attr(out, x, plain);
			last = x;
			put_char(out, x->cp);
			for (size_t i = 0; i < CELL_MARKS; i++)
				if (x->mark[i] != 0)
					put_char(out, x->mark[i]);
		}
	}
	buf_str(out, "\033[0m\033[?7h");
	if (g->cursor) {
		ansi_goto(g->cursor_row, g->cursor_col, out);
		buf_str(out, "\033[?25h");
	}
}
