/* SPDX-License-Identifier: MIT */
/*
 * Shares on their way through: opened with the epoch's key, held against
 * the commitments in the transcript, kept in locked memory until they are
 * joined.  Invariant: what is in the pool is a share that was dealt, given
 * by the person it was dealt to.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "appliance/world/envelope.h"

/* `other` has the share of a set that is known, or is NULL. */
static int
foreign(struct err *e, const char *what, const struct share_set *other,
    const struct share_set *want)
{
	return err_set(e, ERR_REFUSED, "share.foreign", "other",
	    other != NULL ? other->token : what, "purpose",
	    other != NULL ? other->purpose : "-", "token", want->token,
	    "wanted", want->purpose, NULL);
}

/* A share of a split set: where it belongs, and that it is the one. */
static int
check_split(const struct hsm *h, const struct share_set *set,
    const struct share *s, const char *person, struct err *e)
{
	const struct share_set *now;
	uint8_t got[SHA256_LEN];

	now = ceremony_set(h->c, set->token, set->purpose);
	if (now != set)
		return err_set(
		    e, ERR_REFUSED, "share.retired", "person", person, NULL);
	if (s->m != set->m || s->n != set->n || s->x < 1 || s->x > set->n)
		return err_set(
		    e, ERR_REFUSED, "share.damaged", "person", person, NULL);
	if (strcmp(set->holder[s->x - 1], person) != 0)
		return foreign(e, set->holder[s->x - 1], NULL, set);
	share_commit(s, got);
	if (CRYPTO_memcmp(got, set->commit[s->x - 1], SHA256_LEN) != 0)
		return err_set(
		    e, ERR_REFUSED, "share.damaged", "person", person, NULL);
	return 0;
}

/* The log token's secret is whole: it must be the one committed to. */
static int
check_log(const struct hsm *h, const struct share_set *set,
    const struct share *s, const char *person, struct err *e)
{
	const struct person *p = ceremony_person(h->c, person);
	uint8_t got[SHA256_LEN];

	if (p == NULL || (p->roles & ROLE_OPERATIONS_MANAGER) == 0)
		return err_set(e, ERR_REFUSED, "cred.not-enrolled", "person",
		    person, NULL);
	share_commit_secret(h->c->origin, set->id, s->share, got);
	if (s->x != 1 || s->m != 1 || s->n != 1 ||
	    CRYPTO_memcmp(got, set->secret, SHA256_LEN) != 0)
		return err_set(
		    e, ERR_REFUSED, "share.damaged", "person", person, NULL);
	return 0;
}

static int
check(const struct hsm *h, const struct share *s, const char *person,
    const char *asked, const struct share_set **set, struct err *e)
{
	const struct share_set *want;

	if (strcmp(s->origin, h->c->origin) != 0)
		return err_set(e, ERR_REFUSED, "cred.other-origin", "origin",
		    s->origin, NULL);
	*set = ceremony_set_by_id(h->c, s->set);
	want = ceremony_set_by_id(h->c, asked);
	if (want == NULL)
		return err_set(e, ERR_FORM, "msg.form", "what", "share", NULL);
	if (*set != want || strcmp(s->purpose, want->purpose) != 0)
		return foreign(e, s->set, *set, want);
	if (strcmp(s->purpose, "log") == 0)
		return check_log(h, *set, s, person, e);
	return check_split(h, *set, s, person, e);
}

static void
remember(struct hsm *h, const struct share *s, const char *person)
{
	struct hsm_opened *o;
	struct hsm_deal *d = h->deal;

	for (int k = 0; d != NULL && k < DEAL_SETS; k++) {
		if (strcmp(d->set[k].share[0].set, s->set) == 0)
			d->set[k].seen[s->x - 1] = true;
	}
	for (size_t i = 0; i < h->n_opened; i++) {
		o = &h->opened[i];
		if (strcmp(o->set, s->set) == 0 && o->x == s->x)
			return;
	}
	if (h->n_opened == HSM_OPENED)
		return;
	o = &h->opened[h->n_opened++];
	memcpy(o->person, person, strnlen(person, NAME_LEN - 1));
	memcpy(o->set, s->set, sizeof(o->set));
	o->x = s->x;
}

static int
keep(struct hsm *h, const struct share *s, const char *person, struct err *e)
{
	size_t i = 0;

	while (i < h->pooled &&
	    (strcmp(h->pool[i].set, s->set) != 0 || h->pool[i].x != s->x))
		i++;
	if (i == HSM_POOL)
		return err_set(e, ERR_LIMIT, "hsm.shares-full", NULL);
	h->pool[i] = *s;
	memset(h->pool_person[i], 0, NAME_LEN);
	memcpy(h->pool_person[i], person, strnlen(person, NAME_LEN - 1));
	if (i == h->pooled)
		h->pooled++;
	return 0;
}

