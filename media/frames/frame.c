/* SPDX-License-Identifier: MIT */
/*
 * Frames.  Invariant: what frame_decode() takes, frame_encode() would have
 * written.
 */
#include "media/frames/frame.h"

#include <string.h>

#include "ceremony/base/digest.h"
#include "media/frames/base45.h"

#define VERSION 1
#define HEADER  16
#define CRC     4

static const struct {
	const char *name, *label;
} TYPES[FRAME_TYPES] = {
	{ "any", "qr.is-any" },
	{ "csr", "qr.is-csr" },
	{ "certificate", "qr.is-certificate" },
	{ "chain", "qr.is-chain" },
	{ "crl", "qr.is-crl" },
	{ "text", "qr.is-text" },
};

const char *
frame_type_name(enum frame_type t)
{
	return TYPES[t].name;
}

const char *
frame_type_label(enum frame_type t)
{
	return TYPES[t].label;
}

enum frame_type
frame_type_find(const char *name)
{
	for (enum frame_type t = FRAME_CSR; t < FRAME_TYPES; t++)
		if (strcmp(TYPES[t].name, name) == 0)
			return t;
	return FRAME_ANY;
}

size_t
frame_symbols(const struct frame *f)
{
	return (f->len + f->t - 1) / f->t;
}

bool
frame_same(const struct frame *a, const struct frame *b)
{
	return a->type == b->type && a->len == b->len && a->t == b->t &&
	    memcmp(a->id, b->id, FRAME_ID) == 0;
}

void
frame_id(uint8_t id[static FRAME_ID], enum frame_type type,
    const uint8_t *payload, size_t len)
{
	struct sha256_ctx *c = sha256_begin();
	struct buf head = BUF_INIT;
	uint8_t digest[SHA256_LEN];

	buf_str(&head, "CQ1");
	buf_byte(&head, (uint8_t)type);
	buf_be32(&head, (uint32_t)len);
	sha256_add(c, head.data, head.len);
	sha256_add(c, payload, len);
	sha256_end(c, digest);
	memcpy(id, digest, FRAME_ID);
	buf_free(&head);
}

void
frame_coefficients(
    const uint8_t id[static FRAME_ID], uint32_t seq, uint8_t *c, size_t k)
{
	uint32_t s = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
	    (uint32_t)id[2] << 8 | id[3];
	uint32_t z = 0;

	s ^= seq * 0x9e3779b1u;
	for (size_t i = 0; i < k; i++, z >>= 8) {
		if (i % 4 == 0) {
			s += 0x9e3779b9u;
			z = (s ^ s >> 16) * 0x85ebca6bu;
			z = (z ^ z >> 13) * 0xc2b2ae35u;
			z ^= z >> 16;
		}
		c[i] = (uint8_t)z;
	}
}

uint32_t
crc32_add(uint32_t crc, const void *p, size_t len)
{
	const uint8_t *b = p;

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= b[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void
be24(struct buf *out, size_t v)
{
	buf_byte(out, (uint8_t)(v >> 16));
	buf_be16(out, (uint16_t)v);
}

static uint32_t
read24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

void
frame_encode(const struct frame *f, struct buf *out)
{
	size_t start = out->len;

	buf_byte(out, VERSION);
	buf_byte(out, (uint8_t)f->type);
	buf_add(out, f->id, FRAME_ID);
	be24(out, f->len);
	be24(out, f->seq);
	buf_add(out, f->symbol, f->t);
	buf_be32(out, crc32_add(0, out->data + start, out->len - start));
}

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "qr.form", "what", what, NULL);
}

int
frame_decode(const uint8_t *in, size_t len, struct frame *f, struct err *e)
{
	struct cursor c;
	size_t t, payload;
	uint32_t crc = 0;

	if (len < FRAME_OVER + FRAME_SYMBOL_MIN ||
	    len > FRAME_OVER + FRAME_SYMBOL_MAX || len % 2 != 0)
		return bad(e, "length");
	t = len - FRAME_OVER;
	c.p = in + len - CRC;
	c.left = CRC;
	if (cursor_be32(&c, &crc) == -1 || crc != crc32_add(0, in, len - CRC))
		return bad(e, "checksum");
	if (in[0] != VERSION)
		return bad(e, "version");
	if (in[1] < FRAME_CSR || in[1] >= FRAME_TYPES)
		return bad(e, "type");
	payload = read24(in + 10);
	if (payload == 0 || payload > FRAME_PAYLOAD_MAX ||
	    payload > FRAME_SYMBOLS_MAX * t)
		return bad(e, "size");
	f->type = in[1];
	memcpy(f->id, in + 2, FRAME_ID);
	f->len = payload;
	f->seq = read24(in + 13);
	f->t = t;
	memcpy(f->symbol, in + HEADER, t);
	return 0;
}

void
frame_format(const struct frame *f, struct buf *out)
{
	struct buf bytes = BUF_INIT;

	frame_encode(f, &bytes);
	buf_str(out, FRAME_PREFIX);
	base45_encode(out, bytes.data, bytes.len);
	buf_free(&bytes);
}

int
frame_parse(const char *text, size_t len, struct frame *f, struct err *e)
{
	const size_t prefix = strlen(FRAME_PREFIX);
	struct buf bytes = BUF_INIT;
	int ret = -1;

	if (len < prefix || len > FRAME_TEXT_MAX ||
	    memcmp(text, FRAME_PREFIX, prefix) != 0)
		return bad(e, "prefix");
	if (base45_decode(&bytes, text + prefix, len - prefix) == -1)
		bad(e, "characters");
	else
		ret = frame_decode(bytes.data, bytes.len, f, e);
	buf_free(&bytes);
	return ret;
}
