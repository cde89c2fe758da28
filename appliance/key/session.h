/* SPDX-License-Identifier: MIT */
/*
 * One question: what is due, the one credential that it is about, and the
 * words with the console and tachiai-hsm.
 */
#ifndef TACHIAI_KEY_SESSION_H
#define TACHIAI_KEY_SESSION_H

#include <openssl/evp.h>

#include "appliance/key/due.h"
#include "appliance/key/passphrase.h"
#include "appliance/world/msg.h"
#include "appliance/world/secret.h"
#include "ceremony/people/credential.h"

struct session {
	int fd;
	uint32_t asked; /* id of the last message */
	struct due due;
	struct credential cred;
	struct note note;
	bool has_note;
	char epoch[33];
	struct buf epoch_cert; /* DER */
	struct passphrase *pass;
	struct secret words; /* of a whole passphrase */
	EVP_PKEY *sign, *share;
	int tried;
	int64_t pause_end; /* keyboard_now() */
};

void session_init(struct session *s, int fd);
/* Keys and words are wiped; the rest stays. */
void session_forget(struct session *s);
/* Wipes and gives back all. */
void session_fini(struct session *s);

/*
 * Ask and take the answer.  `json` is taken; the answer's JSON and bytes
 * are given where wanted (NULL: dropped).  A refusal is an err like any.
 */
int session_ask(struct session *s, enum msg_type type, struct json *json,
    const struct buf *bytes, struct json **answer, struct buf *got,
    struct err *e);

/* DUE. */
int session_due(struct session *s, struct err *e);
/* An object by its hash, and hashed here: key.object. */
int session_object(struct session *s, const uint8_t sha[static SHA256_LEN],
    struct buf *out, struct err *e);
/* EPOCH, held against what the console said: key.epoch. */
int session_epoch(struct session *s, struct err *e);
/*
 * The credential as admitted, held against what is due: cred.wrong-person,
 * role.same-person, cred.other-origin, cred.other-mode, cred.low-cost,
 * cred.damaged.
 */
int session_credential(struct session *s, struct err *e);
/* A refused try, for the transcript. */
void session_tried(struct session *s, const struct err *why);

/*
 * Open the signing key with s->words; the share key when it is asked for.
 * cred.wrong-passphrase, or cred.damaged when the key is not its
 * certificate's.
 */
int session_unlock(struct session *s, struct err *e);
int session_unlock_share(struct session *s, struct err *e);

#endif
