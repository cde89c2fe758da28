/* SPDX-License-Identifier: MIT */
/*
 * Breaks, deviations and notes.  Invariant: a deviation is opened by anybody
 * and decided by the operations manager's signature alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"

int
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

/* A screen that begins or ends a break; Esc leaves one that was asked for. */
void
do_break(struct console *k, const struct next *n)
{
	struct command cmd = { .event = k->c->on_break ? EV_BREAK_END :
		EV_BREAK_BEGIN };
	struct view *v = ui_view(k, "break.head");
	struct next again;
	struct key key;
	bool begins = !k->c->on_break;

	v->who = n->step.json != NULL ? people_text(k, v, n->step.by) : NULL;
	v->act_now = view_fill(v, begins ? "break.begin" : "break.end", NULL);
	v->then = view_fill(v, begins ? "break.then" : "break.again", NULL);
	view_key(v, KID_ENTER, NULL);
	if (k->nested)
		view_key(v, KID_ESC, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY)
		return;
	if (k->nested && key.name == PRESS_ESC)
		k->nested = false;
	if (key.name != PRESS_ENTER)
		return;
	cmd.d = json_new_obj();
	if (commit_shown(k, &cmd) == -1)
		return;
	k->nested = false;
	ui_clear(k);
	ui_result(k, begins ? "told.break" : "told.back", NULL);
	ceremony_next(k->c, &again);
	if (!begins && again.step.json != NULL &&
	    again.step.verb == VERB_BREAK)
		do_end(k, &again);
}

/* Asked for with `b`, from any screen outside a list of deeds. */
void
take_break(struct console *k)
{
	struct next n;
	struct err e;

	ceremony_next(k->c, &n);
	if (n.run != NULL || n.todo == TODO_DOUBT) {
		err_set(&e, ERR_REFUSED, "break.run", NULL);
		ui_refuse(k, &e);
		return;
	}
	k->nested = true;
	while (k->nested && !k->over && !k->hsm_lost)
		do_break(k, &n);
	k->nested = false;
}

/* What was prepared in this run is not done, or is prepared again. */
void
do_drop(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_RUN_DROPPED };

	cmd.d = json_new_obj();
	json_set_int(cmd.d, "run", n->run->no);
	json_set_str(cmd.d, "why", ceremony_ending(k->c) ? "deviation" :
	    "epoch");
	if (commit_shown(k, &cmd) == 0)
		ui_result(k, ceremony_ending(k->c) ? "told.dropped" :
		    "told.redeal", NULL);
	else if (!k->hsm_lost) {
		k->over = true;
		k->code = 3;
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

/* The deviation that waits for its decision; NULL none can be decided. */
static const struct deviation *
undecided(const struct console *k)
{
	for (size_t i = 0; k->c->roster_sealed && i < k->c->deviations; i++)
		if (k->c->deviation[i].decision[0] == '\0')
			return &k->c->deviation[i];
	return NULL;
}

/* The form: what was typed before stands in it again. */
static void
deviation_form(struct console *k, const struct deviation *d)
{
	int of = d != NULL ? d->no : 0;

	form_init(&k->form);
	if (k->draft.n > 0 && k->draft_of == of) {
		k->form = k->draft;
		k->form.away = false;
	} else {
		form_free(&k->draft);
		form_lines(&k->form, 500);
		form_lines(&k->form, 500);
		if (d != NULL) {
			form_set(&k->form, 0, d->expected);
			form_set(&k->form, 1, d->happened);
			k->form.field[0].locked = true;
			k->form.field[1].locked = true;
			form_choice(&k->form, 3);
			form_lines(&k->form, 500);
			k->form.now = 2;
		}
	}
	for (size_t i = 0; i < k->form.n; i++)
		form_bound(&k->form, i, sizeof(k->deviation_because) - 1);
	form_init(&k->draft);
	k->draft_of = of;
	k->deviation_no = of;
}

/* S-21: opened by anybody, decided by the operations manager's signature. */
void
do_deviation(struct console *k)
{
	struct form kept = k->form;
	const struct deviation *d = undecided(k);
	struct next n;
	enum form_event ev;
	struct key key;
	bool is_open = d != NULL, done = false;

	ceremony_next(k->c, &n);
	deviation_form(k, d);
	k->nested = true;
	while (!k->over && !k->hsm_lost) {
		ui_form(k, deviation_view(k, is_open), KX_STEP, &key, &ev);
		done = is_open && k->deviation.len > 0 && decided(k);
		if (done || (ev == FORM_PASS && key.name == PRESS_ESC))
			break;
		if (ev == FORM_CHANGED)
			buf_reset(&k->deviation);
		if (ev != FORM_DONE)
			continue;
		if (is_open) {
			deviation_record(k);
			continue;
		}
		done = open_deviation(k, n.step.json != NULL ? &n.step : NULL,
		    form_get(&k->form, 0), form_get(&k->form, 1)) == 0;
		if (done)
			break;
	}
	k->nested = false;
	buf_reset(&k->deviation);
	if (done)
		form_free(&k->form);
	else
		k->draft = k->form;
	k->form = kept;
	if (done)
		ui_clear(k);
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
	k->nested = true;
	while (!k->over && !k->hsm_lost) {
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
	k->nested = false;
	form_free(&k->form);
	k->form = kept;
	k->changed = true;
}
