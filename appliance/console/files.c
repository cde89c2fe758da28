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
#include "ceremony/files/check.h"

static const struct {
	const char *file, *type, *name;
	enum event_type event;
} KINDS[] = {
	{ "profiles.yaml", "profile-set", "profile_set", EV_PROFILE_ADMIT },
	{ "plan.yaml", "plan", "plan", EV_PLAN_ADMIT },
	{ "script.yaml", "script", "script", EV_SCRIPT_ADMIT },
};

/* One of the three, as read and as tachiai-decode gave it on. */
struct file {
	struct buf raw, form;
	uint8_t sha[SHA256_LEN];
	char hex[SHA256_HEX];
	struct json *j;
};

/* What the last try refused: its rows stay on the screen. */
static struct lint_results refused;

static int
load(struct console *k, size_t i, struct file *f, struct err *e)
{
	if (read_stick(k, "IN", KINDS[i].file, false, &f->raw, e) == -1 ||
	    decode(k, KINDS[i].type, KINDS[i].file, f->raw.data, f->raw.len,
	    NULL, &f->form, e) == -1 ||
	    json_parse(buf_cstr(&f->form), f->form.len, JSON_DEPTH_MAX,
	    &f->j, e) == -1)
		return -1;
	sha256(f->sha, f->raw.data, f->raw.len);
	sha256_hex(f->hex, f->sha);
	return 0;
}

static int
admit(struct console *k, size_t i, const struct file *f, struct err *e)
{
	struct command cmd = { .event = KINDS[i].event };
	uint8_t file_sha[SHA256_LEN], form_sha[SHA256_LEN];
	const char *name = json_get_str(f->j, KINDS[i].name);
	const char *version = json_get_str(f->j, "version");

	if (object_put(k, f->raw.data, f->raw.len, file_sha, e) == -1 ||
	    object_put(k, f->form.data, f->form.len, form_sha, e) == -1)
		return -1;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "file", file_sha, SHA256_LEN);
	json_set_hex(cmd.d, "form", form_sha, SHA256_LEN);
	json_set_str(cmd.d, "name", name != NULL ? name : "-");
	if (KINDS[i].event == EV_SCRIPT_ADMIT)
		json_set_str(cmd.d, "version", version != NULL ? version :
		    "-");
	attach(&cmd, "file", "yaml", file_sha, f->raw.len);
	attach(&cmd, "form", "json", form_sha, f->form.len);
	if (commit(k, &cmd, e) == -1)
		return -1;
	ui_result(k, "told.admitted", "file", KINDS[i].file, "name", name,
	    NULL);
	return 0;
}

static bool
stands(const struct ceremony *c, size_t list, const char *id)
{
	const struct token *t;
	const struct item *it;

	if (id == NULL)
		return false;
	t = ceremony_token(c, id);
	it = ceremony_item(c, id);
	return list == 0 ? t != NULL && t->state == TOKEN_READY :
	    it != NULL && it->state == ITEM_DONE;
}

/* What a later day's plan builds on must stand in this volume. */
static int
expected(const struct ceremony *c, const struct json *plan, struct err *e)
{
	static const char *const LISTS[] = { "tokens", "keys",
		"certificates" };
	const struct json *expect = json_get(plan, "expect");

	for (size_t l = 0; l < 3; l++) {
		const struct json *list = json_get(expect, LISTS[l]);

		for (size_t i = 0; i < json_count(list); i++) {
			const char *id = json_get_str(json_at(list, i), "id");

			if (!stands(c, l, id))
				return err_set(e, ERR_REFUSED,
				    "plan.expected", "item", id != NULL ?
				    id : "-", "key", "id", NULL);
		}
	}
	return 0;
}

/* Walked through in a model of the room, before the day begins. */
static int
check_day(struct console *k, const struct file *f, size_t *bad,
    struct err *e)
{
	const struct json *form[FILES_KINDS] = { f[0].j, f[1].j, f[2].j };
	const char *sha[FILES_KINDS] = { f[0].hex, f[1].hex, f[2].hex };
	struct finding at;

	if (files_check_day(form, sha, &at, e) == 0)
		return expected(k->c, f[1].j, e);
	*bad = (size_t)at.file;
	decode_place(k, KINDS[*bad].type, KINDS[*bad].file, at.path,
	    &f[*bad].raw, e);
	return -1;
}

/* Where the plan names what this volume has not. */
static void
place_expected(struct console *k, const struct file *plan, struct err *e)
{
	static const char *const LISTS[] = { "tokens", "keys",
		"certificates" };
	const struct json *expect = json_get(plan->j, "expect");
	const char *item = err_value(e, "item"), *key = err_value(e, "key");
	char path[CHECK_PATH] = "";

	if (strcmp(e->id, "plan.head") == 0)
		snprintf(path, sizeof(path), "expect.head");
	for (size_t l = 0; l < 3 && item != NULL && key != NULL; l++) {
		const struct json *list = json_get(expect, LISTS[l]);

		for (size_t i = 0; i < json_count(list); i++) {
			const struct json *j = json_at(list, i);
			const char *id = json_get_str(j, "id");

			if (id != NULL && strcmp(id, item) == 0 &&
			    json_get(j, key) != NULL)
				snprintf(path, sizeof(path),
				    "expect.%s[%zu].%s", LISTS[l], i, key);
		}
	}
	if (path[0] != '\0')
		decode_place(k, KINDS[FILES_PLAN].type, KINDS[FILES_PLAN].file,
		    path, &plan->raw, e);
}

