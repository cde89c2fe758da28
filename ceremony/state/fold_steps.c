/* SPDX-License-Identifier: MIT */
/*
 * Folding the ceremony files and the script: which step is now, what ended,
 * deviations, breaks.
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
take_item(struct ceremony *w, const struct json *j, enum item_kind kind)
{
	const char *id = json_get_str(j, "id");
	const char *issuer = json_get_str(j, "issuer");
	const char *key = json_get_str(j, "key");
	const char *token = json_get_str(j, "token");
	struct item *it = id != NULL ? item_of(w, id) : NULL;

	if (id == NULL || (it != NULL && it->kind == kind))
		return;
	it = add_item(w, id, kind);
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
	static const struct {
		const char *section;
		enum item_kind kind;
	} SECTIONS[] = {
		{ "tokens", ITEM_TOKEN },
		{ "keys", ITEM_KEY },
		{ "certificates", ITEM_CERT },
		{ "crls", ITEM_CRL },
	};
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
	for (size_t s = 0; s < sizeof(SECTIONS) / sizeof(*SECTIONS); s++) {
		const struct json *list = json_get(form, SECTIONS[s].section);

		for (size_t i = 0; i < json_count(list); i++)
			take_item(w, json_at(list, i), SECTIONS[s].kind);
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

static int
step_index(const struct ceremony *c, const struct entry *en, struct err *e)
{
	if (c->now >= c->steps ||
	    strcmp(ceremony_step_no(c, c->now), d_str(en, "step")) != 0)
		return fold_refuse(e, en, "step");
	return 0;
}

int
fold_step_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (step_index(c, en, e) == -1)
		return -1;
	if (c->step[c->now].state != STEP_TODO || c->on_break)
		return fold_refuse(e, en, "begun");
	if (w != NULL) {
		w->step[w->now].state = STEP_NOW;
		w->step[w->now].begun = en->t;
	}
	return 0;
}

int
fold_step_field(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	(void)w;
	if (step_index(c, en, e) == -1)
		return -1;
	if (c->step[c->now].state != STEP_NOW)
		return fold_refuse(e, en, "not-begun");
	return 0;
}

/* Every plan item that the step names, done, read back or exported. */
static bool
items_all(const struct ceremony *c, const struct json *list,
    bool (*good)(const struct ceremony *, const struct item *))
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		const struct item *it =
		    id != NULL ? ceremony_item(c, id) : NULL;

		if (it == NULL || !good(c, it))
			return false;
	}
	return true;
}

static bool
item_done(const struct ceremony *c, const struct item *it)
{
	(void)c;
	return it->state == ITEM_DONE;
}

/* The facts without which a verb is not done; NULL: nothing is missing. */
static const char *
missing(const struct ceremony *c, const struct json *step)
{
	const char *verb = json_get_str(step, "do");
	const struct token *t;

	if (verb == NULL)
		return "verb";
	if (strcmp(verb, "clock") == 0 && !c->clock_set)
		return "clock";
	if (strcmp(verb, "approve") == 0 && !c->approved)
		return "approval";
	if (strcmp(verb, "roster-seal") == 0 && !c->roster_sealed)
		return "roster";
	if (strcmp(verb, "enroll") == 0 && (json_get_str(step, "person") ==
	    NULL || ceremony_code(c, json_get_str(step, "person")) == NULL))
		return "person";
	if (strcmp(verb, "run") == 0 && (ceremony_run(c) != NULL ||
	    !items_all(c, json_get(step, "plan"), item_done)))
		return "items";
	if (strcmp(verb, "quorum") == 0 && !ceremony_step_quorum(c, step))
		return "quorum";
	if (strcmp(verb, "export") == 0 && !ceremony_exported(c))
		return "copies";
	if (strcmp(verb, "deactivate") == 0) {
		t = json_get_str(step, "token") != NULL ?
		    ceremony_token(c, json_get_str(step, "token")) : NULL;
		if (t == NULL || t->active)
			return "token";
	}
	if (strcmp(verb, "readback") == 0) {
		const struct item *it = json_get_str(step, "of") != NULL ?
		    ceremony_item(c, json_get_str(step, "of")) : NULL;

		if (it == NULL || !it->read_back)
			return "readback";
	}
	if (strcmp(verb, "seal") == 0 && c->sitting != SITTING_SEALED)
		return "seal";
	return NULL;
}

