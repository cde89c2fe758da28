/* SPDX-License-Identifier: MIT */
/*
 * Preparing bytes.  Invariant: everything that goes into them stands in the
 * admitted files, in earlier entries, or in the entry that names them.
 */
#include "ceremony/state/prepare_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/files/script.h"

static void
job_fini(struct job *j)
{
	buf_free(&j->issuer);
	buf_free(&j->spki);
	buf_free(&j->last_crl);
	json_free(j->subject);
}

void
prepared_fini(struct prepared *p)
{
	buf_free(&p->tbs);
	buf_free(&p->key_spki);
}

static const struct stand_in *
stand_in(const struct prepare_facts *f, const char *id)
{
	for (size_t i = 0; i < f->stand_ins; i++)
		if (strcmp(f->stand_in[i].id, id) == 0)
			return &f->stand_in[i];
	return NULL;
}

static int
load_issuer(struct job *j, struct err *e)
{
	const struct stand_in *s = stand_in(j->f, j->it->issuer);
	const struct item *up = ceremony_item(j->c, j->it->issuer);

	if (s != NULL && s->cert.len > 0) {
		buf_add(&j->issuer, s->cert.data, s->cert.len);
		return 0;
	}
	if (up == NULL || up->state != ITEM_DONE)
		return err_set(e, ERR_REFUSED, "prepare.issuer", "item",
		    j->it->id, "issuer", j->it->issuer, NULL);
	return j->c->objects.get(j->c->objects.arg, up->made_sha, &j->issuer,
	    e);
}

/* The subject's key and wishes: of the key item, or of the request. */
static int
load_subject(struct job *j, struct err *e)
{
	const struct stand_in *s = stand_in(j->f,
	    j->root ? j->it->key : j->it->id);
	const struct item *key = j->root ? ceremony_item(j->c, j->it->key) :
	    NULL;
	struct json *form = NULL;
	struct buf b = BUF_INIT;
	int ret = -1;

	j->key_born = CERT_NO_TIME;
	if (s != NULL) {
		buf_add(&j->spki, s->spki.data, s->spki.len);
	} else if (j->root) {
		if (key == NULL || key->spki.len == 0) {
			err_set(e, ERR_REFUSED, "prepare.key", "item",
			    j->it->id, NULL);
			goto out;
		}
		buf_add(&j->spki, key->spki.data, key->spki.len);
		j->key_born = key->made;
	} else {
		if (!j->it->has_csr) {
			err_set(e, ERR_REFUSED, "prepare.request", "item",
			    j->it->id, NULL);
			goto out;
		}
		if (j->c->objects.get(j->c->objects.arg, j->it->csr_form, &b,
		    e) == -1 || json_parse(buf_cstr(&b), b.len,
		    JSON_DEPTH_MAX, &form, e) == -1)
			goto out;
		if (json_get_b64(form, "spki_b64", &j->spki) == -1) {
			err_set(e, ERR_FORM, "prepare.request", "item",
			    j->it->id, NULL);
			goto out;
		}
	}
	ret = cert_subject(j->profile, json_get(j->plan, "subject"),
	    json_get(form, "subject"), j->it->id, &j->subject, e);
out:
	json_free(form);
	buf_free(&b);
	return ret;
}

static int
signer(struct job *j, struct prepared *out, struct err *e)
{
	struct cert up;
	const struct span spki = j->issuer.len == 0 ? span_of(&j->spki) :
	    (struct span){ NULL, 0 };

	if (j->issuer.len == 0) {
		buf_add(&out->key_spki, spki.p, spki.len);
	} else {
		if (cert_parse(span_of(&j->issuer), CERT_WHOLE, &up, e) == -1)
			return -1;
		buf_add(&out->key_spki, up.key.der.p, up.key.der.len);
	}
	sha256(out->key_sha, out->key_spki.data, out->key_spki.len);
	return 0;
}

static unsigned
pack_of(const struct ceremony *c)
{
	const char *pack = json_get_str(json_get(c->profiles, "lint"),
	    "pack");

	return lint_pack(pack != NULL ? pack : "rfc5280");
}

/* Certificates that are known already, for the rules across them; one that
 * cannot be read is no reason to hold the new one against fewer. */
static int
known(const struct ceremony *c, const struct item *except, struct buf **der,
    struct lint_known **out, size_t *count, struct err *e)
{
	size_t n = 0;

