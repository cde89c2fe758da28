/* SPDX-License-Identifier: MIT */
/*
 * Runs of plan items: a request taken in, shares dealt, bytes prepared and
 * reviewed, consents awaited, one press one deed, and what a doubt asks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/oprec.h"
#include "ceremony/x509/review.h"

static void
heads(struct console *k, struct view *v, const struct step *s)
{
	const char *text = s->json != NULL ? step_text(s, k->lang) : NULL;

	v->who = people_text(k, v, s->by);
	if (text != NULL)
		v->act_now = view_str(v, text);
}

static void
step_keys(struct view *v)
{
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
}

static int
refused_csr(struct console *k, const struct item *it, const char *file,
    const struct err *why)
{
	struct command cmd = { .event = EV_CSR_REFUSED, .rc = RC_DENIED };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "file", file);
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "why", why->id);
	(void)commit(k, &cmd, &e);
	ui_refuse(k, why);
	return -1;
}

/* Read, decode in tachiai-decode, keep, name it in an entry. */
static int
take_request(struct console *k, const struct item *it, const char *file)
{
	struct command cmd = { .event = EV_CSR_IMPORT };
	struct buf raw = BUF_INIT, form = BUF_INIT, der = BUF_INIT;
	struct json *j = NULL;
	uint8_t csr[SHA256_LEN], sha[SHA256_LEN], as[SHA256_LEN];
	struct err e;
	int ret = -1;

	if (read_stick(k, "IN", file, false, &raw, &e) == -1 ||
	    decode(k, "csr", file, raw.data, raw.len, NULL, &form, &e) ==
	    -1 || json_parse(buf_cstr(&form), form.len, JSON_DEPTH_MAX, &j,
	    &e) == -1 || json_get_b64(j, "der_b64", &der) == -1 ||
	    object_put(k, raw.data, raw.len, as, &e) == -1 ||
	    object_put(k, der.data, der.len, csr, &e) == -1 ||
	    object_put(k, form.data, form.len, sha, &e) == -1)
		goto bad;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "csr", csr, SHA256_LEN);
	json_set_str(cmd.d, "file", file);
	json_set_hex(cmd.d, "form", sha, SHA256_LEN);
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "spki", json_get_str(j, "spki_sha256") != NULL ?
	    json_get_str(j, "spki_sha256") : "");
	json_set_str(cmd.d, "stick", "IN");
	attach(&cmd, "csr", "der", csr, der.len);
	attach(&cmd, "file", "csr", as, raw.len);
	attach(&cmd, "form", "json", sha, form.len);
	ret = commit(k, &cmd, &e);
	if (ret == 0)
		ui_result(k, "told.request", "item", it->id, NULL);
bad:
	if (ret == -1)
		refused_csr(k, it, file, &e);
	json_free(j);
	buf_free(&raw);
	buf_free(&der);
	buf_free(&form);
	return ret;
}

void
do_import(struct console *k, const struct next *n)
{
	const struct json *plan = ceremony_plan_item(k->c, n->item->id,
	    NULL);
	const char *file = json_get_str(json_get(plan, "request"), "file");
	struct view *v = ui_view(k, "import.head");
	struct key key;

	heads(k, v, &n->step);
	view_para(v, view_fill(v, "import.what", "file", file, "item",
	    n->item->id, NULL));
	v->then = view_fill(v, "import.then", NULL);
	view_key(v, KID_ENTER, NULL);
	step_keys(v);
	if (ui_wait(k, v, KX_STEP, &key) == UI_KEY &&
	    key.name == PRESS_ENTER) {
		ui_clear(k);
		if (file != NULL)
			(void)take_request(k, n->item, file);
	}
}

static struct json *
csr_form_of(struct console *k, const struct item *it)
{
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	struct err e;

	if (journal_object_get(k->j, it->csr_form, &b, &e) == -1 ||
	    json_parse(buf_cstr(&b), b.len, JSON_DEPTH_MAX, &j, &e) == -1)
		j = NULL;
	buf_free(&b);
	return j;
}

static const char *
subject_value(const struct json *list, const char *type)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *t = json_get_str(json_at(list, i), "type");

		if (t != NULL && strcmp(t, type) == 0)
			return json_get_str(json_at(list, i), "value");
	}
	return NULL;
}

