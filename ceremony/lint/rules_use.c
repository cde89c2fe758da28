/* SPDX-License-Identifier: MIT */
/*
 * Rules on what a certificate may be used for, and where more is found:
 * purposes, policies, distribution points, authority information.
 */
#include <string.h>

#include "ceremony/lint/run.h"

#define PURPOSES "2.5.29.37"
#define POLICIES "2.5.29.32"
#define POINTS   "2.5.29.31"
#define ACCESS   "1.3.6.1.5.5.7.1.1"
#define NOCHECK  "1.3.6.1.5.5.7.48.1.5"

#define LIST_MAX 32

/* A list of OIDs, each alone or first in a SEQUENCE. */
struct oids {
	char text[LIST_MAX][80];
	size_t n;
	bool good;      /* strict, not empty, none twice */
	bool qualified; /* something stands behind an OID */
};

static void
read_oids(const struct cert *c, const char *ext, bool wrapped, struct oids *out)
{
	const struct cert_ext *x = cert_ext(c, ext);
	struct der seq, one, d;
	struct cursor at, in;

	memset(out, 0, sizeof(*out));
	if (x == NULL || der_whole(x->value, DER_SEQ, &seq) != 0)
		return;
	at = der_inside(&seq);
	while (at.left > 0 && out->n < LIST_MAX) {
		in = at;
		if (wrapped) {
			if (der_want(&at, DER_SEQ, &one) != 0)
				return;
			in = der_inside(&one);
		}
		if (der_want(wrapped ? &in : &at, DER_OID, &d) != 0 ||
		    der_oid_text(d.body, out->text[out->n], 80) != 0)
			return;
		if (wrapped && in.left > 0)
			out->qualified = true;
		for (size_t i = 0; i < out->n; i++)
			if (strcmp(out->text[i], out->text[out->n]) == 0)
				return;
		out->n++;
	}
	out->good = at.left == 0 && out->n > 0;
}

static bool
has(const struct oids *o, const char *name)
{
	const char *oid = ext_policy_oid(ext_purpose_oid(name));

	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->text[i], oid) == 0)
			return true;
	return false;
}

static enum lint_verdict
purposes_form(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, PURPOSES);
	struct oids o;

	if (x == NULL)
		return LINT_NONE;
	read_oids(r->cert, PURPOSES, false, &o);
	return o.good
	    ? LINT_GOOD
	    : lint_bad_span(r, "extKeyUsage", x->value, "purposes, none twice");
}

static enum lint_verdict
purposes_absent(struct lint_run *r)
{
	return cert_ext(r->cert, PURPOSES) == NULL
	    ? LINT_GOOD
	    : lint_bad(r, "extKeyUsage", "present", "absent");
}

static enum lint_verdict
purposes_plain(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, PURPOSES);

	if (x == NULL)
		return LINT_NONE;
	return !x->critical
	    ? LINT_GOOD
	    : lint_bad(r, "extKeyUsage", "critical", "not critical");
}

static enum lint_verdict
purposes_tls(struct lint_run *r)
{
	struct oids o;

	read_oids(r->cert, PURPOSES, false, &o);
	return has(&o, "serverAuth")
	    ? LINT_GOOD
	    : lint_bad(
		  r, "extKeyUsage", o.n > 0 ? o.text[0] : "-", "serverAuth");
}

static enum lint_verdict
forbid(struct lint_run *r, const char *const *names, size_t n)
{
	struct oids o;

	read_oids(r->cert, PURPOSES, false, &o);
	for (size_t i = 0; i < n; i++)
		if (has(&o, names[i]))
			return lint_bad(r, "extKeyUsage", names[i], "absent");
	return LINT_GOOD;
}

static enum lint_verdict
purposes_tls_only(struct lint_run *r)
{
	static const char *const NAMES[] = { "codeSigning", "emailProtection",
		"timeStamping", "ocspSigning", "anyExtendedKeyUsage" };

	return forbid(r, NAMES, LINT_COUNT(NAMES));
}

static enum lint_verdict
purposes_precert(struct lint_run *r)
{
	static const char *const NAMES[] = { "precertificateSigning" };

	return forbid(r, NAMES, LINT_COUNT(NAMES));
}

