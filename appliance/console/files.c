/* SPDX-License-Identifier: MIT */
/*
 * Profile set, plan and script: taken from the stick IN, decoded by
 * tachiai-decode, admitted; then every plan item is tried with throw-away
 * keys, so that lint speaks before a safe is opened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"

static const struct {
	const char *file, *type, *name;
	enum event_type event;
} KINDS[] = {
	{ "profiles.yaml", "profile-set", "profile_set", EV_PROFILE_ADMIT },
	{ "plan.yaml", "plan", "plan", EV_PLAN_ADMIT },
	{ "script.yaml", "script", "script", EV_SCRIPT_ADMIT },
};

static int
admit(struct console *k, size_t i, struct err *e)
{
	struct command cmd = { .event = KINDS[i].event };
	struct buf raw = BUF_INIT, form = BUF_INIT;
	struct json *j = NULL;
	uint8_t file_sha[SHA256_LEN], form_sha[SHA256_LEN];
	const char *name;
	int ret = -1;

	if (read_stick(k, "IN", KINDS[i].file, false, &raw, e) == -1 ||
	    decode(k, KINDS[i].type, KINDS[i].file, raw.data, raw.len, NULL,
	    &form, e) == -1 ||
	    json_parse(buf_cstr(&form), form.len, JSON_DEPTH_MAX, &j, e) ==
	    -1 || object_put(k, raw.data, raw.len, file_sha, e) == -1 ||
	    object_put(k, form.data, form.len, form_sha, e) == -1)
		goto out;
	name = json_get_str(j, KINDS[i].name);
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "file", file_sha, SHA256_LEN);
	json_set_hex(cmd.d, "form", form_sha, SHA256_LEN);
	json_set_str(cmd.d, "name", name != NULL ? name : "-");
	if (KINDS[i].event == EV_SCRIPT_ADMIT)
		json_set_str(cmd.d, "version",
		    json_get_str(j, "version") != NULL ?
		    json_get_str(j, "version") : "-");
	attach(&cmd, "file", "yaml", file_sha, raw.len);
	attach(&cmd, "form", "json", form_sha, form.len);
	ret = commit(k, &cmd, e);
	if (ret == 0)
		ui_result(k, "told.admitted", "file", KINDS[i].file, "name",
		    name, NULL);
out:
	json_free(cmd.d);
	json_free(j);
	buf_free(&raw);
	buf_free(&form);
	return ret;
}

static void
note_refused(struct console *k, const char *name, const struct err *why)
{
	struct command cmd = { .event = EV_FILE_REFUSED, .rc = RC_FAIL };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "name", name);
	json_set_str(cmd.d, "why", why->id);
	(void)commit(k, &cmd, &e);
}

/* A throw-away key: its SPKI. */
static int
trial_key(struct console *k, const struct json *key, struct buf *spki,
    struct err *e)
{
	struct json *j = json_new_obj();
	struct msg a;
	int ret;

	json_set(j, "key", json_copy(key));
	if (ask(k, PARTY_HSM, MSG_TRIAL_KEY, j, NULL, 0, &a, e) == -1)
		return -1;
	ret = json_get_b64(a.json, "spki", spki);
	msg_fini(&a);
	return ret == 0 ? 0 : err_set(e, ERR_WORLD, "hsm.silent", "token",
	    "-", NULL);
}

static const struct json *
profile_of(struct console *k, const struct item *it)
{
	const char *name = json_get_str(ceremony_plan_item(k->c, it->id,
	    NULL), "profile");

	return name != NULL ? profile_find(k->c->profiles, name) : NULL;
}

struct trial {
	struct stand_in *s;
	size_t n;
	int64_t rules, warned, items;
};

/* Stand-in of a certificate: key, bytes, and the certificate itself. */
static int
try_cert(struct console *k, const struct item *it, struct trial *t,
    struct err *e)
{
	const struct json *profile = profile_of(k, it);
	struct prepare_facts f;
	struct prepared p;
	struct stand_in *key, *cert;
	struct json *j;
	struct msg a;
	int ret = -1;

