/* SPDX-License-Identifier: MIT */
/*
 * Tokens coming in and out of use.  Invariant: a CA token is logged in only
 * between ACTIVATE by a quorum and the first of: its deactivation, the end
 * of those consents in the fold, idleness, the end of this process.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "ceremony/files/script.h"

void
hsm_pin(struct hsm *h, const char *set, const char *purpose,
    const uint8_t secret[static SHARE_SECRET], struct secret *out,
    int64_t *bits)
{
	const struct pin_form *f = pin_form(h->p11.kind->name, purpose);

	secret_new(out, PIN_MAX);
	pin_derive(f, h->c->origin, set, purpose, secret, (char *)out->data);
	out->len = strlen((const char *)out->data);
	*bits = f->bits;
}

struct pin
hsm_pin_of(const struct secret *s)
{
	return (struct pin){ s->data, s->len };
}

void
hsm_active_end(struct hsm_active *a)
{
	hsm_token_close(&a->t);
	secret_free(&a->pin);
	memset(a, 0, sizeof(*a));
}

void
hsm_deactivate(struct hsm *h)
{
	hsm_active_end(&h->ca);
	hsm_pool_wipe(h);
}

/* ---- stores ---- */

static struct hsm_store_sha *
store_of(struct hsm *h, const char *token, bool make)
{
	for (size_t i = 0; i < h->stores; i++) {
		if (strcmp(h->store[i].token, token) == 0)
			return &h->store[i];
	}
	if (!make || h->stores == sizeof(h->store) / sizeof(h->store[0]))
		return NULL;
	memset(&h->store[h->stores], 0, sizeof(h->store[0]));
	memcpy(h->store[h->stores].token, token, strnlen(token, NAME_LEN - 1));
	return &h->store[h->stores++];
}

int
hsm_store(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *token = json_get_str(m->json, "token");
	struct hsm_store_sha *s;
	uint8_t digest[SHA256_LEN];
	int r;

	(void)bytes;
	if (token == NULL || strlen(token) >= NAME_LEN)
		return err_set(e, ERR_FORM, "msg.form", "what", "store", NULL);
	if (!h->p11.kind->store || h->log.id[0] != '\0' || h->ca.id[0] != '\0')
		return err_set(
		    e, ERR_REFUSED, "hsm.not-now", "item", token, NULL);
	sha256(digest, m->bytes.data, m->bytes.len);
	s = store_of(h, token, true);
	if (s == NULL)
		return err_set(
		    e, ERR_LIMIT, "hsm.store", "why", "too many", NULL);
	/* A module looks at its files when it comes up. */
	p11_down(&h->p11);
	r = ram_import(
	    &h->ram, h->p11.kind->file, m->bytes.data, m->bytes.len, e);
	if (r == 0) {
		memcpy(s->sha256, digest, SHA256_LEN);
		s->found[0] = '\0';
		r = p11_up(&h->p11, e);
	} else {
		struct err up = { 0 };

		(void)p11_up(&h->p11, &up);
	}
	json_set_hex(out, "sha256", digest, SHA256_LEN);
	return r;
}

/*
 * After a doubt about a key that was resolved with what a look found: the
 * outcome, and so the transcript, does not name its store yet.
 */
static bool
found_in(const struct hsm *h, const struct hsm_store_sha *s)
{
	const struct item *it =
	    s->found[0] != '\0' ? ceremony_item(h->c, s->found) : NULL;

	return it != NULL && it->state == ITEM_BEGUN &&
	    ceremony_doubt(h->c) == NULL;
}

void
hsm_found_in_store(struct hsm *h, const struct item *it)
{
	struct hsm_store_sha *s = store_of(h, it->token, false);

	if (s != NULL)
		memcpy(s->found, it->id, NAME_LEN);
}

int
hsm_check_store(struct hsm *h, const char *token, bool has,
    const uint8_t want[static SHA256_LEN], struct err *e)
{
	const struct hsm_store_sha *s = store_of(h, token, false);

	if (!has || !h->p11.kind->store)
		return 0;
	if (s == NULL ||
	    (memcmp(s->sha256, want, SHA256_LEN) != 0 && !found_in(h, s)))
		return err_set(e, ERR_REFUSED, "hsm.store", "why",
		    "not the one of the transcript", NULL);
	return 0;
}

