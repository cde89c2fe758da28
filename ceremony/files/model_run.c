/* SPDX-License-Identifier: MIT */
/*
 * Deeds in the model of the room: what a run needs, what comes in and goes
 * out, what must be settled at the seal.
 */
#include <string.h>

#include "ceremony/files/model.h"

static bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Kinds whose result is a file that leaves and is archived (CPS 5.5.1). */
static bool
leaves(enum plan_kind kind)
{
	return kind == PLAN_CERTIFICATE || kind == PLAN_CRL ||
	    kind == PLAN_CSR || kind == PLAN_CROSS || kind == PLAN_OCSP;
}

/* The file that an item is made from, or NULL. */
static const struct json *
request_of(const struct model_item *it)
{
	return json_get(it->item.json,
	    it->item.kind == PLAN_CROSS ? "certificate" : "request");
}

/* Needs of every key operation (CPS 5.2.1, 5.2.2, 6.2.2). */
static void
key_needs(struct model *m, const char *token, bool consent)
{
	if (!m->approved)
		model_refuse(
		    m, "", "files.not-approved", SAID_NOTHING, SAID_NOTHING);
	if (!m->roster || m->pending)
		model_refuse(
		    m, "", "files.roster-open", SAID_NOTHING, SAID_NOTHING);
	if (!m->quorum && !is(m->quorum_token, token))
		model_refuse(m, "", "files.no-quorum", SAID("item", token),
		    SAID_NOTHING);
	if (!consent)
		return;
	if (!is(json_get_str(m->step.json, "consent"), "quorum"))
		model_refuse(m, "consent", "files.no-consent", SAID_NOTHING,
		    SAID_NOTHING);
	if (!model_has_role(m, m->step.witness, "operations-manager"))
		model_refuse(m, "witness", "files.no-manager", SAID_NOTHING,
		    SAID_NOTHING);
	model_known(m, "witness", m->step.witness);
}

/* A token lives in an HSM; that must stand on the table. */
static void
check_hsm(struct model *m, const char *token)
{
	const struct json *objects = json_get(m->script, "objects");
	const char *last = NULL;

	for (size_t i = 0; i < json_count(objects); i++) {
		const struct json *o = json_at(objects, i);
		const struct json *tokens = json_get(o, "tokens");

		if (!is(json_get_str(o, "kind"), "hsm") ||
		    (tokens != NULL && !json_list_has(tokens, token)))
			continue;
		if (m->object[i].out)
			return;
		last = m->object[i].code;
	}
	if (last != NULL)
		model_refuse(m, "", "files.not-fetched", SAID("code", last),
		    SAID_NOTHING);
}

/* All pieces of a new set are dealt at once: every holder is in the room. */
static void
check_holders(struct model *m, const struct model_item *it)
{
	int of = (int)json_get_int(it->item.json, "of", 0);
	char need[24];

	if (model_count(m, "ca-administrator") >= of)
		return;
	check_number(need, of);
	model_refuse(m, "plan", "files.too-few",
	    SAID("role", "ca-administrator"), SAID("need", need));
}

/* What must exist before this item is made. */
static void
check_ready(struct model *m, const struct model_item *it)
{
	const char *issuer = json_get_str(it->item.json, "issuer");
	const char *key = plan_item_key(m->plan, &it->item);
	const char *token = plan_item_token(m->plan, &it->item);
	const struct model_item *need;

	if (it->item.kind == PLAN_TOKEN) {
		check_holders(m, it);
		return;
	}
	need = token != NULL ? model_item(m, token) : NULL;
	if (need != NULL && !need->made)
		model_refuse(m, "plan", "files.token-not-set-up",
		    SAID("item", token), SAID_NOTHING);
	if (it->item.kind == PLAN_KEY)
		return;
	need = key != NULL ? model_item(m, key) : NULL;
	if (need != NULL && need->run == m->step.index + 1)
		model_refuse(m, "plan", "files.same-run", SAID("item", key),
		    SAID("other", it->item.id));
	else if (need != NULL && !need->made)
		model_refuse(m, "plan", "files.not-made", SAID("item", key),
		    SAID_NOTHING);
	if (need != NULL && need->gone)
		model_refuse(m, "plan", "files.destroyed", SAID("item", key),
		    SAID_NOTHING);
	need = issuer != NULL ? model_item(m, issuer) : NULL;
	if (need != NULL && (!need->made || need->run == m->step.index + 1))
		model_refuse(m, "plan", "files.issuer-first",
		    SAID("item", issuer), SAID("other", it->item.id));
	if (request_of(it) != NULL && !it->brought)
		model_refuse(m, "plan", "files.request-first",
		    SAID("item", it->item.id), SAID_NOTHING);
}

static void
unknown_item(struct model *m, const char *id)
{
	model_refuse(
	    m, "plan", "files.unknown-item", SAID("item", id), SAID_NOTHING);
}

