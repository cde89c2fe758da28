/* SPDX-License-Identifier: MIT */
/*
 * Frames to payload.
 */
#include "media/frames/receive.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "media/frames/solve.h"

#define PEM_BEGIN "-----BEGIN "
#define PEM_END   "-----END "
#define PEM_MAX   4400 /* more than a QR code holds */

struct receiver {
	enum frame_type want;
	struct frame key; /* of the transfer; len 0: none yet */
	struct solve *solve;
	uint8_t *payload; /* k * t, when done */
	int64_t seen_ms;  /* a frame of ours */
	struct frame other;
	size_t others; /* of that one, since a frame of ours */
	size_t good, again, foreign, bad;
};

struct receiver *
receiver_new(enum frame_type want)
{
	struct receiver *r = xcalloc(1, sizeof(*r));

	r->want = want;
	return r;
}

static void
forget(struct receiver *r)
{
	solve_free(r->solve);
	free(r->payload);
	r->solve = NULL;
	r->payload = NULL;
	r->key.len = 0;
	r->others = 0;
}

void
receiver_free(struct receiver *r)
{
	if (r == NULL)
		return;
	forget(r);
	free(r);
}

void
receiver_switch(struct receiver *r)
{
	forget(r);
}

/* Whether people are to be asked: three of another, and ours is gone. */
static enum receive_news
foreign(struct receiver *r, const struct frame *f, int64_t now_ms)
{
	r->foreign++;
	if (r->others > 0 && !frame_same(&r->other, f))
		r->others = 0;
	if (r->others == 0)
		r->other = *f;
	r->others++;
	return r->others >= RECEIVE_OTHERS &&
		now_ms - r->seen_ms >= RECEIVE_QUIET_MS
	    ? RECEIVE_SWITCH
	    : RECEIVE_OTHER;
}

static int
mismatch(struct receiver *r, struct err *e)
{
	forget(r);
	r->bad++;
	return err_set(e, ERR_FORM, "qr.mismatch", NULL);
}

static int
finish(struct receiver *r, struct err *e)
{
	size_t k = frame_symbols(&r->key), all = k * r->key.t;
	uint8_t id[FRAME_ID];
	uint8_t *bytes = xmalloc(all);
	bool clean = true;

	solve_finish(r->solve, bytes);
	solve_free(r->solve);
	r->solve = NULL;
	for (size_t i = r->key.len; i < all; i++)
		clean = clean && bytes[i] == 0;
	r->payload = bytes;
	frame_id(id, r->key.type, bytes, r->key.len);
	if (!clean || memcmp(id, r->key.id, FRAME_ID) != 0)
		return mismatch(r, e);
	return 0;
}

/* A sum of symbols, as coefficients and the sum. */
static bool
add(struct receiver *r, const struct frame *f, size_t k)
{
	uint8_t *row = xcalloc(1, k + f->t);
	bool more;

	if (f->seq < k)
		row[f->seq] = 1;
	else
		frame_coefficients(f->id, f->seq, row, k);
	memcpy(row + k, f->symbol, f->t);
	more = solve_add(r->solve, row);
	free(row);
	return more;
}

static int
wrong_type(const struct receiver *r, enum frame_type found, struct err *e)
{
	return err_set(e, ERR_REFUSED, "qr.type", "found",
	    frame_type_label(found), "wanted", frame_type_label(r->want), NULL);
}

static int
take_frame(struct receiver *r, const struct frame *f, int64_t now_ms,
    enum receive_news *news, struct err *e)
{
	bool welcome = r->want == FRAME_ANY || r->want == f->type;
	size_t k = frame_symbols(f);

	if (r->key.len != 0 && !frame_same(&r->key, f)) {
		/* A wrong type never asks to be taken instead. */
		if (!welcome)
			r->foreign++;
		*news = welcome ? foreign(r, f, now_ms) : RECEIVE_OTHER;
		return 0;
	}
	if (!welcome) {
		r->bad++;
		return wrong_type(r, f->type, e);
	}
	if (r->key.len == 0) {
		r->key = *f;
		r->solve = solve_new(k, f->t);
	}
	r->seen_ms = now_ms;
	r->others = 0;
	if (r->payload != NULL || !add(r, f, k)) {
		r->again++;
		*news = r->payload != NULL ? RECEIVE_DONE : RECEIVE_AGAIN;
		return 0;
	}
	r->good++;
	*news = RECEIVE_MORE;
	if (solve_rank(r->solve) < k)
		return 0;
	*news = RECEIVE_DONE;
	return finish(r, e);
}

static const struct {
	const char *label;
	enum frame_type type;
} LABELS[] = {
	{ "CERTIFICATE REQUEST", FRAME_CSR },
	{ "NEW CERTIFICATE REQUEST", FRAME_CSR },
	{ "CERTIFICATE", FRAME_CERT },
	{ "X509 CRL", FRAME_CRL },
};

