/* SPDX-License-Identifier: MIT */
/* A film, picture by picture: each is bytes of it, and the end comes. */
#include <stdlib.h>
#include <string.h>

#include "media/film.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf file = BUF_INIT, picture = BUF_INIT;
	size_t at = 0, before = 0;

	buf_add(&file, in, len);
	(void)film_is(&file);
	while (film_next(&file, &at, &picture)) {
		/* Its head of eight, its bytes, and they are behind us. */
		if (at <= before || at > len || picture.len < 2 ||
		    picture.len + 8 > at - before ||
		    memmem(in + before, at - before, picture.data,
			picture.len) == NULL)
			abort();
		before = at;
	}
	if (at > len || picture.len != 0)
		abort();
	buf_free(&file);
	buf_free(&picture);
	return 0;
}
