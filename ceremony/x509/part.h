/* SPDX-License-Identifier: MIT */
/* What the parsers of certificates, lists and requests share. */
#ifndef TACHIAI_X509_PART_H
#define TACHIAI_X509_PART_H

#include "ceremony/x509/cert.h"

/* {tbs, algorithm, BIT STRING without unused bits} and nothing more. */
int cert_parse_signed(
    struct span der, struct span *tbs, struct span *alg, struct span *sig);
/* A non-empty SEQUENCE OF Extension, none twice, at most CERT_EXTS. */
int cert_parse_exts(struct span seq_der, struct cert_ext *ext, size_t *n);
const struct cert_ext *cert_find_ext(
    const struct cert_ext *ext, size_t n, const char *oid);
/* The keyIdentifier of an AKI extension (NULL: -1). */
int cert_ext_aki(const struct cert_ext *x, struct span *out);
/* DER as it is, or the one PEM block of this label. */
int cert_unwrap(
    const uint8_t *p, size_t len, const char *label, struct buf *der);
/* Append {tbs, algorithm, BIT STRING}. */
int cert_put_signed(struct span tbs, const struct sigalg *alg,
    struct span signer, const uint8_t *raw, size_t raw_len, struct buf *der,
    struct err *e);

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
