/* SPDX-License-Identifier: MIT */
/*
 * What the work of a ceremony makes due, and when: publication, disclosure,
 * the next list, the ends of keys (CPS 6.3.2), the log examiner's review.
 */
#ifndef TACHIAI_DATES_H
#define TACHIAI_DATES_H

#include "ceremony/state/state.h"

struct due_date {
	int64_t t;        /* posix seconds */
	const char *what; /* label, with {item} in it */
	const char *item; /* its id, or "" */
};

/*
 * Call fn with every date, in the order of the work; none before something
 * was signed in this sitting.
 */
void ceremony_dates(const struct ceremony *c,
    void (*fn)(void *arg, const struct due_date *d), void *arg);

#endif
