/* SPDX-License-Identifier: MIT */
/*
 * A document as PDF 1.5: one content stream a page, each face embedded as a
 * subset of the glyphs that the document uses, with a map back to Unicode.
 * Nothing in the file comes from a clock or from chance; its identifier is
 * the digest of what stands before it.
 *
 * Objects: 1 catalogue, 2 page tree, 3 information, then five for each face
 * that is used, then for each page itself, its content, its symbols.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "ceremony/base/digest.h"
#include "ceremony/base/utf8.h"
#include "media/page/page.h"

struct use { /* of one face */
	bool *glyph;
	uint32_t *cp; /* the character that a glyph stands for */
	bool any;
};

struct pdf {
	const struct doc *doc;
	struct buf *out;
	size_t start;
	size_t *at; /* offset of each object; 0 not written */
	size_t objects;
	struct use use[FACE_COUNT];
	size_t font_object[FACE_COUNT]; /* the Type0 dictionary */
};

static size_t
reserve(struct pdf *p)
{
	p->at = xreallocarray(p->at, p->objects + 2, sizeof(*p->at));
	p->objects++;
	p->at[p->objects] = 0;
	return p->objects;
}

static void
begin(struct pdf *p, size_t object)
{
	p->at[object] = p->out->len - p->start;
	buf_fmt(p->out, "%zu 0 obj\n", object);
}

static void
end(struct pdf *p)
{
	buf_str(p->out, "\nendobj\n");
}

/* A stream, deflated; `more` are further members of its dictionary. */
static void
stream(struct pdf *p, size_t object, const char *more, const struct buf *raw)
{
	uLongf len = compressBound((uLong)raw->len);
	uint8_t *z = xmalloc(len);

	if (compress2(z, &len, (const Bytef *)buf_cstr(raw), (uLong)raw->len,
		9) != Z_OK)
		abort();
	begin(p, object);
	buf_fmt(p->out, "<</Filter/FlateDecode/Length %lu%s>>stream\n",
	    (unsigned long)len, more);
	buf_add(p->out, z, len);
	buf_str(p->out, "\nendstream");
	end(p);
	free(z);
}

static void
number(struct buf *b, int v)
{
	const char *sign = v < 0 ? "-" : "";
	int a = v < 0 ? -v : v;

	buf_fmt(b, "%s%d", sign, a / 1000);
	if (a % 1000 != 0)
		buf_fmt(b, ".%03d", a % 1000);
	buf_byte(b, ' ');
}

static void
grey(struct buf *b, int g, const char *op)
{
	number(b, g * 10);
	buf_str(b, op);
}

/* A text as runs of one face each. */
static void
text(struct pdf *p, const struct part *t, struct buf *b)
{
	size_t len = strlen(t->text), i = 0, n;
	int x = t->x;

	while (i < len) {
		enum face face = FACE_COUNT, next;
		size_t from = i;
		uint32_t cp;

		buf_str(b, "BT ");
		while (i < len) {
			uint16_t g;

			n = utf8_decode(t->text + i, len - i, &cp);
			if (n == 0) {
				n = 1;
				cp = '?';
			}
			g = text_glyph(p->doc, t->style.face, cp, &next);
			if (face == FACE_COUNT) {
				face = next;
				buf_fmt(b, "/F%d ", (int)face);
				number(b, t->style.size);
				buf_str(b, "Tf ");
				grey(b, t->style.grey, "g ");
				number(b, x);
				number(b, PAGE_HEIGHT - t->baseline);
				buf_str(b, "Td ");
				if (face != t->style.face &&
				    t->style.face == FACE_BOLD) {
					grey(b, t->style.grey, "G ");
					buf_str(b, "2 Tr .2 w ");
				} else
					buf_str(b, "0 Tr ");
				buf_byte(b, '<');
			}
			if (next != face)
				break;
			p->use[face].any = p->use[face].glyph[g] = true;
			if (p->use[face].cp[g] == 0 || cp < p->use[face].cp[g])
				p->use[face].cp[g] = cp;
			buf_fmt(b, "%04X", g);
			i += n;
		}
		buf_str(b, ">Tj ET\n");
		x += text_width(p->doc, t->style, t->text + from, i - from);
	}
}

static void
corner(struct buf *b, int x, int y)
{
	number(b, x);
	number(b, PAGE_HEIGHT - y);
}

static void
line(const struct part *t, struct buf *b)
{
	grey(b, t->style.grey, "G ");
	number(b, t->line);
	buf_str(b, "w ");
	if (t->kind == PART_RULE) {
		corner(b, t->x, t->y);
		buf_str(b, "m ");
		corner(b, t->x + t->w, t->y + t->h);
		buf_str(b, "l S\n");
		return;
	}
	corner(b, t->x, t->y + t->h);
	number(b, t->w);
	number(b, t->h);
	buf_str(b, "re S\n");
}

