/* SPDX-License-Identifier: MIT */
/*
 * DER by hand.  Invariant: der_next() never looks behind the cursor's end,
 * and accepts only what der_put() would have written.
 */
#include "ceremony/x509/der.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/civil.h"

struct cursor
der_inside(const struct der *d)
{
	struct cursor c = { d->body.p, d->body.len };

	return c;
}

bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

struct span
span_of(const struct buf *b)
{
	struct span s = { b->data, b->len };

	return s;
}

int
der_next(struct cursor *c, struct der *out)
{
	struct cursor at = *c;
	const uint8_t *start = at.p;
	uint8_t tag, first, octet;
	size_t len;

	if (cursor_bytes(&at, &tag, 1) != 0 || (tag & 0x1f) == 0x1f ||
	    tag == 0 || cursor_bytes(&at, &first, 1) != 0)
		return -1;
	len = first;
	if (first >= 0x80) {
		size_t n = first & 0x7f;

		if (n == 0 || n > 4)
			return -1;
		len = 0;
		for (size_t i = 0; i < n; i++) {
			if (cursor_bytes(&at, &octet, 1) != 0)
				return -1;
			if (i == 0 && octet == 0)
				return -1;
			len = len << 8 | octet;
		}
		if (len < 0x80)
			return -1;
	}
	out->tag = tag;
	if (cursor_skip(&at, len, &out->body.p) != 0)
		return -1;
	out->body.len = len;
	out->all.p = start;
	out->all.len = c->left - at.left;
	*c = at;
	return 0;
}

bool
der_peek(const struct cursor *c, uint8_t tag)
{
	return c->left > 0 && c->p[0] == tag;
}

int
der_want(struct cursor *c, uint8_t tag, struct der *out)
{
	return der_peek(c, tag) ? der_next(c, out) : -1;
}

int
der_whole(struct span s, uint8_t tag, struct der *out)
{
	struct cursor c = { s.p, s.len };

	if (s.p == NULL || der_want(&c, tag, out) != 0 || c.left != 0)
		return -1;
	return 0;
}

int
der_bool(const struct der *d, bool *v)
{
	if (d->body.len != 1 || (d->body.p[0] != 0 && d->body.p[0] != 0xff))
		return -1;
	*v = d->body.p[0] != 0;
	return 0;
}

/* The content of an INTEGER is not empty and has no spare first octet. */
static bool
shortest_int(struct span s)
{
	if (s.len == 0)
		return false;
	if (s.len == 1)
		return true;
	return !(s.p[0] == 0 && s.p[1] < 0x80) &&
	    !(s.p[0] == 0xff && s.p[1] >= 0x80);
}

int
der_small(const struct der *d, int64_t *v)
{
	uint64_t u;

	if (!shortest_int(d->body) || d->body.len > 8)
		return -1;
	u = d->body.p[0] >= 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < d->body.len; i++)
		u = u << 8 | d->body.p[i];
	memcpy(v, &u, sizeof(*v));
	return 0;
}

static int
two_digits(const uint8_t *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

int
der_time(const struct der *d, int64_t *t)
{
	size_t wide = d->tag == DER_GENTIME ? 2 : 0;
	const uint8_t *p = d->body.p;
	struct civil c, back;
	int part[7];
	int64_t at;

	if ((d->tag != DER_UTCTIME && d->tag != DER_GENTIME) ||
	    d->body.len != 13 + wide || p[12 + wide] != 'Z')
		return -1;
	for (size_t i = 0; i < 6 + wide / 2; i++)
		if ((part[i] = two_digits(p + 2 * i)) < 0)
			return -1;
	if (wide)
		c.year = part[0] * 100 + part[1];
	else
		c.year = part[0] + (part[0] < 50 ? 2000 : 1900);
	c.month = part[wide / 2 + 1];
	c.day = part[wide / 2 + 2];
	c.hour = part[wide / 2 + 3];
	c.minute = part[wide / 2 + 4];
	c.second = part[wide / 2 + 5];
	if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > 31 || c.hour > 23 || c.minute > 59 || c.second > 59)
		return -1;
	at = civil_to_seconds(&c);
	civil_from_seconds(at, &back);
	if (back.month != c.month || back.day != c.day)
		return -1;
	*t = at;
	return 0;
}

int
der_bits(const struct der *d, struct span *out, unsigned *unused)
{
	if (d->body.len == 0 || d->body.p[0] > 7 ||
	    (d->body.len == 1 && d->body.p[0] != 0))
		return -1;
	if (d->body.p[0] != 0 &&
	    (d->body.p[d->body.len - 1] & ((1u << d->body.p[0]) - 1)) != 0)
		return -1;
	out->p = d->body.p + 1;
	out->len = d->body.len - 1;
	*unused = d->body.p[0];
	return 0;
}

/* One base-128 arc: shortest, at most 63 bits. */
static int
oid_arc(struct cursor *c, uint64_t *arc)
{
	uint64_t v = 0;
	uint8_t octet;

	for (int i = 0; i < 9; i++) {
		if (cursor_bytes(c, &octet, 1) != 0 ||
		    (i == 0 && octet == 0x80))
			return -1;
		v = v << 7 | (octet & 0x7f);
		if (octet < 0x80) {
			*arc = v;
			return 0;
		}
	}
	return -1;
}

