/* SPDX-License-Identifier: MIT */
/*
 * Checks of what crossed.  Each type is parsed to its last byte by the
 * readers of the appliance; what leads to a root is judged by libcrypto, as
 * strictly as it can.
 */
#include "appliance/gap/check.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"

#define CHAIN_MAX 16

static X509 *
to_x509(struct span der)
{
	const uint8_t *p = der.p;

	return d2i_X509(NULL, &p, (long)der.len);
}

/* cert[0] leads to the root over the others. */
static int
leads_to(struct span root, const struct span *cert, size_t n, struct err *e)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509 *anchor = to_x509(root), *leaf = to_x509(cert[0]);
	const char *why = "form";
	int ret = -1;

	for (size_t i = 1; i < n; i++) {
		X509 *x = to_x509(cert[i]);

		if (x == NULL || sk_X509_push(others, x) == 0)
			goto out;
	}
	if (anchor == NULL || leaf == NULL ||
	    X509_STORE_add_cert(store, anchor) != 1 ||
	    X509_STORE_CTX_init(ctx, store, leaf, others) != 1)
		goto out;
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT);
	if (X509_verify_cert(ctx) == 1)
		ret = 0;
	else
		why = X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(ctx));
out:
	if (ret == -1)
		err_set(e, ERR_REFUSED, "gap.chain", "why", why, NULL);
	X509_free(leaf);
	X509_free(anchor);
	sk_X509_pop_free(others, X509_free);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return ret;
}

/*
 * A signature that holds is taken, also where the hash is not the one that
 * the profiles of public CAs want for the key; then a note says so.
 */
static int
signed_by(struct span tbs, struct span alg, struct span outer,
    struct span signature, const struct spki *key, const struct options *opt,
    struct err *e)
{
	const struct sigalg *a = sigalg_from_der(alg);
	struct buf b = BUF_INIT;
	struct err note;

	if (a == NULL || !span_equal(alg, outer))
		return err_set(e, ERR_REFUSED, "sig.bad", NULL);
	if (sigalg_prove(a, key, tbs, signature, e) == -1)
		return -1;
	if (sigalg_fits(a, key, &note) == 0)
		return 0;
	err_set(&note, ERR_NONE, "gap.profile", "alg", a->name, "key",
	    key->name, NULL);
	text_error(opt->lang, &note, &b);
	fprintf(stderr, "%s\n", buf_cstr(&b));
	buf_free(&b);
	return 0;
}

static int
cert_signed_by(const struct cert *c, const struct spki *key,
    const struct options *opt, struct err *e)
{
	return signed_by(
	    c->tbs, c->alg, c->outer_alg, c->signature, key, opt, e);
}

/* Every certificate is signed by the next; at least two. */
static int
chain_links(struct span payload, const struct buf *root,
    const struct options *opt, struct err *e)
{
	struct cursor c = { payload.p, payload.len };
	struct cert cert[CHAIN_MAX];
	struct span der[CHAIN_MAX];
	size_t n = 0;

	while (c.left > 0) {
		struct der d;

		if (n == CHAIN_MAX || der_want(&c, DER_SEQ, &d) == -1)
			return err_set(
			    e, ERR_FORM, "cert.form", "what", "form.der", NULL);
		der[n] = d.all;
		if (cert_parse(d.all, CERT_WHOLE, &cert[n], e) == -1 ||
		    (n > 0 &&
			cert_signed_by(&cert[n - 1], &cert[n].key, opt, e) ==
			    -1))
			return -1;
		n++;
	}
	if (n < 2)
		return err_set(
		    e, ERR_FORM, "cert.form", "what", "form.der", NULL);
	return root->len > 0 ? leads_to(span_of(root), der, n, e) : 0;
}

static int
one_cert(struct span payload, const struct buf *root, const struct options *opt,
    struct err *e)
{
	struct cert c, issuer;

	if (cert_parse(payload, CERT_WHOLE, &c, e) == -1)
		return -1;
	if (root->len == 0)
		return 0;
	if (leads_to(span_of(root), &payload, 1, e) == -1 ||
	    cert_parse(span_of(root), CERT_WHOLE, &issuer, e) == -1)
		return -1;
	return cert_signed_by(&c, &issuer.key, opt, e);
}

static int
one_crl(struct span payload, const struct buf *root, const struct options *opt,
    struct err *e)
{
	struct cert issuer;
	struct crl crl;

