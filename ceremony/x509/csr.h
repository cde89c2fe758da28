/* SPDX-License-Identifier: MIT */
/*
 * Certificate requests (PKCS#10, RFC 2986): strict DER or one PEM block,
 * at most 64 KiB, no byte left over, the same bytes when written again by
 * libcrypto, and signed by the key inside.  What a request asks for is a
 * wish: it is shown, and never copied but for the key.
 */
#ifndef TACHIAI_CSR_H
#define TACHIAI_CSR_H

#include "ceremony/x509/crl.h"

#define CSR_MAX ((size_t)64 << 10)

struct csr {
	struct span der;
	struct span info;
	struct name subject;
	struct spki key;
	struct cert_ext ext[CERT_EXTS]; /* extensionRequest */
	size_t n_ext;
	struct span alg;
	struct span signature;
};

/* PEM or DER file bytes to DER.  csr.form {file, what}, csr.type {file,
 * found} for another PEM label or a certificate. */
int csr_from_file(const char *file, const uint8_t *p, size_t len,
    struct buf *der, struct err *e);
/* csr.form {file, what}, csr.proof {file}, csr.weak-key {file, why, rule}. */
int csr_parse(
    const char *file, struct span der, struct csr *out, struct err *e);

/*
 * The canonical form that tachiai-decode hands on:
 * {der_b64, extensions:[{id, name?, critical, hex}], key:{type, curve?,
 *  bits, name}, quality:[{rule, verdict}], sha256, signature:"ecdsa-sha384",
 *  spki_b64, spki_sha256, subject:[{type, value}],
 *  wants:{ca?, path_len?, key_usage?, names:[...]}}
 */
struct json *csr_form(const struct csr *r);

#endif
