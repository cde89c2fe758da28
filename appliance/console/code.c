/* SPDX-License-Identifier: MIT */
/*
 * S-20: finished items shown as codes.  Invariant: a frame stands on the
 * screen only after tachiai-decode has read it back from its own picture and
 * said the same text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "media/frames/send.h"
#include "media/picture.h"

#define DOTS 4 /* pixels a module, where it is read back */

static struct {
	size_t step; /* that is shown, +1; 0 none */
	size_t at;   /* of its items */
	const struct item *item;
	struct buf der;
	struct sender *s;
	int rate, version, most; /* version: asked for; most: on this screen */
	bool pem;
	uint32_t seq;
	unsigned long shown;
	int64_t next_ms;
	struct qr qr; /* that stands on the screen */
} W;

static void
forget_object(void)
{
	sender_free(W.s);
	W.s = NULL;
	buf_free(&W.der);
	qr_fini(&W.qr);
	W.item = NULL;
	W.pem = false;
	W.seq = 0;
	W.shown = 0;
	W.next_ms = 0;
}

static enum frame_type
type_of(const struct item *it)
{
	return it->kind == ITEM_CRL ? FRAME_CRL : FRAME_CERT;
}

/* The next item of the step that has bytes to show; NULL: all were shown. */
static const struct item *
next_item(struct console *k, const struct step *s)
{
	for (; W.at < json_count(s->plan); W.at++) {
		const char *id = json_str(json_at(s->plan, W.at));
		const struct item *it =
		    id != NULL ? ceremony_item(k->c, id) : NULL;

		if (it != NULL && it->state == ITEM_DONE &&
		    (it->kind == ITEM_CERT || it->kind == ITEM_CRL))
			return it;
	}
	return NULL;
}

static int
prepare(struct console *k, struct err *e)
{
	sender_free(W.s);
	W.s = NULL;
	W.seq = 0;
	W.next_ms = 0;
	W.most = ui_code_version(k);
	if (W.most < SEND_LEAST)
		return ui_code_small(k, e);
	if (W.der.len == 0 &&
	    journal_object_get(k->j, W.item->made_sha, &W.der, e) == -1)
		return -1;
	return sender_new(&W.s, type_of(W.item), W.der.data, W.der.len,
	    W.version, W.most, e);
}

/* The text as a symbol, and what is read from its picture is that text. */
static int
symbol(struct console *k, const struct buf *text, enum qr_mode mode, int least,
    int most, struct err *e)
{
	struct buf pixels = BUF_INIT, file = BUF_INIT, said = BUF_INIT;
	struct qr qr = { .module = NULL };
	size_t side;
	int ret = -1;

	if (qr_make(text->data, text->len, mode, QR_LEVEL_L, least, most, &qr,
	    e) == -1)
		return -1;
	side = picture_pixels(&qr, DOTS, &pixels);
	picture_pgm(&file, pixels.data, side, side);
	if (picture_codes(k, &file, NULL, &said, e) == -1)
		goto out;
	if (said.len != text->len + 2 ||
	    memcmp(said.data + 2, text->data, text->len) != 0) {
		err_set(e, ERR_WORLD, "qr.unread", NULL);
		goto out;
	}
	qr_fini(&W.qr);
	W.qr = qr;
	qr.module = NULL;
	ret = 0;
out:
	qr_fini(&qr);
	buf_free(&pixels);
	buf_free(&file);
	buf_free(&said);
	return ret;
}

static int
draw_pem(struct console *k, struct err *e)
{
	struct buf text = BUF_INIT;
	int ret;

	pem_encode(&text, type_of(W.item) == FRAME_CRL ? "X509 CRL" :
	    "CERTIFICATE", W.der.data, W.der.len);
	ret = symbol(k, &text, QR_BYTES, 1, W.most, e);
	buf_free(&text);
	return ret;
}

/* What is to stand there next, when its time has come. */
static int
draw(struct console *k, struct err *e)
{
	struct buf text = BUF_INIT;
	int ret;

	if (W.s == NULL || W.most != ui_code_version(k)) {
		qr_fini(&W.qr);
		if (prepare(k, e) == -1)
			return -1;
	}
	if (W.qr.module != NULL && (W.pem || ui_now_ms() < W.next_ms))
		return 0;
	if (W.pem)
		return draw_pem(k, e);
	sender_text(W.s, W.seq, &text);
	ret = symbol(k, &text, QR_ALPHANUMERIC, W.s->version, W.s->version, e);
	buf_free(&text);
	if (ret == 0) {
		W.shown++;
		W.next_ms = ui_now_ms() + 1000 / W.rate;
		if (W.s->k > 1)
			W.seq++;
	}
	return ret;
}

