/* SPDX-License-Identifier: MIT */
/*
 * The bytes to be signed for a plan item: made from plan, profile, state
 * and the facts of a tbs.prepared entry alone, so that a replay of the
 * transcript makes the very same bytes again; and their lint.
 */
#ifndef TACHIAI_PREPARE_H
#define TACHIAI_PREPARE_H

#include "ceremony/lint/lint.h"
#include "ceremony/state/state.h"

/*
 * Stand-ins of a try before the real thing exists: throw-away keys and the
 * certificates made with them, by item id.
 */
struct stand_in {
	char id[NAME_LEN];
	struct buf spki; /* of a key item, or of a certificate's subject */
	struct buf cert; /* of a certificate item */
};

struct prepare_facts {
	int64_t now;
	uint8_t serial[CERT_SERIAL_LEN]; /* certificates */
	const struct stand_in *stand_in;
	size_t stand_ins;
};

struct prepared {
	struct buf tbs;
	char serial[SERIAL_LEN];
	int64_t not_before, not_after;
	uint8_t key_sha[SHA256_LEN];  /* the signing key */
	struct buf key_spki;
	const struct sigalg *alg;
	struct lint_results lint;
};

void prepared_fini(struct prepared *p);

/*
 * -1 with lint.refused, lint.key-life, csr.*, name.* ... : nothing is made
 * (out->lint is filled as far as it got).
 */
int ceremony_prepare(const struct ceremony *c, const struct item *it,
    const struct prepare_facts *f, struct prepared *out, struct err *e);

/* Lint what was prepared once more, to show by name what warned: `der` is the
 * item's bytes to be signed. */
int ceremony_lint_tbs(const struct ceremony *c, const struct item *it,
    const uint8_t *der, size_t len, int64_t now, struct lint_results *out,
    struct err *e);
/* Lint what came back for a signed item: the certificate or CRL. */
int ceremony_lint_made(const struct ceremony *c, const struct item *it,
    const uint8_t *der, size_t len, int64_t now, struct lint_results *out,
    struct err *e);

/*
 * The bytes of a tbs.prepared entry again, from the state before it and the
 * entry: appended to `out`.
 */
int ceremony_rebuild(const struct ceremony *before, const struct entry *en,
    struct buf *out, struct err *e);

/* The signature algorithm of an item. */
const struct sigalg *ceremony_sigalg(const struct ceremony *c,
    const struct item *it);

#endif
