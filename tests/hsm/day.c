/* SPDX-License-Identifier: MIT */
/* The day in the room: enrolment, files, dealing, a key, a certificate. */
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "appliance/world/envelope.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/people/oprec.h"
#include "ceremony/people/share.h"
#include "tests/hsm/room.h"

static const uint8_t ZERO[SHA256_LEN];

static void
att(struct room *r, struct command *cmd, const char *name, const void *p,
    size_t len)
{
	struct attachment *a = &cmd->att[cmd->atts++];

	a->name = name;
	a->type = "application/octet-stream";
	a->size = (int64_t)len;
	room_object(r, p, len, a->sha256);
	json_set_hex(cmd->d, name, a->sha256, SHA256_LEN);
}

static struct json *
one(const char *key, const char *value)
{
	struct json *j = json_new_obj();

	json_set_str(j, key, value);
	return j;
}

/* The first PEM block of text, and where it ends. */
static void
pem_block(struct room *r, const struct buf *pem, size_t *pos, struct buf *der)
{
	char label[64];

	buf_reset(der);
	if (pem_next(buf_cstr(pem), pem->len, pos, label, der) != 1 ||
	    strcmp(label, "CMS") != 0)
		room_die(r, "pem", NULL);
}

static void
genesis(struct room *r)
{
	struct buf table = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct command cmd;
	char origin[80];

	event_table(&table);
	room_object(r, table.data, table.len, sha);
	buf_free(&table);
	room_command(&cmd, EV_GENESIS);
	json_set_hex(cmd.d, "form", ZERO, SHA256_LEN);
	json_set_hex(cmd.d, "image", ZERO, SHA256_LEN);
	json_set_hex(cmd.d, "table", sha, SHA256_LEN);
	json_set_hex(cmd.d, "verify", ZERO, SHA256_LEN);
	json_set_str(cmd.d, "format", "tachiai/1");
	json_set(cmd.d, "media", json_new_arr());
	json_set_str(cmd.d, "mode", r->mode);
	snprintf(origin, sizeof(origin),
	    "example.jp/root-r1/7f3a9c0e12d4b865/%s", r->mode);
	json_set_str(cmd.d, "origin", origin);
	room_say(r, &cmd);
}

static void
sitting(struct room *r)
{
	struct command cmd;

	room_command(&cmd, EV_SITTING_OPEN);
	json_set_hex(cmd.d, "cert", ZERO, SHA256_LEN);
	json_set_hex(cmd.d, "image", ZERO, SHA256_LEN);
	json_set_str(cmd.d, "epoch", r->epoch);
	json_set(cmd.d, "media", json_new_arr());
	json_set(cmd.d, "memories", json_new_arr());
	json_set_int(cmd.d, "sitting", r->c->s + 1);
	room_say(r, &cmd);
}

static void
copy(struct json *to, const struct json *from, const char *key)
{
	if (json_get(from, key) != NULL)
		json_set(to, key, json_copy(json_get(from, key)));
}

static void
log_token(struct room *r)
{
	static const char *const KEYS[] = { "bits", "manufacturer", "model",
		"serial", "set", "store", "verifier" };
	struct command cmd;
	struct buf spki = BUF_INIT;
	char alg[17];

	if (room_ask(r, MSG_LOG_INIT, NULL, NULL, 0) == -1)
		room_die(r, "log.init", NULL);
	buf_add(&r->log_store, r->bytes.data, r->bytes.len);
	json_get_b64(r->json, "spki", &spki);
	snprintf(alg, sizeof(alg), "%s", json_get_str(r->json, "alg"));
	if (r->other_log_key)
		spki.data[spki.len - 1] ^= 1;
	room_command(&cmd, EV_LOG_INIT);
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++)
		copy(cmd.d, r->json, KEYS[i]);
	room_say(r, &cmd);
	room_command(&cmd, EV_KEY_ENROLL);
	json_set_str(cmd.d, "alg", alg);
	json_set_str(cmd.d, "name", "log/transcript");
	json_set_str(cmd.d, "role", "log");
	att(r, &cmd, "spki", spki.data, spki.len);
	room_say(r, &cmd);
	buf_free(&spki);
}

