/* SPDX-License-Identifier: MIT */
/*
 * GF(256) with the polynomial x^8+x^4+x^3+x^2+1 (0x11d): the arithmetic of
 * the rateless code.  Nothing here is secret, so time may depend on values.
 */
#ifndef TACHIAI_GF256_H
#define TACHIAI_GF256_H

#include <stddef.h>
#include <stdint.h>

uint8_t gf256_mul(uint8_t a, uint8_t b);
uint8_t gf256_inv(uint8_t a); /* a is not 0 */

/* to[i] += c * from[i]; to[i] *= c. */
void gf256_add_row(uint8_t *to, const uint8_t *from, uint8_t c, size_t len);
void gf256_mul_row(uint8_t *to, uint8_t c, size_t len);

#endif
