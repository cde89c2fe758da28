/* SPDX-License-Identifier: MIT */
/*
 * Showing on a terminal: the code at the left, black on white, what it is at
 * its right.  Invariant: a code stands there only after a tachiai-decode has
 * read it back from its own picture.  The terminal is given back as it was.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "appliance/gap/gap.h"
#include "appliance/world/glyphs.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/utf8.h"
#include "ceremony/base/words.h"
#include "media/picture.h"
#include "tui/width.h"

#define PAPER     "\033[30;107m" /* black on white */
#define PLAIN     "\033[0m"
#define ENTER     "\033[?1049h\033[?25l\033[2J"
#define DOTS      4 /* pixels a module, where it is read back */
#define ROWS_TEXT 3 /* rows that one text beside the code may take */
#define LEAVE     PLAIN "\033[?25h\033[?1049l"

struct show {
	const struct object *o;
	const struct options *opt;
	struct sender *s;
	int version, rate; /* asked for */
	bool pem, half;
	bool stands; /* what is there stays until something changes */
	bool small;  /* there was no room for whole cells */
	struct pictures *readers;
	size_t rows, cols;
	uint32_t seq;
	unsigned long shown;
	uint8_t sha[SHA256_LEN];
};

static volatile sig_atomic_t stopped;

static void
stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void
measure(struct show *w)
{
	struct winsize ws;

	w->rows = 24;
	w->cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
	    ws.ws_col > 0) {
		w->rows = ws.ws_row;
		w->cols = ws.ws_col;
	}
}

/* The largest version that this terminal has room for; 0: none. */
static int
room(const struct show *w)
{
	size_t side = w->half ? w->rows * 2 : w->rows;
	size_t cols = w->half ? w->cols : w->cols / 2;

	if (cols < side)
		side = cols;
	if (side < 25 + 4 * SEND_LEAST)
		return 0;
	side = (side - 25) / 4;
	return side > SEND_LARGEST ? SEND_LARGEST : (int)side;
}

/* Frames anew, for this size and density. */
static int
prepare(struct show *w, struct err *e)
{
	int most = room(w);

	sender_free(w->s);
	w->s = NULL;
	w->seq = 0;
	w->shown = 0;
	if (most == 0)
		return err_set(e, ERR_WORLD, "gap.small", NULL);
	return sender_new(&w->s, w->o->type, w->o->payload.data,
	    w->o->payload.len, w->version, most, e);
}

static int
same(void *arg, const char *text, size_t len)
{
	struct buf *b = arg;

	if (len == b->len && memcmp(text, b->data, len) == 0)
		buf_reset(b);
	return 0;
}

/* What is read from its picture is that text, which is empty then. */
static int
read_back(struct show *w, const struct qr *qr, struct buf *text, struct err *e)
{
	struct buf pixels = BUF_INIT, file = BUF_INIT;
	size_t side = picture_pixels(qr, DOTS, &pixels);
	struct json *form = NULL;
	int ret;

	picture_pgm(&file, pixels.data, side, side);
	ret = pictures_camera(w->readers, &file, same, text, &form, e);
	if (ret == 0 && text->len != 0)
		ret = err_set(e, ERR_WORLD, "qr.unread", NULL);
	json_free(form);
	buf_free(&pixels);
	buf_free(&file);
	return ret;
}

static int
symbol(struct show *w, struct qr *qr, struct err *e)
{
	static const char *const LABEL[FRAME_TYPES] = {
		[FRAME_CSR] = "CERTIFICATE REQUEST",
		[FRAME_CERT] = "CERTIFICATE",
		[FRAME_CRL] = "X509 CRL",
	};
	struct buf text = BUF_INIT;
	int ret = -1;

	if (w->pem && LABEL[w->o->type] != NULL) {
		pem_encode(&text, LABEL[w->o->type], w->o->payload.data,
		    w->o->payload.len);
		ret = qr_make(text.data, text.len, QR_BYTES, QR_LEVEL_L, 1,
		    room(w), qr, e);
	}
	if (ret == -1) { /* or no room for it in one code */
		w->pem = false;
		buf_reset(&text);
		sender_text(w->s, w->seq, &text);
		ret = qr_make(text.data, text.len, QR_ALPHANUMERIC, QR_LEVEL_L,
		    w->s->version, w->s->version, qr, e);
	}
	if (ret == 0 && (ret = read_back(w, qr, &text, e)) == -1)
		qr_fini(qr);
	buf_free(&text);
	return ret;
}

