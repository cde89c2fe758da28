/* SPDX-License-Identifier: MIT */
/*
 * Folding runs: shares dealt and opened, the record of a list of operations,
 * consents and witness, activation, and the ways out of a doubt.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/state/fold.h"

static int
take_holders(const struct ceremony *c, const struct entry *en,
    struct share_set *set, struct err *e)
{
	const struct json *holders = json_get(en->d, "holders");
	const struct json *commits = json_get(en->d, "commits");

	for (int i = 0; i < set->n; i++) {
		const char *h = json_str(json_at(holders, (size_t)i));
		const char *k = json_str(json_at(commits, (size_t)i));
		const struct person *p = h != NULL ?
		    ceremony_person(c, h) : NULL;
		struct json *one;
		int bad;

		if (p == NULL || k == NULL ||
		    (p->roles & ROLE_CA_ADMINISTRATOR) == 0 ||
		    share_set_x(set, h) != 0)
			return fold_refuse(e, en, "holders");
		one = json_new_obj();
		json_set_str(one, "k", k);
		bad = json_get_hex(one, "k", set->commit[i], SHA256_LEN);
		json_free(one);
		if (bad != 0)
			return fold_refuse(e, en, "commits");
		copy_str(set->holder[i], NAME_LEN, h);
	}
	return 0;
}

int
fold_token_deal(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct token *t = ceremony_token(c, d_str(en, "token"));
	const struct json *plan;
	struct share_set set;
	int64_t m = d_int(en, "m"), n = d_int(en, "n");
	bool user = strcmp(d_str(en, "purpose"), "user-pin") == 0;

	if (t == NULL || t->state == TOKEN_READY || !ceremony_step_runs(c, t->id) ||
	    !c->roster_sealed || !c->approved || ceremony_run(c) != NULL)
		return fold_refuse(e, en, "token");
	if (!user && strcmp(d_str(en, "purpose"), "so-pin") != 0)
		return fold_refuse(e, en, "purpose");
	if (m < 2)
		return err_set(e, ERR_REFUSED, "role.m-one", NULL);
	plan = ceremony_plan_item(c, t->id, NULL);
	if (n < m || n > SET_MAX || n != json_get_int(plan, "of", -1) ||
	    m != json_get_int(plan, user ? "quorum" : "so_quorum",
	    json_get_int(plan, "quorum", -1)))
		return fold_refuse(e, en, "quorum");
	if (m < ceremony_ca_quorum(c))
		return err_set(e, ERR_REFUSED, "files.quorum-below", "item",
		    t->id, NULL);
	if (ceremony_set_by_id(c, d_str(en, "set")) != NULL)
		return fold_refuse(e, en, "set");
	memset(&set, 0, sizeof(set));
	set.m = (int)m;
	set.n = (int)n;
	if (json_count(json_get(en->d, "holders")) != (size_t)n ||
	    json_count(json_get(en->d, "commits")) != (size_t)n)
		return fold_refuse(e, en, "holders");
	if (take_holders(c, en, &set, e) == -1)
		return -1;
	if (w == NULL)
		return 0;
	copy_str(set.id, sizeof(set.id), d_str(en, "set"));
	copy_str(set.token, sizeof(set.token), t->id);
	copy_str(set.purpose, sizeof(set.purpose), d_str(en, "purpose"));
	d_sha(en, "secret", set.secret);
	copy_str(set.epoch, sizeof(set.epoch), w->epoch);
	w->set = xreallocarray(w->set, w->sets + 1, sizeof(*w->set));
	w->set[w->sets++] = set;
	token_of(w, t->id)->state = TOKEN_DEALT;
	return 0;
}

int
fold_share_open(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct share_set *set = ceremony_set_by_id(c, d_str(en, "set"));
	int x = set != NULL ? share_set_x(set, d_str(en, "person")) : 0;

	if (x == 0 || x != d_int(en, "x"))
		return fold_refuse(e, en, "share");
	if (w != NULL)
		set_of(w, set->id)->opened[x - 1] = true;
	return 0;
}

/* Every holder has opened the newest set of this purpose. */
static bool
all_opened(const struct ceremony *c, const char *token, const char *purpose)
{
	const struct share_set *set = ceremony_set(c, token, purpose);

	if (set == NULL)
		return false;
	for (int i = 0; i < set->n; i++)
		if (!set->opened[i])
			return false;
	return true;
}

