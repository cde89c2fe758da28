/* SPDX-License-Identifier: MIT */
/*
 * Folding what concerns the log itself: its beginning, its sittings, its
 * checkpoints and seals, its token, the clock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/people/statement.h"
#include "ceremony/state/fold.h"

int
fold_genesis(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const char *origin = d_str(en, "origin"), *mode = d_str(en, "mode");
	const char *tail = strrchr(origin, '/');

	(void)c;
	if (strcmp(d_str(en, "format"), "tachiai/1") != 0)
		return fold_refuse(e, en, "format");
	if ((strcmp(mode, "rehearsal") != 0 &&
	    strcmp(mode, "production") != 0) || tail == NULL ||
	    strcmp(tail + 1, mode) != 0 ||
	    strlen(origin) >= sizeof(c->origin))
		return fold_refuse(e, en, "mode");
	if (w == NULL)
		return 0;
	copy_str(w->origin, sizeof(w->origin), origin);
	copy_str(w->mode, sizeof(w->mode), mode);
	w->production = strcmp(mode, "production") == 0;
	w->media = json_count(json_get(en->d, "media"));
	return 0;
}

/* Ends that do not stand here: nothing goes on until they are abandoned. */
static void
take_lost(struct ceremony *w, const struct json *memories)
{
	for (size_t i = 0; i < json_count(memories); i++) {
		const struct json *m = json_at(memories, i);
		const char *source = json_get_str(m, "source");
		struct lost l;

		if (json_get_int(m, "lost", 0) == 0)
			continue;
		memset(&l, 0, sizeof(l));
		copy_str(l.source, sizeof(l.source),
		    source != NULL ? source : "-");
		l.head.n = json_get_int(m, "n", -1);
		(void)json_get_hex(m, "head", l.head.hash, SHA256_LEN);
		if (ceremony_is_lost(w, &l.head))
			continue;
		w->lost = xreallocarray(w->lost, w->losts + 1,
		    sizeof(*w->lost));
		w->lost[w->losts++] = l;
		w->loss_pending = true;
		w->forked |= ceremony_hash(w, l.head.n) != NULL;
	}
}

/*
 * Until the roster is sealed the log token's secret lives in tachiai-hsm
 * alone: with another epoch that token is out of reach, and another is made.
 */
static void
drop_log_token(struct ceremony *w)
{
	w->log_ready = w->has_log_store = false;
	buf_reset(&w->log_spki);
	for (size_t i = 0; i < w->sets; i++)
		w->set[i].in_force = false;
	for (size_t i = 0; i < w->persons; i++)
		w->person[i].log_share = w->person[i].signed_roster = false;
}

/* SHA-256 registers of the machine's TPM, all of them or none. */
static bool
pcrs_good(const struct json *pcrs)
{
	for (size_t i = 0; i < json_count(pcrs); i++) {
		const char *s = json_str(json_at(pcrs, i));

		if (s == NULL || strlen(s) != 2 * (size_t)SHA256_LEN ||
		    strspn(s, "0123456789abcdef") != 2 * (size_t)SHA256_LEN)
			return false;
	}
	return pcrs == NULL || json_count(pcrs) == 24;
}

int
fold_sitting_open(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct json *mem = json_get(en->d, "memories");

	if (d_int(en, "sitting") != c->s + 1)
		return fold_refuse(e, en, "sitting");
	if (strlen(d_str(en, "epoch")) != EPOCH_LEN - 1)
		return fold_refuse(e, en, "epoch");
	if (!pcrs_good(json_get(en->d, "pcrs")))
		return fold_refuse(e, en, "pcrs");
	for (size_t i = 0; i < json_count(mem); i++) {
		const struct json *m = json_at(mem, i);
		int64_t n = json_get_int(m, "n", -1);
		uint8_t head[SHA256_LEN];
		const uint8_t *have = ceremony_hash(c, n);

		if (json_get_hex(m, "head", head, SHA256_LEN) == -1 ||
		    n < 0 || (json_get_int(m, "lost", 0) == 0) !=
		    (have != NULL && memcmp(have, head, SHA256_LEN) == 0))
			return fold_refuse(e, en, "memories");
	}
	if (w == NULL)
		return 0;
	w->forked = false;
	take_lost(w, mem);
	w->one[0] = '\0';
	if (w->media == 2 && json_count(json_get(en->d, "media")) == 1)
		copy_str(w->one, sizeof(w->one),
		    json_str(json_at(json_get(en->d, "media"), 0)) != NULL ?
		    json_str(json_at(json_get(en->d, "media"), 0)) : "-");
	/* Who abandons ends decides on more than that. */
	w->one_pending = w->one[0] != '\0' && w->roster_sealed &&
	    !w->loss_pending;
	w->crashed = w->s >= 0 && w->sitting != SITTING_SEALED;
	w->s++;
	w->sitting = w->roster_sealed ? SITTING_STARTED : SITTING_OPEN;
	copy_str(w->epoch, sizeof(w->epoch), d_str(en, "epoch"));
	w->opened_t = en->t;
	w->has_module = false;
	w->clock_set = false;
	w->on_break = false;
	/* What a sitting without an end signed is owed two copies still. */
	if (!w->crashed)
		w->signed_unclosed = 0;
	for (size_t i = 0; i < w->tokens; i++)
		w->token[i].active = false;
	clear_people(w);
	clear_consents(w);
	if (!w->roster_sealed)
		drop_log_token(w);
	return 0;
}

