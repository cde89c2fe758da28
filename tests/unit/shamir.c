/* SPDX-License-Identifier: MIT */
/* Shamir: the field against its definition, every subset, every bound. */
#include "ceremony/people/shamir.h"

#include "tests/unit/test.h"

/* Bytes that look random and are the same every time. */
static uint32_t seed = 1;

static void
fill(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (uint8_t)(seed >> 24);
	}
}

/* Schoolbook product, then reduced: another way than the module's. */
static uint8_t
product(uint8_t a, uint8_t b)
{
	unsigned r = 0;

	for (int i = 0; i < 8; i++)
		if ((b >> i & 1) != 0)
			r ^= (unsigned)a << i;
	for (int i = 14; i >= 8; i--)
		if ((r >> i & 1) != 0)
			r ^= 0x11bu << (i - 8);
	return (uint8_t)r;
}

static void
field(void)
{
	int wrong = 0;

	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++)
			wrong += shamir_mul((uint8_t)a, (uint8_t)b) !=
			    product((uint8_t)a, (uint8_t)b);
		wrong += shamir_mul((uint8_t)a, shamir_inverse((uint8_t)a)) !=
		    (a != 0);
	}
	CHECK("every product and inverse", wrong == 0);
	CHECK("the example of FIPS 197", shamir_mul(0x57, 0x83) == 0xc1);
}

static void
every_set(void)
{
	int wrong = 0, spoilt = 0;

	for (unsigned n = 2; n <= 7; n++)
		for (unsigned m = 2; m <= n; m++) {
			uint8_t s[32], r[32 * 6], out[32 * 7];

			fill(s, sizeof(s));
			fill(r, sizeof(r));
			wrong += shamir_split(s, 32, m, n, r, out) != 0;
			wrong += !shamir_check(s, 32, m, n, out);
			for (unsigned i = 0; i < n; i++) {
				out[i * 32 + 7] ^= 1;
				spoilt += shamir_check(s, 32, m, n, out);
				out[i * 32 + 7] ^= 1;
			}
			/* Claimed as one fewer, or dealt as one fewer. */
			if (m > 2)
				wrong += shamir_check(s, 32, m - 1, n, out);
			if (m < n)
				wrong += shamir_check(s, 32, m + 1, n, out);
		}
	CHECK("every m of every n joins, and m - 1 do not", wrong == 0);
	CHECK("one spoilt bit is found", spoilt == 0);
}

static void
most(void)
{
	uint8_t s[32], r[32 * 15], out[32 * 16];

	fill(s, sizeof(s));
	fill(r, sizeof(r));
	CHECK("sixteen of sixteen",
	    shamir_split(s, 32, 16, 16, r, out) == 0 &&
		shamir_check(s, 32, 16, 16, out));
	CHECK("eight of sixteen",
	    shamir_split(s, 32, 8, 16, r, out) == 0 &&
		shamir_check(s, 32, 8, 16, out));
}

static void
order(void)
{
	uint8_t s[32], r[64], out[32 * 5], got[32];
	const uint8_t x[3] = { 5, 1, 4 };
	const uint8_t *share[3] = { out + 4 * 32, out, out + 3 * 32 };

	fill(s, sizeof(s));
	fill(r, sizeof(r));
	shamir_split(s, 32, 3, 5, r, out);
	CHECK("in any order",
	    shamir_join(x, share, 3, 32, got) == 0 && memcmp(got, s, 32) == 0);
}

static const struct {
	const char *name;
	uint8_t x[3];
	unsigned m;
	size_t len;
} REFUSED[] = {
	{ "place 0", { 1, 0, 2 }, 3, 32 },
	{ "a place twice", { 1, 2, 1 }, 3, 32 },
	{ "one share", { 1 }, 1, 32 },
	{ "no length", { 1, 2, 3 }, 3, 0 },
	{ "too long", { 1, 2, 3 }, 3, SHAMIR_LEN + 1 },
};

static void
bounds(void)
{
	uint8_t s[SHAMIR_LEN + 1] = { 0 }, out[SHAMIR_LEN * 3], got[65];
	const uint8_t *share[3] = { s, s, s };

	for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		memset(got, 0xee, sizeof(got));
		CHECK(REFUSED[i].name,
		    shamir_join(REFUSED[i].x, share, REFUSED[i].m,
			REFUSED[i].len, got) == -1 &&
			got[0] == 0xee);
	}
	CHECK("m of one", shamir_split(s, 32, 1, 3, s, out) == -1);
	CHECK("more needed than there are",
	    shamir_split(s, 32, 4, 3, s, out) == -1);
	CHECK("seventeen", shamir_split(s, 32, 2, 17, s, out) == -1);
}

int
main(void)
{
	field();
	every_set();
	most();
	order();
	bounds();
	return test_end();
}
