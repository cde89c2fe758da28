/* SPDX-License-Identifier: MIT */
/*
 * The same document as PostScript, language level 2, for a printer without a
 * spooler: each face once, as a Type 42 font of the glyphs that are used, its
 * characters shown by the glyph's name; symbols as masks of one bit a module.
 * What stands on a page is what stands on the PDF's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"
#include "media/page/page.h"

#define STRING_MAX 65000 /* of an interpreter's string, 65535 */

struct ps {
	const struct doc *doc;
	struct buf *out;
	bool *glyph[FACE_COUNT];
};

static void
number(struct buf *b, int v)
{
	int a = v < 0 ? -v : v;

	buf_fmt(b, "%s%d", v < 0 ? "-" : "", a / 1000);
	if (a % 1000 != 0)
		buf_fmt(b, ".%03d", a % 1000);
	buf_byte(b, ' ');
}

static void
corner(struct buf *b, int x, int y)
{
	number(b, x);
	number(b, PAGE_HEIGHT - y);
}

/* Bytes of the character at s, its face and glyph. */
static size_t
next_glyph(const struct ps *p, const struct part *t, size_t at, size_t len,
    enum face *face, uint16_t *glyph)
{
	uint32_t cp;
	size_t n = utf8_decode(t->text + at, len - at, &cp);

	if (n == 0)
		cp = '?';
	*glyph = text_glyph(p->doc, t->style.face, cp, face);
	return n == 0 ? 1 : n;
}

/* One face's run: moved to, shown; a bold one that has no bold face twice. */
static void
run(struct ps *p, const struct part *t, size_t from, size_t to, int x,
    enum face face)
{
	bool heavy = face != t->style.face && t->style.face == FACE_BOLD;
	struct buf *b = p->out;

	for (int k = heavy ? -1 : 0; k <= 1; k += 2) {
		enum face same;
		uint16_t g;

		number(b, t->style.size);
		buf_fmt(b, "F%d ", (int)face);
		number(b, t->style.grey * 10);
		buf_str(b, "g ");
		corner(b, heavy ? x + 60 * k : x, t->baseline);
		buf_str(b, "m[");
		for (size_t i = from; i < to;) {
			i += next_glyph(p, t, i, to, &same, &g);
			buf_fmt(b, "/%x", g);
		}
		buf_str(b, "]s\n");
		if (!heavy)
			break;
	}
}

static void
text(struct ps *p, const struct part *t)
{
	size_t len = strlen(t->text), from = 0;
	int x = t->x;

	while (from < len) {
		enum face face, next;
		uint16_t g;
		size_t i = from + next_glyph(p, t, from, len, &face, &g);

		while (i < len) {
			size_t n = next_glyph(p, t, i, len, &next, &g);

			if (next != face)
				break;
			i += n;
		}
		run(p, t, from, i, x, face);
		x += text_width(p->doc, t->style, t->text + from, i - from);
		from = i;
	}
}

static void
symbol(const struct part *t, struct buf *b)
{
	buf_str(b, "gsave 0 g ");
	corner(b, t->x, t->y + t->h);
	buf_str(b, "translate ");
	number(b, t->w);
	number(b, t->h);
	buf_fmt(b, "scale %d %d true[%d 0 0 -%d 0 %d]{<", t->side, t->side,
	    t->side, t->side, t->side);
	for (int y = 0; y < t->side; y++)
		for (int x = 0; x < t->side; x += 8) {
			unsigned byte = 0;

			for (int k = 0; k < 8; k++)
				if (x + k < t->side &&
				    t->module[y * t->side + x + k] != 0)
					byte |= 0x80u >> k;
			buf_fmt(b, "%02x", byte);
		}
	buf_str(b, ">}imagemask grestore\n");
}

