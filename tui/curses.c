/* SPDX-License-Identifier: MIT */
/*
 * The one file that knows curses.  Invariant: between curses_open() and
 * curses_close() the terminal is raw, and no key reaches the kernel's line
 * discipline as a signal or as flow control.
 */
#include "tui/curses.h"

#include <langinfo.h>
#include <locale.h>
#include <ncursesw/curses.h>
#include <ncursesw/term.h>
#include <string.h>
#include <wchar.h>

#define ESC_DELAY_MS 25
#define CONTROL(c)   ((c)&0x1f)

static SCREEN *screen;
static bool colours, wide;
static bool poor; /* a screen whose font has no kana and no kanji */

void
curses_close(void)
{
	if (screen == NULL)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

int
curses_open(struct err *e)
{
	short pairs[TONE_COUNT + 1][2] = {
		[TONE_REHEARSAL] = { COLOR_CYAN, -1 },
		[TONE_PRODUCTION] = { COLOR_YELLOW, -1 },
		[TONE_STOP] = { COLOR_RED, -1 },
		[TONE_GOOD] = { COLOR_GREEN, -1 },
		[TONE_QUIET] = { -1, -1 },
		[TONE_TRUSTED] = { COLOR_BLACK, COLOR_WHITE },
		[TONE_COUNT] = { COLOR_BLACK, COLOR_WHITE },
	};

	if (screen != NULL)
		return 0;
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL)
		return err_set(e, ERR_WORLD, "tui.terminal", NULL);
	if (tigetstr("cup") == NULL) { /* it cannot move its cursor */
		curses_close();
		return err_set(e, ERR_WORLD, "tui.terminal", NULL);
	}
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	meta(stdscr, TRUE);
	set_escdelay(ESC_DELAY_MS);
	wide = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	poor = strcmp(termname(), "linux") == 0;
	colours =
	    has_colors() && start_color() == OK && use_default_colors() == OK;
	for (short i = 1; colours && i <= TONE_COUNT; i++)
		init_pair(i, pairs[i][0], pairs[i][1]);
	return 0;
}

void
curses_size(size_t *rows, size_t *cols)
{
	int y, x;

	getmaxyx(stdscr, y, x);
	*rows = y > 0 ? (size_t)y : 0;
	*cols = x > 0 ? (size_t)x : 0;
}

bool
curses_wide(void)
{
	return wide && !poor;
}

bool
curses_blocks(void)
{
	return wide;
}

static attr_t
attr_of(const struct cell *c)
{
	attr_t a = A_NORMAL;

	if ((c->attr & ATTR_BOLD) != 0)
		a |= A_BOLD;
	if ((c->attr & ATTR_REVERSE) != 0 ||
	    (!colours && c->role == TONE_TRUSTED))
		a |= A_REVERSE;
	if ((c->attr & ATTR_UNDERLINE) != 0)
		a |= A_UNDERLINE;
	return a;
}

/* A code is black on white even where there are no colours: reversed. */
static wchar_t
code_glyph(wchar_t c)
{
	switch (c) {
	case L' ':
		return L'█';
	case L'█':
		return L' ';
	case L'▀':
		return L'▄';
	case L'▄':
		return L'▀';
	default:
		return c;
	}
}

static void
put_cell(int row, int col, const struct cell *c)
{
	wchar_t text[2 + CELL_MARKS] = { 0 };
	cchar_t cc;
	size_t n = 0;
	short pair = colours ? (short)c->role : 0;
	bool code = (c->attr & ATTR_CODE) != 0;
	bool whole = (c->attr & ATTR_WHOLE) != 0;
	attr_t a = attr_of(c);

	if ((!wide && c->cp > 0x7e) || (poor && c->width > 1)) {
		for (int i = 0; i < c->width; i++)
			mvaddch(row, col + i, '?' | attr_of(c));
		return;
	}
	text[n++] = (wchar_t)c->cp;
	if (whole && !colours)
		a ^= A_REVERSE;
	else if (code && !colours)
		text[0] = code_glyph(text[0]);
	for (size_t i = 0; i < CELL_MARKS; i++)
		if (c->mark[i] != 0)
			text[n++] = (wchar_t)c->mark[i];
	if (code && colours)
		pair = TONE_COUNT;
	if (setcchar(&cc, text, a, pair, NULL) == OK)
		mvadd_wch(row, col, &cc);
}

static void
put_row(int row, const struct grid *g, size_t from)
{
	for (size_t c = 0; c < g->cols; c++) {
		const struct cell *x = &g->cell[from * g->cols + c];

		if (x->width != 0)
			put_cell(row, (int)c, x);
	}
}

