/* SPDX-License-Identifier: MIT */
/*
 * Dealing: the secrets of a token that does not exist yet are drawn, split,
 * checked in every subset, committed to, and sealed share by share to the
 * people of the roster.  Invariant: no share leaves but sealed to the
 * certificate that stands in the roster, and only after the transcript
 * holds the commitments of exactly this dealing.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "appliance/world/envelope.h"
#include "ceremony/base/codec.h"

static const char *const PURPOSE[DEAL_SETS] = { "user-pin", "so-pin" };

void
hsm_deal_wipe(struct hsm *h)
{
	if (h->deal != NULL)
		OPENSSL_secure_clear_free(h->deal, sizeof(*h->deal));
	h->deal = NULL;
}

static int
draw_set(
    struct hsm *h, struct hsm_deal_set *s, const char *purpose, struct err *e)
{
	uint8_t *work;
	uint8_t id[8];
	size_t poly = (size_t)(s->m - 1) * SHARE_SECRET;
	size_t all = (size_t)s->n * SHARE_SECRET;
	int r = -1;

	work = OPENSSL_secure_zalloc(poly + all);
	if (work == NULL)
		return err_set(e, ERR_LIMIT, "hsm.shares-full", NULL);
	if (hsm_mix_random(h, s->secret, SHARE_SECRET, e) == -1 ||
	    hsm_mix_random(h, work, poly, e) == -1 ||
	    hsm_mix_random(h, id, sizeof(id), e) == -1)
		goto out;
	if (shamir_split(s->secret, SHARE_SECRET, (unsigned)s->m,
		(unsigned)s->n, work, work + poly) == -1 ||
	    !shamir_check(s->secret, SHARE_SECRET, (unsigned)s->m,
		(unsigned)s->n, work + poly)) {
		err_set(e, ERR_REFUSED, "share.deal-failed", NULL);
		err_arg_int(e, "m", s->m);
		goto out;
	}
	for (int i = 0; i < s->n; i++) {
		struct share *sh = &s->share[i];

		snprintf(sh->origin, sizeof(sh->origin), "%s", h->c->origin);
		snprintf(sh->set, sizeof(sh->set),
		    "%.4s-%02x%02x%02x%02x%02x%02x%02x%02x", purpose, id[0],
		    id[1], id[2], id[3], id[4], id[5], id[6], id[7]);
		snprintf(sh->purpose, sizeof(sh->purpose), "%s", purpose);
		sh->x = i + 1;
		sh->m = s->m;
		sh->n = s->n;
		memcpy(sh->share, work + poly + (size_t)i * SHARE_SECRET,
		    SHARE_SECRET);
		if (hsm_mix_random(h, sh->salt, SHARE_SALT, e) == -1)
			goto out;
		share_commit(sh, s->commit[i]);
	}
	share_commit_secret(
	    h->c->origin, s->share[0].set, s->secret, s->commit_secret);
	r = 0;
out:
	OPENSSL_secure_clear_free(work, poly + all);
	return r;
}

/* The CA administrators of the roster, in its order: exactly n. */
static int
holders(const struct hsm *h, struct hsm_deal *d, int64_t n, struct err *e)
{
	int64_t have = 0;

	for (size_t i = 0; i < h->c->persons; i++) {
		if ((h->c->person[i].roles & ROLE_CA_ADMINISTRATOR) == 0)
			continue;
		if (have < SHAMIR_N)
			memcpy(d->holder[have], h->c->person[i].id, NAME_LEN);
		have++;
	}
	if (have != n || n > SHAMIR_N) {
		err_set(e, ERR_REFUSED, "hsm.holders", "token", d->token, NULL);
		err_arg_int(e, "n", n);
		err_arg_int(e, "have", have);
		return -1;
	}
	return 0;
}

static void
describe(const struct hsm_deal *d, struct json *out)
{
	struct json *sets = json_set(out, "sets", json_new_arr());

	for (int k = 0; k < DEAL_SETS; k++) {
		const struct hsm_deal_set *s = &d->set[k];
		struct json *j = json_add(sets, json_new_obj());
		struct json *commits = json_set(j, "commits", json_new_arr());
		struct json *who = json_set(j, "holders", json_new_arr());

		for (int i = 0; i < s->n; i++) {
			char hex[SHA256_HEX];

			sha256_hex(hex, s->commit[i]);
			json_add(commits, json_new_str(hex));
			json_add(who, json_new_str(d->holder[i]));
		}
		json_set_int(j, "m", s->m);
		json_set_int(j, "n", s->n);
		json_set_str(j, "purpose", PURPOSE[k]);
		json_set_hex(j, "secret", s->commit_secret, SHA256_LEN);
		json_set_str(j, "set", s->share[0].set);
	}
}

