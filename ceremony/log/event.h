/* SPDX-License-Identifier: MIT */
/*
 * The event table: one row for each kind of entry.  Encoder, decoder, fold,
 * verifiers, fuzz dictionary and manual page read the same rows.
 */
#ifndef TACHIAI_EVENT_H
#define TACHIAI_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"
#include "ceremony/text/text.h"

enum event_type {
#define EVENT(NAME, name, class, roles, fields, en, ja) EV_##NAME,
#include "ceremony/log/event.def"
#undef EVENT
	EV_COUNT,
};

#define EVENT_APPLIANCE 0x80 /* may stand with an empty `by` */

struct event {
	enum event_type type;
	const char *name;
	const char *cps_class; /* "A1" ... "B2", "NO" */
	unsigned roles;        /* enum role bits, and EVENT_APPLIANCE */
	const char *fields;
	const char *en, *ja;
};

const struct event *event_at(size_t i); /* NULL behind the last */
const struct event *event_find(const char *name);
const struct event *event_get(enum event_type type);
bool event_is_statement(const struct event *ev);

/*
 * Hold `d` against the row's fields: every member known, typed, and every
 * one that is not optional there; with `whole` false members may be missing
 * (entries whose rc is not "ok").  ids: entry.field {ev,field}.
 */
int event_check(
    const struct event *ev, const struct json *d, bool whole, struct err *e);

/* The sentence of an entry (at most 1024 bytes); English is the hashed one. */
void event_text(const struct event *ev, enum lang lang, const struct json *d,
    struct buf *out);

/* The whole table as canonical JSON: the object that the genesis names. */
void event_table(struct buf *out);

#endif
