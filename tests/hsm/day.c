/* SPDX-License-Identifier: MIT */
/*
 * The day in the room: enrolment, files, sittings.  Shares, runs and what they
 * make are in deeds.c.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "tests/hsm/room.h"

static const uint8_t ZERO[SHA256_LEN];

void
room_attach(struct room *r, struct command *cmd, const char *name, const void *p,
    size_t len)
{
	struct attachment *a = &cmd->att[cmd->atts++];

	a->name = name;
	a->type = "application/octet-stream";
	a->size = (int64_t)len;
	room_object(r, p, len, a->sha256);
	json_set_hex(cmd->d, name, a->sha256, SHA256_LEN);
}

struct json *
room_json(const char *key, const char *value)
{
	struct json *j = json_new_obj();

	json_set_str(j, key, value);
	return j;
}

/* The first PEM block of text, and where it ends. */
void
room_pem(struct room *r, const struct buf *pem, size_t *pos, struct buf *der)
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

void
room_copy(struct json *to, const struct json *from, const char *key)
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
		room_copy(cmd.d, r->json, KEYS[i]);
	room_say(r, &cmd);
	room_command(&cmd, EV_KEY_ENROLL);
	json_set_str(cmd.d, "alg", alg);
	json_set_str(cmd.d, "name", "log/transcript");
	json_set_str(cmd.d, "role", "log");
	room_attach(r, &cmd, "spki", spki.data, spki.len);
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
	room_attach(r, &cmd, "sign", p->sign_cert.data, p->sign_cert.len);
	room_attach(r, &cmd, "share", p->share_cert.data, p->share_cert.len);
	room_say(r, &cmd);
	if (strcmp(p->roles[0], "operations-manager") != 0)
		return;
	if (room_ask(r, MSG_LOG_SHARE, room_json("person", p->id), NULL, 0) == -1)
		room_die(r, "log.share", NULL);
	room_pem(r, &r->bytes, &pos, &p->log_cms);
	room_command(&cmd, EV_LOG_SHARE);
	json_set_str(cmd.d, "person", p->id);
	room_copy(cmd.d, r->json, "set");
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
	room_attach(r, &cmd, "form", form, len);
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

/* A new sitting with a new program: the volume is streamed again. */
void
room_next_sitting(struct room *r)
{
	room_restart(r);
	if (room_ask(r, MSG_STORE, room_json("token", "log"), r->log_store.data,
		r->log_store.len) == -1 ||
	    room_ask(r, MSG_STORE, room_json("token", "root-token"),
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
