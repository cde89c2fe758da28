/* SPDX-License-Identifier: MIT */
/*
 * DER by hand: a strict reader over borrowed bytes and a writer into a
 * buffer (X.690 clause 10).  What is signed here is written by this writer,
 * and read back by this reader and by libcrypto's, which share no code.
 */
#ifndef TACHIAI_DER_H
#define TACHIAI_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

enum der_tag {
	DER_BOOL = 0x01,
	DER_INT = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUM = 0x0a,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_T61 = 0x14,
	DER_IA5 = 0x16,
	DER_UTCTIME = 0x17,
	DER_GENTIME = 0x18,
	DER_UNIVERSAL = 0x1c,
	DER_BMP = 0x1e,
	DER_SEQ = 0x30,
	DER_SET = 0x31,
};
/* Context tags: [n] primitive and constructed. */
#define DER_CTX(n)  (0x80 | (n))
#define DER_CTXC(n) (0xa0 | (n))

/* Bytes that belong to somebody else. */
struct span {
	const uint8_t *p; /* NULL: not there */
	size_t len;
};

/* One element: its tag, its content, and all of it. */
struct der {
	uint8_t tag;
	struct span body;
	struct span all;
};

/*
 * The next element of `c`: low tag numbers only, definite and shortest
 * length, wholly inside.  0, or -1 with nothing consumed.
 */
int der_next(struct cursor *c, struct der *out);
/* The same, and the tag must be `tag`. */
int der_want(struct cursor *c, uint8_t tag, struct der *out);
/* The next element has this tag (nothing consumed). */
bool der_peek(const struct cursor *c, uint8_t tag);
/* The one element that fills s[0..len) to its last byte. */
int der_whole(struct span s, uint8_t tag, struct der *out);
struct cursor der_inside(const struct der *d);

bool span_equal(struct span a, struct span b);
struct span span_of(const struct buf *b);

/* Contents with one encoding; 0, or -1 for any other. */
int der_bool(const struct der *d, bool *v);
int der_small(const struct der *d, int64_t *v); /* up to 8 octets */
int der_time(const struct der *d, int64_t *t);  /* RFC 5280 4.1.2.5 */
/* A BIT STRING: its octets behind the count of unused bits (which are 0). */
int der_bits(const struct der *d, struct span *out, unsigned *unused);
/* A shortest, well-formed OBJECT IDENTIFIER as "2.5.29.19". */
int der_oid_text(struct span body, char *out, size_t size);

/* Writer: append one element. */
void der_put(struct buf *out, uint8_t tag, const void *p, size_t len);
void der_put_buf(struct buf *out, uint8_t tag, const struct buf *body);
/* The head alone, for content that is streamed behind it. */
void der_put_head(struct buf *out, uint8_t tag, uint64_t len);
size_t der_head_len(uint64_t len);
/* A non-negative INTEGER from big-endian bytes, made shortest. */
void der_put_uint(struct buf *out, const uint8_t *p, size_t len);
void der_put_int(struct buf *out, uint8_t tag, int64_t v);
void der_put_bool(struct buf *out, bool v);
/* UTCTime through 2049, GeneralizedTime from 2050. */
void der_put_time(struct buf *out, int64_t t);
void der_put_bits(struct buf *out, const uint8_t *p, size_t len);
/* "1.2.840..." ; 0, or -1 with out as it was. */
int der_put_oid(struct buf *out, const char *dotted);

#endif
