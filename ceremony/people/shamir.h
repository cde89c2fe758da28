/* SPDX-License-Identifier: MIT */
/*
 * Shamir's sharing over GF(2^8), polynomial 0x11b, byte by byte.  Nothing
 * here depends on a secret in its time or in the places it touches.  A set
 * of n shares has x = 1 ... n; any m of them give the secret, fewer give
 * nothing.
 */
#ifndef TACHIAI_SHAMIR_H
#define TACHIAI_SHAMIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHAMIR_N   16 /* shares of a set, at most */
#define SHAMIR_LEN 64 /* bytes of a secret, at most */

/* Product in the field. */
uint8_t shamir_mul(uint8_t a, uint8_t b);
/* a^254: the inverse, 0 for 0. */
uint8_t shamir_inverse(uint8_t a);

/*
 * Split secret[0..len) into n shares of len bytes, share x at
 * out[(x - 1) * len].  `random` is (m - 1) * len fresh random bytes, good
 * for one split.  2 <= m <= n <= SHAMIR_N, 1 <= len <= SHAMIR_LEN; 0, or -1
 * and out untouched.
 */
int shamir_split(const uint8_t *secret, size_t len, unsigned m, unsigned n,
    const uint8_t *random, uint8_t *out);

/*
 * Join m shares of len bytes with their places x.  0, or -1 when a place is
 * 0 or stands twice, or a bound is passed; out is written on success only.
 */
int shamir_join(const uint8_t *x, const uint8_t *const *share, unsigned m,
    size_t len, uint8_t *out);

/*
 * Every m of the n shares of shamir_split() give back the secret, and no
 * m - 1 of them do (which for secrets of a byte or two may happen by
 * chance, and for 32 bytes does not).
 */
bool shamir_check(const uint8_t *secret, size_t len, unsigned m, unsigned n,
    const uint8_t *shares);

#endif
