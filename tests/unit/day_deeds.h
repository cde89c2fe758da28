/* SPDX-License-Identifier: MIT */
/*
 * Parts of a day in memory: bytes prepared, runs, and their deeds with a key
 * in software.
 */
#ifndef TACHIAI_TEST_DAY_DEEDS_H
#define TACHIAI_TEST_DAY_DEEDS_H

#include "tests/unit/day_people.h"

static inline void
day_tbs(const struct item *it)
{
	struct prepare_facts f = { .now = sealed.now };
	struct prepared p = { 0 };
	uint8_t random[16] = { 0x9c, 0x2a, 0x11, 0x5e, 0x70, 0x42, 0xd8, 0x33,
		0x0b, 0xef, 0x67, 0x90, 0x1d, 0xc4, 0x58,
		(uint8_t)++day.prepared };
	struct command cmd;
	char t[CIVIL_LEN];
	struct err e;

	cert_serial(random, f.serial);
	if (ceremony_prepare(sealed.c, it, &f, &p, &e) == -1)
		sealed_die("prepare", &e);
	day_cmd(&cmd, EV_TBS_PREPARED);
	if (it->issuer[0] != '\0')
		json_set_str(cmd.d, "issuer", it->issuer);
	json_set_str(cmd.d, "item", it->id);
	json_set_hex(cmd.d, "key", p.key_sha, SHA256_LEN);
	civil_format(p.not_after, t);
	json_set_str(cmd.d, "not_after", t);
	civil_format(p.not_before, t);
	json_set_str(cmd.d, "not_before", t);
	json_set_int(cmd.d, "refused", 0);
	json_set_int(cmd.d, "rules", (int64_t)p.lint.n);
	json_set_str(cmd.d, "serial", p.serial);
	day_attach(&cmd, "tbs", &p.tbs);
	json_set_int(cmd.d, "warned", (int64_t)p.lint.warned);
	sealed_do(&cmd);
	prepared_fini(&p);
}

#define DAY_CKA "00112233445566778899aabbccddeeff"

static inline void
day_record_item(struct oprec *rec, const struct item *it)
{
	struct oprec_item *o =
	    oprec_add(rec, (enum oprec_kind)it->kind, it->id);
	struct buf hex = BUF_INIT;

	if (it->kind == ITEM_KEY) {
		snprintf(o->key, sizeof(o->key), "%s", DAY_CKA);
		snprintf(o->mechanism, sizeof(o->mechanism), "ec:P-384");
	} else if (it->kind == ITEM_CERT || it->kind == ITEM_CRL) {
		hex_encode(&hex, it->key_sha, SHA256_LEN);
		snprintf(o->key, sizeof(o->key), "%s", buf_cstr(&hex));
		snprintf(o->mechanism, sizeof(o->mechanism), "ecdsa-sha384");
		snprintf(o->serial, sizeof(o->serial), "%s", it->serial);
		o->has_tbs = true;
		memcpy(o->tbs, it->tbs, SHA256_LEN);
	}
	buf_free(&hex);
}

static inline void
day_record(const struct next *n)
{
	struct buf text = BUF_INIT;
	const struct item *it = NULL;
	struct oprec rec;
	struct command cmd;
	struct json *items;
	struct err e;

	oprec_init(&rec);
	for (size_t i = 0; i < json_count(n->step.plan); i++) {
		it = ceremony_item(
		    sealed.c, json_str(json_at(n->step.plan, i)));
		if (it->state != ITEM_DONE)
			day_record_item(&rec, it);
	}
	if (it == NULL)
		abort(); /* a step is about something */
	if (it->kind != ITEM_TOKEN)
		oprec_add(&rec, OPREC_DEACTIVATE, it->token);
	snprintf(rec.origin, sizeof(rec.origin), "%s", sealed.c->origin);
	rec.run = (int64_t)sealed.c->runs;
	snprintf(rec.step, sizeof(rec.step), "%s", n->step.no);
	snprintf(rec.token, sizeof(rec.token), "%s", it->token);
	if (oprec_encode(&rec, &text, &e) == -1)
		sealed_die("record", &e);
	day_cmd(&cmd, EV_RUN_PREPARED);
	items = json_set(cmd.d, "items", json_new_arr());
	for (size_t i = 0; i < rec.n; i++)
		json_add(items, json_new_str(rec.item[i].item));
	json_set_int(cmd.d, "run", rec.run);
	json_set_str(cmd.d, "step", rec.step);
	json_set_str(cmd.d, "token", rec.token);
	day_attach(&cmd, "record", &text);
	sealed_do(&cmd);
	oprec_fini(&rec);
	buf_free(&text);
}

