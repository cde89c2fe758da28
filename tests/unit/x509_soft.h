/* SPDX-License-Identifier: MIT */
/*
 * Keys in software, for tests: they sign what the builders prepare just as
 * a token would, with raw r||s, DigestInfo and all.
 */
#ifndef TACHIAI_X509_SOFT_H
#define TACHIAI_X509_SOFT_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "ceremony/x509/x509.h"

struct soft_key {
	EVP_PKEY *key;
	struct buf spki;
	struct spki parsed;
};

/* "RSA-3072", "P-384", "ED25519", "ED448" */
static inline void
soft_key_new(struct soft_key *k, const char *kind)
{
	unsigned char *der = NULL;
	struct err e;
	int len;

	memset(k, 0, sizeof(*k));
	if (strncmp(kind, "RSA-", 4) == 0)
		k->key = EVP_PKEY_Q_keygen(
		    NULL, NULL, "RSA", (size_t)atoi(kind + 4));
	else if (kind[0] == 'P')
		k->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
	else
		k->key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
	len = i2d_PUBKEY(k->key, &der);
	if (len <= 0)
		abort();
	buf_add(&k->spki, der, (size_t)len);
	OPENSSL_free(der);
	if (spki_parse(span_of(&k->spki), &k->parsed, &e) != 0)
		abort();
}

static inline void
soft_key_free(struct soft_key *k)
{
	EVP_PKEY_free(k->key);
	buf_free(&k->spki);
}

static inline void
soft_raw_ecdsa(
    const struct soft_key *k, const uint8_t *der, size_t len, struct buf *out)
{
	int half = (int)(k->parsed.bits + 7) / 8;
	const unsigned char *p = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)len);
	uint8_t raw[132];

	if (BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, half) != half ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + half, half) != half)
		abort();
	buf_add(out, raw, 2 * (size_t)half);
	ECDSA_SIG_free(sig);
}

/* What C_Sign would give for these bytes. */
static inline void
soft_sign(const struct soft_key *k, const struct sigalg *a, struct span tbs,
    struct buf *out)
{
	struct buf input = BUF_INIT;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->key, NULL);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char sig[2100];
	size_t len = sizeof(sig);
	struct err e;

	if (a == NULL || sigalg_input(a, tbs, &input, &e) != 0)
		abort();
	if (a->digest == NULL) {
		if (EVP_DigestSignInit(md, NULL, NULL, NULL, k->key) != 1 ||
		    EVP_DigestSign(md, sig, &len, input.data, input.len) != 1)
			abort();
		buf_add(out, sig, len);
		goto out;
	}
	if (EVP_PKEY_sign_init(ctx) != 1)
		abort();
	if (a->key == KEY_RSA && !a->pss &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1)
		abort();
	if (a->pss &&
	    (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1 ||
		EVP_PKEY_CTX_set_signature_md(
		    ctx, EVP_get_digestbyname(a->digest)) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)a->digest_len) != 1))
		abort();
	if (EVP_PKEY_sign(ctx, sig, &len, input.data, input.len) != 1)
		abort();
	if (a->key == KEY_EC)
		soft_raw_ecdsa(k, sig, len, out);
	else
		buf_add(out, sig, len);
out:
	buf_free(&input);
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(ctx);
}

static inline struct json *
soft_json(const char *text)
{
	struct json *j = NULL;
	struct err e;

	if (json_parse(text, strlen(text), JSON_DEPTH_MAX, &j, &e) != 0) {
		fprintf(stderr, "bad JSON in a test: %s\n", text);
		abort();
	}
	return j;
}

/* 2026-12-09T01:13:00Z: the tests' clock. */
#define SOFT_NOW INT64_C(1796778780)

#define SOFT_ROOT_NAME                                       \
	"\"subject\":[{\"type\":\"C\",\"value\":\"JP\"},"    \
	"{\"type\":\"O\",\"value\":\"Example Trust K.K.\"}," \
	"{\"type\":\"CN\",\"value\":\"Example Root R1\"}]"
#define SOFT_SUB_NAME                                        \
	"\"subject\":[{\"type\":\"C\",\"value\":\"JP\"},"    \
	"{\"type\":\"O\",\"value\":\"Example Trust K.K.\"}," \
	"{\"type\":\"CN\",\"value\":\"Example TLS CA R1\"}]"
#define SOFT_SUB_EXT                                                        \
	"\"extensions\":{\"ca_issuers\":[\"http://ca.example.jp/r1.cer\"]," \
	"\"cdp\":[\"http://crl.example.jp/r1.crl\"],"                       \
	"\"eku\":[\"serverAuth\"],\"path_len\":0}"

/* key: {"curve":"P-384","type":"ec"} */
static inline struct json *
soft_profile(const char *kind, const char *ext, const char *key,
    const char *policies, const char *alg, const char *name,
    const char *validity)
{
	struct buf text = BUF_INIT;
	struct json *j;

	buf_fmt(&text,
	    "{%s%s\"key\":%s,\"kind\":\"%s\",\"name\":\"p\","
	    "\"policies\":%s,\"signature\":\"%s\",%s,\"validity\":%s}",
	    ext, *ext != '\0' ? "," : "", key, kind, policies, alg, name,
	    validity);
	j = soft_json(buf_cstr(&text));
	buf_free(&text);
	return j;
}

/* A certificate signed by `signer`; aborts when it cannot be made. */
static inline void
soft_cert(
    const struct cert_spec *s, const struct soft_key *signer, struct buf *der)
{
	struct buf tbs = BUF_INIT, raw = BUF_INIT;
	struct err e;
	char why[400];

	if (cert_build(s, &tbs, &e) != 0)
		goto bad;
	soft_sign(signer, s->alg, span_of(&tbs), &raw);
	if (cert_assemble(span_of(&tbs), s->alg, span_of(&signer->spki),
		raw.data, raw.len, der, &e) != 0)
		goto bad;
	buf_free(&raw);
	buf_free(&tbs);
	return;
bad:
	err_describe(&e, why, sizeof(why));
	fprintf(stderr, "soft_cert: %s\n", why);
	abort();
}

/* Sign any to-be-signed bytes, good or bad, without checks. */
static inline void
soft_wrap(struct span tbs, const struct sigalg *a,
    const struct soft_key *signer, struct buf *der)
{
	struct buf raw = BUF_INIT, sig = BUF_INIT, body = BUF_INIT;
	struct err e;

	soft_sign(signer, a, tbs, &raw);
	if (sigalg_encode(a, &signer->parsed, raw.data, raw.len, &sig, &e) != 0)
		abort();
	buf_add(&body, tbs.p, tbs.len);
	buf_add(&body, a->der.p, a->der.len);
	der_put_bits(&body, sig.data, sig.len);
	der_put_buf(der, DER_SEQ, &body);
	buf_free(&body);
	buf_free(&sig);
	buf_free(&raw);
}

#endif
