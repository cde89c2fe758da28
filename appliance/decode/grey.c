/* SPDX-License-Identifier: MIT */
/*
 * Picture files to grey pixels.  PNG is read by libpng, JPEG in jpeg.c, PGM
 * here; a file says its own size and is believed only within bounds.
 */
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/decode/picture.h"

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "decode.picture", "what", what, NULL);
}

static int
size_ok(size_t wide, size_t high, struct err *e)
{
	if (wide == 0 || high == 0 || wide > PICTURE_SIDE ||
	    high > PICTURE_SIDE || wide * high > PICTURE_AREA)
		return bad(e, "size");
	return 0;
}

static int
from_png(const uint8_t *in, size_t len, struct grey *g, struct err *e)
{
	const png_color white = { 255, 255, 255 };
	png_image image;
	uint8_t *p = NULL;
	int ret = -1;

	memset(&image, 0, sizeof(image));
	image.version = PNG_IMAGE_VERSION;
	if (png_image_begin_read_from_memory(&image, in, len) == 0) {
		bad(e, "PNG");
		goto out;
	}
	if (size_ok(image.width, image.height, e) == -1)
		goto out;
	image.format = PNG_FORMAT_GRAY;
	p = xmalloc((size_t)image.width * image.height);
	if (png_image_finish_read(&image, &white, p, (int)image.width, NULL) ==
	    0) {
		bad(e, "PNG");
		goto out;
	}
	g->wide = image.width;
	g->high = image.height;
	g->p = p;
	p = NULL;
	ret = 0;
out:
	free(p);
	png_image_free(&image);
	return ret;
}

/* A number of the header and the one white space behind it. */
static int
number(const uint8_t **p, const uint8_t *end, size_t *n)
{
	*n = 0;
	if (*p == end || **p < '1' || **p > '9')
		return -1;
	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
		*n = *n * 10 + (size_t)(**p - '0');
		if (*n > PICTURE_SIDE)
			return -1;
	}
	if (*p == end || (**p != ' ' && **p != '\n'))
		return -1;
	(*p)++;
	return 0;
}

/* P5, without comments: as cameras' helpers and our own writer make it. */
static int
from_pgm(const uint8_t *in, size_t len, struct grey *g, struct err *e)
{
	const uint8_t *p = in + 3, *end = in + len;
	size_t wide, high, most;

	if (number(&p, end, &wide) == -1 || number(&p, end, &high) == -1 ||
	    number(&p, end, &most) == -1 || most != 255)
		return bad(e, "PGM");
	if (size_ok(wide, high, e) == -1)
		return -1;
	if ((size_t)(end - p) != wide * high)
		return bad(e, "PGM");
	g->wide = wide;
	g->high = high;
	g->p = xmalloc(wide * high);
	memcpy(g->p, p, wide * high);
	return 0;
}

int
grey_from_file(const uint8_t *in, size_t len, struct grey *g, struct err *e)
{
	if (len > 8 && png_sig_cmp(in, 0, 8) == 0)
		return from_png(in, len, g, e);
	if (len > 3 && memcmp(in, "P5\n", 3) == 0)
		return from_pgm(in, len, g, e);
	if (len > 3 && memcmp(in, "\xff\xd8\xff", 3) == 0)
		return grey_from_jpeg(in, len, g, e);
	return bad(e, "PNG, JPEG, PGM");
}
