/* SPDX-License-Identifier: MIT */
/*
 * The message hub.  Invariant: every ask in flight has one row in `asks`;
 * it leaves by its answer, or by a refusal when the answerer dies.  The hub
 * gives each ask an id of its own on the way and the asker's back, so that a
 * late answer for a program that died reaches nobody else.
 */
#include "appliance/launcher/hub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
	int fd; /* -1: not there */
	bool spoke;
	bool bad;  /* offended: not read any more */
	bool dead; /* its end is known: the end of its words is no offence */
	struct buf in;
	size_t in_at;
	struct buf out;
	size_t out_at;
};

struct ask {
	uint32_t id;       /* on the answerer's side */
	uint32_t their_id; /* on the asker's side */
	enum party asker, answerer;
	enum msg_type type;
	bool orphan; /* the asker died */
};

struct hub {
	struct hub_events ev;
	struct peer peer[PARTY_COUNT];
	struct ask ask[HUB_PENDING];
	size_t n;
	uint32_t next_id;
};

struct hub *
hub_new(const struct hub_events *ev)
{
	struct hub *h = xcalloc(1, sizeof(*h));

	h->ev = *ev;
	for (int i = 0; i < PARTY_COUNT; i++)
		h->peer[i].fd = -1;
	return h;
}

static void
peer_close(struct peer *p)
{
	if (p->fd != -1)
		close(p->fd);
	buf_free(&p->in);
	buf_free(&p->out);
	memset(p, 0, sizeof(*p));
	p->fd = -1;
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	for (int i = 0; i < PARTY_COUNT; i++)
		peer_close(&h->peer[i]);
	free(h);
}

void
hub_attach(struct hub *h, enum party who, int fd)
{
	struct peer *p = &h->peer[who];

	peer_close(p);
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	p->fd = fd;
}

bool
hub_attached(const struct hub *h, enum party who)
{
	return h->peer[who].fd != -1;
}

bool
hub_has_spoken(const struct hub *h, enum party who)
{
	return h->peer[who].spoke;
}

bool
hub_owes(const struct hub *h, enum party who, enum msg_type type)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->ask[i].answerer == who && h->ask[i].type == type &&
		    !h->ask[i].orphan)
			return true;
	return false;
}

void
hub_send(struct hub *h, const struct msg *m)
{
	if (h->peer[m->to].fd != -1)
		msg_encode(m, &h->peer[m->to].out);
}

/* Answer in the name of `from`, which cannot. */
static void
refuse(struct hub *h, enum party from, enum party to, uint32_t id,
    const struct err *why)
{
	struct msg m;

	msg_init(&m, to, MSG_ANSWER, id);
	m.from = from;
	msg_refusal(&m, why);
	hub_send(h, &m);
	msg_fini(&m);
}

static void
ask_remove(struct hub *h, size_t i)
{
	h->ask[i] = h->ask[--h->n];
}

static void
offence(struct hub *h, enum party who, const struct err *e)
{
	h->peer[who].bad = true;
	h->ev.offence(h->ev.arg, who, e);
}

/* The frame with its id replaced goes to the queue of `to`. */
static void
forward(
    struct hub *h, enum party to, uint32_t id, const uint8_t *frame, size_t len)
{
	struct buf *out = &h->peer[to].out;

	buf_add(out, frame, 8);
	buf_be32(out, id);
	buf_add(out, frame + 12, len - 12);
}

static void
route_answer(struct hub *h, const struct msg_head *head, const uint8_t *frame,
    size_t len)
{
	struct err e;

	for (size_t i = 0; i < h->n; i++) {
		struct ask a = h->ask[i];

		if (a.id != head->id || a.answerer != head->from ||
		    (!a.orphan && a.asker != head->to))
			continue;
		ask_remove(h, i);
		if (!a.orphan && h->peer[a.asker].fd != -1)
			forward(h, a.asker, a.their_id, frame, len);
		return;
	}
	err_set(&e, ERR_FORM, "msg.form", "what", "answer", NULL);
	offence(h, head->from, &e);
}

static void
route_to_launcher(
    struct hub *h, enum party who, const uint8_t *frame, size_t len)
{
	struct msg m;
	struct err e;
	size_t used;

	if (msg_decode(frame, len, &used, &m, &e) != 1) {
		offence(h, who, &e);
		return;
	}
	h->ev.message(h->ev.arg, &m);
	msg_fini(&m);
}