static enum lint_verdict
purposes_client(struct lint_run *r)
{
	static const char *const NAMES[] = { "clientAuth" };

	return forbid(r, NAMES, LINT_COUNT(NAMES));
}

static enum lint_verdict
purposes_other_sub(struct lint_run *r)
{
	static const char *const NAMES[] = { "serverAuth", "ocspSigning",
		"anyExtendedKeyUsage" };

	if (cert_ext(r->cert, PURPOSES) == NULL)
		return lint_bad(r, "extKeyUsage", "-", "present");
	return forbid(r, NAMES, LINT_COUNT(NAMES));
}

static enum lint_verdict
purposes_ocsp(struct lint_run *r)
{
	struct oids o;

	read_oids(r->cert, PURPOSES, false, &o);
	return o.n == 1 && has(&o, "ocspSigning")
	    ? LINT_GOOD
	    : lint_bad(r, "extKeyUsage", o.n > 0 ? o.text[0] : "-",
		  "ocspSigning alone");
}

static enum lint_verdict
nocheck(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, NOCHECK);
	struct der d;

	if (r->kind != CERT_OCSP)
		return x == NULL
		    ? LINT_GOOD
		    : lint_bad(r, "ocsp-nocheck", "present", "absent");
	if (x == NULL || x->critical ||
	    der_whole(x->value, DER_NULL, &d) != 0 || d.body.len != 0)
		return lint_bad(r, "ocsp-nocheck", "-", "0500");
	return LINT_GOOD;
}

static enum lint_verdict
policies_form(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, POLICIES);
	struct oids o;

	if (x == NULL)
		return LINT_NONE;
	read_oids(r->cert, POLICIES, true, &o);
	if (x->critical)
		return lint_bad(
		    r, "certificatePolicies", "critical", "not critical");
	return o.good ? LINT_GOOD
		      : lint_bad_span(r, "certificatePolicies", x->value,
			    "policies, none twice");
}

static enum lint_verdict
policies_plain(struct lint_run *r)
{
	struct oids o;

	read_oids(r->cert, POLICIES, true, &o);
	return !o.qualified
	    ? LINT_GOOD
	    : lint_bad(r, "certificatePolicies", "a qualifier", "none");
}

static enum lint_verdict
policies_root(struct lint_run *r)
{
	return cert_ext(r->cert, POLICIES) == NULL
	    ? LINT_GOOD
	    : lint_bad(r, "certificatePolicies", "present", "absent");
}

static int
reserved(const struct oids *o)
{
	return has(o, "ev") + has(o, "dv") + has(o, "ov") + has(o, "iv");
}

static enum lint_verdict
policies_tls(struct lint_run *r)
{
	struct oids o;

	read_oids(r->cert, POLICIES, true, &o);
	if (o.n == 0)
		return lint_bad(r, "certificatePolicies", "-", "present");
	if (has(&o, "anyPolicy"))
		return o.n == 1
		    ? LINT_GOOD
		    : lint_bad(r, "certificatePolicies", "anyPolicy and others",
			  "anyPolicy alone");
	return reserved(&o) == 1
	    ? LINT_GOOD
	    : lint_bad_int(r, "certificatePolicies", reserved(&o),
		  "exactly one of 2.23.140.1.1, .1.2.1, .1.2.2, .1.2.3");
}

static enum lint_verdict
policies_other_sub(struct lint_run *r)
{
	struct oids o;

	read_oids(r->cert, POLICIES, true, &o);
	return reserved(&o) == 0
	    ? LINT_GOOD
	    : lint_bad(r, "certificatePolicies", "a reserved policy", "absent");
}

static bool
plain_http(struct span uri)
{
	return uri.len > 7 && memcmp(uri.p, "http://", 7) == 0;
}

static enum lint_verdict
points_present(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, POINTS);

	if (x == NULL)
		return lint_bad(r, "cRLDistributionPoints", "-", "present");
	return LINT_GOOD;
}

static enum lint_verdict
points_absent(struct lint_run *r)
{
	return cert_ext(r->cert, POINTS) == NULL
	    ? LINT_GOOD
	    : lint_bad(r, "cRLDistributionPoints", "present", "absent");
}

static enum lint_verdict
points_plain(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, POINTS);

	if (x == NULL)
		return LINT_NONE;
	return !x->critical
	    ? LINT_GOOD
	    : lint_bad(r, "cRLDistributionPoints", "critical", "not critical");
}