/* A symbol is a mask of one bit a module; its object is written at once. */
static void
symbol(struct pdf *p, const struct part *t, size_t object)
{
	struct buf raw = BUF_INIT, more = BUF_INIT;

	for (int y = 0; y < t->side; y++)
		for (int x = 0; x < t->side; x += 8) {
			unsigned byte = 0;

			for (int k = 0; k < 8; k++)
				if (x + k < t->side &&
				    t->module[y * t->side + x + k] != 0)
					byte |= 0x80u >> k;
			buf_byte(&raw, (uint8_t)byte);
		}
	buf_fmt(&more,
	    "/Type/XObject/Subtype/Image/Width %d/Height %d"
	    "/ImageMask true/BitsPerComponent 1/Decode[1 0]",
	    t->side, t->side);
	stream(p, object, buf_cstr(&more), &raw);
	buf_free(&raw);
	buf_free(&more);
}

static void
part(struct pdf *p, const struct part *t, size_t object, struct buf *b)
{
	switch (t->kind) {
	case PART_TEXT:
		text(p, t, b);
		break;
	case PART_FILL:
		grey(b, t->style.grey, "g ");
		corner(b, t->x, t->y + t->h);
		number(b, t->w);
		number(b, t->h);
		buf_str(b, "re f\n");
		break;
	case PART_SYMBOL:
		symbol(p, t, object);
		buf_str(b, "q 0 g ");
		number(b, t->w);
		buf_str(b, "0 0 ");
		number(b, t->h);
		corner(b, t->x, t->y + t->h);
		buf_fmt(b, "cm /S%zu Do Q\n", object);
		break;
	default:
		line(t, b);
	}
}

static void
page(struct pdf *p, const struct page *pg, size_t object)
{
	struct buf b = BUF_INIT, names = BUF_INIT;
	size_t content = reserve(p);

	for (size_t k = 0; k < pg->n; k++) {
		size_t symbol_object = 0;

		if (pg->part[k].kind == PART_SYMBOL) {
			symbol_object = reserve(p);
			buf_fmt(&names, "/S%zu %zu 0 R", symbol_object,
			    symbol_object);
		}
		part(p, &pg->part[k], symbol_object, &b);
	}
	stream(p, content, "", &b);
	begin(p, object);
	buf_fmt(p->out,
	    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]"
	    "/Contents %zu 0 R/Resources<</Font<<",
	    content);
	for (int f = 0; f < FACE_COUNT; f++)
		buf_fmt(p->out, "/F%d %zu 0 R", f, p->font_object[f]);
	buf_fmt(p->out, ">>/XObject<<%s>>>>>>", buf_cstr(&names));
	end(p);
	buf_free(&b);
	buf_free(&names);
}

/* The way back from glyphs to characters. */
static void
unicode(struct pdf *p, const struct use *u, size_t glyphs, size_t object)
{
	struct buf b = BUF_INIT;
	size_t left = 0, row = 0;

	buf_str(&b,
	    "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
	    "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
	    "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
	    "1 begincodespacerange <0000><FFFF> endcodespacerange\n");
	for (size_t g = 0; g < glyphs; g++)
		left += u->cp[g] != 0;
	for (size_t g = 0; g < glyphs; g++) {
		uint32_t cp = u->cp[g];

		if (cp == 0)
			continue;
		if (row == 0) {
			row = left < 100 ? left : 100;
			buf_fmt(&b, "%zu beginbfchar\n", row);
			left -= row;
		}
		buf_fmt(&b, "<%04zX><", g);
		if (cp >= 0x10000)
			buf_fmt(&b, "%04X%04X", 0xd7c0 + (cp >> 10),
			    0xdc00 + (cp & 0x3ff));
		else
			buf_fmt(&b, "%04X", cp);
		buf_str(&b, ">\n");
		if (--row == 0)
			buf_str(&b, "endbfchar\n");
	}
	buf_str(&b,
	    "endcmap CMapName currentdict/CMap defineresource pop end end\n");
	stream(p, object, "", &b);
	buf_free(&b);
}

/* Six capitals in front of a subset's name, from what is in it. */
static void
tag(const struct use *u, size_t glyphs, char out[static 8])
{
	uint8_t sum[SHA256_LEN];

	sha256(sum, u->glyph, glyphs * sizeof(*u->glyph));
	for (int i = 0; i < 6; i++)
		out[i] = (char)('A' + sum[i] % 26);
	out[6] = '+';
	out[7] = '\0';
}

static void
widths(struct pdf *p, const struct font *f, const struct use *u)
{
	buf_str(p->out, "/DW 0/W[");
	for (size_t g = 0; g < font_glyphs(f); g++)
		if (u->glyph[g])
			buf_fmt(
			    p->out, "%zu[%d]", g, font_advance(f, (uint16_t)g));
	buf_byte(p->out, ']');
}

