/* SPDX-License-Identifier: MIT */
/*
 * One press, one deed.  Invariant: the intent is an entry before
 * tachiai-hsm is asked, and what came back is kept before its outcome.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/base/words.h"

void
do_activate(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_TOKEN_ACTIVATE };
	struct json *j;
	struct key key;
	struct msg a;
	struct err e;

	/* The share follows the consent: let the visit end. */
	if (k->visiting) {
		(void)ui_wait(k, ui_view(k, "consent.head"), 0, &key);
		return;
	}
	j = json_new_obj();
	json_set_str(j, "token", n->run->token);
	if (ask(k, PARTY_HSM, MSG_ACTIVATE, j, NULL, 0, &a, &e) == 0) {
		msg_fini(&a);
		cmd.d = json_new_obj();
		json_set_int(cmd.d, "run", n->run->no);
		json_set_str(cmd.d, "token", n->run->token);
		if (commit(k, &cmd, &e) == 0) {
			ui_clear(k);
			ui_result(k, "told.active", "token", n->run->token,
			    NULL);
			return;
		}
	}
	if (k->hsm_lost)
		return;
	/* Another try may cost a PIN try: only when somebody wants it. */
	ui_refuse(k, &e);
	ui_stop(k, "activate.head");
}

static int
begin_deed(struct console *k, const struct item *it, const struct run *r,
    struct err *e)
{
	struct command cmd = { 0 };

	cmd.d = json_new_obj();
	json_set_int(cmd.d, "run", r->no);
	json_set_str(cmd.d, "item", it->id);
	switch (it->kind) {
	case ITEM_TOKEN:
		cmd.event = EV_TOKEN_INIT_BEGIN;
		break;
	case ITEM_KEY:
		cmd.event = EV_KEY_GEN_BEGIN;
		json_set_str(cmd.d, "cka_id", it->cka_id);
		json_set_str(cmd.d, "token", it->token);
		break;
	case ITEM_CERT:
	case ITEM_CRL:
		cmd.event = it->kind == ITEM_CERT ? EV_CERT_SIGN_BEGIN :
		    EV_CRL_SIGN_BEGIN;
		json_set_hex(cmd.d, "key", it->key_sha, SHA256_LEN);
		json_set_str(cmd.d, "serial", it->serial);
		json_set_hex(cmd.d, "tbs", it->tbs, SHA256_LEN);
		break;
	case ITEM_DEACTIVATE:
		cmd.event = EV_TOKEN_DEACTIVATE_BEGIN;
		break;
	}
	return commit(k, &cmd, e);
}

/* Under a done signature what was checked; under the next its words. */
static void
deed_checks(struct view *v, const struct item *it, bool next)
{
	struct buf words = BUF_INIT;

	if (it->kind != ITEM_CERT && it->kind != ITEM_CRL)
		return;
	if (it->state == ITEM_DONE) {
		view_deed_check(v, MARK_DONE, view_fill(v, "deed.verifies",
		    NULL));
		view_deed_check(v, MARK_DONE, view_fill(v, "deed.same-bytes",
		    NULL));
		view_deed_check(v, MARK_DONE, view_fill(v, "deed.rules",
		    "rules", view_fmt(v, "%lld", (long long)it->rules),
		    NULL));
		if (it->issuer[0] != '\0')
			view_deed_check(v, MARK_DONE, view_fill(v,
			    "deed.issuer", "issuer", it->issuer, NULL));
		return;
	}
	if (!next)
		return;
	words_format(&words, it->tbs, 8, 0);
	view_deed_line(v, buf_cstr(&words));
	buf_free(&words);
}

/* In a long run the list begins one above the deed that is due, so that this
 * stands on the first page whenever its key counts. */
static size_t
first_listed(const struct console *k, const struct next *n)
{
	size_t i = 0;

	while (i + 1 < n->run->n &&
	    &k->c->item[n->run->item[i + 1]] != n->item &&
	    k->c->item[n->run->item[i + 1]].state == ITEM_DONE)
		i++;
	return i;
}

