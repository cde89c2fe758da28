/* SPDX-License-Identifier: MIT */
/*
 * The journal: a volume on two media (or, on a developer's machine, in one
 * directory), written by one program at a time.
 *
 *   MEDIA            "<uuid> <label> of <media>", label A or B; never changed
 *   FORMAT.txt verify.sh    for the auditor, as this program carries them
 *   transcript.log   the only truth
 *   objects/<sha256> attachments, content addressed, never changed
 *   notes/<size>.note       sealed checkpoints, copies for people
 *   tokens/<token>-<sha256> stores of tokens that are files
 *
 * Opening changes nothing on any medium.  What recovery must mend (a torn
 * tail written over, lines copied to the other medium) is done by the first
 * journal_append(), in the same write as the entries that say so.
 *
 * After a failed write or sync a medium is never written again: it is
 * retired, which journal_medium() tells, and the journal goes on with the
 * other if there is one.
 */
#ifndef TACHIAI_JOURNAL_H
#define TACHIAI_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/log/recover.h"

#define JOURNAL_OBJECT_MAX ((size_t)64 << 20)
#define JOURNAL_UUID       37

struct journal;

enum medium_state {
	MEDIUM_ABSENT, /* not given, or not here */
	MEDIUM_GOOD,
	MEDIUM_RETIRED, /* a write or a sync failed */
};

struct medium_info {
	enum medium_state state;
	char label[2];
	char uuid[JOURNAL_UUID];
};

/*
 * Make an empty volume in dir[0] and dir[1] (NULL: a volume of one
 * medium): directories that are empty or do not exist.  The genesis is
 * appended by the caller.  ids: media.exists, media.io.
 */
int journal_create(const char *const dir[static 2], struct err *e);
/* The power went while the volume was made: no line was ever written, and
 * journal_create() goes on. */
bool journal_unborn(const char *const dir[static 2]);

/*
 * Open and lock, read, decide (ceremony/log/recover.h).  dir[i] may be NULL:
 * that medium is not here; the order of the two does not matter.  *found is
 * filled whenever the media could be read, also where the answer is -1:
 * media.fork {n, source}, media.damaged {a, n}, media.one-only {a, b},
 * media.twins, media.busy, media.not-a-volume, media.io; and, where one of
 * them is a copy that was begun and never admitted, media.half {a, b} in the
 * place of media.one-only, or media.half-alone {label}: that one is not here.
 * accept_one: two people decided to open with one medium.
 */
int journal_open(const char *const dir[static 2], bool accept_one,
    struct journal **out, struct recovery *found, struct err *e);
void journal_close(struct journal *j);

/*
 * A medium that was not here, or was retired, comes back while the journal
 * is open: it gets what it lacks, its lines with the next append, whose
 * entry says so.  *lines: how many.  What it has beyond or beside ours is
 * refused (media.fork {n, source}), or with `abandon`, when people decided
 * so, put aside on that medium as abandoned-<entries>.log.  Ids as at
 * opening.
 */
int journal_join(struct journal *j, const char *dir, bool abandon, int *which,
    int64_t *lines, struct err *e);

/*
 * admit.c.  A new medium for a volume of two that lost one, in four steps:
 * journal_number() draws the number that people sign for, and writes nothing;
 * journal_look() says what stands in a folder, and writes nothing;
 * journal_copy() copies everything and lets the medium go, so that it may be
 * mounted anew; journal_admit() reads everything back off it, compares it by
 * hashes with the medium it came from, and only then writes the number.  The
 * next append has media.add; where there is none, journal_leave().
 * ids: media.exists {label}, media.differs {file}, media.busy, media.io.
 */
enum journal_place {
	PLACE_NONE,
	PLACE_FREE,
	PLACE_BEGUN, /* a copy of this very volume that was never admitted */
	PLACE_TAKEN,
};
int journal_number(char uuid[static JOURNAL_UUID], struct err *e);
enum journal_place journal_look(const struct journal *j, const char *dir);
int journal_copy(const struct journal *j, const char *dir, struct err *e);
int journal_admit(struct journal *j, const char *dir, char label,
    const char *uuid, struct err *e);
void journal_leave(struct journal *j, char label);
/* A copy was begun in this folder, and nothing says which medium it is. */
bool journal_begun(const char *dir);

/* Medium 0 is A, 1 is B. */
struct medium_info journal_medium(const struct journal *j, int which);
/* Media from the start of this volume: 1 or 2. */
int journal_media(const struct journal *j);

/* The transcript as it stands: whole lines.  Borrowed until an append. */
const uint8_t *journal_log(const struct journal *j, size_t *len);
/* The torn bytes that the first append writes over: put them as an object
 * and name it in the entry `recovery`.  Empty (len 0) when there are none. */
const struct buf *journal_torn(const struct journal *j);

/*
 * Append whole lines: one write to A, fdatasync, the same to B, fdatasync.
 * 0 when they are on at least one good medium; whether one was retired by
 * it, journal_medium() tells (the caller stops and writes media.retire).
 * -1 when none is left (log.stopped {a}): then nothing may be called
 * acknowledged, and the program ends.
 */
int journal_append(
    struct journal *j, const void *lines, size_t len, struct err *e);

/*
 * Objects: put on every good medium, written, synced, renamed, the folder
 * synced, before any entry may name them.  get checks the hash and takes
 * the other medium's copy when one is broken.  ids: media.object {sha256}.
 */
int journal_object_put(struct journal *j, const void *p, size_t len,
    uint8_t sha256[static SHA256_LEN], struct err *e);
int journal_object_get(struct journal *j,
    const uint8_t sha256[static SHA256_LEN], struct buf *out, struct err *e);

/*
 * Token stores: opaque bytes (an archive made by tachiai-hsm), kept by token
 * and digest, so that a store written before its entry never replaces the
 * one that the transcript names.  put keeps `in_force` (may be NULL) and the
 * new one and removes older ones.  get with sha256.  newest lists digests
 * that are here but are not `in_force`: after a crash the outcome may be in
 * one.  ids: media.store {token}.
 */
int journal_store_put(struct journal *j, const char *token,
    const uint8_t *in_force, const void *p, size_t len,
    uint8_t sha256[static SHA256_LEN], struct err *e);
int journal_store_get(struct journal *j, const char *token,
    const uint8_t sha256[static SHA256_LEN], struct buf *out, struct err *e);
/* The entry that names `in_force` stands: all others of the token go, or the
 * next doubt would take one that is older. */
void journal_store_settle(struct journal *j, const char *token,
    const uint8_t in_force[static SHA256_LEN]);
/* A digest other than `in_force` (may be NULL): 1 and it, 0 none, -1. */
int journal_store_other(struct journal *j, const char *token,
    const uint8_t *in_force, uint8_t sha256[static SHA256_LEN], struct err *e);

/* notes/<size>.note: a copy for people; never read back. */
int journal_note(
    struct journal *j, int64_t size, const void *p, size_t len, struct err *e);

/* What this program carries: FORMAT.txt and verify.sh. */
const uint8_t *journal_format_txt(size_t *len);
const uint8_t *journal_verify_sh(size_t *len);

#endif
