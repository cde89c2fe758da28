/* SPDX-License-Identifier: MIT */
/* A picture of a file or camera, read here as tachiai-decode reads it. */
#include <stdlib.h>

#include "appliance/decode/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct json *form = json_new_obj();
	struct buf texts = BUF_INIT;
	struct cursor c;
	struct err e;
	int64_t codes;

	if (picture_read(PICTURE_EVERY, in, len, form, &texts, &e) == -1) {
		if (texts.len != 0)
			abort();
		goto out;
	}
	c = (struct cursor){ texts.data, texts.len };
	codes = json_get_int(form, "codes", -1);
	for (; codes > 0; codes--) {
		const uint8_t *text;
		uint16_t n;

		if (cursor_be16(&c, &n) == -1 || n == 0 || n > PICTURE_TEXT ||
		    cursor_skip(&c, n, &text) == -1)
			abort();
		for (size_t i = 0; i < n; i++)
			if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n')
				abort();
	}
	if (codes != 0 || c.left != 0)
		abort();
out:
	json_free(form);
	buf_free(&texts);
	return 0;
}