/* The modules as the screen wants them: without the quiet zone. */
static void
put_code(struct view *v, bool whole)
{
	size_t side = (size_t)W.qr.side, in = side - 2 * QR_QUIET;
	uint8_t *m = xcalloc(in, in);

	for (size_t y = 0; y < in; y++)
		memcpy(m + y * in, W.qr.module + (y + QR_QUIET) * side +
		    QR_QUIET, in);
	view_code(v, m, in);
	v->code_whole = whole;
	free(m);
}

static struct view *
screen(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, NULL);
	uint8_t sha[SHA256_LEN];
	struct block *b;
	char bytes[24], parts[24], rate[8], shown[24];

	step_heads(k, v, &n->step);
	snprintf(bytes, sizeof(bytes), "%zu", W.der.len);
	snprintf(parts, sizeof(parts), "%zu", W.pem ? (size_t)1 : W.s->k);
	snprintf(rate, sizeof(rate), "%d", W.rate);
	snprintf(shown, sizeof(shown), "%lu", W.shown);
	v->head = view_fill(v, "show.head", "item", W.item->id, "what",
	    view_fill(v, frame_type_label(type_of(W.item)), NULL), "bytes",
	    bytes, NULL);
	v->act_now = NULL;
	b = view_para(v, view_fill(v, W.pem ? "show.pem" : "show.parts", "n",
	    parts, "rate", rate, "shown", shown, NULL));
	b->indent = 0;
	b->tight = true;
	view_para(v, view_fill(v, "gap.words", NULL))->indent = 0;
	sha256(sha, W.der.data, W.der.len);
	view_words(v, k->hex ? WORDS_HEX : WORDS_LINES, sha, false);
	put_code(v, k->whole);
	view_key(v, KID_ENTER, view_fill(v, "show.finished", NULL));
	view_key(v, KID_SPEED, NULL);
	view_key(v, KID_DENSITY, NULL);
	view_key(v, KID_PLAIN, NULL);
	view_key(v, KID_CELLS, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

/* Plain PEM, if one code of this screen holds it; the frames otherwise. */
static void
plain(struct console *k)
{
	struct err e;

	W.pem = !W.pem;
	if (W.pem && draw_pem(k, &e) == -1) {
		W.pem = false;
		ui_refuse(k, &e);
	}
	W.next_ms = 0;
}

static void
press(struct console *k, const struct next *n, const struct key *key)
{
	static const int DENSITY[] = { SEND_SMALL, SEND_USUAL, SEND_FAST };

	if (key->name == PRESS_ENTER) {
		ui_clear(k);
		ui_result(k, "told.shown", "item", W.item->id, NULL);
		forget_object();
		W.at++;
		if (next_item(k, &n->step) == NULL) {
			W.step = 0;
			(void)end_step(k, &n->step, "done");
		}
		return;
	}
	switch (key->cp) {
	case '+':
		W.rate += W.rate < SEND_RATE_MAX;
		break;
	case '-':
		W.rate -= W.rate > SEND_RATE_MIN;
		break;
	case '1':
	case '2':
	case '3':
		W.version = DENSITY[key->cp - '1'];
		W.pem = false;
		W.most = -1; /* made anew */
		break;
	case 'p':
		plain(k);
		break;
	case 'f':
		ui_turn_cells(k);
		ui_clear(k);
		W.pem = false;
		W.most = -1;
		break;
	default:
		break;
	}
}

void
do_show(struct console *k, const struct next *n)
{
	struct view *v;
	struct key key;
	struct err e;

	if (W.step != k->c->now + 1) {
		forget_object();
		W.step = k->c->now + 1;
		W.at = 0;
		if (W.rate == 0) {
			W.rate = SEND_RATE;
			W.version = SEND_USUAL;
		}
	}
	W.item = next_item(k, &n->step);
	if (W.item == NULL) {
		W.step = 0;
		(void)end_step(k, &n->step, "done");
		return;
	}
	if (draw(k, &e) == -1) {
		/* Nothing is shown that was not read back: people decide. */
		v = step_view(k, &n->step);
		view_refuse(v, &e);
		view_key(v, KID_ENTER, view_fill(v, "show.finished", NULL));
		view_key(v, KID_CELLS, NULL);
		step_keys(v);
		k->wake_ms = ui_now_ms() + 1000;
	} else {
		v = screen(k, n);
		if (!W.pem && W.s->k > 1)
			k->wake_ms = W.next_ms;
	}
	if (ui_wait(k, v, KX_STEP | KX_CODE | KX_WORDS, &key) == UI_KEY)
		press(k, n, &key);
}
