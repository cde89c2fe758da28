/* SPDX-License-Identifier: MIT */
/*
 * Throw-away keys, so that lint can speak before a real key exists (BR
 * 4.3.1.2).  Invariant: a trial key is in no token, is made here, never
 * leaves, and signs whatever it is given, because it counts for nothing.
 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "ceremony/x509/x509.h"

static EVP_PKEY *
make(const struct hsm_key_spec *s)
{
	switch (s->type) {
	case KEY_RSA:
		return EVP_RSA_gen(s->bits);
	case KEY_EC:
		return EVP_EC_gen(s->curve);
	default:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
}

int
hsm_trial_key(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	struct hsm_key_spec s;
	EVP_PKEY *key;
	uint8_t *spki = NULL;
	int len;

	(void)bytes;
	if (hsm_key_spec(json_get(m->json, "key"), &s, e) == -1)
		return -1;
	key = make(&s);
	len = key != NULL ? i2d_PUBKEY(key, &spki) : -1;
	if (len <= 0) {
		EVP_PKEY_free(key);
		return err_set(e, ERR_WORLD, "hsm.random", NULL);
	}
	EVP_PKEY_free(h->trial);
	h->trial = key;
	json_set_b64(out, "spki", spki, (size_t)len);
	OPENSSL_free(spki);
	return 0;
}

/* The BIT STRING's value, as libcrypto makes it. */
static int
sign(EVP_PKEY *key, const struct sigalg *alg, const struct buf *tbs,
    struct buf *sig)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	EVP_PKEY_CTX *p = NULL;
	uint8_t out[2048];
	size_t len = sizeof(out);
	int ok = c != NULL &&
	    EVP_DigestSignInit_ex(c, &p, alg->digest, NULL, NULL, key, NULL) ==
		1;

	if (ok && alg->pss)
		ok = EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING) ==
			1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(
			p, RSA_PSS_SALTLEN_DIGEST) == 1;
	ok = ok && EVP_DigestSign(c, out, &len, tbs->data, tbs->len) == 1;
	if (ok)
		buf_add(sig, out, len);
	EVP_MD_CTX_free(c);
	return ok ? 0 : -1;
}

/* r || s as a token gives it, each as long as the curve. */
static int
raw_of(const struct sigalg *alg, const struct spki *k, const struct buf *sig,
    struct buf *raw)
{
	const uint8_t *p = sig->data;
	uint8_t part[2 * 66];
	ECDSA_SIG *s;
	int n = (int)((k->bits + 7) / 8), ok;

	if (alg->key != KEY_EC) {
		buf_add(raw, sig->data, sig->len);
		return 0;
	}
	s = d2i_ECDSA_SIG(NULL, &p, (long)sig->len);
	ok = s != NULL && n <= 66 &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(s), part, n) == n &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(s), part + n, n) == n;
	if (ok)
		buf_add(raw, part, 2 * (size_t)n);
	ECDSA_SIG_free(s);
	return ok ? 0 : -1;
}

int
hsm_trial_sign(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *name = json_get_str(m->json, "signature");
	const char *kind = json_get_str(m->json, "kind");
	const struct sigalg *alg = name != NULL ? sigalg_find(name) : NULL;
	struct buf sig = BUF_INIT, raw = BUF_INIT, spki = BUF_INIT;
	struct spki k;
	uint8_t *der = NULL;
	int len, r = -1;

	(void)out;
	if (h->trial == NULL || alg == NULL || kind == NULL)
		return err_set(e, ERR_REFUSED, "hsm.key-kind", "found",
		    name != NULL ? name : "-", NULL);
	len = i2d_PUBKEY(h->trial, &der);
	if (len > 0)
		buf_add(&spki, der, (size_t)len);
	OPENSSL_free(der);
	if (spki_parse(span_of(&spki), &k, e) == -1 ||
	    sigalg_fits(alg, &k, e) == -1)
		goto out;
	if (sign(h->trial, alg, &m->bytes, &sig) == -1 ||
	    raw_of(alg, &k, &sig, &raw) == -1) {
		err_set(e, ERR_REFUSED, "hsm.key-kind", "found", name, NULL);
		goto out;
	}
	if (strcmp(kind, "crl") == 0)
		r = crl_assemble(span_of(&m->bytes), alg, span_of(&spki),
		    raw.data, raw.len, bytes, e);
	else
		r = cert_assemble(span_of(&m->bytes), alg, span_of(&spki),
		    raw.data, raw.len, bytes, e);
out:
	buf_free(&sig);
	buf_free(&raw);
	buf_free(&spki);
	return r;
}
