/* SPDX-License-Identifier: MIT */
/*
 * A film as its pictures: Motion-JPEG in AVI.  Only the boxes are opened
 * here, one after the other and never twice; the JPEG in one is for a reader
 * that can do nothing else.
 */
#include "media/film.h"

#include <string.h>

#define HEAD 8 /* of a box: its name, its size */

static uint32_t
le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

bool
film_is(const struct buf *file)
{
	return file->len >= 12 && memcmp(file->data, "RIFF", 4) == 0 &&
	    memcmp(file->data + 8, "AVI ", 4) == 0;
}

/* A picture of the first stream, or of any: "00dc", "01db". */
static bool
is_picture(const uint8_t *box, size_t len)
{
	return box[2] == 'd' && (box[3] == 'c' || box[3] == 'b') && len >= 2 &&
	    box[HEAD] == 0xff && box[HEAD + 1] == 0xd8;
}

bool
film_next(const struct buf *file, size_t *at, struct buf *picture)
{
	buf_reset(picture);
	while (file->len - *at >= HEAD) {
		const uint8_t *box = file->data + *at;
		size_t left = file->len - *at - HEAD, len = le32(box + 4);

		/* What holds boxes is gone into. */
		if ((memcmp(box, "RIFF", 4) == 0 ||
			memcmp(box, "LIST", 4) == 0) &&
		    left >= 4) {
			*at += HEAD + 4;
			continue;
		}
		/* The last one of a film that was cut off counts for nothing.
		 */
		if (len > left)
			break;
		*at += HEAD + len;
		if (len % 2 != 0 && *at < file->len)
			(*at)++;
		if (is_picture(box, len)) {
			buf_add(picture, box + HEAD, len);
			return true;
		}
	}
	return false;
}
