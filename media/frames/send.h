/* SPDX-License-Identifier: MIT */
/*
 * The sending side of a transfer: payload to frames without end.  Frame 0,
 * 1, 2 ... are shown one after the other and none is shown twice, so whoever
 * looks later, or misses some, loses nothing but time.
 */
#ifndef TACHIAI_FRAMES_SEND_H
#define TACHIAI_FRAMES_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "media/frames/frame.h"

/* QR versions: the usual one, the fast one, the one for a bad camera. */
#define SEND_USUAL    17
#define SEND_FAST     25
#define SEND_SMALL    10
#define SEND_LEAST    3 /* the smallest that holds a frame at all */
#define SEND_LARGEST  40
#define SEND_RATE     8 /* frames a second, of: */
#define SEND_RATE_MIN 2
#define SEND_RATE_MAX 12

struct sender {
	enum frame_type type;
	uint8_t id[FRAME_ID];
	size_t len, t, k;
	int version;    /* of every symbol of the series, level L */
	uint8_t *bytes; /* k * t, zeros behind the payload */
};

/* Characters that a symbol of this version holds, alphanumeric, level L. */
size_t send_characters(int version);
/* The largest T of this version. */
size_t send_symbol(int version);

/*
 * Frames for symbols of at most `version`; a payload that is too large for
 * it takes a larger one, up to `most`.  The payload is copied; the caller
 * calls sender_free().  ids qr.large {bytes, most}, qr.empty.
 */
int sender_new(struct sender **out, enum frame_type type,
    const uint8_t *payload, size_t len, int version, int most, struct err *e);
void sender_free(struct sender *s);

/* Frame `seq` (over FRAME_SEQ_MAX it begins again), and its text. */
void sender_frame(const struct sender *s, uint32_t seq, struct frame *f);
void sender_text(const struct sender *s, uint32_t seq, struct buf *out);

#endif
