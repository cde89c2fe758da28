/* SPDX-License-Identifier: MIT */
/*
 * Certificates from profiles.  Invariant: the to-be-signed bytes are a pure
 * function of struct cert_spec, and the inner signature algorithm is the
 * one that cert_assemble() writes outside.
 */
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/x509/crl.h"
#include "ceremony/x509/part.h"

#define DAY 86400

static int
key_life(const char *item, int64_t not_after, int64_t born, struct err *e)
{
	char date[CIVIL_LEN];

	if (not_after <= civil_add_years(born, CERT_KEY_YEARS) - 1)
		return 0;
	civil_format(not_after, date);
	return err_set(
	    e, ERR_REFUSED, "lint.key-life", "item", item, "date", date, NULL);
}

int
cert_dates(const struct json *profile, const char *item,
    const struct cert_clock *clock, struct cert_dates *out, struct err *e)
{
	const struct json *validity = json_get(profile, "validity");
	int64_t years = json_get_int(validity, "years", 0);
	int64_t days = json_get_int(validity, "days", 0);
	struct cert_dates d = { clock->now, 0, false };
	int64_t born = clock->key_born;

	if ((years <= 0) == (days <= 0) || years > 1000 || days > 365250)
		return err_set(
		    e, ERR_REFUSED, "profile.field", "field", "validity", NULL);
	if (cert_kind(profile) == CERT_ROOT && born != CERT_NO_TIME &&
	    born <= clock->now && clock->now - born < DAY)
		d.not_before = born;
	if (years > 0)
		d.not_after = civil_add_years(d.not_before, (int)years) - 1;
	else
		d.not_after = d.not_before + days * DAY - 1;
	if (clock->issuer_not_after != CERT_NO_TIME &&
	    d.not_after > clock->issuer_not_after) {
		d.not_after = clock->issuer_not_after;
		d.cut = true;
	}
	/* A key of unknown age is at least as old as now. */
	if (born == CERT_NO_TIME)
		born = clock->now;
	if (key_life(item, d.not_after, born, e) != 0)
		return -1;
	if (d.not_after <= d.not_before)
		return err_set(
		    e, ERR_REFUSED, "profile.issuer-ended", "item", item, NULL);
	*out = d;
	return 0;
}

int
cert_subject(const struct json *profile, const struct json *plan,
    const struct json *request, const char *item, struct json **out,
    struct err *e)
{
	const struct json *own = json_get(profile, "subject");
	struct json *rows;

	if (json_count(plan) > 0 || json_count(own) > 0) {
		*out = json_copy(json_count(plan) > 0 ? plan : own);
		return 0;
	}
	rows = json_new_arr();
	for (size_t i = 0; i < json_count(request); i++) {
		const struct json *row = json_at(request, i);
		const struct name_type *t =
		    name_type_find(json_get_str(row, "type"));

		if (t != NULL && t->order <= 11 && strcmp(t->name, "OU") != 0)
			json_add(rows, json_copy(row));
	}
	if (json_count(rows) == 0) {
		json_free(rows);
		return err_set(e, ERR_REFUSED, "name.none", "item", item, NULL);
	}
	*out = rows;
	return 0;
}

static void
put_validity(struct buf *out, int64_t not_before, int64_t not_after)
{
	struct buf body = BUF_INIT;

	der_put_time(&body, not_before);
	der_put_time(&body, not_after);
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&body);
}

static int
put_extensions(struct buf *out, const struct cert_spec *s, int kind,
    const struct spki *key, struct span aki, struct err *e)
{
	struct buf list = BUF_INIT, seq = BUF_INIT, value = BUF_INIT;
	int ret = -1;

	if (ext_put_profile(&list, s->profile, kind, e) != 0)
		goto out;
	der_put(&value, DER_OCTETS, key->id, KEY_ID_LEN);
	(void)ext_put(&list, "2.5.29.14", false, &value);
	ext_put_aki(&list, aki);
	der_put_buf(&seq, DER_SEQ, &list);
	der_put_buf(out, DER_CTXC(3), &seq);
	ret = 0;
out:
	buf_free(&value);
	buf_free(&seq);
	buf_free(&list);
	return ret;
}

