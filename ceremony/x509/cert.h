/* SPDX-License-Identifier: MIT */
/*
 * Certificates: prepared as to-be-signed bytes from a profile, assembled
 * with the token's signature, parsed strictly.  A certificate leaves
 * cert_assemble() only if libcrypto reads and writes it back byte for byte
 * and its signature verifies.
 *
 * Extensions come in a fixed order: basicConstraints, keyUsage,
 * extKeyUsage, certificatePolicies, nameConstraints,
 * cRLDistributionPoints, authorityInfoAccess, ocsp-nocheck,
 * subjectKeyIdentifier, authorityKeyIdentifier.
 */
#ifndef TACHIAI_CERT_H
#define TACHIAI_CERT_H

#include "ceremony/base/json.h"
#include "ceremony/x509/key.h"
#include "ceremony/x509/name.h"

#define CERT_MAX        ((size_t)64 << 10)
#define CERT_EXTS       32
#define CERT_SERIAL_LEN 17
#define CERT_KEY_YEARS  20
#define CERT_NO_TIME    INT64_MIN /* a time that is not known */

enum cert_kind {
	CERT_ROOT,
	CERT_CROSS,
	CERT_TLS_SUB,
	CERT_SUB,
	CERT_OCSP,
	CERT_INFRA,
	CERT_KINDS,
};

/* "root", "cross", "tls-subordinate", ... of a profile; -1 for no kind. */
int cert_kind(const struct json *profile);
bool cert_kind_is_ca(int kind);

struct cert_ext {
	struct span oid; /* content of the OID */
	bool critical;
	struct span value; /* content of the OCTET STRING */
};

/* A parsed certificate, or its to-be-signed part; all borrowed. */
struct cert {
	struct span der; /* what was parsed */
	struct span tbs;
	int version;        /* 3 */
	struct span serial; /* INTEGER content */
	struct span alg;    /* inner AlgorithmIdentifier */
	struct name issuer, subject;
	int64_t not_before, not_after;
	uint8_t not_before_tag, not_after_tag;
	struct span issuer_uid, subject_uid; /* p NULL: absent */
	struct spki key;
	struct cert_ext ext[CERT_EXTS];
	size_t n_ext;
	struct span outer_alg; /* p NULL for a bare TBS */
	struct span signature; /* octets of the BIT STRING */
};

/* What is parsed: a whole certificate, or its to-be-signed bytes. */
enum cert_part { CERT_WHOLE, CERT_TBS };

/* Strict DER, no byte left over.  ids: cert.form {what}, spki.*, name.form. */
int cert_parse(
    struct span der, enum cert_part part, struct cert *out, struct err *e);
/* A PEM file with exactly one CERTIFICATE, or DER; appends DER. */
int cert_from_file(
    const uint8_t *p, size_t len, struct buf *der, struct err *e);

/* An extension by dotted OID, or NULL; its key identifier, 0 or -1. */
const struct cert_ext *cert_ext(const struct cert *c, const char *oid);
int cert_ski(const struct cert *c, struct span *out);
int cert_aki(const struct cert *c, struct span *out);
/* basicConstraints: is a CA; path_len -1 when absent. */
bool cert_is_ca(const struct cert *c, int64_t *path_len);
/* keyUsage bits, 0x80 digitalSignature, 0x04 keyCertSign, 0x02 cRLSign;
 * the second octet (decipherOnly) above 8 bits; 0 when absent. */
unsigned cert_key_usage(const struct cert *c);
/* Issuer and subject are the same bytes. */
bool cert_is_self_issued(const struct cert *c);
/* Its subject's CN carries the mark of a rehearsal. */
bool cert_is_rehearsal(const struct cert *c);
/* Lower-case hex of the serial number. */
void cert_serial_hex(const struct cert *c, char *out, size_t size);

/* 0x01 and sixteen octets of the token's random numbers (CRT-2). */
void cert_serial(
    const uint8_t random[static 16], uint8_t out[static CERT_SERIAL_LEN]);

/* Times that the dates of a certificate depend on. */
struct cert_clock {
	int64_t now;
	int64_t key_born;         /* subject key's second, or CERT_NO_TIME */
	int64_t issuer_not_after; /* CERT_NO_TIME for a root */
};

struct cert_dates {
	int64_t not_before, not_after;
	bool cut; /* shortened to the issuer's end */
};

/*
 * The dates that a profile's validity gives.  A root starts at its key's
 * second when that is less than a day ago, everything else now.  Years are
 * calendar years less one second, days are days less one second.  Never
 * after the issuer's end (cut).  lint.key-life {item, date} when over
 * twenty calendar years less one second from the key's generation.
 */
int cert_dates(const struct json *profile, const char *item,
    const struct cert_clock *clock, struct cert_dates *out, struct err *e);

/*
 * Which subject a certificate takes: the plan's, else the profile's, else
 * what the request asks for of the types that a CA name may have.  A new
 * array.  name.none {item} when nobody names one.
 */
int cert_subject(const struct json *profile, const struct json *plan,
    const struct json *request, const char *item, struct json **out,
    struct err *e);

struct cert_spec {
	const struct json *profile;
	const struct json *subject; /* [{type, value}], unmarked; NULL: the
				     * profile's */
	struct span subject_der;    /* a cross certificate: the other CA's
				     * name, to the byte; p NULL: rows */
	struct span issuer;         /* certificate; p NULL: self-signed root */
	struct span spki;
	struct span serial; /* big-endian magnitude */
	int64_t not_before, not_after;
	const struct sigalg *alg; /* of the issuer's key */
	bool rehearsal;
};

/* Append the TBSCertificate.  ids: name.*, profile.field {field}, ... */
int cert_build(const struct cert_spec *s, struct buf *tbs, struct err *e);

/*
 * Assemble {tbs, algorithm, BIT STRING} from what C_Sign gave, hold it
 * against libcrypto's reading, verify under `signer` (an SPKI).  Append DER.
 * ids: sig.bad, sig.length, spki.sigalg, cert.form.
 */
int cert_assemble(struct span tbs, const struct sigalg *alg, struct span signer,
    const uint8_t *raw, size_t raw_len, struct buf *der, struct err *e);

/* The signature of a whole certificate holds under `signer`. */
int cert_verify(const struct cert *c, struct span signer, struct err *e);

/* PKCS#7 certs-only (RFC 2315, degenerate SignedData), certificates in the
 * order given: chain.p7b, DER. */
int p7_build(const struct span *cert, size_t n, struct buf *der, struct err *e);

#endif
