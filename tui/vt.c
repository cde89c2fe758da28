/* SPDX-License-Identifier: MIT */
/*
 * The terminal's language.  Invariant: a sequence is known as a whole or not
 * at all, and whatever bytes come, the cuts between them change nothing.
 *
 *   \b \t \n \r SO SI CAN SUB
 *   ESC 7 8 D E H M c ( ) and one byte more
 *   ESC [ n;... f    f of "@ABCDEFGHJKLMPXadefgmrsu`" and "b"
 *   ESC [ ? n;... h l: 6 7 25 47 1047 1048 1049
 *   OSC, DCS, APC, PM, SOS up to their end: passed over
 */
#include "tui/vt.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"
#include "tui/vt_cells.h"

#define TAB 8

struct vt *
vt_new(size_t rows, size_t cols)
{
	struct vt *v = xcalloc(1, sizeof(*v));

	v->g = grid_new(rows, cols);
	v->state = VT_TEXT;
	cells_reset(v);
	return v;
}

void
vt_free(struct vt *v)
{
	if (v != NULL)
		grid_free(v->g);
	free(v);
}

const struct grid *
vt_grid(const struct vt *v)
{
	v->g->cursor = v->shown;
	v->g->cursor_row = v->pen.row;
	v->g->cursor_col = v->pen.col;
	return v->g;
}

/* VT100's drawing of lines, where curses asks for it. */
static uint32_t
line_char(uint8_t c)
{
	static const struct {
		char c;
		uint16_t cp;
	} LINES[] = { { 'j', 0x2518 }, { 'k', 0x2510 }, { 'l', 0x250c },
		{ 'm', 0x2514 }, { 'n', 0x253c }, { 'q', 0x2500 },
		{ 't', 0x251c }, { 'u', 0x2524 }, { 'v', 0x2534 },
		{ 'w', 0x252c }, { 'x', 0x2502 } };

	for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++)
		if (LINES[i].c == (char)c)
			return LINES[i].cp;
	return c;
}

/* The first argument, 0 being 1. */
static size_t
count(const struct vt *v)
{
	return v->arg[0] != 0 ? v->arg[0] : 1;
}

static void
go(struct vt *v, size_t row, size_t col)
{
	size_t top = v->origin ? v->top : 0;
	size_t end = v->origin ? v->bottom : v->g->rows;

	row += top;
	v->pen.row = row < end ? row : end - 1;
	v->pen.col = col < v->g->cols ? col : v->g->cols - 1;
	v->pen.wrap = false;
}

static void
move_by(struct vt *v, uint8_t f)
{
	size_t n = count(v), row = v->pen.row, col = v->pen.col;
	size_t top = v->origin ? v->top : 0;
	size_t end = v->origin ? v->bottom - 1 : v->g->rows - 1;

	if (f == 'A' || f == 'F')
		row = row - top > n ? row - n : top;
	else if (f == 'B' || f == 'E' || f == 'e')
		row = end - row > n ? row + n : end;
	else if (f == 'C' || f == 'a')
		col = v->g->cols - 1 - col > n ? col + n : v->g->cols - 1;
	else
		col = col > n ? col - n : 0;
	v->pen.row = row;
	v->pen.col = f == 'E' || f == 'F' ? 0 : col;
	v->pen.wrap = false;
}

/* SGR; colours of more than eight count as their place in eight. */
static void
colour(struct vt_pen *p, unsigned a)
{
	if (a >= 30 && a <= 37)
		p->fg = (int)a - 30;
	else if (a == 39)
		p->fg = -1;
	else if (a >= 40 && a <= 47)
		p->bg = (int)a - 40;
	else if (a == 49)
		p->bg = -1;
	else if (a >= 90 && a <= 97)
		p->fg = (int)a - 90;
	else if (a >= 100 && a <= 107)
		p->bg = (int)a - 100;
}

static void
set_pen(struct vt *v)
{
	struct vt_pen *p = &v->pen;

	for (size_t i = 0; i < v->args; i++) {
		switch (v->arg[i]) {
		case 0:
			p->attr = 0;
			p->fg = p->bg = -1;
			break;
		case 1:
			p->attr |= ATTR_BOLD;
			break;
		case 4:
			p->attr |= ATTR_UNDERLINE;
			break;
		case 7:
			p->attr |= ATTR_REVERSE;
			break;
		case 22:
			p->attr &= ~(unsigned)ATTR_BOLD;
			break;
		case 24:
			p->attr &= ~(unsigned)ATTR_UNDERLINE;
			break;
		case 27:
			p->attr &= ~(unsigned)ATTR_REVERSE;
			break;
		default:
			colour(p, v->arg[i]);
		}
	}
}

static void
set_private(struct vt *v, bool on)
{
	for (size_t i = 0; i < v->args; i++) {
		switch (v->arg[i]) {
		case 6:
			v->origin = on;
			go(v, 0, 0);
			break;
		case 7:
			v->autowrap = on;
			break;
		case 25:
			v->shown = on;
			break;
		case 47:
		case 1047:
		case 1049: /* another screen: here, an empty one */
			for (size_t r = 0; r < v->g->rows; r++)
				cells_erase(v, r, 0, v->g->cols);
			break;
		default:
			break;
		}
	}
}

static void
set_margins(struct vt *v)
{
	size_t top = count(v) - 1;
	size_t bottom = v->args > 1 && v->arg[1] != 0 ? v->arg[1] : v->g->rows;

	if (bottom > v->g->rows)
		bottom = v->g->rows;
	if (top + 1 >= bottom)
		return;
	v->top = top;
	v->bottom = bottom;
	go(v, 0, 0);
}

