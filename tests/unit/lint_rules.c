/* SPDX-License-Identifier: MIT */
/*
 * Every rule over certificates, for every kind and both packs: the good ones
 * pass, and for each row of the table something makes it fire.
 */
#include <openssl/bn.h>

#include "tests/unit/lint_world.h"
#include "tests/unit/test.h"

static void
good_ones(void)
{
	static const struct {
		const char *name;
		unsigned pack;
	} PACKS[] = { { "web", LINT_PACK_CABF },
		{ "private", LINT_PACK_RFC5280 } };

	for (size_t p = 0; p < 2; p++)
		for (int k = 0; k < KINDS; k++) {
			static struct lint_results out;
			struct lint_facts f = facts((enum kind)k);
			struct err e = { 0 };
			char name[80];
			int ret;

			f.pack = PACKS[p].pack;
			snprintf(name, sizeof(name), "a good %s, %s",
			    OF[k].name, PACKS[p].name);
			ret = lint_cert(
			    span_of(&w.tbs[k]), CERT_TBS, &f, &out, &e);
			lint_saw(&out);
			for (size_t i = 0; i < out.n; i++)
				if (out.row[i].verdict > LINT_NONE &&
				    out.row[i].verdict != LINT_WARNED)
					printf("# %s %s\n", out.row[i].rule->id,
					    out.row[i].found);
			CHECK(name, ret == 0 && out.refused == 0);
		}
}

static void
change(const struct buf *good, const struct row *r, struct buf *out)
{
	struct buf body = BUF_INIT;
	struct der seq, part;
	struct cursor c;

	if (r->how != BEFORE && r->how != BARE) {
		mutate(good, r, out);
		return;
	}
	if (der_whole(span_of(good), DER_SEQ, &seq) != 0)
		abort();
	c = der_inside(&seq);
	for (int i = 0; i < PARTS; i++) {
		if (der_next(&c, &part) != 0)
			abort();
		if (r->how == BARE && (i == VERSION || i == EXTS))
			continue;
		if (r->how == BEFORE && i == (int)r->part)
			unhex(r->text, &body);
		buf_add(&body, part.all.p, part.all.len);
	}
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&body);
}

static void
parts(void)
{
	for (size_t i = 0; i < sizeof(PARTS_OF) / sizeof(*PARTS_OF); i++) {
		struct lint_facts f = facts(PARTS_OF[i].kind);
		struct buf tbs = BUF_INIT;

		change(&w.tbs[PARTS_OF[i].kind], &PARTS_OF[i].row, &tbs);
		CHECK(PARTS_OF[i].name, fired(verdict(span_of(&tbs), CERT_TBS,
		    &f, PARTS_OF[i].row.rule)));
		buf_free(&tbs);
	}
	/* The corpus of lint_cert.c once more, for the record. */
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		enum kind k = ROWS[i].what == ROOT ? GOOD_ROOT : TLS;
		static struct lint_results out;
		struct lint_facts f = facts(k);
		struct buf tbs = BUF_INIT;
		struct err e;

		mutate(&w.tbs[k], &ROWS[i], &tbs);
		if (strchr(ROWS[i].rule, '.') == NULL) {
			(void)lint_cert(
			    span_of(&tbs), CERT_TBS, &f, &out, &e);
			lint_saw(&out);
		}
		buf_free(&tbs);
	}
}

/* A certificate over an RSA key of this modulus. */
static enum lint_verdict
rsa(const BIGNUM *n, unsigned long exponent, const char *rule)
{
	uint8_t modulus[600], exp[8] = { 0 };
	int len = BN_bn2bin(n, modulus);
	struct row r = { "", SUB, SPKI, HEX, NULL, NULL, rule, false };
	struct buf der = BUF_INIT, hex = BUF_INIT, tbs = BUF_INIT;
	struct lint_facts f = facts(TLS);
	enum lint_verdict v;
	struct err e;

	exp[0] = (uint8_t)(exponent >> 16);
	exp[1] = (uint8_t)(exponent >> 8);
	exp[2] = (uint8_t)exponent;
	if (spki_from_rsa(modulus, (size_t)len, exponent > 65535 ? exp :
	    exp + 2, exponent > 65535 ? 3 : 1, &der, &e) != 0)
		return LINT_NONE;
	hex_encode(&hex, der.data, der.len);
	r.text = buf_cstr(&hex);
	mutate(&w.tbs[TLS], &r, &tbs);
	v = verdict(span_of(&tbs), CERT_TBS, &f, rule);
	buf_free(&der);
	buf_free(&hex);
	buf_free(&tbs);
	return v;
}

