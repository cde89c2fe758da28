/* SPDX-License-Identifier: MIT */
/*
 * Symbols of every version hold what frames/send.c says; cells and pixels
 * are the same modules; pictures as files.
 */
#include "tests/unit/test.h"

#include <stdbool.h>
#include <stdlib.h>

#include "media/frames/send.h"
#include "media/picture.h"

static bool
dark(const struct qr *qr, int x, int y)
{
	return qr->module[y * qr->side + x] != 0;
}

/* A finder's corner at (x, y): seven dark, and the ring within them. */
static bool
finder(const struct qr *qr, int x, int y)
{
	bool good = true;

	for (int i = 0; i < 7; i++)
		good = good && dark(qr, x + i, y) && dark(qr, x, y + i) &&
		    dark(qr, x + 6, y + i) && dark(qr, x + i, y + 6);
	for (int i = 1; i < 6; i++)
		good = good && !dark(qr, x + i, y + 1);
	return good;
}

static void
rooms(void)
{
	static char text[5000];
	bool holds = true, not_more = true, finders = true;

	memset(text, 'T', sizeof(text));
	for (int v = 1; v <= SEND_LARGEST; v++) {
		size_t n = send_characters(v);
		struct qr q = { 0 };
		struct err e;
		int far;

		holds = holds &&
		    qr_make(text, n, QR_ALPHANUMERIC, QR_LEVEL_L, v, v, &q,
			&e) == 0 &&
		    q.version == v && q.side == 25 + 4 * v;
		if (!holds)
			break;
		far = q.side - QR_QUIET - 7;
		finders = finders && finder(&q, QR_QUIET, QR_QUIET) &&
		    finder(&q, far, QR_QUIET) && finder(&q, QR_QUIET, far);
		qr_fini(&q);
		not_more = not_more &&
		    qr_make(text, n + 1, QR_ALPHANUMERIC, QR_LEVEL_L, v, v, &q,
			&e) == -1;
	}
	CHECK("every version holds its characters", holds);
	CHECK("and not one more", not_more);
	CHECK("three finders", finders);
}

static void
cells(void)
{
	struct buf half = BUF_INIT, full = BUF_INIT, pixels = BUF_INIT;
	struct qr q = { 0 };
	struct err e;
	size_t lines = 0, side, all = 0, black = 0, pixel = 0;

	CHECK("a symbol",
	    qr_make("Tachiai", 7, QR_BYTES, QR_LEVEL_M, 1, 1, &q, &e) == 0);
	picture_half_blocks(&q, &half);
	picture_full_cells(&q, &full);
	for (size_t i = 0; i < half.len; i++)
		lines += half.data[i] == '\n';
	CHECK("29 modules are 15 lines", lines == 15);
	for (int i = 0; i < 29 * 29; i++)
		all += q.module[i];
	for (const char *p = buf_cstr(&full);
	     (p = strstr(p, "\033[40m")) != NULL; p++)
		black++;
	CHECK("full cells: as many black ones", black == all && all > 100);
	side = picture_pixels(&q, 3, &pixels);
	for (size_t i = 0; i < pixels.len; i++)
		pixel += pixels.data[i] == 0;
	CHECK("pixels: nine times as many",
	    side == 29 * 3 && pixels.len == side * side && pixel == 9 * all);
	qr_fini(&q);
	buf_free(&half);
	buf_free(&full);
	buf_free(&pixels);
}

static void
pictures(void)
{
	/* One white pixel, checksums by zlib. */
	static const uint8_t PNG[] = { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a,
		0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0,
		0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0d,
		0x49, 0x44, 0x41, 0x54, 0x78, 0x01, 0x01, 2, 0, 0xfd, 0xff, 0,
		0xff, 1, 1, 1, 0, 0x60, 0x87, 0x12, 0xb5, 0, 0, 0, 0, 0x49,
		0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82 };
	uint8_t white = 255;
	struct buf b = BUF_INIT;

	picture_png(&b, &white, 1, 1);
	CHECK("PNG",
	    b.len == sizeof(PNG) && memcmp(b.data, PNG, sizeof(PNG)) == 0);
	buf_reset(&b);
	picture_pgm(&b, &white, 1, 1);
	CHECK("PGM",
	    b.len == 12 && memcmp(b.data, "P5\n1 1\n255\n\xff", 12) == 0);
	buf_free(&b);
}

int
main(void)
{
	rooms();
	cells();
	pictures();
	return test_end();
}
