/* SPDX-License-Identifier: MIT */
/*
 * Shamir over GF(2^8).  Invariant: no branch and no address depends on a
 * byte of a secret, a share or a coefficient; what was worked with is
 * cleansed.  Places x are public.
 */
#include "ceremony/people/shamir.h"

#include <openssl/crypto.h>
#include <string.h>

uint8_t
shamir_mul(uint8_t a, uint8_t b)
{
	unsigned x = a, y = b, r = 0;

	for (int i = 0; i < 8; i++) {
		r ^= x & (0u - (y & 1));
		x = (x << 1) ^ (0x11bu & (0u - (x >> 7)));
		y >>= 1;
	}
	return (uint8_t)r;
}

uint8_t
shamir_inverse(uint8_t a)
{
	uint8_t square = a, r = 1;

	/* 254 = 2 + 4 + 8 + ... + 128 */
	for (int i = 0; i < 7; i++) {
		square = shamir_mul(square, square);
		r = shamir_mul(r, square);
	}
	return r;
}

int
shamir_split(const uint8_t *secret, size_t len, unsigned m, unsigned n,
    const uint8_t *random, uint8_t *out)
{
	if (m < 2 || n < m || n > SHAMIR_N || len == 0 || len > SHAMIR_LEN)
		return -1;
	for (unsigned x = 1; x <= n; x++)
		for (size_t i = 0; i < len; i++) {
			uint8_t y = 0;

			/* Horner, the highest coefficient first. */
			for (unsigned k = m - 1; k > 0; k--)
				y = shamir_mul(
				    (uint8_t)x, y ^ random[(k - 1) * len + i]);
			out[(x - 1) * len + i] = y ^ secret[i];
		}
	return 0;
}

static bool
places_good(const uint8_t *x, unsigned m)
{
	for (unsigned i = 0; i < m; i++) {
		if (x[i] == 0)
			return false;
		for (unsigned j = 0; j < i; j++)
			if (x[i] == x[j])
				return false;
	}
	return true;
}

int
shamir_join(const uint8_t *x, const uint8_t *const *share, unsigned m,
    size_t len, uint8_t *out)
{
	uint8_t sum[SHAMIR_LEN] = { 0 };

	if (m < 2 || m > SHAMIR_N || len == 0 || len > SHAMIR_LEN ||
	    !places_good(x, m))
		return -1;
	for (unsigned i = 0; i < m; i++) {
		uint8_t basis = 1; /* Lagrange at 0 */

		for (unsigned j = 0; j < m; j++)
			if (j != i)
				basis = shamir_mul(basis,
				    shamir_mul(
					x[j], shamir_inverse(x[j] ^ x[i])));
		for (size_t k = 0; k < len; k++)
			sum[k] ^= shamir_mul(basis, share[i][k]);
	}
	memcpy(out, sum, len);
	OPENSSL_cleanse(sum, sizeof(sum));
	return 0;
}

/* Whether the shares whose bits stand in `set` give the secret. */
static bool
subset_joins(unsigned set, unsigned n, size_t len, const uint8_t *shares,
    const uint8_t *secret)
{
	const uint8_t *share[SHAMIR_N] = { NULL };
	uint8_t x[SHAMIR_N] = { 0 }, got[SHAMIR_LEN];
	unsigned m = 0;
	bool same;

	for (unsigned i = 0; i < n; i++)
		if ((set >> i & 1) != 0) {
			x[m] = (uint8_t)(i + 1);
			share[m++] = shares + i * len;
		}
	if (m == 1) /* a line through one point only: the point itself */
		return CRYPTO_memcmp(share[0], secret, len) == 0;
	same = shamir_join(x, share, m, len, got) == 0 &&
	    CRYPTO_memcmp(got, secret, len) == 0;
	OPENSSL_cleanse(got, sizeof(got));
	return same;
}

bool
shamir_check(const uint8_t *secret, size_t len, unsigned m, unsigned n,
    const uint8_t *shares)
{
	if (m < 2 || n < m || n > SHAMIR_N || len == 0 || len > SHAMIR_LEN)
		return false;
	for (unsigned set = 1; set < 1u << n; set++) {
		unsigned size = (unsigned)__builtin_popcount(set);

		if (size != m && size != m - 1)
			continue;
		if (subset_joins(set, n, len, shares, secret) != (size == m))
			return false;
	}
	return true;
}