static const char *
value(const void *arg, const char *name)
{
	static char number[24];
	const struct show *w = arg;
	unsigned long n = 0;

	if (strcmp(name, "what") == 0)
		return text_get(w->opt->lang, frame_type_label(w->o->type));
	if (strcmp(name, "bytes") == 0)
		n = w->o->payload.len;
	else if (strcmp(name, "n") == 0)
		n = w->pem ? 1 : w->s->k;
	else if (strcmp(name, "rate") == 0)
		n = (unsigned long)w->rate;
	else if (strcmp(name, "shown") == 0)
		n = w->shown;
	snprintf(number, sizeof(number), "%lu", n);
	return number;
}

/* As much of a text as `cells` hold, to the end of a word; where the rest
 * begins. */
static const char *
one_row(const char *text, size_t cells, size_t *len)
{
	const char *end = text + strlen(text), *s = text, *fits = NULL;
	size_t used = 0;

	while (s < end) {
		uint32_t cp;
		size_t n = utf8_decode(s, (size_t)(end - s), &cp);

		used += (size_t)width_char(cp);
		if (n == 0 || used > cells)
			break;
		if (cp == ' ' || width_char(cp) == 2)
			fits = cp == ' ' ? s : s + n;
		s += n;
	}
	if (s < end && fits != NULL)
		s = fits;
	*len = (size_t)(s - text);
	return s + strspn(s, " ");
}

/* A text from this row on, in rows of its own beside the code. */
static void
text_row(struct buf *out, const struct show *w, size_t row, size_t col,
    const char *text)
{
	for (size_t i = 0; i < ROWS_TEXT && *text != '\0'; i++) {
		const char *at = text;
		size_t len;

		if (col + 20 > w->cols || row + i > w->rows)
			return;
		text = one_row(at, w->cols - col, &len);
		buf_fmt(out, "\033[%zu;%zuH" PLAIN "\033[K%.*s", row + i,
		    col + 1, (int)len, at);
		if (len == 0)
			return;
	}
}

/* What stands beside the code. */
static void
beside(struct buf *out, const struct show *w, size_t col)
{
	struct buf line = BUF_INIT;
	char hex[SHA256_HEX];

	text_fill(text_get(w->opt->lang, "gap.showing"), value, w, &line);
	text_row(out, w, 1, col, buf_cstr(&line));
	text_row(out, w, 3, col, text_get(w->opt->lang, "gap.words"));
	sha256_hex(hex, w->sha);
	for (size_t i = 0; i < SHA256_LEN; i += 2) {
		buf_reset(&line);
		buf_fmt(&line, "%.4s  ", hex + 2 * i);
		words_format(&line, w->sha + i, 2, i);
		text_row(out, w, 4 + i / 2, col, buf_cstr(&line));
	}
	text_row(out, w, 21, col,
	    text_get(w->opt->lang, w->small ? "gap.small" : "gap.keys"));
	buf_free(&line);
}

static void
put(const struct buf *b)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = write(STDOUT_FILENO, b->data + at, b->len - at);

		if (n == -1 && errno != EINTR)
			return;
		if (n > 0)
			at += (size_t)n;
	}
}

