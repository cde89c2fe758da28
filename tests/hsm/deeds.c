/* SPDX-License-Identifier: MIT */
/* Shares, runs, and what they make: a token, a key, a certificate, a list. */
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "appliance/world/envelope.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/people/oprec.h"
#include "ceremony/people/share.h"
#include "tests/hsm/room.h"

/* As tachiai-key does: open with the person's key, seal to the epoch. */
static int
give_named(struct room *r, struct room_person *p, const struct buf *cms,
    const char *set, const char *as)
{
	struct secret plain = SECRET_INIT;
	struct buf sealed = BUF_INIT;
	struct json *j = room_json("person", as);
	struct err e = { 0 };
	int ret;

	if (envelope_open(cms->data, cms->len, p->share, p->share_cert.data,
		p->share_cert.len, &plain, &e) == -1 ||
	    envelope_seal(r->epoch_cert.data, r->epoch_cert.len, plain.data,
		plain.len, &sealed, &e) == -1)
		room_die(r, "envelope", &e);
	json_set_str(j, "set", set);
	ret = room_ask(r, MSG_SHARE, j, sealed.data, sealed.len);
	secret_free(&plain);
	buf_free(&sealed);
	return ret;
}

static int
give(struct room *r, struct room_person *p, const struct buf *cms,
    const char *set)
{
	return give_named(r, p, cms, set, p->id);
}

static void
open_record(struct room *r, const char *person, struct share *out)
{
	struct room_person *p = room_person(r, person);
	struct secret plain = SECRET_INIT;
	struct err e = { 0 };

	if (envelope_open(p->user_cms.data, p->user_cms.len, p->share,
		p->share_cert.data, p->share_cert.len, &plain, &e) == -1 ||
	    share_decode(plain.data, plain.len, out, &e) == -1)
		room_die(r, "envelope", &e);
	secret_free(&plain);
}

void
room_secret(struct room *r, const char *a, const char *b,
    uint8_t secret[static 32], char pin[static 64])
{
	struct share s[2];
	const uint8_t *part[2] = { s[0].share, s[1].share };
	uint8_t x[2];

	open_record(r, a, &s[0]);
	open_record(r, b, &s[1]);
	x[0] = (uint8_t)s[0].x;
	x[1] = (uint8_t)s[1].x;
	if (shamir_join(x, part, 2, SHARE_SECRET, secret) == -1)
		room_die(r, "join", NULL);
	pin_derive(pin_form("softhsm", "user-pin"), r->c->origin, s[0].set,
	    "user-pin", secret, pin);
}

int
room_give_as(struct room *r, const char *holder, const char *as)
{
	struct room_person *p = room_person(r, holder);

	return give_named(r, p, &p->user_cms,
	    ceremony_set(r->c, "root-token", "user-pin")->id, as);
}

static void
share_open(struct room *r, struct room_person *p, const struct buf *cms,
    const char *purpose)
{
	const struct share_set *set = ceremony_set(r->c, "root-token", purpose);
	struct command cmd;

	if (give(r, p, cms, set->id) == -1)
		room_die(r, "share", NULL);
	room_command(&cmd, EV_SHARE_OPEN);
	json_set_str(cmd.d, "person", p->id);
	json_set_str(cmd.d, "set", set->id);
	json_set_int(cmd.d, "x", share_set_x(set, p->id));
	room_say(r, &cmd);
}

void
room_give_shares(struct room *r, const char *person)
{
	struct room_person *p = room_person(r, person);
	const struct share_set *set =
	    ceremony_set(r->c, "root-token", "user-pin");

	if (give(r, p, &p->user_cms, set->id) == -1)
		room_die(r, "share", NULL);
}

int
room_log_open(struct room *r, const char *person)
{
	struct room_person *p = room_person(r, person);

	return give(r, p, &p->log_cms, ceremony_set(r->c, "log", "log")->id);
}

void
room_deal(struct room *r)
{
	static const char *const CAS[] = { "anna", "bert", "cleo" };
	struct json *sets;
	struct command cmd;

	if (room_ask(r, MSG_DEAL, room_json("token", "root-token"), NULL, 0) == -1)
		room_die(r, "deal", NULL);
	sets = json_copy(json_get(r->json, "sets"));
	for (size_t i = 0; i < json_count(sets); i++) {
		room_command(&cmd, EV_TOKEN_DEAL);
		json_free(cmd.d);
		cmd.d = json_copy(json_at(sets, i));
		json_set_str(cmd.d, "token", "root-token");
		room_say(r, &cmd);
	}
	json_free(sets);
	for (int i = 0; i < 3; i++) {
		struct room_person *p = room_person(r, CAS[i]);
		struct json *j = room_json("person", p->id);
		size_t pos = 0;

		json_set_str(j, "token", "root-token");
		if (room_ask(r, MSG_DEAL_SHARE, j, NULL, 0) == -1)
			room_die(r, "deal.share", NULL);
		room_pem(r, &r->bytes, &pos, &p->user_cms);
		room_pem(r, &r->bytes, &pos, &p->so_cms);
		share_open(r, p, &p->user_cms, "user-pin");
		share_open(r, p, &p->so_cms, "so-pin");
	}
}

