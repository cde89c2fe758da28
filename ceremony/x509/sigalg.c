/* SPDX-License-Identifier: MIT */
/*
 * Signature algorithms: one row each, with the exact AlgorithmIdentifier of
 * BR 7.1.3.2 (PSS in its full form: MGF1 with the same hash, the salt as
 * long as the hash, trailer left out).  Invariant: what sigalg_encode()
 * gives is the only encoding of that signature.
 */
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "ceremony/x509/key.h"

#define ALG(s)                                      \
	{                                           \
		(const uint8_t *)(s), sizeof(s) - 1 \
	}
#define PKCS1(n) \
	ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01" n "\x05\x00")
#define PSS(h, salt)                                                    \
	ALG("\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"      \
	    "\x30\x34\xa0\x0f\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03"  \
	    "\x04\x02" h "\x05\x00\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48" \
	    "\x86\xf7\x0d\x01\x01\x08\x30\x0d\x06\x09\x60\x86\x48\x01"  \
	    "\x65\x03\x04\x02" h "\x05\x00\xa2\x03\x02\x01" salt)
#define ECDSA(n) ALG("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" n)

static const struct sigalg ALGS[] = {
	{ "rsa-sha256", KEY_RSA, NULL, "SHA256", 32, false, PKCS1("\x0b") },
	{ "rsa-sha384", KEY_RSA, NULL, "SHA384", 48, false, PKCS1("\x0c") },
	{ "rsa-sha512", KEY_RSA, NULL, "SHA512", 64, false, PKCS1("\x0d") },
	{ "rsa-pss-sha256", KEY_RSA, NULL, "SHA256", 32, true,
	    PSS("\x01", "\x20") },
	{ "rsa-pss-sha384", KEY_RSA, NULL, "SHA384", 48, true,
	    PSS("\x02", "\x30") },
	{ "rsa-pss-sha512", KEY_RSA, NULL, "SHA512", 64, true,
	    PSS("\x03", "\x40") },
	{ "ecdsa-sha256", KEY_EC, "P-256", "SHA256", 32, false, ECDSA("\x02") },
	{ "ecdsa-sha384", KEY_EC, "P-384", "SHA384", 48, false, ECDSA("\x03") },
	{ "ecdsa-sha512", KEY_EC, "P-521", "SHA512", 64, false, ECDSA("\x04") },
	{ "ed25519", KEY_ED25519, NULL, NULL, 0, false,
	    ALG("\x30\x05\x06\x03\x2b\x65\x70") },
	{ "ed448", KEY_ED448, NULL, NULL, 0, false,
	    ALG("\x30\x05\x06\x03\x2b\x65\x71") },
};

#define ALG_COUNT (sizeof(ALGS) / sizeof(ALGS[0]))

const struct sigalg *
sigalg_at(size_t i)
{
	return i < ALG_COUNT ? &ALGS[i] : NULL;
}

const struct sigalg *
sigalg_find(const char *name)
{
	for (size_t i = 0; name != NULL && i < ALG_COUNT; i++)
		if (strcmp(ALGS[i].name, name) == 0)
			return &ALGS[i];
	return NULL;
}

const struct sigalg *
sigalg_from_der(struct span alg)
{
	for (size_t i = 0; i < ALG_COUNT; i++)
		if (span_equal(ALGS[i].der, alg))
			return &ALGS[i];
	return NULL;
}

int
sigalg_fits(const struct sigalg *a, const struct spki *k, struct err *e)
{
	if (a->key != k->type ||
	    (a->curve != NULL && strcmp(a->curve, k->curve) != 0))
		return err_set(e, ERR_REFUSED, "spki.sigalg", "alg", a->name,
		    "key", k->name, NULL);
	return 0;
}

const struct sigalg *
sigalg_choose(const struct spki *k, const char *wanted)
{
	const struct sigalg *a = sigalg_find(wanted);
	struct err ignored;

	if (a != NULL && sigalg_fits(a, k, &ignored) == 0)
		return a;
	for (size_t i = 0; i < ALG_COUNT; i++)
		if (sigalg_fits(&ALGS[i], k, &ignored) == 0)
			return &ALGS[i];
	return NULL;
}

int
sigalg_input_digest(const struct sigalg *a, const uint8_t *digest, size_t len,
    struct buf *out, struct err *e)
{
	struct buf alg = BUF_INIT, info = BUF_INIT;
	/* 2.16.840.1.101.3.4.2.x with an explicit NULL. */
	uint8_t hash[] = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
		0x02, 0x00, 0x05, 0x00 };

	if (a->digest == NULL || len != a->digest_len)
		return err_set(e, ERR_FORM, "sig.input", "alg", a->name, NULL);
	if (a->key != KEY_RSA || a->pss) {
		buf_add(out, digest, len);
		return 0;
	}
	hash[10] = (uint8_t)(len / 16 - 1);
	der_put(&alg, DER_SEQ, hash, sizeof(hash));
	der_put(&alg, DER_OCTETS, digest, len);
	der_put_buf(&info, DER_SEQ, &alg);
	buf_add(out, info.data, info.len);
	buf_free(&info);
	buf_free(&alg);
	return 0;
}

