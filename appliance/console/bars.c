/* SPDX-License-Identifier: MIT */
/*
 * Bars, foot and script as the views want them: what stands on every screen
 * in its fixed place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "appliance/console/console.h"

void
time_text(const struct console *k, int64_t t, char *out, size_t size)
{
	const char *zone = k->c != NULL && k->c->script != NULL ?
	    json_get_str(k->c->script, "zone") : k->zone;
	static char in_force[64];
	time_t when = (time_t)t;
	struct tm tm;

	if (zone == NULL || zone[0] == '\0')
		zone = "UTC";
	if (strcmp(zone, in_force) != 0) {
		snprintf(in_force, sizeof(in_force), "%.63s", zone);
		setenv("TZ", in_force, 1);
		tzset();
	}
	localtime_r(&when, &tm);
	if (strftime(out, size, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0 && size > 0)
		out[0] = '\0';
}

void
clock_text(const struct console *k, char *out, size_t size)
{
	time_text(k, console_now(k), out, size);
}

static void
bars_token(struct console *k, struct view *v)
{
	const struct token *t = NULL;
	const struct share_set *set;

	for (size_t i = 0; i < k->c->tokens; i++)
		if (k->c->token[i].state == TOKEN_READY &&
		    (t == NULL || k->c->token[i].active))
			t = &k->c->token[i];
	if (t == NULL)
		return;
	v->token = t->id;
	v->token_state = t->active && k->hsm_here ? VIEW_TOKEN_ACTIVE :
	    VIEW_TOKEN_INACTIVE;
	set = ceremony_set(k->c, t->id, "user-pin");
	if (set != NULL) {
		v->m = (unsigned)set->m;
		v->n = (unsigned)set->n;
		v->have = !k->hsm_here ? 0 :
		    (unsigned)ceremony_in(k->c, ROLE_CA_ADMINISTRATOR);
	}
}

/* "A B" both there and equal, "A !B" not. */
static const char *
media_text(struct console *k, struct view *v)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (int i = 0; i < journal_media(k->j); i++) {
		struct medium_info mi = journal_medium(k->j, i);

		buf_fmt(&b, "%s%s%s", i > 0 ? " " : "",
		    mi.state == MEDIUM_GOOD ? "" : "!", i == 0 ? "A" : "B");
	}
	s = view_str(v, buf_cstr(&b));
	buf_free(&b);
	return s;
}

static enum mark
step_mark(const struct ceremony *c, size_t i)
{
	switch (c->step[i].state) {
	case STEP_DONE:
		return MARK_DONE;
	case STEP_DEVIATED:
		return MARK_PROBLEM;
	case STEP_NOT_RUN:
		return MARK_SKIPPED;
	case STEP_NOW:
		return MARK_NOW;
	case STEP_TODO:
		break;
	}
	return i == c->now ? MARK_NOW : MARK_OPEN;
}

static const char *
codes_text(struct view *v, const struct json *codes)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; i < json_count(codes); i++)
		buf_fmt(&b, "%s%s", i > 0 ? " " : "",
		    json_str(json_at(codes, i)));
	s = view_str(v, buf_cstr(&b));
	buf_free(&b);
	return s;
}

/* The heading of an act, with its steps and their minutes. */
static void
act_heading(struct console *k, struct view *v, struct block *b, size_t first,
    size_t act)
{
	size_t steps = 0, minutes = 0;
	struct step s;

	for (size_t i = first; i < k->c->steps; i++) {
		if (script_step(k->c->script, i, &s) == -1 || s.act != act)
			break;
		steps++;
		minutes += (size_t)s.minutes;
	}
	view_script_act(v, b, view_fmt(v, "%zu", act + 1),
	    script_act_title(k->c->script, act, k->lang), steps, minutes);
}

static void
fill_script(struct console *k, struct view *v, struct block *b)
{
	const struct ceremony *c = k->c;
	size_t act = (size_t)-1;

	for (size_t i = 0; i < c->steps; i++) {
		struct step s;
		char done[64] = "", plan[16], took[24] = "";

		if (script_step(c->script, i, &s) == -1)
			break;
		if (s.act != act) {
			act = s.act;
			act_heading(k, v, b, i, act);
		}
		if (c->step[i].ended != 0) {
			time_text(k, c->step[i].ended, done, sizeof(done));
			memmove(done, done + 11, 6);
			done[5] = '\0';
			snprintf(took, sizeof(took), "%lld", (long long)
			    (c->step[i].ended - c->step[i].begun) / 60);
		}
		snprintf(plan, sizeof(plan), "%d", s.minutes);
		view_script_step(v, b, step_mark(c, i), s.no,
		    codes_text(v, s.by), step_sentence(k, v, &s),
		    view_str(v, done), view_str(v, plan), view_str(v, took));
	}
}

