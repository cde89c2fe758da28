/* SPDX-License-Identifier: MIT */
/*
 * Certificates: the strict parser and its getters.  Invariant: every byte
 * of a parsed certificate belongs to one field of struct cert.
 */
#include "ceremony/x509/cert.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/x509/part.h"

static const char *const KINDS[CERT_KINDS] = {
	[CERT_ROOT] = "root",
	[CERT_CROSS] = "cross",
	[CERT_TLS_SUB] = "tls-subordinate",
	[CERT_SUB] = "subordinate",
	[CERT_OCSP] = "ocsp-responder",
	[CERT_INFRA] = "infrastructure",
};

int
cert_kind(const struct json *profile)
{
	const char *name = json_get_str(profile, "kind");

	for (int i = 0; name != NULL && i < CERT_KINDS; i++)
		if (strcmp(KINDS[i], name) == 0)
			return i;
	return -1;
}

bool
cert_kind_is_ca(int kind)
{
	return kind == CERT_ROOT || kind == CERT_CROSS ||
	    kind == CERT_TLS_SUB || kind == CERT_SUB;
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "cert.form", "what", what, NULL);
}

static int
parse_ext(struct cursor *c, struct cert_ext *out)
{
	struct der seq, oid, flag, value;
	struct cursor in;
	char dotted[128];

	if (der_want(c, DER_SEQ, &seq) != 0)
		return -1;
	in = der_inside(&seq);
	out->critical = false;
	if (der_want(&in, DER_OID, &oid) != 0 ||
	    der_oid_text(oid.body, dotted, sizeof(dotted)) != 0)
		return -1;
	/* DEFAULT FALSE: when the flag stands there it is TRUE. */
	if (der_peek(&in, DER_BOOL) &&
	    (der_next(&in, &flag) != 0 ||
		der_bool(&flag, &out->critical) != 0 || !out->critical))
		return -1;
	if (der_want(&in, DER_OCTETS, &value) != 0 || in.left != 0)
		return -1;
	out->oid = oid.body;
	out->value = value.body;
	return 0;
}

