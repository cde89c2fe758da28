/* SPDX-License-Identifier: MIT */
/*
 * Folding the ceremony files: profile set, plan and script.  Invariant: a file
 * takes effect whole, and agrees with what earlier days made.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/files/script.h"
#include "ceremony/state/fold.h"

/* The canonical form of a file, parsed; its digest is the `form` of d. */
static int
load_form(const struct ceremony *c, const struct entry *en, const char *name,
    struct json **out, struct err *e)
{
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	const char *have;
	int ret = -1;

	if (fold_object(c, en, "form", &b, e) == -1)
		goto out;
	d_sha(en, "form", want);
	sha256(got, b.data, b.len);
	if (memcmp(want, got, SHA256_LEN) != 0) {
		fold_refuse(e, en, "form");
		goto out;
	}
	if (json_parse(buf_cstr(&b), b.len, JSON_DEPTH_MAX, out, e) == -1)
		goto out;
	have = json_get_str(*out, name);
	if (have == NULL || strcmp(have, d_str(en, "name")) != 0) {
		json_free(*out);
		*out = NULL;
		fold_refuse(e, en, "name");
		goto out;
	}
	ret = 0;
out:
	buf_free(&b);
	return ret;
}

static bool
pinned(const struct json *script, const char *what,
    const uint8_t sha[static SHA256_LEN])
{
	uint8_t pin[SHA256_LEN];

	return json_get_hex(json_get(script, what), "sha256", pin,
	    SHA256_LEN) == 0 && memcmp(pin, sha, SHA256_LEN) == 0;
}

int
fold_profile_admit(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct json *form = NULL;

	if (ceremony_run(c) != NULL)
		return fold_refuse(e, en, "run");
	if (load_form(c, en, "profile_set", &form, e) == -1)
		return -1;
	if (w == NULL) {
		json_free(form);
		return 0;
	}
	json_free(w->profiles);
	w->profiles = form;
	d_sha(en, "file", w->profiles_file);
	w->approved = false;
	return 0;
}

static struct item *
add_item(struct ceremony *w, const char *id, enum item_kind kind)
{
	struct item *it;

	w->item = xreallocarray(w->item, w->items + 1, sizeof(*w->item));
	it = &w->item[w->items++];
	memset(it, 0, sizeof(*it));
	copy_str(it->id, sizeof(it->id), id);
	it->kind = kind;
	it->run = -1;
	return it;
}

static void
take_item(struct ceremony *w, const struct json *j, enum item_kind kind,
    size_t row)
{
	const char *id = json_get_str(j, "id");
	const char *issuer = json_get_str(j, "issuer");
	const char *key = json_get_str(j, "key");
	const char *token = json_get_str(j, "token");
	struct item *it = id != NULL ? item_of(w, id) : NULL;

	if (it != NULL && it->kind == kind)
		it->row = row;
	if (id == NULL || (it != NULL && it->kind == kind))
		return;
	it = add_item(w, id, kind);
	it->row = row;
	copy_str(it->issuer, sizeof(it->issuer), issuer != NULL ? issuer : "");
	copy_str(it->key, sizeof(it->key), key != NULL ? key : "");
	copy_str(it->token, sizeof(it->token), token != NULL ? token : "");
	if (kind == ITEM_TOKEN) {
		copy_str(it->token, sizeof(it->token), id);
		w->token = xreallocarray(w->token, w->tokens + 1,
		    sizeof(*w->token));
		memset(&w->token[w->tokens], 0, sizeof(*w->token));
		copy_str(w->token[w->tokens].id, NAME_LEN, id);
		w->tokens++;
	}
}

/* The signer's key and token of a certificate or CRL. */
static void
find_signer(struct ceremony *w, struct item *it)
{
	const struct item *up = it->issuer[0] != '\0' ?
	    ceremony_item(w, it->issuer) : it;
	const struct item *key = up != NULL && up->key[0] != '\0' ?
	    ceremony_item(w, up->key) : NULL;

	if (key == NULL || it->token[0] != '\0')
		return;
	copy_str(it->token, sizeof(it->token), key->token);
}

static bool
in_plan(const struct json *plan, const char *id)
{
	struct plan_item it;

	return plan_item(plan, id, &it) == 0 && !it.expected;
}

/* A key or certificate of an earlier day has the digest that is expected. */
static int
check_digest(const struct ceremony *c, const struct json *j, const char *key,
    struct err *e)
{
	const char *id = json_get_str(j, "id"), *want = json_get_str(j, key);
	const struct item *it = id != NULL ? ceremony_item(c, id) : NULL;
	bool cert = strcmp(key, "sha256") == 0;
	uint8_t sha[SHA256_LEN];

