/* SPDX-License-Identifier: MIT */
/*
 * Pages made of the log: made here from what was folded, put on an OUT stick
 * and read back, or handed to the printer.  Invariant: no page leaves before
 * an entry tells of it, and what goes beyond the copies that were meant is
 * marked as a re-print.  Then what of a script is done on paper, and the
 * review that the log examiner signs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "appliance/world/folded.h"
#include "appliance/world/letters.h"
#include "media/paper/sheet.h"

#define TARGETS 16
#define PRINTER "printer"

/* A document and where it can go. */
struct target {
	enum paper_kind kind;
	char to[32];
};

struct targets {
	struct target at[TARGETS];
	size_t n;
};

static void
add_target(struct targets *t, enum paper_kind kind, const char *to)
{
	if (t->n == TARGETS)
		return;
	t->at[t->n].kind = kind;
	snprintf(t->at[t->n++].to, sizeof(t->at[0].to), "%.31s", to);
}

/* Each document that can be made now, by each OUT stick and the printer. */
static void
look_for(struct console *k, struct targets *t)
{
	const struct json *sticks;
	struct msg a;
	struct err e;

	t->n = 0;
	if (k->c->sitting == SITTING_CLOSING)
		return;
	if (ask(k, PARTY_COURIER, MSG_STICKS, NULL, NULL, 0, &a, &e) == -1)
		return;
	sticks = json_get(a.json, "sticks");
	for (int kind = 0; kind < PAPER_KINDS; kind++) {
		if (ceremony_paper_end(k->c, (enum paper_kind)kind) < 0)
			continue;
		for (size_t i = 0; i < json_count(sticks); i++) {
			const struct json *s = json_at(sticks, i);
			const char *name = json_get_str(s, "name");

			if (name != NULL && strncmp(name, "OUT", 3) == 0 &&
			    json_get_int(s, "here", 0) == 1)
				add_target(t, (enum paper_kind)kind, name);
		}
		if (json_get_int(a.json, PRINTER, 0) == 1)
			add_target(t, (enum paper_kind)kind, PRINTER);
	}
	msg_fini(&a);
}

/* Which print the next one is: copy n of `of`; or `of` is 0 and n the
 * re-print's number, 0 of the one print that was meant. */
static int
next_print(const struct console *k, enum paper_kind kind, int *of)
{
	int tries = k->c->printed[kind];
	int meant = ceremony_paper_meant(k->c, kind);

	*of = meant > 1 && tries < meant ? meant : 0;
	return *of > 0 ? tries + 1 : tries < meant ? 0 : tries - meant + 1;
}

/* The document as the log has it up to its end, marked as the print it is. */
static int
make_doc(struct console *k, enum paper_kind kind, const struct letters *l,
    struct doc **out, struct err *e)
{
	const struct object_source objects = { object_get, k };
	int64_t end = ceremony_paper_end(k->c, kind);
	struct folded f;
	size_t len;
	const uint8_t *log = journal_log(k->j, &len);
	int ret = folded_make(&f, log, len, &objects, folded_at, &end, e);
	int of;

	if (ret == 1)
		ret = err_set(e, ERR_REFUSED, "print.wait", NULL);
	f.log.copy = next_print(k, kind, &of);
	f.log.of = of;
	if (ret == 0)
		ret = kind == PAPER_SHEET ?
		    sheet_make(&f.log, letters_fonts(l), out, e) :
		    transcript_make(&f.log, letters_fonts(l), out, e);
	folded_fini(&f);
	return ret;
}

/* "transcript-226.pdf", "-copy-1-of-2.pdf", "-reprint-1.pdf" */
static void
file_name(const struct console *k, enum paper_kind kind, char *out,
    size_t size)
{
	int of, n = next_print(k, kind, &of), len;

	len = snprintf(out, size, "%s-%lld", paper_kind_name(kind),
	    (long long)ceremony_paper_end(k->c, kind));
	if (of > 0)
		snprintf(out + len, size - (size_t)len, "-copy-%d-of-%d.pdf",
		    n, of);
	else if (n > 0)
		snprintf(out + len, size - (size_t)len, "-reprint-%d.pdf", n);
	else
		snprintf(out + len, size - (size_t)len, ".pdf");
}

