/* SPDX-License-Identifier: MIT */
/*
 * Walks a script through the model of the room.  Invariant: facts change
 * only in the step that says so, also when the step was refused, so that
 * one mistake gives one finding and not a dozen.
 */
#include "ceremony/files/model.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"

#define SITTING_MINUTES 90 /* without a break */

void
model_refuse(struct model *m, const char *key, const char *id, struct said a,
    struct said b)
{
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, m->step.no };

	check_step_path(path, &m->step, key);
	check_refuse(m->c, &at, id, a, b);
}

void
model_warn(struct model *m, const char *key, const char *id, struct said a,
    struct said b)
{
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, m->step.no };

	check_step_path(path, &m->step, key);
	check_warn(m->c, &at, id, a, b);
}

struct model_item *
model_item(struct model *m, const char *id)
{
	for (size_t i = 0; i < m->items; i++)
		if (strcmp(m->item[i].item.id, id) == 0)
			return &m->item[i];
	return NULL;
}

bool
model_enrolled(const struct model *m, const char *code)
{
	if (!m->enrolment)
		return true;
	for (size_t i = 0; i < m->n_enrolled; i++)
		if (strcmp(m->enrolled[i], code) == 0)
			return true;
	return false;
}

int
model_count(const struct model *m, const char *role)
{
	const struct json *roles = json_get(m->script, "roles");
	int n = 0;

	for (size_t i = 0; i < json_count(roles); i++) {
		const char *code = json_get_str(json_at(roles, i), "code");

		n += script_code_has_role(m->script, code, role) &&
		    model_enrolled(m, code);
	}
	return n;
}

bool
model_has_role(const struct model *m, const struct json *list, const char *role)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (script_code_has_role(
			m->script, json_str(json_at(list, i)), role))
			return true;
	return false;
}

void
model_known(struct model *m, const char *key, const struct json *list)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *code = json_str(json_at(list, i));
		const char *role = script_role(m->script, code);

		if (role != NULL && strcmp(role, "witness") != 0 &&
		    strcmp(role, "auditor") != 0 && !model_enrolled(m, code))
			model_refuse(m, key, "files.not-enrolled",
			    SAID("code", code), SAID_NOTHING);
	}
}

static void
on_custody(struct model *m)
{
	const char *code = json_get_str(m->step.json, "object");
	const char *from = json_get_str(m->step.json, "from");
	const char *to = json_get_str(m->step.json, "to");
	const char *bag = json_get_str(m->step.json, "bag");
	struct model_object *o = NULL;
	bool was;

	for (size_t i = 0; i < m->objects; i++)
		if (strcmp(m->object[i].code, code) == 0)
			o = &m->object[i];
	if (o == NULL) {
		model_refuse(m, "object", "files.unknown-object",
		    SAID("code", code), SAID_NOTHING);
		return;
	}
	if (o->at != NULL && strcmp(o->at, from) != 0)
		model_refuse(m, "from", "files.custody-from",
		    SAID("code", code), SAID("found", o->at));
	was = o->out || strcmp(from, "table") == 0 ||
	    strcmp(from, "machine") == 0;
	o->at = to;
	o->out = strcmp(to, "table") == 0 || strcmp(to, "machine") == 0;
	if (was && !o->out && (bag == NULL || strcmp(bag, "new") != 0))
		model_refuse(m, "to", "files.not-bagged", SAID("code", code),
		    SAID_NOTHING);
}

/* An object that a step looks at must have been fetched. */
static void
check_fetched(struct model *m)
{
	const char *code = json_get_str(m->step.json, "object");

	if (code == NULL || m->step.verb == VERB_CUSTODY)
		return;
	for (size_t i = 0; i < m->objects; i++) {
		if (strcmp(m->object[i].code, code) != 0)
			continue;
		if (!m->object[i].out)
			model_refuse(m, "object", "files.not-fetched",
			    SAID("code", code), SAID_NOTHING);
		return;
	}
	model_refuse(m, "object", "files.unknown-object", SAID("code", code),
	    SAID_NOTHING);
}

static void
on_clock(struct model *m)
{
	m->clock = true;
}

static void
on_enroll(struct model *m)
{
	const char *person = json_get_str(m->step.json, "person");

	m->pending = true;
	for (size_t i = 0; i < m->n_enrolled; i++) {
		if (strcmp(m->enrolled[i], person) != 0)
			continue;
		model_refuse(m, "person", "files.enrolled-twice",
		    SAID("code", person), SAID_NOTHING);
		return;
	}
	if (m->n_enrolled < MODEL_CODES)
		m->enrolled[m->n_enrolled++] = person;
}

