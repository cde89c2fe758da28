/* SPDX-License-Identifier: MIT */
/*
 * Rules that hold the bytes against the profile: what it asks for is there
 * to the byte, and nothing else is.  Each builds the part afresh.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/lint/run.h"

static enum lint_verdict
key(struct lint_run *r)
{
	const struct json *want = json_get(r->facts->profile, "key");
	struct err e;

	if (r->facts->profile == NULL)
		return LINT_NONE;
	if (spki_fits(&r->cert->key, want, &e) == 0)
		return LINT_GOOD;
	return lint_bad(r, "subjectPublicKeyInfo", r->cert->key.name,
	    err_value(&e, "must") != NULL ? err_value(&e, "must") : "?");
}

static enum lint_verdict
algorithm(struct lint_run *r)
{
	const char *want = json_get_str(r->facts->profile, "signature");
	const struct sigalg *a = sigalg_from_der(r->cert->alg);

	if (want == NULL)
		return LINT_NONE;
	if (a != NULL && strcmp(a->name, want) == 0)
		return LINT_GOOD;
	return lint_bad(r, "signature", a != NULL ? a->name : "?", want);
}

static enum lint_verdict
subject(struct lint_run *r)
{
	const struct json *rows = r->facts->subject;
	struct buf want = BUF_INIT;
	struct err ignored;
	char found[160], must[160] = "?";
	struct name n;
	enum lint_verdict v = LINT_GOOD;

	if (rows == NULL)
		rows = json_get(r->facts->profile, "subject");
	if (json_count(rows) == 0)
		return LINT_NONE;
	if (name_build(rows, r->facts->rehearsal && cert_kind_is_ca(r->kind),
		&want, &ignored) != 0 ||
	    !span_equal(span_of(&want), r->cert->subject.der)) {
		name_line(&r->cert->subject, found, sizeof(found));
		if (want.len > 0 &&
		    name_parse(span_of(&want), &n, &ignored) == 0)
			name_line(&n, must, sizeof(must));
		v = lint_bad(r, "subject", found, must);
	}
	buf_free(&want);
	return v;
}

static enum lint_verdict
validity(struct lint_run *r)
{
	const struct json *v = json_get(r->facts->profile, "validity");
	int64_t years = json_get_int(v, "years", 0);
	int64_t days = json_get_int(v, "days", 0), end;

	if (years <= 0 && days <= 0)
		return LINT_NONE;
	if (years > 0 && years < 1000)
		end = civil_add_years(r->cert->not_before, (int)years) - 1;
	else
		end = r->cert->not_before + days * 86400 - 1;
	if (r->facts->issuer.p != NULL && end > r->issuer->not_after)
		end = r->issuer->not_after;
	return r->cert->not_after == end
	    ? LINT_GOOD
	    : lint_bad_time(r, "validity.notAfter", r->cert->not_after, end);
}

/* The extensions of the profile, then the two key identifiers. */
static enum lint_verdict
extensions(struct lint_run *r)
{
	struct buf list = BUF_INIT, seq = BUF_INIT;
	struct cert_ext want[CERT_EXTS];
	struct err ignored;
	char oid[128] = "?";
	size_t n = 0;
	enum lint_verdict v = LINT_GOOD;

	if (r->facts->profile == NULL)
		return LINT_NONE;
	if (ext_put_profile(&list, r->facts->profile, r->kind, &ignored) != 0) {
		v = lint_bad(r, "extensions", "?", "those of the profile");
		goto out;
	}
	der_put_buf(&seq, DER_SEQ, &list);
	if (cert_parse_exts(span_of(&seq), want, &n) != 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct cert_ext *x;

		if (der_oid_text(want[i].oid, oid, sizeof(oid)) != 0)
			continue;
		x = cert_ext(r->cert, oid);
		if (x == NULL) {
			v = lint_bad(r, oid, "-", "as in the profile");
			goto out;
		}
		if (x->critical != want[i].critical ||
		    !span_equal(x->value, want[i].value)) {
			v = lint_bad_span(
			    r, oid, x->value, "as in the profile");
			goto out;
		}
	}
	for (size_t i = 0; i < r->cert->n_ext; i++) {
		if (der_oid_text(r->cert->ext[i].oid, oid, sizeof(oid)) != 0)
			continue;
		if (strcmp(oid, "2.5.29.14") == 0 ||
		    strcmp(oid, "2.5.29.35") == 0 ||
		    cert_find_ext(want, n, oid) != NULL)
			continue;
		v = lint_bad(r, "extensions", oid, "absent");
		goto out;
	}
out:
	buf_free(&seq);
	buf_free(&list);
	return v;
}

static enum lint_verdict
root_signs_what(struct lint_run *r)
{
	if (r->facts->issuer.p == NULL || !cert_is_self_issued(r->issuer) ||
	    span_equal(r->issuer->key.der, r->cert->key.der))
		return LINT_NONE;
	/* BR 6.1.7: subordinates, cross, infrastructure, OCSP responders. */
	return r->kind != CERT_ROOT
	    ? LINT_GOOD
	    : lint_bad(r, "kind", "root", "a subordinate");
}

#define M LINT_MUST
#define B LINT_BOTH
const struct lint_rule LINT_PROFILE_RULES[] = {
	{ "PRF-1", 1, "CP 7.1", M, B, LINT_CERTS, true, "lint.what.prf-key",
	    key },
	{ "PRF-2", 1, "CP 7.1", M, B, LINT_CERTS, true, "lint.what.prf-alg",
	    algorithm },
	{ "PRF-3", 1, "CP 7.1", M, B, LINT_CERTS & ~K(CERT_CROSS), true,
	    "lint.what.prf-name", subject },
	{ "PRF-4", 1, "CP 7.1", M, B, LINT_CERTS, true, "lint.what.prf-dates",
	    validity },
	{ "PRF-5", 1, "CP 7.1", M, B, LINT_CERTS, true, "lint.what.prf-ext",
	    extensions },
	{ "CER-8", 1, "BR 6.1.7", M, B, LINT_CERTS, true,
	    "lint.what.root-signs", root_signs_what },
};
const size_t LINT_PROFILE_RULES_count = LINT_COUNT(LINT_PROFILE_RULES);