/* Each point: {[0] {[0] {URI...}}}, no reasons, no cRLIssuer. */
static enum lint_verdict
points_form(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, POINTS);
	struct der seq, one, name, full;
	struct cursor c, in;

	if (x == NULL)
		return LINT_NONE;
	if (der_whole(x->value, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		goto bad;
	c = der_inside(&seq);
	while (c.left > 0) {
		if (der_want(&c, DER_SEQ, &one) != 0)
			goto bad;
		in = der_inside(&one);
		if (der_want(&in, DER_CTXC(0), &name) != 0 || in.left != 0 ||
		    der_whole(name.body, DER_CTXC(0), &full) != 0 ||
		    full.body.len == 0)
			goto bad;
	}
	return LINT_GOOD;
bad:
	return lint_bad_span(r, "cRLDistributionPoints", x->value,
	    "fullName, no reasons, no cRLIssuer");
}

static enum lint_verdict
points_one(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, POINTS);
	struct der seq, one;
	struct cursor c;

	if (x == NULL || der_whole(x->value, DER_SEQ, &seq) != 0)
		return LINT_NONE;
	c = der_inside(&seq);
	if (der_next(&c, &one) != 0)
		return LINT_NONE;
	return c.left == 0
	    ? LINT_GOOD
	    : lint_bad(r, "cRLDistributionPoints", "several", "one");
}

static enum lint_verdict
points_http(struct lint_run *r)
{
	const struct cert_ext *x = cert_ext(r->cert, POINTS);
	struct der seq, one, name, full, uri;
	struct cursor c, in;

	if (x == NULL || der_whole(x->value, DER_SEQ, &seq) != 0)
		return LINT_NONE;
	c = der_inside(&seq);
	while (c.left > 0 && der_want(&c, DER_SEQ, &one) == 0) {
		in = der_inside(&one);
		if (der_want(&in, DER_CTXC(0), &name) != 0 ||
		    der_whole(name.body, DER_CTXC(0), &full) != 0)
			return LINT_NONE;
		in = der_inside(&full);
		while (in.left > 0 && der_next(&in, &uri) == 0)
			if (uri.tag != DER_CTX(6) || !plain_http(uri.body))
				return lint_bad_span(r, "cRLDistributionPoints",
				    uri.body, "http://");
	}
	return LINT_GOOD;
}

static enum lint_verdict
access_present(struct lint_run *r)
{
	return cert_ext(r->cert, ACCESS) != NULL
	    ? LINT_GOOD
	    : lint_bad(r, "authorityInfoAccess", "-", "present");
}

static enum lint_verdict
access_form(struct lint_run *r)
{
	/* id-ad-ocsp, id-ad-caIssuers */
	static const uint8_t AD[] = { 0x2b, 6, 1, 5, 5, 7, 0x30 };
	const struct cert_ext *x = cert_ext(r->cert, ACCESS);
	struct span seen[LIST_MAX];
	struct der seq, one, d, uri;
	struct cursor c, in;
	size_t n = 0;

	if (x == NULL)
		return LINT_NONE;
	if (x->critical || der_whole(x->value, DER_SEQ, &seq) != 0 ||
	    seq.body.len == 0)
		goto bad;
	c = der_inside(&seq);
	while (c.left > 0) {
		if (n == LIST_MAX || der_want(&c, DER_SEQ, &one) != 0)
			goto bad;
		in = der_inside(&one);
		if (der_want(&in, DER_OID, &d) != 0 || d.body.len != 8 ||
		    memcmp(d.body.p, AD, sizeof(AD)) != 0 || d.body.p[7] < 1 ||
		    d.body.p[7] > 2 || der_want(&in, DER_CTX(6), &uri) != 0 ||
		    in.left != 0 || !plain_http(uri.body))
			goto bad;
		seen[n] = one.all;
		for (size_t i = 0; i < n; i++)
			if (span_equal(seen[i], seen[n]))
				goto bad;
		n++;
	}
	return LINT_GOOD;
bad:
	return lint_bad_span(r, "authorityInfoAccess", x->value,
	    "not critical, OCSP or issuer, http://, none twice");
}