int
cert_parse_exts(struct span seq_der, struct cert_ext *ext, size_t *n)
{
	struct der seq;
	struct cursor c;

	if (der_whole(seq_der, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		return -1;
	c = der_inside(&seq);
	for (*n = 0; c.left > 0; (*n)++) {
		if (*n == CERT_EXTS || parse_ext(&c, &ext[*n]) != 0)
			return -1;
		for (size_t i = 0; i < *n; i++)
			if (span_equal(ext[i].oid, ext[*n].oid))
				return -1;
	}
	return 0;
}

static int
parse_validity(struct cursor *c, struct cert *out)
{
	struct der seq, before, after;
	struct cursor in;

	if (der_want(c, DER_SEQ, &seq) != 0)
		return -1;
	in = der_inside(&seq);
	if (der_next(&in, &before) != 0 || der_next(&in, &after) != 0 ||
	    in.left != 0 || der_time(&before, &out->not_before) != 0 ||
	    der_time(&after, &out->not_after) != 0)
		return -1;
	out->not_before_tag = before.tag;
	out->not_after_tag = after.tag;
	return 0;
}

/* [1] and [2]: primitive BIT STRINGs that no CA certificate should have. */
static int
parse_uid(struct cursor *c, unsigned n, struct span *out)
{
	struct der d;
	unsigned unused;

	if (!der_peek(c, (uint8_t)DER_CTX(n)))
		return 0;
	if (der_next(c, &d) != 0 || der_bits(&d, out, &unused) != 0)
		return -1;
	return 0;
}

static int
parse_version(struct cursor *c, int *version)
{
	struct der ctx, v;
	int64_t n;

	*version = 1;
	if (!der_peek(c, DER_CTXC(0)))
		return 0;
	if (der_next(c, &ctx) != 0 || der_whole(ctx.body, DER_INT, &v) != 0 ||
	    der_small(&v, &n) != 0 || n < 1 || n > 2)
		return -1;
	*version = (int)n + 1;
	return 0;
}

static int
parse_tbs(struct span der, struct cert *out, struct err *e)
{
	struct der seq, serial, alg, name, spki, ctx;
	struct cursor c;

	if (der_whole(der, DER_SEQ, &seq) != 0)
		return form(e, "tbsCertificate");
	out->tbs = der;
	c = der_inside(&seq);
	if (parse_version(&c, &out->version) != 0)
		return form(e, "version");
	if (der_want(&c, DER_INT, &serial) != 0 || serial.body.len == 0 ||
	    serial.body.len > 64)
		return form(e, "serialNumber");
	out->serial = serial.body;
	if (der_want(&c, DER_SEQ, &alg) != 0)
		return form(e, "signature");
	out->alg = alg.all;
	if (der_want(&c, DER_SEQ, &name) != 0)
		return form(e, "issuer");
	if (name_parse(name.all, &out->issuer, e) != 0)
		return -1;
	if (parse_validity(&c, out) != 0)
		return form(e, "validity");
	if (der_want(&c, DER_SEQ, &name) != 0)
		return form(e, "subject");
	if (name_parse(name.all, &out->subject, e) != 0)
		return -1;
	if (der_want(&c, DER_SEQ, &spki) != 0)
		return form(e, "subjectPublicKeyInfo");
	if (spki_parse(spki.all, &out->key, e) != 0)
		return -1;
	if (parse_uid(&c, 1, &out->issuer_uid) != 0 ||
	    parse_uid(&c, 2, &out->subject_uid) != 0)
		return form(e, "uniqueID");
	if (der_peek(&c, DER_CTXC(3))) {
		if (der_next(&c, &ctx) != 0 || out->version != 3 ||
		    cert_parse_exts(ctx.body, out->ext, &out->n_ext) != 0)
			return form(e, "extensions");
	}
	if (c.left != 0)
		return form(e, "form.trailing");
	return 0;
}

/* {tbs, algorithm, BIT STRING}: certificates, lists and requests. */
int
cert_parse(
    struct span der, enum cert_part part, struct cert *out, struct err *e)
{
	struct cert c;
	struct span tbs = der;

	memset(&c, 0, sizeof(c));
	c.der = der;
	if (der.p == NULL || der.len > CERT_MAX)
		return form(e, "form.size");
	if (part == CERT_WHOLE &&
	    signed_split(der, &tbs, &c.outer_alg, &c.signature) != 0)
		return form(e, "certificate");
	if (parse_tbs(tbs, &c, e) != 0)
		return -1;
	*out = c;
	return 0;
}

/* Exactly one block of this label, or DER; the bytes are not parsed. */
int
cert_unwrap(const uint8_t *p, size_t len, const char *label, struct buf *der)
{
	struct buf block = BUF_INIT, more = BUF_INIT;
	char name[64];
	size_t pos = 0;
	int ret = -1;

	if (len > 0 && p[0] == DER_SEQ) {
		buf_add(der, p, len);
		return 0;
	}
	if (pem_next((const char *)p, len, &pos, name, &block) != 1 ||
	    strcmp(name, label) != 0)
		goto out;
	if (pem_next((const char *)p, len, &pos, name, &more) != 0)
		goto out;
	buf_add(der, block.data, block.len);
	ret = 0;
out:
	buf_free(&more);
	buf_free(&block);
	return ret;
}

int
cert_from_file(const uint8_t *p, size_t len, struct buf *der, struct err *e)
{
	if (len > 2 * CERT_MAX || cert_unwrap(p, len, "CERTIFICATE", der) != 0)
		return form(e, "form.pem");
	return 0;
}

const struct cert_ext *
cert_find_ext(const struct cert_ext *ext, size_t n, const char *oid)
{
	char dotted[128];

	for (size_t i = 0; i < n; i++)
		if (der_oid_text(ext[i].oid, dotted, sizeof(dotted)) == 0 &&
		    strcmp(dotted, oid) == 0)
			return &ext[i];
	return NULL;
}

const struct cert_ext *
cert_ext(const struct cert *c, const char *oid)
{
	return cert_find_ext(c->ext, c->n_ext, oid);
}

int
cert_ski(const struct cert *c, struct span *out)
{
	const struct cert_ext *x = cert_ext(c, "2.5.29.14");
	struct der d;

	if (x == NULL || der_whole(x->value, DER_OCTETS, &d) != 0)
		return -1;
	*out = d.body;
	return 0;
}

int
cert_aki(const struct cert *c, struct span *out)
{
	return cert_ext_aki(cert_ext(c, "2.5.29.35"), out);
}

/* keyIdentifier alone, nothing behind it. */
int
cert_ext_aki(const struct cert_ext *x, struct span *out)
{
	struct der seq, d;
	struct cursor in;

	if (x == NULL || der_whole(x->value, DER_SEQ, &seq) != 0)
		return -1;
	in = der_inside(&seq);
	if (der_want(&in, DER_CTX(0), &d) != 0)
		return -1;
	*out = d.body;
	return 0;
}

bool
cert_is_ca(const struct cert *c, int64_t *path_len)
{
	const struct cert_ext *x = cert_ext(c, "2.5.29.19");
	struct der seq, d;
	struct cursor in;
	bool ca = false;

	*path_len = -1;
	if (x == NULL || der_whole(x->value, DER_SEQ, &seq) != 0)
		return false;
	in = der_inside(&seq);
	if (der_want(&in, DER_BOOL, &d) != 0 || der_bool(&d, &ca) != 0)
		return false;
	if (der_want(&in, DER_INT, &d) == 0)
		(void)der_small(&d, path_len);
	return ca;
}

unsigned
cert_key_usage(const struct cert *c)
{
	const struct cert_ext *x = cert_ext(c, "2.5.29.15");
	struct span bits;
	struct der d;
	unsigned unused;

	if (x == NULL || der_whole(x->value, DER_BITS, &d) != 0 ||
	    der_bits(&d, &bits, &unused) != 0 || bits.len == 0)
		return 0;
	return bits.p[0] | (bits.len > 1 ? (unsigned)bits.p[1] << 8 : 0);
}

bool
cert_is_self_issued(const struct cert *c)
{
	return span_equal(c->issuer.der, c->subject.der);
}

bool
cert_is_rehearsal(const struct cert *c)
{
	const struct name_attr *cn = name_get(&c->subject, "CN");
	char text[256];
	size_t len, mark = strlen(NAME_MARK);

	if (cn == NULL)
		return false;
	name_value(cn, text, sizeof(text));
	len = strlen(text);
	return len >= mark && strcmp(text + len - mark, NAME_MARK) == 0;
}

void
cert_serial_hex(const struct cert *c, char *out, size_t size)
{
	struct buf hex = BUF_INIT;

	hex_encode(&hex, c->serial.p, c->serial.len);
	snprintf(out, size, "%s", buf_cstr(&hex));
	buf_free(&hex);
}

void
cert_serial(
    const uint8_t random[static 16], uint8_t out[static CERT_SERIAL_LEN])
{
	out[0] = 0x01;
	memcpy(out + 1, random, 16);
}