/* One element of the operation record against the state. */
static int
check_record_item(const struct ceremony *c, const struct entry *en,
    const struct json *j, const char *token, struct err *e)
{
	const char *id = json_get_str(j, "item");
	const char *kind = json_get_str(j, "kind");
	const struct item *it = id != NULL ? ceremony_item(c, id) : NULL;
	uint8_t tbs[SHA256_LEN], key[SHA256_LEN];

	if (id == NULL || kind == NULL)
		return fold_refuse(e, en, "record");
	if (strcmp(kind, "deactivate") == 0)
		return strcmp(id, token) == 0 ? 0 :
		    fold_refuse(e, en, "record");
	if (it == NULL || strcmp(kind, item_kind_name(it->kind)) != 0 ||
	    strcmp(it->token, token) != 0 || !ceremony_step_runs(c, id))
		return fold_refuse(e, en, "record");
	switch (it->kind) {
	case ITEM_TOKEN:
		if (it->state == ITEM_DONE || !all_opened(c, id,
		    "user-pin") || !all_opened(c, id, "so-pin"))
			return fold_refuse(e, en, "shares");
		return 0;
	case ITEM_KEY:
		if (it->state == ITEM_DONE ||
		    json_get_str(j, "cka_id") == NULL)
			return fold_refuse(e, en, "key");
		return 0;
	case ITEM_CERT:
	case ITEM_CRL:
		if (it->state == ITEM_DONE || !it->has_tbs ||
		    it->refused != 0 ||
		    json_get_hex(j, "tbs", tbs, SHA256_LEN) == -1 ||
		    memcmp(tbs, it->tbs, SHA256_LEN) != 0 ||
		    json_get_hex(j, "key", key, SHA256_LEN) == -1 ||
		    memcmp(key, it->key_sha, SHA256_LEN) != 0)
			return fold_refuse(e, en, "tbs");
		return 0;
	case ITEM_DEACTIVATE:
		break;
	}
	return fold_refuse(e, en, "record");
}

static int
load_record(const struct ceremony *c, const struct entry *en,
    struct json **out, struct err *e)
{
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	int ret = -1;

	if (fold_object(c, en, "record", &b, e) == -1)
		goto out;
	d_sha(en, "record", want);
	sha256(got, b.data, b.len);
	if (memcmp(want, got, SHA256_LEN) != 0)
		fold_refuse(e, en, "record");
	else
		ret = json_parse(buf_cstr(&b), b.len, JSON_DEPTH, out, e);
out:
	buf_free(&b);
	return ret;
}

static int
check_record(const struct ceremony *c, const struct entry *en,
    const struct json *rec, struct err *e)
{
	const struct json *items = json_get(rec, "items");
	const struct json *ids = json_get(en->d, "items");
	const char *token = d_str(en, "token"), *last;
	const char *origin = json_get_str(rec, "origin");
	size_t n = json_count(items);

	if (origin == NULL || strcmp(origin, c->origin) != 0 ||
	    json_get_int(rec, "run", -1) != (int64_t)c->runs ||
	    n == 0 || n > RUN_ITEMS || n != json_count(ids) ||
	    json_get_str(rec, "token") == NULL ||
	    strcmp(json_get_str(rec, "token"), token) != 0)
		return fold_refuse(e, en, "record");
	for (size_t i = 0; i < n; i++) {
		const struct json *j = json_at(items, i);

		if (!json_equal(json_get(j, "item"), json_at(ids, i)))
			return fold_refuse(e, en, "items");
		if (check_record_item(c, en, j, token, e) == -1)
			return -1;
	}
	last = json_get_str(json_at(items, n - 1), "kind");
	if (strcmp(last, "deactivate") != 0 &&
	    strcmp(last, "token-init") != 0)
		return fold_refuse(e, en, "no-deactivation");
	return 0;
}

