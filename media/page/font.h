/* SPDX-License-Identifier: MIT */
/*
 * TrueType fonts as pages need them: which glyph, how wide, and the subset
 * that a document embeds.  Glyphs keep their numbers in a subset, so a
 * composite needs no rewriting; what is not used is empty.  Bytes come from
 * the caller and outlive the font.
 */
#ifndef TACHIAI_FONT_H
#define TACHIAI_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

struct font;

/* Borrow p[0..len).  NULL and page.font {what} for what is no such font. */
struct font *font_new(const uint8_t *p, size_t len, struct err *e);
void font_free(struct font *f);

/* PostScript name, printable ASCII. */
const char *font_name(const struct font *f);
/* Glyph of a code point, 0 when the font has none. */
uint16_t font_glyph(const struct font *f, uint32_t cp);
/* In thousandths of the size. */
int font_advance(const struct font *f, uint16_t glyph);
int font_ascent(const struct font *f);
int font_descent(const struct font *f); /* negative */
void font_box(const struct font *f, int box[static 4]);
size_t font_glyphs(const struct font *f);

/*
 * A font file of the glyphs used[g] alone, and the parts they are composed
 * of, which are marked too.
 */
void font_subset(const struct font *f, bool *used, struct buf *out);

#endif