	*count = 0;
	*der = xcalloc(c->items, sizeof(**der));
	*out = xcalloc(c->items, sizeof(**out));
	for (size_t i = 0; i < c->items; i++) {
		const struct item *it = &c->item[i];

		if (it->kind != ITEM_CERT || it->state != ITEM_DONE ||
		    it == except)
			continue;
		*count = n + 1;
		if (c->objects.get(c->objects.arg, it->made_sha, &(*der)[n],
		    e) == -1)
			return -1;
		(*out)[n].item = it->id;
		(*out)[n].der = span_of(&(*der)[n]);
		n++;
	}
	return 0;
}

static void
known_free(struct buf *der, struct lint_known *k, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_free(&der[i]);
	free(der);
	free(k);
}

static int
lint_job(const struct job *j, struct span der, enum cert_part part,
    struct lint_results *res, struct err *e)
{
	struct lint_facts lf;
	struct buf *ders;
	struct lint_known *k;
	uint8_t number[8];
	int64_t last;
	size_t n, n_known;
	int ret = -1;

	memset(&lf, 0, sizeof(lf));
	if (known(j->c, j->it, &ders, &k, &n_known, e) == -1)
		goto out;
	lf.item = j->it->id;
	lf.profile = j->profile;
	lf.subject = j->subject;
	if (j->issuer.len > 0)
		lf.issuer = span_of(&j->issuer);
	if (j->spki.len > 0)
		lf.spki = span_of(&j->spki);
	lf.key_born = j->key_born;
	lf.now = j->f->now;
	lf.rehearsal = !j->c->production;
	lf.pack = pack_of(j->c);
	lf.waive = json_get(json_get(j->c->profiles, "lint"), "waive");
	lf.known = k;
	lf.n_known = n_known;
	if (j->it->kind == ITEM_CRL) {
		last = -1;
		if (part == CERT_TBS)
			last = ceremony_crl_number(j->c, j->it->issuer);
		if (last >= 0) {
			for (int i = 0; i < 8; i++)
				number[i] = (uint8_t)(last >> (56 - 8 * i));
			n = 0;
			while (n < 7 && number[n] == 0)
				n++;
			lf.last_crl_number = (struct span){ number + n,
				8 - n };
		}
		if (j->last_crl.len > 0)
			lf.last_crl = span_of(&j->last_crl);
		ret = lint_crl(der, part, &lf, res, e);
	} else {
		ret = lint_cert(der, part, &lf, res, e);
	}
out:
	known_free(ders, k, n_known);
	return ret;
}

static int
open_job(struct job *j, const struct ceremony *c, const struct item *it,
    const struct prepare_facts *f, struct err *e)
{
	const char *profile;

	memset(j, 0, sizeof(*j));
	j->c = c;
	j->it = it;
	j->f = f;
	j->key_born = CERT_NO_TIME;
	j->plan = ceremony_plan_item(c, it->id, NULL);
	profile = json_get_str(j->plan, "profile");
	if (profile != NULL)
		j->profile = it->kind == ITEM_CRL ?
		    crl_profile_find(c->profiles, profile) :
		    profile_find(c->profiles, profile);
	if (j->profile == NULL)
		return err_set(e, ERR_REFUSED, "prepare.profile", "item",
		    it->id, "profile", profile != NULL ? profile : "-", NULL);
	j->root = it->kind == ITEM_CERT && it->issuer[0] == '\0';
	if (!j->root && load_issuer(j, e) == -1)
		return -1;
	return it->kind == ITEM_CERT ? load_subject(j, e) :
	    load_last_crl(j, e);
}

static int
prepare_cert(struct job *j, struct prepared *out, struct err *e)
{
	const char *signature = json_get_str(j->profile, "signature");
	struct cert_clock clock = { j->f->now, j->key_born, CERT_NO_TIME };
	struct cert_dates dates;
	struct cert_spec spec;
	struct buf hex = BUF_INIT;

	if (j->issuer.len > 0) {
		struct cert up;

		if (cert_parse(span_of(&j->issuer), CERT_WHOLE, &up, e) == -1)
			return -1;
		clock.issuer_not_after = up.not_after;
	}
	if (cert_dates(j->profile, j->it->id, &clock, &dates, e) == -1)
		return -1;
	memset(&spec, 0, sizeof(spec));
	spec.profile = j->profile;
	spec.subject = j->subject;
	if (j->issuer.len > 0)
		spec.issuer = span_of(&j->issuer);
	spec.spki = span_of(&j->spki);
	spec.serial = (struct span){ j->f->serial, CERT_SERIAL_LEN };
	spec.not_before = out->not_before = dates.not_before;
	spec.not_after = out->not_after = dates.not_after;
	spec.alg = out->alg = signature != NULL ? sigalg_find(signature) :
	    NULL;
	spec.rehearsal = !j->c->production;
	if (spec.alg == NULL)
		return err_set(e, ERR_REFUSED, "prepare.profile", "item",
		    j->it->id, "profile", "signature", NULL);
	hex_encode(&hex, j->f->serial, CERT_SERIAL_LEN);
	snprintf(out->serial, sizeof(out->serial), "%s", buf_cstr(&hex));
	buf_free(&hex);
	return cert_build(&spec, &out->tbs, e);
}

