/* SPDX-License-Identifier: MIT */
/*
 * Folding what is made: bytes prepared, keys, certificates, CRLs, requests
 * taken in, what was read back and what left the room.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/state/fold.h"

static int
check_number(const struct ceremony *c, const struct entry *en,
    const struct item *it, struct err *e)
{
	const char *serial = d_str(en, "serial");
	char *end;
	long long n;

	if (it->kind == ITEM_CRL) {
		int64_t last = ceremony_crl_number(c, it->issuer);

		n = strtoll(serial, &end, 10);
		if (*serial == '\0' || *end != '\0' || n <= last) {
			err_set(e, ERR_REFUSED, "crl.number", "n", serial,
			    NULL);
			err_arg_int(e, "last", last);
			err_arg_int(e, "next", last + 1);
			return -1;
		}
		return 0;
	}
	for (size_t i = 0; i < c->items; i++)
		if (c->item[i].kind == ITEM_CERT && c->item[i].has_tbs &&
		    strcmp(c->item[i].serial, serial) == 0)
			return fold_refuse(e, en, "serial");
	for (size_t i = 0; i < c->burnts; i++)
		if (strcmp(c->burnt[i].serial, serial) == 0)
			return fold_refuse(e, en, "serial");
	return 0;
}

int
fold_tbs_prepared(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it = ceremony_item(c, d_str(en, "item"));
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	struct item *q;
	int ret;

	if (it == NULL || (it->kind != ITEM_CERT && it->kind != ITEM_CRL) ||
	    it->has_tbs || it->state != ITEM_PLANNED || !c->approved)
		return fold_refuse(e, en, "item");
	if (d_int(en, "refused") != 0)
		return fold_refuse(e, en, "lint");
	if (it->has_csr && !it->csr_approved)
		return fold_refuse(e, en, "request");
	if (check_number(c, en, it, e) == -1)
		return -1;
	ret = fold_object(c, en, "tbs", &b, e);
	if (ret == 0) {
		d_sha(en, "tbs", want);
		sha256(got, b.data, b.len);
		if (memcmp(want, got, SHA256_LEN) != 0)
			ret = fold_refuse(e, en, "tbs");
	}
	buf_free(&b);
	if (ret == -1 || w == NULL)
		return ret;
	q = &w->item[it - c->item];
	q->has_tbs = true;
	q->state = ITEM_PREPARED;
	memcpy(q->tbs, want, SHA256_LEN);
	d_sha(en, "key", q->key_sha);
	copy_str(q->serial, sizeof(q->serial), d_str(en, "serial"));
	(void)civil_parse(d_str(en, "not_before"), 20, &q->not_before);
	(void)civil_parse(d_str(en, "not_after"), 20, &q->not_after);
	q->rules = d_int(en, "rules");
	q->warned = d_int(en, "warned");
	return 0;
}

static void
set_begun(struct ceremony *w, size_t i)
{
	w->item[i].state = ITEM_BEGUN;
	copy_str(w->item[i].begun_epoch, EPOCH_LEN, w->epoch);
}

int
fold_key_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it;

	if (fold_deed(c, en, ITEM_KEY, &it, e) == -1)
		return -1;
	if (strcmp(it->cka_id, d_str(en, "cka_id")) != 0 ||
	    strcmp(it->token, d_str(en, "token")) != 0)
		return fold_refuse(e, en, "key");
	if (w != NULL)
		set_begun(w, (size_t)(it - c->item));
	return 0;
}

int
fold_key_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it;
	struct buf spki = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	struct item *q;
	int ret = -1;

	if (fold_outcome(c, en, ITEM_KEY, &it, e) == -1)
		return -1;
	if (en->rc != RC_OK) {
		if (w != NULL)
			fold_failed(w, it);
		return 0;
	}
	if (fold_object(c, en, "spki", &spki, e) == -1)
		goto out;
	d_sha(en, "spki", want);
	sha256(got, spki.data, spki.len);
	if (memcmp(want, got, SHA256_LEN) != 0) {
		fold_refuse(e, en, "spki");
		goto out;
	}
	ret = 0;
	if (w == NULL)
		goto out;
	q = &w->item[it - c->item];
	q->state = ITEM_DONE;
	q->made = q->done_t = en->t;
	memcpy(q->key_sha, want, SHA256_LEN);
	memcpy(q->made_sha, want, SHA256_LEN);
	buf_add(&q->spki, spki.data, spki.len);
	if (json_get(en->d, "attributes") != NULL)
		q->attributes = json_copy(json_get(en->d, "attributes"));
	if (d_has(en, "store")) {
		token_of(w, q->token)->has_store = true;
		d_sha(en, "store", token_of(w, q->token)->store);
	}
	close_run(w);
out:
	buf_free(&spki);
	return ret;
}

static int
sign_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, enum item_kind kind, struct err *e)
{
	const struct item *it;
	uint8_t tbs[SHA256_LEN], key[SHA256_LEN];

	if (fold_deed(c, en, kind, &it, e) == -1)
		return -1;
	d_sha(en, "tbs", tbs);
	d_sha(en, "key", key);
	if (!it->has_tbs || memcmp(tbs, it->tbs, SHA256_LEN) != 0 ||
	    memcmp(key, it->key_sha, SHA256_LEN) != 0 ||
	    strcmp(it->serial, d_str(en, "serial")) != 0)
		return fold_refuse(e, en, "tbs");
	if (w != NULL)
		set_begun(w, (size_t)(it - c->item));
	return 0;
}

/* What came back holds the very bytes, under a good signature. */
static int
check_made(const struct ceremony *c, const struct entry *en,
    const struct item *it, const char *name, struct err *e)
{
	struct buf der = BUF_INIT, tbs = BUF_INIT;
	const struct buf *spki = ceremony_signer_spki(c, it);
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	int ret = -1;

	if (fold_object(c, en, name, &der, e) == -1 ||
	    c->objects.get(c->objects.arg, it->tbs, &tbs, e) == -1)
		goto out;
	d_sha(en, name, want);
	sha256(got, der.data, der.len);
	if (memcmp(want, got, SHA256_LEN) != 0 || spki == NULL ||
	    signed_by(der.data, der.len, tbs.data, tbs.len, spki->data,
	    spki->len) == -1) {
		err_set(e, ERR_REFUSED, "sign.differs", "item", it->id, NULL);
		goto out;
	}
	ret = 0;
out:
	buf_free(&der);
	buf_free(&tbs);
	return ret;
}