static void
route(struct hub *h, const struct msg_head *head, const uint8_t *frame,
    size_t len)
{
	const struct msg_rule *r = msg_rule(head->type);
	struct err e;

	if (r == NULL) {
		route_answer(h, head, frame, len);
	} else if (r->to == PARTY_LAUNCHER) {
		route_to_launcher(h, head->from, frame, len);
	} else if (h->peer[r->to].fd == -1) {
		if (!r->answered)
			return;
		err_set(&e, ERR_WORLD,
		    r->to == PARTY_DECODE ? "decode.died" : "world.died",
		    "program", party_name(r->to), NULL);
		refuse(h, r->to, head->from, head->id, &e);
	} else if (!r->answered) {
		forward(h, r->to, head->id, frame, len);
	} else if (h->n == HUB_PENDING) {
		err_set(&e, ERR_LIMIT, "msg.form", "what", "too many", NULL);
		offence(h, head->from, &e);
	} else {
		struct ask *a = &h->ask[h->n++];

		a->id = ++h->next_id;
		a->their_id = head->id;
		a->asker = head->from;
		a->answerer = r->to;
		a->type = head->type;
		a->orphan = false;
		forward(h, r->to, a->id, frame, len);
	}
}

/* Let go of b[0..*at) where that is cheap. */
static void
drop_front(struct buf *b, size_t *at)
{
	if (*at == b->len) {
		buf_free(b);
		*at = 0;
	} else if (*at > b->len / 2) {
		memmove(b->data, b->data + *at, b->len - *at);
		b->len -= *at;
		*at = 0;
	}
}

/* Take every whole frame that `who` has sent. */
static void
take(struct hub *h, enum party who)
{
	struct peer *p = &h->peer[who];
	struct msg_head head;
	struct err e;

	while (!p->bad && p->in.len - p->in_at >= MSG_HEADER) {
		const uint8_t *frame = p->in.data + p->in_at;
		size_t len;

		if (msg_head_decode(frame, &head, &e) == -1 ||
		    head.from != who) {
			err_set(
			    &e, ERR_FORM, "msg.form", "what", "header", NULL);
			offence(h, who, &e);
			break;
		}
		len = MSG_HEADER + (size_t)head.len;
		if (p->in.len - p->in_at < len)
			break;
		p->spoke = true;
		p->in_at += len;
		route(h, &head, frame, len);
		if (p->fd == -1)
			return;
	}
	drop_front(&p->in, &p->in_at);
}

/* What is there now; false when there is nothing (left). */
static bool
take_some(struct hub *h, enum party who)
{
	static uint8_t chunk[1 << 16];
	struct peer *p = &h->peer[who];
	ssize_t n = -1;

	if (p->fd == -1 || p->bad)
		return false;
	do
		n = read(p->fd, chunk, sizeof(chunk));
	while (n == -1 && errno == EINTR);
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		struct err e;

		err_set(&e, ERR_WORLD, "msg.gone", "why", "end", NULL);
		if (!p->dead)
			offence(h, who, &e);
	}
	if (n <= 0)
		return false;
	buf_add(&p->in, chunk, (size_t)n);
	take(h, who);
	return true;
}

static void
give(struct peer *p)
{
	while (p->out_at < p->out.len) {
		ssize_t n = send(p->fd, p->out.data + p->out_at,
		    p->out.len - p->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			p->out_at = p->out.len; /* dead: SIGCHLD tells */
		if (n == -1)
			break;
		p->out_at += (size_t)n;
	}
	drop_front(&p->out, &p->out_at);
}

size_t
hub_detach(struct hub *h, enum party who, const struct err *why)
{
	size_t refused = 0;

	h->peer[who].dead = true;
	while (take_some(h, who))
		;
	peer_close(&h->peer[who]);
	for (size_t i = h->n; i-- > 0;) {
		struct ask a = h->ask[i];

		if (a.asker == who)
			h->ask[i].orphan = true;
		if (a.answerer != who)
			continue;
		ask_remove(h, i);
		if (a.orphan || a.asker == who)
			continue;
		refuse(h, who, a.asker, a.their_id, why);
		refused++;
	}
	return refused;
}

/* A long queue of somebody else holds `who` back, so that it cannot grow. */
static bool
held_back(const struct hub *h, enum party who)
{
	for (int i = 0; i < PARTY_COUNT; i++)
		if (i != (int)who && h->peer[i].fd != -1 &&
		    h->peer[i].out.len - h->peer[i].out_at > HUB_HIGH)
			return true;
	return false;
}

size_t
hub_poll(const struct hub *h, struct pollfd p[static PARTY_COUNT])
{
	for (int i = 0; i < PARTY_COUNT; i++) {
		const struct peer *q = &h->peer[i];

		p[i].fd = q->fd;
		p[i].events = 0;
		p[i].revents = 0;
		if (!q->bad && !held_back(h, (enum party)i))
			p[i].events |= POLLIN;
		if (q->out_at < q->out.len)
			p[i].events |= POLLOUT;
		/* Dead or offending and nothing to do: do not spin on HUP. */
		if (p[i].events == 0)
			p[i].fd = -1;
	}
	return PARTY_COUNT;
}

void
hub_serve(struct hub *h, const struct pollfd *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct peer *q = &h->peer[i];

		if (q->fd == -1 || p[i].fd != q->fd)
			continue;
		if ((p[i].revents & (POLLOUT | POLLERR)) != 0)
			give(q);
		if ((p[i].revents & POLLIN) != 0)
			(void)take_some(h, (enum party)i);
	}
}
