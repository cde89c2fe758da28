/* SPDX-License-Identifier: MIT */
/*
 * For the corpora of the lint: the parts of to-be-signed bytes replaced one
 * at a time, and a record of which rule said what, held against the table.
 */
#ifndef TACHIAI_LINT_PARTS_H
#define TACHIAI_LINT_PARTS_H

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/lint/lint.h"
#include "tests/unit/lint_rows.h"
#include "tests/unit/lint_seen.h"
#include "tests/unit/x509_soft.h"

/* Hex with blanks, for reading. */
static inline void
unhex(const char *text, struct buf *out)
{
	char tight[1200];
	size_t n = 0;

	for (; *text != '\0'; text++)
		if (*text != ' ')
			tight[n++] = *text;
	tight[n] = '\0';
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint8_t octet;

		if (hex_decode(&octet, 1, tight + i, 2) != 0)
			abort();
		buf_byte(out, octet);
	}
}

static inline void
put_attr(
    struct buf *out, const char *type, char form, const char *value, size_t len)
{
	struct buf pair = BUF_INIT;
	const struct name_type *known = name_type_find(type);
	uint8_t tag = DER_UTF8;

	if (form == 'i')
		tag = DER_IA5;
	else if (form == 'p')
		tag = DER_PRINTABLE;
	else if (form == 'b')
		tag = DER_BMP;
	else if (form == 't')
		tag = DER_T61;
	if (der_put_oid(&pair, known != NULL ? known->oid : type) != 0)
		abort();
	der_put(&pair, tag, value, len);
	der_put_buf(out, DER_SEQ, &pair);
	buf_free(&pair);
}

/* "C/p=JP;O/u=X+CN/u=Y": ';' opens an RDN, '+' stays in it; a type without
 * a name is its OID. */
static inline void
put_name(const char *text, struct buf *out)
{
	struct buf body = BUF_INIT, rdn = BUF_INIT;

	while (*text != '\0') {
		const char *slash = strchr(text, '/');
		const char *value = slash + 3;
		size_t len = strcspn(value, ";+");
		char type[32];

		snprintf(type, sizeof(type), "%.*s", (int)(slash - text), text);
		put_attr(&rdn, type, slash[1], value, len);
		text = value + len;
		if (*text != '+') {
			der_put_buf(&body, DER_SET, &rdn);
			buf_reset(&rdn);
		}
		if (*text != '\0')
			text++;
	}
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&rdn);
	buf_free(&body);
}

static inline void
put_dates(const char *text, struct buf *out)
{
	long long from, to;
	struct buf body = BUF_INIT;

	if (sscanf(text, "%lld,%lld", &from, &to) != 2)
		abort();
	der_put_time(&body, SOFT_NOW + from);
	der_put_time(&body, SOFT_NOW + to);
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&body);
}

/* All extensions of the part, the one of `oid` replaced or appended. */
static inline void
put_exts(struct span part, const char *oid, const char *text, struct buf *out)
{
	struct buf list = BUF_INIT, seq = BUF_INIT;
	struct der ctx, all, one, id;
	struct cursor c, in;
	char dotted[80];

	if (der_whole(part, DER_CTXC(3), &ctx) != 0 ||
	    der_whole(ctx.body, DER_SEQ, &all) != 0)
		abort();
	c = der_inside(&all);
	while (c.left > 0) {
		if (der_next(&c, &one) != 0)
			abort();
		in = der_inside(&one);
		if (der_next(&in, &id) != 0 ||
		    der_oid_text(id.body, dotted, sizeof(dotted)) != 0)
			abort();
		if (strcmp(dotted, oid) != 0)
			buf_add(&list, one.all.p, one.all.len);
	}
	unhex(text, &list);
	der_put_buf(&seq, DER_SEQ, &list);
	der_put_buf(out, DER_CTXC(3), &seq);
	buf_free(&seq);
	buf_free(&list);
}

/* The good to-be-signed bytes with one part replaced. */
static inline void
mutate(const struct buf *good, const struct row *r, struct buf *out)
{
	struct buf body = BUF_INIT;
	struct der seq, part;
	struct cursor c;

	if (der_whole(span_of(good), DER_SEQ, &seq) != 0)
		abort();
	c = der_inside(&seq);
	for (int i = 0; i < PARTS; i++) {
		if (der_next(&c, &part) != 0)
			abort();
		if (i != (int)r->part)
			buf_add(&body, part.all.p, part.all.len);
		else if (r->how == HEX)
			unhex(r->text, &body);
		else if (r->how == NAME)
			put_name(r->text, &body);
		else if (r->how == DATES)
			put_dates(r->text, &body);
		else
			put_exts(part.all, r->oid, r->text, &body);
	}
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&body);
}

#endif
