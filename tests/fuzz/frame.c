/* SPDX-License-Identifier: MIT */
/*
 * Frames: bytes as they are, and with the checksum made good, so that the
 * fields behind it are reached.  What is decoded is encoded as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "media/frames/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void
one(const uint8_t *in, size_t len)
{
	struct buf again = BUF_INIT, text = BUF_INIT;
	struct frame f, g;
	struct err e;

	if (frame_decode(in, len, &f, &e) == 0) {
		size_t k = frame_symbols(&f);

		frame_encode(&f, &again);
		frame_format(&f, &text);
		if (again.len != len || memcmp(again.data, in, len) != 0 ||
		    k == 0 || k > FRAME_SYMBOLS_MAX || k * f.t < f.len ||
		    frame_parse(buf_cstr(&text), text.len, &g, &e) == -1 ||
		    !frame_same(&f, &g) || f.seq != g.seq)
			abort();
	}
	buf_free(&again);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf good = BUF_INIT;
	struct frame f;
	struct err e;

	(void)frame_parse((const char *)in, len, &f, &e);
	one(in, len);
	if (len > 4 && len < 4096) {
		buf_add(&good, in, len - 4);
		buf_be32(&good, crc32_add(0, in, len - 4));
		one(good.data, good.len);
	}
	buf_free(&good);
	return 0;
}
