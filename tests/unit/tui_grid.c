/* SPDX-License-Identifier: MIT */
/* The grid never holds half of a wide character, whatever is put where. */
#include "tui/grid.h"

#include "tests/unit/test.h"
#include "tui/ansi.h"

static void
dump_is(const char *name, const struct grid *g, const char *want)
{
	struct buf out = BUF_INIT;

	grid_dump(g, &out);
	CHECK_STR(name, buf_cstr(&out), want);
	CHECK(name, grid_whole(g));
	buf_free(&out);
}

static void
putting(void)
{
	struct grid *g = grid_new(1, 6);

	CHECK("cells used", grid_str(g, 0, 0, "ab") == 2);
	dump_is("letters", g, "ab    \n");
	CHECK("cut before the edge", grid_str(g, 0, 3, "本番") == 2);
	dump_is("a wide one is not split at the edge", g, "ab 本 \n");
	grid_str(g, 0, 4, "x");
	dump_is("over a right half", g, "ab  x \n");
	grid_str(g, 0, 1, "番");
	dump_is("a wide one over letters", g, "a番 x \n");
	grid_str(g, 0, 1, "y");
	dump_is("over a left half", g, "ay  x \n");
	grid_str(g, 0, 0, "本番本");
	grid_str(g, 0, 1, "番番");
	dump_is("wide over wide, shifted", g, " 番番 \n");
	CHECK("outside nothing happens",
	    grid_str(g, 1, 0, "z") == 0 && grid_str(g, 0, 6, "z") == 0);
	grid_free(g);
}

static void
filtering(void)
{
	struct grid *g = grid_new(1, 8);

	grid_str(g, 0, 0,
	    "a\033[2J\xe2\x80\xae"
	    "b\xff");
	dump_is("escapes, bidi controls and bad bytes", g, "a?[2J?b?\n");
	grid_fill(g, 0, 0, 8, ' ');
	grid_str(g, 0, 0, "e\xcc\x81x");
	dump_is("a combining mark joins its letter", g, "e\xcc\x81x      \n");
	grid_str(g, 0, 0, "\xcc\x81z");
	dump_is("a mark without a letter goes", g, "zx      \n");
	grid_free(g);
}

static void
copying(void)
{
	struct grid *a = grid_new(2, 4), *b = grid_new(3, 8);

	grid_str(a, 1, 0, "本a");
	a->cursor = true;
	a->cursor_row = 1;
	a->cursor_col = 2;
	grid_copy_row(b, 2, 3, a, 1, 4);
	dump_is(
	    "a row moves with its cells", b, "        \n        \n   本a  \n");
	CHECK("and with its cursor",
	    b->cursor && b->cursor_row == 2 && b->cursor_col == 5);
	grid_free(a);
	grid_free(b);
}

static void
painting(void)
{
	struct grid *g = grid_new(1, 4);
	struct buf out = BUF_INIT;

	grid_put(g, 0, 0, 4, ATTR_BOLD, TONE_STOP, "本", strlen("本"));
	g->cursor = true;
	ansi_paint(g, true, &out);
	CHECK_STR("a grid as bytes", buf_cstr(&out),
	    "\033[?25l\033[?7l\033[0m\033[2J\033[1;1H\033[0;1m本\033[0m  "
	    "\033[0m\033[?7h\033[1;1H\033[?25h");
	buf_reset(&out);
	ansi_paint(g, false, &out);
	CHECK("colour only repeats",
	    strstr(buf_cstr(&out), "\033[0;1;31m本") != NULL);
	buf_free(&out);
	grid_free(g);
}

int
main(void)
{
	putting();
	filtering();
	copying();
	painting();
	return test_end();
}
