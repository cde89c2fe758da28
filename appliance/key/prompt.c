/* SPDX-License-Identifier: MIT */
/*
 * The prompt.  Invariant: no word of a passphrase is ever part of a view, a
 * grid or a buffer; words that are shown once go from the list straight to
 * the terminal.
 */
#include "appliance/key/prompt.h"

#include <stdio.h>
#include <string.h>

#include "appliance/key/keyboard.h"
#include "tui/ansi.h"
#include "tui/trusted.h"

#define PROGRAM "tachiai-key"
#define TICK_MS 1000
#define LABEL   17

/* "example.jp / root-r1 / 7f3a9c0e12d4b865 / rehearsal" */
static const char *
spaced(struct view *v, const char *origin)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (; *origin != '\0'; origin++)
		if (*origin == '/')
			buf_str(&b, " / ");
		else
			buf_byte(&b, (uint8_t)*origin);
	s = view_str(v, buf_cstr(&b));
	buf_free(&b);
	return s;
}

/* On the last of several pages: whose words, and what for. */
static const char *
whose(const struct due *d)
{
	for (size_t i = 0; i < d->n_statements; i++) {
		if (strcmp(d->statement[i].kind, "consent") == 0)
			return "ask.whose.consent";
		if (strcmp(d->statement[i].kind, "witness") == 0)
			return "ask.whose.witness";
	}
	return "ask.whose.sign";
}

/* "word 3 of 8     * *", or how long the pause still is. */
static void
words_line(struct view *v, const struct prompt *p)
{
	int64_t left = p->s->pause_end - keyboard_now();
	size_t n = passphrase_count(p->s->pass);
	char at[24], stars[2 * PASSPHRASE_WORDS + 1];
	const char *text;

	if (left > 0) {
		left = (left + 999) / 1000;
		text = view_fill(v, "ask.pause", "min",
		    view_fmt(v, "%d", (int)(left / 60)), "s",
		    view_fmt(v, "%02d", (int)(left % 60)), NULL);
	} else {
		for (size_t i = 0; i < n; i++)
			memcpy(stars + 2 * i, "* ", 2);
		stars[2 * n] = '\0';
		snprintf(at, sizeof(at), "%zu",
		    n < PASSPHRASE_WORDS ? n + 1 : (size_t)PASSPHRASE_WORDS);
		text = view_fill(v, p->whose ? whose(&p->s->due) : "ask.word",
		    "name", p->s->due.name, "i", at, "stars", stars, NULL);
	}
	view_label(v, LABEL, text_get(v->lang, "ask.passphrase"), text);
	view_para(v, text_get(v->lang, "ask.silence"))->tight = true;
}

static struct view *
build(const struct prompt *p)
{
	const struct due *d = &p->s->due;
	struct view *v = view_new(d->lang);

	v->mode = d->origin[0] == '\0' ? VIEW_CLOSED
	    : d->production            ? VIEW_PRODUCTION
				       : VIEW_REHEARSAL;
	v->title = spaced(v, d->origin);
	v->clock = view_str(v, d->clock);
	if (p->refusal.id[0] != '\0')
		view_refuse(v, &p->refusal);
	if (p->body != NULL)
		p->body(v, p->arg);
	if (p->words)
		words_line(v, p);
	v->page = p->page;
	return v;
}

static void
keys(struct view *v, const struct prompt *p, size_t pages)
{
	if (p->page + 1 < pages) {
		view_key(v, KID_NEXT_PAGE, NULL);
		if (p->page > 0)
			view_key(v, KID_PAGE_BEFORE, NULL);
	} else {
		view_key(v, KID_ENTER, text_get(v->lang, p->enter));
		if (p->words)
			view_key(v, KID_PAGE_BEFORE,
			    text_get(v->lang, "ask.key.rub-out"));
	}
	if (p->leave != NULL)
		view_key(v, KID_ESC, text_get(v->lang, p->leave));
}

/* The words into their slots, or blanks over them. */
static void
paint_words(const struct prompt *p, const struct view *v, size_t rows,
    size_t cols, bool blank)
{
	struct buf at = BUF_INIT;
	size_t row, col;

	for (size_t i = 0; i < PASSPHRASE_WORDS; i++) {
		const char *w =
		    blank ? "            " : passphrase_word(p->s->pass, i);

		if (trusted_slot(v, rows, cols, i, &row, &col) == -1)
			continue;
		buf_reset(&at);
		ansi_goto(row, col, &at);
		buf_str(&at, "\033[0;1;30;107m");
		keyboard_write(at.data, at.len);
		keyboard_write(w, strlen(w));
	}
	buf_free(&at);
}

/* What stands on the terminal, while its pages are turned. */
struct screen {
	struct view *v;
	struct layout *l;
};

static void
screen_fini(struct screen *sc)
{
	layout_close(sc->l);
	view_free(sc->v);
	sc->l = NULL;
	sc->v = NULL;
}

static size_t
screen_make(struct screen *sc, const struct prompt *p)
{
	screen_fini(sc);
	sc->v = build(p);
	sc->l = trusted_open(sc->v);
	return layout_count(sc->l);
}

