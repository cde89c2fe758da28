/* SPDX-License-Identifier: MIT */
/*
 * Key quality: the negative corpus of keys, each with the one rule that
 * must say so.  Moduli are made here, by arithmetic, from real primes.
 */
#include <openssl/bn.h>

#include "ceremony/base/codec.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

static enum keyq_verdict
verdict(const struct keyq *q, const char *rule, const char **why)
{
	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->row[i].rule, rule) == 0) {
			*why = q->row[i].why;
			return q->row[i].verdict;
		}
	*why = NULL;
	return KEYQ_NONE;
}

/* The key of modulus n and exponent e gives this verdict under the rule. */
static void
rsa(const char *name, const BIGNUM *n, unsigned long exponent, const char *rule,
    enum keyq_verdict want, const char *want_why)
{
	uint8_t modulus[2048], exp[8];
	int n_len = BN_bn2bin(n, modulus), e_len;
	BIGNUM *x = BN_new();
	struct buf der = BUF_INIT;
	const char *why;
	struct spki k;
	struct keyq q;
	struct err e;
	enum keyq_verdict got = KEYQ_NONE;

	(void)BN_set_word(x, exponent);
	e_len = BN_bn2bin(x, exp);
	if (spki_from_rsa(
		modulus, (size_t)n_len, exp, (size_t)e_len, &der, &e) == 0 &&
	    spki_parse(span_of(&der), &k, &e) == 0) {
		keyq_check(&k, true, &q);
		got = verdict(&q, rule, &why);
		CHECK(name,
		    got == want &&
			(want_why == NULL ||
			    (why != NULL && strcmp(why, want_why) == 0)));
	} else {
		CHECK(name, false);
	}
	BN_free(x);
	buf_free(&der);
}

static BIGNUM *
prime(int bits)
{
	BIGNUM *p = BN_new();

	if (BN_generate_prime_ex(p, bits, 0, NULL, NULL, NULL) != 1)
		abort();
	return p;
}

/* The next primes at or after p are near enough for Fermat. */
static BIGNUM *
next_prime(const BIGNUM *p, BN_CTX *ctx)
{
	BIGNUM *q = BN_dup(p);

	do
		(void)BN_add_word(q, 2);
	while (BN_check_prime(q, ctx, NULL) != 1);
	return q;
}

/* A number that is a power of 65537 modulo every odd prime to 167. */
static BIGNUM *
roca_number(int bits, BN_CTX *ctx)
{
	BIGNUM *m = BN_new(), *n = BN_new(), *g = BN_new(), *x = BN_new();

	(void)BN_set_word(m, 2);
	for (unsigned p = 3; p <= 167; p++) {
		bool is = true;

		for (unsigned d = 2; d * d <= p; d++)
			is = is && p % d != 0;
		if (is)
			(void)BN_mul_word(m, p);
	}
	(void)BN_set_word(g, 65537);
	(void)BN_set_word(x, 123457);
	if (BN_mod_exp(n, g, x, m, ctx) != 1)
		abort();
	/* n + k * m has the wanted length and the same residues. */
	(void)BN_set_word(x, 1);
	(void)BN_lshift(x, x, bits - BN_num_bits(m));
	(void)BN_add_word(x, 12345);
	(void)BN_mul(x, x, m, ctx);
	(void)BN_add(n, n, x);
	BN_free(x);
	BN_free(g);
	BN_free(m);
	return n;
}

static void
rsa_rows(void)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = prime(1024), *q = prime(1024), *n = BN_new(),
	       *near = next_prime(p, ctx), *x = BN_new(), *third = prime(683);

	(void)BN_mul(n, p, q, ctx);
	rsa("good modulus: size", n, 65537, "KEY-1", KEYQ_GOOD, NULL);
	rsa("good modulus: factors", n, 65537, "KEY-3", KEYQ_GOOD, NULL);
	rsa("good modulus: ROCA", n, 65537, "KEY-4", KEYQ_GOOD, NULL);
	rsa("good modulus: Fermat", n, 65537, "KEY-5", KEYQ_GOOD, NULL);
	rsa("Debian keys are for a person", n, 65537, "KEY-6", KEYQ_MANUAL,
	    NULL);
	rsa("e = 1", n, 1, "KEY-2", KEYQ_BAD, "keyq.bad.exponent");
	rsa("e = 2", n, 2, "KEY-2", KEYQ_BAD, "keyq.bad.exponent");
	rsa("e = 3", n, 3, "KEY-2", KEYQ_WARN, "keyq.odd.exponent");
	rsa("e = 65536", n, 65536, "KEY-2", KEYQ_BAD, "keyq.bad.exponent");
	rsa("e = 65537", n, 65537, "KEY-2", KEYQ_GOOD, NULL);
	(void)BN_rshift1(x, n);
	(void)BN_set_bit(x, 0);
	rsa("2047 bits", x, 65537, "KEY-1", KEYQ_BAD, "keyq.bad.short");
	(void)BN_rshift(x, n, 1024);
	(void)BN_set_bit(x, 0);
	rsa("1024 bits", x, 65537, "KEY-1", KEYQ_BAD, "keyq.bad.short");
	(void)BN_lshift(x, n, 4);
	(void)BN_add_word(x, 1);
	rsa("2052 bits", x, 65537, "KEY-1", KEYQ_BAD, "keyq.bad.uneven");
	(void)BN_lshift(x, n, 8);
	(void)BN_add_word(x, 1);
	rsa("2056 bits", x, 65537, "KEY-1", KEYQ_GOOD, NULL);
	(void)BN_copy(x, n);
	(void)BN_clear_bit(x, 0);
	rsa("even modulus", x, 65537, "KEY-3", KEYQ_BAD, "keyq.bad.even");
	(void)BN_copy(x, n);
	(void)BN_mul_word(x, 751);
	rsa("factor 751", x, 65537, "KEY-3", KEYQ_BAD, "keyq.bad.factor");
	(void)BN_sqr(x, p, ctx);
	rsa("square of a prime", x, 65537, "KEY-3", KEYQ_BAD, "keyq.bad.power");
	(void)BN_sqr(x, third, ctx);
	(void)BN_mul(x, x, third, ctx);
	rsa("third power of a prime", x, 65537, "KEY-3", KEYQ_BAD,
	    "keyq.bad.power");
	(void)BN_mul(x, p, near, ctx);
	rsa("primes too close", x, 65537, "KEY-5", KEYQ_BAD, "keyq.bad.fermat");
	BN_free(x);
	x = roca_number(2048, ctx);
	rsa("ROCA", x, 65537, "KEY-4", KEYQ_BAD, "keyq.bad.roca");
	(void)BN_add_word(x, 2);
	rsa("beside ROCA", x, 65537, "KEY-4", KEYQ_GOOD, NULL);
	BN_free(third);
	BN_free(x);
	BN_free(near);
	BN_free(n);
	BN_free(q);
	BN_free(p);
	BN_CTX_free(ctx);
}

