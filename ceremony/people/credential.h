/* SPDX-License-Identifier: MIT */
/*
 * The credential, <person>.tachiai.pem: a few lines of text and PEM blocks
 * that standard tools read.  Structure only: nothing is opened here.
 * docs/credential.5 has the format; a credential has one encoding.
 */
#ifndef TACHIAI_CREDENTIAL_H
#define TACHIAI_CREDENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/log/entry.h"

#define CREDENTIAL_MAX  ((size_t)128 << 10)
#define CREDENTIAL_CMS  16 /* share sets */
#define CREDENTIAL_NAME ".tachiai.pem"
#define CREDENTIAL_COST 16 /* scrypt p that production asks for */
#define NOTE_SIGS       32
#define NOTE_MAX        16384

struct credential_share {
	char set[33];
	char token[33];
	char purpose[17];
	int x, m, n;
	struct buf cms; /* DER */
};

struct credential {
	char person[33];
	char name[129];
	unsigned roles; /* of role.h */
	char origin[161];
	int cost;           /* scrypt p, as the file says it */
	struct buf cert[2]; /* DER: signing, share */
	struct buf key[2];  /* DER EncryptedPrivateKeyInfo, likewise */
	size_t n_shares;
	struct credential_share share[CREDENTIAL_CMS];
	struct buf note; /* text of the note, empty: none yet */
};

#define CREDENTIAL_SIGN  0
#define CREDENTIAL_SHARE 1

void credential_init(struct credential *c);
void credential_fini(struct credential *c);

/* Strict, bounded, one encoding.  cred.form {what}. */
int credential_parse(
    const char *text, size_t len, struct credential *out, struct err *e);
void credential_format(const struct credential *c, struct buf *out);

/* Take the share's DER; a share of the same set is replaced. -1: full. */
int credential_add_share(
    struct credential *c, const struct credential_share *s);
/* The share of a set (unique in a file), or NULL. */
const struct credential_share *credential_share(
    const struct credential *c, const char *set);

/*
 * The note: what its custodian saw last, a sealed checkpoint with its
 * signatures.
 */
struct note_sig {
	char name[40]; /* log/transcript, op/anna */
	char alg[16];  /* ed25519, ecdsa-p256 */
	int64_t time;  /* posix, 0 for the transcript key */
	uint8_t sig[72];
	size_t len;
};

struct note {
	char origin[161];
	int64_t size;             /* entries under the checkpoint */
	uint8_t root[SHA256_LEN]; /* of the checkpoint */
	struct head head;         /* the sealing entry, or later */
	int64_t sealed;           /* posix: when the seal was made */
	size_t n_sigs;
	struct note_sig sig[NOTE_SIGS];
};

void note_format(const struct note *n, struct buf *out);
/* cred.note {what} */
int note_parse(const char *text, size_t len, struct note *out, struct err *e);

/* Put the note into the credential, in the place of the one before. */
void credential_set_note(struct credential *c, const struct note *n);

/* "rehearsal" or "production": the last part of an origin; else "". */
const char *origin_mode(const char *origin);

#endif
