/* SPDX-License-Identifier: MIT */
/*
 * Rules on what an extension says of the CA itself: basicConstraints,
 * keyUsage, key identifiers, name constraints, and on what is unknown.
 */
#include <openssl/evp.h>
#include <string.h>

#include "ceremony/lint/run.h"

#define BASIC "2.5.29.19"
#define USAGE "2.5.29.15"
#define SKI   "2.5.29.14"
#define AKI   "2.5.29.35"
#define NAMES "2.5.29.30"

static enum lint_verdict
basic_present(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, BASIC);
	int64_t path_len;

	if (x == NULL)
		return lint_bad(r, "basicConstraints", "-", "present");
	return cert_is_ca(r->cert, &path_len)
	    ? LINT_GOOD
	    : lint_bad(r, "basicConstraints", "cA FALSE", "cA TRUE");
}

static enum lint_verdict
basic_critical(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, BASIC);

	if (x == NULL)
		return LINT_NONE;
	return x->critical
	    ? LINT_GOOD
	    : lint_bad(r, "basicConstraints", "not critical", "critical");
}

/* {cA TRUE, pathLen?} or {}, to the last byte. */
static enum lint_verdict
basic_form(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, BASIC);
	struct der seq, d;
	struct cursor c;
	int64_t n = -1;
	bool ca = false;

	if (x == NULL)
		return LINT_NONE;
	if (der_whole(x->value, DER_SEQ, &seq) != 0)
		goto bad;
	c = der_inside(&seq);
	if (der_peek(&c, DER_BOOL) &&
	    (der_next(&c, &d) != 0 || der_bool(&d, &ca) != 0 || !ca))
		goto bad;
	if (der_peek(&c, DER_INT) &&
	    (der_next(&c, &d) != 0 || der_small(&d, &n) != 0 || n < 0 || !ca))
		goto bad;
	if (c.left == 0)
		return LINT_GOOD;
bad:
	return lint_bad_span(r, "basicConstraints", x->value, "strict DER");
}

static enum lint_verdict
basic_not_ca(struct lint_run *r)
{
	int64_t path_len;

	return cert_is_ca(r->cert, &path_len)
	    ? lint_bad(r, "basicConstraints", "cA TRUE", "cA FALSE")
	    : LINT_GOOD;
}

static enum lint_verdict
root_path_len(struct lint_run *r)
{
	int64_t path_len;

	(void)cert_is_ca(r->cert, &path_len);
	return path_len < 0
	    ? LINT_GOOD
	    : lint_bad_int(r, "basicConstraints.pathLen", path_len, "absent");
}

static enum lint_verdict
path_len_below(struct lint_run *r)
{
	int64_t own, issuers;

	if (r->facts->issuer.p == NULL || !cert_is_ca(r->issuer, &issuers) ||
	    issuers < 0)
		return LINT_NONE;
	(void)cert_is_ca(r->cert, &own);
	if (issuers == 0 || own < 0 || own >= issuers)
		return lint_bad_int(
		    r, "basicConstraints.pathLen", own, "below the issuer's");
	return LINT_GOOD;
}

static enum lint_verdict
path_len_zero(struct lint_run *r)
{
	int64_t own;

	(void)cert_is_ca(r->cert, &own);
	return own == 0 ? LINT_GOOD
			: lint_bad_int(r, "basicConstraints.pathLen", own, "0");
}

static enum lint_verdict
issuer_is_ca(struct lint_run *r)
{
	int64_t path_len;

	if (r->facts->issuer.p == NULL)
		return LINT_NONE;
	return cert_is_ca(r->issuer, &path_len) &&
		(cert_key_usage(r->issuer) & 0x04)
	    ? LINT_GOOD
	    : lint_bad(r, "issuer", "may not sign certificates", "keyCertSign");
}

static enum lint_verdict
usage_present(struct lint_run *r)
{
	return cert_ext(r->cert, USAGE) != NULL
	    ? LINT_GOOD
	    : lint_bad(r, "keyUsage", "-", "present");
}

