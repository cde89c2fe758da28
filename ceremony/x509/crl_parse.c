/* SPDX-License-Identifier: MIT */
/*
 * CRLs: the strict parser.  Invariant: a parsed list's entries were all
 * walked once, so crl_next() cannot fail on it.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/x509/crl.h"
#include "ceremony/x509/part.h"

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "crl.form", "what", what, NULL);
}

struct cursor
crl_entries(const struct crl *c)
{
	struct cursor at = { c->revoked.p, c->revoked.len };

	return at;
}

/* The reason among an entry's extensions: non-critical, an ENUMERATED. */
static int
entry_reason(struct span exts, int *reason, bool *more)
{
	struct cert_ext ext[CERT_EXTS];
	const struct cert_ext *x;
	struct der d;
	size_t n;
	int64_t v;

	if (cert_parse_exts(exts, ext, &n) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (ext[i].critical)
			return -1;
	x = cert_find_ext(ext, n, "2.5.29.21");
	*more = n > (x != NULL);
	if (x == NULL)
		return 0;
	if (der_whole(x->value, DER_ENUM, &d) != 0 || der_small(&d, &v) != 0 ||
	    v < 0 || v > 255)
		return -1;
	*reason = (int)v;
	return 0;
}

int
crl_next(struct cursor *c, struct crl_entry *out, struct err *e)
{
	struct der seq, serial, date, exts;
	struct cursor in;
	struct crl_entry r;

	if (c->left == 0)
		return 0;
	memset(&r, 0, sizeof(r));
	r.reason = -1;
	if (der_want(c, DER_SEQ, &seq) != 0)
		return form(e, "revokedCertificates");
	in = der_inside(&seq);
	if (der_want(&in, DER_INT, &serial) != 0 || serial.body.len == 0 ||
	    serial.body.len > CRL_SERIAL_MAX)
		return form(e, "userCertificate");
	if (der_next(&in, &date) != 0 || der_time(&date, &r.date) != 0)
		return form(e, "revocationDate");
	if (in.left > 0 &&
	    (der_want(&in, DER_SEQ, &exts) != 0 || in.left != 0 ||
		entry_reason(exts.all, &r.reason, &r.more) != 0))
		return form(e, "crlEntryExtensions");
	memcpy(r.serial, serial.body.p, serial.body.len);
	r.serial_len = serial.body.len;
	*out = r;
	return 1;
}

static int
parse_revoked(struct cursor *c, struct crl *out, struct err *e)
{
	struct crl_entry r;
	struct cursor at;
	struct der seq;
	int more;

	if (!der_peek(c, DER_SEQ))
		return 0;
	if (der_next(c, &seq) != 0)
		return form(e, "revokedCertificates");
	out->has_revoked = true;
	out->revoked = seq.body;
	at = crl_entries(out);
	while ((more = crl_next(&at, &r, e)) == 1)
		out->n_revoked++;
	return more;
}

static int
parse_tbs(struct span der, struct crl *out, struct err *e)
{
	struct der seq, d;
	struct cursor c;
	int64_t v = 0;

	if (der_whole(der, DER_SEQ, &seq) != 0)
		return form(e, "tbsCertList");
	out->tbs = der;
	c = der_inside(&seq);
	if (der_peek(&c, DER_INT) &&
	    (der_next(&c, &d) != 0 || der_small(&d, &v) != 0 || v != 1))
		return form(e, "version");
	out->version = (int)v + 1;
	if (der_want(&c, DER_SEQ, &d) != 0)
		return form(e, "signature");
	out->alg = d.all;
	if (der_want(&c, DER_SEQ, &d) != 0)
		return form(e, "issuer");
	if (name_parse(d.all, &out->issuer, e) != 0)
		return -1;
	if (der_next(&c, &d) != 0 || der_time(&d, &out->this_update) != 0)
		return form(e, "thisUpdate");
	out->this_tag = d.tag;
	out->next_update = CERT_NO_TIME;
	if (der_peek(&c, DER_UTCTIME) || der_peek(&c, DER_GENTIME)) {
		if (der_next(&c, &d) != 0 ||
		    der_time(&d, &out->next_update) != 0)
			return form(e, "nextUpdate");
		out->next_tag = d.tag;
	}
	if (parse_revoked(&c, out, e) != 0)
		return -1;
	if (der_peek(&c, DER_CTXC(0)) &&
	    (der_next(&c, &d) != 0 || out->version != 2 ||
		cert_parse_exts(d.body, out->ext, &out->n_ext) != 0))
		return form(e, "crlExtensions");
	if (c.left != 0)
		return form(e, "form.trailing");
	return 0;
}

int
crl_parse(struct span der, enum cert_part part, struct crl *out, struct err *e)
{
	struct crl c;
	struct span tbs = der;

	memset(&c, 0, sizeof(c));
	c.der = der;
	if (der.p == NULL || der.len > CRL_MAX)
		return form(e, "form.size");
	if (part == CERT_WHOLE &&
	    signed_split(der, &tbs, &c.outer_alg, &c.signature) != 0)
		return form(e, "list");
	if (parse_tbs(tbs, &c, e) != 0)
		return -1;
	*out = c;
	return 0;
}

int
crl_from_file(const uint8_t *p, size_t len, struct buf *der, struct err *e)
{
	if (len > CRL_MAX || cert_unwrap(p, len, "X509 CRL", der) != 0)
		return form(e, "form.pem");
	return 0;
}

int
crl_number(const struct crl *c, struct span *out)
{
	const struct cert_ext *x = cert_find_ext(c->ext, c->n_ext, "2.5.29.20");
	struct der d;

	if (x == NULL || der_whole(x->value, DER_INT, &d) != 0 ||
	    d.body.len == 0)
		return -1;
	*out = d.body;
	return 0;
}

static struct span
magnitude(struct span s)
{
	while (s.len > 0 && s.p[0] == 0) {
		s.p++;
		s.len--;
	}
	return s;
}

void
crl_number_text(struct span number, char *out, size_t size)
{
	struct span m = magnitude(number);
	struct buf hex = BUF_INIT;
	uint64_t v = 0;

	if (m.len <= 7) {
		for (size_t i = 0; i < m.len; i++)
			v = v << 8 | m.p[i];
		snprintf(out, size, "%llu", (unsigned long long)v);
		return;
	}
	hex_encode(&hex, m.p, m.len);
	snprintf(out, size, "0x%s", buf_cstr(&hex));
	buf_free(&hex);
}

int
crl_number_compare(struct span a, struct span b)
{
	struct span x = magnitude(a), y = magnitude(b);

	if (x.len != y.len)
		return x.len < y.len ? -1 : 1;
	return x.len == 0 ? 0 : memcmp(x.p, y.p, x.len);
}