/* The index of the item of a record; a deactivation is made here. */
static size_t
run_item(struct ceremony *w, const struct json *j)
{
	const char *id = json_get_str(j, "item");
	struct item *it;

	if (strcmp(json_get_str(j, "kind"), "deactivate") != 0) {
		it = item_of(w, id);
		if (it->kind == ITEM_KEY) {
			copy_str(it->cka_id, sizeof(it->cka_id),
			    json_get_str(j, "cka_id"));
			it->state = ITEM_PREPARED;
		} else if (it->kind == ITEM_TOKEN) {
			it->state = ITEM_PREPARED;
		}
		return (size_t)(it - w->item);
	}
	w->item = xreallocarray(w->item, w->items + 1, sizeof(*w->item));
	it = &w->item[w->items++];
	memset(it, 0, sizeof(*it));
	copy_str(it->id, sizeof(it->id), id);
	copy_str(it->token, sizeof(it->token), id);
	it->kind = ITEM_DEACTIVATE;
	it->state = ITEM_PREPARED;
	return w->items - 1;
}

int
fold_run_prepared(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct json *rec = NULL;
	struct run *r;
	int ret = -1;

	if (ceremony_run(c) != NULL || !c->approved || !c->roster_sealed ||
	    d_int(en, "run") != (int64_t)c->runs || c->now >= c->steps ||
	    strcmp(ceremony_step_no(c, c->now), d_str(en, "step")) != 0)
		return fold_refuse(e, en, "run");
	if (load_record(c, en, &rec, e) == -1)
		return -1;
	if (check_record(c, en, rec, e) == -1)
		goto out;
	ret = 0;
	if (w == NULL)
		goto out;
	w->run = xreallocarray(w->run, w->runs + 1, sizeof(*w->run));
	r = &w->run[w->runs];
	memset(r, 0, sizeof(*r));
	r->no = (int)w->runs;
	copy_str(r->step, sizeof(r->step), d_str(en, "step"));
	copy_str(r->token, sizeof(r->token), d_str(en, "token"));
	d_sha(en, "record", r->record);
	for (size_t i = 0; i < json_count(json_get(rec, "items")); i++) {
		r->item[r->n] =
		    run_item(w, json_at(json_get(rec, "items"), i));
		w->item[r->item[r->n++]].run = r->no;
	}
	r->open = true;
	w->runs++;
out:
	json_free(rec);
	return ret;
}

int
fold_run_dropped(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct run *r = ceremony_run(c);

	if (r == NULL || r->no != d_int(en, "run") || r->activated)
		return fold_refuse(e, en, "run");
	for (size_t i = 0; i < r->n; i++)
		if (c->item[r->item[i]].state == ITEM_BEGUN)
			return fold_refuse(e, en, "begun");
	if (w == NULL)
		return 0;
	run_of(w)->open = false;
	clear_consents(w);
	return 0;
}

/* A statement over the record of the open run. */
static int
over_record(const struct ceremony *c, const struct entry *en,
    const struct person **p, struct err *e)
{
	const struct run *r = ceremony_run(c);
	unsigned role;
	uint8_t doc[SHA256_LEN];

	if (fold_statement(c, en, true, p, &role, doc, e) == -1)
		return -1;
	if (r == NULL || memcmp(doc, r->record, SHA256_LEN) != 0)
		return fold_refuse(e, en, "record");
	return 0;
}

int
fold_consent(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct run *r = ceremony_run(c);
	const struct person *p;

	if (over_record(c, en, &p, e) == -1)
		return -1;
	for (size_t i = 0; i < r->consents; i++)
		if (strcmp(r->consent[i], p->id) == 0) {
			err_set(e, ERR_REFUSED, "role.same-person", "person",
			    p->name, NULL);
			err_arg_int(e, "m", ceremony_quorum(c, r->token));
			return -1;
		}
	if (r->consents == SET_MAX)
		return fold_refuse(e, en, "consents");
	if (w != NULL) {
		struct run *q = run_of(w);

		copy_str(q->consent[q->consents++], NAME_LEN, p->id);
	}
	return 0;
}

