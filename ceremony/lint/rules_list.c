/* SPDX-License-Identifier: MIT */
/* Rules on CRLs (BR 4.9.7 and 7.2, RFC 5280 section 5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/lint/run.h"

#define YEAR_2050 INT64_C(2524608000)
#define DAY       86400

static const struct cert_ext *
ext(const struct lint_run *r, const char *oid)
{
	return cert_find_ext(r->crl->ext, r->crl->n_ext, oid);
}

static enum lint_verdict
version(struct lint_run *r)
{
	return r->crl->version == 2
	    ? LINT_GOOD
	    : lint_bad_int(r, "version", r->crl->version, "2");
}

static enum lint_verdict
issuer_bytes(struct lint_run *r)
{
	char found[160];

	name_line(&r->crl->issuer, found, sizeof(found));
	return span_equal(r->crl->issuer.der, r->issuer->subject.der)
	    ? LINT_GOOD
	    : lint_bad(r, "issuer", found, "the bytes of the CA's subject");
}

static enum lint_verdict
issuer_signs(struct lint_run *r)
{
	return cert_key_usage(r->issuer) & 0x02
	    ? LINT_GOOD
	    : lint_bad(r, "issuer", "may not sign lists", "cRLSign");
}

static enum lint_verdict
aki(struct lint_run *r)
{
	const struct cert_ext *x = ext(r, "2.5.29.35");
	struct span id, ski;
	struct der seq, d;
	struct cursor c;

	if (x == NULL)
		return lint_bad(r, "authorityKeyIdentifier", "-", "present");
	if (!x->critical && cert_ext_aki(x, &id) == 0 &&
	    cert_ski(r->issuer, &ski) == 0 && span_equal(id, ski) &&
	    der_whole(x->value, DER_SEQ, &seq) == 0) {
		c = der_inside(&seq);
		if (der_next(&c, &d) == 0 && c.left == 0)
			return LINT_GOOD;
	}
	return lint_bad_span(r, "authorityKeyIdentifier", x->value,
	    "the CA's key identifier alone");
}

static enum lint_verdict
next_update(struct lint_run *r)
{
	if (r->crl->next_update == CERT_NO_TIME)
		return lint_bad(r, "nextUpdate", "-", "present");
	return r->crl->next_update > r->crl->this_update
	    ? LINT_GOOD
	    : lint_bad_time(
		  r, "nextUpdate", r->crl->next_update, r->crl->this_update);
}

static enum lint_verdict
twelve_months(struct lint_run *r)
{
	int64_t last = civil_add_years(r->crl->this_update, 1);

	if (r->crl->next_update == CERT_NO_TIME)
		return LINT_NONE;
	return r->crl->next_update <= last
	    ? LINT_GOOD
	    : lint_bad_time(r, "nextUpdate", r->crl->next_update, last);
}

/* Other linters count 365 days: stay below all of them. */
static enum lint_verdict
not_too_near(struct lint_run *r)
{
	int64_t last = r->crl->this_update + 364 * (int64_t)DAY;

	if (r->crl->next_update == CERT_NO_TIME)
		return LINT_NONE;
	return r->crl->next_update <= last
	    ? LINT_GOOD
	    : lint_bad_time(r, "nextUpdate", r->crl->next_update, last);
}

static enum lint_verdict
time_types(struct lint_run *r)
{
	const struct crl *c = r->crl;

	if ((c->this_update < YEAR_2050) != (c->this_tag == DER_UTCTIME))
		return lint_bad_time(
		    r, "thisUpdate", c->this_update, c->this_update);
	if (c->next_update != CERT_NO_TIME &&
	    (c->next_update < YEAR_2050) != (c->next_tag == DER_UTCTIME))
		return lint_bad_time(
		    r, "nextUpdate", c->next_update, c->next_update);
	return LINT_GOOD;
}

static enum lint_verdict
number(struct lint_run *r)
{
	const struct cert_ext *x = ext(r, "2.5.29.20");
	struct span n;

	if (crl_number(r->crl, &n) != 0)
		return lint_bad(r, "cRLNumber", "-", "present");
	if (x->critical || n.p[0] >= 0x80 || n.len > CRL_NUMBER_MAX ||
	    (n.len > 1 && n.p[0] == 0 && n.p[1] < 0x80))
		return lint_bad_span(
		    r, "cRLNumber", n, "0 to 2^159-1, not critical");
	return LINT_GOOD;
}