	memset(&p, 0, sizeof(p));
	cert = &t->s[t->n++];
	snprintf(cert->id, sizeof(cert->id), "%s", it->id);
	if (trial_key(k, json_get(profile, "key"), &cert->spki, e) == -1)
		return -1;
	if (it->issuer[0] == '\0') {
		key = &t->s[t->n++];
		snprintf(key->id, sizeof(key->id), "%s", it->key);
		buf_add(&key->spki, cert->spki.data, cert->spki.len);
	}
	memset(&f, 0, sizeof(f));
	f.now = console_now(k);
	f.stand_in = t->s;
	f.stand_ins = t->n;
	f.serial[0] = 1;
	if (random_bytes(k, f.serial + 1, CERT_SERIAL_LEN - 1, e) == -1 ||
	    ceremony_prepare(k->c, it, &f, &p, e) == -1)
		goto out;
	t->rules += (int64_t)p.lint.n;
	t->warned += (int64_t)p.lint.warned;
	t->items++;
	ret = 0;
	if (it->issuer[0] != '\0')
		goto out;
	j = json_new_obj();
	json_set_str(j, "kind", "cert");
	json_set_str(j, "signature", p.alg->name);
	ret = ask(k, PARTY_HSM, MSG_TRIAL_SIGN, j, p.tbs.data, p.tbs.len, &a,
	    e);
	if (ret == 0) {
		buf_add(&cert->cert, a.bytes.data, a.bytes.len);
		msg_fini(&a);
	}
out:
	prepared_fini(&p);
	return ret;
}

int
try_plan(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_LINT_TRIED };
	struct trial t = { 0 };
	struct prepare_facts f;
	int ret = -1;

	t.s = xcalloc(2 * k->c->items + 1, sizeof(*t.s));
	for (size_t i = 0; i < k->c->items; i++) {
		const struct item *it = &k->c->item[i];

		if (it->kind == ITEM_CERT && it->state == ITEM_PLANNED &&
		    ceremony_plan_item(k->c, it->id, NULL) != NULL &&
		    try_cert(k, it, &t, e) == -1)
			goto out;
	}
	for (size_t i = 0; i < k->c->items; i++) {
		const struct item *it = &k->c->item[i];
		struct prepared p;
		int bad;

		if (it->kind != ITEM_CRL || it->state != ITEM_PLANNED ||
		    ceremony_plan_item(k->c, it->id, NULL) == NULL)
			continue;
		memset(&f, 0, sizeof(f));
		f.now = console_now(k);
		f.stand_in = t.s;
		f.stand_ins = t.n;
		bad = ceremony_prepare(k->c, it, &f, &p, e);
		t.rules += (int64_t)p.lint.n;
		t.warned += (int64_t)p.lint.warned;
		t.items++;
		prepared_fini(&p);
		if (bad == -1)
			goto out;
	}
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "items", t.items);
	json_set_int(cmd.d, "rules", t.rules);
	json_set_int(cmd.d, "warned", t.warned);
	ret = commit(k, &cmd, e);
out:
	for (size_t i = 0; i < t.n; i++) {
		buf_free(&t.s[i].spki);
		buf_free(&t.s[i].cert);
	}
	free(t.s);
	return ret;
}

void
do_files(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "files.head");
	struct key key;
	struct err e;

	(void)n;
	v->who = view_fill(v, "files.who", NULL);
	v->act_now = view_fill(v, "files.do", NULL);
	view_facts(v);
	for (size_t i = 0; i < 3; i++)
		view_fact(v, KINDS[i].file, view_fill(v,
		    (i == 0 ? k->c->profiles : i == 1 ? k->c->plan :
		    k->c->script) != NULL ? "files.admitted" :
		    "files.awaited", NULL));
	v->then = view_fill(v, "files.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_LEAVE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY ||
	    key.name != PRESS_ENTER)
		return;
	ui_clear(k);
	for (size_t i = 0; i < 3; i++)
		if (admit(k, i, &e) == -1) {
			note_refused(k, KINDS[i].file, &e);
			ui_refuse(k, &e);
			return;
		}
	if (try_plan(k, &e) == -1) {
		struct command cmd = { .event = EV_LINT_REFUSED,
			.rc = RC_DENIED };
		const char *item = err_value(&e, "item");
		const char *rule = err_value(&e, "rule");
		struct err e2;

		cmd.d = json_new_obj();
		json_set_str(cmd.d, "item", item != NULL ? item : "-");
		json_set_str(cmd.d, "rule", rule != NULL ? rule : e.id);
		(void)commit(k, &cmd, &e2);
		ui_refuse(k, &e);
		return;
	}
	ui_result(k, "told.tried", NULL);
}