static int
draw(struct show *w, struct err *e)
{
	struct buf cells = BUF_INIT, out = BUF_INIT;
	struct qr qr = { .module = NULL };
	const char *p, *end;
	size_t row = 1;

	if (symbol(w, &qr, e) == -1)
		return -1;
	if (w->half)
		picture_half_blocks(&qr, &cells);
	else
		picture_full_cells(&qr, &cells);
	for (p = buf_cstr(&cells); (end = strchr(p, '\n')) != NULL; p = end + 1)
		buf_fmt(&out, "\033[%zu;1H" PAPER "%.*s" PLAIN, row++,
		    (int)(end - p), p);
	beside(&out, w, (size_t)qr.side * (w->half ? 1 : 2) + 1);
	put(&out);
	qr_fini(&qr);
	buf_free(&cells);
	buf_free(&out);
	w->shown++;
	if (!w->pem && w->s->k > 1)
		w->seq++;
	return 0;
}

/* Half blocks or whole cells: a person sees which of them are there. */
static int
turn_cells(struct show *w, struct err *e)
{
	measure(w);
	w->half = !w->half;
	w->small = room(w) == 0;
	if (w->small)
		w->half = !w->half;
	w->pem = false;
	return prepare(w, e);
}

/* 1: finished. */
static int
press(struct show *w, char c, struct err *e)
{
	static const int DENSITY[] = { SEND_SMALL, SEND_USUAL, SEND_FAST };
	int ret = 0;

	w->small = false;
	switch (c) {
	case 'q':
	case 3: /* Ctrl-C */
	case '\r':
		return 1;
	case '+':
		w->rate += w->rate < SEND_RATE_MAX;
		break;
	case '-':
		w->rate -= w->rate > SEND_RATE_MIN;
		break;
	case '1':
	case '2':
	case '3':
		w->version = DENSITY[c - '1'];
		w->pem = false;
		ret = prepare(w, e);
		break;
	case 'p':
		w->pem = !w->pem;
		break;
	case 'f':
		ret = turn_cells(w, e);
		break;
	default:
		return 0;
	}
	(void)!write(STDOUT_FILENO, "\033[2J", 4);
	return ret;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
loop(struct show *w, struct err *e)
{
	struct pollfd keys = { STDIN_FILENO, POLLIN, 0 };
	int64_t next = now_ms();
	int ret = prepare(w, e);

	while (ret == 0 && !stopped) {
		int64_t wait = next - now_ms();
		size_t rows = w->rows, cols = w->cols;
		char c;

		if (wait <= 0) {
			measure(w);
			if (rows != w->rows || cols != w->cols) {
				if (prepare(w, e) == -1)
					return -1;
				w->stands = false;
			}
			/* One part, or PEM, stands still. */
			if (!w->stands)
				ret = draw(w, e);
			w->stands = w->pem || w->s->k == 1;
			next = now_ms() + 1000 / w->rate;
		} else if (poll(&keys, 1, (int)wait) == 1) {
			if (read(STDIN_FILENO, &c, 1) != 1)
				return 0;
			w->stands = false;
			ret = press(w, c, e);
		}
	}
	return ret == -1 ? -1 : 0;
}

int
show_on_terminal(
    const struct object *o, const struct options *opt, struct err *e)
{
	struct show w = {
		.o = o, .opt = opt, .version = opt->version, .rate = opt->rate
	};
	struct sigaction sa = { .sa_handler = stop };
	struct termios was, raw;
	int ret;

	if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &was) == -1)
		return err_set(e, ERR_WORLD, "gap.terminal", NULL);
	sha256(w.sha, o->payload.data, o->payload.len);
	w.half = glyphs_half_blocks(STDOUT_FILENO);
	w.readers = pictures_new(NULL);
	measure(&w);
	raw = was;
	cfmakeraw(&raw);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGHUP, &sa, NULL);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
	(void)!write(STDOUT_FILENO, ENTER, strlen(ENTER));
	ret = loop(&w, e);
	(void)!write(STDOUT_FILENO, LEAVE, strlen(LEAVE));
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	sender_free(w.s);
	pictures_free(w.readers);
	return ret;
}