static void
enroll(struct room *r, struct room_person *p)
{
	struct command cmd;
	struct json *roles;
	size_t pos = 0;

	room_command(&cmd, EV_CUSTODIAN_ENROLL);
	json_set_str(cmd.d, "code", p->code);
	json_set_int(cmd.d, "cost", 1);
	json_set_str(cmd.d, "document", "passport");
	json_set_str(cmd.d, "name", p->id);
	json_set_str(cmd.d, "person", p->id);
	roles = json_set(cmd.d, "roles", json_new_arr());
	for (int i = 0; i < 2 && p->roles[i] != NULL; i++)
		json_add(roles, json_new_str(p->roles[i]));
	json_set_str(cmd.d, "seen_by", "CA1");
	json_set_str(cmd.d, "stick", "S-1");
	json_set_str(cmd.d, "trained", "2026-10-01");
	att(r, &cmd, "sign", p->sign_cert.data, p->sign_cert.len);
	att(r, &cmd, "share", p->share_cert.data, p->share_cert.len);
	room_say(r, &cmd);
	if (strcmp(p->roles[0], "operations-manager") != 0)
		return;
	if (room_ask(r, MSG_LOG_SHARE, one("person", p->id), NULL, 0) == -1)
		room_die(r, "log.share", NULL);
	pem_block(r, &r->bytes, &pos, &p->log_cms);
	room_command(&cmd, EV_LOG_SHARE);
	json_set_str(cmd.d, "person", p->id);
	copy(cmd.d, r->json, "set");
	room_say(r, &cmd);
}

void
room_login(struct room *r, const char *person, const char *role)
{
	room_state(r, EV_AUTH_LOGIN, person, role, ZERO);
}

void
room_begin(struct room *r)
{
	genesis(r);
	sitting(r);
}

void
room_open(struct room *r)
{
	struct buf roster = BUF_INIT;
	uint8_t doc[SHA256_LEN];
	struct command cmd;

	room_begin(r);
	log_token(r);
	for (size_t i = 0; i < ROOM_PEOPLE; i++)
		enroll(r, &r->p[i]);
	ceremony_roster(r->c, &roster);
	sha256(doc, roster.data, roster.len);
	buf_free(&roster);
	for (size_t i = 0; i < ROOM_PEOPLE; i++)
		room_state(
		    r, EV_ROSTER_SIGN, r->p[i].id, r->p[i].roles[0], doc);
	room_command(&cmd, EV_ROSTER_SEAL);
	json_set_hex(cmd.d, "digest", doc, SHA256_LEN);
	json_set_int(cmd.d, "people", ROOM_PEOPLE);
	room_say(r, &cmd);
	room_login(r, "maria", "operations-manager");
	room_login(r, "otto", "service-owner");
	room_login(r, "anna", "ca-administrator");
	room_login(r, "bert", "ca-administrator");
	room_login(r, "cleo", "ca-administrator");
}

/* ---- the ceremony files ---- */

static const char PROFILES[] =
    "{\"credentials\":{\"scrypt_p\":1},\"crl_profiles\":[{\"idp\":\"none\","
    "\"issuer_kind\":\"root\",\"name\":\"arl\",\"next_update_days\":364,"
    "\"reasons\":[]}],\"idle_minutes\":10,\"lint\":{\"as_of\":\"2026-11-01\","
    "\"pack\":\"rfc5280\",\"waive\":[]},\"modules\":[],\"overrides\":[],"
    "\"policy\":{\"approved\":\"minutes\",\"cp_oid\":"
    "\"1.3.6.1.4.1.99999.1.1\",\"cps_oid\":\"1.2.392.200091.100.401.1\","
    "\"url\":\"http://pki.example/cp\"},\"profile_set\":\"room\","
    "\"profiles\":[{\"extensions\":{},\"key\":{\"curve\":\"P-256\",\"type\":"
    "\"ec\"},\"kind\":\"root\",\"name\":\"root-p256\",\"policies\":[],"
    "\"signature\":\"ecdsa-sha256\",\"subject\":[{\"type\":\"C\",\"value\":"
    "\"JP\"},{\"type\":\"O\",\"value\":\"Example Trust K.K.\"},{\"type\":"
    "\"CN\",\"value\":\"Example Root R1\"}],\"validity\":{\"years\":20}}],"
    "\"roles\":[]}";