/* One block, or certificates only: what it would have been in frames. */
static enum frame_type
from_pem(const char *text, size_t len, struct buf *der)
{
	enum frame_type all = FRAME_ANY;
	char label[64];
	size_t pos = 0;
	int got;

	while ((got = pem_next(text, len, &pos, label, der)) == 1) {
		enum frame_type one = FRAME_ANY;

		for (size_t i = 0; i < sizeof(LABELS) / sizeof(*LABELS); i++)
			if (strcmp(LABELS[i].label, label) == 0)
				one = LABELS[i].type;
		if (all == FRAME_ANY)
			all = one;
		else if ((all == FRAME_CERT || all == FRAME_CHAIN) &&
		    one == FRAME_CERT)
			all = FRAME_CHAIN;
		else
			one = FRAME_ANY;
		if (one == FRAME_ANY)
			return FRAME_ANY;
	}
	return got == 0 ? all : FRAME_ANY;
}

/* PEM in one code: the transfer that its frames would have been. */
static int
take_pem(struct receiver *r, const char *text, size_t len, int64_t now_ms,
    enum receive_news *news, struct err *e)
{
	struct buf der = BUF_INIT;
	struct frame f = { .t = FRAME_SYMBOL_MAX };
	int ret = -1;

	f.type = len <= PEM_MAX ? from_pem(text, len, &der) : FRAME_ANY;
	if (f.type == FRAME_ANY || der.len == 0) {
		r->bad++;
		err_set(e, ERR_FORM, "qr.form", "what", "PEM", NULL);
		goto out;
	}
	f.len = der.len;
	frame_id(f.id, f.type, der.data, der.len);
	for (ret = 0; ret == 0 && f.seq < frame_symbols(&f); f.seq++) {
		size_t at = f.seq * f.t, left = der.len - at;

		memset(f.symbol, 0, f.t);
		memcpy(f.symbol, der.data + at, left < f.t ? left : f.t);
		ret = take_frame(r, &f, now_ms, news, e);
	}
out:
	buf_free(&der);
	return ret;
}

static bool
begins(const char *line, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

int
receiver_take(struct receiver *r, const char *text, size_t len, int64_t now_ms,
    enum receive_news *news, struct err *e)
{
	struct frame f;

	if (begins(text, len, PEM_BEGIN))
		return take_pem(r, text, len, now_ms, news, e);
	if (frame_parse(text, len, &f, e) == -1) {
		r->bad++;
		return -1;
	}
	return take_frame(r, &f, now_ms, news, e);
}

void
receiver_facts(const struct receiver *r, struct receive_facts *f)
{
	memset(f, 0, sizeof(*f));
	if (r->key.len != 0) {
		f->type = r->key.type;
		memcpy(f->id, r->key.id, FRAME_ID);
		f->len = r->key.len;
		f->t = r->key.t;
		f->k = frame_symbols(&r->key);
		f->done = r->payload != NULL;
		f->rank = f->done ? f->k : solve_rank(r->solve);
	}
	if (r->others > 0) {
		f->other_type = r->other.type;
		f->other_len = r->other.len;
	}
	f->good = r->good;
	f->again = r->again;
	f->other = r->foreign;
	f->bad = r->bad;
}

const uint8_t *
receiver_payload(const struct receiver *r, size_t *len)
{
	*len = r->payload != NULL ? r->key.len : 0;
	return r->payload;
}

/* The line at text[at..len), without its end; *next is behind that. */
static size_t
line_at(const char *text, size_t len, size_t at, size_t *next)
{
	const char *end = memchr(text + at, '\n', len - at);
	size_t n = end != NULL ? (size_t)(end - text) - at : len - at;

	*next = end != NULL ? at + n + 1 : len;
	return n > 0 && text[at + n - 1] == '\r' ? n - 1 : n;
}

/* Blocks of PEM at text[at..len): where the last of them ends. */
static size_t
pem_end(const char *text, size_t len, size_t at)
{
	size_t end = len, next;
	bool inside = false;

	for (; at < len; at = next) {
		size_t n = line_at(text, len, at, &next);

		if (inside && begins(text + at, n, PEM_END)) {
			inside = false;
			end = next;
		} else if (!inside && begins(text + at, n, PEM_BEGIN)) {
			inside = true;
		} else if (!inside) {
			break;
		}
	}
	return end;
}

int
frames_each(const char *text, size_t len,
    int (*take)(void *arg, const char *line, size_t len), void *arg)
{
	size_t at = 0, next;

	for (; at < len; at = next) {
		size_t n = line_at(text, len, at, &next);
		int stop = 0;

		if (begins(text + at, n, PEM_BEGIN)) {
			next = pem_end(text, len, at);
			n = next - at;
		}
		if (n > 0 && text[at] != '#')
			stop = take(arg, text + at, n);
		if (stop != 0)
			return stop;
	}
	return 0;
}
