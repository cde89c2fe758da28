/* SPDX-License-Identifier: MIT */
/* Invariant: what code_unpack() gives is what code_pack() took, or nothing. */
#include "media/paper/code.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "ceremony/base/codec.h"

static const char DIGIT[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
#define MAGIC "tachiai-page/1 "

static void
base32_encode(struct buf *out, const uint8_t *p, size_t len)
{
	uint32_t bits = 0;
	int n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (n += 8; n >= 5; n -= 5)
			buf_byte(out, (uint8_t)DIGIT[bits >> (n - 5) & 31]);
	}
	if (n > 0)
		buf_byte(out, (uint8_t)DIGIT[bits << (5 - n) & 31]);
}

static int
base32_decode(struct buf *out, const char *s, size_t len)
{
	uint32_t bits = 0;
	int n = 0;

	for (size_t i = 0; i < len; i++) {
		const char *d = s[i] != '\0' ? strchr(DIGIT, s[i]) : NULL;

		if (d == NULL)
			return -1;
		bits = bits << 5 | (uint32_t)(d - DIGIT);
		n += 5;
		if (n >= 8) {
			n -= 8;
			buf_byte(out, (uint8_t)(bits >> n));
		}
	}
	return n < 5 && (bits & ((1u << n) - 1)) == 0 ? 0 : -1;
}

void
code_pack(const struct buf *payload, struct buf *base32)
{
	z_stream z = { 0 };
	size_t room;
	uint8_t *out;

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		abort();
	room = deflateBound(&z, (uLong)payload->len);
	out = xmalloc(room);
	z.next_in = payload->data;
	z.avail_in = (uInt)payload->len;
	z.next_out = out;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	base32_encode(base32, out, z.total_out);
	deflateEnd(&z);
	free(out);
}

size_t
code_parts(const struct buf *base32)
{
	return (base32->len + CODE_CHARS - 1) / CODE_CHARS;
}

/* Parts of about the same length read better than one long and one short. */
static size_t
share(const struct buf *base32)
{
	size_t n = code_parts(base32);

	return n == 0 ? 0 : (base32->len + n - 1) / n;
}

void
code_frame(const struct buf *base32, size_t part, size_t page, size_t pages,
    struct buf *out)
{
	size_t each = share(base32), from = (part - 1) * each;
	size_t len = base32->len - from < each ? base32->len - from : each;

	buf_fmt(
	    out, "TC1/%zu/%zu/%zu/%zu/", page, pages, part, code_parts(base32));
	buf_add(out, base32->data + from, len);
}

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "code.form", "what", what, NULL);
}

/* A number of the frame, from 1, without leading zero, and its slash. */
static int
number(const char *s, size_t len, size_t *at, int most, int *out)
{
	int v = 0;
	size_t i = *at;

	if (i < len && s[i] == '0')
		return -1;
	while (i < len && s[i] >= '0' && s[i] <= '9' && v <= most)
		v = 10 * v + (s[i++] - '0');
	if (i >= len || s[i] != '/' || v < 1 || v > most)
		return -1;
	*at = i + 1;
	*out = v;
	return 0;
}

int
code_parse(const char *s, size_t len, struct code_part *out, struct err *e)
{
	struct code_part c = { 0 };
	size_t at = 4;

	if (len < 4 || memcmp(s, "TC1/", 4) != 0)
		return bad(e, "TC1");
	if (number(s, len, &at, CODE_PAGES, &c.page) == -1 ||
	    number(s, len, &at, CODE_PAGES, &c.pages) == -1 ||
	    number(s, len, &at, CODE_PARTS, &c.part) == -1 ||
	    number(s, len, &at, CODE_PARTS, &c.parts) == -1 ||
	    c.page > c.pages || c.part > c.parts)
		return bad(e, "numbers");
	c.base32 = s + at;
	c.len = len - at;
	if (c.len == 0 || c.len > CODE_CHARS)
		return bad(e, "length");
	for (size_t i = 0; i < c.len; i++)
		if (c.base32[i] == '\0' || strchr(DIGIT, c.base32[i]) == NULL)
			return bad(e, "base32");
	*out = c;
	return 0;
}

int
code_unpack(const struct buf *base32, struct buf *payload, struct err *e)
{
	struct buf raw = BUF_INIT;
	uint8_t piece[4096];
	z_stream z = { 0 };
	size_t start = payload->len;
	int ret = -1, r = Z_OK;

	if (base32_decode(&raw, buf_cstr(base32), base32->len) == -1)
		goto out;
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		abort();
	z.next_in = raw.data;
	z.avail_in = (uInt)raw.len;
	while (r == Z_OK && payload->len - start <= CODE_PAYLOAD) {
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		r = inflate(&z, Z_NO_FLUSH);
		if (r == Z_OK || r == Z_STREAM_END)
			buf_add(payload, piece, sizeof(piece) - z.avail_out);
	}
	if (r == Z_STREAM_END && z.avail_in == 0 &&
	    payload->len - start <= CODE_PAYLOAD)
		ret = 0;
	inflateEnd(&z);
out:
	buf_free(&raw);
	if (ret == -1) {
		payload->len = start;
		return bad(e, "gzip");
	}
	return 0;
}

void
code_head(struct buf *payload, const char *origin, const struct head *h)
{
	buf_fmt(payload, MAGIC "%s\n%lld ", origin, (long long)h->n);
	hex_encode(payload, h->hash, SHA256_LEN);
	buf_byte(payload, '\n');
}

int
code_read_head(const struct buf *payload, char origin[static 161],
    struct head *h, size_t *rest, struct err *e)
{
	const char *s = buf_cstr(payload), *end, *blank;
	const size_t magic = sizeof(MAGIC) - 1;
	long long n = 0;
	bool before = false;

	if (strncmp(s, MAGIC, magic) != 0 || (end = strchr(s, '\n')) == NULL ||
	    (size_t)(end - s) - magic > 160 || end == s + magic)
		return bad(e, "head");
	memcpy(origin, s + magic, (size_t)(end - s) - magic);
	origin[(size_t)(end - s) - magic] = '\0';
	s = end + 1;
	blank = strchr(s, ' ');
	end = strchr(s, '\n');
	if (blank == NULL || end == NULL || blank > end || blank - s > 12)
		return bad(e, "head");
	if (*s == '-') {
		before = true;
		s++;
	}
	for (; s < blank; s++) {
		if (*s < '0' || *s > '9')
			return bad(e, "head");
		n = 10 * n + (*s - '0');
	}
	if ((before && n != 1) ||
	    hex_decode(h->hash, SHA256_LEN, blank + 1,
		(size_t)(end - blank) - 1) == -1)
		return bad(e, "head");
	h->n = before ? -1 : n;
	*rest = (size_t)(end + 1 - buf_cstr(payload));
	return 0;
}
