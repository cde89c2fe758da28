/* SPDX-License-Identifier: MIT */
/*
 * Receiving.  Whatever the source, texts are folded by one receiver; a bad
 * one is counted, and only the end says whether it was enough.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/gap/gap.h"
#include "media/film.h"

#define FRAME_MS   (1000 / SEND_RATE) /* of a source without a clock */
#define FRAMES_MAX ((size_t)64 << 20)
#define PICTURE    ((size_t)240 << 20) /* or a film */

struct transfer {
	const struct options *opt;
	struct receiver *r;
	struct buf log;
	int64_t now;
	bool asked; /* about another object, and nobody said --switch */
	bool refused;
	struct err why; /* the last refusal */
	size_t told;    /* parts, in tenths, that the last line said */
};

static void
progress(struct transfer *t, const struct receive_facts *f)
{
	size_t tenth = f->rank * 10 / f->k;
	char k[24], n[24];
	struct buf b = BUF_INIT;
	struct err e = { .code = ERR_NONE };

	if (tenth == t->told || (f->k < 10 && f->rank < f->k))
		return;
	t->told = tenth;
	snprintf(k, sizeof(k), "%zu", f->rank);
	snprintf(n, sizeof(n), "%zu", f->k);
	err_set(&e, ERR_NONE, "gap.parts", "k", k, "n", n, NULL);
	text_error(t->opt->lang, &e, &b);
	fprintf(stderr, "%s\n", buf_cstr(&b));
	buf_free(&b);
}

/* One text; 1 when the payload is whole. */
static int
take(void *arg, const char *text, size_t len)
{
	struct transfer *t = arg;
	struct receive_facts f;
	enum receive_news news = RECEIVE_AGAIN;
	struct err e;
	int ret;

	t->now += FRAME_MS;
	buf_add(&t->log, text, len);
	buf_byte(&t->log, '\n');
	ret = receiver_take(t->r, text, len, t->now, &news, &e);
	if (ret == 0 && news == RECEIVE_SWITCH) {
		t->asked = true;
		if (t->opt->switch_over) {
			receiver_switch(t->r);
			t->told = 0;
			t->asked = false;
			ret = receiver_take(t->r, text, len, t->now, &news, &e);
		}
	}
	receiver_facts(t->r, &f);
	if (ret == -1 && strcmp(e.id, "qr.form") != 0) {
		t->refused = true;
		t->why = e;
		if (strcmp(e.id, "qr.mismatch") == 0)
			(void)complain(t->opt, &e);
		return 0;
	}
	if (ret == 0 && news == RECEIVE_MORE)
		t->refused = false;
	if (f.k > 0)
		progress(t, &f);
	return f.done;
}

/* Up to the last line end, or nothing while a block of PEM is open. */
static size_t
whole_lines(const struct buf *b, size_t from, bool end)
{
	const char *s = buf_cstr(b), *begin = NULL, *p = s + from;
	size_t n = b->len;

	if (end)
		return n;
	while (n > from && s[n - 1] != '\n')
		n--;
	while ((p = strstr(p, "-----BEGIN ")) != NULL)
		begin = p++;
	return begin != NULL && strstr(begin, "-----END ") == NULL ? from : n;
}

static int
from_texts(struct transfer *t, struct err *e)
{
	struct buf b = BUF_INIT;
	size_t at = 0;
	bool done = false, end = false;
	int ret = 0;

	while (!done && !end) {
		uint8_t piece[65536];
		ssize_t n = read(STDIN_FILENO, piece, sizeof(piece));
		size_t whole;

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || b.len > FRAMES_MAX) {
			ret = err_set(e, ERR_WORLD, "gap.file", "file", "-",
			    "why", n == -1 ? strerrordesc_np(errno) : "size",
			    NULL);
			break;
		}
		end = n == 0;
		buf_add(&b, piece, (size_t)n);
		whole = whole_lines(&b, at, end);
		done = frames_each(buf_cstr(&b) + at, whole - at, take, t) != 0;
		at = whole;
	}
	buf_free(&b);
	return ret;
}