static int
put_names(struct buf *out, const struct cert_spec *s, int kind,
    const struct cert *issuer, struct err *e)
{
	const struct json *rows =
	    s->subject != NULL ? s->subject : json_get(s->profile, "subject");
	struct buf subject = BUF_INIT;
	int ret = -1;

	if (s->subject_der.p != NULL) {
		buf_add(&subject, s->subject_der.p, s->subject_der.len);
	} else if (json_count(rows) == 0) {
		err_set(
		    e, ERR_REFUSED, "profile.field", "field", "subject", NULL);
		goto out;
	} else if (name_build(rows, s->rehearsal && cert_kind_is_ca(kind),
		       &subject, e) != 0) {
		goto out;
	}
	if (issuer != NULL)
		buf_add(out, issuer->subject.der.p, issuer->subject.der.len);
	else
		buf_add(out, subject.data, subject.len);
	put_validity(out, s->not_before, s->not_after);
	buf_add(out, subject.data, subject.len);
	ret = 0;
out:
	buf_free(&subject);
	return ret;
}

static int
check_spec(const struct cert_spec *s, int kind, const struct spki *key,
    const struct cert *issuer, struct span *aki, struct err *e)
{
	if (kind < 0 || (kind == CERT_ROOT) != (issuer == NULL))
		return err_set(
		    e, ERR_REFUSED, "profile.field", "field", "kind", NULL);
	if (spki_fits(key, json_get(s->profile, "key"), e) != 0)
		return -1;
	if (sigalg_fits(s->alg, issuer != NULL ? &issuer->key : key, e) != 0)
		return -1;
	aki->p = key->id;
	aki->len = KEY_ID_LEN;
	if (issuer != NULL && cert_ski(issuer, aki) != 0)
		return err_set(e, ERR_REFUSED, "cert.form", "what",
		    "subjectKeyIdentifier", NULL);
	if (s->serial.len == 0 || s->serial.len > 20 ||
	    (s->serial.len == 20 && s->serial.p[0] >= 0x80))
		return err_set(
		    e, ERR_REFUSED, "profile.field", "field", "serial", NULL);
	return 0;
}

int
cert_build(const struct cert_spec *s, struct buf *tbs, struct err *e)
{
	struct buf body = BUF_INIT;
	struct cert issuer_cert;
	const struct cert *issuer = NULL;
	struct spki key;
	struct span aki;
	int kind = cert_kind(s->profile), ret = -1;

	if (s->issuer.p != NULL) {
		if (cert_parse(s->issuer, CERT_WHOLE, &issuer_cert, e) != 0)
			goto out;
		issuer = &issuer_cert;
	}
	if (spki_parse(s->spki, &key, e) != 0 ||
	    check_spec(s, kind, &key, issuer, &aki, e) != 0)
		goto out;
	buf_add(&body, "\xa0\x03\x02\x01\x02", 5); /* [0] v3 */
	der_put_uint(&body, s->serial.p, s->serial.len);
	buf_add(&body, s->alg->der.p, s->alg->der.len);
	if (put_names(&body, s, kind, issuer, e) != 0)
		goto out;
	buf_add(&body, s->spki.p, s->spki.len);
	if (put_extensions(&body, s, kind, &key, aki, e) != 0)
		goto out;
	der_put_buf(tbs, DER_SEQ, &body);
	ret = 0;
out:
	buf_free(&body);
	return ret;
}

/* i2d_re_X509_tbs() encodes afresh; i2d_X509() would hand back what it kept. */
static int
reread(struct span der, unsigned char **tbs)
{
	const unsigned char *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.len);
	int len = -1;

	if (x != NULL && p == der.p + der.len)
		len = i2d_re_X509_tbs(x, tbs);
	X509_free(x);
	return len;
}

int
cert_assemble(struct span tbs, const struct sigalg *alg, struct span signer,
    const uint8_t *raw, size_t raw_len, struct buf *der, struct err *e)
{
	static const struct signed_kind KIND = { "cert.form", "certificate",
		reread, SIZE_MAX };
	struct cert c;

	if (cert_parse(tbs, CERT_TBS, &c, e) != 0)
		return -1;
	return signed_assemble(
	    &KIND, tbs, c.alg, alg, signer, raw, raw_len, der, e);
}

int
cert_verify(const struct cert *c, struct span signer, struct err *e)
{
	return signed_verify(
	    c->tbs, c->alg, c->outer_alg, c->signature, signer, e);
}
