/* SPDX-License-Identifier: MIT */
/*
 * What the painter of the screen costs: a whole screen drawn anew, from bytes
 * to pixels, beside one memset() of the same pixels; and one letter.  Of each
 * the fastest round counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ceremony/base/buf.h"
#include "tui/painter.h"
#include "tui/vt.h"

#define HEX    "/usr/share/unifont/unifont_jp.hex"
#define ROUNDS 20

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
load(struct font *f, struct buf *table)
{
	static char part[65536];
	struct buf hex = BUF_INIT;
	FILE *file = fopen(HEX, "re");
	struct err e;
	size_t n;

	while (file != NULL && (n = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(&hex, part, n);
	if (file == NULL || fclose(file) != 0 ||
	    font_build(buf_cstr(&hex), hex.len, table, &e) == -1 ||
	    font_open(f, table->data, table->len, &e) == -1)
		abort();
	buf_free(&hex);
}

static void
least(double *best, double since)
{
	double t = now() - since;

	if (*best <= 0 || t < *best)
		*best = t;
}

/* Every cell, another letter each time: none is spared. */
static void
screenful(struct buf *out, size_t rows, size_t cols, int round)
{
	out->len = 0;
	buf_str(out, "\033[H");
	for (size_t r = 0; r < rows; r++) {
		char go[32];

		snprintf(go, sizeof(go), "\033[%zu;1H", r + 1);
		buf_str(out, go);
		for (size_t c = 0; c < cols; c++) {
			char x = (char)('!' + (r + c + (size_t)round) % 90);

			buf_add(out, &x, 1);
		}
	}
}

static void
measure(const struct font *f, size_t width, size_t height)
{
	struct pixels px = { .bytes = 4,
		.width = width,
		.height = height,
		.line = width * 4,
		.red = { 16, 8 },
		.green = { 8, 8 },
		.blue = { 0, 8 } };
	struct buf text = BUF_INIT;
	double put = 0, paint = 0, fill = 0, one = 0, t;
	size_t rows, cols, scale;
	struct painter *p;
	struct vt *v;
	struct err e;

	px.at = xcalloc(height, px.line);
	p = painter_new(f, &px, &e);
	if (p == NULL)
		abort();
	painter_size(p, &rows, &cols, &scale);
	v = vt_new(rows, cols);
	for (int i = 0; i < ROUNDS; i++) {
		screenful(&text, rows, cols, i);
		t = now();
		vt_put(v, text.data, text.len);
		least(&put, t);
		t = now();
		(void)painter_paint(p, vt_grid(v), false);
		least(&paint, t);
	}
	for (int i = 0; i < ROUNDS; i++) {
		t = now();
		vt_put(v, (const uint8_t *)(i % 2 != 0 ? "\rA" : "\rB"), 2);
		(void)painter_paint(p, vt_grid(v), false);
		least(&one, t);
		t = now();
		memset(px.at, i, height * px.line);
		__asm__ volatile("" : : "r"(px.at) : "memory");
		least(&fill, t);
	}
	printf("paint: %zu x %zu, all %zu x %zu cells: %.1f times a memset() of "
	       "its pixels, of it %.0f %% the bytes; one letter %.2f times\n",
	    width, height, cols, rows, (put + paint) / fill,
	    100 * put / (put + paint), one / fill);
	vt_free(v);
	painter_free(p);
	free(px.at);
	buf_free(&text);
}

int
main(void)
{
	struct buf table = BUF_INIT;
	struct font f;

	load(&f, &table);
	measure(&f, 1024, 768);
	measure(&f, 1920, 1080);
	buf_free(&table);
	return 0;
}
