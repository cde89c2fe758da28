/* SPDX-License-Identifier: MIT */
/*
 * RFC 6962 trees while streaming, C2SP checkpoint texts, and signatures in
 * their one encoding.  Invariant: merkle.node[k] is the root of a full
 * subtree of 2^k leaves exactly where bit k of merkle.size is set.
 */
#include "ceremony/log/checkpoint.h"

#include <inttypes.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <string.h>

#include "ceremony/base/codec.h"

static void
hash_node(
    uint8_t out[static SHA256_LEN], const uint8_t *left, const uint8_t *right)
{
	uint8_t in[1 + 2 * SHA256_LEN];

	in[0] = 0x01;
	memcpy(in + 1, left, SHA256_LEN);
	memcpy(in + 1 + SHA256_LEN, right, SHA256_LEN);
	sha256(out, in, sizeof(in));
}

void
merkle_leaf(const void *line, size_t len, uint8_t out[static SHA256_LEN])
{
	struct sha256_ctx *c = sha256_begin();

	sha256_add(c, "\0", 1);
	sha256_add(c, line, len);
	sha256_end(c, out);
}

void
merkle_add(struct merkle *m, const void *line, size_t len)
{
	uint8_t h[SHA256_LEN];
	unsigned k;

	merkle_leaf(line, len, h);
	for (k = 0; (m->size >> k & 1) != 0; k++)
		hash_node(h, m->node[k], h);
	memcpy(m->node[k], h, SHA256_LEN);
	m->size++;
}

void
merkle_root(const struct merkle *m, uint8_t root[static SHA256_LEN])
{
	bool any = false;

	if (m->size == 0) {
		sha256(root, "", 0);
		return;
	}
	for (unsigned k = 0; k < 64; k++) {
		if ((m->size >> k & 1) == 0)
			continue;
		if (any)
			hash_node(root, m->node[k], root);
		else
			memcpy(root, m->node[k], SHA256_LEN);
		any = true;
	}
}

/* Root of leaves [from, from + n), without recursion. */
static void
range_root(const uint8_t (*leaf)[SHA256_LEN], uint64_t from, uint64_t n,
    uint8_t root[static SHA256_LEN])
{
	struct merkle m = { 0 };

	for (uint64_t i = 0; i < n; i++) {
		uint8_t h[SHA256_LEN];
		unsigned k;

		memcpy(h, leaf[from + i], SHA256_LEN);
		for (k = 0; (m.size >> k & 1) != 0; k++)
			hash_node(h, m.node[k], h);
		memcpy(m.node[k], h, SHA256_LEN);
		m.size++;
	}
	merkle_root(&m, root);
}

/* Largest power of two below n; n > 1. */
static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k << 1 < n)
		k <<= 1;
	return k;
}

void
merkle_proof(const uint8_t (*leaf)[SHA256_LEN], uint64_t size, uint64_t index,
    struct buf *proof)
{
	uint8_t path[64][SHA256_LEN];
	uint64_t from = 0, n = size;
	size_t depth = 0;

	while (n > 1) { /* from the root down; RFC 6962 lists upwards */
		uint64_t k = split(n);

		if (index - from < k) {
			range_root(leaf, from + k, n - k, path[depth++]);
			n = k;
		} else {
			range_root(leaf, from, k, path[depth++]);
			from += k;
			n -= k;
		}
	}
	while (depth > 0)
		buf_add(proof, path[--depth], SHA256_LEN);
}

