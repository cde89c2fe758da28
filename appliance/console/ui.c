/* SPDX-License-Identifier: MIT */
/*
 * One screen at a time.  Invariant: while a screen waits, messages of the
 * other programs are handled, the keys that serve everywhere serve, and
 * nothing but the right key leaves it.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "appliance/console/console.h"
#include "media/frames/send.h"
#include "tui/curses.h"
#include "tui/layout.h"

static bool paint_all = true;

int
ui_open(struct console *k, struct err *e)
{
	if (curses_open(e) == -1)
		return -1;
	if (!curses_wide())
		k->lang = LANG_EN;
	if (!curses_blocks())
		k->whole = true;
	k->still_ms = ui_now_ms();
	return 0;
}

void
ui_turn_lang(struct console *k)
{
	struct msg m;
	struct err e;

	if (!curses_wide())
		return;
	k->lang = lang_other(k->lang);
	/* The launcher's own pages speak it, too. */
	msg_init(&m, PARTY_LAUNCHER, MSG_LANG, 0);
	json_set_str(m.json, "lang", k->lang == LANG_JA ? "ja" : "en");
	(void)msg_write(MSG_FD, &m, &e);
	msg_fini(&m);
}

bool
ui_wide(void)
{
	size_t rows, cols;

	curses_size(&rows, &cols);
	return layout_side(cols);
}

int
ui_code_version(const struct console *k)
{
	size_t rows, cols, room;

	curses_size(&rows, &cols);
	room = layout_code_room(rows, cols, k->whole);
	return room < 21 ? 0 : (int)(room - 17) / 4;
}

void
ui_turn_cells(struct console *k)
{
	k->whole = !k->whole || !curses_blocks();
}

int
ui_code_small(const struct console *k, struct err *e)
{
	size_t rows, cols, high, wide;

	curses_size(&high, &wide);
	layout_code_need(17 + 4 * SEND_LEAST, k->whole, &rows, &cols);
	err_set(e, ERR_REFUSED, "show.cells", NULL);
	err_arg_int(e, "rows", (long long)rows);
	err_arg_int(e, "cols", (long long)cols);
	err_arg_int(e, "high", (long long)high);
	err_arg_int(e, "wide", (long long)wide);
	return -1;
}

void
ui_close(void)
{
	curses_close();
}

void
ui_repaint(struct console *k)
{
	paint_all = true;
	k->changed = true;
}

void
ui_refuse(struct console *k, const struct err *e)
{
	k->refusal = *e;
	k->page = 0;
	k->changed = true;
}

void
ui_clear(struct console *k)
{
	memset(&k->refusal, 0, sizeof(k->refusal));
	k->page = 0;
	k->seen_all = false;
}

struct values {
	size_t n;
	struct {
		const char *name, *value;
	} pair[12];
};

static const char *
value_of(const void *arg, const char *name)
{
	const struct values *v = arg;

	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->pair[i].name, name) == 0)
			return v->pair[i].value;
	return NULL;
}

void
ui_result(struct console *k, const char *id, ...)
{
	struct values v = { 0 };
	struct buf b = BUF_INIT;
	struct foot *f;
	char t[32];
	va_list ap;

	va_start(ap, id);
	while (v.n < 12 &&
	    (v.pair[v.n].name = va_arg(ap, const char *)) != NULL)
		v.pair[v.n++].value = va_arg(ap, const char *);
	va_end(ap);
	if (k->feet == FOOT_MAX) {
		memmove(k->foot, k->foot + 1,
		    (FOOT_MAX - 1) * sizeof(k->foot[0]));
		k->feet--;
	}
	f = &k->foot[k->feet++];
	time_text(k, console_now(k), t, sizeof(t));
	snprintf(f->time, sizeof(f->time), "%.8s", strlen(t) > 11 ? t + 11 :
	    t);
	snprintf(f->step, sizeof(f->step), "%.8s",
	    k->c != NULL && k->c->now < k->c->steps ?
	    ceremony_step_no(k->c, k->c->now) : "");
	for (int l = LANG_EN; l <= LANG_JA; l++) {
		buf_reset(&b);
		text_fill(text_get((enum lang)l, id), value_of, &v, &b);
		utf8_printable(f->text[l], sizeof(f->text[l]), buf_cstr(&b),
		    b.len);
	}
	buf_free(&b);
}

