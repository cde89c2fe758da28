/* SPDX-License-Identifier: MIT */
/*
 * The clock, set from two references.  Invariant: it moves once, by what two
 * different sources agree on, and never behind the last moment known.  It is
 * this program's own; on the appliance the machine's is asked to follow.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "appliance/world/clock.h"

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

/* What the appliance could not do is an entry. */
static void
note_unset(struct console *k, const char *what, const char *value)
{
	struct command cmd = { .event = EV_ANOMALY };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "value", value);
	json_set_str(cmd.d, "what", what);
	(void)commit(k, &cmd, &e);
}

/*
 * The machine's clock, to where ours is to move: 0 it has the new time, 1 we
 * do not know that it has, -1 it would go where it never goes.
 */
static int
set_machine(struct console *k, int64_t by, struct clock_answer *a)
{
	struct clock_ask ask = { console_lead(k) + by, k->c->last_t };

	memset(a, 0, sizeof(*a));
	if (k->clock.path == NULL)
		return 1;
	if (clock_ask(keep_line_fd(&k->clock), &ask, a) == -1) {
		a->why = errno;
		return errno == ERANGE ? -1 : 1;
	}
	return 0;
}

static struct json *
clock_data(struct console *k, int64_t by, const char *n1, const char *n2)
{
	struct json *d = json_new_obj(), *src, *o;
	int64_t now = console_now(k);
	char t[CIVIL_LEN];

	civil_format(now + by, t);
	json_set_str(d, "new", t);
	json_set_int(d, "offset", by);
	civil_format(now, t);
	json_set_str(d, "old", t);
	src = json_set(d, "sources", json_new_arr());
	for (int i = 0; i < 2; i++) {
		o = json_add(src, json_new_obj());
		json_set_str(o, "name", i == 0 ? n1 : n2);
		civil_format(READ[i].shown, t);
		json_set_str(o, "shown", t);
		civil_format(READ[i].at, t);
		json_set_str(o, "at", t);
	}
	return d;
}

static int
set_clock(struct console *k, const struct step *s, struct err *e)
{
	struct command cmd = { .event = EV_CLOCK_SET };
	int64_t a = READ[0].shown - READ[0].at, b = READ[1].shown -
	    READ[1].at, now = console_now(k);
	struct clock_answer machine;
	int unset;
	const char *n1 = form_get(&k->form, 0), *n2 = form_get(&k->form, 2);
	char t[CIVIL_LEN];

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
	cmd.d = clock_data(k, a, n1, n2);
	unset = set_machine(k, a, &machine);
	if (unset == -1) {
		json_free(cmd.d);
		return err_set(e, ERR_REFUSED, "clock.bounds", NULL);
	}
	k->ahead_ms += a * 1000;
	authors(k, s, &cmd);
	if (commit(k, &cmd, e) == -1) {
		k->ahead_ms -= a * 1000;
		return -1;
	}
	if (k->clock.path != NULL && unset == 1)
		note_unset(k, "clock-not-set", strerrordesc_np(machine.why));
	else if (k->clock.path != NULL && !machine.rtc)
		note_unset(k, "rtc-not-set", "-");
	return 0;
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
			form_text(&k->form, 40, false);
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
	hands_keys(k, v);
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