static enum lint_verdict
usage_critical(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, USAGE);

	if (x == NULL)
		return LINT_NONE;
	return x->critical
	    ? LINT_GOOD
	    : lint_bad(r, "keyUsage", "not critical", "critical");
}

/* At least one bit, and no zero bit at the end (X.690 11.2.2). */
static enum lint_verdict
usage_form(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, USAGE);
	struct span bits;
	struct der d;
	unsigned unused;

	if (x == NULL)
		return LINT_NONE;
	if (der_whole(x->value, DER_BITS, &d) != 0 ||
	    der_bits(&d, &bits, &unused) != 0 || bits.len == 0 ||
	    bits.len > 2 || !(bits.p[bits.len - 1] & (1u << unused)))
		return lint_bad_span(
		    r, "keyUsage", x->value, "strict DER, one bit or more");
	return LINT_GOOD;
}

static enum lint_verdict
usage_signs(struct lint_run *r)
{
	unsigned u = cert_key_usage(r->cert);

	return (u & 0x06) == 0x06
	    ? LINT_GOOD
	    : lint_bad_int(r, "keyUsage", u, "keyCertSign and cRLSign");
}

static enum lint_verdict
usage_only(struct lint_run *r)
{
	unsigned u = cert_key_usage(r->cert);

	return (u & ~0x86u) == 0
	    ? LINT_GOOD
	    : lint_bad_int(r, "keyUsage", u,
		  "keyCertSign, cRLSign, digitalSignature only");
}

static enum lint_verdict
usage_responder(struct lint_run *r)
{
	unsigned u = cert_key_usage(r->cert);

	return u == 0x80
	    ? LINT_GOOD
	    : lint_bad_int(r, "keyUsage", u, "digitalSignature only");
}

static enum lint_verdict
usage_not_ca(struct lint_run *r)
{
	unsigned u = cert_key_usage(r->cert);

	return (u & 0x06) == 0
	    ? LINT_GOOD
	    : lint_bad_int(r, "keyUsage", u, "no keyCertSign, no cRLSign");
}

static enum lint_verdict
ski_present(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, SKI);
	struct span id;

	if (cert_ski(r->cert, &id) != 0 || id.len == 0)
		return lint_bad(r, "subjectKeyIdentifier", "-", "present");
	return !x->critical
	    ? LINT_GOOD
	    : lint_bad(r, "subjectKeyIdentifier", "critical", "not critical");
}

/* RFC 7093 method 1, or RFC 5280 4.2.1.2 method 1. */
static enum lint_verdict
ski_of_key(struct lint_run *r)
{
	const struct spki *k = &r->cert->key;
	uint8_t old[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	struct span id;

	if (cert_ski(r->cert, &id) != 0)
		return LINT_NONE;
	if (id.len == KEY_ID_LEN && memcmp(id.p, k->id, KEY_ID_LEN) == 0)
		return LINT_GOOD;
	if (EVP_Digest(k->key.p, k->key.len, old, &len, EVP_sha1(), NULL) ==
		1 &&
	    id.len == len && memcmp(id.p, old, len) == 0)
		return LINT_GOOD;
	return lint_bad_span(r, "subjectKeyIdentifier", id, "from the key");
}

static enum lint_verdict
aki_matches(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, AKI);
	struct span id, ski;

	if (x == NULL)
		return lint_bad(r, "authorityKeyIdentifier", "-", "present");
	if (x->critical)
		return lint_bad(
		    r, "authorityKeyIdentifier", "critical", "not critical");
	if (r->issuer == NULL)
		return LINT_NONE;
	if (cert_aki(r->cert, &id) != 0 || cert_ski(r->issuer, &ski) != 0 ||
	    !span_equal(id, ski))
		return lint_bad_span(r, "authorityKeyIdentifier", x->value,
		    "the issuer's key identifier");
	return LINT_GOOD;
}

