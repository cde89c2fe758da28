/* SPDX-License-Identifier: MIT */
/*
 * Steps that people do with hands, eyes and voices; the clock; enrolment;
 * waiting for people; breaks, deviations and notes.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"

#define BY_MAX 8

/* Codes of the step: those who are in go to `by`, the others to `said`. */
static void
authors(struct console *k, const struct step *s, struct command *cmd)
{
	size_t by = 0, said = 0;
	const struct json *lists[2] = { s->by, s->witness };

	for (int l = 0; l < 2; l++)
		for (size_t i = 0; i < json_count(lists[l]); i++) {
			const char *code = json_str(json_at(lists[l], i));
			const struct person *p = ceremony_code(k->c, code);
			bool twice = false;

			for (size_t q = 0; q < by; q++)
				if (p != NULL &&
				    strcmp(cmd->by[q], p->id) == 0)
					twice = true;
			if (twice)
				continue;
			if (p != NULL && p->in && by < BY_MAX - 1)
				cmd->by[by++] = p->id;
			else if (said < BY_MAX - 1)
				cmd->said[said++] = code;
		}
}

void
do_begin(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_STEP_BEGIN };

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "step", n->step.no);
	if (commit_shown(k, &cmd) == 0)
		ui_clear(k);
	k->chosen = 0;
}

static int
end_step(struct console *k, const struct step *s, const char *result)
{
	struct command cmd = { .event = EV_STEP_END };

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "result", result);
	json_set_str(cmd.d, "step", s->no);
	authors(k, s, &cmd);
	return commit_shown(k, &cmd);
}

void
do_end(struct console *k, const struct next *n)
{
	const char *text = step_text(&n->step, k->lang);

	ui_result(k, "told.step", "text", text != NULL ? text :
	    verb_name(n->step.verb), NULL);
	if (end_step(k, &n->step, "done") == -1) {
		k->over = true; /* the fold says it cannot end: a fault */
		k->code = 3;
	}
	ui_clear(k);
}

/* One field of a hands step. */
struct ask_field {
	const char *id; /* in the transcript */
	const char *label;
	bool yes; /* y or n */
	bool shown; /* as typed before: "once more" */
};

static size_t
hands_fields(const struct step *s, struct ask_field *f)
{
	size_t n = 0;
	bool bag = json_get_str(s->json, "bag") != NULL;

	switch (s->verb) {
	case VERB_RECORD:
		f[n++] = (struct ask_field){ "value", "hands.value", false,
			false };
		break;
	case VERB_COMPARE:
		f[n++] = (struct ask_field){ "first", "hands.first", false,
			false };
		f[n++] = (struct ask_field){ "second", "hands.second", false,
			false };
		break;
	case VERB_CUSTODY:
		if (bag) {
			f[n++] = (struct ask_field){ "bag", "hands.bag",
				false, false };
			f[n++] = (struct ask_field){ "bag-again",
				"hands.bag-again", false, false };
		}
		f[n++] = (struct ask_field){ "seal", "hands.seal", true,
			false };
		break;
	default:
		break;
	}
	f[n++] = (struct ask_field){ "answer", s->witness != NULL &&
		json_count(s->witness) > 0 ? "hands.witness" : "hands.done",
		true, false };
	return n;
}

static int
open_deviation(struct console *k, const struct step *s, const char *expected,
    const char *happened)
{
	struct command cmd = { .event = EV_DEVIATION_OPEN };
	char no[24];

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "expected", expected);
	json_set_str(cmd.d, "happened", happened);
	json_set_int(cmd.d, "no", (int64_t)k->c->deviations + 1);
	json_set_str(cmd.d, "step", s != NULL ? s->no : "0");
	if (commit_shown(k, &cmd) == -1)
		return -1;
	snprintf(no, sizeof(no), "%zu", k->c->deviations);
	ui_result(k, "told.deviation", "no", no, NULL);
	return 0;
}

static int
put_field(struct console *k, const struct step *s, const char *field,
    const char *value)
{
	struct command cmd = { .event = EV_STEP_FIELD };

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "field", field);
	json_set_str(cmd.d, "step", s->no);
	json_set_str(cmd.d, "value", value);
	authors(k, s, &cmd);
	return commit_shown(k, &cmd);
}