static enum lint_verdict
number_grows(struct lint_run *r)
{
	char last[64], have[64];
	struct span n;

	if (r->facts->last_crl_number.p == NULL || crl_number(r->crl, &n) != 0)
		return LINT_NONE;
	if (crl_number_compare(n, r->facts->last_crl_number) > 0)
		return LINT_GOOD;
	crl_number_text(n, have, sizeof(have));
	crl_number_text(r->facts->last_crl_number, last, sizeof(last));
	return lint_bad(r, "cRLNumber", have, last);
}

static enum lint_verdict
not_empty(struct lint_run *r)
{
	return !r->crl->has_revoked || r->crl->n_revoked > 0
	    ? LINT_GOOD
	    : lint_bad(r, "revokedCertificates", "empty", "absent");
}

static enum lint_verdict
reasons(struct lint_run *r)
{
	struct cursor at = crl_entries(r->crl);
	struct crl_entry x;
	struct err ignored;

	while (crl_next(&at, &x, &ignored) == 1)
		if (x.reason != 1 && x.reason != 3 && x.reason != 4 &&
		    x.reason != 5 && x.reason != 9)
			return lint_bad_int(
			    r, "reasonCode", x.reason, "1, 3, 4, 5 or 9");
	return LINT_GOOD;
}

/* 7 is no reason, 8 belongs in delta lists, 0 should be left out. */
static enum lint_verdict
reasons_exist(struct lint_run *r)
{
	struct cursor at = crl_entries(r->crl);
	struct crl_entry x;
	struct err ignored;

	while (crl_next(&at, &x, &ignored) == 1)
		if (x.reason >= 0 &&
		    (x.reason == 0 || x.reason == 8 ||
			crl_reason_name(x.reason) == NULL))
			return lint_bad_int(r, "reasonCode", x.reason,
			    "a reason of RFC 5280 5.3.1");
	return LINT_GOOD;
}

static enum lint_verdict
profile_reasons(struct lint_run *r)
{
	const struct json *list = json_get(r->facts->profile, "reasons");
	struct cursor at = crl_entries(r->crl);
	struct crl_entry x;
	struct err ignored;

	if (ext_list_count(list) == 0)
		return LINT_NONE;
	while (crl_next(&at, &x, &ignored) == 1) {
		bool found = false;

		for (size_t i = 0; i < ext_list_count(list) && !found; i++)
			found = crl_reason(ext_list_at(list, i)) == x.reason;
		if (!found)
			return lint_bad_int(r, "reasonCode", x.reason,
			    "a reason of the profile");
	}
	return LINT_GOOD;
}

static enum lint_verdict
profile_dates(struct lint_run *r)
{
	int64_t end;
	struct err ignored;

	if (json_get(r->facts->profile, "next_update_days") == NULL ||
	    r->crl->next_update == CERT_NO_TIME)
		return LINT_NONE;
	if (crl_dates(r->facts->profile, r->crl->this_update,
		r->issuer->not_after, &end, &ignored) != 0)
		return lint_bad(r, "nextUpdate", "?", "as in the profile");
	return r->crl->next_update == end
	    ? LINT_GOOD
	    : lint_bad_time(r, "nextUpdate", r->crl->next_update, end);
}

static enum lint_verdict
revoked_before(struct lint_run *r)
{
	struct cursor at = crl_entries(r->crl);
	struct crl_entry x;
	struct err ignored;

	while (crl_next(&at, &x, &ignored) == 1)
		if (x.date > r->crl->this_update)
			return lint_bad_time(
			    r, "revocationDate", x.date, r->crl->this_update);
	return LINT_GOOD;
}

static int
by_serial(const void *a, const void *b)
{
	const struct crl_entry *x = a, *y = b;
	int order;

	if (x->serial_len != y->serial_len)
		return x->serial_len < y->serial_len ? -1 : 1;
	order = memcmp(x->serial, y->serial, x->serial_len);
	return order;
}

/* All entries in the order of their serial numbers; the caller frees. */
static struct crl_entry *
sorted(const struct crl *c, size_t *n)
{
	struct crl_entry *list = xcalloc(c->n_revoked + 1, sizeof(*list));
	struct cursor at = crl_entries(c);
	struct err ignored;

	*n = 0;
	while (*n < c->n_revoked && crl_next(&at, &list[*n], &ignored) == 1)
		(*n)++;
	qsort(list, *n, sizeof(*list), by_serial);
	return list;
}

