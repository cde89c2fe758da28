/* SPDX-License-Identifier: MIT */
/*
 * The engine: every rule of the table gets a row for every object.
 * Invariant: the call succeeds exactly when no row is refused or stands
 * under a waiver that ran out.
 */
#include "ceremony/lint/lint.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/lint/run.h"

#define DAY 86400

const struct lint_rule *
lint_rule_at(size_t i)
{
	static const struct {
		const struct lint_rule *rule;
		const size_t *count;
	} PARTS[] = {
		{ LINT_KEY_RULES, &LINT_KEY_RULES_count },
		{ LINT_BODY_RULES, &LINT_BODY_RULES_count },
		{ LINT_NAME_RULES, &LINT_NAME_RULES_count },
		{ LINT_EXT_RULES, &LINT_EXT_RULES_count },
		{ LINT_USE_RULES, &LINT_USE_RULES_count },
		{ LINT_PROFILE_RULES, &LINT_PROFILE_RULES_count },
		{ LINT_LIST_RULES, &LINT_LIST_RULES_count },
	};

	for (size_t p = 0; p < LINT_COUNT(PARTS); p++) {
		if (i < *PARTS[p].count)
			return &PARTS[p].rule[i];
		i -= *PARTS[p].count;
	}
	return NULL;
}

const struct lint_rule *
lint_rule_find(const char *id)
{
	const struct lint_rule *rule;

	for (size_t i = 0; (rule = lint_rule_at(i)) != NULL; i++)
		if (id != NULL && strcmp(rule->id, id) == 0)
			return rule;
	return NULL;
}

size_t
lint_rule_count(void)
{
	size_t n = 0;

	while (lint_rule_at(n) != NULL)
		n++;
	return n;
}

unsigned
lint_pack(const char *name)
{
	if (name != NULL && strcmp(name, "cabf-br-2.2.6") == 0)
		return LINT_PACK_CABF;
	if (name != NULL && strcmp(name, "rfc5280") == 0)
		return LINT_PACK_RFC5280;
	return 0;
}

enum lint_verdict
lint_bad(struct lint_run *r, const char *field, const char *found,
    const char *must_be)
{
	snprintf(r->row->field, sizeof(r->row->field), "%s", field);
	snprintf(r->row->found, sizeof(r->row->found), "%s", found);
	snprintf(r->row->must_be, sizeof(r->row->must_be), "%s", must_be);
	return LINT_REFUSED;
}

enum lint_verdict
lint_bad_time(
    struct lint_run *r, const char *field, int64_t found, int64_t must_be)
{
	char have[CIVIL_LEN], want[CIVIL_LEN];

	civil_format(found, have);
	civil_format(must_be, want);
	return lint_bad(r, field, have, want);
}

enum lint_verdict
lint_bad_int(
    struct lint_run *r, const char *field, int64_t found, const char *must_be)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)found);
	return lint_bad(r, field, text, must_be);
}

enum lint_verdict
lint_bad_span(struct lint_run *r, const char *field, struct span found,
    const char *must_be)
{
	struct buf hex = BUF_INIT;
	enum lint_verdict v;

	if (found.len > 64)
		found.len = 64;
	hex_encode(&hex, found.p, found.len);
	v = lint_bad(r, field, buf_cstr(&hex), must_be);
	buf_free(&hex);
	return v;
}

/* At least two different names. */
static bool
two_approvals(const struct json *waiver)
{
	const struct json *by = json_get(waiver, "approved_by");

	for (size_t i = 1; i < json_count(by); i++) {
		const char *a = json_str(json_at(by, 0));
		const char *b = json_str(json_at(by, i));

		if (a != NULL && b != NULL && strcmp(a, b) != 0)
			return true;
	}
	return false;
}

/* The waiver for a broken rule: what becomes of the refusal. */
static enum lint_verdict
waived(const struct lint_facts *f, const struct lint_rule *rule,
    char date[static CIVIL_LEN])
{
	for (size_t i = 0; i < json_count(f->waive); i++) {
		const struct json *w = json_at(f->waive, i);
		const char *id = json_get_str(w, "id");
		const char *expires = json_get_str(w, "expires");
		int64_t end;

		if (id == NULL || strcmp(id, rule->id) != 0 || rule->fixed ||
		    json_get_int(w, "rule_version", 0) != rule->version ||
		    expires == NULL || strlen(expires) < 10 ||
		    !two_approvals(w))
			continue;
		snprintf(date, CIVIL_LEN, "%.10sT00:00:00Z", expires);
		if (civil_parse(date, strlen(date), &end) != 0)
			continue;
		date[10] = '\0';
		/* The day itself still counts. */
		return f->now < end + DAY ? LINT_WAIVED : LINT_EXPIRED;
	}
	return LINT_REFUSED;
}