/*
 * What a try that failed came to.  Denied is what certainly left nothing; who
 * died said nothing of it.
 */
static enum rc
came_to(const struct err *e)
{
	static const char *const NOTHING[] = { "print.none", "print.offline",
		"print.no-paper", "print.device", "media.full",
		"media.read-only" };

	for (size_t i = 0; i < sizeof(NOTHING) / sizeof(*NOTHING); i++)
		if (strcmp(e->id, NOTHING[i]) == 0)
			return RC_DENIED;
	return strcmp(e->id, "world.died") == 0 ? RC_ABORTED : RC_FAIL;
}

/* All of it, or how far the printer came. */
static int
put_paper(struct console *k, const struct doc *d, struct err *e)
{
	struct buf ps = BUF_INIT;
	struct msg a;
	int ret;

	doc_ps(d, &ps);
	ret = ask(k, PARTY_COURIER, MSG_PRINT, NULL, ps.data, ps.len, &a, e);
	if (ret == 0)
		msg_fini(&a);
	buf_free(&ps);
	return ret;
}

/* Written, out and in again, the same. */
static int
put_file(struct console *k, const char *stick, const char *file,
    const struct buf *pdf, struct err *e)
{
	struct buf back = BUF_INIT;
	struct json *j;
	struct msg a;
	int ret;

	if (write_stick(k, stick, file, pdf->data, pdf->len, e) == -1)
		return -1;
	j = json_new_obj();
	json_set_str(j, "stick", stick);
	if (ask(k, PARTY_COURIER, MSG_RELEASE, j, NULL, 0, &a, e) == 0)
		msg_fini(&a);
	ret = read_stick(k, stick, file, true, &back, e);
	if (ret == 0 && (back.len != pdf->len ||
	    memcmp(back.data, pdf->data, pdf->len) != 0))
		ret = err_set(e, ERR_WORLD, "media.readback", "file", file,
		    "k", stick, NULL);
	buf_free(&back);
	return ret;
}

/* Who stands for it: an operations manager, else whoever else may. */
static const char *
author(const struct console *k)
{
	static const unsigned ROLES[] = { ROLE_OPERATIONS_MANAGER,
		ROLE_CA_ADMINISTRATOR, ROLE_LOG_EXAMINER };

	for (size_t r = 0; r < sizeof(ROLES) / sizeof(*ROLES); r++)
		for (size_t i = 0; i < k->c->persons; i++)
			if (k->c->person[i].in &&
			    (k->c->person[i].roles & ROLES[r]) != 0)
				return k->c->person[i].id;
	return NULL;
}

/* That it leaves, before it does. */
static int
put_begin(struct console *k, const struct target *t, size_t pages,
    const struct buf *pdf, struct err *e)
{
	struct command cmd = { .event = EV_PRINT_BEGIN,
		.by = { author(k) } };
	uint8_t sha[SHA256_LEN];

	sha256(sha, pdf->data, pdf->len);
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "copy", k->c->printed[t->kind]);
	json_set_str(cmd.d, "doc", paper_kind_name(t->kind));
	json_set_int(cmd.d, "end", ceremony_paper_end(k->c, t->kind));
	json_set_int(cmd.d, "meant", ceremony_paper_meant(k->c, t->kind));
	json_set_int(cmd.d, "pages", (int64_t)pages);
	json_set_hex(cmd.d, "sha256", sha, SHA256_LEN);
	json_set_str(cmd.d, "to", t->to);
	return commit(k, &cmd, e);
}

