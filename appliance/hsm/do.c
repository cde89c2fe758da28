/* SPDX-License-Identifier: MIT */
/*
 * Deeds: what cannot be undone, and the checks before it.  Invariant: one
 * `.begin` entry of this fold allows one deed; asked again, the same answer
 * is given, and the token is not asked.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "ceremony/base/codec.h"
#include "ceremony/people/oprec.h"

/* The item's line in the record that people consented to. */
static int
record_item(const struct hsm *h, const struct run *r, const char *item,
    struct oprec_item *out, struct err *e)
{
	struct buf b = BUF_INIT;
	struct oprec rec;
	uint8_t got[SHA256_LEN];
	bool found = false;

	if (hsm_object(h, r->record, &b, e) == -1)
		return -1;
	sha256(got, b.data, b.len);
	if (memcmp(got, r->record, SHA256_LEN) != 0 ||
	    oprec_decode(buf_cstr(&b), b.len, &rec, e) == -1) {
		buf_free(&b);
		return err_set(
		    e, ERR_REFUSED, "hsm.record", "item", item, NULL);
	}
	buf_free(&b);
	for (size_t i = 0; !found && i < rec.n; i++) {
		if (strcmp(rec.item[i].item, item) == 0) {
			*out = rec.item[i];
			found = true;
		}
	}
	oprec_fini(&rec);
	if (!found)
		return err_set(
		    e, ERR_REFUSED, "hsm.record", "item", item, NULL);
	return 0;
}

/* Row `name` of the profile set. */
static const struct json *
profile_of(const struct hsm *h, const struct item *it)
{
	const struct json *plan = ceremony_plan_item(h->c, it->id, NULL);
	const char *name = json_get_str(plan, "profile");
	const struct json *all = json_get(h->c->profiles, "profiles");

	for (size_t i = 0; name != NULL && i < json_count(all); i++) {
		const char *have = json_get_str(json_at(all, i), "name");

		if (have != NULL && strcmp(have, name) == 0)
			return json_at(all, i);
	}
	return NULL;
}

static void
put_store(const struct buf *archive, struct json *out)
{
	uint8_t digest[SHA256_LEN];

	if (archive->len == 0)
		return;
	sha256(digest, archive->data, archive->len);
	json_set_hex(out, "store", digest, SHA256_LEN);
}

/* Every share of both sets was opened by its holder in this epoch. */
static int
check_deal(const struct hsm *h, const struct item *it, struct err *e)
{
	if (h->deal == NULL || strcmp(h->deal->token, it->id) != 0)
		return err_set(
		    e, ERR_REFUSED, "hsm.not-now", "item", it->id, NULL);
	for (int k = 0; k < DEAL_SETS; k++) {
		const struct hsm_deal_set *s = &h->deal->set[k];
		const struct share_set *in = ceremony_set(
		    h->c, it->id, k == DEAL_USER ? "user-pin" : "so-pin");

		if (in == NULL || strcmp(in->id, s->share[0].set) != 0)
			return err_set(e, ERR_REFUSED, "hsm.not-now", "item",
			    it->id, NULL);
		for (int i = 0; i < s->n; i++) {
			if (!s->seen[i])
				return err_set(e, ERR_REFUSED, "hsm.unopened",
				    "person", h->deal->holder[i], "token",
				    it->id, NULL);
		}
	}
	return 0;
}

static int
do_token(struct hsm *h, const struct item *it, struct json *out,
    struct buf *bytes, struct err *e)
{
	struct secret user = SECRET_INIT, so = SECRET_INIT;
	struct hsm_token t = { 0 };
	int64_t bits = 0, so_bits = 0;
	int r = -1;

	struct p11_slot blank;

	/* Before anything is written to it: may it serve here at all? */
	if (check_deal(h, it, e) == -1 || p11_blank(&h->p11, &blank, e) == -1 ||
	    hsm_listed(h, &blank, e) == -1)
		return -1;
	hsm_pin(h, h->deal->set[DEAL_USER].share[0].set, "user-pin",
	    h->deal->set[DEAL_USER].secret, &user, &bits);
	hsm_pin(h, h->deal->set[DEAL_SO].share[0].set, "so-pin",
	    h->deal->set[DEAL_SO].secret, &so, &so_bits);
	if (hsm_token_init(&h->p11, it->id, hsm_pin_of(&so), hsm_pin_of(&user),
		&t, e) == -1 ||
	    hsm_listed(h, &t.slot, e) == -1 ||
	    hsm_token_login(&t, hsm_pin_of(&user), e) == -1)
		goto out;
	hsm_token_close(&t);
	if (hsm_cycle(h, it->id, t.slot.serial, bytes, e) == -1)
		goto out;
	json_set_int(out, "bits", bits);
	json_set_int(out, "so_bits", so_bits);
	json_set_str(out, "manufacturer", t.slot.manufacturer);
	json_set_str(out, "model", t.slot.model);
	json_set_str(out, "serial", t.slot.serial);
	put_store(bytes, out);
	hsm_deal_wipe(h);
	hsm_pool_wipe(h);
	r = 0;
out:
	hsm_token_close(&t);
	secret_free(&user);
	secret_free(&so);
	return r;
}