static inline void
day_consents(void)
{
	static const size_t WHO[] = { MINA, ANNA, BELA };

	for (int i = 0; i < 3; i++) {
		day_login(WHO[i]);
		sealed_statement(i == 0 ? EV_WITNESS : EV_CONSENT, WHO[i],
		    ceremony_run(sealed.c)->record);
	}
}

static inline void
day_token(enum event_type ev, const char *key, const char *id)
{
	struct command cmd;

	day_cmd(&cmd, ev);
	json_set_int(cmd.d, "run", ceremony_run(sealed.c)->no);
	json_set_str(cmd.d, key, id);
	sealed_do(&cmd);
}

/* The intent of the item that is next. */
static inline void
day_begin(const struct item *it)
{
	struct command cmd;

	if (it->kind == ITEM_TOKEN || it->kind == ITEM_DEACTIVATE) {
		day_token(it->kind == ITEM_TOKEN ? EV_TOKEN_INIT_BEGIN :
		    EV_TOKEN_DEACTIVATE_BEGIN, "item", it->id);
		return;
	}
	day_cmd(&cmd, it->kind == ITEM_KEY ? EV_KEY_GEN_BEGIN :
	    it->kind == ITEM_CERT ? EV_CERT_SIGN_BEGIN : EV_CRL_SIGN_BEGIN);
	json_set_str(cmd.d, "item", it->id);
	json_set_int(cmd.d, "run", ceremony_run(sealed.c)->no);
	if (it->kind == ITEM_KEY) {
		json_set_str(cmd.d, "cka_id", DAY_CKA);
		json_set_str(cmd.d, "token", it->token);
	} else {
		json_set_hex(cmd.d, "key", it->key_sha, SHA256_LEN);
		json_set_str(cmd.d, "serial", it->serial);
		json_set_hex(cmd.d, "tbs", it->tbs, SHA256_LEN);
	}
	sealed_do(&cmd);
}

/* The item's bytes, signed by the key in software. */
static inline void
day_signed(const struct item *it, struct buf *der)
{
	struct buf tbs = BUF_INIT, raw = BUF_INIT;
	const struct sigalg *alg = ceremony_sigalg(sealed.c, it);
	struct err e;

	if (sealed_object(NULL, it->tbs, &tbs, &e) == -1)
		sealed_die("tbs", &e);
	soft_sign(&day.key, alg, span_of(&tbs), &raw);
	if ((it->kind == ITEM_CERT ? cert_assemble : crl_assemble)(
	    span_of(&tbs), alg, span_of(&day.key.spki), raw.data, raw.len,
	    der, &e) == -1)
		sealed_die("assemble", &e);
	buf_free(&tbs);
	buf_free(&raw);
}

/* Its outcome. */
static inline void
day_end(const struct item *it, enum rc rc)
{
	static const enum event_type END[] = { EV_TOKEN_INIT_END,
		EV_KEY_GEN_END, EV_CERT_SIGN_END, EV_CRL_SIGN_END,
		EV_TOKEN_DEACTIVATE_END };
	struct buf der = BUF_INIT;
	struct json *a;
	struct command cmd;

	day_cmd(&cmd, END[it->kind]);
	cmd.rc = rc;
	json_set_str(cmd.d, "item", it->id);
	json_set_int(cmd.d, "run", ceremony_run(sealed.c)->no);
	if (rc != RC_OK)
		goto say;
	if (it->kind == ITEM_TOKEN) {
		json_set_int(cmd.d, "bits", 128);
		json_set_str(cmd.d, "manufacturer", "SoftHSM project");
		json_set_str(cmd.d, "model", "SoftHSM v2");
		json_set_str(cmd.d, "serial", "fedcba9876543210");
		json_set_hex(cmd.d, "store", (uint8_t[SHA256_LEN]){ 8 },
		    SHA256_LEN);
	} else if (it->kind == ITEM_KEY) {
		a = json_set(cmd.d, "attributes", json_new_obj());
		json_set_int(a, "sensitive", 1);
		json_set_str(cmd.d, "cka_id", DAY_CKA);
		json_set_hex(cmd.d, "store", (uint8_t[SHA256_LEN]){ 9 },
		    SHA256_LEN);
		day_attach(&cmd, "spki", &day.key.spki);
	} else if (it->kind != ITEM_DEACTIVATE) {
		day_signed(it, &der);
		day_attach(&cmd, it->kind == ITEM_CERT ? "cert" : "crl", &der);
	}
say:
	sealed_do(&cmd);
	buf_free(&der);
}

static inline void
day_step(enum event_type ev, const char *result)
{
	struct command cmd;

	day_cmd(&cmd, ev);
	json_set_str(cmd.d, "step", ceremony_step_no(sealed.c, sealed.c->now));
	if (ev == EV_STEP_END)
		json_set_str(cmd.d, "result", result);
	sealed_do(&cmd);
}

#endif