static enum lint_verdict
serials(struct lint_run *r)
{
	struct crl_entry *list;
	size_t n;
	enum lint_verdict v = LINT_GOOD;

	if (r->crl->n_revoked == 0)
		return LINT_NONE;
	list = sorted(r->crl, &n);
	for (size_t i = 0; i < n && v == LINT_GOOD; i++) {
		struct span s = { list[i].serial, list[i].serial_len };

		if (s.p[0] >= 0x80)
			v = lint_bad_span(r, "userCertificate", s, "above 0");
		else if (i > 0 && by_serial(&list[i - 1], &list[i]) == 0)
			v = lint_bad_span(r, "userCertificate", s, "once");
	}
	free(list);
	return v;
}

/* An entry may go when its certificate had ended before the last list. */
static bool
had_ended(
    const struct lint_run *r, const struct crl_entry *x, const struct crl *last)
{
	struct span serial = { x->serial, x->serial_len };

	for (size_t i = 0; i < r->facts->n_known; i++) {
		struct cert c;
		struct err ignored;

		if (cert_parse(r->facts->known[i].der, CERT_WHOLE, &c,
			&ignored) == 0 &&
		    span_equal(c.serial, serial) &&
		    span_equal(c.issuer.der, r->crl->issuer.der))
			return c.not_after < last->this_update;
	}
	return false;
}

static enum lint_verdict
none_dropped(struct lint_run *r)
{
	struct crl_entry *list, x;
	struct cursor at;
	struct crl last;
	struct err ignored;
	size_t n;
	enum lint_verdict v = LINT_GOOD;

	if (r->facts->last_crl.p == NULL)
		return LINT_NONE;
	if (crl_parse(r->facts->last_crl, CERT_WHOLE, &last, &ignored) != 0)
		return lint_bad(r, "revokedCertificates", "?",
		    "a list before that can be read");
	list = sorted(r->crl, &n);
	at = crl_entries(&last);
	while (v == LINT_GOOD && crl_next(&at, &x, &ignored) == 1) {
		struct span s = { x.serial, x.serial_len };

		if (bsearch(&x, list, n, sizeof(*list), by_serial) == NULL &&
		    !had_ended(r, &x, &last))
			v = lint_bad_span(r, "userCertificate", s, "present");
	}
	free(list);
	return v;
}

static enum lint_verdict
within_issuer(struct lint_run *r)
{
	if (r->crl->this_update < r->issuer->not_before)
		return lint_bad_time(r, "thisUpdate", r->crl->this_update,
		    r->issuer->not_before);
	if (r->crl->next_update != CERT_NO_TIME &&
	    r->crl->next_update > r->issuer->not_after)
		return lint_bad_time(
		    r, "nextUpdate", r->crl->next_update, r->issuer->not_after);
	return LINT_GOOD;
}

static enum lint_verdict
no_idp(struct lint_run *r)
{
	return ext(r, "2.5.29.28") == NULL
	    ? LINT_GOOD
	    : lint_bad(r, "issuingDistributionPoint", "present", "absent");
}

/* Critical, with a distributionPoint, never indirect, not empty. */
static enum lint_verdict
idp_form(struct lint_run *r)
{
	const struct cert_ext *x = ext(r, "2.5.29.28");
	struct der seq, d;
	struct cursor c;
	bool point = false;

	if (x == NULL)
		return LINT_NONE;
	if (!x->critical || der_whole(x->value, DER_SEQ, &seq) != 0)
		goto bad;
	c = der_inside(&seq);
	while (c.left > 0) {
		if (der_next(&c, &d) != 0 || d.tag == DER_CTX(4) ||
		    d.tag == DER_CTX(5))
			goto bad;
		point = point || d.tag == DER_CTXC(0);
	}
	if (point)
		return LINT_GOOD;
bad:
	return lint_bad_span(r, "issuingDistributionPoint", x->value,
	    "critical, with a distributionPoint, not indirect");
}

static enum lint_verdict
known_only(struct lint_run *r)
{
	for (size_t i = 0; i < r->crl->n_ext; i++) {
		char oid[128] = "?";

		(void)der_oid_text(r->crl->ext[i].oid, oid, sizeof(oid));
		if (strcmp(oid, "2.5.29.35") != 0 &&
		    strcmp(oid, "2.5.29.20") != 0 &&
		    strcmp(oid, "2.5.29.28") != 0)
			return lint_bad(r, "crlExtensions", oid, "absent");
	}
	return LINT_GOOD;
}

