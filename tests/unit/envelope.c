/* SPDX-License-Identifier: MIT */
/*
 * Envelopes, key pairs and secrets: what was sealed is opened by its key
 * and by no other, every changed byte is refused, and what was wiped is
 * gone from this process.
 */
#include "appliance/world/envelope.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "appliance/world/keypair.h"
#include "ceremony/log/checkpoint.h"
#include "tests/unit/test.h"

static EVP_PKEY *key[2];
static struct buf cert[2];

static bool
opens(const struct buf *der, int who)
{
	struct secret out = SECRET_INIT;
	struct err e;
	bool good = envelope_open(der->data, der->len, key[who], cert[who].data,
			cert[who].len, &out, &e) == 0;

	good = good && out.len == 5 && memcmp(out.data, "share", 5) == 0;
	secret_free(&out);
	return good;
}

static void
envelopes(void)
{
	struct buf der = BUF_INIT, two = BUF_INIT;
	struct err e;
	int cut = 0, other = 0;

	CHECK("sealed",
	    envelope_seal(cert[0].data, cert[0].len, "share", 5, &der, &e) ==
		0);
	CHECK("opened by its key", opens(&der, 0));
	CHECK("by no other", !opens(&der, 1));
	envelope_seal(cert[0].data, cert[0].len, "share", 5, &two, &e);
	CHECK("never the same twice",
	    der.len != two.len || memcmp(der.data, two.data, der.len) != 0);
	for (size_t i = 0; i < der.len; i++) {
		struct buf part = { der.data, i, i };

		cut += opens(&part, 0);
		der.data[i] ^= 1;
		other += opens(&der, 0);
		der.data[i] ^= 1;
	}
	CHECK("no part of it opens", cut == 0);
	CHECK("no changed byte passes", other == 0);
	buf_byte(&der, 0);
	CHECK("nothing behind it", !opens(&der, 0));
	CHECK("a certificate is needed",
	    envelope_seal((const uint8_t *)"x", 1, "share", 5, &two, &e) == -1);
	CHECK_STR("by its id", e.id, "envelope.cert");
	buf_free(&two);
	buf_free(&der);
}

/* An envelope with the library's own choices: opens elsewhere, not here. */
static void
weaker(void)
{
	const uint8_t *p = cert[0].data;
	X509 *x = d2i_X509(NULL, &p, (long)cert[0].len);
	STACK_OF(X509) *to = sk_X509_new_null();
	BIO *in = BIO_new_mem_buf("share", 5);
	uint8_t *der = NULL;
	CMS_ContentInfo *cms;
	struct secret out = SECRET_INIT;
	struct err e = { 0 };
	int n;

	sk_X509_push(to, x);
	cms = CMS_encrypt(to, in, EVP_aes_256_gcm(), CMS_BINARY);
	n = i2d_CMS_ContentInfo(cms, &der);
	CHECK("the SHA-1 KDF is refused",
	    envelope_open(der, (size_t)n, key[0], cert[0].data, cert[0].len,
		&out, &e) == -1);
	CHECK_STR("and named", e.n > 0 ? e.arg[0].value : "", "kdf");
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	sk_X509_free(to);
	X509_free(x);
}

static void
locks(void)
{
	struct secret right = SECRET_INIT, wrong = SECRET_INIT;
	struct buf der = BUF_INIT;
	EVP_PKEY *back = NULL;
	struct err e;
	int cost = 0;

	secret_new(&right, 16);
	secret_add(&right, "right", 5);
	secret_new(&wrong, 16);
	secret_add(&wrong, "wrong", 5);
	CHECK("locked", keypair_lock(key[0], &right, 2, &der, &e) == 0);
	CHECK("says its cost",
	    keypair_cost(der.data, der.len, &cost, &e) == 0 && cost == 2);
	CHECK("a wrong passphrase",
	    keypair_unlock(der.data, der.len, &wrong, 2, &back, &e) == -1 &&
		back == NULL);
	CHECK_STR("by its id", e.id, "keypair.locked");
	CHECK("no work for another cost than was said",
	    keypair_unlock(der.data, der.len, &right, 1, &back, &e) == -1);
	CHECK_STR("by its id", e.id, "keypair.form");
	CHECK("the right one",
	    keypair_unlock(der.data, der.len, &right, 2, &back, &e) == 0);
	CHECK("gives the key",
	    keypair_matches(back, cert[0].data, cert[0].len) == 0 &&
		keypair_matches(back, cert[1].data, cert[1].len) == -1);
	EVP_PKEY_free(back);
	secret_free(&wrong);
	secret_free(&right);
	buf_free(&der);
}

static void
signatures(void)
{
	const uint8_t *p = cert[0].data;
	X509 *x = d2i_X509(NULL, &p, (long)cert[0].len);
	uint8_t *spki = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	struct buf sig = BUF_INIT;
	struct err e;
	int bad = 0;

	for (int i = 0; i < 32; i++) {
		buf_reset(&sig);
		bad += keypair_sign(key[0], "text", 4, &sig, &e) == -1;
		bad += signature_verify("ecdsa-p256", spki, (size_t)n, "text",
			   4, sig.data, sig.len) != 0;
	}
	CHECK("signatures have the low s that checkpoints want", bad == 0);
	OPENSSL_free(spki);
	X509_free(x);
	buf_free(&sig);
}

static void
secrets(void)
{
	struct secret s = SECRET_INIT;
	struct rlimit core;

	secret_new(&s, 32);
	CHECK("a secret stands in the secure heap",
	    CRYPTO_secure_allocated(s.data) == 1);
	secret_add(&s, "abc", 3);
	secret_wipe(&s);
	CHECK("wiped", s.len == 0 && s.data[0] == 0 && s.data[2] == 0);
	secret_free(&s);
	CHECK("given back", s.data == NULL && s.size == 0);
	secret_free(&s);
	CHECK("and may be again", CRYPTO_secure_used() == 0);
	CHECK("no core is left",
	    getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0);
}

int
main(void)
{
	struct err e;

	CHECK("secure memory", secret_begin((size_t)1 << 16, &e) == 0);
	secrets();
	for (int i = 0; i < 2; i++) {
		key[i] = keypair_new(&e);
		CHECK("a certificate",
		    keypair_certificate(key[i], KEYPAIR_SHARE, "anna",
			1796000000, &cert[i], &e) == 0);
	}
	envelopes();
	weaker();
	locks();
	signatures();
	for (int i = 0; i < 2; i++) {
		EVP_PKEY_free(key[i]);
		buf_free(&cert[i]);
	}
	return test_end();
}
