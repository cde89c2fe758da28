/* SPDX-License-Identifier: MIT */
/*
 * The few questions that the fold has to certificates: whose key, and is
 * this signature good over these very bytes.
 */
#include <string.h>

#include <openssl/x509.h>

#include "ceremony/state/fold.h"

static X509 *
load(const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	X509 *x = NULL;

	if (len > 0 && len < 65536)
		x = d2i_X509(NULL, &p, (long)len);
	if (x != NULL && p != der + len) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

int
certificate_spki_sha(const uint8_t *der, size_t len,
    uint8_t out[static SHA256_LEN])
{
	X509 *x = load(der, len);
	uint8_t *spki = NULL;
	int n = -1;

	if (x != NULL)
		n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	if (n > 0)
		sha256(out, spki, (size_t)n);
	OPENSSL_free(spki);
	X509_free(x);
	return n > 0 ? 0 : -1;
}

int
signature_verify_cert(const uint8_t *der, size_t der_len, const void *text,
    size_t len, const uint8_t *sig, size_t sig_len)
{
	X509 *x = load(der, der_len);
	uint8_t *spki = NULL;
	int n = -1, ret = -1;

	if (x != NULL)
		n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	if (n > 0)
		ret = signature_verify("ecdsa-p256", spki, (size_t)n, text,
		    len, sig, sig_len);
	OPENSSL_free(spki);
	X509_free(x);
	return ret;
}

const struct buf *
ceremony_signer_spki(const struct ceremony *c, const struct item *it)
{
	const struct item *up = it->issuer[0] != '\0' ?
	    ceremony_item(c, it->issuer) : it;
	const struct item *key = up != NULL && up->key[0] != '\0' ?
	    ceremony_item(c, up->key) : NULL;

	return key != NULL && key->spki.len != 0 ? &key->spki : NULL;
}

/* SEQUENCE { tbs, AlgorithmIdentifier, BIT STRING } for both kinds. */
int
signed_by(const uint8_t *der, size_t len, const uint8_t *tbs, size_t tbs_len,
    const uint8_t *spki, size_t spki_len)
{
	const uint8_t *p = spki, *q = der;
	EVP_PKEY *key = NULL;
	X509 *x = NULL;
	X509_CRL *crl = NULL;
	uint8_t *again = NULL;
	int n = -1, ok = 0;

	key = d2i_PUBKEY(NULL, &p, (long)spki_len);
	if (key == NULL)
		return -1;
	x = d2i_X509(NULL, &q, (long)len);
	if (x != NULL && q == der + len) {
		n = i2d_re_X509_tbs(x, &again);
		ok = X509_verify(x, key);
	} else {
		q = der;
		crl = d2i_X509_CRL(NULL, &q, (long)len);
		if (crl != NULL && q == der + len) {
			n = i2d_re_X509_CRL_tbs(crl, &again);
			ok = X509_CRL_verify(crl, key);
		}
	}
	if (n < 0 || (size_t)n != tbs_len || memcmp(again, tbs, tbs_len) != 0)
		ok = 0;
	OPENSSL_free(again);
	X509_free(x);
	X509_CRL_free(crl);
	EVP_PKEY_free(key);
	return ok == 1 ? 0 : -1;
}