int
fold_witness(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct run *r = ceremony_run(c);
	const struct person *p;

	if (over_record(c, en, &p, e) == -1)
		return -1;
	if (r->witness[0] != '\0')
		return fold_refuse(e, en, "witness");
	if (w != NULL)
		copy_str(run_of(w)->witness, NAME_LEN, p->id);
	return 0;
}

int
fold_token_activate(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct run *r = ceremony_run(c);
	const struct token *t = ceremony_token(c, d_str(en, "token"));

	if (r == NULL || r->no != d_int(en, "run") || t == NULL ||
	    strcmp(t->id, r->token) != 0 || t->state != TOKEN_READY ||
	    t->active || !run_authorised(c, r))
		return fold_refuse(e, en, "activation");
	if (!ceremony_module_listed(c))
		return err_set(e, ERR_REFUSED, "hsm.not-listed", NULL);
	if (w != NULL) {
		token_of(w, t->id)->active = true;
		run_of(w)->activated = true;
	}
	return 0;
}

int
fold_token_idle(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct token *t = ceremony_token(c, d_str(en, "token"));
	const struct run *r = ceremony_run(c);

	/* Shares that waited for the last consent are gone as well. */
	if (t == NULL || (!t->active && (r == NULL || r->consents == 0 ||
	    strcmp(r->token, t->id) != 0)))
		return fold_refuse(e, en, "inactive");
	if (w != NULL)
		end_activation(w, t->id);
	return 0;
}

static void
begin(struct ceremony *w, const struct item *it)
{
	struct item *q = &w->item[it - w->item];

	q->state = ITEM_BEGUN;
	copy_str(q->begun_epoch, sizeof(q->begun_epoch), w->epoch);
}

int
fold_token_init_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it;

	if (fold_deed(c, en, ITEM_TOKEN, &it, e) == -1)
		return -1;
	if (!ceremony_module_listed(c))
		return err_set(e, ERR_REFUSED, "hsm.not-listed", NULL);
	if (w != NULL)
		begin(w, it);
	return 0;
}

int
fold_token_init_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it;
	struct token *t;

	if (fold_outcome(c, en, ITEM_TOKEN, &it, e) == -1)
		return -1;
	if (w == NULL)
		return 0;
	if (en->rc != RC_OK) {
		fold_failed(w, it);
		return 0;
	}
	w->item[it - c->item].state = ITEM_DONE;
	w->item[it - c->item].done_t = en->t;
	t = token_of(w, it->id);
	t->state = TOKEN_READY;
	copy_str(t->serial, sizeof(t->serial), d_str(en, "serial"));
	copy_str(t->manufacturer, sizeof(t->manufacturer),
	    d_str(en, "manufacturer"));
	copy_str(t->model, sizeof(t->model), d_str(en, "model"));
	t->bits = d_int(en, "bits");
	t->has_store = d_has(en, "store");
	d_sha(en, "store", t->store);
	for (size_t i = w->sets; i-- > 0;)
		if (strcmp(w->set[i].token, t->id) == 0)
			w->set[i].in_force = &w->set[i] ==
			    ceremony_set(w, t->id, w->set[i].purpose);
	clear_consents(w);
	close_run(w);
	return 0;
}

int
fold_deactivate_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it;

	if (fold_deed(c, en, ITEM_DEACTIVATE, &it, e) == -1)
		return -1;
	if (w != NULL)
		begin(w, it);
	return 0;
}

int
fold_deactivate_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it;

	if (fold_outcome(c, en, ITEM_DEACTIVATE, &it, e) == -1)
		return -1;
	if (en->rc != RC_OK)
		return fold_refuse(e, en, "rc");
	if (w == NULL)
		return 0;
	w->item[it - c->item].state = ITEM_DONE;
	w->item[it - c->item].done_t = en->t;
	end_activation(w, it->id);
	close_run(w);
	return 0;
}
