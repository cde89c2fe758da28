/* SPDX-License-Identifier: MIT */
/*
 * Screens that only look (help, script, what this is) and the keys that
 * serve everywhere.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "tui/curses.h"
#include "tui/help.h"

/* Pages of a screen that only looks, until Esc. */
static void
look(struct console *k, struct view *(*make)(struct console *))
{
	size_t page = k->page;
	struct key key;

	k->page = 0;
	for (;;) {
		struct view *v = make(k);
		enum key_id id;

		v->page = k->page;
		ui_paint(v);
		view_free(v);
		do {
			struct pollfd p[2] = { { 0, POLLIN, 0 },
				{ MSG_FD, POLLIN, 0 } };

			poll(p, 2, -1);
			if ((p[1].revents & (POLLIN | POLLHUP)) != 0)
				ui_drain(k, true);
			key = curses_key(0);
		} while (key.name == PRESS_NONE && !k->over &&
		    !k->visiting);
		id = keys_match(&key, KX_ANY | KX_REVIEW);
		if (k->over || k->visiting || id == KID_ESC)
			break;
		if (id == KID_NEXT_PAGE)
			k->page++;
		if (id == KID_PAGE_BEFORE && k->page > 0)
			k->page--;
		if (id == KID_LANG)
			ui_turn_lang(k);
		if (id == KID_REDRAW)
			ui_repaint(k);
	}
	k->page = page;
}

static struct view *
make_help(struct console *k)
{
	struct view *v = ui_view(k, NULL);

	help_fill(v, k->c != NULL && k->c->now < k->c->steps ?
	    ceremony_step_no(k->c, k->c->now) : NULL);
	return v;
}

static struct view *
make_script(struct console *k)
{
	struct view *v = ui_view(k, "script.head");

	bars_script(k, v);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_ESC, NULL);
	return v;
}

static struct view *
make_what(struct console *k)
{
	struct view *v = ui_view(k, "what.head");
	struct buf b = BUF_INIT;

	view_facts(v);
	view_fact(v, view_fill(v, "what.origin", NULL), k->c->origin);
	if (k->c->script != NULL) {
		char hex[SHA256_HEX];

		sha256_hex(hex, k->c->script_file);
		view_fact(v, view_fill(v, "what.script", NULL),
		    view_str(v, hex));
		sha256_hex(hex, k->c->plan_file);
		view_fact(v, view_fill(v, "what.plan", NULL),
		    view_str(v, hex));
		sha256_hex(hex, k->c->profiles_file);
		view_fact(v, view_fill(v, "what.profiles", NULL),
		    view_str(v, hex));
	}
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];

		buf_reset(&b);
		for (size_t r = 0; r < ROLE_COUNT; r++)
			if ((p->roles & role_at(r)->role) != 0)
				buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "",
				    text_get(k->lang, role_at(r)->label));
		view_fact(v, view_str(v, p->code),
		    view_fmt(v, "%s: %s", p->name, buf_cstr(&b)));
	}
	buf_free(&b);
	needs_facts(k, v);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_ESC, NULL);
	return v;
}

/* q: asked once more, where a sitting is open. */
static void
leave(struct console *k)
{
	struct key key = { .name = PRESS_NONE };
	struct next n = { .todo = TODO_DONE };

	if (k->c->head.n >= 0)
		ceremony_next(k->c, &n);
	if (n.todo == TODO_DONE) {
		k->over = true;
		return;
	}
	k->nested = true;
	while (!k->over && key.name != PRESS_ESC) {
		struct view *v = ui_view(k, "leave.head");

		v->act_now = view_fill(v, "leave.do", NULL);
		v->then = view_fill(v, "leave.then", NULL);
		view_key(v, KID_ENTER, NULL);
		view_key(v, KID_ESC, NULL);
		view_key(v, KID_LANG, NULL);
		if (ui_wait(k, v, KX_LIST, &key) != UI_KEY)
			continue;
		k->over = key.name == PRESS_ENTER;
	}
	k->nested = false;
	k->code = 0;
}

/* Keys that open a screen of their own; false: not here. */
static bool
opens(struct console *k, enum key_id id)
{
	if (k->nested || k->c == NULL)
		return false;
	if (id == KID_LEAVE) {
		leave(k);
		return true;
	}
	if (id == KID_PAPER) {
		do_pages(k);
		return true;
	}
	if (k->c->sitting != SITTING_OPEN)
		return false;
	if (id == KID_DEVIATION)
		do_deviation(k);
	else if (id == KID_NOTE)
		do_note(k);
	else
		take_break(k);
	return true;
}

/* The keys that serve everywhere; true if the key was one of them. */
bool
ui_everywhere(struct console *k, enum key_id id, size_t pages)
{
	switch (id) {
	case KID_HELP:
		look(k, make_help);
		break;
	case KID_SCRIPT:
		if (k->c == NULL || k->c->script == NULL)
			return false;
		look(k, make_script);
		break;
	case KID_WHAT:
		if (k->c == NULL || k->c->head.n < 0)
			return false;
		look(k, make_what);
		break;
	case KID_LANG:
		ui_turn_lang(k);
		break;
	case KID_WORDS:
		k->hex = !k->hex;
		break;
	case KID_REDRAW:
		ui_repaint(k);
		break;
	case KID_NEXT_PAGE:
		if (k->page + 1 < pages)
			k->page++;
		break;
	case KID_PAGE_BEFORE:
		if (k->page > 0)
			k->page--;
		break;
	case KID_LEAVE:
	case KID_DEVIATION:
	case KID_NOTE:
	case KID_BREAK:
	case KID_PAPER:
		if (id == KID_LEAVE && k->c == NULL)
			k->over = true;
		else if (!opens(k, id))
			return false;
		break;
	default:
		return false;
	}
	k->changed = true;
	return true;
}
