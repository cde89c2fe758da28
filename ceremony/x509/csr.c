/* SPDX-License-Identifier: MIT */
/*
 * Certificate requests.  Invariant: a parsed request is strict DER to its
 * last byte, signed by the key inside, and that key has no bad row.
 */
#include "ceremony/x509/csr.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/digest.h"
#include "ceremony/x509/keyq.h"
#include "ceremony/x509/part.h"

#define CSR_ATTRS 32
#define EXT_REQ   "1.2.840.113549.1.9.14"

static int
form(struct err *e, const char *file, const char *what)
{
	return err_set(
	    e, ERR_FORM, "csr.form", "file", file, "what", what, NULL);
}

static int
other_type(struct err *e, const char *file, const char *found)
{
	return err_set(
	    e, ERR_REFUSED, "csr.type", "file", file, "found", found, NULL);
}

/* What a DER file is that is no request. */
static int
not_a_request(const char *file, struct span der, struct err *e)
{
	struct cert c;
	struct crl l;
	struct err ignored;

	if (cert_parse(der, CERT_WHOLE, &c, &ignored) == 0)
		return other_type(e, file, "form.cert");
	if (crl_parse(der, CERT_WHOLE, &l, &ignored) == 0)
		return other_type(e, file, "form.crl");
	return form(e, file, "certificationRequestInfo");
}

int
csr_from_file(const char *file, const uint8_t *p, size_t len, struct buf *der,
    struct err *e)
{
	struct buf block = BUF_INIT, more = BUF_INIT;
	char label[64], other[64];
	size_t pos = 0;
	int found, ret = -1;

	if (len > 2 * CSR_MAX) {
		form(e, file, "form.size");
		goto out;
	}
	if (len > 0 && p[0] == DER_SEQ) {
		buf_add(der, p, len);
		return 0;
	}
	found = pem_next((const char *)p, len, &pos, label, &block);
	if (found != 1) {
		form(e, file, "form.pem");
		goto out;
	}
	if (strcmp(label, "CERTIFICATE REQUEST") != 0 &&
	    strcmp(label, "NEW CERTIFICATE REQUEST") != 0) {
		other_type(e, file, label);
		goto out;
	}
	if (pem_next((const char *)p, len, &pos, other, &more) != 0) {
		form(e, file, "form.trailing");
		goto out;
	}
	buf_add(der, block.data, block.len);
	ret = 0;
out:
	buf_free(&more);
	buf_free(&block);
	return ret;
}

/* One Attribute; the extensions where it is an extensionRequest. */
static int
parse_attr(struct cursor *c, struct span *oid, struct csr *out)
{
	struct der seq, type, set, value;
	struct cursor in, values;
	char dotted[128];
	size_t n = 0;

	if (der_want(c, DER_SEQ, &seq) != 0)
		return -1;
	in = der_inside(&seq);
	if (der_want(&in, DER_OID, &type) != 0 ||
	    der_oid_text(type.body, dotted, sizeof(dotted)) != 0 ||
	    der_want(&in, DER_SET, &set) != 0 || in.left != 0)
		return -1;
	values = der_inside(&set);
	for (; values.left > 0; n++)
		if (der_next(&values, &value) != 0)
			return -1;
	if (n == 0)
		return -1;
	*oid = type.body;
	if (strcmp(dotted, EXT_REQ) != 0)
		return 0;
	if (n != 1)
		return -1;
	return cert_parse_exts(value.all, out->ext, &out->n_ext);
}

