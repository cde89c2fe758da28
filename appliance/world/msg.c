/* SPDX-License-Identifier: MIT */
/*
 * Messages between the programs.  Invariant: a frame that does not agree
 * with its row of msg.def, that is over MSG_MAX, or whose JSON part is not
 * one object in the strict profile never becomes a struct msg.
 */
#include "appliance/world/msg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a JSON key is made of (json_set() takes no other). */
#define KEY_BYTES "abcdefghijklmnopqrstuvwxyz0123456789_"

static const struct msg_rule RULES[] = {
#define MSG(name, text, from, to, answered) \
	{ MSG_##name, text, PARTY_##from, PARTY_##to, answered },
#include "appliance/world/msg.def"
#undef MSG
};

static const char *const PARTIES[PARTY_COUNT] = {
	[PARTY_LAUNCHER] = "tachiai",
	[PARTY_CONSOLE] = "tachiai-console",
	[PARTY_KEY] = "tachiai-key",
	[PARTY_HSM] = "tachiai-hsm",
	[PARTY_DECODE] = "tachiai-decode",
	[PARTY_COURIER] = "tachiai-courier",
};

const struct msg_rule *
msg_rule(enum msg_type type)
{
	/* MSG_ANSWER is 0, the rows follow in the order of the enum. */
	if (type <= MSG_ANSWER || type >= MSG_COUNT)
		return NULL;
	return &RULES[type - 1];
}

const char *
party_name(enum party p)
{
	return p < PARTY_COUNT ? PARTIES[p] : "?";
}

void
msg_init(struct msg *m, enum party to, enum msg_type type, uint32_t id)
{
	const struct msg_rule *r = msg_rule(type);

	memset(m, 0, sizeof(*m));
	m->from = r != NULL ? r->from : PARTY_LAUNCHER;
	m->to = to;
	m->type = type;
	m->id = id;
	m->json = json_new_obj();
}

void
msg_fini(struct msg *m)
{
	json_free(m->json);
	buf_free(&m->bytes);
	memset(m, 0, sizeof(*m));
}

void
msg_encode(const struct msg *m, struct buf *out)
{
	struct buf json = BUF_INIT;

	if (m->json != NULL)
		json_encode(m->json, &json);
	else
		buf_str(&json, "{}");
	buf_be32(out, (uint32_t)(json.len + m->bytes.len));
	buf_byte(out, (uint8_t)m->from);
	buf_byte(out, (uint8_t)m->to);
	buf_be16(out, (uint16_t)m->type);
	buf_be32(out, m->id);
	buf_be32(out, (uint32_t)json.len);
	buf_add(out, json.data, json.len);
	buf_add(out, m->bytes.data, m->bytes.len);
	buf_free(&json);
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "msg.form", "what", what, NULL);
}

int
msg_head_decode(
    const uint8_t in[static MSG_HEADER], struct msg_head *h, struct err *e)
{
	struct cursor c = { in, MSG_HEADER };
	const struct msg_rule *r;
	uint8_t who[2];
	uint16_t type;

	if (cursor_be32(&c, &h->len) == -1 ||
	    cursor_bytes(&c, who, sizeof(who)) == -1 ||
	    cursor_be16(&c, &type) == -1 || cursor_be32(&c, &h->id) == -1 ||
	    cursor_be32(&c, &h->json_len) == -1)
		return form(e, "header");
	if (h->len > MSG_MAX || h->json_len > h->len)
		return form(e, "length");
	if (h->json_len < 2 || h->json_len > MSG_JSON_MAX)
		return form(e, "json length");
	if (type >= MSG_COUNT)
		return form(e, "type");
	if (who[0] >= PARTY_COUNT || who[1] >= PARTY_COUNT || who[0] == who[1])
		return form(e, "party");
	h->type = (enum msg_type)type;
	h->from = (enum party)who[0];
	h->to = (enum party)who[1];
	r = msg_rule(h->type);
	if (r != NULL && (r->from != h->from || r->to != h->to))
		return form(e, r->name);
	return 0;
}

int
msg_decode(
    const uint8_t *in, size_t len, size_t *used, struct msg *m, struct err *e)
{
	struct json *json = NULL;
	struct msg_head h;
	const uint8_t *body;

	if (len < MSG_HEADER)
		return 0;
	if (msg_head_decode(in, &h, e) == -1)
		return -1;
	if (len - MSG_HEADER < h.len)
		return 0;
	body = in + MSG_HEADER;
	if (json_parse((const char *)body, h.json_len, JSON_DEPTH, &json, e) ==
		-1 ||
	    json_type(json) != JSON_OBJ) {
		json_free(json);
		return form(e, "json");
	}
	memset(m, 0, sizeof(*m));
	m->from = h.from;
	m->to = h.to;
	m->type = h.type;
	m->id = h.id;
	m->json = json;
	buf_add(&m->bytes, body + h.json_len, h.len - h.json_len);
	*used = MSG_HEADER + (size_t)h.len;
	return 1;
}

static int
gone(struct err *e)
{
	return err_set(e, ERR_WORLD, "msg.gone", "why", strerror(errno), NULL);
}