struct view *
ui_view(struct console *k, const char *head)
{
	struct view *v = view_new(k->lang);
	size_t rows, cols;

	curses_size(&rows, &cols);
	v->both = layout_both(cols) && curses_wide();
	bars_fill(k, v);
	v->head = head != NULL ? view_fill(v, head, NULL) : NULL;
	v->page = k->page;
	if (k->refusal.id[0] != '\0')
		view_refuse(v, &k->refusal);
	return v;
}

bool
ui_form_fresh(struct console *k, const char *what)
{
	static char last[64];
	char now[64];

	snprintf(now, sizeof(now), "%zu %s",
	    k->c != NULL ? k->c->now + 1 : 0, what);
	if (strcmp(last, now) == 0)
		return false;
	memcpy(last, now, sizeof(last));
	form_free(&k->form);
	form_init(&k->form);
	return true;
}

int64_t
ui_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
paint(struct layout *l, const struct view *v)
{
	struct view *other = view_other(v);
	size_t rows, cols;
	struct grid *g;

	curses_size(&rows, &cols);
	g = layout_grid(l, other, rows, cols);
	curses_paint(g, paint_all);
	grid_free(g);
	view_free(other);
	paint_all = false;
}

/* What this key is for is not to be had: one page, one language. */
static void
drop_key(struct view *v, enum key_id id)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n_keys; i++)
		if (v->keys[i].id != id)
			v->keys[n++] = v->keys[i];
	v->n_keys = n;
}

static struct layout *
lay_out(struct view *v)
{
	if (!curses_wide())
		drop_key(v, KID_LANG);
	return layout_open(v);
}

void
ui_paint(struct view *v)
{
	struct layout *l = lay_out(v);

	paint(l, v);
	layout_close(l);
}

/* Everything that waits on the socket; returns true if anything came. */
bool
ui_drain(struct console *k, bool readable)
{
	struct msg m;
	struct err e;
	bool any = false;
	int r;

	while (k->queued > 0) {
		m = k->queue[0];
		memmove(k->queue, k->queue + 1,
		    --k->queued * sizeof(k->queue[0]));
		handle_message(k, &m);
		msg_fini(&m);
		any = true;
	}
	if (!readable)
		return any;
	memset(&m, 0, sizeof(m));
	r = msg_read(MSG_FD, &m, &e);
	if (r <= 0) {
		k->over = true;
		k->code = 3;
		k->changed = true;
		return true;
	}
	handle_message(k, &m);
	msg_fini(&m);
	return true;
}

void
ui_settle(struct console *k)
{
	while (k->queued > 0 && !k->over)
		ui_drain(k, false);
	while (k->hsm_lost && !k->over) {
		ui_drain(k, true);
		while (k->queued > 0 && !k->over)
			ui_drain(k, false);
	}
}

void
ui_stop(struct console *k, const char *head)
{
	int64_t at = k->c->head.n;
	struct key key = { .name = PRESS_NONE };

	while (!k->over && !k->hsm_lost && k->c->head.n == at &&
	    key.name != PRESS_ENTER) {
		struct view *v = ui_view(k, head);

		v->then = view_fill(v, "activate.then", NULL);
		view_key(v, KID_ENTER, NULL);
		step_keys(v);
		if (ui_wait(k, v, KX_STEP, &key) != UI_KEY)
			key.name = PRESS_NONE;
	}
	ui_clear(k);
}

#define STICKS_MS 3000

/* A stick taken out is a person gone; true when somebody is. */
static bool
look_at_sticks(struct console *k)
{
	char gone[64][NAME_LEN];
	size_t n = 0;

	k->still_ms = ui_now_ms();
	k->sticks_ms = k->still_ms + STICKS_MS;
	if (k->c == NULL || k->visiting || k->hsm_lost ||
	    ceremony_in(k->c, ~0u) == 0)
		return false;
	n = sticks_gone(k, gone, 64);
	for (size_t i = 0; i < n && !k->hsm_lost; i++)
		person_gone(k, gone[i]);
	return n > 0;
}

/* Milliseconds until the screen is to be looked at again; -1 never. */
static int
patience(const struct console *k)
{
	int64_t at = k->wake_ms;

	if (k->c != NULL && k->c->persons > 0 &&
	    (at == 0 || k->sticks_ms < at))
		at = k->sticks_ms;
	if (at == 0)
		return -1;
	at -= ui_now_ms();
	return at < 0 ? 0 : (int)at;
}

