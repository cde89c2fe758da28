/* SPDX-License-Identifier: MIT */
/*
 * tachiai-hsm: the program that holds PKCS#11 modules, tokens, PINs and
 * shares while they are joined, and a fold of its own.  It believes nothing
 * that the console says but what its fold has taken: lines of the transcript
 * with the custodians' signatures, and objects by their digest.
 */
#ifndef TACHIAI_HSM_H
#define TACHIAI_HSM_H

#include <openssl/evp.h>

#include "appliance/hsm/key.h"
#include "appliance/hsm/ram.h"
#include "appliance/world/msg.h"
#include "appliance/world/secret.h"
#include "ceremony/people/share.h"
#include "ceremony/state/state.h"

#define HSM_LOG_LABEL "log/transcript"  /* no plan item can be named so */
#define HSM_LOG_ID    "tachiai-log-key" /* CKA_ID of the transcript key */
#define HSM_POOL      64                /* shares held at a time */
#define HSM_OPENED    128

/* Objects of the transcript, by digest. */
struct hsm_object {
	uint8_t sha256[SHA256_LEN];
	struct buf bytes;
};

/* A token that is logged in, with the PIN that let it in. */
struct hsm_active {
	char id[NAME_LEN]; /* "" none */
	struct hsm_token t;
	struct secret pin;
};

/* A set as it is dealt: secrets of it live in locked memory. */
struct hsm_deal_set {
	struct share share[SHAMIR_N];
	uint8_t secret[SHARE_SECRET];
	uint8_t commit[SHAMIR_N][SHA256_LEN];
	uint8_t commit_secret[SHA256_LEN];
	bool seen[SHAMIR_N]; /* opened by its holder, in this epoch */
	int m, n;
};

enum { DEAL_USER, DEAL_SO, DEAL_SETS };

struct hsm_deal {
	char token[NAME_LEN];
	char holder[SHAMIR_N][NAME_LEN];
	struct hsm_deal_set set[DEAL_SETS];
};

struct hsm_opened { /* what was opened, without what was inside */
	char person[NAME_LEN], set[NAME_LEN];
	int x;
};

struct hsm_store_sha {
	char token[NAME_LEN];
	uint8_t sha256[SHA256_LEN];
	char found[NAME_LEN]; /* the key in doubt that a look found in it */
};

struct hsm {
	int fd;
	struct ram ram;
	struct p11 p11;

	/* the replica */
	struct ceremony *c;
	struct hsm_object *object;
	size_t objects;
	size_t object_bytes;
	bool stuck; /* a line was refused: nothing more is done */
	bool ends;  /* tokens in no known state: another start looks */
	uint8_t (*rebuilt)[SHA256_LEN]; /* bytes to be signed, made here, too */
	size_t n_rebuilt;
	int64_t begun_at; /* n of the last entry that began something */

	/* this epoch */
	char epoch[EPOCH_LEN];
	EVP_PKEY *key;
	struct buf cert;

	/* shares and tokens */
	struct share *pool; /* HSM_POOL, locked */
	char pool_person[HSM_POOL][NAME_LEN];
	size_t pooled;
	struct hsm_opened opened[HSM_OPENED];
	size_t n_opened;
	struct hsm_deal *deal; /* locked; NULL none */
	struct hsm_active log, ca;
	struct hsm_key log_key;
	char log_alg[17];
	struct secret log_secret; /* until every manager has it sealed */
	char log_set[NAME_LEN];
	struct hsm_store_sha store[16];
	size_t stores;
	EVP_PKEY *trial;
	int64_t last_use_ms; /* for idleness */
	int64_t told_use_ms; /* the use after which it was said to be near */

	/* the last deed: asked again, it answers again */
	int64_t done_at; /* begun_at of that deed, -1 none */
	char done_item[NAME_LEN];
	struct json *done_json; /* NULL: it was refused */
	struct buf done_bytes;
	struct err done_err;
};

typedef int hsm_handler(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e);

/* epoch.c: the epoch's nonce, key and certificate. */
int hsm_epoch_begin(struct hsm *h, int64_t now, struct err *e);
hsm_handler hsm_hello, hsm_random;
/* `len` bytes of the host's generator, mixed with the module's if a session
 * stands.  hsm.random */
int hsm_mix_random(struct hsm *h, uint8_t *out, size_t len, struct err *e);

