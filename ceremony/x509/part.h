/* SPDX-License-Identifier: MIT */
/* What the parsers of certificates, lists and requests share. */
#ifndef TACHIAI_X509_PART_H
#define TACHIAI_X509_PART_H

#include "ceremony/x509/cert.h"

/* A non-empty SEQUENCE OF Extension, none twice, at most CERT_EXTS. */
int cert_parse_exts(struct span seq_der, struct cert_ext *ext, size_t *n);
const struct cert_ext *cert_find_ext(
    const struct cert_ext *ext, size_t n, const char *oid);
/* The keyIdentifier of an AKI extension (NULL: -1). */
int cert_ext_aki(const struct cert_ext *x, struct span *out);
/* DER as it is, or the one PEM block of this label. */
int cert_unwrap(
    const uint8_t *p, size_t len, const char *label, struct buf *der);

/* signed.c: {tbs, algorithm, BIT STRING without unused bits}. */
int signed_split(
    struct span der, struct span *tbs, struct span *alg, struct span *sig);
/* libcrypto's own reading of `der`, encoded afresh; its length or -1. */
typedef int signed_reread_fn(struct span der, unsigned char **tbs);
bool signed_same(signed_reread_fn *reread, struct span der, struct span tbs);
struct signed_kind {
	const char *form, *what; /* of the refusal */
	signed_reread_fn *reread;
	size_t limit; /* longer ones libcrypto does not see */
};
/* Append what C_Sign completes: see cert_assemble(). */
int signed_assemble(const struct signed_kind *k, struct span tbs,
    struct span inner, const struct sigalg *alg, struct span signer,
    const uint8_t *raw, size_t raw_len, struct buf *der, struct err *e);
/* The same algorithm inside and out, and it holds under `signer`. */
int signed_verify(struct span tbs, struct span alg, struct span outer,
    struct span sig, struct span signer, struct err *e);

/* Extension values (ext.c): append one Extension. */
int ext_put(
    struct buf *out, const char *oid, bool critical, const struct buf *value);
void ext_put_aki(struct buf *out, struct span key_id);
/* DistributionPointName with one or more URIs, as [0]. */
void ext_put_full_name(struct buf *out, const struct json *urls);
/* Those that a profile asks for, without the key identifiers. */
int ext_put_profile(
    struct buf *out, const struct json *profile, int kind, struct err *e);
/* Purposes and policies by name: "serverAuth", "ov"; else the text. */
const char *ext_purpose_oid(const char *name);
const char *ext_purpose_name(const char *oid);
const char *ext_policy_oid(const char *name);
const char *ext_policy_name(const char *oid);
/* A single value or an array, as schema "one or more" gives them. */
size_t ext_list_count(const struct json *j);
const char *ext_list_at(const struct json *j, size_t i);

#endif