int
ceremony_prepare(const struct ceremony *c, const struct item *it,
    const struct prepare_facts *f, struct prepared *out, struct err *e)
{
	struct job j;
	int ret = -1;

	memset(out, 0, sizeof(*out));
	if (open_job(&j, c, it, f, e) == -1 || signer(&j, out, e) == -1)
		goto out;
	if ((it->kind == ITEM_CRL ? prepare_crl(&j, out, e) :
	    prepare_cert(&j, out, e)) == -1)
		goto out;
	ret = lint_job(&j, span_of(&out->tbs), CERT_TBS, &out->lint, e);
out:
	job_fini(&j);
	return ret;
}

static int
lint_as(const struct ceremony *c, const struct item *it, enum cert_part part,
    const uint8_t *der, size_t len, int64_t now, struct lint_results *out,
    struct err *e)
{
	struct prepare_facts f;
	struct job j;
	int ret = -1;

	memset(&f, 0, sizeof(f));
	f.now = now;
	if (open_job(&j, c, it, &f, e) == 0)
		ret = lint_job(&j, (struct span){ der, len }, part, out, e);
	job_fini(&j);
	return ret;
}

int
ceremony_lint_tbs(const struct ceremony *c, const struct item *it,
    const uint8_t *der, size_t len, int64_t now, struct lint_results *out,
    struct err *e)
{
	return lint_as(c, it, CERT_TBS, der, len, now, out, e);
}

int
ceremony_lint_made(const struct ceremony *c, const struct item *it,
    const uint8_t *der, size_t len, int64_t now, struct lint_results *out,
    struct err *e)
{
	return lint_as(c, it, CERT_WHOLE, der, len, now, out, e);
}

int
ceremony_rebuild(const struct ceremony *before, const struct entry *en,
    struct buf *out, struct err *e)
{
	const char *id = json_get_str(en->d, "item");
	const char *serial = json_get_str(en->d, "serial");
	const struct item *it = id != NULL ? ceremony_item(before, id) : NULL;
	struct prepare_facts f;
	struct prepared p;
	struct job j;
	int ret = -1;

	memset(&f, 0, sizeof(f));
	memset(&p, 0, sizeof(p));
	f.now = en->t;
	if (it == NULL || serial == NULL || (it->kind == ITEM_CERT &&
	    hex_decode(f.serial, CERT_SERIAL_LEN, serial,
	    strlen(serial)) == -1))
		return err_set(e, ERR_FORM, "prepare.key", "item",
		    id != NULL ? id : "-", NULL);
	/* No lint: an old entry is never judged by new rules. */
	if (open_job(&j, before, it, &f, e) == 0 &&
	    signer(&j, &p, e) == 0 && (it->kind == ITEM_CRL ?
	    prepare_crl(&j, &p, e) : prepare_cert(&j, &p, e)) == 0) {
		buf_add(out, p.tbs.data, p.tbs.len);
		ret = 0;
	}
	job_fini(&j);
	prepared_fini(&p);
	return ret;
}

const struct sigalg *
ceremony_sigalg(const struct ceremony *c, const struct item *it)
{
	struct prepare_facts f;
	const struct sigalg *alg = NULL;
	struct cert up;
	struct err e;
	struct job j;

	memset(&f, 0, sizeof(f));
	if (open_job(&j, c, it, &f, &e) == 0) {
		if (it->kind == ITEM_CRL) {
			if (cert_parse(span_of(&j.issuer), CERT_WHOLE, &up,
			    &e) == 0)
				alg = sigalg_from_der(up.alg);
		} else if (json_get_str(j.profile, "signature") != NULL) {
			alg = sigalg_find(json_get_str(j.profile,
			    "signature"));
		}
	}
	job_fini(&j);
	return alg;
}