static enum lint_verdict
entries_plain(struct lint_run *r)
{
	struct cursor at = crl_entries(r->crl);
	struct crl_entry x;
	struct err ignored;

	while (crl_next(&at, &x, &ignored) == 1)
		if (x.more)
			return lint_bad(r, "crlEntryExtensions", "others",
			    "reasonCode alone");
	return LINT_GOOD;
}

#define M LINT_MUST
#define S LINT_SHOULD
#define W LINT_PACK_CABF
#define B LINT_BOTH
const struct lint_rule LINT_LIST_RULES[] = {
	{ "CRL-1a", 1, "RFC 5280 5.1.2.1", M, B, LINT_CRL, true,
	    "lint.what.crl-version", version },
	{ "CRL-1b", 1, "BR 7.2", M, B, LINT_CRL, true, "lint.what.crl-issuer",
	    issuer_bytes },
	{ "CRL-1c", 1, "RFC 5280 5.2.1", M, B, LINT_CRL, false,
	    "lint.what.crl-aki", aki },
	{ "CRL-1d", 1, "RFC 5280 4.2.1.3", M, B, LINT_CRL, true,
	    "lint.what.crl-signs", issuer_signs },
	{ "CRL-2a", 1, "RFC 5280 5.1.2.5", M, B, LINT_CRL, false,
	    "lint.what.next-update", next_update },
	{ "CRL-2b", 1, "BR 4.9.7", M, W, LINT_CRL, false,
	    "lint.what.twelve-months", twelve_months },
	{ "CRL-2c", 1, "BR 4.9.7", S, W, LINT_CRL, false, "lint.what.over-364",
	    not_too_near },
	{ "CRL-2d", 1, "RFC 5280 5.1.2.4", M, B, LINT_CRL, true,
	    "lint.what.crl-time-type", time_types },
	{ "CRL-3a", 1, "RFC 5280 5.2.3", M, B, LINT_CRL, true,
	    "lint.what.crl-number", number },
	{ "CRL-3b", 1, "RFC 5280 5.2.3", M, B, LINT_CRL, true,
	    "lint.what.crl-number-old", number_grows },
	{ "CRL-4", 1, "RFC 5280 5.1.2.6", M, B, LINT_CRL, true,
	    "lint.what.crl-empty", not_empty },
	{ "CRL-5a", 1, "BR 7.2.2", M, W, LINT_CRL, false, "lint.what.reason",
	    reasons },
	{ "CRL-5b", 1, "RFC 5280 5.3.1", M, B, LINT_CRL, false,
	    "lint.what.no-reason", reasons_exist },
	{ "CRL-6a", 1, "BR 7.2.2.1", S, W, LINT_CRL, false, "lint.what.idp",
	    no_idp },
	{ "CRL-6b", 1, "BR 7.2.2.1", M, B, LINT_CRL, false,
	    "lint.what.idp-form", idp_form },
	{ "CRL-6c", 1, "RFC 5280 5.2", M, B, LINT_CRL, false,
	    "lint.what.crl-unknown", known_only },
	{ "CRL-6d", 1, "RFC 5280 5.3", S, B, LINT_CRL, false,
	    "lint.what.crl-entry-more", entries_plain },
	{ "CRL-8a", 1, "BR 7.2.2", M, B, LINT_CRL, true,
	    "lint.what.revoked-later", revoked_before },
	{ "CRL-8b", 1, "RFC 5280 5.1.2.6", M, B, LINT_CRL, true,
	    "lint.what.crl-serials", serials },
	{ "CRL-8c", 1, "RFC 5280 3.3", M, B, LINT_CRL, true,
	    "lint.what.crl-dropped", none_dropped },
	{ "CRL-9", 1, "RFC 5280 6.3.3", M, B, LINT_CRL, false,
	    "lint.what.crl-issuer-life", within_issuer },
	{ "PRF-6", 1, "CP 7.2", M, B, LINT_CRL, true, "lint.what.prf-crl-dates",
	    profile_dates },
	{ "PRF-7", 1, "CP 7.2", M, B, LINT_CRL, true, "lint.what.prf-reasons",
	    profile_reasons },
};
const size_t LINT_LIST_RULES_count = LINT_COUNT(LINT_LIST_RULES);