int
fold_sitting_close(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (d_int(en, "sitting") != c->s)
		return fold_refuse(e, en, "sitting");
	for (size_t i = 0; i < c->tokens; i++)
		if (c->token[i].active)
			return err_set(e, ERR_REFUSED, "seal.active",
			    "token", c->token[i].id, NULL);
	for (size_t i = 0; i < c->deviations; i++)
		if (c->deviation[i].decision[0] == '\0')
			return err_set(e, ERR_REFUSED, "seal.deviation",
			    NULL);
	if (c->signed_unclosed > 0 && c->copies < 2) {
		err_set(e, ERR_REFUSED, "media.copies-due", NULL);
		err_arg_int(e, "k", c->copies);
		return -1;
	}
	if (w == NULL)
		return 0;
	w->sitting = SITTING_CLOSING;
	w->closed = en->n;
	for (size_t i = 0; i < w->persons; i++)
		w->person[i].cosigned = false;
	return 0;
}

int
fold_close_unsealed(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (json_count(en->by) < 2)
		return fold_refuse(e, en, "by");
	(void)c;
	if (w == NULL)
		return 0;
	w->sitting = SITTING_NONE;
	return 0;
}

int
fold_recovery(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	(void)e;
	(void)en;
	if (w == NULL)
		return 0;
	if (c->sitting != SITTING_SEALED)
		w->sitting = SITTING_NONE;
	return 0;
}

/* The transcript key's: size == n, our own root, and a good signature. */
static int
check_log_signature(const struct ceremony *c, const struct entry *en,
    struct err *e)
{
	struct buf text = BUF_INIT, sig = BUF_INIT, root = BUF_INIT;
	uint8_t want[SHA256_LEN];
	int ret = -1;

	merkle_root(&c->merkle, want);
	checkpoint_text(&text, c->origin, (uint64_t)(c->head.n + 1), want);
	if (d_int(en, "size") != c->head.n + 1 || d_int(en, "time") != 0 ||
	    json_count(en->by) != 0 || c->log_spki.len == 0 ||
	    strcmp(d_str(en, "alg"), c->log_alg) != 0 ||
	    json_get_b64(en->d, "root", &root) == -1 ||
	    root.len != SHA256_LEN ||
	    memcmp(root.data, want, SHA256_LEN) != 0 ||
	    json_get_b64(en->d, "sig", &sig) == -1 ||
	    signature_verify(c->log_alg, c->log_spki.data, c->log_spki.len,
	    text.data, text.len, sig.data, sig.len) == -1)
		fold_refuse(e, en, "signature");
	else
		ret = 0;
	buf_free(&text);
	buf_free(&sig);
	buf_free(&root);
	return ret;
}

/*
 * A custodian's: repeats the transcript key's last checkpoint, which covers
 * the close: one from before it says nothing about how the sitting ended.
 */
static int
check_cosignature(const struct ceremony *c, const struct entry *en,
    const struct person **p, struct err *e)
{
	struct buf text = BUF_INIT, sig = BUF_INIT, root = BUF_INIT;
	const char *name = d_str(en, "name");
	const uint8_t *cert;
	int ret = -1;

	*p = strncmp(name, "op/", 3) == 0 ? ceremony_person(c, name + 3) :
	    NULL;
	if (*p == NULL || !(*p)->in || (*p)->cosigned ||
	    c->sitting != SITTING_CLOSING || json_count(en->by) != 1 ||
	    strcmp(json_str(json_at(en->by, 0)), name) != 0 ||
	    d_int(en, "size") != c->checkpoint_size ||
	    c->checkpoint_n <= c->closed) {
		fold_refuse(e, en, "cosignature");
		goto out;
	}
	cosignature_text(&text, d_int(en, "time"), c->origin,
	    (uint64_t)c->checkpoint_size, c->checkpoint_root);
	cert = (*p)->sign.data;
	if (json_get_b64(en->d, "root", &root) == -1 ||
	    root.len != SHA256_LEN ||
	    memcmp(root.data, c->checkpoint_root, SHA256_LEN) != 0 ||
	    json_get_b64(en->d, "sig", &sig) == -1 ||
	    signature_verify_cert(cert, (*p)->sign.len, text.data, text.len,
	    sig.data, sig.len) == -1) {
		fold_refuse(e, en, "signature");
		goto out;
	}
	ret = 0;
out:
	buf_free(&text);
	buf_free(&sig);
	buf_free(&root);
	return ret;
}

