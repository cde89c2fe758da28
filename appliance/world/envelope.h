/* SPDX-License-Identifier: MIT */
/*
 * Envelopes: bytes sealed to one certificate, as `openssl cms` writes and
 * reads them: CMS AuthEnvelopedData, AES-256-GCM, ECDH on P-256 with the
 * SHA-256 KDF.  keypair.h has the keys they are sealed to.
 */
#ifndef TACHIAI_ENVELOPE_H
#define TACHIAI_ENVELOPE_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "appliance/world/secret.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define ENVELOPE_MAX 8192 /* DER of an envelope, at most */

/* Seal to the certificate's key; append DER.  envelope.cert, envelope.seal */
int envelope_seal(const uint8_t *cert, size_t cert_len, const void *plain,
    size_t len, struct buf *out, struct err *e);

/*
 * Open with the private key of `cert` (DER).  Strict: one recipient,
 * AES-256-GCM, the SHA-256 KDF, nothing behind.  `out` is made with room
 * for what is inside.  envelope.form {what}; envelope.open when it is not
 * for this key or was changed.
 */
int envelope_open(const uint8_t *der, size_t len, EVP_PKEY *key,
    const uint8_t *cert, size_t cert_len, struct secret *out, struct err *e);

#endif
