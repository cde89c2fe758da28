/* SPDX-License-Identifier: MIT */
/*
 * Throw-away public keys, for trying a profile before any key exists (BR
 * 4.3.1.2 allows a dummy key or a static signature value).  Invariant: the
 * same profile always gives the same bytes, every rule on key quality is
 * met, and nobody draws a random number: an EC key is the base point or its
 * inverse, an RSA modulus is a stretch of SHA-256, a composite nobody has
 * factored.
 */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/digest.h"
#include "ceremony/base/json.h"
#include "ceremony/x509/keyq.h"

#define DUMMY_RSA_MAX 2048

static int
unknown(const char *type, struct err *e)
{
	return err_set(e, ERR_REFUSED, "spki.algorithm", "found",
	    type != NULL ? type : "?", NULL);
}

/* len octets of SHA-256(label, which, counter). */
static void
stretch(unsigned which, uint8_t *out, size_t len)
{
	uint8_t digest[SHA256_LEN];
	char seed[64];

	for (size_t at = 0; at < len; at += SHA256_LEN) {
		size_t n = len - at < SHA256_LEN ? len - at : SHA256_LEN;

		snprintf(
		    seed, sizeof(seed), "throw-away key %u %zu", which, at);
		sha256(digest, seed, strlen(seed));
		memcpy(out + at, digest, n);
	}
}

static int
dummy_rsa(unsigned bits, unsigned which, struct buf *out, struct err *e)
{
	static const uint8_t F4[] = { 1, 0, 1 };
	uint8_t n[DUMMY_RSA_MAX] = { 0 };
	size_t len = bits / 8;

	if (bits < 1024 || bits % 8 != 0 || len > sizeof(n))
		return unknown("rsa", e);
	stretch(which, n, len);
	n[0] |= 0x80;
	n[len - 1] |= 1;
	/* The next odd numbers until one has no fault. */
	for (int i = 0; i < 100000; i++) {
		struct buf der = BUF_INIT;
		struct spki k;
		struct keyq q;
		bool good;

		if (spki_from_rsa(n, len, F4, sizeof(F4), &der, e) != 0 ||
		    spki_parse(span_of(&der), &k, e) != 0) {
			buf_free(&der);
			return -1;
		}
		good = keyq_small_factor(&k) == 0;
		if (good)
			keyq_check(&k, true, &q);
		if (good && (q.bad == 0 || bits < 2048)) {
			buf_add(out, der.data, der.len);
			buf_free(&der);
			return 0;
		}
		buf_free(&der);
		for (size_t at = len, carry = 2; at-- > 0 && carry > 0;) {
			carry += n[at];
			n[at] = (uint8_t)carry;
			carry >>= 8;
		}
	}
	return unknown("rsa", e);
}

static int
dummy_ec(const char *curve, unsigned which, struct buf *out, struct err *e)
{
	int nid = curve != NULL ? EC_curve_nist2nid(curve) : NID_undef;
	EC_GROUP *group = NULL;
	EC_POINT *point = NULL;
	uint8_t octets[133];
	size_t len = 0;
	int ret = -1;

	if (nid != NID_undef)
		group = EC_GROUP_new_by_curve_name(nid);
	if (group != NULL)
		point = EC_POINT_dup(EC_GROUP_get0_generator(group), group);
	if (point == NULL)
		goto out;
	if (which % 2 == 1 && EC_POINT_invert(group, point, NULL) != 1)
		goto out;
	len = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
	    octets, sizeof(octets), NULL);
	if (len > 0)
		ret = spki_from_point(KEY_EC, curve, octets, len, out, e);
out:
	if (ret != 0)
		unknown(curve, e);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	ERR_clear_error();
	return ret;
}

int
spki_dummy(
    const struct json *key, unsigned which, struct buf *out, struct err *e)
{
	const char *type = json_get_str(key, "type");
	uint8_t raw[57];

	if (type == NULL)
		return unknown(type, e);
	if (strcmp(type, "ec") == 0)
		return dummy_ec(json_get_str(key, "curve"), which, out, e);
	if (strcmp(type, "rsa") == 0)
		return dummy_rsa(
		    (unsigned)json_get_int(key, "bits", 0), which, out, e);
	stretch(which, raw, sizeof(raw));
	if (strcmp(type, "ed25519") == 0)
		return spki_from_point(KEY_ED25519, NULL, raw, 32, out, e);
	if (strcmp(type, "ed448") == 0)
		return spki_from_point(KEY_ED448, NULL, raw, 57, out, e);
	return unknown(type, e);
}