#define M LINT_MUST
#define S LINT_SHOULD
#define W LINT_PACK_CABF
#define B LINT_BOTH
const struct lint_rule LINT_USE_RULES[] = {
	{ "CRT-12a", 1, "BR 7.1.2.11.2", M, W, LINT_SUBS, false,
	    "lint.what.no-cdp", points_present },
	{ "CRT-12b", 1, "RFC 5280 4.2.1.13", M, W, LINT_CERTS, false,
	    "lint.what.cdp-critical", points_plain },
	{ "CRT-12c", 1, "BR 7.1.2.11.2", M, B, LINT_CERTS, false,
	    "lint.what.cdp-form", points_form },
	{ "CRT-12d", 1, "BR 7.1.2.11.2", S, W, LINT_CERTS, false,
	    "lint.what.cdp-many", points_one },
	{ "CRT-12e", 1, "BR 7.1.2.11.2", M, W, LINT_CERTS, false,
	    "lint.what.cdp-http", points_http },
	{ "CRT-12f", 1, "BR 7.1.2.1.2", S, W, K(CERT_ROOT), false,
	    "lint.what.cdp-root", points_absent },
	{ "CRT-12g", 1, "BR 7.1.2.8.2", M, W, K(CERT_OCSP), false,
	    "lint.what.cdp-ocsp", points_absent },
	{ "CRT-13a", 1, "BR 7.1.2.10.3", S, W, LINT_SUBS, false,
	    "lint.what.no-aia", access_present },
	{ "CRT-13b", 1, "BR 7.1.2.10.3", M, W, LINT_CERTS, false,
	    "lint.what.aia-form", access_form },
	{ "CRT-14a", 1, "BR 7.1.2.10.5", M, W, K(CERT_TLS_SUB) | K(CERT_CROSS),
	    false, "lint.what.policies", policies_tls },
	{ "CRT-14b", 1, "RFC 5280 4.2.1.4", M, B, LINT_CERTS, false,
	    "lint.what.policies-form", policies_form },
	{ "CRT-14c", 1, "BR 7.1.2.10.5", S, W, LINT_CERTS, false,
	    "lint.what.qualifier", policies_plain },
	{ "CRT-14d", 1, "BR 7.1.2.1.2", S, W, K(CERT_ROOT), false,
	    "lint.what.policies-root", policies_root },
	{ "CRT-14e", 1, "BR 7.1.2.3.2", M, W, K(CERT_SUB), false,
	    "lint.what.policies-reserved", policies_other_sub },
	{ "CRT-15a", 1, "BR 7.1.2.10.6", M, W, K(CERT_TLS_SUB), false,
	    "lint.what.no-server", purposes_tls },
	{ "CRT-15b", 1, "BR 7.1.2.10.6", M, W, LINT_CERTS, false,
	    "lint.what.eku-critical", purposes_plain },
	{ "CRT-15c", 1, "BR 7.1.2.10.6", M, W, K(CERT_TLS_SUB), false,
	    "lint.what.eku-mixed", purposes_tls_only },
	{ "CRT-15d", 1, "BR 7.1.2.1.2", M, W, K(CERT_ROOT), false,
	    "lint.what.eku-root", purposes_absent },
	{ "CRT-15e", 1, "BR 7.1.2.3.3", M, W, K(CERT_SUB), false,
	    "lint.what.eku-sub", purposes_other_sub },
	{ "CRT-15f", 1, "BR 7.1.2.8.5", M, B, K(CERT_OCSP), false,
	    "lint.what.eku-ocsp", purposes_ocsp },
	{ "CRT-15g", 1, "BR 7.1.2.4", M, W, LINT_CERTS, false,
	    "lint.what.eku-precert", purposes_precert },
	{ "CRT-15h", 1, "Chrome 1.3.2", S, W, K(CERT_TLS_SUB), false,
	    "lint.what.eku-client", purposes_client },
	{ "CRT-15i", 1, "RFC 5280 4.2.1.12", M, B, LINT_CERTS, false,
	    "lint.what.eku-form", purposes_form },
	{ "CRT-17b", 1, "RFC 6960 4.2.2.2.1", M, B, LINT_CERTS, false,
	    "lint.what.nocheck", nocheck },
};
const size_t LINT_USE_RULES_count = LINT_COUNT(LINT_USE_RULES);
