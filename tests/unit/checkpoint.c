/* SPDX-License-Identifier: MIT */
/* Checkpoints: RFC 6962 roots and proofs, the signed texts, signatures. */
#include "ceremony/log/checkpoint.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "ceremony/base/codec.h"
#include "tests/unit/test.h"

/* The leaves and roots of the reference tests of RFC 6962's authors. */
static const struct {
	const char *data;
	size_t len;
	const char *root;
} LEAVES[] = {
	{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c"
	    "78901d3fb33738768511a30617afa01d" },
	{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9d"
	    "baf70ad9e621f4bd8d98662f00e3c125" },
	{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264"
	    "db0fa9b51af5e0ba159158f329e06e77" },
	{ "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398f"
	    "a2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3"
	    "bca12c9aefca1612bfce4c13a86264d4" },
	{ "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f"
	    "98dfb16fbce75277b5232a127f2087ef" },
	{ "PQRSTUVW", 8, "ddb89be403809e325750d3d263cd7892"
	    "9c2942b7942a34b77e122c9594a74c8c" },
	{ "`abcdefghijklmno", 16, "5dc9da79a70659a9ad559cb701ded9a2"
	    "ab9d823aad2f4960cfe370eff4604328" },
};

#define COUNT (sizeof(LEAVES) / sizeof(LEAVES[0]))

static void
test_roots(void)
{
	struct merkle m = { 0 };
	uint8_t root[SHA256_LEN];
	char hex[SHA256_HEX];

	merkle_root(&m, root);
	sha256_hex(hex, root);
	CHECK_STR("empty tree", hex, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < COUNT; i++) {
		merkle_add(&m, LEAVES[i].data, LEAVES[i].len);
		merkle_root(&m, root);
		sha256_hex(hex, root);
		CHECK_STR("root", hex, LEAVES[i].root);
	}
}

static void
test_proofs(void)
{
	uint8_t leaf[40][SHA256_LEN], root[SHA256_LEN];
	int good = 0, all = 0, caught = 0, tried = 0;

	for (uint64_t size = 1; size <= 40; size++) {
		struct merkle m = { 0 };

		for (uint8_t i = 0; i < size; i++) {
			merkle_leaf(&i, 1, leaf[i]);
			merkle_add(&m, &i, 1);
		}
		merkle_root(&m, root);
		for (uint64_t i = 0; i < size; i++) {
			struct buf proof = BUF_INIT;

			merkle_proof((const uint8_t(*)[SHA256_LEN])leaf, size,
			    i, &proof);
			all++;
			good += merkle_proof_check(leaf[i], size, i,
			    proof.data, proof.len, root) == 0;
			tried++;
			caught += merkle_proof_check(leaf[i], size,
			    (i + 1) % (size + 1), proof.data, proof.len,
			    root) == -1 || size == 1;
			if (proof.len > 0) {
				tried++;
				proof.data[i % proof.len] ^= 1;
				caught += merkle_proof_check(leaf[i], size, i,
				    proof.data, proof.len, root) == -1;
			}
			buf_free(&proof);
		}
	}
	CHECK("every proof holds", good == all && all == 820);
	CHECK("every false proof fails", caught == tried);
}

static void
test_texts(void)
{
	static const uint8_t root[SHA256_LEN] = { 1, 2, 3 };
	struct buf b = BUF_INIT;

	cosignature_text(&b, 1781000000, "example.jp/r/00/rehearsal", 7, root);
	CHECK_STR("cosignature", buf_cstr(&b), "cosignature/v1\n"
	    "time 1781000000\nexample.jp/r/00/rehearsal\n7\n"
	    "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	buf_free(&b);
}

static size_t
sign(EVP_PKEY *key, const EVP_MD *md, uint8_t *sig, size_t room)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = room;

	if (EVP_DigestSignInit(ctx, NULL, md, NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig, &len, (const uint8_t *)"text", 4) != 1)
		len = 0;
	EVP_MD_CTX_free(ctx);
	return len;
}

/* The same signature with the other s, which is just as good for ECDSA. */
static size_t
mirror(const uint8_t *sig, size_t len, uint8_t **out)
{
	const uint8_t *p = sig;
	ECDSA_SIG *es = d2i_ECDSA_SIG(NULL, &p, (long)len);
	EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *r = BN_dup(ECDSA_SIG_get0_r(es)), *s = BN_new();
	int n;

	BN_sub(s, EC_GROUP_get0_order(g), ECDSA_SIG_get0_s(es));
	ECDSA_SIG_set0(es, r, s);
	n = i2d_ECDSA_SIG(es, out);
	ECDSA_SIG_free(es);
	EC_GROUP_free(g);
	return (size_t)n;
}

static void
test_signatures(void)
{
	EVP_PKEY *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_PKEY *ec = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	uint8_t sig[80] = { 0 }, sig2[80], *edk = NULL, *eck = NULL, *other = NULL;
	size_t n = sign(ed, NULL, sig, sizeof(sig)), n2, n3;
	int edn = i2d_PUBKEY(ed, &edk), ecn = i2d_PUBKEY(ec, &eck);
	int low, high;

	CHECK("ed25519", signature_verify("ed25519", edk, (size_t)edn, "text",
	    4, sig, n) == 0);
	CHECK("other text", signature_verify("ed25519", edk, (size_t)edn,
	    "texT", 4, sig, n) == -1);
	CHECK("other algorithm", signature_verify("ecdsa-p256", edk,
	    (size_t)edn, "text", 4, sig, n) == -1);
	CHECK("unknown algorithm", signature_verify("rsa", edk, (size_t)edn,
	    "text", 4, sig, n) == -1);
	sig[3] ^= 4;
	CHECK("a bit", signature_verify("ed25519", edk, (size_t)edn, "text",
	    4, sig, n) == -1);

	n2 = sign(ec, EVP_sha256(), sig2, sizeof(sig2));
	n3 = mirror(sig2, n2, &other);
	low = signature_verify("ecdsa-p256", eck, (size_t)ecn, "text", 4,
	    sig2, n2);
	high = signature_verify("ecdsa-p256", eck, (size_t)ecn, "text", 4,
	    other, n3);
	CHECK("exactly the low s", (low == 0) != (high == 0));
	if (low == -1) {
		memcpy(sig2, other, n3);
		n2 = n3;
	}
	sig2[n2] = 0;
	CHECK("a byte behind", signature_verify("ecdsa-p256", eck,
	    (size_t)ecn, "text", 4, sig2, n2 + 1) == -1);
	CHECK("wrong key type", signature_verify("ecdsa-p256", edk,
	    (size_t)edn, "text", 4, sig2, n2) == -1);
	eck[ecn - 1] ^= 1;
	CHECK("not a point", signature_verify("ecdsa-p256", eck, (size_t)ecn,
	    "text", 4, sig2, n2) == -1);
	OPENSSL_free(edk);
	OPENSSL_free(eck);
	OPENSSL_free(other);
	EVP_PKEY_free(ed);
	EVP_PKEY_free(ec);
}

int
main(void)
{
	test_roots();
	test_proofs();
	test_texts();
	test_signatures();
	return test_end();
}