static int
put_custody(struct console *k, const struct step *s, const char *bag)
{
	struct command cmd = { .event = EV_OBJECT_MOVE };
	const char *from = json_get_str(s->json, "from");
	const char *to = json_get_str(s->json, "to");

	cmd.d = json_new_obj();
	if (bag != NULL)
		json_set_str(cmd.d, "bag", bag);
	json_set_str(cmd.d, "from", from != NULL ? from : "table");
	json_set_str(cmd.d, "object", json_get_str(s->json, "object"));
	json_set_str(cmd.d, "seal", "whole");
	json_set_str(cmd.d, "to", to != NULL ? to : "table");
	return commit_shown(k, &cmd);
}

/* All fields are filled in: keep them, or open a deviation. */
static void
take_hands(struct console *k, const struct step *s,
    const struct ask_field *f, size_t n)
{
	const char *bag = NULL, *wrong = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *value = form_get(&k->form, i);

		if (f[i].yes && strcmp(value, "y") != 0)
			wrong = f[i].id;
		if (strcmp(f[i].id, "bag") == 0)
			bag = value;
		if (strcmp(f[i].id, "bag-again") == 0 &&
		    strcmp(value, bag) != 0)
			wrong = f[i].id;
		if (strcmp(f[i].id, "second") == 0 &&
		    strcmp(value, form_get(&k->form, i - 1)) != 0)
			wrong = f[i].id;
		if (put_field(k, s, f[i].id, value) == -1)
			return;
	}
	if (wrong != NULL) {
		(void)open_deviation(k, s, text_get(LANG_EN,
		    "hands.expected"), wrong);
		form_free(&k->form);
		form_init(&k->form);
		(void)ui_form_fresh(k, "again");
		return;
	}
	if (s->verb == VERB_CUSTODY && put_custody(k, s, bag) == -1)
		return;
	if (s->verb == VERB_BREAK)
		return;
	{
		struct next n2 = { .step = *s };

		do_end(k, &n2);
	}
}

static void
show_what(struct console *k, struct view *v, const struct step *s)
{
	const char *shows = json_get_str(s->json, "shows");

	if (shows == NULL)
		return;
	if (strcmp(shows, "image-hash") == 0)
		bars_words(v, k->image, k);
	else if (strcmp(shows, "script-hash") == 0)
		bars_words(v, k->c->script_file, k);
	else if (strcmp(shows, "plan-hash") == 0)
		bars_words(v, k->c->plan_file, k);
	else if (strcmp(shows, "profiles-hash") == 0)
		bars_words(v, k->c->profiles_file, k);
	else if (strcmp(shows, "head") == 0)
		bars_words(v, k->c->head.hash, k);
	else if (strcmp(shows, "roster-hash") == 0)
		bars_words(v, k->c->roster, k);
}

static void
hands_keys(struct view *v)
{
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_TAB, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
}

static struct view *
step_view(struct console *k, const struct step *s)
{
	struct view *v = ui_view(k, NULL);
	const char *text = step_text(s, k->lang);
	char verb[64];

	snprintf(verb, sizeof(verb), "verb.%s", verb_name(s->verb));
	v->head = view_fill(v, verb, NULL);
	v->who = people_text(k, v, s->by);
	v->act_now = text != NULL ? view_str(v, text) :
	    view_fill(v, "step.do", NULL);
	return v;
}

