/* SPDX-License-Identifier: MIT */
/*
 * Requests to the other programs.  Invariant: what arrives while an answer
 * is awaited is kept in its order and handled after it, never lost; a wait
 * that people feel is said to them.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "tui/curses.h"

#define SILENT_MS 3000 /* nobody asks yet whether the machine has died */
#define TICK_MS   1000
#define SOON_MS   200 /* an answer that comes by then is none to wait for */

static struct {
	enum party to;
	bool said; /* to people */
} awaited;

static const char *
seconds(const void *arg, const char *name)
{
	return strcmp(name, "s") == 0 ? arg : NULL;
}

static void
say_waiting(struct console *k, int64_t ms)
{
	static const char *const SENTENCE[PARTY_COUNT] = {
		[PARTY_HSM] = "ask.hsm",
		[PARTY_COURIER] = "ask.courier",
		[PARTY_DECODE] = "ask.decode",
	};
	struct buf line = BUF_INIT;
	char s[24];

	if (k->visiting || SENTENCE[awaited.to] == NULL)
		return;
	snprintf(s, sizeof(s), "%lld", (long long)(ms / 1000));
	text_fill(text_get(curses_wide() ? k->lang : LANG_EN,
	    SENTENCE[awaited.to]), seconds, s, &line);
	curses_say(buf_cstr(&line));
	buf_free(&line);
	awaited.said = k->said = true;
}

/* Until something comes over the socket.  What counts is how long the screen
 * has stood: many short answers are one wait. */
static void
stand_by(struct console *k)
{
	struct pollfd p = { MSG_FD, POLLIN, 0 };
	int64_t wait = SOON_MS, ms;

	while (poll(&p, 1, (int)wait) <= 0) {
		ms = ui_now_ms() - k->still_ms;
		if (ms >= SILENT_MS)
			say_waiting(k, ms);
		wait = TICK_MS - ms % TICK_MS;
	}
}

static void
keep(void *arg, struct msg *m)
{
	struct console *k = arg;

	if (k->queued == QUEUE_MAX)
		abort();
	/* Who answers next is a new one that has heard nothing yet. */
	if (m->type == MSG_DIED && k->hsm_here &&
	    json_get_str(m->json, "program") != NULL &&
	    strcmp(json_get_str(m->json, "program"), "tachiai-hsm") == 0)
		k->hsm_lost = true;
	k->queue[k->queued++] = *m;
	memset(m, 0, sizeof(*m));
	stand_by(k);
}

int
ask(struct console *k, enum party to, enum msg_type type, struct json *json,
    const void *bytes, size_t len, struct msg *answer, struct err *e)
{
	const uint32_t id = ++k->next_id;
	struct msg m;
	int r;

	msg_init(&m, to, type, id);
	if (json != NULL) {
		json_free(m.json);
		m.json = json;
	}
	if (len > 0)
		buf_add(&m.bytes, bytes, len);
	memset(answer, 0, sizeof(*answer));
	r = msg_write(MSG_FD, &m, e);
	msg_fini(&m);
	if (r == -1)
		return -1;
	awaited.to = to;
	awaited.said = false;
	stand_by(k);
	r = msg_await(MSG_FD, to, id, answer, keep, k, e);
	/* Keys for a screen that stood still are not for the next one. */
	if (awaited.said && type != MSG_STICKS)
		curses_flush();
	if (r == 0)
		return 0;
	if (to == PARTY_HSM && strcmp(e->id, "world.died") == 0)
		k->hsm_lost = true;
	return -1;
}

static int
decode_path(struct console *k, const char *type, const char *name,
    const char *path, const void *bytes, size_t len, struct json **form,
    struct buf *canon, struct err *e)
{
	struct msg a;
	struct json *j;

	k->reader_used = 0; /* it takes the place of a camera's */
	if (ask(k, PARTY_LAUNCHER, MSG_DECODE_START, NULL, NULL, 0, &a, e) ==
	    -1)
		return -1;
	msg_fini(&a);
	j = json_new_obj();
	json_set_str(j, "type", type);
	json_set_str(j, "name", name);
	if (path != NULL)
		json_set_str(j, "path", path);
	if (ask(k, PARTY_DECODE, MSG_DECODE, j, bytes, len, &a, e) == -1)
		return -1;
	if (canon != NULL)
		buf_add(canon, a.bytes.data, a.bytes.len);
	if (form != NULL) {
		*form = a.json;
		a.json = json_new_obj();
	}
	msg_fini(&a);
	return 0;
}

int
decode(struct console *k, const char *type, const char *name,
    const void *bytes, size_t len, struct json **form, struct buf *canon,
    struct err *e)
{
	return decode_path(k, type, name, NULL, bytes, len, form, canon, e);
}