static void
run_item(struct model *m, struct model_item *it, const char **token)
{
	const char *own = plan_item_token(m->plan, &it->item);

	if (it->made || it->run != 0) {
		model_refuse(m, "plan", "files.done-twice",
		    SAID("item", it->item.id), SAID_NOTHING);
		return;
	}
	if (*token == NULL)
		*token = own;
	else if (own != NULL && strcmp(*token, own) != 0)
		model_refuse(m, "plan", "files.two-tokens",
		    SAID("item", *token), SAID("other", own));
	check_ready(m, it);
	it->run = m->step.index + 1;
	if (it->item.kind == PLAN_DESTROY) {
		const char *key = plan_item_key(m->plan, &it->item);
		struct model_item *k = key != NULL ? model_item(m, key) : NULL;

		if (k != NULL)
			k->gone = true;
	}
}

void
model_run(struct model *m)
{
	const struct json *list = m->step.plan;
	const char *token = NULL;
	bool set_up = false, other = false;

	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		struct model_item *it = model_item(m, id);

		if (it == NULL) {
			unknown_item(m, id);
			continue;
		}
		run_item(m, it, &token);
		set_up |= it->item.kind == PLAN_TOKEN;
		other |= it->item.kind != PLAN_TOKEN;
	}
	if (set_up && other)
		model_refuse(m, "plan", "files.set-up-alone",
		    SAID("item", token), SAID_NOTHING);
	for (size_t i = 0; i < m->items; i++)
		m->item[i].made |= m->item[i].run == m->step.index + 1;
	key_needs(m, token, true);
	if (token != NULL)
		check_hsm(m, token);
	/* A list ends with the deactivation of its token. */
	m->active = NULL;
}

void
model_deactivate(struct model *m)
{
	const char *token = json_get_str(m->step.json, "token");
	const struct model_item *t = model_item(m, token);

	if (t == NULL || t->item.kind != PLAN_TOKEN) {
		model_refuse(m, "token", "files.unknown-token",
		    SAID("item", m->step.no), SAID("found", token));
		return;
	}
	key_needs(m, token, false);
	if (!is(m->active, token))
		model_warn(m, "token", "files.warn-inactive",
		    SAID("item", token), SAID_NOTHING);
	m->active = NULL;
}

void
model_readback(struct model *m)
{
	const char *id = json_get_str(m->step.json, "of");
	const struct model_item *it = model_item(m, id);

	if (it == NULL)
		model_refuse(m, "of", "files.unknown-item", SAID("item", id),
		    SAID_NOTHING);
	else if (!it->made)
		model_refuse(
		    m, "of", "files.not-made", SAID("item", id), SAID_NOTHING);
}

void
model_import(struct model *m)
{
	const struct json *list = m->step.plan;

	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		struct model_item *it = model_item(m, id);

		if (it == NULL) {
			unknown_item(m, id);
			continue;
		}
		if (request_of(it) == NULL)
			model_refuse(m, "plan", "files.no-request",
			    SAID("item", id), SAID_NOTHING);
		it->brought = true;
		if (json_get(request_of(it), "sha256") == NULL)
			model_warn(m, "plan", "files.warn-request",
			    SAID("item", id), SAID_NOTHING);
	}
	if (!model_has_role(m, m->step.by, "ra-officer"))
		model_refuse(
		    m, "by", "files.no-officer", SAID_NOTHING, SAID_NOTHING);
}

void
model_export(struct model *m)
{
	const struct json *list = m->step.plan;
	int copies = m->step.verb == VERB_EXPORT
	    ? (int)json_get_int(m->step.json, "copies", 2)
	    : 0;

	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		struct model_item *it = model_item(m, id);

		if (it == NULL) {
			unknown_item(m, id);
			continue;
		}
		if (!leaves(it->item.kind))
			model_refuse(m, "plan", "files.stays", SAID("item", id),
			    SAID_NOTHING);
		else if (!it->made)
			model_refuse(m, "plan", "files.not-made",
			    SAID("item", id), SAID_NOTHING);
		it->copies += copies;
	}
}

/* What the plan makes is done, and copied if it leaves. */
static void
settle_item(struct model *m, const struct model_item *it)
{
	const char *list = plan_kind_list(it->item.kind);
	const struct json *items = json_get(m->plan, list);
	char path[CHECK_PATH];
	struct place at = { FILES_PLAN, path, "" };
	size_t i = 0;

	if (it->item.expected)
		return;
	while (i < json_count(items) && json_at(items, i) != it->item.json)
		i++;
	check_path(path, list, i, "");
	if (it->run == 0)
		check_refuse(m->c, &at, "files.never-done",
		    SAID("item", it->item.id), SAID_NOTHING);
	else if (leaves(it->item.kind) && it->copies < 2)
		check_refuse(m->c, &at, "files.no-copy",
		    SAID("item", it->item.id), SAID_NOTHING);
}

void
model_seal(struct model *m)
{
	if (m->active != NULL)
		model_refuse(m, "", "files.token-active",
		    SAID("item", m->active), SAID_NOTHING);
	if (m->pending || !m->roster)
		model_refuse(
		    m, "", "files.roster-open", SAID_NOTHING, SAID_NOTHING);
	for (size_t i = 0; i < m->objects; i++)
		if (m->object[i].out)
			model_refuse(m, "", "files.not-put-away",
			    SAID("code", m->object[i].code), SAID_NOTHING);
	for (size_t i = 0; i < m->items; i++)
		settle_item(m, &m->item[i]);
}
