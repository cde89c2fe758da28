/* SPDX-License-Identifier: MIT */
/*
 * The first entries: genesis, recovery, the sitting; and tachiai-hsm told
 * all that is known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"

/* The module of such volumes, before tachiai-hsm is asked for anything. */
static int
choose_module(struct console *k, const char *mode, struct err *e)
{
	struct json *j = json_new_obj();
	struct msg a;

	json_set_str(j, "mode", mode);
	if (ask(k, PARTY_LAUNCHER, MSG_MODULE, j, NULL, 0, &a, e) == -1)
		return -1;
	msg_fini(&a);
	return 0;
}

int
genesis(struct console *k, const char *mode, const char *domain,
    const char *ca, struct err *e)
{
	struct command cmd = { .event = EV_GENESIS };
	struct buf table = BUF_INIT, origin = BUF_INIT, rnd = BUF_INIT;
	uint8_t sha[SHA256_LEN], r[8];
	const uint8_t *p;
	struct json *media;
	size_t n;
	int ret = -1;

	if (choose_module(k, mode, e) == -1 ||
	    random_bytes(k, r, sizeof(r), e) == -1)
		return -1;
	hex_encode(&rnd, r, sizeof(r));
	buf_fmt(&origin, "%s/%s/%s/%s", domain, ca, buf_cstr(&rnd), mode);
	cmd.d = json_new_obj();
	event_table(&table);
	if (journal_object_put(k->j, table.data, table.len, sha, e) == -1)
		goto out;
	json_set_hex(cmd.d, "table", sha, SHA256_LEN);
	attach(&cmd, "table", "event-table", sha, table.len);
	p = journal_format_txt(&n);
	if (journal_object_put(k->j, p, n, sha, e) == -1)
		goto out;
	json_set_hex(cmd.d, "form", sha, SHA256_LEN);
	attach(&cmd, "form", "text", sha, n);
	p = journal_verify_sh(&n);
	if (journal_object_put(k->j, p, n, sha, e) == -1)
		goto out;
	json_set_hex(cmd.d, "verify", sha, SHA256_LEN);
	attach(&cmd, "verify", "shell", sha, n);
	json_set_str(cmd.d, "format", "tachiai/1");
	json_set_hex(cmd.d, "image", k->image, SHA256_LEN);
	media = json_set(cmd.d, "media", json_new_arr());
	for (int i = 0; i < journal_media(k->j); i++)
		json_add(media, json_new_str(journal_medium(k->j, i).uuid));
	json_set_str(cmd.d, "mode", mode);
	json_set_str(cmd.d, "origin", buf_cstr(&origin));
	ret = commit(k, &cmd, e);
out:
	json_free(cmd.d);
	buf_free(&table);
	buf_free(&origin);
	buf_free(&rnd);
	return ret;
}

/* Epoch of tachiai-hsm, its certificate, kept as an object later, and what it
 * says of its module. */
static int
hello(struct console *k, struct buf *cert, struct json **module, struct err *e)
{
	const char *epoch;
	struct msg a;
	int ret = -1;

	if (ask(k, PARTY_HSM, MSG_HELLO, NULL, NULL, 0, &a, e) == -1)
		return -1;
	epoch = json_get_str(a.json, "epoch");
	if (epoch == NULL || strlen(epoch) != EPOCH_LEN - 1 ||
	    json_get_b64(a.json, "cert", cert) == -1)
		err_set(e, ERR_WORLD, "hsm.silent", "token", "-", NULL);
	else {
		memcpy(k->epoch, epoch, EPOCH_LEN);
		*module = json_copy(json_get(a.json, "module"));
		ret = 0;
	}
	msg_fini(&a);
	return ret;
}

static int
send_store(struct console *k, const char *token,
    const uint8_t sha[static SHA256_LEN], bool doubt, struct err *e)
{
	struct json *j;
	struct buf b = BUF_INIT;
	uint8_t other[SHA256_LEN];
	struct msg a;
	int ret;

	/* In a doubt the outcome may be in a store that was kept already. */
	if (!doubt || journal_store_other(k->j, token, sha, other, e) != 1)
		memcpy(other, sha, SHA256_LEN);
	ret = journal_store_get(k->j, token, other, &b, e);
	if (ret == 0) {
		j = json_new_obj();
		json_set_str(j, "token", token);
		ret = ask(k, PARTY_HSM, MSG_STORE, j, b.data, b.len, &a, e);
		if (ret == 0)
			msg_fini(&a);
	}
	buf_free(&b);
	return ret;
}

