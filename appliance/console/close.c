/* SPDX-License-Identifier: MIT */
/*
 * How a sitting ends: close, cosignatures, seal, sticks brought up to date.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/credential.h"
#include "ceremony/state/dates.h"

/* Every missing medium's absence was said to be so. */
static bool
absence(const struct console *k)
{
	for (int i = 0; i < 2; i++)
		if (journal_medium(k->j, i).state != MEDIUM_GOOD &&
		    !k->absence_told[i])
			return false;
	return true;
}

/* The close goes on without a medium, and an entry says so. */
static void
tell_absence(struct console *k)
{
	for (int i = 0; i < 2; i++) {
		struct command cmd = { .event = EV_MEDIA_RETIRE };

		if (journal_medium(k->j, i).state == MEDIUM_GOOD ||
		    k->absence_told[i])
			continue;
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "medium", i == 0 ? "A" : "B");
		json_set_str(cmd.d, "why", "absent");
		if (commit_shown(k, &cmd) == 0)
			k->absence_told[i] = true;
	}
}

static void
seal_checks(struct console *k, struct view *v)
{
	const struct ceremony *c = k->c;
	size_t active = 0, items = 0, done = 0, open = 0;

	for (size_t i = 0; i < c->tokens; i++)
		active += c->token[i].active;
	for (size_t i = 0; i < c->items; i++) {
		if (c->item[i].kind == ITEM_DEACTIVATE ||
		    ceremony_plan_item(c, c->item[i].id, NULL) == NULL)
			continue;
		items++;
		done += c->item[i].state == ITEM_DONE;
	}
	for (size_t i = 0; i < c->deviations; i++)
		open += c->deviation[i].decision[0] == '\0';
	view_checks(v, view_fill(v, "seal.before", NULL));
	view_check(v, active == 0 ? MARK_DONE : MARK_OPEN,
	    view_fill(v, "seal.tokens", NULL), "");
	view_check(v, ceremony_doubt(c) == NULL ? MARK_DONE : MARK_OPEN,
	    view_fill(v, "seal.doubt", NULL), "");
	view_check(v, items == done ? MARK_DONE : MARK_PROBLEM,
	    view_fill(v, "seal.plan", NULL), view_fmt(v, "%zu / %zu", done,
	    items));
	view_check(v, c->signed_unclosed == 0 || c->copies >= 2 ?
	    MARK_DONE : MARK_OPEN, view_fill(v, "seal.copies", NULL),
	    view_fmt(v, "%d", c->copies));
	if (journal_media(k->j) == 2) {
		char name[2];
		size_t missing = media_missing(k, name);

		view_check(v, missing == 0 ? MARK_DONE : absence(k) ?
		    MARK_PROBLEM : MARK_OPEN, view_fill(v, "seal.media",
		    NULL), missing == 0 ? "" : view_fill(v, "seal.without",
		    "a", name, NULL));
	}
	view_check(v, open == 0 ? MARK_DONE : MARK_OPEN,
	    view_fill(v, "seal.deviations", NULL), view_fmt(v, "%zu",
	    c->deviations));
}

/* A medium is missing. */
static void
close_ways(struct view *v, const char *name)
{
	view_ways(v, view_fill(v, "ways.on", NULL));
	view_way(v, "r", view_fill(v, "seal.way-r", "a", name, NULL));
	view_way(v, "g", view_fill(v, "seal.way-g", "a", name, NULL));
	view_way(v, "a", view_fill(v, "seal.way-a", "a", name, NULL));
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_WAY_A, view_fill(v, "medium.key", NULL));
	view_key(v, KID_WAY_G, view_fill(v, "seal.without", "a", name,
	    NULL));
}

