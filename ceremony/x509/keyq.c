/* SPDX-License-Identifier: MIT */
/*
 * Key quality.  Invariant: every rule gets a row for every key, and a rule
 * that does not concern the type says so.  Nothing here draws randomness:
 * powers are found by integer roots, not by primality tests.
 */
#include "ceremony/x509/keyq.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define FERMAT_ROUNDS 100
#define SMALL_FACTOR  752
#define ROCA_PRIME    167 /* the last prime of its smallest primorial */

static bool
small_prime(unsigned n)
{
	if (n < 2)
		return false;
	for (unsigned d = 2; d * d <= n; d++)
		if (n % d == 0)
			return false;
	return true;
}

static unsigned
modulo(struct span n, unsigned m)
{
	unsigned r = 0;

	for (size_t i = 0; i < n.len; i++)
		r = (r << 8 | n.p[i]) % m;
	return r;
}

/* out = the largest x with x^k <= n, found bit by bit.  0 or -1. */
static int
root_of(BIGNUM *out, const BIGNUM *n, unsigned k, BN_CTX *ctx)
{
	int bits = BN_num_bits(n) / (int)k + 1;
	BIGNUM *power = BN_CTX_get(ctx);

	if (power == NULL)
		return -1;
	BN_zero(out);
	for (int bit = bits; bit >= 0; bit--) {
		bool over = false;

		if (BN_set_bit(out, bit) != 1 || BN_copy(power, out) == NULL)
			return -1;
		for (unsigned i = 1; i < k && !over; i++) {
			if (BN_mul(power, power, out, ctx) != 1)
				return -1;
			over = BN_num_bits(power) > BN_num_bits(n);
		}
		if (over || BN_cmp(power, n) > 0)
			BN_clear_bit(out, bit);
	}
	return 0;
}

/* n is x^k for some k > 1.  Small factors were ruled out before. */
static bool
is_power(const BIGNUM *n, BN_CTX *ctx)
{
	unsigned most = (unsigned)BN_num_bits(n) / 9;
	BIGNUM *root, *power;
	bool found = false;

	BN_CTX_start(ctx);
	root = BN_CTX_get(ctx);
	power = BN_CTX_get(ctx);
	for (unsigned k = 2; power != NULL && k <= most && !found; k++) {
		if (!small_prime(k))
			continue;
		BN_CTX_start(ctx);
		if (root_of(root, n, k, ctx) == 0 &&
		    BN_copy(power, root) != NULL) {
			for (unsigned i = 1; i < k; i++)
				if (BN_mul(power, power, root, ctx) != 1)
					break;
			found = BN_cmp(power, n) == 0;
		}
		BN_CTX_end(ctx);
	}
	BN_CTX_end(ctx);
	return found;
}

/* out = floor(sqrt(n)) by Newton's method from above. */
static int
square_root(BIGNUM *out, const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *next = BN_CTX_get(ctx);

	if (next == NULL)
		return -1;
	BN_zero(out);
	if (BN_set_bit(out, (BN_num_bits(n) + 1) / 2) != 1)
		return -1;
	for (;;) {
		if (BN_div(next, NULL, n, out, ctx) != 1 ||
		    BN_add(next, next, out) != 1 || BN_rshift1(next, next) != 1)
			return -1;
		if (BN_cmp(next, out) >= 0)
			return 0;
		if (BN_copy(out, next) == NULL)
			return -1;
	}
}

/* a^2 - n is a square within the rounds: the primes are too close. */
static bool
fermat_factors(const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *a, *rest, *root, *square;
	bool found = false;

	BN_CTX_start(ctx);
	a = BN_CTX_get(ctx);
	rest = BN_CTX_get(ctx);
	root = BN_CTX_get(ctx);
	square = BN_CTX_get(ctx);
	if (square == NULL || square_root(a, n, ctx) != 0)
		goto out;
	for (int i = 0; i < FERMAT_ROUNDS && !found; i++) {
		BN_CTX_start(ctx);
		if (BN_sqr(rest, a, ctx) == 1 && BN_sub(rest, rest, n) == 1 &&
		    !BN_is_negative(rest) &&
		    square_root(root, rest, ctx) == 0 &&
		    BN_sqr(square, root, ctx) == 1)
			found = BN_cmp(square, rest) == 0;
		BN_CTX_end(ctx);
		(void)BN_add_word(a, 1);
	}
out:
	BN_CTX_end(ctx);
	return found;
}

/*
 * ROCA (CVE-2017-15361): the faulty generator makes primes that are powers
 * of 65537 modulo a product of small primes, so the modulus is one too,
 * modulo each of them.  By chance: less than one in 2^27.
 */
static bool
roca_fingerprint(struct span n)
{
	for (unsigned p = 3; p <= ROCA_PRIME; p++) {
		unsigned want, power = 1;
		bool found = false;

		if (!small_prime(p))
			continue;
		want = modulo(n, p);
		do {
			found = found || power == want;
			power = power * (65537 % p) % p;
		} while (power != 1 && power != 0);
		if (!found)
			return false;
	}
	return true;
}

static void
put(struct keyq *q, const char *rule, const char *what,
    enum keyq_verdict verdict, const char *why)
{
	struct keyq_row *r = &q->row[q->n++];

