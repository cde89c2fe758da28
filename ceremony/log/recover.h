/* SPDX-License-Identifier: MIT */
/*
 * What two media say after the power went: a pure decision over their two
 * transcripts (docs/transcript.5, "Recovery").  G of a medium is its
 * longest prefix of whole lines whose hashes hold, T what follows.
 */
#ifndef TACHIAI_RECOVER_H
#define TACHIAI_RECOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/digest.h"
#include "ceremony/log/entry.h"

#define RECOVER_TORN_MAX ENTRY_MAX /* a longer T is damage */

enum recover_verdict {
	RECOVER_CLEAN,   /* both end alike, nothing behind */
	RECOVER_TORN,    /* a T is put aside and written over */
	RECOVER_MIRROR,  /* one medium is behind: lines are copied to it */
	RECOVER_ONE,     /* one medium only: two people decide */
	RECOVER_DAMAGED, /* stop: more than a torn line is broken */
	RECOVER_FORK,    /* stop: two stories */
};

struct recover_side {
	bool here;
	size_t good;      /* bytes of G */
	int64_t entries;  /* lines of G */
	size_t tail;      /* bytes of T */
	bool torn;        /* T is what a torn write may leave */
	struct head head; /* the end of G */
};

struct recovery {
	enum recover_verdict verdict;
	struct recover_side side[2];
	int best;         /* the side whose G stays */
	int64_t lines;    /* to be copied to the other, RECOVER_MIRROR */
	int64_t fork_n;   /* first entry that differs, or -1 */
	int damaged;      /* side with the damage, or -1 */
	struct head head; /* the end of the volume, if it may be opened */
};

/*
 * Decide.  A side that is not here is NULL; at least one is.  With
 * `accept_one`, two people decided to go on with one medium: its own state
 * is judged instead of RECOVER_ONE.
 */
void recover_decide(const uint8_t *a, size_t a_len, const uint8_t *b,
    size_t b_len, bool accept_one, struct recovery *out);

/* The verdict lets the volume be opened. */
bool recover_opens(const struct recovery *r);

enum memory_verdict {
	MEMORY_END,    /* remembers this very end */
	MEMORY_OLDER,  /* stands in this volume */
	MEMORY_BEYOND, /* remembers more: this volume is an older copy */
	MEMORY_OTHER,  /* another story */
};

/*
 * Hold a remembered head against the volume: `end` is its last entry, `at`
 * the HASH of entry remembered->n, or NULL beyond the end.
 */
enum memory_verdict recover_memory(
    const struct head *remembered, const struct head *end, const uint8_t *at);

#endif
