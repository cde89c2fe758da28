/* SPDX-License-Identifier: MIT */
/*
 * JPEG, as scanners and telephones write it, to grey pixels.  libjpeg leaves
 * by a jump at the first thing it does not like; what it warns of is taken
 * as bad too.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "appliance/decode/picture.h"

struct way_out {
	struct jpeg_error_mgr base; /* first: libjpeg gives this back */
	jmp_buf to;
};

static void
leave(j_common_ptr c)
{
	struct way_out *w = (struct way_out *)c->err;

	longjmp(w->to, 1);
}

static void
warn(j_common_ptr c, int level)
{
	if (level < 0)
		leave(c);
}

/* What is made outlives the jump in *pixels.  -1: a size that is not taken. */
static int
decode(struct jpeg_decompress_struct *c, const uint8_t *in, size_t len,
    uint8_t *volatile *pixels)
{
	jpeg_mem_src(c, in, (unsigned long)len);
	jpeg_read_header(c, TRUE);
	if (c->image_width > PICTURE_SIDE || c->image_height > PICTURE_SIDE ||
	    (size_t)c->image_width * c->image_height > PICTURE_AREA)
		return -1;
	c->out_color_space = JCS_GRAYSCALE;
	jpeg_start_decompress(c);
	*pixels = xmalloc((size_t)c->output_width * c->output_height);
	while (c->output_scanline < c->output_height) {
		JSAMPROW row =
		    *pixels + (size_t)c->output_scanline * c->output_width;

		(void)jpeg_read_scanlines(c, &row, 1);
	}
	jpeg_finish_decompress(c);
	return 0;
}

int
grey_from_jpeg(const uint8_t *in, size_t len, struct grey *g, struct err *e)
{
	struct jpeg_decompress_struct c;
	struct way_out w;
	uint8_t *volatile pixels = NULL;
	uint8_t *got = NULL;
	volatile int ret = -1;

	c.err = jpeg_std_error(&w.base);
	w.base.error_exit = leave;
	w.base.emit_message = warn;
	jpeg_create_decompress(&c);
	if (setjmp(w.to) == 0)
		ret = decode(&c, in, len, &pixels);
	else
		ret = -1;
	got = pixels;
	if (ret == 0) {
		g->wide = c.output_width;
		g->high = c.output_height;
		g->p = got;
		got = NULL;
	} else {
		err_set(e, ERR_FORM, "decode.picture", "what", "JPEG", NULL);
	}
	free(got);
	jpeg_destroy_decompress(&c);
	return ret;
}