/* The SPKI of a curve with any octets as its point. */
static void
with_point(const char *curve, const uint8_t *point, size_t len, struct buf *out)
{
	struct soft_key k;
	struct buf body = BUF_INIT;

	soft_key_new(&k, curve);
	buf_add(&body, k.parsed.alg.p, k.parsed.alg.len);
	der_put_bits(&body, point, len);
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&body);
	soft_key_free(&k);
}

static void
point(const char *name, const uint8_t *octets, size_t len, const char *want_why)
{
	struct buf der = BUF_INIT;
	const char *why = NULL;
	struct spki k;
	struct keyq q;
	struct err e;
	bool good;

	with_point("P-256", octets, len, &der);
	good = spki_parse(span_of(&der), &k, &e) == 0;
	if (good) {
		keyq_check(&k, true, &q);
		good = verdict(&q, "KEY-7", &why) ==
			(want_why != NULL ? KEYQ_BAD : KEYQ_GOOD) &&
		    (want_why == NULL || strcmp(why, want_why) == 0);
	}
	CHECK(name, good);
	buf_free(&der);
}

static void
ec_rows(void)
{
	struct soft_key k;
	uint8_t octets[65];

	soft_key_new(&k, "P-256");
	memcpy(octets, k.parsed.key.p, sizeof(octets));
	point("good point", octets, 65, NULL);
	octets[64] ^= 1;
	point("point off the curve", octets, 65, "keyq.bad.point");
	octets[64] ^= 1;
	memset(octets + 1, 0xff, 32);
	point("coordinate out of range", octets, 65, "keyq.bad.point");
	point(
	    "point at infinity", (const uint8_t *)"\0", 1, "keyq.bad.infinity");
	memcpy(octets, k.parsed.key.p, sizeof(octets));
	octets[0] = (uint8_t)(2 + (octets[64] & 1));
	point("compressed point", octets, 33, "keyq.bad.compressed");
	octets[0] = 4;
	point("point cut short", octets, 64, "keyq.bad.point");
	soft_key_free(&k);
}

/* Algorithms that the strict parser does not let in at all. */
static void
form(const char *name, const char *hex, const char *id)
{
	uint8_t der[600];
	size_t len = strlen(hex) / 2;
	struct span s = { der, len };
	struct spki k;
	struct err e = { 0 };

	if (hex_decode(der, len, hex, strlen(hex)) != 0)
		abort();
	CHECK(name, spki_parse(s, &k, &e) == -1 && strcmp(e.id, id) == 0);
}

static void
forms(void)
{
	struct soft_key k;
	struct keyq q;
	const char *why;

	form("secp256k1", "3016301006072a8648ce3d020106052b8104000a03020004",
	    "spki.algorithm");
	form("explicit curve", "3014300e06072a8648ce3d0201300302010103020004",
	    "spki.algorithm");
	form("no NULL behind RSA", "3011300b06092a864886f70d01010103020030",
	    "spki.algorithm");
	form("RSASSA-PSS key", "3013300d06092a864886f70d01010a050003020030",
	    "spki.algorithm");
	form("trailing octet", "301306072a8648ce3d020106082a8648ce3d03010700",
	    "spki.form");
	form("cut short", "30", "spki.form");
	soft_key_new(&k, "ED25519");
	keyq_check(&k.parsed, true, &q);
	CHECK("Ed25519 in the web PKI",
	    verdict(&q, "KEY-8", &why) == KEYQ_BAD && q.bad == 1 &&
		strcmp(keyq_first_bad(&q)->rule, "KEY-8") == 0);
	keyq_check(&k.parsed, false, &q);
	CHECK("Ed25519 elsewhere", q.bad == 0 && keyq_first_bad(&q) == NULL);
	soft_key_free(&k);
	soft_key_new(&k, "P-384");
	keyq_check(&k.parsed, true, &q);
	CHECK("nine rows for every key",
	    q.n == 9 && q.bad == 0 && q.good + q.none + q.manual == 9);
	soft_key_free(&k);
}

int
main(void)
{
	rsa_rows();
	ec_rows();
	forms();
	return test_end();
}
