/* SPDX-License-Identifier: MIT */
/*
 * CA keys in a token: made, read back, found again by CKA_ID, used.  A key
 * is its SPKI; the CKA_ID is how its intent names it before it exists.
 */
#ifndef TACHIAI_HSM_KEY_H
#define TACHIAI_HSM_KEY_H

#include "appliance/hsm/token.h"
#include "ceremony/base/buf.h"
#include "ceremony/x509/key.h"

struct hsm_key_spec {
	enum key_type type;
	const char *curve; /* "P-256", "P-384", "P-521" of an EC key */
	unsigned bits;     /* of an RSA key: 3072 or 4096 */
};

/* From a profile's key {type, curve | bits}; hsm.key-kind {found}. */
int hsm_key_spec(
    const struct json *key, struct hsm_key_spec *out, struct err *e);

struct hsm_key {
	CK_OBJECT_HANDLE pub, priv;
	struct buf spki; /* DER */
	enum key_type type;
};

#define HSM_KEY_INIT                   \
	{                              \
		0, 0, BUF_INIT, KEY_EC \
	}
void hsm_key_fini(struct hsm_key *k);

/*
 * Generate a key pair in the token with that CKA_ID and label: token-bound,
 * not extractable, for signing alone.  hsm.exists-key when the CKA_ID is
 * taken.  The caller reads the attributes back and tests the pair.
 */
int hsm_key_generate(struct hsm_token *t, const struct hsm_key_spec *spec,
    const uint8_t *id, size_t id_len, const char *label, struct hsm_key *out,
    struct err *e);

/* Find by CKA_ID: 1 and *out, 0 there is none, -1 (two private keys with
 * one CKA_ID: hsm.two-keys). */
int hsm_key_find(struct hsm_token *t, const uint8_t *id, size_t id_len,
    struct hsm_key *out, struct err *e);

/* The public half alone, which needs no login: 1 and its SPKI appended, 0,
 * -1. */
int hsm_key_look(struct hsm_token *t, const uint8_t *id, size_t id_len,
    struct buf *spki, struct err *e);

/*
 * Read the private key's attributes back and try what must not work: to
 * read the value, to make it extractable in place or in a copy, to wrap it.
 * *out: {always_sensitive, ..., loosened, value, wrapped} in either case;
 * hsm.attributes {what, token} when one is not as this kind of module must give
 * it.
 */
int hsm_key_attributes(struct hsm_token *t, const struct hsm_key *k,
    struct json **out, struct err *e);

/*
 * One C_Sign over the to-be-signed bytes (or over their finished digest).
 * The raw answer is encoded, verified with the key's SPKI, and only then
 * appended to `sig` (the BIT STRING's value).  hsm_key_sign_raw() leaves
 * out what the assembler wants as raw.  sign.differs {item} when it is not
 * a signature over these bytes.
 */
int hsm_key_sign(struct hsm_token *t, const struct hsm_key *k,
    const struct sigalg *alg, struct span tbs, const char *item,
    struct buf *raw, struct buf *sig, struct err *e);

/* Sign and verify a fixed text with fresh random bytes: hsm.pair {item}. */
int hsm_key_pair_test(struct hsm_token *t, const struct hsm_key *k,
    const char *item, struct err *e);

/* "EC_KEY_PAIR_GEN" of the key's type. */
const char *hsm_key_mechanism(enum key_type type);

#endif
