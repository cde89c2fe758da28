/* SPDX-License-Identifier: MIT */
/*
 * The try.  Invariant: no key, no signature and no clock is touched; the
 * chain above an item is built from the top, each link with its own
 * throw-away key.
 */
#include "ceremony/lint/try.h"

#include <string.h>

#include "ceremony/x509/part.h"

/* What stands for a random serial number while trying. */
static const uint8_t SERIAL[CERT_SERIAL_LEN] = { 1, 0x54, 0x72, 0x79, 0x20,
	0x77, 0x69, 0x74, 0x68, 0x20, 0x6e, 0x6f, 0x20, 0x6b, 0x65, 0x79,
	0x2e };

/* Rows of the plan, of the profile, or a stand-in where a request decides. */
static struct json *
rows_of(const struct lint_try *t)
{
	struct json *rows = NULL, *row;
	struct err ignored;

	if (cert_subject(
		t->profile, t->subject, NULL, t->item, &rows, &ignored) == 0)
		return rows;
	rows = json_new_arr();
	row = json_add(rows, json_new_obj());
	json_set_str(row, "type", "C");
	json_set_str(row, "value", "JP");
	row = json_add(rows, json_new_obj());
	json_set_str(row, "type", "O");
	json_set_str(row, "value", "to be named by the request");
	row = json_add(rows, json_new_obj());
	json_set_str(row, "type", "CN");
	json_set_str(row, "value", t->item != NULL ? t->item : "?");
	return rows;
}

static int
build(const struct lint_try *t, struct span issuer, unsigned which,
    const struct lint_try_facts *f, struct buf *tbs, struct err *e)
{
	const char *alg = json_get_str(t->profile, "signature");
	struct cert_clock clock = { f->now, CERT_NO_TIME, CERT_NO_TIME };
	struct buf key = BUF_INIT;
	struct json *rows = rows_of(t);
	struct cert_dates dates;
	struct cert parent;
	struct cert_spec s = { .profile = t->profile,
		.subject = rows,
		.issuer = issuer,
		.serial = { SERIAL, sizeof(SERIAL) },
		.alg = sigalg_find(alg),
		.rehearsal = f->rehearsal };
	int ret = -1;

	if (s.alg == NULL) {
		err_set(e, ERR_REFUSED, "profile.field", "field", "signature",
		    NULL);
		goto out;
	}
	if (issuer.p != NULL) {
		if (cert_parse(issuer, CERT_WHOLE, &parent, e) != 0)
			goto out;
		clock.issuer_not_after = parent.not_after;
	}
	if (t->spki.p == NULL &&
	    spki_dummy(json_get(t->profile, "key"), which, &key, e) != 0)
		goto out;
	s.spki = t->spki.p != NULL ? t->spki : span_of(&key);
	if (cert_dates(t->profile, t->item, &clock, &dates, e) != 0)
		goto out;
	s.not_before = dates.not_before;
	s.not_after = dates.not_after;
	ret = cert_build(&s, tbs, e);
out:
	json_free(rows);
	buf_free(&key);
	return ret;
}

/* {tbs, algorithm, a value that is no signature}: an issuer to build under. */
static void
seal(const struct buf *tbs, const char *alg, struct buf *der)
{
	static const uint8_t STATIC[64] = { 0 };
	const struct sigalg *a = sigalg_find(alg);
	struct buf body = BUF_INIT;

	buf_add(&body, tbs->data, tbs->len);
	buf_add(&body, a->der.p, a->der.len);
	der_put_bits(&body, STATIC, sizeof(STATIC));
	der_put_buf(der, DER_SEQ, &body);
	buf_free(&body);
}

/* The certificate of `t` itself, every link above it built first. */
static int
issuer_cert(const struct lint_try *t, const struct lint_try_facts *f,
    struct buf *der, struct err *e)
{
	const struct lint_try *chain[LINT_TRY_DEPTH];
	struct buf above = BUF_INIT, tbs = BUF_INIT;
	size_t n = 0;
	int ret = -1;

