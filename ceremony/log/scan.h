/* SPDX-License-Identifier: MIT */
/*
 * The verifier's walk over a transcript, in pieces of any size: form and
 * chain, the order of entries and sittings, keys, checkpoints, seals, and
 * heads remembered elsewhere (docs/transcript.5).  It keeps a few kilobytes
 * whatever the length.  What the fold (ceremony/state) refuses besides, the
 * caller learns by folding in `entry`.
 */
#ifndef TACHIAI_SCAN_H
#define TACHIAI_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/log/entry.h"

struct scan_world {
	void *arg;
	/* An object's bytes, appended: enrolled keys and certificates. */
	int (*object)(void *arg, const uint8_t sha256[static SHA256_LEN],
	    struct buf *out, struct err *e);
	/* Says whether an object is there as it was; NULL: not asked. */
	int (*check)(void *arg, const uint8_t sha256[static SHA256_LEN],
	    int64_t size, struct err *e);
	/* Every entry that passed; -1 ends the walk.  May be NULL. */
	int (*entry)(void *arg, const struct entry *en, const uint8_t *line,
	    size_t len, struct err *e);
	/* What is reported and no failure (log.time-behind, log.time-drift,
	 * log.was-unsealed, log.other-table).  May be NULL. */
	void (*anomaly)(void *arg, const struct err *what);
};

struct scan_key {
	char name[40]; /* "log/transcript", "op/anna" */
	char alg[16];
	unsigned roles;
	uint8_t spki_sha[SHA256_LEN];
	uint8_t spki[160]; /* DER */
	size_t spki_len;
	bool cosigned; /* the checkpoint that waits for its seal */
};

#define SCAN_KEYS 65

struct scan_result {
	int64_t entries;
	int64_t sealed; /* number of the last sealing entry, -1 none */
	struct head head;
	const char *origin;
	const struct scan_key *key;
	size_t keys;
};

struct scan;

struct scan *scan_new(const struct scan_world *w);
void scan_free(struct scan *s);

/* A head that somebody remembers; before anything is fed. */
void scan_expect(struct scan *s, const struct head *h);
/* Lines "INDEX HASH"; ids: log.heads-form {line}. */
int scan_expect_lines(
    struct scan *s, const char *text, size_t len, struct err *e);

/*
 * Feed bytes; then end.  On -1 scan_at() is the number of the entry that
 * failed, and nothing more may be fed.
 */
int scan_feed(struct scan *s, const uint8_t *p, size_t len, struct err *e);
int scan_end(struct scan *s, struct scan_result *out, struct err *e);
int64_t scan_at(const struct scan *s);

#endif
