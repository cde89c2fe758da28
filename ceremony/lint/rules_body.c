/* SPDX-License-Identifier: MIT */
/* Rules on versions, serial numbers and dates. */
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/lint/run.h"

#define DAY       86400
#define YEAR_2050 INT64_C(2524608000)

static enum lint_verdict
version(struct lint_run *r)
{
	return r->cert->version == 3
	    ? LINT_GOOD
	    : lint_bad_int(r, "version", r->cert->version, "3");
}

static enum lint_verdict
unique_ids(struct lint_run *r)
{
	if (r->cert->issuer_uid.p != NULL)
		return lint_bad_span(
		    r, "issuerUniqueID", r->cert->issuer_uid, "absent");
	if (r->cert->subject_uid.p != NULL)
		return lint_bad_span(
		    r, "subjectUniqueID", r->cert->subject_uid, "absent");
	return LINT_GOOD;
}

static enum lint_verdict
serial_positive(struct lint_run *r)
{
	struct span s = r->cert->serial;

	if (s.p[0] >= 0x80 || (s.len == 1 && s.p[0] == 0))
		return lint_bad_span(r, "serialNumber", s, "above 0");
	return LINT_GOOD;
}

static enum lint_verdict
serial_short(struct lint_run *r)
{
	struct span s = r->cert->serial;

	return s.len <= 20
	    ? LINT_GOOD
	    : lint_bad_span(r, "serialNumber", s, "at most 20 octets");
}

static enum lint_verdict
serial_der(struct lint_run *r)
{
	struct span s = r->cert->serial;

	if (s.len > 1 &&
	    ((s.p[0] == 0 && s.p[1] < 0x80) ||
		(s.p[0] == 0xff && s.p[1] >= 0x80)))
		return lint_bad_span(
		    r, "serialNumber", s, "its shortest encoding");
	return LINT_GOOD;
}

/* 64 random bits do not fit in less than eight octets. */
static enum lint_verdict
serial_long(struct lint_run *r)
{
	struct span s = r->cert->serial;

	return s.len >= 8
	    ? LINT_GOOD
	    : lint_bad_span(r, "serialNumber", s, "64 random bits or more");
}

static enum lint_verdict
serial_new(struct lint_run *r)
{
	for (size_t i = 0; i < r->facts->n_known; i++) {
		struct cert c;
		struct err ignored;

		if (cert_parse(
			r->facts->known[i].der, CERT_WHOLE, &c, &ignored) != 0)
			continue;
		if (span_equal(c.serial, r->cert->serial) &&
		    span_equal(c.issuer.der, r->cert->issuer.der))
			return lint_bad_span(
			    r, "serialNumber", c.serial, "never used before");
	}
	return LINT_GOOD;
}

static enum lint_verdict
time_types(struct lint_run *r)
{
	const struct cert *c = r->cert;

	if ((c->not_before < YEAR_2050) != (c->not_before_tag == DER_UTCTIME))
		return lint_bad_time(
		    r, "validity.notBefore", c->not_before, c->not_before);
	if ((c->not_after < YEAR_2050) != (c->not_after_tag == DER_UTCTIME))
		return lint_bad_time(
		    r, "validity.notAfter", c->not_after, c->not_after);
	return LINT_GOOD;
}

static enum lint_verdict
dates_order(struct lint_run *r)
{
	return r->cert->not_before < r->cert->not_after
	    ? LINT_GOOD
	    : lint_bad_time(r, "validity.notAfter", r->cert->not_after,
		  r->cert->not_before);
}

static enum lint_verdict
not_before_future(struct lint_run *r)
{
	return r->cert->not_before <= r->facts->now
	    ? LINT_GOOD
	    : lint_bad_time(
		  r, "validity.notBefore", r->cert->not_before, r->facts->now);
}

static enum lint_verdict
not_before_old(struct lint_run *r)
{
	int64_t from = r->facts->now - DAY;

	/* A cross certificate may start with the earliest one (7.1.2.2). */
	for (size_t i = 0; r->kind == CERT_CROSS && i < r->facts->n_known;
	     i++) {
		struct cert c;
		struct err ignored;

		if (cert_parse(r->facts->known[i].der, CERT_WHOLE, &c,
			&ignored) == 0 &&
		    span_equal(c.key.der, r->cert->key.der) &&
		    c.not_before < from)
			from = c.not_before;
	}
	return r->cert->not_before >= from
	    ? LINT_GOOD
	    : lint_bad_time(r, "validity.notBefore", r->cert->not_before, from);
}

static int64_t
days(const struct cert *c)
{
	/* Both ends count (BR 1.6.1), and a started day is a day. */
	return (c->not_after - c->not_before + 1 + DAY - 1) / DAY;
}

