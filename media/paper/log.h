/* SPDX-License-Identifier: MIT */
/*
 * What the printed transcript is made from: the entries up to a seal, and
 * what the fold knows there.
 */
#ifndef TACHIAI_PAPER_LOG_H
#define TACHIAI_PAPER_LOG_H

#include "ceremony/state/state.h"
#include "media/paper/paper.h"

struct paper_log {
	/* Folded up to the last entry here; the record itself needs none. */
	const struct ceremony *c;
	const char *origin;
	const struct entry *entry; /* entry i is number i */
	const struct buf *line;
	size_t n;
	/* Which print: copy `copy` of the `of` that were meant; of 0: the one
	 * that was, or its re-print `copy`. */
	int64_t copy, of;
};

/* The page's hours in the ceremony's own zone, "2026-11-23 08:53:47 JST". */
void paper_time(const struct paper_log *l, int64_t t, struct buf *out);
/* A row of a table of two columns: that, and the same in UTC. */
void paper_time_row(struct table *t, const struct paper_log *l,
    const char *label, struct style st, int64_t when);
/* The same in a cell: there, and beneath it in UTC. */
void paper_when(
    struct table *t, size_t column, const struct paper_log *l, int64_t when);
/* Which print this is, where it is not the only one. */
void paper_copy(struct flow *f, const struct paper_log *l);
/* "hh:mm:ss" there. */
void paper_hour(const struct paper_log *l, int64_t t, struct buf *out);
/* Time of the next entry of a kind at or behind `from`; index, or n. */
size_t paper_find(const struct paper_log *l, size_t from, enum event_type type);
/* "12, 15–17, 20" of the entries for which fn says true. */
void paper_entries(const struct paper_log *l,
    bool (*fn)(const struct entry *en, const void *arg), const void *arg,
    struct buf *out);
/* The sentence of an entry. */
void paper_sentence(const struct entry *en, enum lang lang, struct buf *out);
/* "SM1, CA1" of who is authenticated for an entry; names of the appliance
 * none. */
void paper_by(
    const struct paper_log *l, const struct entry *en, struct buf *out);

/* The parts of the document, each from a page of its own. */
void transcript_cover(struct flow *f, const struct paper_log *l);
void transcript_people(struct flow *f, const struct paper_log *l);
void transcript_room(struct flow *f, const struct paper_log *l);
void transcript_steps(struct flow *f, const struct paper_log *l);
void transcript_keys(struct flow *f, const struct paper_log *l);
void transcript_objects(struct flow *f, const struct paper_log *l);
void transcript_media(struct flow *f, const struct paper_log *l);
void transcript_deviations(struct flow *f, const struct paper_log *l);
void transcript_clauses(struct flow *f, const struct paper_log *l);
void transcript_sign_off(struct flow *f, const struct paper_log *l);
/* closing.c */
void transcript_backups(struct flow *f, const struct paper_log *l);
void transcript_sealing(struct flow *f, const struct paper_log *l);
void transcript_findings(struct flow *f, const struct paper_log *l);
void transcript_due(struct flow *f, const struct paper_log *l);
void transcript_copies(struct flow *f, const struct paper_log *l);
void transcript_attestation(struct flow *f, const struct paper_log *l);

/*
 * The whole annotated transcript of l: comment, record, last page.
 * page.overlap, page.outside; *out is the caller's.
 */
int transcript_make(const struct paper_log *l,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e);

#endif
