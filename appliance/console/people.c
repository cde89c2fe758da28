/* SPDX-License-Identifier: MIT */
/*
 * People: enrolment, the roster, and the screen that waits for them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/roster.h"

static unsigned
code_roles(const struct json *script, const char *code)
{
	unsigned roles = 0;

	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (script_code_has_role(script, code, role_at(i)->id))
			roles |= role_at(i)->role;
	return roles;
}

static bool
id_taken(const void *c, const char *id)
{
	return ceremony_person(c, id) != NULL;
}

/* Somebody of exactly this name is enrolled. */
static bool
name_taken(const struct ceremony *c, const char *name)
{
	for (size_t i = 0; i < c->persons; i++)
		if (strcmp(c->person[i].name, name) == 0)
			return true;
	return false;
}

/* Only blanks, or nothing. */
static bool
blank(const char *s)
{
	return s[strspn(s, " ")] == '\0';
}

static void
head_counts(struct console *k, struct view *v)
{
	view_table(v, view_fill(v, "enroll.role", NULL), 28,
	    view_fill(v, "enroll.needs", NULL), -5,
	    view_fill(v, "enroll.people", NULL), 0, NULL);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		struct buf b = BUF_INIT;
		size_t n = 0;

		if (role_at(i)->needed == 0)
			continue;
		for (size_t p = 0; p < k->c->persons; p++)
			if ((k->c->person[p].roles & role_at(i)->role) != 0)
				buf_fmt(&b, "%s%s", n++ > 0 ? ", " : "",
				    k->c->person[p].name);
		view_row(v, view_fill(v, role_at(i)->label, NULL),
		    view_fmt(v, "%u", role_at(i)->needed),
		    view_fmt(v, "%zu  %s", n, buf_cstr(&b)), NULL);
		buf_free(&b);
	}
}

static void
take_enrol(struct console *k, const char *code, unsigned roles)
{
	struct err e;

	memset(&k->refusal, 0, sizeof(k->refusal));
	snprintf(k->enrol.name, sizeof(k->enrol.name), "%s",
	    form_get(&k->form, 0));
	roster_id(k->enrol.name, code, id_taken, k->c, k->enrol.person);
	snprintf(k->enrol.code, sizeof(k->enrol.code), "%s", code);
	snprintf(k->enrol.document, sizeof(k->enrol.document), "%s",
	    form_get(&k->form, 1));
	snprintf(k->enrol.seen_by, sizeof(k->enrol.seen_by), "%s",
	    form_get(&k->form, 2));
	snprintf(k->enrol.trained, sizeof(k->enrol.trained), "%s",
	    form_get(&k->form, 3));
	snprintf(k->enrol.stick, sizeof(k->enrol.stick), "%s",
	    form_get(&k->form, 4));
	k->enrol.roles = roles;
	if (blank(k->enrol.name) || name_taken(k->c, k->enrol.name))
		err_set(&e, ERR_REFUSED, "enroll.name", "person",
		    k->enrol.name, NULL);
	else if (!role_set_allowed(roles))
		err_set(&e, ERR_REFUSED, "role.conflict", "person",
		    k->enrol.name, "role1", "-", "role2", "-", NULL);
	else if (!stick_here(k, k->enrol.stick))
		err_set(&e, ERR_REFUSED, "enroll.stick", "stick",
		    k->enrol.stick, NULL);
	else if (k->c->production &&
	    profiles_scrypt_p(k->c->profiles) < 16)
		err_set(&e, ERR_REFUSED, "cred.low-cost", "person",
		    k->enrol.name, "found", "-", "needed", "16", NULL);
	else {
		k->enrol.ready = true;
		return;
	}
	ui_refuse(k, &e);
}

/* S-07 */
void
do_enroll(struct console *k, const struct next *n)
{
	const char *code = json_get_str(n->step.json, "person");
	unsigned roles = code_roles(k->c->script, code);
	struct view *v = step_view(k, &n->step);
	enum form_event ev;
	struct key key;
	char id[NAME_LEN];

	if (ui_form_fresh(k, "enroll")) {
		k->enrol.ready = false;
		form_text(&k->form, 64, false);
		form_text(&k->form, 60, false);
		form_text(&k->form, 30, false);
		form_bound(&k->form, 0, sizeof(k->enrol.name) - 1);
		form_bound(&k->form, 1, sizeof(k->enrol.document) - 1);
		form_bound(&k->form, 2, sizeof(k->enrol.seen_by) - 1);
		form_text(&k->form, 10, true);
		form_text(&k->form, 20, true);
	}
	view_fields(v);
	view_field(v, &k->form, 0, view_fill(v, "enroll.name-label", NULL),
	    22, view_fill(v, "enroll.as", "code", code, "role", view_fill(v,
	    role_find(script_role(k->c->script, code))->label, NULL), NULL));
	view_field(v, &k->form, 1, view_fill(v, "enroll.document", NULL), 22,
	    NULL);
	view_field(v, &k->form, 2, view_fill(v, "enroll.seen-by", NULL), 20,
	    NULL);
	view_field(v, &k->form, 3, view_fill(v, "enroll.trained", NULL), 10,
	    view_fill(v, "enroll.trained-note", NULL));
	roster_id(form_get(&k->form, 0), code, id_taken, k->c, id);
	view_field(v, &k->form, 4, view_fill(v, "enroll.stick-label", NULL),
	    20, form_filled(&k->form, 0) ? view_fill(v, "enroll.id", "id",
	    id, NULL) : NULL);
	head_counts(k, v);
	v->then = view_fill(v, k->enrol.ready ? "enroll.call" :
	    "enroll.then", "person", k->enrol.name, NULL);
	if (k->enrol.ready)
		view_key(v, KID_TRUSTED, NULL);
	if (!field_keys(k, v)) {
		view_key(v, KID_TAB, NULL);
		step_keys(v);
	}
	ui_form(k, v, KX_STEP, &key, &ev);
	if (ev == FORM_DONE)
		take_enrol(k, code, roles);
	else if (ev == FORM_CHANGED)
		k->enrol.ready = false;
}