/* Columns: what the request asks for, what the plan says, what will be. */
static void
side_by_side(struct console *k, struct view *v, const struct item *it)
{
	static const char *const TYPES[] = { "C", "ST", "L", "O", "OU",
		"CN" };
	struct json *form = csr_form_of(k, it);
	const struct json *plan = ceremony_plan_item(k->c, it->id, NULL);
	const char *pname = json_get_str(plan, "profile");
	const struct json *profile = pname != NULL ?
	    profile_find(k->c->profiles, pname) : NULL;
	const struct json *asked = json_get(form, "subject");
	const struct json *planned = json_get(plan, "subject") != NULL ?
	    json_get(plan, "subject") : json_get(profile, "subject");
	const struct json *wants = json_get(form, "wants");
	int64_t path = json_get_int(json_get(profile, "extensions"),
	    "path_len", -1);

	view_table(v, view_fill(v, "csr.field", NULL), 12,
	    view_fill(v, "csr.asks", NULL), 19,
	    view_fill(v, "csr.plan", NULL), 19,
	    view_fill(v, "csr.will", NULL), 19, "", 0, NULL);
	view_row(v, view_fill(v, "csr.key", NULL),
	    json_get_str(json_get(form, "key"), "name"), "-",
	    json_get_str(json_get(form, "key"), "name"),
	    view_fill(v, "csr.req", NULL), NULL);
	view_row(v, view_fill(v, "csr.proof-row", NULL),
	    view_fill(v, "csr.verifies", NULL), "-", "-",
	    view_fill(v, "csr.good", NULL), NULL);
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES); i++) {
		const char *a = subject_value(asked, TYPES[i]);
		const char *p = subject_value(planned, TYPES[i]);
		const char *w = p != NULL ? p : planned == NULL ? a : NULL;

		if (a == NULL && w == NULL)
			continue;
		if (w != NULL && !k->c->production &&
		    strcmp(TYPES[i], "CN") == 0)
			w = view_fmt(v, "%s REHEARSAL", w);
		view_row(v, TYPES[i], a != NULL ? view_str(v, a) : "-",
		    p != NULL ? view_str(v, p) : "-",
		    w != NULL ? view_str(v, w) : "-",
		    w == NULL ? view_fill(v, "csr.drop", NULL) :
		    a != NULL && strcmp(a, p != NULL ? p : a) == 0 ?
		    view_fill(v, "csr.same", NULL) :
		    view_fill(v, "csr.plan-wins", NULL), NULL);
	}
	if (json_get(wants, "path_len") != NULL || path >= 0)
		view_row(v, view_fill(v, "csr.path", NULL),
		    json_get(wants, "path_len") != NULL ? view_fmt(v, "%lld",
		    (long long)json_get_int(wants, "path_len", -1)) : "-",
		    path >= 0 ? view_fmt(v, "%lld", (long long)path) : "-",
		    path >= 0 ? view_fmt(v, "%lld", (long long)path) : "-",
		    "", NULL);
	json_free(form);
}

/* S-14: the RA officer compares, then confirms at the trusted prompt. */
void
do_confirm(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "confirm.head");
	const struct person *p = visit_person(k);
	struct key key;

	if (p != NULL)
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
	v->act_now = view_fill(v, "confirm.do", NULL);
	side_by_side(k, v, n->item);
	view_break(v);
	bars_words(v, n->item->csr, k);
	v->then = view_fill(v, k->seen_all ? "confirm.then" :
	    "review.more", NULL);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_TRUSTED, NULL);
	step_keys(v);
	(void)ui_wait(k, v, KX_STEP | KX_REVIEW | KX_WORDS, &key);
}

/* Shares are dealt by tachiai-hsm: two sets, two entries. */
void
do_deal(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "deal.head");
	struct json *j;
	struct key key;
	struct msg a;
	struct err e;

	heads(k, v, &n->step);
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

/* A refusal before the key: S-12.  Ways: corrected files, or a deviation. */
static void
refused_item(struct console *k, const struct item *it, const struct err *why)
{
	struct command cmd = { .event = EV_LINT_REFUSED, .rc = RC_DENIED };
	struct key key;
	struct err e;
	struct view *v;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "rule", err_value(why, "rule") != NULL ?
	    err_value(why, "rule") : why->id);
	(void)commit(k, &cmd, &e);
	v = ui_view(k, "refused.head");
	view_refuse(v, why);
	view_para(v, view_fill(v, "refused.nothing", NULL));
	view_ways(v, view_fill(v, "ways.on", NULL));
	view_way(v, "r", view_fill(v, "refused.way-r", NULL));
	view_way(v, "d", view_fill(v, "refused.way-d", NULL));
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_DEVIATION, NULL);
	if (ui_wait(k, v, KX_WAYS | KX_STEP, &key) == UI_KEY &&
	    key.cp == 'r') {
		struct next again;

		memset(&again, 0, sizeof(again));
		do_files(k, &again);
	}
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
	prepared_fini(&p);
	refused_item(k, n->item, &e);
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
	if (ret == -1) {
		ui_refuse(k, &e);
		refused_item(k, n->item != NULL ? n->item :
		    ceremony_item(k->c, json_str(json_at(n->step.plan, 0))),
		    &e);
	}
	oprec_fini(&r);
	buf_free(&b);
}

