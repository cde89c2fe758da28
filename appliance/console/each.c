/* SPDX-License-Identifier: MIT */
/*
 * One text, done by each of several people in turn.  Invariant: each word is
 * an entry of its own, by the person who gave it, before the next is asked.
 */
#include <stdio.h>
#include <string.h>

#include "appliance/console/console.h"

/* The step as if this code alone were asked. */
static int
put_word(struct console *k, const struct step *s, size_t i, const char *value)
{
	struct command cmd = { .event = EV_STEP_FIELD };
	struct json *one = json_new_arr();
	struct step alone = *s;
	char field[16];
	int ret;

	snprintf(field, sizeof(field), "each-%zu", i + 1);
	json_add(one, json_copy(json_at(json_get(s->json, "of"), i)));
	alone.by = one;
	alone.witness = NULL;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "field", field);
	json_set_str(cmd.d, "step", s->no);
	json_set_str(cmd.d, "value", value);
	authors(k, &alone, &cmd);
	ret = commit_shown(k, &cmd);
	json_free(one);
	return ret;
}

static void
take_word(struct console *k, const struct step *s, size_t i,
    const char *code)
{
	bool yes = strcmp(form_get(&k->form, 0), "y") == 0;
	struct buf happened = BUF_INIT;

	if (put_word(k, s, i, yes ? "y" : "n") == 0 && !yes) {
		buf_fmt(&happened, "%s: n", code);
		(void)open_deviation(k, s, text_get(LANG_EN,
		    "hands.expected"), buf_cstr(&happened));
		buf_free(&happened);
	}
	form_free(&k->form);
	form_init(&k->form);
	(void)ui_form_fresh(k, "again");
}

void
do_each(struct console *k, const struct next *n)
{
	const struct json *of = json_get(n->step.json, "of");
	size_t now = ceremony_each(k->c, &n->step);
	const char *code = json_str(json_at(of, now));
	struct view *v = step_view(k, &n->step);
	enum form_event ev;
	struct key key;
	char what[16];

	snprintf(what, sizeof(what), "each-%zu", now + 1);
	if (ui_form_fresh(k, what))
		form_yesno(&k->form);
	view_people(v);
	for (size_t i = 0; i < json_count(of); i++) {
		const char *each = json_str(json_at(of, i));
		const struct person *p = ceremony_code(k->c, each);
		bool said = (k->c->step[n->step.index].each >> i & 1) != 0;

		view_person(v, each, p != NULL ? p->name : each, said ?
		    MARK_DONE : i == now ? MARK_NOW : MARK_OPEN, view_fill(v,
		    said ? "each.done" : "each.open", NULL), NULL);
	}
	view_fields(v);
	view_field(v, &k->form, 0, view_fill(v, "hands.done", NULL), 1,
	    view_fill(v, "each.says", "who", code, NULL));
	v->then = view_fill(v, "each.then", NULL);
	hands_keys(k, v);
	ui_form(k, v, KX_STEP | KX_WORDS, &key, &ev);
	if (ev == FORM_DONE)
		take_word(k, &n->step, now, code);
}
