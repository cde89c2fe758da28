/* SPDX-License-Identifier: MIT */
/* Questions to the state.  Invariant: nothing here changes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/files/script.h"
#include "ceremony/state/fold.h"

const struct person *
ceremony_person(const struct ceremony *c, const char *id)
{
	for (size_t i = 0; i < c->persons; i++)
		if (strcmp(c->person[i].id, id) == 0)
			return &c->person[i];
	return NULL;
}

const struct person *
ceremony_code(const struct ceremony *c, const char *code)
{
	for (size_t i = 0; i < c->persons; i++)
		if (strcmp(c->person[i].code, code) == 0)
			return &c->person[i];
	return NULL;
}

const struct token *
ceremony_token(const struct ceremony *c, const char *id)
{
	for (size_t i = 0; i < c->tokens; i++)
		if (strcmp(c->token[i].id, id) == 0)
			return &c->token[i];
	return NULL;
}

const struct item *
ceremony_item(const struct ceremony *c, const char *id)
{
	for (size_t i = 0; i < c->items; i++)
		if (strcmp(c->item[i].id, id) == 0 &&
		    c->item[i].kind != ITEM_DEACTIVATE)
			return &c->item[i];
	return NULL;
}

const struct run *
ceremony_run(const struct ceremony *c)
{
	if (c->runs == 0 || !c->run[c->runs - 1].open)
		return NULL;
	return &c->run[c->runs - 1];
}

const struct share_set *
ceremony_set_by_id(const struct ceremony *c, const char *id)
{
	for (size_t i = 0; i < c->sets; i++)
		if (strcmp(c->set[i].id, id) == 0)
			return &c->set[i];
	return NULL;
}

const struct share_set *
ceremony_set(const struct ceremony *c, const char *token, const char *purpose)
{
	const struct share_set *last = NULL;

	for (size_t i = 0; i < c->sets; i++) {
		if (strcmp(c->set[i].token, token) != 0 ||
		    strcmp(c->set[i].purpose, purpose) != 0)
			continue;
		if (c->set[i].in_force)
			return &c->set[i];
		last = &c->set[i];
	}
	return last;
}

int
share_set_x(const struct share_set *set, const char *person)
{
	for (int i = 0; i < set->n; i++)
		if (strcmp(set->holder[i], person) == 0)
			return i + 1;
	return 0;
}

struct person *
person_of(struct ceremony *w, const char *id)
{
	const struct person *p = ceremony_person(w, id);

	return p != NULL ? &w->person[p - w->person] : NULL;
}

struct token *
token_of(struct ceremony *w, const char *id)
{
	const struct token *t = ceremony_token(w, id);

	return t != NULL ? &w->token[t - w->token] : NULL;
}

struct item *
item_of(struct ceremony *w, const char *id)
{
	const struct item *it = ceremony_item(w, id);

	return it != NULL ? &w->item[it - w->item] : NULL;
}

struct run *
run_of(struct ceremony *w)
{
	return ceremony_run(w) != NULL ? &w->run[w->runs - 1] : NULL;
}

struct share_set *
set_of(struct ceremony *w, const char *id)
{
	const struct share_set *s = ceremony_set_by_id(w, id);

	return s != NULL ? &w->set[s - w->set] : NULL;
}

size_t
ceremony_in(const struct ceremony *c, unsigned roles)
{
	size_t n = 0;

	for (size_t i = 0; i < c->persons; i++)
		if (c->person[i].in && (c->person[i].role_in & roles) != 0)
			n++;
	return n;
}

int
ceremony_quorum(const struct ceremony *c, const char *token)
{
	const struct share_set *set = ceremony_set(c, token, "user-pin");
	const struct json *tokens;

	if (set != NULL)
		return set->m;
	tokens = json_get(c->plan, "tokens");
	for (size_t i = 0; i < json_count(tokens); i++) {
		const char *id = json_get_str(json_at(tokens, i), "id");

		if (id != NULL && strcmp(id, token) == 0)
			return (int)json_get_int(json_at(tokens, i),
			    "quorum", 2);
	}
	return 2;
}

bool
ceremony_cosigned(const struct ceremony *c)
{
	size_t ca = 0, om = 0;

	if (c->sitting != SITTING_CLOSING)
		return false;
	for (size_t i = 0; i < c->persons; i++) {
		if (!c->person[i].cosigned)
			continue;
		ca += (c->person[i].role_in & ROLE_CA_ADMINISTRATOR) != 0;
		om += (c->person[i].role_in & ROLE_OPERATIONS_MANAGER) != 0;
	}
	return ca >= (size_t)ceremony_seal_quorum(c) && om >= 1;
}

int
ceremony_seal_quorum(const struct ceremony *c)
{
	int m = 2;

	for (size_t i = 0; i < c->sets; i++)
		if (strcmp(c->set[i].purpose, "user-pin") == 0 &&
		    c->set[i].m > m)
			m = c->set[i].m;
	return m;
}

bool
ceremony_exported(const struct ceremony *c)
{
	return c->bundles > 0 && c->bundle_step == c->now && c->copies >=
	    (int)json_get_int(ceremony_step(c, c->now), "copies", 2);
}

bool
run_authorised(const struct ceremony *c, const struct run *r)
{
	int m = ceremony_quorum(c, r->token);

	return m >= 2 && r->consents >= (size_t)m && r->witness[0] != '\0';
}

const struct item *
run_next(const struct ceremony *c, const struct run *r)
{
	bool ending = ceremony_ending(c);

	for (size_t i = 0; i < r->n; i++) {
		const struct item *it = &c->item[r->item[i]];

		/* A ceremony that ends does nothing new but deactivate. */
		if (it->state == ITEM_DONE || (ending &&
		    it->state != ITEM_BEGUN && it->kind != ITEM_DEACTIVATE))
			continue;
		return it;
	}
	return NULL;
}