/* And what came of it; nobody stands for what nobody saw. */
static int
put_end(struct console *k, enum rc rc, struct err *e)
{
	const struct printing *p = &k->c->printing;
	struct command cmd = { .event = EV_PRINT, .rc = rc,
		.by = { rc == RC_ABORTED ? NULL : author(k) } };

	cmd.d = json_new_obj();
	json_set_int(cmd.d, "copy", p->copy);
	json_set_str(cmd.d, "doc", paper_kind_name(p->kind));
	json_set_int(cmd.d, "end", p->end);
	json_set_int(cmd.d, "pages", p->pages);
	json_set_hex(cmd.d, "sha256", p->sha, SHA256_LEN);
	json_set_str(cmd.d, "to", p->to);
	return commit(k, &cmd, e);
}

int
print_unknown(struct console *k, struct err *e)
{
	if (!k->c->printing.open)
		return 0;
	ui_result(k, "told.print-unknown", "to", k->c->printing.to, NULL);
	return put_end(k, RC_ABORTED, e);
}

/* Begun, out, ended. */
static int
leave_page(struct console *k, const struct target *t, const struct doc *d,
    const char *file, struct err *e)
{
	struct buf pdf = BUF_INIT;
	struct err why;
	int ret;

	doc_pdf(d, &pdf);
	ret = put_begin(k, t, d->n, &pdf, e);
	if (ret == 0) {
		ret = strcmp(t->to, PRINTER) == 0 ?
		    put_paper(k, d, e) :
		    put_file(k, t->to, file, &pdf, e);
		if (put_end(k, ret == 0 ? RC_OK : came_to(e), &why) == -1) {
			*e = why;
			ret = -1;
		}
	}
	buf_free(&pdf);
	return ret;
}

static void
make(struct console *k, const struct target *t)
{
	struct letters l;
	struct doc *d = NULL;
	char file[64], pages[24];
	struct err e;
	int ret = letters_load(&l, &e);

	file_name(k, t->kind, file, sizeof(file));
	if (ret == 0)
		ret = print_unknown(k, &e);
	if (ret == 0)
		ret = make_doc(k, t->kind, &l, &d, &e);
	if (ret == 0)
		ret = leave_page(k, t, d, file, &e);
	if (ret == 0) {
		snprintf(pages, sizeof(pages), "%zu", d->n);
		ui_result(k, "told.printed", "file", file, "pages", pages,
		    "to", t->to, NULL);
	} else {
		ui_refuse(k, &e);
	}
	doc_free(d);
	letters_fini(&l);
}

/* "copy 1 of 2", "re-print 1" */
static const char *
print_mark(struct console *k, struct view *v, enum paper_kind kind)
{
	int of, n = next_print(k, kind, &of);

	if (n == 0)
		return "";
	return view_fill(v, of > 0 ? "print.copy" : "print.again", "n",
	    view_fmt(v, "%d", n), "of", view_fmt(v, "%d", of), NULL);
}