static int
again(struct hsm *h, struct hsm_active *a, struct err *e)
{
	char label[33], serial[17];

	if (a->id[0] == '\0')
		return 0;
	memcpy(label, a->t.slot.label, sizeof(label));
	memcpy(serial, a->t.slot.serial, sizeof(serial));
	if (hsm_token_open(&h->p11, label, serial, &a->t, e) == -1)
		return -1;
	return hsm_token_login(&a->t, hsm_pin_of(&a->pin), e);
}

/* The module comes up again, and what was active with it. */
static int
up_again(struct hsm *h, struct err *e)
{
	if (p11_up(&h->p11, e) == -1 || again(h, &h->log, e) == -1 ||
	    again(h, &h->ca, e) == -1)
		return -1;
	if (h->log.id[0] == '\0')
		return 0;
	/* Handles died with the session. */
	hsm_key_fini(&h->log_key);
	if (hsm_key_find(&h->log.t, (const uint8_t *)HSM_LOG_ID,
		sizeof(HSM_LOG_ID), &h->log_key, e) == 1)
		return 0;
	return err_set(e, ERR_WORLD, "hsm.no-key", "item", HSM_LOG_LABEL,
	    "token", HSM_LOG_LABEL, NULL);
}

int
hsm_cycle(struct hsm *h, const char *token, const char *serial,
    struct buf *archive, struct err *e)
{
	struct hsm_store_sha *s;
	const char *id = strcmp(token, HSM_LOG_LABEL) == 0 ? "log" : token;
	struct err none = { 0 };

	if (!h->p11.kind->store)
		return 0;
	hsm_token_close(&h->log.t);
	hsm_token_close(&h->ca.t);
	p11_down(&h->p11);
	if (ram_export(&h->ram, h->p11.kind->file, serial, archive, e) == -1 ||
	    up_again(h, e) == -1) {
		/* Half open is closed: people come in again. */
		hsm_deactivate(h);
		hsm_active_end(&h->log);
		h->ends = h->c->roster_sealed;
		if (!h->ends)
			(void)p11_up(&h->p11, &none);
		return -1;
	}
	s = store_of(h, id, true);
	if (s != NULL)
		sha256(s->sha256, archive->data, archive->len);
	return 0;
}

/* ---- activation ---- */

static bool
says(const struct json *row, const char *key, const char *have)
{
	const char *want = json_get_str(row, key);

	return want == NULL || strcmp(want, have) == 0;
}

int
hsm_listed(const struct hsm *h, const struct p11_slot *slot, struct err *e)
{
	const struct json *list = json_get(h->c->profiles, "modules");

	if (!h->c->production)
		return 0;
	for (size_t i = 0; !h->p11.kind->soft && i < json_count(list); i++) {
		const struct json *row = json_at(list, i);
		uint8_t sha[SHA256_LEN];

		if (json_get_hex(row, "sha256", sha, SHA256_LEN) == 0 &&
		    memcmp(sha, h->p11.info.sha256, SHA256_LEN) == 0 &&
		    says(row, "manufacturer", slot->manufacturer) &&
		    says(row, "model", slot->model) &&
		    says(row, "firmware", slot->firmware))
			return 0;
	}
	return err_set(e, ERR_REFUSED, "hsm.not-listed", NULL);
}