void
do_hands(struct console *k, const struct next *n)
{
	struct ask_field f[8];
	size_t fields = hands_fields(&n->step, f);
	struct view *v = step_view(k, &n->step);
	enum form_event ev;
	struct key key;

	if (n->step.verb == VERB_BREAK) {
		view_free(v);
		do_break(k, n);
		return;
	}
	if (ui_form_fresh(k, "hands")) {
		for (size_t i = 0; i < fields; i++) {
			if (f[i].yes)
				form_yesno(&k->form);
			else
				form_text(&k->form, 60, false);
		}
	}
	show_what(k, v, &n->step);
	if (json_get_str(n->step.json, "object") != NULL)
		view_para(v, view_fill(v, "hands.object", "object",
		    json_get_str(n->step.json, "object"), "from",
		    json_get_str(n->step.json, "from"), "to",
		    json_get_str(n->step.json, "to"), NULL));
	view_fields(v);
	for (size_t i = 0; i < fields; i++)
		view_field(v, &k->form, i, view_fill(v, f[i].label, NULL),
		    f[i].yes ? 1 : 30, f[i].yes ? view_fill(v,
		    strcmp(f[i].label, "hands.witness") == 0 ?
		    "hands.says" : "hands.yn", "who", people_text(k, v,
		    n->step.witness), NULL) : NULL);
	v->then = view_fill(v, "hands.then", NULL);
	hands_keys(v);
	ui_form(k, v, KX_STEP | KX_WORDS, &key, &ev);
	/* An answer ends its field. */
	if (ev == FORM_CHANGED && k->form.now + 1 < k->form.n &&
	    f[k->form.now].yes && form_filled(&k->form, k->form.now))
		k->form.now++;
	else if (ev == FORM_DONE ||
	    (ev == FORM_CHANGED && form_complete(&k->form) &&
	    k->form.now + 1 == k->form.n))
		take_hands(k, &n->step, f, fields);
}

/* "hh:mm" or "hh:mm:ss" of the zone's day, nearest to now; 0 or -1. */
static int
parse_clock(struct console *k, const char *s, int64_t *t)
{
	char now[64];
	int h, m, sec = 0;
	int64_t have = console_now(k), day, best;

	if (sscanf(s, "%2d:%2d:%2d", &h, &m, &sec) < 2 || h > 23 || m > 59 ||
	    sec > 59)
		return -1;
	time_text(k, have, now, sizeof(now));
	day = (now[11] - '0') * 36000 + (now[12] - '0') * 3600 +
	    (now[14] - '0') * 600 + (now[15] - '0') * 60 +
	    (now[17] - '0') * 10 + (now[18] - '0');
	best = have - day + h * 3600 + m * 60 + sec;
	if (best - have > 43200)
		best -= 86400;
	if (have - best > 43200)
		best += 86400;
	*t = best;
	return 0;
}

struct reading {
	int64_t shown, at;
	bool marked;
};

static struct reading READ[2];

static int
set_clock(struct console *k, const struct step *s, struct err *e)
{
	struct command cmd = { .event = EV_CLOCK_SET };
	int64_t a = READ[0].shown - READ[0].at, b = READ[1].shown -
	    READ[1].at, now = console_now(k);
	const char *n1 = form_get(&k->form, 0), *n2 = form_get(&k->form, 2);
	char t[CIVIL_LEN];
	struct json *src, *o;

	if (strcmp(n1, n2) == 0)
		return err_set(e, ERR_REFUSED, "clock.same", "source", n1,
		    NULL);
	if (llabs((long long)(a - b)) > 2) {
		err_set(e, ERR_REFUSED, "clock.disagree", "limit", "2",
		    NULL);
		err_arg_int(e, "s", llabs((long long)(a - b)));
		return -1;
	}
	if (now + a < k->c->last_t) {
		time_text(k, k->c->last_t, t, sizeof(t));
		return err_set(e, ERR_REFUSED, "clock.back", "t", t, NULL);
	}
	cmd.d = json_new_obj();
	civil_format(now + a, t);
	json_set_str(cmd.d, "new", t);
	json_set_int(cmd.d, "offset", a);
	civil_format(now, t);
	json_set_str(cmd.d, "old", t);
	src = json_set(cmd.d, "sources", json_new_arr());
	for (int i = 0; i < 2; i++) {
		o = json_add(src, json_new_obj());
		json_set_str(o, "name", i == 0 ? n1 : n2);
		civil_format(READ[i].shown, t);
		json_set_str(o, "shown", t);
		civil_format(READ[i].at, t);
		json_set_str(o, "at", t);
	}
	authors(k, s, &cmd);
	return commit(k, &cmd, e);
}