/* Every field of the exact bytes of an item. */
static void
review_item(struct console *k, struct view *v, const struct item *it)
{
	struct buf tbs = BUF_INIT;
	struct review rv;
	uint8_t sha[SHA256_LEN];
	struct err e;
	int ret;

	if (journal_object_get(k->j, it->tbs, &tbs, &e) == -1) {
		view_refuse(v, &e);
		return;
	}
	memset(&rv, 0, sizeof(rv));
	ret = it->kind == ITEM_CRL ?
	    crl_view(k->lang, span_of(&tbs), CERT_TBS, &rv, &e) :
	    cert_view(k->lang, span_of(&tbs), CERT_TBS, &rv, &e);
	if (ret == -1) {
		view_refuse(v, &e);
	} else {
		view_table(v, view_fill(v, "review.field", NULL), 24,
		    view_fill(v, "review.value", NULL), 34,
		    view_fill(v, "review.critical", NULL), 8,
		    view_fill(v, "review.from", NULL), 0, NULL);
		for (size_t i = 0; i < rv.n; i++)
			view_row(v, rv.row[i].label != NULL ?
			    view_fill(v, rv.row[i].label, NULL) :
			    view_str(v, rv.row[i].name),
			    view_str(v, rv.row[i].value),
			    rv.row[i].critical ? view_fill(v, "review.yes",
			    NULL) : "", view_fill(v,
			    review_from_label(rv.row[i].from), NULL), NULL);
		view_label(v, 8, view_fill(v, "review.rules", NULL),
		    view_fill(v, "review.rules-text", "rules",
		    view_fmt(v, "%lld", (long long)it->rules), "warned",
		    view_fmt(v, "%lld", (long long)it->warned), NULL));
		sha256(sha, tbs.data, tbs.len);
		view_words(v, WORDS_SHORT, sha, true);
	}
	review_free(&rv);
	buf_free(&tbs);
}

static const char *
deed_text(struct view *v, const struct item *it)
{
	switch (it->kind) {
	case ITEM_TOKEN:
		return view_fill(v, "deed.token", "item", it->id, NULL);
	case ITEM_KEY:
		return view_fill(v, "deed.key", "item", it->id, NULL);
	case ITEM_CERT:
		return view_fill(v, "deed.cert", "item", it->id, NULL);
	case ITEM_CRL:
		return view_fill(v, "deed.crl", "item", it->id, NULL);
	case ITEM_DEACTIVATE:
		break;
	}
	return view_fill(v, "deed.deactivate", "item", it->id, NULL);
}

static enum key_id
deed_key(const struct item *it)
{
	switch (it->kind) {
	case ITEM_TOKEN:
		return KID_SETUP;
	case ITEM_KEY:
		return KID_MAKE;
	case ITEM_CERT:
	case ITEM_CRL:
		return KID_SIGN;
	case ITEM_DEACTIVATE:
		break;
	}
	return KID_DEACTIVATE;
}

static void
consent_rows(struct console *k, struct view *v, const struct run *r)
{
	view_people(v);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];
		bool ca = (p->roles & ROLE_CA_ADMINISTRATOR) != 0;
		bool done = strcmp(r->witness, p->id) == 0;

		if (!ca && (p->roles & ROLE_OPERATIONS_MANAGER) == 0)
			continue;
		for (size_t q = 0; q < r->consents; q++)
			done |= strcmp(r->consent[q], p->id) == 0;
		view_person(v, p->code, p->name, done ? MARK_DONE :
		    visit_person(k) == p ? MARK_NOW : MARK_OPEN,
		    view_fill(v, ca ? "consent.ca" : "consent.om", NULL),
		    p->stick);
	}
}

