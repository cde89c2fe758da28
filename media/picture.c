/* SPDX-License-Identifier: MIT */
/*
 * Cells and pixels.  PNG (ISO/IEC 15948): signature, IHDR, one IDAT of a zlib
 * stream of stored blocks, IEND; each row begins with the filter 0.
 */
#include "media/picture.h"

#include <stdbool.h>

#include "media/frames/frame.h"

#define STORED_MAX 65535
#define ADLER      65521u

#define ANSI_WHITE "\033[107m  "
#define ANSI_BLACK "\033[40m  "
#define ANSI_END   "\033[0m\n"

static bool
dark(const struct qr *qr, int x, int y)
{
	return y < qr->side && qr->module[y * qr->side + x] != 0;
}

void
picture_half_blocks(const struct qr *qr, struct buf *out)
{
	static const char *const CELL[2][2] = { { " ", "▄" }, { "▀", "█" } };

	for (int y = 0; y < qr->side; y += 2) {
		for (int x = 0; x < qr->side; x++)
			buf_str(out, CELL[dark(qr, x, y)][dark(qr, x, y + 1)]);
		buf_byte(out, '\n');
	}
}

void
picture_full_cells(const struct qr *qr, struct buf *out)
{
	for (int y = 0; y < qr->side; y++) {
		for (int x = 0; x < qr->side; x++)
			buf_str(out, dark(qr, x, y) ? ANSI_BLACK : ANSI_WHITE);
		buf_str(out, ANSI_END);
	}
}

size_t
picture_pixels(const struct qr *qr, size_t dots, struct buf *out)
{
	size_t all = (size_t)qr->side * dots;

	for (size_t y = 0; y < all; y++)
		for (size_t x = 0; x < all; x++)
			buf_byte(out,
			    dark(qr, (int)(x / dots), (int)(y / dots)) ? 0
								       : 255);
	return all;
}

static void
chunk(struct buf *out, const char *type, const struct buf *body)
{
	size_t start;

	buf_be32(out, (uint32_t)body->len);
	start = out->len;
	buf_str(out, type);
	buf_add(out, body->data, body->len);
	buf_be32(out, crc32_add(0, out->data + start, out->len - start));
}

static uint32_t
adler32(const uint8_t *p, size_t len)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < len; i++) {
		a = (a + p[i]) % ADLER;
		b = (b + a) % ADLER;
	}
	return b << 16 | a;
}

/* A zlib stream that says its bytes as they are. */
static void
stored(struct buf *out, const struct buf *in)
{
	buf_be16(out, 0x7801);
	for (size_t at = 0; at < in->len; at += STORED_MAX) {
		size_t n = in->len - at;

		if (n > STORED_MAX)
			n = STORED_MAX;
		buf_byte(out, at + n == in->len);
		buf_byte(out, (uint8_t)n);
		buf_byte(out, (uint8_t)(n >> 8));
		buf_byte(out, (uint8_t)~n);
		buf_byte(out, (uint8_t)(~n >> 8));
		buf_add(out, in->data + at, n);
	}
	buf_be32(out, adler32(in->data, in->len));
}

void
picture_png(struct buf *out, const uint8_t *grey, size_t wide, size_t high)
{
	static const uint8_t SIGNATURE[8] = { 0x89, 'P', 'N', 'G', '\r', '\n',
		0x1a, '\n' };
	static const uint8_t KIND[5] = { 8 /* bits */, 0 /* grey */ };
	struct buf body = BUF_INIT, rows = BUF_INIT;

	buf_add(out, SIGNATURE, sizeof(SIGNATURE));
	buf_be32(&body, (uint32_t)wide);
	buf_be32(&body, (uint32_t)high);
	buf_add(&body, KIND, sizeof(KIND));
	chunk(out, "IHDR", &body);
	for (size_t y = 0; y < high; y++) {
		buf_byte(&rows, 0);
		buf_add(&rows, grey + y * wide, wide);
	}
	buf_reset(&body);
	stored(&body, &rows);
	chunk(out, "IDAT", &body);
	buf_reset(&body);
	chunk(out, "IEND", &body);
	buf_free(&body);
	buf_free(&rows);
}

void
picture_pgm(struct buf *out, const uint8_t *grey, size_t wide, size_t high)
{
	buf_fmt(out, "P5\n%zu %zu\n255\n", wide, high);
	buf_add(out, grey, wide * high);
}