static int
enter(struct hsm *h, const struct token *t, const struct run *r, int64_t *bits,
    bool *low, struct err *e)
{
	struct hsm_active a = { .id = "" };
	const struct share_set *set = ceremony_set(h->c, t->id, "user-pin");
	uint8_t *secret = OPENSSL_secure_zalloc(SHARE_SECRET);
	int ret = -1;

	if (secret == NULL || set == NULL) {
		err_set(e, ERR_REFUSED, "hsm.not-now", "item", t->id, NULL);
		goto out;
	}
	memcpy(a.id, t->id, NAME_LEN);
	if (hsm_token_open(&h->p11, t->id, t->serial, &a.t, e) == -1 ||
	    hsm_listed(h, &a.t.slot, e) == -1 ||
	    hsm_pool_join(h, set, r, secret, e) == -1)
		goto out;
	hsm_pin(h, set->id, "user-pin", secret, &a.pin, bits);
	*low = hsm_token_pin_flags(&a.t) != 0;
	if (hsm_token_login(&a.t, hsm_pin_of(&a.pin), e) == -1)
		goto out;
	hsm_pool_wipe(h);
	h->ca = a;
	memset(&a, 0, sizeof(a));
	ret = 0;
out:
	OPENSSL_secure_clear_free(secret, SHARE_SECRET);
	hsm_active_end(&a);
	return ret;
}

int
hsm_activate(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *id = json_get_str(m->json, "token");
	const struct token *t = id != NULL ? ceremony_token(h->c, id) : NULL;
	const struct run *r;
	int64_t bits = 0;
	bool low = false;

	(void)bytes;
	if (hsm_ready(h, e) == -1 || hsm_authorised(h, &r, e) == -1)
		return -1;
	if (t == NULL || t->state != TOKEN_READY ||
	    strcmp(r->token, t->id) != 0 || h->ca.id[0] != '\0')
		return err_set(e, ERR_REFUSED, "hsm.not-now", "item",
		    id != NULL ? id : "-", NULL);
	if (hsm_check_store(h, t->id, t->has_store, t->store, e) == -1 ||
	    enter(h, t, r, &bits, &low, e) == -1)
		return -1;
	json_set_int(out, "bits", bits);
	json_set_int(out, "low", low);
	return 0;
}

/* ---- idleness ---- */

static int64_t
idle_limit_ms(const struct hsm *h)
{
	int min = profiles_idle_minutes(h->c->profiles);

	return (min < 1 ? 1 : min) * (int64_t)60000;
}

/* Until idleness; -1 nothing is active. */
static int64_t
idle_left_ms(const struct hsm *h, int64_t now_ms)
{
	int64_t left;

	if (h->ca.id[0] == '\0' && h->pooled == 0)
		return -1;
	left = h->last_use_ms + idle_limit_ms(h) - now_ms;
	return left < 0 ? 0 : left;
}

/* An active token is spoken of so long before it goes inactive. */
#define SOON_MS ((int64_t)120000)

static bool
soon_is_due(const struct hsm *h)
{
	return h->ca.id[0] != '\0' && idle_limit_ms(h) > SOON_MS &&
	    h->told_use_ms != h->last_use_ms;
}

int
hsm_idle_ms(const struct hsm *h, int64_t now_ms)
{
	int64_t left = idle_left_ms(h, now_ms);

	if (left > 0 && soon_is_due(h))
		left = left > SOON_MS ? left - SOON_MS : 0;
	return left > 3600000 ? 3600000 : (int)left;
}

static void
say_idle(struct hsm *h, const char *token, const char *why)
{
	struct msg m;
	struct err e = { 0 };

	msg_init(&m, PARTY_CONSOLE, MSG_IDLE, 0);
	json_set_str(m.json, "token", token);
	json_set_str(m.json, "why", why);
	(void)msg_write(h->fd, &m, &e);
	msg_fini(&m);
}

void
hsm_idle(struct hsm *h, int64_t now_ms)
{
	const struct run *r = ceremony_run(h->c);
	int64_t left = idle_left_ms(h, now_ms);
	char id[NAME_LEN];

	if (left > 0 && left <= SOON_MS && soon_is_due(h)) {
		h->told_use_ms = h->last_use_ms;
		say_idle(h, h->ca.id, "soon");
	}
	if (left != 0)
		return;
	memcpy(id, h->ca.id, NAME_LEN);
	/* Shares that came with consents: these are asked for again. */
	if (id[0] == '\0' && r != NULL && r->consents > 0)
		memcpy(id, r->token, NAME_LEN);
	hsm_deactivate(h);
	if (id[0] != '\0')
		say_idle(h, id, "idle");
}
