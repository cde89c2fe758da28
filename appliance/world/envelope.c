/* SPDX-License-Identifier: MIT */
/*
 * Envelopes.  Invariant: one algorithm each way, no choice left to the
 * bytes; what is opened goes into secure memory and nowhere else.
 */
#include "appliance/world/envelope.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <string.h>

#include "ceremony/x509/der.h"

#define CERT_MAX 4096

static X509 *
cert_load(const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	X509 *x =
	    len != 0 && len <= CERT_MAX ? d2i_X509(NULL, &p, (long)len) : NULL;

	if (x != NULL && p != der + len) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

static int
fail(struct err *e, enum err_code code, const char *id, const char *what)
{
	ERR_clear_error();
	return err_set(e, code, id, "what", what, NULL);
}

/* The same SHA-256 KDF on either side: the library's own choice is SHA-1. */
static int
add_recipient(CMS_ContentInfo *cms, X509 *x)
{
	CMS_RecipientInfo *ri = CMS_add1_recipient_cert(cms, x, CMS_KEY_PARAM);
	EVP_PKEY_CTX *ctx =
	    ri != NULL ? CMS_RecipientInfo_get0_pkey_ctx(ri) : NULL;

	if (ctx == NULL ||
	    EVP_PKEY_CTX_ctrl_str(ctx, "ecdh_kdf_md", "sha256") <= 0)
		return -1;
	return 0;
}

int
envelope_seal(const uint8_t *cert, size_t cert_len, const void *plain,
    size_t len, struct buf *out, struct err *e)
{
	X509 *x = cert_load(cert, cert_len);
	CMS_ContentInfo *cms = NULL;
	uint8_t *der = NULL;
	BIO *in = NULL;
	int ret = -1, n;

	if (x == NULL) {
		fail(e, ERR_FORM, "envelope.cert", "certificate");
		goto out;
	}
	in = BIO_new_mem_buf(plain, (int)len);
	cms = CMS_encrypt(
	    NULL, NULL, EVP_aes_256_gcm(), CMS_BINARY | CMS_PARTIAL);
	if (in == NULL || cms == NULL || add_recipient(cms, x) == -1 ||
	    CMS_final(cms, in, NULL, CMS_BINARY) != 1 ||
	    (n = i2d_CMS_ContentInfo(cms, &der)) <= 0) {
		fail(e, ERR_FORM, "envelope.seal", "certificate");
		goto out;
	}
	buf_add(out, der, (size_t)n);
	ret = 0;
out:
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	X509_free(x);
	return ret;
}

/* Of the one kind that envelope_seal() makes. */
static const char *
cms_wrong(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_RecipientInfo) * all;
	CMS_RecipientInfo *ri;
	const ASN1_OBJECT *kdf;
	ASN1_OCTET_STRING *ukm;
	X509_ALGOR *alg;

	if (OBJ_obj2nid(CMS_get0_type(cms)) !=
	    NID_id_smime_ct_authEnvelopedData)
		return "type";
	all = CMS_get0_RecipientInfos(cms);
	if (sk_CMS_RecipientInfo_num(all) != 1)
		return "recipients";
	ri = sk_CMS_RecipientInfo_value(all, 0);
	if (CMS_RecipientInfo_type(ri) != CMS_RECIPINFO_AGREE ||
	    CMS_RecipientInfo_kari_get0_alg(ri, &alg, &ukm) != 1)
		return "recipient";
	X509_ALGOR_get0(&kdf, NULL, NULL, alg);
	if (OBJ_obj2nid(kdf) != NID_dhSinglePass_stdDH_sha256kdf_scheme)
		return "kdf";
	return NULL;
}

/* An INTEGER of exactly this value. */
static bool
number_is(struct cursor *c, int64_t want)
{
	struct der d;
	int64_t v;

	return der_want(c, DER_INT, &d) == 0 && der_small(&d, &v) == 0 &&
	    v == want;
}

/* KeyAgreeRecipientInfo: version 3, the sender's key in whole octets. */
static bool
recipient_strict(struct cursor c)
{
	struct der d, key;
	struct span octets;
	unsigned unused;

	if (der_want(&c, DER_CTXC(1), &d) == -1 || c.left != 0)
		return false;
	c = der_inside(&d);
	if (!number_is(&c, 3) || der_want(&c, DER_CTXC(0), &d) == -1)
		return false;
	c = der_inside(&d);
	if (der_want(&c, DER_CTXC(1), &d) == -1 || c.left != 0)
		return false;
	c = der_inside(&d);
	return der_want(&c, DER_SEQ, &d) == 0 &&
	    der_want(&c, DER_BITS, &key) == 0 && c.left == 0 &&
	    der_bits(&key, &octets, &unused) == 0 && unused == 0;
}

