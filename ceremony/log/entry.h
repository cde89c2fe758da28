/* SPDX-License-Identifier: MIT */
/*
 * One entry of the transcript: "HASH SP JSON LF", at most ENTRY_MAX bytes,
 * HASH_n = SHA-256(HASH_{n-1} || " " || JSON_n || "\n") in hex.
 * docs/transcript.5 has the format.
 */
#ifndef TACHIAI_ENTRY_H
#define TACHIAI_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"
#include "ceremony/log/event_set.h"

#define ENTRY_MAX 16384
#define ENTRY_TXT 1024
#define ENTRY_R   16

enum rc {
	RC_OK,
	RC_FAIL,
	RC_DENIED,
	RC_ABORTED,
};

struct head {
	int64_t n; /* sequence of the last entry; -1 before the first */
	uint8_t hash[SHA256_LEN];
};

struct entry {
	int64_t n;
	int64_t s;              /* sitting */
	int64_t m;              /* ms of the boot clock since sitting.open */
	int64_t t;              /* posix seconds */
	const struct event *ev; /* NULL: a kind this table does not know */
	enum rc rc;
	struct json *by;   /* array of "op/anna"; never NULL */
	struct json *said; /* array of codes, or NULL */
	struct json *att;  /* array of {name,sha256,size,type}, or NULL */
	struct json *d;    /* object; never NULL */
	uint8_t r[ENTRY_R];
	uint8_t hash[SHA256_LEN]; /* set by encode and decode */
	char evname[65];
};

void entry_init(struct entry *en, enum event_type type);
void entry_fini(struct entry *en);

const char *rc_name(enum rc rc);

/* Name a person (op/<id>) or an object in the entry. */
void entry_by(struct entry *en, const char *name);
void entry_said(struct entry *en, const char *code);
void entry_attach(struct entry *en, const char *name, const char *type,
    const uint8_t sha256[static SHA256_LEN], int64_t size);
/* Digest of the attachment `name`; 0 or -1. */
int entry_attachment(const struct entry *en, const char *name,
    uint8_t sha256[static SHA256_LEN]);

/*
 * Encode as the line that follows `prev` (txt is made here), set en->hash.
 * Refuses what entry_decode() would refuse.
 */
int entry_encode(struct entry *en, const uint8_t prev[static SHA256_LEN],
    struct buf *line, struct err *e);

/*
 * Decode one whole line, LF included, strictly: form, hash, keys, types,
 * d against the event table, txt made again and compared.  An unknown `ev`
 * leaves en->ev NULL and is no error here.
 */
int entry_decode(const uint8_t *line, size_t len,
    const uint8_t prev[static SHA256_LEN], struct entry *en, struct err *e);

/*
 * The same by the table in force, which may be an older one (NULL: the
 * program's own); en->ev points into it.
 */
int entry_decode_by(const struct event_set *set, const uint8_t *line,
    size_t len, const uint8_t prev[static SHA256_LEN], struct entry *en,
    struct err *e);

/*
 * The same for a transcript whose table this program does not carry: form
 * and hash alone, neither d nor txt held against a table.
 */
int entry_decode_form(const uint8_t *line, size_t len,
    const uint8_t prev[static SHA256_LEN], struct entry *en, struct err *e);

#endif
