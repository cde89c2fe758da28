/* SPDX-License-Identifier: MIT */
/*
 * A stick made an empty medium, on the appliance, where tachiai-init's keeper
 * of the media does it.  Invariant: nothing is erased before people saw what
 * the stick is and what is on it, and said so: by their statements where
 * there is a roster, by their names and a word where there is none yet.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/console/console.h"
#include "appliance/world/format.h"

#define STICKS_MAX 32
#define LOOK_MS    1000
#define NOTE_LEN   400

/* What was done before there was a transcript, for its first entries. */
static char note[2][NOTE_LEN];
static size_t notes;

bool
format_can(const struct console *k)
{
	return k->format.path != NULL;
}

/* ------------------------------------------------------ what is in a port */

static const char *
or_dash(const char *s)
{
	return s[0] != '\0' ? s : "-";
}

/* "vfat IN" */
static const char *
holds(struct view *v, const struct format_stick *s)
{
	if (strcmp(s->fs, "none") == 0)
		return view_fill(v, "format.nothing", NULL);
	return view_fmt(v, "%s %s", s->fs, s->label);
}

void
format_text(const struct format_stick *s, char *out, size_t size)
{
	struct view *v = view_new(LANG_EN);

	snprintf(out, size, "%s", view_fill(v, "format.device", "maker",
	    or_dash(s->maker), "serial", or_dash(s->serial), "bytes",
	    view_fmt(v, "%lld", (long long)s->bytes), "holds", holds(v, s),
	    NULL));
	view_free(v);
}

void
format_facts(struct view *v, const struct format_stick *s)
{
	view_fact(v, view_fill(v, "format.maker", NULL), or_dash(s->maker));
	view_fact(v, view_fill(v, "format.serial", NULL), or_dash(s->serial));
	view_fact(v, view_fill(v, "format.size", NULL),
	    view_fmt(v, "%lld MB", (long long)(s->bytes / 1000000)));
	view_fact(v, view_fill(v, "format.holds", NULL), holds(v, s));
}

/* Whose it is, by its label; NULL: nobody's. */
static const char *
person_of(const struct console *k, const struct format_stick *s)
{
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];

		if (s->label[0] != '\0' && (strcmp(p->stick, s->label) == 0 ||
		    strcmp(p->code, s->label) == 0))
			return p->name;
	}
	return NULL;
}

/* It may be erased; -1: *e says why it never is. */
static int
may(const struct console *k, const struct format_stick *s, struct err *e)
{
	static const char *const WHY[FORMAT_COUNT] = {
		[FORMAT_BOOT] = "format.boot",
		[FORMAT_IN_USE] = "format.in-use",
		[FORMAT_VOLUME] = "format.volume",
		[FORMAT_SWITCH] = "format.switch",
		[FORMAT_SMALL] = "format.small",
	};
	const char *person = person_of(k, s);

	if (s->against != FORMAT_MAY)
		return err_set(e, ERR_REFUSED, WHY[s->against], "label",
		    or_dash(s->label), NULL);
	if (person != NULL)
		return err_set(e, ERR_REFUSED, "format.person", "label",
		    s->label, "person", person, NULL);
	return 0;
}

static size_t
look(struct console *k, struct format_stick *at)
{
	struct format_ask ask = { .what = FORMAT_LOOK };
	size_t n = 0;

	for (; n < STICKS_MAX; n++) {
		ask.n = (int64_t)n;
		if (format_ask(keep_line_fd(&k->format), &ask, &at[n]) == -1)
			break;
	}
	return n;
}