static void
font(struct pdf *p, enum face face)
{
	const struct font *f = p->doc->font[face];
	struct use *u = &p->use[face];
	size_t object = p->font_object[face], cid, descriptor, map, file;
	struct buf raw = BUF_INIT;
	char name[80], more[40];
	int box[4];

	tag(u, font_glyphs(f), name);
	strncat(name, font_name(f), sizeof(name) - 8);
	cid = reserve(p);
	descriptor = reserve(p);
	map = reserve(p);
	file = reserve(p);
	begin(p, object);
	buf_fmt(p->out,
	    "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H"
	    "/DescendantFonts[%zu 0 R]/ToUnicode %zu 0 R>>",
	    name, cid, map);
	end(p);
	begin(p, cid);
	buf_fmt(p->out,
	    "<</Type/Font/Subtype/CIDFontType2/BaseFont/%s"
	    "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
	    "/CIDToGIDMap/Identity/FontDescriptor %zu 0 R",
	    name, descriptor);
	widths(p, f, u);
	buf_str(p->out, ">>");
	end(p);
	font_box(f, box);
	begin(p, descriptor);
	buf_fmt(p->out,
	    "<</Type/FontDescriptor/FontName/%s/Flags 4/ItalicAngle 0"
	    "/FontBBox[%d %d %d %d]/Ascent %d/Descent %d/CapHeight 700"
	    "/StemV 80/FontFile2 %zu 0 R>>",
	    name, box[0], box[1], box[2], box[3], font_ascent(f),
	    font_descent(f), file);
	end(p);
	unicode(p, u, font_glyphs(f), map);
	font_subset(f, u->glyph, &raw);
	snprintf(more, sizeof(more), "/Length1 %zu", raw.len);
	stream(p, file, more, &raw);
	buf_free(&raw);
}

/* A title as a string of UTF-16. */
static void
title(struct buf *out, const char *s)
{
	size_t len = strlen(s), n;
	uint32_t cp;

	buf_str(out, "<FEFF");
	for (size_t i = 0; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &cp);
		if (n == 0)
			break;
		if (cp < 0x10000)
			buf_fmt(out, "%04X", cp);
	}
	buf_byte(out, '>');
}

static void
trailer(struct pdf *p)
{
	uint8_t id[SHA256_LEN];
	char hex[SHA256_HEX];
	size_t xref = p->out->len - p->start;

	sha256(id, p->out->data + p->start, xref);
	sha256_hex(hex, id);
	hex[32] = '\0';
	buf_fmt(p->out, "xref\n0 %zu\n0000000000 65535 f \n", p->objects + 1);
	for (size_t i = 1; i <= p->objects; i++)
		buf_fmt(p->out, "%010zu 00000 %c \n", p->at[i],
		    p->at[i] != 0 ? 'n' : 'f');
	buf_fmt(p->out,
	    "trailer\n<</Size %zu/Root 1 0 R/Info 3 0 R/ID[<%s><%s>]>>\n"
	    "startxref\n%zu\n%%%%EOF\n",
	    p->objects + 1, hex, hex, xref);
}

void
doc_pdf(const struct doc *d, struct buf *out)
{
	struct pdf p = { .doc = d, .out = out, .start = out->len };
	size_t *object = xcalloc(d->n + 1, sizeof(*object));

	for (int f = 0; f < FACE_COUNT; f++) {
		size_t n = font_glyphs(d->font[f]);

		p.use[f].glyph = xcalloc(n, sizeof(bool));
		p.use[f].cp = xcalloc(n, sizeof(uint32_t));
	}
	buf_str(out, "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n");
	for (int i = 0; i < 3; i++)
		reserve(&p);
	for (int f = 0; f < FACE_COUNT; f++)
		p.font_object[f] = reserve(&p);
	for (size_t i = 0; i < d->n; i++) {
		object[i] = reserve(&p);
		page(&p, &d->page[i], object[i]);
	}
	for (int f = 0; f < FACE_COUNT; f++)
		font(&p, (enum face)f);
	begin(&p, 1);
	buf_str(out, "<</Type/Catalog/Pages 2 0 R>>");
	end(&p);
	begin(&p, 2);
	buf_fmt(out, "<</Type/Pages/Count %zu/Kids[", d->n);
	for (size_t i = 0; i < d->n; i++)
		buf_fmt(out, "%zu 0 R ", object[i]);
	buf_str(out, "]>>");
	end(&p);
	begin(&p, 3);
	buf_str(out, "<</Producer(tachiai)/Title");
	title(out, d->title);
	buf_str(out, ">>");
	end(&p);
	trailer(&p);
	for (int f = 0; f < FACE_COUNT; f++) {
		free(p.use[f].glyph);
		free(p.use[f].cp);
	}
	free(p.at);
	free(object);
}