static int
sign_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, enum item_kind kind, const char *name,
    struct err *e)
{
	const struct item *it;
	struct item *q;

	if (fold_outcome(c, en, kind, &it, e) == -1)
		return -1;
	if (en->rc != RC_OK) {
		/* It may have signed: the very same bytes, or none. */
		if (w != NULL)
			fold_failed(w, it);
		return 0;
	}
	if (check_made(c, en, it, name, e) == -1)
		return -1;
	if (w == NULL)
		return 0;
	q = &w->item[it - c->item];
	q->state = ITEM_DONE;
	q->done_t = en->t;
	d_sha(en, name, q->made_sha);
	w->signed_unclosed++;
	w->copies = 0;
	close_run(w);
	return 0;
}

int
fold_cert_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	return sign_begin(c, w, en, ITEM_CERT, e);
}

int
fold_cert_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	return sign_end(c, w, en, ITEM_CERT, "cert", e);
}

int
fold_crl_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	return sign_begin(c, w, en, ITEM_CRL, e);
}

int
fold_crl_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	return sign_end(c, w, en, ITEM_CRL, "crl", e);
}

/* The name that the plan gives an item, or NULL: then the request's own. */
static const struct json *
planned_name(const struct ceremony *c, const char *item)
{
	const struct json *plan = ceremony_plan_item(c, item, NULL);
	const char *profile = json_get_str(plan, "profile");

	if (json_get(plan, "subject") != NULL || profile == NULL)
		return json_get(plan, "subject");
	return json_get(profile_find(c->profiles, profile), "subject");
}

