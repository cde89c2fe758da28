/* SPDX-License-Identifier: MIT */
/*
 * The receiving side of a transfer: texts of QR codes to a payload.
 * Invariants: frames of two objects are never mixed; a payload is given out
 * only when its id, made again from the bytes, is the one on its frames;
 * memory is bounded by the first frame's own header (3 MB at most).
 *
 * The id guards against accidents, not against people: what came is checked
 * afterwards for what it is, and its SHA-256 is compared on both sides.
 */
#ifndef TACHIAI_FRAMES_RECEIVE_H
#define TACHIAI_FRAMES_RECEIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "media/frames/frame.h"

#define RECEIVE_OTHERS   3    /* frames of another object, and */
#define RECEIVE_QUIET_MS 2000 /* none of ours for so long: then ask */

enum receive_news {
	RECEIVE_MORE,   /* one part more */
	RECEIVE_AGAIN,  /* nothing that was not known */
	RECEIVE_OTHER,  /* of another object: counted, not used */
	RECEIVE_SWITCH, /* the same, and now people are asked which */
	RECEIVE_DONE,   /* all parts are in, and are what their id says */
};

struct receiver; /* one step's reading; several objects may pass by */

/* `want`: the type that is expected, FRAME_ANY for all. */
struct receiver *receiver_new(enum frame_type want);
void receiver_free(struct receiver *r);

/*
 * Take what one QR code said, at this moment of a clock that does not go
 * back.  A text that is PEM of one kind (CERTIFICATE REQUEST, CERTIFICATE,
 * X509 CRL) is a whole transfer.  0, or -1: nothing was taken in.
 * ids qr.form {what}; qr.type {found, wanted}; qr.mismatch (all that came is
 * thrown away and the next frame begins anew).
 */
int receiver_take(struct receiver *r, const char *text, size_t len,
    int64_t now_ms, enum receive_news *news, struct err *e);

/* The answer to RECEIVE_SWITCH is yes: what came so far is thrown away. */
void receiver_switch(struct receiver *r);

/* What is known; all zero before the first frame. */
struct receive_facts {
	enum frame_type type;
	uint8_t id[FRAME_ID];
	size_t len, t;
	size_t rank, k; /* parts that are in, of how many */
	bool done;
	/* the object that stands in the way, when one does */
	enum frame_type other_type;
	size_t other_len;
	/* texts since the beginning */
	size_t good, again, other, bad;
};
void receiver_facts(const struct receiver *r, struct receive_facts *f);

/* The payload of a transfer that is done; NULL before. */
const uint8_t *receiver_payload(const struct receiver *r, size_t *len);

/*
 * The frames of a text file, one a line: calls `take` for each line that is
 * not empty and has no '#' in front, until it returns nonzero.  Blocks of
 * PEM that follow each other go to `take` as one text, line ends and all.
 */
int frames_each(const char *text, size_t len,
    int (*take)(void *arg, const char *line, size_t len), void *arg);

#endif