/* Its pictures as a camera's; one that cannot be read costs itself. */
static int
from_film(struct transfer *t, struct pictures *p, const struct buf *file,
    struct err *e)
{
	struct receive_facts f = { .done = false };
	struct buf picture = BUF_INIT;
	struct json *form;
	struct err why;
	size_t at = 0;
	bool any = false;

	err_set(e, ERR_REFUSED, "gap.film", NULL);
	while (!f.done && film_next(file, &at, &picture)) {
		form = NULL;
		if (pictures_camera(p, &picture, take, t, &form, &why) == 0) {
			any = true;
		} else if (strcmp(why.id, "launcher.no-program") == 0) {
			*e = why;
			break;
		}
		json_free(form);
		receiver_facts(t->r, &f);
	}
	buf_free(&picture);
	return any ? 0 : -1;
}

static int
from_pictures(struct transfer *t, struct err *e)
{
	struct pictures *p = pictures_new(NULL);
	struct receive_facts f = { .done = false };
	int ret = 0;

	for (int i = 0; ret == 0 && !f.done && i < t->opt->args; i++) {
		struct buf file = BUF_INIT;

		ret = file_read(t->opt->arg[i], PICTURE, &file, e);
		if (ret == 0 &&
		    (film_is(&file)
			    ? from_film(t, p, &file, e)
			    : pictures_texts(p, &file, take, t, e)) == -1) {
			/* The picture is lost, the transfer is not. */
			fprintf(stderr, "%s: ", t->opt->arg[i]);
			(void)complain(t->opt, e);
			if (strcmp(e->id, "launcher.no-program") == 0)
				ret = -1;
		}
		receiver_facts(t->r, &f);
		buf_free(&file);
	}
	pictures_free(p);
	return ret;
}

static int
from_camera(struct transfer *t, struct err *e)
{
	struct pictures *p = pictures_new(NULL);
	int ret = camera_texts(t->opt, p, take, t, e);

	pictures_free(p);
	return ret;
}

static int
not_whole(const struct transfer *t, struct err *e)
{
	struct receive_facts f;

	receiver_facts(t->r, &f);
	if (t->refused) {
		*e = t->why;
		return -1;
	}
	if (t->asked)
		say(t->opt, "gap.switch", "\n");
	if (f.k == 0) {
		err_set(e, ERR_REFUSED, "gap.nothing", NULL);
		err_arg_int(e, "codes", (long long)f.bad);
		return -1;
	}
	err_set(e, ERR_REFUSED, "gap.unfinished", NULL);
	err_arg_int(e, "k", (long long)f.rank);
	err_arg_int(e, "n", (long long)f.k);
	return -1;
}

/* What came whole: shown, checked, written. */
static int
finish(const struct transfer *t, struct err *e)
{
	const struct options *opt = t->opt;
	struct object o = { FRAME_ANY, BUF_INIT };
	struct receive_facts f;
	const uint8_t *p;
	size_t len;
	int ret;

	receiver_facts(t->r, &f);
	p = receiver_payload(t->r, &len);
	o.type = f.type;
	buf_add(&o.payload, p, len);
	object_show(&o, opt);
	ret = object_check(&o, opt, e);
	if (ret == 0 && opt->root == NULL && opt->key == NULL &&
	    o.type != FRAME_CSR)
		say(opt, "gap.whose", "\n");
	if (ret == 0)
		ret = object_write(&o, opt, e);
	buf_free(&o.payload);
	return ret;
}

enum exit_code
run_receive(const struct options *opt)
{
	struct transfer t = { .opt = opt, .log = BUF_INIT };
	struct receive_facts f;
	struct err e, log_e;
	int ret;

	t.r = receiver_new(opt->type);
	if (opt->camera != NULL)
		ret = from_camera(&t, &e);
	else
		ret = opt->images ? from_pictures(&t, &e) : from_texts(&t, &e);
	receiver_facts(t.r, &f);
	if (ret == 0)
		ret = f.done ? finish(&t, &e) : not_whole(&t, &e);
	if (opt->log != NULL &&
	    file_write(opt->log, t.log.data, t.log.len, &log_e) == -1 &&
	    ret == 0) {
		e = log_e;
		ret = -1;
	}
	receiver_free(t.r);
	buf_free(&t.log);
	return ret == 0 ? EXIT_GOOD : complain(opt, &e);
}