/* EncryptedContentInfo: id-data, a nonce of 12, a tag of 16 octets. */
static bool
content_strict(struct cursor c)
{
	static const uint8_t data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x01 };
	const struct span id = { data, sizeof(data) };
	struct der d, oid;

	if (der_want(&c, DER_OID, &oid) == -1 || !span_equal(oid.body, id) ||
	    der_want(&c, DER_SEQ, &d) == -1)
		return false;
	c = der_inside(&d);
	if (der_want(&c, DER_OID, &oid) == -1 ||
	    der_want(&c, DER_SEQ, &d) == -1 || c.left != 0)
		return false;
	c = der_inside(&d);
	return der_want(&c, DER_OCTETS, &d) == 0 && d.body.len == 12 &&
	    number_is(&c, 16) && c.left == 0;
}

/*
 * The fields that no key or tag covers have one value each, so that an
 * envelope that opens is the envelope that was sealed.
 */
static bool
form_strict(const uint8_t *p, size_t len)
{
	const struct span all = { p, len };
	struct der d, oid, to, content;
	struct cursor c;

	if (der_whole(all, DER_SEQ, &d) == -1)
		return false;
	c = der_inside(&d);
	if (der_want(&c, DER_OID, &oid) == -1 ||
	    der_want(&c, DER_CTXC(0), &d) == -1 || c.left != 0)
		return false;
	c = der_inside(&d);
	if (der_want(&c, DER_SEQ, &d) == -1 || c.left != 0)
		return false;
	c = der_inside(&d);
	return number_is(&c, 0) && der_want(&c, DER_SET, &to) == 0 &&
	    der_want(&c, DER_SEQ, &content) == 0 &&
	    der_want(&c, DER_OCTETS, &d) == 0 && d.body.len == 16 &&
	    c.left == 0 && recipient_strict(der_inside(&to)) &&
	    content_strict(der_inside(&content));
}

static CMS_ContentInfo *
cms_load(const uint8_t *der, size_t len, struct err *e)
{
	const uint8_t *p = der;
	CMS_ContentInfo *cms = NULL;
	uint8_t *again = NULL;
	const char *wrong = "size";
	int n;

	if (len != 0 && len <= ENVELOPE_MAX) {
		cms = d2i_CMS_ContentInfo(NULL, &p, (long)len);
		wrong = cms == NULL ? "encoding" : cms_wrong(cms);
	}
	if (wrong == NULL && !form_strict(der, len))
		wrong = "fields";
	if (wrong == NULL) {
		n = i2d_CMS_ContentInfo(cms, &again);
		if (n <= 0 || (size_t)n != len || memcmp(again, der, len) != 0)
			wrong = "encoding";
		OPENSSL_free(again);
	}
	if (wrong != NULL) {
		CMS_ContentInfo_free(cms);
		cms = NULL;
		fail(e, ERR_FORM, "envelope.form", wrong);
	}
	return cms;
}

int
envelope_open(const uint8_t *der, size_t len, EVP_PKEY *key,
    const uint8_t *cert, size_t cert_len, struct secret *out, struct err *e)
{
	CMS_ContentInfo *cms = cms_load(der, len, e);
	X509 *x = NULL;
	BIO *bio = NULL;
	char *plain;
	long n;
	int ret = -1;

	if (cms == NULL)
		return -1;
	x = cert_load(cert, cert_len);
	bio = BIO_new(BIO_s_secmem());
	if (x == NULL || bio == NULL ||
	    CMS_decrypt(cms, key, x, NULL, bio, CMS_BINARY) != 1 ||
	    (n = BIO_get_mem_data(bio, &plain)) <= 0) {
		fail(e, ERR_REFUSED, "envelope.open", "key");
		goto out;
	}
	secret_new(out, (size_t)n);
	secret_add(out, plain, (size_t)n);
	OPENSSL_cleanse(plain, (size_t)n);
	ret = 0;
out:
	ERR_clear_error();
	BIO_free(bio);
	X509_free(x);
	CMS_ContentInfo_free(cms);
	return ret;
}
