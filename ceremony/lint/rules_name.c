/* SPDX-License-Identifier: MIT */
/* Rules on names. */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/utf8.h"
#include "ceremony/lint/run.h"

/* ISO 3166-1 alpha-2, as assigned. */
static const char COUNTRIES[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI "
    "BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN "
    "CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
    "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW";

static enum lint_verdict
issuer_bytes(struct lint_run *r)
{
	char found[160];

	if (r->issuer == NULL)
		return LINT_NONE;
	name_line(&r->cert->issuer, found, sizeof(found));
	return span_equal(r->cert->issuer.der, r->issuer->subject.der)
	    ? LINT_GOOD
	    : lint_bad(r, "issuer", found, "the bytes of the issuer's subject");
}

static enum lint_verdict
issuer_here(struct lint_run *r)
{
	return r->issuer != NULL
	    ? LINT_GOOD
	    : lint_bad(r, "issuer", "-", "the issuer's certificate");
}

/* A root is its own issuer. */
static enum lint_verdict
root_own(struct lint_run *r)
{
	return cert_is_self_issued(r->cert)
	    ? LINT_GOOD
	    : lint_bad(r, "issuer", "another name", "the subject's bytes");
}

static enum lint_verdict
own_name(struct lint_run *r)
{
	char found[160];

	name_line(&r->cert->subject, found, sizeof(found));
	return span_equal(r->cert->subject.der, r->cert->issuer.der)
	    ? lint_bad(r, "subject", found, "another name than the issuer's")
	    : LINT_GOOD;
}

static enum lint_verdict
not_empty(struct lint_run *r)
{
	return r->cert->subject.n > 0 ? LINT_GOOD
				      : lint_bad(r, "subject", "-", "a name");
}

static enum lint_verdict
has(struct lint_run *r, const char *type, const char *field)
{
	return name_get(&r->cert->subject, type) != NULL
	    ? LINT_GOOD
	    : lint_bad(r, field, "-", "present");
}

static enum lint_verdict
has_country(struct lint_run *r)
{
	return has(r, "C", "subject.C");
}

static enum lint_verdict
has_organization(struct lint_run *r)
{
	return has(r, "O", "subject.O");
}

static enum lint_verdict
has_common_name(struct lint_run *r)
{
	return has(r, "CN", "subject.CN");
}

static enum lint_verdict
no_unit(struct lint_run *r)
{
	const struct name_attr *a = name_get(&r->cert->subject, "OU");
	char found[160];

	if (a == NULL)
		return LINT_GOOD;
	name_value(a, found, sizeof(found));
	return lint_bad(r, "subject.OU", found, "absent");
}

static enum lint_verdict
country(struct lint_run *r)
{
	const struct name_attr *a = name_get(&r->cert->subject, "C");
	char found[160];

	if (a == NULL)
		return LINT_NONE;
	name_value(a, found, sizeof(found));
	if (strlen(found) != 2 || strchr(found, ' ') != NULL ||
	    strstr(COUNTRIES, found) == NULL)
		return lint_bad(
		    r, "subject.C", found, "two capitals of ISO 3166");
	return LINT_GOOD;
}

static enum lint_verdict
usual_types(struct lint_run *r)
{
	for (size_t i = 0; i < r->cert->subject.n; i++) {
		const struct name_attr *a = &r->cert->subject.attr[i];
		char oid[80] = "?";

		if (a->type != NULL && a->type->order <= 11)
			continue;
		(void)der_oid_text(a->oid, oid, sizeof(oid));
		return lint_bad(r, "subject",
		    a->type != NULL ? a->type->name : oid, "absent");
	}
	return LINT_GOOD;
}

static enum lint_verdict
one_per_rdn(struct lint_run *r)
{
	for (size_t i = 0; i < r->cert->subject.n; i++)
		if (!r->cert->subject.attr[i].first)
			return lint_bad(r, "subject", "two in one RDN",
			    "one attribute per RDN");
	return LINT_GOOD;
}

static enum lint_verdict
order(struct lint_run *r)
{
	unsigned last = 0;

	for (size_t i = 0; i < r->cert->subject.n; i++) {
		const struct name_attr *a = &r->cert->subject.attr[i];

		if (a->type == NULL)
			continue;
		if (a->type->order < last)
			return lint_bad(r, "subject", a->type->name,
			    "DC C ST L postalCode street O SN GN OU CN");
		last = a->type->order;
	}
	return LINT_GOOD;
}

/* domainComponent and streetAddress may come again. */
static enum lint_verdict
no_repeats(struct lint_run *r)
{
	const struct name *n = &r->cert->subject;

	for (size_t i = 0; i < n->n; i++)
		for (size_t k = 0; k < i; k++) {
			if (!span_equal(n->attr[i].oid, n->attr[k].oid))
				continue;
			if (n->attr[i].type != NULL &&
			    (n->attr[i].type->order == 1 ||
				n->attr[i].type->order == 6))
				continue;
			return lint_bad(r, "subject",
			    n->attr[i].type != NULL ? n->attr[i].type->name
						    : "?",
			    "once");
		}
	return LINT_GOOD;
}

static enum lint_verdict
string_types(struct lint_run *r)
{
	for (size_t i = 0; i < r->cert->subject.n; i++) {
		const struct name_attr *a = &r->cert->subject.attr[i];
		uint8_t want = a->type != NULL ? a->type->tag : DER_UTF8;
		bool good;

		/* DirectoryString: either of two; C, DC and the like: one. */
		if (want == DER_UTF8)
			good = a->tag == DER_UTF8 || a->tag == DER_PRINTABLE;
		else
			good = a->tag == want;
		if (!good)
			return lint_bad_int(r, "subject", a->tag,
			    "UTF8String or PrintableString as X.520 says");
	}
	return LINT_GOOD;
}

static enum lint_verdict
lengths(struct lint_run *r)
{
	for (size_t i = 0; i < r->cert->subject.n; i++) {
		const struct name_attr *a = &r->cert->subject.attr[i];
		char value[1100], must[32];
		size_t n;

		if (a->type == NULL)
			continue;
		name_value(a, value, sizeof(value));
		n = utf8_count(value, strlen(value));
		if (n <= a->type->max)
			continue;
		snprintf(must, sizeof(must), "%u characters", a->type->max);
		return lint_bad_int(r, a->type->name, (int64_t)n, must);
	}
	return LINT_GOOD;
}

static enum lint_verdict
blanks(struct lint_run *r)
{
	for (size_t i = 0; i < r->cert->subject.n; i++) {
		struct span v = r->cert->subject.attr[i].value;

		if (v.len > 0 && (v.p[0] == ' ' || v.p[v.len - 1] == ' '))
			return lint_bad(
			    r, "subject", "a blank at an end", "none");
	}
	return LINT_GOOD;
}

static enum lint_verdict
same_bytes(struct lint_run *r)
{
	for (size_t i = 0; i < r->facts->n_known; i++) {
		struct cert c;
		struct err ignored;
		char found[160];

		if (cert_parse(r->facts->known[i].der, CERT_WHOLE, &c,
			&ignored) != 0 ||
		    !name_alike(&c.subject, &r->cert->subject) ||
		    span_equal(c.subject.der, r->cert->subject.der))
			continue;
		name_line(&c.subject, found, sizeof(found));
		return lint_bad(
		    r, "subject", found, "the same bytes for the same name");
	}
	return LINT_GOOD;
}

static enum lint_verdict
name_new(struct lint_run *r)
{
	for (size_t i = 0; i < r->facts->n_known; i++) {
		struct cert c;
		struct err ignored;

		if (cert_parse(r->facts->known[i].der, CERT_WHOLE, &c,
			&ignored) == 0 &&
		    span_equal(c.subject.der, r->cert->subject.der) &&
		    !span_equal(c.key.der, r->cert->key.der))
			return lint_bad(r, "subject",
			    r->facts->known[i].item != NULL
				? r->facts->known[i].item
				: "?",
			    "one key a name");
	}
	return LINT_GOOD;
}

static enum lint_verdict
mark(struct lint_run *r)
{
	bool marked = cert_is_rehearsal(r->cert);
	char found[160];

	if (marked == r->facts->rehearsal)
		return LINT_GOOD;
	name_short(&r->cert->subject, found, sizeof(found));
	return lint_bad(r, "subject.CN", found,
	    marked ? "no mark of a rehearsal" : "... REHEARSAL");
}

#define M     LINT_MUST
#define S     LINT_SHOULD
#define W     LINT_PACK_CABF
#define B     LINT_BOTH
#define NO_OU (K(CERT_ROOT) | K(CERT_CROSS) | K(CERT_TLS_SUB))
const struct lint_rule LINT_NAME_RULES[] = {
	{ "CRT-4a", 1, "RFC 5280 6.1.3", M, B, LINT_CERTS, true,
	    "lint.what.issuer-name", issuer_bytes },
	{ "CRT-4b", 1, "RFC 5280 4.1.2.4", M, B,
	    K(CERT_TLS_SUB) | K(CERT_SUB) | LINT_ENDS, false,
	    "lint.what.own-name", own_name },
	{ "CRT-4c", 1, "RFC 5280 6.1.3", M, B, K(CERT_ROOT), true,
	    "lint.what.root-own", root_own },
	{ "CRT-4d", 1, "RFC 5280 6.1.3", S, B, LINT_CERTS, true,
	    "lint.what.no-issuer", issuer_here },
	{ "CRT-9a", 1, "RFC 5280 4.1.2.6", M, B, LINT_CERTS, true,
	    "lint.what.no-name", not_empty },
	{ "CRT-9b", 1, "BR 7.1.2.10.2", M, W, LINT_CERTS, false,
	    "lint.what.no-country", has_country },
	{ "CRT-9c", 1, "BR 7.1.2.10.2", M, W, LINT_CERTS, false,
	    "lint.what.no-organization", has_organization },
	{ "CRT-9d", 1, "BR 7.1.2.10.2", M, W, LINT_CERTS, false,
	    "lint.what.no-common-name", has_common_name },
	{ "CRT-9e", 1, "BR 7.1.2.10.2", M, W, NO_OU, false, "lint.what.unit",
	    no_unit },
	{ "CRT-9f", 1, "BR 7.1.2.10.2", S, W, LINT_CERTS & ~NO_OU, false,
	    "lint.what.unit", no_unit },
	{ "CRT-9g", 1, "BR 7.1.4.2", M, B, LINT_CERTS, false,
	    "lint.what.country", country },
	{ "CRT-9h", 1, "BR 7.1.2.10.2", S, W, LINT_CERTS, false,
	    "lint.what.odd-attribute", usual_types },
	{ "CRT-10a", 1, "BR 7.1.4.2", M, W, LINT_CERTS, false,
	    "lint.what.multi-rdn", one_per_rdn },
	{ "CRT-10b", 1, "BR 7.1.4.2", M, W, LINT_CERTS, false,
	    "lint.what.name-order", order },
	{ "CRT-10c", 1, "BR 7.1.4.2", M, W, LINT_CERTS, false,
	    "lint.what.name-twice", no_repeats },
	{ "CRT-10d", 1, "RFC 5280 4.1.2.4", M, B, LINT_CERTS, false,
	    "lint.what.string-type", string_types },
	{ "CRT-10e", 1, "RFC 5280 A.1", M, B, LINT_CERTS, false,
	    "lint.what.name-long", lengths },
	{ "CRT-10f", 1, "BR 7.1.4.2", S, B, LINT_CERTS, false,
	    "lint.what.name-blank", blanks },
	{ "CRT-11a", 1, "BR 7.1.4.1", M, B, LINT_CERTS, false,
	    "lint.what.name-bytes", same_bytes },
	{ "CRT-11b", 1, "BR 7.1.4.3", S, W, LINT_CERTS, false,
	    "lint.what.name-used", name_new },
	{ "MODE-1", 1, "CPS 6.1.1", M, B, LINT_CAS, true, "lint.what.mark",
	    mark },
};
const size_t LINT_NAME_RULES_count = LINT_COUNT(LINT_NAME_RULES);