/* S-17: one press, one deed. */
void
do_deed(struct console *k, const struct next *n)
{
	const struct run *r = n->run;
	struct view *v = ui_view(k, "deed.head");
	uint32_t letter = keys_deed(deed_key(n->item));
	static char deed_of[NAME_LEN];
	int64_t ready;
	struct key key;
	struct err e;
	char let[2] = { (char)letter, '\0' };

	step_heads(k, v, &n->step);
	v->act_now = view_fill(v, "deed.do", "key", let, NULL);
	view_deeds(v);
	for (size_t i = first_listed(k, n); i < r->n; i++) {
		const struct item *it = &k->c->item[r->item[i]];
		char l[2] = { (char)keys_deed(deed_key(it)), '\0' };
		char t[64] = "", num[24];

		if (it->done_t != 0)
			time_text(k, it->done_t, t, sizeof(t));
		snprintf(num, sizeof(num), "%zu", i + 1);
		view_deed(v, it->state == ITEM_DONE ? MARK_DONE :
		    it == n->item ? MARK_NOW : MARK_OPEN, view_str(v, num),
		    deed_text(v, it), view_str(v, l), it->state == ITEM_DONE ?
		    view_str(v, t[0] != '\0' ? t + 11 : t) : NULL);
		deed_checks(v, it, it == n->item);
	}
	view_say(v, view_fill(v, "deed.say", "what", deed_text(v, n->item),
	    NULL));
	v->then = view_fill(v, "deed.then", "key", let, NULL);
	if (k->gate.letter != letter || k->gate.spent ||
	    strcmp(deed_of, n->item->id) != 0) {
		deed_show(&k->gate, letter, ui_now_ms());
		snprintf(deed_of, sizeof(deed_of), "%s", n->item->id);
	}
	/* The key is offered when it counts. */
	ready = k->gate.shown_ms + DEED_STAND_MS;
	if (ui_now_ms() < ready)
		k->wake_ms = ready + 1;
	else
		view_key(v, deed_key(n->item), NULL);
	step_keys(v);
	if (ui_wait(k, v, KX_STEP | KX_DEED, &key) != UI_KEY ||
	    !deed_press(&k->gate, &key, ui_now_ms()))
		return;
	ui_clear(k);
	if (begin_deed(k, n->item, r, &e) == -1)
		ui_refuse(k, &e);
}

/* A store that came back is kept before its entry. */
static int
keep_store(struct console *k, const struct item *it, const struct msg *a,
    struct json *d, struct err *e)
{
	const struct token *t = ceremony_token(k->c, it->token);
	uint8_t sha[SHA256_LEN];

	if (a->bytes.len == 0)
		return 0;
	if (journal_store_put(k->j, it->token, t != NULL && t->has_store ?
	    t->store : NULL, a->bytes.data, a->bytes.len, sha, e) == -1)
		return -1;
	json_set_hex(d, "store", sha, SHA256_LEN);
	return 0;
}

/* Its entry stands. */
static void
settle_store(struct console *k, const struct item *it)
{
	const struct token *t = ceremony_token(k->c, it->token);

	if ((it->kind == ITEM_TOKEN || it->kind == ITEM_KEY) && t != NULL &&
	    t->has_store)
		journal_store_settle(k->j, t->id, t->store);
}

static void
take_member(struct json *d, const struct json *from, const char *key)
{
	if (json_get(from, key) != NULL)
		json_set(d, key, json_copy(json_get(from, key)));
}

/* What came back becomes the outcome's entry; -1 and why. */
static int
outcome(struct console *k, const struct item *it, const struct msg *a,
    struct command *cmd, struct err *e)
{
	struct lint_results *res;
	struct buf spki = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	const char *name;
	int ret = 0;