static const char PLAN[] =
    "{\"certificates\":[{\"id\":\"c-root\",\"key\":\"k-root\",\"profile\":"
    "\"root-p256\"}],\"crls\":[{\"id\":\"crl-1\",\"issuer\":\"c-root\","
    "\"number\":\"next\",\"profile\":\"arl\"}],\"keys\":[{\"backup\":"
    "\"token-bound\",\"id\":\"k-root\",\"profile\":\"root-p256\",\"token\":"
    "\"root-token\"}],\"plan\":\"room\",\"profiles\":\"room\","
    "\"revocations\":[],\"tokens\":[{\"id\":\"root-token\",\"of\":3,"
    "\"quorum\":2,\"so_quorum\":2}]}";

static void
pinned(struct json *script, const char *what, const char *text)
{
	struct json *j = json_set(script, what, json_new_obj());
	uint8_t sha[SHA256_LEN];

	sha256(sha, text, strlen(text));
	json_set_str(j, "name", "room");
	json_set_hex(j, "sha256", sha, SHA256_LEN);
}

static void
script(struct buf *out)
{
	static const char *const ITEMS[] = { "root-token", "k-root", "c-root",
		"crl-1" };
	struct json *s = json_new_obj(), *acts, *act, *steps;

	json_set_str(s, "script", "room");
	json_set_str(s, "version", "1.0");
	json_set_str(s, "zone", "Asia/Tokyo");
	pinned(s, "plan", PLAN);
	pinned(s, "profiles", PROFILES);
	acts = json_set(s, "acts", json_new_arr());
	act = json_add(acts, json_new_obj());
	steps = json_set(act, "steps", json_new_arr());
	for (int i = 0; i < 4; i++) {
		struct json *step = json_add(steps, json_new_obj());
		char no[16];

		snprintf(no, sizeof(no), "1.%d", i + 1);
		json_set_str(step, "no", no);
		json_set_str(step, "do", "run");
		json_add(json_set(step, "plan", json_new_arr()),
		    json_new_str(ITEMS[i]));
	}
	json_encode(s, out);
	json_free(s);
}

static void
admit(struct room *r, enum event_type ev, const char *form, size_t len)
{
	struct command cmd;
	uint8_t sha[SHA256_LEN];

	room_command(&cmd, ev);
	sha256(sha, form, len);
	json_set_hex(cmd.d, "file", sha, SHA256_LEN);
	json_set_str(cmd.d, "name", "room");
	if (ev == EV_SCRIPT_ADMIT)
		json_set_str(cmd.d, "version", "1.0");
	att(r, &cmd, "form", form, len);
	room_say(r, &cmd);
}

void
room_files(struct room *r)
{
	struct buf text = BUF_INIT;
	uint8_t doc[SHA256_LEN];

	admit(r, EV_PROFILE_ADMIT, PROFILES, strlen(PROFILES));
	admit(r, EV_PLAN_ADMIT, PLAN, strlen(PLAN));
	script(&text);
	admit(r, EV_SCRIPT_ADMIT, buf_cstr(&text), text.len);
	buf_reset(&text);
	ceremony_approval(r->c, &text);
	sha256(doc, text.data, text.len);
	buf_free(&text);
	room_state(r, EV_APPROVE, "otto", "service-owner", doc);
}

void
room_step(struct room *r, enum event_type ev, const char *no)
{
	struct command cmd;

	room_command(&cmd, ev);
	json_set_str(cmd.d, "step", no);
	if (ev == EV_STEP_END)
		json_set_str(cmd.d, "result", "done");
	room_say(r, &cmd);
}