static struct view *
choose_view(struct console *k, const char *label,
    const struct format_stick *at, size_t n, size_t now)
{
	struct view *v = ui_view(k, "format.head");

	v->act_now = view_fill(v, n > 0 ? "format.do" : "format.none", "a",
	    label, NULL);
	if (n > 0)
		view_checks(v, view_fill(v, "format.list", NULL));
	for (size_t i = 0; i < n; i++)
		view_check(v, i == now ? MARK_NOW : MARK_OPEN,
		    view_fill(v, "format.row", "maker", or_dash(at[i].maker),
		    "serial", or_dash(at[i].serial), "size", view_fmt(v,
		    "%lld", (long long)(at[i].bytes / 1000000)), NULL),
		    holds(v, &at[i]));
	v->then = view_fill(v, "format.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_ESC, NULL);
	view_key(v, KID_LANG, NULL);
	return v;
}

int
format_choose(struct console *k, const char *label, struct format_stick *out)
{
	struct format_stick at[STICKS_MAX];
	bool nested = k->nested;
	size_t n, now = 0;
	struct key key;
	int ret = -1;
	struct err e;

	k->nested = true;
	while (!k->over && ret == -1) {
		n = look(k, at);
		now = n > 0 && now >= n ? n - 1 : now;
		k->wake_ms = ui_now_ms() + LOOK_MS;
		if (ui_wait(k, choose_view(k, label, at, n, now), KX_LIST,
		    &key) != UI_KEY)
			continue;
		if (key.name == PRESS_ESC)
			break;
		if (n == 0)
			continue;
		k->moved = true;
		if (key.name == PRESS_DOWN)
			now = (now + 1) % n;
		if (key.name == PRESS_UP)
			now = (now + n - 1) % n;
		if (key.name != PRESS_ENTER)
			continue;
		ui_clear(k);
		ret = may(k, &at[now], &e);
		if (ret == -1)
			ui_refuse(k, &e);
		else
			*out = at[now];
	}
	k->moved = false;
	k->nested = nested;
	return ret;
}

/* ------------------------------------------------------------------ done */

int
format_make(struct console *k, const char *label,
    const struct format_stick *s, struct err *e)
{
	struct format_ask ask = { .what = FORMAT_MAKE, .n = s->seq,
		.label = label[0] };

	memcpy(ask.dev, s->dev, sizeof(ask.dev));
	if (format_ask(keep_line_fd(&k->format), &ask, NULL) == 0)
		return 0;
	if (errno == ENOENT || errno == EPERM)
		return err_set(e, ERR_REFUSED, "format.gone", NULL);
	return err_set(e, ERR_WORLD, "format.failed", "why",
	    strerrordesc_np(errno), NULL);
}

int
format_anew(struct console *k, const char *label, struct err *e)
{
	struct format_ask ask = { .what = FORMAT_ANEW, .label = label[0] };

	if (!format_can(k) ||
	    format_ask(keep_line_fd(&k->format), &ask, NULL) == 0)
		return 0;
	return err_set(e, ERR_WORLD, "media.io", "a", label, "what", "mount",
	    "why", strerrordesc_np(errno), NULL);
}

/* ------------------------------------------- before there is a transcript */

/* Two names and a word; 0, or -1: they went back. */
static int
agree(struct console *k, const char *label, const struct format_stick *s)
{
	struct form kept = k->form;
	bool nested = k->nested;
	enum form_event ev;
	struct key key;
	int ret = -1;
	struct err e;

	form_init(&k->form);
	form_text(&k->form, 40, false);
	form_text(&k->form, 40, false);
	form_text(&k->form, 8, true);
	k->nested = true;
	while (!k->over && ret == -1) {
		struct view *v = ui_view(k, "format.head");

		v->act_now = view_fill(v, "format.lost", "a", label, NULL);
		view_facts(v);
		format_facts(v, s);
		view_fields(v);
		view_field(v, &k->form, 0, view_fill(v, "format.first", NULL),
		    34, NULL);
		view_field(v, &k->form, 1, view_fill(v, "format.second",
		    NULL), 34, NULL);
		view_field(v, &k->form, 2, view_fill(v, "format.word", NULL),
		    8, view_fill(v, "format.word-note", NULL));
		view_key(v, KID_TAB, NULL);
		view_key(v, KID_ESC, NULL);
		ui_form(k, v, KX_STEP, &key, &ev);
		if (ev == FORM_ESC || (ev == FORM_PASS &&
		    key.name == PRESS_ESC))
			break;
		if (ev != FORM_DONE)
			continue;
		if (form_get(&k->form, 0)[0] == '\0' ||
		    form_get(&k->form, 1)[0] == '\0' ||
		    strcmp(form_get(&k->form, 0), form_get(&k->form, 1)) == 0)
			err_set(&e, ERR_REFUSED, "format.two", NULL);
		else if (strcmp(form_get(&k->form, 2), "erase") != 0)
			err_set(&e, ERR_REFUSED, "format.not-said", NULL);
		else
			ret = 0;
		if (ret == -1)
			ui_refuse(k, &e);
	}
	k->nested = nested;
	if (ret == 0 && notes < 2) {
		struct view *v = view_new(LANG_EN);
		char device[200];

		format_text(s, device, sizeof(device));
		snprintf(note[notes], NOTE_LEN, "%s", view_fill(v,
		    "format.note", "a", label, "device", device, "first",
		    form_get(&k->form, 0), "second", form_get(&k->form, 1),
		    NULL));
		view_free(v);
	}
	form_free(&k->form);
	k->form = kept;
	return ret;
}

void
format_first(struct console *k)
{
	const char *label = access(k->dir[0], F_OK) != 0 ? "A" : "B";
	struct format_stick s;
	struct err e;

	ui_clear(k);
	if (format_choose(k, label, &s) == -1 || agree(k, label, &s) == -1)
		return;
	ui_clear(k);
	if (format_make(k, label, &s, &e) == -1) {
		ui_refuse(k, &e);
		return;
	}
	notes += notes < 2;
	ui_result(k, "told.formatted", "a", label, NULL);
}

int
format_notes(struct console *k, struct err *e)
{
	for (size_t i = 0; i < notes; i++) {
		struct command cmd = { .event = EV_NOTE };

		cmd.d = json_new_obj();
		json_set_str(cmd.d, "text", note[i]);
		if (commit(k, &cmd, e) == -1)
			return -1;
	}
	notes = 0;
	return 0;
}