/* S-15 page by page, then S-09's rows: nobody consents before the last. */
void
do_consent(struct console *k, const struct next *n)
{
	const struct run *r = n->run;
	struct view *v = ui_view(k, "consent.head");
	const struct person *p = visit_person(k);
	struct key key;
	char num[16];

	if (p != NULL)
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
	v->act_now = view_fill(v, "consent.do", NULL);
	for (size_t i = 0; i < r->n; i++) {
		const struct item *it = &k->c->item[r->item[i]];

		if ((it->kind != ITEM_CERT && it->kind != ITEM_CRL) ||
		    it->state == ITEM_DONE)
			continue;
		view_label(v, 8, it->id, deed_text(v, it));
		review_item(k, v, it);
		view_break(v);
	}
	view_deeds(v);
	for (size_t i = 0; i < r->n; i++) {
		const struct item *it = &k->c->item[r->item[i]];

		snprintf(num, sizeof(num), "%zu", i + 1);
		view_deed(v, it->state == ITEM_DONE ? MARK_DONE : MARK_OPEN,
		    view_str(v, num), deed_text(v, it), "", NULL);
	}
	consent_rows(k, v, r);
	v->then = view_fill(v, k->seen_all ? "consent.then" : "review.more",
	    NULL);
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_MOVE, NULL);
	step_keys(v);
	if (ui_wait(k, v, KX_STEP | KX_REVIEW | KX_LIST, &key) != UI_KEY)
		return;
	if (key.name == PRESS_DOWN || key.name == PRESS_UP)
		k->chosen++;
}

void
do_activate(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_TOKEN_ACTIVATE };
	struct json *j = json_new_obj();
	struct msg a;
	struct err e;

	json_set_str(j, "token", n->run->token);
	if (ask(k, PARTY_HSM, MSG_ACTIVATE, j, NULL, 0, &a, &e) == 0) {
		msg_fini(&a);
		cmd.d = json_new_obj();
		json_set_int(cmd.d, "run", n->run->no);
		json_set_str(cmd.d, "token", n->run->token);
		if (commit(k, &cmd, &e) == 0) {
			ui_result(k, "told.active", "token", n->run->token,
			    NULL);
			return;
		}
	}
	ui_refuse(k, &e);
	/* Nothing but another look helps here: wait for a key. */
	{
		struct view *v = ui_view(k, "activate.head");
		struct key key;

		v->then = view_fill(v, "activate.then", NULL);
		view_key(v, KID_ENTER, NULL);
		step_keys(v);
		(void)ui_wait(k, v, KX_STEP, &key);
		ui_clear(k);
	}
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