	switch (it->kind) {
	case ITEM_TOKEN:
		cmd->event = EV_TOKEN_INIT_END;
		take_member(cmd->d, a->json, "bits");
		take_member(cmd->d, a->json, "so_bits");
		take_member(cmd->d, a->json, "serial");
		take_member(cmd->d, a->json, "manufacturer");
		take_member(cmd->d, a->json, "model");
		return keep_store(k, it, a, cmd->d, e);
	case ITEM_KEY:
		cmd->event = EV_KEY_GEN_END;
		take_member(cmd->d, a->json, "attributes");
		take_member(cmd->d, a->json, "cka_id");
		take_member(cmd->d, a->json, "mechanism");
		if (json_get_b64(a->json, "spki", &spki) == -1 ||
		    object_put(k, spki.data, spki.len, sha, e) == -1) {
			buf_free(&spki);
			return err_set(e, ERR_WORLD, "hsm.silent", "token",
			    it->token, NULL);
		}
		json_set_hex(cmd->d, "spki", sha, SHA256_LEN);
		attach(cmd, "spki", "spki", sha, spki.len);
		buf_free(&spki);
		return keep_store(k, it, a, cmd->d, e);
	case ITEM_CERT:
	case ITEM_CRL:
		name = it->kind == ITEM_CERT ? "cert" : "crl";
		cmd->event = it->kind == ITEM_CERT ? EV_CERT_SIGN_END :
		    EV_CRL_SIGN_END;
		res = xcalloc(1, sizeof(*res));
		ret = ceremony_lint_made(k->c, it, a->bytes.data,
		    a->bytes.len, console_now(k), res, e);
		free(res);
		if (ret == 0)
			ret = object_put(k, a->bytes.data, a->bytes.len, sha,
			    e);
		if (ret == 0) {
			json_set_hex(cmd->d, name, sha, SHA256_LEN);
			attach(cmd, name, "der", sha, a->bytes.len);
		}
		return ret;
	case ITEM_DEACTIVATE:
		cmd->event = EV_TOKEN_DEACTIVATE_END;
		break;
	}
	return 0;
}

/* It was refused for good: the intent gets an outcome that says so. */
static void
failed(struct console *k, const struct item *it, int run)
{
	static const enum event_type ENDS[] = {
		[ITEM_TOKEN] = EV_TOKEN_INIT_END,
		[ITEM_KEY] = EV_KEY_GEN_END,
		[ITEM_CERT] = EV_CERT_SIGN_END,
		[ITEM_CRL] = EV_CRL_SIGN_END,
		[ITEM_DEACTIVATE] = EV_TOKEN_DEACTIVATE_END,
	};
	struct command cmd = { .event = ENDS[it->kind], .rc = RC_FAIL };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_int(cmd.d, "run", run);
	(void)commit(k, &cmd, &e);
}

static void
told_deed(struct console *k, const struct item *it)
{
	static const char *const TOLD[] = {
		[ITEM_TOKEN] = "told.token-made",
		[ITEM_KEY] = "told.key-made",
		[ITEM_CERT] = "told.signed",
		[ITEM_CRL] = "told.signed-list",
		[ITEM_DEACTIVATE] = "told.inactive",
	};

	ui_result(k, TOLD[it->kind], "item", it->id, "serial", it->serial,
	    NULL);
}

/*
 * Ask, keep, say how it ended.  A tachiai-hsm that died leaves a doubt; what
 * it refused, or what came back and is not good, ends the deed as failed;
 * what could not be kept is kept at the next try: its answer stands.
 */
void
do_outcome(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_TOKEN_DEACTIVATE_END };
	const struct item *it = n->item;
	struct json *j = json_new_obj();
	struct err e;
	struct msg a;
	bool answered;
	int ret;

	json_set_str(j, "item", it->id);
	ret = ask(k, PARTY_HSM, MSG_DO, j, NULL, 0, &a, &e);
	answered = ret == 0;
	if (ret == -1 && k->hsm_lost)
		return;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_int(cmd.d, "run", n->run->no);
	if (answered) {
		ret = outcome(k, it, &a, &cmd, &e);
		msg_fini(&a);
	}
	if (ret == 0)
		ret = commit(k, &cmd, &e);
	json_free(cmd.d);
	if (ret == 0) {
		settle_store(k, it);
		told_deed(k, it);
		if (log_checkpoint(k, &e) == -1 && !k->hsm_lost)
			ui_refuse(k, &e);
		return;
	}
	if (k->hsm_lost)
		return;
	if (!answered || e.code == ERR_REFUSED)
		failed(k, it, n->run->no);
	ui_refuse(k, &e);
	ui_stop(k, "deed.failed");
}