	if (want == NULL)
		return 0;
	if (it != NULL && it->state == ITEM_DONE &&
	    it->kind == (cert ? ITEM_CERT : ITEM_KEY) &&
	    json_get_hex(j, key, sha, SHA256_LEN) == 0 &&
	    memcmp(sha, cert ? it->made_sha : it->key_sha, SHA256_LEN) == 0)
		return 0;
	return err_set(e, ERR_REFUSED, "plan.other", "item",
	    id != NULL ? id : "-", "key", key, "want", want, NULL);
}

/* What the plan pins of what earlier days made. */
static int
check_digests(const struct ceremony *c, const struct json *plan,
    struct err *e)
{
	const struct json *expect = json_get(plan, "expect");
	const struct json *keys = json_get(expect, "keys");
	const struct json *certs = json_get(expect, "certificates");

	for (size_t i = 0; i < json_count(keys); i++)
		if (check_digest(c, json_at(keys, i), "spki_sha256", e) == -1)
			return -1;
	for (size_t i = 0; i < json_count(certs); i++)
		if (check_digest(c, json_at(certs, i), "sha256", e) == -1)
			return -1;
	return 0;
}

/* What the plan expects of earlier days: the end of the last sitting. */
static int
check_head(const struct ceremony *c, const struct json *plan, struct err *e)
{
	const char *head = json_get_str(json_get(plan, "expect"), "head");
	uint8_t want[SHA256_LEN];

	if (head == NULL || strcmp(head, "continue") == 0)
		return 0;
	if (strcmp(head, "none") == 0) {
		for (size_t i = 0; i < c->items; i++)
			if (c->item[i].state == ITEM_DONE &&
			    !in_plan(plan, c->item[i].id))
				return err_set(e, ERR_REFUSED, "plan.head",
				    "want", head, NULL);
		return 0;
	}
	if (json_get_hex(json_get(plan, "expect"), "head", want,
	    SHA256_LEN) == -1 || c->sealed < 0 ||
	    memcmp(want, c->hashes[c->sealed], SHA256_LEN) != 0)
		return err_set(e, ERR_REFUSED, "plan.head", "want", head,
		    NULL);
	return 0;
}

int
fold_plan_admit(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct json *form = NULL;

	if (c->profiles == NULL || ceremony_run(c) != NULL)
		return fold_refuse(e, en, "profiles");
	if (load_form(c, en, "plan", &form, e) == -1)
		return -1;
	if (check_head(c, form, e) == -1 ||
	    check_digests(c, form, e) == -1) {
		json_free(form);
		return -1;
	}
	if (w == NULL) {
		json_free(form);
		return 0;
	}
	json_free(w->plan);
	w->plan = form;
	d_sha(en, "file", w->plan_file);
	w->approved = false;
	for (int k = ITEM_TOKEN; k < ITEM_DEACTIVATE; k++) {
		enum item_kind kind = (enum item_kind)k;
		const struct json *list = json_get(form, item_section(kind));

		for (size_t i = 0; i < json_count(list); i++)
			take_item(w, json_at(list, i), kind, i);
	}
	for (size_t i = 0; i < w->items; i++)
		if (w->item[i].kind == ITEM_CERT ||
		    w->item[i].kind == ITEM_CRL)
			find_signer(w, &w->item[i]);
	return 0;
}

static size_t
count_steps(const struct json *script)
{
	const struct json *acts = json_get(script, "acts");
	size_t n = 0;

	for (size_t a = 0; a < json_count(acts); a++)
		n += json_count(json_get(json_at(acts, a), "steps"));
	return n;
}

bool
ceremony_pinned(const struct ceremony *c)
{
	return pinned(c->script, "plan", c->plan_file) &&
	    pinned(c->script, "profiles", c->profiles_file);
}

int
fold_script_admit(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct json *form = NULL;
	bool same;

	if (c->plan == NULL || ceremony_run(c) != NULL)
		return fold_refuse(e, en, "plan");
	if (load_form(c, en, "script", &form, e) == -1)
		return -1;
	if (!pinned(form, "plan", c->plan_file) ||
	    !pinned(form, "profiles", c->profiles_file)) {
		json_free(form);
		return err_set(e, ERR_REFUSED, "script.pins", "name",
		    d_str(en, "name"), NULL);
	}
	if (w == NULL) {
		json_free(form);
		return 0;
	}
	/* A corrected script goes on at its step; another begins anew. */
	same = w->script != NULL && w->now < w->steps &&
	    strcmp(json_get_str(w->script, "script"),
	    d_str(en, "name")) == 0 && count_steps(form) == w->steps;
	json_free(w->script);
	w->script = form;
	d_sha(en, "file", w->script_file);
	w->approved = false;
	if (!same) {
		free(w->step);
		w->steps = count_steps(form);
		w->step = xcalloc(w->steps, sizeof(*w->step));
		w->now = 0;
	}
	return 0;
}
