/* SPDX-License-Identifier: MIT */
/*
 * Steps that people do with hands, eyes and voices.  Invariant: what was
 * typed is an entry before the step ends; a value that differs opens a
 * deviation and the step can be done again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"

#define BY_MAX 8

/* Codes of the step: those who are in go to `by`, the others to `said`. */
void
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

int
end_step(struct console *k, const struct step *s, const char *result)
{
	struct command cmd = { .event = EV_STEP_END };

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "result", result);
	json_set_str(cmd.d, "step", s->no);
	authors(k, s, &cmd);
	return commit_shown(k, &cmd);
}

/* What was done, for the foot; `value` what was typed, or NULL. */
void
foot_step(struct console *k, const struct step *s, const char *value)
{
	const char *text = step_text(s, k->lang);

	if (text == NULL)
		text = "";
	switch (s->verb) {
	case VERB_SAY:
		ui_result(k, "told.said", "text", text, NULL);
		break;
	case VERB_RECORD:
		ui_result(k, "told.record", "text", text, "value",
		    value != NULL ? value : "", NULL);
		break;
	case VERB_COMPARE:
		ui_result(k, "told.compare", "text", text, NULL);
		break;
	case VERB_CUSTODY:
		ui_result(k, "told.custody", "object",
		    json_get_str(s->json, "object"), "from",
		    json_get_str(s->json, "from"), "to",
		    json_get_str(s->json, "to"), NULL);
		break;
	case VERB_READBACK:
		ui_result(k, "told.readback", "item",
		    json_get_str(s->json, "of"), NULL);
		break;
	case VERB_LOGOUT:
		ui_result(k, "told.logout", NULL);
		break;
	case VERB_ATTEST:
	case VERB_BRANCH:
	case VERB_FOREACH:
	case VERB_PRINT:
	case VERB_REVIEW:
		ui_result(k, "told.step", "text", text[0] != '\0' ? text :
		    text_get(k->lang, "told.paper"), NULL);
		break;
	case VERB_DEACTIVATE:
		ui_result(k, "told.was-inactive", "token",
		    json_get_str(s->json, "token"), NULL);
		break;
	default:
		break; /* its deeds have told it */
	}
}

static void
end_as(struct console *k, const struct step *s, const char *result)
{
	/* A tachiai-hsm that died comes back; anything else is a fault. */
	if (end_step(k, s, result) == -1 && !k->hsm_lost) {
		k->over = true;
		k->code = 3;
		return;
	}
	ui_clear(k);
}

void
do_end(struct console *k, const struct next *n)
{
	const char *value = n->step.verb == VERB_RECORD &&
	    k->form.n > 0 ? form_get(&k->form, 0) : NULL;

	foot_step(k, &n->step, value);
	end_as(k, &n->step, "done");
}

void
do_deviated(struct console *k, const struct next *n)
{
	ui_result(k, "told.deviated", NULL);
	end_as(k, &n->step, "deviated");
}

void
do_not_run(struct console *k, const struct next *n)
{
	end_as(k, &n->step, "not-run");
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
	case VERB_BRANCH:
		f[n++] = (struct ask_field){ "answer", "hands.answer", true,
			false };
		return n;
	case VERB_COMPARE:
		if (json_get(s->json, "shows") != NULL)
			break;
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

int
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

static const uint8_t *
shown(const struct console *k, const struct step *s)
{
	static const char *const NAMES[] = { "image-hash", "script-hash",
		"plan-hash", "profiles-hash", "head", "roster-hash" };
	const uint8_t *const digest[] = { k->image, k->c->script_file,
		k->c->plan_file, k->c->profiles_file, k->c->head.hash,
		k->c->roster };
	const char *name = json_get_str(s->json, "shows");

	for (size_t i = 0; name != NULL &&
	     i < sizeof(NAMES) / sizeof(*NAMES); i++)
		if (strcmp(NAMES[i], name) == 0)
			return digest[i];
	return NULL;
}

/* What the script asks for is what was read, or what the machine shows. */
static bool
compares(struct console *k, const struct step *s, const char *found)
{
	const char *with = json_get_str(s->json, "with");
	const char *field = json_get_str(s->json, "field");
	const uint8_t *digest = shown(k, s);
	char hex[SHA256_HEX] = "";
	struct err e;

	if (digest != NULL) {
		sha256_hex(hex, digest);
		found = hex;
	}
	if (digest != NULL ? with == NULL || strcmp(with, hex) == 0 :
	    ceremony_compared(k->c, s))
		return true;
	err_set(&e, ERR_REFUSED, "compare.other", "found", found, "want",
	    with != NULL ? with : field, "step", s->no, NULL);
	ui_refuse(k, &e);
	return false;
}

/* A branch is answered: yes goes on, no leads elsewhere. */
static void
take_branch(struct console *k, const struct step *s)
{
	bool yes = strcmp(form_get(&k->form, 0), "y") == 0;

	if (put_field(k, s, "answer", yes ? "y" : "n") == -1)
		return;
	foot_step(k, s, NULL);
	end_as(k, s, yes ? "done" : "otherwise");
}

/* All fields are filled in: keep them, or open a deviation. */
static void
take_hands(struct console *k, const struct step *s,
    const struct ask_field *f, size_t n)
{
	const char *bag = NULL, *wrong = NULL;
	struct buf happened = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		const char *value = form_get(&k->form, i);

		if (f[i].yes && strcmp(value, "y") != 0)
			wrong = f[i].id;
		if (strcmp(f[i].id, "bag") == 0)
			bag = value;
		if ((strcmp(f[i].id, "bag-again") == 0 ||
		    strcmp(f[i].id, "second") == 0) &&
		    strcmp(value, form_get(&k->form, i - 1)) != 0)
			wrong = f[i].id;
		if (put_field(k, s, f[i].id, value) == -1) {
			buf_free(&happened);
			return;
		}
		if (wrong == f[i].id)
			buf_fmt(&happened, "%s%s: %s", happened.len > 0 ?
			    "; " : "", text_get(LANG_EN, f[i].label), value);
	}
	if (wrong == NULL && s->verb == VERB_COMPARE &&
	    !compares(k, s, form_get(&k->form, 0))) {
		wrong = "value";
		buf_str(&happened, form_get(&k->form, 0));
	}
	if (wrong != NULL) {
		(void)open_deviation(k, s, text_get(LANG_EN,
		    "hands.expected"), buf_cstr(&happened));
		buf_free(&happened);
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
	const uint8_t *digest = shown(k, s);

	if (digest == NULL)
		return;
	view_para(v, view_fill(v, "words.how", NULL));
	bars_words(v, digest, k);
}

bool
field_keys(struct console *k, struct view *v)
{
	view_key(v, KID_ENTER, NULL);
	if ((form_where(&k->form) & KX_TEXT) == 0)
		return false;
	view_key(v, KID_TAB, NULL);
	view_key(v, KID_ESC, text_get(k->lang, k->c != NULL &&
	    k->c->script != NULL ? "field.letters" : "field.letters-first"));
	return true;
}

void
hands_keys(struct console *k, struct view *v)
{
	if (field_keys(k, v))
		return;
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_TAB, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_BREAK, NULL);
	view_key(v, KID_HELP, NULL);
}