int
hsm_deal(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *id = json_get_str(m->json, "token");
	const struct token *t = id != NULL ? ceremony_token(h->c, id) : NULL;
	const struct json *plan;
	struct hsm_deal *d;
	int64_t quorum;

	(void)bytes;
	if (hsm_ready(h, e) == -1)
		return -1;
	if (t == NULL || t->state == TOKEN_READY || !h->c->approved ||
	    !h->c->roster_sealed || ceremony_run(h->c) != NULL ||
	    !ceremony_step_runs(h->c, t->id))
		return err_set(e, ERR_REFUSED, "hsm.not-now", "item",
		    id != NULL ? id : "-", NULL);
	plan = ceremony_plan_item(h->c, t->id, NULL);
	d = OPENSSL_secure_zalloc(sizeof(*d));
	if (d == NULL)
		return err_set(e, ERR_LIMIT, "hsm.shares-full", NULL);
	memcpy(d->token, t->id, NAME_LEN);
	quorum = json_get_int(plan, "quorum", 0);
	for (int k = 0; k < DEAL_SETS; k++) {
		d->set[k].n = (int)json_get_int(plan, "of", 0);
		d->set[k].m = (int)(k == DEAL_USER
			? quorum
			: json_get_int(plan, "so_quorum", quorum));
		if (d->set[k].m < 2 || d->set[k].m < quorum) {
			err_set(e, ERR_REFUSED, "role.m-one", NULL);
			goto bad;
		}
	}
	if (holders(h, d, d->set[0].n, e) == -1 ||
	    draw_set(h, &d->set[DEAL_USER], PURPOSE[DEAL_USER], e) == -1 ||
	    draw_set(h, &d->set[DEAL_SO], PURPOSE[DEAL_SO], e) == -1)
		goto bad;
	hsm_deal_wipe(h);
	h->deal = d;
	describe(d, out);
	return 0;
bad:
	OPENSSL_secure_clear_free(d, sizeof(*d));
	return -1;
}

int
hsm_seal_share(const struct person *p, const struct share *s, struct buf *pem,
    struct err *e)
{
	struct buf plain = BUF_INIT, der = BUF_INIT;
	int r;

	/* Room for all of it first: a growing buffer would leave pieces. */
	buf_add(&plain, (const uint8_t[SHARE_MAX]){ 0 }, SHARE_MAX);
	buf_reset(&plain);
	share_encode(s, &plain);
	r = envelope_seal(
	    p->share.data, p->share.len, plain.data, plain.len, &der, e);
	if (r == 0)
		pem_encode(pem, "CMS", der.data, der.len);
	OPENSSL_cleanse(plain.data, plain.len);
	buf_free(&plain);
	buf_free(&der);
	return r;
}

/* The transcript holds this very dealing. */
static int
recorded(const struct hsm *h, struct err *e)
{
	for (int k = 0; k < DEAL_SETS; k++) {
		const struct hsm_deal_set *s = &h->deal->set[k];
		const struct share_set *in =
		    ceremony_set(h->c, h->deal->token, PURPOSE[k]);

		if (in == NULL || strcmp(in->id, s->share[0].set) != 0 ||
		    in->m != s->m || in->n != s->n ||
		    memcmp(in->secret, s->commit_secret, SHA256_LEN) != 0 ||
		    memcmp(in->commit, s->commit, (size_t)s->n * SHA256_LEN) !=
			0 ||
		    memcmp(in->holder, h->deal->holder,
			(size_t)s->n * NAME_LEN) != 0)
			return err_set(e, ERR_REFUSED, "hsm.not-now", "item",
			    h->deal->token, NULL);
	}
	return 0;
}

int
hsm_deal_share(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *token = json_get_str(m->json, "token");
	const char *who = json_get_str(m->json, "person");
	const struct person *p =
	    who != NULL ? ceremony_person(h->c, who) : NULL;
	int x = 0;

	(void)out;
	if (hsm_ready(h, e) == -1)
		return -1;
	if (h->deal == NULL || token == NULL ||
	    strcmp(token, h->deal->token) != 0)
		return err_set(e, ERR_REFUSED, "hsm.not-now", "item",
		    token != NULL ? token : "-", NULL);
	if (recorded(h, e) == -1)
		return -1;
	while (p != NULL && x < h->deal->set[0].n &&
	    strcmp(h->deal->holder[x], p->id) != 0)
		x++;
	if (p == NULL || x == h->deal->set[0].n)
		return err_set(e, ERR_REFUSED, "share.missing", "person",
		    who != NULL ? who : "-", "token", token, NULL);
	for (int k = 0; k < DEAL_SETS; k++) {
		if (hsm_seal_share(p, &h->deal->set[k].share[x], bytes, e) ==
		    -1) {
			buf_reset(bytes);
			return -1;
		}
	}
	return 0;
}