/* Anew, or another page of the same; returns the number of pages. */
static size_t
paint(struct prompt *p, struct screen *sc, bool same)
{
	size_t pages, rows, cols;
	struct buf out = BUF_INIT;
	struct grid *g;

	pages = same ? layout_count(sc->l) : screen_make(sc, p);
	if (p->words && !p->whose && pages > 1) {
		p->whose = true;
		pages = screen_make(sc, p);
	}

	/* A refusal may make one page more: who was at the end stays there. */
	if (p->at_end || p->page >= pages)
		p->page = pages - 1;
	sc->v->page = p->page;
	p->at_end = p->page + 1 == pages;
	sc->v->n_keys = 0;
	keys(sc->v, p, pages);
	keyboard_size(&rows, &cols);
	g = trusted_grid(sc->l, PROGRAM, rows, cols);
	ansi_paint(g, false, &out);
	keyboard_write(out.data, out.len);
	if (p->slots)
		paint_words(p, sc->v, rows, cols, false);
	buf_free(&out);
	grid_free(g);
	return pages;
}

/* No terminal shall keep them in what scrolled away. */
static void
rub_out(const struct prompt *p)
{
	struct view *v = build(p);
	size_t rows, cols;

	keyboard_size(&rows, &cols);
	paint_words(p, v, rows, cols, true);
	view_free(v);
}

/* A word was ended: true when it was the eighth. */
static bool
end_word(struct prompt *p)
{
	size_t n = passphrase_count(p->s->pass);
	const char *id;
	char at[24];

	switch (passphrase_end_word(p->s->pass)) {
	case PASS_WHOLE:
		return true;
	case PASS_UNKNOWN:
		id = "cred.word-unknown";
		break;
	case PASS_SHORT:
		id = "cred.word-short";
		break;
	case PASS_WORD:
		p->refusal.id[0] = '\0';
		return false;
	default:
		return false;
	}
	snprintf(at, sizeof(at), "%zu", n + 1);
	err_set(&p->refusal, ERR_REFUSED, id, "i", at, NULL);
	return false;
}

/* A key on the last page: true when the question is answered. */
static bool
last_page_key(struct prompt *p, enum keyboard_key key, char letter)
{
	if (!p->words)
		return key == KEYBOARD_ENTER;
	if (p->s->pause_end > keyboard_now())
		return false;
	if (key == KEYBOARD_LETTER)
		passphrase_letter(p->s->pass, letter);
	else if (key == KEYBOARD_BACKSPACE)
		passphrase_back(p->s->pass);
	else if (key == KEYBOARD_SPACE || key == KEYBOARD_ENTER)
		return end_word(p);
	return false;
}

static void
page_key(struct prompt *p, enum keyboard_key key)
{
	if (key == KEYBOARD_PGDN || key == KEYBOARD_SPACE)
		p->page++;
	else if (key == KEYBOARD_BACKSPACE || key == KEYBOARD_PGUP)
		p->page -= p->page > 0;
	p->at_end = false;
}

static enum prompt_end
answer(struct prompt *p, struct screen *sc)
{
	bool same = false; /* but for its page */

	for (;;) {
		size_t pages = paint(p, sc, same);
		bool paused = p->s->pause_end > keyboard_now();
		enum keyboard_key key;
		char letter = 0;

		same = false;
		key = keyboard_read(
		    p->s->fd, p->words && paused ? TICK_MS : -1, &letter);
		switch (key) {
		case KEYBOARD_ESC:
			return PROMPT_LEFT;
		case KEYBOARD_IDLE:
			return PROMPT_IDLE;
		case KEYBOARD_GONE:
			return PROMPT_GONE;
		case KEYBOARD_RESIZE:
		case KEYBOARD_TICK:
			continue;
		default:
			break;
		}
		if (p->page + 1 < pages || key == KEYBOARD_PGUP) {
			page_key(p, key);
			same = true;
		} else if (last_page_key(p, key, letter)) {
			return PROMPT_DONE;
		} else {
			/* Letters are not shown: a pause that ends, is. */
			same = key == KEYBOARD_LETTER && !paused;
		}
	}
}

enum prompt_end
prompt_run(struct prompt *p)
{
	struct screen sc = { NULL, NULL };
	enum prompt_end end = answer(p, &sc);

	screen_fini(&sc);
	if (p->slots)
		rub_out(p);
	return end;
}

static void
wait_body(struct view *v, void *arg)
{
	view_para(v, text_get(v->lang, arg));
}

void
prompt_wait(struct session *s, const char *id)
{
	char what[ERR_ID];
	struct screen sc = { NULL, NULL };
	struct prompt p = {
		.s = s, .body = wait_body, .arg = what, .enter = "ask.key.wait"
	};

	snprintf(what, sizeof(what), "%s", id);
	paint(&p, &sc, false);
	screen_fini(&sc);
}

enum prompt_end
prompt_refuse(struct session *s, const struct err *why)
{
	struct prompt p = {
		.s = s, .enter = "ask.key.read", .leave = "ask.key.leave"
	};

	p.refusal = *why;
	return prompt_run(&p);
}