int
fold_step_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const char *result = d_str(en, "result"), *why;
	enum step_state state;

	if (step_index(c, en, e) == -1)
		return -1;
	if (c->step[c->now].state != STEP_NOW)
		return fold_refuse(e, en, "not-begun");
	if (strcmp(result, "done") == 0) {
		state = STEP_DONE;
		why = missing(c, ceremony_step(c, c->now));
		if (why != NULL)
			return fold_refuse(e, en, why);
		for (size_t i = 0; i < c->deviations; i++)
			if (strcmp(c->deviation[i].step,
			    ceremony_step_no(c, c->now)) == 0)
				state = STEP_DEVIATED;
	} else if (strcmp(result, "deviated") == 0) {
		state = STEP_DEVIATED;
	} else if (strcmp(result, "not-run") == 0) {
		state = STEP_NOT_RUN;
	} else {
		return fold_refuse(e, en, "result");
	}
	if (strcmp(result, "done") != 0) {
		bool decided = ceremony_ending(c);

		for (size_t i = 0; i < c->deviations; i++)
			if (strcmp(c->deviation[i].step,
			    ceremony_step_no(c, c->now)) == 0 &&
			    c->deviation[i].decision[0] != '\0')
				decided = true;
		if (!decided || ceremony_run(c) != NULL)
			return fold_refuse(e, en, "deviation");
	}
	if (w == NULL)
		return 0;
	w->step[w->now].state = state;
	w->step[w->now].ended = en->t;
	w->now++;
	return 0;
}

int
fold_deviation_open(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct deviation d;

	memset(&d, 0, sizeof(d));
	if (d_int(en, "no") != (int64_t)c->deviations + 1)
		return fold_refuse(e, en, "number");
	if (w == NULL)
		return 0;
	d.no = (int)d_int(en, "no");
	copy_str(d.step, sizeof(d.step), d_str(en, "step"));
	copy_str(d.expected, sizeof(d.expected), d_str(en, "expected"));
	copy_str(d.happened, sizeof(d.happened), d_str(en, "happened"));
	w->deviation = xreallocarray(w->deviation, w->deviations + 1,
	    sizeof(*w->deviation));
	w->deviation[w->deviations++] = d;
	return 0;
}

int
fold_deviation_decide(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	int64_t no = d_int(en, "no");
	const char *decision = d_str(en, "decision");
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], doc[SHA256_LEN];
	bool ok = false;

	if (no < 1 || no > (int64_t)c->deviations ||
	    c->deviation[no - 1].decision[0] != '\0')
		return fold_refuse(e, en, "number");
	if (strcmp(decision, "go-on") != 0 && strcmp(decision, "again") != 0 &&
	    strcmp(decision, "end") != 0)
		return fold_refuse(e, en, "decision");
	ceremony_deviation_record(c, (int)no, decision, d_str(en, "because"),
	    &b);
	sha256(want, b.data, b.len);
	buf_free(&b);
	d_sha(en, "record", doc);
	for (size_t i = 0; i < c->resolves; i++)
		if (c->resolve[i].role == ROLE_OPERATIONS_MANAGER &&
		    memcmp(c->resolve[i].doc, want, SHA256_LEN) == 0)
			ok = true;
	if (!ok || memcmp(doc, want, SHA256_LEN) != 0)
		return fold_refuse(e, en, "statement");
	if (w == NULL)
		return 0;
	copy_str(w->deviation[no - 1].decision, 17, decision);
	copy_str(w->deviation[no - 1].because, 513, d_str(en, "because"));
	return 0;
}

int
fold_break_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (c->on_break)
		return fold_refuse(e, en, "break");
	for (size_t i = 0; i < c->tokens; i++)
		if (c->token[i].active)
			return err_set(e, ERR_REFUSED, "seal.active",
			    "token", c->token[i].id, NULL);
	if (w == NULL)
		return 0;
	w->on_break = true;
	clear_people(w);
	clear_consents(w);
	return 0;
}

int
fold_break_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (!c->on_break)
		return fold_refuse(e, en, "break");
	if (w != NULL)
		w->on_break = false;
	return 0;
}