/* S-23, first half: the list is computed; Enter closes the sitting. */
void
do_close(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_SITTING_CLOSE };
	const struct person *om = NULL, *wait = visit_person(k);
	char name[2] = "";
	struct view *v;
	bool enough, whole = journal_media(k->j) < 2 || media_missing(k, name) == 0 ||
	    absence(k);
	struct key key;
	struct err e;

	if (medium_asked(k)) {
		do_medium(k);
		return;
	}
	v = ui_view(k, "seal.head");
	step_heads(k, v, &n->step);
	seal_checks(k, v);
	if (!whole)
		close_ways(v, name);
	for (size_t i = 0; i < k->c->persons; i++)
		if (k->c->person[i].in && (k->c->person[i].role_in &
		    ROLE_OPERATIONS_MANAGER) != 0)
			om = &k->c->person[i];
	enough = om != NULL && ceremony_in(k->c, ROLE_CA_ADMINISTRATOR) >=
	    (size_t)ceremony_seal_quorum(k->c);
	if (!enough && wait != NULL)
		v->who = view_fill(v, "people.who", "person", wait->name,
		    "code", wait->code, NULL);
	v->then = enough ? view_fill(v, "seal.then", NULL) :
	    view_fill(v, "seal.people", "have", view_fmt(v, "%zu",
	    ceremony_in(k->c, ROLE_CA_ADMINISTRATOR)), "m", view_fmt(v, "%d",
	    ceremony_seal_quorum(k->c)), NULL);
	if (!enough || whole)
		view_key(v, enough ? KID_ENTER : KID_TRUSTED, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, whole ? KX_STEP : KX_STEP | KX_WAYS, &key) !=
	    UI_KEY)
		return;
	if (!whole && (key.cp == 'r' || key.cp == 'g' || key.cp == 'a'))
		ui_clear(k);
	if (!whole && key.cp == 'a')
		medium_begin(k);
	if (!whole && key.cp == 'r')
		rejoin(k, false);
	if (!whole && key.cp == 'g')
		tell_absence(k);
	if (key.name != PRESS_ENTER || !enough || !whole)
		return;
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "sitting", k->c->s);
	json_set_str(cmd.d, "why", "script");
	cmd.by[0] = om->id;
	ui_clear(k);
	if (commit(k, &cmd, &e) == -1 || log_checkpoint(k, &e) == -1)
		ui_refuse(k, &e);
}

/* S-23: a quorum and the manager cosign, the log token seals. */
void
do_cosign(struct console *k, const struct next *n)
{
	struct err e;

	if (!ceremony_cosigned(k->c)) {
		do_people(k, n);
		return;
	}
	if (log_checkpoint(k, &e) == -1) {
		ui_refuse(k, &e);
		do_people(k, n);
		return;
	}
	ui_result(k, "told.sealed", NULL);
}

struct sealed {
	struct note note;
	bool found;
};

/* The sealed checkpoint with its signatures, from the lines themselves. */
static void
read_seal(struct console *k, struct sealed *s)
{
	size_t len;
	const uint8_t *at = journal_log(k->j, &len);
	int64_t i = 0;

	memset(s, 0, sizeof(*s));
	memcpy(s->note.origin, k->c->origin, sizeof(s->note.origin));
	s->note.size = k->c->checkpoint_size;
	memcpy(s->note.root, k->c->checkpoint_root, SHA256_LEN);
	s->note.head.n = k->c->sealed;
	memcpy(s->note.head.hash, ceremony_hash(k->c, k->c->sealed),
	    SHA256_LEN);
	for (; len > 0; i++) {
		const uint8_t *nl = memchr(at, '\n', len);
		size_t n = (size_t)(nl - at) + 1;
		struct json *j = NULL;
		struct err e;

		if (i == k->c->sealed && json_parse((const char *)at + 65,
		    n - 66, JSON_DEPTH, &j, &e) == 0) {
			struct note_sig *g = &s->note.sig[0];
			struct buf sig = BUF_INIT;
			const char *t = json_get_str(j, "t");

			snprintf(g->name, sizeof(g->name), "log/transcript");
			snprintf(g->alg, sizeof(g->alg), "%.15s",
			    k->c->log_alg);
			if (json_get_b64(json_get(j, "d"), "sig", &sig) ==
			    0 && sig.len <= sizeof(g->sig)) {
				memcpy(g->sig, sig.data, sig.len);
				g->len = sig.len;
				s->note.n_sigs = 1;
				s->found = true;
			}
			if (t != NULL)
				(void)civil_parse(t, strlen(t),
				    &s->note.sealed);
			buf_free(&sig);
			json_free(j);
			return;
		}
		at += n;
		len -= n;
	}
}

/* The note goes into a credential without opening it. */
static int
update_stick(struct console *k, const struct person *p,
    const struct sealed *s, struct err *e)
{
	struct command cmd = { .event = EV_CUSTODIAN_NOTE };
	struct buf raw = BUF_INIT, out = BUF_INIT;
	struct credential cr;
	char file[NAME_LEN + 16];
	int ret = -1;

	snprintf(file, sizeof(file), "%.32s%s", p->id, CREDENTIAL_NAME);
	credential_init(&cr);
	if (read_stick(k, p->stick, file, false, &raw, e) == -1 ||
	    decode(k, "credential", file, raw.data, raw.len, NULL, NULL,
	    e) == -1 || credential_parse(buf_cstr(&raw), raw.len, &cr, e) ==
	    -1)
		goto out;
	credential_set_note(&cr, &s->note);
	credential_format(&cr, &out);
	if (write_stick(k, p->stick, file, out.data, out.len, e) == -1)
		goto out;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "head", s->note.head.hash, SHA256_LEN);
	json_set_str(cmd.d, "person", p->id);
	json_set_int(cmd.d, "size", k->c->head.n + 1);
	ret = commit(k, &cmd, e);