	for (; t != NULL; t = t->done.p != NULL ? NULL : t->issuer) {
		if (n == LINT_TRY_DEPTH) {
			err_set(e, ERR_LIMIT, "profile.field", "field",
			    "issuer", NULL);
			goto out;
		}
		chain[n++] = t;
	}
	while (n-- > 0) {
		struct span parent = span_of(&above);

		buf_reset(&tbs);
		if (chain[n]->done.p != NULL) {
			buf_add(&above, chain[n]->done.p, chain[n]->done.len);
			continue;
		}
		if (build(chain[n], parent, (unsigned)n + 1, f, &tbs, e) != 0)
			goto out;
		buf_reset(&above);
		seal(
		    &tbs, json_get_str(chain[n]->profile, "signature"), &above);
	}
	buf_add(der, above.data, above.len);
	ret = 0;
out:
	buf_free(&tbs);
	buf_free(&above);
	return ret;
}

static struct lint_facts
facts_of(const struct lint_try_facts *f)
{
	struct lint_facts out = { .key_born = CERT_NO_TIME,
		.now = f->now,
		.rehearsal = f->rehearsal,
		.pack = f->pack,
		.waive = f->waive,
		.known = f->known,
		.n_known = f->n_known };

	return out;
}

int
lint_try_cert(const struct lint_try *t, const struct lint_try_facts *f,
    struct lint_results *out, struct err *e)
{
	struct lint_facts facts = facts_of(f);
	struct buf issuer = BUF_INIT, tbs = BUF_INIT;
	struct json *rows = rows_of(t);
	int ret = -1;

	memset(out, 0, sizeof(*out));
	if (t->issuer != NULL) {
		if (issuer_cert(t->issuer, f, &issuer, e) != 0)
			goto out;
		facts.issuer = span_of(&issuer);
	} else {
		facts.key_born = f->now;
	}
	if (build(t, facts.issuer, 0, f, &tbs, e) != 0)
		goto out;
	facts.item = t->item;
	facts.profile = t->profile;
	facts.subject = rows;
	ret = lint_cert(span_of(&tbs), CERT_TBS, &facts, out, e);
out:
	json_free(rows);
	buf_free(&tbs);
	buf_free(&issuer);
	return ret;
}

int
lint_try_crl(const char *item, const struct json *crl_profile,
    const struct lint_try *issuer, const struct lint_try_facts *f,
    struct lint_results *out, struct err *e)
{
	struct lint_facts facts = facts_of(f);
	struct buf ca_der = BUF_INIT, tbs = BUF_INIT;
	struct crl_spec s = { .profile = crl_profile,
		.number = { (const uint8_t *)"\1", 1 },
		.this_update = f->now };
	struct cert ca;
	int ret = -1;

	memset(out, 0, sizeof(*out));
	if (issuer_cert(issuer, f, &ca_der, e) != 0 ||
	    cert_parse(span_of(&ca_der), CERT_WHOLE, &ca, e) != 0)
		goto out;
	s.issuer = span_of(&ca_der);
	s.alg =
	    sigalg_choose(&ca.key, json_get_str(issuer->profile, "signature"));
	if (s.alg == NULL) {
		err_set(e, ERR_REFUSED, "profile.field", "field", "signature",
		    NULL);
		goto out;
	}
	if (crl_dates(crl_profile, f->now, ca.not_after, &s.next_update, e) !=
		0 ||
	    crl_build(&s, NULL, 0, &tbs, e) != 0)
		goto out;
	facts.item = item;
	facts.profile = crl_profile;
	facts.issuer = s.issuer;
	ret = lint_crl(span_of(&tbs), CERT_TBS, &facts, out, e);
out:
	buf_free(&tbs);
	buf_free(&ca_der);
	return ret;
}
