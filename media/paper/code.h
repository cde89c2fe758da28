/* SPDX-License-Identifier: MIT */
/*
 * The codes of a printed page: its entries, without the hash column, from
 * which the page can be read back (transcript(5), "Paper").
 *
 * Payload, lines ended by LF:
 *   tachiai-page/1 ORIGIN
 *   N HASH          of the entry that the page starts after; -1 and zeros
 *                   before the first
 *   JSON            of each entry; none on a page of comment, whose N and
 *                   HASH are then those of the seal that it comments on
 *
 * The payload is deflated (gzip, no name, no time), written in base32
 * without padding, cut into parts of at most CODE_CHARS, and framed
 * TC1/page/pages/part/parts/.  Parts that do not fit on a page stand on the
 * pages behind it, each framed with the number of the page it stands on.
 */
#ifndef TACHIAI_CODE_H
#define TACHIAI_CODE_H

#include <stddef.h>

#include "ceremony/base/buf.h"
#include "ceremony/log/entry.h"

#define CODE_CHARS   1424 /* base32 of one part: version 25, level M */
#define CODE_VERSION 25
#define CODE_PAGES   9999
#define CODE_PARTS   99
#define CODE_PAYLOAD ((size_t)64 << 10)

/* Deflate and base32 a payload. */
void code_pack(const struct buf *payload, struct buf *base32);
/* Number of parts of such a text. */
size_t code_parts(const struct buf *base32);
/* The text of part `part` (from 1) as it stands on `page`. */
void code_frame(const struct buf *base32, size_t part, size_t page,
    size_t pages, struct buf *out);

struct code_part {
	int page, pages, part, parts;
	const char *base32; /* into the text that was parsed */
	size_t len;
};

/* code.form {what}; exactly one spelling is taken. */
int code_parse(
    const char *text, size_t len, struct code_part *out, struct err *e);
/* The payload of all parts' base32, put together. */
int code_unpack(const struct buf *base32, struct buf *payload, struct err *e);

/* The head of a payload. */
void code_head(struct buf *payload, const char *origin, const struct head *h);
/* Take the head off: *rest is where the entries begin. */
int code_read_head(const struct buf *payload, char origin[static 161],
    struct head *h, size_t *rest, struct err *e);

#endif