/* ---- runs ---- */

static void
record_item(struct room *r, struct oprec *rec, const struct item *it)
{
	struct oprec_item *o =
	    oprec_add(rec, (enum oprec_kind)it->kind, it->id);
	struct buf hex = BUF_INIT;

	if (it->kind == ITEM_KEY) {
		snprintf(
		    o->key, sizeof(o->key), "00112233445566778899aabbccddeeff");
		snprintf(o->mechanism, sizeof(o->mechanism), "ec:P-256");
	} else if (it->kind == ITEM_CERT || it->kind == ITEM_CRL) {
		hex_encode(&hex, it->key_sha, SHA256_LEN);
		snprintf(o->key, sizeof(o->key), "%s", buf_cstr(&hex));
		snprintf(o->mechanism, sizeof(o->mechanism), "ecdsa-sha256");
		snprintf(o->serial, sizeof(o->serial), "%s", it->serial);
		o->has_tbs = true;
		memcpy(o->tbs, it->tbs, SHA256_LEN);
	}
	buf_free(&hex);
	if (it->kind != ITEM_TOKEN)
		oprec_add(rec, OPREC_DEACTIVATE, "root-token");
	(void)r;
}

void
room_prepare_run(struct room *r, const char *step, const char *item)
{
	struct oprec rec;
	struct buf text = BUF_INIT;
	struct command cmd;
	struct json *items;
	struct err e = { 0 };

	oprec_init(&rec);
	snprintf(rec.origin, sizeof(rec.origin), "%s", r->c->origin);
	rec.run = (int64_t)r->c->runs;
	snprintf(rec.step, sizeof(rec.step), "%s", step);
	snprintf(rec.token, sizeof(rec.token), "root-token");
	record_item(r, &rec, ceremony_item(r->c, item));
	if (oprec_encode(&rec, &text, &e) == -1)
		room_die(r, "record", &e);
	room_command(&cmd, EV_RUN_PREPARED);
	items = json_set(cmd.d, "items", json_new_arr());
	for (size_t i = 0; i < rec.n; i++)
		json_add(items, json_new_str(rec.item[i].item));
	json_set_int(cmd.d, "run", rec.run);
	json_set_str(cmd.d, "step", step);
	json_set_str(cmd.d, "token", "root-token");
	room_attach(r, &cmd, "record", text.data, text.len);
	room_say(r, &cmd);
	oprec_fini(&rec);
	buf_free(&text);
}

void
room_consent(struct room *r, const char *person)
{
	room_state(r, EV_CONSENT, person, "ca-administrator",
	    ceremony_run(r->c)->record);
}

void
room_witness(struct room *r, const char *person)
{
	room_state(r, EV_WITNESS, person, "operations-manager",
	    ceremony_run(r->c)->record);
}

void
room_item(struct room *r, enum event_type ev, const char *item)
{
	struct command cmd;

	room_command(&cmd, ev);
	json_set_str(cmd.d, ev == EV_TOKEN_ACTIVATE ? "token" : "item", item);
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	room_say(r, &cmd);
}

static void
act(struct room *r, const char *item)
{
	if (room_ask(r, MSG_DO, room_json("item", item), NULL, 0) == -1)
		room_die(r, item, NULL);
}

void
room_token(struct room *r)
{
	static const char *const KEYS[] = { "bits", "manufacturer", "model",
		"serial", "so_bits", "store" };
	struct command cmd;

	room_step(r, EV_STEP_BEGIN, "1.1");
	room_deal(r);
	room_prepare_run(r, "1.1", "root-token");
	room_consent(r, "anna");
	room_consent(r, "bert");
	room_witness(r, "maria");
	room_item(r, EV_TOKEN_INIT_BEGIN, "root-token");
	act(r, "root-token");
	buf_reset(&r->token_store);
	buf_add(&r->token_store, r->bytes.data, r->bytes.len);
	room_command(&cmd, EV_TOKEN_INIT_END);
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++)
		room_copy(cmd.d, r->json, KEYS[i]);
	json_set_str(cmd.d, "item", "root-token");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	room_say(r, &cmd);
	room_step(r, EV_STEP_END, "1.1");
}

