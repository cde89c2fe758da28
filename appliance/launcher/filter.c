/* SPDX-License-Identifier: MIT */
/*
 * The allow-list between the console and the terminal.  Invariant: an ESC
 * leaves only as the first byte of a whole sequence that the tables name,
 * and the 8-bit controls (as UTF-8 or as bytes) never leave.
 *
 *   ESC ( ) x        character sets B 0 U K (line drawing of old terminals)
 *   ESC 7 8 D E H M = >
 *   ESC [ n;... f    f of "@ABCDEFGHJKLMPSTXZabdfghlmr", no prefix
 *   ESC [ ? n;... h  and l, for the modes of PRIVATE only
 */
#include "appliance/launcher/filter.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"

enum state {
	TEXT,
	ESCAPE,
	CHARSET,
	CSI,
	STRING,     /* OSC, DCS, APC, PM, SOS: swallowed to its end */
	STRING_ESC, /* in it, an ESC that may be the first half of ST */
	UTF8,       /* in a character of several bytes */
};

/* cursor keys, 132 columns, reverse, origin, wrap, blink, cursor, screen */
static const int PRIVATE[] = { 1, 3, 4, 5, 6, 7, 12, 25, 47, 1034, 1047, 1048,
	1049 };

static bool
private_allowed(const struct filter *f)
{
	size_t i = 3; /* behind ESC [ ? */

	while (i + 1 < f->n) {
		bool found = false;
		int v = 0;

		while (i + 1 < f->n && f->seq[i] >= '0' && f->seq[i] <= '9' &&
		    v < 100000)
			v = v * 10 + (f->seq[i++] - '0');
		for (size_t k = 0; k < sizeof(PRIVATE) / sizeof(*PRIVATE); k++)
			found |= PRIVATE[k] == v;
		if (!found || (i + 1 < f->n && f->seq[i++] != ';'))
			return false;
	}
	return true;
}

static bool
csi_allowed(const struct filter *f)
{
	uint8_t last = f->seq[f->n - 1];

	if (f->seq[2] == '?')
		return (last == 'h' || last == 'l') && private_allowed(f);
	for (size_t i = 2; i + 1 < f->n; i++)
		if ((f->seq[i] < '0' || f->seq[i] > '9') && f->seq[i] != ';')
			return false;
	return strchr("@ABCDEFGHJKLMPSTXZabdfghlmr", last) != NULL;
}

static void
end(struct filter *f, bool allowed, struct buf *out)
{
	if (allowed)
		buf_add(out, f->seq, f->n);
	f->n = 0;
	f->state = TEXT;
}

static void
escape(struct filter *f, uint8_t c, struct buf *out)
{
	switch (c) {
	case '[':
		f->state = CSI;
		return;
	case '(':
	case ')':
		f->state = CHARSET;
		return;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		f->state = STRING;
		return;
	default:
		/* Intermediate bytes: a sequence that nobody here needs. */
		if (c >= 0x20 && c <= 0x2f) {
			f->state = CHARSET;
			f->seq[1] = '#';
			return;
		}
		end(f, c != '\0' && strchr("78DEHM=>", c) != NULL, out);
	}
}

/* Bytes of the character that `c` begins; 0: none begins so. */
static size_t
utf8_length(uint8_t c)
{
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

static void
text(struct filter *f, uint8_t c, struct buf *out)
{
	if (c == 0x1b || utf8_length(c) != 0) {
		f->seq[0] = c;
		f->n = 1;
		f->state = c == 0x1b ? ESCAPE : UTF8;
	} else if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' ||
	    c == '\t' || c == '\b' || c == 0x0e || c == 0x0f) {
		buf_byte(out, c);
	}
}

/* Whole characters only, and none of the controls of 8 bits. */
static void
character(struct filter *f, uint8_t c, struct buf *out)
{
	uint32_t cp;

	if ((c & 0xc0) != 0x80) {
		end(f, false, out);
		text(f, c, out);
		return;
	}
	f->seq[f->n++] = c;
	if (f->n == utf8_length(f->seq[0]))
		end(f,
		    utf8_decode((const char *)f->seq, f->n, &cp) == f->n &&
			cp >= 0xa0,
		    out);
}

static void
string(struct filter *f, uint8_t c)
{
	if (c == 0x07 || c == 0x18 || c == 0x1a ||
	    (f->state == STRING_ESC && c == '\\'))
		f->state = TEXT;
	else
		f->state = c == 0x1b ? STRING_ESC : STRING;
	f->n = 0;
}

static void
sequence(struct filter *f, uint8_t c, struct buf *out)
{
	if (c == 0x18 || c == 0x1a || c == 0x1b || f->n == FILTER_SEQUENCE) {
		end(f, false, out);
		text(f, c, out);
		return;
	}
	if (c < 0x20)
		return; /* a control inside a sequence: dropped */
	f->seq[f->n++] = c;
	if (f->state == ESCAPE)
		escape(f, c, out);
	else if (f->state == CHARSET)
		end(f,
		    (f->seq[1] == '(' || f->seq[1] == ')') &&
			strchr("B0UK", c) != NULL,
		    out);
	else if (c >= 0x40)
		end(f, c <= 0x7e && csi_allowed(f), out);
}

void
filter_pass(struct filter *f, const uint8_t *in, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = in[i];

		switch ((enum state)f->state) {
		case TEXT:
			text(f, c, out);
			break;
		case UTF8:
			character(f, c, out);
			break;
		case STRING:
		case STRING_ESC:
			string(f, c);
			break;
		case ESCAPE:
		case CHARSET:
		case CSI:
			sequence(f, c, out);
			break;
		}
	}
}