/* S-04: source, the minute it will show, Enter when it shows it; twice. */
void
do_clock(struct console *k, const struct next *n)
{
	struct view *v = step_view(k, &n->step);
	enum form_event ev;
	struct key key;
	struct err e;

	if (ui_form_fresh(k, "clock")) {
		memset(READ, 0, sizeof(READ));
		for (int i = 0; i < 2; i++) {
			form_text(&k->form, 40, true);
			form_text(&k->form, 8, true);
		}
	}
	view_fields(v);
	for (size_t i = 0; i < 2; i++) {
		char t[64] = "-";

		if (READ[i].marked)
			snprintf(t, sizeof(t), "%lld s", (long long)
			    (READ[i].shown - READ[i].at));
		view_field(v, &k->form, 2 * i, view_fill(v, i == 0 ?
		    "clock.first" : "clock.second", NULL), 34, NULL);
		view_field(v, &k->form, 2 * i + 1, view_fill(v,
		    "clock.shows", NULL), 8, view_fill(v, "clock.offset",
		    "s", t, NULL));
	}
	view_para(v, view_fill(v, "clock.rule", NULL));
	v->then = view_fill(v, "clock.then", NULL);
	hands_keys(v);
	ui_form(k, v, KX_STEP, &key, &ev);
	if (ev != FORM_NEXT && ev != FORM_DONE)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (READ[i].marked || !form_filled(&k->form, 2 * i + 1))
			continue;
		READ[i].at = console_now(k);
		if (parse_clock(k, form_get(&k->form, 2 * i + 1),
		    &READ[i].shown) == -1) {
			err_set(&e, ERR_REFUSED, "clock.form", NULL);
			ui_refuse(k, &e);
			form_set(&k->form, 2 * i + 1, "");
			return;
		}
		READ[i].marked = true;
	}
	if (ev == FORM_DONE && READ[0].marked && READ[1].marked) {
		if (set_clock(k, &n->step, &e) == 0) {
			ui_result(k, "told.clock", NULL);
			return;
		}
		ui_refuse(k, &e);
		memset(READ, 0, sizeof(READ));
		form_set(&k->form, 1, "");
		form_set(&k->form, 3, "");
		k->form.now = 1;
	}
}

static unsigned
code_roles(const struct json *script, const char *code)
{
	unsigned roles = 0;

	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (script_code_has_role(script, code, role_at(i)->id))
			roles |= role_at(i)->role;
	return roles;
}

/* "Custodian 2" -> "custodian-2". */
static void
person_id(const char *name, char *out, size_t size)
{
	size_t n = 0;

	for (; *name != '\0' && n + 1 < size; name++)
		if (isalnum((unsigned char)*name))
			out[n++] = (char)tolower((unsigned char)*name);
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
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
	person_id(k->enrol.name, k->enrol.person, sizeof(k->enrol.person));
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
	if (k->enrol.person[0] == '\0' ||
	    ceremony_person(k->c, k->enrol.person) != NULL)
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

	if (ui_form_fresh(k, "enroll")) {
		k->enrol.ready = false;
		form_text(&k->form, 64, true);
		form_text(&k->form, 60, true);
		form_text(&k->form, 30, true);
		form_text(&k->form, 10, true);
		form_text(&k->form, 20, true);
	}
	view_para(v, view_fill(v, "enroll.as", "code", code, "role",
	    view_fill(v, role_find(script_role(k->c->script, code))->label,
	    NULL), NULL));
	view_fields(v);
	view_field(v, &k->form, 0, view_fill(v, "enroll.name-label", NULL),
	    40, NULL);
	view_field(v, &k->form, 1, view_fill(v, "enroll.document", NULL), 40,
	    NULL);
	view_field(v, &k->form, 2, view_fill(v, "enroll.seen-by", NULL), 20,
	    NULL);
	view_field(v, &k->form, 3, view_fill(v, "enroll.trained", NULL), 10,
	    view_fill(v, "enroll.trained-note", NULL));
	view_field(v, &k->form, 4, view_fill(v, "enroll.stick-label", NULL),
	    20, NULL);
	head_counts(k, v);
	v->then = view_fill(v, k->enrol.ready ? "enroll.call" :
	    "enroll.then", "person", k->enrol.name, NULL);
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_TAB, NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_HELP, NULL);
	ui_form(k, v, KX_STEP, &key, &ev);
	if (ev == FORM_DONE)
		take_enrol(k, code, roles);
	else if (ev == FORM_CHANGED)
		k->enrol.ready = false;
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