/* RFC 9162, 2.1.3.2. */
int
merkle_proof_check(const uint8_t leaf[static SHA256_LEN], uint64_t size,
    uint64_t index, const uint8_t *proof, size_t len,
    const uint8_t root[static SHA256_LEN])
{
	uint64_t fn = index, sn = size - 1;
	uint8_t r[SHA256_LEN];

	if (index >= size || len % SHA256_LEN != 0)
		return -1;
	memcpy(r, leaf, SHA256_LEN);
	for (; len > 0; proof += SHA256_LEN, len -= SHA256_LEN) {
		if (sn == 0)
			return -1;
		if ((fn & 1) != 0 || fn == sn) {
			hash_node(r, proof, r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			hash_node(r, r, proof);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(r, root, SHA256_LEN) == 0 ? 0 : -1;
}

void
checkpoint_text(struct buf *out, const char *origin, uint64_t size,
    const uint8_t root[static SHA256_LEN])
{
	buf_fmt(out, "%s\n%" PRIu64 "\n", origin, size);
	base64_encode(out, root, SHA256_LEN);
	buf_byte(out, '\n');
}

void
cosignature_text(struct buf *out, int64_t time, const char *origin,
    uint64_t size, const uint8_t root[static SHA256_LEN])
{
	buf_fmt(out, "cosignature/v1\ntime %" PRId64 "\n", time);
	checkpoint_text(out, origin, size, root);
}

/* Half of the order of P-256, rounded down: the greatest low s. */
static const uint8_t HALF_ORDER[32] = {
	0x7f,
	0xff,
	0xff,
	0xff,
	0x80,
	0x00,
	0x00,
	0x00,
	0x7f,
	0xff,
	0xff,
	0xff,
	0xff,
	0xff,
	0xff,
	0xff,
	0xde,
	0x73,
	0x7d,
	0x56,
	0xd3,
	0x8b,
	0xcf,
	0x42,
	0x79,
	0xdc,
	0xe5,
	0x61,
	0x7e,
	0x31,
	0x92,
	0xa8,
};

/* Strict DER, nothing behind it, s not above half of the order. */
static bool
ecdsa_canonical(const uint8_t *sig, size_t len)
{
	const uint8_t *p = sig;
	ECDSA_SIG *es = len <= 80 ? d2i_ECDSA_SIG(NULL, &p, (long)len) : NULL;
	uint8_t *again = NULL, s[32];
	bool good = false;
	int n;

	if (es == NULL || p != sig + len)
		goto out;
	n = i2d_ECDSA_SIG(es, &again);
	if (n < 0 || (size_t)n != len || memcmp(again, sig, len) != 0 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(es), s, sizeof(s)) == -1)
		goto out;
	good = memcmp(s, HALF_ORDER, sizeof(s)) <= 0;
out:
	OPENSSL_free(again);
	ECDSA_SIG_free(es);
	return good;
}

/* The key is of `alg`, in its one encoding. */
static bool
key_fits(EVP_PKEY *key, const char *alg, const uint8_t *spki, size_t len)
{
	uint8_t *again = NULL;
	char group[32];
	bool good;
	int n = i2d_PUBKEY(key, &again);

	good = n >= 0 && (size_t)n == len && memcmp(again, spki, len) == 0;
	OPENSSL_free(again);
	if (!good)
		return false;
	if (strcmp(alg, "ed25519") == 0)
		return EVP_PKEY_is_a(key, "ED25519");
	return EVP_PKEY_is_a(key, "EC") &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
	    strcmp(group, "prime256v1") == 0;
}

int
signature_verify(const char *alg, const uint8_t *spki, size_t spki_len,
    const void *text, size_t len, const uint8_t *sig, size_t sig_len)
{
	bool ed = strcmp(alg, "ed25519") == 0;
	const uint8_t *p = spki;
	EVP_PKEY *key = NULL;
	EVP_MD_CTX *ctx = NULL;
	int ret = -1;

	if (!ed && strcmp(alg, "ecdsa-p256") != 0)
		return -1;
	if (ed ? sig_len != 64 : !ecdsa_canonical(sig, sig_len))
		goto out;
	if (spki_len > 1024)
		goto out;
	key = d2i_PUBKEY(NULL, &p, (long)spki_len);
	if (key == NULL || !key_fits(key, alg, spki, spki_len))
		goto out;
	ctx = EVP_MD_CTX_new();
	if (ctx != NULL &&
	    EVP_DigestVerifyInit(
		ctx, NULL, ed ? NULL : EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, sig, sig_len, text, len) == 1)
		ret = 0;
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ret;
}
