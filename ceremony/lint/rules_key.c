/* SPDX-License-Identifier: MIT */
/*
 * Rules on keys and signatures.  The checks of a key alone are those of
 * ceremony/x509/keyq.h, so that a request and a certificate are held to the
 * same; what stands here needs the other keys.
 */
#include <string.h>

#include "ceremony/lint/run.h"

static enum lint_verdict
quality(struct lint_run *r, size_t i)
{
	const struct keyq_row *q = &r->quality.row[i];

	switch (q->verdict) {
	case KEYQ_BAD:
		return lint_bad(
		    r, "subjectPublicKeyInfo", r->cert->key.name, q->rule);
	case KEYQ_WARN:
		lint_bad(r, "subjectPublicKeyInfo", r->cert->key.name, q->rule);
		return LINT_WARNED;
	case KEYQ_GOOD:
		return LINT_GOOD;
	case KEYQ_NONE:
	case KEYQ_MANUAL:
		break;
	}
	return LINT_NONE;
}

#define QUALITY(n)                                           \
	static enum lint_verdict key_##n(struct lint_run *r) \
	{                                                    \
		return quality(r, (size_t)(n)-1);            \
	}
QUALITY(1)
QUALITY(2)
QUALITY(3)
QUALITY(4)
QUALITY(5)
QUALITY(6)
QUALITY(7)
QUALITY(8)
QUALITY(9)

static enum lint_verdict
key_not_issuers(struct lint_run *r)
{
	if (r->facts->issuer.p == NULL)
		return LINT_NONE;
	return span_equal(r->cert->key.der, r->issuer->key.der)
	    ? lint_bad_span(r, "subjectPublicKeyInfo", r->cert->key.der,
		  "another key than the issuer's")
	    : LINT_GOOD;
}

/* One key serves one CA: the same key only under the same name. */
static enum lint_verdict
key_not_known(struct lint_run *r)
{
	for (size_t i = 0; i < r->facts->n_known; i++) {
		const struct lint_known *k = &r->facts->known[i];
		struct cert c;
		struct err ignored;

		if (cert_parse(k->der, CERT_WHOLE, &c, &ignored) != 0 ||
		    !span_equal(c.key.der, r->cert->key.der))
			continue;
		if (!span_equal(c.subject.der, r->cert->subject.der))
			return lint_bad(r, "subjectPublicKeyInfo",
			    k->item != NULL ? k->item : "?", "a new key");
	}
	return LINT_GOOD;
}

static enum lint_verdict
key_is_the_one(struct lint_run *r)
{
	if (r->facts->spki.p == NULL)
		return LINT_NONE;
	return span_equal(r->facts->spki, r->cert->key.der)
	    ? LINT_GOOD
	    : lint_bad_span(r, "subjectPublicKeyInfo", r->cert->key.der,
		  "the key that was admitted");
}

static struct span
inner(const struct lint_run *r)
{
	return r->crl != NULL ? r->crl->alg : r->cert->alg;
}

static enum lint_verdict
alg_same(struct lint_run *r)
{
	struct span outer =
	    r->crl != NULL ? r->crl->outer_alg : r->cert->outer_alg;

	if (outer.p == NULL)
		return LINT_NONE;
	return span_equal(inner(r), outer)
	    ? LINT_GOOD
	    : lint_bad_span(
		  r, "signatureAlgorithm", outer, "the bytes of tbs.signature");
}

static enum lint_verdict
alg_known(struct lint_run *r)
{
	return sigalg_from_der(inner(r)) != NULL
	    ? LINT_GOOD
	    : lint_bad_span(
		  r, "signature", inner(r), "an encoding of BR 7.1.3.2");
}

static enum lint_verdict
alg_fits(struct lint_run *r)
{
	const struct sigalg *a = sigalg_from_der(inner(r));
	struct err ignored;

	if (a == NULL || r->issuer == NULL)
		return LINT_NONE;
	return sigalg_fits(a, &r->issuer->key, &ignored) == 0
	    ? LINT_GOOD
	    : lint_bad(r, "signature", a->name, r->issuer->key.name);
}