int
msg_write(int fd, const struct msg *m, struct err *e)
{
	struct buf out = BUF_INIT;
	struct msg_head h;
	size_t done = 0;
	int ret = -1;

	msg_encode(m, &out);
	if (msg_head_decode(out.data, &h, e) == -1)
		goto out;
	while (done < out.len) {
		ssize_t n =
		    send(fd, out.data + done, out.len - done, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			gone(e);
			goto out;
		}
		done += (size_t)n;
	}
	ret = 0;
out:
	buf_free(&out);
	return ret;
}

/* Exactly `len` bytes: 1, 0 when the other side ended first, -1. */
static int
read_all(int fd, uint8_t *p, size_t len, size_t *got, struct err *e)
{
	*got = 0;
	while (*got < len) {
		ssize_t n = read(fd, p + *got, len - *got);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == ECONNRESET)
			return 0;
		if (n == -1)
			return gone(e);
		if (n == 0)
			return 0;
		*got += (size_t)n;
	}
	return 1;
}

int
msg_read(int fd, struct msg *m, struct err *e)
{
	uint8_t head[MSG_HEADER];
	uint8_t *frame = NULL;
	struct msg_head h;
	size_t got, used;
	int r;

	r = read_all(fd, head, sizeof(head), &got, e);
	if (r == 0 && got != 0)
		return form(e, "cut short");
	if (r != 1)
		return r;
	if (msg_head_decode(head, &h, e) == -1)
		return -1;
	frame = xmalloc(MSG_HEADER + (size_t)h.len);
	memcpy(frame, head, MSG_HEADER);
	r = read_all(fd, frame + MSG_HEADER, h.len, &got, e);
	if (r == 0)
		r = form(e, "cut short");
	if (r == 1)
		r = msg_decode(frame, MSG_HEADER + (size_t)h.len, &used, m, e);
	free(frame);
	return r;
}

int
msg_answer(int fd, const struct msg *ask, struct json *json, const void *bytes,
    size_t len, struct err *e)
{
	struct msg m;
	int r;

	msg_init(&m, ask->from, MSG_ANSWER, ask->id);
	m.from = ask->to;
	if (json != NULL) {
		json_free(m.json);
		m.json = json;
	}
	json_set_int(m.json, "ok", 1);
	if (len != 0)
		buf_add(&m.bytes, bytes, len);
	r = msg_write(fd, &m, e);
	msg_fini(&m);
	return r;
}

void
msg_refusal(struct msg *m, const struct err *why)
{
	struct json *args;

	json_free(m->json);
	m->json = json_new_obj();
	json_set_int(m->json, "ok", 0);
	json_set_str(m->json, "id", why->id);
	args = json_set(m->json, "args", json_new_obj());
	for (size_t i = 0; i < why->n; i++) {
		const char *name = why->arg[i].name;

		if (name[0] != '\0' && name[strspn(name, KEY_BYTES)] == '\0')
			json_set_str(args, name, why->arg[i].value);
	}
}

int
msg_refuse(int fd, const struct msg *ask, const struct err *why, struct err *e)
{
	struct msg m;
	int r;

	msg_init(&m, ask->from, MSG_ANSWER, ask->id);
	m.from = ask->to;
	msg_refusal(&m, why);
	r = msg_write(fd, &m, e);
	msg_fini(&m);
	return r;
}

int
msg_answer_ok(const struct msg *m, struct err *e)
{
	const struct json *args;
	const char *id;

	if (m->type != MSG_ANSWER)
		return form(e, "answer");
	if (json_get_int(m->json, "ok", -1) == 1)
		return 0;
	id = json_get_str(m->json, "id");
	if (json_get_int(m->json, "ok", -1) != 0 || id == NULL)
		return form(e, "answer");
	err_set(e, ERR_REFUSED, id, NULL);
	args = json_get(m->json, "args");
	for (size_t i = 0; i < json_count(args); i++) {
		const char *v = json_str(json_value(args, i));

		if (v != NULL)
			err_arg(e, json_key(args, i), v);
	}
	return -1;
}

int
msg_ask(int fd, struct msg *m, struct msg *answer, msg_other_fn *other,
    void *arg, struct err *e)
{
	enum party to = m->to;
	uint32_t id = m->id;
	int r = msg_write(fd, m, e);

	memset(answer, 0, sizeof(*answer));
	msg_fini(m);
	return r == -1 ? -1 : msg_await(fd, to, id, answer, other, arg, e);
}

int
msg_await(int fd, enum party to, uint32_t id, struct msg *answer,
    msg_other_fn *other, void *arg, struct err *e)
{
	int r;

	memset(answer, 0, sizeof(*answer));
	for (;;) {
		struct msg in = { .json = NULL };

		r = msg_read(fd, &in, e);
		if (r == 0) {
			errno = ECONNRESET;
			return gone(e);
		}
		if (r == -1)
			return -1;
		if (in.type == MSG_ANSWER && in.id == id && in.from == to) {
			r = msg_answer_ok(&in, e);
			if (r == 0)
				*answer = in;
			else
				msg_fini(&in);
			return r;
		}
		if (other == NULL || in.type == MSG_ANSWER) {
			msg_fini(&in);
			return form(e, "not asked for");
		}
		other(arg, &in);
		msg_fini(&in);
	}
}