static int
parse_attrs(struct cursor *c, struct csr *out)
{
	struct span seen[CSR_ATTRS];
	struct der ctx;
	struct cursor in;

	if (c->left == 0)
		return 0;
	if (der_want(c, DER_CTXC(0), &ctx) != 0)
		return -1;
	in = der_inside(&ctx);
	for (size_t n = 0; in.left > 0; n++) {
		if (n == CSR_ATTRS || parse_attr(&in, &seen[n], out) != 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (span_equal(seen[i], seen[n]))
				return -1;
	}
	return c->left == 0 ? 0 : -1;
}

/* A key that cannot even be read is a weak key in this place. */
static int
parse_key(const char *file, struct span der, struct spki *out, struct err *e)
{
	struct err why;
	char found[ERR_VALUE];

	if (spki_parse(der, out, &why) == 0)
		return 0;
	if (strcmp(why.id, "spki.algorithm") != 0)
		return form(e, file, "subjectPKInfo");
	snprintf(found, sizeof(found), "%s", err_value(&why, "found"));
	return err_set(e, ERR_REFUSED, "csr.weak-key", "file", file, "why",
	    "keyq.bad.algorithm", "rule", "KEY-9", "found", found, NULL);
}

static int
parse_info(const char *file, struct csr *out, struct err *e)
{
	struct der seq, version, name, spki;
	struct cursor c;
	struct err why;

	if (der_whole(out->info, DER_SEQ, &seq) != 0)
		return form(e, file, "certificationRequestInfo");
	c = der_inside(&seq);
	if (der_want(&c, DER_INT, &version) != 0 || version.body.len != 1 ||
	    version.body.p[0] != 0)
		return not_a_request(file, out->der, e);
	if (der_want(&c, DER_SEQ, &name) != 0 ||
	    name_parse(name.all, &out->subject, &why) != 0)
		return form(e, file, "subject");
	if (der_want(&c, DER_SEQ, &spki) != 0)
		return form(e, file, "subjectPKInfo");
	if (parse_key(file, spki.all, &out->key, e) != 0)
		return -1;
	if (parse_attrs(&c, out) != 0)
		return form(e, file, "attributes");
	return 0;
}

static int
reread(struct span der, unsigned char **info)
{
	const unsigned char *p = der.p;
	X509_REQ *x = d2i_X509_REQ(NULL, &p, (long)der.len);
	int len = -1;

	if (x != NULL && p == der.p + der.len)
		len = i2d_re_X509_REQ_tbs(x, info);
	X509_REQ_free(x);
	return len;
}

static int
check_key(const char *file, const struct csr *r, struct err *e)
{
	const struct keyq_row *bad;
	struct keyq q;

	keyq_check(&r->key, false, &q);
	bad = keyq_first_bad(&q);
	if (bad == NULL)
		return 0;
	return err_set(e, ERR_REFUSED, "csr.weak-key", "file", file, "why",
	    bad->why, "rule", bad->rule, NULL);
}

int
csr_parse(const char *file, struct span der, struct csr *out, struct err *e)
{
	const struct sigalg *alg;
	struct csr r;
	struct err why;

	memset(&r, 0, sizeof(r));
	r.der = der;
	if (der.p == NULL || der.len > CSR_MAX)
		return form(e, file, "form.size");
	if (signed_split(der, &r.info, &r.alg, &r.signature) != 0)
		return form(e, file, "request");
	if (parse_info(file, &r, e) != 0)
		return -1;
	if (!signed_same(reread, r.der, r.info))
		return form(e, file, "DER");
	/* The key before the proof: with a broken key a proof says nothing. */
	if (check_key(file, &r, e) != 0)
		return -1;
	alg = sigalg_from_der(r.alg);
	if (alg == NULL)
		return form(e, file, "signatureAlgorithm");
	if (sigalg_prove(alg, &r.key, r.info, r.signature, &why) != 0)
		return err_set(e, ERR_REFUSED, "csr.proof", "file", file, NULL);
	*out = r;
	return 0;
}

static const char *const VERDICTS[] = {
	[KEYQ_GOOD] = "good",
	[KEYQ_NONE] = "none",
	[KEYQ_MANUAL] = "manual",
	[KEYQ_WARN] = "warned",
	[KEYQ_BAD] = "bad",
};

static struct json *
quality_form(const struct spki *k)
{
	struct json *list = json_new_arr();
	struct keyq q;

	keyq_check(k, true, &q);
	for (size_t i = 0; i < q.n; i++) {
		struct json *row = json_add(list, json_new_obj());

		json_set_str(row, "rule", q.row[i].rule);
		json_set_str(row, "verdict", VERDICTS[q.row[i].verdict]);
	}
	return list;
}

static struct json *
key_form(const struct spki *k)
{
	static const char *const TYPES[] = { [KEY_RSA] = "rsa",
		[KEY_EC] = "ec",
		[KEY_ED25519] = "ed25519",
		[KEY_ED448] = "ed448" };
	struct json *j = json_new_obj();

	json_set_str(j, "type", TYPES[k->type]);
	json_set_str(j, "name", k->name);
	json_set_int(j, "bits", (int64_t)k->bits);
	if (k->curve != NULL)
		json_set_str(j, "curve", k->curve);
	return j;
}

/* dNSName and the like of a subjectAltName, as text. */
static void
other_names(const struct cert_ext *x, struct json *list)
{
	struct der seq, name;
	struct cursor c;

	if (x == NULL || der_whole(x->value, DER_SEQ, &seq) != 0)
		return;
	c = der_inside(&seq);
	while (c.left > 0 && der_next(&c, &name) == 0) {
		struct buf hex = BUF_INIT;
		struct json *s;

		if (name.tag == DER_CTX(1) || name.tag == DER_CTX(2) ||
		    name.tag == DER_CTX(6)) {
			buf_add(&hex, name.body.p, name.body.len);
			for (size_t i = 0; i < hex.len; i++)
				if (hex.data[i] < 0x20 || hex.data[i] > 0x7e)
					hex.data[i] = '?';
		} else {
			hex_encode(&hex, name.all.p, name.all.len);
		}
		s = json_new_strn(buf_cstr(&hex), hex.len);
		json_add(list, s);
		buf_free(&hex);
	}
}

/* What the request asks for beside its key and its name. */
static struct json *
wants_form(const struct csr *r)
{
	struct json *j = json_new_obj(), *names;
	struct cert as;
	int64_t path_len;
	bool ca;

	memset(&as, 0, sizeof(as));
	memcpy(as.ext, r->ext, sizeof(as.ext));
	as.n_ext = r->n_ext;
	ca = cert_is_ca(&as, &path_len);
	if (cert_ext(&as, "2.5.29.19") != NULL)
		json_set_int(j, "ca", ca);
	if (path_len >= 0 && path_len <= JSON_INT_MAX)
		json_set_int(j, "path_len", path_len);
	if (cert_ext(&as, "2.5.29.15") != NULL)
		json_set_int(j, "key_usage", cert_key_usage(&as));
	names = json_set(j, "names", json_new_arr());
	other_names(cert_ext(&as, "2.5.29.17"), names);
	return j;
}

static struct json *
extensions_form(const struct csr *r)
{
	struct json *list = json_new_arr();
	char oid[128];

	for (size_t i = 0; i < r->n_ext; i++) {
		const struct cert_ext *x = &r->ext[i];
		struct json *row = json_add(list, json_new_obj());

		if (der_oid_text(x->oid, oid, sizeof(oid)) == 0)
			json_set_str(row, "id", oid);
		json_set_int(row, "critical", x->critical);
		json_set_hex(row, "hex", x->value.p, x->value.len);
	}
	return list;
}

struct json *
csr_form(const struct csr *r)
{
	const struct sigalg *alg = sigalg_from_der(r->alg);
	struct json *j = json_new_obj();
	uint8_t digest[SHA256_LEN];

	sha256(digest, r->der.p, r->der.len);
	json_set_b64(j, "der_b64", r->der.p, r->der.len);
	json_set(j, "extensions", extensions_form(r));
	json_set(j, "key", key_form(&r->key));
	json_set(j, "quality", quality_form(&r->key));
	json_set_hex(j, "sha256", digest, sizeof(digest));
	json_set_str(j, "signature", alg != NULL ? alg->name : "?");
	json_set_b64(j, "spki_b64", r->key.der.p, r->key.der.len);
	json_set_hex(j, "spki_sha256", r->key.sha256, SHA256_LEN);
	json_set(j, "subject", name_rows(&r->subject));
	json_set(j, "wants", wants_form(r));
	return j;
}