/* The key kind people consented to, as the record writes it. */
static int
check_mechanism(const struct oprec_item *rec, const struct hsm_key_spec *s,
    const char *item, struct err *e)
{
	char want[33];

	if (s->type == KEY_EC)
		snprintf(want, sizeof(want), "ec:%s", s->curve);
	else if (s->type == KEY_RSA)
		snprintf(want, sizeof(want), "rsa:%u", s->bits);
	else
		snprintf(want, sizeof(want), "ed25519");
	if (strcmp(rec->mechanism, want) != 0)
		return err_set(
		    e, ERR_REFUSED, "hsm.record", "item", item, NULL);
	return 0;
}

static int
do_key(struct hsm *h, const struct item *it, const struct oprec_item *rec,
    struct json *out, struct buf *bytes, struct err *e)
{
	const struct json *profile = profile_of(h, it);
	struct hsm_key k = HSM_KEY_INIT, again = HSM_KEY_INIT;
	struct json *attributes = NULL;
	struct hsm_key_spec spec;
	uint8_t id[32];
	size_t id_len = strlen(it->cka_id) / 2;
	int r = -1;

	if (id_len < 8 || id_len > sizeof(id) ||
	    hex_decode(id, id_len, it->cka_id, strlen(it->cka_id)) == -1 ||
	    strcmp(rec->key, it->cka_id) != 0)
		return err_set(
		    e, ERR_REFUSED, "hsm.record", "item", it->id, NULL);
	if (hsm_key_spec(json_get(profile, "key"), &spec, e) == -1 ||
	    check_mechanism(rec, &spec, it->id, e) == -1)
		return -1;
	/* After a doubt the key of this very intent may be there: never two. */
	r = hsm_key_find(&h->ca.t, id, id_len, &k, e);
	if (r == 0)
		r = hsm_key_generate(
		    &h->ca.t, &spec, id, id_len, it->id, &k, e);
	if (r == -1)
		return -1;
	r = -1;
	if (hsm_key_attributes(&h->ca.t, &k, &attributes, e) == -1)
		goto out;
	if (hsm_cycle(h, h->ca.id, h->ca.t.slot.serial, bytes, e) == -1)
		goto out;
	/* What was written is what is used from now on. */
	if (hsm_key_find(&h->ca.t, id, id_len, &again, e) != 1 ||
	    again.spki.len != k.spki.len ||
	    memcmp(again.spki.data, k.spki.data, k.spki.len) != 0) {
		err_set(e, ERR_REFUSED, "hsm.no-key", "item", it->id, "token",
		    h->ca.id, NULL);
		goto out;
	}
	if (hsm_key_pair_test(&h->ca.t, &again, it->id, e) == -1)
		goto out;
	json_set(out, "attributes", attributes);
	attributes = NULL;
	json_set_str(out, "cka_id", it->cka_id);
	json_set_str(out, "mechanism", hsm_key_mechanism(spec.type));
	json_set_b64(out, "spki", k.spki.data, k.spki.len);
	put_store(bytes, out);
	r = 0;
out:
	json_free(attributes);
	hsm_key_fini(&again);
	hsm_key_fini(&k);
	return r;
}

/* One deed, all checks passed but its own. */
static int
act(struct hsm *h, const struct run *r, const struct item *it, struct json *out,
    struct buf *bytes, struct err *e)
{
	struct oprec_item rec;

	if (record_item(h, r, it->id, &rec, e) == -1)
		return -1;
	if (it->kind == ITEM_TOKEN)
		return do_token(h, it, out, bytes, e);
	if (h->ca.id[0] == '\0' || strcmp(h->ca.id, it->token) != 0)
		return err_set(
		    e, ERR_REFUSED, "hsm.inactive", "token", it->token, NULL);
	switch (it->kind) {
	case ITEM_KEY:
		return do_key(h, it, &rec, out, bytes, e);
	case ITEM_CERT:
	case ITEM_CRL:
		if (!rec.has_tbs || memcmp(rec.tbs, it->tbs, SHA256_LEN) != 0)
			return err_set(
			    e, ERR_REFUSED, "hsm.record", "item", it->id, NULL);
		return hsm_do_sign(h, it, rec.mechanism, out, bytes, e);
	default:
		hsm_deactivate(h);
		return 0;
	}
}