static void
restore(struct vt *v)
{
	v->pen = v->saved;
}

static void
csi(struct vt *v, uint8_t f)
{
	size_t second = v->args > 1 && v->arg[1] != 0 ? v->arg[1] - 1 : 0;
	size_t top = v->origin ? v->top : 0;

	if (v->odd)
		return;
	if (v->prefix != 0) {
		if (v->prefix == '?' && (f == 'h' || f == 'l'))
			set_private(v, f == 'h');
		return;
	}
	if (strchr("ABCDEFae", f) != NULL)
		move_by(v, f);
	else if (f == 'H' || f == 'f')
		go(v, count(v) - 1, second);
	else if (f == 'G' || f == '`')
		go(v, v->pen.row - (v->pen.row < top ? v->pen.row : top),
		    count(v) - 1);
	else if (f == 'd')
		go(v, count(v) - 1, v->pen.col);
	else if (f == 'J' || f == 'K')
		cells_clear(v, v->arg[0], f == 'J');
	else if (strchr("@PXLM", f) != NULL)
		cells_edit(v, f, count(v));
	else if (f == 'm')
		set_pen(v);
	else if (f == 'r')
		set_margins(v);
	else if (f == 's')
		v->saved = v->pen;
	else if (f == 'u')
		restore(v);
	else if (f == 'b' && v->last != 0)
		for (size_t i = count(v); i > 0 && i <= v->g->cols; i--)
			cells_put(v, v->last);
}

static void
escape(struct vt *v, uint8_t c)
{
	v->state = VT_TEXT;
	switch (c) {
	case '[':
		v->state = VT_CSI;
		v->prefix = 0;
		v->odd = false;
		v->args = 1;
		memset(v->arg, 0, sizeof(v->arg));
		break;
	case '(':
	case ')':
	case '#':
	case '%':
	case ' ':
		v->state = VT_CHARSET;
		break;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		v->state = VT_STRING;
		break;
	case '7':
		v->saved = v->pen;
		break;
	case '8':
		restore(v);
		break;
	case 'E':
		v->pen.col = 0;
		cells_line_feed(v);
		v->pen.wrap = false;
		break;
	case 'D':
		cells_line_feed(v);
		break;
	case 'M':
		if (v->pen.row == v->top)
			cells_scroll(v, v->top, 1, false);
		else if (v->pen.row > 0)
			v->pen.row--;
		break;
	case 'c':
		cells_reset(v);
		break;
	default:
		break;
	}
}

static void
sequence(struct vt *v, uint8_t c)
{
	if (c >= '0' && c <= '9') {
		unsigned *a = &v->arg[v->args - 1];

		*a = *a < 10000 ? *a * 10 + (c - '0') : *a;
	} else if (c == ';') {
		if (v->args < VT_ARGS)
			v->args++;
		else
			v->odd = true;
	} else if (c >= '<' && c <= '?') {
		v->prefix = (char)c;
	} else if (c < 0x40 || c > 0x7e) {
		v->odd = true;
	} else {
		v->state = VT_TEXT;
		csi(v, c);
	}
}

static void
control(struct vt *v, uint8_t c)
{
	switch (c) {
	case '\b':
		v->pen.col -= v->pen.col > 0;
		break;
	case '\t':
		v->pen.col = (v->pen.col / TAB + 1) * TAB;
		if (v->pen.col >= v->g->cols)
			v->pen.col = v->g->cols - 1;
		break;
	case '\n':
		cells_line_feed(v);
		break;
	case '\r':
		v->pen.col = 0;
		break;
	case 0x0e:
	case 0x0f:
		v->lines = c == 0x0e;
		return;
	default:
		return;
	}
	v->pen.wrap = false;
}

/* A byte of text: whole characters only; what is none is '?'. */
static void
text(struct vt *v, uint8_t c)
{
	uint32_t cp;

	if (v->have > 0 && (c & 0xc0) == 0x80) {
		v->utf8[v->have++] = (char)c;
		if (v->have < v->want)
			return;
		if (utf8_decode(v->utf8, v->have, &cp) != v->have)
			cp = '?';
		v->have = 0;
		cells_put(v, cp);
		return;
	}
	if (v->have > 0) {
		v->have = 0;
		cells_put(v, '?');
	}
	if (c >= 0xc0) {
		v->utf8[0] = (char)c;
		v->have = 1;
		v->want = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	} else if (c < 0x20 || c == 0x7f) {
		control(v, c);
	} else {
		cells_put(v, c >= 0x80 ? '?' : v->lines ? line_char(c) : c);
	}
}

static void
put_byte(struct vt *v, uint8_t c)
{
	if (c == 0x18 || c == 0x1a) {
		v->state = VT_TEXT;
		v->have = 0;
		return;
	}
	if (c == 0x1b) {
		v->state = v->state == VT_STRING || v->state == VT_STRING_ESC
		    ? VT_STRING_ESC
		    : VT_ESCAPE;
		v->have = 0;
		return;
	}
	switch (v->state) {
	case VT_TEXT:
		text(v, c);
		break;
	case VT_ESCAPE:
		escape(v, c);
		break;
	case VT_CHARSET:
		v->state = VT_TEXT;
		break;
	case VT_CSI:
		if (c < 0x20)
			control(v, c);
		else
			sequence(v, c);
		break;
	case VT_STRING:
		if (c == 0x07)
			v->state = VT_TEXT;
		break;
	case VT_STRING_ESC: /* ESC \ ends it; another sequence begins anew */
		v->state = VT_TEXT;
		if (c != '\\')
			escape(v, c);
		break;
	}
}

void
vt_put(struct vt *v, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put_byte(v, bytes[i]);
}