static int
send_stores(struct console *k, struct err *e)
{
	const struct item *doubt = NULL;

	for (size_t i = 0; i < k->c->items; i++)
		/* Only these change what their token keeps. */
		if (k->c->item[i].state == ITEM_BEGUN &&
		    (k->c->item[i].kind == ITEM_TOKEN ||
		    k->c->item[i].kind == ITEM_KEY))
			doubt = &k->c->item[i];
	/* Before the roster is sealed every epoch makes its own. */
	if (k->c->roster_sealed && k->c->has_log_store &&
	    send_store(k, "log", k->c->log_store, false, e) == -1)
		return -1;
	for (size_t i = 0; i < k->c->tokens; i++) {
		const struct token *t = &k->c->token[i];

		if (t->has_store && send_store(k, t->id, t->store,
		    doubt != NULL && strcmp(doubt->token, t->id) == 0,
		    e) == -1)
			return -1;
	}
	return 0;
}

/* A clock behind the last line: entries keep that line's time (decide.c),
 * and what the clock says is an entry. */
static int
watch_clock(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_ANOMALY };
	int64_t now = console_now(k);
	char t[CIVIL_LEN];

	if (now >= k->c->last_t)
		return 0;
	civil_format(now, t);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "value", t);
	json_set_str(cmd.d, "what", "clock-behind");
	return commit(k, &cmd, e);
}

int
start_sitting(struct console *k, const struct json *memories, struct err *e)
{
	struct command cmd = { .event = EV_SITTING_OPEN };
	struct command module = { .event = EV_HSM_MODULE };
	struct buf cert = BUF_INIT;
	struct json *media;
	uint8_t sha[SHA256_LEN];
	int ret = -1;

	if (choose_module(k, k->c->production ? "production" : "rehearsal",
	    e) == -1 ||
	    hello(k, &cert, &module.d, e) == -1 || send_stores(k, e) == -1 ||
	    replay_to_hsm(k, e) == -1)
		goto out;
	k->hsm_here = true;
	if (print_unknown(k, e) == -1)
		goto out;
	if (object_put(k, cert.data, cert.len, sha, e) == -1)
		goto out;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "cert", sha, SHA256_LEN);
	json_set_str(cmd.d, "epoch", k->epoch);
	json_set_hex(cmd.d, "image", k->image, SHA256_LEN);
	media = json_set(cmd.d, "media", json_new_arr());
	for (int i = 0; i < journal_media(k->j); i++)
		if (journal_medium(k->j, i).state == MEDIUM_GOOD)
			json_add(media,
			    json_new_str(journal_medium(k->j, i).label));
	json_set(cmd.d, "memories", json_copy(memories));
	self_pcrs(k, cmd.d);
	json_set_int(cmd.d, "sitting", k->c->s + 1);
	attach(&cmd, "epoch", "certificate", sha, cert.len);
	ret = commit(k, &cmd, e);
	if (ret == 0)
		ret = commit(k, &module, e);
	if (ret == 0)
		ret = watch_clock(k, e);
	if (ret == 0)
		needs_tell(k);
out:
	json_free(module.d);
	buf_free(&cert);
	return ret;
}

/* tachiai-hsm died and was started again: a new epoch, a new sitting. */
int
restart_hsm(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_RECOVERY };
	struct json *memories = json_new_arr();
	int ret;

	k->hsm_here = false;
	k->random_left = 0;
	k->way = NULL; /* it is looked anew */
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "bytes", 0);
	json_set_str(cmd.d, "why", "hsm-died");
	ret = commit(k, &cmd, e);
	if (ret == 0)
		ret = start_sitting(k, memories, e);
	json_free(memories);
	return ret;
}

/* What the media needed at opening, as entries. */
int
recovery_entries(struct console *k, const struct recovery *r, struct err *e)
{
	const struct buf *torn = journal_torn(k->j);
	struct command cmd = { .event = EV_MIRROR_REPAIR };
	uint8_t sha[SHA256_LEN];
	char n[24];

	if (r->verdict == RECOVER_MIRROR) {
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "from", r->best == 0 ? "A" : "B");
		json_set_int(cmd.d, "lines", r->lines);
		json_set_str(cmd.d, "to", r->best == 0 ? "B" : "A");
		if (commit(k, &cmd, e) == -1)
			return -1;
		ui_result(k, "told.mirror", NULL);
	}
	if (k->c->sitting == SITTING_SEALED && torn->len == 0)
		return 0;
	memset(&cmd, 0, sizeof(cmd));
	cmd.event = EV_RECOVERY;
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "bytes", (int64_t)torn->len);
	json_set_str(cmd.d, "why", torn->len > 0 ? "torn" : "unsealed");
	if (torn->len > 0) {
		if (journal_object_put(k->j, torn->data, torn->len, sha, e) == -1) {
			json_free(cmd.d);
			return -1;
		}
		json_set_hex(cmd.d, "sha256", sha, SHA256_LEN);
		attach(&cmd, "torn", "bytes", sha, torn->len);
		ui_result(k, "log.torn", NULL);
	} else if (k->c->roster_sealed) {
		ui_result(k, "log.unsealed", NULL);
	} else {
		/* There is no quorum yet: whoever enrols people goes on. */
		snprintf(n, sizeof(n), "%lld", (long long)k->c->head.n + 1);
		ui_result(k, "told.found", "n", n, NULL);
	}
	return commit(k, &cmd, e);
}