static const char *
due_note(struct view *v, const struct person *p,
    const struct next *n)
{
	const struct run *r = n->run;

	if (n->todo == TODO_ROSTER)
		return view_fill(v, p->signed_roster ? "due.signed" :
		    "due.awaited", NULL);
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

static bool
settled(const struct person *p, const struct next *n)
{
	if (n->todo == TODO_ROSTER)
		return p->signed_roster;
	if (n->todo == TODO_COSIGN)
		return p->cosigned;
	return p->in;
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
		return;
	}
	v = n->step.json != NULL ? step_view(k, &n->step) :
	    ui_view(k, "open.manager");
	count = ceremony_waiting(k->c, k->way, &k->deviation, list, 64);
	if (count > 0) {
		const struct person *p = list[k->chosen % count];

		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
		v->act_now = view_fill(v, "people.do", NULL);
	}
	view_people(v);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];
		bool waits = false;

		for (size_t w = 0; w < count; w++)
			waits |= list[w] == p;
		if (!waits && !settled(p, n))
			continue;
		view_person(v, p->code, p->name, count > 0 &&
		    list[k->chosen % count] == p ? MARK_NOW : settled(p, n) ?
		    MARK_DONE : MARK_OPEN, due_note(v, p, n), p->stick);
	}
	v->then = view_fill(v, "people.then", NULL);
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_LIST, &key) != UI_KEY)
		return;
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

void
do_break(struct console *k, const struct next *n)
{
	struct command cmd = { .event = k->c->on_break ? EV_BREAK_END :
		EV_BREAK_BEGIN };
	struct view *v = ui_view(k, "break.head");
	struct key key;

	v->who = n->step.json != NULL ? people_text(k, v, n->step.by) : NULL;
	v->act_now = view_fill(v, k->c->on_break ? "break.end" :
	    "break.begin", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY ||
	    key.name != PRESS_ENTER)
		return;
	cmd.d = json_new_obj();
	if (commit_shown(k, &cmd) == -1)
		return;
	ui_result(k, k->c->on_break ? "told.break" : "told.back", NULL);
	if (!k->c->on_break && n->step.json == NULL) {
		struct next again;

		ceremony_next(k->c, &again);
		if (again.step.json != NULL &&
		    again.step.verb == VERB_BREAK)
			do_end(k, &again);
	}
}

/* What a deviation's form holds goes into the record that is decided. */
static void
deviation_record(struct console *k)
{
	static const char *const DECISION[] = { "go-on", "again", "end" };
	int c = form_chosen(&k->form, 2);
	struct buf b = BUF_INIT;

	snprintf(k->deviation_decision, sizeof(k->deviation_decision), "%s",
	    DECISION[c < 0 ? 0 : c]);
	snprintf(k->deviation_because, sizeof(k->deviation_because), "%s",
	    form_get(&k->form, 3));
	ceremony_deviation_record(k->c, k->deviation_no,
	    k->deviation_decision, k->deviation_because, &b);
	buf_reset(&k->deviation);
	buf_add(&k->deviation, b.data, b.len);
	buf_free(&b);
}

static bool
decided(struct console *k)
{
	struct command cmd = { .event = EV_DEVIATION_DECIDE };
	uint8_t doc[SHA256_LEN];
	struct err e;
	char no[24];

	sha256(doc, k->deviation.data, k->deviation.len);
	for (size_t i = 0; i < k->c->resolves; i++) {
		if (memcmp(k->c->resolve[i].doc, doc, SHA256_LEN) != 0)
			continue;
		cmd.by[0] = k->c->resolve[i].person;
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "because", k->deviation_because);
		json_set_str(cmd.d, "decision", k->deviation_decision);
		json_set_int(cmd.d, "no", k->deviation_no);
		json_set_hex(cmd.d, "record", doc, SHA256_LEN);
		if (commit(k, &cmd, &e) == -1) {
			ui_refuse(k, &e);
			return false;
		}
		snprintf(no, sizeof(no), "%d", k->deviation_no);
		ui_result(k, "told.decided", "no", no, NULL);
		return true;
	}
	return false;
}