/* The item that is begun in this epoch and was asked for, or NULL. */
static const struct item *
begun(const struct hsm *h, const char *id)
{
	const struct run *r = h->stuck ? NULL : ceremony_run(h->c);
	const struct item *it = r != NULL ? run_next(h->c, r) : NULL;

	if (it == NULL || id == NULL || strcmp(it->id, id) != 0 ||
	    it->state != ITEM_BEGUN || strcmp(it->begun_epoch, h->epoch) != 0)
		return NULL;
	return it;
}

static void
forget_done(struct hsm *h)
{
	json_free(h->done_json);
	h->done_json = NULL;
	buf_free(&h->done_bytes);
	memset(&h->done_err, 0, sizeof(h->done_err));
}

int
hsm_do(struct hsm *h, const struct msg *m, struct json *out, struct buf *bytes,
    struct err *e)
{
	const char *id = json_get_str(m->json, "item");
	const struct item *it = begun(h, id);
	const struct run *r = NULL;
	struct json *j;

	if (it == NULL || h->done_at != h->begun_at ||
	    strcmp(h->done_item, it->id) != 0) {
		if (hsm_ready(h, e) == -1 || hsm_authorised(h, &r, e) == -1)
			return -1;
		if (it == NULL)
			return err_set(e, ERR_REFUSED, "hsm.not-begun", "item",
			    id != NULL ? id : "-", NULL);
		forget_done(h);
		/* Marked before the deed: a deed that fails is done, too. */
		h->done_at = h->begun_at;
		memcpy(h->done_item, it->id, NAME_LEN);
		j = json_new_obj();
		if (act(h, r, it, j, &h->done_bytes, &h->done_err) == 0) {
			h->done_json = j;
		} else {
			json_free(j);
			buf_free(&h->done_bytes);
		}
	}
	if (h->done_json == NULL) {
		*e = h->done_err;
		return -1;
	}
	for (size_t i = 0; i < json_count(h->done_json); i++)
		json_set(out, json_key(h->done_json, i),
		    json_copy(json_value(h->done_json, i)));
	buf_add(bytes, h->done_bytes.data, h->done_bytes.len);
	return 0;
}

/* ---- looking, in a doubt ---- */

static int
look_token(
    struct hsm *h, const struct item *it, struct json *out, struct err *e)
{
	struct p11_slot slot;
	struct err none = { 0 };
	int r = p11_find(&h->p11, it->id, NULL, &slot, &none);

	if (r == -1 && strcmp(none.id, "hsm.no-token") != 0) {
		*e = none;
		return -1;
	}
	json_set_int(out, "found", r == 0);
	if (r == 0) {
		json_set_str(out, "manufacturer", slot.manufacturer);
		json_set_str(out, "model", slot.model);
		json_set_str(out, "serial", slot.serial);
	}
	return 0;
}

static int
look_key(struct hsm *h, const struct item *it, struct json *out, struct err *e)
{
	struct hsm_token other = { 0 }, *t = &h->ca.t;
	struct buf spki = BUF_INIT;
	uint8_t id[32];
	size_t id_len = strlen(it->cka_id) / 2;
	int found;

	if (id_len == 0 || id_len > sizeof(id) ||
	    hex_decode(id, id_len, it->cka_id, strlen(it->cka_id)) == -1)
		return err_set(
		    e, ERR_REFUSED, "hsm.record", "item", it->id, NULL);
	if (h->ca.id[0] == '\0' || strcmp(h->ca.id, it->token) != 0) {
		if (hsm_token_open(&h->p11, it->token, NULL, &other, e) == -1)
			return -1;
		t = &other;
	}
	/* The public half is seen without a login. */
	found = hsm_key_look(t, id, id_len, &spki, e);
	if (found != -1)
		json_set_int(out, "found", found);
	if (found == 1) {
		json_set_b64(out, "spki", spki.data, spki.len);
		if (ceremony_doubt(h->c) == it)
			hsm_found_in_store(h, it);
	}
	buf_free(&spki);
	hsm_token_close(&other);
	return found == -1 ? -1 : 0;
}

int
hsm_look(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *id = json_get_str(m->json, "item");
	const struct item *it = id != NULL ? ceremony_item(h->c, id) : NULL;

	(void)bytes;
	if (h->stuck)
		return err_set(e, ERR_REFUSED, "hsm.replica", "why", "-", NULL);
	if (it != NULL && it->kind == ITEM_TOKEN)
		return look_token(h, it, out, e);
	if (it != NULL && it->kind == ITEM_KEY)
		return look_key(h, it, out, e);
	return err_set(
	    e, ERR_REFUSED, "hsm.not-now", "item", id != NULL ? id : "-", NULL);
}