static void
tell(const struct lint_run *r, const struct lint_row *row, const char *date,
    struct err *e)
{
	const struct lint_rule *rule = row->rule;
	const char *item = r->facts->item != NULL ? r->facts->item : "-";

	if (row->verdict == LINT_EXPIRED) {
		err_set(e, ERR_REFUSED, "lint.waiver", "rule", rule->id, "date",
		    date, NULL);
		return;
	}
	if (strcmp(rule->what, "lint.what.key-life") == 0) {
		err_set(e, ERR_REFUSED, "lint.key-life", "item", item, "date",
		    row->found, "rule", rule->id, NULL);
		return;
	}
	err_set(e, ERR_REFUSED, "lint.refused", "item", item, "what",
	    rule->what, "clause", rule->clause, "rule", rule->id, NULL);
}

static void
count(struct lint_results *out, enum lint_verdict v)
{
	switch (v) {
	case LINT_GOOD:
		out->good++;
		break;
	case LINT_NONE:
		out->none++;
		break;
	case LINT_WARNED:
		out->warned++;
		break;
	case LINT_WAIVED:
		out->waived++;
		break;
	case LINT_REFUSED:
	case LINT_EXPIRED:
		out->refused++;
		break;
	}
}

static int
run_rules(struct lint_run *r, struct lint_results *out, struct err *e)
{
	const struct lint_rule *rule;
	unsigned pack = r->facts->pack != 0 ? r->facts->pack : LINT_BOTH;

	for (size_t i = 0; (rule = lint_rule_at(i)) != NULL; i++) {
		struct lint_row *row;
		char date[CIVIL_LEN] = "";

		if (!(rule->packs & pack) || out->n == LINT_ROWS)
			continue;
		row = r->row = &out->row[out->n++];
		row->rule = rule;
		row->verdict = LINT_NONE;
		if (rule->kinds & K(r->kind))
			row->verdict = rule->check(r);
		if (row->verdict == LINT_REFUSED) {
			if (rule->severity == LINT_SHOULD)
				row->verdict = LINT_WARNED;
			else
				row->verdict = waived(r->facts, rule, date);
		}
		count(out, row->verdict);
		if (out->refused == 1 &&
		    (row->verdict == LINT_REFUSED ||
			row->verdict == LINT_EXPIRED))
			tell(r, row, date, e);
	}
	return out->refused == 0 ? 0 : -1;
}

/* What a certificate is when no profile says so. */
static int
guess_kind(const struct cert *c)
{
	const struct cert_ext *x = cert_ext(c, "2.5.29.37");
	/* id-kp-serverAuth and id-kp-OCSPSigning as DER. */
	static const uint8_t SERVER[] = { 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1 };
	static const uint8_t OCSP[] = { 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 9 };
	int64_t path_len;

	if (cert_is_ca(c, &path_len)) {
		if (cert_is_self_issued(c))
			return CERT_ROOT;
		return x != NULL &&
			memmem(x->value.p, x->value.len, SERVER,
			    sizeof(SERVER)) != NULL
		    ? CERT_TLS_SUB
		    : CERT_SUB;
	}
	return x != NULL &&
		memmem(x->value.p, x->value.len, OCSP, sizeof(OCSP)) != NULL
	    ? CERT_OCSP
	    : CERT_INFRA;
}

int
lint_cert(struct span der, enum cert_part part, const struct lint_facts *f,
    struct lint_results *out, struct err *e)
{
	struct lint_run r = { .facts = f };
	struct cert c, issuer;

	memset(out, 0, sizeof(*out));
	if (cert_parse(der, part, &c, e) != 0)
		return -1;
	r.cert = &c;
	if (f->issuer.p != NULL) {
		if (cert_parse(f->issuer, CERT_WHOLE, &issuer, e) != 0)
			return -1;
		r.issuer = &issuer;
	}
	/* Without an issuer a certificate can only be its own. */
	if (r.issuer == NULL && cert_is_self_issued(&c))
		r.issuer = &c;
	r.kind = f->profile != NULL ? cert_kind(f->profile) : guess_kind(&c);
	if (r.kind < 0)
		return err_set(
		    e, ERR_REFUSED, "profile.field", "field", "kind", NULL);
	keyq_check(&c.key, (f->pack & LINT_PACK_CABF) != 0, &r.quality);
	return run_rules(&r, out, e);
}

int
lint_crl(struct span der, enum cert_part part, const struct lint_facts *f,
    struct lint_results *out, struct err *e)
{
	struct lint_run r = { .facts = f, .kind = CERT_KINDS };
	struct cert issuer;
	struct crl c;

	memset(out, 0, sizeof(*out));
	if (crl_parse(der, part, &c, e) != 0 ||
	    cert_parse(f->issuer, CERT_WHOLE, &issuer, e) != 0)
		return -1;
	r.crl = &c;
	r.issuer = &issuer;
	return run_rules(&r, out, e);
}
