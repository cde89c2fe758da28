/* SPDX-License-Identifier: MIT */
/*
 * A document: A4 pages of text, rules, symbols and boxes to write in, each
 * at its place.  Lengths are thousandths of a point, from the top left
 * corner.  Whatever takes room leaves its box behind, and doc_check() holds
 * the boxes against each other: nothing overlaps, nothing leaves the paper.
 * The same calls give the same bytes.
 */
#ifndef TACHIAI_PAGE_H
#define TACHIAI_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "media/page/font.h"

#define MM(x)       ((int)((x)*2834.6457))
#define PT(x)       ((int)((x)*1000))
#define PAGE_WIDTH  MM(210)
#define PAGE_HEIGHT MM(297)

/* A character that a face has not is taken from the last one. */
enum face {
	FACE_TEXT,
	FACE_BOLD,
	FACE_MONO,
	FACE_WIDE, /* Japanese */
	FACE_COUNT,
};

struct style {
	enum face face;
	int size;
	int grey; /* 0 black to 100 white */
};

enum part_kind {
	PART_TEXT,
	PART_RULE,   /* a line from corner to corner */
	PART_FILL,   /* a grey area; takes no room */
	PART_FRAME,  /* an outline; takes no room */
	PART_SYMBOL, /* modules */
	PART_BLANK,  /* left for ink, outlined */
};

struct part {
	enum part_kind kind;
	int x, y, w, h; /* the box; of a text from ascender to descender */
	int baseline;   /* texts */
	struct style style;
	int line; /* width of rules and outlines */
	char *text;
	uint8_t *module; /* symbols: side * side, 1 dark */
	int side;
};

struct page {
	struct part *part;
	size_t n, size;
};

struct doc {
	const struct font *const *font; /* FACE_COUNT of them */
	char *title;
	struct page *page;
	size_t n;
};

/* The fonts are borrowed. */
struct doc *doc_new(
    const struct font *const font[static FACE_COUNT], const char *title);
void doc_free(struct doc *d);
size_t doc_add(struct doc *d); /* a page; its index */

/* Width of text[0..len) in a style. */
int text_width(
    const struct doc *d, struct style st, const char *text, size_t len);
/*
 * Bytes of text that fit into `width` as one line, at least one character:
 * broken at blanks, between Japanese characters where their rules allow it,
 * and anywhere in a word that is too long by itself.  *skip is set to the
 * bytes up to the next line.  A line feed ends a line.
 */
size_t text_line(const struct doc *d, struct style st, const char *text,
    int width, size_t *skip);
/* The face and glyph that a character is drawn with. */
uint16_t text_glyph(
    const struct doc *d, enum face face, uint32_t cp, enum face *drawn);

/* One line of text, its left end on the baseline. */
void doc_text(struct doc *d, size_t page, int x, int baseline, struct style st,
    const char *text, size_t len);
void doc_rule(
    struct doc *d, size_t page, int x, int y, int w, int h, int line, int grey);
void doc_fill(struct doc *d, size_t page, int x, int y, int w, int h, int grey);
void doc_frame(
    struct doc *d, size_t page, int x, int y, int w, int h, int line, int grey);
void doc_blank(struct doc *d, size_t page, int x, int y, int w, int h);
/* side * side modules, quiet zone included, drawn w wide; copied. */
void doc_symbol(struct doc *d, size_t page, int x, int y, int w,
    const uint8_t *module, int side);

/* page.overlap {page, what, with}, page.outside {page, what}. */
int doc_check(const struct doc *d, struct err *e);

/* The whole document as PDF; no time, no chance in it. */
void doc_pdf(const struct doc *d, struct buf *out);
/* The same pages as PostScript, for a printer. */
void doc_ps(const struct doc *d, struct buf *out);
/* The text of a page, a line a row of its texts, top down. */
void doc_lines(const struct doc *d, size_t page, struct buf *out);

#endif