static enum lint_verdict
alg_web(struct lint_run *r)
{
	const struct sigalg *a = sigalg_from_der(inner(r));

	if (a == NULL)
		return LINT_NONE;
	return a->digest != NULL
	    ? LINT_GOOD
	    : lint_bad(r, "signature", a->name, "RSA or ECDSA");
}

/* Whether the hash goes with the curve is another rule's business. */
static enum lint_verdict
sig_holds(struct lint_run *r)
{
	const struct sigalg *a = sigalg_from_der(inner(r));
	const struct spki *k;
	struct err ignored;
	int ret;

	if (a == NULL || r->issuer == NULL)
		return LINT_NONE;
	k = &r->issuer->key;
	if (r->crl != NULL) {
		if (r->crl->outer_alg.p == NULL)
			return LINT_NONE;
		ret = sigalg_prove(
		    a, k, r->crl->tbs, r->crl->signature, &ignored);
	} else {
		if (r->cert->outer_alg.p == NULL)
			return LINT_NONE;
		ret = sigalg_prove(
		    a, k, r->cert->tbs, r->cert->signature, &ignored);
	}
	return ret == 0 ? LINT_GOOD : lint_bad(r, "signature", "-", k->name);
}

#define M LINT_MUST
#define S LINT_SHOULD
#define W LINT_PACK_CABF
#define B LINT_BOTH
const struct lint_rule LINT_KEY_RULES[] = {
	{ "KEY-1", 1, "BR 6.1.5", M, B, LINT_CERTS, false, "lint.what.key-size",
	    key_1 },
	{ "KEY-2", 1, "BR 6.1.6", M, B, LINT_CERTS, false, "lint.what.exponent",
	    key_2 },
	{ "KEY-3", 1, "BR 6.1.6", M, B, LINT_CERTS, false, "lint.what.modulus",
	    key_3 },
	{ "KEY-4", 1, "BR 6.1.1.3", M, B, LINT_CERTS, true, "lint.what.roca",
	    key_4 },
	{ "KEY-5", 1, "BR 6.1.1.3", M, B, LINT_CERTS, true, "lint.what.fermat",
	    key_5 },
	{ "KEY-6", 1, "BR 6.1.1.3", S, B, LINT_CERTS, false, "lint.what.debian",
	    key_6 },
	{ "KEY-7", 1, "BR 6.1.6", M, B, LINT_CERTS, true, "lint.what.point",
	    key_7 },
	{ "KEY-8", 1, "BR 6.1.5", M, W, LINT_CERTS, false,
	    "lint.what.algorithm", key_8 },
	{ "KEY-9", 1, "BR 7.1.3.1", M, B, LINT_CERTS, false,
	    "lint.what.key-bytes", key_9 },
	{ "KEY-10a", 1, "BR 6.1.1.3", M, B, LINT_SUBS | LINT_ENDS, true,
	    "lint.what.issuers-key", key_not_issuers },
	{ "KEY-10b", 1, "BR 6.1.1.3", M, B, LINT_CERTS, false,
	    "lint.what.known-key", key_not_known },
	{ "KEY-11", 1, "CPS 6.1.3", M, B, LINT_CERTS, true,
	    "lint.what.other-key", key_is_the_one },
	{ "SIG-1", 1, "RFC 5280 4.1.1.2", M, B, LINT_CERTS | LINT_CRL, true,
	    "lint.what.alg-differs", alg_same },
	{ "SIG-2", 1, "BR 7.1.3.2", M, B, LINT_CERTS | LINT_CRL, false,
	    "lint.what.alg-unknown", alg_known },
	{ "SIG-3", 1, "BR 7.1.3.2", M, B, LINT_CERTS | LINT_CRL, false,
	    "lint.what.alg-key", alg_fits },
	{ "SIG-4", 1, "BR 7.1.3.2", M, W, LINT_CERTS | LINT_CRL, false,
	    "lint.what.alg-web", alg_web },
	{ "SIG-5", 1, "RFC 5280 6.1.3", M, B, LINT_CERTS | LINT_CRL, true,
	    "lint.what.signature", sig_holds },
};
const size_t LINT_KEY_RULES_count = LINT_COUNT(LINT_KEY_RULES);