void
bars_fill(struct console *k, struct view *v)
{
	const struct ceremony *c = k->c;
	char t[64];

	clock_text(k, t, sizeof(t));
	v->clock = view_str(v, t);
	for (size_t i = 0; i < k->feet; i++)
		view_result(v, k->foot[i].time, k->foot[i].step,
		    k->foot[i].text[k->lang]);
	if (c == NULL || c->head.n < 0) {
		v->mode = VIEW_CLOSED;
		v->title = view_fill(v, "bar.no-volume", NULL);
		return;
	}
	v->mode = c->production ? VIEW_PRODUCTION : VIEW_REHEARSAL;
	v->media = media_text(k, v);
	if (!k->hsm_here && !k->hsm_lost) {
		v->title = view_fill(v, "bar.found", NULL);
		v->line2 = c->origin;
		return;
	}
	if (c->script != NULL) {
		v->title = view_pair(v, script_title(c->script, k->lang),
		    script_title(c->script, lang_other(k->lang)));
		v->version = json_get_str(c->script, "version");
		v->of = (unsigned)c->steps;
		v->at = (unsigned)(c->now < c->steps ? c->now + 1 :
		    c->steps);
		v->step = view_str(v, c->now < c->steps ?
		    ceremony_step_no(c, c->now) : "-");
	} else {
		v->title = view_fill(v, "bar.no-script", NULL);
		v->line2 = c->origin;
	}
	/* Before this sitting is open the fold tells of the last one. */
	for (size_t i = 0; i < c->persons; i++)
		if (c->person[i].in && k->hsm_here)
			view_in(v, c->person[i].code);
	if (!c->roster_sealed)
		v->in_note = view_fill(v, "bar.roster-open", NULL);
	bars_token(k, v);
	for (size_t i = 0; i < c->deviations; i++)
		if (c->deviation[i].decision[0] == '\0')
			v->deviation = view_fmt(v, "%d", c->deviation[i].no);
	if (c->script != NULL && c->now < c->steps) {
		struct step s;

		if (script_step(c->script, c->now, &s) == 0)
			v->act = view_fill(v, "bar.act", "n",
			    view_fmt(v, "%zu", s.act + 1), "title",
			    view_pair(v, script_act_title(c->script, s.act,
			    k->lang), script_act_title(c->script, s.act,
			    lang_other(k->lang))), NULL);
	}
	if (c->script != NULL && ui_wide())
		fill_script(k, v, view_side_script(v));
}

void
bars_script(struct console *k, struct view *v)
{
	if (k->c != NULL && k->c->script != NULL)
		fill_script(k, v, view_script(v));
}

void
bars_words(struct view *v, const uint8_t digest[static SHA256_LEN],
    struct console *k)
{
	view_words(v, k->hex ? WORDS_HEX : WORDS_LINES, digest, true);
}

/* "SM1, operations manager": who is not enrolled has no name yet. */
static const char *
code_role(struct console *k, struct view *v, const char *code)
{
	const char *id = k->c->script != NULL ?
	    script_role(k->c->script, code) : NULL;
	const struct role_info *r = id != NULL ? role_find(id) : NULL;

	if (r == NULL)
		return code;
	return view_fill(v, "who.role", "code", code, "role",
	    view_fill(v, r->label, NULL), NULL);
}

const char *
people_text(struct console *k, struct view *v, const struct json *codes)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; i < json_count(codes); i++) {
		const char *code = json_str(json_at(codes, i));
		const struct person *p = ceremony_code(k->c, code);

		if (i > 0)
			buf_str(&b, ", ");
		if (p != NULL)
			buf_fmt(&b, "%s (%s)", p->name, code);
		else
			buf_str(&b, code_role(k, v, code));
	}
	s = view_str(v, buf_cstr(&b));
	buf_free(&b);
	return s;
}
