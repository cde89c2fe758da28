/* SPDX-License-Identifier: MIT */
/*
 * Hex, base64, PEM armour.  Invariant: decode(encode(x)) == x, and whatever
 * decodes encodes to the very same text (PEM: line breaks at 64 only).
 */
#include "ceremony/base/codec.h"

#include <string.h>

static const char HEX[] = "0123456789abcdef";
static const char B64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
hex_encode(struct buf *out, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		buf_byte(out, (uint8_t)HEX[p[i] >> 4]);
		buf_byte(out, (uint8_t)HEX[p[i] & 15]);
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
hex_decode(uint8_t *out, size_t len, const char *s, size_t slen)
{
	if (slen / 2 != len || slen % 2 != 0)
		return -1;
	for (size_t i = 0; i < slen; i++)
		if (hex_digit(s[i]) == -1)
			return -1;
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)((unsigned)hex_digit(s[2 * i]) << 4 |
		    (unsigned)hex_digit(s[2 * i + 1]));
	return 0;
}

void
base64_encode(struct buf *out, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t v = (uint32_t)p[i] << 16;

		if (n > 1)
			v |= (uint32_t)p[i + 1] << 8;
		if (n > 2)
			v |= p[i + 2];
		buf_byte(out, (uint8_t)B64[v >> 18]);
		buf_byte(out, (uint8_t)B64[(v >> 12) & 63]);
		buf_byte(out, n > 1 ? (uint8_t)B64[(v >> 6) & 63] : '=');
		buf_byte(out, n > 2 ? (uint8_t)B64[v & 63] : '=');
	}
}

static int
b64_digit(char c)
{
	const char *p = c != '\0' ? strchr(B64, c) : NULL;

	return p != NULL ? (int)(p - B64) : -1;
}

int
base64_decode(struct buf *out, const char *s, size_t slen)
{
	size_t start = out->len;

	if (slen % 4 != 0)
		return -1;
	for (size_t i = 0; i < slen; i += 4) {
		int pad = 0, d[4];
		uint32_t v;

		if (i + 4 == slen && s[i + 3] == '=')
			pad = s[i + 2] == '=' ? 2 : 1;
		for (int k = 0; k < 4; k++) {
			d[k] = k >= 4 - pad ? 0 : b64_digit(s[i + (size_t)k]);
			if (d[k] == -1)
				goto bad;
		}
		v = (uint32_t)d[0] << 18 | (uint32_t)d[1] << 12 |
		    (uint32_t)d[2] << 6 | (uint32_t)d[3];
		if ((pad == 1 && (v & 0xff) != 0) ||
		    (pad == 2 && (v & 0xffff) != 0))
			goto bad;
		buf_byte(out, (uint8_t)(v >> 16));
		if (pad < 2)
			buf_byte(out, (uint8_t)(v >> 8));
		if (pad < 1)
			buf_byte(out, (uint8_t)v);
	}
	return 0;
bad:
	out->len = start;
	if (out->data != NULL)
		out->data[start] = '\0';
	return -1;
}

void
pem_encode(struct buf *out, const char *label, const uint8_t *der, size_t len)
{
	buf_fmt(out, "-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < len; i += 48) {
		base64_encode(out, der + i, len - i < 48 ? len - i : 48);
		buf_byte(out, '\n');
	}
	buf_fmt(out, "-----END %s-----\n", label);
}

/* One line of text[pos..len): its length without LF or CRLF; next line. */
static size_t
line_at(const char *text, size_t len, size_t pos, size_t *next)
{
	const char *nl = memchr(text + pos, '\n', len - pos);
	size_t end = nl != NULL ? (size_t)(nl - text) : len;

	*next = nl != NULL ? end + 1 : len;
	if (end > pos && text[end - 1] == '\r')
		end--;
	return end - pos;
}

static int
armour(const char *line, size_t n, const char *word, char label[static 64])
{
	size_t w = strlen(word);

	if (n < w + 5 || memcmp(line, word, w) != 0 ||
	    memcmp(line + n - 5, "-----", 5) != 0)
		return -1;
	n -= w + 5;
	if (n == 0 || n > 63)
		return -1;
	for (size_t i = 0; i < n; i++)
		if ((line[w + i] < 'A' || line[w + i] > 'Z') &&
		    (line[w + i] < '0' || line[w + i] > '9') &&
		    line[w + i] != ' ')
			return -1;
	memcpy(label, line + w, n);
	label[n] = '\0';
	return 0;
}

int
pem_next(const char *text, size_t len, size_t *pos, char label[static 64],
    struct buf *der)
{
	struct buf b64 = BUF_INIT;
	char end[64];
	size_t at = *pos, next, n;
	int ret = -1;

	for (;; at = next) {
		if (at >= len) {
			*pos = len;
			return 0;
		}
		n = line_at(text, len, at, &next);
		if (n >= 10 && memcmp(text + at, "-----BEGIN", 10) == 0)
			break;
	}
	if (armour(text + at, n, "-----BEGIN ", label) == -1)
		goto out;
	for (at = next;; at = next) {
		if (at >= len)
			goto out;
		n = line_at(text, len, at, &next);
		if (n >= 5 && memcmp(text + at, "-----", 5) == 0)
			break;
		if (n == 0 || n > 76)
			goto out;
		buf_add(&b64, text + at, n);
	}
	if (armour(text + at, n, "-----END ", end) == -1 ||
	    strcmp(label, end) != 0)
		goto out;
	if (base64_decode(der, buf_cstr(&b64), b64.len) == -1)
		goto out;
	*pos = next;
	ret = 1;
out:
	buf_free(&b64);
	return ret;
}
