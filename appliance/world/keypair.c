/* SPDX-License-Identifier: MIT */
/*
 * Custodians' and epochs' keys: P-256, their certificates, their lock.
 * Invariant: one curve, one lock (PBES2 with scrypt and AES-256-CBC), one
 * form of signature; whatever differs is refused before any work is done
 * for it.
 */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "appliance/world/keypair.h"

#define DER_MAX    4096
#define SCRYPT_N   16384
#define SCRYPT_R   8
#define SALT_LEN   16
#define SERIAL_LEN 16
#define YEARS_20   ((int64_t)7305 * 86400)

static int
fail(struct err *e, enum err_code code, const char *id, const char *what)
{
	ERR_clear_error();
	return err_set(e, code, id, "what", what, NULL);
}

EVP_PKEY *
keypair_new(struct err *e)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	if (key == NULL)
		fail(e, ERR_WORLD, "keypair.make", "P-256");
	return key;
}

static const struct {
	const char *unit;
	const char *usage;
} USES[] = {
	[KEYPAIR_SIGN] = { "tachiai statement", "critical,digitalSignature" },
	[KEYPAIR_SHARE] = { "tachiai share", "critical,keyAgreement" },
	[KEYPAIR_EPOCH] = { "tachiai epoch", "critical,keyAgreement" },
};

static int
set_names(X509 *x, enum keypair_use use, const char *name)
{
	X509_NAME *n = X509_get_subject_name(x);

	if (X509_NAME_add_entry_by_NID(n, NID_organizationalUnitName,
		MBSTRING_UTF8, (const uint8_t *)USES[use].unit, -1, -1,
		0) != 1 ||
	    X509_NAME_add_entry_by_NID(n, NID_commonName, MBSTRING_UTF8,
		(const uint8_t *)name, -1, -1, 0) != 1 ||
	    X509_set_issuer_name(x, n) != 1)
		return -1;
	return 0;
}

static int
set_serial(X509 *x)
{
	uint8_t serial[SERIAL_LEN];
	BIGNUM *bn;
	int ret = -1;

	if (RAND_bytes(serial, sizeof(serial)) != 1)
		return -1;
	serial[0] = (serial[0] & 0x3f) | 0x40;
	bn = BN_bin2bn(serial, sizeof(serial), NULL);
	if (bn != NULL &&
	    BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x)) != NULL)
		ret = 0;
	BN_free(bn);
	return ret;
}

static int
add_ext(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	int ret = -1;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (ext != NULL && X509_add_ext(x, ext, -1) == 1)
		ret = 0;
	X509_EXTENSION_free(ext);
	return ret;
}

int
keypair_certificate(EVP_PKEY *key, enum keypair_use use, const char *name,
    int64_t now, struct buf *der, struct err *e)
{
	X509 *x = X509_new();
	uint8_t *out = NULL;
	int ret = -1, n;

	if (x == NULL || X509_set_version(x, X509_VERSION_3) != 1 ||
	    set_serial(x) == -1 || set_names(x, use, name) == -1 ||
	    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)now) == NULL ||
	    ASN1_TIME_set(
		X509_getm_notAfter(x), (time_t)(now + YEARS_20 - 1)) == NULL ||
	    X509_set_pubkey(x, key) != 1 ||
	    add_ext(x, NID_basic_constraints, "critical,CA:FALSE") == -1 ||
	    add_ext(x, NID_key_usage, USES[use].usage) == -1 ||
	    add_ext(x, NID_subject_key_identifier, "hash") == -1 ||
	    X509_sign(x, key, EVP_sha256()) == 0 ||
	    (n = i2d_X509(x, &out)) <= 0) {
		fail(e, ERR_WORLD, "keypair.make", "certificate");
		goto out;
	}
	buf_add(der, out, (size_t)n);
	ret = 0;
out:
	OPENSSL_free(out);
	X509_free(x);
	return ret;
}

int
keypair_lock(EVP_PKEY *key, const struct secret *passphrase, int cost,
    struct buf *der, struct err *e)
{
	uint8_t salt[SALT_LEN];
	PKCS8_PRIV_KEY_INFO *p8 = NULL;
	X509_ALGOR *pbe = NULL;
	X509_SIG *locked = NULL;
	uint8_t *out = NULL;
	int ret = -1, n;

	if (RAND_bytes(salt, sizeof(salt)) == 1)
		pbe = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt,
		    sizeof(salt), NULL, SCRYPT_N, SCRYPT_R, (uint64_t)cost);
	p8 = EVP_PKEY2PKCS8(key);
	if (pbe != NULL && p8 != NULL)
		locked = PKCS8_set0_pbe((const char *)passphrase->data,
		    (int)passphrase->len, p8, pbe);
	if (locked == NULL) {
		X509_ALGOR_free(pbe);
		fail(e, ERR_WORLD, "keypair.make", "lock");
		goto out;
	}
	n = i2d_X509_SIG(locked, &out);
	if (n <= 0) {
		fail(e, ERR_WORLD, "keypair.make", "lock");
		goto out;
	}
	buf_add(der, out, (size_t)n);
	ret = 0;
out:
	OPENSSL_free(out);
	X509_SIG_free(locked);
	PKCS8_PRIV_KEY_INFO_free(p8);
	return ret;
}

static X509_SIG *
locked_load(const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	X509_SIG *s = len != 0 && len <= DER_MAX
	    ? d2i_X509_SIG(NULL, &p, (long)len)
	    : NULL;

	if (s != NULL && p != der + len) {
		X509_SIG_free(s);
		s = NULL;
	}
	return s;
}

