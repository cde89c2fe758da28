/* SPDX-License-Identifier: MIT */
/*
 * Reassembly: a file of frame texts, one a line, each 100 ms after the one
 * before; a line "!switch" is a yes to the question.  A line that begins
 * with '@' is the bytes of a frame in hex: its checksum is made good, so
 * that lies in every field arrive.
 */
#include <stdlib.h>
#include <string.h>

#include "media/frames/receive.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

struct run {
	struct receiver *r;
	int64_t now;
};

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	    : c >= 'a' && c <= 'f'  ? c - 'a' + 10
				    : 0;
}

static void
lie(const char *hex, size_t len, struct buf *text)
{
	struct buf raw = BUF_INIT;
	struct frame f;
	struct err e;

	for (size_t i = 0; i + 2 <= len; i += 2)
		buf_byte(
		    &raw, (uint8_t)(digit(hex[i]) << 4 | digit(hex[i + 1])));
	buf_be32(&raw, crc32_add(0, raw.data, raw.len));
	if (frame_decode(raw.data, raw.len, &f, &e) == 0)
		frame_format(&f, text);
	buf_free(&raw);
}

static int
line(void *arg, const char *text, size_t len)
{
	struct run *run = arg;
	struct receive_facts before, after;
	struct buf made = BUF_INIT;
	enum receive_news news = RECEIVE_AGAIN;
	struct err e;
	size_t n;
	int ret;

	run->now += 100;
	if (len == 7 && memcmp(text, "!switch", 7) == 0) {
		receiver_switch(run->r);
		return 0;
	}
	if (text[0] == '@') {
		lie(text + 1, len - 1, &made);
		text = buf_cstr(&made);
		len = made.len;
	}
	receiver_facts(run->r, &before);
	ret = receiver_take(run->r, text, len, run->now, &news, &e);
	receiver_facts(run->r, &after);
	if (after.rank > after.k || after.k > FRAME_SYMBOLS_MAX ||
	    after.done != (receiver_payload(run->r, &n) != NULL) ||
	    (ret == 0 && news == RECEIVE_MORE && after.rank != before.rank + 1))
		abort();
	buf_free(&made);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct run run = { NULL, 0 };

	if (len == 0)
		return 0;
	run.r = receiver_new(in[0] % FRAME_TYPES);
	(void)frames_each((const char *)in + 1, len - 1, line, &run);
	receiver_free(run.r);
	return 0;
}