	r->rule = rule;
	r->what = what;
	r->verdict = verdict;
	r->why = why;
	switch (verdict) {
	case KEYQ_GOOD:
		q->good++;
		break;
	case KEYQ_NONE:
		q->none++;
		break;
	case KEYQ_MANUAL:
		q->manual++;
		break;
	case KEYQ_WARN:
		q->warned++;
		break;
	case KEYQ_BAD:
		q->bad++;
		break;
	}
}

static void
put_or(struct keyq *q, const char *rule, const char *what, bool concerns,
    const char *bad)
{
	enum keyq_verdict v = bad != NULL ? KEYQ_BAD : KEYQ_GOOD;

	put(q, rule, what, concerns ? v : KEYQ_NONE, concerns ? bad : NULL);
}

static void
check_exponent(const struct spki *k, struct keyq *q)
{
	struct span x = k->exponent;
	bool small = x.len < 3 || (x.len == 3 && x.p[0] == 0);

	if (x.len == 0 || x.p[x.len - 1] % 2 == 0 || (x.len == 1 && x.p[0] < 3))
		put(q, "KEY-2", "keyq.exponent", KEYQ_BAD, "keyq.bad.exponent");
	else if (small || x.len > 32)
		put(q, "KEY-2", "keyq.exponent", KEYQ_WARN,
		    "keyq.odd.exponent");
	else
		put(q, "KEY-2", "keyq.exponent", KEYQ_GOOD, NULL);
}

unsigned
keyq_small_factor(const struct spki *k)
{
	for (unsigned p = 2; p < SMALL_FACTOR; p++)
		if (small_prime(p) && modulo(k->modulus, p) == 0)
			return p;
	return 0;
}

static const char *
bad_modulus(const struct spki *k, const BIGNUM *bn, BN_CTX *ctx)
{
	switch (keyq_small_factor(k)) {
	case 0:
		return is_power(bn, ctx) ? "keyq.bad.power" : NULL;
	case 2:
		return "keyq.bad.even";
	default:
		return "keyq.bad.factor";
	}
}

static void
check_rsa(const struct spki *k, struct keyq *q)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *n = BN_bin2bn(k->modulus.p, (int)k->modulus.len, NULL);
	const char *size = NULL;

	if (ctx == NULL || n == NULL)
		abort();
	if (k->bits < 2048)
		size = "keyq.bad.short";
	else if (k->bits % 8 != 0)
		size = "keyq.bad.uneven";
	put_or(q, "KEY-1", "keyq.size", true, size);
	check_exponent(k, q);
	put_or(q, "KEY-3", "keyq.modulus", true, bad_modulus(k, n, ctx));
	put_or(q, "KEY-4", "keyq.roca", true,
	    roca_fingerprint(k->modulus) ? "keyq.bad.roca" : NULL);
	put_or(q, "KEY-5", "keyq.fermat", true,
	    fermat_factors(n, ctx) ? "keyq.bad.fermat" : NULL);
	put(q, "KEY-6", "keyq.debian", KEYQ_MANUAL, NULL);
	put_or(q, "KEY-7", "keyq.point", false, NULL);
	BN_free(n);
	BN_CTX_free(ctx);
}

/* SP 800-56A 5.6.2.3.3: in range, on the curve, of the right order. */
static bool
point_valid(const struct spki *k)
{
	const unsigned char *p = k->der.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)k->der.len);
	EVP_PKEY_CTX *ctx = NULL;
	bool good = false;

	if (key != NULL)
		ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (ctx != NULL)
		good = EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

static const char *
bad_point(const struct spki *k)
{
	size_t whole = 1 + 2 * (size_t)((k->bits + 7) / 8);

	if (k->key.len == 1 && k->key.p[0] == 0)
		return "keyq.bad.infinity";
	if (k->key.len > 0 && (k->key.p[0] == 2 || k->key.p[0] == 3))
		return "keyq.bad.compressed";
	if (k->key.len != whole || k->key.p[0] != 4 || !point_valid(k))
		return "keyq.bad.point";
	return NULL;
}

void
keyq_check(const struct spki *k, bool web, struct keyq *out)
{
	bool ec = k->type == KEY_EC;
	bool rare = k->type == KEY_ED25519 || k->type == KEY_ED448;

	memset(out, 0, sizeof(*out));
	if (k->type == KEY_RSA) {
		check_rsa(k, out);
	} else {
		put_or(out, "KEY-1", "keyq.size", false, NULL);
		put_or(out, "KEY-2", "keyq.exponent", false, NULL);
		put_or(out, "KEY-3", "keyq.modulus", false, NULL);
		put_or(out, "KEY-4", "keyq.roca", false, NULL);
		put_or(out, "KEY-5", "keyq.fermat", false, NULL);
		put_or(out, "KEY-6", "keyq.debian", false, NULL);
		put_or(
		    out, "KEY-7", "keyq.point", ec, ec ? bad_point(k) : NULL);
	}
	put_or(out, "KEY-8", "keyq.algorithm", web,
	    rare ? "keyq.bad.algorithm" : NULL);
	/* spki_parse() lets nothing else in. */
	put_or(out, "KEY-9", "keyq.encoding", true, NULL);
}

const struct keyq_row *
keyq_first_bad(const struct keyq *q)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->row[i].verdict == KEYQ_BAD)
			return &q->row[i];
	return NULL;
}
