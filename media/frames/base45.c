/* SPDX-License-Identifier: MIT */
/*
 * Base45.  Invariant: what base45_decode() takes is exactly what
 * base45_encode() would have written.
 */
#include "media/frames/base45.h"

#include <string.h>

#define BASE 45

static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

void
base45_encode(struct buf *out, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i + 2 <= len; i += 2) {
		unsigned n = (unsigned)p[i] << 8 | p[i + 1];

		buf_byte(out, (uint8_t)ALPHABET[n % BASE]);
		buf_byte(out, (uint8_t)ALPHABET[n / BASE % BASE]);
		buf_byte(out, (uint8_t)ALPHABET[n / BASE / BASE]);
	}
	if (i < len) {
		buf_byte(out, (uint8_t)ALPHABET[p[i] % BASE]);
		buf_byte(out, (uint8_t)ALPHABET[p[i] / BASE]);
	}
}

/* The value of n characters, the first counts least; -1: not one of them. */
static long
value(const char *s, size_t n)
{
	long v = 0;

	while (n-- > 0) {
		const char *at = memchr(ALPHABET, s[n], sizeof(ALPHABET) - 1);

		if (at == NULL)
			return -1;
		v = v * BASE + (long)(at - ALPHABET);
	}
	return v;
}

int
base45_decode(struct buf *out, const char *s, size_t slen)
{
	size_t start = out->len, i;
	long v;

	if (slen % 3 == 1)
		return -1;
	for (i = 0; i + 3 <= slen; i += 3) {
		v = value(s + i, 3);
		if (v < 0 || v > 0xffff)
			goto bad;
		buf_be16(out, (uint16_t)v);
	}
	if (i < slen) {
		v = value(s + i, 2);
		if (v < 0 || v > 0xff)
			goto bad;
		buf_byte(out, (uint8_t)v);
	}
	return 0;
bad:
	out->len = start;
	return -1;
}

size_t
base45_bytes(size_t chars)
{
	return chars / 3 * 2 + (chars % 3 == 2);
}

size_t
base45_chars(size_t bytes)
{
	return bytes / 2 * 3 + bytes % 2 * 2;
}
