/* SPDX-License-Identifier: MIT */
/*
 * From modules to what eyes and cameras see: cells of a terminal, grey
 * pixels, and these as files.  PNG and PGM are written, PNG without
 * compression, so that a picture has one encoding.
 */
#ifndef TACHIAI_PICTURE_H
#define TACHIAI_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "media/qr.h"

/*
 * As lines for a terminal that is told black on white, LF at each end: in
 * half blocks, two rows of modules a line; or in blanks, two a module, which
 * need no glyph.
 */
void picture_half_blocks(const struct qr *qr, struct buf *out);
void picture_full_cells(const struct qr *qr, struct buf *out);

/* Each module `dots` by `dots` pixels, 0 dark, 255 light; pixels a side. */
size_t picture_pixels(const struct qr *qr, size_t dots, struct buf *out);

/* grey[0 .. wide * high), row by row, 0 black; appended to `out`. */
void picture_png(
    struct buf *out, const uint8_t *grey, size_t wide, size_t high);
void picture_pgm(
    struct buf *out, const uint8_t *grey, size_t wide, size_t high);

#endif