bool
ceremony_ending(const struct ceremony *c)
{
	for (size_t i = 0; i < c->deviations; i++)
		if (strcmp(c->deviation[i].decision, "end") == 0)
			return true;
	return false;
}

const struct item *
ceremony_doubt(const struct ceremony *c)
{
	for (size_t i = 0; i < c->items; i++)
		if (c->item[i].state == ITEM_BEGUN &&
		    strcmp(c->item[i].begun_epoch, c->epoch) != 0)
			return &c->item[i];
	return NULL;
}

const uint8_t *
ceremony_hash(const struct ceremony *c, int64_t n)
{
	return n >= 0 && n <= c->head.n ? c->hashes[n] : NULL;
}

int64_t
ceremony_crl_number(const struct ceremony *c, const char *issuer)
{
	int64_t last = -1;

	for (size_t i = 0; i < c->items; i++) {
		const struct item *it = &c->item[i];

		if (it->kind != ITEM_CRL || !it->has_tbs ||
		    strcmp(it->issuer, issuer) != 0)
			continue;
		if (strtoll(it->serial, NULL, 10) > last)
			last = strtoll(it->serial, NULL, 10);
	}
	for (size_t i = 0; i < c->burnts; i++) {
		const struct item *it = ceremony_item(c, c->burnt[i].item);

		if (it != NULL && it->kind == ITEM_CRL &&
		    strcmp(it->issuer, issuer) == 0 &&
		    strtoll(c->burnt[i].serial, NULL, 10) > last)
			last = strtoll(c->burnt[i].serial, NULL, 10);
	}
	return last;
}

const char *
item_kind_name(enum item_kind kind)
{
	switch (kind) {
	case ITEM_TOKEN:
		return "token-init";
	case ITEM_KEY:
		return "key-gen";
	case ITEM_CERT:
		return "cert-sign";
	case ITEM_CRL:
		return "crl-sign";
	case ITEM_DEACTIVATE:
		break;
	}
	return "deactivate";
}

const char *
item_section(enum item_kind kind)
{
	static const char *const SECTIONS[] = {
		[ITEM_TOKEN] = "tokens",
		[ITEM_KEY] = "keys",
		[ITEM_CERT] = "certificates",
		[ITEM_CRL] = "crls",
		[ITEM_DEACTIVATE] = NULL,
	};

	return SECTIONS[kind];
}

const struct json *
ceremony_plan_item(const struct ceremony *c, const char *id,
    enum item_kind *kind)
{
	for (int k = ITEM_TOKEN; k < ITEM_DEACTIVATE; k++) {
		const struct json *list =
		    json_get(c->plan, item_section((enum item_kind)k));

		for (size_t i = 0; i < json_count(list); i++) {
			const struct json *j = json_at(list, i);
			const char *have = json_get_str(j, "id");

			if (have == NULL || strcmp(have, id) != 0)
				continue;
			if (kind != NULL)
				*kind = (enum item_kind)k;
			return j;
		}
	}
	return NULL;
}

const struct json *
ceremony_item_plan(const struct ceremony *c, const struct item *it)
{
	const struct json *j = json_at(json_get(c->plan,
	    item_section(it->kind)), it->row);
	const char *id = json_get_str(j, "id");

	return id != NULL && strcmp(id, it->id) == 0 ? j :
	    ceremony_plan_item(c, it->id, NULL);
}

bool
ceremony_step_runs(const struct ceremony *c, const char *item)
{
	const struct json *step = ceremony_step(c, c->now);
	const char *verb = json_get_str(step, "do");

	return verb != NULL && strcmp(verb, "run") == 0 && c->now < c->steps &&
	    c->step[c->now].state == STEP_NOW &&
	    json_list_has(json_get(step, "plan"), item);
}

const struct json *
ceremony_step(const struct ceremony *c, size_t i)
{
	const struct json *acts = json_get(c->script, "acts");

	for (size_t a = 0; a < json_count(acts); a++) {
		const struct json *steps =
		    json_get(json_at(acts, a), "steps");

		if (i < json_count(steps))
			return json_at(steps, i);
		i -= json_count(steps);
	}
	return NULL;
}

const char *
ceremony_step_no(const struct ceremony *c, size_t i)
{
	const char *no = json_get_str(ceremony_step(c, i), "no");

	return no != NULL ? no : "";
}

bool
ceremony_is_lost(const struct ceremony *c, const struct head *h)
{
	for (size_t i = 0; i < c->losts; i++)
		if (c->lost[i].head.n == h->n && memcmp(c->lost[i].head.hash,
		    h->hash, SHA256_LEN) == 0)
			return true;
	return false;
}

bool
ceremony_other_table(const struct ceremony *c)
{
	return c->events != NULL;
}