void
curses_paint(const struct grid *g, bool all)
{
	if (screen == NULL)
		return;
	if (all) {
		clear();
		/* Whoever had the terminal showed it, or hid it. */
		curs_set(g->cursor ? 0 : 1);
	} else {
		erase();
	}
	for (size_t r = 0; r < g->rows; r++)
		put_row((int)r, g, r);
	if (g->cursor) {
		move((int)g->cursor_row, (int)g->cursor_col);
		curs_set(1);
	} else {
		curs_set(0);
	}
	refresh();
}

void
curses_say(const char *sentence)
{
	struct grid *g;
	size_t rows, cols;
	int y, x;

	if (screen == NULL)
		return;
	curses_size(&rows, &cols);
	getyx(stdscr, y, x);
	g = grid_new(1, cols);
	grid_put(g, 0, 1, cols - 1, 0, TONE_PLAIN, sentence, strlen(sentence));
	grid_paint(g, 0, 0, cols, ATTR_REVERSE, TONE_PLAIN);
	put_row((int)rows - 1, g, 0);
	grid_free(g);
	move(y, x);
	refresh();
}

static struct key
named(wint_t c)
{
	static const struct {
		wint_t c;
		enum key_name name;
	} keys[] = {
		{ KEY_ENTER, PRESS_ENTER },
		{ KEY_BTAB, PRESS_BACKTAB },
		{ KEY_BACKSPACE, PRESS_BACKSPACE },
		{ KEY_DC, PRESS_DELETE },
		{ KEY_UP, PRESS_UP },
		{ KEY_DOWN, PRESS_DOWN },
		{ KEY_LEFT, PRESS_LEFT },
		{ KEY_RIGHT, PRESS_RIGHT },
		{ KEY_HOME, PRESS_HOME },
		{ KEY_END, PRESS_END },
		{ KEY_PPAGE, PRESS_PGUP },
		{ KEY_NPAGE, PRESS_PGDN },
		{ KEY_F(1), PRESS_F1 },
		{ KEY_RESIZE, PRESS_RESIZE },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].c == c)
			return (struct key){ keys[i].name, 0 };
	return (struct key){ PRESS_NONE, 0 };
}

/*
 * After ESC: a sequence that the terminal's description does not know must
 * not become letters (its last one may be a deed's).  Arrows are taken, any
 * other is passed over; what is no sequence goes back.
 */
static struct key
escape(void)
{
	static const struct {
		wint_t c;
		enum key_name name;
	} finals[] = {
		{ 'A', PRESS_UP },
		{ 'B', PRESS_DOWN },
		{ 'C', PRESS_RIGHT },
		{ 'D', PRESS_LEFT },
		{ 'H', PRESS_HOME },
		{ 'F', PRESS_END },
	};
	bool plain = true;
	wint_t c = 0;

	timeout(ESC_DELAY_MS);
	if (get_wch(&c) != OK)
		return (struct key){ PRESS_ESC, 0 };
	if (c != '[' && c != 'O') {
		unget_wch((wchar_t)c);
		return (struct key){ PRESS_ESC, 0 };
	}
	while (get_wch(&c) == OK && (c < 0x40 || c > 0x7e))
		plain = false;
	for (size_t i = 0; plain && i < sizeof(finals) / sizeof(finals[0]); i++)
		if (finals[i].c == c)
			return (struct key){ finals[i].name, 0 };
	return (struct key){ PRESS_NONE, 0 };
}

static struct key
typed(wint_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return (struct key){ PRESS_ENTER, 0 };
	case '\t':
		return (struct key){ PRESS_TAB, 0 };
	case 0x1b:
		return escape();
	case 0x08:
	case 0x7f:
		return (struct key){ PRESS_BACKSPACE, 0 };
	case CONTROL('L'):
		return (struct key){ PRESS_CTRL_L, 0 };
	case CONTROL('T'):
		return (struct key){ PRESS_CTRL_T, 0 };
	default:
		break;
	}
	if (c < 0x20)
		return (struct key){ PRESS_NONE, 0 };
	return (struct key){ PRESS_CHAR, (uint32_t)c };
}

struct key
curses_key(int timeout_ms)
{
	wint_t c = 0;

	if (screen == NULL)
		return (struct key){ PRESS_NONE, 0 };
	for (;;) {
		struct key k;

		timeout(timeout_ms);
		switch (get_wch(&c)) {
		case KEY_CODE_YES:
			k = named(c);
			break;
		case OK:
			k = typed(c);
			break;
		default:
			return (struct key){ PRESS_NONE, 0 };
		}
		if (k.name != PRESS_NONE) /* dead keys are passed over */
			return k;
	}
}

void
curses_flush(void)
{
	if (screen != NULL)
		flushinp();
}