/* The least roster (CPS 5.2.2): two in each role but the first. */
static void
check_headcount(struct model *m)
{
	static const char *const ROLES[] = { "service-owner",
		"operations-manager", "ca-administrator", "ra-officer",
		"log-examiner" };
	int quorum, of;

	for (size_t i = 0; i < sizeof(ROLES) / sizeof(*ROLES); i++) {
		char need[24];

		profiles_role(
		    m->c->form[FILES_PROFILES], ROLES[i], &quorum, &of);
		if (model_count(m, ROLES[i]) >= of)
			continue;
		check_number(need, of);
		model_refuse(m, "", "files.headcount", SAID("role", ROLES[i]),
		    SAID("need", need));
	}
}

static void
on_roster_seal(struct model *m)
{
	/* On a later day the volume knows more people than the script. */
	if (m->enrolment)
		check_headcount(m);
	if (!m->pending)
		model_refuse(
		    m, "", "files.nobody-enrolled", SAID_NOTHING, SAID_NOTHING);
	m->pending = false;
	m->roster = true;
}

static void
on_approve(struct model *m)
{
	if (!model_has_role(m, m->step.by, "service-owner"))
		model_refuse(
		    m, "by", "files.approve-by", SAID_NOTHING, SAID_NOTHING);
	model_known(m, "by", m->step.by);
	m->approved = true;
}

static void
on_quorum(struct model *m)
{
	const char *role = json_get_str(m->step.json, "role");
	const char *token = json_get_str(m->step.json, "token");
	struct model_item *t = token != NULL ? model_item(m, token) : NULL;
	int need, of;

	profiles_role(m->c->form[FILES_PROFILES], role, &need, &of);
	if (token != NULL && (t == NULL || t->item.kind != PLAN_TOKEN)) {
		model_refuse(m, "token", "files.unknown-token",
		    SAID("item", m->step.no), SAID("found", token));
		t = NULL;
	}
	if (t != NULL && !t->made)
		model_refuse(m, "token", "files.token-not-set-up",
		    SAID("item", token), SAID_NOTHING);
	if (t != NULL)
		need = (int)json_get_int(t->item.json, "quorum", need);
	if (model_count(m, role) < need) {
		char text[24];

		check_number(text, need);
		model_refuse(m, "role", "files.too-few", SAID("role", role),
		    SAID("need", text));
	}
	if (strcmp(role, "ca-administrator") != 0)
		return;
	if (token == NULL)
		m->quorum = true;
	m->quorum_token = token;
	m->active = token;
}

/* Who is in leaves; a token that may be active must not be left so. */
static void
leave(struct model *m)
{
	if (m->active != NULL)
		model_refuse(m, "", "files.token-active",
		    SAID("item", m->active), SAID_NOTHING);
	m->quorum = false;
	m->quorum_token = NULL;
	m->active = NULL;
}

/* A branch leads forward, over steps of the hands alone. */
static void
on_branch(struct model *m)
{
	const char *to = json_get_str(m->step.json, "otherwise");
	struct step s, target;

	if (script_step_find(m->script, to, &target) == -1 ||
	    target.index <= m->step.index) {
		model_refuse(m, "otherwise", "files.branch-target",
		    SAID("found", to), SAID_NOTHING);
		return;
	}
	for (size_t i = m->step.index + 1; i < target.index; i++) {
		if (script_step(m->script, i, &s) == -1 ||
		    verb_class(s.verb) == VERB_HANDS)
			continue;
		model_refuse(m, "otherwise", "files.branch-over",
		    SAID("found", s.no), SAID_NOTHING);
		return;
	}
}

static void
on_record(struct model *m)
{
	if (m->fields < MODEL_FIELDS)
		m->field[m->fields++] = json_get_str(m->step.json, "field");
}

static void
on_compare(struct model *m)
{
	const char *field = json_get_str(m->step.json, "field");

	for (size_t i = 0; field != NULL && i < m->fields; i++)
		if (strcmp(m->field[i], field) == 0)
			return;
	if (field != NULL)
		model_refuse(m, "field", "files.unknown-field",
		    SAID("found", field), SAID_NOTHING);
}

static void
on_seal(struct model *m)
{
	model_seal(m);
	m->sealed = true;
	m->active = NULL;
}

static void
on_print(struct model *m)
{
	if (!m->sealed)
		model_refuse(
		    m, "", "files.print-early", SAID_NOTHING, SAID_NOTHING);
}