static enum lint_verdict
aki_root(struct lint_run *r)
{
	return cert_ext(r->cert, AKI) != NULL
	    ? LINT_GOOD
	    : lint_bad(r, "authorityKeyIdentifier", "-", "present");
}

static enum lint_verdict
aki_root_own(struct lint_run *r)
{
	return cert_ext(r->cert, AKI) == NULL ? LINT_NONE : aki_matches(r);
}

static enum lint_verdict
aki_alone(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, AKI);
	struct der seq, d;
	struct cursor c;

	if (x == NULL)
		return LINT_NONE;
	if (der_whole(x->value, DER_SEQ, &seq) == 0) {
		c = der_inside(&seq);
		if (der_want(&c, DER_CTX(0), &d) == 0 && c.left == 0)
			return LINT_GOOD;
	}
	return lint_bad_span(
	    r, "authorityKeyIdentifier", x->value, "keyIdentifier alone");
}

static enum lint_verdict
names_critical(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, NAMES);

	if (x == NULL)
		return LINT_NONE;
	return x->critical
	    ? LINT_GOOD
	    : lint_bad(r, "nameConstraints", "not critical", "critical");
}

/* Subtrees of {base} alone: minimum and maximum are absent. */
static bool
subtrees_good(struct cursor *c, uint8_t tag)
{
	struct der list, one, base;
	struct cursor in, at;

	if (!der_peek(c, tag))
		return true;
	if (der_next(c, &list) != 0 || list.body.len == 0)
		return false;
	at = der_inside(&list);
	while (at.left > 0) {
		if (der_want(&at, DER_SEQ, &one) != 0)
			return false;
		in = der_inside(&one);
		if (der_next(&in, &base) != 0 || in.left != 0)
			return false;
	}
	return true;
}

static enum lint_verdict
names_form(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, NAMES);
	struct der seq;
	struct cursor c;

	if (x == NULL)
		return LINT_NONE;
	if (der_whole(x->value, DER_SEQ, &seq) == 0 && seq.body.len > 0) {
		c = der_inside(&seq);
		if (subtrees_good(&c, DER_CTXC(0)) &&
		    subtrees_good(&c, DER_CTXC(1)) && c.left == 0)
			return LINT_GOOD;
	}
	return lint_bad_span(r, "nameConstraints", x->value,
	    "subtrees without minimum and maximum");
}

static enum lint_verdict
names_absent(struct lint_run *r)
{
	return cert_ext(r->cert, NAMES) == NULL
	    ? LINT_GOOD
	    : lint_bad(r, "nameConstraints", "present", "absent");
}

static enum lint_verdict
known_only(struct lint_run *r)
{
	static const char *const KNOWN[] = { BASIC, USAGE, SKI, AKI, NAMES,
		"2.5.29.37", "2.5.29.32", "2.5.29.31", "1.3.6.1.5.5.7.1.1",
		"1.3.6.1.5.5.7.48.1.5" };

	for (size_t i = 0; i < r->cert->n_ext; i++) {
		char oid[128] = "?";
		bool found = false;

		(void)der_oid_text(r->cert->ext[i].oid, oid, sizeof(oid));
		for (size_t k = 0; k < LINT_COUNT(KNOWN) && !found; k++)
			found = strcmp(KNOWN[k], oid) == 0;
		if (!found)
			return lint_bad(r, "extensions", oid, "absent");
	}
	return LINT_GOOD;
}

