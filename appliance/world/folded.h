/* SPDX-License-Identifier: MIT */
/* A transcript up to one of its entries, as printed documents are made from. */
#ifndef TACHIAI_FOLDED_H
#define TACHIAI_FOLDED_H

#include "media/paper/log.h"

struct folded {
	struct ceremony *c; /* folded up to the last entry that is kept */
	struct buf *line;
	struct entry *entry;
	size_t n;
	struct paper_log log; /* of these, copy 0 */
};

/* The state after an entry: is it the last one wanted? */
typedef bool folded_stop(const struct ceremony *c, const void *arg);

/*
 * Whole lines from the beginning, until `stop` says so.  0, or -1 with the
 * refusal of an entry; 1 when the lines ended before.  To be finished in
 * every case.
 */
int folded_make(struct folded *f, const uint8_t *log, size_t len,
    const struct object_source *objects, folded_stop *stop, const void *arg,
    struct err *e);
/* For folded_make(): *(const int64_t *)arg is the last entry's number. */
bool folded_at(const struct ceremony *c, const void *arg);
void folded_fini(struct folded *f);

#endif
