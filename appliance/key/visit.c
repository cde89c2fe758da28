/* SPDX-License-Identifier: MIT */
/*
 * A visit.  Invariant: everything that can be refused without a passphrase
 * is refused before it is asked for; signatures are made after the last
 * page was shown and the words were right, each over a text that this
 * program wrote.
 */
#include "appliance/key/visit.h"

#include <stdio.h>
#include <string.h>

#include "appliance/key/give.h"
#include "appliance/key/keyboard.h"
#include "appliance/key/papers.h"
#include "appliance/key/prompt.h"
#include "ceremony/base/words.h"

#define FREE_TRIES 5
#define PAUSE_MOST 60 /* minutes */
#define LABEL      17

static void
words_of(struct view *v, const struct head *h, struct buf *out)
{
	buf_fmt(out, "%-6s", view_fmt(v, "%lld", (long long)h->n));
	words_format(out, h->hash, 4, 0);
}

static void
memory(struct view *v, const struct session *s)
{
	const struct due *d = &s->due;
	struct buf b = BUF_INIT;
	bool same = s->has_note && d->remembered &&
	    d->seen.n == s->note.head.n &&
	    memcmp(d->seen.hash, s->note.head.hash, SHA256_LEN) == 0;

	if (s->has_note) {
		words_of(v, &s->note.head, &b);
		view_label(
		    v, LABEL, text_get(v->lang, "ask.seen"), buf_cstr(&b));
		if (same)
			view_label(v, LABEL, "",
			    view_fill(v,
				d->remembered_here ? "ask.seen.here"
						   : "ask.seen.elsewhere",
				"text", d->seen_text, NULL))
			    ->tight = true;
	}
	buf_reset(&b);
	words_of(v, &d->head, &b);
	view_label(v, LABEL, text_get(v->lang, "ask.now"), buf_cstr(&b))
	    ->tight = s->has_note;
	buf_free(&b);
}

static bool
asks(const struct due *d, const char *kind)
{
	for (size_t i = 0; i < d->n_statements; i++)
		if (strcmp(d->statement[i].kind, kind) == 0)
			return true;
	return false;
}

struct visit {
	struct session *s;
	struct papers papers;
};

static void
body(struct view *v, void *arg)
{
	const struct visit *w = arg;
	const struct due *d = &w->s->due;

	papers_top(&w->papers, v);
	papers_details(&w->papers, v);
	papers_summary(&w->papers, v);
	if (d->cosign) {
		view_para(v,
		    view_fill(v, "ask.cosign", "name", d->name, "size",
			view_fmt(v, "%lld", (long long)d->cosign_size), NULL));
		view_words(v, WORDS_LINES, d->cosign_root, false);
	}
	for (size_t i = 0; i < d->n_shares; i++)
		view_para(v,
		    view_fill(v,
			strcmp(d->share[i].purpose, "log") == 0
			    ? "ask.share.log"
			    : "ask.share",
			"token", d->share[i].token, "purpose",
			d->share[i].purpose, "m",
			view_fmt(v, "%d", d->share[i].m), "n",
			view_fmt(v, "%d", d->share[i].n), NULL));
	if (d->blocks)
		view_para(v, view_fill(v, "ask.blocks", "name", d->name, NULL));
	if (asks(d, "login")) {
		view_para(v, text_get(v->lang, "ask.login.scope"));
		memory(v, w->s);
	}
}

/* After five wrong tries one minute, then two, four ... to an hour. */
static int
pause_minutes(int tried)
{
	int over = tried - FREE_TRIES;

	if (over < 0)
		return 0;
	return over < 6 ? 1 << over : PAUSE_MOST;
}

static void
begin_pause(struct session *s, int64_t ago_s, struct err *why)
{
	int min = pause_minutes(s->tried);
	char k[16], m[16];

	s->pause_end = 0;
	if (min == 0 || ago_s >= (int64_t)min * 60)
		return;
	s->pause_end = keyboard_now() + ((int64_t)min * 60 - ago_s) * 1000;
	snprintf(k, sizeof(k), "%d", s->tried);
	snprintf(m, sizeof(m), "%d", min);
	err_set(why, ERR_REFUSED, "cred.pause", "k", k, "person", s->due.name,
	    "min", m, NULL);
}

enum visit_end
visit_refused(struct session *s, const struct err *why)
{
	/* Nothing stays open while a sentence is being read. */
	session_forget(s);
	session_tried(s, why);
	prompt_refuse(s, why);
	return VISIT_REFUSED;
}

enum visit_end
visit_unlock(struct session *s, struct prompt *p)
{
	begin_pause(s, s->due.tried_ago, &p->refusal);
	for (;;) {
		struct err e;

		if (prompt_run(p) != PROMPT_DONE)
			return VISIT_LEFT;
		prompt_wait(s, "ask.opening");
		passphrase_text(s->pass, &s->words);
		passphrase_clear(s->pass);
		if (session_unlock(s, &e) == 0)
			return VISIT_DONE;
		secret_free(&s->words);
		if (strcmp(e.id, "cred.wrong-passphrase") != 0)
			return visit_refused(s, &e);
		session_tried(s, &e);
		s->tried++;
		p->refusal = e;
		begin_pause(s, 0, &p->refusal);
		keyboard_fresh();
	}
}

static int
prepare(struct visit *w, struct err *e)
{
	if (session_credential(w->s, e) == -1 || session_epoch(w->s, e) == -1)
		return -1;
	return papers_fetch(w->s, &w->papers, e);
}

/* The share key where it is needed: the words have no use after it. */
static int
open_share_key(struct session *s, struct err *e)
{
	int ret = 0;

	if (s->due.n_shares != 0 || s->due.blocks)
		ret = session_unlock_share(s, e);
	secret_free(&s->words);
	return ret;
}

enum visit_end
visit_run(struct session *s)
{
	struct visit w = { .s = s };
	struct prompt p = { .s = s,
		.body = body,
		.arg = &w,
		.words = true,
		.enter = "ask.key.next-word",
		.leave = "ask.key.leave" };
	enum visit_end end;
	struct err e;

	if (prepare(&w, &e) == -1) {
		end = visit_refused(s, &e);
		goto out;
	}
	end = visit_unlock(s, &p);
	if (end != VISIT_DONE)
		goto out;
	prompt_wait(s, "ask.signing");
	/* A share that is refused leaves nothing signed: come again. */
	if (open_share_key(s, &e) == -1 || give_shares(s, &e) == -1 ||
	    give_blocks(s, &e) == -1 || give_statements(s, &e) == -1)
		end = visit_refused(s, &e);
out:
	papers_free(&w.papers);
	return end;
}