	if (crl_parse(payload, CERT_WHOLE, &crl, e) == -1)
		return -1;
	if (root->len == 0)
		return 0;
	if (cert_parse(span_of(root), CERT_WHOLE, &issuer, e) == -1)
		return -1;
	return signed_by(crl.tbs, crl.alg, crl.outer_alg, crl.signature,
		   &issuer.key, opt, e) == -1
	    ? err_set(e, ERR_REFUSED, "gap.issuer", NULL)
	    : 0;
}

int
check_text(const struct buf *text, struct err *e)
{
	const char *s = buf_cstr(text);
	size_t at = 0;

	while (at < text->len) {
		uint32_t cp;
		size_t n = utf8_decode(s + at, text->len - at, &cp);

		if (n == 0)
			return err_set(
			    e, ERR_FORM, "gap.text", "what", "UTF-8", NULL);
		if (!utf8_is_printable(cp) && cp != '\n' && cp != '\t' &&
		    cp != '\r')
			return err_set(e, ERR_FORM, "gap.text", "what",
			    "control characters", NULL);
		at += n;
	}
	return 0;
}

bool
check_is_bundle(const struct object *o)
{
	size_t n = strlen(BUNDLE_TEXT);

	return o->payload.len > n &&
	    memcmp(o->payload.data, BUNDLE_TEXT, n) == 0;
}

static bool
ends_with(const char *s, const char *with)
{
	size_t n = strlen(s), w = strlen(with);

	return n >= w && strcmp(s + n - w, with) == 0;
}

/* A file of a bundle, as far as a root has a say in it; 1: it is the root. */
static int
bundled(const struct bundle_file *f, const struct buf *root,
    const struct options *opt, struct err *e)
{
	struct buf der = BUF_INIT;
	int ret = 0;

	if (ends_with(f->name, ".crl")) {
		ret = crl_from_file(f->bytes.data, f->bytes.len, &der, e);
		if (ret == 0)
			ret = one_crl(span_of(&der), root, opt, e);
	} else if (ends_with(f->name, ".pem") &&
	    strncmp(f->name, "chain", 5) != 0) {
		ret = cert_from_file(f->bytes.data, f->bytes.len, &der, e);
		if (ret == 0)
			ret = one_cert(span_of(&der), root, opt, e);
		if (ret == 0 && der.len == root->len &&
		    memcmp(der.data, root->data, der.len) == 0)
			ret = 1;
	}
	buf_free(&der);
	return ret;
}

static int
whole_bundle(const struct object *o, const struct options *opt,
    const struct buf *root, struct err *e)
{
	struct bundle b = BUNDLE_INIT;
	uint8_t key[SHA256_LEN];
	bool seen = false;
	int ret = -1;

	if (opt->key != NULL &&
	    hex_decode(key, sizeof(key), opt->key, strlen(opt->key)) == -1)
		return err_set(
		    e, ERR_FORM, "verify.option", "what", "--key", NULL);
	if (bundle_parse(buf_cstr(&o->payload), o->payload.len, &b, e) == -1 ||
	    bundle_check(&b, opt->key != NULL ? key : NULL, e) == -1)
		goto out;
	for (size_t i = 0; root->len > 0 && i < b.n; i++) {
		int r = bundled(&b.file[i], root, opt, e);

		if (r == -1)
			goto out;
		seen = seen || r == 1;
	}
	if (root->len > 0 && !seen)
		err_set(e, ERR_REFUSED, "gap.root", NULL);
	else
		ret = 0;
out:
	bundle_free(&b);
	return ret;
}

int
object_check(const struct object *o, const struct options *opt, struct err *e)
{
	struct buf root = BUF_INIT, file = BUF_INIT;
	struct span payload = span_of(&o->payload);
	struct csr csr;
	int ret = -1;

	if (opt->root != NULL &&
	    (file_read(opt->root, 2 * CERT_MAX, &file, e) == -1 ||
		cert_from_file(file.data, file.len, &root, e) == -1))
		goto out;
	switch (o->type) {
	case FRAME_CSR:
		ret = csr_parse(frame_type_name(o->type), payload, &csr, e);
		break;
	case FRAME_CERT:
		ret = one_cert(payload, &root, opt, e);
		break;
	case FRAME_CHAIN:
		ret = chain_links(payload, &root, opt, e);
		break;
	case FRAME_CRL:
		ret = one_crl(payload, &root, opt, e);
		break;
	default:
		ret = check_text(&o->payload, e);
		if (ret == 0 && check_is_bundle(o))
			ret = whole_bundle(o, opt, &root, e);
		break;
	}
out:
	buf_free(&root);
	buf_free(&file);
	return ret;
}