int
fold_checkpoint(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;

	if (strcmp(d_str(en, "name"), "log/transcript") != 0) {
		if (check_cosignature(c, en, &p, e) == -1)
			return -1;
		if (w != NULL)
			w->person[p - c->person].cosigned = true;
		return 0;
	}
	if (check_log_signature(c, en, e) == -1)
		return -1;
	if (w == NULL)
		return 0;
	if (ceremony_cosigned(w)) {
		w->sitting = SITTING_SEALED;
		w->sealed = en->n;
		w->printed[PAPER_TRANSCRIPT] = 0;
		w->meant[PAPER_TRANSCRIPT] = 0;
	} else {
		/* What was cosigned is no longer the last checkpoint. */
		for (size_t i = 0; i < w->persons; i++)
			w->person[i].cosigned = false;
	}
	w->checkpoint_size = d_int(en, "size");
	merkle_root(&w->merkle, w->checkpoint_root);
	w->checkpoint_n = en->n;
	return 0;
}

int
fold_log_init(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct share_set set;

	if (c->log_ready || c->roster_sealed)
		return fold_refuse(e, en, "twice");
	memset(&set, 0, sizeof(set));
	copy_str(set.id, sizeof(set.id), d_str(en, "set"));
	if (ceremony_set_by_id(c, set.id) != NULL)
		return fold_refuse(e, en, "set");
	if (w == NULL)
		return 0;
	copy_str(set.token, sizeof(set.token), "log");
	copy_str(set.purpose, sizeof(set.purpose), "log");
	set.m = 1;
	d_sha(en, "verifier", set.secret);
	set.in_force = true;
	w->set = xreallocarray(w->set, w->sets + 1, sizeof(*w->set));
	w->set[w->sets++] = set;
	w->log_ready = true;
	w->has_log_store = d_has(en, "store");
	d_sha(en, "store", w->log_store);
	return 0;
}

int
fold_log_share(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p = ceremony_person(c, d_str(en, "person"));

	if (p == NULL || (p->roles & ROLE_OPERATIONS_MANAGER) == 0 ||
	    !c->log_ready)
		return fold_refuse(e, en, "person");
	if (w != NULL)
		person_of(w, p->id)->log_share = true;
	return 0;
}

/* Of the transcript key, or of a custodian whose certificate is enrolled. */
int
fold_key_enroll(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const char *name = d_str(en, "name"), *alg = d_str(en, "alg");
	struct buf spki = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	const struct person *p;
	int ret = -1;

	d_sha(en, "spki", want);
	if (strncmp(name, "op/", 3) == 0) {
		p = ceremony_person(c, name + 3);
		if (p == NULL || memcmp(p->spki_sha, want, SHA256_LEN) != 0 ||
		    strcmp(alg, "ecdsa-p256") != 0)
			return fold_refuse(e, en, "key");
		return 0;
	}
	if (strcmp(name, "log/transcript") != 0 || !c->log_ready ||
	    c->roster_sealed || c->log_spki.len != 0 || (strcmp(alg, "ed25519") != 0 &&
	    strcmp(alg, "ecdsa-p256") != 0))
		return fold_refuse(e, en, "key");
	if (fold_object(c, en, "spki", &spki, e) == -1)
		goto out;
	sha256(got, spki.data, spki.len);
	if (memcmp(got, want, SHA256_LEN) != 0) {
		fold_refuse(e, en, "spki");
		goto out;
	}
	ret = 0;
	if (w == NULL)
		goto out;
	memcpy(w->log_spki_sha, want, SHA256_LEN);
	buf_add(&w->log_spki, spki.data, spki.len);
	copy_str(w->log_alg, sizeof(w->log_alg), alg);
out:
	buf_free(&spki);
	return ret;
}

int
fold_clock_set(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct json *src = json_get(en->d, "sources");
	const char *a = json_get_str(json_at(src, 0), "name");
	const char *b = json_get_str(json_at(src, 1), "name");

	(void)c;
	if (json_count(en->by) + json_count(en->said) < 2)
		return fold_refuse(e, en, "two-people");
	if (json_count(src) < 2 || a == NULL || b == NULL ||
	    strcmp(a, b) == 0)
		return err_set(e, ERR_REFUSED, "clock.same", "source",
		    a != NULL ? a : "-", NULL);
	if (w != NULL)
		w->clock_set = true;
	return 0;
}

/* Which PKCS#11 module tachiai-hsm loaded: once a sitting. */
int
fold_hsm_module(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (c->has_module)
		return fold_refuse(e, en, "twice");
	if (w == NULL)
		return 0;
	w->has_module = true;
	d_sha(en, "sha256", w->module);
	return 0;
}