void
decode_place(struct console *k, const char *type, const char *name,
    const char *path, const struct buf *raw, struct err *why)
{
	struct json *form = NULL;
	struct err e;

	if (decode_path(k, type, name, path, raw->data, raw->len, &form, NULL,
	    &e) == -1)
		return; /* the sentence stands without */
	err_arg(why, "file", name);
	err_arg_int(why, "line", json_get_int(form, "line", 0));
	err_arg_int(why, "column", json_get_int(form, "column", 0));
	json_free(form);
}

int
read_stick(struct console *k, const char *stick, const char *file, bool back,
    struct buf *out, struct err *e)
{
	struct json *j = json_new_obj();
	struct msg a;

	json_set_str(j, "stick", stick);
	json_set_str(j, "file", file);
	if (back)
		json_set_int(j, "back", 1);
	if (ask(k, PARTY_COURIER, MSG_READ, j, NULL, 0, &a, e) == -1)
		return -1;
	buf_add(out, a.bytes.data, a.bytes.len);
	msg_fini(&a);
	return 0;
}

int
write_stick(struct console *k, const char *stick, const char *file,
    const void *p, size_t len, struct err *e)
{
	struct json *j = json_new_obj();
	struct buf back = BUF_INIT;
	struct msg a;
	int ret = -1;

	json_set_str(j, "stick", stick);
	json_set_str(j, "file", file);
	if (ask(k, PARTY_COURIER, MSG_WRITE, j, p, len, &a, e) == -1)
		return -1;
	msg_fini(&a);
	if (read_stick(k, stick, file, true, &back, e) == -1)
		goto out;
	if (back.len != len || memcmp(back.data, p, len) != 0) {
		err_set(e, ERR_WORLD, "media.readback", "file", file, "k",
		    stick, NULL);
		goto out;
	}
	ret = 0;
out:
	buf_free(&back);
	return ret;
}

/* The row of that stick that is in, a copy, or NULL. */
static struct json *
stick_row(struct console *k, const char *stick)
{
	struct json *row = NULL;
	const struct json *list;
	struct msg a;
	struct err e;

	if (ask(k, PARTY_COURIER, MSG_STICKS, NULL, NULL, 0, &a, &e) == -1)
		return NULL;
	list = json_get(a.json, "sticks");
	for (size_t i = 0; i < json_count(list) && row == NULL; i++) {
		const struct json *s = json_at(list, i);
		const char *name = json_get_str(s, "name");

		if (name != NULL && strcmp(name, stick) == 0 &&
		    json_get_int(s, "here", 0) == 1)
			row = json_copy(s);
	}
	msg_fini(&a);
	return row;
}

bool
stick_here(struct console *k, const char *stick)
{
	struct json *row = stick_row(k, stick);

	json_free(row);
	return row != NULL;
}

const char *
stick_seen(struct console *k, struct view *v, const char *stick)
{
	struct json *row = stick_row(k, stick);
	const char *serial = json_get_str(row, "serial"), *s;

	k->wake_ms = ui_now_ms() + STICK_LOOK_MS;
	if (row == NULL)
		s = view_fill(v, "stick.out", "stick", stick, NULL);
	else if (serial == NULL || serial[0] == '\0')
		s = view_fill(v, "stick.in", "stick", stick, NULL);
	else
		s = view_fill(v, json_get_int(row, "writable", 0) == 1 ?
		    "stick.in-serial" : "stick.protected", "stick", stick,
		    "serial", view_str(v, serial), NULL);
	json_free(row);
	return s;
}

/* Ids of people who are in and whose stick is not. */
size_t
sticks_gone(struct console *k, char (*gone)[NAME_LEN], size_t max)
{
	const struct json *sticks;
	struct msg a;
	struct err e;
	size_t n = 0;

	if (ask(k, PARTY_COURIER, MSG_STICKS, NULL, NULL, 0, &a, &e) == -1)
		return 0;
	sticks = json_get(a.json, "sticks");
	for (size_t i = 0; i < k->c->persons && n < max; i++) {
		const struct person *p = &k->c->person[i];
		bool here = !p->in;

		for (size_t s = 0; s < json_count(sticks) && !here; s++) {
			const char *name = json_get_str(json_at(sticks, s),
			    "name");

			here = name != NULL && strcmp(name, p->stick) == 0 &&
			    json_get_int(json_at(sticks, s), "here", 0) == 1;
		}
		if (!here)
			memcpy(gone[n++], p->id, NAME_LEN);
	}
	msg_fini(&a);
	return n;
}

const char *
person_stick(struct console *k, const struct person *p)
{
	return stick_here(k, p->stick) ? p->stick : NULL;
}