/* The next page or the one before, of the very same screen. */
static bool
turned(struct console *k, enum key_id id, struct view *v, struct layout *l)
{
	static char t[64];
	size_t pages = layout_count(l), page = k->page;

	if (id == KID_NEXT_PAGE && page + 1 < pages)
		page++;
	else if (id == KID_PAGE_BEFORE && page > 0)
		page--;
	else
		return false;
	/* Behind the last page the screen may say more. */
	if (page + 1 == pages && !k->seen_all)
		return false;
	v->page = k->page = page;
	clock_text(k, t, sizeof(t));
	v->clock = t;
	paint(l, v);
	return true;
}

/* The screen is to be made anew; while somebody is at the trusted prompt
 * nothing is painted, and their statements are taken all the same. */
static bool
is_old(const struct console *k)
{
	return k->over || (k->visiting ? k->hsm_lost : k->changed);
}

static bool
offers(const struct view *v, enum key_id id)
{
	for (size_t i = 0; i < v->n_keys; i++)
		if (v->keys[i].id == id)
			return true;
	return false;
}

/*
 * Until something has changed, or a key came that this screen knows.  What
 * the screen says is turned over only while nothing came that it was made of.
 */
static enum ui_press
wait_for_key(struct console *k, struct view *v, struct layout *l,
    unsigned where, struct key *key)
{
	bool stale = false;

	for (;;) {
		struct pollfd p[2] = { { 0, POLLIN, 0 },
			{ MSG_FD, POLLIN, 0 } };
		enum key_id id;

		if (k->queued > 0)
			stale |= ui_drain(k, false);
		if (is_old(k))
			return UI_CHANGED;
		if (k->wake_ms != 0 && k->wake_ms <= ui_now_ms()) {
			k->wake_ms = 0;
			return UI_CHANGED;
		}
		if (k->sticks_ms <= ui_now_ms()) {
			stale |= look_at_sticks(k);
			if (k->said)
				return UI_CHANGED;
			continue;
		}
		if (poll(p, 2, patience(k)) == -1 && errno != EINTR)
			return UI_CHANGED;
		if ((p[1].revents & (POLLIN | POLLHUP)) != 0)
			stale |= ui_drain(k, true);
		if (is_old(k))
			return UI_CHANGED;
		*key = curses_key(0);
		if (key->name == PRESS_NONE)
			continue;
		if (key->name == PRESS_RESIZE)
			return UI_CHANGED;
		if (k->visiting)
			continue;
		id = keys_match(key, where | KX_ANY);
		if (!stale && turned(k, id, v, l))
			continue;
		/* Among ways out q leaves, unless it is one of them. */
		if (id == KID_WAY_Q && (where & KX_STEP) != 0 &&
		    !offers(v, KID_WAY_Q))
			id = KID_LEAVE;
		if (ui_everywhere(k, id, layout_count(l)))
			return UI_CHANGED;
		return UI_KEY;
	}
}

enum ui_press
ui_wait(struct console *k, struct view *v, unsigned where, struct key *key)
{
	struct layout *l = lay_out(v);
	size_t pages = layout_count(l);
	enum ui_press u = UI_CHANGED;

	memset(key, 0, sizeof(*key));
	key->name = PRESS_NONE;
	if (pages == 1)
		drop_key(v, KID_NEXT_PAGE);
	if (k->moved && layout_now(l) < pages)
		v->page = k->page = layout_now(l);
	k->moved = false;
	if (k->page >= pages)
		v->page = k->page = pages - 1;
	/* Whatever has pages is turned; where text is typed, Space is text. */
	if (pages > 1 && (where & KX_TEXT) == 0)
		where |= KX_LIST;
	if (k->page + 1 == pages && !k->seen_all) {
		k->seen_all = true; /* the screen may say more now */
	} else {
		k->changed = k->said = false;
		visit_announce(k);
		if (!k->visiting)
			paint(l, v);
		u = wait_for_key(k, v, l, where, key);
		k->still_ms = ui_now_ms();
	}
	layout_close(l);
	view_free(v);
	return u;
}

enum ui_press
ui_form(struct console *k, struct view *v, unsigned where, struct key *key,
    enum form_event *ev)
{
	enum ui_press u;
	bool text = (form_where(&k->form) & KX_TEXT) != 0;

	*ev = FORM_NOTHING;
	u = ui_wait(k, v, text ? KX_FORM | KX_TEXT :
	    where | form_where(&k->form), key);
	if (u != UI_KEY)
		return u;
	*ev = form_key(&k->form, key);
	return *ev == FORM_PASS ? UI_KEY : UI_CHANGED;
}