static struct view *
pages_view(struct console *k, const struct targets *t, size_t now)
{
	struct view *v = ui_view(k, "print.head");
	enum paper_kind kind = t->n > 0 ? t->at[now].kind : PAPER_TRANSCRIPT;
	int64_t end = ceremony_paper_end(k->c, kind);

	v->act_now = view_fill(v, t->n > 0 ? "print.do" : "print.nowhere",
	    NULL);
	if (t->n > 0)
		view_checks(v, view_fill(v, "print.list", NULL));
	for (size_t i = 0; i < t->n; i++) {
		const struct target *at = &t->at[i];
		const char *doc = view_fill(v, at->kind == PAPER_SHEET ?
		    "print.sheet" : "print.transcript", NULL);

		view_check(v, i == now ? MARK_NOW : MARK_OPEN, view_fill(v,
		    strcmp(at->to, PRINTER) == 0 ? "print.on-paper" :
		    "print.on-stick", "doc", doc, "stick", at->to, NULL),
		    print_mark(k, v, at->kind));
	}
	if (end >= 0) {
		view_para(v, view_fill(v, kind == PAPER_TRANSCRIPT &&
		    k->c->sitting != SITTING_SEALED ? "print.end-before" :
		    "print.end", "n", view_fmt(v, "%lld", (long long)end),
		    NULL));
		bars_words(v, ceremony_hash(k->c, end), k);
	}
	v->then = view_fill(v, "print.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_ESC, NULL);
	view_key(v, KID_LANG, NULL);
	return v;
}

/* Until Esc: a document and a place are chosen, Enter makes it. */
void
do_pages(struct console *k)
{
	bool nested = k->nested;
	size_t now = 0;

	k->nested = true;
	ui_clear(k);
	while (!k->over) {
		struct targets t;
		struct key key;

		look_for(k, &t);
		now = t.n > 0 && now >= t.n ? t.n - 1 : now;
		if (ui_wait(k, pages_view(k, &t, now), KX_LIST | KX_WORDS,
		    &key) != UI_KEY)
			continue;
		if (key.name == PRESS_ESC)
			break;
		k->moved = true;
		if (key.name == PRESS_DOWN)
			now = t.n > 0 ? (now + 1) % t.n : 0;
		if (key.name == PRESS_UP)
			now = t.n > 0 ? (now + t.n - 1) % t.n : 0;
		if (key.name == PRESS_ENTER && t.n > 0) {
			ui_clear(k);
			make(k, &t.at[now]);
		}
	}
	k->moved = false;
	ui_clear(k);
	k->nested = nested;
}

/* Steps that are done on paper, pages that are made here, and logout. */
void
do_paper(struct console *k, const struct next *n)
{
	bool print = n->step.verb == VERB_PRINT;
	const char *what = json_get_str(n->step.json, "what");
	bool sheet = what != NULL && strcmp(what, "transcript") != 0;
	int made = k->c->printed[sheet ? PAPER_SHEET : PAPER_TRANSCRIPT];
	struct view *v = ui_view(k, "paper.head");
	struct key key;
	char value[24];

	step_heads(k, v, &n->step);
	if (print)
		view_para(v, view_fill(v, made == 0 ? "print.none-yet" :
		    "print.made", "n", view_fmt(v, "%d", made), NULL));
	v->then = view_fill(v, n->step.verb == VERB_LOGOUT ?
	    "paper.logout" : print ? "print.step" : "paper.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_PAPER, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY ||
	    key.name != PRESS_ENTER)
		return;
	if (n->step.verb == VERB_LOGOUT)
		for (size_t i = 0; i < k->c->persons; i++)
			if (k->c->person[i].in)
				logout(k, &k->c->person[i], "logout");
	snprintf(value, sizeof(value), "%d", made);
	if (print && put_field(k, &n->step, "made", value) == -1)
		return;
	do_end(k, n);
}

/* CPS 5.4.2: signed at the trusted prompt; without one, read on paper. */
void
do_review(struct console *k, const struct next *n)
{
	const struct person *p = visit_person(k);
	bool sealed = k->c->sitting == SITTING_SEALED;
	int64_t to = sealed ? k->c->sealed : k->c->head.n;
	struct view *v = ui_view(k, "verb.review");
	struct key key;

	step_heads(k, v, &n->step);
	view_para(v, view_fill(v, "review.to", "n", view_fmt(v, "%lld",
	    (long long)to), "from", view_fmt(v, "%lld",
	    (long long)k->c->reviewed + 1), NULL));
	bars_words(v, ceremony_hash(k->c, to), k);
	if (p != NULL) {
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
		v->act_now = view_fill(v, "review.do", NULL);
		view_key(v, KID_TRUSTED, NULL);
	}
	v->then = view_fill(v, "review.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_WORDS, &key) == UI_KEY &&
	    key.name == PRESS_ENTER &&
	    put_field(k, &n->step, "review", "on-paper") == 0)
		do_end(k, n);
}