#define M LINT_MUST
#define S LINT_SHOULD
#define W LINT_PACK_CABF
#define B LINT_BOTH
const struct lint_rule LINT_EXT_RULES[] = {
	{ "CRT-5a", 1, "RFC 5280 4.2.1.9", M, B, LINT_CAS, true,
	    "lint.what.not-ca", basic_present },
	{ "CRT-5b", 1, "RFC 5280 4.2.1.9", M, B, LINT_CAS, false,
	    "lint.what.basic-critical", basic_critical },
	{ "CRT-5c", 1, "RFC 5280 4.2.1.9", M, B, LINT_CERTS, true,
	    "lint.what.basic-form", basic_form },
	{ "CRT-5d", 1, "RFC 5280 4.2.1.9", M, B, LINT_ENDS, true,
	    "lint.what.is-ca", basic_not_ca },
	{ "CRT-5e", 1, "BR 7.1.2.1.4", S, W, K(CERT_ROOT), false,
	    "lint.what.root-path-len", root_path_len },
	{ "CRT-5f", 1, "RFC 5280 4.2.1.9", M, B, LINT_SUBS, true,
	    "lint.what.path-len", path_len_below },
	{ "CRT-5g", 1, "BR 7.1.2.10.4", S, W, K(CERT_TLS_SUB), false,
	    "lint.what.path-len-zero", path_len_zero },
	{ "CRT-5h", 1, "RFC 5280 4.2.1.3", M, B, LINT_SUBS | LINT_ENDS, true,
	    "lint.what.issuer-ca", issuer_is_ca },
	{ "CRT-6a", 1, "RFC 5280 4.2.1.3", M, B, LINT_CERTS, false,
	    "lint.what.no-usage", usage_present },
	{ "CRT-6b", 1, "BR 7.1.2.10.7", M, B, LINT_CERTS, false,
	    "lint.what.usage-critical", usage_critical },
	{ "CRT-6c", 1, "RFC 5280 4.2.1.3", M, B, LINT_CERTS, true,
	    "lint.what.usage-form", usage_form },
	{ "CRT-6d", 1, "BR 7.1.2.10.7", M, B, LINT_CAS, false,
	    "lint.what.usage-signs", usage_signs },
	{ "CRT-6e", 1, "BR 7.1.2.10.7", M, B, LINT_CAS, false,
	    "lint.what.usage-only", usage_only },
	{ "CRT-6f", 1, "BR 7.1.2.8.7", M, B, K(CERT_OCSP), false,
	    "lint.what.usage-ocsp", usage_responder },
	{ "CRT-6g", 1, "RFC 5280 4.2.1.3", M, B, LINT_ENDS, true,
	    "lint.what.usage-end", usage_not_ca },
	{ "CRT-7a", 1, "RFC 5280 4.2.1.2", M, B, LINT_CAS, false,
	    "lint.what.ski", ski_present },
	{ "CRT-7b", 1, "RFC 7093 2", M, B, LINT_CERTS, false,
	    "lint.what.ski-key", ski_of_key },
	{ "CRT-8a", 1, "RFC 5280 4.2.1.1", M, B, LINT_SUBS | LINT_ENDS, false,
	    "lint.what.aki", aki_matches },
	{ "CRT-8b", 1, "BR 7.1.2.1.3", S, B, K(CERT_ROOT), false,
	    "lint.what.aki-root", aki_root },
	{ "CRT-8c", 1, "BR 7.1.2.1.3", M, B, K(CERT_ROOT), false,
	    "lint.what.aki", aki_root_own },
	{ "CRT-8d", 1, "BR 7.1.2.11.1", M, B, LINT_CERTS, false,
	    "lint.what.aki-alone", aki_alone },
	{ "CRT-16a", 1, "RFC 5280 4.2.1.10", S, B, LINT_CAS, false,
	    "lint.what.names-critical", names_critical },
	{ "CRT-16b", 1, "RFC 5280 4.2.1.10", M, B, LINT_CAS, false,
	    "lint.what.names-form", names_form },
	{ "CRT-16c", 1, "RFC 5280 4.2.1.10", M, B, LINT_ENDS, false,
	    "lint.what.names-end", names_absent },
	{ "CRT-17a", 1, "BR 7.1.2.11.5", M, B, LINT_CERTS, false,
	    "lint.what.unknown-ext", known_only },
};
const size_t LINT_EXT_RULES_count = LINT_COUNT(LINT_EXT_RULES);
