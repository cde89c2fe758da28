/* SPDX-License-Identifier: MIT */
/*
 * Public keys as SubjectPublicKeyInfo, and the signature algorithms that a
 * CA key may use.  A key is its SPKI's SHA-256; its key identifier is RFC
 * 7093 method 1 (the leftmost 160 bits of SHA-256 over the BIT STRING's
 * octets): as long as the SHA-1 one of RFC 5280, accepted wherever that is,
 * and without a hash that BR 7.1.3.2 has ended.
 */
#ifndef TACHIAI_KEY_H
#define TACHIAI_KEY_H

#include "ceremony/x509/der.h"

#define KEY_ID_LEN   20
#define KEY_NAME_LEN 24

enum key_type {
	KEY_RSA,
	KEY_EC,
	KEY_ED25519,
	KEY_ED448,
};

struct spki {
	struct span der; /* all of it, borrowed */
	struct span alg; /* its AlgorithmIdentifier */
	enum key_type type;
	unsigned bits;                 /* of the modulus or the curve */
	const char *curve;             /* "P-384" for EC, else NULL */
	char name[KEY_NAME_LEN];       /* "EC P-384", "RSA 4096", "Ed25519" */
	struct span modulus, exponent; /* RSA: magnitudes */
	struct span key;               /* the BIT STRING's octets */
	uint8_t sha256[32];            /* of der */
	uint8_t id[KEY_ID_LEN];
};

/*
 * Strict: known algorithm with its exact AlgorithmIdentifier (KEY-9), no
 * byte left over, RSA at most 16384 bits.  Says nothing of quality.
 * ids: spki.form, spki.algorithm {found}.
 */
int spki_parse(struct span der, struct spki *out, struct err *e);

/* SPKI bytes from what a token tells: RSA (n, e magnitudes), an EC point
 * (uncompressed, bare) of a named curve, or raw Edwards bytes. */
int spki_from_rsa(const uint8_t *n, size_t n_len, const uint8_t *exp,
    size_t exp_len, struct buf *out, struct err *e);
int spki_from_point(enum key_type type, const char *curve, const uint8_t *point,
    size_t len, struct buf *out, struct err *e);

struct json;
/* The name of the key that a profile's {type, curve | bits} asks for; "?". */
void spki_want_name(const struct json *want, char out[static KEY_NAME_LEN]);
/* The key agrees with a profile's {type, curve | bits}: spki.profile. */
int spki_fits(const struct spki *k, const struct json *want, struct err *e);

/* A throw-away key as the profile wants it, without a private part; another
 * `which` gives another key.  For trying profiles only: spki.algorithm. */
int spki_dummy(
    const struct json *key, unsigned which, struct buf *out, struct err *e);

struct sigalg {
	const char *name; /* "ecdsa-sha384", as profiles write it */
	enum key_type key;
	const char *curve;  /* the curve it is tied to; NULL: any key */
	const char *digest; /* "SHA384"; NULL: the key signs the message */
	size_t digest_len;
	bool pss;
	struct span der; /* the exact AlgorithmIdentifier (BR 7.1.3.2) */
};

const struct sigalg *sigalg_at(size_t i); /* NULL behind the last */
const struct sigalg *sigalg_find(const char *name);
const struct sigalg *sigalg_from_der(struct span alg);
/* The key may sign with it: type and curve (spki.sigalg). */
int sigalg_fits(const struct sigalg *a, const struct spki *k, struct err *e);
/* The algorithm a CA's key signs its lists with: `wanted` (the signature of
 * a root's profile; may be NULL) if it fits, else the first that fits. */
const struct sigalg *sigalg_choose(const struct spki *k, const char *wanted);

/*
 * What goes to C_Sign for the to-be-signed bytes: DigestInfo for CKM_RSA_PKCS,
 * the digest for CKM_RSA_PKCS_PSS and CKM_ECDSA, the bytes themselves for
 * CKM_EDDSA.  sigalg_input_digest() is the same from a finished digest (a
 * streamed CRL); -1 where the algorithm takes the message itself.
 */
int sigalg_input(
    const struct sigalg *a, struct span tbs, struct buf *out, struct err *e);
int sigalg_input_digest(const struct sigalg *a, const uint8_t *digest,
    size_t len, struct buf *out, struct err *e);

/*
 * The value of the BIT STRING from what C_Sign gave: ECDSA r||s becomes a
 * DER ECDSA-Sig-Value, the rest stays.  `k` is the signing key (lengths).
 */
int sigalg_encode(const struct sigalg *a, const struct spki *k,
    const uint8_t *raw, size_t raw_len, struct buf *out, struct err *e);

/* A signature over `tbs` holds under key `spki`: sig.bad, spki.sigalg. */
int sigalg_verify(const struct sigalg *a, struct span spki, struct span tbs,
    struct span sig, struct err *e);
/* The same for a request's proof, whose hash is not tied to the curve
 * (BR 7.1.3.2 speaks of what a CA signs). */
int sigalg_prove(const struct sigalg *a, const struct spki *k, struct span tbs,
    struct span sig, struct err *e);

#endif
