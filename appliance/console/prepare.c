/* SPDX-License-Identifier: MIT */
/*
 * Before a run: shares dealt, bytes made and linted, the run's record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/oprec.h"

/* Shares are dealt by tachiai-hsm: two sets, two entries. */
void
do_deal(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "deal.head");
	struct json *j;
	struct key key;
	struct msg a;
	struct err e;

	step_heads(k, v, &n->step);
	view_para(v, view_fill(v, "deal.what", "token", n->item->id, NULL));
	v->then = view_fill(v, "deal.then", NULL);
	view_key(v, KID_ENTER, NULL);
	step_keys(v);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY ||
	    key.name != PRESS_ENTER)
		return;
	j = json_new_obj();
	json_set_str(j, "token", n->item->id);
	if (ask(k, PARTY_HSM, MSG_DEAL, j, NULL, 0, &a, &e) == -1) {
		ui_refuse(k, &e);
		return;
	}
	for (size_t i = 0; i < json_count(json_get(a.json, "sets")); i++) {
		struct command cmd = { .event = EV_TOKEN_DEAL };

		cmd.d = json_copy(json_at(json_get(a.json, "sets"), i));
		json_set_str(cmd.d, "token", n->item->id);
		if (commit_shown(k, &cmd) == -1)
			break;
	}
	msg_fini(&a);
	ui_result(k, "told.dealt", "token", n->item->id, NULL);
}

static int
put_prepared(struct console *k, const struct item *it,
    const struct prepared *p, int64_t now, struct err *e)
{
	/* The entry's second is the one that the bytes were made for. */
	struct command cmd = { .event = EV_TBS_PREPARED, .now = now };
	uint8_t sha[SHA256_LEN];
	char t[CIVIL_LEN];

	if (object_put(k, p->tbs.data, p->tbs.len, sha, e) == -1)
		return -1;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	if (it->issuer[0] != '\0')
		json_set_str(cmd.d, "issuer", it->issuer);
	json_set_hex(cmd.d, "key", p->key_sha, SHA256_LEN);
	civil_format(p->not_after, t);
	json_set_str(cmd.d, "not_after", t);
	civil_format(p->not_before, t);
	json_set_str(cmd.d, "not_before", t);
	json_set_int(cmd.d, "refused", (int64_t)p->lint.refused);
	json_set_int(cmd.d, "rules", (int64_t)p->lint.n);
	json_set_str(cmd.d, "serial", p->serial);
	json_set_hex(cmd.d, "tbs", sha, SHA256_LEN);
	json_set_int(cmd.d, "warned", (int64_t)p->lint.warned);
	attach(&cmd, "tbs", "tbs", sha, p->tbs.len);
	return commit(k, &cmd, e);
}

/* Which rule, which field, what was found, what must be. */
void
lint_table(struct view *v, const struct lint_results *lint)
{
	if (lint == NULL || lint->refused == 0)
		return;
	view_table(v, view_fill(v, "lint.rule", NULL), 8,
	    view_fill(v, "lint.field", NULL), 18,
	    view_fill(v, "lint.found", NULL), 22,
	    view_fill(v, "lint.must-be", NULL), 0, NULL);
	for (size_t i = 0; i < lint->n; i++) {
		const struct lint_row *r = &lint->row[i];

		if (r->verdict == LINT_REFUSED || r->verdict == LINT_EXPIRED)
			view_row(v, r->rule->id, r->field[0] != '\0' ?
			    r->field : "-", r->found[0] != '\0' ? r->found :
			    "-", r->must_be[0] != '\0' ? r->must_be : "-",
			    NULL);
	}
	view_para(v, view_fill(v, "lint.sum", "rules", view_fmt(v, "%zu",
	    lint->n), "refused", view_fmt(v, "%zu", lint->refused), "warned",
	    view_fmt(v, "%zu", lint->warned), NULL));
}

static struct view *
refused_view(struct console *k, const struct item *it, const struct err *why,
    const struct lint_results *lint)
{
	struct view *v = ui_view(k, NULL);

	v->head = view_fill(v, "refused.head", "item", it->id, NULL);
	view_refuse(v, why);
	view_para(v, view_fill(v, "refused.nothing", NULL));
	lint_table(v, lint);
	view_ways(v, view_fill(v, "ways.on", NULL));
	view_way(v, "r", view_fill(v, "refused.way-r", NULL));
	view_way(v, "d", view_fill(v, "refused.way-d", NULL));
	v->who = view_fill(v, "refused.who", NULL);
	v->who_last = true;
	view_key(v, KID_WAY_R, view_fill(v, "refused.key-r", NULL));
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

void
refused_item(struct console *k, const struct item *it, const struct err *why,
    const struct lint_results *lint)
{
	struct command cmd = { .event = EV_LINT_REFUSED, .rc = RC_DENIED };
	struct next again;
	struct key key;
	struct err e;
	int64_t at;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "rule", err_value(why, "rule") != NULL ?
	    err_value(why, "rule") : why->id);
	(void)commit(k, &cmd, &e);
	memset(&again, 0, sizeof(again));
	at = k->c->head.n;
	/* Until something changes: each try is an entry. */
	while (!k->over && !k->hsm_lost && k->c->head.n == at)
		if (ui_wait(k, refused_view(k, it, why, lint), KX_WAYS |
		    KX_REVIEW | KX_STEP, &key) == UI_KEY && key.cp == 'r')
			do_files(k, &again);
	ui_clear(k);
}