/* 2048 bits that are a power of 65537 modulo every small prime. */
static void
roca(BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *m = BN_new(), *g = BN_new(), *x = BN_new();

	(void)BN_set_word(m, 2);
	for (unsigned p = 3; p <= 167; p++) {
		bool prime = true;

		for (unsigned d = 2; d * d <= p; d++)
			prime = prime && p % d != 0;
		if (prime)
			(void)BN_mul_word(m, p);
	}
	(void)BN_set_word(g, 65537);
	(void)BN_set_word(x, 123457);
	if (BN_mod_exp(n, g, x, m, ctx) != 1)
		abort();
	(void)BN_set_word(x, 1);
	(void)BN_lshift(x, x, 2048 - BN_num_bits(m));
	(void)BN_add_word(x, 12345);
	(void)BN_mul(x, x, m, ctx);
	(void)BN_add(n, n, x);
	BN_free(x);
	BN_free(g);
	BN_free(m);
}

static void
keys(void)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = BN_new(), *q = BN_new(), *n = BN_new();
	struct row point = { "", SUB, SPKI, HEX, NULL, NULL, "", false };
	struct lint_facts f = facts(TLS);
	struct buf hex = BUF_INIT, tbs = BUF_INIT;

	(void)BN_generate_prime_ex(p, 1024, 0, NULL, NULL, NULL);
	(void)BN_generate_prime_ex(q, 1024, 0, NULL, NULL, NULL);
	(void)BN_mul(n, p, q, ctx);
	for (const char *const *k = (const char *const[]){ "KEY-1", "KEY-2",
	    "KEY-3", "KEY-4", "KEY-5", NULL }; *k != NULL; k++)
		CHECK("a good modulus", rsa(n, 65537, *k) == LINT_GOOD);
	CHECK("e = 1", fired(rsa(n, 1, "KEY-2")));
	CHECK("e = 3", fired(rsa(n, 3, "KEY-2")));
	(void)BN_rshift(n, n, 1024);
	(void)BN_set_bit(n, 0);
	CHECK("1024 bits", fired(rsa(n, 65537, "KEY-1")));
	(void)BN_mul(n, p, q, ctx);
	(void)BN_clear_bit(n, 0);
	CHECK("even", fired(rsa(n, 65537, "KEY-3")));
	(void)BN_copy(q, p);
	do
		(void)BN_add_word(q, 2);
	while (BN_check_prime(q, ctx, NULL) != 1);
	(void)BN_mul(n, p, q, ctx);
	CHECK("primes too close", fired(rsa(n, 65537, "KEY-5")));
	roca(n, ctx);
	CHECK("ROCA", fired(rsa(n, 65537, "KEY-4")));

	/* The last octet of the point is another: it is on no curve. */
	hex_encode(&hex, w.key[TLS].spki.data, w.key[TLS].spki.len);
	hex.data[hex.len - 1] = hex.data[hex.len - 1] == '0' ? '1' : '0';
	point.text = buf_cstr(&hex);
	mutate(&w.tbs[TLS], &point, &tbs);
	CHECK("a point on no curve", fired(verdict(span_of(&tbs), CERT_TBS, &f,
	    "KEY-7")));
	buf_free(&hex);
	buf_free(&tbs);
	BN_free(p);
	BN_free(q);
	BN_free(n);
	BN_CTX_free(ctx);
}