void
person_gone(struct console *k, const char *id)
{
	const struct person *p = ceremony_person(k->c, id);

	if (p == NULL || !p->in)
		return;
	ui_result(k, "told.left", "person", p->name, NULL);
	logout(k, p, "stick");
}

/* The roster is signed by everyone: its seal needs no more. */
static bool
seal_roster(struct console *k)
{
	struct command cmd = { .event = EV_ROSTER_SEAL };
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct err e;
	int ret;

	for (size_t i = 0; i < k->c->persons; i++)
		if (!k->c->person[i].signed_roster)
			return false;
	ceremony_roster(k->c, &b);
	ret = object_put(k, b.data, b.len, sha, &e);
	if (ret == 0) {
		cmd.d = json_new_obj();
		json_set_hex(cmd.d, "digest", sha, SHA256_LEN);
		json_set_int(cmd.d, "people", (int64_t)k->c->persons);
		attach(&cmd, "roster", "json", sha, b.len);
		ret = commit(k, &cmd, &e);
	}
	if (ret == 0)
		ret = log_checkpoint(k, &e);
	buf_free(&b);
	if (ret == -1)
		ui_refuse(k, &e);
	return ret == 0;
}

/* Holds a share of the token that is dealt: the moment is about those. */
static bool
holds_share(const struct ceremony *c, const struct person *p,
    const struct next *n)
{
	const struct share_set *use = ceremony_set(c, n->item->id, "user-pin");
	const struct share_set *set_up = ceremony_set(c, n->item->id,
	    "so-pin");

	return (use != NULL && share_set_x(use, p->id) != 0) ||
	    (set_up != NULL && share_set_x(set_up, p->id) != 0);
}

/* What this person has done of what the moment asks for. */
static const char *
due_note(struct view *v, const struct person *p, const struct next *n,
    bool waits)
{
	const struct run *r = n->run;

	if (n->todo == TODO_ROSTER)
		return view_fill(v, p->signed_roster ? "due.signed" :
		    "due.awaited", NULL);
	if (n->todo == TODO_SHARES)
		return view_fill(v, waits ? "due.awaited" : "due.opened",
		    NULL);
	if (n->todo == TODO_CONSENT && r != NULL) {
		for (size_t i = 0; i < r->consents; i++)
			if (strcmp(r->consent[i], p->id) == 0)
				return view_fill(v, "due.consented", NULL);
		if (strcmp(r->witness, p->id) == 0)
			return view_fill(v, "due.witnessed", NULL);
	}
	if (n->todo == TODO_COSIGN && p->cosigned)
		return view_fill(v, "due.signed", NULL);
	return view_fill(v, p->in ? "due.in" : "due.not-in", NULL);
}

/* Nothing more is asked of this person, who was asked for something. */
static bool
settled(const struct ceremony *c, const struct person *p,
    const struct next *n, bool waits)
{
	if (waits)
		return false;
	if (n->todo == TODO_ROSTER)
		return p->signed_roster;
	if (n->todo == TODO_COSIGN)
		return p->cosigned;
	if (n->todo == TODO_SHARES)
		return holds_share(c, p, n);
	return p->in;
}

/* How many are here, and how many the step needs. */
static void
needed(struct console *k, struct view *v, const struct next *n)
{
	unsigned role;
	size_t need;

	if (n->todo != TODO_QUORUM)
		return;
	need = ceremony_step_need(k->c, n->step.json, &role);
	view_big(v, view_fill(v, "screen.needed", "have", view_fmt(v, "%zu",
	    ceremony_in_holding(k->c, role)), "m", view_fmt(v, "%zu", need),
	    NULL));
}

/* S-09 and its kind: who is awaited, who has come. */
void
do_people(struct console *k, const struct next *n)
{
	const struct person *list[64];
	size_t count;
	struct view *v;
	struct key key;

	if (n->todo == TODO_ROSTER && seal_roster(k)) {
		ui_result(k, "told.roster-sealed", NULL);
		ui_result(k, "told.sheet-due", NULL);
		return;
	}
	v = n->step.json != NULL ? step_view(k, &n->step) :
	    ui_view(k, "open.manager");
	if (n->todo == TODO_SHARES)
		v->head = view_fill(v, "shares.head", "token", n->item->id,
		    NULL);
	count = ceremony_waiting(k->c, k->way, &k->deviation, list, 64);
	if (count > 0) {
		const struct person *p = list[k->chosen % count];

		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
		v->act_now = view_fill(v, n->todo == TODO_SHARES ?
		    "shares.do" : "people.do", NULL);
	}
	view_people(v);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];
		bool waits = false, done;

		for (size_t w = 0; w < count; w++)
			waits |= list[w] == p;
		done = settled(k->c, p, n, waits);
		if (!waits && !done)
			continue;
		view_person(v, p->code, p->name, count > 0 &&
		    list[k->chosen % count] == p ? MARK_NOW : done ?
		    MARK_DONE : MARK_OPEN, due_note(v, p, n, waits), p->stick);
	}
	needed(k, v, n);
	v->then = view_fill(v, "people.then", NULL);
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_LIST, &key) != UI_KEY)
		return;
	k->moved = key.name == PRESS_DOWN || key.name == PRESS_UP;
	if (key.name == PRESS_DOWN)
		k->chosen++;
	if (key.name == PRESS_UP && count > 0)
		k->chosen += count - 1;
}

void
do_open(struct console *k, const struct next *n)
{
	do_people(k, n);
}
