/* SPDX-License-Identifier: MIT */
/*
 * Base45 (RFC 9285): bytes in the 45 characters that a QR code's
 * alphanumeric mode knows, two bytes to three characters.  A text has one
 * meaning and bytes have one text.
 */
#ifndef TACHIAI_BASE45_H
#define TACHIAI_BASE45_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"

void base45_encode(struct buf *out, const uint8_t *p, size_t len);

/*
 * Appends to out; -1 with out as it was: a character of no such code, a
 * group over its bytes, or one character left over.
 */
int base45_decode(struct buf *out, const char *s, size_t slen);

/* Bytes that fit into so many characters. */
size_t base45_bytes(size_t chars);
size_t base45_chars(size_t bytes);

#endif