static void
part(struct ps *p, const struct part *t)
{
	struct buf *b = p->out;

	if (t->kind == PART_TEXT) {
		text(p, t);
		return;
	}
	if (t->kind == PART_SYMBOL) {
		symbol(t, b);
		return;
	}
	number(b, t->style.grey * 10);
	buf_str(b, "g ");
	if (t->kind != PART_FILL) {
		number(b, t->line);
		buf_str(b, "setlinewidth ");
	}
	if (t->kind == PART_RULE) {
		corner(b, t->x, t->y);
		buf_str(b, "m ");
		corner(b, t->x + t->w, t->y + t->h);
		buf_str(b, "lineto stroke\n");
		return;
	}
	corner(b, t->x, t->y + t->h);
	number(b, t->w);
	number(b, t->h);
	buf_str(b, t->kind == PART_FILL ? "rectfill\n" : "rectstroke\n");
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/*
 * Where a string that begins at `from` ends: at a table's end, or, within
 * the outlines, at a glyph's; as far on as one string may be.
 */
static size_t
cut(const uint8_t *ttf, size_t len, size_t from)
{
	size_t tables = (size_t)ttf[4] << 8 | ttf[5], best = from;
	const uint8_t *loca = NULL;
	size_t glyf = 0, glyphs = 0;

	if (len - from <= STRING_MAX)
		return len;
	for (size_t i = 0; i < tables; i++) {
		const uint8_t *row = ttf + 12 + 16 * i;
		size_t at = be32(row + 8), size = be32(row + 12);

		if (at > from && at - from <= STRING_MAX && at > best)
			best = at;
		if (memcmp(row, "glyf", 4) == 0)
			glyf = at;
		if (memcmp(row, "loca", 4) == 0) {
			loca = ttf + at;
			glyphs = size / 4;
		}
	}
	for (size_t i = 0; i < glyphs; i++) {
		size_t at = glyf + be32(loca + 4 * i);

		if (at > from && at - from <= STRING_MAX && at > best)
			best = at;
	}
	return best > from ? best : from + STRING_MAX;
}

static void
font(struct ps *p, enum face face)
{
	const struct font *f = p->doc->font[face];
	struct buf *b = p->out, raw = BUF_INIT;
	size_t n = 1;

	font_subset(f, p->glyph[face], &raw);
	for (size_t g = 1; g < font_glyphs(f); g++)
		n += p->glyph[face][g];
	buf_fmt(b,
	    "12 dict begin/FontType 42 def/FontName/T%d def/PaintType 0 def\n"
	    "/FontMatrix[1 0 0 1 0 0]def/FontBBox[0 0 0 0]def\n"
	    "/Encoding 256 array def 0 1 255{Encoding exch/.notdef put}for\n"
	    "/CharStrings %zu dict def CharStrings begin/.notdef 0 def\n",
	    (int)face, n + 1);
	for (size_t g = 0; g < font_glyphs(f); g++)
		if (p->glyph[face][g])
			buf_fmt(b, "/%zx %zu def\n", g, g);
	buf_str(b, "end/sfnts[\n");
	for (size_t at = 0; at < raw.len;) {
		size_t to = cut(raw.data, raw.len, at);

		buf_byte(b, '<');
		for (size_t i = at; i < to; i += 36) {
			hex_encode(b, raw.data + i, to - i < 36 ? to - i : 36);
			buf_byte(b, '\n');
		}
		/* One byte more, which does not count. */
		buf_str(b, "00>\n");
		at = to;
	}
	buf_fmt(b,
	    "]def FontName currentdict end definefont pop\n"
	    "/F%d{/T%d findfont exch scalefont setfont}bind def\n",
	    (int)face, (int)face);
	buf_free(&raw);
}

static void
mark(struct ps *p, const struct part *t)
{
	size_t len = t->kind == PART_TEXT ? strlen(t->text) : 0;

	for (size_t i = 0; i < len;) {
		enum face face;
		uint16_t g;

		i += next_glyph(p, t, i, len, &face, &g);
		p->glyph[face][g] = true;
	}
}

void
doc_ps(const struct doc *d, struct buf *out)
{
	struct ps p = { .doc = d, .out = out };

	for (int f = 0; f < FACE_COUNT; f++)
		p.glyph[f] = xcalloc(font_glyphs(d->font[f]), sizeof(bool));
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->page[i].n; k++)
			mark(&p, &d->page[i].part[k]);
	buf_fmt(out,
	    "%%!PS-Adobe-3.0\n%%%%LanguageLevel: 2\n%%%%Pages: %zu\n"
	    "%%%%BoundingBox: 0 0 596 842\n%%%%EndComments\n%%%%BeginSetup\n"
	    "/m{moveto}bind def/s{{glyphshow}forall}bind def\n"
	    "/g{setgray}bind def\n"
	    "<</PageSize[595.276 841.89]>>setpagedevice\n",
	    d->n);
	for (int f = 0; f < FACE_COUNT; f++)
		font(&p, (enum face)f);
	buf_str(out, "%%EndSetup\n");
	for (size_t i = 0; i < d->n; i++) {
		buf_fmt(out, "%%%%Page: %zu %zu\n", i + 1, i + 1);
		for (size_t k = 0; k < d->page[i].n; k++)
			part(&p, &d->page[i].part[k]);
		buf_str(out, "showpage\n");
	}
	buf_str(out, "%%EOF\n");
	for (int f = 0; f < FACE_COUNT; f++)
		free(p.glyph[f]);
}
