/* SPDX-License-Identifier: MIT */
/*
 * CRLs (RFC 5280 section 5): full, v2, AKI and CRLNumber always, no
 * revokedCertificates when nobody is revoked.  A list is written as a
 * stream: entries are asked for twice, once for their lengths and once to be
 * written, so a list of a million needs no more memory than one of ten.
 */
#ifndef TACHIAI_CRL_H
#define TACHIAI_CRL_H

#include "ceremony/x509/cert.h"

#define CRL_MAX        BUF_MAX
#define CRL_SERIAL_MAX 20
#define CRL_NUMBER_MAX 20

struct crl_entry {
	uint8_t serial[CRL_SERIAL_MAX]; /* INTEGER content */
	size_t serial_len;
	int64_t date;
	int reason; /* -1: none; else a CRLReason number */
	bool more;  /* parsed: has other extensions; never written */
};

struct crl_spec {
	const struct json *profile; /* crl profile; NULL: no IDP */
	struct span issuer;         /* the CA's certificate */
	const struct sigalg *alg;
	struct span number; /* big-endian magnitude */
	int64_t this_update, next_update;
};

/* Entry i, asked in order, twice over; the same answer both times. */
typedef int crl_entry_fn(
    void *arg, size_t i, struct crl_entry *out, struct err *e);
/* Take the next bytes. */
typedef int crl_sink_fn(void *arg, const uint8_t *p, size_t len, struct err *e);

/* The to-be-signed list of n entries goes to `sink` in parts. */
int crl_stream(const struct crl_spec *s, size_t n, crl_entry_fn *entry,
    void *entry_arg, crl_sink_fn *sink, void *sink_arg, struct err *e);
/* The same into a buffer, from an array. */
int crl_build(const struct crl_spec *s, const struct crl_entry *entry, size_t n,
    struct buf *tbs, struct err *e);

/* As cert_assemble(). */
int crl_assemble(struct span tbs, const struct sigalg *alg, struct span signer,
    const uint8_t *raw, size_t raw_len, struct buf *der, struct err *e);

/* "keyCompromise" <-> 1 ... ; -1 unknown, NULL unknown. */
int crl_reason(const char *name);
const char *crl_reason_name(int reason);

/* The dates of a list made for `this_update`: next_update_days of the
 * profile, never after the issuer's end. */
int crl_dates(const struct json *profile, int64_t this_update,
    int64_t issuer_not_after, int64_t *next_update, struct err *e);

/* A parsed list; all borrowed.  Entries by crl_next(). */
struct crl {
	struct span der, tbs;
	int version; /* 2; 1 when the field is absent */
	struct span alg;
	struct name issuer;
	int64_t this_update, next_update; /* CERT_NO_TIME: absent */
	uint8_t this_tag, next_tag;
	bool has_revoked;    /* the field is there, perhaps empty */
	struct span revoked; /* content of the SEQUENCE */
	size_t n_revoked;
	struct cert_ext ext[CERT_EXTS];
	size_t n_ext;
	struct span outer_alg; /* p NULL for a bare TBS */
	struct span signature;
};

/* crl.form {what} */
int crl_parse(
    struct span der, enum cert_part part, struct crl *out, struct err *e);
int crl_from_file(const uint8_t *p, size_t len, struct buf *der, struct err *e);
/* Walk the entries: `c` starts as crl_entries().  1 one more, 0 end, -1. */
struct cursor crl_entries(const struct crl *c);
int crl_next(struct cursor *c, struct crl_entry *out, struct err *e);
/* The CRLNumber as INTEGER content; 0 or -1. */
int crl_number(const struct crl *c, struct span *out);
/* As a lower-case number text "7" (or 0x… hex when over 2^63). */
void crl_number_text(struct span number, char *out, size_t size);
/* <0, 0, >0 as numbers. */
int crl_number_compare(struct span a, struct span b);
int crl_verify(const struct crl *c, struct span signer, struct err *e);

#endif
