/* SPDX-License-Identifier: MIT */
/*
 * A calendar of what a ceremony makes due, as an iCalendar file (RFC 5545):
 * an event of no length at each date, in UTC; the sentence in English and, as
 * its description, in Japanese.  In a rehearsal each says that nothing is due.
 */
#ifndef TACHIAI_ICS_H
#define TACHIAI_ICS_H

#include "ceremony/state/dates.h"

/*
 * The calendar of `c` as it stands, appended to `out`: the same state, the
 * same bytes.  A date that comes again in a later calendar has the same UID.
 */
void ics_make(const struct ceremony *c, struct buf *out);

/* The same of one date alone, for a code on paper. */
void ics_one(
    const struct ceremony *c, const struct due_date *d, struct buf *out);

/* "NAME:text" with its escapes, in lines of at most 75 bytes that end with
 * CR LF, no character of UTF-8 cut in two (RFC 5545 3.1, 3.3.11). */
void ics_text(struct buf *out, const char *name, const char *text);

#endif