void
room_activate(struct room *r)
{
	if (room_ask(r, MSG_ACTIVATE, room_json("token", "root-token"), NULL, 0) ==
	    -1)
		room_die(r, "activate", NULL);
	room_item(r, EV_TOKEN_ACTIVATE, "root-token");
}

void
room_deactivate(struct room *r)
{
	room_item(r, EV_TOKEN_DEACTIVATE_BEGIN, "root-token");
	act(r, "root-token");
	room_item(r, EV_TOKEN_DEACTIVATE_END, "root-token");
}

void
room_key_begin(struct room *r)
{
	struct command cmd;

	room_command(&cmd, EV_KEY_GEN_BEGIN);
	json_set_str(cmd.d, "cka_id", "00112233445566778899aabbccddeeff");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	json_set_str(cmd.d, "token", "root-token");
	room_say(r, &cmd);
}

void
room_key(struct room *r)
{
	struct command cmd;
	struct buf spki = BUF_INIT;

	room_step(r, EV_STEP_BEGIN, "1.2");
	room_prepare_run(r, "1.2", "k-root");
	room_give_shares(r, "anna");
	room_consent(r, "anna");
	room_give_shares(r, "cleo");
	room_consent(r, "cleo");
	room_witness(r, "maria");
	room_activate(r);
	room_key_begin(r);
	act(r, "k-root");
	buf_reset(&r->token_store);
	buf_add(&r->token_store, r->bytes.data, r->bytes.len);
	room_command(&cmd, EV_KEY_GEN_END);
	room_copy(cmd.d, r->json, "attributes");
	room_copy(cmd.d, r->json, "cka_id");
	room_copy(cmd.d, r->json, "mechanism");
	room_copy(cmd.d, r->json, "store");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	json_get_b64(r->json, "spki", &spki);
	room_attach(r, &cmd, "spki", spki.data, spki.len);
	room_say(r, &cmd);
	buf_free(&spki);
	room_deactivate(r);
	room_step(r, EV_STEP_END, "1.2");
}

/* ---- certificates ---- */

void
room_tbs(struct room *r, const char *item)
{
	const struct item *it = ceremony_item(r->c, item);
	/* Its entry is written two seconds after. */
	struct prepare_facts f = { .now = r->now - 1 };
	struct prepared p = { 0 };
	struct command cmd;
	struct err e = { 0 };
	uint8_t random[16];
	char t[CIVIL_LEN];

	RAND_bytes(random, sizeof(random));
	cert_serial(random, f.serial);
	if (ceremony_prepare(r->c, it, &f, &p, &e) == -1)
		room_die(r, "prepare", &e);
	room_command(&cmd, EV_TBS_PREPARED);
	json_set_str(cmd.d, "item", item);
	json_set_hex(cmd.d, "key", p.key_sha, SHA256_LEN);
	civil_format(p.not_after, t);
	json_set_str(cmd.d, "not_after", t);
	civil_format(p.not_before, t);
	json_set_str(cmd.d, "not_before", t);
	json_set_int(cmd.d, "refused", 0);
	json_set_int(cmd.d, "rules", (int64_t)p.lint.n);
	json_set_str(cmd.d, "serial", p.serial);
	json_set_int(cmd.d, "warned", (int64_t)p.lint.warned);
	room_attach(r, &cmd, "tbs", p.tbs.data, p.tbs.len);
	room_say(r, &cmd);
	prepared_fini(&p);
}

void
room_until_certificate(struct room *r)
{
	room_open(r);
	room_files(r);
	room_token(r);
	room_key(r);
	room_step(r, EV_STEP_BEGIN, "1.3");
	room_tbs(r, "c-root");
	room_prepare_run(r, "1.3", "c-root");
}

void
room_sign_begin(struct room *r, const char *item)
{
	const struct item *it = ceremony_item(r->c, item);
	struct command cmd;

	room_command(&cmd,
	    it->kind == ITEM_CERT ? EV_CERT_SIGN_BEGIN : EV_CRL_SIGN_BEGIN);
	json_set_str(cmd.d, "item", item);
	json_set_hex(cmd.d, "key", it->key_sha, SHA256_LEN);
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	json_set_str(cmd.d, "serial", it->serial);
	json_set_hex(cmd.d, "tbs", it->tbs, SHA256_LEN);
	room_say(r, &cmd);
}

void
room_sign_end(struct room *r, const char *item)
{
	const struct item *it = ceremony_item(r->c, item);
	struct command cmd;

	room_command(
	    &cmd, it->kind == ITEM_CERT ? EV_CERT_SIGN_END : EV_CRL_SIGN_END);
	json_set_str(cmd.d, "item", item);
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	room_attach(r, &cmd, it->kind == ITEM_CERT ? "cert" : "crl", r->made.data,
	    r->made.len);
	room_say(r, &cmd);
}