out:
	credential_fini(&cr);
	buf_free(&raw);
	buf_free(&out);
	return ret;
}

void
logout(struct console *k, const struct person *p, const char *why)
{
	struct command cmd = { .event = EV_AUTH_LOGOUT };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "person", p->id);
	json_set_str(cmd.d, "why", why);
	(void)commit(k, &cmd, &e);
}

#define DUE_DATES 512

struct due_table {
	size_t n;
	struct due_date row[DUE_DATES];
};

static void
due_row(void *arg, const struct due_date *d)
{
	struct due_table *t = arg;
	size_t i = t->n;

	if (t->n == DUE_DATES)
		return; /* due-dates.ics in the bundle has them all */
	for (; i > 0 && t->row[i - 1].t > d->t; i--)
		t->row[i] = t->row[i - 1];
	t->row[i] = *d;
	t->n++;
}

/* What this day's work makes due; a rehearsal shows what would be. */
static void
due_dates(struct console *k, struct view *v)
{
	struct due_table *t;
	char day[64];

	if (k->c->signed_unclosed == 0)
		return;
	view_para(v,
	    view_fill(
		v, k->c->production ? "due.head" : "due.rehearsal", NULL));
	view_table(v, "", 12, "", 0, NULL);
	t = xcalloc(1, sizeof(*t));
	ceremony_dates(k->c, due_row, t);
	for (size_t i = 0; i < t->n; i++) {
		time_text(k, t->row[i].t, day, sizeof(day));
		day[10] = '\0';
		view_row(v, view_str(v, day), view_fill(v, t->row[i].what,
		    "item", t->row[i].item, NULL), NULL);
	}
	free(t);
}

/* S-24: the words of the end; then the sticks of those who are in. */
void
do_notes(struct console *k, const struct next *n)
{
	const uint8_t *hash = ceremony_hash(k->c, k->c->sealed);
	struct view *v = ui_view(k, "sealed.head");
	struct sealed s;
	struct key key;
	struct err e;
	char t[64];

	(void)n;
	time_text(k, k->c->last_t, t, sizeof(t));
	view_para(v, view_fill(v, "sealed.at", "n", view_fmt(v, "%lld",
	    (long long)k->c->sealed), "time", t, NULL));
	bars_words(v, hash, k);
	view_break(v);
	due_dates(k, v);
	v->who = view_fill(v, "sealed.who", NULL);
	v->act_now = view_fill(v, k->page == 0 && k->c->signed_unclosed > 0 ?
	    "sealed.do" : "sealed.do-last", NULL);
	v->then = view_fill(v, "sealed.then", NULL);
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_PAPER, NULL);
	if (ui_wait(k, v, KX_STEP | KX_ANSWER | KX_WORDS | KX_REVIEW,
	    &key) != UI_KEY)
		return;
	if (key.cp == 'n')
		k->page = 0;
	if (key.cp != 'y')
		return;
	read_seal(k, &s);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];

		if (!p->in || p->note > k->c->sealed)
			continue;
		if (update_stick(k, p, &s, &e) == -1) {
			struct err w;

			err_set(&w, ERR_WORLD, "cred.not-updated", "person",
			    p->name, "n", "-", NULL);
			ui_refuse(k, &w);
			logout(k, p, "not-updated");
		}
	}
	ui_result(k, "told.notes", NULL);
}

void
do_done(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "done.head");
	struct key key;

	(void)n;
	view_para(v, view_fill(v, "done.text", NULL));
	view_facts(v);
	view_fact(v, view_fill(v, "done.entries", NULL), view_fmt(v, "%lld",
	    (long long)k->c->head.n + 1));
	if (k->c->sealed >= 0)
		bars_words(v, ceremony_hash(k->c, k->c->sealed), k);
	view_key(v, KID_LEAVE, NULL);
	view_key(v, KID_PAPER, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_HELP, NULL);
	(void)ui_wait(k, v, KX_STEP | KX_WORDS, &key);
}