void
step_keys(struct view *v)
{
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
}

/* Which bag the object is in: "", "-intact" or "-new". */
static const char *
custody_bag(const struct step *s)
{
	const char *bag = json_get_str(s->json, "bag");

	if (bag == NULL)
		return "";
	return strcmp(bag, "new") == 0 ? "-new" : "-intact";
}

const char *
step_sentence(struct console *k, struct view *v, const struct step *s)
{
	const char *text = step_text(s, k->lang);
	const char *person = json_get_str(s->json, "person");
	const char *of = json_get_str(s->json, "of");
	const char *object = json_get_str(s->json, "object");
	const char *token = json_get_str(s->json, "token");
	const struct person *p = person != NULL ? ceremony_code(k->c,
	    person) : NULL;
	char id[64];

	if (text != NULL)
		return view_pair(v, text, step_text(s, lang_other(k->lang)));
	snprintf(id, sizeof(id), "do.%s%s", verb_name(s->verb),
	    s->verb == VERB_CUSTODY ? custody_bag(s) : "");
	return view_fill(v, id, "person", p != NULL ? p->name : person,
	    "item", of, "object", object, "token", token, "from",
	    json_get_str(s->json, "from"), "to",
	    json_get_str(s->json, "to"), NULL);
}

void
step_heads(struct console *k, struct view *v, const struct step *s)
{
	if (s->json == NULL)
		return;
	v->who = people_text(k, v, s->by);
	v->act_now = step_sentence(k, v, s);
}

struct view *
step_view(struct console *k, const struct step *s)
{
	struct view *v = ui_view(k, NULL);
	char verb[64];

	snprintf(verb, sizeof(verb), "verb.%s", verb_name(s->verb));
	v->head = view_fill(v, verb, NULL);
	step_heads(k, v, s);
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
	if (n->step.verb == VERB_FOREACH) {
		view_free(v);
		do_each(k, n);
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
	if (json_get_str(n->step.json, "object") != NULL &&
	    step_text(&n->step, k->lang) != NULL)
		view_para(v, view_fill(v, "hands.object", "object",
		    json_get_str(n->step.json, "object"), "from",
		    json_get_str(n->step.json, "from"), "to",
		    json_get_str(n->step.json, "to"), NULL));
	if (n->step.verb == VERB_CUSTODY && custody_bag(&n->step)[0] != '\0')
		view_para(v, view_fill(v, "hands.bag-why", NULL));
	view_fields(v);
	for (size_t i = 0; i < fields; i++)
		view_field(v, &k->form, i, view_fill(v, f[i].label, NULL),
		    f[i].yes ? 1 : 30, f[i].yes ? view_fill(v,
		    strcmp(f[i].label, "hands.witness") == 0 ?
		    "hands.says" : "hands.yn", "who", people_text(k, v,
		    n->step.witness), NULL) : NULL);
	v->then = n->step.verb == VERB_BRANCH ? view_fill(v, "branch.then",
	    "step", json_get_str(n->step.json, "otherwise"), NULL) :
	    view_fill(v, "hands.then", NULL);
	hands_keys(k, v);
	ui_form(k, v, KX_STEP | KX_WORDS, &key, &ev);
	if (ev != FORM_DONE)
		return;
	if (n->step.verb == VERB_BRANCH)
		take_branch(k, &n->step);
	else
		take_hands(k, &n->step, f, fields);
}