static void *
unpack(const X509_ALGOR *alg, int nid, const ASN1_ITEM *item)
{
	const ASN1_OBJECT *oid;
	const void *value;
	int type;

	X509_ALGOR_get0(&oid, &type, &value, alg);
	if (OBJ_obj2nid(oid) != nid || type != V_ASN1_SEQUENCE)
		return NULL;
	return ASN1_item_unpack(value, item);
}

static int
scrypt_cost(const SCRYPT_PARAMS *p, int *cost)
{
	if (ASN1_INTEGER_get(p->costParameter) != SCRYPT_N ||
	    ASN1_INTEGER_get(p->blockSize) != SCRYPT_R)
		return -1;
	*cost = (int)ASN1_INTEGER_get(p->parallelizationParameter);
	return *cost >= 1 && *cost <= 1024 ? 0 : -1;
}

int
keypair_cost(const uint8_t *der, size_t len, int *cost, struct err *e)
{
	X509_SIG *s = locked_load(der, len);
	SCRYPT_PARAMS *scrypt = NULL;
	PBE2PARAM *pbe = NULL;
	const ASN1_OBJECT *cipher;
	const X509_ALGOR *alg;
	int ret = -1, got = 0;

	if (s != NULL) {
		X509_SIG_get0(s, &alg, NULL);
		pbe = unpack(alg, NID_pbes2, ASN1_ITEM_rptr(PBE2PARAM));
	}
	if (pbe != NULL)
		scrypt = unpack(
		    pbe->keyfunc, NID_id_scrypt, ASN1_ITEM_rptr(SCRYPT_PARAMS));
	if (scrypt != NULL) {
		X509_ALGOR_get0(&cipher, NULL, NULL, pbe->encryption);
		if (OBJ_obj2nid(cipher) == NID_aes_256_cbc &&
		    scrypt_cost(scrypt, &got) == 0) {
			*cost = got;
			ret = 0;
		}
	}
	if (ret == -1)
		fail(e, ERR_FORM, "keypair.form", "lock");
	SCRYPT_PARAMS_free(scrypt);
	PBE2PARAM_free(pbe);
	X509_SIG_free(s);
	return ret;
}

int
keypair_unlock(const uint8_t *der, size_t len, const struct secret *passphrase,
    int cost, EVP_PKEY **key, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *p8;
	X509_SIG *s;
	EVP_PKEY *got = NULL;
	int asks;

	if (keypair_cost(der, len, &asks, e) == -1)
		return -1;
	if (asks != cost)
		return fail(e, ERR_FORM, "keypair.form", "cost");
	s = locked_load(der, len);
	p8 = PKCS8_decrypt(
	    s, (const char *)passphrase->data, (int)passphrase->len);
	if (p8 != NULL)
		got = EVP_PKCS82PKEY(p8);
	PKCS8_PRIV_KEY_INFO_free(p8);
	X509_SIG_free(s);
	if (got == NULL)
		return fail(e, ERR_REFUSED, "keypair.locked", "passphrase");
	*key = got;
	return 0;
}

int
keypair_matches(EVP_PKEY *key, const uint8_t *cert, size_t len)
{
	const uint8_t *p = cert;
	char group[32];
	size_t n;
	X509 *x =
	    len != 0 && len <= DER_MAX ? d2i_X509(NULL, &p, (long)len) : NULL;
	int ok = x != NULL && p == cert + len &&
	    EVP_PKEY_is_a(key, "EC") == 1 &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1 &&
	    strcmp(group, "prime256v1") == 0 &&
	    X509_check_private_key(x, key) == 1;

	X509_free(x);
	ERR_clear_error();
	return ok ? 0 : -1;
}

/* s becomes the lower one of s and n - s: both verify, one is written. */
static int
low_s(ECDSA_SIG *sig)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	const BIGNUM *order = group != NULL ? EC_GROUP_get0_order(group) : NULL;
	const BIGNUM *r, *s;
	BIGNUM *half = BN_new(), *rr = NULL, *ss = NULL;
	int ret = -1;

	ECDSA_SIG_get0(sig, &r, &s);
	if (order == NULL || half == NULL || BN_rshift1(half, order) != 1)
		goto out;
	if (BN_cmp(s, half) <= 0) {
		ret = 0;
		goto out;
	}
	rr = BN_dup(r);
	ss = BN_new();
	if (rr == NULL || ss == NULL || BN_sub(ss, order, s) != 1 ||
	    ECDSA_SIG_set0(sig, rr, ss) != 1)
		goto out;
	rr = ss = NULL;
	ret = 0;
out:
	BN_free(ss);
	BN_free(rr);
	BN_free(half);
	EC_GROUP_free(group);
	return ret;
}

int
keypair_sign(
    EVP_PKEY *key, const void *text, size_t len, struct buf *sig, struct err *e)
{
	uint8_t der[128], *out = NULL;
	size_t n = sizeof(der);
	const uint8_t *p = der;
	ECDSA_SIG *s = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ret = -1, m;

	if (ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, der, &n, text, len) == 1)
		s = d2i_ECDSA_SIG(NULL, &p, (long)n);
	if (s == NULL || low_s(s) == -1 || (m = i2d_ECDSA_SIG(s, &out)) <= 0) {
		fail(e, ERR_WORLD, "keypair.make", "signature");
		goto out;
	}
	buf_add(sig, out, (size_t)m);
	ret = 0;
out:
	OPENSSL_free(out);
	ECDSA_SIG_free(s);
	EVP_MD_CTX_free(ctx);
	return ret;
}
