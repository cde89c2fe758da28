/* SPDX-License-Identifier: MIT */
/*
 * One frame of the format CQ1 (docs/frames.5): what a QR code of a transfer
 * carries.  Text = "CQ1:" and Base45 of, big-endian,
 *
 *   0       1  version = 1
 *   1       1  type
 *   2       8  id: first 8 bytes of SHA-256("CQ1", type, length in 32 bits,
 *              payload)
 *   10      3  length of the payload, 1 to 1048576, at most 1024 T
 *   13      3  seq
 *   16      T  symbol; T even, 16 to 2000
 *   16+T    4  CRC-32 of all before it
 *
 * seq < k = ceil(length / T): that slice of the payload, the last padded
 * with zeros.  seq >= k: the sum of all slices, each times a coefficient
 * that follows from id and seq.
 */
#ifndef TACHIAI_FRAME_H
#define TACHIAI_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define FRAME_PREFIX      "CQ1:"
#define FRAME_ID          8
#define FRAME_OVER        20 /* bytes of a frame that are not symbol */
#define FRAME_SYMBOL_MIN  16
#define FRAME_SYMBOL_MAX  2000
#define FRAME_SYMBOLS_MAX 1024 /* k */
#define FRAME_PAYLOAD_MAX ((size_t)1 << 20)
#define FRAME_SEQ_MAX     0xffffffu
#define FRAME_TEXT_MAX    3100 /* characters of the largest frame, and more */

enum frame_type {
	FRAME_ANY, /* of no frame: every type will do */
	FRAME_CSR,
	FRAME_CERT,
	FRAME_CHAIN, /* certificates in DER, one after the other */
	FRAME_CRL,
	FRAME_TEXT, /* text, or PEM of several objects */
	FRAME_TYPES,
};

/* "csr", "certificate", "chain", "crl", "text"; FRAME_ANY for none of them. */
const char *frame_type_name(enum frame_type t);
enum frame_type frame_type_find(const char *name);
/* The label of the catalogue: "qr.is-csr". */
const char *frame_type_label(enum frame_type t);

struct frame {
	enum frame_type type;
	uint8_t id[FRAME_ID];
	size_t len; /* of the payload */
	uint32_t seq;
	size_t t; /* bytes of the symbol */
	uint8_t symbol[FRAME_SYMBOL_MAX];
};

/* k of a frame: how many slices the payload has. */
size_t frame_symbols(const struct frame *f);
/* The same transfer: version, type, id, length and T. */
bool frame_same(const struct frame *a, const struct frame *b);

void frame_id(uint8_t id[static FRAME_ID], enum frame_type type,
    const uint8_t *payload, size_t len);
/* The k coefficients of the frame `seq` (k or more) of this id. */
void frame_coefficients(
    const uint8_t id[static FRAME_ID], uint32_t seq, uint8_t *c, size_t k);

void frame_encode(const struct frame *f, struct buf *out);
/* Exactly in[0..len), or -1 and `f` as it was.  id qr.form {what}. */
int frame_decode(const uint8_t *in, size_t len, struct frame *f, struct err *e);
void frame_format(const struct frame *f, struct buf *out);
int frame_parse(const char *text, size_t len, struct frame *f, struct err *e);

/* CRC-32 of IEEE 802.3, as in zlib and PNG; 0 begins. */
uint32_t crc32_add(uint32_t crc, const void *p, size_t len);

#endif