/* ---- shares ---- */

/* As tachiai-key does: open with the person's key, seal to the epoch. */
static int
give_named(struct room *r, struct room_person *p, const struct buf *cms,
    const char *set, const char *as)
{
	struct secret plain = SECRET_INIT;
	struct buf sealed = BUF_INIT;
	struct json *j = one("person", as);
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

	if (room_ask(r, MSG_DEAL, one("token", "root-token"), NULL, 0) == -1)
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
		struct json *j = one("person", p->id);
		size_t pos = 0;

		json_set_str(j, "token", "root-token");
		if (room_ask(r, MSG_DEAL_SHARE, j, NULL, 0) == -1)
			room_die(r, "deal.share", NULL);
		pem_block(r, &r->bytes, &pos, &p->user_cms);
		pem_block(r, &r->bytes, &pos, &p->so_cms);
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
	att(r, &cmd, "record", text.data, text.len);
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
	if (room_ask(r, MSG_DO, one("item", item), NULL, 0) == -1)
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
		copy(cmd.d, r->json, KEYS[i]);
	json_set_str(cmd.d, "item", "root-token");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	room_say(r, &cmd);
	room_step(r, EV_STEP_END, "1.1");
}

void
room_activate(struct room *r)
{
	if (room_ask(r, MSG_ACTIVATE, one("token", "root-token"), NULL, 0) ==
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
	room_command(&cmd, EV_KEY_GEN_BEGIN);
	json_set_str(cmd.d, "cka_id", "00112233445566778899aabbccddeeff");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	json_set_str(cmd.d, "token", "root-token");
	room_say(r, &cmd);
	act(r, "k-root");
	buf_reset(&r->token_store);
	buf_add(&r->token_store, r->bytes.data, r->bytes.len);
	room_command(&cmd, EV_KEY_GEN_END);
	copy(cmd.d, r->json, "attributes");
	copy(cmd.d, r->json, "cka_id");
	copy(cmd.d, r->json, "mechanism");
	copy(cmd.d, r->json, "store");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	json_get_b64(r->json, "spki", &spki);
	att(r, &cmd, "spki", spki.data, spki.len);
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
	att(r, &cmd, "tbs", p.tbs.data, p.tbs.len);
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
	att(r, &cmd, it->kind == ITEM_CERT ? "cert" : "crl", r->made.data,
	    r->made.len);
	room_say(r, &cmd);
}

/* A new sitting with a new program: the volume is streamed again. */
void
room_next_sitting(struct room *r)
{
	room_restart(r);
	if (room_ask(r, MSG_STORE, one("token", "log"), r->log_store.data,
		r->log_store.len) == -1 ||
	    room_ask(r, MSG_STORE, one("token", "root-token"),
		r->token_store.data, r->token_store.len) == -1)
		room_die(r, "store", NULL);
	room_replay(r, r->lines);
	sitting(r);
}

void
room_older(struct room *r, size_t lines)
{
	struct object_source source = r->c->objects;
	struct err e = { 0 };

	ceremony_free(r->c);
	r->c = ceremony_new(&source);
	while (r->lines > lines)
		buf_free(&r->line[--r->lines]);
	for (size_t i = 0; i < lines; i++) {
		if (ceremony_apply(r->c, r->line[i].data, r->line[i].len, &e) ==
		    -1)
			room_die(r, "older", &e);
	}
	room_restart(r);
	room_replay(r, lines);
	sitting(r);
}

void
room_replay(struct room *r, size_t lines)
{
	for (size_t i = 0; i < r->objects; i++) {
		if (room_ask(r, MSG_OBJECT, NULL, r->object[i].data,
			r->object[i].len) == -1)
			room_die(r, "object", NULL);
	}
	for (size_t i = 0; i < lines; i++) {
		if (room_stream(r, r->line[i].data, r->line[i].len) == -1)
			room_die(r, "replay", NULL);
	}
}