/* Rules about other keys, names and issuers than the bytes themselves. */
static void
others(void)
{
	struct row r = { "", SUB, SPKI, HEX, NULL, NULL, "", false };
	struct lint_facts f = facts(TLS);
	struct lint_known known = { "c-old", { NULL, 0 } };
	struct buf hex = BUF_INIT, tbs = BUF_INIT, old = BUF_INIT;
	const struct sigalg *a = sigalg_find("ecdsa-sha384");

	hex_encode(&hex, w.key[GOOD_ROOT].spki.data, w.key[GOOD_ROOT].spki.len);
	r.text = buf_cstr(&hex);
	mutate(&w.tbs[TLS], &r, &tbs);
	CHECK("the issuer's key", fired(verdict(span_of(&tbs), CERT_TBS, &f,
	    "KEY-10a")));
	known.der = span_of(&w.root);
	f.known = &known;
	f.n_known = 1;
	CHECK("a key that is known", fired(verdict(span_of(&tbs), CERT_TBS, &f,
	    "KEY-10b")));
	buf_reset(&tbs);
	r = (struct row){ "", SUB, SUBJECT, NAME, NULL,
		"C/p=JP;O/p=Example Trust K.K.;CN/p=Example TLS CA R1 REHEARSAL",
		"", false };
	mutate(&w.tbs[TLS], &r, &tbs);
	soft_wrap(span_of(&tbs), a, &w.key[GOOD_ROOT], &old);
	known.der = span_of(&old);
	CHECK("the same name in other bytes", fired(verdict(span_of(&w.tbs[TLS]),
	    CERT_TBS, &f, "CRT-11a")));
	buf_reset(&tbs);
	buf_reset(&old);
	buf_reset(&hex);
	hex_encode(&hex, w.key[PRIV].spki.data, w.key[PRIV].spki.len);
	r = (struct row){ "", SUB, SPKI, HEX, NULL, buf_cstr(&hex), "", false };
	mutate(&w.tbs[TLS], &r, &tbs);
	soft_wrap(span_of(&tbs), a, &w.key[GOOD_ROOT], &old);
	known.der = span_of(&old);
	CHECK("a name with another key", fired(verdict(span_of(&w.tbs[TLS]),
	    CERT_TBS, &f, "CRT-11b")));
	buf_free(&hex);
	buf_free(&tbs);
	buf_free(&old);
}

/* And about the issuer, the moment, and the key that was admitted. */
static void
around(void)
{
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	struct lint_facts f = facts(TLS);
	struct buf old = BUF_INIT;

	soft_wrap(span_of(&w.tbs[TLS]), a, &w.key[GOOD_ROOT], &old);
	f = facts(GOOD_ROOT);
	f.issuer = span_of(&old);
	CHECK("a root below a root is asked by its issuer",
	    !fired(verdict(span_of(&w.tbs[GOOD_ROOT]), CERT_TBS, &f, "CER-8")));
	f = facts(TLS);
	f.profile = w.profile[GOOD_ROOT];
	CHECK("a root that another root signs",
	    fired(verdict(span_of(&w.tbs[TLS]), CERT_TBS, &f, "CER-8")));

	f = facts(TLS);
	f.spki = span_of(&w.key[TLS].spki);
	CHECK("the key that was admitted", verdict(span_of(&w.tbs[TLS]),
	    CERT_TBS, &f, "KEY-11") == LINT_GOOD);
	f.spki = span_of(&w.key[PRIV].spki);
	CHECK("another key", fired(verdict(span_of(&w.tbs[TLS]), CERT_TBS, &f,
	    "KEY-11")));

	f = facts(GOOD_ROOT);
	f.key_born = SOFT_NOW - 90000;
	CHECK("a key of another day", fired(verdict(
	    span_of(&w.tbs[GOOD_ROOT]), CERT_TBS, &f, "VAL-6")));

	buf_reset(&old);
	soft_wrap(span_of(&w.tbs[TLS]), a, &w.key[GOOD_ROOT], &old);
	f = facts(TLS);
	f.issuer = span_of(&old);
	CHECK("below a path length of nothing", fired(verdict(
	    span_of(&w.tbs[TLS]), CERT_TBS, &f, "CRT-5f")));
	buf_reset(&old);
	soft_wrap(span_of(&w.tbs[CROSS]), a, &w.key[GOOD_ROOT], &old);
	f.issuer = span_of(&old);
	CHECK("below a path length of one", verdict(
	    span_of(&w.tbs[TLS]), CERT_TBS, &f, "CRT-5f") == LINT_GOOD);
	f = facts(PRIV);
	buf_reset(&old);
	soft_wrap(span_of(&w.tbs[INFRA]), a, &w.key[GOOD_ROOT], &old);
	f.issuer = span_of(&old);
	CHECK("an issuer that is no CA", fired(verdict(
	    span_of(&w.tbs[PRIV]), CERT_TBS, &f, "CRT-5h")));
	buf_free(&old);
}

