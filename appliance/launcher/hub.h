/* SPDX-License-Identifier: MIT */
/*
 * The message hub: takes whole frames from each child's socket, forwards
 * them by the table msg.def without reading what they say, and brings each
 * answer to whoever asked.  It never blocks: what a child does not take yet
 * waits in that child's queue, and while a queue is long nobody else is read.
 */
#ifndef TACHIAI_HUB_H
#define TACHIAI_HUB_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "appliance/world/msg.h"
#include "ceremony/base/err.h"

#define HUB_HIGH    ((size_t)4 << 20) /* bytes in a queue that stop others */
#define HUB_PENDING 256               /* asks without an answer */

struct hub;

struct hub_events {
	void *arg;
	/* A message for the launcher itself; `m` stays the hub's. */
	void (*message)(void *arg, const struct msg *m);
	/* `who` broke the table or the form; it is to be ended. */
	void (*offence)(void *arg, enum party who, const struct err *e);
};

struct hub *hub_new(const struct hub_events *ev);
void hub_free(struct hub *h);

/* `fd` (taken, made non-blocking) is the socket of `who` from now on. */
void hub_attach(struct hub *h, enum party who, int fd);
bool hub_attached(const struct hub *h, enum party who);
/*
 * `who` is dead: take what it still said, refuse (with `why`) what it owes
 * an answer, forget who it asked, close its socket.  Returns how many asks
 * were refused.
 */
size_t hub_detach(struct hub *h, enum party who, const struct err *why);
/* `who` owes an answer of that kind. */
bool hub_owes(const struct hub *h, enum party who, enum msg_type type);
/* `who` has sent at least one whole message since it was attached. */
bool hub_has_spoken(const struct hub *h, enum party who);

/* A message of the launcher's own; dropped when its receiver is not there. */
void hub_send(struct hub *h, const struct msg *m);

/* Fill p[0..PARTY_COUNT) for poll(2); then give the same array back. */
size_t hub_poll(const struct hub *h, struct pollfd p[static PARTY_COUNT]);
void hub_serve(struct hub *h, const struct pollfd *p, size_t n);

#endif