static enum lint_verdict
root_short(struct lint_run *r)
{
	return days(r->cert) >= 2922
	    ? LINT_GOOD
	    : lint_bad_int(r, "validity", days(r->cert), "2922 days or more");
}

static enum lint_verdict
root_long(struct lint_run *r)
{
	return days(r->cert) <= 9132
	    ? LINT_GOOD
	    : lint_bad_int(r, "validity", days(r->cert), "9132 days or less");
}

static enum lint_verdict
sub_long(struct lint_run *r)
{
	return r->cert->not_after <= civil_add_years(r->cert->not_before, 3) - 1
	    ? LINT_GOOD
	    : lint_bad_int(r, "validity", days(r->cert), "3 years or less");
}

static enum lint_verdict
key_life(struct lint_run *r)
{
	int64_t born = r->facts->key_born, last;

	if (born == CERT_NO_TIME)
		born = r->facts->now;
	last = civil_add_years(born, CERT_KEY_YEARS) - 1;
	return r->cert->not_after <= last
	    ? LINT_GOOD
	    : lint_bad_time(r, "validity.notAfter", r->cert->not_after, last);
}

static enum lint_verdict
within_issuer(struct lint_run *r)
{
	if (r->facts->issuer.p == NULL)
		return LINT_NONE;
	return r->cert->not_after <= r->issuer->not_after
	    ? LINT_GOOD
	    : lint_bad_time(r, "validity.notAfter", r->cert->not_after,
		  r->issuer->not_after);
}

static enum lint_verdict
same_day(struct lint_run *r)
{
	if (r->facts->key_born == CERT_NO_TIME)
		return LINT_NONE;
	return r->facts->now - r->facts->key_born < DAY
	    ? LINT_GOOD
	    : lint_bad_time(
		  r, "validity.notBefore", r->facts->key_born, r->facts->now);
}

#define M LINT_MUST
#define S LINT_SHOULD
#define W LINT_PACK_CABF
#define B LINT_BOTH
const struct lint_rule LINT_BODY_RULES[] = {
	{ "CRT-1a", 1, "RFC 5280 4.1.2.1", M, B, LINT_CERTS, true,
	    "lint.what.version", version },
	{ "CRT-1b", 1, "BR 7.1.2.1", M, B, LINT_CERTS, false,
	    "lint.what.unique-id", unique_ids },
	{ "CRT-2a", 1, "RFC 5280 4.1.2.2", M, B, LINT_CERTS, true,
	    "lint.what.serial-zero", serial_positive },
	{ "CRT-2b", 1, "RFC 5280 4.1.2.2", M, B, LINT_CERTS, true,
	    "lint.what.serial-long", serial_short },
	{ "CRT-2c", 1, "RFC 5280 4.1.2.2", M, B, LINT_CERTS, true,
	    "lint.what.serial-der", serial_der },
	{ "CRT-2d", 1, "BR 7.1.2.1", M, W, LINT_CERTS, false,
	    "lint.what.serial-short", serial_long },
	{ "CRT-2e", 1, "RFC 5280 4.1.2.2", M, B, LINT_CERTS, true,
	    "lint.what.serial-used", serial_new },
	{ "CRT-3a", 1, "BR 7.1.2.1.1", M, B, LINT_CERTS, true,
	    "lint.what.starts-late", not_before_future },
	{ "CRT-3b", 1, "BR 7.1.2.1.1", M, B, LINT_CERTS, false,
	    "lint.what.starts-early", not_before_old },
	{ "CRT-3c", 1, "RFC 5280 4.1.2.5", M, B, LINT_CERTS, true,
	    "lint.what.dates-order", dates_order },
	{ "CRT-3d", 1, "RFC 5280 4.1.2.5", M, B, LINT_CERTS, true,
	    "lint.what.time-type", time_types },
	{ "VAL-1", 1, "BR 7.1.2.1.1", M, W, K(CERT_ROOT), false,
	    "lint.what.root-short", root_short },
	{ "VAL-2", 1, "BR 7.1.2.1.1", M, W, K(CERT_ROOT), false,
	    "lint.what.root-long", root_long },
	{ "VAL-3", 1, "CPS 6.3.2", M, B, LINT_CERTS, true, "lint.what.key-life",
	    key_life },
	{ "VAL-4", 1, "RFC 5280 6.1", M, B, LINT_SUBS | LINT_ENDS, true,
	    "lint.what.outlives", within_issuer },
	{ "VAL-5", 1, "Chrome 1.3.2", S, W, K(CERT_TLS_SUB), false,
	    "lint.what.sub-long", sub_long },
	{ "VAL-6", 1, "Chrome 2.2", S, W, K(CERT_ROOT), false,
	    "lint.what.other-day", same_day },
};
const size_t LINT_BODY_RULES_count = LINT_COUNT(LINT_BODY_RULES);
