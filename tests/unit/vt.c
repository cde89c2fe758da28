/* SPDX-License-Identifier: MIT */
/*
 * The terminal of the pixel painter: what ansi.c paints comes back cell by
 * cell, what curses may send ends as another terminal (libvterm) shows it,
 * and nothing that comes breaks the grid.
 */
#include "tui/vt.h"

#include <stdlib.h>
#include <vterm.h>

#include "ceremony/base/utf8.h"
#include "tests/unit/test.h"
#include "tui/ansi.h"

#define ROWS 12
#define COLS 40

static uint32_t seed = 20261123;

static uint32_t
any(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
put(struct vt *v, const char *s)
{
	vt_put(v, (const uint8_t *)s, strlen(s));
}

static bool
cell_is(const struct vt *v, size_t row, size_t col, uint32_t cp, unsigned attr,
    enum tone role)
{
	const struct grid *g = vt_grid(v);
	const struct cell *c = &g->cell[row * g->cols + col];

	return c->cp == cp && c->attr == attr && c->role == role;
}

static void
row_is(const char *name, const struct vt *v, size_t row, const char *want)
{
	struct buf b = BUF_INIT;
	const char *s, *nl;

	grid_dump(vt_grid(v), &b);
	for (s = buf_cstr(&b); row > 0; row--)
		s = strchr(s, '\n') + 1;
	nl = strchr(s, '\n');
	while (nl > s && nl[-1] == ' ')
		nl--;
	CHECK(name,
	    strlen(want) == (size_t)(nl - s) &&
		memcmp(s, want, strlen(want)) == 0);
	buf_free(&b);
}

static void
known(void)
{
	struct vt *v = vt_new(ROWS, COLS);

	put(v, "ab\r\nc\033[3;5Hx\033[2D\033[1my\033[0;7;36mz\033[m");
	row_is("text and lines", v, 0, "ab");
	row_is("the cursor goes back", v, 2, "   yz");
	CHECK("bold", cell_is(v, 2, 3, 'y', ATTR_BOLD, TONE_PLAIN));
	CHECK("a bar of a rehearsal",
	    cell_is(v, 2, 4, 'z', ATTR_REVERSE, TONE_REHEARSAL));
	put(v, "\033[30;107m#\033[30;47m#\033[31m!");
	CHECK("black on white, as ansi.c and as curses say it",
	    cell_is(v, 2, 5, '#', 0, TONE_TRUSTED) &&
		cell_is(v, 2, 6, '#', 0, TONE_TRUSTED));
	put(v, "\033[m\033[4;39H立");
	CHECK("a wide character takes two cells",
	    cell_is(v, 3, 38, 0x7acb, 0, TONE_PLAIN) &&
		vt_grid(v)->cell[3 * COLS + 39].width == 0);
	put(v, "\033[5;40H会");
	row_is("and goes to the next line as a whole", v, 5, "会");
	put(v, "\033[7;1H0123456789012345678901234567890123456789");
	CHECK("the last column is no reason for a new line",
	    vt_grid(v)->cursor_row == 6 && vt_grid(v)->cursor_col == 39);
	put(v, "+");
	row_is("but what comes behind it is", v, 7, "+");
	put(v, "\033[?25l");
	CHECK("no cursor", !vt_grid(v)->cursor);
	put(v, "\033[9;3He\xcc\x81\033[10;1H\xff\xe7\xabx\xe2\x80\xae");
	CHECK("a mark joins its letter",
	    vt_grid(v)->cell[8 * COLS + 2].mark[0] == 0x301);
	row_is("what is no character is a question mark", v, 9, "??x?");
	put(v, "\033]0;title\007\033P+q\033\\\033_x\033[31mq");
	row_is("strings are passed over", v, 9, "??x?q");
	put(v,
	    "\033[11;1H\033[12\033[5n\033[>c\033[?1u\033[1;2;3;4;5;6;7;8;9;"
	    "1;2;3;4;5;6;7;8;9Hk");
	row_is("and so is what is not known", v, 10, "k");
	put(v, "\033[2;4r\033[4;1H\n\033M\033[r\033[12;1H\n");
	row_is("margins scroll by themselves", v, 0, "   yz##!");
	put(v, "\033[H\033[2J\016lqk\017l");
	row_is("lines", v, 0, "┌─┐l");
	put(v, "\033c");
	row_is("all is forgotten", v, 0, "");
	vt_free(v);
}

/* What ansi.c paints of a grid is that grid. */
static void
painted(void)
{
	static const char *const texts[] = { "本人確認", "words", "▀▄█",
		"e\xcc\x81", "|", "ｶﾅ", "####", " " };
	bool same = true, cursor = true;

	for (int n = 0; n < 60; n++) {
		struct grid *g = grid_new(ROWS, COLS);
		struct vt *v = vt_new(ROWS, COLS);
		struct buf out = BUF_INIT;
		const struct grid *h;

		put(v, "\033[31;7mwhat stood there before\033[3;5r\033[?6h");
		for (int i = 0; i < 80; i++) {
			const char *t = texts[any(8)];

			grid_put(g, any(ROWS), any(COLS), SIZE_MAX,
			    any(8) & (ATTR_BOLD | ATTR_REVERSE),
			    (enum tone)any(TONE_COUNT), t, strlen(t));
		}
		g->cursor = any(2) == 0;
		g->cursor_row = any(ROWS);
		g->cursor_col = any(COLS);
		put(v, "\033[r\033[?6l");
		ansi_paint(g, false, &out);
		vt_put(v, out.data, out.len);
		h = vt_grid(v);
		for (size_t i = 0; i < (size_t)ROWS * COLS; i++) {
			const struct cell *a = &g->cell[i], *b = &h->cell[i];
			unsigned role =
			    a->role == TONE_QUIET ? TONE_PLAIN : a->role;

			if (a->cp != b->cp || a->width != b->width ||
			    a->attr != b->attr || role != b->role ||
			    memcmp(a->mark, b->mark, sizeof(a->mark)) != 0)
				same = false;
		}
		if (h->cursor != g->cursor ||
		    (h->cursor &&
			(h->cursor_row != g->cursor_row ||
			    h->cursor_col != g->cursor_col)))
			cursor = false;
		vt_free(v);
		grid_free(g);
		buf_free(&out);
	}
	CHECK("what ansi.c paints comes back", same);
	CHECK("and so does its cursor", cursor);
}

/* One thing that curses does at a terminal. */
static void
some_step(struct buf *b)
{
	static const char *const ends = "ABCDGdXLM";
	static const char *const texts[] = { "text ", "Root R1", "x", "\r\n",
		"\n", "\b", "\r", "\t", "\033M", "\033[m", "\033[7m",
		"\033[1;36m", "\033[39;49m" };
	unsigned top;

	switch (any(7)) {
	case 0:
		buf_fmt(b, "\033[%u;%uH", any(ROWS + 2), any(COLS + 2));
		break;
	case 1:
		buf_fmt(b, "\033[%u%c", 1 + any(6), ends[any(9)]);
		break;
	case 2:
		buf_fmt(b, "\033[%u%c", any(3), "KJ"[any(2)]);
		break;
	case 3:
		top = 1 + any(ROWS - 2);
		if (any(4) == 0)
			buf_fmt(
			    b, "\033[%u;%ur", top, top + 1 + any(ROWS - top));
		break;
	case 4: /* outside margins the other one leaves it */
		buf_fmt(b, "\033[r\033[%u;%uH\033[%u%c", 1 + any(ROWS),
		    1 + any(COLS), 1 + any(6), "P@"[any(2)]);
		break;
	default:
		buf_str(b, texts[any(sizeof(texts) / sizeof(texts[0]))]);
	}
}

static void
dump_vterm(VTermScreen *vs, struct buf *out)
{
	for (int y = 0; y < ROWS; y++) {
		for (int x = 0; x < COLS; x++) {
			VTermPos pos = { .row = y, .col = x };
			VTermScreenCell c;
			char t[4];

			(void)vterm_screen_get_cell(vs, pos, &c);
			if (c.chars[0] == (uint32_t)-1)
				continue;
			buf_add(out, t,
			    utf8_encode(c.chars[0] ? c.chars[0] : ' ', t));
		}
		buf_byte(out, '\n');
	}
}

static void
beside_another(void)
{
	size_t differ = 0, place = 0;

	for (int n = 0; n < 400; n++) {
		struct buf in = BUF_INIT, ours = BUF_INIT, theirs = BUF_INIT;
		struct vt *v = vt_new(ROWS, COLS);
		VTerm *vt = vterm_new(ROWS, COLS);
		VTermScreen *vs = vterm_obtain_screen(vt);
		VTermPos pos;

		vterm_set_utf8(vt, 1);
		vterm_screen_reset(vs, 1);
		for (int i = 0; i < 60; i++)
			some_step(&in);
		vt_put(v, in.data, in.len);
		(void)vterm_input_write(vt, (const char *)in.data, in.len);
		grid_dump(vt_grid(v), &ours);
		dump_vterm(vs, &theirs);
		vterm_state_get_cursorpos(vterm_obtain_state(vt), &pos);
		if (strcmp(buf_cstr(&ours), buf_cstr(&theirs)) != 0) {
			if (differ++ == 0)
				printf("# %d: ours\n%stheirs\n%s", n,
				    buf_cstr(&ours), buf_cstr(&theirs));
		} else if ((size_t)pos.row != vt_grid(v)->cursor_row ||
		    (size_t)pos.col != vt_grid(v)->cursor_col) {
			place++;
		}
		vterm_free(vt);
		vt_free(v);
		buf_free(&in);
		buf_free(&ours);
		buf_free(&theirs);
	}
	printf("# %zu screens and %zu cursors differ\n", differ, place);
	CHECK("another terminal shows the same", differ == 0 && place == 0);
}

int
main(void)
{
	known();
	painted();
	beside_another();
	return test_end();
}