void
do_prepare(struct console *k, const struct next *n)
{
	struct prepare_facts f;
	struct prepared p;
	uint8_t rnd[16];
	struct err e;

	memset(&f, 0, sizeof(f));
	memset(&p, 0, sizeof(p));
	f.now = console_now(k);
	if (random_bytes(k, rnd, sizeof(rnd), &e) == 0) {
		cert_serial(rnd, f.serial);
		if (ceremony_prepare(k->c, n->item, &f, &p, &e) == 0 &&
		    put_prepared(k, n->item, &p, f.now, &e) == 0) {
			char rules[24];

			snprintf(rules, sizeof(rules), "%zu", p.lint.n);
			ui_result(k, "told.prepared", "item", n->item->id,
			    "rules", rules, NULL);
			prepared_fini(&p);
			return;
		}
	}
	if (!k->hsm_lost)
		refused_item(k, n->item, &e, &p.lint);
	prepared_fini(&p);
}

static const char *
mechanism(struct console *k, const struct item *it, char *out, size_t size)
{
	const struct json *plan = ceremony_plan_item(k->c, it->id, NULL);
	const char *pname = json_get_str(plan, "profile");
	const struct json *key;
	const struct sigalg *alg;

	out[0] = '\0';
	if (it->kind == ITEM_KEY && pname != NULL) {
		key = json_get(profile_find(k->c->profiles, pname), "key");
		if (json_get_str(key, "curve") != NULL)
			snprintf(out, size, "%s:%s",
			    json_get_str(key, "type"),
			    json_get_str(key, "curve"));
		else if (json_get(key, "bits") != NULL)
			snprintf(out, size, "%s:%lld",
			    json_get_str(key, "type"),
			    (long long)json_get_int(key, "bits", 0));
		else
			snprintf(out, size, "%s", json_get_str(key, "type"));
	} else if (it->kind == ITEM_CERT || it->kind == ITEM_CRL) {
		alg = ceremony_sigalg(k->c, it);
		if (alg != NULL)
			snprintf(out, size, "%s", alg->name);
	}
	return out;
}

static void
hex_to(char *out, size_t size, const uint8_t *p, size_t len)
{
	struct buf b = BUF_INIT;

	hex_encode(&b, p, len);
	snprintf(out, size, "%s", buf_cstr(&b));
	buf_free(&b);
}

static int
record_item(struct console *k, struct oprec *r, const struct item *it,
    struct err *e)
{
	static const enum oprec_kind KIND[] = {
		[ITEM_TOKEN] = OPREC_TOKEN_INIT,
		[ITEM_KEY] = OPREC_KEY_GEN,
		[ITEM_CERT] = OPREC_CERT_SIGN,
		[ITEM_CRL] = OPREC_CRL_SIGN,
		[ITEM_DEACTIVATE] = OPREC_DEACTIVATE,
	};
	struct oprec_item *o = oprec_add(r, KIND[it->kind], it->id);
	uint8_t rnd[16];

	mechanism(k, it, o->mechanism, sizeof(o->mechanism));
	if (it->kind == ITEM_KEY) {
		if (it->cka_id[0] != '\0') {
			snprintf(o->key, sizeof(o->key), "%s", it->cka_id);
			return 0;
		}
		if (random_bytes(k, rnd, sizeof(rnd), e) == -1)
			return -1;
		hex_to(o->key, sizeof(o->key), rnd, sizeof(rnd));
	} else if (it->kind == ITEM_CERT || it->kind == ITEM_CRL) {
		hex_to(o->key, sizeof(o->key), it->key_sha, SHA256_LEN);
		snprintf(o->serial, sizeof(o->serial), "%s", it->serial);
		o->has_tbs = true;
		memcpy(o->tbs, it->tbs, SHA256_LEN);
	}
	return 0;
}

/* The list of the step, with the deactivation as its last deed. */
void
do_record(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_RUN_PREPARED };
	struct buf b = BUF_INIT;
	struct json *items;
	struct oprec r;
	uint8_t sha[SHA256_LEN];
	bool token = false;
	struct err e;
	int ret = 0;

	oprec_init(&r);
	snprintf(r.origin, sizeof(r.origin), "%s", k->c->origin);
	r.run = (int64_t)k->c->runs;
	snprintf(r.step, sizeof(r.step), "%s", n->step.no);
	for (size_t i = 0; i < json_count(n->step.plan) && ret == 0; i++) {
		const struct item *it = ceremony_item(k->c,
		    json_str(json_at(n->step.plan, i)));

		if (it == NULL || it->state == ITEM_DONE)
			continue;
		if (r.token[0] == '\0')
			snprintf(r.token, sizeof(r.token), "%s", it->token);
		token |= it->kind == ITEM_TOKEN;
		ret = record_item(k, &r, it, &e);
	}
	if (ret == 0 && !token)
		(void)oprec_add(&r, OPREC_DEACTIVATE, r.token);
	if (ret == 0)
		ret = oprec_encode(&r, &b, &e);
	if (ret == 0)
		ret = object_put(k, b.data, b.len, sha, &e);
	if (ret == 0) {
		cmd.d = json_new_obj();
		items = json_set(cmd.d, "items", json_new_arr());
		for (size_t i = 0; i < r.n; i++)
			json_add(items, json_new_str(r.item[i].item));
		json_set_hex(cmd.d, "record", sha, SHA256_LEN);
		json_set_int(cmd.d, "run", r.run);
		json_set_str(cmd.d, "step", n->step.no);
		json_set_str(cmd.d, "token", r.token);
		attach(&cmd, "record", "json", sha, b.len);
		ret = commit(k, &cmd, &e);
	}
	ui_clear(k);
	if (ret == -1 && !k->hsm_lost)
		refused_item(k, n->item != NULL ? n->item :
		    ceremony_item(k->c, json_str(json_at(n->step.plan, 0))),
		    &e, NULL);
	oprec_fini(&r);
	buf_free(&b);
}