static struct view *
deviation_view(struct console *k, bool is_open)
{
	struct view *v = ui_view(k, "deviation.head");

	v->who = view_fill(v, "deviation.who", NULL);
	view_fields(v);
	view_field(v, &k->form, 0, view_fill(v, "deviation.expected", NULL),
	    56, NULL)->rows = 2;
	view_field(v, &k->form, 1, view_fill(v, "deviation.happened", NULL),
	    56, NULL)->rows = 3;
	if (is_open) {
		view_field(v, &k->form, 2, view_fill(v,
		    "deviation.decision", NULL), 20, NULL);
		view_choice(v, view_fill(v, "deviation.go-on", NULL));
		view_choice(v, view_fill(v, "deviation.again", NULL));
		view_choice(v, view_fill(v, "deviation.end", NULL));
		view_field(v, &k->form, 3, view_fill(v, "deviation.because",
		    NULL), 56, NULL)->rows = 2;
	}
	v->then = view_fill(v, k->deviation.len > 0 ? "deviation.call" :
	    "deviation.then", NULL);
	view_key(v, KID_TAB, NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_ESC, NULL);
	return v;
}

/* S-21: opened by anybody, decided by the operations manager's signature. */
void
do_deviation(struct console *k)
{
	struct form kept = k->form;
	struct next n;
	enum form_event ev;
	struct key key;
	bool is_open = false;

	ceremony_next(k->c, &n);
	form_init(&k->form);
	form_lines(&k->form, 500);
	form_lines(&k->form, 500);
	for (size_t i = 0; i < k->c->deviations; i++)
		if (k->c->deviation[i].decision[0] == '\0') {
			is_open = true;
			k->deviation_no = k->c->deviation[i].no;
			form_set(&k->form, 0, k->c->deviation[i].expected);
			form_set(&k->form, 1, k->c->deviation[i].happened);
			k->form.field[0].locked = true;
			k->form.field[1].locked = true;
			k->form.now = 2;
		}
	if (is_open) {
		form_choice(&k->form, 3);
		form_lines(&k->form, 500);
	}
	while (!k->over) {
		ui_form(k, deviation_view(k, is_open), KX_STEP, &key, &ev);
		if (is_open && k->deviation.len > 0 && decided(k))
			break;
		if (ev == FORM_PASS && key.name == PRESS_ESC)
			break;
		if (ev != FORM_DONE)
			continue;
		if (is_open) {
			deviation_record(k);
			continue;
		}
		if (open_deviation(k, n.step.json != NULL ? &n.step : NULL,
		    form_get(&k->form, 0), form_get(&k->form, 1)) == 0)
			break;
	}
	buf_reset(&k->deviation);
	form_free(&k->form);
	k->form = kept;
	k->changed = true;
}

void
do_note(struct console *k)
{
	struct form kept = k->form;
	struct command cmd = { .event = EV_NOTE };
	enum form_event ev;
	struct key key;

	form_init(&k->form);
	form_lines(&k->form, 500);
	while (!k->over) {
		struct view *v = ui_view(k, "note.head");

		view_fields(v);
		view_field(v, &k->form, 0, view_fill(v, "note.label", NULL),
		    60, NULL)->rows = 4;
		view_key(v, KID_ENTER, NULL);
		view_key(v, KID_ESC, NULL);
		ui_form(k, v, KX_STEP, &key, &ev);
		if (ev == FORM_PASS && key.name == PRESS_ESC)
			break;
		if (ev == FORM_DONE) {
			cmd.d = json_new_obj();
			json_set_str(cmd.d, "text", form_get(&k->form, 0));
			if (commit_shown(k, &cmd) == 0)
				ui_result(k, "told.note", NULL);
			break;
		}
	}
	form_free(&k->form);
	k->form = kept;
	k->changed = true;
}