/* replica.c */
hsm_handler hsm_take_object, hsm_take_entry;
/* The bytes of an object, lent or appended: hsm.no-object {sha256}. */
const struct buf *hsm_object_bytes(const struct hsm *h,
    const uint8_t sha256[static SHA256_LEN], struct err *e);
int hsm_object(const struct hsm *h, const uint8_t sha256[static SHA256_LEN],
    struct buf *out, struct err *e);
/* Not stuck, this very epoch, the log token open and its key the
 * transcript's, nothing in doubt: what every deed of a CA key needs. */
int hsm_ready(const struct hsm *h, struct err *e);
/* The open run, authorised by a quorum and a manager in this epoch. */
int hsm_authorised(const struct hsm *h, const struct run **out, struct err *e);
void hsm_replica_free(struct hsm *h);

/* prepared.c: before a line is folded: the bytes of a tbs.prepared entry
 * come out here, too.  hsm.bytes {item}, or as ceremony_prepare(). */
int hsm_check_prepared(
    struct hsm *h, const uint8_t *line, size_t len, struct err *e);
bool hsm_is_rebuilt(const struct hsm *h, const uint8_t tbs[static SHA256_LEN]);

/* shares.c */
hsm_handler hsm_share, hsm_shares;
void hsm_pool_wipe(struct hsm *h);
/* Join the held shares of that set, given by people whose consent stands on
 * `r`, into `secret`: share.too-few, share.damaged. */
int hsm_pool_join(struct hsm *h, const struct share_set *set,
    const struct run *r, uint8_t secret[static SHARE_SECRET], struct err *e);

/* deal.c */
hsm_handler hsm_deal, hsm_deal_share;
void hsm_deal_wipe(struct hsm *h);
/* Seal a record to the person's share certificate, as a PEM block. */
int hsm_seal_share(const struct person *p, const struct share *s,
    struct buf *pem, struct err *e);

/* log.c */
hsm_handler hsm_log_init, hsm_log_sign, hsm_log_share;
/* Open the log token with its secret and find the transcript key. */
int hsm_log_open(struct hsm *h, const struct share_set *set,
    const uint8_t secret[static SHARE_SECRET], struct err *e);

/* active.c */
hsm_handler hsm_store, hsm_activate;
/* The PIN of a secret, by the module's family; *bits of it. */
void hsm_pin(struct hsm *h, const char *set, const char *purpose,
    const uint8_t secret[static SHARE_SECRET], struct secret *out,
    int64_t *bits);
struct pin hsm_pin_of(const struct secret *s);
void hsm_active_end(struct hsm_active *a);
/* Log out of the CA token, forget its PIN and all shares. */
void hsm_deactivate(struct hsm *h);
/*
 * With every session closed, take a token's files out, look at them anew,
 * and log in again to what was active.  Nothing where tokens are no files.
 */
int hsm_cycle(struct hsm *h, const char *token, const char *serial,
    struct buf *archive, struct err *e);
/* The store of a token that came, if any, is the one of the transcript, or
 * the one in which a look found the key that is begun. */
int hsm_check_store(struct hsm *h, const char *token, bool has,
    const uint8_t want[static SHA256_LEN], struct err *e);
/* A look found the key `it` in the store of its token. */
void hsm_found_in_store(struct hsm *h, const struct item *it);
/* The module may be used on this volume: hsm.not-listed. */
int hsm_listed(const struct hsm *h, const struct p11_slot *slot, struct err *e);
/*
 * Milliseconds until there is something to say or do about idleness, -1 none.
 * hsm_idle() says once that an active token goes inactive in two minutes, and
 * deactivates what was not used for so long as the profile set allows.
 */
int hsm_idle_ms(const struct hsm *h, int64_t now_ms);
void hsm_idle(struct hsm *h, int64_t now_ms);

/* do.c */
hsm_handler hsm_do, hsm_look;
/* issue.c: sign the item's bytes by the algorithm that stands in them, which
 * must be the `mechanism` people consented to. */
int hsm_do_sign(struct hsm *h, const struct item *it, const char *mechanism,
    struct json *out, struct buf *bytes, struct err *e);

/* trial.c */
hsm_handler hsm_trial_key, hsm_trial_sign;

/* dispatch.c: one message, answered if its row says so; -1: the socket. */
int hsm_dispatch(struct hsm *h, const struct msg *m, struct err *e);

#endif