/* S-17: one press, one deed. */
void
do_deed(struct console *k, const struct next *n)
{
	const struct run *r = n->run;
	struct view *v = ui_view(k, "deed.head");
	uint32_t letter = keys_deed(deed_key(n->item));
	static const struct item *deed_of;
	int64_t ready;
	struct key key;
	struct err e;
	char let[2] = { (char)letter, '\0' };

	heads(k, v, &n->step);
	v->act_now = view_fill(v, "deed.do", "key", let, NULL);
	view_deeds(v);
	for (size_t i = 0; i < r->n; i++) {
		const struct item *it = &k->c->item[r->item[i]];
		char l[2] = { (char)keys_deed(deed_key(it)), '\0' };
		char t[64] = "", num[16];

		if (it->done_t != 0)
			time_text(k, it->done_t, t, sizeof(t));
		snprintf(num, sizeof(num), "%zu", i + 1);
		view_deed(v, it->state == ITEM_DONE ? MARK_DONE :
		    it == n->item ? MARK_NOW : MARK_OPEN, view_str(v, num),
		    deed_text(v, it), view_str(v, l), it->state == ITEM_DONE ?
		    view_str(v, t[0] != '\0' ? t + 11 : t) : NULL);
	}
	view_say(v, view_fill(v, "deed.say", "what", deed_text(v, n->item),
	    NULL));
	v->then = view_fill(v, "deed.then", "key", let, NULL);
	if (k->gate.letter != letter || k->gate.spent || deed_of != n->item) {
		deed_show(&k->gate, letter, ui_now_ms());
		deed_of = n->item;
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

void
do_outcome(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_TOKEN_DEACTIVATE_END };
	const struct item *it = n->item;
	struct json *j = json_new_obj();
	struct err e, e2;
	struct msg a;
	char id[NAME_LEN];
	int ret;

	snprintf(id, sizeof(id), "%s", it->id);
	json_set_str(j, "item", it->id);
	ret = ask(k, PARTY_HSM, MSG_DO, j, NULL, 0, &a, &e);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_int(cmd.d, "run", n->run->no);
	if (ret == 0) {
		ret = outcome(k, it, &a, &cmd, &e);
		msg_fini(&a);
		if (ret == 0)
			ret = commit(k, &cmd, &e);
		if (ret == 0)
			ret = log_checkpoint(k, &e);
		if (ret == 0) {
			ui_result(k, "told.deed", "item", id, NULL);
			return;
		}
	} else {
		static const enum event_type ENDS[] = {
			[ITEM_TOKEN] = EV_TOKEN_INIT_END,
			[ITEM_KEY] = EV_KEY_GEN_END,
			[ITEM_CERT] = EV_CERT_SIGN_END,
			[ITEM_CRL] = EV_CRL_SIGN_END,
			[ITEM_DEACTIVATE] = EV_TOKEN_DEACTIVATE_END,
		};

		cmd.event = ENDS[it->kind];
		cmd.rc = RC_FAIL;
		(void)commit(k, &cmd, &e2);
	}
	json_free(cmd.d);
	ui_refuse(k, &e);
	{
		struct view *v = ui_view(k, "deed.failed");
		struct key key;

		v->then = view_fill(v, "activate.then", NULL);
		view_key(v, KID_ENTER, NULL);
		step_keys(v);
		(void)ui_wait(k, v, KX_STEP, &key);
	}
}

static bool
doubt_resolved(struct console *k, const struct item *it)
{
	struct command cmd = { .event = EV_DOUBT_RESOLVED };
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct err e;
	char id[NAME_LEN];

	snprintf(id, sizeof(id), "%s", it->id);
	ceremony_doubt_record(k->c, it, k->way, &b);
	sha256(sha, b.data, b.len);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_hex(cmd.d, "record", sha, SHA256_LEN);
	json_set_str(cmd.d, "way", k->way);
	attach(&cmd, "record", "json", sha, b.len);
	buf_free(&b);
	if (commit(k, &cmd, &e) == -1)
		return false;
	ui_result(k, "told.doubt", "item", id, NULL);
	k->way = NULL;
	return true;
}

/* For a token or a key a look decides. */
static const char *
look_way(struct console *k, const struct item *it)
{
	struct json *j = json_new_obj();
	struct msg a;
	struct err e;
	const char *way;

	json_set_str(j, "item", it->id);
	if (it->kind == ITEM_DEACTIVATE) {
		json_free(j);
		return "none";
	}
	if (ask(k, PARTY_HSM, MSG_LOOK, j, NULL, 0, &a, &e) == -1)
		return NULL;
	way = json_get_int(a.json, "found", 0) == 1 ? "found" : "none";
	msg_fini(&a);
	return way;
}

/* S-22 */
void
do_doubt(struct console *k, const struct next *n)
{
	const struct item *it = n->item;
	bool sign = it->kind == ITEM_CERT || it->kind == ITEM_CRL;
	const struct person *p;
	struct view *v;
	struct key key;
	struct err e;

	if (!sign && k->way == NULL)
		k->way = look_way(k, it);
	if (k->way != NULL && doubt_resolved(k, it))
		return;
	v = ui_view(k, "doubt.head");
	err_set(&e, ERR_REFUSED, "doubt.open", "item", it->id, "done",
	    text_get(k->lang, sign ? "doubt.signed" : "doubt.made"), NULL);
	if (k->refusal.id[0] == '\0')
		view_refuse(v, &e);
	if (sign) {
		view_ways(v, view_fill(v, "ways.head", NULL));
		view_way(v, "a", view_fill(v, "doubt.way-a", NULL));
		view_way(v, "g", view_fill(v, "doubt.way-g", "serial",
		    it->serial, NULL));
		view_words(v, WORDS_SHORT, it->tbs, true);
		view_key(v, KID_WAY_A, NULL);
		view_key(v, KID_WAY_G, NULL);
	} else if (k->way != NULL) {
		view_para(v, view_fill(v, strcmp(k->way, "found") == 0 ?
		    "doubt.found" : "doubt.none", "item", it->id, NULL));
	}
	if (k->way != NULL)
		view_para(v, view_fill(v, "doubt.chosen", "way", k->way,
		    NULL));
	view_people(v);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *q = &k->c->person[i];
		bool done = false;

		if ((q->roles & (ROLE_CA_ADMINISTRATOR |
		    ROLE_OPERATIONS_MANAGER)) == 0)
			continue;
		for (size_t x = 0; x < k->c->resolves; x++)
			done |= strcmp(k->c->resolve[x].person, q->id) == 0;
		view_person(v, q->code, q->name, done ? MARK_DONE :
		    MARK_OPEN, "", q->stick);
	}
	p = visit_person(k);
	if (p != NULL)
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
	v->then = view_fill(v, "doubt.then", NULL);
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_WAYS | KX_LIST, &key) != UI_KEY)
		return;
	if (sign && key.cp == 'a')
		k->way = "again";
	if (sign && key.cp == 'g')
		k->way = "give-up";
	if (key.name == PRESS_DOWN || key.name == PRESS_UP)
		k->chosen++;
}
