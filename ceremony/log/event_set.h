/* SPDX-License-Identifier: MIT */
/*
 * The table of events in force.  A transcript names its table as an object
 * (genesis, format.upgrade), and each of its entries is held against that
 * one, whatever table this program writes new transcripts with: so the words
 * of an old transcript need not freeze the words of a new program.
 */
#ifndef TACHIAI_EVENT_SET_H
#define TACHIAI_EVENT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/log/event.h"

/*
 * A table that was read.  NULL stands for the program's own.  A row that
 * this program knows with the very same fields, or with these and more that
 * are optional, has its type; any other has EV_COUNT: its form is known, what
 * it means is not.
 */
struct event_set;

/* Strict: the one encoding of event_table().  id: event.table. */
int event_set_parse(
    const void *p, size_t len, struct event_set **out, struct err *e);
void event_set_free(struct event_set *set);

const struct event *event_set_find(
    const struct event_set *set, const char *name);

/*
 * The table that `d` (of a genesis or a format.upgrade) names: NULL in *out
 * for the program's own, else read from its object.
 */
typedef int event_object_fn(void *arg, const uint8_t sha256[static SHA256_LEN],
    struct buf *out, struct err *e);
int event_set_load(const struct json *d, event_object_fn *object, void *arg,
    struct event_set **out, struct err *e);

/* The digest is of the program's own table. */
bool event_set_is_own(const uint8_t sha256[static SHA256_LEN]);

#endif