/*
 * Who has this key already (KEY-10): a key of a token here, or the request
 * of another item that is not the same CA by name; NULL nobody.
 */
static const char *
key_owner(const struct ceremony *c, const struct item *it,
    const uint8_t spki[static SHA256_LEN])
{
	const struct json *name = planned_name(c, it->id);

	for (size_t i = 0; i < c->items; i++) {
		const struct item *o = &c->item[i];

		if (o->kind == ITEM_KEY && o->state == ITEM_DONE &&
		    memcmp(o->key_sha, spki, SHA256_LEN) == 0)
			return o->id;
		if (o != it && o->kind == ITEM_CERT && o->has_csr &&
		    memcmp(o->csr_spki, spki, SHA256_LEN) == 0 &&
		    ceremony_plan_item(c, o->id, NULL) != NULL &&
		    (name == NULL ||
		    !json_equal(name, planned_name(c, o->id))))
			return o->id;
	}
	return NULL;
}

int
fold_csr_import(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it = ceremony_item(c, d_str(en, "item"));
	const struct json *plan;
	uint8_t pin[SHA256_LEN], csr[SHA256_LEN], spki[SHA256_LEN];
	const char *owner;
	struct item *q;

	if (it == NULL || it->kind != ITEM_CERT || it->has_tbs)
		return fold_refuse(e, en, "item");
	plan = json_get(ceremony_plan_item(c, it->id, NULL), "request");
	if (entry_attachment(en, "file", csr) == -1)
		return fold_refuse(e, en, "attachment");
	if (json_get_hex(plan, "sha256", pin, SHA256_LEN) == 0 &&
	    memcmp(pin, csr, SHA256_LEN) != 0)
		return err_set(e, ERR_REFUSED, "csr.hash", "file",
		    d_str(en, "file"), NULL);
	d_sha(en, "spki", spki);
	owner = key_owner(c, it, spki);
	if (owner != NULL)
		return err_set(e, ERR_REFUSED, "csr.known-key", "file",
		    d_str(en, "file"), "owner", owner, NULL);
	if (w == NULL)
		return 0;
	q = &w->item[it - c->item];
	memcpy(q->csr_spki, spki, SHA256_LEN);
	q->has_csr = true;
	q->csr_approved = false;
	d_sha(en, "csr", q->csr);
	d_sha(en, "form", q->csr_form);
	return 0;
}

int
fold_readback(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it = ceremony_item(c, d_str(en, "of"));
	uint8_t sha[SHA256_LEN];

	d_sha(en, "sha256", sha);
	if (it == NULL || it->state != ITEM_DONE ||
	    memcmp(sha, it->made_sha, SHA256_LEN) != 0)
		return fold_refuse(e, en, "item");
	if (w != NULL)
		w->item[it - c->item].read_back = true;
	return 0;
}

int
fold_export_bundle(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct json *items = json_get(en->d, "items");

	for (size_t i = 0; i < json_count(items); i++) {
		const char *id = json_str(json_at(items, i));
		const struct item *it =
		    id != NULL ? ceremony_item(c, id) : NULL;

		if (it == NULL || it->state != ITEM_DONE)
			return fold_refuse(e, en, "item");
	}
	if (w == NULL)
		return 0;
	copy_str(w->bundle, sizeof(w->bundle), d_str(en, "bundle"));
	d_sha(en, "manifest", w->manifest);
	w->bundles++;
	w->bundle_step = w->now;
	w->copies = 0;
	return 0;
}

int
fold_export_copy(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (strcmp(c->bundle, d_str(en, "bundle")) != 0)
		return fold_refuse(e, en, "bundle");
	if (en->rc != RC_OK)
		return 0;
	if (d_int(en, "copy") != c->copies + 1)
		return fold_refuse(e, en, "copy");
	if (w != NULL)
		w->copies++;
	return 0;
}
