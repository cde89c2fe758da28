/* SPDX-License-Identifier: MIT */
/*
 * Pictures to texts.  Invariant: a text that leaves here is plain ASCII of a
 * QR code, and not longer than one can be.
 */
#include "appliance/decode/picture.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/decode/scanner.h"

struct found {
	struct json *form;
	struct buf texts;
	size_t codes, strange;
};

/* Each pixel the mean of its nine; noise goes, edges stay good enough. */
static uint8_t *
box(const struct grey *g)
{
	uint8_t *out = xmalloc(g->wide * g->high);

	memcpy(out, g->p, g->wide * g->high);
	for (size_t y = 1; y + 1 < g->high; y++) {
		const uint8_t *a = g->p + (y - 1) * g->wide;
		const uint8_t *b = a + g->wide, *c = b + g->wide;
		uint8_t *to = out + y * g->wide;

		for (size_t x = 1; x + 1 < g->wide; x++)
			to[x] = (uint8_t)((a[x - 1] + a[x] + a[x + 1] +
					      b[x - 1] + b[x] + b[x + 1] +
					      c[x - 1] + c[x] + c[x + 1]) /
			    9);
	}
	return out;
}

/* Twice as wide and high, the mean between two pixels: blurred edges of few
 * pixels a module, which zbar looks for a whole pixel beside. */
static struct grey
doubled(const struct grey *g)
{
	struct grey d = { 2 * g->wide, 2 * g->high, NULL };

	d.p = xmalloc(d.wide * d.high);
	for (size_t y = 0; y < d.high; y++) {
		const uint8_t *a = g->p + y / 2 * g->wide;
		const uint8_t *b =
		    y % 2 == 1 && y / 2 + 1 < g->high ? a + g->wide : a;

		for (size_t x = 0; x < d.wide; x++) {
			size_t l = x / 2;
			size_t r = x % 2 == 1 && l + 1 < g->wide ? l + 1 : l;

			d.p[y * d.wide + x] =
			    (uint8_t)((a[l] + a[r] + b[l] + b[r]) / 4);
		}
	}
	return d;
}

static bool
plain(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((p[i] < ' ' || p[i] > '~') && p[i] != '\n')
			return false;
	return len > 0 && len <= PICTURE_TEXT;
}

static void
place(const zbar_symbol_t *s, struct json *form)
{
	int left = 0, top = 0, right = 0, bottom = 0;

	for (unsigned i = 0; i < zbar_symbol_get_loc_size(s); i++) {
		int x = zbar_symbol_get_loc_x(s, i);
		int y = zbar_symbol_get_loc_y(s, i);

		if (i == 0 || x < left)
			left = x;
		if (i == 0 || x > right)
			right = x;
		if (i == 0 || y < top)
			top = y;
		if (i == 0 || y > bottom)
			bottom = y;
	}
	json_set_int(form, "left", left);
	json_set_int(form, "top", top);
	json_set_int(form, "right", right);
	json_set_int(form, "bottom", bottom);
}

static void
take(struct found *f, const zbar_symbol_t *s)
{
	const char *text = zbar_symbol_get_data(s);
	size_t len = zbar_symbol_get_data_length(s);

	if (zbar_symbol_get_type(s) != ZBAR_QRCODE || !plain(text, len)) {
		f->strange++;
		return;
	}
	if (f->codes == PICTURE_CODES)
		return;
	if (f->codes++ == 0)
		place(s, f->form);
	buf_be16(&f->texts, (uint16_t)len);
	buf_add(&f->texts, text, len);
}

static int
scan(uint8_t *pixels, const struct grey *g, int density, struct found *f)
{
	zbar_image_scanner_t *z = scanner_new(density);
	zbar_image_t *image = zbar_image_create();
	int n;

	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned)g->wide, (unsigned)g->high);
	zbar_image_set_data(image, pixels, g->wide * g->high, NULL);
	n = zbar_scan_image(z, image);
	for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s != NULL;
	     s = zbar_symbol_next(s))
		take(f, s);
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(z);
	return n;
}

static int
mean(const struct grey *g)
{
	size_t n = g->wide * g->high;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += g->p[i];
	return n > 0 ? (int)(sum / n) : 0;
}

int
picture_read(enum picture_how how, const uint8_t *in, size_t len,
    struct json *form, struct buf *out, struct err *e)
{
	struct grey g = { 0, 0, NULL };
	struct found f = { .form = form, .texts = BUF_INIT };

	if (grey_from_file(in, len, &g, e) == -1)
		return -1;
	if (how == PICTURE_DOUBLE && g.wide * g.high <= PICTURE_COARSE) {
		struct grey d = doubled(&g);

		(void)scan(d.p, &d, 1, &f);
		free(d.p);
	}
	if (how == PICTURE_EVERY || how == PICTURE_BOX) {
		uint8_t *filtered = box(&g);

		(void)scan(filtered, &g, 2, &f);
		free(filtered);
	}
	if (how == PICTURE_RAW || (how == PICTURE_EVERY && f.codes == 0))
		(void)scan(g.p, &g, 1, &f);
	json_set_int(form, "wide", (int64_t)g.wide);
	json_set_int(form, "high", (int64_t)g.high);
	json_set_int(form, "light", mean(&g));
	json_set_int(form, "codes", (int64_t)f.codes);
	json_set_int(form, "strange", (int64_t)f.strange);
	buf_add(out, f.texts.data, f.texts.len);
	buf_free(&f.texts);
	free(g.p);
	return 0;
}