/* Whole certificates: what the signature says. */
static void
whole(void)
{
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	struct lint_facts f = facts(TLS);
	struct buf der = BUF_INIT;
	uint8_t *at;

	soft_wrap(span_of(&w.tbs[TLS]), a, &w.key[GOOD_ROOT], &der);
	CHECK("one algorithm", verdict(span_of(&der), CERT_WHOLE, &f,
	    "SIG-1") == LINT_GOOD);
	CHECK("it holds", verdict(span_of(&der), CERT_WHOLE, &f, "SIG-5") ==
	    LINT_GOOD);
	/* The algorithm outside, behind the bytes that are signed. */
	at = memmem(der.data + w.tbs[TLS].len, der.len - w.tbs[TLS].len,
	    a->der.p, a->der.len);
	at[a->der.len - 1] = 4;
	CHECK("two algorithms", fired(verdict(span_of(&der), CERT_WHOLE, &f,
	    "SIG-1")));
	der.data[der.len - 1] ^= 1;
	CHECK("another signature", fired(verdict(span_of(&der), CERT_WHOLE, &f,
	    "SIG-5")));
	buf_free(&der);
	/* No profile: the kind is what the certificate looks like. */
	for (int k = 0; k < KINDS; k++) {
		static struct lint_results out;
		struct err e;

		f = facts((enum kind)k);
		f.profile = NULL;
		(void)lint_cert(span_of(&w.tbs[k]), CERT_TBS, &f, &out, &e);
		lint_saw(&out);
		/* Nothing in it says that a cross certificate is one. */
		CHECK("what it is is guessed", k == CROSS || out.refused == 0);
	}
}

/*
 * Two rows that never fire here: whether a key is one of Debian's weak ones
 * is for a person with the list; and a key in another encoding is refused
 * before there is a certificate to be held against rules.
 */
static void
silent(void)
{
	/* An RSA key whose algorithm lacks its NULL. */
	static const struct row BARE_KEY = { "", SUB, SPKI, HEX, NULL,
		"3022 300b 06092a864886f70d010101 0313 00"
		"3010 020900ffffffffffffffff 0203010001", "", false };
	static struct lint_results out;
	struct lint_facts f = facts(TLS);
	struct buf tbs = BUF_INIT;
	struct err e = { 0 };

	CHECK("Debian's keys are for a person", verdict(span_of(&w.tbs[TLS]),
	    CERT_TBS, &f, "KEY-6") == LINT_NONE);
	mutate(&w.tbs[TLS], &BARE_KEY, &tbs);
	CHECK("another encoding is no key", lint_cert(span_of(&tbs), CERT_TBS,
	    &f, &out, &e) == -1 && out.n == 0 &&
	    strncmp(e.id, "spki.", 5) == 0);
	buf_free(&tbs);
	lint_excuse("KEY-6", SEEN_FIRED | SEEN_QUIET);
	lint_excuse("KEY-9", SEEN_FIRED);
}

int
main(void)
{
	world_begin();
	good_ones();
	parts();
	keys();
	others();
	around();
	whole();
	silent();
	CHECK("every rule over certificates fires and is content",
	    lint_unseen(LINT_CRL - 1, false) == 0);
	world_end();
	return test_end();
}