/* What the epoch's key opens, as a record. */
static int
unseal(struct hsm *h, const struct buf *cms, struct share *s, struct err *e)
{
	struct secret plain = SECRET_INIT;
	int r;

	if (cms->len > ENVELOPE_MAX)
		return err_set(
		    e, ERR_LIMIT, "envelope.form", "what", "length", NULL);
	if (envelope_open(cms->data, cms->len, h->key, h->cert.data,
		h->cert.len, &plain, e) == -1)
		return -1;
	r = share_decode(plain.data, plain.len, s, e);
	secret_free(&plain);
	return r;
}

int
hsm_share(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *person = json_get_str(m->json, "person");
	const char *asked = json_get_str(m->json, "set");
	const struct share_set *set = NULL;
	struct share *s;
	int r = -1;

	(void)bytes;
	if (person == NULL || asked == NULL)
		return err_set(e, ERR_FORM, "msg.form", "what", "share", NULL);
	if (h->stuck)
		return err_set(e, ERR_REFUSED, "hsm.replica", "why", "-", NULL);
	s = OPENSSL_secure_zalloc(sizeof(*s));
	if (s == NULL)
		return err_set(e, ERR_LIMIT, "hsm.shares-full", NULL);
	if (unseal(h, &m->bytes, s, e) == -1 ||
	    check(h, s, person, asked, &set, e) == -1)
		goto out;
	if (strcmp(s->purpose, "log") == 0)
		r = hsm_log_open(h, set, s->share, e);
	else
		r = keep(h, s, person, e);
	if (r == -1)
		goto out;
	remember(h, s, person);
	json_set_str(out, "purpose", s->purpose);
	json_set_int(out, "m", s->m);
	json_set_int(out, "x", s->x);
out:
	OPENSSL_secure_clear_free(s, sizeof(*s));
	return r;
}

int
hsm_shares(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	struct json *all = json_set(out, "shares", json_new_arr());

	(void)m;
	(void)bytes;
	(void)e;
	for (size_t i = 0; i < h->n_opened; i++) {
		struct json *one = json_add(all, json_new_obj());

		json_set_str(one, "person", h->opened[i].person);
		json_set_str(one, "set", h->opened[i].set);
		json_set_int(one, "x", h->opened[i].x);
	}
	return 0;
}

void
hsm_pool_wipe(struct hsm *h)
{
	if (h->pool != NULL)
		OPENSSL_cleanse(h->pool, HSM_POOL * sizeof(*h->pool));
	memset(h->pool_person, 0, sizeof(h->pool_person));
	h->pooled = 0;
}

static bool
consented(const struct run *r, const char *person)
{
	for (size_t i = 0; i < r->consents; i++) {
		if (strcmp(r->consent[i], person) == 0)
			return true;
	}
	return false;
}

int
hsm_pool_join(struct hsm *h, const struct share_set *set, const struct run *r,
    uint8_t secret[static SHARE_SECRET], struct err *e)
{
	const uint8_t *part[SHAMIR_N];
	uint8_t x[SHAMIR_N], got[SHA256_LEN];
	unsigned have = 0;

	for (size_t i = 0; i < h->pooled && have < (unsigned)set->m; i++) {
		if (strcmp(h->pool[i].set, set->id) != 0 ||
		    !consented(r, h->pool_person[i]))
			continue;
		x[have] = (uint8_t)h->pool[i].x;
		part[have++] = h->pool[i].share;
	}
	if (have < (unsigned)set->m) {
		err_set(e, ERR_REFUSED, "share.too-few", NULL);
		err_arg_int(e, "have", have);
		err_arg_int(e, "m", set->m);
		err_arg_int(e, "more", set->m - (int)have);
		return -1;
	}
	if (shamir_join(x, part, have, SHARE_SECRET, secret) == -1)
		return err_set(
		    e, ERR_REFUSED, "share.damaged", "person", "-", NULL);
	share_commit_secret(h->c->origin, set->id, secret, got);
	if (CRYPTO_memcmp(got, set->secret, SHA256_LEN) != 0) {
		OPENSSL_cleanse(secret, SHARE_SECRET);
		return err_set(
		    e, ERR_REFUSED, "share.damaged", "person", "-", NULL);
	}
	return 0;
}