static void (*const ON[VERB_COUNT])(struct model *) = {
	[VERB_RECORD] = on_record,
	[VERB_COMPARE] = on_compare,
	[VERB_CUSTODY] = on_custody,
	[VERB_CLOCK] = on_clock,
	[VERB_APPROVE] = on_approve,
	[VERB_ENROLL] = on_enroll,
	[VERB_ROSTER_SEAL] = on_roster_seal,
	[VERB_QUORUM] = on_quorum,
	[VERB_RUN] = model_run,
	[VERB_READBACK] = model_readback,
	[VERB_IMPORT] = model_import,
	[VERB_EXPORT] = model_export,
	[VERB_QR_SHOW] = model_export,
	[VERB_QR_SCAN] = model_import,
	[VERB_DEACTIVATE] = model_deactivate,
	[VERB_BREAK] = leave,
	[VERB_BRANCH] = on_branch,
	[VERB_SEAL] = on_seal,
	[VERB_PRINT] = on_print,
	[VERB_LOGOUT] = leave,
};

/* Needs of every step, whatever its verb. */
static void
check_order(struct model *m)
{
	enum verb v = m->step.verb;
	enum verb_class class = verb_class(v);

	if (m->sealed && class != VERB_HANDS && class != VERB_CODA)
		model_refuse(m, "", "files.after-seal",
		    SAID("verb", verb_name(v)), SAID_NOTHING);
	if (!m->clock && !m->clock_said && class != VERB_HANDS &&
	    v != VERB_CUSTODY && v != VERB_CLOCK) {
		model_refuse(m, "", "files.clock-first",
		    SAID("verb", verb_name(v)), SAID_NOTHING);
		m->clock_said = true;
	}
	m->since_break = v == VERB_BREAK ? 0 : m->since_break + m->step.minutes;
	if (m->since_break > SITTING_MINUTES && !m->long_said && !m->sealed) {
		model_warn(
		    m, "", "files.warn-long", SAID_NOTHING, SAID_NOTHING);
		m->long_said = true;
	}
}

static void
load_items(struct model *m)
{
	const struct json *expect = json_get(m->plan, "expect");
	struct plan_item it;

	for (size_t i = 0;
	     m->items < MODEL_ITEMS && plan_item_at(m->plan, i, &it) == 0; i++)
		m->item[m->items++] = (struct model_item){ .item = it };
	for (size_t i = 0;
	     m->items < MODEL_ITEMS && plan_item_at(expect, i, &it) == 0; i++) {
		it.expected = true;
		m->item[m->items++] =
		    (struct model_item){ .item = it, .made = true };
	}
}

static void
load_objects(struct model *m)
{
	const struct json *objects = json_get(m->script, "objects");
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, "" };

	for (size_t i = 0; i < json_count(objects); i++) {
		const struct json *o = json_at(objects, i);
		const struct json *tokens = json_get(o, "tokens");

		m->object[m->objects++].code = json_get_str(o, "code");
		check_path(path, "objects", i, "tokens");
		for (size_t k = 0; k < json_count(tokens); k++) {
			const char *id = json_str(json_at(tokens, k));
			const struct model_item *t = model_item(m, id);

			if (t == NULL || t->item.kind != PLAN_TOKEN)
				check_refuse(m->c, &at, "files.unknown-token",
				    SAID("item", json_get_str(o, "code")),
				    SAID("found", id));
		}
	}
}

static void
load_facts(struct model *m)
{
	const char *head = json_get_str(json_get(m->plan, "expect"), "head");
	struct step s;

	load_items(m);
	load_objects(m);
	/* On an empty volume nobody is known before the enrolment. */
	m->enrolment = head != NULL && strcmp(head, "none") == 0;
	m->roster = !m->enrolment;
	for (size_t i = 0; script_step(m->script, i, &s) == 0; i++)
		if (s.verb == VERB_CLOCK)
			return;
	script_step(m->script, 0, &m->step);
	model_refuse(m, "", "files.no-clock", SAID_NOTHING, SAID_NOTHING);
	m->clock_said = true;
}

void
check_walk(struct check *c)
{
	struct model *m = xcalloc(1, sizeof(*m));

	m->c = c;
	m->script = c->form[FILES_SCRIPT];
	m->plan = c->form[FILES_PLAN];
	load_facts(m);
	for (size_t i = 0; script_step(m->script, i, &m->step) == 0; i++) {
		check_order(m);
		check_fetched(m);
		if (ON[m->step.verb] != NULL)
			ON[m->step.verb](m);
	}
	/* m->step is the last one still. */
	if (!m->sealed) {
		model_refuse(
		    m, "", "files.no-seal", SAID_NOTHING, SAID_NOTHING);
		model_seal(m);
	}
	free(m);
}
