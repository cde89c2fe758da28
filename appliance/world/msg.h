/* SPDX-License-Identifier: MIT */
/*
 * Messages between the programs: framed, over the one socket (descriptor 3)
 * that each child has to the launcher, which forwards by the table msg.def.
 *
 *   bytes 0..3   length of what follows the header, big-endian
 *   byte  4      from (enum party; set by the launcher when it forwards)
 *   byte  5      to
 *   bytes 6..7   type, big-endian
 *   bytes 8..11  id: chosen by who asks, the same in the answer
 *   bytes 12..15 length of the JSON part, the rest are plain bytes
 *
 * The JSON part is one object in the strict profile; it may be empty ({}).
 */
#ifndef TACHIAI_MSG_H
#define TACHIAI_MSG_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

#define MSG_FD       3
#define CLOCK_FD     4 /* tachiai-key's: a timer, ready when its time is over */
#define MSG_HEADER   16
#define MSG_MAX      ((size_t)65 << 20) /* JSON and bytes together */
#define MSG_JSON_MAX ((size_t)1 << 20)

enum party {
	PARTY_LAUNCHER,
	PARTY_CONSOLE,
	PARTY_KEY,
	PARTY_HSM,
	PARTY_DECODE,
	PARTY_COURIER,
	PARTY_COUNT,
};

enum msg_type {
	MSG_ANSWER, /* {ok:1, ...} or {ok:0, id, args{name:value}} */
#define MSG(name, text, from, to, answered) MSG_##name,
#include "appliance/world/msg.def"
#undef MSG
	MSG_COUNT,
};

struct msg_rule {
	enum msg_type type;
	const char *name;
	enum party from, to;
	int answered;
};

/* The row of `type`, or NULL (MSG_ANSWER has none). */
const struct msg_rule *msg_rule(enum msg_type type);
const char *party_name(enum party p); /* "tachiai-hsm" */

struct msg {
	enum party from, to;
	enum msg_type type;
	uint32_t id;
	struct json *json; /* never NULL after msg_read() */
	struct buf bytes;
};

void msg_init(struct msg *m, enum party to, enum msg_type type, uint32_t id);
void msg_fini(struct msg *m);

/* A header alone, for who forwards without reading: bounds and row checked. */
struct msg_head {
	uint32_t len, json_len, id;
	enum party from, to;
	enum msg_type type;
};
int msg_head_decode(
    const uint8_t in[static MSG_HEADER], struct msg_head *h, struct err *e);

/* The whole frame for the wire. */
void msg_encode(const struct msg *m, struct buf *out);
/*
 * Take one frame from the front of in[0..len): 1 and *used, 0 not yet whole,
 * -1 not a frame (id msg.form).
 */
int msg_decode(
    const uint8_t *in, size_t len, size_t *used, struct msg *m, struct err *e);

/* Blocking, whole frames.  msg_read: 1, 0 the other side is gone, -1. */
int msg_write(int fd, const struct msg *m, struct err *e);
int msg_read(int fd, struct msg *m, struct err *e);

/* Answers.  On refusal, `e` travels as id and args. */
int msg_answer(int fd, const struct msg *ask,
    struct json *json /* taken, may be NULL */, const void *bytes, size_t len,
    struct err *e);
int msg_refuse(
    int fd, const struct msg *ask, const struct err *why, struct err *e);
/* Make the JSON part of `m` a refusal: {ok:0, id, args}. */
void msg_refusal(struct msg *m, const struct err *why);
/* An answer's refusal as an err: -1 when refused (or not an answer). */
int msg_answer_ok(const struct msg *m, struct err *e);

/*
 * Ask and wait for the answer (other messages that arrive meanwhile go to
 * `other`, which may be NULL: then they are an error).  `m` is sent and
 * emptied.  0 and the answer is in *answer (the caller's, msg_fini()), or -1
 * and *answer is empty: refused by the other side (its id and args in `e`),
 * or the socket failed (msg.gone, msg.form).
 */
typedef void msg_other_fn(void *arg, struct msg *m);
int msg_ask(int fd, struct msg *m, struct msg *answer, msg_other_fn *other,
    void *arg, struct err *e);
/* The second half: `id` was asked of `to`.  With it somebody has a say before
 * they wait; `other` has one after each message. */
int msg_await(int fd, enum party to, uint32_t id, struct msg *answer,
    msg_other_fn *other, void *arg, struct err *e);

#endif