int
der_oid_text(struct span body, char *out, size_t size)
{
	struct cursor c = { body.p, body.len };
	uint64_t arc, top;
	char text[256];
	size_t at;

	if (body.len == 0 || oid_arc(&c, &arc) != 0)
		return -1;
	top = arc < 80 ? arc / 40 : 2;
	at = (size_t)snprintf(text, sizeof(text), "%llu.%llu",
	    (unsigned long long)top, (unsigned long long)(arc - top * 40));
	while (c.left > 0) {
		if (oid_arc(&c, &arc) != 0)
			return -1;
		if (at + 24 > sizeof(text))
			return -1;
		at += (size_t)snprintf(text + at, sizeof(text) - at, ".%llu",
		    (unsigned long long)arc);
	}
	if (at >= size)
		return -1;
	memcpy(out, text, at + 1);
	return 0;
}

size_t
der_head_len(uint64_t len)
{
	size_t n = 2;

	if (len >= 0x80)
		for (; len > 0; len >>= 8)
			n++;
	return n;
}

void
der_put_head(struct buf *out, uint8_t tag, uint64_t len)
{
	size_t n = der_head_len(len) - 2;

	buf_byte(out, tag);
	if (n == 0) {
		buf_byte(out, (uint8_t)len);
		return;
	}
	buf_byte(out, (uint8_t)(0x80 | n));
	while (n-- > 0)
		buf_byte(out, (uint8_t)(len >> (8 * n)));
}

void
der_put(struct buf *out, uint8_t tag, const void *p, size_t len)
{
	der_put_head(out, tag, len);
	if (len > 0)
		buf_add(out, p, len);
}

void
der_put_buf(struct buf *out, uint8_t tag, const struct buf *body)
{
	der_put(out, tag, body->data, body->len);
}

void
der_put_uint(struct buf *out, const uint8_t *p, size_t len)
{
	while (len > 0 && p[0] == 0) {
		p++;
		len--;
	}
	if (len == 0) {
		der_put(out, DER_INT, "", 1);
		return;
	}
	der_put_head(out, DER_INT, len + (p[0] >= 0x80));
	if (p[0] >= 0x80)
		buf_byte(out, 0);
	buf_add(out, p, len);
}

void
der_put_int(struct buf *out, uint8_t tag, int64_t v)
{
	uint8_t octets[8];
	struct span s = { octets, sizeof(octets) };

	for (size_t i = 0; i < 8; i++)
		octets[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	while (!shortest_int(s)) {
		s.p++;
		s.len--;
	}
	der_put(out, tag, s.p, s.len);
}

void
der_put_bool(struct buf *out, bool v)
{
	der_put(out, DER_BOOL, v ? "\xff" : "\0", 1);
}

void
der_put_time(struct buf *out, int64_t t)
{
	struct civil c;
	char text[40];
	bool utc;

	civil_from_seconds(t, &c);
	utc = c.year >= 1950 && c.year < 2050;
	snprintf(text, sizeof(text), "%04d%02d%02d%02d%02d%02dZ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
	der_put(out, utc ? DER_UTCTIME : DER_GENTIME, text + (utc ? 2 : 0),
	    utc ? 13 : 15);
}

void
der_put_bits(struct buf *out, const uint8_t *p, size_t len)
{
	der_put_head(out, DER_BITS, (uint64_t)len + 1);
	buf_byte(out, 0);
	buf_add(out, p, len);
}

static void
put_arc(struct buf *out, uint64_t v)
{
	uint8_t part[10];
	size_t n = 0;

	do {
		part[n++] = (uint8_t)(v & 0x7f);
		v >>= 7;
	} while (v > 0);
	while (n-- > 0)
		buf_byte(out, (uint8_t)(part[n] | (n > 0 ? 0x80 : 0)));
}

/* A decimal number without spare zeros, at most 18 digits. */
static int
read_arc(const char **s, uint64_t *v)
{
	const char *p = *s;

	*v = 0;
	if (*p == '0' && p[1] >= '0' && p[1] <= '9')
		return -1;
	while (*p >= '0' && *p <= '9' && p - *s < 18)
		*v = *v * 10 + (uint64_t)(*p++ - '0');
	if (p == *s || (*p != '.' && *p != '\0'))
		return -1;
	*s = *p == '.' ? p + 1 : p;
	return *p == '.' && *(p + 1) == '\0' ? -1 : 0;
}

int
der_put_oid(struct buf *out, const char *dotted)
{
	struct buf body = BUF_INIT;
	uint64_t top, arc;
	int ret = -1;

	if (read_arc(&dotted, &top) != 0 || top > 2 || *dotted == '\0' ||
	    read_arc(&dotted, &arc) != 0 || (top < 2 && arc >= 40))
		goto out;
	put_arc(&body, top * 40 + arc);
	while (*dotted != '\0') {
		if (read_arc(&dotted, &arc) != 0)
			goto out;
		put_arc(&body, arc);
	}
	der_put_buf(out, DER_OID, &body);
	ret = 0;
out:
	buf_free(&body);
	return ret;
}