int
sigalg_input(
    const struct sigalg *a, struct span tbs, struct buf *out, struct err *e)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (a->digest == NULL) {
		buf_add(out, tbs.p, tbs.len);
		return 0;
	}
	if (EVP_Digest(tbs.p, tbs.len, digest, &len,
		EVP_get_digestbyname(a->digest), NULL) != 1) {
		ERR_clear_error();
		return err_set(e, ERR_WORLD, "sig.input", "alg", a->name, NULL);
	}
	/* SHA-384 is 48 octets: 1, 2 and 3 for 32, 48 and 64. */
	return sigalg_input_digest(a, digest, len, out, e);
}

static int
encode_ecdsa(const struct spki *k, const uint8_t *raw, size_t raw_len,
    struct buf *out, struct err *e)
{
	size_t half = (k->bits + 7) / 8;
	struct buf pair = BUF_INIT;

	if (raw_len != 2 * half)
		return err_set(e, ERR_FORM, "sig.length", NULL);
	der_put_uint(&pair, raw, half);
	der_put_uint(&pair, raw + half, half);
	der_put_buf(out, DER_SEQ, &pair);
	buf_free(&pair);
	return 0;
}

int
sigalg_encode(const struct sigalg *a, const struct spki *k, const uint8_t *raw,
    size_t raw_len, struct buf *out, struct err *e)
{
	size_t want;

	if (sigalg_fits(a, k, e) != 0)
		return -1;
	if (k->type == KEY_EC)
		return encode_ecdsa(k, raw, raw_len, out, e);
	if (k->type == KEY_RSA)
		want = k->modulus.len;
	else
		want = k->type == KEY_ED25519 ? 64 : 114;
	if (raw_len != want)
		return err_set(e, ERR_FORM, "sig.length", NULL);
	buf_add(out, raw, raw_len);
	return 0;
}

/* r and s, positive and shortest, and nothing else. */
static bool
ecdsa_form(struct span sig)
{
	struct der seq, part;
	struct cursor c;

	if (der_whole(sig, DER_SEQ, &seq) != 0)
		return false;
	c = der_inside(&seq);
	for (int i = 0; i < 2; i++) {
		if (der_want(&c, DER_INT, &part) != 0 || part.body.len == 0 ||
		    part.body.p[0] >= 0x80 ||
		    (part.body.len > 1 && part.body.p[0] == 0 &&
			part.body.p[1] < 0x80))
			return false;
	}
	return c.left == 0;
}

static bool
digest_verify(
    const struct sigalg *a, EVP_PKEY *key, struct span tbs, struct span sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	const EVP_MD *md = NULL;
	bool good = false;

	if (ctx == NULL)
		goto out;
	if (a->digest != NULL)
		md = EVP_get_digestbyname(a->digest);
	if (EVP_DigestVerifyInit(ctx, &pctx, md, NULL, key) != 1)
		goto out;
	if (a->pss &&
	    (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, (int)a->digest_len) !=
		    1 ||
		EVP_PKEY_CTX_set_rsa_mgf1_md(pctx, md) != 1))
		goto out;
	good = EVP_DigestVerify(ctx, sig.p, sig.len, tbs.p, tbs.len) == 1;
out:
	EVP_MD_CTX_free(ctx);
	return good;
}

int
sigalg_prove(const struct sigalg *a, const struct spki *k, struct span tbs,
    struct span sig, struct err *e)
{
	const unsigned char *p = k->der.p;
	EVP_PKEY *key = NULL;
	int ret = -1;

	if (a->key != k->type)
		return err_set(e, ERR_REFUSED, "spki.sigalg", "alg", a->name,
		    "key", k->name, NULL);
	key = d2i_PUBKEY(NULL, &p, (long)k->der.len);
	if (key == NULL || sig.len == 0 ||
	    (k->type == KEY_EC && !ecdsa_form(sig)) ||
	    !digest_verify(a, key, tbs, sig))
		err_set(e, ERR_REFUSED, "sig.bad", NULL);
	else
		ret = 0;
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ret;
}

int
sigalg_verify(const struct sigalg *a, struct span spki, struct span tbs,
    struct span sig, struct err *e)
{
	struct spki k;

	if (spki_parse(spki, &k, e) != 0 || sigalg_fits(a, &k, e) != 0)
		return -1;
	return sigalg_prove(a, &k, tbs, sig, e);
}
