/* SPDX-License-Identifier: MIT */
/*
 * From a picture to what the QR codes in it say.  zbar's image scanner does
 * the work and is not trusted with anything: it runs in the process that can
 * only answer and die.
 */
#ifndef TACHIAI_DECODE_PICTURE_H
#define TACHIAI_DECODE_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

#define PICTURE_BYTES  ((size_t)64 << 20) /* of a file */
#define PICTURE_AREA   ((size_t)32 << 20) /* pixels */
#define PICTURE_COARSE ((size_t)6 << 20)  /* pixels: a page of 220 dpi */
#define PICTURE_SIDE   16384
#define PICTURE_CODES  16   /* that are told of, of one picture */
#define PICTURE_TEXT   4400 /* bytes of one of them */

enum picture_how {
	PICTURE_EVERY,  /* filtered, and if that says nothing, as it is */
	PICTURE_BOX,    /* filtered: noise at 4 pixels a module and more */
	PICTURE_RAW,    /* as it is: below */
	PICTURE_DOUBLE, /* enlarged, if it is coarse: blurred ones */
};

/*
 * in[0..len): PNG, JPEG, or PGM (P5, 255).  On success `form` gets wide, high,
 * light (the mean, 0 to 255), codes (how many texts follow), strange (codes
 * that are no QR code of plain text), and of the first code its corners
 * left, top, right, bottom in pixels; `out` the texts, each a length in 16
 * bits, big-endian, and printable ASCII with line feeds.  Finding nothing is
 * no failure.  ids decode.picture {what}, decode.size {file}.
 */
int picture_read(enum picture_how how, const uint8_t *in, size_t len,
    struct json *form, struct buf *out, struct err *e);

/* A picture as grey rows: the part of picture_read() before the codes. */
struct grey {
	size_t wide, high;
	uint8_t *p; /* free() */
};
int grey_from_file(
    const uint8_t *in, size_t len, struct grey *g, struct err *e);
int grey_from_jpeg(
    const uint8_t *in, size_t len, struct grey *g, struct err *e);

#endif
