/* SPDX-License-Identifier: MIT */
/*
 * Bytes as text and back: lower-case hex, base64 (RFC 4648, canonical, with
 * padding), PEM armour.  One encoding per value: decoders refuse whatever
 * the encoder would not have written.
 */
#ifndef TACHIAI_CODEC_H
#define TACHIAI_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"

void hex_encode(struct buf *out, const uint8_t *p, size_t len);
/* s is exactly 2*len lower-case digits; 0 or -1. */
int hex_decode(uint8_t *out, size_t len, const char *s, size_t slen);

void base64_encode(struct buf *out, const uint8_t *p, size_t len);
/* Appends to out; 0, or -1 with out as it was. */
int base64_decode(struct buf *out, const char *s, size_t slen);

/* "-----BEGIN label-----", lines of 64, "-----END label-----". */
void pem_encode(
    struct buf *out, const char *label, const uint8_t *der, size_t len);

/*
 * Walk PEM blocks: find the next "-----BEGIN" line at or after *pos of
 * text[0..len), put its label (at most 63 bytes) and bytes out, move *pos
 * behind its END line.  1 found, 0 no more, -1 a malformed block.  Text
 * between blocks is passed over.
 */
int pem_next(const char *text, size_t len, size_t *pos, char label[static 64],
    struct buf *der);

#endif
