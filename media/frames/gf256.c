/* SPDX-License-Identifier: MIT */
/*
 * GF(256).  A row is multiplied through a table of all products of its one
 * factor, made for the call: 256 bytes, against rows of hundreds.
 */
#include "media/frames/gf256.h"

#define POLYNOMIAL 0x1d /* without its x^8 */

uint8_t
gf256_mul(uint8_t a, uint8_t b)
{
	uint8_t product = 0;

	for (; b != 0; b >>= 1) {
		if (b & 1)
			product ^= a;
		a = (uint8_t)(a << 1 ^ (a & 0x80 ? POLYNOMIAL : 0));
	}
	return product;
}

uint8_t
gf256_inv(uint8_t a)
{
	uint8_t power = 1;

	/* a^254: the group has 255 elements. */
	for (int i = 0; i < 254; i++)
		power = gf256_mul(power, a);
	return power;
}

/* Products of c with every byte: of its bits, then of their sums. */
static void
products(uint8_t table[static 256], uint8_t c)
{
	table[0] = 0;
	for (unsigned bit = 1; bit < 256; bit <<= 1) {
		for (unsigned i = 0; i < bit; i++)
			table[bit + i] = table[i] ^ c;
		c = gf256_mul(c, 2);
	}
}

void
gf256_add_row(uint8_t *to, const uint8_t *from, uint8_t c, size_t len)
{
	uint8_t table[256];

	if (c == 0)
		return;
	if (c == 1) {
		for (size_t i = 0; i < len; i++)
			to[i] ^= from[i];
		return;
	}
	products(table, c);
	for (size_t i = 0; i < len; i++)
		to[i] ^= table[from[i]];
}

void
gf256_mul_row(uint8_t *to, uint8_t c, size_t len)
{
	uint8_t table[256];

	products(table, c);
	for (size_t i = 0; i < len; i++)
		to[i] = table[to[i]];
}
