/* SPDX-License-Identifier: MIT */
/*
 * Shares of activation secrets: the record that is sealed to a custodian,
 * the commitments that stand in the transcript, and the PINs that a secret
 * becomes.  docs/credential.5 has the formats.
 */
#ifndef TACHIAI_SHARE_H
#define TACHIAI_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/people/shamir.h"

#define SHARE_ORIGIN 161
#define SHARE_SECRET 32 /* bytes of a secret, and of a share */
#define SHARE_SALT   16
#define SHARE_MAX    512 /* DER of a record, at most */

/*
 * A record.  It holds a secret: keep it in locked memory, share_wipe() it.
 * m = n = x = 1 marks a secret that is not split (a log token's).
 */
struct share {
	char origin[SHARE_ORIGIN];
	char set[33];
	char purpose[17]; /* user-pin, so-pin, log */
	int x, m, n;
	uint8_t share[SHARE_SECRET];
	uint8_t salt[SHARE_SALT];
};

/*
 * ShareRecord ::= SEQUENCE { version INTEGER (1), origin UTF8String,
 *   setId UTF8String, purpose UTF8String, x INTEGER, m INTEGER, n INTEGER,
 *   share OCTET STRING, salt OCTET STRING }
 *
 * Encoding appends to `out`, which the caller wipes.  share_decode() takes
 * exactly these bytes, one encoding; share.form {what}.
 */
void share_encode(const struct share *s, struct buf *out);
int share_decode(
    const uint8_t *der, size_t len, struct share *out, struct err *e);
void share_wipe(struct share *s);

/*
 * SHA-256("tachiai share" || p(origin) || p(setId) || x || p(share) ||
 * p(salt)), p(s) being the length of s in two bytes, big-endian, and s; x is
 * one byte.
 */
void share_commit(const struct share *s, uint8_t out[static SHA256_LEN]);
/* SHA-256("tachiai secret" || p(origin) || p(setId) || p(secret)). */
void share_commit_secret(const char *origin, const char *set,
    const uint8_t secret[static SHARE_SECRET], uint8_t out[static SHA256_LEN]);

/* How a module's PINs look. */
struct pin_form {
	const char *family;  /* "softhsm" */
	const char *purpose; /* NULL: any */
	const char *alphabet;
	size_t length;
	int bits; /* that stand behind the PIN, of the secret's 256 */
};

#define PIN_MAX 64 /* with NUL */

/* Row i; NULL behind the last. */
const struct pin_form *pin_form_at(size_t i);
/* The row of a family ("softhsm", "nss", "tpm2", "opensc") and purpose; an
 * unknown family gives the cautious "pkcs11". */
const struct pin_form *pin_form(const char *family, const char *purpose);

/*
 * The PIN of a secret: HKDF-SHA-256 with info = p(origin) p(setId)
 * p(purpose), eight bytes a character, written in the form's alphabet.
 * `out` is NUL-terminated; keep it in locked memory, wipe it.
 */
void pin_derive(const struct pin_form *f, const char *origin, const char *set,
    const char *purpose, const uint8_t secret[static SHARE_SECRET],
    char out[static PIN_MAX]);

#endif