/* Where the profile of a refused item begins. */
static void
place_profile(struct console *k, const struct file *profiles, struct err *e)
{
	static const char *const LISTS[] = { "profiles", "crl_profiles" };
	const char *item = err_value(e, "item");
	const char *want = item == NULL ? NULL :
	    json_get_str(ceremony_plan_item(k->c, item, NULL), "profile");
	char path[CHECK_PATH];

	for (size_t l = 0; l < 2 && want != NULL; l++) {
		const struct json *list = json_get(profiles->j, LISTS[l]);

		for (size_t i = 0; i < json_count(list); i++) {
			const char *name = json_get_str(json_at(list, i),
			    "name");

			if (name == NULL || strcmp(name, want) != 0)
				continue;
			snprintf(path, sizeof(path), "%s[%zu]", LISTS[l], i);
			/* The table below names the rule: its room is needed. */
			for (size_t a = 0; a < e->n; a++)
				if (strcmp(e->arg[a].name, "rule") == 0)
					e->arg[a] = e->arg[--e->n];
			decode_place(k, KINDS[0].type, KINDS[0].file, path,
			    &profiles->raw, e);
			return;
		}
	}
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
	    ceremony_prepare(k->c, it, &f, &p, e) == -1) {
		refused = p.lint;
		goto out;
	}
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
		if (bad == -1)
			refused = p.lint;
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

static void
note_lint(struct console *k, const struct err *why)
{
	struct command cmd = { .event = EV_LINT_REFUSED, .rc = RC_DENIED };
	const char *item = err_value(why, "item");
	const char *rule = err_value(why, "rule");
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", item != NULL ? item : "-");
	json_set_str(cmd.d, "rule", rule != NULL ? rule : why->id);
	(void)commit(k, &cmd, &e);
}

/* Read all, check all, then admit; the script last, when the try was good. */
static int
take_files(struct console *k, struct err *e)
{
	struct file f[3];
	size_t bad = FILES_PLAN;
	int ret = 0;

	memset(f, 0, sizeof(f));
	memset(&refused, 0, sizeof(refused));
	for (size_t i = 0; i < 3 && ret == 0; i++) {
		ret = load(k, i, &f[i], e);
		bad = ret == 0 ? FILES_PLAN : i;
	}
	if (ret == 0)
		ret = check_day(k, f, &bad, e);
	for (size_t i = 0; i < 2 && ret == 0; i++) {
		ret = admit(k, i, &f[i], e);
		bad = ret == 0 ? FILES_PLAN : i;
	}
	if (ret == -1 && !k->hsm_lost) {
		place_expected(k, &f[FILES_PLAN], e);
		note_refused(k, KINDS[bad].file, e);
	}
	if (ret == 0) {
		ret = try_plan(k, e);
		if (ret == -1) {
			note_lint(k, e);
			place_profile(k, &f[0], e);
		}
	}
	if (ret == 0)
		ret = admit(k, 2, &f[2], e);
	for (size_t i = 0; i < 3; i++) {
		buf_free(&f[i].raw);
		buf_free(&f[i].form);
		json_free(f[i].j);
	}
	return ret;
}

void
do_files(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "files.head");
	bool ended = k->c->steps > 0 && k->c->now >= k->c->steps;
	struct key key;
	struct err e;

	(void)n;
	v->who = view_fill(v, "files.who", NULL);
	v->act_now = view_fill(v, "files.do", NULL);
	/* Who was stopped behind the seal comes back for nothing more. */
	if (ended)
		view_para(v, view_fill(v, "files.ended", NULL));
	view_facts(v);
	for (size_t i = 0; i < 3; i++)
		view_fact(v, KINDS[i].file, view_fill(v,
		    (i == 0 ? k->c->profiles : i == 1 ? k->c->plan :
		    k->c->script) != NULL && !ended ? "files.admitted" :
		    "files.awaited", NULL));
	view_fact(v, view_fill(v, "enroll.stick-label", NULL),
	    stick_seen(k, v, "IN"));
	if (k->refusal.id[0] != '\0')
		lint_table(v, &refused);
	v->then = view_fill(v, "files.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_LEAVE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_REVIEW, &key) != UI_KEY ||
	    key.name != PRESS_ENTER)
		return;
	ui_clear(k);
	if (take_files(k, &e) == 0) {
		ui_result(k, "told.tried", NULL);
		needs_tell(k);
	} else if (!k->hsm_lost) {
		ui_refuse(k, &e);
	}
}
