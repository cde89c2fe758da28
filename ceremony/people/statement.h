/* SPDX-License-Identifier: MIT */
/*
 * Statements: the text a custodian signs, ECDSA P-256 with SHA-256, and the
 * members of an entry it is kept as (docs/credential.5).
 */
#ifndef TACHIAI_STATEMENT_H
#define TACHIAI_STATEMENT_H

#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"
#include "ceremony/log/entry.h"

struct statement {
	char kind[16]; /* login consent witness approve roster resolve review */
	char origin[161];
	char epoch[33];    /* 32 hex */
	struct head asked; /* the head when the statement was asked for */
	struct head seen;  /* what this custodian remembers; n -1: nothing */
	char person[33];
	char role[24];
	uint8_t doc[SHA256_LEN];
};

/* The signed text, each line ended by LF. */
void statement_text(const struct statement *st, struct buf *out);

/*
 * Kind of an event whose fields are a statement's: auth.login -> "login",
 * roster.sign -> "roster", approve and csr.approve -> "approve", others
 * their own name; NULL for other events.
 */
const char *statement_kind(enum event_type type);

/* To and from an entry's d (kind and origin are not in d). */
void statement_put(const struct statement *st, const uint8_t *sig,
    size_t sig_len, struct json *d);
int statement_get(
    const struct json *d, struct statement *st, struct buf *sig, struct err *e);

/* Verify sig (strict DER) with the DER certificate's public key. */
int statement_verify(const struct statement *st, const uint8_t *cert,
    size_t cert_len, const uint8_t *sig, size_t sig_len, struct err *e);
/* The same with the key alone, DER of its SPKI. */
int statement_verify_spki(const struct statement *st, const uint8_t *spki,
    size_t spki_len, const uint8_t *sig, size_t sig_len, struct err *e);

#endif
